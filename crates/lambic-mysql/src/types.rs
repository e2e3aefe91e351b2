//! Types of columns: portable ones to the product's, and back.
//!
//! A type is written as the catalog reports it, so that what is asked for and what is read back are equal. Where a
//! portable type has no length or precision of its own, the native one is wide enough not to lose anything:
//! `TEXT` is `longtext`, `NUMERIC` is `decimal(65,30)`, `TIMESTAMP` keeps microseconds.

use lambic_core::schema::{NativeType, PortableType};
use lambic_core::{Error, Lexicon, Result};
use lambic_sql::{Lexer, TokenKind};

use crate::lexicon;
use crate::product::{Product, Settings};

/// The types that are one name; the first name of each portable type is the one that is written.
const NAMES: [(&str, PortableType); 19] = [
    ("tinyint(1)", PortableType::Boolean),
    ("bool", PortableType::Boolean),
    ("boolean", PortableType::Boolean),
    ("smallint", PortableType::SmallInt),
    ("int", PortableType::Integer),
    ("integer", PortableType::Integer),
    ("bigint", PortableType::BigInt),
    ("float", PortableType::Real),
    ("double", PortableType::Double),
    ("double precision", PortableType::Double),
    ("real", PortableType::Double),
    ("longtext", PortableType::Text),
    ("mediumtext", PortableType::Text),
    ("text", PortableType::Text),
    ("longblob", PortableType::Binary),
    ("mediumblob", PortableType::Binary),
    ("blob", PortableType::Binary),
    ("date", PortableType::Date),
    ("json", PortableType::Json),
];

/// The display widths that a product may write behind whole numbers. They mean nothing.
const WIDTHS: [(&str, &str); 3] = [("smallint", "6"), ("int", "11"), ("bigint", "20")];

/// Where a moment or a time keeps as many digits of a second as there are.
const ALL_DIGITS: u8 = 6;

/// The type of UUIDs where the product has one.
const UUID: &str = "uuid";

/// The type to declare.
///
/// # Errors
/// `Unsupported` for what the product has nothing for.
pub(crate) fn column_type(portable: &PortableType, product: &Product) -> Result<NativeType> {
    let refuse = |what: &str| Err(Error::unsupported(product.title, what));
    let text = match portable {
        PortableType::Numeric { precision, scale } => return numeric(*precision, *scale, product),
        PortableType::Char(length) if *length > 255 => return refuse("CHAR of more than 255 characters"),
        PortableType::Char(length) => format!("char({length})"),
        PortableType::Varchar(length) if *length > 65_535 => {
            return refuse("VARCHAR of more than 65535 characters");
        }
        PortableType::Varchar(length) => format!("varchar({length})"),
        PortableType::Time(digits) => with_digits("time", *digits, product)?,
        PortableType::Timestamp { precision, with_time_zone: false } => {
            with_digits("datetime", *precision, product)?
        }
        PortableType::Timestamp { precision, with_time_zone: true } => {
            with_digits("timestamp", *precision, product)?
        }
        PortableType::Interval => return refuse("the type INTERVAL"),
        PortableType::Uuid if product.facts.uuid_type => UUID.to_owned(),
        PortableType::Uuid => "char(36)".to_owned(),
        PortableType::Enum { values, .. } => {
            let lexicon = canonical(product);
            let values: Vec<String> =
                values.iter().map(|value| lexicon.quote_text(value)).collect::<Result<_>>()?;
            format!("enum({})", values.join(","))
        }
        known => {
            let name = NAMES.iter().find(|(_, portable)| portable == known).map_or("", |(name, _)| name);
            let width = WIDTHS.iter().find(|(known, _)| *known == name && product.facts.display_widths);
            width.map_or_else(|| name.to_owned(), |(name, width)| format!("{name}({width})"))
        }
    };
    Ok(NativeType::new(text))
}

