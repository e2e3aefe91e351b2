//! Every operation on every sort of table: after its statements ran, the schema is what `Schema::apply` says, the way
//! back leads back, and no row is lost.
//!
//! The matrix is printed and written to `target/postgres-operations-<version>.md`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail, and prints what it tried"
)]

mod cases;
mod completed;
mod definitions;
mod fixtures;
mod labels;
mod losses;
mod objects;
#[path = "../support/mod.rs"]
mod support;
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cases::{Back, Case};
use fixtures::{FIXTURES, script};
use lambic_core::schema::Partitioning;
use lambic_core::{ErrorKind, Operation, Result, Schema};
use serde_json::Value;
use support::{Database, Server};

/// The rows of each table, each as its values by column.
type Rows = BTreeMap<String, Vec<BTreeMap<String, Value>>>;

/// The fixtures that are tried on the newest version, too.
const AGAIN: [&str; 3] = ["rows", "generated column", "partitioned"];

#[test]
fn every_operation_on_every_table() {
    let newest: Vec<&str> = FIXTURES.into_iter().filter(|fixture| AGAIN.contains(fixture)).collect();
    let (some, others) = FIXTURES.split_at(FIXTURES.len() / 2);
    let parts = [(Server::V15, some), (Server::V15, others), (Server::V18, newest.as_slice())];
    let failures: Vec<String> = std::thread::scope(|scope| {
        let threads = parts.map(|(server, fixtures)| scope.spawn(move || matrix(server, fixtures)));
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{} failed: {failures:#?}", failures.len());
}

/// Tries every row of the matrix on one server and returns what failed.
fn matrix(server: Server, fixtures: &[&str]) -> Vec<String> {
    let mut failures = Vec::new();
    let mut columns: Vec<Vec<String>> = Vec::new();
    // For work on one row.
    let only = std::env::var("LAMBIC_TEST_ROW").ok();
    for fixture in fixtures {
        let mut database = Database::new(server);
        database.load(&script(fixture));
        let before = database.schema();
        assert!(before.unsupported.is_empty(), "{:?}", before.unsupported);
        let mut cells = Vec::new();
        for case in
            cases::all().filter(|case| only.as_ref().is_none_or(|only| case.name.contains(only.as_str())))
        {
            let tried = catch_unwind(AssertUnwindSafe(|| cell(&mut database, &before, case, fixture)));
            cells.push(tried.unwrap_or_else(|_| {
                println!("-- {} on {fixture}, {server:?}", case.name);
                failures.push(format!("{} on {fixture}, {server:?}", case.name));
                "FAILED".to_owned()
            }));
            database.execute("ROLLBACK").unwrap();
        }
        columns.push(cells);
    }
    let mut text =
        format!("| operation | {} |\n|---|{}\n", fixtures.join(" | "), "---|".repeat(fixtures.len()));
    for (at, case) in cases::all().enumerate().filter(|_| only.is_none()) {
        let cells: Vec<&str> = columns.iter().map(|column| column[at].as_str()).collect();
        writeln!(text, "| {} | {} |", case.name, cells.join(" | ")).unwrap();
    }
    let name = format!("../../target/postgres-operations-{server:?}-{}.md", fixtures[0].replace(' ', "-"));
    std::fs::write(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name), &text).unwrap();
    failures
}

#[test]
fn every_variant_has_a_row() {
    let mut database = Database::new(Server::V18);
    database.load(&script("rows"));
    let schema = database.schema();
    let covered: Vec<String> = cases::all()
        .flat_map(|case| labels::of(&(case.make)(&schema)))
        .chain(definitions::labels(&schema))
        .collect();
    let missing: Vec<String> = labels::all().into_iter().filter(|label| !covered.contains(label)).collect();
    assert!(missing.is_empty(), "no row tries {missing:?}");
}

pub(crate) fn begin(database: &mut Database) {
    database.execute("BEGIN").unwrap();
}

pub(crate) fn rollback(database: &mut Database) {
    database.execute("ROLLBACK").unwrap();
}

/// Runs the statements of an operation in the transaction that is open.
pub(crate) fn run(database: &mut Database, operation: &Operation) -> Result<Vec<String>> {
    let statements = database.session.dialect.render(operation)?;
    let mut done = Vec::new();
    for statement in statements {
        assert_eq!(statement.transaction, lambic_core::TransactionRule::Allowed, "{}", statement.sql);
        database.execute(&statement.sql)?;
        done.push(statement.sql);
    }
    Ok(done)
}

/// Tries one operation on one fixture, in a transaction that is rolled back, and says how it went.
fn cell(database: &mut Database, before: &Schema, case: &Case, fixture: &str) -> String {
    if case.alone && !["rows", "view"].contains(&fixture) {
        return "-".to_owned();
    }
    let operation = (case.make)(before);
    begin(database);
    let major = database.session.dialect.version().major;
    let now = format!("{major} {fixture}");
    if major < case.since || case.not_on.contains(&fixture) || case.not_on.contains(&now.as_str()) {
        let error = run(database, &operation).map(|sql| panic!("{} works: {sql:#?}", case.name)).unwrap_err();
        if major < case.since {
            assert_eq!(error.kind, ErrorKind::Unsupported, "{error}");
        }
        return "refused".to_owned();
    }
    let rows = snapshot(database, before);
    let after = before.apply(&operation).unwrap();
    let context = format!("{} on {fixture}", case.name);
    let sql = run(database, &operation).unwrap_or_else(|error| {
        panic!("{context}: {error} {:?} {:?}", error.statement, error.database);
    });
    let context = format!("{context}:\n{}", sql.join(";\n"));
    assert_same(&unnumbered(database.schema()), &unnumbered(after.clone()), &context);
    let between = snapshot(database, &after);
    assert_rows(&labels::renamed(&rows, &operation), &between, case, &context);

    let back = operation.reverse();
    let tried = run(database, &back);
    let stays = format!("back {fixture}");
    if case.back == Back::Refused || case.not_on.contains(&stays.as_str()) {
        let error = tried.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Unsupported | ErrorKind::Database), "{context}: {error}");
        return "one way".to_owned();
    }
    let sql = tried.unwrap_or_else(|error| {
        panic!("back from {context}: {error} {:?} {:?}", error.statement, error.database);
    });
    let context = format!("back from {context}\n-- back\n{}", sql.join(";\n"));
    assert_same(&database.schema(), before, &context);
    let end = snapshot(database, before);
    assert_rows(&labels::renamed(&between, &back), &end, case, &context);
    "works".to_owned()
}

