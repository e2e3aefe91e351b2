//! Types of columns: portable ones to `PostgreSQL`'s, and back.
//!
//! Each portable type has one native type, written as `format_type` reports it, by which it is known again.

use lambic_core::schema::{NativeType, PortableType};

/// The types that are one name, the first name of each being the one that is written.
const NAMES: &[(&str, PortableType)] = &[
    ("boolean", PortableType::Boolean),
    ("bool", PortableType::Boolean),
    ("smallint", PortableType::SmallInt),
    ("int2", PortableType::SmallInt),
    ("integer", PortableType::Integer),
    ("int", PortableType::Integer),
    ("int4", PortableType::Integer),
    ("bigint", PortableType::BigInt),
    ("int8", PortableType::BigInt),
    ("numeric", PortableType::Numeric { precision: None, scale: None }),
    ("decimal", PortableType::Numeric { precision: None, scale: None }),
    ("real", PortableType::Real),
    ("float4", PortableType::Real),
    ("double precision", PortableType::Double),
    ("float8", PortableType::Double),
    ("text", PortableType::Text),
    ("bytea", PortableType::Binary),
    ("date", PortableType::Date),
    ("time without time zone", PortableType::Time(None)),
    ("time", PortableType::Time(None)),
    ("timestamp without time zone", PortableType::Timestamp { precision: None, with_time_zone: false }),
    ("timestamp", PortableType::Timestamp { precision: None, with_time_zone: false }),
    ("timestamp with time zone", PortableType::Timestamp { precision: None, with_time_zone: true }),
    ("timestamptz", PortableType::Timestamp { precision: None, with_time_zone: true }),
    ("interval", PortableType::Interval),
    ("uuid", PortableType::Uuid),
    ("jsonb", PortableType::Json),
    ("json", PortableType::Json),
];

/// Further types of the server's own.
const BUILT_IN: &[&str] = &[
    "\"char\"",
    "bit",
    "bit varying",
    "box",
    "bpchar",
    "character",
    "character varying",
    "cidr",
    "circle",
    "inet",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "oid",
    "path",
    "point",
    "polygon",
    "time with time zone",
    "tsquery",
    "tsvector",
    "varchar",
    "xml",
];

/// Whether a type is the server's own, not the user's.
pub(crate) fn is_built_in(native: &NativeType) -> bool {
    let element = NativeType::new(native.as_str().trim_end_matches("[]"));
    element.parts().is_some_and(|(name, _)| {
        NAMES.iter().any(|(known, _)| *known == name) || BUILT_IN.contains(&name.as_str())
    })
}

/// Whether a type's values are text, which every other type can be read from and written to.
pub(crate) fn is_text(native: &NativeType) -> bool {
    let texts = ["text", "character varying", "varchar", "character", "bpchar", "name"];
    native.parts().is_some_and(|(name, _)| texts.contains(&name.as_str()))
}

/// The native type for a portable one. A value of a list is of the type of that name, or text where it has none.
pub(crate) fn column_type(portable: &PortableType) -> NativeType {
    let known = NAMES.iter().find(|(_, known)| known == portable).map(|(name, _)| (*name).to_owned());
    NativeType::new(known.unwrap_or_else(|| match portable {
        PortableType::Numeric { precision: Some(precision), scale } => {
            format!("numeric({precision},{})", scale.unwrap_or_default())
        }
        PortableType::Char(length) => format!("character({length})"),
        PortableType::Varchar(length) => format!("character varying({length})"),
        PortableType::Time(Some(digits)) => format!("time({digits}) without time zone"),
        PortableType::Timestamp { precision: Some(digits), with_time_zone } => {
            format!("timestamp({digits}) {} time zone", if *with_time_zone { "with" } else { "without" })
        }
        PortableType::Enum { name: Some(name), .. } => crate::render::as_name(name),
        _ => "text".to_owned(),
    }))
}

