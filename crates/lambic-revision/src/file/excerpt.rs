//! A part of a file's text.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::text;

/// A part of a revision file's text, which it shares and does not copy. Serialises as text.
#[derive(Clone)]
pub struct Excerpt {
    text: Arc<str>,
    /// Files are far smaller than what 32 bits can count.
    start: u32,
    end: u32,
}

impl Excerpt {
    pub(super) fn new(text: Arc<str>, range: Range<usize>) -> Self {
        let fits = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { text, start: fits(range.start), end: fits(range.end) }
    }

    /// Where it stands in the file, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Deref for Excerpt {
    type Target = str;

    fn deref(&self) -> &str {
        text::slice(&self.text, self.range())
    }
}

impl From<&str> for Excerpt {
    /// A text of its own, as if a file held nothing else.
    fn from(text: &str) -> Self {
        Self::new(text.into(), 0..text.len())
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl PartialEq for Excerpt {
    fn eq(&self, other: &Self) -> bool {
        self.start == other.start && **self == **other
    }
}

impl Eq for Excerpt {}

impl Serialize for Excerpt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}
