//! How much of a value can be followed while its column gets another type.

use lambic_core::Value;
use lambic_core::schema::{Column, PortableType};

/// What is looked at of a value, from all of it to next to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Sight {
    /// All of it.
    #[default]
    Value,
    /// What it says, in the spelling that two types share.
    Text,
    /// Whether it is NULL: the types write what they hold in ways of their own.
    Presence,
}

impl Sight {
    /// What can be followed while one column becomes the other.
    pub(crate) fn of(previous: &Column, next: &Column) -> Self {
        let alike = match (&previous.portable, &next.portable) {
            _ if previous.native == next.native => return Self::Value,
            (Some(one), Some(other)) => spellings(one).iter().any(|known| spellings(other).contains(known)),
            // Types that only the database knows: `bigint unsigned` and `bigint`, `enum('a')` and `enum('a','b')`.
            _ => first_word(previous) == first_word(next),
        };
        if alike { Self::Text } else { Self::Presence }
    }

    /// What is seen of a value.
    pub(crate) fn of_value(self, value: &Value) -> String {
        match (self, value) {
            (Self::Value, value) => format!("{value:?}"),
            (_, Value::Null) => "NULL".to_owned(),
            (Self::Text, value) => format!("{:?}", text(value)),
            (Self::Presence, _) => "a value".to_owned(),
        }
    }
}

/// How the values of a type are spelt. Types that share a spelling write alike what both can hold.
fn spellings(portable: &PortableType) -> &'static [&'static str] {
    match portable {
        PortableType::SmallInt
        | PortableType::Integer
        | PortableType::BigInt
        | PortableType::Numeric { .. } => &["number", "digits"],
        // As text they are rounded, or have an exponent, here and there.
        PortableType::Real | PortableType::Double => &["number"],
        PortableType::Char(_) | PortableType::Varchar(_) | PortableType::Text => &["digits", "characters"],
        // As a number it can be its place in the list.
        PortableType::Enum { .. } | PortableType::Uuid => &["characters"],
        PortableType::Boolean => &["truth"],
        PortableType::Binary => &["bytes"],
        PortableType::Date => &["date"],
        PortableType::Time(_) => &["time"],
        PortableType::Timestamp { with_time_zone: false, .. } => &["reading of a clock"],
        PortableType::Timestamp { with_time_zone: true, .. } => &["point in time"],
        PortableType::Interval => &["interval"],
        // Its blanks, and the order of its members, belong to the type.
        PortableType::Json => &[],
    }
}

fn first_word(column: &Column) -> String {
    let native = column.native.as_str();
    native.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_lowercase()
}

/// A value without what a type adds to it: noughts at both ends of a number, of a second's fraction, and blanks at the end.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Boolean(flag) => i64::from(*flag).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => plain(&number.to_string()),
        Value::Text(text) => plain(text),
        Value::Bytes(bytes) => plain(&String::from_utf8_lossy(bytes)),
    }
}

fn plain(text: &str) -> String {
    let text = text.trim_end_matches(' ');
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.rsplit_once('.').filter(|(_, end)| digits(end)).unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let (sign, number) = whole.strip_prefix('-').map_or(("", whole), |number| ("-", number));
    let kept = number.trim_start_matches('0');
    // Some write no nought before the point.
    let whole = match (digits(number) || (number.is_empty() && !fraction.is_empty()), kept) {
        (true, "") => format!("{sign}0"),
        (true, kept) => format!("{sign}{kept}"),
        (false, _) => whole.to_owned(),
    };
    if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(previous: (&str, Option<PortableType>), next: (&str, Option<PortableType>)) -> Sight {
        let column = |(native, portable)| Column { portable, ..Column::new("c", native) };
        Sight::of(&column(previous), &column(next))
    }

    fn known(portable: PortableType) -> (&'static str, Option<PortableType>) {
        // Each has a native type of its own.
        (format!("{portable:?}").leak(), Some(portable))
    }

    #[test]
    fn types_that_write_alike_are_compared_by_what_they_write() {
        let numeric =
            |precision, scale| PortableType::Numeric { precision: Some(precision), scale: Some(scale) };
        let with_time_zone = |with_time_zone| PortableType::Timestamp { precision: None, with_time_zone };
        let of = |one, other| sight(known(one), known(other));
        assert_eq!(of(PortableType::Integer, PortableType::Integer), Sight::Value);
        assert_eq!(of(PortableType::Integer, PortableType::BigInt), Sight::Text);
        assert_eq!(of(PortableType::Varchar(20), PortableType::Integer), Sight::Text);
        assert_eq!(of(numeric(8, 2), numeric(12, 4)), Sight::Text);
        assert_eq!(of(PortableType::Double, PortableType::Integer), Sight::Text);
        assert_eq!(of(PortableType::Time(None), PortableType::Time(Some(3))), Sight::Text);
        assert_eq!(of(PortableType::Double, PortableType::Text), Sight::Presence);
        assert_eq!(of(PortableType::Boolean, PortableType::Integer), Sight::Presence);
        assert_eq!(of(PortableType::Date, with_time_zone(false)), Sight::Presence);
        assert_eq!(of(with_time_zone(true), with_time_zone(false)), Sight::Presence);
    }

    #[test]
    fn types_that_only_the_database_knows_are_told_by_their_first_word() {
        assert_eq!(sight(("enum('a')", None), ("enum('a','b')", None)), Sight::Text);
        assert_eq!(sight(("bigint unsigned", None), ("bigint", Some(PortableType::BigInt))), Sight::Text);
        assert_eq!(sight(("mood", None), ("text", Some(PortableType::Text))), Sight::Presence);
    }

    #[test]
    fn a_value_says_the_same_in_both_types() {
        let same = |one: Value, other: Value| {
            assert_eq!(Sight::Text.of_value(&one), Sight::Text.of_value(&other));
        };
        same(Value::Integer(7), "7".into());
        same(Value::Integer(7), Value::Real(7.0));
        same(Value::Integer(-7), "-007.00".into());
        same(Value::Real(0.5), "0.5000".into());
        same(Value::Real(-0.5), "-.5".into());
        same("0".into(), "000".into());
        same("ab".into(), "ab  ".into());
        same("10:20:30".into(), "10:20:30.000".into());
    }

    #[test]
    fn other_values_differ() {
        for (one, other) in
            [("7", "70"), ("0.5", "0.05"), ("-1", "1"), ("a.0b", "a.b"), ("", "0"), ("a00", "a")]
        {
            let of = |text: &str| Sight::Text.of_value(&text.into());
            assert_ne!(of(one), of(other));
        }
        assert_ne!(Sight::Text.of_value(&Value::Null), Sight::Text.of_value(&"NULL".into()));
        assert_ne!(Sight::Presence.of_value(&Value::Null), Sight::Presence.of_value(&Value::Integer(0)));
    }
}
