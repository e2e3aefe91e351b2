//! Statements: what they answer, how they fail, how they are stopped.

use std::time::{Duration, Instant};

use lambic_core::{Aftermath, Connection, Error, ErrorKind, Outcome, Query, TransactionOptions, Value};
use tempfile::tempdir;

use crate::{ENDLESS, memory, number, open, open_hasty, run, value};

async fn failure(on: &mut dyn Connection, sql: &str) -> Error {
    on.execute(sql, &[]).await.unwrap_err()
}

#[tokio::test]
async fn a_statement_says_what_it_did() {
    let mut on = memory().await;
    let rows = |outcome: Outcome| (outcome.rows_affected, outcome.in_transaction);
    run(&mut *on, &["CREATE TABLE t (a)"]).await;
    assert_eq!(rows(on.execute("INSERT INTO t VALUES (1), (2)", &[]).await.unwrap()), (Some(2), Some(false)));
    assert_eq!(rows(on.execute("BEGIN", &[]).await.unwrap()).1, Some(true));
    assert_eq!(rows(on.execute("UPDATE t SET a = 3", &[]).await.unwrap()), (Some(2), Some(true)));
    assert_eq!(rows(on.execute("UPDATE t SET a = 3 WHERE a = 9", &[]).await.unwrap()), (Some(0), Some(true)));
    assert_eq!(rows(on.execute("SELECT * FROM t", &[]).await.unwrap()), (None, Some(true)));
    assert_eq!(rows(on.execute("COMMIT", &[]).await.unwrap()).1, Some(false));
}

#[tokio::test]
async fn a_statement_that_returns_rows_runs_to_its_end() {
    let mut on = memory().await;
    run(
        &mut *on,
        &[
            "CREATE TABLE t (a)",
            "INSERT INTO t SELECT value FROM json_each('[1,2,3]') RETURNING a",
            "PRAGMA table_info(t)",
            "SELECT * FROM t; -- done",
        ],
    )
    .await;
    assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 3);
}

#[tokio::test]
async fn what_is_not_one_statement_is_refused() {
    let mut on = memory().await;
    run(&mut *on, &["CREATE TABLE t (a)"]).await;
    for (sql, code) in [
        ("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)", "sqlite.several-statements"),
        ("INSERT INTO t VALUES (1)\0; INSERT INTO t VALUES (2)", "sqlite.nul"),
        ("", "sqlite.no-statement"),
        (" -- nothing\n", "sqlite.no-statement"),
    ] {
        let error = failure(&mut *on, sql).await;
        assert_eq!((error.code.as_str(), &error.kind), (code, &ErrorKind::Usage), "{sql}: {error:?}");
        assert_eq!(error.aftermath, Some(Aftermath::NotStarted), "{sql}");
    }
    let error = on.execute("INSERT INTO t VALUES (?)", &[]).await.unwrap_err();
    assert_eq!(error.code, "sqlite.parameter-count");
    let error = on.execute("INSERT INTO t VALUES (1)", &[Value::Null]).await.unwrap_err();
    assert_eq!(error.code, "sqlite.parameter-count");
    assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 0);
}

#[tokio::test]
async fn values_go_in_and_come_out_unchanged() {
    let mut on = memory().await;
    let values = [
        Value::Null,
        Value::Integer(i64::MIN),
        Value::Real(0.1),
        Value::Text("it's \"é\"\0".into()),
        Value::Bytes(vec![0, 255]),
    ];
    for value in values {
        let query = Query::new("SELECT ?1 AS it, typeof(?1)").with(vec![value.clone()]);
        let rows = on.query_batch(&[query]).await.unwrap().remove(0);
        assert_eq!(rows.columns[0], "it");
        assert_eq!(rows.rows[0][0], value);
    }
    let query = Query::new("SELECT ?").with(vec![Value::Boolean(true)]);
    assert_eq!(on.query_batch(&[query]).await.unwrap()[0].rows[0][0], Value::Integer(1));
    // Text that is not UTF-8 is not lost.
    assert_eq!(value(&mut *on, "SELECT CAST(x'ff41' AS TEXT)").await, Value::Bytes(vec![0xff, 0x41]));
}

#[tokio::test]
async fn an_error_says_where_why_and_what_is_left() {
    let mut on = memory().await;
    run(&mut *on, &["CREATE TABLE t (a UNIQUE)", "INSERT INTO t VALUES (1)"]).await;

    let sql = "SELECT é, nope FROM t";
    let error = failure(&mut *on, sql).await;
    assert_eq!((&error.kind, error.offset), (&ErrorKind::Database, sql.find('é')));
    assert_eq!(error.statement.as_deref(), Some(sql));
    assert_eq!(error.aftermath, Some(Aftermath::NotStarted));

    let error = failure(&mut *on, "INSERT INTO t VALUES (2), (1)").await;
    let report = error.database.clone().unwrap();
    assert_eq!((report.code, report.name.as_deref()), (Some(2067), Some("SQLITE_CONSTRAINT_UNIQUE")));
    assert_eq!((error.code.as_str(), &error.aftermath), ("sqlite.constraint", &Some(Aftermath::RolledBack)));
    assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 1);

    let error = failure(&mut *on, "INSERT OR FAIL INTO t VALUES (2), (1)").await;
    assert_eq!(error.aftermath, Some(Aftermath::Partial));
    assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 2);

    run(&mut *on, &["BEGIN", "INSERT INTO t VALUES (7)"]).await;
    let error = failure(&mut *on, "INSERT OR ROLLBACK INTO t VALUES (1)").await;
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    assert!(error.notes[0].contains("whole transaction"), "{error:?}");
    assert!(!on.in_transaction().await.unwrap());
}

