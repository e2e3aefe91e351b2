//! The order of a plan: newest first, staying on one line as long as it can, as Alembic does.

use crate::graph::{Graph, Marks, Node, NodeSet, PerNode, Reach};

/// Orders `want`, newest first.
///
/// A *frontier* of revisions is kept, at first the newest ones in load order. The current one is taken if nothing
/// that is left needs it, and its normalised parents take its place; else the search goes on at the first
/// revision of the frontier that needs it.
///
/// `hull` holds `want` and everything between its members; the rest of it is passed over in silence.
pub(crate) fn newest_first(graph: &Graph, want: &NodeSet, hull: &NodeSet) -> Vec<Node> {
    let mut sort = Sort::new(graph, want, hull);
    sort.start();
    let mut order = Vec::new();
    let mut at = sort.frontier.first;
    while let Some(node) = sort.frontier.node(at) {
        if sort.pending[node] > 0 {
            at = sort.first_needing(node, at);
            continue;
        }
        order.push(node);
        at = sort.take(node, at);
    }
    order
}

struct Sort<'g> {
    graph: &'g Graph,
    want: &'g NodeSet,
    /// What is neither taken nor passed over yet.
    left: NodeSet,
    /// How many of `left` follow a node or depend on it.
    pending: PerNode<u32>,
    frontier: Frontier,
    marks: Marks,
    reach: Reach<'g>,
}

/// How many edges the search upwards looks at before the search downwards is tried.
const NEAR: usize = 64;

impl<'g> Sort<'g> {
    fn new(graph: &'g Graph, want: &'g NodeSet, hull: &NodeSet) -> Self {
        let mut pending = PerNode::new(graph.len(), 0);
        for below in hull.iter().flat_map(|node| graph.all.of(node)) {
            pending[*below] += 1;
        }
        let frontier = Frontier::new(graph.len());
        let (marks, reach) = (Marks::new(graph.len()), Reach::new(graph));
        Self { graph, want, left: hull.clone(), pending, frontier, marks, reach }
    }

    fn start(&mut self) {
        let silent = |node: &Node| self.pending[*node] == 0 && !self.want.contains(*node);
        let silent: Vec<Node> = self.left.iter().filter(silent).collect();
        for node in silent {
            self.leave(node);
        }
        let newest = |node: &Node| self.pending[*node] == 0;
        let newest: Vec<Node> = self.left.iter().filter(newest).collect();
        for node in newest {
            self.frontier.append(node);
        }
    }

    /// Takes `node`, which is at `at` on the frontier. Returns where to go on.
    fn take(&mut self, node: Node, at: u32) -> u32 {
        let free = self.leave(node);
        let mut next = None;
        for &parent in self.graph.normal().of(node) {
            if !self.want.contains(parent) || !self.left.contains(parent) || self.frontier.holds(parent) {
                continue;
            }
            match next {
                None => next = Some(self.frontier.replace(at, parent)),
                Some(_) => self.frontier.append(parent),
            }
        }
        let next = next.unwrap_or_else(|| self.frontier.remove(at));
        // Only what is reached through revisions that nobody wants is not there by now.
        for wanted in free {
            if !self.frontier.holds(wanted) {
                self.frontier.append(wanted);
            }
        }
        // The frontier may have been empty but for what was appended just now.
        if next == NONE { self.frontier.first } else { next }
    }

    /// Takes a node out of what is left, and with it what nobody wants and nothing needs any more. Returns what is
    /// wanted and needed by nothing any more.
    fn leave(&mut self, node: Node) -> Vec<Node> {
        let (mut todo, mut free) = (Vec::new(), Vec::new());
        let mut next = Some(node);
        while let Some(gone) = next {
            self.left.remove(gone);
            for &below in self.graph.all.of(gone).iter().filter(|below| self.left.contains(**below)) {
                self.pending[below] -= 1;
                if self.pending[below] == 0 {
                    if self.want.contains(below) { &mut free } else { &mut todo }.push(below);
                }
            }
            next = todo.pop();
        }
        free
    }

    /// The first place of the frontier, other than `own`, whose revision needs `node`.
    ///
    /// Who needs it is often near above it; else it is often soon found from the front of the frontier. Both are
    /// short in practice where the other one is long.
    fn first_needing(&mut self, node: Node, own: u32) -> u32 {
        if let Some(place) = self.near_above(node) {
            return place;
        }
        let mut at = self.frontier.first;
        while let Some(other) = self.frontier.node(at) {
            let higher = self.graph.heights[other] > self.graph.heights[node];
            if at != own && higher && self.reach.is_before(node, other) {
                return at;
            }
            at = self.frontier.after(at);
        }
        // Everything left is on the frontier or below it, so that this is not reached; it would end the order.
        NONE
    }

    /// The first place of what is above `node`, if that is so little that it is soon looked through.
    fn near_above(&mut self, node: Node) -> Option<u32> {
        let mut looked = 0;
        let mut first = NONE;
        self.marks.clear();
        let mut todo = vec![node];
        while let Some(next) = todo.pop() {
            for &above in self.graph.dependents.of(next) {
                looked += 1;
                if looked > NEAR {
                    return None;
                }
                if self.left.contains(above) && self.marks.insert(above) {
                    first = first.min(self.frontier.places[above]);
                    todo.push(above);
                }
            }
        }
        Some(first)
    }
}

const NONE: u32 = u32::MAX;

/// A list in which places are kept: a place may get another node, or be taken out, and new ones come at the end.
struct Frontier {
    slots: Vec<Slot>,
    places: PerNode<u32>,
    first: u32,
    last: u32,
}

struct Slot {
    node: Node,
    before: u32,
    after: u32,
}

impl Frontier {
    fn new(nodes: usize) -> Self {
        Self { slots: Vec::new(), places: PerNode::new(nodes, NONE), first: NONE, last: NONE }
    }

    fn slot(&mut self, at: u32) -> Option<&mut Slot> {
        self.slots.get_mut(at as usize)
    }

    fn node(&self, at: u32) -> Option<Node> {
        self.slots.get(at as usize).map(|slot| slot.node)
    }

    fn after(&self, at: u32) -> u32 {
        self.slots.get(at as usize).map_or(NONE, |slot| slot.after)
    }

    fn holds(&self, node: Node) -> bool {
        self.places[node] != NONE
    }

    fn append(&mut self, node: Node) {
        let (at, last) = (u32::try_from(self.slots.len()).unwrap_or(NONE), self.last);
        self.slots.push(Slot { node, before: last, after: NONE });
        match self.slot(last) {
            Some(slot) => slot.after = at,
            None => self.first = at,
        }
        self.last = at;
        self.places[node] = at;
    }

    /// Puts `node` in the place of the one at `at`, which is where to go on.
    fn replace(&mut self, at: u32, node: Node) -> u32 {
        if let Some(old) = self.slot(at).map(|slot| std::mem::replace(&mut slot.node, node)) {
            self.places[old] = NONE;
        }
        self.places[node] = at;
        at
    }

    /// Takes a place out. The search goes on at the one before it, or else at the first.
    fn remove(&mut self, at: u32) -> u32 {
        let Some(&mut Slot { node, before, after }) = self.slot(at) else { return NONE };
        self.places[node] = NONE;
        match self.slot(before) {
            Some(slot) => slot.after = after,
            None => self.first = after,
        }
        match self.slot(after) {
            Some(slot) => slot.before = before,
            None => self.last = before,
        }
        if before == NONE { self.first } else { before }
    }
}
