//! Running a plan against a database: lock, check, apply, note.

mod database;
mod execute;
mod failure;
mod lock;
mod watchdog;

use std::time::{Duration, Instant};

use lambic_core::{DatabaseUrl, Driver, Error, ErrorKind, Location, LockKey, Result, TransactionOptions};
use lambic_revision::{Direction, Graph};

pub use database::{Changed, Database, Review};

use crate::event::{Event, Notice, Observer};
use crate::interrupt::{Guard, Interrupt};
use crate::plan::{Command, Plan, Planner, TransactionMode};
use crate::store::{ALEMBIC_TABLE, Author, Ensured, StoreOptions};
use execute::Execution;
use watchdog::Watchdog;

/// The decision that a downgrade through a changed revision needs.
pub const CHANGED_REVISION: &str = "changed-revision";

/// What a run needs to know beside its command.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Where the version rows and the log are.
    pub store: StoreOptions,
    /// The dialects that the project runs on; empty for any.
    pub dialects: Vec<String>,
    /// The dialects that revisions may have sections for.
    pub known_dialects: Vec<String>,
    /// How statements and transactions go together.
    pub transaction: TransactionMode,
    /// The lock that keeps other migrators out; `None` for none.
    pub lock: Option<LockOptions>,
    /// Codes of what needs a person's decision and has it, for example `changed-revision`.
    pub allow: Vec<String>,
    /// Who runs it, for the log and for those who wait for the lock.
    pub actor: Actor,
    /// How long one statement may take; `None` for as long as it needs.
    pub statement_timeout: Option<Duration>,
    /// How long a statement waits for what the application has locked; `None`: the driver's own choice.
    pub ddl_lock_timeout: Option<Duration>,
    /// How often a transaction that met such a lock is tried again, after waiting for it once more.
    pub ddl_retries: u32,
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
    /// How long the whole took.
    pub duration: Duration,
}

