//! Lists of values, which the server does not read as it prints them.
//!
//! The list of `v IN ('a', 'b')` over a `varchar` is printed as `(ARRAY['a'::character varying, …])::text[]`, and a cast
//! of a list is read as a cast of each of its elements, which is printed another way. With the list's own type between
//! the two it stays the cast of a whole: `(ARRAY[…]::character varying[])::text[]`.

use lambic_sql::{Token, TokenKind};

use super::text::{is_type, tokens};

/// A statement in which lists that are cast as a whole stay that.
pub(super) fn kept_whole(sql: String) -> String {
    if !sql.contains("(ARRAY[") {
        return sql;
    }
    let found = tokens(&sql);
    let casts = (0..found.len()).filter_map(|at| cast_at(found.get(at..).unwrap_or_default()));
    let mut casts: Vec<(usize, String)> = casts.collect();
    casts.sort_unstable();
    let mut kept = String::with_capacity(sql.len() + casts.len() * 24);
    let mut written = 0;
    for (end, cast) in casts {
        kept.push_str(sql.get(written..end).unwrap_or_default());
        kept.push_str(&cast);
        written = end;
    }
    kept.push_str(sql.get(written..).unwrap_or_default());
    kept
}

/// Where the list ends that these tokens begin with, and the cast to its own type that is missing there.
fn cast_at(tokens: &[Token<'_>]) -> Option<(usize, String)> {
    let [open, word, bracket, rest @ ..] = tokens else { return None };
    if !(open.is('(') && word.is_word("ARRAY") && bracket.is('[')) {
        return None;
    }
    let length = closing(rest)?;
    let (elements, after) = rest.split_at_checked(length)?;
    let [end, close, first, second, ..] = after else { return None };
    if !(close.is(')') && first.is(':') && second.is(':')) {
        return None;
    }
    let native = split(elements).into_iter().find_map(type_of)?;
    (!native.ends_with(']')).then(|| (end.end(), format!("::{native}[]")))
}

/// How many tokens stand before the bracket that closes what is open.
fn closing(tokens: &[Token<'_>]) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        if depth == 0 && token.is(']') {
            return Some(index);
        }
        depth += usize::from(token.is('(') || token.is('['));
        depth = depth.saturating_sub(usize::from(token.is(')') || token.is(']')));
    }
    None
}

/// The elements of a list.
fn split<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            depth += usize::from(token.is('(') || token.is('['));
            depth = depth.saturating_sub(usize::from(token.is(')') || token.is(']')));
            depth == 0 && token.is(',')
        })
        .collect()
}

/// The type of an element, where it is one value that is cast. What the type is limited to is no part of a list's.
fn type_of(element: &[Token<'_>]) -> Option<String> {
    let value = match element.first()? {
        first if first.is('(') => 1 + matching(element)?,
        first if matches!(first.kind, TokenKind::String | TokenKind::Number) => 1,
        _ => return None,
    };
    let [first, second, native @ ..] = element.get(value..)? else { return None };
    if !(first.is(':') && second.is(':')) || native.is_empty() || !is_type(native) {
        return None;
    }
    let limit = native.iter().position(|token| token.is('('));
    if limit.is_some_and(|at| {
        matching(native.get(at..).unwrap_or_default()).map(|length| at + length + 1) != Some(native.len())
    }) {
        return None;
    }
    let words = native.get(..limit.unwrap_or(native.len())).unwrap_or_default();
    let joined = words.iter().fold(String::new(), |mut text, token| {
        let apart =
            token.is_identifier() && text.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        text.push_str(if apart { " " } else { "" });
        text + token.text
    });
    Some(joined)
}

/// The place of the parenthesis that closes the first token's.
fn matching(tokens: &[Token<'_>]) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().position(|token| {
        depth += usize::from(token.is('('));
        depth = depth.saturating_sub(usize::from(token.is(')')));
        depth == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_own_type() {
        let kept = |sql: &str| kept_whole(sql.to_owned());
        for (sql, whole) in [
            (
                "CHECK ((v)::text = ANY ((ARRAY['a'::character varying, 'b,]'::character varying])::text[]))",
                "CHECK ((v)::text = ANY ((ARRAY['a'::character varying, 'b,]'::character varying]::character varying[])::text[]))",
            ),
            (
                "(ARRAY[a, (b)::\"My\".\"Type\"])::text[]",
                "(ARRAY[a, (b)::\"My\".\"Type\"]::\"My\".\"Type\"[])::text[]",
            ),
            (
                "(ARRAY['a'::character varying(3)])::text[]",
                "(ARRAY['a'::character varying(3)]::character varying[])::text[]",
            ),
            (
                "(ARRAY[f((ARRAY['a'::x.y])::text[])::text])::b[]",
                "(ARRAY[f((ARRAY['a'::x.y]::x.y[])::text[])::text])::b[]",
            ),
        ] {
            assert_eq!(kept(sql), whole);
            assert_eq!(kept(whole), whole, "once is enough");
        }
    }

    #[test]
    fn what_is_no_cast_of_a_list_stays() {
        for sql in [
            "v = ANY (ARRAY['a'::text])",
            "(ARRAY[a, b])::text[]",
            "(ARRAY['a'::text || 'b'::text])::x[]",
            "(ARRAY[ARRAY['a'::text]])::x[]",
            "(ARRAY['{a}'::text[]])::x[]",
            "$$(ARRAY['a'::x])::text[]$$",
            "(ARRAY['a'::x",
            "(ARRAY[]",
        ] {
            assert_eq!(kept_whole(sql.to_owned()), sql);
        }
    }
}
