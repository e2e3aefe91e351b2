//! What a statement's text tells before it runs.

use lambic_core::{StatementFacts, TransactionRule};
use lambic_sql::{Cursor, Lexer, Token, TokenKind, longest_phrase};

use crate::ddl::{name_of, same_name};
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
];

/// Settings that SQLite refuses to change inside a transaction, or that have no effect there.
const FORBIDDEN_SETTINGS: [&str; 3] = ["foreign_keys", "journal_mode", "synchronous"];

/// Pragmas that do something without an assignment, and are refused inside a transaction.
const FORBIDDEN_ACTIONS: [&str; 1] = ["wal_checkpoint"];

/// The commands that may change settings of the session.
pub(crate) const SETTING_COMMANDS: [&str; 3] = ["PRAGMA", "ATTACH", "DETACH"];

/// The words after `CREATE`, `DROP` and `ALTER` that say what kind of thing it is.
const QUALIFIERS: [&str; 4] = ["TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"];

/// What `CREATE` makes.
const KINDS: [&str; 4] = ["TABLE", "INDEX", "VIEW", "TRIGGER"];

/// What can be told from a statement's text alone.
pub(crate) fn classify(statement: &str) -> StatementFacts {
    let words = Words::of(statement);
    let [first, ..] = words.0;
    if is(first, "PRAGMA") {
        return pragma(statement);
    }
    StatementFacts {
        transaction: longest_phrase(&words.0, RULES).cloned().unwrap_or(Allowed),
        changes_session: SETTING_COMMANDS.iter().any(|command| is(first, command))
            || (is(first, "CREATE") && words.may_be_temporary() && makes_temporary(statement)),
        command: words.command(),
    }
}

/// Whether a `CREATE` makes something that lives in the session: it says so, or names the namespace `temp`.
pub(crate) fn makes_temporary(statement: &str) -> bool {
    let mut tokens = Lexer::new(statement, &LEXICON).significant().skip(1);
    let mut before_kind = tokens.by_ref().take_while(|token| !token.is_any_word(&KINDS));
    if before_kind.any(|token| token.is_any_word(&["TEMP", "TEMPORARY"])) {
        return true;
    }
    let mut tokens = tokens.skip_while(|token| token.is_any_word(&["IF", "NOT", "EXISTS"]));
    let first = tokens.next().and_then(|token| name_of(&token));
    first.is_some_and(|name| same_name(&name, "temp")) && tokens.next().is_some_and(|token| token.is('.'))
}

/// The words with which a statement begins, as they are written; empty where there are fewer.
struct Words<'s>([&'s str; 3]);

impl<'s> Words<'s> {
    fn of(statement: &'s str) -> Self {
        let mut words = Self([""; 3]);
        let tokens = Lexer::new(statement, &LEXICON).significant();
        let tokens = tokens.take_while(|token| token.kind == TokenKind::Word);
        words.0.iter_mut().zip(tokens).for_each(|(word, token)| *word = token.text);
        words
    }

    /// Whether what follows `CREATE` leaves it open that the thing lives in the session. As in `CREATE TABLE t`,
    /// the words mostly tell that it does not.
    fn may_be_temporary(&self) -> bool {
        let [_, kind, name] = self.0;
        let named = !["", "IF", "NOT", "EXISTS", "temp"].iter().any(|word| is(name, word));
        !(named && KINDS.iter().any(|known| is(kind, known)))
    }

    /// The command as people name it: `CREATE INDEX`, `INSERT`.
    fn command(&self) -> String {
        let [first, rest @ ..] = self.0;
        let qualifies = |word: &str| QUALIFIERS.iter().any(|qualifier| is(word, qualifier));
        let changes = ["CREATE", "DROP", "ALTER"].iter().any(|command| is(first, command));
        let kind = rest.into_iter().find(|word| !qualifies(word)).filter(|word| changes && !word.is_empty());
        let mut command = String::with_capacity(first.len() + 1 + kind.map_or(0, str::len));
        command.push_str(first);
        command.extend(kind.into_iter().flat_map(|kind| [" ", kind]));
        command.make_ascii_uppercase();
        command
    }
}

fn is(word: &str, name: &str) -> bool {
    word.eq_ignore_ascii_case(name)
}

