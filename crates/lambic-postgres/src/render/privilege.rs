//! Privileges: each is the statement that makes it, and the opposite statement takes it back.

use lambic_core::Result;
use lambic_sql::Token;

use super::text::{malformed, tokens};

/// The statement that undoes a `GRANT`, a `REVOKE`, or either inside `ALTER DEFAULT PRIVILEGES`.
pub(super) fn opposite(text: &str) -> Result<String> {
    let found = tokens(text);
    let fault = || malformed(format!("the text `{text}` neither grants nor revokes"));
    let verb = position(&found, 0, &["GRANT", "REVOKE"]).ok_or_else(fault)?;
    let default = found.first().is_some_and(|first| first.is_word("ALTER"));
    if verb > 0 && !default {
        return Err(fault());
    }
    let grants = found.get(verb).is_some_and(|token| token.is_word("GRANT"));
    let (old, new, to) = if grants { ("TO", "REVOKE", "FROM") } else { ("FROM", "GRANT", "TO") };
    let direction = position(&found, verb, &[old]).ok_or_else(fault)?;
    let before = slice(text, &found, 0, verb);
    let option = !grants && position(&found, verb + 1, &["GRANT"]) == Some(verb + 1);
    let first = if option { verb + 4 } else { verb + 1 };
    let what = slice(text, &found, first, direction);
    let end = position(&found, direction, &["WITH", "GRANTED", "CASCADE", "RESTRICT"]).unwrap_or(found.len());
    let whom = slice(text, &found, direction + 1, end);
    let option = if option { " WITH GRANT OPTION" } else { "" };
    let gap = if before.is_empty() { "" } else { " " };
    Ok(format!("{before}{gap}{new} {what} {to} {whom}{option}"))
}

fn position(tokens: &[Token<'_>], from: usize, words: &[&str]) -> Option<usize> {
    tokens.iter().enumerate().skip(from).find(|(_, token)| token.is_any_word(words)).map(|(at, _)| at)
}

/// The text of the tokens `from..to`.
fn slice<'a>(text: &'a str, tokens: &[Token<'a>], from: usize, to: usize) -> &'a str {
    match (tokens.get(from), to.checked_sub(1).and_then(|last| tokens.get(last))) {
        (Some(first), Some(last)) if from < to => text.get(first.start..last.end()).unwrap_or_default(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_privilege_is_taken_back() {
        for (made, undone) in [
            ("GRANT SELECT, UPDATE (a) ON TABLE t TO x, y", "REVOKE SELECT, UPDATE (a) ON TABLE t FROM x, y"),
            ("GRANT ALL ON SCHEMA \"to\" TO x WITH GRANT OPTION", "REVOKE ALL ON SCHEMA \"to\" FROM x"),
            ("REVOKE ALL ON FUNCTION f() FROM PUBLIC", "GRANT ALL ON FUNCTION f() TO PUBLIC"),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA s GRANT SELECT ON TABLES TO x",
                "ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA s REVOKE SELECT ON TABLES FROM x",
            ),
            (
                "REVOKE GRANT OPTION FOR SELECT ON t FROM x CASCADE",
                "GRANT SELECT ON t TO x WITH GRANT OPTION",
            ),
        ] {
            assert_eq!(opposite(made).unwrap(), undone);
        }
        for other in ["", "DROP TABLE t", "SELECT 1 -- GRANT", "GRANT"] {
            assert!(opposite(other).is_err(), "{other}");
        }
    }
}
