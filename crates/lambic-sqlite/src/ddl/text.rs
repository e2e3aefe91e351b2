//! The canonical text of expressions and types.

use lambic_sql::{Token, TokenKind};

use crate::lexicon::LEXICON;

/// The name that a token stands for where a name is expected, string quotes included.
pub(crate) fn name_of(token: &Token<'_>) -> Option<String> {
    let named = token.is_identifier() || token.kind == TokenKind::String;
    named.then(|| token.unquote(&LEXICON).into_owned())
}

/// Whether SQLite takes two names for the same.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Whether `word` and `next` are together a BLOB literal: `x'00'`.
pub(crate) fn blob_prefix(word: &Token<'_>, next: Option<&Token<'_>>) -> bool {
    word.is_word("x") && next.is_some_and(|next| next.kind == TokenKind::String && next.start == word.end())
}

/// Operators of more than one character: pairs that belong together when nothing stands between them.
const PAIRS: [&str; 9] = ["||", "<=", ">=", "<>", "!=", "==", "<<", ">>", "->"];

/// Words after which an operand comes: a sign there belongs to it, and a parenthesis is no list of arguments.
const BEFORE_OPERAND: [&str; 37] = [
    "ALL",
    "AND",
    "AS",
    "BETWEEN",
    "BY",
    "CASE",
    "DEFAULT",
    "DISTINCT",
    "ELSE",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "FILTER",
    "FROM",
    "GLOB",
    "HAVING",
    "IN",
    "INTERSECT",
    "IS",
    "JOIN",
    "LIKE",
    "LIMIT",
    "MATCH",
    "MATERIALIZED",
    "NOT",
    "OFFSET",
    "ON",
    "OR",
    "OVER",
    "REGEXP",
    "RETURNING",
    "SELECT",
    "THEN",
    "UNION",
    "VALUES",
    "WHEN",
    "WHERE",
];

/// Tokens in the one form in which expressions are compared and written.
///
/// Comments are gone and every token is as it was. One space stands between two tokens, but none
/// - inside parentheses at their edges, before a comma and around a dot;
/// - between a name and the parenthesis after it;
/// - between a sign and its operand, and inside an operator or a BLOB literal.
pub(crate) fn canonical(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    let mut previous: Option<Token<'_>> = None;
    let mut after_sign = false;
    for token in tokens {
        if previous.is_some_and(|previous| spaced(&previous, token, after_sign)) {
            text.push(' ');
        }
        text.push_str(token.text);
        after_sign = is_sign(token, previous.as_ref());
        previous = Some(*token);
    }
    text
}

/// A type as it is written: words apart, arguments together, `decimal(10,2)`.
pub(super) fn type_text(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    let mut after_word = false;
    for token in tokens {
        let word = name_of(token).is_some();
        if word && after_word {
            text.push(' ');
        }
        text.push_str(token.text);
        after_word = word;
    }
    text
}

fn spaced(previous: &Token<'_>, token: &Token<'_>, after_sign: bool) -> bool {
    let closes = [')', ',', '.', ';'].iter().any(|character| token.is(*character));
    if closes || previous.is('(') || previous.is('.') {
        return false;
    }
    if is_operator_pair(previous, token) || blob_prefix(previous, Some(token)) {
        return false;
    }
    if token.is('(') && previous.is_identifier() {
        return previous.is_any_word(&BEFORE_OPERAND);
    }
    // Two signs in a row would begin a comment.
    !after_sign || token.is('-') || token.is('+')
}

fn is_operator_pair(one: &Token<'_>, other: &Token<'_>) -> bool {
    let both = one.kind == TokenKind::Punctuation && other.kind == TokenKind::Punctuation;
    both && one.end() == other.start
        && PAIRS.iter().any(|pair| pair.starts_with(one.text) && pair.ends_with(other.text))
}

/// Whether the token is a sign of what follows it, rather than an operator between two operands.
fn is_sign(token: &Token<'_>, previous: Option<&Token<'_>>) -> bool {
    if token.is('~') {
        return true;
    }
    let operand_before = previous.is_some_and(|previous| match previous.kind {
        TokenKind::Punctuation => previous.is(')'),
        _ => !previous.is_any_word(&BEFORE_OPERAND),
    });
    (token.is('-') || token.is('+')) && !operand_before
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::{expression, reader, until};

    fn form(text: &str) -> String {
        expression(text).unwrap()
    }

    #[test]
    fn spellings_that_say_the_same_have_one_form() {
        for (text, wanted) in [
            ("a>0", "a > 0"),
            ("a  >\t0 -- why", "a > 0"),
            ("/* x */a>=-1", "a >= -1"),
            ("a - - 1", "a - -1"),
            ("- -1", "- -1"),
            ("a-1", "a - 1"),
            ("(a)-1", "(a) - 1"),
            ("(-1)", "(-1)"),
            ("f (a ,b)", "f(a, b)"),
            ("\"f\" (a)", "\"f\"(a)"),
            ("a in(1,2)", "a in (1, 2)"),
            ("a IN (1,2)AND b", "a IN (1, 2) AND b"),
            ("a||'x  y'||b", "a || 'x  y' || b"),
            ("j->>'$.a'", "j ->> '$.a'"),
            ("t . \"a b\"=[c]", "t.\"a b\" = [c]"),
            ("x'00'", "x'00'"),
            ("x = X'0A'", "x = X'0A'"),
            ("case when a then-1 else+2 end-3", "case when a then -1 else +2 end - 3"),
            ("~ a & b", "~a & b"),
            ("1e-5+1.5", "1e-5 + 1.5"),
            ("a COLLATE nocase-1", "a COLLATE nocase - 1"),
        ] {
            assert_eq!(form(text), wanted);
            assert_eq!(form(&form(text)), wanted, "the form is stable");
        }
    }

    #[test]
    fn an_expression_cannot_reach_out_of_its_place() {
        for text in ["a)", "(a", "a; DROP TABLE t", "'a", "a) --"] {
            assert!(expression(text).is_err(), "{text}");
        }
    }

    #[test]
    fn types_keep_their_words_and_lose_their_spaces() {
        for (text, wanted) in [
            ("Varchar ( 10 )", "Varchar(10)"),
            ("DECIMAL(10,  2)", "DECIMAL(10,2)"),
            ("unsigned   big\nint", "unsigned big int"),
            ("numeric ( + 1 , -2)", "numeric(+1,-2)"),
            ("\"my type\" x", "\"my type\" x"),
        ] {
            assert_eq!(type_text(&until(&mut reader(text), |_| false).unwrap()), wanted);
        }
    }
}
