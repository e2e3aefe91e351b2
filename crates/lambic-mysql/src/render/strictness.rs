//! What a strict `sql_mode` refuses to make although it is there: a table made while the mode was another, or by a
//! client that took it off, as dumps do.

use lambic_core::Statement;
use lambic_core::schema::{Column, Table};
use lambic_sql::{Lexer, TokenKind};

use super::plain;
use super::text::Writer;

/// The mode that takes such a table.
const LENIENT: &str = "ALLOW_INVALID_DATES";

/// The types whose values are, or begin with, a date.
const DATES: [&str; 3] = ["date", "datetime", "timestamp"];

/// The types that are a list of values.
const LISTS: [&str; 2] = ["enum(", "set("];

impl Writer<'_> {
    /// The statements, which make or change one of the tables, with a mode around them under which it can be there.
    pub(super) fn leniently(self, tables: &[&Table], statements: Vec<Statement>) -> Vec<Statement> {
        let strict = |table: &&Table| !table.columns.iter().any(|column| self.is_refused(column));
        if statements.is_empty() || tables.iter().all(strict) {
            return statements;
        }
        let settings = self.product.settings;
        let quoting = [
            (settings.ansi_quotes, ",ANSI_QUOTES"),
            (settings.no_backslash_escapes, ",NO_BACKSLASH_ESCAPES"),
        ];
        let kept: String = quoting.into_iter().filter_map(|(on, mode)| on.then_some(mode)).collect();
        let set = format!("SET @lambic_strict = @@sql_mode, sql_mode = '{LENIENT}{kept}'");
        let restored = "SET sql_mode = @lambic_strict";
        [vec![plain(set)], statements, vec![plain(restored)]].concat()
    }

    /// Whether a strict mode may refuse the column.
    fn is_refused(self, column: &Column) -> bool {
        let native = column.native.as_str().to_lowercase();
        if LISTS.iter().any(|list| native.starts_with(list)) {
            let tokens = Lexer::new(&native, self.canonical);
            let mut values: Vec<&str> =
                tokens.filter(|token| token.kind == TokenKind::String).map(|token| token.text).collect();
            let count = values.len();
            values.sort_unstable();
            values.dedup();
            return values.len() < count;
        }
        let base = native.split('(').next().unwrap_or_default();
        let literal = column.default.as_ref().and_then(|default| default.as_str().strip_prefix('\''));
        DATES.contains(&base) && literal.is_some_and(|literal| !is_date(literal))
    }
}

/// Whether the text begins with a day that there is, in any year.
fn is_date(text: &str) -> bool {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u16>().ok());
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return false;
    };
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_are_in_the_calendar() {
        for text in [
            "2020-01-31'",
            "9999-12-31 23:59:59'",
            "1000-01-01'",
            "2021-02-28'",
            "2024-02-29'",
            "2000-02-29'",
        ] {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "0000-00-00'",
            "0000-00-00 00:00:00'",
            "2008-02-31'",
            "2023-02-29'",
            "1900-02-29'",
            "2008-00-01'",
            "2008-01-00'",
            "x'",
            "'",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }
}
