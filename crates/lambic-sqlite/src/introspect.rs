//! Reading the live schema: one query, whatever the number of tables; one for each table that is asked for.
//!
//! `sqlite_schema` keeps the text of every CREATE statement, and half of what a table is stands only there: checks,
//! names of constraints, collations, AUTOINCREMENT, expressions. All of it is read from there, so that there is one
//! source and one snapshot.
//!
//! Text is brought into one form: expressions as [`crate::ddl`] says, names spelled as where they are declared,
//! nothing that says what holds anyway (`ASC`, `NULL`, `ON CONFLICT ABORT`, `COLLATE BINARY`).

mod definitions;
mod foreign_keys;

use std::collections::{HashMap, HashSet};

use lambic_core::schema::{ObjectKind, Unsupported};
use lambic_core::{Connection, Query, Result, Schema, Scope, Table, Value};

use crate::ddl;
use crate::types::portable_type;

/// Reads the schema behind a connection.
pub(crate) async fn introspect(on: &mut dyn Connection, scope: &Scope) -> Result<Schema> {
    if scope.namespaces.as_ref().is_some_and(|names| !names.iter().any(|name| name == "main")) {
        return Ok(Schema::default());
    }
    let one =
        |name: &String| Query::new(include_str!("introspect/table.sql")).with(vec![name.as_str().into()]);
    let queries = match &scope.tables {
        None => vec![Query::new(include_str!("introspect/objects.sql"))],
        Some(names) => names.iter().map(one).collect(),
    };
    let mut catalog = Catalog::default();
    for rows in on.query_batch(&queries).await? {
        rows.rows.iter().for_each(|row| catalog.add(row));
    }
    if scope.tables.is_some() {
        catalog.others.retain(|record| record.kind == Kind::Index);
    }
    Ok(catalog.into_schema())
}

/// What a row of the catalog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Index,
    View,
    Trigger,
    VirtualTable,
    Shadow,
}

/// A row of the catalog.
#[derive(Debug)]
struct Record {
    kind: Kind,
    name: String,
    table: String,
    sql: String,
}

/// What was read, sorted by what must be known before the rest can be.
#[derive(Debug, Default)]
struct Catalog {
    tables: Vec<Table>,
    others: Vec<Record>,
    unsupported: Vec<Unsupported>,
}

impl Catalog {
    fn add(&mut self, row: &[Value]) {
        let text = |at: usize| row.get(at).and_then(Value::as_text);
        let (Some(kind), Some(name), Some(table)) = (text(0), text(1), text(2)) else {
            return self.refuse("row of sqlite_schema", &format!("{row:?}"), "its names are not text");
        };
        let sql = text(3).unwrap_or_default();
        let kind = match kind {
            "table" if ddl::reader(sql).at_words(&["CREATE", "VIRTUAL"]) => Kind::VirtualTable,
            "table" => return self.add_table(name, sql),
            "index" => Kind::Index,
            "view" => Kind::View,
            "trigger" => Kind::Trigger,
            "shadow" => Kind::Shadow,
            other => return self.refuse(other, name, "this version does not know such objects"),
        };
        let (name, table, sql) = (name.to_owned(), table.to_owned(), sql.to_owned());
        self.others.push(Record { kind, name, table, sql });
    }

    fn add_table(&mut self, name: &str, sql: &str) {
        match ddl::table(name, sql) {
            Ok(mut table) => {
                table.columns.iter_mut().for_each(|column| column.portable = portable_type(&column.native));
                self.tables.push(table);
            }
            Err(error) => self.refuse("table", name, &error.to_string()),
        }
    }

    fn refuse(&mut self, kind: &str, name: &str, reason: &str) {
        let (kind, name, reason) = (kind.to_owned(), name.to_owned(), reason.to_owned());
        self.unsupported.push(Unsupported { kind, name, reason });
    }

    fn into_schema(mut self) -> Schema {
        let others = std::mem::take(&mut self.others);
        let shadows = others.iter().filter(|record| record.kind == Kind::Shadow);
        let shadows: HashSet<&str> = shadows.map(|record| record.name.as_str()).collect();
        self.tables.retain(|table| !shadows.contains(table.name.name.as_str()));
        self.unsupported.retain(|object| object.kind != "table" || !shadows.contains(object.name.as_str()));
        foreign_keys::spell(&mut self.tables);
        self.add_indexes(&others, &shadows);
        let definitions = definitions::read(&mut self, &others);
        self.unsupported.sort();
        Schema {
            tables: self.tables.into_iter().collect(),
            definitions,
            unsupported: self.unsupported,
            ..Schema::default()
        }
    }

    fn add_indexes(&mut self, others: &[Record], shadows: &HashSet<&str>) {
        let places = places(&self.tables);
        let mut found: HashMap<usize, Vec<_>> = HashMap::new();
        for record in others.iter().filter(|record| record.kind == Kind::Index && !record.sql.is_empty()) {
            let place = places.get(&record.table.to_ascii_lowercase()).copied();
            let Some((at, table)) = place.and_then(|at| Some((at, self.tables.get(at)?))) else {
                if !shadows.contains(record.table.as_str()) {
                    self.refuse("index", &record.name, "its table cannot be read");
                }
                continue;
            };
            match ddl::index(&record.name, table, &record.sql) {
                Ok(index) => found.entry(at).or_default().push(index),
                Err(error) => self.refuse("index", &record.name, &error.to_string()),
            }
        }
        for (at, indexes) in found {
            if let Some(table) = self.tables.get_mut(at) {
                table.indexes = indexes.into_iter().collect();
            }
        }
    }
}

/// Where each table stands, by its name in lower case: SQLite does not tell case.
fn places(tables: &[Table]) -> HashMap<String, usize> {
    tables.iter().enumerate().map(|(at, table)| (table.name.name.to_ascii_lowercase(), at)).collect()
}

/// The kind in the model.
fn object_kind(kind: Kind) -> Option<ObjectKind> {
    match kind {
        Kind::View => Some(ObjectKind::View),
        Kind::Trigger => Some(ObjectKind::Trigger),
        Kind::VirtualTable => Some(ObjectKind::VirtualTable),
        Kind::Index | Kind::Shadow => None,
    }
}
