//! The rows in which the catalog answers.

use lambic_core::{Error, ErrorKind, Result, Rows, Value};

/// The values of a row, taken from left to right in the order of the query's columns.
pub(super) struct Row(std::vec::IntoIter<Value>);

/// Every row of an answer.
pub(super) fn rows(answer: Rows) -> impl Iterator<Item = Row> {
    answer.rows.into_iter().map(|values| Row(values.into_iter()))
}

impl Row {
    /// A text, or NULL.
    pub(super) fn optional(&mut self) -> Result<Option<String>> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            other => Err(unexpected("text", other.as_ref())),
        }
    }

    /// A text. NULL means that the object vanished while it was read.
    pub(super) fn text(&mut self) -> Result<String> {
        self.optional()?.ok_or_else(|| unexpected("text", Some(&Value::Null)))
    }

    /// A text that is empty where it is NULL.
    pub(super) fn text_or_empty(&mut self) -> Result<String> {
        Ok(self.optional()?.unwrap_or_default())
    }

    /// A number; 0 where it is NULL.
    pub(super) fn number(&mut self) -> Result<i64> {
        Ok(self.optional_number()?.unwrap_or_default())
    }

    /// A number, or NULL.
    pub(super) fn optional_number(&mut self) -> Result<Option<i64>> {
        match self.0.next() {
            Some(Value::Integer(number)) => Ok(Some(number)),
            Some(Value::Null) => Ok(None),
            other => Err(unexpected("a number", other.as_ref())),
        }
    }

    /// A truth value; false where it is NULL.
    pub(super) fn flag(&mut self) -> Result<bool> {
        match self.0.next() {
            Some(Value::Boolean(flag)) => Ok(flag),
            Some(Value::Null) => Ok(false),
            other => Err(unexpected("a truth value", other.as_ref())),
        }
    }
}

/// The code of the error that says so.
pub(super) const UNEXPECTED: &str = "postgres.catalog";

fn unexpected(wanted: &str, found: Option<&Value>) -> Error {
    let message = format!("the catalog answered {found:?} where {wanted} was expected");
    Error::new(ErrorKind::Conflict, UNEXPECTED, message)
        .hint("an object may have been dropped while it was read: try again")
}
