//! A column gets another name.

use lambic_core::schema::{ObjectId, QualifiedName, Table, Text};
use lambic_core::{Definition, Result};
use lambic_sql::{Token, rewrite};

use super::names::{followed_by, is_name, mentions, written};
use super::unknown;
use crate::lexicon::LEXICON;
use crate::render::options::ON_DELETE_COLUMNS;
use crate::render::{named, tokens};

/// What the table itself becomes.
pub(super) fn table(table: &mut Table, from: &str, to: &str) {
    let lists = table.foreign_keys.iter_mut().filter_map(|key| key.options.get_mut(ON_DELETE_COLUMNS));
    lists.for_each(|list| *list = expression(list, from, to));
    table.edit_texts(&mut |text| {
        if let Text::Expression(text) = text {
            text.0 = expression(&text.0, from, to);
        }
    });
}

/// An expression over the table alone.
fn expression(text: &str, from: &str, to: &str) -> String {
    rewrite(text, &LEXICON, |tokens, at| {
        let column = is(tokens, at, from) && !is_other(tokens, at);
        column.then(|| written(to))
    })
}

fn is(tokens: &[Token<'_>], at: usize, name: &str) -> bool {
    tokens.get(at).and_then(named).as_deref() == Some(name)
}

/// Whether a name is that of a function, a type, a collation or a field.
fn is_other(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let word = |token: &Token<'_>| {
        token.is(':') || token.is('.') || token.is_any_word(&["COLLATE", "FUNCTION", "PROCEDURE"])
    };
    followed_by(tokens, at, '(') || followed_by(tokens, at, '.') || before.is_some_and(word)
}

/// What a definition object becomes that uses the table.
pub(super) fn definition(
    definition: &mut Definition,
    table: &QualifiedName,
    from: &str,
    to: &str,
    id: &ObjectId,
) -> Result<()> {
    let text = definition.definition.clone();
    if !mentions(&text, from) {
        return Ok(());
    }
    let all = tokens(&text);
    let query =
        |pair: &[Token<'_>]| matches!(pair, [before, one] if one.is_word("SELECT") && !before.is_word("FOR"));
    let selects = all.windows(2).any(query);
    definition.definition = match definition.id.kind.as_str() {
        // The body that is text stays, and names of arguments are nobody else's.
        "function" | "procedure" | "aggregate" => {
            let atomic = tokens(&text).iter().any(|token| token.is_word("ATOMIC"));
            if atomic {
                return Err(unknown(&definition.id, id));
            }
            text
        }
        "grant" => {
            definition.id.arguments.iter_mut().for_each(|words| *words = in_list(words, from, to));
            in_list(&text, from, to)
        }
        "owner" => text,
        "trigger" | "policy" | "statistics" | "rule" if !selects => after_head(&text, table, from, to),
        "view" | "materialized-view" => {
            view(&text, table, from, to).ok_or_else(|| unknown(&definition.id, id))?
        }
        _ => return Err(unknown(&definition.id, id)),
    };
    Ok(())
}

/// The columns that a privilege names stand in parentheses.
fn in_list(text: &str, from: &str, to: &str) -> String {
    rewrite(text, &LEXICON, |tokens, at| {
        let before = tokens.get(..at)?;
        let open = before.iter().filter(|token| token.is('(')).count();
        let inside = open > before.iter().filter(|token| token.is(')')).count();
        (inside && is(tokens, at, from)).then(|| written(to))
    })
}

/// A statement that names columns of its table, of `old` and of `new`.
fn after_head(text: &str, table: &QualifiedName, from: &str, to: &str) -> String {
    rewrite(text, &LEXICON, |tokens, at| {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before))?;
        let row = before.is('.')
            && at.checked_sub(2).and_then(|at| tokens.get(at)).is_some_and(|token| {
                token.is_any_word(&["old", "new"]) || named(token).as_deref() == Some(&table.name)
            });
        let head =
            before.is_any_word(&["TRIGGER", "POLICY", "STATISTICS", "RULE", "ON", "TO", "FROM", "INTO"]);
        let column = is(tokens, at, from) && !head && (row || !is_other(tokens, at));
        column.then(|| written(to))
    })
}

/// A query in which every column that could be meant says of which relation it is, or there is only one relation. What
/// it shows keeps its name. `None` where that cannot be told.
fn view(text: &str, table: &QualifiedName, from: &str, to: &str) -> Option<String> {
    let all = tokens(text);
    let count = |word: &str| all.iter().filter(|token| token.is_word(word)).count();
    let joined = ["JOIN", "USING", "NATURAL", "UNION", "WITH"].iter().any(|word| count(word) > 0);
    let place = all.iter().position(|token| token.is_word("FROM"))?;
    let end = all.get(place..)?.iter().position(|token| {
        token.is_any_word(&["WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR"])
    });
    let from_list = all.get(place + 1..end.map_or(all.len(), |end| place + end))?;
    let from_list: Vec<&Token<'_>> = from_list.iter().filter(|token| !token.is(';')).collect();
    if joined
        || count("SELECT") != 1
        || count("FROM") != 1
        || from_list.iter().any(|token| token.is(',') || token.is('('))
    {
        return None;
    }
    let names: Vec<String> =
        from_list.iter().filter(|token| !token.is('.')).filter_map(|token| named(token)).collect();
    let known: Vec<&str> = table.namespace.iter().map(String::as_str).chain([table.name.as_str()]).collect();
    let alias = match names.get(known.len()..) {
        Some([]) => table.name.clone(),
        Some([alias]) => alias.clone(),
        _ => return None,
    };
    let (select, from_at) = (all.iter().position(|token| token.is_word("SELECT"))?, place);
    Some(rewrite(text, &LEXICON, |tokens, at| {
        let dotted = at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|token| token.is('.'));
        let qualifier = at.checked_sub(2).and_then(|at| tokens.get(at)).and_then(named);
        let start = if dotted { at.checked_sub(2)? } else { at };
        let before = start.checked_sub(1).and_then(|at| tokens.get(at))?;
        let own = if dotted { qualifier.as_ref() == Some(&alias) } else { !is_other(tokens, at) };
        let heads = before.is_any_word(&["VIEW", "AS", "FROM"])
            || at < select
            || (at >= from_at && is_relation(tokens, at, from_at));
        if !is(tokens, at, from) || !own || heads && !before.is_word("SELECT") {
            return None;
        }
        let shown = at < from_at && (before.is_word("SELECT") || before.is(','));
        let next = tokens.get(at + 1);
        let ends = next.is_some_and(|token| token.is(',') || token.is_word("FROM"));
        let outer = tokens.get(select..start).is_some_and(|part| {
            part.iter().filter(|token| token.is('(')).count()
                == part.iter().filter(|token| token.is(')')).count()
        });
        let new = written(to);
        Some(if shown && ends && outer { format!("{new} AS {}", written(from)) } else { new })
    }))
}

/// Whether a place is in the list of relations, which has one.
fn is_relation(tokens: &[Token<'_>], at: usize, from: usize) -> bool {
    let between = tokens.get(from + 1..at).unwrap_or_default();
    between.iter().all(|token| token.is('.') || is_name(token))
}
