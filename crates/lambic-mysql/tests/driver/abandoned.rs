//! Sessions that are left in the middle of a statement, or lose their connection.

use std::time::{Duration, Instant};

use lambic_core::{Aftermath, Connection, ErrorKind, LockKey, Query, Session};

use crate::proxy::Proxy;
use crate::support::{Database, PATIENCE, Server, number, on_both, rows, run};

/// Waits until the server has no session with this number.
async fn ended(database: &Database, session: i64) {
    let mut on = database.connection().await;
    let started = Instant::now();
    while rows(&mut *on, "SHOW PROCESSLIST").await.iter().any(|row| row[0].as_integer() == Some(session)) {
        assert!(started.elapsed() < PATIENCE, "the session {session} is still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn id(on: &mut dyn Connection) -> i64 {
    number(on, "SELECT CONNECTION_ID()").await
}

/// Nothing is answered any more, and everything is said to be so.
async fn is_dead(on: &mut dyn Connection, code: &str) {
    let errors = [
        on.execute("SELECT 1", &[]).await.unwrap_err(),
        on.query_batch(&[Query::new("SELECT 1")]).await.unwrap_err(),
        on.query_batch(&[Query::new("SELECT 1"), Query::new("SELECT 2")]).await.unwrap_err(),
        on.begin(&lambic_core::TransactionOptions::default()).await.unwrap_err(),
        on.commit().await.unwrap_err(),
        on.rollback().await.unwrap_err(),
        on.in_transaction().await.unwrap_err(),
        on.set_lock_timeout(None).await.unwrap_err(),
        on.reset().await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Connect, code), "{error:?}");
        assert_eq!(error.aftermath, Some(Aftermath::NotStarted), "{error:?}");
    }
}

on_both! {
    /// The library would give the answer of the statement that was left to the next one, without a word.
    async fn no_answer_is_taken_for_another(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let session = id(&mut *on).await;
        let late = "SELECT 777 FROM (SELECT SLEEP(60)) t";
        let left = tokio::time::timeout(Duration::from_millis(200), on.execute(late, &[])).await;
        assert!(left.is_err());
        is_dead(&mut *on, "mysql.abandoned").await;
        ended(&database, session).await;
    }

    async fn a_batch_that_is_left_is_no_different(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let batch = [Query::new("SELECT 1"), Query::new("SELECT SLEEP(20)"), Query::new("SELECT 3")];
        let left = tokio::time::timeout(Duration::from_millis(200), on.query_batch(&batch)).await;
        assert!(left.is_err());
        is_dead(&mut *on, "mysql.abandoned").await;
    }

    async fn a_session_that_is_dropped_in_the_middle_gives_up_its_lock(server: Server) {
        let database = server.database().await;
        let key = LockKey { name: "lambic_version".into(), holder: "ann".into() };
        let Session { mut connection, dialect, .. } = database.open().await;
        dialect.lock(&mut *connection, &key, Duration::ZERO).await.unwrap();
        let left = tokio::time::timeout(Duration::from_millis(200), connection.execute("DO SLEEP(60)", &[])).await;
        assert!(left.is_err());
        drop(connection);
        let mut next = database.open().await;
        next.dialect.lock(&mut *next.connection, &key, PATIENCE).await.unwrap();
    }

    async fn a_session_that_somebody_ends_says_so(server: Server) {
        let database = server.database().await;
        let (mut on, mut other) = (database.connection().await, database.connection().await);
        let session = id(&mut *on).await;
        let kill = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            run(&mut *other, &[&format!("KILL {session}")]).await;
        };
        let (result, ()) = tokio::join!(on.execute("SELECT 1 FROM (SELECT SLEEP(20)) t", &[]), kill);
        let error = result.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Connect, "{error:?}");
        assert_eq!((error.code.as_str(), &error.aftermath), ("mysql.connection-lost", &Some(Aftermath::Unknown)));
        is_dead(&mut *on, "mysql.connection-lost").await;
    }

    async fn a_connection_that_is_cut_says_so(server: Server) {
        let database = server.database().await;
        let proxy = Proxy::before(&database).await;
        let mut on = crate::support::connect(&proxy.url).await.connection;
        run(&mut *on, &["CREATE TABLE t (a INT)", "BEGIN", "INSERT INTO t VALUES (1)"]).await;
        let cut = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            proxy.cut();
        };
        let (result, ()) = tokio::join!(on.execute("INSERT INTO t SELECT SLEEP(20)", &[]), cut);
        let error = result.unwrap_err();
        assert_eq!((error.kind.as_str(), error.code.as_str()), ("connect", "mysql.connection-lost"));
        assert_eq!(error.aftermath, Some(Aftermath::Unknown));
        assert!(error.statement.is_some() && error.hint.is_some());
        is_dead(&mut *on, "mysql.connection-lost").await;
    }
}
