//! Rows: put into the tables of a case, and followed through its operations.

use std::collections::BTreeMap;

use lambic_core::operation::{EnumChange, Object, TableChange};
use lambic_core::schema::{Column, IdentityKind, PortableType, QualifiedName};
use lambic_core::{Dialect, Lexicon, Operation, Result, Schema, Table, Value};

use crate::place::Place;

/// How many rows each table gets.
const ROWS: usize = 3;

/// The tables of a schema and the columns whose values must survive, under the names that they have now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail {
    tables: BTreeMap<QualifiedName, Vec<String>>,
}

/// The rows of every table that is followed, each table's sorted.
pub(crate) type Snapshot = Vec<Vec<Vec<String>>>;

impl Trail {
    /// Every table and every column that holds a value of its own.
    pub(crate) fn of(schema: &Schema) -> Self {
        let columns = |table: &Table| -> Vec<String> {
            let own = table.columns.iter().filter(|column| column.generated.is_none());
            own.map(|column| column.name.clone()).collect()
        };
        let tables = schema.tables.iter().map(|table| (table.name.clone(), columns(table)));
        Self { tables: tables.collect() }
    }

    /// Whether no table is left to follow.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The same trail, without what `operation` destroys or turns into something else, and under the names before it.
    /// The columns of the result stand in the order of those of `self` after [`follow`](Self::follow).
    pub(crate) fn surviving(&self, operation: &Operation) -> Self {
        let mut before = self.clone();
        match operation {
            Operation::Drop { object: Object::Table(table), .. } => drop(before.tables.remove(&table.name)),
            Operation::AlterTable(alter) => {
                let changes = &alter.changes;
                if let Some(columns) = before.tables.get_mut(&alter.previous.name) {
                    columns.retain(|name| !changes.iter().any(|change| destroys(change, name)));
                }
            }
            Operation::AlterEnum { changes, followers, .. } => {
                let renames = |change: &EnumChange| matches!(change, EnumChange::RenameValue { .. });
                if changes.iter().any(renames) {
                    for follower in followers {
                        before.forget_types(&follower.previous);
                    }
                }
            }
            _ => {}
        }
        before
    }

    /// Leaves out the columns of a table that may hold values which get other names: those of types that users made.
    fn forget_types(&mut self, object: &Object) {
        let Object::Table(table) = object else { return };
        if let Some(columns) = self.tables.get_mut(&table.name) {
            columns.retain(|name| table.column(name).is_some_and(|column| column.portable.is_some()));
        }
    }

    /// The names after `operation`, of what survives it.
    pub(crate) fn follow(&self, operation: &Operation) -> Self {
        let mut trail = self.surviving(operation);
        match operation {
            Operation::Rename { object, next, .. } => {
                if let Some(columns) = trail.tables.remove(&object.name) {
                    trail.tables.insert(object.name.renamed(next), columns);
                }
            }
            Operation::AlterTable(alter) => {
                for (previous, next) in alter.renamed_columns() {
                    let columns = trail.tables.get_mut(&alter.previous.name).into_iter().flatten();
                    columns.filter(|name| *name == previous).for_each(|name| next.clone_into(name));
                }
            }
            _ => {}
        }
        trail
    }

    /// Reads what is followed.
    pub(crate) async fn read(&self, place: &mut Place) -> Result<Snapshot> {
        let dialect = place.dialect();
        let mut snapshot = Snapshot::new();
        // The name of a table may change the order of the tables: what they hold does not.
        for (table, columns) in &self.tables {
            let sql = select(dialect.lexicon(), table, columns)?;
            let rows = place.query(sql).await?.rows;
            let mut rows: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|value| format!("{value:?}")).collect()).collect();
            rows.sort();
            snapshot.push(rows);
        }
        snapshot.sort();
        Ok(snapshot)
    }
}

/// Whether a change ends what a column holds, or says that it is something else from now on.
fn destroys(change: &TableChange, column: &str) -> bool {
    match change {
        TableChange::DropColumn(dropped) => dropped.name == column,
        TableChange::AlterColumn { previous, next } => {
            previous.name == column
                && (previous.native != next.native || previous.generated != next.generated)
        }
        _ => false,
    }
}

