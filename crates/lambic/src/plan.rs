//! The plan: what a run would do, statement by statement. It is the seam that a person can review.

use std::ops::Range;

use lambic_core::{Dialect, Error, ErrorKind, Result};
use lambic_revision::plan::{Plan as Route, Step, downgrade, stamp, upgrade};
use lambic_revision::{Direction, Excerpt, Graph, Revision};
use serde::Serialize;

use crate::sections;
use crate::store::RowChange;

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
    /// The version table's rows before the first step, sorted.
    #[serde(skip)]
    pub rows_before: Vec<String>,
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
    /// What it does to the version table.
    #[serde(skip)]
    pub changes: Vec<RowChange>,
    /// Checksum of the sections that run; `None` for a stamp, and in a plan that is only looked at.
    #[serde(skip)]
    pub checksum: Option<String>,
}

/// A statement of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedStatement {
    /// Its text, as it is sent.
    pub sql: Excerpt,
    /// The lines of data that are sent with it, each with its line end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<Excerpt>>,
    /// Whether it runs in a transaction.
    pub transaction: bool,
    /// What is dangerous about it.
    pub hazards: Box<[Hazard]>,
    /// Which of the step's sections it belongs to, from 0.
    #[serde(skip)]
    pub section: u32,
    /// Whether it changes settings of the session that outlive it.
    #[serde(skip)]
    pub changes_session: bool,
}

impl PlannedStatement {
    /// Where it stands in the revision's file, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.sql.range()
    }
}

/// What is dangerous about a statement. None is known yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Hazard {}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The version table's rows before the step with that number, from 0.
    pub fn rows_before(&self, step: usize) -> &[String] {
        let before = step.checked_sub(1).and_then(|before| self.steps.get(before));
        before.map_or(&self.rows_before, |step| &step.rows_after)
    }

    /// The version table's rows after the last step.
    pub fn rows_after(&self) -> &[String] {
        self.rows_before(self.steps.len())
    }
}

/// Statements of a step that share a transaction, or each have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) transaction: bool,
    pub(crate) statements: Range<usize>,
}

impl PlannedStep {
    /// Whether a statement changes settings of the session that outlive it.
    pub(crate) fn changes_session(&self) -> bool {
        self.statements.iter().any(|statement| statement.changes_session)
    }

    /// Cuts the step where statements in a transaction and others meet. The last segment has a transaction, for
    /// the version rows, and may be empty but for them.
    pub(crate) fn segments(&self) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for (at, statement) in self.statements.iter().enumerate() {
            match segments.last_mut().filter(|segment| segment.transaction == statement.transaction) {
                Some(segment) => segment.statements.end = at + 1,
                None => segments.push(Segment { transaction: statement.transaction, statements: at..at + 1 }),
            }
        }
        if segments.last().is_none_or(|segment| !segment.transaction) {
            let end = self.statements.len();
            segments.push(Segment { transaction: true, statements: end..end });
        }
        segments
    }
}

/// Makes plans: the graph says which steps, the revision files which statements.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'p> {
    /// The revisions.
    pub graph: &'p Graph,
    /// What the statements are for; `None` when nobody says.
    pub dialect: Option<&'p dyn Dialect>,
    /// How statements and transactions go together.
    pub transaction: TransactionMode,
    /// Names of the dialects that a section may be for, beside that of `dialect`.
    pub known: &'p [String],
    /// Whether a step that cannot run on the dialect is marked as deferred. Otherwise it is an error. Without a
    /// dialect every step that has sections is deferred.
    pub defer: bool,
}

