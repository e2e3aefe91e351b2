//! Stamp plans: the version rows are written, and nothing runs.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use lambic_core::{Error, ErrorKind, Result};

use super::changes::{State, between};
use super::{Plan, RowChange, Rows, Step};
use crate::file::Direction;
use crate::graph::{Graph, Node, NodeSet};
use crate::symbol::Symbol;

/// Plans to say, without running anything, that the database is at `targets`.
///
/// Each revision becomes a row. What is above it counts as not applied, what is below it as applied, and all else
/// stays: other branches, and the siblings that a merge above it held. `base` takes every row away, and
/// `branch@base` what only that branch holds, together with what depends on it.
/// With `purge` the rows are deleted first, whatever they are.
///
/// Fails for a target that leads nowhere or more than one way, for steps from the database's own place, for targets
/// of which one contains another, and, without `purge`, for rows of which one contains another and, as the
/// [module](self) says, for rows that no file explains and that a new row may be part of.
pub fn stamp<'g>(rows: &Rows<'g>, targets: &[impl AsRef<str>], purge: bool) -> Result<Plan<'g>> {
    let none = rows.graph.rows::<&str>([]);
    let rows = if purge { &none } else { rows };
    rows.check()?;
    let goals = Goals::of(rows.graph, targets)?;
    if !rows.unknown().is_empty() && goals.everything {
        return Err(rows.blocked("`base` says that nothing is applied"));
    }
    let mut stamper = Stamper { rows, state: State::new(rows.graph, &rows.known), steps: Vec::new() };
    if goals.everything {
        stamper.clear(&rows.applied(), &rows.known);
    }
    for branch in goals.bases {
        stamper.clear_branch(branch);
    }
    for node in goals.places {
        stamper.place(node);
    }
    check_unknown(rows, &stamper.steps)?;
    Ok(Plan { purge, ..Plan::new(rows, stamper.steps) })
}

/// What to stamp: first what is taken away, then what is set.
#[derive(Default)]
struct Goals {
    everything: bool,
    bases: Vec<Node>,
    places: Vec<Node>,
}

impl Goals {
    fn of(graph: &Graph, targets: &[impl AsRef<str>]) -> Result<Self> {
        let mut goals = Self::default();
        for target in targets {
            let symbol = Symbol::parse(target.as_ref())?;
            if symbol.place.is_empty() {
                let message =
                    format!("`{}` goes steps, and a stamp says where the database is", symbol.whole);
                return Err(Error::new(ErrorKind::Usage, "symbol.relative-stamp", message)
                    .hint("name the revision; `lambic history -i` shows them"));
            }
            match (graph.stepped(&symbol)?, symbol.branch) {
                (places, None) if places.is_empty() => {
                    goals.everything |= symbol.steps.is_some() || symbol.place == "base";
                }
                (places, Some(branch)) if places.is_empty() => goals.bases.push(graph.ident(branch)?),
                (places, _) => goals.places.extend(places),
            }
        }
        let mut seen = BTreeSet::new();
        goals.places.retain(|node| seen.insert(*node));
        goals.check_overlap(graph)?;
        Ok(goals)
    }

    fn check_overlap(&self, graph: &Graph) -> Result<()> {
        let topmost = graph.topmost(&self.places);
        let Some(lower) = self.places.iter().find(|node| !topmost.contains(node)) else { return Ok(()) };
        let above = topmost.iter().find(|node| graph.ancestors([**node]).contains(*lower));
        let (lower, above) = (graph.id(*lower), above.map_or("", |node| graph.id(*node)));
        Err(Error::new(
            ErrorKind::Graph,
            "plan.overlapping-targets",
            format!("`{above}` already contains `{lower}`, so both cannot be rows"),
        )
        .hint(format!("stamp `{above}` alone if everything up to it is applied, else `{lower}`")))
    }
}

struct Stamper<'r, 'g> {
    rows: &'r Rows<'g>,
    state: State<'g>,
    steps: Vec<Step<'g>>,
}

