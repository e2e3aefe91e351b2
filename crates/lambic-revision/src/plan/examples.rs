//! The examples that were verified by running Alembic (graph, rows, target → steps and rows after each).

use super::{Plan, RowChange, Rows, downgrade, stamp, upgrade};
use crate::testing::{D, S, T, X, graph, line};

/// Rows as `b,c`; `{}` for none.
fn rows<'g>(graph: &'g crate::Graph, text: &str) -> Rows<'g> {
    graph.rows(text.split(',').filter(|row| !row.is_empty()))
}

/// Runs `up heads`, `down b@a`, `stamp a b`, `purge a` on a graph.
fn run<'g>(graph: &'g crate::Graph, at: &str, command: &str) -> lambic_core::Result<Plan<'g>> {
    let rows = rows(graph, at);
    let (verb, target) = command.split_once(' ').unwrap();
    let targets: Vec<&str> = target.split(' ').collect();
    match verb {
        "up" => upgrade(&rows, target),
        "down" => downgrade(&rows, target),
        "stamp" => stamp(&rows, &targets, false),
        "purge" => stamp(&rows, &targets, true),
        other => panic!("{other}"),
    }
}

fn check(text: &str, at: &str, command: &str, expected: &str) {
    let graph = graph(text);
    let plan = run(&graph, at, command);
    let found = match &plan {
        Ok(plan) => line(plan),
        Err(error) => format!("ERR {}", error.code),
    };
    assert_eq!(found, expected, "{{{at}}} {command} in {text}: {plan:?}");
}

const PLANS: &[(&str, &str, &str, &str)] = &[
    (D, "", "up heads", "+a⟨a⟩ +c⟨c⟩ +b⟨b,c⟩ +d⟨d⟩ +e⟨e⟩"),
    (D, "b", "up e", "+c⟨b,c⟩ +d⟨d⟩ +e⟨e⟩"),
    (D, "e", "down base", "-e⟨d⟩ -d⟨b,c⟩ -b⟨c⟩ -c⟨a⟩ -a⟨⟩"),
    (D, "d", "down b", "-d⟨b,c⟩"),
    (D, "d", "down a", "-d⟨b,c⟩ -b⟨c⟩ -c⟨a⟩"),
    (D, "d", "down -1", "ERR symbol.ambiguous-walk"),
    (D, "", "up +2", "ERR symbol.ambiguous-walk"),
    (D, "b,c", "up +1", "ERR symbol.several-rows"),
    // Alembic takes the first row that the server returns, and warns.
    (D, "b,c", "down -1", "ERR symbol.several-rows"),
    (D, "a,b", "up e", "ERR version.overlapping-rows"),
    (T, "", "up head", "ERR symbol.several-heads"),
    (T, "", "up heads", "+a⟨a⟩ +c⟨c⟩ +b⟨b,c⟩"),
    (T, "b,c", "down a", "-b⟨c⟩ -c⟨a⟩"),
    (T, "b,c", "down b@a", "-b⟨c⟩"),
    (T, "b,c", "down b@-1", "-b⟨c⟩"),
    (T, "b,c", "down b-1", "-b⟨c⟩ -c⟨a⟩"),
    (T, "b,c", "down b@base", "-b⟨c⟩ -c⟨a⟩ -a⟨⟩"),
    (T, "b", "up a", ""),
    (T, "b", "down c", "ERR plan.not-applied"),
    (X, "", "up B@head", "+a1⟨a1⟩ +a2⟨a2⟩ +b1⟨a2,b1⟩ +b2⟨b2⟩ +b3⟨b3⟩"),
    (X, "", "up heads", "+a1⟨a1⟩ +a2⟨a2⟩ +b1⟨a2,b1⟩ +b2⟨b2⟩ +b3⟨b3⟩ +a3⟨a3,b3⟩"),
    (X, "b2", "up A@head", "+a3⟨a3,b2⟩"),
    (X, "b2", "up A@+1", "+a3⟨a3,b2⟩"),
    (X, "a1", "up B@+1", "+b1⟨a1,b1⟩"),
    (X, "a1", "up B@+2", "+a2⟨a2⟩ +b1⟨a2,b1⟩ +b2⟨b2⟩"),
    (X, "", "up +1", "ERR symbol.ambiguous-walk"),
    (X, "b2", "down b1", "-b2⟨a2,b1⟩"),
    (X, "b2", "down B@base", "-b2⟨a2,b1⟩ -b1⟨a2⟩"),
    (X, "a3,b2", "down B@base", "-b2⟨a3,b1⟩ -b1⟨a3⟩"),
    (X, "b2", "down A@base", "-b2⟨a2,b1⟩ -a2⟨a1,b1⟩ -a1⟨b1⟩"),
    (X, "b2", "down A@-1", "-b2⟨a2,b1⟩ -a2⟨a1,b1⟩"),
    (X, "a3,b3", "down a1", "-a3⟨b3⟩ -b3⟨b2⟩ -b2⟨a2,b1⟩ -a2⟨a1,b1⟩"),
    (X, "a3,b3", "down a2", "-a3⟨b3⟩"),
    (X, "a3,b3", "down base", "-a3⟨b3⟩ -b3⟨b2⟩ -b2⟨a2,b1⟩ -b1⟨a2⟩ -a2⟨a1⟩ -a1⟨⟩"),
    (S, "c,e", "stamp a", "c,e=>a⟨a⟩"),
    (S, "c,e", "stamp b", "c=>b⟨b,e⟩"),
    (S, "c,e", "stamp base", "c,e=>⟨⟩"),
    (S, "c,e", "stamp b@base", "c=>⟨e⟩"),
    (S, "c", "stamp e", "=>e⟨c,e⟩"),
    (S, "a", "stamp e", "a=>e⟨e⟩"),
    (S, "a", "stamp c e", "a=>c⟨c⟩ a=>e⟨c,e⟩"),
    (S, "c", "stamp heads", "=>e⟨c,e⟩"),
    (X, "a1", "stamp B@head", "a1=>b3⟨b3⟩"),
    (X, "a3", "stamp B@head", "=>b3⟨a3,b3⟩"),
    ("a1; b1 < a1; c1 < a1 + b1; m < b1 c1", "m", "down b1", "-m⟨c1⟩"),
    ("q; x; y < x; z < x; w < y z", "q,w", "down x", "-w⟨q,y,z⟩ -y⟨q,z⟩ -z⟨q,x⟩"),
];

