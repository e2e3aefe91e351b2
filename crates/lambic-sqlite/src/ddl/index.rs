//! `CREATE INDEX`.

use lambic_core::Table;
use lambic_core::schema::{Expression, Index, KeyPart, KeyTarget};
use lambic_sql::Token;

use super::table::{resolve, unqualified};
use super::{Parsed, canonical, head, list, name_of, reader, until};

/// Reads an index from its statement; `name` is its name in the catalog, `table` the table it is on.
pub(crate) fn index(name: &str, table: &Table, sql: &str) -> Parsed<Index> {
    let mut at = reader(sql);
    let unique = at.at_words(&["CREATE", "UNIQUE"]);
    head(&mut at, "INDEX")?;
    at.expect_word("ON")?;
    super::name(&mut at)?;
    at.expect_char('(')?;
    let parts = list(&mut at, |at| until(at, |token| token.is(',')))?;
    at.expect_char(')')?;
    let parts = parts.iter().map(|tokens| part(&unqualified(tokens, &table.name.name), table)).collect();
    let mut index = Index { unique, ..Index::new(name, parts) };
    if at.eat_word("WHERE") {
        let tokens = until(&mut at, |_| false)?;
        index.predicate = Some(Expression::new(canonical(&unqualified(&tokens, &table.name.name))));
    }
    if at.is_at_end() { Ok(index) } else { Err(at.unexpected("WHERE")) }
}

/// One part: a column or an expression, its collation and its order.
fn part(tokens: &[Token<'_>], table: &Table) -> KeyPart {
    let mut tokens = tokens;
    let mut descending = false;
    if let [rest @ .., order] = tokens
        && !rest.is_empty()
        && order.is_any_word(&["ASC", "DESC"])
    {
        descending = order.is_word("DESC");
        tokens = rest;
    }
    let mut collation = None;
    loop {
        if let [rest @ .., word, of] = tokens
            && word.is_word("COLLATE")
            && is_primary(rest)
            && let Some(name) = name_of(of)
        {
            // The outermost one holds.
            collation = collation.or(Some(name));
            tokens = rest;
        } else if let Some(inner) = without_parentheses(tokens) {
            tokens = inner;
        } else {
            break;
        }
    }
    let mut part = KeyPart { descending, collation, ..KeyPart::expression(canonical(tokens)) };
    if let Some(column) = column(tokens, table) {
        part.key = KeyTarget::Column(column.to_owned());
    }
    resolve(table, &mut part);
    part
}

fn column<'t>(tokens: &[Token<'_>], table: &'t Table) -> Option<&'t str> {
    let [token] = tokens else { return None };
    let name = name_of(token)?;
    let column = table.columns.iter().find(|column| super::same_name(&column.name, &name))?;
    Some(&column.name)
}

/// The tokens between a pair of parentheses that holds them all.
fn without_parentheses<'a, 't>(tokens: &'t [Token<'a>]) -> Option<&'t [Token<'a>]> {
    let [first, inner @ .., last] = tokens else { return None };
    (first.is('(') && last.is(')') && balanced(inner)).then_some(inner)
}

/// Whether every parenthesis in `tokens` is closed there, and none that was opened before.
fn balanced(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        if token.is('(') {
            depth += 1;
        } else if token.is(')') {
            let Some(outer) = depth.checked_sub(1) else { return false };
            depth = outer;
        }
    }
    depth == 0
}

/// Whether an operator after `tokens` belongs to all of them: one token, a call, or what stands in parentheses.
pub(super) fn is_primary(tokens: &[Token<'_>]) -> bool {
    let arguments = match tokens {
        [_] => return true,
        [first, ..] if first.is('(') => tokens,
        [name, arguments @ ..] if name.is_identifier() && !name.is_word("NOT") => arguments,
        _ => return false,
    };
    without_parentheses(arguments).is_some()
}