impl Stamper<'_, '_> {
    /// Takes away what only the line of `branch` holds.
    fn clear_branch(&mut self, branch: Node) {
        let graph = self.rows.graph;
        let mut related = graph.ancestors([branch]);
        related.add(&graph.descendants([branch]));
        let (gone, kept): (Vec<Node>, Vec<Node>) =
            self.rows.known.iter().partition(|row| related.contains(**row));
        let roots: Vec<Node> =
            graph.down.reach([branch]).iter().filter(|node| graph.down.of(*node).is_empty()).collect();
        let mut clear = if gone.is_empty() { graph.none() } else { graph.descendants(roots) };
        clear.keep(&self.state.applied);
        clear.subtract(&graph.ancestors(kept));
        self.clear(&clear, &gone);
    }

    fn clear(&mut self, clear: &NodeSet, from: &[Node]) {
        let mut change = Change::default();
        self.undo(clear.iter().collect(), &mut change);
        self.push(None, from, change);
    }

    /// Makes `node` a row.
    fn place(&mut self, node: Node) {
        let graph = self.rows.graph;
        let from = self.related(node);
        let mut change = Change::default();
        let applied = &self.state.applied;
        if applied.contains(node) {
            let above = graph.dependents.of(node).iter().copied();
            let above = graph.dependents.reach_within(above, |node| applied.contains(node));
            self.undo(above, &mut change);
        } else {
            let mut missing = graph.all.reach_within([node], |node| !applied.contains(node));
            missing.sort_by_key(|node| graph.heights[*node]);
            for next in missing {
                let consumed = self.state.apply(next);
                change.add(&[next]);
                change.remove(&consumed);
            }
        }
        self.push(Some(node), &from, change);
    }

    /// The rows of the beginning that are below or above `node`.
    fn related(&self, node: Node) -> Vec<Node> {
        let (graph, rows) = (self.rows.graph, &self.rows.known);
        if rows.is_empty() {
            return Vec::new();
        }
        let (below, above) = (graph.ancestors([node]), graph.descendants([node]));
        rows.iter().copied().filter(|row| above.contains(*row) || below.contains(*row)).collect()
    }

    fn undo(&mut self, mut nodes: Vec<Node>, change: &mut Change) {
        nodes.sort_by_key(|node| Reverse(self.rows.graph.heights[*node]));
        for node in nodes {
            let back = self.state.undo(node);
            change.remove(&[node]);
            change.add(&back);
        }
    }

    fn push(&mut self, destination: Option<Node>, from: &[Node], change: Change) {
        let graph = self.rows.graph;
        let removed: Vec<Node> = change.removed.into_iter().collect();
        let mut added: Vec<Node> = change.added.into_iter().collect();
        if removed.is_empty() && added.is_empty() {
            return;
        }
        // The destination last, so that it takes the place of a row rather than a sibling does.
        added.retain(|node| Some(*node) != destination);
        added.extend(destination);
        let changes = between(graph, &removed, &added);
        added.rotate_right(usize::from(destination.is_some()));
        let ids = |nodes: &[Node]| nodes.iter().map(|node| graph.id(*node)).collect();
        let revision = destination.map(|node| graph.revision(node));
        self.steps.push(Step {
            direction: Direction::Stamp,
            revision,
            from: ids(from),
            to: ids(&added),
            changes,
        });
    }
}

/// Rows that came and went, those that did both left out.
#[derive(Default)]
struct Change {
    added: BTreeSet<Node>,
    removed: BTreeSet<Node>,
}

impl Change {
    fn add(&mut self, nodes: &[Node]) {
        for node in nodes.iter().filter(|node| !self.removed.remove(*node)) {
            self.added.insert(*node);
        }
    }

    fn remove(&mut self, nodes: &[Node]) {
        for node in nodes.iter().filter(|node| !self.added.remove(*node)) {
            self.removed.insert(*node);
        }
    }
}

fn check_unknown(rows: &Rows<'_>, steps: &[Step<'_>]) -> Result<()> {
    if rows.unknown().is_empty() {
        return Ok(());
    }
    let sure = rows.surely_new();
    let added = steps.iter().flat_map(|step| &step.changes).filter_map(RowChange::adds);
    let unsure = added.filter_map(|id| rows.graph.get(id)).find(|revision| !sure.contains(revision.node));
    match unsure {
        None => Ok(()),
        Some(revision) => {
            Err(rows.blocked(&format!("`{}`, which would become a row, may be part of it", revision.id())))
        }
    }
}
