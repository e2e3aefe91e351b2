//! Each operation on each kind of table: what is rendered is run, what is there afterwards is what
//! `Schema::apply` says, the way back leads back, and no row is lost.
//!
//! The matrix is printed and written to `target/sqlite-operations.md`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail, and prints what it tried"
)]

mod absent;
mod cases;
mod fixtures;
mod labels;
mod losses;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use cases::{CASES, Case, Expect};
use fixtures::{FIXTURES, script};
use lambic_core::schema::ObjectKind;
use lambic_core::{Dialect, Driver, ErrorKind, Operation, Schema, Value};
use lambic_sqlite::SqliteDriver;
use support::Database;

/// The rows of each table, each as its values by column.
type Rows = BTreeMap<String, Vec<BTreeMap<String, Value>>>;

fn dialect() -> Arc<dyn Dialect> {
    SqliteDriver.dialect("sqlite", None).unwrap()
}

#[test]
fn every_operation_on_every_table() {
    let mut matrix =
        format!("| operation | {} |\n|---|{}\n", FIXTURES.join(" | "), "---|".repeat(FIXTURES.len()));
    let mut failures = Vec::new();
    for case in CASES {
        let mut cells = Vec::new();
        for fixture in FIXTURES {
            let cell =
                std::panic::catch_unwind(|| [false, true].map(|suspended| cell(case, fixture, suspended)));
            cells.push(cell.map_or_else(
                |_| {
                    println!("-- {} on {fixture}", case.name);
                    failures.push(format!("{} on {fixture}", case.name));
                    "FAILED".to_owned()
                },
                |[one, _]| one,
            ));
        }
        writeln!(matrix, "| {} | {} |", case.name, cells.join(" | ")).unwrap();
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/sqlite-operations.md");
    std::fs::write(path, &matrix).unwrap();
    println!("{matrix}");
    assert!(failures.is_empty(), "{} failed: {failures:#?}", failures.len());
}

#[test]
fn every_variant_has_a_row() {
    let schema = loaded("rows").schema();
    let covered: Vec<String> = CASES.iter().flat_map(|case| labels::of(&(case.make)(&schema))).collect();
    let missing: Vec<String> = labels::all().into_iter().filter(|label| !covered.contains(label)).collect();
    assert!(missing.is_empty(), "no row tries {missing:?}");
    let unknown: Vec<&String> = covered.iter().filter(|label| !labels::all().contains(label)).collect();
    assert!(unknown.is_empty(), "labels::all() lacks {unknown:?}");
}

fn loaded(fixture: &str) -> Database {
    let mut database = Database::empty();
    database.load(&script(fixture)).unwrap();
    database
}

/// Tries one operation on one fixture and says how it went.
fn cell(case: &Case, fixture: &'static str, suspended: bool) -> String {
    let mut database = loaded(fixture);
    let before = database.schema();
    assert!(before.unsupported.is_empty(), "{:?}", before.unsupported);
    let operation = (case.make)(&before);
    if case.expect == Expect::Unsupported || case.expect == Expect::UnsupportedOn(fixture) {
        let error = dialect().render(&operation).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported, "{error}");
        return "unsupported".to_owned();
    }
    if case.name == "drop table" && fixture == "incoming foreign key" {
        refuses_to_orphan(&mut database, &operation, suspended);
    }
    let rows = snapshot(&mut database, &before);
    let positions = positions(&mut database);
    let broken = database.rows("PRAGMA foreign_key_check");

    let after = before.apply(&operation).unwrap();
    let sql = database
        .apply(std::slice::from_ref(&operation), suspended)
        .unwrap_or_else(|error| panic!("{error} {:?} {:?}", error.statement, error.database));
    let forth = way(&sql);
    let context = format!("{} on {fixture}:\n{}", case.name, sql.join(";\n"));
    assert_same(&database.schema(), &after, &context);
    let between = snapshot(&mut database, &after);
    assert_rows(&labels::renamed(&rows, &operation), &between, case.loose, &context);
    assert_positions(&mut database, &labels::renamed_positions(&positions, &operation), &after, &context);
    assert_sound(&mut database, &broken, &context);

    let back = operation.reverse();
    let sql = database
        .apply(std::slice::from_ref(&back), suspended)
        .unwrap_or_else(|error| panic!("{error} {:?} {:?}", error.statement, error.database));
    let context = format!("back from {context}\n-- back\n{}", sql.join(";\n"));
    assert_same(&database.schema(), &before, &context);
    let end = snapshot(&mut database, &before);
    assert_rows(&labels::renamed(&between, &back), &end, case.loose, &context);
    assert_sound(&mut database, &broken, &context);
    match (forth, way(&sql)) {
        (forth, back) if forth == back => forth.to_owned(),
        (forth, back) => format!("{forth}, back: {back}"),
    }
}

