//! What a statement's text tells before it runs.

use lambic_core::{StatementFacts, TransactionRule};
use lambic_sql::{Cursor, Lexer, leading_words, longest_phrase};

use crate::lexicon::LEXICON;

use TransactionRule::{Allowed, Control, Forbidden};

/// How statements go together with a transaction; what is not here may stand in one.
const RULES: &[(&str, TransactionRule)] = &[
    ("BEGIN", Control),
    ("COMMIT", Control),
    ("END", Control),
    ("ROLLBACK", Control),
    ("SAVEPOINT", Control),
    ("RELEASE", Control),
    // Refused inside a transaction.
    ("VACUUM", Forbidden),
    ("DETACH", Forbidden),
];

/// Settings that SQLite refuses to change inside a transaction, or that have no effect there.
const FORBIDDEN_SETTINGS: [&str; 7] =
    ["auto_vacuum", "encoding", "foreign_keys", "journal_mode", "page_size", "synchronous", "temp_store"];

/// Pragmas that do something without an assignment, and are refused inside a transaction.
const FORBIDDEN_ACTIONS: [&str; 1] = ["wal_checkpoint"];

/// The words after `CREATE`, `DROP` and `ALTER` that say what kind of thing it is.
const QUALIFIERS: [&str; 4] = ["TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"];

/// What can be told from a statement's text alone.
pub(crate) fn classify(statement: &str) -> StatementFacts {
    let words = leading_words(statement, &LEXICON, 3);
    let first = words.first().map_or("", String::as_str);
    if first == "PRAGMA" {
        return pragma(statement);
    }
    let temporary = matches!(words.get(1).map(String::as_str), Some("TEMP" | "TEMPORARY"));
    StatementFacts {
        transaction: longest_phrase(&words, RULES).cloned().unwrap_or(Allowed),
        changes_session: matches!(first, "ATTACH" | "DETACH") || (first == "CREATE" && temporary),
        command: command(&words),
    }
}

/// Whether a statement may change settings that outlive it. Looks at one word, and allocates nothing.
pub(crate) fn changes_session(statement: &str) -> bool {
    let first = Lexer::new(statement, &LEXICON).significant().next();
    first.is_some_and(|word| word.is_any_word(&["PRAGMA", "ATTACH", "DETACH"]))
}

/// `PRAGMA [schema.]name`, `PRAGMA name = value` or `PRAGMA name(value)`.
fn pragma(statement: &str) -> StatementFacts {
    let mut cursor = Cursor::new(statement, &LEXICON);
    cursor.eat_word("PRAGMA");
    let mut name = cursor.advance();
    if cursor.at_char('.') {
        cursor.advance();
        name = cursor.advance();
    }
    let assigns = cursor.at_char('=') || cursor.at_char('(');
    let name = name.map(|token| token.unquote(&LEXICON).to_ascii_lowercase()).unwrap_or_default();
    let forbidden = FORBIDDEN_ACTIONS.contains(&name.as_str())
        || (assigns && FORBIDDEN_SETTINGS.contains(&name.as_str()));
    StatementFacts {
        transaction: if forbidden { Forbidden } else { Allowed },
        changes_session: assigns,
        command: "PRAGMA".to_owned(),
    }
}

/// The command as people name it: `CREATE INDEX`, `INSERT`.
fn command(words: &[String]) -> String {
    let mut words = words.iter().map(String::as_str);
    let first = words.next().unwrap_or_default();
    if !matches!(first, "CREATE" | "DROP" | "ALTER") {
        return first.to_owned();
    }
    match words.find(|word| !QUALIFIERS.contains(word)) {
        Some(kind) => format!("{first} {kind}"),
        None => first.to_owned(),
    }
}
