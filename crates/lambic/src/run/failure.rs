//! What happens when a step fails: roll back, note it, say what is left.

use lambic_core::{Aftermath, Error, ErrorKind, Location, Result, TransactionOptions};
use lambic_revision::Direction;

use super::database::state;
use super::execute::Execution;
use crate::plan::{PlannedStep, TransactionMode};
use crate::store::{EventKind, LogEvent, Unfinished};

/// How many revisions a note names.
const NAMED: usize = 10;

/// What to do where a revision leads Lambic's own statements astray.
const HIDDEN: &str = "the revision changes its session: no temporary table of its may have the name of the version table \
                      or of the log";

impl Execution<'_> {
    /// Rolls back, notes the failure in the log, and says in the error where it is and what it left behind.
    pub(super) async fn fail(&mut self, error: Error) -> Error {
        // What follows must not be cancelled too.
        self.interrupt.disarm();
        let plan = self.plan;
        let step = self.progress.step.and_then(|at| plan.steps.get(at));
        let mut error = self.locate(step, error);
        self.roll_back(&mut error).await;
        self.explain(step, &mut error);
        if let Some(step) = step {
            if let Err(failed) = self.reset(step).await {
                error.notes.push(format!("the session could not be put back: {failed}"));
            }
            if let Err(failed) = self.note_failure(step, &error).await {
                error.notes.push(format!("the failure could not be written to the log: {failed}"));
            }
        }
        error
    }

    async fn roll_back(&mut self, error: &mut Error) {
        let connection = self.database.connection();
        let alone = connection.in_transaction().await.is_ok_and(|inside| !inside);
        // What a statement did outside a transaction stays.
        self.progress.partial = alone && error.aftermath == Some(Aftermath::Partial);
        if let Err(failed) = connection.rollback().await {
            error.aftermath = Some(Aftermath::Unknown);
            error.notes.push(format!("the transaction could not be rolled back: {failed}"));
        }
    }

    /// Adds where in the revision's file it is wrong.
    fn locate(&self, step: Option<&PlannedStep>, error: Error) -> Error {
        let mut error = self.interrupt.name(error);
        let Some(step) = step else { return error };
        if let Some(at) = self.progress.statement {
            let sql = step.statements.get(at).map(|statement| statement.sql.to_string());
            if error.location.is_none() {
                let offset = error.offset.filter(|_| error.statement.is_none() || error.statement == sql);
                error.location = self.place(step, at, offset);
            }
            if error.statement.is_none() {
                error.statement = sql;
            }
        } else if self.progress.committing {
            error.message = format!("the commit failed: {}", error.message);
            error.location = self.file_of(step);
        } else if error.statement.is_some() {
            error.location = self.file_of(step);
            error
                .notes
                .push("the statement is Lambic's own: it keeps the record of what was done".to_owned());
            if step.changes_session() && error.kind == ErrorKind::Database {
                error.hint = Some(HIDDEN.to_owned());
            }
        }
        error
    }

    fn file_of(&self, step: &PlannedStep) -> Option<Location> {
        let revision = self.graph.get(step.revision.as_deref()?)?;
        Some(Location::file(revision.path().display().to_string()))
    }

    /// Adds what the failure left behind.
    fn explain(&self, step: Option<&PlannedStep>, error: &mut Error) {
        if error.aftermath == Some(Aftermath::Unknown) {
            error.notes.push("nobody can tell what of it took effect".to_owned());
            error.hint.get_or_insert_with(|| "look at `lambic current`, then run again".to_owned());
            return;
        }
        if self.mode == TransactionMode::All && self.progress.steps == 0 {
            error.notes.push("nothing was changed: the whole run was rolled back".to_owned());
            error.aftermath = Some(Aftermath::RolledBack);
        } else {
            let before = if step.is_some() { " before it" } else { "" };
            error.notes.extend(self.steps_done(before));
            match step {
                Some(step) => self.explain_step(step, error),
                None => error.aftermath = Some(Aftermath::Applied),
            }
        }
        if error.hint.is_none() {
            error.hint = Some(self.hint(step, error));
        }
    }

    /// Which revisions are done, and stay so.
    fn steps_done(&self, before: &str) -> Option<String> {
        let steps = self.plan.steps.get(..self.progress.steps)?;
        let done: Vec<&str> = steps.iter().filter_map(|step| step.revision.as_deref()).collect();
        let verb = participle(steps.first().filter(|_| !done.is_empty())?.direction);
        let more = done.len().saturating_sub(NAMED);
        let others = if more > 0 { format!("{more} others and ") } else { String::new() };
        let named = done.get(more..).unwrap_or_default().join(", ");
        Some(format!("{verb}{before}, and still so: {others}{named}"))
    }

    /// What is left of the step that was under way.
    fn explain_step(&self, step: &PlannedStep, error: &mut Error) {
        let name = step.revision.as_deref().unwrap_or("this step");
        let total = step.statements.len();
        let (aftermath, note) = match (self.progress.committed, self.progress.partial) {
            (0, false) if let Some(left) = self.left_before(step) => {
                let state = state(left);
                (
                    Aftermath::Partial,
                    format!(
                        "{name} is unfinished: nothing of this run took effect; of an earlier one {state}"
                    ),
                )
            }
            (0, false) => {
                (Aftermath::RolledBack, format!("{name} was rolled back: nothing of it took effect"))
            }
            (0, true) => (
                Aftermath::Partial,
                format!("{name} is unfinished: statement 1 of {total} failed and took effect in part"),
            ),
            (done, partial) => {
                let next = if partial { ", and the next one did in part" } else { "" };
                let last = format!("statement {done} of {total} was the last that took effect{next}");
                (Aftermath::Partial, format!("{name} is unfinished: {last}"))
            }
        };
        error.notes.push(note);
        error.aftermath = Some(aftermath);
    }

    /// What an earlier run left of the step, if anything.
    fn left_before(&self, step: &PlannedStep) -> Option<&Unfinished> {
        let left = self.review.left_of(step)?;
        (left.statements_done > 0 || left.failed || left.under_way).then_some(left)
    }

    fn hint(&self, step: Option<&PlannedStep>, error: &Error) -> String {
        let hint = match error.kind {
            ErrorKind::Cancelled => "run the same command again to go on",
            ErrorKind::Full => "make room, and run the same command again",
            ErrorKind::Locked => "let the program that holds the lock finish, and run the same command again",
            ErrorKind::Permission => "get the permission, and run the same command again",
            ErrorKind::Connect => "when the database can be reached, run the same command again",
            _ if step.is_none() && self.progress.steps > 0 => "run the same command again to go on",
            _ if step.is_some_and(|step| {
                self.progress.committed == step.statements.len() && !step.statements.is_empty()
            }) =>
            {
                "remove what is in the way and run the same command again: it notes that all statements are done"
            }
            _ if self.progress.committed > 0 || self.progress.partial => {
                return format!(
                    "remove what is in the way and run the same command again: it goes on with statement {}, or with the \
                     first one if the file was changed",
                    self.progress.committed + 1
                );
            }
            _ if step.is_some_and(|step| self.left_before(step).is_some()) => {
                "undo by hand what the earlier run did, or restore the file as it was then, and run the same command again"
            }
            _ => "correct the revision and run the same command again",
        };
        hint.to_owned()
    }

    async fn note_failure(&mut self, step: &PlannedStep, error: &Error) -> Result<()> {
        if step.direction == Direction::Stamp || !self.database.has_log() {
            return Ok(());
        }
        let text = self.url.scrub(&error.to_string());
        let committed = self.progress.committed;
        let event = LogEvent {
            statement: (committed > 0 || self.progress.partial).then_some(committed),
            error: Some(text),
            ..LogEvent::default()
        };
        self.database.connection().begin(&TransactionOptions::default()).await?;
        match self.record(EventKind::Failed, step, event).await {
            Ok(()) => self.database.connection().commit().await,
            Err(failed) => {
                // The first error is the one that matters.
                let _ = self.database.connection().rollback().await;
                Err(failed)
            }
        }
    }
}

fn participle(direction: Direction) -> &'static str {
    match direction {
        Direction::Upgrade => "applied",
        Direction::Downgrade => "undone",
        Direction::Stamp => "stamped",
    }
}
