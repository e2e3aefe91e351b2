//! A script and its statements.

use std::ops::Range;

use lambic_core::Lexicon;

use crate::error::SyntaxError;
use crate::splitter::Splitter;

/// A script, cut into statements. Gaps and statements follow each other without a hole: the text is
/// `before` and `range.start..end` of each statement in turn, then the tail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script<'a> {
    /// The statements, in order.
    pub statements: Vec<Statement<'a>>,
    /// What follows the last one.
    pub tail: Gap,
}

/// What stands before, between and after statements: space, comments, terminators without a statement, and
/// lines for the command-line client that are understood or skipped, such as `DELIMITER`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gap {
    /// Where, in bytes of the script.
    pub range: Range<usize>,
    /// The comments in it.
    pub comments: Vec<Range<usize>>,
}

/// A statement of a script. All ranges are bytes of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    pub(crate) script: &'a str,
    /// Where the comments begin that belong to the statement, or the statement itself.
    pub(crate) commented_from: usize,
    /// What stands before it.
    pub before: Gap,
    /// From its first significant character to its last: no terminator, no comments around it.
    pub range: Range<usize>,
    /// Where it ends with terminator and data.
    pub end: usize,
    /// The lines of data that follow a `COPY … FROM STDIN`, each with its line end, without the `\.`.
    pub data: Option<Range<usize>>,
}

impl<'a> Statement<'a> {
    /// The statement, as it is sent.
    pub fn text(&self) -> &'a str {
        self.script.get(self.range.clone()).unwrap_or_default()
    }

    /// The statement with the comments directly before it, among which may be hints for the optimizer.
    pub fn text_with_comments(&self) -> &'a str {
        self.script.get(self.commented_from..self.range.end).unwrap_or_default()
    }

    /// The lines of data that follow a `COPY … FROM STDIN`.
    pub fn data_text(&self) -> Option<&'a str> {
        self.script.get(self.data.clone()?)
    }
}

/// Cuts a script into statements, in one pass.
///
/// # Errors
/// Something lacks its end (a string, a quoted name, a comment, a body, a parenthesis, data), or there is a
/// command that only the database's own command-line client understands.
pub fn split<'a>(script: &'a str, lexicon: &Lexicon) -> Result<Script<'a>, SyntaxError> {
    Splitter::new(script, lexicon).run()
}
