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
use crate::render::options::{
    DISTANCE, KEY_BLOCK_SIZE, METHOD, NEIGHBOURS, PARSER, PERIOD_PREFIX, WITHOUT_OVERLAPS,
};

/// An option that is not known: of what, its name, the option.
pub(super) type Strange = (&'static str, String, String);

/// Words before the name of a key that are not the word `KEY`.
const KEY_KINDS: [&str; 5] = ["PRIMARY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"];

/// Reads the text of a table into what the catalog told of it; says which options are not known.
pub(super) fn read(text: &str, table: &mut Table, lexicon: &Lexicon) -> Result<Vec<Strange>, SyntaxError> {
    let mut cursor = Cursor::new(text, lexicon);
    cursor.expect_word("CREATE")?;
    cursor.expect_word("TABLE")?;
    while !cursor.at_char('(') {
        cursor.advance().ok_or_else(|| cursor.unexpected("`(`"))?;
    }
    let items = cursor.eat_parenthesized().ok_or_else(|| cursor.unexpected("a list of columns"))?;
    let mut strange = Vec::new();
    for item in items_of(items, lexicon) {
        read_item(&item, table, lexicon, &mut strange);
    }
    let name = &table.name.name;
    let own = options::read_text(&mut cursor, lexicon, &mut table.options);
    strange.extend(own.into_iter().map(|option| ("a table", name.clone(), option)));
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

fn read_item(item: &[Token<'_>], table: &mut Table, lexicon: &Lexicon, strange: &mut Vec<Strange>) {
    let Some(first) = item.first() else { return };
    if first.kind == TokenKind::QuotedIdentifier {
        let name = first.unquote(lexicon);
        read_column(&name, item, table);
        let place = format!("{}.{name}", table.name.name);
        let attributes = attributes(item, lexicon).into_iter();
        strange.extend(attributes.map(|(option, _)| ("a column", place.clone(), option)));
    } else if first.is_word("PERIOD") {
        read_period(item, table, lexicon);
    } else if first.is_word("KEY") || first.is_any_word(&KEY_KINDS) {
        let place = table.name.name.clone();
        let attributes = read_key(item, table, lexicon).into_iter();
        strange.extend(attributes.map(|(index, option)| ("an index", format!("{place}.{index}"), option)));
    }
}

/// What an item says in the form `` `name`=value `` outside parentheses: attributes that its engine, or the sort of the
/// index, declares, or that nobody knows.
fn attributes(item: &[Token<'_>], lexicon: &Lexicon) -> Vec<(String, String)> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (at, token) in item.iter().enumerate() {
        depth = if token.is('(') { depth + 1 } else { depth.saturating_sub(usize::from(token.is(')'))) };
        if let (true, [name, equals, value]) = (depth == 0, item.get(at..at + 3).unwrap_or_default())
            && name.kind == TokenKind::QuotedIdentifier
            && equals.is('=')
        {
            let name = name.unquote(lexicon).to_lowercase().replace('_', "-");
            found.push((name, options::value_of(value, lexicon)));
        }
    }
    found
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

/// The period that does not overlap, the last part of a key.
fn period_of(item: &[Token<'_>], lexicon: &Lexicon) -> Option<String> {
    item.windows(3).find_map(|three| match three {
        [period, without, overlaps] if without.is_word("WITHOUT") && overlaps.is_word("OVERLAPS") => {
            Some(period.unquote(lexicon).into_owned())
        }
        _ => None,
    })
}

/// What the words after the parts of an index say.
fn words_of_key(item: &[Token<'_>], is_primary: bool, lexicon: &Lexicon) -> Vec<(String, String)> {
    let close = item.iter().rposition(|token| token.is(')')).unwrap_or_default();
    let mut told = Vec::new();
    for (at, token) in item.iter().enumerate().skip(close) {
        let value = |ahead: usize| item.get(at + ahead).map(|token| options::value_of(token, lexicon));
        told.extend(if token.is_word("PARSER") {
            value(1).map(|parser| (PARSER.to_owned(), parser))
        } else if token.is_word("KEY_BLOCK_SIZE") {
            value(2).map(|size| (KEY_BLOCK_SIZE.to_owned(), size))
        } else if token.is_word("USING") && is_primary {
            let method = value(1).map(|method| method.to_lowercase());
            method.filter(|method| method != "btree").map(|method| (METHOD.to_owned(), method))
        } else {
            None
        });
    }
    told
}

/// Reads an index; returns its name with each attribute that is not known.
fn read_key(item: &[Token<'_>], table: &mut Table, lexicon: &Lexicon) -> Vec<(String, String)> {
    let name = item.iter().skip_while(|token| !token.is_word("KEY")).nth(1);
    let name = name.filter(|name| name.is_identifier()).map(|name| name.unquote(lexicon).into_owned());
    let is_vector = item.first().is_some_and(|first| first.is_word("VECTOR"));
    let place = name.clone().unwrap_or_else(|| "PRIMARY".to_owned());
    let (parts, options, is_primary) = match (name, &mut table.primary_key) {
        (Some(name), _) => {
            let Some(index) = table.indexes.get_mut(&name) else { return Vec::new() };
            (&mut index.parts, &mut index.options, false)
        }
        (None, Some(key)) => (&mut key.columns, &mut key.options, true),
        (None, None) => return Vec::new(),
    };
    if let Some(period) = period_of(item, lexicon) {
        // The catalog lists the two columns of the period as parts.
        parts.truncate(parts.len().saturating_sub(2));
        options.insert(WITHOUT_OVERLAPS.to_owned(), period);
    }
    options.extend(words_of_key(item, is_primary, lexicon));
    let known = |name: &str| is_vector && [NEIGHBOURS, DISTANCE].contains(&name);
    let (own, strange): (Vec<_>, Vec<_>) =
        attributes(item, lexicon).into_iter().partition(|(name, _)| known(name));
    options.extend(own);
    strange.into_iter().map(|(option, _)| (place.clone(), option)).collect()
}

#[cfg(test)]
mod tests {
    use lambic_core::ServerVersion;
    use lambic_core::schema::{Column, Index, KeyPart, QualifiedName};

    use super::*;
    use crate::product::Product;

    #[test]
    fn what_an_index_over_vectors_is_told_is_kept_and_what_nobody_knows_is_named() {
        let version = ServerVersion { major: 11, minor: 8, patch: 6 };
        let product = Product::named("mariadb", Some(&version)).unwrap();
        let mut table = Table::new(QualifiedName::bare("t"), vec![Column::new("v", "vector(3)")]);
        table.indexes.insert(Index {
            method: Some("vector".to_owned()),
            ..Index::new("i", vec![KeyPart::column("v")])
        });
        let text = "CREATE TABLE `t` (\n  `v` vector(3) NOT NULL CHECK (`v` = 1) `odd`='x',\n  VECTOR KEY `i` (`v`) COMMENT 'x' \
                    `m`=5 `distance`=cosine `kopt`=3\n) ENGINE=InnoDB";
        let strange = read(text, &mut table, &product.lexicon).unwrap();
        let named = |of, name: &str, option: &str| (of, name.to_owned(), option.to_owned());
        assert_eq!(strange, [named("a column", "t.v", "odd"), named("an index", "t.i", "kopt")]);
        let index = table.indexes.get(&"i".to_owned()).unwrap();
        let options: Vec<_> =
            index.options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(options, [("distance", "cosine"), ("m", "5")]);
    }
}
