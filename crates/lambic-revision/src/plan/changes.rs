//! What a step does to the version table.

use serde::Serialize;

use crate::graph::{Graph, Node, NodeSet, PerNode};

/// One change of the version table. It finds exactly one row, or the table is not what the plan was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum RowChange<'g> {
    /// Adds a row.
    Insert {
        /// The id that is written.
        id: &'g str,
    },
    /// Takes a row away.
    Delete {
        /// The id that goes.
        id: &'g str,
    },
    /// Writes another id into a row.
    Update {
        /// The id that goes.
        from: &'g str,
        /// The id that is written.
        to: &'g str,
    },
}

impl<'g> RowChange<'g> {
    /// The id that is gone afterwards.
    pub fn removes(&self) -> Option<&'g str> {
        match self {
            Self::Insert { .. } => None,
            Self::Delete { id } | Self::Update { from: id, .. } => Some(id),
        }
    }

    /// The id that is there afterwards.
    pub fn adds(&self) -> Option<&'g str> {
        match self {
            Self::Delete { .. } => None,
            Self::Insert { id } | Self::Update { to: id, .. } => Some(id),
        }
    }
}

/// What turns the rows `old` into `new`: one row is updated, the others are deleted and inserted.
pub(super) fn between<'g>(graph: &'g Graph, old: &[Node], new: &[Node]) -> Vec<RowChange<'g>> {
    let id = |node: &Node| graph.id(*node);
    let delete = |node: &Node| RowChange::Delete { id: id(node) };
    let insert = |node: &Node| RowChange::Insert { id: id(node) };
    match (old.split_last(), new.split_last()) {
        (Some((from, gone)), Some((to, come))) => {
            let update = RowChange::Update { from: id(from), to: id(to) };
            gone.iter().map(delete).chain(come.iter().map(insert)).chain([update]).collect()
        }
        _ => old.iter().map(delete).chain(new.iter().map(insert)).collect(),
    }
}

/// What is applied, and how often each of it is needed, so that tips are known at once.
///
/// A revision is a tip, and so a row, when it is applied and nothing applied follows it or depends on it. As what
/// is applied always holds everything below it, this is the transitive reduction over all edges, without it ever
/// being computed.
#[derive(Debug)]
pub(super) struct State<'g> {
    graph: &'g Graph,
    pub(super) applied: NodeSet,
    needed: PerNode<u32>,
}

impl<'g> State<'g> {
    /// The state of a database with these rows.
    pub(super) fn new(graph: &'g Graph, rows: &[Node]) -> Self {
        let applied = graph.ancestors(rows.iter().copied());
        let mut needed = PerNode::new(graph.len(), 0);
        for below in applied.iter().flat_map(|node| graph.all.of(node)) {
            needed[*below] += 1;
        }
        Self { graph, applied, needed }
    }

    /// Applies `node`, everything below which is applied. Returns the rows that it takes the place of.
    pub(super) fn apply(&mut self, node: Node) -> Vec<Node> {
        let below = self.graph.all.of(node);
        let consumed = below.iter().copied().filter(|parent| self.needed[*parent] == 0).collect();
        for parent in below {
            self.needed[*parent] += 1;
        }
        self.applied.insert(node);
        consumed
    }

    /// Undoes `node`, a tip. Returns the rows that come back.
    pub(super) fn undo(&mut self, node: Node) -> Vec<Node> {
        let below = self.graph.all.of(node);
        for parent in below {
            self.needed[*parent] -= 1;
        }
        self.applied.remove(node);
        below.iter().copied().filter(|parent| self.needed[*parent] == 0).collect()
    }
}
