//! Downgrade plans.

use lambic_core::{Error, ErrorKind, Result};

use super::changes::{State, between};
use super::{Plan, RowChange, Rows, Step, newest_first};
use crate::file::Direction;
use crate::graph::{Graph, Node, NodeSet};
use crate::symbol::{MOST_LISTED, Symbol, with_notes};

/// Plans a downgrade from `rows` to `target`: a revision, `base`, or steps down.
///
/// Everything that is applied above the target is undone, and whatever depends on it; with `branch@target` only
/// on the way to that branch. A target that is applied and has nothing above it gives an empty plan.
///
/// Fails for a target that is not applied, that leads nowhere or more than one way, for rows of which one contains
/// another, and, as the [module](self) says, when a row that no file explains may contain what would come back.
pub fn downgrade<'g>(rows: &Rows<'g>, target: &str) -> Result<Plan<'g>> {
    let graph = rows.graph;
    rows.check()?;
    let goal = goal(rows, &Symbol::parse(target)?)?;
    let drop = dropped(rows, &goal, target)?;
    let mut state = State::new(graph, &rows.known);
    let order = newest_first(graph, &drop, &drop);
    let steps = order.into_iter().map(|node| step(graph, &mut state, node)).collect();
    let plan = Plan::new(rows, steps);
    check_unknown(rows, &goal, &plan)?;
    Ok(plan)
}

/// Where a downgrade leads.
struct Goal {
    /// The revision that stays; `None` for `base`.
    at: Option<Node>,
    /// Of several revisions above it, only those that lead to one of these are undone; the first that leads
    /// anywhere counts.
    lines: Vec<Node>,
}

fn step<'g>(graph: &'g Graph, state: &mut State<'g>, node: Node) -> Step<'g> {
    let back = state.undo(node);
    Step {
        direction: Direction::Downgrade,
        revision: Some(graph.revision(node)),
        from: vec![graph.id(node)],
        to: graph.down.of(node).iter().map(|parent| graph.id(*parent)).collect(),
        changes: between(graph, &[node], &back),
    }
}

fn dropped(rows: &Rows<'_>, goal: &Goal, target: &str) -> Result<NodeSet> {
    let graph = rows.graph;
    let applied = rows.applied();
    if let Some(at) = goal.at.filter(|at| !applied.contains(*at)) {
        let message =
            format!("`{target}` cannot be gone down to: revision `{}` is not applied", graph.id(at));
        let error = Error::new(ErrorKind::Graph, "plan.not-applied", message)
            .hint("name a revision that is applied; `lambic history -i` shows which are");
        let ids = rows.known.iter().map(|row| format!("the database is at `{}`", graph.id(*row)));
        return Err(with_notes(error, ids.take(MOST_LISTED), rows.known.len()));
    }
    let roots: Vec<Node> = match goal.at {
        None => graph.nodes().filter(|node| graph.down.of(*node).is_empty()).collect(),
        Some(at) => graph.children.of(at).to_vec(),
    };
    let mut drop = graph.descendants(on_lines(graph, roots, goal, target)?);
    drop.keep(&applied);
    Ok(drop)
}

/// The roots that lead to a line of the goal, where there is a choice.
fn on_lines(graph: &Graph, roots: Vec<Node>, goal: &Goal, target: &str) -> Result<Vec<Node>> {
    let (Some(first), true) = (goal.lines.first(), roots.len() > 1) else { return Ok(roots) };
    for line in &goal.lines {
        let below = graph.down.reach([*line]);
        let kept: Vec<Node> = roots.iter().copied().filter(|root| below.contains(*root)).collect();
        if !kept.is_empty() {
            return Ok(kept);
        }
    }
    let at = goal.at.map_or("base", |node| graph.id(node));
    let message = format!(
        "`{target}` leaves open what to undo: none of the revisions above `{at}` leads to `{}`",
        graph.id(*first)
    );
    let error = Error::new(ErrorKind::Graph, "plan.not-on-branch", message).hint(format!(
        "name the line to undo by a revision on it: `{}@{at}`",
        roots.first().map_or("", |root| graph.id(*root))
    ));
    Err(with_notes(
        error,
        roots.iter().take(MOST_LISTED).map(|root| graph.described(*root, None)),
        roots.len(),
    ))
}

fn goal(rows: &Rows<'_>, symbol: &Symbol<'_>) -> Result<Goal> {
    let graph = rows.graph;
    let branch = symbol.branch.map(|branch| graph.ident(branch)).transpose()?;
    let lines = branch.into_iter().collect();
    match symbol.steps {
        Some(steps) if symbol.place.is_empty() => below_a_row(rows, symbol, steps, branch),
        // The branch only chooses what is undone: the revision itself may be anywhere.
        None => {
            let branch = symbol.branch.filter(|_| matches!(symbol.place, "head" | "heads"));
            Ok(Goal { at: graph.one_place(&Symbol { branch, ..*symbol })?, lines })
        }
        Some(_) => {
            let start = graph.one_place(&Symbol { steps: None, ..*symbol }).ok().flatten();
            let at = graph.stepped(symbol).map_err(|error| hint_at_merge(rows, start, error))?;
            Ok(Goal { at: at.first().copied(), lines })
        }
    }
}

