//! Statements, and what a dialect knows of them before they run.

use serde::{Deserialize, Serialize};

use crate::string_enum;

string_enum! {
    /// How a statement and a transaction go together.
    pub enum TransactionRule {
        /// It runs inside one and outside one.
        Allowed = "allowed",
        /// The database refuses it inside one, or ignores it there.
        Forbidden = "forbidden",
        /// It commits the transaction that it runs in, without being asked.
        CommitsImplicitly = "commits-implicitly",
        /// It runs statements that its text does not show, or shows further on, and that may commit: a call of a
        /// procedure, a prepared statement.
        MayCommit = "may-commit",
        /// It begins, ends or divides one itself.
        Control = "control",
    }
}

/// What a dialect can tell from a statement's text alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementFacts {
    /// How it goes together with a transaction.
    pub transaction: TransactionRule,
    /// Whether it changes settings of the session that outlive it, so that the session must be
    /// [reset](crate::Connection::reset) before somebody else's statements run.
    pub changes_session: bool,
    /// The command as its first words say: `CREATE INDEX`, `PRAGMA`.
    pub command: String,
}

/// A statement that a dialect rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its text, without a terminator.
    pub sql: String,
    /// How it goes together with a transaction.
    pub transaction: TransactionRule,
    /// Whether it needs a transaction that was begun with
    /// [`suspend_foreign_keys`](crate::TransactionOptions::suspend_foreign_keys).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspends_foreign_keys: bool,
}

impl Statement {
    /// A statement that runs inside a transaction and outside one.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), transaction: TransactionRule::Allowed, suspends_foreign_keys: false }
    }
}

/// How a transaction is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TransactionOptions {
    /// Nothing will be written.
    #[serde(default)]
    pub read_only: bool,
    /// Enforcement of foreign keys is off until the end. A commit then fails, and rolls back, if there are
    /// violations that were not there at the beginning.
    #[serde(default)]
    pub suspend_foreign_keys: bool,
}

/// The statements around a transaction, for a script that somebody else runs; and around what a revision sets in its
/// session, which Lambic's own statements must not feel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TransactionScript {
    /// Before the first statement.
    pub begin: Vec<String>,
    /// After the last one.
    pub commit: Vec<String>,
    /// Inside a transaction: until its end, statements run with the rights that the session was opened with. Empty where
    /// a revision cannot give rights away, or a transaction cannot take them back.
    #[serde(default)]
    pub own_rights: Vec<String>,
    /// Inside a transaction and outside one: settings and rights of the session are again those that it was opened with.
    /// Empty where no statement does that.
    #[serde(default)]
    pub reset: Vec<String>,
}