fn numeric(precision: Option<u16>, scale: Option<i16>, product: &Product) -> Result<NativeType> {
    let digits = precision.unwrap_or(65);
    let after = scale.unwrap_or(if precision.is_some() { 0 } else { 30 });
    let fits =
        (1..=65).contains(&digits) && (0..=30).contains(&after) && i32::from(after) <= i32::from(digits);
    if fits {
        return Ok(NativeType::new(format!("decimal({digits},{after})")));
    }
    let what = format!("NUMERIC({digits},{after})");
    Err(Error::unsupported(product.title, what)
        .hint("at most 65 digits, of which from 0 to 30 after the point"))
}

fn with_digits(name: &str, digits: Option<u8>, product: &Product) -> Result<String> {
    match digits.unwrap_or(ALL_DIGITS) {
        0 => Ok(name.to_owned()),
        digits @ 1..=ALL_DIGITS => Ok(format!("{name}({digits})")),
        digits => Err(Error::unsupported(product.title, format!("{digits} digits of a second"))
            .hint(format!("at most {ALL_DIGITS}"))),
    }
}

/// The portable type that a declared type stands for, where it does.
pub(crate) fn portable_type(native: &NativeType, product: &Product) -> Option<PortableType> {
    let text = native.as_str();
    let lower = text.to_ascii_lowercase();
    if let Some(values) = lower.starts_with("enum(").then(|| enum_values(text, product)) {
        return values.map(|values| PortableType::Enum { name: None, values });
    }
    if lower == UUID && product.facts.uuid_type {
        return Some(PortableType::Uuid);
    }
    if let Some((_, portable)) = NAMES.iter().find(|(name, _)| *name == lower) {
        return Some(portable.clone());
    }
    let (name, rest) = lower.split_once('(').unwrap_or((&lower, ""));
    let arguments = match rest {
        "" => "",
        rest => rest.strip_suffix(')')?,
    };
    let numbers: Vec<u32> = (arguments.split(',').filter(|_| !rest.is_empty()))
        .map(|number| number.trim().parse().ok())
        .collect::<Option<_>>()?;
    with_numbers(name.trim(), &numbers)
}

fn with_numbers(name: &str, numbers: &[u32]) -> Option<PortableType> {
    let digits = || match numbers {
        [] => Some(Some(0)),
        [digits] if *digits == u32::from(ALL_DIGITS) => Some(None),
        [digits] => u8::try_from(*digits).ok().map(Some),
        _ => None,
    };
    match (name, numbers) {
        ("smallint" | "int" | "integer" | "bigint", [_]) => {
            NAMES.iter().find(|(known, _)| *known == name).map(|(_, portable)| portable.clone())
        }
        ("decimal" | "numeric" | "dec" | "fixed", [65, 30]) => {
            Some(PortableType::Numeric { precision: None, scale: None })
        }
        ("decimal" | "numeric" | "dec" | "fixed", [precision, scale]) => Some(PortableType::Numeric {
            precision: u16::try_from(*precision).ok(),
            scale: i16::try_from(*scale).ok(),
        }),
        ("decimal" | "numeric" | "dec" | "fixed", [precision]) => {
            Some(PortableType::Numeric { precision: u16::try_from(*precision).ok(), scale: Some(0) })
        }
        ("char", [length]) => Some(PortableType::Char(*length)),
        ("varchar", [length]) => Some(PortableType::Varchar(*length)),
        ("time", _) => digits().map(PortableType::Time),
        ("datetime", _) => {
            digits().map(|precision| PortableType::Timestamp { precision, with_time_zone: false })
        }
        ("timestamp", _) => {
            digits().map(|precision| PortableType::Timestamp { precision, with_time_zone: true })
        }
        _ => None,
    }
}

/// How types are written in the model, whatever a session is set to.
fn canonical(product: &Product) -> Lexicon {
    lexicon::lexicon(&product.facts, Settings::default())
}