/// The portable type that a native type stands for, where its name tells. A type of a list's own is known by its
/// name only to the schema that holds it.
pub(crate) fn portable_type(native: &NativeType) -> Option<PortableType> {
    let (name, arguments) = native.parts()?;
    let name = name.as_str();
    match *arguments.as_slice() {
        [] if matches!(name, "character" | "char") => Some(PortableType::Char(1)),
        [] => NAMES.iter().find(|(known, _)| *known == name).map(|(_, portable)| portable.clone()),
        [precision, scale] if matches!(name, "numeric" | "decimal") => Some(numeric(precision, scale)?),
        [number] => with_number(name, number),
        _ => None,
    }
}

/// No scale and the scale 0 are the same.
fn numeric(precision: i64, scale: i64) -> Option<PortableType> {
    Some(PortableType::Numeric {
        precision: Some(precision.try_into().ok()?),
        scale: Some(scale.try_into().ok()?),
    })
}

fn with_number(name: &str, number: i64) -> Option<PortableType> {
    let timestamp = |with_time_zone| {
        Some(PortableType::Timestamp { precision: Some(number.try_into().ok()?), with_time_zone })
    };
    match name {
        "numeric" | "decimal" => numeric(number, 0),
        "character" | "char" => Some(PortableType::Char(number.try_into().ok()?)),
        "character varying" | "varchar" => Some(PortableType::Varchar(number.try_into().ok()?)),
        "time" | "time without time zone" => Some(PortableType::Time(Some(number.try_into().ok()?))),
        "timestamp" | "timestamp without time zone" => timestamp(false),
        "timestamptz" | "timestamp with time zone" => timestamp(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portable_type_is_known_again() {
        let mut types: Vec<PortableType> = NAMES.iter().map(|(_, portable)| portable.clone()).collect();
        types.extend([
            PortableType::Numeric { precision: Some(10), scale: Some(0) },
            PortableType::Numeric { precision: Some(10), scale: Some(-2) },
            PortableType::Char(36),
            PortableType::Char(1),
            PortableType::Varchar(10_485_760),
            PortableType::Time(Some(3)),
            PortableType::Timestamp { precision: Some(0), with_time_zone: false },
            PortableType::Timestamp { precision: Some(6), with_time_zone: true },
        ]);
        for portable in types {
            assert_eq!(portable_type(&column_type(&portable)), Some(portable));
        }
    }

    #[test]
    fn no_scale_is_the_scale_zero() {
        let portable = PortableType::Numeric { precision: Some(7), scale: None };
        assert_eq!(column_type(&portable), NativeType::new("numeric(7,0)"));
    }

    #[test]
    fn a_list_is_a_type_of_its_own() {
        let list = |name: Option<&str>| {
            column_type(&PortableType::Enum { name: name.map(str::to_owned), values: vec!["a".into()] }).0
        };
        assert_eq!(list(Some("mood")), "mood");
        assert_eq!(list(Some("The Mood")), "\"The Mood\"");
        assert_eq!(list(None), "text");
    }

    #[test]
    fn other_spellings_are_understood_and_others_left_alone() {
        let known = [
            ("INT", PortableType::Integer),
            ("  double   precision ", PortableType::Double),
            ("decimal( 10 , 2 )", PortableType::Numeric { precision: Some(10), scale: Some(2) }),
            ("varchar(20)", PortableType::Varchar(20)),
            ("char", PortableType::Char(1)),
            ("timestamptz(3)", PortableType::Timestamp { precision: Some(3), with_time_zone: true }),
            ("json", PortableType::Json),
        ];
        for (native, portable) in known {
            assert_eq!(portable_type(&NativeType::new(native)), Some(portable), "{native}");
        }
        for native in [
            "",
            "bpchar",
            "character varying",
            "varchar(-1)",
            "varchar(x)",
            "varchar(1",
            "integer[]",
            "mood",
            "\"char\"",
            "interval day to second(3)",
            "time with time zone",
        ] {
            assert_eq!(portable_type(&NativeType::new(native)), None, "{native}");
        }
    }
}
