//! Bad targets: the words of each refusal, and the way out that it offers.

use super::{downgrade, stamp, upgrade};
use crate::testing::{D, S, T, X, graph};

/// Graph, rows, command, the whole message, the hint.
const REFUSED: &[(&str, &str, &str, &str, &str)] = &[
    (
        T,
        "",
        "up head",
        "`head` names 2 revisions: it does not say which",
        "name one of them, take all with `heads`, or join them with `lambic merge heads`",
    ),
    (
        D,
        "",
        "up zz",
        "no revision or branch is called `zz`",
        "`lambic history` and `lambic branches` list what there is; is the file in a version location?",
    ),
    (
        D,
        "",
        "up current",
        "no revision or branch is called `current`",
        "`current` is where a database is: `show`, `edit` and the ranges of `history` know it",
    ),
    ("abcdef", "", "up abcdfe", "no revision or branch is called `abcdfe`", "did you mean `abcdef`?"),
    (
        "abcdef01; abcdef02",
        "",
        "up abcdef",
        "2 names begin with `abcdef`",
        "write more of the one that is meant",
    ),
    (
        D,
        "",
        "up ",
        "`` names no revision: it is empty",
        "name a revision, a branch, `head`, `heads` or `base`",
    ),
    (
        D,
        "",
        "up '; DROP TABLE",
        "`'; DROP TABLE` names no revision: `'` has no meaning in it",
        "write an id or its beginning, a branch label, `head`, `heads`, `base`, `branch@head`, `+2`, `-1`, or `ID-1`",
    ),
    (
        D,
        "",
        "up a:b",
        "`a:b` names no revision: `:` has no meaning in it",
        "a range is understood by `history`, and with `--sql`",
    ),
    (
        D,
        "",
        "up a@b@c",
        "`a@b@c` names no revision: one `@` stands between a branch and a place",
        "write an id or its beginning, a branch label, `head`, `heads`, `base`, `branch@head`, `+2`, `-1`, or `ID-1`",
    ),
    (D, "", "up +0", "`+0` names no revision: it goes no step", "leave `+0` and `-0` out"),
    (
        X,
        "",
        "up A@b2",
        "revision `b2` is not on the line of `A`",
        "write `b2` alone, or a revision that comes before or after `A`",
    ),
    (
        D,
        "",
        "up +2",
        "`+2` is ambiguous: 2 revisions are next above `a`",
        "name the revision itself, or the branch: `b@+1`",
    ),
    (
        D,
        "b,c",
        "up +1",
        "`+1` is ambiguous: the database is at 2 revisions of it",
        "say which branch goes up: `b@+1`",
    ),
    (D, "d", "up +5", "`+5` goes too far: there is 1 step above `d`", "`heads` goes as far as there is"),
    (
        D,
        "d",
        "up +99999999999999999999",
        "`+99999999999999999999` goes too far: there is 1 step above `d`",
        "`heads` goes as far as there is",
    ),
    (D, "d", "up -1", "`-1` goes down and this is an upgrade", "`lambic downgrade -1` goes there"),
    (
        D,
        "a,b",
        "up e",
        "the version table holds `b` and `a`, and `b` already contains `a`",
        "if `b` is applied, delete the row `a`: `lambic stamp --purge b` writes the table anew",
    ),
    (D, "d,d", "up e", "the version table holds `d` twice", "delete one of the two rows"),
    (
        D,
        "zzzz",
        "up head",
        "the version table holds `zzzz`, which no revision file explains, and `a`, which would run, may be part of it",
        "get its file back; or, if it is gone for good, say where the database is: `lambic stamp --purge REVISION`",
    ),
    (
        D,
        "d",
        "down -1",
        "`-1` is ambiguous: 2 revisions are next below `d`",
        "`d` is a merge: `lambic downgrade b` undoes only that, and keeps both sides",
    ),
    (
        D,
        "d",
        "down head-2",
        "`head-2` is ambiguous: 2 revisions are next below `d`",
        "`d` is a merge: name the revision to go to, for example `b`",
    ),
    (
        D,
        "b,c",
        "down -1",
        "`-1` is ambiguous: the database is at 2 revisions",
        "say which branch goes down: `b@-1` or `c@-1`",
    ),
    (
        X,
        "a3,b1",
        "down -2",
        "`-2` is ambiguous: the database is at 2 revisions",
        "say which branch goes down: `A@-2` or `B@-2`",
    ),
    (D, "d", "down +1", "`+1` goes up and this is a downgrade", "`lambic upgrade +1` goes there"),
    (
        D,
        "",
        "down -1",
        "`-1` has nowhere to start: nothing is applied",
        "`lambic current` shows where the database is",
    ),
    (
        X,
        "a1",
        "down B@-1",
        "`B@-1` has nowhere to start: nothing of `B` is applied",
        "`lambic current` shows where the database is",
    ),
    (
        T,
        "b",
        "down c",
        "`c` cannot be gone down to: revision `c` is not applied",
        "name a revision that is applied; `lambic history -i` shows which are",
    ),
    (T, "b", "down -3", "`-3` goes too far: there are 2 steps below `b`", "`base` goes as far as there is"),
    (
        T,
        "b,c",
        "down heads",
        "`heads` names 2 revisions: one of them is needed here",
        "name one of them, take all with `heads`, or join them with `lambic merge heads`",
    ),
    (
        "b1 #B; b2 < b1; b3 < b2; b4 < b2",
        "b3",
        "down B@b2",
        "`B@b2` leaves open what to undo: none of the revisions above `b2` leads to `b1`",
        "name the line to undo by a revision on it: `b3@b2`",
    ),
    (
        D,
        "e,zzzz",
        "down d",
        "the version table holds `zzzz`, which no revision file explains, and what is below `e` may be part of it",
        "get its file back; or, if it is gone for good, say where the database is: `lambic stamp --purge REVISION`",
    ),
    (
        S,
        "",
        "stamp +1",
        "`+1` goes steps, and a stamp says where the database is",
        "name the revision; `lambic history -i` shows them",
    ),
    (
        S,
        "",
        "stamp a c",
        "`c` already contains `a`, so both cannot be rows",
        "stamp `c` alone if everything up to it is applied, else `a`",
    ),
];

