//! An open database with what its version store says.

use std::path::PathBuf;
use std::sync::Arc;

use lambic_core::{Connection, Dialect, Result, Session};
use lambic_revision::{Direction, Graph};
use serde::Serialize;

use crate::event::Notice;
use crate::plan::{Command, Plan, PlannedStep};
use crate::sections;
use crate::store::{
    Author, Ensured, EventKind, LogEntry, LogEvent, Recorded, RowChange, StoreOptions, Unfinished,
    VersionStore,
};

/// How many notices of one kind are given one by one.
const ONE_BY_ONE: usize = 10;

/// A session with a database, and the version rows as they were when it was opened.
#[derive(Debug)]
pub struct Database {
    session: Session,
    store: VersionStore,
    rows: Vec<String>,
}

/// What does not fit between the revision files and what a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Review {
    /// Rows of the version table that no file explains.
    pub unknown: Vec<String>,
    /// Applied revisions whose files have changed since.
    pub changed: Vec<Changed>,
    /// Revisions that an earlier run left half done.
    pub unfinished: Vec<Unfinished>,
}

/// A revision whose file has changed since it was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The revision.
    pub revision: String,
    /// Its file.
    pub path: PathBuf,
}

impl Database {
    pub(super) async fn load(mut session: Session, options: &StoreOptions) -> Result<Self> {
        let store = VersionStore::find(&mut session, options).await?;
        let rows = store.rows(session.connection.as_mut()).await?;
        Ok(Self { session, store, rows })
    }

    /// The version rows, sorted.
    pub fn rows(&self) -> &[String] {
        &self.rows
    }

    /// The version store.
    pub fn store(&self) -> &VersionStore {
        &self.store
    }

    /// The dialect that answers.
    pub fn dialect(&self) -> &dyn Dialect {
        self.session.dialect.as_ref()
    }

    /// Every event of the log, the oldest first; none without a log.
    pub async fn log(&mut self) -> Result<Vec<LogEntry>> {
        self.store.entries(self.session.connection.as_mut()).await
    }

    /// Compares the revision files with what the database says of itself.
    pub async fn review(&mut self, graph: &Graph) -> Result<Review> {
        let history = self.store.history(self.session.connection.as_mut()).await?;
        let unknown = graph.rows(&self.rows).unknown().to_vec();
        let mut changed = Vec::new();
        if !history.recorded.is_empty() {
            for revision in graph.rows(&self.rows).applied_revisions() {
                let Some(Recorded::Checksum(then)) = history.recorded.get(revision.id()) else { continue };
                let now = sections::checksum(revision.file(), Direction::Upgrade, self.dialect());
                if now.is_ok_and(|now| now == *then) {
                    continue;
                }
                let path = revision.path().to_owned();
                changed.push(Changed { revision: revision.id().to_owned(), path });
            }
        }
        Ok(Review { unknown, changed, unfinished: history.unfinished })
    }

    pub(crate) fn session(&mut self) -> (&mut dyn Connection, Arc<dyn Dialect>) {
        (self.session.connection.as_mut(), Arc::clone(&self.session.dialect))
    }

    pub(super) fn connection(&mut self) -> &mut dyn Connection {
        self.session.connection.as_mut()
    }

    pub(super) fn into_session(self) -> Session {
        self.session
    }

    pub(super) fn has_log(&self) -> bool {
        self.store.has_log()
    }

    pub(super) async fn read_rows(&mut self) -> Result<Vec<String>> {
        self.store.rows(self.session.connection.as_mut()).await
    }

    pub(super) async fn ensure(&mut self, longest: usize) -> Result<Ensured> {
        self.store.ensure(self.session.connection.as_mut(), longest).await
    }

    pub(super) async fn apply(&mut self, changes: &[RowChange]) -> Result<()> {
        self.store.apply(self.session.connection.as_mut(), changes).await
    }

