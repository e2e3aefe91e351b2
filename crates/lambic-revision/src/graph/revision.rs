//! One revision, seen in its graph.

use std::fmt;
use std::path::Path;

use serde::{Serialize, Serializer};

use super::{Graph, Node};
use crate::file::RevisionFile;

/// A revision of a graph. Serialises as its id.
#[derive(Clone, Copy)]
pub struct Revision<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) node: Node,
}

impl<'g> Revision<'g> {
    /// Its id.
    pub fn id(self) -> &'g str {
        self.graph.id(self.node)
    }

    /// Its file.
    #[expect(clippy::indexing_slicing, reason = "a node is made by its graph, which has a file for each")]
    pub fn file(self) -> &'g RevisionFile {
        &self.graph.files[self.node.place()]
    }

    /// Where its file is.
    pub fn path(self) -> &'g Path {
        self.file().path()
    }

    /// What it does, in one line; may be empty.
    pub fn message(self) -> &'g str {
        self.file().message()
    }

    /// The revisions that it follows, in the order of its file.
    pub fn parents(self) -> impl ExactSizeIterator<Item = Revision<'g>> {
        self.list(self.graph.down.of(self.node))
    }

    /// The revisions that it depends on, in the order of its file, labels resolved.
    pub fn dependencies(self) -> impl ExactSizeIterator<Item = Revision<'g>> {
        self.list(self.graph.dependencies.of(self.node))
    }

    /// The revisions that follow it, in load order.
    pub fn children(self) -> impl ExactSizeIterator<Item = Revision<'g>> {
        self.list(self.graph.children.of(self.node))
    }

    /// The revisions that follow it or depend on it, in load order.
    pub fn dependents(self) -> impl ExactSizeIterator<Item = Revision<'g>> {
        self.list(self.graph.dependents.of(self.node))
    }

    /// The branch labels that it shows, sorted: not only those that its file declares.
    pub fn labels(self) -> Vec<&'g str> {
        self.graph.shown_labels(self.node)
    }

    /// Whether it follows none.
    pub fn is_base(self) -> bool {
        self.graph.down.of(self.node).is_empty()
    }

    /// Whether none follows it.
    pub fn is_head(self) -> bool {
        self.graph.children.of(self.node).is_empty()
    }

    /// Whether none follows it or depends on it.
    pub fn is_real_head(self) -> bool {
        self.graph.dependents.of(self.node).is_empty()
    }

    /// Whether none follows it, but another depends on it.
    pub fn is_effective_head(self) -> bool {
        self.is_head() && !self.is_real_head()
    }

    /// Whether several follow it.
    pub fn is_branch_point(self) -> bool {
        self.graph.children.of(self.node).len() > 1
    }

    /// Whether it follows several.
    pub fn is_merge_point(self) -> bool {
        self.graph.down.of(self.node).len() > 1
    }

    fn list(self, nodes: &'g [Node]) -> impl ExactSizeIterator<Item = Revision<'g>> {
        nodes.iter().map(move |node| Revision { graph: self.graph, node: *node })
    }
}

impl PartialEq for Revision<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.graph, other.graph) && self.node == other.node
    }
}

impl Eq for Revision<'_> {}

impl fmt::Debug for Revision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Revision").field(&self.id()).finish()
    }
}

impl Serialize for Revision<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
