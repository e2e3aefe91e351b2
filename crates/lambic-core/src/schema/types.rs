//! Types of columns: what the database calls them, and what portable SQL calls them.

use serde::{Deserialize, Serialize};

/// A type as the database writes it, arguments included: `varchar(20)`, `numeric(10,2)`, `int unsigned`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NativeType(pub String);

impl NativeType {
    /// Takes the type's text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The type's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The type taken apart: its words in lower case with single spaces between them, and the numbers of its list of
    /// arguments. `None` for what is not words with at most one list of numbers.
    pub fn parts(&self) -> Option<(String, Vec<i64>)> {
        let (before, rest) = self.0.split_once('(').unwrap_or((&self.0, ""));
        let (arguments, after) = if rest.is_empty() { ("", "") } else { rest.split_once(')')? };
        let numbers = arguments.split(',').filter(|_| !arguments.is_empty());
        let arguments = numbers.map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
        let words = before.split_whitespace().chain(after.split_whitespace());
        let name = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(" ");
        Some((name, arguments))
    }
}

/// A type of portable SQL, the same for every database.
///
/// Which native type stands for it, and back, is the dialect's answer: [`Dialect::column_type`] and
/// [`Dialect::portable_type`].
///
/// [`Dialect::column_type`]: crate::Dialect::column_type
/// [`Dialect::portable_type`]: crate::Dialect::portable_type
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortableType {
    /// `BOOLEAN`.
    Boolean,
    /// `SMALLINT`: 16 bits.
    SmallInt,
    /// `INTEGER`: 32 bits.
    Integer,
    /// `BIGINT`: 64 bits.
    BigInt,
    /// `NUMERIC`, `NUMERIC(p)` or `NUMERIC(p,s)`: exact.
    Numeric {
        /// Number of digits.
        precision: Option<u16>,
        /// Digits after the point.
        scale: Option<i16>,
    },
    /// `REAL`: 32-bit floating point.
    Real,
    /// `DOUBLE PRECISION`: 64-bit floating point.
    Double,
    /// `CHAR(n)`: `n` characters.
    Char(u32),
    /// `VARCHAR(n)`: at most `n` characters.
    Varchar(u32),
    /// `TEXT`: characters without a limit of its own.
    Text,
    /// `BYTEA` or `BLOB`: bytes.
    Binary,
    /// `DATE`.
    Date,
    /// `TIME` or `TIME(p)`, with `p` digits of a second.
    Time(Option<u8>),
    /// `TIMESTAMP [(p)] [WITH TIME ZONE]`.
    Timestamp {
        /// Digits of a second.
        precision: Option<u8>,
        /// Whether it is a point in time, not a reading of a clock.
        with_time_zone: bool,
    },
    /// `INTERVAL`.
    Interval,
    /// `UUID`.
    Uuid,
    /// `JSON`.
    Json,
    /// A value of a list, in the list's order.
    Enum {
        /// Name of the type, where the database names such types.
        name: Option<String>,
        /// The values.
        values: Vec<String>,
    },
}
