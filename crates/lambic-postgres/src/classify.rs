//! What a statement's text tells before it runs.

use lambic_core::{StatementFacts, TransactionRule};
use lambic_sql::{Lexer, Token, TokenKind, longest_phrase};

use crate::lexicon::LEXICON;

use TransactionRule::{Allowed, Control, Forbidden};

/// How statements go together with a transaction; what is not here, and not found by a closer look, may stand in one.
const RULES: &[(&str, TransactionRule)] = &[
    ("ABORT", Control),
    ("BEGIN", Control),
    ("COMMIT", Control),
    ("END", Control),
    ("PREPARE TRANSACTION", Control),
    ("RELEASE", Control),
    ("ROLLBACK", Control),
    ("SAVEPOINT", Control),
    ("START TRANSACTION", Control),
    // Refused inside a transaction.
    ("ALTER SYSTEM", Forbidden),
    ("COMMIT PREPARED", Forbidden),
    ("CREATE DATABASE", Forbidden),
    ("CREATE SUBSCRIPTION", Forbidden),
    ("CREATE TABLESPACE", Forbidden),
    ("DISCARD ALL", Forbidden),
    ("DROP DATABASE", Forbidden),
    ("DROP SUBSCRIPTION", Forbidden),
    ("DROP TABLESPACE", Forbidden),
    ("REINDEX DATABASE", Forbidden),
    ("REINDEX SCHEMA", Forbidden),
    ("REINDEX SYSTEM", Forbidden),
    ("ROLLBACK PREPARED", Forbidden),
    ("VACUUM", Forbidden),
];

/// Words anywhere outside parentheses that make a command one that is refused inside a transaction.
const FORBIDDEN_PARTS: &[(&str, &[&str])] = &[
    ("ALTER DATABASE", &["SET TABLESPACE"]),
    (
        "ALTER SUBSCRIPTION",
        &["REFRESH PUBLICATION", "SET PUBLICATION", "ADD PUBLICATION", "DROP PUBLICATION"],
    ),
    ("ALTER TABLE", &["CONCURRENTLY"]),
    ("CREATE INDEX", &["CONCURRENTLY"]),
    ("CREATE UNIQUE INDEX", &["CONCURRENTLY"]),
    ("DROP INDEX", &["CONCURRENTLY"]),
    ("REINDEX", &["CONCURRENTLY", "DATABASE", "SYSTEM", "SCHEMA"]),
];

/// The commands that change settings of the session, or leave something in it.
const SESSION: &[(&str, bool)] = &[
    ("DISCARD", true),
    ("LISTEN", true),
    ("LOAD", true),
    ("PREPARE", true),
    ("PREPARE TRANSACTION", false),
    ("RESET", true),
    ("SET", true),
    ("SET CONSTRAINTS", false),
    ("SET LOCAL", false),
    ("SET TRANSACTION", false),
    ("UNLISTEN", true),
];

/// Functions that change the session, as their names begin.
const SESSION_FUNCTIONS: [&str; 3] = ["set_config", "pg_advisory_", "pg_try_advisory_"];

/// The commands in which a function may be called that changes the session.
const CALLING: [&str; 6] = ["SELECT", "WITH", "CALL", "DO", "VALUES", "EXECUTE"];

/// The words between `CREATE` and what it makes.
const QUALIFIERS: [&str; 11] = [
    "OR",
    "REPLACE",
    "GLOBAL",
    "LOCAL",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "UNIQUE",
    "RECURSIVE",
    "TRUSTED",
    "CONSTRAINT",
];

/// The kinds of objects that are called by two words, or three.
const LONG_KINDS: &[(&str, &str)] = &[
    ("ACCESS METHOD", "ACCESS METHOD"),
    ("DEFAULT PRIVILEGES", "DEFAULT PRIVILEGES"),
    ("EVENT TRIGGER", "EVENT TRIGGER"),
    ("FOREIGN DATA WRAPPER", "FOREIGN DATA WRAPPER"),
    ("FOREIGN TABLE", "FOREIGN TABLE"),
    ("MATERIALIZED VIEW", "MATERIALIZED VIEW"),
    ("OPERATOR CLASS", "OPERATOR CLASS"),
    ("OPERATOR FAMILY", "OPERATOR FAMILY"),
    ("PROCEDURAL LANGUAGE", "LANGUAGE"),
    ("TEXT SEARCH", "TEXT SEARCH"),
    ("USER MAPPING", "USER MAPPING"),
];

