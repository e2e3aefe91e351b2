//! The graph's own answers, and what is no graph.

use super::*;
use crate::testing::{D, S, T, X, files, graph};

fn ids<'g>(revisions: impl IntoIterator<Item = Revision<'g>>) -> Vec<&'g str> {
    revisions.into_iter().map(Revision::id).collect()
}

#[test]
fn heads_bases_and_points() {
    for (text, heads, real, bases, points) in [
        (D, vec!["e"], vec!["e"], vec!["a"], vec!["a"]),
        (T, vec!["b", "c"], vec!["b", "c"], vec!["a"], vec!["a"]),
        (X, vec!["a3", "b3"], vec!["a3", "b3"], vec!["a1", "b1"], vec![]),
        (S, vec!["c", "e"], vec!["c", "e"], vec!["a"], vec!["a"]),
        ("a; b; c < a + b", vec!["b", "c"], vec!["c"], vec!["a", "b"], vec![]),
        ("", vec![], vec![], vec![], vec![]),
    ] {
        let graph = graph(text);
        assert_eq!(ids(graph.heads()), heads, "{text}");
        assert_eq!(ids(graph.real_heads()), real, "{text}");
        assert_eq!(ids(graph.bases()), bases, "{text}");
        assert_eq!(ids(graph.branch_points()), points, "{text}");
    }
}

#[test]
fn a_revision_knows_its_neighbours() {
    let graph = graph(X);
    let [a2, b2] = ["a2", "b2"].map(|id| graph.get(id).unwrap());
    assert_eq!(
        (ids(a2.parents()), ids(a2.children()), ids(a2.dependents())),
        (vec!["a1"], vec!["a3"], vec!["a3", "b2"])
    );
    assert_eq!((ids(b2.parents()), ids(b2.dependencies())), (vec!["b1"], vec!["a2"]));
    assert!(!a2.is_head() && !a2.is_base() && !a2.is_branch_point() && !a2.is_merge_point());
    assert_eq!(a2.path(), std::path::Path::new("a2.sql"));
    assert_eq!(format!("{a2:?}"), "Revision(\"a2\")");
    assert!(graph.get("A2").is_none() && graph.get("A").is_none());
}

#[test]
fn heads_that_others_depend_on_are_effective() {
    let graph = graph("a; b; c < a + b");
    let [b, c] = ["b", "c"].map(|id| graph.get(id).unwrap());
    assert!(b.is_head() && b.is_effective_head() && !b.is_real_head());
    assert!(c.is_head() && !c.is_effective_head() && c.is_real_head());
}

#[test]
fn labels_are_shown_as_alembic_shows_them() {
    for (text, shown) in [
        // Down the branch, and up a straight line to where lines part or join.
        ("a; b < a #L; c < b", vec!["L", "L", "L"]),
        ("a; b < a #L; c < b; d < b", vec!["", "L", "L", "L"]),
        ("a; b < a; c < b #L; d < a", vec!["", "L", "L", ""]),
        ("a; b < a; c < b #L; d; e < d + c", vec!["L", "L", "L", "", ""]),
        ("a; b; c < a b; d < c #L #K", vec!["", "", "", "K L"]),
    ] {
        let graph = graph(text);
        let found: Vec<String> = graph.revisions().map(|revision| revision.labels().join(" ")).collect();
        assert_eq!(found, shown, "{text}");
    }
}

