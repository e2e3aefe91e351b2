//! Views and triggers: which work, and which no longer do.
//!
//! SQLite looks at the text of a view or trigger when it is used, not when a table changes. Preparing a statement that
//! uses it, without running it, tells whether it works.

use std::collections::HashSet;
use std::fmt;

use lambic_sql::Lexer;
use rusqlite::{Connection, Result};

use super::session::quoted;
use crate::lexicon::LEXICON;

/// The views and triggers that worked at one time, by name.
#[derive(Debug, Default)]
pub(crate) struct Working(HashSet<String>);

/// A view or trigger that does not work any more.
#[derive(Debug)]
pub(crate) struct Broken {
    name: String,
    reason: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} broken: {}", self.name, self.reason)
    }
}

/// The views and triggers that work now.
pub(crate) fn working(connection: &Connection) -> Result<Working> {
    let mut working = HashSet::new();
    for dependent in dependents(connection)? {
        if dependent.failure(connection)?.is_none() {
            working.insert(dependent.name);
        }
    }
    Ok(Working(working))
}

impl Working {
    /// Those among them that are still there and do not work now.
    pub(crate) fn broken(&self, connection: &Connection) -> Result<Vec<Broken>> {
        let mut broken = Vec::new();
        for dependent in dependents(connection)? {
            if !self.0.contains(&dependent.name) {
                continue;
            }
            if let Some(reason) = dependent.failure(connection)? {
                broken.push(Broken { name: dependent.name, reason });
            }
        }
        Ok(broken)
    }
}

/// A view or trigger, and a statement that uses it.
struct Dependent {
    name: String,
    probe: Probe,
}

enum Probe {
    Select(String),
    Insert(String),
    Update(String),
    Delete(String),
}

impl Dependent {
    /// Why it does not work. An interruption or a damaged file is an error of its own.
    fn failure(&self, connection: &Connection) -> Result<Option<String>> {
        match self.probe.sql(connection).and_then(|sql| connection.prepare(&sql).map(drop)) {
            Ok(()) => Ok(None),
            Err(rusqlite::Error::SqlInputError { msg, .. }) => Ok(Some(msg)),
            Err(rusqlite::Error::SqliteFailure(code, message))
                if code.code == rusqlite::ErrorCode::Unknown =>
            {
                Ok(Some(message.unwrap_or_else(|| code.to_string())))
            }
            Err(error) => Err(error),
        }
    }
}

impl Probe {
    fn sql(&self, connection: &Connection) -> Result<String> {
        Ok(match self {
            Self::Select(view) => format!("SELECT * FROM main.{}", quoted(view)),
            Self::Insert(table) => format!("INSERT INTO main.{} DEFAULT VALUES", quoted(table)),
            Self::Delete(table) => format!("DELETE FROM main.{}", quoted(table)),
            Self::Update(table) => {
                format!("UPDATE main.{} SET {}", quoted(table), assignments(connection, table)?)
            }
        })
    }
}

/// Every column set to itself, so that a trigger on any of them is compiled.
fn assignments(connection: &Connection, table: &str) -> Result<String> {
    let mut columns =
        connection.prepare_cached("SELECT name FROM pragma_table_xinfo(?1, 'main') WHERE hidden = 0")?;
    let columns: Vec<String> = columns.query_map([table], |row| row.get(0))?.collect::<Result<_>>()?;
    let assignments: Vec<String> =
        columns.iter().map(|column| format!("{0} = {0}", quoted(column))).collect();
    Ok(assignments.join(", "))
}

fn dependents(connection: &Connection) -> Result<Vec<Dependent>> {
    let mut statement = connection
        .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger')")?;
    let found = statement.query_map([], |row| {
        let (kind, name, table, sql): (String, String, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(if kind == "view" {
            Dependent { name: format!("view {name}"), probe: Probe::Select(name) }
        } else {
            Dependent { name: format!("trigger {name} on {table}"), probe: event(&sql)(table) }
        })
    })?;
    found.collect()
}

/// The event that a trigger waits for: the first such word, since all three are reserved.
fn event(sql: &str) -> fn(String) -> Probe {
    let words = ["INSERT", "UPDATE", "DELETE"];
    let event =
        Lexer::new(sql, &LEXICON).find_map(|token| words.into_iter().find(|word| token.is_word(word)));
    match event {
        Some("INSERT") => Probe::Insert,
        Some("UPDATE") => Probe::Update,
        _ => Probe::Delete,
    }
}
