//! The plan: what a run would do, statement by statement. It is the seam that a person can review.

use std::ops::Range;
use std::path::PathBuf;

use lambic_revision::Direction;
use serde::Serialize;

/// What to do with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Applies what leads up to a target.
    Upgrade {
        /// A symbol: `head`, `heads`, an id, `label@head`, `+1`…
        target: String,
    },
    /// Undoes what is above a target.
    Downgrade {
        /// A symbol: `base`, an id, `label@base`, `-1`…
        target: String,
    },
    /// Writes version rows without running anything.
    Stamp {
        /// Symbols.
        targets: Vec<String>,
        /// Whether every row is deleted first, even one that no file explains.
        purge: bool,
    },
}

/// How statements and transactions go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransactionMode {
    /// A transaction for each revision.
    #[default]
    Revision,
    /// One transaction for the whole run.
    All,
    /// None: every statement commits by itself.
    None,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Plan {
    /// The steps, in order.
    pub steps: Vec<PlannedStep>,
}

/// One revision that is applied or undone, or one change that a stamp makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedStep {
    /// Which way it goes.
    pub direction: Direction,
    /// The revision; for a stamp the one that its row then names, `None` when rows only go.
    pub revision: Option<String>,
    /// For a stamp: the rows that go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Vec<String>>,
    /// For a stamp: the rows that come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<String>>,
    /// The version table's rows after it, sorted.
    pub rows_after: Vec<String>,
    /// Its statements, in order.
    pub statements: Vec<PlannedStatement>,
    /// Why the statements are not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deferred: Option<String>,
    /// The message of the revision; empty for a stamp and for a revision without one.
    #[serde(skip)]
    pub message: String,
    /// The version table's rows before it, sorted.
    #[serde(skip)]
    pub rows_before: Vec<String>,
    /// The revision's file, as errors name it; `None` for a stamp.
    #[serde(skip)]
    pub path: Option<PathBuf>,
    /// Checksum of the sections that run; `None` when they are not known, and for a stamp.
    #[serde(skip)]
    pub checksum: Option<String>,
}

/// A statement of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedStatement {
    /// Its text, as it is sent.
    pub sql: String,
    /// Whether it runs in a transaction.
    pub transaction: bool,
    /// What is dangerous about it.
    pub hazards: Vec<Hazard>,
    /// Where it stands in the revision's file, in bytes.
    #[serde(skip)]
    pub range: Range<usize>,
    /// Which of the step's sections it belongs to, from 0.
    #[serde(skip)]
    pub section: usize,
    /// Whether it changes settings of the session that outlive it.
    #[serde(skip)]
    pub changes_session: bool,
}

/// What is dangerous about a statement. None is known yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Hazard {}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}
