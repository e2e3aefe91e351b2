//! What a run says where the database fails at an awkward moment: after a commit, or while it rolls back.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lambic::plan::{Command, TransactionMode};
use lambic::run::{Report, Runner};
use lambic_core::{
    Aftermath, Canceller, Connection, ConnectionId, DatabaseUrl, Dialect, Driver, DriverInfo, Error,
    ErrorKind, Outcome, Query, Result, Rows, ServerVersion, Session, TransactionOptions, Value,
};
use lambic_sqlite::SqliteDriver;

use crate::support::Project;

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Reset,
    Rollback,
}

/// The real driver, whose sessions have a fault.
#[derive(Debug)]
struct Faulty(Fault);

#[async_trait]
impl Driver for Faulty {
    fn info(&self) -> &DriverInfo {
        SqliteDriver.info()
    }

    fn dialect(&self, name: &str, version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
        SqliteDriver.dialect(name, version)
    }

    async fn connect(&self, url: &DatabaseUrl) -> Result<Session> {
        let session = SqliteDriver.connect(url).await?;
        let connection = FaultyConnection { inner: session.connection, fault: self.0 };
        Ok(Session { connection: Box::new(connection), ..session })
    }
}

#[derive(Debug)]
struct FaultyConnection {
    inner: Box<dyn Connection>,
    fault: Fault,
}

impl FaultyConnection {
    fn fail_if(&self, fault: Fault) -> Result<()> {
        if self.fault != fault {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Locked, "test.fault", format!("{fault:?} does not work today")))
    }
}

#[async_trait]
impl Connection for FaultyConnection {
    fn id(&self) -> &ConnectionId {
        self.inner.id()
    }

    async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        self.inner.execute(sql, params).await
    }

    async fn query_batch(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        self.inner.query_batch(queries).await
    }

    async fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        self.inner.begin(options).await
    }

    async fn commit(&mut self) -> Result<()> {
        self.inner.commit().await
    }

    async fn rollback(&mut self) -> Result<()> {
        self.fail_if(Fault::Rollback)?;
        self.inner.rollback().await
    }

    async fn in_transaction(&mut self) -> Result<bool> {
        self.inner.in_transaction().await
    }

    async fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.inner.set_lock_timeout(timeout).await
    }

    async fn reset(&mut self) -> Result<()> {
        self.fail_if(Fault::Reset)?;
        self.inner.reset().await
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        self.inner.canceller()
    }
}

async fn upgrade(project: &Project, fault: Fault) -> Result<Report> {
    let (graph, url) = (project.graph(), project.url());
    let driver = Faulty(fault);
    let runner = Runner { driver: &driver, ..project.runner(&url) };
    runner.run(&graph, &Command::Upgrade { target: "head".into() }, &mut ()).await
}

#[tokio::test]
async fn a_revision_that_is_committed_is_not_called_unfinished() {
    let changing = "-- @upgrade\nCREATE TABLE t (i);\nPRAGMA recursive_triggers = ON;\n";
    for mode in [TransactionMode::Revision, TransactionMode::All, TransactionMode::None] {
        let mut project = Project::line(&[changing]);
        project.options.transaction = mode;
        project.options.ddl_retries = 1;
        let error = upgrade(&project, Fault::Reset).await.unwrap_err();
        assert_eq!(error.code, "test.fault", "{error:?}");
        assert_eq!(error.aftermath, Some(Aftermath::Applied), "{mode:?}: {error:?}");
        assert_eq!(error.notes, ["applied, and still so: a"], "{mode:?}");
        assert_eq!(project.rows().await, ["a"]);
        assert_eq!(project.events().await.last().map(String::as_str), Some("done a"));
    }
}

#[tokio::test]
async fn where_rolling_back_fails_nothing_is_called_rolled_back() {
    for mode in [TransactionMode::Revision, TransactionMode::All] {
        let mut project = Project::line(&["-- @upgrade\nCREATE TABLE t (i);\nSELECT nonsense;\n"]);
        project.options.transaction = mode;
        let error = upgrade(&project, Fault::Rollback).await.unwrap_err();
        assert_eq!(error.aftermath, Some(Aftermath::Unknown), "{mode:?}: {error:?}");
        assert!(error.notes.iter().all(|note| !note.contains("was rolled back")), "{error:?}");
    }
}