#[test]
fn the_verified_examples() {
    for (text, at, command, expected) in PLANS {
        check(text, at, command, expected);
    }
}

/// Where Alembic crashes, forgets what is applied, or writes rows of which one contains another.
const BETTER: &[(&str, &str, &str, &str)] = &[
    // A dependency on an ancestor, at a merge point.
    ("r0; r1 < r0; r2 < r0; r3 < r2 r1 + r0", "", "up heads", "+r0⟨r0⟩ +r1⟨r1⟩ +r2⟨r1,r2⟩ +r3⟨r3⟩"),
    ("r0; r1 < r0; r2 < r0; r3 < r2 r1 + r0", "r3", "down base", "-r3⟨r1,r2⟩ -r2⟨r1⟩ -r1⟨r0⟩ -r0⟨⟩"),
    // A dependency on an ancestor, beside another head.
    ("q; a; b < a; c < b + a", "c,q", "down b", "-c⟨b,q⟩"),
    // Stamps keep applied siblings.
    (D, "e", "stamp b", "e=>b,c⟨b,c⟩"),
    (X, "a3,b3", "stamp A@base", "a3,b3=>b1⟨b1⟩"),
    (X, "a3,b3", "stamp a1", "a3,b3=>a1,b1⟨a1,b1⟩"),
    (D, "e", "stamp b c", "e=>b,c⟨b,c⟩"),
    (D, "", "stamp e e", "=>e⟨e⟩"),
    (D, "", "stamp heads head e", "=>e⟨e⟩"),
    // Steps that go too far, and steps to the base.
    (D, "", "up e-4", "ERR symbol.ambiguous-walk"),
    (T, "", "up b-2", ""),
    (T, "", "up b-3", "ERR symbol.too-far"),
    (T, "", "up a+9", "ERR symbol.ambiguous-walk"),
    (T, "", "up b+9", "ERR symbol.too-far"),
    (T, "", "up base-1", "ERR symbol.too-far"),
    (X, "a1", "down B@-1", "ERR plan.nothing-applied"),
    (T, "", "down -1", "ERR plan.nothing-applied"),
    (T, "b", "down -2", "-b⟨a⟩ -a⟨⟩"),
    (T, "b", "down -3", "ERR symbol.too-far"),
    // One real head is `head`.
    ("a; b; c < a + b", "", "up head", "+b⟨b⟩ +a⟨a,b⟩ +c⟨c⟩"),
    ("a; b; c < a + b", "", "stamp head", "=>c⟨c⟩"),
    ("a #L; b < a; c < a + b; d < c", "", "up L@heads", "+a⟨a⟩ +b⟨b⟩ +c⟨c⟩ +d⟨d⟩"),
    // A revision that is applied and has nothing above it, though it is no row.
    (X, "b3", "down a2", ""),
    // A label below a fork says on which row's line to go down.
    ("b1 #B; b2 < b1; b3 < b2; b4 < b2", "b3", "down B@-1", "-b3⟨b2⟩"),
    ("b1 #B; b2 < b1; b3 < b2; b4 < b2", "b3", "down B@b2", "ERR plan.not-on-branch"),
    // Purging forgets the rows, whatever they are.
    (D, "zzzz,a,b", "purge c", "=>c⟨c⟩"),
    (D, "e", "purge base", ""),
    // What contradicts itself.
    (D, "", "stamp a e", "ERR plan.overlapping-targets"),
    (S, "e", "stamp base c", "e=>⟨⟩ =>c⟨c⟩"),
    (D, "a", "stamp +1", "ERR symbol.relative-stamp"),
    (T, "", "stamp head", "ERR symbol.several-heads"),
    (D, "d,d", "up e", "ERR version.duplicate-row"),
];

