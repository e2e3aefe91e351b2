//! The lexer: a text becomes tokens, one pass, no copies.

use lambic_core::Lexicon;

use crate::scan;
use crate::token::{Token, TokenKind, Unterminated};

/// The terminator that is in force unless a script changes it.
pub(crate) const SEMICOLON: &str = ";";

/// An iterator over the tokens of a text. It takes any text, and its tokens joined are that text.
#[derive(Debug, Clone)]
pub struct Lexer<'a, 'l> {
    text: &'a str,
    lexicon: &'l Lexicon,
    at: usize,
    terminator: &'a str,
    backslashes: bool,
    executable: Option<usize>,
}

/// A kind, and a length in bytes; `None` reaches to the end of the text.
type Scanned = (TokenKind, Option<usize>);

impl<'a, 'l> Lexer<'a, 'l> {
    /// Reads `text` by the rules of `lexicon`.
    pub const fn new(text: &'a str, lexicon: &'l Lexicon) -> Self {
        let backslashes = lexicon.backslash_escapes;
        Self { text, lexicon, at: 0, terminator: SEMICOLON, backslashes, executable: None }
    }

    /// The tokens that matter: no spaces, no comments, no marks of executable comments.
    pub fn significant(self) -> impl Iterator<Item = Token<'a>> + use<'a, 'l> {
        self.filter(|token| !token.is_trivia() && token.kind != TokenKind::ExecutableComment)
    }

    pub(crate) const fn terminator(&self) -> &'a str {
        self.terminator
    }

    pub(crate) const fn set_terminator(&mut self, terminator: &'a str) {
        self.terminator = terminator;
    }

    /// Turns backslash escapes in plain strings on or off for the rest of the text.
    pub(crate) const fn set_backslashes(&mut self, on: bool) {
        self.backslashes = on;
    }

    /// Where the executable comment began that is open now.
    pub(crate) const fn executable(&self) -> Option<usize> {
        self.executable
    }

    /// Passes over plain words and numbers, and commas and space between them, while the semicolon is the
    /// terminator. Returns where the last of them ends that is no space.
    pub(crate) fn pass_plain(&mut self) -> Option<usize> {
        if self.terminator != SEMICOLON {
            return None;
        }
        let rest = self.rest();
        let length = scan::plain(rest);
        let passed = rest.get(..length).unwrap_or_default().trim_end_matches(scan::is_space);
        let end = self.at + passed.len();
        self.at += length;
        (!passed.is_empty()).then_some(end)
    }

    /// What is still to be read.
    pub(crate) fn rest(&self) -> &'a str {
        scan::after(self.text, self.at)
    }

    /// Leaves out the next bytes.
    pub(crate) fn jump(&mut self, bytes: usize) {
        self.at = self.text.ceil_char_boundary(self.at.saturating_add(bytes));
    }

    fn scan(&mut self, rest: &str, first: char) -> Scanned {
        let ends = rest.as_bytes().first() == self.terminator.as_bytes().first();
        if ends && self.executable.is_none() && rest.starts_with(self.terminator) {
            return (TokenKind::Terminator, Some(self.terminator.len()));
        }
        if scan::is_space(first) {
            return (TokenKind::Whitespace, Some(scan::spaces(rest)));
        }
        if first.is_ascii_alphabetic() {
            return self.word(rest, first);
        }
        // What is punctuation everywhere, and most of it.
        if matches!(first, '(' | ')' | ',') {
            return (TokenKind::Punctuation, Some(1));
        }
        self.comment(rest).or_else(|| self.quoted(rest, first)).unwrap_or_else(|| self.plain(rest, first))
    }

    fn comment(&mut self, rest: &str) -> Option<Scanned> {
        if let Some(length) = scan::line_comment(rest, &self.lexicon.line_comments) {
            return Some((TokenKind::LineComment, Some(length)));
        }
        if rest.starts_with("*/") && self.executable.take().is_some() {
            return Some((TokenKind::ExecutableComment, Some(2)));
        }
        if !rest.starts_with("/*") {
            return None;
        }
        let rules = &self.lexicon.block_comments;
        if self.executable.is_none()
            && let Some(length) = scan::executable_comment(rest, &rules.executable)
        {
            self.executable = Some(self.at);
            return Some((TokenKind::ExecutableComment, Some(length)));
        }
        Some(match scan::block_comment(rest, rules.nested) {
            None if !rules.may_stay_open => (TokenKind::Unterminated(Unterminated::BlockComment), None),
            length => (TokenKind::BlockComment, length),
        })
    }

    fn quoted(&self, rest: &str, first: char) -> Option<Scanned> {
        if !first.is_ascii() {
            return None;
        }
        if self.lexicon.string_quotes.contains(&first) {
            let length = scan::quoted(rest, first, true, self.backslashes);
            return Some(ended(length, TokenKind::String, Unterminated::String));
        }
        if let Some(quotes) = self.lexicon.identifier_quotes.iter().find(|quotes| quotes.open == first) {
            let length = scan::quoted(rest, quotes.close, quotes.open == quotes.close, false);
            return Some(ended(length, TokenKind::QuotedIdentifier, Unterminated::QuotedIdentifier));
        }
        let tag = if self.lexicon.dollar_quotes { scan::dollar_tag(rest) } else { None }?;
        let length = scan::dollar_string(rest, tag);
        Some(ended(length, TokenKind::DollarString, Unterminated::DollarString))
    }

    /// Parameters, numbers, names that do not begin with a letter, and punctuation.
    fn plain(&self, rest: &str, first: char) -> Scanned {
        let tail = scan::after(rest, first.len_utf8());
        let characters = &self.lexicon.word_characters;
        if self.lexicon.parameter_prefixes.contains(&first) {
            let name = scan::run(tail, |c| scan::continues_word(c, characters));
            if name > 0 {
                return (TokenKind::Parameter, Some(self.cut(rest, first.len_utf8() + name)));
            }
        }
        let fraction = first == '.' && tail.starts_with(|c: char| c.is_ascii_digit());
        if first.is_ascii_digit() || fraction {
            return (TokenKind::Number, Some(self.cut(rest, scan::number(rest))));
        }
        if scan::begins_word(first, characters) {
            return self.word(rest, first);
        }
        let placeholder = self.lexicon.placeholder;
        let parameter = first == placeholder.prefix && !placeholder.numbered;
        let kind = if parameter { TokenKind::Parameter } else { TokenKind::Punctuation };
        (kind, Some(first.len_utf8()))
    }

    /// A word, or a string with a letter before it that turns on backslash escapes.
    fn word(&self, rest: &str, first: char) -> Scanned {
        let length = scan::word(rest, &self.lexicon.word_characters);
        let escaped = if length == 1 { self.escaped(rest, first) } else { None };
        escaped.unwrap_or_else(|| (TokenKind::Word, Some(self.cut(rest, length))))
    }

    /// A string with backslash escapes, if this letter stands before one.
    fn escaped(&self, rest: &str, letter: char) -> Option<Scanned> {
        self.lexicon.escape_prefix.filter(|prefix| prefix.eq_ignore_ascii_case(&letter))?;
        let tail = scan::after(rest, 1);
        let quote = tail.chars().next().filter(|c| self.lexicon.string_quotes.contains(c))?;
        let string = scan::escaped_string(tail, quote, &self.lexicon.line_comments);
        Some(ended(string.map(|string| string + 1), TokenKind::String, Unterminated::String))
    }

    /// Shortens a word that runs into a terminator made of word characters, as in `END$$`.
    fn cut(&self, rest: &str, length: usize) -> usize {
        if self.terminator == SEMICOLON || self.executable.is_some() {
            return length;
        }
        let terminator = self.terminator.as_bytes();
        let meets = |at: &usize| rest.as_bytes().get(*at..).is_some_and(|tail| tail.starts_with(terminator));
        (1..length).find(meets).unwrap_or(length)
    }
}

fn ended(length: Option<usize>, kind: TokenKind, otherwise: Unterminated) -> Scanned {
    (if length.is_some() { kind } else { TokenKind::Unterminated(otherwise) }, length)
}

impl<'a> Iterator for Lexer<'a, '_> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        let (kind, length) = self.scan(rest, first);
        let text = length.and_then(|length| rest.get(..length)).unwrap_or(rest);
        let start = self.at;
        self.at += text.len();
        Some(Token { kind, start, text })
    }
}

#[cfg(test)]
mod tests;