#[tokio::test]
async fn a_batch_stops_at_the_query_that_fails_and_names_it() {
    let mut on = memory().await;
    let queries = [Query::new("SELECT 1"), Query::new("SELECT nope")];
    let error = on.query_batch(&queries).await.unwrap_err();
    assert_eq!(error.statement.as_deref(), Some("SELECT nope"));
}

/// Runs a statement and cancels it a moment later.
async fn cancelled(on: &mut dyn Connection, sql: &str) -> Error {
    let canceller = on.canceller();
    let cancel = async move {
        tokio::time::sleep(Duration::from_millis(30)).await;
        canceller.cancel().await.unwrap();
    };
    let started = Instant::now();
    let (result, ()) = tokio::join!(on.execute(sql, &[]), cancel);
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    result.unwrap_err()
}

#[tokio::test]
async fn a_running_statement_can_be_cancelled() {
    let mut on = memory().await;
    on.canceller().cancel().await.unwrap();
    run(&mut *on, &["CREATE TABLE t (a)"]).await;

    let error = cancelled(&mut *on, ENDLESS).await;
    assert_eq!((error.kind.as_str(), error.statement.as_deref()), ("cancelled", Some(ENDLESS)));

    run(&mut *on, &["BEGIN", "INSERT INTO t VALUES (1)"]).await;
    let error = cancelled(&mut *on, &format!("INSERT INTO t {ENDLESS}")).await;
    assert_eq!((&error.kind, &error.aftermath), (&ErrorKind::Cancelled, &Some(Aftermath::RolledBack)));
    assert!(!on.in_transaction().await.unwrap(), "SQLite rolls back the transaction of a cancelled write");
    assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 0);
}

#[tokio::test]
async fn a_cancel_before_the_work_begins_is_not_lost() {
    let mut on = memory().await;
    let canceller = on.canceller();
    for _ in 0..200 {
        let cancel = async { canceller.cancel().await };
        let (result, cancel) = tokio::join!(on.execute(ENDLESS, &[]), cancel);
        assert_eq!(result.unwrap_err().kind, ErrorKind::Cancelled);
        cancel.unwrap();
    }
}

#[tokio::test]
async fn waiting_for_another_session_can_be_cancelled_and_ends_in_time() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut holder = open(&path).await;
    run(&mut *holder, &["CREATE TABLE t (a)", "BEGIN IMMEDIATE"]).await;

    let error = cancelled(&mut *open(&path).await, "INSERT INTO t VALUES (1)").await;
    assert_eq!(error.kind, ErrorKind::Cancelled);

    let mut hasty = open_hasty(&path).await;
    let started = Instant::now();
    let error = hasty.begin(&TransactionOptions::default()).await.unwrap_err();
    assert!(started.elapsed() >= Duration::from_millis(25), "{:?}", started.elapsed());
    assert_eq!((error.kind.as_str(), error.code.as_str()), ("locked", "sqlite.busy"));
    assert!(error.hint.as_ref().unwrap().contains("busy_timeout"));
    assert!(!hasty.in_transaction().await.unwrap());

    run(&mut *holder, &["COMMIT"]).await;
    hasty.begin(&TransactionOptions::default()).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_leaves_nothing_behind() {
    let folder = tempdir().unwrap();
    let mut on = open(&folder.path().join("app.db")).await;
    run(&mut *on, &["CREATE TABLE t (a)", "PRAGMA max_page_count = 10"]).await;
    on.begin(&TransactionOptions::default()).await.unwrap();
    run(&mut *on, &["INSERT INTO t VALUES (1)"]).await;
    let error = failure(&mut *on, "INSERT INTO t VALUES (zeroblob(100000))").await;
    assert_eq!((error.kind.as_str(), error.code.as_str()), ("full", "sqlite.full"));
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    let inside = on.in_transaction().await.unwrap();
    assert_eq!(
        error.notes.is_empty(),
        inside,
        "the note must tell whether the transaction is gone: {error:?}"
    );
    on.rollback().await.unwrap();
    assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 0);
    on.reset().await.unwrap();
    run(&mut *on, &["INSERT INTO t VALUES (zeroblob(100000))"]).await;
}