impl Planner<'_> {
    /// Plans what `command` does to a database whose version table holds `rows`.
    ///
    /// # Errors
    /// The target does not fit the graph or the rows, or a revision cannot run: see
    /// [`sections::resolve`](crate::sections::resolve).
    pub fn plan(&self, command: &Command, rows: &[String]) -> Result<Plan> {
        let at = self.graph.rows(rows);
        let route = match command {
            Command::Upgrade { target } => upgrade(&at, target)?,
            Command::Downgrade { target } => downgrade(&at, target)?,
            Command::Stamp { targets, purge } => stamp(&at, targets, *purge)?,
        };
        let mut rows_before = rows.to_vec();
        rows_before.sort_unstable();
        let purge = (route.purge && !rows.is_empty()).then(|| purge(&rows_before));
        let mut steps: Vec<PlannedStep> = purge.into_iter().collect();
        steps.reserve(route.steps.len());
        self.follow(route, &mut steps)?;
        self.check_session(&steps)?;
        Ok(Plan { steps, rows_before })
    }

    fn follow(&self, route: Route<'_>, steps: &mut Vec<PlannedStep>) -> Result<()> {
        for (step, rows) in route.into_states() {
            let mut planned = begin(&step, rows);
            if let Some(revision) = step.revision.filter(|_| step.direction != Direction::Stamp) {
                revision.message().clone_into(&mut planned.message);
                self.statements(revision, &mut planned)?;
            }
            steps.push(planned);
        }
        Ok(())
    }

    /// In one transaction with others, a step must leave the session as it was: nothing can put it back between.
    fn check_session(&self, steps: &[PlannedStep]) -> Result<()> {
        let Some((_, before)) = steps.split_last().filter(|_| self.transaction == TransactionMode::All)
        else {
            return Ok(());
        };
        let Some(step) = before.iter().find(|step| step.changes_session()) else { return Ok(()) };
        let changing = step.statements.iter().find(|statement| statement.changes_session);
        let revision = step.revision.as_deref().and_then(|id| self.graph.get(id));
        let message = "the statement changes the session for the revisions after it in the same transaction";
        let error = Error::new(ErrorKind::Usage, "plan.session-in-all", message)
            .hint("set `transaction = \"revision\"`, or upgrade to this revision first, and on from there");
        Err(match (revision, changing) {
            (Some(revision), Some(statement)) => error.at(revision.file().location(statement.range())),
            _ => error,
        })
    }

    /// Fills in the statements, or why they are not known.
    fn statements(&self, revision: Revision<'_>, planned: &mut PlannedStep) -> Result<()> {
        let file = revision.file();
        let Some(dialect) = self.dialect else {
            planned.deferred = file.has_sections().then(|| NO_DIALECT.to_owned());
            return Ok(());
        };
        match sections::resolve(file, planned.direction, dialect, self.transaction, self.known) {
            Ok(statements) => {
                planned.statements = statements;
                // What is only looked at is not noted in the log.
                if !self.defer {
                    planned.checksum = Some(sections::checksum(file, planned.direction, dialect)?);
                }
                Ok(())
            }
            Err(error) if self.defer && is_about_the_dialect(&error) => {
                planned.deferred = Some(error.message.clone());
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

/// Why no statement is known where nobody names a dialect.
const NO_DIALECT: &str = "the statements depend on the dialect, and none is named";

fn is_about_the_dialect(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Unsupported | ErrorKind::Irreversible)
}

/// A step without what its file says.
fn begin(step: &Step<'_>, rows_after: Vec<String>) -> PlannedStep {
    let stamped = step.direction == Direction::Stamp;
    let list = |ids: &[&str]| stamped.then(|| ids.iter().map(|id| (*id).to_owned()).collect());
    PlannedStep {
        direction: step.direction,
        revision: step.revision.map(|revision| revision.id().to_owned()),
        from: list(&step.from),
        to: list(&step.to),
        rows_after,
        statements: Vec::new(),
        deferred: None,
        message: String::new(),
        changes: step.changes.iter().map(RowChange::from).collect(),
        checksum: None,
    }
}

/// The step that deletes every row.
fn purge(rows: &[String]) -> PlannedStep {
    PlannedStep {
        direction: Direction::Stamp,
        revision: None,
        from: Some(rows.to_vec()),
        to: Some(Vec::new()),
        rows_after: Vec::new(),
        statements: Vec::new(),
        deferred: None,
        message: String::new(),
        changes: rows.iter().cloned().map(RowChange::Delete).collect(),
        checksum: None,
    }
}