#[test]
fn normalised_edges_are_alembics() {
    let normal = |text: &str, id: &str| {
        let graph = graph(text);
        let node = graph.get(id).unwrap().node;
        graph.normal().of(node).iter().map(|node| graph.id(*node).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(normal("x; a + x; b < a + x; c < b + x", "c"), ["b"], "an ancestor declares it too");
    assert_eq!(normal("x; a; b < a + x; c < a + x; d < b + x", "d"), ["b"]);
    assert_eq!(normal("a; b < a; c < b + a", "c"), ["b", "a"], "that it is an ancestor does not count");
    assert_eq!(normal("a; b < a + a", "b"), ["a"]);
}

#[test]
fn unsound_graphs_are_refused_with_both_places() {
    let parse = |text: &str| Graph::new(files(text)).unwrap_err();
    for (text, message, hint) in [
        (
            "a; b < zzz",
            "b.sql:2:19: revision `b` follows `zzz`, which no file holds",
            "get the file back, or correct the line; are all `version_locations` listed?",
        ),
        (
            "abcdef; b < abcdfe",
            "b.sql:2:19: revision `b` follows `abcdfe`, which no file holds",
            "did you mean `abcdef`?",
        ),
        (
            "abc; b + abd",
            "b.sql:2:16: revision `b` depends on `abd`, which no file holds",
            "did you mean `abc`?",
        ),
        (
            "a #lbl; b < lbl",
            "b.sql:2:19: revision `b` follows `lbl`, which no file holds",
            "`lbl` is a branch label: write the id, `a`",
        ),
        ("a < a", "a.sql:2:19: revision `a` follows itself", "name the revision that comes before it"),
        ("a #x + x", "a.sql:2:16: revision `a` depends on itself", "name the revision that comes before it"),
        (
            "a < b; b < c; c < b",
            "b.sql:2:19: the revisions go round in a cycle: b -> c -> b",
            "one of these lines must go, or name another revision",
        ),
        (
            "a #x; A",
            "A.sql:1:14: revision `A` differs only in case from `a` in a.sql:1:14",
            "give one of them another name; a file copied by mistake can simply go",
        ),
        (
            "a #x; b #x",
            "b.sql:2:18: branch label `x` is used twice, here and in a.sql:2:18",
            "give one of them another name; a file copied by mistake can simply go",
        ),
        (
            "a #b; b",
            "b.sql:1:14: revision `b` is also the name of a branch label in a.sql:2:18",
            "give one of them another name; a file copied by mistake can simply go",
        ),
    ] {
        let error = parse(text);
        assert_eq!(error.to_string(), message, "{text}");
        assert_eq!(error.hint.as_deref(), Some(hint), "{text}");
    }
    let mut twice = files("a; b");
    twice.extend(files("a"));
    let error = Graph::new(twice).unwrap_err();
    assert_eq!(error.to_string(), "a.sql:1:14: revision `a` stands in two files, here and in a.sql:1:14");
}

#[test]
fn a_cycle_names_every_file_in_it() {
    let error = Graph::new(files("a + b; b < c; c < a")).unwrap_err();
    assert_eq!(error.message, "the revisions go round in a cycle: a -> b -> c -> a");
    assert_eq!(
        error.notes,
        ["a.sql:2:16: `a` depends on `b`", "b.sql:2:19: `b` follows `c`", "c.sql:2:19: `c` follows `a`"]
    );
}

#[test]
fn the_same_label_in_another_case_is_another_label() {
    let graph = graph("a #x; b #X; c #A");
    assert_eq!(ids(graph.resolve("X").unwrap()), ["b"]);
    assert_eq!(ids(graph.resolve("x").unwrap()), ["a"]);
    assert_eq!(ids(graph.resolve("A").unwrap()), ["c"]);
}

#[test]
fn symbols() {
    let long = graph("abcdef01 #feature; abcdef99 < abcdef01; zz < abcdef99; other #my-feature; x9 < other");
    for (symbol, expected) in [
        ("abcdef01", vec!["abcdef01"]),
        ("feature", vec!["abcdef01"]),
        ("feat", vec!["abcdef01"]),
        ("abcdef9", vec!["abcdef99"]),
        (" zz ", vec!["zz"]),
        ("o", vec!["other"]),
        ("base", vec![]),
        ("heads", vec!["zz", "x9"]),
        ("feature@head", vec!["zz"]),
        ("feature@heads", vec!["zz"]),
        ("feature@base", vec![]),
        ("feature@abcdef99", vec!["abcdef99"]),
        ("zz@head", vec!["zz"]),
        ("my-feature", vec!["other"]),
        ("my-feature+1", vec!["x9"]),
        ("my-feature@head-1", vec!["other"]),
        ("feature+2", vec!["zz"]),
        ("zz-2", vec!["abcdef01"]),
        ("zz-3", vec![]),
        ("feature@base+2", vec!["abcdef99"]),
    ] {
        assert_eq!(ids(long.resolve(symbol).unwrap()), expected, "{symbol}");
    }
}

#[test]
fn ranges() {
    assert_eq!(crate::split_range("a:b").unwrap(), (Some("a"), Some("b")));
    assert_eq!(crate::split_range(" :-1 ").unwrap(), (None, Some("-1")));
    assert_eq!(crate::split_range("a").unwrap_err().to_string(), "`a` is no range: it has no `:`");
    assert_eq!(
        crate::split_range("a:b:c").unwrap_err().to_string(),
        "`a:b:c` is no range: it has more than one `:`"
    );
}

#[test]
fn histories() {
    let graph = graph(X);
    let rows = graph.rows(["a3", "b1"]);
    for (range, expected) in [
        (":", "a3 b3 b2 b1 a2 a1"),
        ("a1:", "a3 a2 a1"),
        (":a2", "a2 a1"),
        ("b1:b3", "b3 b2 b1"),
        ("b1:+1", "b2 b1"),
        (":b3", "b3 b2 b1 a2 a1"),
        ("-1:b3", "b3 b2"),
        ("-9:a3", "a3 a2 a1"),
        ("b1:+9", "b3 b2 b1"),
        (":current", "a3 a2 a1 b1"),
        ("A@current-1:a3", "a3 a2"),
        ("A@base:", "a3 a2 a1"),
        ("b3-1:", "b3 b2"),
    ] {
        assert_eq!(ids(graph.history(Some(range), Some(&rows)).unwrap()).join(" "), expected, "{range}");
    }
    assert_eq!(ids(graph.history(None, None).unwrap()).len(), 6);
    for (range, message) in [
        ("a2", "`a2` is no range: it has no `:`"),
        ("a3:a1", "`a3:a1` goes backwards: `a1` comes before `a3`"),
        ("b1:a3", "`b1:a3` joins nothing: the end does not come after `b1`"),
        ("-1:+1", "`-1:+1` is no range: both ends count steps, and none says from where"),
        (
            "a1:-1",
            "`a1:-1` is no range: a start counts down from the end (`-2:`), and an end counts up from the start (`:+2`)",
        ),
        ("-1:", "`-1` names 2 revisions: steps start from one"),
        ("zz:", "no revision or branch is called `zz`"),
    ] {
        assert_eq!(graph.history(Some(range), Some(&rows)).unwrap_err().to_string(), message, "{range}");
    }
    assert_eq!(graph.history(Some("current:"), None).unwrap_err().code, "history.needs-database");
}

#[test]
fn what_rows_say() {
    let graph = graph(X);
    let rows = graph.rows(["zzzz", "b3", "a1x"]);
    assert_eq!(ids(rows.known()), ["b3"]);
    assert_eq!(rows.unknown(), ["a1x", "zzzz"]);
    assert_eq!(ids(rows.applied_revisions()), ["a1", "a2", "b1", "b2", "b3"]);
    assert_eq!(ids(rows.branch_tips()), ["a2", "b3"]);
    assert!(rows.is_applied(graph.get("a2").unwrap()) && !rows.is_applied(graph.get("a3").unwrap()));
}
