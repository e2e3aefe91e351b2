//! Follows a statement to know whether a semicolon stands inside its body.

use lambic_core::{Compound, Lexicon};

use crate::scan;
use crate::token::{Token, TokenKind};

/// Where a statement stands with respect to the bodies that the lexicon knows.
#[derive(Debug, Default)]
pub(crate) struct Tracker<'a, 'l> {
    /// The compounds whose head still fits, with the next step of the head.
    candidates: Vec<(&'l Compound, usize)>,
    /// The compound that the statement is.
    found: Option<&'l Compound>,
    /// What is open, innermost last.
    open: Vec<Open<'a>>,
    /// The token before.
    last: Option<Token<'a>>,
    /// The first word of the statement of the body that is read now, or its `HANDLER`.
    inner: Option<Token<'a>>,
    /// The last `END` that closed a block.
    closing: Option<Token<'a>>,
}

/// Something that an `END` closes.
#[derive(Debug, Clone, Copy)]
struct Open<'a> {
    word: Token<'a>,
    /// A `CASE` expression rather than a block of statements.
    expression: bool,
}

impl<'a, 'l> Tracker<'a, 'l> {
    /// Stands before a statement.
    pub(crate) fn reset(&mut self, lexicon: &'l Lexicon) {
        self.candidates.clear();
        self.candidates.extend(lexicon.compounds.iter().map(|compound| (compound, 0)));
        self.found = None;
        self.open.clear();
        self.last = None;
        self.inner = None;
        self.closing = None;
    }

    /// The word that opened the innermost block or expression that is open.
    pub(crate) fn open(&self) -> Option<Token<'a>> {
        self.open.last().map(|open| open.word)
    }

    /// Whether the statement is none of those that have a body, whatever follows.
    pub(crate) const fn is_done(&self) -> bool {
        self.found.is_none() && self.candidates.is_empty()
    }

    /// Takes the next token that matters; `rest` is the text after it. Tokens between parentheses are not given.
    pub(crate) fn feed(&mut self, token: Token<'a>, rest: &str) {
        if token.kind == TokenKind::Word && !self.last.is_some_and(|last| last.is('.')) {
            match self.found {
                None => self.head(token),
                Some(compound) => self.body(compound, token, rest),
            }
        } else if self.last.is_none() {
            self.candidates.clear();
        }
        self.last = Some(token);
    }

    fn head(&mut self, token: Token<'a>) {
        let value = self.last.is_some_and(|last| last.is('='));
        self.candidates.retain_mut(|(compound, step)| {
            let fits = compound.head.get(*step).is_some_and(|words| token.is_any_word(words));
            *step += usize::from(fits && !value);
            fits || value || token.is_any_word(&compound.optional)
        });
        let complete = |(compound, step): &&(&'l Compound, usize)| *step == compound.head.len();
        if let Some((compound, _)) = self.candidates.iter().find(complete) {
            self.found = Some(compound);
            if token.is_any_word(&compound.opens) {
                self.push(token, false);
            }
        }
    }

    fn body(&mut self, compound: &'l Compound, token: Token<'a>, rest: &str) {
        let Some(last) = self.last else { return };
        // `END IF`, `END LOOP label`: what follows names the block that is closed.
        if is_operand(rest) || self.closing == Some(last) {
            return;
        }
        let starts = last.is(';') || last.is(':') || last.is_any_word(&compound.leads);
        match self.open.last() {
            None if self.closing.is_some() => {}
            None => self.before_body(compound, token, last, starts),
            Some(Open { expression: true, .. }) => self.expression(token),
            Some(_) => self.block(compound, token, last, starts),
        }
    }

    /// Between the head and the body: the name, parameters, characteristics, or a body of a single statement.
    fn before_body(&mut self, compound: &Compound, token: Token<'a>, last: Token<'a>, starts: bool) {
        let is_name =
            last.is_word("EXISTS") || compound.head.last().is_some_and(|words| last.is_any_word(words));
        // After `)` and after a string, as in `COMMENT 'x'`, the body may follow; `) FOR UPDATE` is no block.
        let follows = (last.is(')') || last.kind == TokenKind::String) && !token.is_word("FOR");
        let opens = token.is_any_word(&compound.opens);
        if !is_name && (opens || (starts || follows) && token.is_any_word(&compound.blocks)) {
            self.push(token, false);
        }
    }

    fn expression(&mut self, token: Token<'a>) {
        if token.is_word("END") {
            self.open.pop();
        } else if token.is_word("CASE") {
            self.push(token, true);
        }
    }

    fn block(&mut self, compound: &Compound, token: Token<'a>, last: Token<'a>, starts: bool) {
        if starts {
            self.inner = Some(token);
        }
        let inside = |word| self.inner.is_some_and(|inner| inner.is_word(word));
        if token.is_word("END") {
            // `REPEAT … UNTIL condition END REPEAT` is the one block that no semicolon closes.
            if starts || inside("UNTIL") {
                self.open.pop();
                self.inner = None;
                self.closing = Some(token);
            }
        } else if starts && token.is_any_word(&compound.blocks) {
            self.push(token, false);
        } else if token.is_word("BEGIN") && (last.is(')') || inside("HANDLER")) {
            // The body of a routine in a package, or of `DECLARE EXIT HANDLER FOR …`.
            self.push(token, false);
        } else if token.is_word("HANDLER") && inside("DECLARE") {
            self.inner = Some(token);
        } else if token.is_word("CASE") && !last.is_word("AS") {
            self.push(token, true);
        }
    }

    fn push(&mut self, word: Token<'a>, expression: bool) {
        self.open.push(Open { word, expression });
        if !expression {
            self.inner = None;
        }
    }
}

/// Whether a word before this text is a name in an expression or a list rather than a keyword.
fn is_operand(rest: &str) -> bool {
    rest.trim_start_matches(scan::is_space).starts_with(['=', ',', '.'])
}
