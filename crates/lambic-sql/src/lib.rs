//! SQL as text: tokens and statements, by the lexical rules that a dialect's [`Lexicon`](lambic_core::Lexicon)
//! states as data.
//!
//! [`split`] cuts a script into statements, [`Lexer`] into tokens, and a [`Cursor`] walks over the tokens that
//! matter, and [`rewrite`] replaces some. [`leading_words`] and [`longest_phrase`] tell what kind a statement is. Nothing here knows a
//! database, and nothing panics, whatever the text.

mod compound;
mod cursor;
mod error;
mod lexer;
mod places;
mod rewrite;
mod scan;
mod split;
mod splitter;
mod token;
mod words;

pub use cursor::Cursor;
pub use error::SyntaxError;
pub use lexer::Lexer;
pub use places::{alias_of, is_among_relations, is_relation};
pub use rewrite::rewrite;
pub use split::{Gap, Script, Statement, split};
pub use token::{Token, TokenKind, Unterminated};
pub use words::{leading_words, longest_phrase};
