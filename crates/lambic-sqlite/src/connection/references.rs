//! Broken references between rows: which there are, and which are new.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use rusqlite::{Connection, Result};

use super::session::quoted;
use crate::ddl::{free_rowid_name, same_name};

/// The references that were broken already, each by a hash and how often it occurs: there may be millions.
#[derive(Debug, Default)]
pub(crate) struct References {
    hasher: RandomState,
    broken: HashMap<u64, usize>,
}

/// A row that refers to a row which does not exist.
///
/// It is the same violation when the same values refer to the same table: a rebuilt table may give its rows new
/// numbers, and its foreign keys a new order.
#[derive(Debug)]
pub(crate) struct Violation {
    table: String,
    row: Option<i64>,
    parent: String,
    /// The referring columns and those referred to; empty for a key that SQLite cannot check at all.
    columns: String,
    /// The values that refer. `None` where the row has no number to find it by, or columns hide that number.
    values: Option<String>,
    /// Why SQLite cannot check the table.
    mismatch: Option<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(mismatch) = &self.mismatch {
            return write!(f, "the foreign keys of table {} cannot be checked: {mismatch}", self.table);
        }
        match self.row {
            Some(row) => write!(f, "row {row} of table {}", self.table)?,
            None => write!(f, "a row of table {}", self.table)?,
        }
        write!(f, " refers to no row of {}: FOREIGN KEY {}", self.parent, self.columns)?;
        self.values.as_ref().map_or(Ok(()), |values| write!(f, " with {values}"))
    }
}

impl References {
    /// The references that are broken now.
    pub(crate) fn read(connection: &Connection) -> Result<Self> {
        let mut references = Self::default();
        for_each_violation(connection, &mut |violation| {
            *references.broken.entry(references.hasher.hash_one(violation.identity())).or_default() += 1;
        })?;
        Ok(references)
    }

    /// The references that are broken now and were not then.
    pub(crate) fn new_violations(&self, connection: &Connection) -> Result<Vec<Violation>> {
        let mut known = self.broken.clone();
        let mut new = Vec::new();
        for_each_violation(connection, &mut |violation| {
            let count =
                known.get_mut(&self.hasher.hash_one(violation.identity())).filter(|count| **count > 0);
            match count {
                Some(count) => *count -= 1,
                None => new.push(violation),
            }
        })?;
        Ok(new)
    }
}

impl Violation {
    fn identity(&self) -> (&str, &str, &str, Option<&str>, Option<&str>) {
        (&self.table, &self.parent, &self.columns, self.values.as_deref(), self.mismatch.as_deref())
    }
}

/// Walks over all broken references of the database.
fn for_each_violation(connection: &Connection, each: &mut dyn FnMut(Violation)) -> Result<()> {
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND instr(lower(sql), 'references')")?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
    for table in tables {
        // A key whose parent has no fitting unique index cannot be checked, and would hide every other table.
        match violations_of(connection, &table, each) {
            Err(error) if is_mismatch(&error) => each(Violation {
                mismatch: Some(error.to_string()),
                table,
                row: None,
                parent: String::new(),
                columns: String::new(),
                values: None,
            }),
            other => other?,
        }
    }
    Ok(())
}

/// The error is one of the statement's text: neither an interruption nor a damaged file.
fn is_mismatch(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::Unknown)
}

fn violations_of(connection: &Connection, table: &str, each: &mut dyn FnMut(Violation)) -> Result<()> {
    let mut check =
        connection.prepare_cached("SELECT rowid, parent, fkid FROM pragma_foreign_key_check(?1, 'main')")?;
    let mut rows = check.query([table])?;
    let mut keys: HashMap<i64, Key> = HashMap::new();
    while let Some(row) = rows.next()? {
        let (number, parent, key): (Option<i64>, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let key = match keys.entry(key) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => new.insert(Key::read(connection, table, key)?),
        };
        each(Violation {
            table: table.to_owned(),
            row: number,
            parent,
            columns: key.columns.clone(),
            values: number.map_or(Ok(None), |number| key.values(connection, number))?,
            mismatch: None,
        });
    }
    Ok(())
}

/// A foreign key, as far as naming it and finding its values goes.
struct Key {
    columns: String,
    /// The query for the values of a row.
    values: Option<String>,
}

impl Key {
    fn read(connection: &Connection, table: &str, id: i64) -> Result<Self> {
        let mut statement = connection.prepare_cached(
            r#"SELECT "from", "to", "table" FROM pragma_foreign_key_list(?1, 'main') WHERE id = ?2 ORDER BY seq"#,
        )?;
        let columns = statement.query_map((table, id), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let columns: Vec<(String, Option<String>, String)> = columns.collect::<Result<_>>()?;
        let from: Vec<&str> = columns.iter().map(|(from, ..)| from.as_str()).collect();
        let to: Vec<&str> = columns.iter().filter_map(|(_, to, _)| to.as_deref()).collect();
        let parent = columns.first().map_or("", |(.., parent)| parent.as_str());
        let to = if to.is_empty() { String::new() } else { format!(" ({})", to.join(", ")) };
        let quotes: Vec<String> = from.iter().map(|column| format!("quote({})", quoted(column))).collect();
        let quotes = quotes.join(" || ', ' || ");
        let values = |rowid| format!("SELECT {quotes} FROM main.{} WHERE {rowid} = ?1", quoted(table));
        Ok(Self {
            columns: format!("({}) REFERENCES {parent}{to}", from.join(", ")),
            values: rowid_name(connection, table)?.map(values),
        })
    }

    fn values(&self, connection: &Connection, row: i64) -> Result<Option<String>> {
        let Some(values) = &self.values else { return Ok(None) };
        connection.prepare_cached(values)?.query_one([row], |row| row.get(0)).map(Some)
    }
}

/// What the number of a row is called in the table.
fn rowid_name(connection: &Connection, table: &str) -> Result<Option<&'static str>> {
    let mut names = connection.prepare_cached("SELECT name FROM pragma_table_xinfo(?1, 'main')")?;
    let names: Vec<String> = names.query_map([table], |row| row.get(0))?.collect::<Result<_>>()?;
    Ok(free_rowid_name(|rowid| names.iter().any(|name| same_name(name, rowid))))
}
