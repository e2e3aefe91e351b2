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
        if self.closing == Some(last) {
            return;
        }
        let operand = is_operand(rest);
        // `DO` leads to the statements of a loop, unless it is a statement itself.
        let leads = last.is_any_word(&compound.leads) && !(last.is_word("DO") && self.inner == Some(last));
        let starts = last.is(';') || last.is(':') || leads;
        match self.open.last() {
            Some(Open { expression: true, .. }) => self.expression(token, last, operand),
            _ if operand => {}
            None if self.closing.is_some() => {}
            None => self.before_body(compound, token, rest, starts),
            Some(_) => self.block(compound, token, last, starts),
        }
    }

    /// Between the head and the body: the name, parameters, characteristics, or a body of a single statement.
    fn before_body(&mut self, compound: &Compound, token: Token<'a>, rest: &str, starts: bool) {
        let Some(last) = self.last else { return };
        let is_name =
            last.is_word("EXISTS") || compound.head.last().is_some_and(|words| last.is_any_word(words));
        // After `)` and after a string, as in `COMMENT 'x'`, the body may follow; `) FOR UPDATE` is no block.
        let after = last.is(')') || last.kind == TokenKind::String;
        let follows = after && (!token.is_word("FOR") || is_loop(rest));
        let opens = token.is_any_word(&compound.opens);
        if !is_name && (opens || (starts || follows) && token.is_any_word(&compound.blocks)) {
            self.push(token, false);
        }
    }

    fn expression(&mut self, token: Token<'a>, last: Token<'a>, operand: bool) {
        // `CASE WHEN end = 1 THEN 2 END, 3`: before a comma or a comparison it is a column where one is expected.
        if token.is_word("END") && (!operand || ends_operand(last)) {
            self.open.pop();
        } else if token.is_word("CASE") {
            self.push(token, true);
        }
    }

    fn block(&mut self, compound: &Compound, token: Token<'a>, last: Token<'a>, starts: bool) {
        let handles = self.inner.is_some_and(|inner| inner.is_word("HANDLER"));
        if handles && is_condition(token, last) {
            return;
        }
        let starts = starts || handles;
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
        } else if token.is_word("BEGIN") && last.is(')') {
            // The body of a routine in a package.
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

/// Whether an expression may end with this token.
fn ends_operand(token: Token<'_>) -> bool {
    const BEFORE_OPERANDS: [&str; 24] = [
        "CASE", "WHEN", "THEN", "ELSE", "AND", "OR", "XOR", "NOT", "IN", "IS", "LIKE", "ILIKE", "BETWEEN",
        "DIV", "MOD", "REGEXP", "RLIKE", "GLOB", "MATCH", "SOUNDS", "BINARY", "COLLATE", "ESCAPE",
        "INTERVAL",
    ];
    match token.kind {
        TokenKind::Word => !token.is_any_word(&BEFORE_OPERANDS),
        TokenKind::Punctuation => token.is(')') || token.is(']'),
        _ => true,
    }
}

/// Whether a word is part of what `DECLARE … HANDLER` handles: `FOR 1062, SQLSTATE VALUE '42000', NOT FOUND`.
fn is_condition(token: Token<'_>, last: Token<'_>) -> bool {
    last.is_any_word(&["HANDLER", "FOR"])
        || last.is(',')
        || (last.is_word("SQLSTATE") && token.is_word("VALUE"))
        || (last.is_word("NOT") && token.is_word("FOUND"))
}

/// Whether `FOR` before this text begins a loop: a name and `IN` follow.
fn is_loop(rest: &str) -> bool {
    let mut words = rest.split(scan::is_space).filter(|word| !word.is_empty());
    words.nth(1).is_some_and(|word| word.eq_ignore_ascii_case("IN"))
}

/// Whether a word before this text is a name in an expression or a list rather than a keyword.
fn is_operand(rest: &str) -> bool {
    rest.trim_start_matches(scan::is_space).starts_with(['=', ',', '.'])
}
