//! Dense collections over the nodes of one graph.

use std::ops::{Index, IndexMut};

/// A revision, by its place in load order. Made by a graph, and good for that graph alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Node(u32);

impl Node {
    pub(crate) fn at(place: usize) -> Self {
        // A graph of 4 billion files does not fit any machine; such a node would be out of every range.
        Self(u32::try_from(place).unwrap_or(u32::MAX))
    }

    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

/// One value for each node.
#[derive(Debug, Clone)]
pub(crate) struct PerNode<T>(Vec<T>);

impl<T: Clone> PerNode<T> {
    pub(crate) fn new(nodes: usize, value: T) -> Self {
        Self(vec![value; nodes])
    }
}

#[expect(clippy::indexing_slicing, reason = "a node is made by its graph, whose size every `PerNode` has")]
impl<T> Index<Node> for PerNode<T> {
    type Output = T;
    fn index(&self, node: Node) -> &T {
        &self.0[node.place()]
    }
}

#[expect(clippy::indexing_slicing, reason = "as for `Index`")]
impl<T> IndexMut<Node> for PerNode<T> {
    fn index_mut(&mut self, node: Node) -> &mut T {
        &mut self.0[node.place()]
    }
}

/// A set of nodes, as bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeSet(Vec<u64>);

impl NodeSet {
    pub(crate) fn new(nodes: usize) -> Self {
        Self(vec![0; nodes.div_ceil(64)])
    }

    pub(crate) fn contains(&self, node: Node) -> bool {
        self.0.get(node.place() / 64).is_some_and(|word| word >> (node.place() % 64) & 1 == 1)
    }

    /// Adds a node; whether it is new.
    pub(crate) fn insert(&mut self, node: Node) -> bool {
        let bit = 1 << (node.place() % 64);
        let Some(word) = self.0.get_mut(node.place() / 64) else { return false };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    pub(crate) fn remove(&mut self, node: Node) {
        if let Some(word) = self.0.get_mut(node.place() / 64) {
            *word &= !(1 << (node.place() % 64));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(crate) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine &= theirs);
    }

    pub(crate) fn subtract(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine &= !theirs);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }

    /// The nodes, in load order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Node> {
        self.0.iter().enumerate().flat_map(|(index, &word)| {
            let bits = std::iter::successors(Some(word), |left| Some(left & left.wrapping_sub(1)));
            bits.take_while(|left| *left != 0)
                .map(move |left| Node::at(index * 64 + left.trailing_zeros() as usize))
        })
    }
}

/// A list of nodes for each node, in one piece of memory.
#[derive(Debug, Clone)]
pub(crate) struct Edges {
    starts: Vec<u32>,
    ends: Vec<Node>,
}

impl Edges {
    pub(crate) fn with_capacity(nodes: usize) -> Self {
        let mut starts = Vec::with_capacity(nodes + 1);
        starts.push(0);
        Self { starts, ends: Vec::with_capacity(nodes) }
    }

    /// Adds one end to the list of the node that comes next.
    pub(crate) fn push(&mut self, end: Node) {
        self.ends.push(end);
    }

    /// The list that is being made.
    pub(crate) fn open_list(&self) -> &[Node] {
        let start = self.starts.last().copied().unwrap_or_default();
        self.ends.get(start as usize..).unwrap_or_default()
    }

    /// Ends the list of one node.
    pub(crate) fn close_list(&mut self) {
        self.starts.push(Node::at(self.ends.len()).0);
    }

    /// The list of `node`.
    pub(crate) fn of(&self, node: Node) -> &[Node] {
        let bound = |at: usize| self.starts.get(at).copied().unwrap_or_default() as usize;
        self.ends.get(bound(node.place())..bound(node.place() + 1)).unwrap_or_default()
    }

