//! Each operation on each kind of table, on both servers: what is rendered is run, what is there afterwards is what
//! `Schema::apply` says, the way back leads back, and no row is lost.
//!
//! The matrices are printed and written to `target/mysql-operations.md` and `target/mariadb-operations.md`.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail, and prints what it tried"
)]

mod cases;
mod fixtures;
mod labels;
mod model;
mod objects;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use cases::{Case, Expect, TABLES};
use fixtures::{FIXTURES, script};
use lambic_core::schema::{Keyed as _, Namespace, Objects};
use lambic_core::{ErrorKind, Operation, Query, Schema, Scope, Session, Value};
use objects::OBJECTS;
use support::{Database, Server, on_both};

/// The rows of each table, each as its values by column.
type Rows = BTreeMap<String, Vec<BTreeMap<String, Value>>>;

/// The name of a database beside the tested ones.
fn beside() -> String {
    format!("lambic_test_{}_beside", std::process::id())
}

on_both! {
    async fn every_operation_on_every_table(server: Server) {
        let only = std::env::var("LAMBIC_TEST_CASE").ok();
        let cases = || OBJECTS.iter().chain(TABLES).filter(|case| only.as_ref().is_none_or(|only| case.name.contains(only.as_str())));
        let mut cells: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut failures = Vec::new();
        let place_only = std::env::var("LAMBIC_TEST_FIXTURE").ok();
        for fixture in FIXTURES.into_iter().filter(|fixture| place_only.as_ref().is_none_or(|only| only == fixture)) {
            let Some(script) = script(fixture, server) else { continue };
            let mut place = Place::new(server, fixture, &script).await;
            for case in cases() {
                let cell = match place.cell(case).await {
                    Ok(cell) => cell,
                    Err(why) => {
                        failures.push(format!("{} on {fixture}: {why}", case.name));
                        place = Place::new(server, fixture, &script).await;
                        "FAILED".to_owned()
                    }
                };
                cells.entry(case.name).or_default().push(cell);
                if place.is_spoilt {
                    place = Place::new(server, fixture, &script).await;
                }
            }
        }
        let tried: Vec<&str> = FIXTURES.into_iter().filter(|fixture| script(fixture, server).is_some()).collect();
        let mut matrix = format!("| operation | {} |\n|---|{}\n", tried.join(" | "), "---|".repeat(tried.len()));
        for case in cases() {
            writeln!(matrix, "| {} | {} |", case.name, cells[case.name].join(" | ")).unwrap();
        }
        let path = format!("../../target/{}-operations.md", server.dialect());
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &matrix).unwrap();
        println!("{matrix}");
        assert!(failures.is_empty(), "{} failed:\n\n{}", failures.len(), failures.join("\n\n"));
    }

    async fn every_variant_has_a_row(server: Server) {
        let place = Place::new(server, "rows", &script("rows", server).unwrap()).await;
        let covered: Vec<String> = OBJECTS.iter().chain(TABLES).flat_map(|case| labels::of(&(case.make)(&place.schema))).collect();
        let missing: Vec<String> = labels::all().into_iter().filter(|label| !covered.contains(label)).collect();
        assert!(missing.is_empty(), "no row tries {missing:?}");
        let unknown: Vec<&String> = covered.iter().filter(|label| !labels::all().contains(label)).collect();
        assert!(unknown.is_empty(), "labels::all() lacks {unknown:?}");
    }
}

/// A database with a fixture in it, and what was in it at the beginning.
struct Place {
    session: Session,
    fixture: &'static str,
    dialect: &'static str,
    schema: Schema,
    rows: Rows,
    /// Whether rows were lost on the way, as an operation said.
    is_spoilt: bool,
    database: Database,
}

impl Place {
    async fn new(server: Server, fixture: &'static str, script: &[String]) -> Self {
        let database = server.database_with("CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci").await;
        let session = database.open().await;
        let mut place = Self {
            session,
            fixture,
            dialect: server.dialect(),
            schema: Schema::default(),
            rows: Rows::new(),
            is_spoilt: false,
            database,
        };
        place.run(script).await.unwrap_or_else(|error| panic!("{fixture}: {error}"));
        place.schema = place.read(&Scope::default()).await.unwrap();
        assert!(place.schema.unsupported.is_empty(), "{:?}", place.schema.unsupported);
        let schema = place.schema.clone();
        place.rows = place.snapshot(&schema).await;
        place
    }

    async fn run(&mut self, statements: &[String]) -> Result<(), String> {
        for sql in statements {
            if let Err(error) = self.session.connection.execute(sql, &[]).await {
                let code = error.database.as_ref().and_then(|report| report.code);
                return Err(format!("{code:?} {error}\n  in {sql}"));
            }
        }
        Ok(())
    }

