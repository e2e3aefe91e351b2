//! Applies the revision files of a folder in the order of their names: the same statements, transactions, version and log
//! writes as `lambic upgrade head`, sent by the plain driver.
//!
//! The version table, the log and its rows are taken from a database that Lambic migrated, so that this program
//! writes what Lambic writes, whatever that is.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// The tables that Lambic keeps, and what it wrote to its log.
struct Books {
    tables: Vec<String>,
    /// `INSERT` with a parameter for each column.
    insert: String,
    /// The rows of the log for each revision.
    log: HashMap<String, Vec<Vec<Value>>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder, database, migrated] = arguments.as_slice() else {
        return Err("usage: bare-apply FOLDER DATABASE MIGRATED-DATABASE".into());
    };
    let books = Books::read(migrated)?;
    apply(&books, folder, database)
}

impl Books {
    fn read(migrated: &Path) -> Result<Self, Box<dyn Error>> {
        let connection = Connection::open(migrated)?;
        let tables = connection
            .prepare("SELECT sql FROM sqlite_master WHERE tbl_name IN ('lambic_version', 'lambic_log') AND sql IS NOT NULL")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut rows = connection.prepare("SELECT * FROM lambic_log ORDER BY rowid")?;
        let (columns, revision) = (rows.column_count(), rows.column_index("revision")?);
        let mut log: HashMap<String, Vec<Vec<Value>>> = HashMap::new();
        let mut cursor = rows.query([])?;
        while let Some(row) = cursor.next()? {
            let values = (0..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?;
            log.entry(row.get(revision)?).or_default().push(values);
        }
        let insert = format!("INSERT INTO lambic_log VALUES ({})", vec!["?"; columns].join(", "));
        Ok(Self { tables, insert, log })
    }

    /// What was logged about a revision, in order.
    fn of(&self, revision: &str) -> &[Vec<Value>] {
        self.log.get(revision).map_or(&[], Vec::as_slice)
    }
}

fn apply(books: &Books, folder: &Path, database: &Path) -> Result<(), Box<dyn Error>> {
    let mut files =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    files.sort();
    let connection = Connection::open(database)?;
    for table in &books.tables {
        connection.execute(table, [])?;
    }
    let mut first = connection.prepare("INSERT INTO lambic_version VALUES (?1)")?;
    let mut next = connection.prepare("UPDATE lambic_version SET version_num = ?1 WHERE version_num = ?2")?;
    let mut log = connection.prepare(&books.insert)?;
    let mut before: Option<String> = None;
    for file in files {
        let text = fs::read_to_string(file)?;
        let revision =
            text.lines().find_map(|line| line.strip_prefix("-- @revision ")).ok_or("no revision")?;
        connection.execute("BEGIN IMMEDIATE", [])?;
        for statement in statements(&text) {
            connection.execute(statement, [])?;
        }
        match &before {
            None => first.execute([revision])?,
            Some(before) => next.execute([revision, before])?,
        };
        for values in books.of(revision) {
            log.execute(params_from_iter(values))?;
        }
        connection.execute("COMMIT", [])?;
        before = Some(revision.to_owned());
    }
    Ok(())
}

/// The statements of the upgrade section, which stand on a line each.
fn statements(text: &str) -> impl Iterator<Item = &str> {
    let upgrade = text.lines().skip_while(|line| !line.starts_with("-- @upgrade")).skip(1);
    upgrade.take_while(|line| !line.starts_with("-- @downgrade")).filter(|line| !line.is_empty())
}
