//! Carrying out a plan, step by step.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{Duration, Instant};

use lambic_core::{
    Aftermath, DatabaseUrl, Error, ErrorKind, Location, Outcome, Result, StatementFacts, TransactionOptions,
    TransactionRule,
};
use lambic_revision::{Direction, Graph, Revision};

use super::database::{Database, Review};
use super::watchdog::Watchdog;
use crate::event::{Event, Notice, Observer};
use crate::interrupt::Interrupt;
use crate::plan::{Plan, PlannedStatement, PlannedStep, TransactionMode};
use crate::store::{Author, EventKind, LogEvent};

/// The commands that commit a transaction which a section has begun itself.
const COMMITS: [&str; 3] = ["COMMIT", "END", "RELEASE"];

/// A plan that is being carried out.
pub(super) struct Execution<'x> {
    pub(super) database: &'x mut Database,
    pub(super) graph: &'x Graph,
    pub(super) plan: &'x Plan,
    pub(super) review: &'x Review,
    pub(super) mode: TransactionMode,
    pub(super) author: Author,
    pub(super) url: &'x DatabaseUrl,
    pub(super) interrupt: &'x Interrupt,
    /// What ends a statement when its time is over.
    pub(super) watchdog: Option<Watchdog>,
    /// How often a transaction that met a lock is tried again.
    pub(super) retries: u32,
    pub(super) observer: &'x mut dyn Observer,
    pub(super) progress: Progress,
    /// What gives the session the rights back that it was opened with, until the end of a transaction.
    pub(super) own_rights: Vec<String>,
}

/// How far it is, for the report of a failure.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Steps that are committed.
    pub(super) steps: usize,
    /// The step that is under way.
    pub(super) step: Option<usize>,
    /// Statements of it that are committed.
    pub(super) committed: usize,
    /// The statement that is under way.
    pub(super) statement: Option<usize>,
    /// Whether a commit is under way.
    pub(super) committing: bool,
    /// Whether the statement that failed took effect in part, and nothing undoes that.
    pub(super) partial: bool,
}

