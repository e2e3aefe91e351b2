//! Types of columns: portable ones to SQLite's, and back.
//!
//! SQLite keeps the text of a declared type and takes from it no more than an affinity, so that each portable type has
//! a name of its own here, by which it is known again. A name must not give numbers away: what is text by nature and
//! may look like a number has the affinity `TEXT`, hence `UUID TEXT` and `JSON TEXT`.

use lambic_core::schema::{NativeType, PortableType};

/// The types that are one name, the first name of each being the one that is written.
const NAMES: [(&str, PortableType); 26] = [
    ("BOOLEAN", PortableType::Boolean),
    ("BOOL", PortableType::Boolean),
    ("SMALLINT", PortableType::SmallInt),
    ("INT2", PortableType::SmallInt),
    ("INTEGER", PortableType::Integer),
    ("INT", PortableType::Integer),
    ("INT4", PortableType::Integer),
    ("BIGINT", PortableType::BigInt),
    ("INT8", PortableType::BigInt),
    ("REAL", PortableType::Real),
    ("DOUBLE PRECISION", PortableType::Double),
    ("DOUBLE", PortableType::Double),
    ("FLOAT", PortableType::Double),
    ("TEXT", PortableType::Text),
    ("CLOB", PortableType::Text),
    ("BLOB", PortableType::Binary),
    ("DATE", PortableType::Date),
    ("TIME", PortableType::Time(None)),
    ("TIMESTAMP", PortableType::Timestamp { precision: None, with_time_zone: false }),
    ("DATETIME", PortableType::Timestamp { precision: None, with_time_zone: false }),
    ("TIMESTAMP WITH TIME ZONE", PortableType::Timestamp { precision: None, with_time_zone: true }),
    ("INTERVAL", PortableType::Interval),
    ("UUID TEXT", PortableType::Uuid),
    ("UUID", PortableType::Uuid),
    ("JSON TEXT", PortableType::Json),
    ("JSON", PortableType::Json),
];

/// The type to declare. A value of a list is text; that it is of the list, a check must say.
pub(crate) fn column_type(portable: &PortableType) -> NativeType {
    let known = NAMES.iter().find(|(_, known)| known == portable).map(|(name, _)| (*name).to_owned());
    NativeType::new(known.unwrap_or_else(|| match portable {
        PortableType::Numeric { precision: Some(precision), scale: Some(scale) } => {
            format!("NUMERIC({precision},{scale})")
        }
        PortableType::Numeric { precision: Some(precision), scale: None } => format!("NUMERIC({precision})"),
        PortableType::Numeric { .. } => "NUMERIC".to_owned(),
        PortableType::Char(length) => format!("CHAR({length})"),
        PortableType::Varchar(length) => format!("VARCHAR({length})"),
        PortableType::Time(Some(digits)) => format!("TIME({digits})"),
        PortableType::Timestamp { precision: Some(digits), with_time_zone: false } => {
            format!("TIMESTAMP({digits})")
        }
        PortableType::Timestamp { precision: Some(digits), with_time_zone: true } => {
            format!("TIMESTAMP({digits}) WITH TIME ZONE")
        }
        _ => "TEXT".to_owned(),
    }))
}

/// The portable type that a declared type stands for, where its name tells.
pub(crate) fn portable_type(native: &NativeType) -> Option<PortableType> {
    let (name, arguments) = native.parts()?;
    let name = name.to_ascii_uppercase();
    let name = name.as_str();
    match *arguments.as_slice() {
        [] if matches!(name, "NUMERIC" | "DECIMAL") => {
            Some(PortableType::Numeric { precision: None, scale: None })
        }
        [] => NAMES.iter().find(|(known, _)| *known == name).map(|(_, portable)| portable.clone()),
        [precision, scale] if matches!(name, "NUMERIC" | "DECIMAL") => Some(PortableType::Numeric {
            precision: Some(precision.try_into().ok()?),
            scale: Some(scale.try_into().ok()?),
        }),
        [number] => with_number(name, number),
        _ => None,
    }
}

fn with_number(name: &str, number: i64) -> Option<PortableType> {
    let timestamp = |with_time_zone| {
        Some(PortableType::Timestamp { precision: Some(number.try_into().ok()?), with_time_zone })
    };
    match name {
        "NUMERIC" | "DECIMAL" => {
            Some(PortableType::Numeric { precision: Some(number.try_into().ok()?), scale: None })
        }
        "CHAR" | "CHARACTER" => Some(PortableType::Char(number.try_into().ok()?)),
        "VARCHAR" | "CHARACTER VARYING" => Some(PortableType::Varchar(number.try_into().ok()?)),
        "TIME" => Some(PortableType::Time(Some(number.try_into().ok()?))),
        "TIMESTAMP" | "DATETIME" => timestamp(false),
        "TIMESTAMP WITH TIME ZONE" => timestamp(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portable() -> Vec<PortableType> {
        let mut types: Vec<PortableType> = NAMES.iter().map(|(_, portable)| portable.clone()).collect();
        types.extend([
            PortableType::Numeric { precision: None, scale: None },
            PortableType::Numeric { precision: Some(10), scale: None },
            PortableType::Numeric { precision: Some(10), scale: Some(-2) },
            PortableType::Char(36),
            PortableType::Varchar(u32::MAX),
            PortableType::Time(Some(3)),
            PortableType::Timestamp { precision: Some(0), with_time_zone: false },
            PortableType::Timestamp { precision: Some(6), with_time_zone: true },
        ]);
        types
    }

    #[test]
    fn a_portable_type_is_known_again() {
        for portable in portable() {
            assert_eq!(portable_type(&column_type(&portable)), Some(portable));
        }
        let list = PortableType::Enum { name: None, values: vec!["a".into()] };
        assert_eq!(column_type(&list), NativeType::new("TEXT"));
    }

    /// SQLite's rule: <https://sqlite.org/datatype3.html#determination_of_column_affinity>.
    #[test]
    fn what_is_written_comes_back_unchanged() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let texts = ["0012", "1e3", "12345678901234567890123", "1.0", "00000000000000000000000000000012"];
        for portable in [PortableType::Uuid, PortableType::Json, PortableType::Text, PortableType::Char(36)] {
            let native = column_type(&portable);
            connection
                .execute_batch(&format!("DROP TABLE IF EXISTS t; CREATE TABLE t (c {})", native.as_str()))
                .unwrap();
            for text in texts {
                let kept: String = connection
                    .query_one("INSERT INTO t VALUES (?1) RETURNING c", [text], |row| row.get(0))
                    .unwrap();
                assert_eq!(kept, text, "{portable:?}");
            }
        }
    }

    #[test]
    fn other_spellings_are_understood_and_others_left_alone() {
        let known = [
            ("int", PortableType::Integer),
            ("  double   precision ", PortableType::Double),
            ("decimal( 10 , 2 )", PortableType::Numeric { precision: Some(10), scale: Some(2) }),
            ("character varying(20)", PortableType::Varchar(20)),
            ("DateTime", PortableType::Timestamp { precision: None, with_time_zone: false }),
            ("json", PortableType::Json),
        ];
        for (native, portable) in known {
            assert_eq!(portable_type(&NativeType::new(native)), Some(portable), "{native}");
        }
        for native in
            ["", "STRING", "VARCHAR", "VARCHAR(-1)", "VARCHAR(x)", "VARCHAR(1", "NUMERIC(1,2,3)", "ANY"]
        {
            assert_eq!(portable_type(&NativeType::new(native)), None, "{native}");
        }
    }
}
