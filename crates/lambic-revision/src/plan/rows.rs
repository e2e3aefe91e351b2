//! The rows of a version table.

use std::collections::HashSet;

use lambic_core::{Error, ErrorKind, Result};

use crate::graph::{Graph, Node, NodeSet, Revision};
use crate::suggest::did_you_mean;
use crate::text::shown;

/// The rows of a version table: those that the graph explains, and the others.
#[derive(Debug, Clone)]
pub struct Rows<'g> {
    pub(crate) graph: &'g Graph,
    /// In load order.
    pub(crate) known: Vec<Node>,
    unknown: Vec<String>,
}

impl Graph {
    /// Takes up the rows of a version table, as they stand there. A row is explained by the revision with exactly
    /// that id. The order of the rows does not matter.
    pub fn rows<I: AsRef<str>>(&self, ids: impl IntoIterator<Item = I>) -> Rows<'_> {
        let mut rows = Rows { graph: self, known: Vec::new(), unknown: Vec::new() };
        for id in ids {
            match self.names.find_id(&self.files, id.as_ref()) {
                Some(node) => rows.known.push(node),
                None => rows.unknown.push(id.as_ref().to_owned()),
            }
        }
        rows.known.sort_unstable();
        rows.unknown.sort_unstable();
        rows
    }
}

impl<'g> Rows<'g> {
    /// The rows that a revision file explains, in load order.
    pub fn known(&self) -> impl Iterator<Item = Revision<'g>> {
        self.known.iter().map(|node| self.graph.revision(*node))
    }

    /// The rows that no revision file explains, sorted.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Every row: the known ones in load order, then the unknown ones.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|node| self.graph.id(*node)).chain(self.unknown.iter().map(String::as_str))
    }

    /// Whether the revision is applied: a known row, or before one.
    pub fn is_applied(&self, revision: Revision<'_>) -> bool {
        self.applied().contains(revision.node)
    }

    /// Everything that the known rows say is applied, in load order.
    pub fn applied_revisions(&self) -> Vec<Revision<'g>> {
        self.graph.revisions_of(self.applied().iter())
    }

    /// The tip of every branch that is applied, in load order: the known rows, and what follows nothing applied
    /// and is there only because a row depends on it.
    pub fn branch_tips(&self) -> Vec<Revision<'g>> {
        let applied = self.applied();
        let tip = |node: &Node| !self.graph.children.of(*node).iter().any(|child| applied.contains(*child));
        self.graph.revisions_of(applied.iter().filter(tip))
    }

    pub(crate) fn applied(&self) -> NodeSet {
        self.graph.ancestors(self.known.iter().copied())
    }

    /// What surely is no part of an unknown row: everything after a known row.
    pub(super) fn surely_new(&self) -> NodeSet {
        self.graph.descendants(self.known.iter().flat_map(|row| self.graph.dependents.of(*row)).copied())
    }

    /// Checks that no row stands twice and none is before another.
    pub(super) fn check(&self) -> Result<()> {
        let mut seen = HashSet::new();
        if let Some(twice) = self.ids().find(|id| !seen.insert(*id)) {
            return Err(Error::new(
                ErrorKind::Conflict,
                "version.duplicate-row",
                format!("the version table holds `{}` twice", shown(twice)),
            )
            .hint("delete one of the two rows"));
        }
        let below = self.graph.ancestors(self.known.iter().flat_map(|row| self.graph.all.of(*row)).copied());
        let Some(lower) = self.known.iter().find(|row| below.contains(**row)) else { return Ok(()) };
        let id = self.graph.id(*lower);
        let above =
            self.known.iter().find(|row| *row != lower && self.graph.ancestors([**row]).contains(*lower));
        let above = above.map_or("", |row| self.graph.id(*row));
        let message =
            format!("the version table holds `{above}` and `{id}`, and `{above}` already contains `{id}`");
        Err(Error::new(ErrorKind::Conflict, "version.overlapping-rows", message)
            .hint(format!("if `{above}` is applied, delete the row `{id}`: `lambic stamp --purge {above}` writes the table anew")))
    }

    /// The error of a plan that an unknown row forbids; `why` goes on after *which no revision file explains*.
    pub(super) fn blocked(&self, why: &str) -> Error {
        let row = self.unknown.first().map_or("", String::as_str);
        let message =
            format!("the version table holds `{}`, which no revision file explains, and {why}", shown(row));
        let mut error = Error::new(ErrorKind::Conflict, "version.unknown-row", message)
            .hint("get its file back; or, if it is gone for good, say where the database is: `lambic stamp --purge REVISION`");
        let ids = self.graph.files.iter().map(crate::file::RevisionFile::id);
        error.notes.extend(did_you_mean(row, ids).map(|hint| format!("is it another spelling? {hint}")));
        let others = self.unknown.iter().skip(1).map(|row| format!("`{}` is unknown too", shown(row)));
        error.notes.extend(others);
        error
    }
}