    async fn read(&mut self, scope: &Scope) -> Result<Schema, String> {
        let Session { connection, dialect, .. } = &mut self.session;
        dialect.introspect(connection.as_mut(), scope).await.map_err(|error| format!("{error:?}"))
    }

    /// Renders an operation and carries it out.
    async fn apply(&mut self, operation: &Operation) -> Result<Vec<String>, String> {
        let statements = self.session.dialect.render(operation).map_err(|error| format!("{error:?}"))?;
        let sql: Vec<String> = statements.into_iter().map(|statement| statement.sql).collect();
        self.run(&sql).await?;
        Ok(sql)
    }

    fn expected(&self, case: &Case) -> Expect {
        let both = format!("{} {}", self.dialect, self.fixture);
        let here = |place: &str| place == self.dialect || place == self.fixture || place == both;
        case.but.iter().find(|(place, _)| here(place)).map_or(case.expect, |(_, expect)| *expect)
    }

    /// Tries one operation and says how it went.
    async fn cell(&mut self, case: &Case) -> Result<String, String> {
        let before = self.with_namespace(case, self.schema.clone()).await?;
        let operation = (case.make)(&before);
        match self.expected(case) {
            Expect::Unsupported => return self.is_unsupported(&operation),
            Expect::Refused(codes) => return self.is_refused(&operation, codes, false).await,
            Expect::RefusedHalfway(codes) => return self.is_refused(&operation, codes, true).await,
            Expect::Works => {}
        }
        let after = applied(&before, &operation)?;
        let sql = self.apply(&operation).await?;
        let context = sql.join(";\n");
        differ(&self.read(&self.scope(&after)).await?, &canonical(after.clone()))
            .map_err(|odd| format!("{context}\n{odd}"))?;
        let between = self.snapshot(&after).await;
        same_rows(&labels::renamed(&self.rows, &operation), &between, case, false)
            .map_err(|odd| format!("{context}\n{odd}"))?;

        let back = operation.reverse();
        let sql_back = self.apply(&back).await.map_err(|error| format!("{context}\n-- back: {error}"))?;
        let context = format!("{context}\n-- back\n{}", sql_back.join(";\n"));
        differ(&self.read(&self.scope(&before)).await?, &canonical(before.clone()))
            .map_err(|odd| format!("{context}\n{odd}"))?;
        let end = self.snapshot(&before).await;
        same_rows(&labels::renamed(&between, &back), &end, case, true)
            .map_err(|odd| format!("{context}\n{odd}"))?;
        if is_of_namespaces(case) {
            self.run(&[format!("DROP DATABASE IF EXISTS {}", beside())]).await?;
        }
        self.is_spoilt = end != self.rows;
        println!("-- {} on {}, {}\n{context}\n", case.name, self.fixture, self.dialect);
        Ok(if sql.len() == 1 { "one statement".to_owned() } else { format!("{} statements", sql.len()) })
    }

    /// What is read: the database itself, and the one beside it where it is in the schema.
    fn scope(&self, schema: &Schema) -> Scope {
        let both = || vec![self.database.name.clone(), beside()];
        Scope { namespaces: (!schema.namespaces.is_empty()).then(both), tables: None }
    }

    /// Makes the database beside the tested one where the operation starts with it.
    async fn with_namespace(&mut self, case: &Case, mut schema: Schema) -> Result<Schema, String> {
        if is_of_namespaces(case) {
            self.run(&[format!("DROP DATABASE IF EXISTS {}", beside())]).await?;
        }
        if is_of_namespaces(case) && !case.name.starts_with("create") {
            let namespace = objects::namespace("utf8mb4_bin");
            self.run(&[format!("CREATE DATABASE {} COLLATE utf8mb4_bin", beside())]).await?;
            schema.namespaces = [namespace].into_iter().collect::<Objects<Namespace>>();
        }
        Ok(schema)
    }

    fn is_unsupported(&self, operation: &Operation) -> Result<String, String> {
        match self.session.dialect.render(operation) {
            Err(error) if error.kind == ErrorKind::Unsupported => Ok("unsupported".to_owned()),
            other => Err(format!("should be unsupported: {other:?}")),
        }
    }

