//! One revision: as a line, as a paragraph, as data.

use std::io::{Result, Write};

use lambic_revision::Revision;
use serde::Serialize;

use super::state::State;
use crate::output::{ADDED, DIM, HEAD, LABEL, Page, STRONG};

/// A revision, ready to be reported.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the documented shape")]
pub(crate) struct Entry<'g> {
    revision: &'g str,
    down_revisions: Vec<&'g str>,
    depends_on: Vec<&'g str>,
    labels: Vec<&'g str>,
    message: &'g str,
    created: Option<&'g str>,
    path: String,
    base: bool,
    head: bool,
    effective_head: bool,
    branch_point: bool,
    merge_point: bool,
    children: Vec<&'g str>,
    /// Whether it is applied; `None` when no database was asked.
    applied: Option<bool>,
    /// Whether a version row names it; `None` when no database was asked.
    current: Option<bool>,
    #[serde(skip)]
    doc: String,
}

impl<'g> Entry<'g> {
    pub(crate) fn new(revision: Revision<'g>, state: Option<&State<'_>>) -> Self {
        Self {
            revision: revision.id(),
            down_revisions: revision.parents().map(Revision::id).collect(),
            depends_on: revision.dependencies().map(Revision::id).collect(),
            labels: revision.labels(),
            message: revision.message(),
            created: revision.file().created(),
            path: revision.path().display().to_string(),
            base: revision.is_base(),
            head: revision.is_head(),
            effective_head: revision.is_effective_head(),
            branch_point: revision.is_branch_point(),
            merge_point: revision.is_merge_point(),
            children: revision.children().map(Revision::id).collect(),
            applied: state.map(|state| state.applied(revision.id())),
            current: state.map(|state| state.current(revision.id())),
            doc: revision.file().doc(),
        }
    }

    /// `<base> -> 1975ea83b712 (shop) (head), create account table`: Alembic's line.
    pub(crate) fn line(&self, page: &mut Page<'_>) -> Result<()> {
        let parents = if self.base { "<base>".to_owned() } else { self.down_revisions.join(", ") };
        write!(page, "{DIM}{parents}")?;
        if !self.depends_on.is_empty() {
            write!(page, " ({})", self.depends_on.join(", "))?;
        }
        write!(page, " ->{DIM:#} ")?;
        self.name(page)?;
        for tag in self.points() {
            write!(page, " {DIM}({tag}){DIM:#}")?;
        }
        if !self.message.is_empty() {
            write!(page, ", {}", self.message)?;
        }
        writeln!(page)
    }

    /// `1975ea83b712 (shop) (head)`: the revision without its place in the graph.
    pub(crate) fn short(&self, page: &mut Page<'_>) -> Result<()> {
        self.name(page)?;
        writeln!(page)
    }

    /// The id, the labels, and whether it is a head or current.
    fn name(&self, page: &mut Page<'_>) -> Result<()> {
        write!(page, "{STRONG}{}{STRONG:#}", self.revision)?;
        if !self.labels.is_empty() {
            write!(page, " {LABEL}({}){LABEL:#}", self.labels.join(", "))?;
        }
        if self.head {
            write!(page, " {HEAD}({}){HEAD:#}", self.head_word())?;
        }
        if self.current == Some(true) {
            write!(page, " {ADDED}(current){ADDED:#}")?;
        }
        Ok(())
    }

    fn head_word(&self) -> &'static str {
        if self.effective_head { "effective head" } else { "head" }
    }

    fn points(&self) -> impl Iterator<Item = &'static str> {
        [(self.branch_point, "branchpoint"), (self.merge_point, "mergepoint")]
            .into_iter()
            .filter_map(|(is, word)| is.then_some(word))
    }

    /// Everything about it, a line each.
    pub(crate) fn paragraph(&self, page: &mut Page<'_>) -> Result<()> {
        write!(page, "Rev: {STRONG}{}{STRONG:#}", self.revision)?;
        let head = self.head.then(|| self.head_word());
        let current = (self.current == Some(true)).then_some("current");
        for tag in head.into_iter().chain(self.points()).chain(current) {
            write!(page, " ({tag})")?;
        }
        writeln!(page)?;
        let parents = match self.down_revisions.as_slice() {
            [] => ("Parent", "<base>".to_owned()),
            [one] => ("Parent", (*one).to_owned()),
            several => ("Merges", several.join(", ")),
        };
        let branches = if self.branch_point { self.children.as_slice() } else { &[] };
        let lines = [
            parents,
            ("Also depends on", self.depends_on.join(", ")),
            ("Branches into", branches.join(", ")),
            ("Branch names", self.labels.join(", ")),
            ("Created", self.created.unwrap_or_default().to_owned()),
            ("Path", self.path.clone()),
        ];
        for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
            writeln!(page, "{name}: {value}")?;
        }
        writeln!(page)?;
        let text = self.message.lines().chain(self.doc.lines().filter(|line| !line.trim().is_empty()));
        for line in text {
            writeln!(page, "    {line}")?;
        }
        Ok(())
    }

    /// A line, or a paragraph when more was asked for.
    pub(crate) fn listed(&self, first: bool, page: &mut Page<'_>) -> Result<()> {
        if !page.verbose {
            return self.line(page);
        }
        if !first {
            writeln!(page)?;
        }
        self.paragraph(page)
    }

    /// `a2 (shop) -> a3, add taxes`, one line for each child: what `branches` shows.
    pub(crate) fn fork(&self, page: &mut Page<'_>) -> Result<()> {
        self.line(page)?;
        let indent = " ".repeat(self.revision.len());
        self.children.iter().try_for_each(|child| writeln!(page, "{indent} -> {child}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    fn shown(write: impl FnOnce(&mut Page<'_>) -> Result<()>, verbose: bool) -> String {
        crate::output::plain(80, verbose, write)
    }

    #[test]
    fn lines_are_alembic_s() {
        let graph = samples::branches();
        let state = State::new(&graph.rows(["b2"]));
        let lines: Vec<String> = graph
            .revisions()
            .map(|revision| shown(|page| Entry::new(revision, Some(&state)).line(page), false))
            .collect();
        assert_eq!(lines[0], "<base> -> a1 (shop), create the shop\n");
        assert_eq!(lines[3], "<base> (a2) -> b1 (mail), create the mail\n");
        assert_eq!(lines[4], "b1 -> b2 (mail) (current), add addresses\n");
        assert_eq!(lines[5], "a3, b2 -> m (mail, shop) (mergepoint), merge\n");
    }

    #[test]
    fn a_paragraph_says_everything() {
        let graph = samples::branches();
        let entry = Entry::new(graph.get("b1").unwrap(), None);
        let expected = "Rev: b1\nParent: <base>\nAlso depends on: a2\nBranch names: mail\n\
                        Path: versions/b1.sql\n\n    create the mail\n";
        assert_eq!(shown(|page| entry.listed(true, page), true), expected);
    }

    #[test]
    fn data_says_whether_a_database_was_asked() {
        let graph = samples::branches();
        let value = serde_json::to_value(Entry::new(graph.get("m").unwrap(), None)).unwrap();
        assert_eq!(value["down_revisions"], serde_json::json!(["a3", "b2"]));
        assert!(value["applied"].is_null() && value["current"].is_null());
        let state = State::new(&graph.rows(["a1"]));
        let value = serde_json::to_value(Entry::new(graph.get("m").unwrap(), Some(&state))).unwrap();
        assert_eq!(value["applied"], false);
    }
}
