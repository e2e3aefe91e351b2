//! What a run reports while it works: data, so that whoever listens decides how it looks.

use std::time::Duration;

use lambic_core::ServerVersion;

use crate::plan::PlannedStep;

/// Something that happened in a run.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'e> {
    /// The database answers.
    Connected {
        /// Its URL, without secrets.
        url: &'e str,
        /// Where the URL came from.
        source: &'e str,
        /// The dialect that answers.
        dialect: &'e str,
        /// Its version.
        version: &'e ServerVersion,
    },
    /// Another migrator is at work. Said once for each holder.
    WaitingForLock {
        /// What is known of who holds the lock, a sentence each.
        holder: &'e [String],
        /// How long this run still waits.
        wait: Duration,
    },
    /// Something is not as it should be, and the run goes on all the same.
    Warning(&'e Notice),
    /// Something worth knowing.
    Note(&'e Notice),
    /// The plan is made and checked.
    Planned {
        /// How many steps it has.
        steps: usize,
    },
    /// A step begins.
    StepStarted {
        /// Its number, from 1.
        index: usize,
        /// How many steps there are.
        total: usize,
        /// The step.
        step: &'e PlannedStep,
    },
    /// A statement of the step is sent.
    StatementStarted {
        /// Its number within the step, from 1.
        index: usize,
        /// How many statements the step has.
        total: usize,
        /// The statement, whole.
        sql: &'e str,
    },
    /// The database had something to say about the statement that just ran.
    StatementNotice(&'e str),
    /// A step is done and committed. With one transaction for the whole run that is said of all steps at its end.
    StepDone {
        /// Its number, from 1.
        index: usize,
        /// How many steps there are.
        total: usize,
        /// The step.
        step: &'e PlannedStep,
        /// How long it took.
        duration: Duration,
    },
}

/// A warning or a note.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Notice {
    /// Stable machine-readable name, for example `run.changed-revision`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Notice {
    /// A notice without a hint.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Who listens to a run.
pub trait Observer: Send {
    /// Takes note of an event. It is called between statements: what it does delays the run.
    fn event(&mut self, event: &Event<'_>);
}

/// Listens to nothing.
impl Observer for () {
    fn event(&mut self, _event: &Event<'_>) {}
}

/// A function that takes every event.
impl<F: FnMut(&Event<'_>) + Send> Observer for F {
    fn event(&mut self, event: &Event<'_>) {
        self(event);
    }
}