/// The first token of a statement. `None`: there is no statement.
pub(crate) fn first_token(statement: &str) -> Option<Token<'_>> {
    let mut tokens = Lexer::new(statement, &LEXICON).significant();
    tokens.next().filter(|token| token.kind != TokenKind::Terminator)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(sql: &str) -> (TransactionRule, bool, String) {
        let StatementFacts { transaction, changes_session, command } = classify(sql);
        (transaction, changes_session, command)
    }

    #[test]
    fn a_statement_is_known_by_its_first_words() {
        let cases = [
            ("BEGIN IMMEDIATE", Control, false, "BEGIN"),
            ("-- x\n/* y */ commit;", Control, false, "COMMIT"),
            ("END TRANSACTION", Control, false, "END"),
            ("ROLLBACK TO a", Control, false, "ROLLBACK"),
            ("SAVEPOINT a", Control, false, "SAVEPOINT"),
            ("RELEASE a", Control, false, "RELEASE"),
            ("vacuum into 'x'", Forbidden, false, "VACUUM"),
            ("DETACH DATABASE x", Allowed, true, "DETACH"),
            ("ATTACH 'x' AS y", Allowed, true, "ATTACH"),
            ("PRAGMA foreign_keys=OFF", Forbidden, true, "PRAGMA"),
            ("PRAGMA main . \"Foreign_Keys\" (0)", Forbidden, true, "PRAGMA"),
            ("PRAGMA foreign_keys", Allowed, false, "PRAGMA"),
            ("PRAGMA journal_mode = WAL", Forbidden, true, "PRAGMA"),
            ("PRAGMA wal_checkpoint(TRUNCATE)", Forbidden, true, "PRAGMA"),
            ("PRAGMA user_version = 3", Allowed, true, "PRAGMA"),
            ("PRAGMA table_info(t)", Allowed, true, "PRAGMA"),
            ("PRAGMA", Allowed, false, "PRAGMA"),
            ("CREATE TEMP TABLE t (a)", Allowed, true, "CREATE TABLE"),
            ("CREATE TABLE temp.t (a)", Allowed, true, "CREATE TABLE"),
            ("CREATE TABLE IF NOT EXISTS \"TEMP\" . t (a)", Allowed, true, "CREATE TABLE"),
            ("CREATE VIRTUAL TABLE temp.f USING fts5(a)", Allowed, true, "CREATE TABLE"),
            ("create view 'temp'.v AS SELECT 1", Allowed, true, "CREATE VIEW"),
            ("CREATE TABLE temp (a)", Allowed, false, "CREATE TABLE"),
            ("CREATE TABLE main.temp AS SELECT temp.a FROM temp", Allowed, false, "CREATE TABLE"),
            ("CREATE UNIQUE INDEX i ON t (a)", Allowed, false, "CREATE INDEX"),
            ("CREATE VIRTUAL TABLE t USING fts5(a)", Allowed, false, "CREATE TABLE"),
            ("CREATE TRIGGER t AFTER INSERT ON t BEGIN SELECT 1; END", Allowed, false, "CREATE TRIGGER"),
            ("ALTER TABLE t RENAME TO u", Allowed, false, "ALTER TABLE"),
            ("DROP VIEW IF EXISTS v", Allowed, false, "DROP VIEW"),
            ("INSERT INTO \"BEGIN\" VALUES (1)", Allowed, false, "INSERT"),
            ("WITH x AS (SELECT 1) DELETE FROM t", Allowed, false, "WITH"),
            ("", Allowed, false, ""),
            ("\"BEGIN\"", Allowed, false, ""),
        ];
        for (sql, transaction, changes_session, command) in cases {
            assert_eq!(facts(sql), (transaction, changes_session, command.to_owned()), "{sql}");
        }
    }

    /// What is said to be forbidden fails in a transaction, or has no effect there; and works outside one.
    #[test]
    fn the_library_agrees() {
        let folder = tempfile::tempdir().unwrap();
        let statements = [
            ("VACUUM", None),
            ("PRAGMA wal_checkpoint", None),
            ("PRAGMA foreign_keys = OFF", Some("foreign_keys")),
            ("PRAGMA journal_mode = WAL", Some("journal_mode")),
            ("PRAGMA synchronous = OFF", Some("synchronous")),
        ];
        for (number, (sql, setting)) in statements.into_iter().enumerate() {
            assert_eq!(classify(sql).transaction, Forbidden, "{sql}");
            let changed = |inside: bool| {
                let path = folder.path().join(format!("{number}-{inside}.db"));
                let connection = rusqlite::Connection::open(path).unwrap();
                let mode = if sql.contains("wal_") { "WAL" } else { "DELETE" };
                connection
                    .execute_batch(&format!("PRAGMA journal_mode = {mode}; CREATE TABLE t (a)"))
                    .unwrap();
                let read = || {
                    let value = setting.map(|name| {
                        connection
                            .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
                    });
                    value.transpose().unwrap()
                };
                let before = read();
                connection
                    .execute_batch(if inside { "BEGIN; INSERT INTO t VALUES (1)" } else { "" })
                    .unwrap();
                let ran = connection.execute_batch(sql).is_ok();
                ran && (setting.is_none() || read() != before)
            };
            assert!(changed(false), "{sql} has an effect outside a transaction");
            assert!(!changed(true), "{sql} has no effect inside one");
        }
    }
}