impl Execution<'_> {
    /// Carries the plan out. After an error everything is rolled back that can be, and the failure is noted.
    pub(super) async fn run(mut self) -> Result<()> {
        match self.steps().await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fail(error).await),
        }
    }

    async fn steps(&mut self) -> Result<()> {
        let plan = self.plan;
        if self.mode == TransactionMode::All {
            let mut left = self.retries;
            while let Err(error) = self.whole().await {
                self.try_again(error, &mut left).await?;
            }
            // The plan has made sure that at most the last step changes the session.
            return self.leave(plan.steps.len()).await;
        }
        for (at, step) in plan.steps.iter().enumerate() {
            let started = self.start(at, step);
            self.step(step, plan.rows_before(at), started).await?;
            self.done(at, step, started.elapsed());
            self.leave(at + 1).await?;
        }
        Ok(())
    }

    /// So many steps are committed, and none is under way: what the last of them changed in the session is undone.
    async fn leave(&mut self, steps: usize) -> Result<()> {
        self.progress = Progress { steps, ..Progress::default() };
        match steps.checked_sub(1).and_then(|last| self.plan.steps.get(last)) {
            Some(step) => self.reset(step).await,
            None => Ok(()),
        }
    }

    /// Carries every step out in one transaction.
    async fn whole(&mut self) -> Result<()> {
        let plan = self.plan;
        let mut durations = Vec::with_capacity(plan.steps.len());
        self.progress = Progress::default();
        self.begin(&plan.rows_before).await?;
        for (at, step) in plan.steps.iter().enumerate() {
            let started = self.start(at, step);
            self.statements(step, 0..step.statements.len()).await?;
            self.finish(step, plan.rows_before(at), started).await?;
            durations.push(started.elapsed());
        }
        self.commit().await?;
        // None of them is done before all of them are.
        for (at, (step, duration)) in plan.steps.iter().zip(durations).enumerate() {
            self.done(at, step, duration);
        }
        Ok(())
    }

    fn start(&mut self, at: usize, step: &PlannedStep) -> Instant {
        self.progress = Progress { steps: self.progress.steps, step: Some(at), ..Progress::default() };
        self.observer.event(&Event::StepStarted { index: at + 1, total: self.plan.steps.len(), step });
        Instant::now()
    }

    fn done(&mut self, at: usize, step: &PlannedStep, duration: Duration) {
        let total = self.plan.steps.len();
        self.observer.event(&Event::StepDone { index: at + 1, total, step, duration });
    }

    /// Carries one step out, in transactions of its own.
    async fn step(&mut self, step: &PlannedStep, rows: &[String], started: Instant) -> Result<()> {
        let segments = step.segments();
        let done = self.review.resume(step);
        self.progress.committed = done;
        if segments.iter().any(|segment| !segment.transaction) {
            self.begin(rows).await?;
            self.record(EventKind::Started, step, LogEvent::default()).await?;
            if done > 0 {
                self.record_statement(step, done).await?;
            }
            self.commit().await?;
        }
        self.set_again(step, done).await?;
        for (number, segment) in segments.iter().enumerate() {
            let finish = (number + 1 == segments.len()).then_some(started);
            let statements = segment.statements.start.max(done)..segment.statements.end;
            if statements.is_empty() && finish.is_none() {
                continue;
            }
            if segment.transaction {
                let mut left = self.retries;
                while let Err(error) = self.transaction(step, rows, statements.clone(), finish).await {
                    self.try_again(error, &mut left).await?;
                }
            } else {
                self.one_by_one(step, statements).await?;
            }
        }
        Ok(())
    }

    /// Sets in this session what the first statements, so many of which an earlier run has committed, set in theirs:
    /// those that follow may rely on it. What they made there, a temporary table, is gone with its rows; it is not made
    /// again, so that what needs it fails.
    async fn set_again(&mut self, step: &PlannedStep, done: usize) -> Result<()> {
        for (at, statement) in step.statements.iter().take(done).enumerate() {
            let sets = statement.changes_session
                && !self.database.dialect().classify(&statement.sql).command.starts_with("CREATE");
            if sets {
                self.execute(step, at).await?;
            }
        }
        Ok(())
    }

    /// Runs statements in a transaction; the last one of a step, which has its beginning, writes the version rows.
    async fn transaction(
        &mut self,
        step: &PlannedStep,
        rows: &[String],
        statements: Range<usize>,
        finish: Option<Instant>,
    ) -> Result<()> {
        self.begin_after(step, rows, statements.start).await?;
        self.statements(step, statements.clone()).await?;
        if let Some(started) = finish {
            self.finish(step, rows, started).await?;
        } else {
            self.take_rights(step).await?;
            self.record_statement(step, statements.end).await?;
        }
        self.commit().await?;
        self.progress.committed = statements.end;
        Ok(())
    }

    /// Rolls back what met a lock of somebody else's, if it may be tried again; otherwise the error stands.
    async fn try_again(&mut self, error: Error, left: &mut u32) -> Result<()> {
        if error.kind != ErrorKind::Locked || *left == 0 {
            return Err(error);
        }
        *left -= 1;
        self.database.connection().rollback().await?;
        self.progress.statement = None;
        self.progress.committing = false;
        let message = format!("{}: trying again, {left} more times at most", error.message);
        self.observer.event(&Event::Warning(&Notice::new("run.locked-retry", message)));
        self.interrupt.check()
    }

    /// Undoes what the step changed in the session, so that it reaches neither the next step nor the log.
    pub(super) async fn reset(&mut self, step: &PlannedStep) -> Result<()> {
        if step.changes_session() { self.database.connection().reset().await } else { Ok(()) }
    }

    /// Runs statements inside the transaction that is open.
    async fn statements(&mut self, step: &PlannedStep, statements: Range<usize>) -> Result<()> {
        for at in statements {
            let outcome = self.execute(step, at).await?;
            if outcome.in_transaction == Some(false) {
                self.progress.statement = Some(at);
                let message = "the statement ended the transaction that its section runs in";
                return Err(Error::new(ErrorKind::Conflict, "run.transaction-ended", message)
                    .aftermath(Aftermath::Unknown)
                    .hint("put it into a section of its own, with `no-transaction`"));
            }
        }
        Ok(())
    }

    /// Runs statements that each commit by themselves, and notes each.
    async fn one_by_one(&mut self, step: &PlannedStep, statements: Range<usize>) -> Result<()> {
        for at in statements.clone() {
            let Some(statement) = step.statements.get(at) else { continue };
            let facts = self.database.dialect().classify(&statement.sql);
            let inside = self.database.connection().in_transaction().await?;
            let mut left = if inside { 0 } else { self.retries };
            while let Err(error) = self.one(step, at, statement, &facts, inside).await {
                self.try_again(error, &mut left).await?;
            }
            let section = |at: usize| step.statements.get(at).map(|statement| statement.section);
            if section(at) != section(at + 1).filter(|_| at + 1 < statements.end) {
                self.check_ended(at).await?;
            }
        }
        Ok(())
    }

    /// Runs one statement and notes it; `inside`: in a transaction that the section itself has begun.
    async fn one(
        &mut self,
        step: &PlannedStep,
        at: usize,
        statement: &PlannedStatement,
        facts: &StatementFacts,
        inside: bool,
    ) -> Result<()> {
        if inside {
            let commits = COMMITS.contains(&facts.command.as_str());
            return self.within(step, at, commits).await;
        }
        let shares = self.database.has_log() && !statement.changes_session;
        match facts.transaction {
            TransactionRule::Allowed if shares => self.together(step, at).await,
            TransactionRule::MayCommit if shares => self.perhaps_together(step, at).await,
            _ => self.alone(step, at).await,
        }
    }

    /// Runs a statement and notes it: both happen or neither, whatever ends the process.
    async fn together(&mut self, step: &PlannedStep, at: usize) -> Result<()> {
        self.interrupt.check()?;
        self.database.connection().begin(&TransactionOptions::default()).await?;
        self.statements(step, at..at + 1).await?;
        self.commit_noted(step, at).await
    }

    /// The same for a statement that may commit: where it did, it is noted as one that commits by itself.
    async fn perhaps_together(&mut self, step: &PlannedStep, at: usize) -> Result<()> {
        self.interrupt.check()?;
        self.note(EventKind::Started, step, at + 1).await?;
        self.database.connection().begin(&TransactionOptions::default()).await?;
        if self.execute(step, at).await?.in_transaction != Some(false) {
            return self.commit_noted(step, at).await;
        }
        self.progress.committed = at + 1;
        self.note(EventKind::Statement, step, at + 1).await
    }

    /// Commits a statement with its entry in the log.
    async fn commit_noted(&mut self, step: &PlannedStep, at: usize) -> Result<()> {
        self.take_rights(step).await?;
        self.record_statement(step, at + 1).await?;
        self.commit().await?;
        self.progress.committed = at + 1;
        Ok(())
    }

    /// Runs a statement that commits by itself; the log says before that it begins, and after that it ended.
    async fn alone(&mut self, step: &PlannedStep, at: usize) -> Result<()> {
        if self.database.has_log() {
            self.interrupt.check()?;
            self.note(EventKind::Started, step, at + 1).await?;
        }
        let outcome = self.execute(step, at).await?;
        // The statement may have begun a transaction; until that ends, nothing is committed.
        if outcome.in_transaction == Some(true) {
            return self.record_statement(step, at + 1).await;
        }
        self.progress.committed = at + 1;
        self.note(EventKind::Statement, step, at + 1).await
    }

    /// Writes to the log, outside a transaction, what is known of a statement that commits by itself.
    async fn note(&mut self, kind: EventKind, step: &PlannedStep, statement: usize) -> Result<()> {
        let event = LogEvent { statement: Some(statement), ..LogEvent::default() };
        if !self.takes_rights(step) {
            return self.record(kind, step, event).await;
        }
        self.database.connection().begin(&TransactionOptions::default()).await?;
        self.take_rights(step).await?;
        self.record(kind, step, event).await?;
        self.database.connection().commit().await
    }

    /// Whether a statement of the step may have given away the rights that Lambic's own statements need, and a
    /// transaction can take them back.
    fn takes_rights(&self, step: &PlannedStep) -> bool {
        !self.own_rights.is_empty() && step.changes_session()
    }

    /// Takes them back until the end of the transaction that is open.
    async fn take_rights(&mut self, step: &PlannedStep) -> Result<()> {
        if self.takes_rights(step) {
            for sql in &self.own_rights {
                self.database.connection().execute(sql, &[]).await?;
            }
        }
        Ok(())
    }

    /// Runs a statement in a transaction that its section has begun, and notes it: before, if it commits the
    /// transaction and the entry with it; else after it.
    async fn within(&mut self, step: &PlannedStep, at: usize, commits: bool) -> Result<()> {
        if commits {
            self.record_statement(step, at + 1).await?;
        }
        let outcome = self.execute(step, at).await?;
        if outcome.in_transaction != Some(true) {
            self.progress.committed = at + 1;
        }
        if commits { Ok(()) } else { self.record_statement(step, at + 1).await }
    }

    /// A section without a transaction of Lambic's must end the ones that it begins.
    async fn check_ended(&mut self, at: usize) -> Result<()> {
        if !self.database.connection().in_transaction().await? {
            return Ok(());
        }
        self.progress.statement = Some(at);
        let message = "the section begins a transaction and does not end it";
        Err(Error::new(ErrorKind::Conflict, "run.open-transaction", message)
            .hint("end it with COMMIT before the section ends"))
    }

    async fn execute(&mut self, step: &PlannedStep, at: usize) -> Result<Outcome> {
        let Some(statement) = step.statements.get(at) else { return Ok(Outcome::default()) };
        let total = step.statements.len();
        self.observer.event(&Event::StatementStarted { index: at + 1, total, sql: &statement.sql });
        // Whoever listens may have taken its time.
        self.interrupt.check()?;
        self.progress.statement = Some(at);
        let connection = self.database.connection();
        let work = async {
            match &statement.data {
                Some(data) => connection.copy_in(&statement.sql, data).await,
                None => connection.execute(&statement.sql, &[]).await,
            }
        };
        let outcome = match &self.watchdog {
            None => work.await?,
            Some(watchdog) => match watchdog.watch(work).await {
                (Err(error), true) if error.kind == ErrorKind::Cancelled && !self.interrupt.fired() => {
                    return Err(too_long(watchdog.time));
                }
                (result, _) => result?,
            },
        };
        self.progress.statement = None;
        for notice in &outcome.notices {
            self.observer.event(&Event::StatementNotice(notice));
        }
        Ok(outcome)
    }

    /// Begins a transaction for what follows the first statements of a step, so many of which are done.
    async fn begin_after(&mut self, step: &PlannedStep, planned: &[String], done: usize) -> Result<()> {
        if done == 0 || !self.takes_rights(step) {
            return self.begin(planned).await;
        }
        // The rows are read in a transaction of their own: what follows has the rights that the section has set.
        self.database.connection().begin(&TransactionOptions::default()).await?;
        self.take_rights(step).await?;
        self.check_rows(planned).await?;
        self.database.connection().commit().await?;
        self.interrupt.check()?;
        self.database.connection().begin(&TransactionOptions::default()).await
    }

    /// Begins a transaction. In it, the rows must still be those that the plan starts from.
    async fn begin(&mut self, planned: &[String]) -> Result<()> {
        self.interrupt.check()?;
        self.database.connection().begin(&TransactionOptions::default()).await?;
        self.check_rows(planned).await
    }

    async fn check_rows(&mut self, planned: &[String]) -> Result<()> {
        let rows = self.database.read_rows().await?;
        if rows == planned {
            return Ok(());
        }
        let shown = |rows: &[String]| if rows.is_empty() { "none".to_owned() } else { rows.join(", ") };
        let message = format!(
            "the version rows are {} and were {} when the run was planned",
            shown(&rows),
            shown(planned)
        );
        Err(Error::new(ErrorKind::Conflict, "run.rows-changed", message)
            .hint("another program migrates this database: let it finish, then run again"))
    }

    async fn commit(&mut self) -> Result<()> {
        self.interrupt.check()?;
        self.progress.committing = true;
        self.database.connection().commit().await?;
        self.progress.committing = false;
        Ok(())
    }

    /// Writes the version rows and the log, in the transaction of the step's last statements.
    async fn finish(&mut self, step: &PlannedStep, rows: &[String], started: Instant) -> Result<()> {
        self.take_rights(step).await?;
        self.database.apply(&step.changes).await?;
        if step.direction == Direction::Stamp {
            return self.record_stamp(rows, step).await;
        }
        let event = LogEvent { duration: Some(started.elapsed()), ..LogEvent::default() };
        self.record(EventKind::Done, step, event).await
    }

    async fn record_statement(&mut self, step: &PlannedStep, done: usize) -> Result<()> {
        let event = LogEvent { statement: Some(done), ..LogEvent::default() };
        self.record(EventKind::Statement, step, event).await
    }

    pub(super) async fn record(
        &mut self,
        kind: EventKind,
        step: &PlannedStep,
        event: LogEvent<'_>,
    ) -> Result<()> {
        let event = LogEvent {
            revision: step.revision.as_deref(),
            direction: Some(step.direction),
            checksum: step.checksum.as_deref(),
            ..event
        };
        self.database.record(&self.author, kind, &[event]).await
    }

    /// A stamp is noted for every revision that counts as applied from now on, or no longer does.
    async fn record_stamp(&mut self, rows: &[String], step: &PlannedStep) -> Result<()> {
        let before = applied(self.graph, rows);
        let after = applied(self.graph, &step.rows_after);
        let event = |revision, direction| LogEvent {
            revision: Some(revision),
            direction: Some(direction),
            ..LogEvent::default()
        };
        let gone = before.difference(&after).map(|id| event(*id, Direction::Downgrade));
        let new = after.difference(&before).map(|id| event(*id, Direction::Upgrade));
        let events: Vec<LogEvent<'_>> = gone.chain(new).collect();
        self.database.record(&self.author, EventKind::Stamped, &events).await
    }

    /// Where a statement of a step stands: at `offset` bytes from its beginning, or its first line.
    pub(super) fn place(
        &self,
        step: &PlannedStep,
        statement: usize,
        offset: Option<usize>,
    ) -> Option<Location> {
        let statement = step.statements.get(statement)?;
        let file = self.graph.get(step.revision.as_deref()?)?.file();
        let Range { start, end } = statement.range();
        let Some(offset) = offset.filter(|offset| *offset < statement.sql.len()) else {
            return Some(file.location(start..end));
        };
        let rest = statement.sql.get(offset..).unwrap_or_default();
        let word = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        Some(file.location(start + offset..start + offset + word.max(1)))
    }
}

fn too_long(time: Duration) -> Error {
    let message = format!("the statement was ended because it took longer than {time:?}");
    Error::new(ErrorKind::Timeout, "run.statement-timeout", message)
        .hint("give statements more time, or make this one do less at once")
}

/// The ids of everything that counts as applied where the version table holds `rows`.
fn applied<'a>(graph: &'a Graph, rows: &'a [String]) -> BTreeSet<&'a str> {
    let known = graph.rows(rows).applied_revisions().into_iter().map(Revision::id);
    known.chain(rows.iter().map(String::as_str)).collect()
}
