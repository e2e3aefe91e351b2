//! What only `SHOW CREATE TABLE` tells of a table: partitions, parsers of full-text indexes, periods, literals of bytes,
//! options of engines.
//!
//! The server has just written the text, so that it is asked where things are rather than whether they are right.

use lambic_core::schema::Expression;
use lambic_core::{Lexicon, Table};
use lambic_sql::{Cursor, SyntaxError, Token, TokenKind};

use super::catalog::bytes_of;
use super::checks::hide_check_of_period;
use super::defaults::{self, is_binary};
use super::options;
use super::partitions;
use crate::render::options::{KEY_BLOCK_SIZE, METHOD, PARSER, PERIOD_PREFIX, WITHOUT_OVERLAPS};

/// Words before the name of a key that are not the word `KEY`.
const KEY_KINDS: [&str; 5] = ["PRIMARY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"];

/// Reads the text of a table into what the catalog told of it; says which of its options are not known.
pub(super) fn read(text: &str, table: &mut Table, lexicon: &Lexicon) -> Result<Vec<String>, SyntaxError> {
    let mut cursor = Cursor::new(text, lexicon);
    cursor.expect_word("CREATE")?;
    cursor.expect_word("TABLE")?;
    while !cursor.at_char('(') {
        cursor.advance().ok_or_else(|| cursor.unexpected("`(`"))?;
    }
    let items = cursor.eat_parenthesized().ok_or_else(|| cursor.unexpected("a list of columns"))?;
    for item in items_of(items, lexicon) {
        read_item(&item, table, lexicon);
    }
    let strange = options::read_text(&mut cursor, lexicon, &mut table.options);
    if cursor.eat_words(&["PARTITION", "BY"]) {
        table.partitioning = Some(partitions::read(&mut cursor, &table.name, lexicon)?);
    }
    Ok(strange)
}

/// The parts of a list between commas.
pub(super) fn items_of<'a>(list: &'a str, lexicon: &Lexicon) -> Vec<Vec<Token<'a>>> {
    let mut items = vec![Vec::new()];
    let mut depth = 0_usize;
    for token in lambic_sql::Lexer::new(list, lexicon).significant() {
        depth = if token.is('(') { depth + 1 } else { depth.saturating_sub(usize::from(token.is(')'))) };
        match items.last_mut() {
            Some(item) if depth > 0 || !token.is(',') => item.push(token),
            _ => items.push(Vec::new()),
        }
    }
    items
}

fn read_item(item: &[Token<'_>], table: &mut Table, lexicon: &Lexicon) {
    let Some(first) = item.first() else { return };
    if first.kind == TokenKind::QuotedIdentifier {
        read_column(&first.unquote(lexicon), item, table);
    } else if first.is_word("PERIOD") {
        read_period(item, table, lexicon);
    } else if first.is_word("KEY") || first.is_any_word(&KEY_KINDS) {
        read_key(item, table, lexicon);
    }
}

/// A literal of bytes, which the catalog cuts off at the first zero, or one of characters that are shown as bytes.
fn read_column(name: &str, item: &[Token<'_>], table: &mut Table) {
    let Some(column) = table.columns.iter_mut().find(|column| column.name == name) else { return };
    let after = item.iter().position(|token| token.is_word("DEFAULT")).map(|at| at + 1);
    let Some(literal) = after.and_then(|at| item.get(at)) else { return };
    let as_bytes = literal.kind == TokenKind::Number && literal.text.starts_with("0x");
    if as_bytes || (is_binary(column.native.as_str()) && literal.kind == TokenKind::String) {
        let bytes = bytes_of(literal.text).map(|bytes| defaults::bytes(&bytes));
        let shown = bytes.unwrap_or_else(|| defaults::shown(literal.text.to_owned()));
        column.default = Some(Expression::new(shown));
    }
}

/// `` PERIOD FOR `name` (`from`, `to`) ``.
fn read_period(item: &[Token<'_>], table: &mut Table, lexicon: &Lexicon) {
    let [_, _, name, _, from, _, to, ..] = item else { return };
    let quoted = name.kind == TokenKind::QuotedIdentifier;
    let name = if quoted { name.unquote(lexicon).into_owned() } else { name.text.to_ascii_lowercase() };
    table.options.insert(format!("{PERIOD_PREFIX}{name}"), format!("{}, {}", from.text, to.text));
    hide_check_of_period(table, &name);
}

fn read_key(item: &[Token<'_>], table: &mut Table, lexicon: &Lexicon) {
    let name = item.iter().skip_while(|token| !token.is_word("KEY")).nth(1);
    let name = name.filter(|name| name.is_identifier()).map(|name| name.unquote(lexicon).into_owned());
    let overlaps = item.windows(3).find_map(|three| match three {
        [period, without, overlaps] if without.is_word("WITHOUT") && overlaps.is_word("OVERLAPS") => {
            Some(period.unquote(lexicon).into_owned())
        }
        _ => None,
    });
    let (parts, options, is_primary) = match (name, &mut table.primary_key) {
        (Some(name), _) => {
            let Some(index) = table.indexes.get_mut(&name) else { return };
            (&mut index.parts, &mut index.options, false)
        }
        (None, Some(key)) => (&mut key.columns, &mut key.options, true),
        (None, None) => return,
    };
    if let Some(period) = overlaps {
        // The catalog lists the two columns of the period as parts.
        parts.truncate(parts.len().saturating_sub(2));
        options.insert(WITHOUT_OVERLAPS.to_owned(), period);
    }
    let close = item.iter().rposition(|token| token.is(')')).unwrap_or_default();
    for (at, token) in item.iter().enumerate().skip(close) {
        let value = |ahead: usize| item.get(at + ahead).map(|token| options::value_of(token, lexicon));
        let found = if token.is_word("PARSER") {
            value(1).map(|parser| (PARSER.to_owned(), parser))
        } else if token.is_word("KEY_BLOCK_SIZE") {
            value(2).map(|size| (KEY_BLOCK_SIZE.to_owned(), size))
        } else if token.is_word("USING") && is_primary {
            value(1)
                .map(|method| (METHOD.to_owned(), method.to_lowercase()))
                .filter(|(_, method)| method != "btree")
        } else if token.kind == TokenKind::QuotedIdentifier
            && item.get(at + 1).is_some_and(|next| next.is('='))
        {
            // An attribute that the engine or the sort of index declares.
            value(2).map(|value| (token.unquote(lexicon).to_lowercase().replace('_', "-"), value))
        } else {
            None
        };
        options.extend(found);
    }
}
