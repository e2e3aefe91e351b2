//! Running a plan against a database.

use std::time::Duration;

use lambic_core::{DatabaseUrl, Driver};

use crate::interrupt::Interrupt;
use crate::plan::{Plan, TransactionMode};
use crate::store::StoreOptions;

/// What a run needs to know beside its command.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Where the version rows and the log are.
    pub store: StoreOptions,
    /// The dialects that the project runs on; empty for any.
    pub dialects: Vec<String>,
    /// How statements and transactions go together.
    pub transaction: TransactionMode,
    /// The lock that keeps other migrators out; `None` for none.
    pub lock: Option<LockOptions>,
    /// Codes of what needs a person's decision and has it, for example `changed-revision`.
    pub allow: Vec<String>,
    /// Who runs it, for the log and for those who wait for the lock.
    pub actor: Actor,
    /// A word of the user's own that the log keeps with every event of this run.
    pub tag: Option<String>,
}

/// The lock that keeps other migrators out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockOptions {
    /// Its name; `None` for one that follows from the version table.
    pub key: Option<String>,
    /// How long to wait for it.
    pub wait: Duration,
}

impl Default for LockOptions {
    fn default() -> Self {
        Self { key: None, wait: Duration::from_mins(1) }
    }
}

/// Who runs something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// The user's name, where it is known.
    pub user: Option<String>,
    /// The machine's name, where it is known.
    pub host: Option<String>,
}

/// A database, a way to reach it and the rules for changing it.
#[derive(Debug)]
pub struct Runner<'r> {
    /// The driver that reaches it.
    pub driver: &'r dyn Driver,
    /// Where it is.
    pub url: &'r DatabaseUrl,
    /// Where the URL came from, for people.
    pub source: String,
    /// The rules.
    pub options: RunOptions,
    /// What stops it.
    pub interrupt: Interrupt,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The steps, all of them done.
    pub plan: Plan,
    /// The version table's rows afterwards, sorted.
    pub rows: Vec<String>,
    /// How long the whole took.
    pub duration: Duration,
}
