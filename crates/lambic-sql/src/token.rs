//! What a lexer yields.

use std::borrow::Cow;
use std::ops::Range;

use lambic_core::{Lexicon, Quotes};

/// A piece of SQL text. The tokens of a text, joined, are the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// The byte offset of its first character.
    pub start: usize,
    /// Its text, quotes included.
    pub text: &'a str,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Spaces, tabs and line ends.
    Whitespace,
    /// A comment up to the end of its line, without the line end.
    LineComment,
    /// A comment between `/*` and `*/`.
    BlockComment,
    /// The beginning (`/*!50003`) or the end (`*/`) of a comment whose content is run: that content is tokens.
    ExecutableComment,
    /// A keyword or an unquoted name.
    Word,
    /// A quoted name.
    QuotedIdentifier,
    /// A string between quotes.
    String,
    /// A string between dollar quotes.
    DollarString,
    /// A number, or a name that begins with a digit.
    Number,
    /// A parameter or a variable.
    Parameter,
    /// The end of a statement: a semicolon, or the delimiter in force.
    Terminator,
    /// Any other single character.
    Punctuation,
    /// Something that the end of the text cuts off; it reaches up to there.
    Unterminated(Unterminated),
}

/// What lacks its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unterminated {
    /// A block comment.
    BlockComment,
    /// A quoted name.
    QuotedIdentifier,
    /// A string between quotes.
    String,
    /// A string between dollar quotes.
    DollarString,
}

impl<'a> Token<'a> {
    /// The byte offset after its last character.
    pub const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Where it stands, in bytes.
    pub const fn range(&self) -> Range<usize> {
        self.start..self.end()
    }

    /// Whether it is this keyword, without regard to case. A quoted name never is one.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is one of these keywords.
    pub fn is_any_word<S: AsRef<str>>(&self, words: &[S]) -> bool {
        words.iter().any(|word| self.is_word(word.as_ref()))
    }

    /// Whether it is this single character of punctuation; a semicolon is one too.
    #[inline]
    pub fn is(&self, character: char) -> bool {
        matches!(self.kind, TokenKind::Punctuation | TokenKind::Terminator)
            && self.text.len() == character.len_utf8()
            && self.text.starts_with(character)
    }

    /// Whether it is a space or a comment that nobody runs.
    pub const fn is_trivia(&self) -> bool {
        matches!(self.kind, TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment)
    }

    /// Whether it can stand where a name is expected: a word or a quoted name.
    pub const fn is_identifier(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::QuotedIdentifier)
    }

    /// Its content: a quoted name or string without its quotes and with doubled quotes made single, everything
    /// else as it stands. Backslash escapes and the letter before a string stay as they are written.
    pub fn unquote(&self, lexicon: &Lexicon) -> Cow<'a, str> {
        let first = self.text.chars().next().unwrap_or_default();
        let quotes = match self.kind {
            TokenKind::QuotedIdentifier => {
                lexicon.identifier_quotes.iter().find(|q| q.open == first).copied()
            }
            TokenKind::String if lexicon.string_quotes.contains(&first) => Some(Quotes::same(first)),
            _ => None,
        };
        let Some((quotes, inner)) = quotes.and_then(|quotes| {
            Some((quotes, self.text.strip_prefix(quotes.open)?.strip_suffix(quotes.close)?))
        }) else {
            return Cow::Borrowed(self.text);
        };
        if inner.contains(quotes.close) {
            let close = quotes.close.to_string();
            Cow::Owned(inner.replace(&close.repeat(2), &close))
        } else {
            Cow::Borrowed(inner)
        }
    }
}
