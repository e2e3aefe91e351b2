//! One migrator at a time.

use std::time::{Duration, Instant};

use lambic::event::Event;
use lambic::plan::Command;
use lambic::run::LockOptions;
use lambic_core::ErrorKind;

use crate::support::Project;

/// A revision that takes a while.
const SLOW: &str = "-- @upgrade\nCREATE TABLE t AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) AS i FROM n;\n";

fn head() -> Command {
    Command::Upgrade { target: "head".into() }
}

#[tokio::test]
async fn migrators_started_together_apply_each_revision_once() {
    let mut project = Project::line(&[
        SLOW,
        "-- @upgrade\nINSERT INTO t VALUES (0);\n",
        "-- @upgrade\nINSERT INTO t VALUES (0);\n",
    ]);
    project.options.lock = Some(LockOptions { key: None, wait: Duration::from_secs(30) });
    let (graph, url) = (project.graph(), project.url());
    let runners: Vec<_> = (0..4).map(|_| project.runner(&url)).collect();
    let command = head();
    let (mut first, mut second, mut third, mut fourth) = ((), (), (), ());
    let results = tokio::join!(
        runners[0].run(&graph, &command, &mut first),
        runners[1].run(&graph, &command, &mut second),
        runners[2].run(&graph, &command, &mut third),
        runners[3].run(&graph, &command, &mut fourth),
    );
    let results = [results.0, results.1, results.2, results.3];
    let mut steps: Vec<usize> = results.into_iter().map(|report| report.unwrap().plan.steps.len()).collect();
    steps.sort_unstable();
    assert_eq!(steps, [0, 0, 0, 3]);
    assert_eq!(project.column("SELECT count(*) FROM t").await, ["3"]);
    assert_eq!(project.events().await, ["done a", "done b", "done c"]);
}

#[tokio::test]
async fn who_holds_the_lock_is_told_and_waiting_ends() {
    let project = Project::line(&["-- @upgrade\nSELECT 1;\n"]);
    let (graph, url) = (project.graph(), project.url());
    let mut holder = lambic_core::Driver::connect(&lambic_sqlite::SqliteDriver, &url).await.unwrap();
    let dialect = holder.dialect.clone();
    let key = lambic_core::LockKey { name: "lambic_version".into(), holder: "bob on attic".into() };
    dialect.lock(holder.connection.as_mut(), &key, Duration::ZERO).await.unwrap();

    let mut told = Vec::new();
    let mut observer = |event: &Event<'_>| {
        if let Event::WaitingForLock { holder, .. } = event {
            told.push(holder.join(" "));
        }
    };
    let started = Instant::now();
    let error = project.runner(&url).run(&graph, &head(), &mut observer).await.unwrap_err();
    assert!(started.elapsed() >= Duration::from_millis(300));
    assert_eq!(error.kind, ErrorKind::Locked);
    assert!(error.hint.is_some());
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("bob on attic"), "{told:?}");

    dialect.unlock(holder.connection.as_mut(), &key).await.unwrap();
    project.runner(&url).run(&graph, &head(), &mut ()).await.unwrap();
    // The lock is free again, after a good run and after a bad one.
    project.revision("b", "a", "-- @upgrade\nSELECT nonsense;\n");
    let graph = project.graph();
    for _ in 0..2 {
        let error = project.runner(&url).run(&graph, &head(), &mut ()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Database);
    }
}

#[tokio::test]
async fn without_a_lock_nobody_waits() {
    let mut project = Project::line(&["-- @upgrade\nSELECT 1;\n"]);
    let url = project.url();
    let mut holder = lambic_core::Driver::connect(&lambic_sqlite::SqliteDriver, &url).await.unwrap();
    let dialect = holder.dialect.clone();
    let key = lambic_core::LockKey { name: "lambic_version".into(), holder: "bob".into() };
    dialect.lock(holder.connection.as_mut(), &key, Duration::ZERO).await.unwrap();
    project.options.lock = None;
    project.upgrade("head").await.unwrap();
}
