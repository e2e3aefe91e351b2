//! Upgrade plans.

use lambic_core::{Error, ErrorKind, Result};

use super::changes::{State, between};
use super::{Plan, Rows, Step, newest_first};
use crate::file::Direction;
use crate::graph::{Graph, Node, NodeSet};
use crate::symbol::{Symbol, with_notes};

/// Plans an upgrade from `rows` to `target`: a revision, a branch's head, `head`, `heads`, or steps up.
///
/// What is applied already is left alone, and a target that is applied gives an empty plan.
///
/// Fails for a target that leads nowhere or more than one way, for rows of which one contains another, and, as
/// the [module](self) says, when a row that no file explains may contain what would run.
pub fn upgrade<'g>(rows: &Rows<'g>, target: &str) -> Result<Plan<'g>> {
    let graph = rows.graph;
    rows.check()?;
    let targets = targets(rows, &Symbol::parse(target)?)?;
    let mut need = graph.ancestors(targets);
    need.subtract(&rows.applied());
    check_unknown(rows, &need)?;
    let mut state = State::new(graph, &rows.known);
    let order = newest_first(graph, &need, &need);
    Ok(Plan::new(rows, order.into_iter().rev().map(|node| step(graph, &mut state, node)).collect()))
}

fn step<'g>(graph: &'g Graph, state: &mut State<'g>, node: Node) -> Step<'g> {
    let consumed = state.apply(node);
    Step {
        direction: Direction::Upgrade,
        revision: Some(graph.revision(node)),
        from: graph.down.of(node).iter().map(|parent| graph.id(*parent)).collect(),
        to: vec![graph.id(node)],
        changes: between(graph, &consumed, &[node]),
    }
}

fn check_unknown(rows: &Rows<'_>, need: &NodeSet) -> Result<()> {
    if rows.unknown().is_empty() || need.is_empty() {
        return Ok(());
    }
    let mut unsure = need.clone();
    unsure.subtract(&rows.surely_new());
    match unsure.iter().next() {
        None => Ok(()),
        Some(node) => {
            Err(rows.blocked(&format!("`{}`, which would run, may be part of it", rows.graph.id(node))))
        }
    }
}

fn targets(rows: &Rows<'_>, symbol: &Symbol<'_>) -> Result<Vec<Node>> {
    let graph = rows.graph;
    let Some(steps) = symbol.steps.filter(|_| symbol.place.is_empty()) else { return graph.stepped(symbol) };
    if steps < 0 {
        return Err(Error::new(
            ErrorKind::Usage,
            "symbol.wrong-way",
            format!("`{}` goes down and this is an upgrade", symbol.whole),
        )
        .hint(format!("`lambic downgrade {}` goes there", symbol.whole)));
    }
    if !rows.unknown().is_empty() && rows.known.is_empty() {
        return Err(rows.blocked("steps cannot be counted from there"));
    }
    let line = symbol.branch.map(|branch| graph.line_of(branch)).transpose()?;
    let start = match *start(rows, line.as_ref()).as_slice() {
        [] => None,
        [one] => Some(one),
        ref several => return Err(ambiguous_start(graph, several, steps, symbol)),
    };
    Ok(graph.walk(start, steps, line.as_ref(), symbol.whole)?.into_iter().collect())
}

/// Where steps start: the rows on the line; if it has none, the tips of what is applied of it.
fn start(rows: &Rows<'_>, line: Option<&NodeSet>) -> Vec<Node> {
    let Some(line) = line else { return rows.known.clone() };
    let on: Vec<Node> = rows.known.iter().copied().filter(|row| line.contains(*row)).collect();
    if !on.is_empty() {
        return on;
    }
    let mut applied = rows.applied();
    applied.keep(line);
    let normal = rows.graph.normal();
    let below: Vec<Node> = applied.iter().flat_map(|node| normal.of(node)).copied().collect();
    for node in below {
        applied.remove(node);
    }
    applied.iter().collect()
}

fn ambiguous_start(graph: &Graph, rows: &[Node], steps: i64, symbol: &Symbol<'_>) -> Error {
    let message =
        format!("`{}` is ambiguous: the database is at {} revisions of it", symbol.whole, rows.len());
    let first = rows.first().map_or("", |row| graph.id(*row));
    let error = Error::new(ErrorKind::Graph, "symbol.several-rows", message)
        .hint(format!("say which branch goes up: `{first}@+{steps}`"));
    with_notes(error, rows.iter().map(|row| format!("`{}@+{steps}`", graph.id(*row))), rows.len())
}
