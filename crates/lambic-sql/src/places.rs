//! Where in a statement a name stands: what it can name there.

use crate::Token;

/// Words after which a table or a view is named.
const BEFORE_RELATION: [&str; 9] =
    ["FROM", "JOIN", "STRAIGHT_JOIN", "ONLY", "INTO", "UPDATE", "TO", "TABLE", "REFERENCES"];

/// Words with which a part of a statement begins.
const CLAUSES: [&str; 13] = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "WINDOW",
    "LIMIT",
    "VALUES",
    "SET",
    "RETURNING",
    "TABLE",
    "BEGIN",
];

/// Words that can stand after a relation and are no alias of it.
const AFTER_RELATION: [&str; 29] = [
    "CROSS",
    "DEFAULT",
    "EXCEPT",
    "EXECUTE",
    "FETCH",
    "FOR",
    "FULL",
    "INDEXED",
    "INNER",
    "INTERSECT",
    "INSTEAD",
    "JOIN",
    "LEFT",
    "NATURAL",
    "NOT",
    "OFFSET",
    "ON",
    "RIGHT",
    "STRAIGHT_JOIN",
    "UNION",
    "USE",
    "USING",
    "WHEN",
    "DO",
    "REFERENCING",
    "TO",
    "OUTER",
    "END",
    "AS",
];

/// Whether a name that begins at the token `start` stands where only a table or a view can: after `FROM` or `JOIN`,
/// further on in such a list, or as what a trigger is on.
pub fn is_relation(tokens: &[Token<'_>], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).and_then(|before| tokens.get(before)) else { return false };
    if !tokens.get(start).is_some_and(is_name) {
        return false;
    }
    if before.is_any_word(&BEFORE_RELATION) {
        return true;
    }
    if before.is_word("ON") {
        let head = tokens.get(..start - 1).unwrap_or_default();
        let hangs = head.iter().any(|token| token.is_any_word(&["TRIGGER", "POLICY"]));
        return hangs && !head.iter().any(|token| token.is_any_word(&["ON", "SELECT"]));
    }
    (before.is(',') || before.is('(')) && is_among_relations(tokens, start)
}

/// Whether a place belongs to the list of relations of a query.
pub fn is_among_relations(tokens: &[Token<'_>], at: usize) -> bool {
    let before = tokens.get(..at).unwrap_or_default();
    let mut depth = 0_usize;
    for (place, token) in before.iter().enumerate().rev() {
        if token.is(')') {
            depth += 1;
        } else if token.is('(') {
            // Arguments, or the columns of an alias.
            let called = place.checked_sub(1).and_then(|before| tokens.get(before));
            let called =
                called.is_some_and(|name| name.is_identifier() && !name.is_any_word(&BEFORE_RELATION));
            if depth == 0 && called {
                return false;
            }
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is_any_word(&CLAUSES) {
            return token.is_any_word(&["FROM", "TABLE"]);
        }
    }
    false
}

/// The place of the alias of the relation whose name ends at the token `end`, where it has one.
pub fn alias_of(tokens: &[Token<'_>], end: usize) -> Option<usize> {
    let after = if tokens.get(end + 1)?.is_word("AS") { end + 2 } else { end + 1 };
    tokens.get(after).is_some_and(is_name).then_some(after)
}

/// Whether a token can be the name or the alias of a relation.
fn is_name(token: &Token<'_>) -> bool {
    let word = token.is_any_word(&AFTER_RELATION)
        || token.is_any_word(&CLAUSES)
        || token.is_any_word(&BEFORE_RELATION)
        || token.is_any_word(&["OF", "OR"]);
    token.is_identifier() && !word
}

#[cfg(test)]
mod tests {
    use lambic_core::Lexicon;

    use super::*;
    use crate::Lexer;

    fn relations(text: &str) -> Vec<String> {
        let lexicon = Lexicon::default();
        let tokens: Vec<Token<'_>> = Lexer::new(text, &lexicon).significant().collect();
        let places = (0..tokens.len()).filter(|at| tokens[*at].is_identifier() && is_relation(&tokens, *at));
        let said = places.map(|at| {
            let alias = alias_of(&tokens, at).map(|at| format!(" {}", tokens[at].text));
            format!("{}{}", tokens[at].text, alias.unwrap_or_default())
        });
        said.collect()
    }

    #[test]
    fn relations_are_told_from_columns_and_aliases() {
        for (text, wanted) in [
            ("SELECT a, b FROM t, u x WHERE c = d", vec!["t", "u x"]),
            (
                "SELECT f(a, b), \"c\" FROM ((t JOIN \"u\" AS x ON (a = b)) JOIN v USING (a))",
                vec!["t", "\"u\" x", "v"],
            ),
            ("SELECT a FROM t WHERE EXISTS (SELECT b FROM u) ORDER BY c, d", vec!["t", "u"]),
            (
                "CREATE TRIGGER a AFTER UPDATE OF b ON t BEGIN UPDATE u SET c = 1; DELETE FROM v; END",
                vec!["t", "u", "v"],
            ),
            ("SELECT a FROM t LEFT JOIN u ON c, f(a, b) v(t, u), w", vec!["t", "u", "f", "w"]),
        ] {
            assert_eq!(relations(text), wanted, "{text}");
        }
    }
}