/// How many words at the beginning of a statement are looked at.
const WORDS: usize = 8;

/// What can be told from a statement's text alone.
pub(crate) fn classify(statement: &str) -> StatementFacts {
    let words = leading(statement);
    StatementFacts {
        transaction: rule(statement, &words),
        changes_session: changes_session(statement, &words),
        command: command(&words),
    }
}

fn tokens(statement: &str) -> impl Iterator<Item = Token<'_>> {
    Lexer::new(statement, &LEXICON).significant()
}

/// The words with which a statement begins, as they are written.
fn leading(statement: &str) -> Vec<&str> {
    let words = tokens(statement).take(WORDS).take_while(|token| token.kind == TokenKind::Word);
    words.map(|token| token.text).collect()
}

fn is_any(word: &str, names: &[&str]) -> bool {
    names.iter().any(|name| word.eq_ignore_ascii_case(name))
}

fn rule(statement: &str, words: &[&str]) -> TransactionRule {
    if let Some(rule) = longest_phrase(words, RULES) {
        return rule.clone();
    }
    let named_parts = longest_phrase(words, FORBIDDEN_PARTS).is_some_and(|parts| has_part(statement, parts));
    if named_parts || is_cluster_of_all(statement, words) { Forbidden } else { Allowed }
}

/// Whether one of these phrases stands in the statement, outside parentheses; or in those with the options of `REINDEX`.
fn has_part(statement: &str, parts: &[&str]) -> bool {
    let mut depth = 0_u32;
    let mut before = None;
    let has_options = tokens(statement).next().is_some_and(|token| token.is_word("REINDEX"));
    for (at, token) in tokens(statement).enumerate() {
        if token.is('(') {
            depth += u32::from(at != 1 || !has_options);
        } else if token.is(')') {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.kind == TokenKind::Word {
            let found = parts.iter().any(|part| match part.split_once(' ') {
                Some((first, second)) => {
                    token.is_word(second) && before.is_some_and(|before: Token<'_>| before.is_word(first))
                }
                None => token.is_word(part),
            });
            if found {
                return true;
            }
        }
        before = Some(token);
    }
    false
}

/// `CLUSTER` without a table.
fn is_cluster_of_all(statement: &str, words: &[&str]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    if !is_any(first, &["CLUSTER"]) || rest.iter().any(|word| !is_any(word, &["VERBOSE"])) {
        return false;
    }
    let mut rest = tokens(statement).skip(1).skip_while(|token| token.is_word("VERBOSE"));
    match rest.next() {
        None => true,
        Some(token) if token.is('(') => {
            rest.skip_while(|token| !token.is(')')).nth(1).is_none_or(|token| token.is(';'))
        }
        Some(token) => token.is(';'),
    }
}

fn changes_session(statement: &str, words: &[&str]) -> bool {
    let Some(first) = words.first() else { return false };
    if let Some(changes) = longest_phrase(words, SESSION) {
        return *changes;
    }
    if is_any(first, &["CREATE"]) {
        return makes_temporary(statement, words);
    }
    if is_any(first, &["DECLARE"]) {
        return has_part(statement, &["WITH HOLD"]);
    }
    is_any(first, &CALLING)
        && (calls_session_function(statement) || is_any(first, &["DO"]) && sets_inside(statement))
}

/// Whether a `CREATE` makes something that lives in the session: it says so, or names the schema `pg_temp`.
fn makes_temporary(statement: &str, words: &[&str]) -> bool {
    let said = words.iter().skip(1).take_while(|word| is_any(word, &QUALIFIERS));
    let mut named = tokens(statement).skip(2).take(WORDS);
    said.into_iter().any(|word| is_any(word, &["TEMP", "TEMPORARY"]))
        || named.any(|token| token.unquote(&LEXICON).eq_ignore_ascii_case("pg_temp"))
}

fn calls_session_function(statement: &str) -> bool {
    let calls = |token: Token<'_>| {
        let begins =
            |start: &&str| token.text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start));
        match token.kind {
            TokenKind::Word => SESSION_FUNCTIONS.iter().any(begins),
            TokenKind::QuotedIdentifier => {
                let name = token.unquote(&LEXICON);
                SESSION_FUNCTIONS.iter().any(|start| name.starts_with(start))
            }
            _ => false,
        }
    };
    tokens(statement).any(calls) || body(statement).is_some_and(|body| tokens(body).any(calls))
}

