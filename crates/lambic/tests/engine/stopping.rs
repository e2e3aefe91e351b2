//! Stopping a run in the middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use lambic::event::Event;
use lambic::interrupt::Interrupt;
use lambic::plan::{Command, TransactionMode};
use lambic::run::Runner;
use lambic_core::{
    Aftermath, DatabaseUrl, Dialect, Driver, DriverInfo, ErrorKind, Result, ServerVersion, Session,
    TransactionOptions,
};
use lambic_sqlite::SqliteDriver;

use crate::support::Project;

const FIRST: &str = "-- @upgrade\nCREATE TABLE t (i);\n";
/// A statement that would take hours.
const ENDLESS: &str = "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000) SELECT i FROM n;\n";

/// How long a test waits for what must come. A machine that does much else is slow.
const PATIENCE: Duration = Duration::from_secs(25);

/// Whether [`ENDLESS`] is announced, and who notes that.
fn endless_begins() -> (Arc<AtomicBool>, impl FnMut(&Event<'_>)) {
    let begun = Arc::new(AtomicBool::new(false));
    let note = Arc::clone(&begun);
    let observer = move |event: &Event<'_>| {
        if matches!(event, Event::StatementStarted { sql, .. } if sql.starts_with("INSERT")) {
            note.store(true, Ordering::SeqCst);
        }
    };
    (begun, observer)
}

/// Waits until it is announced, and a moment longer: until it runs.
async fn under_way(begun: &AtomicBool) {
    while !begun.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
}

fn head() -> Command {
    Command::Upgrade { target: "head".into() }
}

#[tokio::test]
async fn an_interrupt_ends_the_statement_and_rolls_back() {
    let mut project = Project::line(&[FIRST, &format!("-- @upgrade\nCREATE TABLE u (i);\n{ENDLESS}")]);
    let (graph, url, interrupt) = (project.graph(), project.url(), project.interrupt.clone());
    let runner = project.runner(&url);
    let command = head();
    let (begun, mut observer) = endless_begins();
    let both = async {
        tokio::join!(runner.run(&graph, &command, &mut observer), async {
            under_way(&begun).await;
            interrupt.fire().await
        })
    };
    let (result, fired) = tokio::time::timeout(PATIENCE, both).await.expect("it ends");
    fired.unwrap();
    let error = result.unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Cancelled, "run.interrupted"));
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    assert!(error.location.is_some() && error.hint.is_some());
    assert_eq!(project.rows().await, ["a"]);
    assert_eq!(project.tables().await, ["t"]);
    assert_eq!(project.events().await, ["done a", "failed b"]);

    project.interrupt = Interrupt::new();
    project.revision("b", "a", "-- @upgrade\nCREATE TABLE u (i);\n");
    project.upgrade("head").await.unwrap();
}

#[tokio::test]
async fn an_interrupt_between_statements_stops_before_the_next() {
    for stop_at in [1, 2] {
        let project =
            Project::line(&[FIRST, "-- @upgrade\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\n"]);
        let (graph, url, interrupt) = (project.graph(), project.url(), project.interrupt.clone());
        let mut step = 0;
        let mut observer = |event: &Event<'_>| {
            if let Event::StepStarted { index, .. } = event {
                step = *index;
            }
            let now = matches!(event, Event::StatementStarted { index, .. } if *index == stop_at);
            if step == 2 && now {
                // What `fire` does first; a statement that is under way already ends by itself.
                futures_now(interrupt.fire()).unwrap();
            }
        };
        let error = project.runner(&url).run(&graph, &head(), &mut observer).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Cancelled);
        assert_eq!(project.column("SELECT count(*) FROM t").await, ["0"]);
        assert_eq!(project.rows().await, ["a"]);
    }
}

/// Whoever listens may take its time, or wait for a terminal that is stopped.
#[tokio::test]
async fn an_interrupt_while_a_statement_is_announced_stops_it() {
    let project = Project::line(&[FIRST, &format!("-- @upgrade\n{ENDLESS}")]);
    let (graph, url, interrupt) = (project.graph(), project.url(), project.interrupt.clone());
    let mut observer = |event: &Event<'_>| {
        if matches!(event, Event::StatementStarted { sql, .. } if sql.starts_with("INSERT")) {
            futures_now(interrupt.fire()).unwrap();
        }
    };
    let (runner, command) = (project.runner(&url), head());
    let run = runner.run(&graph, &command, &mut observer);
    let result = tokio::time::timeout(PATIENCE, run).await.expect("it ends");
    assert_eq!(result.unwrap_err().code, "run.interrupted");
}