    pub(super) async fn record(
        &mut self,
        author: &Author,
        kind: EventKind,
        events: &[LogEvent<'_>],
    ) -> Result<()> {
        self.store.record(self.session.connection.as_mut(), author, &kind, events).await
    }
}

impl Review {
    /// Whether everything fits.
    pub fn is_sound(&self) -> bool {
        self.unknown.is_empty() && self.changed.is_empty() && self.unfinished.is_empty()
    }

    /// What a run with this plan says about it.
    pub(super) fn notices(&self, plan: &Plan, command: &Command) -> Vec<Notice> {
        let purged = matches!(command, Command::Stamp { purge: true, .. });
        let unknown = self.unknown.iter().filter(|_| !purged).map(|row| unknown_row(row));
        let changed = self.changed.iter().take(ONE_BY_ONE).map(changed_revision);
        let more = self.changed.len().saturating_sub(ONE_BY_ONE);
        let more = (more > 0).then(|| {
            Notice::new(
                "run.changed-revision",
                format!("{more} further revisions have changed since they were applied"),
            )
        });
        let unfinished = self.unfinished.iter().map(|unfinished| self.left(unfinished, plan));
        unknown.chain(changed).chain(more).chain(unfinished).collect()
    }

    /// What an earlier run left of `step`.
    pub(super) fn left_of(&self, step: &PlannedStep) -> Option<&Unfinished> {
        self.unfinished.iter().find(|left| {
            Some(left.revision.as_str()) == step.revision.as_deref()
                && left.direction == step.direction.as_str()
        })
    }

    /// How many statements of `step` an earlier run has committed already.
    pub(super) fn resume(&self, step: &PlannedStep) -> usize {
        let same = |left: &&Unfinished| left.checksum.is_some() && left.checksum == step.checksum;
        let left = self.left_of(step).filter(same);
        left.map_or(0, |left| left.statements_done.min(step.statements.len()))
    }

    fn left(&self, left: &Unfinished, plan: &Plan) -> Notice {
        let Unfinished { revision, direction, .. } = left;
        let state = state(left);
        let step = plan.steps.iter().find(|step| {
            step.revision.as_ref() == Some(revision) && step.direction.as_str() == direction.as_str()
        });
        let hint = match step.map(|step| self.resume(step)) {
            None => format!("`lambic {direction}` goes on with it; `lambic stamp` says how far it is"),
            Some(0) => "this run starts with its first statement".to_owned(),
            Some(done) => format!("this run goes on with statement {}", done + 1),
        };
        let message = format!("an earlier run left the {direction} of {revision} unfinished: {state}");
        Notice::new("run.unfinished", message).hint(hint)
    }
}

/// What took effect of a revision that was left unfinished.
pub(super) fn state(left: &Unfinished) -> String {
    match (left.statements_done, left.failed, left.under_way) {
        (0, true, _) => "its first statement failed and took effect in part".to_owned(),
        (0, false, true) => "its first statement was under way and may have taken effect".to_owned(),
        (0, false, false) => "nothing of it took effect".to_owned(),
        (done, true, _) => {
            format!("its statements up to number {done} took effect, and the next one failed")
        }
        (done, false, true) => format!(
            "its statements up to number {done} took effect, and the next one was under way and may have, too"
        ),
        (done, false, false) => format!("its statements up to number {done} took effect, and no other"),
    }
}

fn unknown_row(row: &str) -> Notice {
    let message = format!("the version table names {row}, and no file explains it");
    Notice::new("run.unknown-row", message).hint(
        "get the file from where it was made, or `lambic stamp --purge REV` with what is really applied",
    )
}

fn changed_revision(changed: &Changed) -> Notice {
    let path = changed.path.display();
    let message = format!("revision {} has changed since it was applied ({path})", changed.revision);
    Notice::new("run.changed-revision", message)
        .hint("restore the file, and make a new revision of what is to be different")
}