    async fn is_refused(
        &mut self,
        operation: &Operation,
        codes: &str,
        halfway: bool,
    ) -> Result<String, String> {
        let Err(error) = self.apply(operation).await else { return Err("was not refused".to_owned()) };
        if !codes.split(' ').any(|code| error.starts_with(&format!("Some({code})"))) {
            return Err(format!("was refused otherwise: {error}"));
        }
        let now = self.read(&Scope::default()).await?;
        let mut schema = self.schema.clone();
        if halfway {
            let without_keys = |table: &mut lambic_core::Table| {
                let left =
                    now.tables.get(&table.name).map(|table| table.foreign_keys.clone()).unwrap_or_default();
                table.foreign_keys = left;
            };
            schema.tables.rewrite(without_keys);
            self.is_spoilt = true;
        }
        differ(&now, &schema)?;
        let rows = self.snapshot(&schema).await;
        if rows == self.rows { Ok("refused".to_owned()) } else { Err("rows were lost".to_owned()) }
    }

    /// All rows of all tables, in the order of their identity.
    async fn snapshot(&mut self, schema: &Schema) -> Rows {
        let mut all = Rows::new();
        for table in schema.tables.iter().filter(|table| table.name.namespace.is_none()) {
            let name = &table.name.name;
            let columns: Vec<String> =
                table.columns.iter().map(|column| format!("`{}`", column.name.replace('`', "``"))).collect();
            let sql = format!("SELECT {} FROM `{}`", columns.join(", "), name.replace('`', "``"));
            let found = self.session.connection.query_batch(&[Query::new(&sql)]).await.unwrap().remove(0);
            let mut rows: Vec<BTreeMap<String, Value>> = found
                .rows
                .into_iter()
                .map(|row| table.columns.iter().map(|column| column.name.clone()).zip(row).collect())
                .collect();
            rows.sort_by_key(|row| {
                format!("{:?}", ["id", "key", "uid"].iter().find_map(|name| row.get(*name)))
            });
            all.insert(name.clone(), rows);
        }
        all
    }
}

/// What the model makes of an operation. A table of it may call an index a unique constraint.
fn applied(before: &Schema, operation: &Operation) -> Result<Schema, String> {
    let mut schema = before.clone();
    if let Operation::AlterTable(alter) = operation
        && schema.tables.get(alter.previous.key()) != Some(&alter.previous)
    {
        let stands = canonical_table(alter.previous.clone());
        if schema.tables.get(alter.previous.key()) == Some(&stands) {
            schema.tables.insert(alter.previous.clone());
        }
    }
    schema.apply(operation).map_err(|error| error.to_string())
}

/// Unique constraints are read back as the indexes that they are.
fn canonical(mut schema: Schema) -> Schema {
    schema.tables = schema.tables.into_iter().map(canonical_table).collect();
    schema
}

fn canonical_table(mut table: lambic_core::Table) -> lambic_core::Table {
    for key in std::mem::take(&mut table.uniques) {
        let index = lambic_core::schema::Index::new(key.name.unwrap_or_default(), key.columns);
        table.indexes.insert(lambic_core::schema::Index { unique: true, ..index });
    }
    table
}

fn is_of_namespaces(case: &Case) -> bool {
    case.name.ends_with(" namespace") && case.expect == Expect::Works
}

fn differ(found: &Schema, wanted: &Schema) -> Result<(), String> {
    if found == wanted {
        return Ok(());
    }
    let json = |schema: &Schema| serde_json::to_string_pretty(schema).unwrap();
    let (found, wanted) = (json(found), json(wanted));
    let odd: Vec<String> = found
        .lines()
        .zip(wanted.lines())
        .filter(|(found, wanted)| found != wanted)
        .take(4)
        .map(|(found, wanted)| format!("{found}   instead of   {wanted}"))
        .collect();
    Err(format!("found and wanted differ: {odd:#?}"))
}

/// Whatever is in both is equal.
fn same_rows(before: &Rows, after: &Rows, case: &Case, back: bool) -> Result<(), String> {
    let plain = |value: &Value| match value {
        Value::Null => "NULL".to_owned(),
        other if case.loose => format!("{other:?}").trim_end_matches(['0', '"', ')', '.']).to_owned(),
        other => format!("{other:?}"),
    };
    for (table, old) in before {
        let Some(new) = after.get(table) else { continue };
        if back && case.name == "drop table" && table == "t" {
            continue;
        }
        if old.len() != new.len() {
            return Err(format!("{} rows of {table} became {}", old.len(), new.len()));
        }
        for (old, new) in old.iter().zip(new) {
            for (column, value) in old {
                let Some(found) = new.get(column) else { continue };
                // These get other values by what the operation says.
                let computed = case.name.contains("from plain") && column == "spare";
                let replaced = case.name.contains("drop the one of that name") && column == "spare";
                if !computed && !replaced && plain(found) != plain(value) {
                    return Err(format!("{table}.{column} was {value:?} and is {found:?}"));
                }
            }
        }
    }
    Ok(())
}
