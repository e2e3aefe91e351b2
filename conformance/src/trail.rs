//! Rows: put into the tables of a case, and followed through its operations.

use std::collections::BTreeMap;
use std::iter::repeat;

use lambic_core::operation::{EnumChange, Object, TableChange};
use lambic_core::schema::{Column, IdentityKind, ObjectKind, PortableType, QualifiedName};
use lambic_core::{Dialect, Lexicon, Operation, Result, Schema, Table, Value};

use crate::place::Place;
use crate::sight::Sight;

/// How many rows each table gets.
const ROWS: usize = 3;

/// The tables of a schema and the columns whose values must survive, under the names that they have now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Trail {
    tables: BTreeMap<QualifiedName, Vec<Followed>>,
}

/// A column whose values must survive.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Followed {
    name: String,
    /// What of them is looked at.
    sight: Sight,
}

/// The rows of every table that is followed, each table's sorted.
pub(crate) type Snapshot = Vec<Vec<Vec<String>>>;

impl Trail {
    /// Every table and every column that holds a value of its own.
    pub(crate) fn of(schema: &Schema) -> Self {
        let columns = |table: &Table| -> Vec<Followed> {
            let own = table.columns.iter().filter(|column| column.generated.is_none());
            own.map(|column| Followed { name: column.name.clone(), sight: Sight::default() }).collect()
        };
        let tables = schema.tables.iter().map(|table| (table.name.clone(), columns(table)));
        Self { tables: tables.collect() }
    }

    /// Whether no table is left to follow.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// What survives `operation`, under the names before it and under those after it. Of both, as much is looked at as can be
    /// followed through this operation.
    pub(crate) fn through(&self, operation: &Operation) -> (Self, Self) {
        let (mut before, mut after) = (Self::default(), Self::default());
        for (table, columns) in &self.tables {
            let Some(next) = table_after(operation, table) else { continue };
            let survivor = |column: &Followed| {
                let followed = column_after(operation, table, &column.name)?;
                Some((Followed { name: column.name.clone(), sight: followed.sight }, followed))
            };
            let (old, new) = columns.iter().filter_map(survivor).unzip();
            before.tables.insert(table.clone(), old);
            after.tables.insert(next, new);
        }
        (before, after)
    }

    /// Reads what is followed.
    pub(crate) async fn read(&self, place: &mut Place) -> Result<Snapshot> {
        let dialect = place.dialect();
        let mut snapshot = Snapshot::new();
        // The name of a table may change the order of the tables: what they hold does not.
        for (table, columns) in &self.tables {
            let sql = select(dialect.lexicon(), table, columns)?;
            let seen = |row: &Vec<Value>| -> Vec<String> {
                // Without a column there is still a row.
                let sights = columns.iter().map(|column| column.sight).chain(repeat(Sight::default()));
                row.iter().zip(sights).map(|(value, sight)| sight.of_value(value)).collect()
            };
            let mut rows: Vec<Vec<String>> = place.query(sql).await?.rows.iter().map(seen).collect();
            rows.sort();
            snapshot.push(rows);
        }
        snapshot.sort();
        Ok(snapshot)
    }
}

/// The name of a table after an operation; `None` where that drops it.
fn table_after(operation: &Operation, table: &QualifiedName) -> Option<QualifiedName> {
    match operation {
        Operation::Drop { object: Object::Table(dropped), .. } if dropped.name == *table => None,
        Operation::Rename { object, next, .. }
            if object.kind == ObjectKind::Table && object.name == *table =>
        {
            Some(table.renamed(next))
        }
        _ => Some(table.clone()),
    }
}

