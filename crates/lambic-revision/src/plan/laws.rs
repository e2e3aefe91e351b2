//! What holds of every plan, on random graphs of up to 60 revisions with merges, dependencies and labels.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;

use super::{Plan, Rows, downgrade, stamp, upgrade};
use crate::file::Direction;
use crate::graph::Graph;
use crate::testing::graph;

/// A graph, rows of a version table, and a target.
#[derive(Debug, Clone)]
struct Case {
    lines: Vec<String>,
    applied: Vec<Index>,
    target: Index,
    other: Index,
    form: u8,
}

fn case() -> impl Strategy<Value = Case> {
    let revision = (0u8..10, any::<[Index; 3]>(), 0u8..10, any::<[Index; 2]>(), 0u8..6);
    let revisions = proptest::collection::vec(revision, 1..60);
    let lines = (revisions, any::<u64>()).prop_map(|(revisions, seed)| {
        let made = revisions.iter().enumerate();
        let mut lines: Vec<String> = made
            .map(|(n, (kind, down, more, deps, label))| source(n, *kind, down, *more, deps, *label))
            .collect();
        // Load order has nothing to do with who follows whom.
        let mut state = seed | 1;
        for at in (1..lines.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            lines.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
        }
        lines
    });
    let applied = proptest::collection::vec(any::<Index>(), 0..6);
    (lines, applied, any::<Index>(), any::<Index>(), any::<u8>())
        .prop_map(|(lines, applied, target, other, form)| Case { lines, applied, target, other, form })
}

/// A revision in the notation of `testing`; its parents are before it.
fn source(n: usize, kind: u8, down: &[Index; 3], more: u8, deps: &[Index; 2], label: u8) -> String {
    let parents = match kind {
        0 => 0,
        1..=6 => 1,
        7 | 8 => 2,
        _ => 3,
    };
    let pick = |mark: &str, from: &[Index], count: usize| {
        let count = if n == 0 { 0 } else { count };
        let picked: BTreeSet<usize> = from.iter().take(count).map(|index| index.index(n)).collect();
        let picked: Vec<String> = picked.into_iter().map(|n| format!(" rev{n:03}")).collect();
        format!(" {mark}{}", picked.concat())
    };
    let dependencies = usize::from(more.saturating_sub(7));
    let label = if label == 0 { format!(" #line{n}") } else { String::new() };
    format!("rev{n:03}{}{}{label}", pick("<", down, parents), pick("+", deps, dependencies))
}

impl Case {
    fn graph(&self) -> Graph {
        graph(&self.lines.join(";"))
    }

    fn node(graph: &Graph, index: Index) -> String {
        graph.revisions().nth(index.index(graph.len())).unwrap().id().to_owned()
    }

    fn rows<'g>(&self, graph: &'g Graph) -> Rows<'g> {
        let nodes: Vec<_> =
            self.applied.iter().map(|index| graph.nodes().nth(index.index(graph.len())).unwrap()).collect();
        let distinct: BTreeSet<_> = graph.topmost(&nodes).into_iter().collect();
        graph.rows(distinct.into_iter().map(|node| graph.id(node)))
    }

    /// A target whose meaning does not depend on the rows.
    fn absolute(&self, graph: &Graph) -> String {
        let (place, branch) = (Self::node(graph, self.target), Self::node(graph, self.other));
        match self.form % 8 {
            0 => "heads".to_owned(),
            1 => "base".to_owned(),
            2 => format!("{branch}@heads"),
            3 => format!("{branch}@base"),
            4 => format!("{branch}@{place}"),
            5 => format!("{place}-1"),
            _ => place,
        }
    }

    fn any(&self, graph: &Graph) -> String {
        let branch = Self::node(graph, self.other);
        match self.form % 13 {
            9 => "-1".to_owned(),
            10 => "+1".to_owned(),
            11 => format!("{branch}@-2"),
            12 => format!("{branch}@+1"),
            _ => self.absolute(graph),
        }
    }
}

type Ids = BTreeSet<String>;

fn closure<S: AsRef<str>>(graph: &Graph, rows: &[S]) -> Ids {
    graph.rows(rows).applied_revisions().iter().map(|revision| revision.id().to_owned()).collect()
}

fn is_antichain(graph: &Graph, rows: &[&str]) -> bool {
    rows.iter().all(|row| {
        let others: Vec<&str> = rows.iter().copied().filter(|other| other != row).collect();
        !closure(graph, &others).contains(*row)
    })
}

