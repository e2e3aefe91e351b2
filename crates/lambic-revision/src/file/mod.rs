//! A revision file: its header, read at once, and its sections, read when they are asked for.

mod allow;
mod directive;
mod excerpt;
mod fault;
mod header;
mod section;
mod words;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lambic_core::{Location, Result};

pub use allow::Allow;
pub use excerpt::Excerpt;
pub use section::{Direction, Section, Targets};

use directive::Directive;
use header::Header;

use crate::text;

/// The most bytes that a revision file may have.
pub const MAX_FILE_SIZE: usize = 16 * 1024 * 1024;

/// One revision, as its file says.
///
/// The text is kept whole; what the header says is found in it by position.
#[derive(Debug, Clone)]
pub struct RevisionFile {
    path: PathBuf,
    text: Arc<str>,
    header: Header,
}

/// What in a header names other revisions, or the revision itself; for the place of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    Id,
    Down,
    DependsOn,
    Labels,
}

impl Names {
    fn directive(self) -> Directive {
        match self {
            Self::Id => Directive::Revision,
            Self::Down => Directive::DownRevision,
            Self::DependsOn => Directive::DependsOn,
            Self::Labels => Directive::BranchLabel,
        }
    }
}

impl RevisionFile {
    /// Reads the header in `text`. `path` is how errors name the file.
    ///
    /// Fails when the header is wrong, or when the file has no upgrade section and is no merge.
    pub fn parse(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Result<Self> {
        let (path, text) = (path.into(), text.into());
        if let Some(at) = memchr::memchr(0, text.as_bytes()) {
            return Err(nul(at).in_file(&path, &text));
        }
        match header::parse(&text) {
            Ok(header) => Ok(Self { path, text, header }),
            Err(fault) => Err(fault.in_file(&path, &text)),
        }
    }

    /// The path, as the version location was written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes `range` of the text; nothing where they are no part of it.
    pub fn excerpt(&self, range: Range<usize>) -> Excerpt {
        Excerpt::new(Arc::clone(&self.text), range)
    }

    /// The revision's id.
    pub fn id(&self) -> &str {
        self.header.value(&self.text, Directive::Revision).unwrap_or_default()
    }

    /// The revisions that this one follows: none for a base, several for a merge.
    pub fn down_revisions(&self) -> impl Iterator<Item = &str> {
        self.names(Names::Down)
    }

    /// The ids and labels of what must be applied first, as they are written.
    pub fn depends_on(&self) -> impl Iterator<Item = &str> {
        self.names(Names::DependsOn)
    }

    /// The names of the branch that starts here.
    pub fn branch_labels(&self) -> impl Iterator<Item = &str> {
        self.names(Names::Labels)
    }

    /// What the revision does, in one line; empty when the file does not say.
    pub fn message(&self) -> &str {
        self.header.value(&self.text, Directive::Message).unwrap_or_default()
    }

    /// When the file was made, as it is written there (RFC 3339).
    pub fn created(&self) -> Option<&str> {
        self.header.value(&self.text, Directive::Created)
    }

    /// The ordinary comments of the header, a line each: the long description.
    pub fn doc(&self) -> String {
        let header = text::slice(&self.text, 0..self.header.sections);
        let lines = header.split(['\n', '\r']).filter(|line| !line.starts_with(directive::MARK));
        let comments = lines.filter_map(|line| line.trim().strip_prefix("--"));
        comments.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }

    /// Whether the file has any section. Only a merge has none.
    pub fn has_sections(&self) -> bool {
        self.header.sections < self.text.len()
    }

    /// Every section, in the order of the file.
    pub fn sections(&self) -> Result<Vec<Section<'_>>> {
        section::parse(&self.text, self.header.sections)
            .map_err(|fault| fault.in_file(&self.path, &self.text))
    }

    /// Reads the line at the bytes `range`, which begins with `-- @` between two statements of a section.
    pub fn allow(&self, range: Range<usize>) -> Result<Allow<'_>> {
        allow::parse(&self.text, range).map_err(|fault| fault.in_file(&self.path, &self.text))
    }

    /// The place of the bytes `range`, for an error.
    pub fn location(&self, range: Range<usize>) -> Location {
        text::locate(self.path.display().to_string(), &self.text, range)
    }

    /// The place of `name` in a list of the header; the whole file when it is not there.
    pub(crate) fn place_of(&self, list: Names, name: &str) -> Location {
        let range = self.header.range(list.directive()).unwrap_or(0..0);
        let words = words::words(&self.text, range.clone()).unwrap_or_default();
        let word = words.into_iter().find(|word| word.text == name).map(|word| word.range);
        self.location(word.unwrap_or(range))
    }

    fn names(&self, list: Names) -> impl Iterator<Item = &str> {
        self.header.value(&self.text, list.directive()).unwrap_or_default().split_whitespace()
    }
}

fn nul(at: usize) -> fault::Fault {
    fault::Fault::new("revision.nul", at..at + 1, format!("the file is not text: byte {at} is NUL"))
        .hint("save it as UTF-8".to_owned())
}
