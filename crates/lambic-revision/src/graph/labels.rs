//! Which branch labels a revision shows.

use super::{Graph, Node, PerNode};

/// For each node the labels that it shows, each by the node that declares it and the place in its list.
#[derive(Debug)]
pub(super) struct Labels(PerNode<Vec<(Node, u32)>>);

impl Graph {
    /// The labels that `node` shows, sorted: its own, those of the branches that it is on, and those of a branch
    /// that starts above it, as long as the line between is straight.
    pub(super) fn shown_labels(&self, node: Node) -> Vec<&str> {
        let shown = self.labels.get_or_init(|| self.spread_labels()).0[node].iter();
        let text = |&(owner, place): &(Node, u32)| {
            self.files.get(owner.place()).and_then(|file| file.branch_labels().nth(place as usize))
        };
        let mut labels: Vec<&str> = shown.filter_map(text).collect();
        labels.sort_unstable();
        labels
    }

    fn spread_labels(&self) -> Labels {
        let mut shown = Labels(PerNode::new(self.len(), Vec::new()));
        for (owner, file) in self.nodes().zip(&self.files) {
            let count = u32::try_from(file.branch_labels().count()).unwrap_or(u32::MAX);
            if count == 0 {
                continue;
            }
            let mut on = self.children.reach([owner]);
            let straight = on.iter().all(|node| !self.divides(node));
            let mut below = straight.then_some(owner);
            while let Some(node) = below.take() {
                on.insert(node);
                below = self.down.of(node).first().copied().filter(|parent| !self.divides(*parent));
            }
            for node in on.iter() {
                shown.0[node].extend((0..count).map(|place| (owner, place)));
            }
        }
        shown
    }

    /// Whether lines part or join here.
    fn divides(&self, node: Node) -> bool {
        self.dependents.of(node).len() > 1 || self.down.of(node).len() > 1
    }
}