/// Checks what holds after every step, and that the changes fit the rows.
fn check_steps(graph: &Graph, plan: &Plan<'_>) -> Result<(), TestCaseError> {
    let mut rows: Ids = plan.rows_before.iter().cloned().collect();
    let mut applied = closure(graph, &plan.rows_before);
    for (step, after) in plan.states() {
        prop_assert!(is_antichain(graph, &after), "{:?}", after);
        for change in &step.changes {
            if let Some(gone) = change.removes() {
                prop_assert!(rows.remove(gone), "{change:?} finds no row");
            }
            if let Some(new) = change.adds() {
                prop_assert!(rows.insert(new.to_owned()), "{change:?} is there already");
            }
        }
        prop_assert!(rows.iter().eq(after.iter()));
        let revision = step.revision.map(|revision| revision.id().to_owned());
        match (step.direction, revision) {
            (Direction::Upgrade, Some(id)) => prop_assert!(applied.insert(id)),
            (Direction::Downgrade, Some(id)) => prop_assert!(applied.remove(&id)),
            (_, destination) => {
                applied = closure(graph, &after);
                prop_assert!(destination.is_none_or(|id| after.contains(&id.as_str())));
            }
        }
        prop_assert_eq!(&closure(graph, &after), &applied);
    }
    prop_assert_eq!(plan.rows_after(), rows.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(())
}

fn revisions(plan: &Plan<'_>) -> Vec<String> {
    plan.steps.iter().map(|step| step.revision.map_or("", crate::Revision::id).to_owned()).collect()
}

/// Cuts a plan after each step and plans again: exactly the rest is planned.
fn check_cuts(
    graph: &Graph,
    plan: &Plan<'_>,
    again: impl Fn(&Rows<'_>) -> lambic_core::Result<Vec<String>>,
) -> Result<(), TestCaseError> {
    let all = revisions(plan);
    for (done, (_, rows)) in (1..).zip(plan.states()) {
        let rest: BTreeSet<String> = again(&graph.rows(&rows))
            .map_err(|error| TestCaseError::fail(error.to_string()))?
            .into_iter()
            .collect();
        prop_assert_eq!(rest, all[done..].iter().cloned().collect::<BTreeSet<_>>(), "after {}", done);
    }
    Ok(())
}

/// Taking the steps back, last first, brings back the rows of each.
fn check_reversal(graph: &Graph, plan: &Plan<'_>) -> Result<(), TestCaseError> {
    let states: Vec<Vec<&str>> = plan.states().map(|(_, rows)| rows).collect();
    let before: Vec<&str> = plan.rows_before.iter().map(String::as_str).collect();
    let nodes = |rows: &[&str]| graph.rows(rows).known;
    for (at, step) in plan.steps.iter().enumerate().rev() {
        let node = step.revision.unwrap().node;
        let mut state = super::changes::State::new(graph, &nodes(&states[at]));
        let mut rows: BTreeSet<_> = nodes(&states[at]).into_iter().collect();
        let (gone, back) = match step.direction {
            Direction::Upgrade => (vec![node], state.undo(node)),
            _ => (state.apply(node), vec![node]),
        };
        for node in gone {
            prop_assert!(rows.remove(&node));
        }
        rows.extend(back);
        let expected = if at == 0 { &before } else { &states[at - 1] };
        let mut ids: Vec<&str> = rows.into_iter().map(|node| graph.id(node)).collect();
        ids.sort_unstable();
        prop_assert_eq!(&ids, expected);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn upgrades(case in case()) {
        let graph = case.graph();
        let (rows, target) = (case.rows(&graph), case.any(&graph));
        let Ok(plan) = upgrade(&rows, &target) else { return Ok(()) };
        check_steps(&graph, &plan)?;
        check_reversal(&graph, &plan)?;
        prop_assert_eq!(upgrade(&rows, &target).unwrap(), plan, "equal input, equal output");
    }

    #[test]
    fn downgrades(case in case()) {
        let graph = case.graph();
        let (rows, target) = (case.rows(&graph), case.any(&graph));
        let Ok(plan) = downgrade(&rows, &target) else { return Ok(()) };
        check_steps(&graph, &plan)?;
        check_reversal(&graph, &plan)?;
        prop_assert_eq!(downgrade(&rows, &target).unwrap(), plan, "equal input, equal output");
    }

    #[test]
    fn a_cut_upgrade_goes_on(case in case()) {
        let graph = case.graph();
        let (rows, target) = (case.rows(&graph), case.absolute(&graph));
        let Ok(plan) = upgrade(&rows, &target) else { return Ok(()) };
        check_cuts(&graph, &plan, |rows| upgrade(rows, &target).map(|plan| revisions(&plan)))?;
        let last = graph.rows(plan.rows_after());
        prop_assert!(upgrade(&last, &target).unwrap().steps.is_empty());
    }

    #[test]
    fn a_cut_downgrade_goes_on(case in case()) {
        let graph = case.graph();
        let (rows, target) = (case.rows(&graph), case.absolute(&graph));
        let Ok(plan) = downgrade(&rows, &target) else { return Ok(()) };
        check_cuts(&graph, &plan, |rows| downgrade(rows, &target).map(|plan| revisions(&plan)))?;
        let last = graph.rows(plan.rows_after());
        prop_assert!(downgrade(&last, &target).unwrap().steps.is_empty());
    }

    #[test]
    fn a_downgrade_to_what_is_applied_with_nothing_above_it_is_nothing(case in case()) {
        let graph = case.graph();
        let rows = case.rows(&graph);
        for tip in rows.branch_tips() {
            prop_assert!(downgrade(&rows, tip.id()).unwrap().steps.is_empty());
        }
    }

    #[test]
    fn down_and_up_again(case in case()) {
        let graph = case.graph();
        let rows = case.rows(&graph);
        let down = downgrade(&rows, "base").unwrap();
        prop_assert!(down.rows_after().is_empty());
        prop_assert_eq!(down.steps.len(), rows.applied_revisions().len());
        let up = upgrade(&graph.rows::<&str>([]), "heads").unwrap();
        prop_assert_eq!(up.steps.len(), graph.len());
        let mut heads: Vec<&str> = graph.real_heads().map(crate::Revision::id).collect();
        heads.sort_unstable();
        prop_assert_eq!(up.rows_after(), heads);
    }

    #[test]
    fn stamps(case in case()) {
        let graph = case.graph();
        let (rows, target) = (case.rows(&graph), case.absolute(&graph));
        let Ok(plan) = stamp(&rows, &[&target], false) else { return Ok(()) };
        check_steps(&graph, &plan)?;
        let after = plan.rows_after();
        prop_assert!(stamp(&graph.rows(&after), &[&target], false).unwrap().steps.is_empty(), "it is there already");
        // What is not above the destination stays applied.
        let Some(destination) = plan.steps.first().and_then(|step| step.revision).filter(|_| plan.steps.len() == 1) else { return Ok(()) };
        let above: Ids = graph.descendants([destination.node]).iter().map(|node| graph.id(node).to_owned()).collect();
        let kept = &closure(&graph, &plan.rows_before) - &above;
        prop_assert!(kept.is_subset(&closure(&graph, &after)));
    }

    #[test]
    fn a_purging_stamp_forgets_the_rows(case in case()) {
        let graph = case.graph();
        let (rows, target) = (case.rows(&graph), case.absolute(&graph));
        if let Ok(plan) = stamp(&rows, &[&target], true) {
            prop_assert!(plan.purge && plan.rows_before.is_empty());
            prop_assert_eq!(plan, stamp(&graph.rows(["gone"]), &[&target], true).unwrap());
        }
    }

    #[test]
    fn the_history_shows_everything_once_and_what_needs_it_first(case in case()) {
        let graph = case.graph();
        let all = graph.history(None, None).unwrap();
        prop_assert_eq!(all.len(), graph.len());
        let mut shown = BTreeSet::new();
        for revision in all {
            prop_assert!(revision.dependents().all(|above| shown.contains(above.id())));
            shown.insert(revision.id());
        }
    }

    #[test]
    fn a_range_of_the_history_is_what_is_between(case in case()) {
        let graph = case.graph();
        let (a, b) = (Case::node(&graph, case.target), Case::node(&graph, case.other));
        let Ok(part) = graph.history(Some(&format!("{a}:{b}")), None) else { return Ok(()) };
        let node = |id: &str| graph.get(id).unwrap().node;
        let above = graph.children.reach([node(&a)]);
        let below = graph.ancestors([node(&b)]);
        let expected: Ids = graph.nodes().filter(|node| above.contains(*node) && below.contains(*node)).map(|node| graph.id(node).to_owned()).collect();
        prop_assert_eq!(part.iter().map(|revision| revision.id().to_owned()).collect::<Ids>(), expected);
        for (at, revision) in part.iter().enumerate() {
            let lower = graph.descendants([revision.node]);
            prop_assert!(part[at + 1..].iter().all(|later| !lower.contains(later.node)));
        }
    }

    #[test]
    fn no_symbol_makes_the_planner_panic(case in case(), symbol in "[a-z0-9@+:.;' -]{0,12}") {
        let graph = case.graph();
        let rows = case.rows(&graph);
        let _ = (upgrade(&rows, &symbol), downgrade(&rows, &symbol), stamp(&rows, &[&symbol], false));
        let _ = (graph.resolve(&symbol), graph.history(Some(&symbol), Some(&rows)));
    }
}