    /// The number of nodes.
    pub(crate) fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// Every edge turned around; each list is in load order.
    pub(crate) fn reversed(&self) -> Self {
        let nodes = self.nodes();
        let mut next = PerNode::new(nodes + 1, 0u32);
        for end in &self.ends {
            next[*end] += 1;
        }
        let mut starts = Vec::with_capacity(nodes + 1);
        let mut total = 0;
        for node in (0..=nodes).map(Node::at) {
            starts.push(total);
            total += std::mem::replace(&mut next[node], total);
        }
        let mut ends = PerNode::new(self.ends.len(), Node::at(0));
        for node in (0..nodes).map(Node::at) {
            for end in self.of(node) {
                ends[Node(next[*end])] = node;
                next[*end] += 1;
            }
        }
        Self { starts, ends: ends.0 }
    }

    /// Everything that is reached from `starts`, which are included.
    pub(crate) fn reach(&self, starts: impl IntoIterator<Item = Node>) -> NodeSet {
        let mut seen = NodeSet::new(self.nodes());
        self.reach_into(&mut seen, starts);
        seen
    }

    /// Everything that is reached from `starts`, which are included, on ways that stay `inside`.
    pub(crate) fn reach_within(
        &self,
        starts: impl IntoIterator<Item = Node>,
        inside: impl Fn(Node) -> bool,
    ) -> Vec<Node> {
        let mut seen = NodeSet::new(self.nodes());
        let mut comes = |node: &Node| inside(*node) && seen.insert(*node);
        let mut reached: Vec<Node> = starts.into_iter().filter(&mut comes).collect();
        let mut done = 0;
        while let Some(&node) = reached.get(done) {
            done += 1;
            reached.extend(self.of(node).iter().copied().filter(&mut comes));
        }
        reached
    }

    /// Adds to `seen` everything that is reached from `starts` without crossing it.
    pub(crate) fn reach_into(&self, seen: &mut NodeSet, starts: impl IntoIterator<Item = Node>) {
        let mut todo: Vec<Node> = starts.into_iter().filter(|start| seen.insert(*start)).collect();
        while let Some(node) = todo.pop() {
            todo.extend(self.of(node).iter().filter(|end| seen.insert(**end)));
        }
    }
}

/// Marks on nodes that are all taken away at once, for free.
#[derive(Debug)]
pub(crate) struct Marks {
    round: u32,
    marked: PerNode<u32>,
}

impl Marks {
    pub(crate) fn new(nodes: usize) -> Self {
        Self { round: 0, marked: PerNode::new(nodes, 0) }
    }

    pub(crate) fn clear(&mut self) {
        self.round += 1;
    }

    /// Marks a node; whether it had no mark.
    pub(crate) fn insert(&mut self, node: Node) -> bool {
        std::mem::replace(&mut self.marked[node], self.round) != self.round
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(list: &[usize]) -> Vec<Node> {
        list.iter().copied().map(Node::at).collect()
    }

    #[test]
    fn a_set_gives_its_nodes_in_load_order() {
        let mut set = NodeSet::new(200);
        for node in nodes(&[130, 0, 63, 64, 199]) {
            assert!(set.insert(node) && !set.insert(node));
        }
        set.remove(Node::at(64));
        assert_eq!(set.iter().collect::<Vec<_>>(), nodes(&[0, 63, 130, 199]));
        assert!(!NodeSet::new(0).contains(Node::at(9)) && NodeSet::new(3).is_empty());
    }

    #[test]
    fn edges_are_turned_around() {
        let mut edges = Edges::with_capacity(3);
        for list in [vec![], vec![0], vec![1, 0]] {
            for end in list {
                edges.push(Node::at(end));
            }
            edges.close_list();
        }
        let back = edges.reversed();
        assert_eq!(back.of(Node::at(0)), nodes(&[1, 2]));
        assert_eq!(back.of(Node::at(1)), nodes(&[2]));
        assert!(back.of(Node::at(2)).is_empty());
        assert_eq!(edges.reach([Node::at(1)]).iter().collect::<Vec<_>>(), nodes(&[0, 1]));
    }
}