fn select(lexicon: &Lexicon, table: &QualifiedName, columns: &[String]) -> Result<String> {
    let quoted = columns.iter().map(|name| lexicon.quote_identifier(name)).collect::<Result<Vec<_>>>()?;
    let list = if quoted.is_empty() { "1".to_owned() } else { quoted.join(", ") };
    Ok(format!("SELECT {list} FROM {}", lexicon.quote_qualified(table.namespace.as_deref(), &table.name)?))
}

/// Puts rows into every table of `schema`, the referenced ones first.
///
/// # Errors
/// What the database says of a row: the case must then bring rows of its own.
pub(crate) async fn fill(place: &mut Place, schema: &Schema) -> Result<()> {
    let dialect = place.dialect();
    for operation in schema.build()? {
        let Operation::Create { object: Object::Table(table), .. } = operation else { continue };
        for row in 1..=ROWS {
            let full = insert(dialect.as_ref(), schema, &table, row, false)?;
            if place.connection().execute(&full, &[]).await.is_err() {
                // A check, or a circle of references, does not admit the values: what may be NULL is.
                place
                    .connection()
                    .execute(&insert(dialect.as_ref(), schema, &table, row, true)?, &[])
                    .await?;
            }
        }
    }
    Ok(())
}

fn insert(dialect: &dyn Dialect, schema: &Schema, table: &Table, row: usize, nulls: bool) -> Result<String> {
    let lexicon = dialect.lexicon();
    let mut names = Vec::new();
    let mut values = Vec::new();
    for column in table.columns.iter().filter(|column| takes_values(column)) {
        let Some(value) = literal(lexicon, schema, column, row, nulls)? else { continue };
        names.push(lexicon.quote_identifier(&column.name)?);
        values.push(value);
    }
    let name = lexicon.quote_qualified(table.name.namespace.as_deref(), &table.name.name)?;
    Ok(format!("INSERT INTO {name} ({}) VALUES ({})", names.join(", "), values.join(", ")))
}

fn takes_values(column: &Column) -> bool {
    let always = column.identity.as_ref().is_some_and(|identity| identity.kind == IdentityKind::Always);
    column.generated.is_none() && !always
}

/// A value of the column's type that differs from row to row where the type has room. `None`: the default.
fn literal(
    lexicon: &Lexicon,
    schema: &Schema,
    column: &Column,
    row: usize,
    nulls: bool,
) -> Result<Option<String>> {
    if nulls && column.nullable {
        return Ok(Some("NULL".to_owned()));
    }
    let Some(portable) = &column.portable else { return of_enum(lexicon, schema, column, row) };
    let text = match portable {
        PortableType::Boolean => {
            return Ok(Some(if row.is_multiple_of(2) { "FALSE" } else { "TRUE" }.to_owned()));
        }
        PortableType::SmallInt
        | PortableType::Integer
        | PortableType::BigInt
        | PortableType::Numeric { .. }
        | PortableType::Real
        | PortableType::Double => return Ok(Some(row.to_string())),
        // Digits, so that a text can become a number.
        PortableType::Char(_) | PortableType::Varchar(_) | PortableType::Text | PortableType::Binary => {
            row.to_string()
        }
        PortableType::Date => format!("2024-02-0{row}"),
        PortableType::Time(_) => format!("10:20:0{row}"),
        PortableType::Timestamp { .. } => format!("2024-02-0{row} 10:20:30"),
        PortableType::Interval => format!("0{row}:00:00"),
        PortableType::Uuid => format!("00000000-0000-4000-8000-00000000000{row}"),
        PortableType::Json => format!("{{\"row\": {row}}}"),
        PortableType::Enum { values, .. } => {
            let Some(value) = values.get(row % values.len().max(1)) else { return Ok(None) };
            value.clone()
        }
    };
    lexicon.quote_text(&text).map(Some)
}

/// A value of a named enumerated type.
fn of_enum(lexicon: &Lexicon, schema: &Schema, column: &Column, row: usize) -> Result<Option<String>> {
    let known = schema.enums.iter().find(|known| column.native.as_str().trim_matches('"') == known.name.name);
    let value = known.and_then(|known| known.values.get(row % known.values.len().max(1)));
    value.map(|value| lexicon.quote_text(value)).transpose()
}

/// How many rows a query counts.
pub(crate) fn count(rows: &[Vec<Value>]) -> Option<i64> {
    rows.first()?.first()?.as_integer()
}
