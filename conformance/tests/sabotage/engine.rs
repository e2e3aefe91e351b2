//! The engine of the double: schemas and rows in memory. Its DDL is an operation as JSON.

use std::collections::BTreeMap;

use lambic_core::operation::{Object, TableChange};
use lambic_core::schema::QualifiedName;
use lambic_core::{Error, ErrorKind, Lexicon, Operation, Result, Rows, Schema, Table, Value};
use lambic_sql::{Cursor, TokenKind};

use crate::double::Lie;

/// One database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Database {
    pub(crate) schema: Schema,
    rows: BTreeMap<QualifiedName, Vec<Row>>,
    /// The session whose transaction has written, which keeps others from writing.
    writer: Option<u64>,
}

type Row = BTreeMap<String, Value>;

/// What a query needs to be answered.
pub(crate) enum Answer {
    /// The rows.
    Rows(Rows),
    /// More work than anybody wants to wait for.
    Endless,
}

impl Database {
    /// Whether a session may write now; a transaction keeps others out from then on.
    pub(crate) fn admits(&mut self, session: u64, in_transaction: bool) -> bool {
        let free = self.writer.is_none_or(|writer| writer == session);
        if free && in_transaction {
            self.writer = Some(session);
        }
        free
    }

    pub(crate) fn is_held_by(&self, session: u64) -> bool {
        self.writer == Some(session)
    }

    pub(crate) fn let_go(&mut self, session: u64) {
        if self.is_held_by(session) {
            self.writer = None;
        }
    }

    /// Runs a statement, whole or not at all.
    pub(crate) fn execute(&mut self, sql: &str, lexicon: &Lexicon, lie: Option<Lie>) -> Result<u64> {
        let mut after = self.clone();
        let rows = match serde_json::from_str::<Operation>(sql) {
            Ok(operation) => after.change(&operation, lie).map(|()| 0)?,
            Err(_) if sql.starts_with("UPDATE") => after.update(sql, lexicon)?,
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
                    alter.changes.iter().for_each(|change| reshape(row, change, lie));
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

    /// `UPDATE "t" SET "a" = 1`
    fn update(&mut self, sql: &str, lexicon: &Lexicon) -> Result<u64> {
        let mut cursor = Cursor::new(sql, lexicon);
        cursor.eat_word("UPDATE");
        let table = self.table(&mut cursor, sql)?;
        cursor.eat_word("SET");
        let column = cursor.eat_identifier().unwrap_or_default();
        let value = sql.rsplit("= ").next().unwrap_or_default();
        let rows = self.rows.entry(table.name).or_default();
        for row in rows.iter_mut() {
            row.insert(column.to_string(), literal(value, false));
        }
        Ok(rows.len() as u64)
    }

    /// `INSERT INTO "t" ("a") VALUES (1), ('x')`
    fn insert(&mut self, sql: &str, lexicon: &Lexicon) -> Result<u64> {
        let mut cursor = Cursor::new(sql, lexicon);
        if !cursor.eat_words(&["INSERT", "INTO"]) {
            return Err(refused(sql, "neither an operation nor an INSERT"));
        }
        let table = self.table(&mut cursor, sql)?;
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
        let table = self.table(&mut cursor, sql)?;
        if cursor.eat_identifier().is_some() && cursor.eat_char(',') {
            return Ok(Answer::Endless);
        }
        let empty = Vec::new();
        let rows = self.rows.get(&table.name).unwrap_or(&empty);
        let head = head.trim_start_matches("SELECT ");
        if head == "COUNT(*)" {
            let above =
                from.split_once(" WHERE ").map(|(_, test)| Cursor::new(test, lexicon).eat_identifier());
            let counts = |row: &&Row| match &above {
                Some(Some(column)) => matches!(row.get(&**column), Some(Value::Integer(1..))),
                _ => true,
            };
            let count = Value::Integer(i64::try_from(rows.iter().filter(counts).count()).unwrap());
            return Ok(Answer::Rows(Rows { columns: vec!["count".into()], rows: vec![vec![count]] }));
        }
        let columns: Vec<String> = list(head, lexicon).into_iter().map(|(name, _)| name).collect();
        let value = |row: &Row, name: &String| row.get(name).cloned().unwrap_or(Value::Null);
        let rows = rows.iter().map(|row| columns.iter().map(|name| value(row, name)).collect()).collect();
        Ok(Answer::Rows(Rows { columns, rows }))
    }

    /// The table whose name comes next.
    fn table(&self, cursor: &mut Cursor<'_, '_>, sql: &str) -> Result<Table> {
        let first = cursor.eat_identifier().unwrap_or_default().to_string();
        let name = if cursor.eat_char('.') {
            let name = cursor.eat_identifier().unwrap_or_default().to_string();
            QualifiedName { namespace: Some(first), name }
        } else {
            QualifiedName::bare(first)
        };
        self.schema.tables.get(&name).cloned().ok_or_else(|| refused(sql, "there is no such table"))
    }
}

fn reshape(row: &mut Row, change: &TableChange, lie: Option<Lie>) {
    match change {
        TableChange::DropColumn(column) => drop(row.remove(&column.name)),
        TableChange::RenameColumn { previous, next } => {
            if let Some(value) = row.remove(previous) {
                row.insert(next.clone(), value);
            }
        }
        TableChange::AlterColumn { previous, next }
            if lie == Some(Lie::DropsAndAdds) && previous.native != next.native =>
        {
            row.remove(&previous.name);
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
