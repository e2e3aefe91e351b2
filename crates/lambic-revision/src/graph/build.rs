//! From files to edges: parents are looked up, and cycles are found.

use lambic_core::{Error, ErrorKind, Result};

use super::Graph;
use super::names::Names;
use super::sets::{Edges, Node, PerNode};
use crate::file::{Names as List, RevisionFile};
use crate::suggest::did_you_mean;

/// Makes a graph of files in load order.
pub(super) fn build(files: Vec<RevisionFile>) -> Result<Graph> {
    let names = Names::of(&files)?;
    let nodes = files.len();
    let (mut down, mut dependencies, mut all) =
        (Edges::with_capacity(nodes), Edges::with_capacity(nodes), Edges::with_capacity(nodes));
    for (place, file) in files.iter().enumerate() {
        let node = Node::at(place);
        for id in file.down_revisions() {
            let parent =
                names.find_id(&files, id).ok_or_else(|| missing(&files, &names, file, List::Down, id))?;
            check_self(file, List::Down, id, node, parent)?;
            down.push(parent);
            all.push(parent);
        }
        for name in file.depends_on() {
            let parent = names
                .find(&files, name)
                .ok_or_else(|| missing(&files, &names, file, List::DependsOn, name))?;
            check_self(file, List::DependsOn, name, node, parent)?;
            if !dependencies.open_list().contains(&parent) {
                dependencies.push(parent);
            }
            if !all.open_list().contains(&parent) {
                all.push(parent);
            }
        }
        [&mut down, &mut dependencies, &mut all].into_iter().for_each(Edges::close_list);
    }
    let dependents = all.reversed();
    let heights = heights(&all, &dependents).map_err(|left| cycle(&files, &all, &down, &left))?;
    let children = down.reversed();
    Ok(Graph { files, names, down, dependencies, all, children, dependents, heights, ..Graph::default() })
}

/// How far each node is above the bases, along the longest way. Fails with the nodes that hang on a cycle.
fn heights(all: &Edges, dependents: &Edges) -> Result<PerNode<u32>, Vec<Node>> {
    let nodes = || (0..all.nodes()).map(Node::at);
    let mut waiting = PerNode::new(all.nodes(), 0);
    let mut heights = PerNode::new(all.nodes(), 0);
    for node in nodes() {
        waiting[node] = all.of(node).len();
    }
    let mut ready: Vec<Node> = nodes().filter(|node| waiting[*node] == 0).collect();
    let mut done = 0;
    while let Some(node) = ready.pop() {
        done += 1;
        for &above in dependents.of(node) {
            heights[above] = heights[above].max(heights[node] + 1);
            waiting[above] -= 1;
            if waiting[above] == 0 {
                ready.push(above);
            }
        }
    }
    if done == all.nodes() { Ok(heights) } else { Err(nodes().filter(|node| waiting[*node] > 0).collect()) }
}

fn missing(files: &[RevisionFile], names: &Names, file: &RevisionFile, list: List, name: &str) -> Error {
    let verb = if list == List::Down { "follows" } else { "depends on" };
    let message = format!("revision `{}` {verb} `{name}`, which no file holds", file.id());
    let error = Error::new(ErrorKind::Graph, "revision.missing", message).at(file.place_of(list, name));
    let label = (list == List::Down)
        .then(|| names.find(files, name))
        .flatten()
        .and_then(|node| files.get(node.place()));
    match (label, did_you_mean(name, names.all(files))) {
        (Some(holder), _) => {
            error.hint(format!("`{name}` is a branch label: write the id, `{}`", holder.id()))
        }
        (None, Some(hint)) => error.hint(hint),
        (None, None) => {
            error.hint("get the file back, or correct the line; are all `version_locations` listed?")
        }
    }
}

fn check_self(file: &RevisionFile, list: List, name: &str, node: Node, parent: Node) -> Result<()> {
    if node != parent {
        return Ok(());
    }
    let verb = if list == List::Down { "follows" } else { "depends on" };
    Err(Error::new(ErrorKind::Graph, "revision.self-loop", format!("revision `{}` {verb} itself", file.id()))
        .at(file.place_of(list, name))
        .hint("name the revision that comes before it"))
}

/// The error that shows one cycle among the nodes `left`, each of which has a parent among them.
fn cycle(files: &[RevisionFile], all: &Edges, down: &Edges, left: &[Node]) -> Error {
    let mut path: Vec<Node> = left.first().copied().into_iter().collect();
    let start = loop {
        let parents = path.last().map(|node| all.of(*node)).unwrap_or_default();
        let Some(&next) = parents.iter().find(|parent| left.binary_search(parent).is_ok()) else { break 0 };
        if let Some(start) = path.iter().position(|node| *node == next) {
            break start;
        }
        path.push(next);
    };
    let mut ring = path.split_off(start);
    let first = ring.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(at, _)| at);
    ring.rotate_left(first);
    let members: Vec<(Node, &RevisionFile)> =
        ring.iter().filter_map(|n| Some((*n, files.get(n.place())?))).collect();
    let ids: Vec<&str> = members.iter().chain(members.first()).map(|(_, file)| file.id()).collect();
    let message = format!("the revisions go round in a cycle: {}", ids.join(" -> "));
    let mut error = Error::new(ErrorKind::Graph, "revision.cycle", message)
        .hint("one of these lines must go, or name another revision");
    let parents = members.iter().cycle().skip(1);
    for ((node, file), (parent, above)) in members.iter().zip(parents) {
        let follows = down.of(*node).contains(parent);
        let (list, verb) = if follows { (List::Down, "follows") } else { (List::DependsOn, "depends on") };
        let place = file.place_of(list, above.id());
        error.notes.push(format!("{place}: `{}` {verb} `{}`", file.id(), above.id()));
        error.location.get_or_insert(place);
    }
    error
}