impl Runner<'_> {
    /// Connects and reads the version rows. Nothing is locked, made or written.
    ///
    /// # Errors
    /// The database cannot be reached or read, or its dialect is not one of the project's.
    pub async fn open(&self, observer: &mut dyn Observer) -> Result<Database> {
        let session = self.connect(&self.url.for_reading(), observer).await?;
        Database::load(session, &self.options.store).await
    }

    /// Says what [`run`](Self::run) would do now. Nothing is locked, made or written.
    pub async fn plan(&self, graph: &Graph, command: &Command, observer: &mut dyn Observer) -> Result<Plan> {
        let mut database = self.open(observer).await?;
        let review = database.review(graph).await?;
        self.prepare(graph, command, &database, &review, observer)
    }

    /// Does what `command` says.
    ///
    /// # Errors
    /// Whatever stands in the way. What an error leaves behind is in its `aftermath` and notes; the lock is free.
    pub async fn run(&self, graph: &Graph, command: &Command, observer: &mut dyn Observer) -> Result<Report> {
        let started = Instant::now();
        let (mut database, lock, guard) = self.open_alone(observer).await?;
        let result = self.locked(graph, command, &mut database, observer).await;
        drop(guard);
        let plan = self.close(database, lock, result).await?;
        Ok(Report { plan, duration: started.elapsed() })
    }

    /// Makes the version table and the log where they are missing; whether anything was.
    pub async fn ensure_version(&self, observer: &mut dyn Observer) -> Result<Ensured> {
        let (mut database, lock, guard) = self.open_alone(observer).await?;
        let result = self.ensure(&mut database, 0, observer).await;
        drop(guard);
        self.close(database, lock, result).await
    }

    /// Connects, takes the lock and reads the version rows. While the guard lives, the interrupt ends what runs.
    async fn open_alone(
        &self,
        observer: &mut dyn Observer,
    ) -> Result<(Database, Option<LockKey>, Guard<'_>)> {
        let mut session = self.connect(self.url, observer).await?;
        let guard = self.interrupt.guard(session.connection.canceller());
        let opened = async {
            let lock = lock::acquire(self, &mut session, observer).await?;
            // If this fails, the lock goes with its session.
            Ok((Database::load(session, &self.options.store).await?, lock))
        };
        let (database, lock) = opened.await.map_err(|error| self.interrupt.name(error))?;
        Ok((database, lock, guard))
    }

    /// Gives the lock back. The result is that of what was done under it.
    async fn close<T>(&self, database: Database, lock: Option<LockKey>, result: Result<T>) -> Result<T> {
        let result = result.map_err(|error| self.interrupt.name(error));
        lock::release(lock, &mut database.into_session(), result.as_ref().err()).await?;
        result
    }

    async fn connect(&self, url: &DatabaseUrl, observer: &mut dyn Observer) -> Result<lambic_core::Session> {
        self.interrupt.check()?;
        let opening = self.interrupt.unless_fired(self.driver.connect(url));
        let session = opening.await.map_err(|error| self.named(error))?;
        let dialect = session.dialect.name();
        observer.event(&Event::Connected {
            url: &self.url.redacted(),
            source: &self.source,
            dialect,
            version: session.dialect.version(),
        });
        let known = &self.options.dialects;
        if known.is_empty() || known.iter().any(|known| known == dialect) {
            return Ok(session);
        }
        let message = format!("the database speaks {dialect}, and the project runs on {}", known.join(", "));
        Err(self
            .named(Error::new(ErrorKind::Config, "run.foreign-dialect", message))
            .hint(format!("add \"{dialect}\" to `dialects` in lambic.toml, or choose another database")))
    }

    /// Says which database an error is about, and who named it.
    fn named(&self, error: Error) -> Error {
        if error.kind == ErrorKind::Cancelled {
            return error;
        }
        error.note(format!("the database is {}, from {}", self.url.redacted(), self.source))
    }

    /// Opens a session, to see whether it can be, and ends it.
    ///
    /// # Errors
    /// As for [`open`](Self::open), but for what the version store says.
    pub async fn knock(&self) -> Result<()> {
        self.connect(&self.url.for_reading(), &mut ()).await.map(drop)
    }

    /// What is done under the lock.
    async fn locked(
        &self,
        graph: &Graph,
        command: &Command,
        database: &mut Database,
        observer: &mut dyn Observer,
    ) -> Result<Plan> {
        let review = database.review(graph).await?;
        let plan = self.prepare(graph, command, database, &review, observer)?;
        observer.event(&Event::Planned { steps: plan.steps.len() });
        if plan.is_empty() {
            return Ok(plan);
        }
        let ids = plan.steps.iter().flat_map(|step| &step.rows_after);
        self.ensure(database, ids.map(|id| id.chars().count()).max().unwrap_or(0), observer).await?;
        if self.options.ddl_lock_timeout.is_some() {
            database.connection().set_lock_timeout(self.options.ddl_lock_timeout).await?;
        }
        let watchdog = self.options.statement_timeout.map(|time| {
            let canceller = database.connection().canceller();
            Watchdog::start(canceller, time)
        });
        let watchdog = watchdog.transpose()?;
        let around = database.dialect().transaction_script(&TransactionOptions::default());
        let execution = Execution {
            database,
            graph,
            plan: &plan,
            review: &review,
            mode: self.options.transaction,
            author: Author { actor: self.options.actor.clone(), tag: self.options.tag.clone() },
            url: self.url,
            interrupt: &self.interrupt,
            watchdog,
            retries: self.options.ddl_retries,
            observer,
            progress: execute::Progress::default(),
            own_rights: around.own_rights,
        };
        execution.run().await?;
        Ok(plan)
    }

    /// Plans, and checks everything that can be checked before anything runs.
    fn prepare(
        &self,
        graph: &Graph,
        command: &Command,
        database: &Database,
        review: &Review,
        observer: &mut dyn Observer,
    ) -> Result<Plan> {
        let planner = Planner {
            graph,
            dialect: Some(database.dialect()),
            transaction: self.options.transaction,
            known: &self.options.known_dialects,
            defer: false,
        };
        let plan = planner.plan(command, database.rows())?;
        for notice in review.notices(&plan, command) {
            observer.event(&Event::Warning(&notice));
        }
        self.check_changed(&plan, review)?;
        Ok(plan)
    }

    /// A revision whose file changed is undone only when a person says so.
    fn check_changed(&self, plan: &Plan, review: &Review) -> Result<()> {
        if self.options.allow.iter().any(|code| code == CHANGED_REVISION) {
            return Ok(());
        }
        let downs = plan.steps.iter().filter(|step| step.direction == Direction::Downgrade);
        let ids: Vec<&str> = downs.filter_map(|step| step.revision.as_deref()).collect();
        let Some(changed) = review.changed.iter().find(|changed| ids.contains(&changed.revision.as_str()))
        else {
            return Ok(());
        };
        let message = format!(
            "revision {} has changed since it was applied: its downgrade may not undo what was done",
            changed.revision
        );
        Err(Error::new(ErrorKind::Decision, "run.changed-revision", message)
            .at(Location::file(changed.path.display().to_string()))
            .hint(format!("restore the file, or run again with `--allow {CHANGED_REVISION}`")))
    }

    async fn ensure(
        &self,
        database: &mut Database,
        longest: usize,
        observer: &mut dyn Observer,
    ) -> Result<Ensured> {
        let ensured = database.ensure(longest).await?;
        if ensured.log && self.options.store.table == ALEMBIC_TABLE {
            observer.event(&Event::Note(&takeover(&self.options.store)));
        }
        Ok(ensured)
    }
}

/// What Alembic's autogenerate needs, so that it does not want to drop the log.
fn takeover(options: &StoreOptions) -> Notice {
    let log = options.log.as_deref().unwrap_or_default();
    let message = format!(
        "the table {log} now stands beside {}: Alembic's autogenerate would want to drop it",
        options.table
    );
    Notice::new("run.takeover", message).hint(format!(
        "in env.py, give context.configure the argument `include_name=lambda name, type_, parents: not (type_ == \
         \"table\" and name == \"{log}\")`"
    ))
}
