//! What happens on a connection's thread: opening, statements, transactions.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lambic_core::{
    Aftermath, Error, ErrorKind, LockKey, Outcome, Query, Result, Rows, TransactionOptions, Value,
};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, MAIN_DB, Row, Statement, ToSql};

use super::session::Session;
use super::suspension::Suspension;
use super::thread::Control;
use crate::classify::first_token;
use crate::error::{can_be_cancelling, cancelled, convert, misuse, of_statement};
use crate::lock::{FileLock, check_names, path_beside};
use crate::open;
use crate::url::Target;

/// How many instructions of SQLite's machine run between two looks at whether the work is cancelled: some 20 µs.
const INSTRUCTIONS_BETWEEN_LOOKS: i32 = 1000;

/// The connection and what must be known of its state. It lives on one thread.
#[derive(Debug)]
pub(crate) struct Worker {
    // The order of the fields is the order of closing: the lock is given up when the database is released.
    connection: Connection,
    lock: Option<FileLock>,
    control: Arc<Control>,
    /// How long to wait for other processes, as the URL says.
    busy_timeout: Duration,
    /// How long to wait for them now.
    lock_timeout: Duration,
    /// The database's file; `None` for a database in memory, which no other process can reach.
    file: Option<PathBuf>,
    session: Session,
    /// What the open transaction changed outside itself.
    transaction: Option<Transaction>,
}

/// What is to be put back at the end of a transaction.
#[derive(Debug)]
struct Transaction {
    read_only: bool,
    suspension: Option<Suspension>,
}

/// An error of the library, and whether the statement had begun to run.
struct Failure {
    error: rusqlite::Error,
    started: bool,
}

impl Worker {
    /// Opens a database and puts the session into its prologue. The schema is not read.
    pub(crate) fn open(target: &Target, control: Arc<Control>) -> Result<Self> {
        let (connection, file) = open::open(target)?;
        let mut worker = Self {
            connection,
            lock: None,
            control,
            busy_timeout: target.busy_timeout,
            lock_timeout: target.busy_timeout,
            file,
            session: Session::default(),
            transaction: None,
        };
        worker.install_handlers().map_err(convert)?;
        Session::begin(&worker.connection).map_err(|error| open::explain(error, worker.file.as_deref()))?;
        Ok(worker)
    }