fn below_a_row(rows: &Rows<'_>, symbol: &Symbol<'_>, steps: i64, branch: Option<Node>) -> Result<Goal> {
    let graph = rows.graph;
    if steps > 0 {
        return Err(Error::new(
            ErrorKind::Usage,
            "symbol.wrong-way",
            format!("`{}` goes up and this is a downgrade", symbol.whole),
        )
        .hint(format!("`lambic upgrade {}` goes there", symbol.whole)));
    }
    if !rows.unknown().is_empty() {
        return Err(rows
            .blocked("so it is open from where to count steps down")
            .hint("name a revision to go down to"));
    }
    let row = match *starts(rows, branch).as_slice() {
        [one] => one,
        [] => return Err(nothing_applied(symbol)),
        ref several => return Err(ambiguous_start(graph, several, steps, symbol)),
    };
    let at = graph
        .walk(Some(row), steps, None, symbol.whole)
        .map_err(|error| hint_at_merge(rows, Some(row), error))?;
    Ok(Goal { at, lines: branch.into_iter().chain([row]).collect() })
}

/// Where steps down start: the rows on the branch; if it has none, the tips of the applied branches that are on it.
fn starts(rows: &Rows<'_>, branch: Option<Node>) -> Vec<Node> {
    let Some(branch) = branch else { return rows.known.clone() };
    let line = rows.graph.lineage(branch);
    let on: Vec<Node> = rows.known.iter().copied().filter(|row| line.contains(*row)).collect();
    if !on.is_empty() {
        return on;
    }
    rows.branch_tips().into_iter().map(|tip| tip.node).filter(|tip| line.contains(*tip)).collect()
}

fn nothing_applied(symbol: &Symbol<'_>) -> Error {
    let what = symbol
        .branch
        .map_or("nothing is applied".to_owned(), |branch| format!("nothing of `{branch}` is applied"));
    Error::new(
        ErrorKind::Graph,
        "plan.nothing-applied",
        format!("`{}` has nowhere to start: {what}", symbol.whole),
    )
    .hint("`lambic current` shows where the database is")
}

fn ambiguous_start(graph: &Graph, rows: &[Node], steps: i64, symbol: &Symbol<'_>) -> Error {
    let message = format!("`{}` is ambiguous: the database is at {} revisions", symbol.whole, rows.len());
    let forms: Vec<String> =
        rows.iter().map(|row| format!("`{}@{steps}`", own_name(graph, *row, rows))).collect();
    let error = Error::new(ErrorKind::Graph, "symbol.several-rows", message).hint(format!(
        "say which branch goes down: {}",
        forms.iter().take(3).cloned().collect::<Vec<_>>().join(" or ")
    ));
    with_notes(error, forms.into_iter().take(MOST_LISTED), rows.len())
}

/// A label that is shown by this row and on whose line no other row is; else the id.
fn own_name<'g>(graph: &'g Graph, row: Node, rows: &[Node]) -> &'g str {
    let alone = |label: &&str| {
        let line = graph.line_of(label).ok();
        line.is_some_and(|line| rows.iter().all(|other| line.contains(*other) == (*other == row)))
    };
    graph.revision(row).labels().into_iter().find(alone).unwrap_or(graph.id(row))
}

/// Where a walk stopped at a merge, names the parent to which a downgrade undoes only the merge.
fn hint_at_merge(rows: &Rows<'_>, start: Option<Node>, mut error: Error) -> Error {
    let graph = rows.graph;
    let Some(merge) = start else { return error };
    if error.code != "symbol.ambiguous-walk" || graph.down.of(merge).len() < 2 {
        return error;
    }
    let only_merge = |parent: &&Node| {
        let goal = Goal { at: Some(**parent), lines: Vec::new() };
        dropped(rows, &goal, "").is_ok_and(|drop| drop.iter().eq([merge]))
    };
    if let Some(parent) = graph.down.of(merge).iter().find(only_merge) {
        let (merge, parent) = (graph.id(merge), graph.id(*parent));
        error.hint = Some(format!(
            "`{merge}` is a merge: `lambic downgrade {parent}` undoes only that, and keeps both sides"
        ));
    }
    error
}

fn check_unknown(rows: &Rows<'_>, goal: &Goal, plan: &Plan<'_>) -> Result<()> {
    if rows.unknown().is_empty() {
        return Ok(());
    }
    if goal.at.is_none() && goal.lines.is_empty() {
        return Err(rows.blocked("it cannot be undone"));
    }
    let deletes =
        |step: &&Step<'_>| step.changes.iter().all(|change| matches!(change, RowChange::Delete { .. }));
    match plan.steps.iter().find(|step| !deletes(step)).and_then(|step| step.revision) {
        None => Ok(()),
        Some(revision) => Err(rows.blocked(&format!("what is below `{}` may be part of it", revision.id()))),
    }
}
