//! What is wrong with a text, before it is known which file it came from.

use std::ops::Range;
use std::path::Path;

use lambic_core::{Error, ErrorKind};

use crate::text;

/// A mistake at a place of a text.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) range: Range<usize>,
}

impl Fault {
    pub(crate) fn new(code: &'static str, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, range }
    }

    pub(crate) fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into().or(self.hint);
        self
    }

    /// The mistake as an error in the file `path`, whose whole text is `text`.
    pub(crate) fn in_file(self, path: &Path, text: &str) -> Error {
        let mut error = Error::new(ErrorKind::Parse, self.code, self.message);
        error.hint = self.hint;
        error.at(text::locate(path.display().to_string(), text, self.range))
    }
}