/// A column of a table after an operation; `None` where its values end.
fn column_after(operation: &Operation, table: &QualifiedName, column: &str) -> Option<Followed> {
    let followed = Followed { name: column.to_owned(), sight: Sight::default() };
    match operation {
        Operation::AlterTable(alter) if alter.previous.name == *table => changed(followed, &alter.changes),
        Operation::AlterEnum { changes, followers, .. } => {
            let renames = |change: &EnumChange| matches!(change, EnumChange::RenameValue { .. });
            let holds = |object: &Object| match object {
                Object::Table(known) => known.name == *table && of_made_type(known, column),
                _ => false,
            };
            let others =
                changes.iter().any(renames) && followers.iter().any(|follower| holds(&follower.previous));
            Some(if others { Followed { sight: Sight::Presence, ..followed } } else { followed })
        }
        _ => Some(followed),
    }
}

/// Whether a column is of a type that users made: it may hold values which get other names.
fn of_made_type(table: &Table, column: &str) -> bool {
    table.column(column).is_none_or(|column| column.portable.is_none())
}

/// A column after changes of its table.
fn changed(mut followed: Followed, changes: &[TableChange]) -> Option<Followed> {
    for change in changes {
        match change {
            TableChange::DropColumn(dropped) if dropped.name == followed.name => return None,
            TableChange::RenameColumn { previous, next } if *previous == followed.name => {
                followed.name.clone_from(next);
            }
            TableChange::AlterColumn { previous, next } if previous.name == followed.name => {
                // What is computed from now on is not what was there.
                if previous.generated != next.generated {
                    return None;
                }
                followed.sight = followed.sight.max(Sight::of(previous, next));
            }
            _ => {}
        }
    }
    Some(followed)
}

fn select(lexicon: &Lexicon, table: &QualifiedName, columns: &[Followed]) -> Result<String> {
    let names = columns.iter().map(|column| lexicon.quote_identifier(&column.name));
    let quoted = names.collect::<Result<Vec<_>>>()?;
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

#[cfg(test)]
mod tests {
    use lambic_core::operation::AlterTable;
    use lambic_core::schema::{Expression, Generated};

    use super::*;

    fn column(name: &str, native: &str, portable: PortableType) -> Column {
        Column { portable: Some(portable), ..Column::new(name, native) }
    }

    fn alter(previous: Column, next: Column) -> TableChange {
        TableChange::AlterColumn { previous: Box::new(previous), next: Box::new(next) }
    }

    /// The columns that are followed through changes of a table: their names before and after, and what is looked at.
    fn through(columns: &[Column], changes: Vec<TableChange>) -> Vec<(String, String, Sight)> {
        let table = Table::new(QualifiedName::bare("t"), columns.to_vec());
        let schema = Schema { tables: [table.clone()].into_iter().collect(), ..Schema::default() };
        let operation = AlterTable::new(table, changes, Vec::new()).map(Box::new).unwrap();
        let (before, after) = Trail::of(&schema).through(&Operation::AlterTable(operation));
        let columns = |trail: Trail| trail.tables.into_values().flatten();
        columns(before).zip(columns(after)).map(|(old, new)| (old.name, new.name, new.sight)).collect()
    }

    #[test]
    fn a_column_is_followed_through_another_type_under_its_new_name() {
        let (old, new) =
            (column("a", "int", PortableType::Integer), column("b", "bigint", PortableType::BigInt));
        let rename = TableChange::RenameColumn { previous: "a".into(), next: "b".into() };
        let renamed = Column { name: "b".into(), ..old.clone() };
        let kept = column("k", "date", PortableType::Date);
        let told = through(&[old, kept], vec![rename, alter(renamed, new)]);
        let expected = [("a", "b", Sight::Text), ("k", "k", Sight::Value)];
        assert_eq!(told, expected.map(|(old, new, sight)| (old.to_owned(), new.to_owned(), sight)));
    }

    #[test]
    fn what_is_dropped_or_computed_from_now_on_is_not_followed() {
        let (a, b) = (column("a", "int", PortableType::Integer), column("b", "int", PortableType::Integer));
        let generated = Some(Generated { expression: Expression::new("a"), stored: true });
        let computed = Column { generated, ..b.clone() };
        assert_eq!(
            through(&[a.clone(), b.clone()], vec![alter(b, computed), TableChange::DropColumn(a)]),
            []
        );
    }
}
