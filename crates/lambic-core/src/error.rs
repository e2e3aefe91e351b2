//! The one error type of Lambic: plain data, so that it crosses a plugin boundary unchanged.
//!
//! An [`Error`] says what went wrong (`message`), where (`location`, `statement`), what the database itself
//! said (`database`), what state the failure left behind (`aftermath`) and what to do (`hint`). Rendering it,
//! with colours and carets, is the command line's job.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::string_enum;

/// The result of everything in Lambic that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

string_enum! {
    /// What sort of failure an [`Error`] is. Callers decide by it; people read the message.
    pub enum ErrorKind {
        /// The command or a call was used wrongly.
        Usage = "usage",
        /// The configuration is missing, unreadable or wrong.
        Config = "config",
        /// A revision file cannot be read as one.
        Parse = "parse",
        /// The revision graph is unsound, or a symbol does not fit it.
        Graph = "graph",
        /// A file could not be read or written.
        Io = "io",
        /// No session could be opened, or it was lost. Later one may be.
        Connect = "connect",
        /// What answers gives no session, and will give none later: there is no such database, or no TLS.
        Refused = "refused",
        /// The server refused the credentials.
        Auth = "auth",
        /// A privilege is missing.
        Permission = "permission",
        /// The dialect cannot do this, and its capabilities say so.
        Unsupported = "unsupported",
        /// Somebody else holds a lock.
        Locked = "locked",
        /// The database is not in the state that the call expects.
        Conflict = "conflict",
        /// A downgrade would cross a revision that cannot be undone.
        Irreversible = "irreversible",
        /// The database refused a statement.
        Database = "database",
        /// The database file is damaged, or not a database.
        Corrupt = "corrupt",
        /// The database ran out of room.
        Full = "full",
        /// A person or a signal stopped the work.
        Cancelled = "cancelled",
        /// Time ran out.
        Timeout = "timeout",
        /// A person must decide before the work can go on.
        Decision = "decision",
        /// A mistake in Lambic itself.
        Internal = "internal",
    }
}

string_enum! {
    /// What a failed statement or transaction left behind.
    pub enum Aftermath {
        /// Nothing was sent.
        NotStarted = "not-started",
        /// It was undone.
        RolledBack = "rolled-back",
        /// It took effect, although an error was reported.
        Applied = "applied",
        /// Part of it took effect.
        Partial = "partial",
        /// Nobody can tell.
        Unknown = "unknown",
    }
}

/// A place in a text: a file, or any other named source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Location {
    /// Path of the file as the user would write it; empty when the text has no name.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// How many characters the place covers; 0 for a single point.
    pub length: u32,
    /// The text of that line, without its line end.
    pub excerpt: String,
}

impl Location {
    /// Names a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// Finds the place of the bytes `start..end` of `text`. Offsets past the end or inside a character are
    /// moved to the nearest place that exists.
    pub fn in_text(file: impl Into<String>, text: &str, start: usize, end: usize) -> Self {
        let start = text.floor_char_boundary(start);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(line_start..).unwrap_or_default();
        let excerpt = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let column_bytes = start - line_start;
        let end = text.floor_char_boundary(end.max(start)).min(line_start + excerpt.len()).max(start);
        Self {
            file: file.into(),
            line: count(before.matches('\n').count()) + 1,
            column: count(excerpt.get(..column_bytes).unwrap_or(excerpt).chars().count()) + 1,
            length: count(text.get(start..end).unwrap_or_default().chars().count()),
            excerpt: excerpt.to_owned(),
        }
    }
}

/// Lines and columns beyond 4 billion are all reported as the last one.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => f.write_str(&self.file),
            (line, 0) => write!(f, "{}:{line}", self.file),
            (line, column) => write!(f, "{}:{line}:{column}", self.file),
        }
    }
}

/// What the database itself reported, as it reported it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DatabaseReport {
    /// Five-character SQLSTATE, where the database has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// The vendor's own code, for example SQLite's extended result code or a MySQL error number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// The vendor's name for the code, for example `SQLITE_BUSY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// More text: detail, hint, context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The content of an [`Error`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorData {
    /// What sort of failure it is.
    pub kind: ErrorKind,
    /// Stable machine-readable name, for example `revision.unknown-directive`.
    pub code: String,
    /// One sentence: what is wrong, and with what.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where it is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The statement that failed, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// Byte offset into `statement` that the database pointed at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// What the database reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<DatabaseReport>,
    /// What the failure left behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aftermath: Option<Aftermath>,
    /// Further facts, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A failure. Small to return; [`ErrorData`] holds the facts and is reached through `Deref`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Error(Box<ErrorData>);

impl Error {
    /// Makes an error from its kind, its stable code and one sentence.
    pub fn new(kind: ErrorKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorData {
            kind,
            code: code.into(),
            message: message.into(),
            hint: None,
            location: None,
            statement: None,
            offset: None,
            database: None,
            aftermath: None,
            notes: Vec::new(),
        }))
    }

    /// Says that `what` is beyond the dialect: the last word of a driver on what its capabilities deny.
    pub fn unsupported(dialect: &str, what: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Unsupported, "unsupported", format!("{dialect} does not support {what}"))
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds where it is wrong.
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// Adds the statement that failed.
    pub fn statement(mut self, sql: impl Into<String>) -> Self {
        self.statement = Some(sql.into());
        self
    }

    /// Adds what the database reported.
    pub fn database(mut self, report: DatabaseReport) -> Self {
        self.database = Some(report);
        self
    }

    /// Adds what the failure left behind.
    pub fn aftermath(mut self, aftermath: Aftermath) -> Self {
        self.aftermath = Some(aftermath);
        self
    }

    /// Adds one more fact.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl Deref for Error {
    type Target = ErrorData;
    fn deref(&self) -> &ErrorData {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut ErrorData {
        &mut self.0
    }
}

impl fmt::Display for Error {
    /// One line: the place, where there is one, and the message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Some(location) if !location.file.is_empty() => write!(f, "{location}: {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_counts_characters_and_survives_any_offset() {
        let text = "-- é\r\nSELECT ü FROM t;\n";
        let at = text.find('ü').unwrap();
        let location = Location::in_text("a.sql", text, at, at + 'ü'.len_utf8());
        assert_eq!((location.line, location.column, location.length), (2, 8, 1));
        assert_eq!(location.excerpt, "SELECT ü FROM t;");
        assert_eq!(location.to_string(), "a.sql:2:8");
        for start in 0..text.len() + 3 {
            for end in 0..text.len() + 3 {
                let _ = Location::in_text("a.sql", text, start, end);
            }
        }
    }

    #[test]
    fn an_error_is_one_line_of_text() {
        let error = Error::new(ErrorKind::Parse, "x", "unknown directive").at(Location::file("a.sql"));
        assert_eq!(error.to_string(), "a.sql: unknown directive");
    }
}