#[tokio::test]
async fn an_interrupt_before_the_run_stops_it_at_once() {
    let mut project = Project::line(&[FIRST]);
    project.interrupt.fire().await.unwrap();
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(error.code, "run.interrupted");
    assert!(!project.database().exists());
}

#[tokio::test]
async fn an_interrupt_ends_the_wait_for_the_lock() {
    let mut project = Project::line(&[FIRST]);
    project.options.lock = Some(lambic::run::LockOptions { key: None, wait: Duration::from_mins(1) });
    let (graph, url, interrupt) = (project.graph(), project.url(), project.interrupt.clone());
    let mut holder = lambic_core::Driver::connect(&lambic_sqlite::SqliteDriver, &url).await.unwrap();
    let dialect = holder.dialect.clone();
    let key = lambic_core::LockKey { name: "x".into(), holder: "bob".into() };
    dialect.lock(holder.connection.as_mut(), &key, Duration::ZERO).await.unwrap();
    let runner = project.runner(&url);
    let started = Instant::now();
    let (command, mut nobody) = (head(), ());
    let (result, ()) = tokio::join!(runner.run(&graph, &command, &mut nobody), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        interrupt.fire().await.unwrap();
    });
    assert_eq!(result.unwrap_err().kind, ErrorKind::Cancelled);
    assert!(started.elapsed() < PATIENCE);
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended() {
    let mut project = Project::line(&[FIRST, &format!("-- @upgrade\nCREATE TABLE u (i);\n{ENDLESS}")]);
    project.options.statement_timeout = Some(Duration::from_millis(200));
    let started = Instant::now();
    let error = project.upgrade("head").await.unwrap_err();
    assert!(started.elapsed() >= Duration::from_millis(200) && started.elapsed() < PATIENCE);
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Timeout, "run.statement-timeout"));
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    assert!(error.location.is_some() && error.statement.is_some() && error.hint.is_some());
    assert_eq!(project.events().await, ["done a", "failed b"]);
    assert_eq!(project.tables().await, ["t"]);

    // Time counts for each statement, not for all together.
    let pause = "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT max(i) FROM n;\n";
    project.revision("b", "a", &format!("-- @upgrade\n{}", pause.repeat(100)));
    project.options.statement_timeout = Some(Duration::from_secs(5));
    project.upgrade("head").await.unwrap();
}

/// Holds the lock for writing, as an application that is busy does.
async fn busy(project: &Project) -> Session {
    let mut session = SqliteDriver.connect(&project.url()).await.unwrap();
    session.connection.begin(&TransactionOptions::default()).await.unwrap();
    session
}

#[tokio::test]
async fn the_wait_for_what_the_application_locks_is_bounded_and_tried_again() {
    let mut project = Project::line(&[FIRST, "-- @upgrade\nCREATE TABLE u (i);\n"]);
    project.upgrade("a").await.unwrap();
    project.options.ddl_lock_timeout = Some(Duration::from_millis(100));
    project.options.ddl_retries = 2;
    let application = busy(&project).await;
    let started = Instant::now();
    let error = project.upgrade("b").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Locked);
    assert_eq!(project.codes(), ["run.locked-retry"; 2]);
    assert!(started.elapsed() >= Duration::from_millis(300) && started.elapsed() < Duration::from_secs(4));
    drop(application);
    assert_eq!(project.rows().await, ["a"]);

    for mode in [TransactionMode::Revision, TransactionMode::All] {
        project.options.transaction = mode;
        let application = busy(&project).await;
        project.options.ddl_retries = 100;
        let (freed, done) = tokio::join!(
            async {
                tokio::time::sleep(Duration::from_millis(350)).await;
                drop(application);
            },
            project.upgrade("b")
        );
        let () = freed;
        done.unwrap();
        assert!(project.codes().len() >= 2, "{:?}", project.codes());
        assert_eq!(project.rows().await, ["b"]);
        project.downgrade("a").await.unwrap_err();
        project.execute("DROP TABLE u").await;
        project.stamp(&["a"], false).await.unwrap();
    }
}

