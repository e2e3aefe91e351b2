//! Small graphs, written in one line.

use crate::file::RevisionFile;
use crate::graph::Graph;
use crate::plan::Plan;

/// Reads `a #A; b < a; c < a b + d`: revisions with down-revisions, dependencies and labels, in load order.
pub(crate) fn files(text: &str) -> Vec<RevisionFile> {
    let lines = text.split(';').map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            RevisionFile::parse(format!("{}.sql", line.split(' ').next().unwrap()), source(line)).unwrap()
        })
        .collect()
}

fn source(line: &str) -> String {
    let (mut down, mut dependencies, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    let mut words = line.split_whitespace();
    let id = words.next().unwrap();
    let mut list = &mut down;
    for word in words {
        match word {
            "<" => list = &mut down,
            "+" => list = &mut dependencies,
            label if label.starts_with('#') => labels.push(&label[1..]),
            name => list.push(name),
        }
    }
    let lists = [("down-revision", down), ("depends-on", dependencies), ("branch-label", labels)];
    let lines = lists.iter().filter(|(_, values)| !values.is_empty());
    let lines: Vec<String> =
        lines.map(|(name, values)| format!("-- @{name} {}\n", values.join(" "))).collect();
    format!("-- @revision {id}\n{}-- @upgrade\n", lines.concat())
}

/// The graph of `files(text)`.
pub(crate) fn graph(text: &str) -> Graph {
    Graph::new(files(text)).unwrap()
}

/// The graphs of the reference's examples.
pub(crate) const D: &str = "a; b < a; c < a; d < b c; e < d";
pub(crate) const T: &str = "a; b < a; c < a";
pub(crate) const X: &str = "a1 #A; a2 < a1; a3 < a2; b1 #B; b2 < b1 + a2; b3 < b2";
pub(crate) const S: &str = "a; b < a; c < b; d < a; e < d";

/// A plan in one line: `+a⟨a⟩ -b⟨⟩ c,e=>a⟨a⟩`.
pub(crate) fn line(plan: &Plan<'_>) -> String {
    let steps = plan.states().map(|(step, rows)| {
        let id = step.revision.map_or("", crate::Revision::id);
        let what = match step.direction {
            crate::Direction::Upgrade => format!("+{id}"),
            crate::Direction::Downgrade => format!("-{id}"),
            crate::Direction::Stamp => format!("{}=>{}", step.from.join(","), step.to.join(",")),
        };
        format!("{what}⟨{}⟩", rows.join(","))
    });
    steps.collect::<Vec<_>>().join(" ")
}
