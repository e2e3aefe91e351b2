//! A walk over the tokens that matter.

use std::borrow::Cow;

use lambic_core::Lexicon;

use crate::error::SyntaxError;
use crate::{Lexer, Token, TokenKind};

/// A place among the significant tokens of a text: what a hand-written parser needs.
#[derive(Debug, Clone)]
pub struct Cursor<'a, 'l> {
    source: &'a str,
    lexicon: &'l Lexicon,
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a, 'l> Cursor<'a, 'l> {
    /// Stands before the first token of `source`.
    pub fn new(source: &'a str, lexicon: &'l Lexicon) -> Self {
        Self { source, lexicon, tokens: Lexer::new(source, lexicon).significant().collect(), at: 0 }
    }

    /// The text that is read.
    pub const fn source(&self) -> &'a str {
        self.source
    }

    /// The next token.
    pub fn peek(&self) -> Option<Token<'a>> {
        self.peek_at(0)
    }

    /// The token `ahead` places after the next one.
    pub fn peek_at(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at.saturating_add(ahead)).copied()
    }

    /// Takes the next token.
    pub fn advance(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Whether every token is taken.
    pub fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// The byte offset of the next token; at the end, the length of the text.
    pub fn offset(&self) -> usize {
        self.peek().map_or(self.source.len(), |token| token.start)
    }

    /// The byte offset after the last token that was taken.
    pub fn end_of_last(&self) -> usize {
        self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, Token::end)
    }

    /// Whether the next token is this keyword.
    pub fn at_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is_word(word))
    }

    /// Whether the next tokens are these keywords.
    pub fn at_words(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(ahead, word)| self.peek_at(ahead).is_some_and(|token| token.is_word(word)))
    }

    /// Whether the next token is this character.
    pub fn at_char(&self, character: char) -> bool {
        self.peek().is_some_and(|token| token.is(character))
    }

    /// Takes this keyword, if it stands here.
    pub fn eat_word(&mut self, word: &str) -> bool {
        self.eat_words(&[word])
    }

    /// Takes these keywords, if all of them stand here.
    pub fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.at_words(words);
        self.at += if found { words.len() } else { 0 };
        found
    }

    /// Takes this character, if it stands here.
    pub fn eat_char(&mut self, character: char) -> bool {
        let found = self.at_char(character);
        self.at += usize::from(found);
        found
    }

    /// Takes a name, quoted or not, and gives it without its quotes.
    pub fn eat_identifier(&mut self) -> Option<Cow<'a, str>> {
        let token = self.peek().filter(Token::is_identifier)?;
        self.at += 1;
        Some(token.unquote(self.lexicon))
    }

    /// Takes what stands in parentheses here, to the one that closes the first, and gives the text between. At
    /// anything else, or where the closing one is missing, it takes nothing.
    pub fn eat_parenthesized(&mut self) -> Option<&'a str> {
        let open = self.peek().filter(|token| token.is('('))?;
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(self.at) {
            depth = if token.is('(') { depth + 1 } else { depth - usize::from(token.is(')')) };
            if depth == 0 {
                self.at = index + 1;
                return self.source.get(open.end()..token.start);
            }
        }
        None
    }

    /// Takes this keyword.
    ///
    /// # Errors
    /// Something else stands here.
    pub fn expect_word(&mut self, word: &str) -> Result<(), SyntaxError> {
        if self.eat_word(word) { Ok(()) } else { Err(self.unexpected(&format!("`{word}`"))) }
    }

    /// Takes this character.
    ///
    /// # Errors
    /// Something else stands here.
    pub fn expect_char(&mut self, character: char) -> Result<(), SyntaxError> {
        if self.eat_char(character) { Ok(()) } else { Err(self.unexpected(&format!("`{character}`"))) }
    }

    /// Takes a name.
    ///
    /// # Errors
    /// Something else stands here.
    pub fn expect_identifier(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        self.eat_identifier().ok_or_else(|| self.unexpected("a name"))
    }

    /// Says that something else was expected here.
    pub fn unexpected(&self, expected: &str) -> SyntaxError {
        let found = match self.peek() {
            None => "the end of the text".to_owned(),
            Some(Token { kind: TokenKind::Unterminated(_), .. }) => "something that has no end".to_owned(),
            Some(token) => format!("`{}`", token.text),
        };
        let range = self.peek().map_or(self.source.len()..self.source.len(), |token| token.range());
        let message = format!("expected {expected}, found {found}");
        SyntaxError::new("sql.unexpected", range, message, format!("write {expected} here"))
    }
}
