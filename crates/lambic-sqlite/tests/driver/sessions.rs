//! The prologue, the way back to it, and scratch places.

use std::time::{Duration, Instant};

use lambic_core::{Connection, Driver as _, ErrorKind, LockSupport};
use lambic_sqlite::SqliteDriver;
use tempfile::tempdir;

use crate::{connect, memory, number, open, run, url, value};

#[tokio::test]
async fn a_session_begins_with_foreign_keys_enforced() {
    let mut on = memory().await;
    assert_eq!(number(&mut *on, "PRAGMA foreign_keys").await, 1);
    // Schemas that exist rely on it.
    assert_eq!(value(&mut *on, "SELECT \"text\"").await.as_text(), Some("text"));
}

#[tokio::test]
async fn a_reset_undoes_what_outlives_a_statement() {
    let folder = tempdir().unwrap();
    let other = folder.path().join("other.db");
    let mut on = open(&folder.path().join("app.db")).await;
    let attach = format!("ATTACH '{}' AS \"o\"\"ther\"", other.display());
    run(
        &mut *on,
        &[
            "CREATE TABLE t (a)",
            "CREATE TEMP TABLE tmp (a PRIMARY KEY)",
            "CREATE TEMP TABLE child (a REFERENCES tmp)",
            "INSERT INTO tmp VALUES (7)",
            "INSERT INTO child VALUES (7)",
            "CREATE TABLE temp.\"odd \"\"name\" (a)",
            "CREATE TEMP VIEW tv AS SELECT * FROM tmp",
            "CREATE TEMP TRIGGER tt AFTER INSERT ON main.t BEGIN INSERT INTO tmp VALUES (new.a); END",
            "PRAGMA foreign_keys = OFF",
            "PRAGMA legacy_alter_table = ON",
            "PRAGMA writable_schema = ON",
            "PRAGMA case_sensitive_like = ON",
            "PRAGMA recursive_triggers = ON",
            "PRAGMA cache_size = 7",
            "PRAGMA synchronous = OFF",
            "PRAGMA journal_mode = MEMORY",
            "PRAGMA locking_mode = EXCLUSIVE",
            "PRAGMA query_only = ON",
            &attach,
        ],
    )
    .await;
    run(&mut *on, &["BEGIN"]).await;
    on.reset().await.unwrap();
    assert!(!on.in_transaction().await.unwrap());
    assert_eq!(number(&mut *on, "SELECT count(*) FROM temp.sqlite_schema").await, 0);
    assert_eq!(number(&mut *on, "SELECT count(*) FROM pragma_database_list WHERE name LIKE 'o%'").await, 0);
    assert_eq!(number(&mut *on, "SELECT 'a' LIKE 'A'").await, 1);
    for (setting, expected) in [
        ("foreign_keys", "1"),
        ("legacy_alter_table", "0"),
        ("writable_schema", "0"),
        ("recursive_triggers", "0"),
        ("cache_size", "-2000"),
        ("synchronous", "2"),
        ("journal_mode", "delete"),
        ("locking_mode", "normal"),
        ("query_only", "0"),
    ] {
        let mut fresh = memory().await;
        let query = format!("PRAGMA {setting}");
        let text = match value(&mut *on, &query).await {
            lambic_core::Value::Text(text) => text,
            other => other.as_integer().unwrap().to_string(),
        };
        assert_eq!(text, expected, "{setting}");
        drop(value(&mut *fresh, &query).await);
    }
    run(&mut *on, &["INSERT INTO t VALUES (1)"]).await;
    assert_eq!(number(&mut *open(&folder.path().join("app.db")).await, "SELECT count(*) FROM t").await, 1);
}

#[tokio::test]
async fn a_reset_restores_waiting_for_other_sessions() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut holder = open(&path).await;
    run(&mut *holder, &["CREATE TABLE t (a)"]).await;
    let mut on = connect(&format!("{}?busy_timeout=300", url(&path))).await.unwrap().connection;
    run(&mut *on, &["PRAGMA busy_timeout = 0"]).await;
    on.reset().await.unwrap();
    run(&mut *holder, &["BEGIN IMMEDIATE"]).await;
    let started = Instant::now();
    assert!(on.execute("INSERT INTO t VALUES (1)", &[]).await.is_err());
    assert!(started.elapsed() >= Duration::from_millis(250), "{:?}", started.elapsed());
}

#[tokio::test]
async fn scratch_places_are_empty_and_apart() {
    let mut session = connect("sqlite::memory:").await.unwrap();
    assert_eq!(session.dialect.capabilities().lock, LockSupport::File);
    run(&mut *session.connection, &["CREATE TABLE t (a)"]).await;
    let mut scratch = session.dialect.scratch(&mut *session.connection).await.unwrap();
    let on = &mut *scratch.session.connection;
    assert_eq!(number(on, "SELECT count(*) FROM sqlite_schema").await, 0);
    run(on, &["CREATE TABLE s (a)"]).await;
    assert_ne!(scratch.session.connection.id(), session.connection.id());
    session.dialect.drop_scratch(&mut *session.connection, scratch).await.unwrap();
    assert_eq!(number(&mut *session.connection, "SELECT count(*) FROM sqlite_schema").await, 1);
    assert_eq!(SqliteDriver.info().schemes, ["sqlite", "sqlite3", "file"]);
}

/// How long an insert waits for the session that holds the write lock.
async fn wait_of(on: &mut dyn Connection) -> Duration {
    let started = Instant::now();
    let error = on.execute("INSERT INTO t VALUES (1)", &[]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Locked);
    started.elapsed()
}

#[tokio::test]
async fn the_time_to_wait_for_locks_can_be_set_and_given_back() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut holder = open(&path).await;
    run(&mut *holder, &["CREATE TABLE t (a)", "BEGIN IMMEDIATE"]).await;
    let mut on = connect(&format!("{}?busy_timeout=300", url(&path))).await.unwrap().connection;
    on.set_lock_timeout(Some(Duration::ZERO)).await.unwrap();
    run(&mut *on, &["PRAGMA busy_timeout = 9000"]).await;
    on.reset().await.unwrap();
    assert!(wait_of(&mut *on).await < Duration::from_millis(250));
    on.set_lock_timeout(None).await.unwrap();
    assert!(wait_of(&mut *on).await >= Duration::from_millis(250));
}
