//! Cancelling, and statements that end for other reasons.

use std::time::{Duration, Instant};

use lambic_core::{Aftermath, ErrorKind, Query};

use crate::support::{Database, PATIENCE, Server, connect, runtime, variable};

const LONG: &str = "SELECT pg_sleep(30)";

#[test]
fn a_running_statement_is_cancelled() {
    let mut database = Database::new(Server::V15);
    let canceller = database.session.connection.canceller();
    let started = Instant::now();
    let (ran, asked) = database.with(async |on| {
        tokio::join!(on.execute(LONG, &[]), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            canceller.cancel().await
        })
    });
    asked.unwrap();
    let error = ran.unwrap_err();
    assert_eq!(
        (error.kind.clone(), error.aftermath.clone()),
        (ErrorKind::Cancelled, Some(Aftermath::RolledBack))
    );
    assert!(started.elapsed() < PATIENCE);
    assert_eq!(database.text("SELECT 1"), "1");
}

/// A signal is heard on another thread, with another runtime or none.
#[test]
fn it_may_be_cancelled_from_a_thread_without_a_runtime() {
    let mut database = Database::new(Server::V18);
    let canceller = database.session.connection.canceller();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        let thread = std::thread::current();
        let waker = std::task::Waker::from(std::sync::Arc::new(Unpark(thread)));
        let mut asking = canceller.cancel();
        while asking.as_mut().poll(&mut std::task::Context::from_waker(&waker)).is_pending() {
            std::thread::park();
        }
    });
    let error = database.execute(LONG).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Cancelled);
    // What moves the canceller's messages is the runtime of the session.
    let started = Instant::now();
    while !thread.is_finished() {
        assert!(started.elapsed() < PATIENCE, "the canceller comes to no end");
        database.wait(async { tokio::time::sleep(Duration::from_millis(20)).await });
    }
    thread.join().unwrap();
}

struct Unpark(std::thread::Thread);

impl std::task::Wake for Unpark {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.unpark();
    }
}

#[test]
fn a_session_with_tls_is_cancelled_with_tls() {
    let ca = variable("LAMBIC_TEST_CA");
    let url = Server::V15.url().replace("127.0.0.1", "localhost");
    runtime().block_on(async {
        let mut session = connect(&format!("{url}?sslmode=verify-full&sslrootcert={ca}")).await.unwrap();
        let canceller = session.connection.canceller();
        let (ran, asked) = tokio::join!(session.connection.execute(LONG, &[]), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            canceller.cancel().await
        });
        asked.unwrap();
        assert_eq!(ran.unwrap_err().kind, ErrorKind::Cancelled);
    });
}

#[test]
fn what_begins_later_is_not_cancelled() {
    let mut database = Database::new(Server::V15);
    let canceller = database.session.connection.canceller();
    database.with(async |on| {
        canceller.cancel().await.unwrap();
        on.execute("SELECT pg_sleep(0.3)", &[]).await.unwrap();
        for _ in 0..20 {
            let (ran, asked) = tokio::join!(on.execute("SELECT 1", &[]), canceller.cancel());
            asked.unwrap();
            drop(ran);
            on.execute("SELECT pg_sleep(0.01)", &[]).await.unwrap();
        }
    });
    drop(database);
    // Nobody is there any more.
    runtime().block_on(async { canceller.cancel().await.unwrap() });
}

#[test]
fn a_future_that_is_dropped_leaves_the_session_in_order() {
    let mut database = Database::new(Server::V15);
    database.with(async |on| {
        for _ in 0..3 {
            let late =
                tokio::time::timeout(Duration::from_millis(50), on.execute("SELECT pg_sleep(0.2)", &[]));
            assert!(late.await.is_err());
            let queries = [Query::new("SELECT 1::bigint AS one"), Query::new("SELECT 'two'")];
            let late = tokio::time::timeout(Duration::from_micros(1), on.query_batch(&queries));
            drop(late.await);
            let rows = on.query_batch(&[Query::new("SELECT 7, true")]).await.unwrap();
            assert_eq!(rows[0].rows, [[7.into(), lambic_core::Value::Boolean(true)]]);
        }
    });
}

#[test]
fn a_statement_that_takes_too_long_is_told_from_a_cancelled_one() {
    let mut database = Database::new(Server::V15);
    database.load("SET statement_timeout = '50ms'");
    let error = database.execute(LONG).unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Timeout, "postgres.statement-timeout"));
    assert!(error.hint.as_ref().unwrap().contains("statement_timeout"));
    // A server may speak another language.
    for (said, kind) in [
        ("storniere Anfrage wegen Zeitüberschreitung der Anfrage", ErrorKind::Timeout),
        ("canceling statement due to user request", ErrorKind::Cancelled),
    ] {
        let sql = format!("DO $$ BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = '57014'; END $$");
        assert_eq!(database.execute(&sql).unwrap_err().kind, kind, "{said}");
    }
}

#[test]
fn a_lock_is_waited_for_as_long_as_is_said() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a int); BEGIN; LOCK TABLE t");
    let url = database.url();
    runtime().block_on(async {
        let mut session = connect(&url).await.unwrap();
        let on = session.connection.as_mut();
        on.set_lock_timeout(Some(Duration::ZERO)).await.unwrap();
        on.execute("SET lock_timeout = '1min'", &[]).await.unwrap();
        on.reset().await.unwrap();
        let error = on.execute("SELECT * FROM t", &[]).await.unwrap_err();
        assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Locked, "postgres.locked"));
        let own = [Query::new("SHOW lock_timeout")];
        assert_eq!(on.query_batch(&own).await.unwrap()[0].rows, [["1ms".into()]]);
        on.set_lock_timeout(None).await.unwrap();
        assert_eq!(on.query_batch(&own).await.unwrap()[0].rows, [["5s".into()]]);
        let mut session = connect(&format!("{url}?options=-clock_timeout%3D7s")).await.unwrap();
        assert_eq!(session.connection.query_batch(&own).await.unwrap()[0].rows, [["7s".into()]]);
    });
}

/// An index that is built without a lock waits for older transactions by nature, however long they take.
#[test]
fn an_index_waits_for_older_transactions() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a int); BEGIN; INSERT INTO t VALUES (1)");
    let url = database.url();
    database.with(async |on| {
        let mut session = connect(&url).await.unwrap();
        let end = async {
            tokio::time::sleep(Duration::from_millis(5500)).await;
            on.execute("COMMIT", &[]).await.unwrap();
        };
        let (built, ()) =
            tokio::join!(session.connection.execute("CREATE INDEX CONCURRENTLY i ON t (a)", &[]), end);
        built.unwrap();
        let own = session.connection.query_batch(&[Query::new("SHOW lock_timeout")]).await.unwrap();
        assert_eq!(own[0].rows, [["5s".into()]]);
    });
}
