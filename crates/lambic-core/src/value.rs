//! Values, queries and their results, as they travel between the engine and a connection.

use std::fmt::Write as _;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One value of a row or a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// A truth value.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Characters. What has no variant of its own (dates, numerics) comes as the database's text for it.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// The characters, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Boolean(flag) => Some(i64::from(*flag)),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// What a value looks like on the wire: numbers as text, so that no reader rounds them; bytes in hexadecimal.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Wire {
    Null,
    Boolean(bool),
    Integer(String),
    Real(String),
    Text(String),
    Bytes(String),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = match self {
            Self::Null => Wire::Null,
            Self::Boolean(flag) => Wire::Boolean(*flag),
            Self::Integer(number) => Wire::Integer(number.to_string()),
            Self::Real(number) => Wire::Real(format!("{number:?}")),
            Self::Text(text) => Wire::Text(text.clone()),
            Self::Bytes(bytes) => Wire::Bytes(hex(bytes)),
        };
        wire.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Wire::deserialize(deserializer)? {
            Wire::Null => Self::Null,
            Wire::Boolean(flag) => Self::Boolean(flag),
            Wire::Integer(text) => Self::Integer(text.parse().map_err(D::Error::custom)?),
            Wire::Real(text) => Self::Real(text.parse().map_err(D::Error::custom)?),
            Wire::Text(text) => Self::Text(text),
            Wire::Bytes(text) => {
                Self::Bytes(unhex(&text).ok_or_else(|| D::Error::custom("bytes are not hexadecimal"))?)
            }
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// A statement that returns rows, with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The statement.
    pub sql: String,
    /// Its parameters, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Value>,
}

impl Query {
    /// A query without parameters.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), params: Vec::new() }
    }

    /// The same query with parameters.
    pub fn with(mut self, params: Vec<Value>) -> Self {
        self.params = params;
        self
    }
}

/// The rows of a query.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Rows {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

/// What a statement did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Rows that it inserted, changed or deleted, where the database counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_affected: Option<u64>,
    /// Warnings and notices, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// Whether the session is inside a transaction afterwards, where the wire tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_transaction: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_json() {
        let values = vec![
            Value::Null,
            Value::Boolean(true),
            Value::Integer(i64::MAX),
            Value::Integer(i64::MIN),
            Value::Real(0.1),
            Value::Real(f64::INFINITY),
            Value::Text("é\0\"".into()),
            Value::Bytes(vec![0, 255, 16]),
        ];
        let json = serde_json::to_string(&values).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Value>>(&json).unwrap(), values, "{json}");
        assert!(serde_json::from_str::<Value>(r#"{"bytes":"0é"}"#).is_err());
    }
}