/// Dropping a run in the middle of a statement is as near as a test within one process comes to killing it.
#[tokio::test]
async fn a_run_that_was_killed_is_told_of_and_the_next_goes_on() {
    let mut project =
        Project::line(&[&format!("-- @upgrade no-transaction\nCREATE TABLE t (i);\n{ENDLESS}")]);
    let (graph, url) = (project.graph(), project.url());
    let runner = project.runner(&url);
    let command = head();
    let (begun, mut observer) = endless_begins();
    tokio::select! {
        ended = runner.run(&graph, &command, &mut observer) => panic!("it ended: {ended:?}"),
        () = under_way(&begun) => {}
    }
    assert_eq!(project.events().await, ["started a", "statement a 1"]);

    project.options.statement_timeout = Some(Duration::from_millis(100));
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout, "it went on with the second statement");
    assert_eq!(project.codes(), ["run.unfinished"]);
    let notice = &project.notices[0];
    assert!(notice.message.contains("up to number 1 took effect, and no other"), "{notice:?}");
    let review = project.runner(&url).open(&mut ()).await.unwrap().review(&graph).await.unwrap();
    assert_eq!((review.unfinished[0].statements_done, review.unfinished[0].failed), (1, true));
    project.stamp(&["a"], false).await.unwrap();
    let review = project.runner(&url).open(&mut ()).await.unwrap().review(&graph).await.unwrap();
    assert!(review.is_sound(), "{review:?}");
}

/// A statement that commits by itself is noted before it begins: after a kill, the next run knows that it may have ended.
#[tokio::test]
async fn a_statement_that_commits_by_itself_may_have_ended() {
    let mut project =
        Project::line(&["-- @upgrade no-transaction\nCREATE TABLE t (i);\nVACUUM;\nSELECT 1;\n"]);
    project.upgrade("head").await.unwrap();
    project.execute("DELETE FROM lambic_log WHERE id > 3").await;
    project.execute("DELETE FROM lambic_version").await;
    assert_eq!(project.events().await, ["started a", "statement a 1", "started a 2"]);
    let (graph, url) = (project.graph(), project.url());
    let review = project.runner(&url).open(&mut ()).await.unwrap().review(&graph).await.unwrap();
    assert!(review.unfinished[0].under_way);
    project.upgrade("head").await.unwrap();
    assert!(project.notices[0].message.contains("was under way and may have"), "{:?}", project.notices[0]);
}

/// Drives a future that does not wait.
fn futures_now<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("the future waits"),
    }
}

/// Nothing but the interrupt ends the wait for somebody who writes.
#[tokio::test]
async fn an_interrupt_ends_the_making_of_the_version_table() {
    let project = Project::new();
    let url = format!("sqlite:file:{}?busy_timeout=60000", project.database().display());
    let (url, interrupt) = (DatabaseUrl::parse(&url).unwrap(), project.interrupt.clone());
    let mut writer = SqliteDriver.connect(&url).await.unwrap();
    writer.connection.begin(&TransactionOptions::default()).await.unwrap();
    let runner = project.runner(&url);
    let started = Instant::now();
    let mut nobody = ();
    let (result, ()) = tokio::join!(runner.ensure_version(&mut nobody), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        interrupt.fire().await.unwrap();
    });
    assert_eq!(result.unwrap_err().code, "run.interrupted");
    assert!(started.elapsed() < PATIENCE);
}

/// A database that never answers.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Driver for Silent {
    fn info(&self) -> &DriverInfo {
        SqliteDriver.info()
    }

    fn dialect(&self, name: &str, version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
        SqliteDriver.dialect(name, version)
    }

    async fn connect(&self, _url: &DatabaseUrl) -> Result<Session> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn an_interrupt_ends_the_wait_for_a_session() {
    let project = Project::line(&[FIRST]);
    let (graph, url, interrupt) = (project.graph(), project.url(), project.interrupt.clone());
    let runner = Runner { driver: &Silent, ..project.runner(&url) };
    let (command, mut nobody) = (head(), ());
    let run = async {
        tokio::join!(runner.run(&graph, &command, &mut nobody), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            interrupt.fire().await.unwrap();
        })
    };
    let (result, ()) = tokio::time::timeout(PATIENCE, run).await.expect("it ends");
    assert_eq!(result.unwrap_err().code, "run.interrupted");
}
