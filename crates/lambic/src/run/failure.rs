//! What happens when a step fails: roll back, note it, say what is left.

use lambic_core::{Aftermath, Error, ErrorKind, Location, Result, TransactionOptions};
use lambic_revision::Direction;

use super::execute::Execution;
use crate::interrupt::interrupted;
use crate::plan::{PlannedStep, TransactionMode};
use crate::store::{EventKind, LogEvent};

/// How many revisions a note names.
const NAMED: usize = 10;

impl Execution<'_> {
    /// Rolls back, notes the failure in the log, and says in the error where it is and what it left behind.
    pub(super) async fn fail(&mut self, error: Error) -> Error {
        // What follows must not be cancelled too.
        self.interrupt.disarm();
        let plan = self.plan;
        let step = self.progress.step.and_then(|at| plan.steps.get(at));
        let mut error = self.locate(step, error);
        if let Err(failed) = self.database.connection().rollback().await {
            error.notes.push(format!("the transaction could not be rolled back: {failed}"));
        }
        self.explain(step, &mut error);
        if let Some(step) = step
            && let Err(failed) = self.reset(step).await.and(self.note_failure(step, &error).await)
        {
            error.notes.push(format!("the failure could not be written to the log: {failed}"));
        }
        error
    }

    /// Adds where in the revision's file it is wrong.
    fn locate(&self, step: Option<&PlannedStep>, error: Error) -> Error {
        let mut error = match error.kind {
            ErrorKind::Cancelled if self.interrupt.fired() => interrupted(),
            _ => error,
        };
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
            let revision = step.revision.as_deref().and_then(|id| self.graph.get(id));
            error.location = revision.map(|revision| Location::file(revision.path().display().to_string()));
        }
        error
    }

    /// Adds what the failure left behind.
    fn explain(&self, step: Option<&PlannedStep>, error: &mut Error) {
        if error.aftermath == Some(Aftermath::Unknown) {
            error.notes.push("nobody can tell what of it took effect".to_owned());
            error.hint.get_or_insert_with(|| "look at `lambic current`, then run again".to_owned());
            return;
        }
        if self.mode == TransactionMode::All {
            error.notes.push("nothing was changed: the whole run was rolled back".to_owned());
            error.aftermath = Some(Aftermath::RolledBack);
        } else {
            self.explain_steps(step, error);
        }
        if error.hint.is_none() {
            error.hint = Some(self.hint(error).to_owned());
        }
    }

    fn explain_steps(&self, step: Option<&PlannedStep>, error: &mut Error) {
        let done: Vec<&str> = self
            .plan
            .steps
            .iter()
            .take(self.progress.steps)
            .filter_map(|step| step.revision.as_deref())
            .collect();
        if let Some(direction) = step.map(|step| step.direction).filter(|_| !done.is_empty()) {
            let more = done.len().saturating_sub(NAMED);
            let named = done.get(more..).unwrap_or_default().join(", ");
            let before = if more > 0 { format!("{more} others and ") } else { String::new() };
            let verb = participle(direction);
            error.notes.push(format!("{verb} before it, and still so: {before}{named}"));
        }
        let name = step.and_then(|step| step.revision.as_deref()).unwrap_or("this step");
        let total = step.map_or(0, |step| step.statements.len());
        let committed = self.progress.committed;
        if committed == 0 {
            error.notes.push(format!("{name} was rolled back: nothing of it took effect"));
            error.aftermath = Some(Aftermath::RolledBack);
        } else {
            error.notes.push(format!(
                "{name} is unfinished: statement {committed} of {total} was the last that took effect"
            ));
            error.aftermath = Some(Aftermath::Partial);
        }
    }

    fn hint(&self, error: &Error) -> &'static str {
        match error.kind {
            ErrorKind::Cancelled => "run the same command again to go on",
            ErrorKind::Full => "make room, and run the same command again",
            ErrorKind::Locked => "let the program that holds the lock finish, and run the same command again",
            ErrorKind::Permission => "get the permission, and run the same command again",
            ErrorKind::Connect => "when the database can be reached, run the same command again",
            _ if self.progress.committed > 0 => {
                "correct the statements that follow and run the same command again: it goes on with them"
            }
            _ => "correct the revision and run the same command again",
        }
    }

    async fn note_failure(&mut self, step: &PlannedStep, error: &Error) -> Result<()> {
        if step.direction == Direction::Stamp || !self.database.has_log() {
            return Ok(());
        }
        let text = self.url.scrub(&error.to_string());
        let committed = self.progress.committed;
        let event = LogEvent {
            statement: (committed > 0).then_some(committed),
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
