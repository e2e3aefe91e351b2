//! Alembic's *normalised* edges, which decide the order of a plan.

use super::{Edges, Graph, Marks, Node, PerNode};

impl Graph {
    /// Down-revisions, then the dependencies that no versioned ancestor declares too.
    ///
    /// A dependency that merely *is* an ancestor stays: this is Alembic's rule, kept because the order of plans
    /// follows from it. The version rows do not go by these edges.
    pub(crate) fn normal(&self) -> &Edges {
        self.normal.get_or_init(|| {
            let mut marks = Marks::new(self.len());
            let mut declarers = PerNode::new(self.len(), 0u32);
            for dependency in self.nodes().flat_map(|node| self.dependencies.of(node)) {
                declarers[*dependency] += 1;
            }
            let mut normal = Edges::with_capacity(self.len());
            for node in self.nodes() {
                let again = self.redeclared(node, &declarers, &mut marks);
                let down = self.down.of(node);
                let kept =
                    self.dependencies.of(node).iter().filter(|d| !again.contains(d) && !down.contains(d));
                for parent in down.iter().chain(kept) {
                    normal.push(*parent);
                }
                normal.close_list();
            }
            normal
        })
    }

    /// The dependencies of `node` that one of its versioned ancestors declares too. The search stays above the
    /// lowest of them, as whoever declares one is above it.
    fn redeclared(&self, node: Node, declarers: &PerNode<u32>, marks: &mut Marks) -> Vec<Node> {
        let shared = self.dependencies.of(node).iter().copied().filter(|d| declarers[*d] > 1);
        let mut sought: Vec<Node> = shared.collect();
        let mut found = Vec::new();
        let Some(floor) = sought.iter().map(|d| self.heights[*d]).min() else { return found };
        let mut todo = vec![node];
        marks.clear();
        while let Some(next) = todo.pop() {
            for &parent in self.down.of(next) {
                if self.heights[parent] <= floor || !marks.insert(parent) {
                    continue;
                }
                let declared = self.dependencies.of(parent);
                found.extend(sought.extract_if(.., |d| declared.contains(d)));
                todo.push(parent);
            }
            if sought.is_empty() {
                break;
            }
        }
        found
    }
}