/// Whether the body of a `DO` sets something for longer than the transaction.
fn sets_inside(statement: &str) -> bool {
    const BEFORE: [&str; 5] = ["BEGIN", "THEN", "ELSE", "LOOP", "DO"];
    let Some(body) = body(statement) else { return false };
    let tokens: Vec<Token<'_>> = tokens(body).collect();
    tokens.windows(3).any(|around| match around {
        [before, word, after] => {
            (before.kind == TokenKind::Terminator || before.is_any_word(&BEFORE))
                && word.is_any_word(&["SET", "RESET", "DISCARD", "LISTEN"])
                && !after.is_any_word(&["LOCAL", "CONSTRAINTS", "TRANSACTION"])
        }
        _ => false,
    })
}

/// What stands between the first dollar quotes.
fn body(statement: &str) -> Option<&str> {
    let string = tokens(statement).find(|token| token.kind == TokenKind::DollarString)?.text;
    let tag = string.get(..string.get(1..)?.find('$')? + 2)?;
    string.strip_prefix(tag)?.strip_suffix(tag)
}

/// The command as people name it: `CREATE INDEX`, `INSERT`.
fn command(words: &[&str]) -> String {
    let Some((first, rest)) = words.split_first() else { return String::new() };
    let mut command = first.to_ascii_uppercase();
    if is_any(first, &["CREATE", "DROP", "ALTER"]) {
        let start = rest.iter().position(|word| !is_any(word, &QUALIFIERS)).unwrap_or(rest.len());
        let rest = rest.get(start..).unwrap_or_default();
        let kind = longest_phrase(rest, LONG_KINDS).map(|kind| (*kind).to_owned());
        let kind = kind.or_else(|| rest.first().map(|word| word.to_ascii_uppercase()));
        command.extend(kind.into_iter().flat_map(|kind| [" ".to_owned(), kind]));
    }
    command
}

/// Whether there is no statement at all.
pub(crate) fn is_empty(statement: &str) -> bool {
    tokens(statement).next().is_none_or(|token| token.kind == TokenKind::Terminator)
}

/// Whether there is more than one statement.
pub(crate) fn is_several(statement: &str) -> bool {
    let mut rest = tokens(statement).skip_while(|token| token.kind != TokenKind::Terminator);
    rest.any(|token| token.kind != TokenKind::Terminator)
}

/// Which way a `COPY` moves rows over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copies {
    /// From the client.
    In,
    /// To the client.
    Out,
}

/// Whether a statement is a `COPY` that moves rows over the wire.
pub(crate) fn copies(statement: &str) -> Option<Copies> {
    if !tokens(statement).next()?.is_word("COPY") {
        return None;
    }
    if has_part(statement, &["FROM STDIN"]) {
        return Some(Copies::In);
    }
    has_part(statement, &["TO STDOUT"]).then_some(Copies::Out)
}

/// Whether a statement waits until older transactions have ended, however long that takes, and leaves something behind
/// when it is stopped.
pub(crate) fn waits_for_others(statement: &str) -> bool {
    let words = leading(statement);
    let mine = words.first().is_some_and(|first| is_any(first, &["CREATE", "DROP", "REINDEX", "ALTER"]));
    mine && longest_phrase(&words, FORBIDDEN_PARTS).is_some() && has_part(statement, &["CONCURRENTLY"])
}

/// Whether a statement may have made something to last when it is stopped.
pub(crate) fn may_leave_rest(statement: &str) -> bool {
    waits_for_others(statement)
}

/// Whether a statement ends a transaction so that its changes last.
pub(crate) fn ends_transaction(statement: &str) -> bool {
    let words = leading(statement);
    longest_phrase(&words, &[("COMMIT", ()), ("END", ()), ("PREPARE TRANSACTION", ())]).is_some()
}

#[cfg(test)]
mod tests;
