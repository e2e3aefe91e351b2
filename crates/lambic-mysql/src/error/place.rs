//! Where in a statement a message points. The servers give no offset, but text from which one can be found.

use lambic_core::Lexicon;
use lambic_sql::{Lexer, TokenKind};
use mysql_async::ServerError;

/// How many bytes of a statement a message quotes at most.
const QUOTED: usize = 80;

/// The statement cannot be read.
const SYNTAX: u16 = 1064;

/// The codes whose message names, as the first thing in quotes, what is wrong in the statement.
const NAMING: [u16; 9] = [1054, 1060, 1061, 1072, 1091, 1109, 1146, 1305, 4161];

/// The byte offset that a message points at, if it can be told.
pub(super) fn find(error: &ServerError, sql: &str) -> Option<usize> {
    if error.code == SYNTAX {
        return find_rest(&error.message, sql);
    }
    NAMING.contains(&error.code).then(|| find_name(&error.message, sql)).flatten()
}

/// `… near 'the rest of the statement' at line 3`: the rest begins where the server stopped reading.
fn find_rest(message: &str, sql: &str) -> Option<usize> {
    let (_, near) = message.split_once(" near '")?;
    let (rest, line) = near.rsplit_once("' at line ")?;
    let line: usize = line.trim().parse().ok()?;
    let end = sql.trim_end().len();
    if rest.is_empty() {
        return Some(end);
    }
    let is_there = |at: &usize| {
        let whole = rest.len() >= QUOTED || at + rest.trim_end().len() >= end;
        whole && sql.get(..*at).is_some_and(|before| before.matches('\n').count() + 1 == line)
    };
    let mut places = sql.match_indices(rest.trim_end()).map(|(at, _)| at).filter(is_there);
    // The line is that on which the server stopped, which for a rest over several lines can be a later one.
    places.next().or_else(|| sql.rfind(rest.trim_end()))
}

/// `Unknown column 'a.b' in 'field list'`: a name that stands in the statement once.
fn find_name(message: &str, sql: &str) -> Option<usize> {
    let (_, quoted) = message.split_once(['\'', '`'])?;
    let name = quoted.split(['\'', '`']).next()?;
    let name = name.rsplit('.').next().filter(|name| !name.is_empty())?;
    let lexicon = Lexicon {
        identifier_quotes: vec![lambic_core::Quotes::same('`'), lambic_core::Quotes::same('"')],
        backslash_escapes: true,
        ..Lexicon::default()
    };
    let names = Lexer::new(sql, &lexicon).significant();
    let mut places = names
        .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier))
        .filter(|token| token.unquote(&lexicon).eq_ignore_ascii_case(name));
    let place = places.next()?.start;
    places.next().is_none().then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(code: u16, message: &str, sql: &str) -> Option<usize> {
        find(&ServerError { code, message: message.into(), state: String::new() }, sql)
    }

    fn near(rest: &str, line: usize) -> String {
        format!("You have an error in your SQL syntax; check the manual near '{rest}' at line {line}")
    }

    #[test]
    fn the_rest_of_a_statement_is_found() {
        let sql = "SELECT 1,\n  FORM t\nWHERE a = 'it''s' AND FORM";
        assert_eq!(place(SYNTAX, &near("FORM t\nWHERE a = 'it''s' AND FORM", 2), sql), sql.find("FORM"));
        assert_eq!(place(SYNTAX, &near("FORM", 3), sql), sql.rfind("FORM"));
        assert_eq!(place(SYNTAX, &near("", 3), "SELECT (1\n\n"), Some(9));
        let long = format!("SELEC {}", "a, ".repeat(100));
        assert_eq!(place(SYNTAX, &near(&long[..80], 1), &long), Some(0));
        assert_eq!(place(SYNTAX, &near("nowhere", 1), sql), None);
    }

    #[test]
    fn a_name_is_found_where_it_stands_once() {
        let unknown = |name: &str| format!("Unknown column '{name}' in 'field list'");
        assert_eq!(place(1054, &unknown("x"), "SELECT a, `x` FROM t"), Some(10));
        assert_eq!(place(1054, &unknown("t.x"), "SELECT t.x FROM t"), Some(9));
        assert_eq!(place(1054, &unknown("x"), "SELECT x + x FROM t"), None);
        assert_eq!(place(1146, "Table 'db.nope' doesn't exist", "SELECT 'nope' FROM nope"), Some(19));
        assert_eq!(place(1062, "Duplicate entry 'a' for key 'b'", "INSERT INTO t VALUES (a)"), None);
    }
}
