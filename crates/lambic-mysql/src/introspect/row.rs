//! Rows of the catalog, value by value, without copies.

use lambic_core::{Rows, Value};

use super::catalog::readable;

/// A row, read in the order in which its query names the columns.
#[derive(Debug)]
pub(super) struct Row(std::vec::IntoIter<Value>);

impl Row {
    /// The rows of an answer.
    pub(super) fn all(rows: Rows) -> impl Iterator<Item = Self> {
        rows.rows.into_iter().map(|row| Self(row.into_iter()))
    }

    /// The next value, as text; `None` for NULL.
    pub(super) fn optional(&mut self) -> Option<String> {
        match self.0.next()? {
            Value::Null => None,
            Value::Text(text) => Some(text),
            Value::Bytes(bytes) => Some(readable(&bytes)),
            Value::Integer(number) => Some(number.to_string()),
            Value::Boolean(flag) => Some(i64::from(flag).to_string()),
            Value::Real(number) => Some(number.to_string()),
        }
    }

    /// The next value, as text; empty for NULL.
    pub(super) fn text(&mut self) -> String {
        self.optional().unwrap_or_default()
    }

    /// The next value, as text; `None` for NULL and where it is empty.
    pub(super) fn filled(&mut self) -> Option<String> {
        self.optional().filter(|text| !text.is_empty())
    }

    /// The next value, as a number; `None` for NULL.
    pub(super) fn number(&mut self) -> Option<u32> {
        match self.0.next()? {
            Value::Integer(number) => u32::try_from(number).ok(),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether the next value is true.
    pub(super) fn flag(&mut self) -> bool {
        self.number().is_some_and(|number| number != 0)
    }

    /// Passes over values.
    pub(super) fn skip(&mut self, count: usize) -> &mut Self {
        if let Some(last) = count.checked_sub(1) {
            self.0.nth(last);
        }
        self
    }
}
