//! A plan or a schema as a script, for a person or another program to run. Nothing here connects.

mod schema;
mod writer;

use std::sync::Arc;

use lambic_core::{Dialect, Error, ErrorKind, Result, Statement, TransactionOptions, TransactionScript};
use lambic_revision::Direction;

pub use schema::{SchemaScript, of_schema};
use writer::Writer;

use crate::plan::{Plan, PlannedStep, TransactionMode};
use crate::store::{StoreOptions, VersionStore};

/// Writes a plan as a script: each step with the changes of the version table that belong to it. Where the first
/// step starts from no rows, the script makes the version table.
///
/// # Errors
/// A step of the plan is deferred, or a statement cannot be written so that a semicolon ends it.
pub fn script(
    plan: &Plan,
    dialect: &Arc<dyn Dialect>,
    store: &StoreOptions,
    mode: TransactionMode,
) -> Result<String> {
    let mut script = Script::new(dialect, store)?;
    let whole = mode == TransactionMode::All && !plan.is_empty();
    if whole {
        script.begin();
    }
    for (number, step) in plan.steps.iter().enumerate() {
        if let Some(reason) = &step.deferred {
            return Err(deferred(step, reason));
        }
        let create = number == 0 && plan.rows_before.is_empty();
        script.writer.comment(&headline(step, plan.rows_before(number)));
        script.step(step, create, whole || mode == TransactionMode::None)?;
    }
    if whole {
        script.commit();
    }
    script.writer.finish()
}

/// Writes a script that makes the version table.
pub fn ensure_version(dialect: &Arc<dyn Dialect>, store: &StoreOptions) -> Result<String> {
    let mut script = Script::new(dialect, store)?;
    script.create()?;
    script.writer.finish()
}

struct Script<'s> {
    store: VersionStore,
    around: TransactionScript,
    writer: Writer<'s>,
}

impl<'s> Script<'s> {
    fn new(dialect: &'s Arc<dyn Dialect>, store: &StoreOptions) -> Result<Self> {
        Ok(Self {
            store: VersionStore::offline(Arc::clone(dialect), store)?,
            around: dialect.transaction_script(&TransactionOptions::default()),
            writer: Writer::new(dialect.lexicon()),
        })
    }

    /// Writes a step; with `bare`, without transactions of its own.
    fn step(&mut self, step: &PlannedStep, create: bool, bare: bool) -> Result<()> {
        let segments = step.segments();
        let last = segments.len().saturating_sub(1);
        for (number, segment) in segments.into_iter().enumerate() {
            let transaction = segment.transaction && !bare;
            if transaction {
                self.begin();
            }
            if create && number == 0 {
                self.create()?;
            }
            for statement in step.statements.get(segment.statements).unwrap_or_default() {
                self.writer.statement(statement.sql.to_string());
                if let Some(data) = &statement.data {
                    self.writer.data(data);
                }
            }
            if number == last {
                if step.changes_session() {
                    self.around.reset.clone().into_iter().for_each(|sql| self.writer.statement(sql));
                }
                for change in self.store.change_script(&step.changes)? {
                    self.writer.statement(change);
                }
            }
            if transaction {
                self.commit();
            }
        }
        Ok(())
    }

    fn create(&mut self) -> Result<()> {
        for Statement { sql, .. } in self.store.create_script()? {
            self.writer.statement(sql);
        }
        Ok(())
    }

    fn begin(&mut self) {
        self.around.begin.clone().into_iter().for_each(|sql| self.writer.statement(sql));
    }

    fn commit(&mut self) {
        self.around.commit.clone().into_iter().for_each(|sql| self.writer.statement(sql));
    }
}

/// What a step does, in one line.
fn headline(step: &PlannedStep, before: &[String]) -> String {
    let rows = |rows: &[String]| if rows.is_empty() { "base".to_owned() } else { rows.join(", ") };
    let revision = step.revision.as_deref().filter(|_| step.direction != Direction::Stamp);
    let revision = revision.map(|id| format!(" {id}")).unwrap_or_default();
    let (before, after) = (rows(before), rows(&step.rows_after));
    let message = if step.message.is_empty() { String::new() } else { format!(": {}", step.message) };
    format!("{}{revision} ({before} -> {after}){message}", step.direction)
}

fn deferred(step: &PlannedStep, reason: &str) -> Error {
    let id = step.revision.as_deref().unwrap_or_default();
    Error::new(
        ErrorKind::Unsupported,
        "script.deferred",
        format!("revision {id} cannot be written as a script: {reason}"),
    )
    .hint("run it online instead: `lambic upgrade`")
}