#[test]
fn better_than_alembic() {
    for (text, at, command, expected) in BETTER {
        check(text, at, command, expected);
    }
}

/// Rows that no file explains: what must not be touched by them, and what goes on.
const UNKNOWN: &[(&str, &str, &str, &str)] = &[
    (D, "zzzz", "up heads", "ERR version.unknown-row"),
    (D, "zzzz", "up +1", "ERR version.unknown-row"),
    (D, "d,zzzz", "up heads", "+e⟨e,zzzz⟩"),
    (D, "d,zzzz", "up +1", "+e⟨e,zzzz⟩"),
    (D, "e,zzzz", "up heads", ""),
    (D, "b,zzzz", "up heads", "ERR version.unknown-row"),
    (X, "b3,zzzz", "up a3", "ERR version.unknown-row"),
    (X, "a2,zzzz", "up a3", "+a3⟨a3,zzzz⟩"),
    (D, "zzzz", "up base", ""),
    (D, "e,zzzz", "down d", "ERR version.unknown-row"),
    (D, "e,zzzz", "down e", ""),
    (D, "e,zzzz", "down -1", "ERR version.unknown-row"),
    (D, "a,zzzz", "down base", "ERR version.unknown-row"),
    ("a; b; c < a + b; d < b", "c,d,zzzz", "down b", "-d⟨c,zzzz⟩"),
    ("a #A; b; c < b + a; d < b", "a,zzzz", "down A@base", "-a⟨zzzz⟩"),
    (D, "d,zzzz", "stamp e", "d=>e⟨e,zzzz⟩"),
    (D, "d,zzzz", "stamp b", "ERR version.unknown-row"),
    (D, "zzzz", "stamp e", "ERR version.unknown-row"),
    (D, "d,zzzz", "stamp base", "ERR version.unknown-row"),
    (S, "e,zzzz", "stamp d@base", "e=>⟨zzzz⟩"),
    (D, "zzzz", "purge e", "=>e⟨e⟩"),
];

#[test]
fn a_version_row_that_no_file_explains() {
    for (text, at, command, expected) in UNKNOWN {
        check(text, at, command, expected);
    }
}

#[test]
fn the_row_changes_are_alembics() {
    fn short(change: &RowChange<'_>) -> String {
        match change {
            RowChange::Insert { id } => format!("INS {id}"),
            RowChange::Delete { id } => format!("DEL {id}"),
            RowChange::Update { from, to } => format!("UPD {from}→{to}"),
        }
    }
    for (text, at, command, expected) in [
        (D, "", "up heads", "INS a; UPD a→c; INS b; DEL b,UPD c→d; UPD d→e"),
        (D, "e", "down base", "UPD e→d; INS b,UPD d→c; DEL b; UPD c→a; DEL a"),
        (S, "c,e", "stamp a", "DEL c,UPD e→a"),
        ("a; b; c; m < a b c", "a,b,c", "up m", "DEL a,DEL b,UPD c→m"),
        ("a; b; c; m < a b c", "m", "down a", "INS a,INS b,UPD m→c"),
        (S, "c", "stamp e", "INS e"),
        (S, "c,e", "stamp base", "DEL c,DEL e"),
        (D, "e", "stamp b", "INS c,UPD e→b"),
    ] {
        let graph = graph(text);
        let plan = run(&graph, at, command).unwrap();
        let steps: Vec<String> = plan
            .steps
            .iter()
            .map(|step| step.changes.iter().map(short).collect::<Vec<_>>().join(","))
            .collect();
        assert_eq!(steps.join("; "), expected, "{{{at}}} {command}");
    }
}

#[test]
fn a_plan_is_plain_data() {
    let graph = graph(T);
    let plan = run(&graph, "b", "down a").unwrap();
    let json = serde_json::to_string(&plan).unwrap();
    assert_eq!(
        json,
        r#"{"purge":false,"rows_before":["b"],"steps":[{"direction":"downgrade","revision":"b","from":["b"],"to":["a"],"changes":[{"change":"update","from":"b","to":"a"}]}]}"#
    );
    assert_eq!(plan.rows_after(), ["a"]);
}

#[test]
fn the_order_of_random_graphs_is_the_one_that_alembic_gave() {
    for case in include_str!("orders.txt").lines() {
        let (text, order) = case.split_once(" | ").unwrap();
        let graph = graph(text);
        let plan = run(&graph, "", "up heads").unwrap();
        let found: Vec<&str> =
            plan.steps.iter().filter_map(|step| step.revision).map(crate::Revision::id).collect();
        assert_eq!(found.join(" "), order, "{text}");
    }
}
