//! Changes of the version table's rows, as statements.

use std::fmt;

use lambic_core::{Lexicon, Query, Result, Value};
use lambic_revision::plan;

use super::tables::VERSION_COLUMN;

/// A change of one row of the version table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// A row goes.
    Delete(String),
    /// A row names another revision.
    Update {
        /// The revision before.
        from: String,
        /// The revision after.
        to: String,
    },
    /// A row comes.
    Insert(String),
}

impl RowChange {
    /// The statement with the values as parameters.
    pub(super) fn query(&self, lexicon: &Lexicon, table: &str) -> Result<Query> {
        let mut params = Vec::new();
        let sql = self.write(lexicon, table, |id| {
            params.push(Value::from(id));
            Ok(lexicon.placeholder(params.len()))
        })?;
        Ok(Query { sql, params })
    }

    /// The statement with the values in it.
    pub(super) fn literal(&self, lexicon: &Lexicon, table: &str) -> Result<String> {
        self.write(lexicon, table, |id| lexicon.quote_text(id))
    }

    fn write(
        &self,
        lexicon: &Lexicon,
        table: &str,
        mut value: impl FnMut(&str) -> Result<String>,
    ) -> Result<String> {
        let column = lexicon.quote_identifier(VERSION_COLUMN)?;
        Ok(match self {
            Self::Delete(id) => format!("DELETE FROM {table} WHERE {column} = {}", value(id)?),
            Self::Update { from, to } => {
                let to = value(to)?;
                format!("UPDATE {table} SET {column} = {to} WHERE {column} = {}", value(from)?)
            }
            Self::Insert(id) => format!("INSERT INTO {table} ({column}) VALUES ({})", value(id)?),
        })
    }
}

impl From<&plan::RowChange<'_>> for RowChange {
    fn from(change: &plan::RowChange<'_>) -> Self {
        match *change {
            plan::RowChange::Delete { id } => Self::Delete(id.to_owned()),
            plan::RowChange::Update { from, to } => Self::Update { from: from.to_owned(), to: to.to_owned() },
            plan::RowChange::Insert { id } => Self::Insert(id.to_owned()),
        }
    }
}

impl fmt::Display for RowChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delete(id) => write!(f, "deleting the row {id}"),
            Self::Update { from, to } => write!(f, "changing the row {from} to {to}"),
            Self::Insert(id) => write!(f, "inserting the row {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_travel_as_parameters_online_and_quoted_offline() {
        let cases = [
            (RowChange::Insert("a'b".into()), r#"INSERT INTO t ("version_num") VALUES (?)"#, vec!["a'b"]),
            (RowChange::Delete("a'b".into()), r#"DELETE FROM t WHERE "version_num" = ?"#, vec!["a'b"]),
            (
                RowChange::Update { from: "a'b".into(), to: "c".into() },
                r#"UPDATE t SET "version_num" = ? WHERE "version_num" = ?"#,
                vec!["c", "a'b"],
            ),
        ];
        let lexicon = Lexicon::default();
        for (change, sql, values) in cases {
            let query = change.query(&lexicon, "t").unwrap();
            assert_eq!(
                (query.sql.as_str(), query.params),
                (sql, values.iter().map(|id| Value::from(*id)).collect())
            );
            let literal = values.iter().fold(sql.to_owned(), |sql, id| {
                sql.replacen('?', &format!("'{}'", id.replace('\'', "''")), 1)
            });
            assert_eq!(change.literal(&lexicon, "t").unwrap(), literal);
        }
    }
}