/// The values of `enum('a','b')`, if that is all there is.
fn enum_values(text: &str, product: &Product) -> Option<Vec<String>> {
    let lexicon = &canonical(product);
    let mut tokens = Lexer::new(text, lexicon).significant().skip(1);
    tokens.next().filter(|token| token.is('('))?;
    let mut values = Vec::new();
    loop {
        let value = tokens.next().filter(|token| token.kind == TokenKind::String)?;
        values.push(unescaped(&value.unquote(lexicon)));
        match tokens.next()? {
            comma if comma.is(',') => {}
            end if end.is(')') => return tokens.next().is_none().then_some(values),
            _ => return None,
        }
    }
}

/// A text without the backslashes that escape something in it.
pub(crate) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('b') => '\u{8}',
                Some('Z') => '\u{1a}',
                Some('0') => '\0',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use lambic_core::ErrorKind;

    use super::*;

    fn products() -> [Product; 2] {
        ["mysql", "mariadb"].map(|dialect| Product::named(dialect, None).unwrap())
    }

    fn portable() -> Vec<PortableType> {
        let mut types: Vec<PortableType> = NAMES.iter().map(|(_, portable)| portable.clone()).collect();
        types.extend([
            PortableType::Numeric { precision: None, scale: None },
            PortableType::Numeric { precision: Some(10), scale: Some(2) },
            PortableType::Char(36),
            PortableType::Varchar(255),
            PortableType::Time(None),
            PortableType::Time(Some(0)),
            PortableType::Time(Some(3)),
            PortableType::Timestamp { precision: None, with_time_zone: false },
            PortableType::Timestamp { precision: Some(0), with_time_zone: false },
            PortableType::Timestamp { precision: Some(3), with_time_zone: true },
            PortableType::Enum {
                name: None,
                values: ["it's", "b,c", "back\\slash", ""].map(Into::into).into(),
            },
        ]);
        types
    }

    #[test]
    fn a_portable_type_is_known_again() {
        for product in products() {
            for portable in portable() {
                let native = column_type(&portable, &product).unwrap();
                assert_eq!(portable_type(&native, &product), Some(portable), "{native:?}");
            }
        }
    }

    #[test]
    fn a_type_is_written_as_the_catalog_reports_it() {
        let [mysql, mariadb] = products();
        for (portable, one, other) in [
            (PortableType::Integer, "int", "int(11)"),
            (PortableType::SmallInt, "smallint", "smallint(6)"),
            (PortableType::BigInt, "bigint", "bigint(20)"),
            (PortableType::Boolean, "tinyint(1)", "tinyint(1)"),
            (PortableType::Uuid, "char(36)", "uuid"),
            (PortableType::Text, "longtext", "longtext"),
        ] {
            assert_eq!(column_type(&portable, &mysql).unwrap().as_str(), one);
            assert_eq!(column_type(&portable, &mariadb).unwrap().as_str(), other);
        }
    }

    #[test]
    fn what_has_no_place_is_refused() {
        for product in products() {
            for portable in [
                PortableType::Interval,
                PortableType::Char(256),
                PortableType::Varchar(65_536),
                PortableType::Numeric { precision: Some(66), scale: None },
                PortableType::Numeric { precision: Some(5), scale: Some(-2) },
                PortableType::Numeric { precision: Some(5), scale: Some(6) },
                PortableType::Time(Some(7)),
            ] {
                let error = column_type(&portable, &product).unwrap_err();
                assert_eq!(error.kind, ErrorKind::Unsupported, "{portable:?}");
            }
        }
    }

    #[test]
    fn other_types_stand_for_nothing_portable() {
        for product in products() {
            for native in [
                "",
                "int unsigned",
                "tinyint",
                "tinyint(4)",
                "bigint(20) unsigned zerofill",
                "float(7,2)",
                "set('a')",
                "enum('a'",
                "enum(a)",
                "year",
                "bit(1)",
                "varbinary(16)",
                "tinytext",
                "point",
                "decimal(1,2,3)",
                "varchar(x)",
            ] {
                assert_eq!(portable_type(&NativeType::new(native), &product), None, "{native}");
            }
        }
    }
}
