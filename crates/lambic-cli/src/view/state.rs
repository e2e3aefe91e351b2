//! What of the graph a database has.

use std::collections::HashSet;

use lambic_revision::Revision;
use lambic_revision::plan::Rows;

/// The version rows of a database, and what they stand for.
#[derive(Debug)]
pub(crate) struct State<'g> {
    current: HashSet<&'g str>,
    applied: HashSet<&'g str>,
}

impl<'g> State<'g> {
    pub(crate) fn new(rows: &Rows<'g>) -> Self {
        Self {
            current: rows.known().map(Revision::id).collect(),
            applied: rows.applied_revisions().into_iter().map(Revision::id).collect(),
        }
    }

    /// Whether a revision is applied.
    pub(crate) fn applied(&self, id: &str) -> bool {
        self.applied.contains(id)
    }

    /// Whether a version row names a revision.
    pub(crate) fn current(&self, id: &str) -> bool {
        self.current.contains(id)
    }
}