/// Without names of the indexes of partitions that end with a number: the server takes the next that is free, which no
/// model of one operation knows.
fn unnumbered(mut schema: Schema) -> Schema {
    fn leave_out(partitioning: &mut Partitioning) {
        for partition in &mut partitioning.partitions {
            partition.options.retain(|option, name| {
                let base = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
                !(option.starts_with("index.") && base.len() < name.len() && base.ends_with("_idx"))
            });
            partition.partitioning.as_deref_mut().into_iter().for_each(leave_out);
        }
    }
    schema.tables = schema
        .tables
        .into_iter()
        .map(|mut table| {
            table.partitioning.as_mut().into_iter().for_each(leave_out);
            table
        })
        .collect();
    schema
}

pub(crate) fn assert_same(found: &Schema, wanted: &Schema, context: &str) {
    if found != wanted {
        let json = |schema: &Schema| {
            let mut value = serde_json::to_value(schema).unwrap();
            value.as_object_mut().unwrap().remove("dependencies");
            serde_json::to_string_pretty(&value).unwrap()
        };
        let (found, wanted) = (json(found), json(wanted));
        let odd: Vec<String> = similar(&found, &wanted);
        panic!("{context}\nfound (+) and wanted (-) differ: {odd:#?}");
    }
}

/// The lines that one text has and the other has not.
fn similar(found: &str, wanted: &str) -> Vec<String> {
    let (found, wanted): (Vec<&str>, Vec<&str>) = (found.lines().collect(), wanted.lines().collect());
    let start = found.iter().zip(&wanted).take_while(|(one, other)| one == other).count();
    let end = found.iter().rev().zip(wanted.iter().rev()).take_while(|(one, other)| one == other).count();
    let part = |lines: &[&str], sign: char| -> Vec<String> {
        let last = lines.len().saturating_sub(end).max(start);
        lines[start..last].iter().take(14).map(|line| format!("{sign}{line}")).collect()
    };
    [part(&found, '+'), part(&wanted, '-')].concat()
}

/// All rows of all tables, in the order of their identity.
pub(crate) fn snapshot(database: &mut Database, schema: &Schema) -> Rows {
    let mut all = Rows::new();
    for table in &schema.tables {
        let quoted = database
            .session
            .dialect
            .lexicon()
            .quote_qualified(table.name.namespace.as_deref(), &table.name.name);
        let only = if table.partitioning.is_some() { "" } else { "ONLY " };
        let found = database.rows(&format!("SELECT to_jsonb(x)::text FROM {only}{} AS x", quoted.unwrap()));
        let mut rows: Vec<BTreeMap<String, Value>> =
            found.iter().map(|row| serde_json::from_str(row[0].as_text().unwrap()).unwrap()).collect();
        rows.sort_by_key(|row| {
            ["id", "key", "uid"].iter().find_map(|name| row.get(*name)).map(Value::to_string)
        });
        all.insert(table.name.name.clone(), rows);
    }
    all
}

/// Whatever is in both is equal.
fn assert_rows(before: &Rows, after: &Rows, case: &Case, context: &str) {
    let plain = |value: &Value| match value {
        Value::Number(number) if case.loose => Value::String(number.to_string()),
        other => other.clone(),
    };
    for (table, old) in before {
        let Some(new) = after.get(table) else { continue };
        if context.starts_with("back from drop table") && table == "t" {
            continue;
        }
        assert_eq!(old.len(), new.len(), "{context}\nrows of {table}");
        for (old, new) in old.iter().zip(new) {
            for (column, value) in old {
                let Some(found) = new.get(column).filter(|_| !case.refills.contains(&column.as_str())) else {
                    continue;
                };
                assert_eq!(plain(found), plain(value), "{context}\n{table}.{column}");
            }
        }
    }
}