    /// Whether the connection is being closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.control.is_closed()
    }

    /// Whether the session is in its prologue, outside a transaction.
    pub(crate) fn is_pristine(&self) -> bool {
        self.transaction.is_none() && self.session.is_pristine() && self.connection.is_autocommit()
    }

    /// Refuses to begin what has been cancelled already.
    fn still_wanted(&self) -> Result<()> {
        if self.control.is_cancelled() { Err(cancelled().aftermath(Aftermath::NotStarted)) } else { Ok(()) }
    }

    /// Runs one statement to its end, whether it returns rows or not.
    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        let changed_before = self.connection.total_changes();
        let read_only = self.run(sql, params, |statement| Ok(statement.readonly()), |_, _| Ok(()))?;
        let unchanged = self.connection.total_changes() == changed_before;
        let rows = if unchanged { 0 } else { self.connection.changes() };
        Ok(Outcome {
            rows_affected: (!read_only).then_some(rows),
            notices: Vec::new(),
            in_transaction: Some(!self.connection.is_autocommit()),
        })
    }

    /// Runs queries one after the other.
    pub(crate) fn query_batch(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        queries.iter().map(|query| self.query(query)).collect()
    }

    fn query(&mut self, query: &Query) -> Result<Rows> {
        let columns = |statement: &Statement<'_>| {
            let columns = statement.column_names().map(str::to_owned).collect();
            Ok(Rows { columns, rows: Vec::new() })
        };
        self.run(&query.sql, &query.params, columns, |found, row| {
            let width = found.columns.len();
            let values = (0..width).map(|at| row.get_ref(at).map(value_of)).collect::<Result<_, _>>()?;
            found.rows.push(values);
            Ok(())
        })
    }

    /// Prepares a statement, lets `start` look at it, and hands every row to `each`.
    fn run<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        start: impl FnOnce(&Statement<'_>) -> rusqlite::Result<T>,
        each: impl FnMut(&mut T, &Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<T> {
        if sql.contains('\0') {
            let message = "the statement contains a NUL character, where SQLite would stop reading";
            return Err(misuse("sqlite.nul", message).statement(sql));
        }
        let Some(first) = first_token(sql) else {
            return Err(misuse("sqlite.no-statement", "there is no statement, where one is expected"));
        };
        self.still_wanted()?;
        self.session.note(&first, sql, &self.connection).map_err(convert)?;
        let was_inside = !self.connection.is_autocommit();
        let changed_before = self.connection.total_changes();
        let result = self.attempt(sql, params, start, each);
        let answer = result.map_err(|failure| self.explain(failure, sql, was_inside, changed_before));
        let restored = if self.connection.is_autocommit() { self.restore() } else { Ok(()) };
        answer.and_then(|answer| restored.map(|()| answer))
    }

    fn attempt<T>(
        &self,
        sql: &str,
        params: &[Value],
        start: impl FnOnce(&Statement<'_>) -> rusqlite::Result<T>,
        mut each: impl FnMut(&mut T, &Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<T, Failure> {
        let not_started = |error| Failure { error, started: false };
        let started = |error| Failure { error, started: true };
        // What has parameters is what Lambic itself runs again and again.
        let (mut once, mut again);
        let statement: &mut Statement<'_> = if params.is_empty() {
            once = self.connection.prepare(sql).map_err(not_started)?;
            &mut once
        } else {
            again = self.connection.prepare_cached(sql).map_err(not_started)?;
            &mut again
        };
        let mut answer = start(statement).map_err(not_started)?;
        let values = rusqlite::params_from_iter(params.iter().map(Parameter));
        let mut rows = statement.query(values).map_err(not_started)?;
        while let Some(row) = rows.next().map_err(started)? {
            each(&mut answer, row).map_err(started)?;
        }
        Ok(answer)
    }

    /// Says what a failed statement left behind.
    fn explain(&self, failure: Failure, sql: &str, was_inside: bool, changed_before: u64) -> Error {
        let Failure { error, started } = failure;
        let error = if self.control.is_cancelled() && can_be_cancelling(&error) {
            cancelled().statement(sql)
        } else {
            of_statement(error, sql)
        };
        let error = if error.kind == ErrorKind::Corrupt {
            open::of_damaged(error, self.file.as_deref())
        } else {
            error
        };
        let undone = was_inside && self.connection.is_autocommit();
        if undone {
            return error
                .aftermath(Aftermath::RolledBack)
                .note("SQLite has rolled back the whole transaction");
        }
        error.aftermath(match () {
            () if !started => Aftermath::NotStarted,
            // Only `ON CONFLICT FAIL` keeps what the statement did before it failed.
            () if self.connection.total_changes() != changed_before => Aftermath::Partial,
            () => Aftermath::RolledBack,
        })
    }

    /// Begins a transaction. A writing one takes the write lock at once, since SQLite does not wait for it later.
    pub(crate) fn begin(&mut self, options: TransactionOptions) -> Result<()> {
        self.still_wanted()?;
        if !self.connection.is_autocommit() {
            let message = "a transaction is open already, and SQLite has no transactions inside transactions";
            return Err(Error::new(ErrorKind::Conflict, "sqlite.in-transaction", message));
        }
        // SQLite would begin to read, and fail at the first statement that writes.
        if !options.read_only && self.connection.is_readonly(MAIN_DB).map_err(convert)? {
            let read_only = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY);
            return Err(convert(rusqlite::Error::SqliteFailure(read_only, None)));
        }
        let begun = self.try_begin(options);
        begun.map_err(|error| self.abandon(error.aftermath(Aftermath::NotStarted)))
    }

    fn try_begin(&mut self, options: TransactionOptions) -> Result<()> {
        let open = self.transaction.insert(Transaction { read_only: options.read_only, suspension: None });
        if options.suspend_foreign_keys {
            Suspension::start(&self.connection, &mut open.suspension)?;
        }
        if options.read_only {
            self.connection.execute_batch("PRAGMA query_only = ON; BEGIN").map_err(convert)?;
        } else {
            self.control_statement("BEGIN IMMEDIATE")?;
        }
        match self.transaction.as_mut().and_then(|open| open.suspension.as_mut()) {
            Some(suspension) => suspension.observe(&self.connection),
            None => Ok(()),
        }
    }

    /// Commits the open transaction, or rolls it back.
    pub(crate) fn commit(&mut self) -> Result<()> {
        if self.connection.is_autocommit() {
            let message = "there is no open transaction to commit";
            return Err(Error::new(ErrorKind::Conflict, "sqlite.no-transaction", message));
        }
        let committed = self.try_commit();
        self.control.shield();
        let Err(error) = committed else { return self.restore() };
        // Where SQLite has closed the transaction by itself, only an error of the disk leaves a doubt.
        let known = !self.connection.is_autocommit() || error.kind != ErrorKind::Io;
        Err(self.abandon(error.aftermath(if known { Aftermath::RolledBack } else { Aftermath::Unknown })))
    }

    /// Rolls back after an error.
    fn abandon(&mut self, error: Error) -> Error {
        match self.rollback() {
            Ok(()) => error,
            Err(second) => error
                .aftermath(Aftermath::Unknown)
                .note(format!("rolling back failed too: {}", second.message)),
        }
    }

    fn try_commit(&self) -> Result<()> {
        self.still_wanted()?;
        if let Some(suspension) = self.transaction.as_ref().and_then(|open| open.suspension.as_ref()) {
            suspension.verify(&self.connection)?;
        }
        self.control_statement("COMMIT")
    }

    /// Rolls back the open transaction, if there is one.
    pub(crate) fn rollback(&mut self) -> Result<()> {
        self.control.shield();
        let rolled_back =
            if self.connection.is_autocommit() { Ok(()) } else { self.control_statement("ROLLBACK") };
        rolled_back.and(self.restore())
    }

    /// Whether a transaction is open.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Puts the session back into its prologue. An open transaction is rolled back.
    pub(crate) fn reset(&mut self) -> Result<()> {
        self.rollback()?;
        if self.session.reset(&self.connection).map_err(convert)? == ControlFlow::Break(()) {
            self.install_handlers().map_err(convert)?;
        }
        Ok(())
    }

    /// Takes the lock that keeps other migrators out.
    pub(crate) fn lock(&mut self, key: &LockKey, wait: Duration) -> Result<()> {
        let Some(file) = self.file.as_deref() else { return Ok(()) };
        let path = path_beside(file);
        if let Some(lock) = &mut self.lock {
            lock.add(key);
            return Ok(());
        }
        check_names(file)?;
        self.lock = Some(FileLock::acquire(&path, key, wait, &|| self.control.is_cancelled())?);
        Ok(())
    }

    /// Gives the lock up.
    pub(crate) fn unlock(&mut self, key: &LockKey) {
        drop(self.lock.take_if(|lock| lock.remove(key)));
    }

    /// Changes how long statements wait for other processes.
    pub(super) fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.lock_timeout = timeout.unwrap_or(self.busy_timeout);
        self.install_handlers().map_err(convert)
    }

    /// Puts back what the transaction that has ended changed outside itself.
    fn restore(&mut self) -> Result<()> {
        let Some(open) = self.transaction.take() else { return Ok(()) };
        let query_only = if open.read_only { "PRAGMA query_only = OFF" } else { "" };
        let writable = self.connection.execute_batch(query_only).map_err(convert);
        let enforced = open.suspension.map_or(Ok(()), |suspension| suspension.end(&self.connection));
        writable.and(enforced)
    }

    fn control_statement(&self, sql: &str) -> Result<()> {
        let ran = self.connection.prepare_cached(sql).and_then(|mut statement| statement.raw_execute());
        ran.map(drop).map_err(|error| match error {
            error if self.control.is_cancelled() && can_be_cancelling(&error) => cancelled().statement(sql),
            error => of_statement(error, sql),
        })
    }

    /// Lets a running statement, and one that waits for another process, see that it is cancelled.
    fn install_handlers(&mut self) -> rusqlite::Result<()> {
        let control = Arc::clone(&self.control);
        self.connection.progress_handler(INSTRUCTIONS_BETWEEN_LOOKS, Some(move || control.is_cancelled()))?;
        let (control, timeout) = (Arc::clone(&self.control), self.lock_timeout);
        let mut since = Instant::now();
        self.connection.busy_handler(Some(move |times| {
            if times == 0 {
                since = Instant::now();
            }
            let left = timeout.saturating_sub(since.elapsed());
            let goes_on = !left.is_zero() && !control.is_cancelled();
            if goes_on {
                std::thread::sleep(pause(times).min(left));
            }
            goes_on
        }))
    }
}

/// How long to sleep before the next try: 1 ms at first, 20 ms in the end.
fn pause(times: i32) -> Duration {
    Duration::from_millis(u64::try_from(times).unwrap_or(0).clamp(1, 20))
}

/// A parameter, bound without a copy.
struct Parameter<'a>(&'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Boolean(flag) => ValueRef::Integer(i64::from(*flag)),
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Real(number) => ValueRef::Real(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A value as it is read. Text that is not UTF-8 comes as its bytes.
fn value_of(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Bytes(text.to_owned()),
        },
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
    }
}
