//! What a statement's text tells before it runs.

use lambic_core::{Aftermath, Error, StatementFacts, TransactionRule};
use lambic_sql::{Cursor, longest_phrase};

use crate::connection::Text;
use crate::product::{Facts, Product};

use TransactionRule::{Allowed, CommitsImplicitly, Control, Forbidden, MayCommit};

/// How statements go together with a transaction; what is not here may stand in one. After
/// <https://dev.mysql.com/doc/refman/9.4/en/implicit-commit.html>.
const RULES: &[(&str, TransactionRule)] = &[
    ("BEGIN", Control),
    ("BEGIN NOT ATOMIC", MayCommit),
    ("START TRANSACTION", Control),
    ("COMMIT", Control),
    ("ROLLBACK", Control),
    ("SAVEPOINT", Control),
    ("RELEASE SAVEPOINT", Control),
    ("XA", Control),
    ("SET AUTOCOMMIT", Control),
    // Refused inside a transaction.
    ("SET TRANSACTION", Forbidden),
    // What they run is not told, or comes further on.
    ("CALL", MayCommit),
    ("CASE", MayCommit),
    ("EXECUTE", MayCommit),
    ("FOR", MayCommit),
    ("IF", MayCommit),
    ("LOOP", MayCommit),
    ("REPEAT", MayCommit),
    ("SET STATEMENT", MayCommit),
    ("WHILE", MayCommit),
    ("ALTER", CommitsImplicitly),
    ("ANALYZE", CommitsImplicitly),
    // A query that is explained by running it.
    ("ANALYZE SELECT", Allowed),
    ("ANALYZE FORMAT", Allowed),
    ("CACHE INDEX", CommitsImplicitly),
    ("CHANGE", CommitsImplicitly),
    ("CHECK", CommitsImplicitly),
    ("CREATE", CommitsImplicitly),
    ("CREATE TEMPORARY", Allowed),
    ("CREATE OR REPLACE TEMPORARY", Allowed),
    ("DROP", CommitsImplicitly),
    ("DROP TEMPORARY", Allowed),
    ("DROP PREPARE", Allowed),
    ("FLUSH", CommitsImplicitly),
    ("GRANT", CommitsImplicitly),
    ("IMPORT TABLE", CommitsImplicitly),
    ("INSTALL", CommitsImplicitly),
    ("LOAD INDEX", CommitsImplicitly),
    ("LOCK", CommitsImplicitly),
    ("OPTIMIZE", CommitsImplicitly),
    ("RENAME", CommitsImplicitly),
    ("REPAIR", CommitsImplicitly),
    ("RESET", CommitsImplicitly),
    ("REVOKE", CommitsImplicitly),
    ("SET PASSWORD", CommitsImplicitly),
    ("SET DEFAULT ROLE", CommitsImplicitly),
    ("START", CommitsImplicitly),
    ("STOP", CommitsImplicitly),
    ("TRUNCATE", CommitsImplicitly),
    ("UNINSTALL", CommitsImplicitly),
    ("UNLOCK", CommitsImplicitly),
];

/// Whether statements change settings of the session that outlive them, or make things that live in it.
const CHANGES_SESSION: &[(&str, bool)] = &[
    ("SET", true),
    ("SET GLOBAL", false),
    ("SET PERSIST", false),
    ("SET PERSIST_ONLY", false),
    ("SET PASSWORD", false),
    ("SET DEFAULT ROLE", false),
    ("SET STATEMENT", false),
    ("USE", true),
    ("LOCK", true),
    ("UNLOCK", true),
    ("FLUSH", true),
    ("PREPARE", true),
    ("CREATE TEMPORARY", true),
    ("CREATE OR REPLACE TEMPORARY", true),
];

/// The words after `CREATE`, `DROP` and `ALTER` that do not say what kind of thing it is.
const QUALIFIERS: [&str; 11] = [
    "OR",
    "REPLACE",
    "TEMPORARY",
    "UNIQUE",
    "FULLTEXT",
    "SPATIAL",
    "ONLINE",
    "IGNORE",
    "AGGREGATE",
    "DEFINER",
    "UNDO",
];

/// The statements whose own statements committed before the one that failed.
const PROGRAMS: [&str; 10] =
    ["CALL", "EXECUTE", "BEGIN", "IF", "CASE", "LOOP", "REPEAT", "WHILE", "FOR", "DO"];

/// Whether a statement may change the session: it says so, or runs statements that may.
pub(crate) fn touches_session(text: &Text<'_>) -> bool {
    longest_phrase(&text.words, CHANGES_SESSION).copied().unwrap_or_default()
        || (text.begins_with_any(&PROGRAMS) && rule_of(text) != Control)
}

/// How a statement goes together with a transaction, by its first words.
pub(crate) fn rule_of(text: &Text<'_>) -> TransactionRule {
    longest_phrase(&text.words, RULES).cloned().unwrap_or(Allowed)
}

/// What can be told from a statement's text alone.
pub(crate) fn classify(statement: &str, product: &Product) -> StatementFacts {
    let text = Text::read(statement, &product.lexicon);
    let mut transaction = rule_of(&text);
    if text.begins_with(&["LOAD", "INDEX"]) && !product.facts.load_index_commits {
        transaction = Allowed;
    }
    StatementFacts {
        transaction,
        changes_session: longest_phrase(&text.words, CHANGES_SESSION).copied().unwrap_or_default(),
        command: command(&text, product),
    }
}

/// The command as people name it: `CREATE INDEX`, `INSERT`.
fn command(text: &Text<'_>, product: &Product) -> String {
    let first = text.word(0);
    if !["CREATE", "DROP", "ALTER"].contains(&first) {
        return first.to_owned();
    }
    let kind = text.words.iter().skip(1).find(|word| !QUALIFIERS.contains(&word.as_str()));
    let kind = kind.cloned().or_else(|| kind_after_options(text.sql, product));
    match kind {
        Some(kind) => format!("{first} {kind}"),
        None => first.to_owned(),
    }
}

/// `CREATE DEFINER = 'ann'@'%' SQL SECURITY INVOKER VIEW`: what is made stands behind what is no word.
fn kind_after_options(sql: &str, product: &Product) -> Option<String> {
    const KINDS: [&str; 5] = ["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "VIEW"];
    let mut cursor = Cursor::new(sql, &product.lexicon);
    let kind = std::iter::from_fn(|| cursor.advance()).take(24).find(|token| token.is_any_word(&KINDS));
    kind.map(|token| token.text.to_ascii_uppercase())
}

/// Corrects what a failed statement left behind, where it is not one that is undone whole.
pub(crate) fn with_aftermath(mut error: Error, text: &Text<'_>, facts: &Facts) -> Error {
    let drops_several = text.word(0) == "DROP" && !facts.atomic_drop && text.sql.contains(',');
    let undone = error.aftermath == Some(Aftermath::RolledBack);
    if undone && (text.begins_with_any(&PROGRAMS) || drops_several) {
        error.aftermath = Some(Aftermath::Unknown);
    }
    error
}
