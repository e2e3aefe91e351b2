//! What the server's own `pg_dump` says of a database.

use std::collections::BTreeMap;
use std::process::Command;

use super::support::Database;

/// The lines of `pg_dump -s` that count, sorted: without comments, settings, and marks that are new each time.
pub(crate) fn lines(database: &Database) -> Vec<String> {
    let url = database.url();
    let output = Command::new(program(database)).args(["-s", "-d", &url]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let skipped = ["--", "SET ", "\\restrict", "\\unrestrict"];
    let counts = |line: &&str| !line.is_empty() && skipped.iter().all(|start| !line.starts_with(start));
    // Columns and constraints are listed with commas between them: the order of constraints says nothing.
    let mut lines: Vec<String> = text
        .lines()
        .filter(counts)
        .map(|line| sorted_parameters(&unnamed(line.trim_end_matches(','))))
        .collect();
    lines.sort();
    lines
}

/// A column without the name of its NOT NULL constraint, where nobody gave one: a partition that was a table before
/// has names of its own.
fn unnamed(line: &str) -> String {
    match line.split_once(" CONSTRAINT ") {
        Some((before, after))
            if after
                .split_whitespace()
                .next()
                .is_some_and(|name| name.trim_matches('"').ends_with("_not_null")) =>
        {
            let after = after.split_once(' ').map_or("", |(_, rest)| rest);
            format!("{before} {after}")
        }
        _ => line.to_owned(),
    }
}

/// A line with its storage parameters in order: theirs says nothing.
fn sorted_parameters(line: &str) -> String {
    let Some((before, rest)) = line.split_once("WITH (") else { return line.to_owned() };
    let Some((list, after)) = rest.split_once(')') else { return line.to_owned() };
    let mut parameters: Vec<&str> = list.split(", ").collect();
    parameters.sort_unstable();
    format!("{before}WITH ({}){after}", parameters.join(", "))
}

/// `pg_dump` beside the server's own program.
fn program(database: &Database) -> String {
    use std::sync::Mutex;
    static KNOWN: Mutex<BTreeMap<u8, String>> = Mutex::new(BTreeMap::new());
    let key = u8::from(database.server == super::support::Server::V18);
    let mut known = KNOWN.lock().unwrap();
    known
        .entry(key)
        .or_insert_with(|| {
            let mut own = Database::new(database.server);
            let folder = own.text("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
            format!("{folder}/pg_dump")
        })
        .clone()
}

/// The lines that only one of two sides has.
pub(crate) fn difference(one: &[String], other: &[String]) -> String {
    let mut counts: BTreeMap<&String, i32> = BTreeMap::new();
    for line in one {
        *counts.entry(line).or_default() += 1;
    }
    for line in other {
        *counts.entry(line).or_default() -= 1;
    }
    let lines = counts.iter().filter(|(_, count)| **count != 0);
    let lines = lines.map(|(line, count)| format!("{} {line}", if *count > 0 { '-' } else { '+' }));
    lines.collect::<Vec<_>>().join("\n")
}