#[tokio::test]
async fn what_took_effect_and_could_not_be_noted_is_not_called_rolled_back() {
    let body = "-- @upgrade no-transaction\nPRAGMA user_version = 7;\nCREATE TABLE u (i);\n";
    let mut project = Project::line(&["-- @upgrade\nSELECT 1;\n", body]);
    project.upgrade("a").await.unwrap();
    project
        .execute(
            "CREATE TRIGGER stop BEFORE INSERT ON lambic_log WHEN new.event = 'statement' \
             BEGIN SELECT RAISE (ABORT, 'no room'); END",
        )
        .await;
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(project.column("SELECT * FROM pragma_user_version").await, ["7"]);
    assert_eq!(error.aftermath, Some(Aftermath::Partial), "{error:?}");

    project.execute("DROP TRIGGER stop").await;
    project.upgrade("head").await.unwrap();
    assert_eq!(project.codes(), ["run.unfinished"]);
    assert_eq!(project.tables().await, ["u"]);
}

/// What can be undone is, where it cannot be noted: so it happens once, whenever the process is ended.
#[tokio::test]
async fn a_statement_and_its_entry_in_the_log_happen_both_or_neither() {
    let body =
        "-- @upgrade no-transaction\nUPDATE t SET i = i + 1;\nBEGIN;\nUPDATE t SET i = i + 10;\nCOMMIT;\n";
    for number in [1, 4] {
        let mut project =
            Project::line(&["-- @upgrade\nCREATE TABLE t (i);\nINSERT INTO t VALUES (0);\n", body]);
        project.upgrade("a").await.unwrap();
        project
            .execute(&format!(
                "CREATE TRIGGER stop BEFORE INSERT ON lambic_log WHEN new.event = 'statement' AND new.statement = \
                 {number} BEGIN SELECT RAISE (ABORT, 'no room'); END"
            ))
            .await;
        project.upgrade("head").await.unwrap_err();
        project.execute("DROP TRIGGER stop").await;
        project.upgrade("head").await.unwrap();
        assert_eq!(project.column("SELECT i FROM t").await, ["11"], "statement {number}");
    }
}

#[tokio::test]
async fn a_statement_that_failed_and_took_effect_in_part_is_told_of() {
    let body = "-- @upgrade no-transaction\nINSERT OR FAIL INTO t VALUES (1), (1);\n";
    let mut project = Project::line(&["-- @upgrade\nCREATE TABLE t (i UNIQUE);\n", body]);
    project.options.store.log = None;
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(project.column("SELECT count(*) FROM t").await, ["1"]);
    assert_eq!(error.aftermath, Some(Aftermath::Partial), "{error:?}");
    assert!(error.notes.iter().all(|note| !note.contains("nothing of it took effect")), "{error:?}");

    // Together with its entry in the log, it is undone.
    let mut project = Project::line(&["-- @upgrade\nCREATE TABLE t (i UNIQUE);\n", body]);
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(project.column("SELECT count(*) FROM t").await, ["0"]);
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack), "{error:?}");

    // In a transaction of the section's own, it is undone with everything else.
    let body = body.replace("INSERT", "BEGIN;\nINSERT OR IGNORE INTO t VALUES (2);\nINSERT");
    let mut project = Project::line(&["-- @upgrade\nCREATE TABLE t (i UNIQUE);\n", &body]);
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(project.column("SELECT count(*) FROM t").await, ["0"]);
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack), "{error:?}");
}

/// A file that is corrected is another file: the run begins again with its first statement.
#[tokio::test]
async fn nobody_is_told_to_correct_a_file_that_then_starts_anew() {
    let body = "-- @upgrade no-transaction\nCREATE TABLE t (i);\nSELECT nonsense;\n";
    let mut project = Project::line(&[body]);
    let error = project.upgrade("head").await.unwrap_err();
    let hint = error.hint.clone().unwrap();
    assert!(hint.contains("goes on with statement 2") && hint.contains("changed"), "{hint}");
}
