//! The engine of the double: schemas and rows in memory. Its DDL is an operation as JSON.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use lambic_core::operation::{Object, TableChange};
use lambic_core::schema::QualifiedName;
use lambic_core::{Error, ErrorKind, Lexicon, Operation, Result, Rows, Schema, Table, Value};
use lambic_sql::{Cursor, TokenKind};

use crate::double::Lie;

/// Everything that one address holds.
#[derive(Debug, Default)]
pub(crate) struct Server {
    databases: Mutex<BTreeMap<u64, Database>>,
    /// Which session is in which database.
    sessions: Mutex<BTreeMap<u64, u64>>,
    /// Who holds which lock.
    locks: Mutex<BTreeMap<String, (u64, String)>>,
    next: AtomicU64,
}

/// One database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Database {
    pub(crate) schema: Schema,
    rows: BTreeMap<QualifiedName, Vec<Row>>,
}

type Row = BTreeMap<String, Value>;

impl Server {
    pub(crate) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn enter(&self, session: u64, database: u64) {
        self.databases.lock().unwrap().entry(database).or_default();
        self.sessions.lock().unwrap().insert(session, database);
    }

    pub(crate) fn leave(&self, session: u64) {
        self.sessions.lock().unwrap().remove(&session);
        self.locks.lock().unwrap().retain(|_, (holder, _)| *holder != session);
    }

    pub(crate) fn drop_database(&self, database: u64) {
        self.databases.lock().unwrap().remove(&database);
    }

    /// Does something with the database that a session is in.
    pub(crate) fn within<T>(&self, session: u64, work: impl FnOnce(&mut Database) -> Result<T>) -> Result<T> {
        let database = self.sessions.lock().unwrap().get(&session).copied();
        let mut databases = self.databases.lock().unwrap();
        let database = database.and_then(|database| databases.get_mut(&database));
        let foreign =
            || Error::new(ErrorKind::Usage, "double.foreign", "the session is not one of the double's");
        work(database.ok_or_else(foreign)?)
    }

    /// Takes a lock, or says who has it.
    pub(crate) fn lock(&self, name: &str, session: u64, holder: &str) -> Result<(), String> {
        let mut locks = self.locks.lock().unwrap();
        match locks.get(name) {
            Some((other, holder)) if *other != session => Err(holder.clone()),
            _ => {
                locks.insert(name.to_owned(), (session, holder.to_owned()));
                Ok(())
            }
        }
    }

    pub(crate) fn unlock(&self, name: &str) {
        self.locks.lock().unwrap().remove(name);
    }
}

/// What a query needs to be answered.
pub(crate) enum Answer {
    /// The rows.
    Rows(Rows),
    /// More work than anybody wants to wait for.
    Endless,
}

impl Database {
    /// Runs a statement, whole or not at all.
    pub(crate) fn execute(&mut self, sql: &str, lexicon: &Lexicon, lie: Option<Lie>) -> Result<u64> {
        let mut after = self.clone();
        let rows = match serde_json::from_str::<Operation>(sql) {
            Ok(operation) => after.change(&operation, lie).map(|()| 0)?,
            Err(_) => after.insert(sql, lexicon)?,
        };
        *self = after;
        Ok(rows)
    }

    fn change(&mut self, operation: &Operation, lie: Option<Lie>) -> Result<()> {
        self.schema = self.schema.apply(operation)?;
        match operation {
            Operation::Drop { object: Object::Table(table), .. } => drop(self.rows.remove(&table.name)),
            Operation::Rename { object, next, .. } => {
                if let Some(rows) = self.rows.remove(&object.name) {
                    self.rows.insert(object.name.renamed(next), rows);
                }
            }
            Operation::AlterTable(alter) => {
                let rows = self.rows.entry(alter.next.name.clone()).or_default();
                for row in rows.iter_mut() {
                    alter.changes.iter().for_each(|change| reshape(row, change));
                }
                if lie == Some(Lie::LosesARow) {
                    rows.pop();
                }
            }
            _ => {}
        }
        if lie == Some(Lie::ForgetsDefaults) {
            self.schema
                .tables
                .rewrite(|table| table.columns.iter_mut().for_each(|column| column.default = None));
        }
        Ok(())
    }

