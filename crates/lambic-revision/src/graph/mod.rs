//! The revision graph: who follows whom, who depends on whom.

mod build;
mod labels;
mod names;
mod normal;
mod revision;
mod sets;

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use lambic_core::Result;

pub use revision::Revision;
pub(crate) use sets::{Edges, Marks, Node, NodeSet, PerNode};

use labels::Labels;
use names::Names;

use crate::file::RevisionFile;
use crate::load::{Locations, load};
use crate::suggest;

/// All revisions of a project and the edges between them.
///
/// Two kinds of edge lead from a revision to what comes before it: its *down-revisions*, which make the
/// branches that people see, and its *dependencies*, which only say what must be applied first. *Versioned*
/// means: by down-revisions alone. The order of the files decides every tie, so that the same files give the
/// same answers everywhere.
#[derive(Debug)]
pub struct Graph {
    pub(crate) files: Vec<RevisionFile>,
    pub(crate) names: Names,
    /// Down-revisions, in the order of the file.
    pub(crate) down: Edges,
    /// Dependencies, in the order of the file.
    pub(crate) dependencies: Edges,
    /// Both, down-revisions first, each once.
    pub(crate) all: Edges,
    /// `down`, turned around.
    pub(crate) children: Edges,
    /// `all`, turned around.
    pub(crate) dependents: Edges,
    /// Greater for a revision than for everything before it.
    pub(crate) heights: PerNode<u32>,
    normal: OnceLock<Edges>,
    labels: OnceLock<Labels>,
}

impl Default for Graph {
    /// The graph without revisions.
    fn default() -> Self {
        let none = Edges::with_capacity(0);
        Self {
            files: Vec::new(),
            names: Names::default(),
            down: none.clone(),
            dependencies: none.clone(),
            all: none.clone(),
            children: none.clone(),
            dependents: none,
            heights: PerNode::new(0, 0),
            normal: OnceLock::new(),
            labels: OnceLock::new(),
        }
    }
}

impl Graph {
    /// Makes the graph of `files`, which are in load order.
    ///
    /// Fails, naming the files, when an id or a label stands twice (or twice but for its case), when a
    /// down-revision or dependency is missing, and when revisions go round in a cycle.
    pub fn new(files: Vec<RevisionFile>) -> Result<Self> {
        build::build(files)
    }

    /// Reads the files of the locations and makes their graph.
    pub fn load(locations: &Locations) -> Result<Self> {
        Self::new(load(locations)?)
    }

    /// How many revisions there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Every revision, in load order.
    pub fn revisions(&self) -> impl Iterator<Item = Revision<'_>> {
        self.nodes().map(|node| self.revision(node))
    }

    /// The revision whose id is exactly `id`.
    pub fn get(&self, id: &str) -> Option<Revision<'_>> {
        self.names.find_id(&self.files, id).map(|node| self.revision(node))
    }

    /// The revisions that no other follows, in load order. Others may depend on them.
    pub fn heads(&self) -> impl Iterator<Item = Revision<'_>> {
        self.revisions().filter(|revision| revision.is_head())
    }

    /// The revisions that no other follows or depends on: applying them applies everything.
    pub fn real_heads(&self) -> impl Iterator<Item = Revision<'_>> {
        self.revisions().filter(|revision| revision.is_real_head())
    }

    /// The revisions that follow no other.
    pub fn bases(&self) -> impl Iterator<Item = Revision<'_>> {
        self.revisions().filter(|revision| revision.is_base())
    }

    /// The revisions that several others follow.
    pub fn branch_points(&self) -> impl Iterator<Item = Revision<'_>> {
        self.revisions().filter(|revision| revision.is_branch_point())
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = Node> + use<> {
        (0..self.files.len()).map(Node::at)
    }

    pub(crate) fn revision(&self, node: Node) -> Revision<'_> {
        Revision { graph: self, node }
    }

    pub(crate) fn revisions_of(&self, nodes: impl IntoIterator<Item = Node>) -> Vec<Revision<'_>> {
        nodes.into_iter().map(|node| self.revision(node)).collect()
    }

    pub(crate) fn id(&self, node: Node) -> &str {
        self.files.get(node.place()).map_or("", RevisionFile::id)
    }

    pub(crate) fn none(&self) -> NodeSet {
        NodeSet::new(self.files.len())
    }

    /// What must be applied before `starts`, and they themselves.
    pub(crate) fn ancestors(&self, starts: impl IntoIterator<Item = Node>) -> NodeSet {
        self.all.reach(starts)
    }

    /// What cannot be applied without one of `starts`, and they themselves.
    pub(crate) fn descendants(&self, starts: impl IntoIterator<Item = Node>) -> NodeSet {
        self.dependents.reach(starts)
    }

    /// The line of a revision: its versioned ancestors and descendants, and itself.
    pub(crate) fn lineage(&self, node: Node) -> NodeSet {
        let mut line = self.down.reach([node]);
        line.add(&self.children.reach([node]));
        line
    }

    /// Those of `nodes` that are not before another of them.
    pub(crate) fn topmost(&self, nodes: &[Node]) -> Vec<Node> {
        let below = self.ancestors(nodes.iter().flat_map(|node| self.all.of(*node)).copied());
        nodes.iter().copied().filter(|node| !below.contains(*node)).collect()
    }

    /// *Did you mean*, over every id and label.
    pub(crate) fn did_you_mean(&self, name: &str) -> Option<String> {
        suggest::did_you_mean(name, self.names.all(&self.files))
    }
}

/// Answers, again and again, whether one revision comes before another.
#[derive(Debug)]
pub(crate) struct Reach<'g> {
    graph: &'g Graph,
    marks: Marks,
    todo: Vec<Node>,
}

impl<'g> Reach<'g> {
    pub(crate) fn new(graph: &'g Graph) -> Self {
        Self { graph, marks: Marks::new(graph.len()), todo: Vec::new() }
    }

    /// Whether `below` must be applied before `above`. Nothing lower than `below` is looked at.
    pub(crate) fn is_before(&mut self, below: Node, above: Node) -> bool {
        let Graph { all, heights, .. } = self.graph;
        self.marks.clear();
        self.todo.clear();
        self.todo.push(above);
        while let Some(node) = self.todo.pop() {
            for &parent in all.of(node) {
                if parent == below {
                    return true;
                }
                if heights[parent] > heights[below] && self.marks.insert(parent) {
                    self.todo.push(parent);
                }
            }
        }
        false
    }
}
