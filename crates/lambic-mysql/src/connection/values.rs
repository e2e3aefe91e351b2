//! Values on the wire, in both directions.

use lambic_core::{Rows, Value};
use mysql_async::consts::{ColumnFlags, ColumnType};
use mysql_async::{Column, Row};

/// The number of the character set that stands for no text: bytes.
const BINARY: u16 = 63;

/// How the value of a column is to be read.
#[derive(Debug, Clone, Copy)]
enum Reading {
    Integer,
    Real,
    Date,
    /// A time, or a date and a time, with so many digits after the second.
    Moment(u8),
    Text,
    Bytes,
}

impl Reading {
    fn of(column: &Column) -> Self {
        use ColumnType as T;
        match column.column_type() {
            T::MYSQL_TYPE_TINY
            | T::MYSQL_TYPE_SHORT
            | T::MYSQL_TYPE_INT24
            | T::MYSQL_TYPE_LONG
            | T::MYSQL_TYPE_LONGLONG
            | T::MYSQL_TYPE_YEAR => Self::Integer,
            T::MYSQL_TYPE_FLOAT | T::MYSQL_TYPE_DOUBLE => Self::Real,
            T::MYSQL_TYPE_DATE | T::MYSQL_TYPE_NEWDATE => Self::Date,
            T::MYSQL_TYPE_DATETIME
            | T::MYSQL_TYPE_DATETIME2
            | T::MYSQL_TYPE_TIMESTAMP
            | T::MYSQL_TYPE_TIMESTAMP2
            | T::MYSQL_TYPE_TIME
            | T::MYSQL_TYPE_TIME2 => Self::Moment(column.decimals()),
            T::MYSQL_TYPE_BIT | T::MYSQL_TYPE_GEOMETRY | T::MYSQL_TYPE_VECTOR => Self::Bytes,
            T::MYSQL_TYPE_STRING
            | T::MYSQL_TYPE_VAR_STRING
            | T::MYSQL_TYPE_VARCHAR
            | T::MYSQL_TYPE_TINY_BLOB
            | T::MYSQL_TYPE_MEDIUM_BLOB
            | T::MYSQL_TYPE_LONG_BLOB
            | T::MYSQL_TYPE_BLOB
                if column.character_set() == BINARY
                    && !column.flags().intersects(ColumnFlags::ENUM_FLAG | ColumnFlags::SET_FLAG) =>
            {
                Self::Bytes
            }
            _ => Self::Text,
        }
    }
}

/// The names of columns, and how their values are read.
#[derive(Debug)]
pub(super) struct Shape {
    readings: Vec<Reading>,
    /// The rows that were read.
    pub(super) rows: Rows,
}

impl Shape {
    /// Rows with these columns.
    pub(super) fn of(columns: &[Column]) -> Self {
        let names = columns.iter().map(|column| column.name_str().into_owned()).collect();
        let readings = columns.iter().map(Reading::of).collect();
        Self { readings, rows: Rows { columns: names, rows: Vec::new() } }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, row: Row) {
        let values = row.unwrap_raw().into_iter().map(|value| value.unwrap_or(mysql_async::Value::NULL));
        let row = values.zip(&self.readings).map(|(value, reading)| read(value, *reading)).collect();
        self.rows.rows.push(row);
    }
}

fn read(value: mysql_async::Value, reading: Reading) -> Value {
    use mysql_async::Value as Wire;
    match value {
        Wire::NULL => Value::Null,
        Wire::Bytes(bytes) => of_bytes(bytes, reading),
        Wire::Int(number) => Value::Integer(number),
        Wire::UInt(number) => {
            i64::try_from(number).map_or_else(|_| number.to_string().into(), Value::Integer)
        }
        Wire::Float(number) => Value::Real(shortest(number)),
        Wire::Double(number) => Value::Real(number),
        Wire::Date(year, month, day, hour, minute, second, micros) => {
            let date = format!("{year:04}-{month:02}-{day:02}");
            match reading {
                Reading::Date => date.into(),
                _ => format!("{date} {hour:02}:{minute:02}:{second:02}{}", fraction(micros, reading)).into(),
            }
        }
        Wire::Time(negative, days, hours, minutes, seconds, micros) => {
            let (sign, hours) = (if negative { "-" } else { "" }, days * 24 + u32::from(hours));
            format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{}", fraction(micros, reading)).into()
        }
    }
}

/// A single-precision number, as the database writes it and not with the digits that widening adds.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| f64::from(number))
}

/// The part of a second after its point, with the digits that the column has.
fn fraction(micros: u32, reading: Reading) -> String {
    let digits = match reading {
        Reading::Moment(digits) => usize::from(digits.min(6)),
        _ => 6,
    };
    match format!(".{micros:06}").get(..=digits) {
        Some(fraction) if digits > 0 => fraction.to_owned(),
        _ => String::new(),
    }
}

fn of_bytes(bytes: Vec<u8>, reading: Reading) -> Value {
    if matches!(reading, Reading::Bytes) {
        return Value::Bytes(bytes);
    }
    // Text that is not UTF-8 is not lost.
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Value::Bytes(error.into_bytes()),
    };
    match reading {
        Reading::Integer => text.parse().map_or(Value::Text(text), Value::Integer),
        Reading::Real => text.parse().map_or(Value::Text(text), Value::Real),
        _ => Value::Text(text),
    }
}

/// A parameter, as the library sends it.
pub(super) fn parameter(value: &Value) -> mysql_async::Value {
    use mysql_async::Value as Wire;
    match value {
        Value::Null => Wire::NULL,
        Value::Boolean(flag) => Wire::Int(i64::from(*flag)),
        Value::Integer(number) => Wire::Int(*number),
        Value::Real(number) => Wire::Double(*number),
        Value::Text(text) => Wire::Bytes(text.clone().into_bytes()),
        Value::Bytes(bytes) => Wire::Bytes(bytes.clone()),
    }
}