    /// `INSERT INTO "t" ("a") VALUES (1), ('x')`
    fn insert(&mut self, sql: &str, lexicon: &Lexicon) -> Result<u64> {
        let mut cursor = Cursor::new(sql, lexicon);
        if !cursor.eat_words(&["INSERT", "INTO"]) {
            return Err(refused(sql, "neither an operation nor an INSERT"));
        }
        let table = self.table(&cursor.eat_identifier().unwrap_or_default(), sql)?;
        let columns = list(cursor.eat_parenthesized().unwrap_or_default(), lexicon);
        cursor.eat_word("VALUES");
        let mut new = Vec::new();
        while let Some(values) = cursor.eat_parenthesized() {
            let values = list(values, lexicon).into_iter().map(|(value, text)| literal(&value, text));
            new.push(columns.iter().map(|(name, _)| name.clone()).zip(values).collect::<Row>());
            cursor.eat_char(',');
        }
        let count = new.len() as u64;
        self.rows.entry(table.name).or_default().extend(new);
        Ok(count)
    }

    /// `SELECT "a", "b" FROM "t"`, `SELECT COUNT(*) FROM "t"`, and joins, which nobody waits for.
    pub(crate) fn select(&self, sql: &str, lexicon: &Lexicon) -> Result<Answer> {
        let Some((head, from)) = sql.split_once(" FROM ") else { return Err(refused(sql, "no FROM")) };
        let mut cursor = Cursor::new(from, lexicon);
        let table = self.table(&cursor.eat_identifier().unwrap_or_default(), sql)?;
        cursor.eat_identifier();
        if cursor.eat_char(',') {
            return Ok(Answer::Endless);
        }
        let empty = Vec::new();
        let rows = self.rows.get(&table.name).unwrap_or(&empty);
        let head = head.trim_start_matches("SELECT ");
        if head == "COUNT(*)" {
            let count = Value::Integer(i64::try_from(rows.len()).unwrap());
            return Ok(Answer::Rows(Rows { columns: vec!["count".into()], rows: vec![vec![count]] }));
        }
        let columns: Vec<String> = list(head, lexicon).into_iter().map(|(name, _)| name).collect();
        let value = |row: &Row, name: &String| row.get(name).cloned().unwrap_or(Value::Null);
        let rows = rows.iter().map(|row| columns.iter().map(|name| value(row, name)).collect()).collect();
        Ok(Answer::Rows(Rows { columns, rows }))
    }

    fn table(&self, name: &str, sql: &str) -> Result<Table> {
        let table = self.schema.tables.get(&QualifiedName::bare(name)).cloned();
        table.ok_or_else(|| refused(sql, "there is no such table"))
    }
}

fn reshape(row: &mut Row, change: &TableChange) {
    match change {
        TableChange::DropColumn(column) => drop(row.remove(&column.name)),
        TableChange::RenameColumn { previous, next } => {
            if let Some(value) = row.remove(previous) {
                row.insert(next.clone(), value);
            }
        }
        _ => {}
    }
}

/// What stands between commas, without quotes, and whether it was text.
fn list(text: &str, lexicon: &Lexicon) -> Vec<(String, bool)> {
    let mut cursor = Cursor::new(text, lexicon);
    let mut items = Vec::new();
    while let Some(token) = cursor.advance() {
        if !token.is(',') {
            items.push((token.unquote(lexicon).into_owned(), token.kind == TokenKind::String));
        }
    }
    items
}

fn literal(value: &str, text: bool) -> Value {
    match value.parse() {
        _ if text => Value::from(value),
        Ok(number) => Value::Integer(number),
        Err(_) if value == "NULL" => Value::Null,
        Err(_) => Value::Boolean(value == "TRUE"),
    }
}

fn refused(sql: &str, why: &str) -> Error {
    Error::new(ErrorKind::Database, "double.refused", format!("refused: {why}")).statement(sql)
}
