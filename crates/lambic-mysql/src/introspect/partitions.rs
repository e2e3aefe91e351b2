//! Partitions, as `SHOW CREATE TABLE` writes them.

use lambic_core::Lexicon;
use lambic_core::schema::{Expression, Partition, Partitioning, Properties, QualifiedName};
use lambic_sql::{Cursor, SyntaxError, Token};

use super::options::value_of;
use super::table_text::items_of;
use crate::render::options::ENGINE;

/// The words that begin an option of a partition.
const OPTIONS: [&str; 9] =
    ["STORAGE", "ENGINE", "COMMENT", "DATA", "INDEX", "MAX_ROWS", "MIN_ROWS", "TABLESPACE", "NODEGROUP"];

/// Reads what follows `PARTITION BY`.
pub(super) fn read(
    cursor: &mut Cursor<'_, '_>,
    table: &QualifiedName,
    lexicon: &Lexicon,
) -> Result<Partitioning, SyntaxError> {
    let by = until_list(cursor);
    let inner = cursor.eat_words(&["SUBPARTITION", "BY"]).then(|| until_list(cursor));
    let mut partitions = Vec::new();
    if cursor.at_char('(') {
        let list = cursor.eat_parenthesized().ok_or_else(|| cursor.unexpected("`)` after partitions"))?;
        for item in items_of(list, lexicon) {
            partitions.push(partition(&item, table, inner.as_deref(), lexicon));
        }
    }
    Ok(Partitioning { by: Expression::new(by), partitions })
}

/// The text up to the list of partitions or the clause on subpartitions.
fn until_list(cursor: &mut Cursor<'_, '_>) -> String {
    let mut tokens = Vec::new();
    let at_list = |cursor: &Cursor<'_, '_>| {
        cursor.at_char('(') && cursor.peek_at(1).is_some_and(|next| next.is_word("PARTITION"))
    };
    while !at_list(cursor) && !cursor.at_word("SUBPARTITION") {
        let Some(token) = cursor.advance() else { break };
        tokens.push(token);
    }
    squeezed(&tokens)
}

/// Tokens with one space wherever there was any.
fn squeezed(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    let mut end = tokens.first().map_or(0, |first| first.start);
    for token in tokens {
        if token.start > end {
            text.push(' ');
        }
        text.push_str(token.text);
        end = token.end();
    }
    text
}

/// `PARTITION name bound options (subpartitions)`.
fn partition(item: &[Token<'_>], table: &QualifiedName, inner: Option<&str>, lexicon: &Lexicon) -> Partition {
    let name = item.get(1).map(|name| name.unquote(lexicon).into_owned()).unwrap_or_default();
    let rest = item.get(2..).unwrap_or_default();
    let list = rest
        .windows(2)
        .position(|two| matches!(two, [open, word] if open.is('(') && word.is_word("SUBPARTITION")));
    let (rest, list) = rest.split_at_checked(list.unwrap_or(rest.len())).unwrap_or((rest, &[]));
    let end = rest.iter().position(|token| token.is_any_word(&OPTIONS)).unwrap_or(rest.len());
    let (bound, options) = rest.split_at_checked(end).unwrap_or((rest, &[]));
    let partitioning = inner.map(|by| {
        let partitions =
            subpartitions(list).iter().map(|item| partition(item, table, None, lexicon)).collect();
        Box::new(Partitioning { by: Expression::new(by), partitions })
    });
    Partition {
        name: table.renamed(name),
        bound: Expression::new(squeezed(bound)),
        partitioning,
        options: read_options(options, lexicon),
    }
}

/// The items of a list of subpartitions, whose parentheses are among the tokens.
fn subpartitions<'a>(list: &[Token<'a>]) -> Vec<Vec<Token<'a>>> {
    let inner = list.get(1..list.len().saturating_sub(1)).unwrap_or_default();
    if inner.is_empty() {
        return Vec::new();
    }
    inner.split(|token| token.is(',')).map(<[Token<'a>]>::to_vec).collect()
}

fn read_options(tokens: &[Token<'_>], lexicon: &Lexicon) -> Properties {
    let mut found = Properties::new();
    let mut tokens = tokens.iter().peekable();
    while let Some(word) = tokens.next() {
        let mut name = word.text.to_ascii_lowercase().replace('_', "-");
        if tokens.next_if(|next| next.is_word("DIRECTORY")).is_some() {
            name.push_str("-directory");
        }
        tokens.next_if(|next| next.is('='));
        let Some(value) = tokens.next().map(|token| value_of(token, lexicon)) else { break };
        // All partitions have the engine of the table.
        if ["storage", ENGINE].contains(&name.as_str()) {
            continue;
        }
        found.insert(name, value);
    }
    found
}
