//! A text that cannot be cut into statements, and where.

use std::fmt;
use std::ops::Range;

use lambic_core::{Error, ErrorKind, Location};

/// What is wrong with a text, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Stable machine-readable name, for example `sql.unterminated-string`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The bytes of the text that are wrong.
    pub range: Range<usize>,
}

impl SyntaxError {
    pub(crate) fn new(
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { code, message: message.into(), hint: hint.into(), range }
    }

    /// Makes it an error of Lambic with file, line and column. The text that was split begins at byte `offset`
    /// of `whole`, the content of `file`.
    pub fn locate(self, file: &str, whole: &str, offset: usize) -> Error {
        let location = Location::in_text(file, whole, offset + self.range.start, offset + self.range.end);
        Error::new(ErrorKind::Parse, self.code, self.message).hint(self.hint).at(location)
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.message, self.range.start)
    }
}

impl std::error::Error for SyntaxError {}