#[test]
fn every_bad_target_is_a_clear_error() {
    for (text, at, command, message, hint) in REFUSED {
        let graph = graph(text);
        let rows = graph.rows(at.split(',').filter(|row| !row.is_empty()));
        let (verb, target) = command.split_once(' ').unwrap();
        let plan = match verb {
            "up" => upgrade(&rows, target),
            "down" => downgrade(&rows, target),
            _ => stamp(&rows, &target.split(' ').collect::<Vec<_>>(), false),
        };
        let error = plan.unwrap_err();
        assert_eq!(error.to_string(), *message, "{{{at}}} {command}");
        assert_eq!(error.hint.as_deref().unwrap_or_default(), *hint, "{{{at}}} {command}");
    }
}

#[test]
fn several_heads_are_listed_with_the_labels_that_name_them() {
    let graph = graph("a; b #left < a; c < a");
    let error = upgrade(&graph.rows::<&str>([]), "head").unwrap_err();
    assert_eq!(error.notes, ["`b` (`left@head`)", "`c`"]);
}

#[test]
fn ambiguous_beginnings_list_the_candidates() {
    let graph = graph("abcdef01; abcdef02; x #abcdlabel");
    let error = upgrade(&graph.rows::<&str>([]), "abcd").unwrap_err();
    assert_eq!(error.notes, ["`abcdef01`", "`abcdef02`", "`x` (`abcdlabel`)"]);
}

#[test]
fn several_rows_list_a_target_for_each() {
    let graph = graph("a #A; b < a; c < a; d #D");
    let error = downgrade(&graph.rows(["b", "c", "d"]), "-1").unwrap_err();
    assert_eq!(error.notes, ["`b@-1`", "`c@-1`", "`D@-1`"]);
    for form in &error.notes {
        assert_eq!(downgrade(&graph.rows(["b", "c", "d"]), form.trim_matches('`')).unwrap().steps.len(), 1);
    }
}

#[test]
fn an_unknown_row_that_is_nearly_known_is_said_to_be() {
    let graph = graph("abcdef");
    let error = upgrade(&graph.rows(["ABCDEF", "zz"]), "head").unwrap_err();
    assert_eq!(error.notes, ["is it another spelling? did you mean `abcdef`?", "`zz` is unknown too"]);
}

#[test]
fn long_lists_are_cut() {
    let heads: String = (0..50).map(|n| format!("r{n};")).collect::<Vec<_>>().concat();
    let graph = graph(&heads);
    let error = upgrade(&graph.rows::<&str>([]), "head").unwrap_err();
    assert_eq!(error.notes.len(), 21);
    assert_eq!(error.notes[20], "and 30 more");
}