fn way(sql: &[String]) -> &'static str {
    if sql.iter().any(|sql| sql.contains("_lambic_new_")) { "rebuild" } else { "native" }
}

/// Rows elsewhere refer to the table: dropping it is refused, and nothing is gone.
fn refuses_to_orphan(database: &mut Database, operation: &Operation, suspended: bool) {
    let schema = database.schema();
    let rows = snapshot(database, &schema);
    let error = database.apply(std::slice::from_ref(operation), suspended).unwrap_err();
    assert_eq!(error.code, "sqlite.foreign-key-violation", "{error}");
    assert_eq!(database.schema(), schema);
    assert_eq!(snapshot(database, &schema), rows);
    database.load("UPDATE c SET t_id = NULL; UPDATE d SET code = NULL").unwrap();
}

fn assert_same(found: &Schema, wanted: &Schema, context: &str) {
    if found != wanted {
        let json = |schema: &Schema| serde_json::to_string_pretty(schema).unwrap();
        let (found, wanted) = (json(found), json(wanted));
        let odd: Vec<String> = found
            .lines()
            .zip(wanted.lines())
            .filter(|(found, wanted)| found != wanted)
            .take(6)
            .map(|(found, wanted)| format!("{found}   instead of   {wanted}"))
            .collect();
        panic!("{context}\nfound and wanted differ: {odd:#?}");
    }
}

/// All rows of all tables and of the virtual table that every fixture has, in the order of their identity.
fn snapshot(database: &mut Database, schema: &Schema) -> Rows {
    let mut names: Vec<String> = schema.tables.iter().map(|table| table.name.name.clone()).collect();
    let kept = schema.definitions.iter().filter(|definition| definition.id.kind == ObjectKind::VirtualTable);
    names.extend(kept.map(|definition| definition.id.name.name.clone()));
    let mut all = Rows::new();
    for name in names {
        let quoted = name.replace('"', "\"\"");
        let (columns, rows) = database.query(&format!("SELECT * FROM \"{quoted}\""));
        let mut rows: Vec<BTreeMap<String, Value>> =
            rows.into_iter().map(|row| columns.iter().cloned().zip(row).collect()).collect();
        rows.sort_by_key(|row| format!("{:?}", ["id", "key", "uid"].iter().find_map(|name| row.get(*name))));
        all.insert(name, rows);
    }
    all
}

/// Whatever is in both is equal.
fn assert_rows(before: &Rows, after: &Rows, loose: bool, context: &str) {
    let plain = |value: &Value| match value {
        Value::Integer(number) if loose => Value::Text(number.to_string()),
        other => other.clone(),
    };
    for (table, old) in before {
        let Some(new) = after.get(table) else { continue };
        if context.starts_with("back from drop table ") && table == "t" {
            continue;
        }
        assert_eq!(old.len(), new.len(), "{context}\nrows of {table}");
        for (old, new) in old.iter().zip(new) {
            for (column, value) in old {
                let Some(found) = new.get(column) else { continue };
                if (context.contains("alter column: generated")
                    || context.contains("drop the one of that name"))
                    && column == "spare"
                {
                    continue;
                }
                assert_eq!(plain(found), plain(value), "{context}\n{table}.{column}");
            }
        }
    }
}

fn positions(database: &mut Database) -> BTreeMap<String, Value> {
    if database.rows("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").is_empty() {
        return BTreeMap::new();
    }
    let rows = database.rows("SELECT name, seq FROM sqlite_sequence");
    rows.into_iter().map(|row| (row[0].as_text().unwrap().to_owned(), row[1].clone())).collect()
}

/// AUTOINCREMENT goes on where it was.
fn assert_positions(
    database: &mut Database,
    before: &BTreeMap<String, Value>,
    after: &Schema,
    context: &str,
) {
    let now = positions(database);
    for table in
        after.tables.iter().filter(|table| table.columns.iter().any(|column| column.identity.is_some()))
    {
        let name = &table.name.name;
        if let Some(position) = before.get(name) {
            assert_eq!(now.get(name), Some(position), "{context}\nthe position of {name}");
        }
    }
}

fn assert_sound(database: &mut Database, broken: &[Vec<Value>], context: &str) {
    assert_eq!(database.rows("PRAGMA integrity_check"), [[Value::from("ok")]], "{context}");
    assert_eq!(database.rows("PRAGMA foreign_key_check"), broken, "{context}");
    assert_eq!(database.rows("PRAGMA foreign_keys"), [[Value::Integer(1)]], "{context}");
    assert_eq!(database.rows("PRAGMA legacy_alter_table"), [[Value::Integer(0)]], "{context}");
    let left = database.rows(
        "SELECT name FROM sqlite_schema WHERE name LIKE '%lambic%' OR sql LIKE '%\\_lambic%' ESCAPE '\\'",
    );
    assert!(left.is_empty(), "{context}\n{left:?}");
}
