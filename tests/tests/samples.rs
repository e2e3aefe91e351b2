//! Whole schemas that somebody else wrote, as revisions: up, down to base, up again.

use std::fs;

use lambic_tests::{Dump, Project, Revision, root, run_script, tell};
use rusqlite::Connection;

/// Where the samples are, when they are.
const FOLDER: &str = "../shared/corpora/samples";

/// What a statement makes, in the order in which the revisions make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Table,
    Index,
    Rows,
    View,
    Trigger,
}

const KINDS: [Kind; 5] = [Kind::Table, Kind::Index, Kind::Rows, Kind::View, Kind::Trigger];

impl Kind {
    /// The kind of a statement; `None` for one that only clears the way.
    fn of(statement: &str) -> Option<Self> {
        let words: Vec<String> = code(statement).split_whitespace().take(3).map(str::to_uppercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["CREATE", "TABLE" | "VIRTUAL", ..] => Some(Self::Table),
            ["CREATE", "INDEX", ..] | ["CREATE", "UNIQUE", "INDEX"] => Some(Self::Index),
            ["CREATE", "VIEW", ..] => Some(Self::View),
            ["CREATE", "TRIGGER", ..] => Some(Self::Trigger),
            ["INSERT", ..] => Some(Self::Rows),
            ["DROP", ..] => None,
            other => panic!("no revision for {other:?}"),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Index => "index",
            Self::Rows => "rows",
            Self::View => "view",
            Self::Trigger => "trigger",
        }
    }
}

/// A statement without the comments before it.
fn code(statement: &str) -> &str {
    let text = statement.trim_start();
    if let Some((_, rest)) = text.strip_prefix("--").and_then(|rest| rest.split_once('\n')) {
        return code(rest);
    }
    match text.strip_prefix("/*").and_then(|rest| rest.split_once("*/")) {
        Some((_, rest)) => code(rest),
        None => text,
    }
}

/// The statements of a dump, as the SQLite library cuts them, and what they make.
fn load(dump: &str) -> (Vec<String>, Dump) {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let statements = run_script(&connection, dump);
    let mut made = Dump::of(&connection);
    // SQLite keeps the line end before a semicolon.
    made.schema.iter_mut().for_each(|object| object.truncate(object.trim_end().len()));
    (statements, made)
}

/// A project with a revision for each kind of statement; more than one where there are many tables.
fn project(statements: &[String]) -> (Project, usize) {
    let project = Project::new();
    let (mut parent, mut count) = (String::new(), 0);
    for kind in KINDS {
        let of_kind: Vec<&String> =
            statements.iter().filter(|statement| Kind::of(statement) == Some(kind)).collect();
        for part in of_kind.chunks(8) {
            count += 1;
            let id = format!("s{count:02}");
            let up: Vec<String> =
                part.iter().map(|statement| format!("{};", statement.trim_end_matches(';'))).collect();
            // Rows may come before those that they refer to; they are checked at the end of the revision.
            let first = if kind == Kind::Rows { "PRAGMA defer_foreign_keys = ON;\n\n" } else { "" };
            let revision =
                Revision::new(&id).up(&format!("{first}{}", up.join("\n\n"))).down(&undo(kind, part));
            project.add(&if parent.is_empty() { revision } else { revision.after(&parent) });
            parent = id;
        }
    }
    (project, count)
}

/// What takes the statements' work away again, the last first.
fn undo(kind: Kind, statements: &[&String]) -> String {
    let drop = |statement: &&String| match kind {
        Kind::Rows => format!("DELETE FROM {};", name(statement, "INTO")),
        kind => format!("DROP {} {};", kind.word(), name(statement, &kind.word().to_uppercase())),
    };
    let mut drops: Vec<String> = statements.iter().rev().map(drop).collect();
    drops.dedup();
    if kind == Kind::Rows {
        drops.insert(0, "PRAGMA defer_foreign_keys = ON;".to_owned());
    }
    drops.join("\n")
}

/// The name that follows a word.
fn name(statement: &str, word: &str) -> String {
    let mut words = code(statement).split_whitespace().skip_while(|found| !found.eq_ignore_ascii_case(word));
    let name = words.nth(1).unwrap();
    name.split('(').next().unwrap().to_owned()
}

/// Up, down to base, up: equal to what the dump itself makes, each time.
fn up_down_up(name: &str) -> (usize, Dump) {
    let dump = fs::read_to_string(root().join(FOLDER).join(name)).unwrap();
    let (statements, expected) = load(&dump);
    let (project, revisions) = project(&statements);
    let inspect = || project.run("inspect --format json").ok().json();
    project.run("upgrade").ok();
    let (first, made) = (inspect(), project.dump().without_store());
    assert_eq!(made.schema, expected.schema);
    assert_eq!(made.rows, expected.rows);
    project.run("downgrade base").ok();
    let left: Vec<String> = project.dump().without_store().schema;
    let left: Vec<&String> = left.iter().filter(|object| !object.contains("sqlite_sequence")).collect();
    assert!(left.is_empty(), "{left:?}");
    project.run("upgrade").ok();
    assert_eq!(inspect(), first);
    assert_eq!(project.dump().without_store(), made);
    assert!(first["tables"].as_array().is_some_and(|tables| tables.len() > 10), "{first:#}");
    (revisions, made)
}

#[test]
fn sakila_and_chinook() {
    if !root().join(FOLDER).is_dir() {
        tell(&format!("samples: 0 of 2 schemas ran, {FOLDER} is not here"));
        return;
    }
    let (sakila, made) = up_down_up("sakila-sqlite.sql");
    let count =
        |made: &Dump, kind: &str| made.schema.iter().filter(|object| object.starts_with(kind)).count();
    assert_eq!((count(&made, "view|"), count(&made, "trigger|")), (5, 30));
    let (chinook, made) = up_down_up("chinook-sqlite.sql");
    let rows: usize = made.rows.values().map(Vec::len).sum();
    assert_eq!((made.rows["Track"].len(), made.rows["PlaylistTrack"].len()), (3503, 8715));
    assert_eq!(rows, 15607, "every row of Chinook is there");
    let ran = format!("2 of 2 schemas ran, as {sakila} and {chinook} revisions, with {rows} rows");
    tell(&format!("samples: {ran}"));
}
