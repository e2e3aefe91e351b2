//! The lock between migrators.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lambic_core::{Aftermath, ErrorKind, LockKey, Result, Session};

use crate::support::{PATIENCE, Server, connect, number, on_both, rows, run};

fn key(holder: &str) -> LockKey {
    LockKey { name: "lambic_version".into(), holder: holder.into() }
}

async fn lock(session: &mut Session, holder: &str, wait: Duration) -> Result<()> {
    let Session { connection, dialect, .. } = session;
    dialect.lock(&mut **connection, &key(holder), wait).await
}

async fn try_unlock(session: &mut Session) -> Result<()> {
    let Session { connection, dialect, .. } = session;
    dialect.unlock(&mut **connection, &key("")).await
}

async fn unlock(session: &mut Session) {
    try_unlock(session).await.unwrap();
}

/// What who waits is told of who holds the lock.
async fn told(waiting: &mut Session) -> Vec<String> {
    lock(waiting, "bob", Duration::ZERO).await.unwrap_err().notes.clone()
}

on_both! {
    async fn one_session_at_a_time_and_the_other_is_told_who(server: Server) {
        let database = server.database().await;
        let (mut first, mut second) = (database.open().await, database.open().await);
        lock(&mut first, "ann@desk, process 7", Duration::ZERO).await.unwrap();
        lock(&mut first, "ann@desk, process 7", Duration::ZERO).await.unwrap();
        let holder = number(&mut *first.connection, "SELECT CONNECTION_ID()").await;

        let started = Instant::now();
        let error = lock(&mut second, "bob", Duration::from_millis(300)).await.unwrap_err();
        assert!((300..2000).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
        assert_eq!((&error.kind, &error.aftermath), (&ErrorKind::Locked, &Some(Aftermath::NotStarted)));
        let [note] = error.notes.as_slice() else { panic!("{error:?}") };
        assert!(note.contains(" (user root, from ") && note.ends_with(&format!(", server session {holder})")), "{note}");
        // The variables of other sessions can be read where there is a performance schema.
        let schema = rows(&mut *second.connection, "SHOW VARIABLES LIKE 'performance_schema'").await;
        let told = schema[0][1].as_text() == Some("ON");
        let who = if told { "ann@desk, process 7" } else { "another session" };
        assert!(note.starts_with(&format!("it is held by {who} (")), "{note}");

        unlock(&mut first).await;
        unlock(&mut first).await;
        lock(&mut second, "bob", Duration::ZERO).await.unwrap();
        assert!(lock(&mut first, "ann", Duration::ZERO).await.is_err());
        drop(second);
        lock(&mut first, "ann", PATIENCE).await.unwrap();
    }

    async fn it_is_kept_through_transactions_and_resets(server: Server) {
        let database = server.database().await;
        let (mut first, mut second) = (database.open().await, database.open().await);
        lock(&mut first, "ann", Duration::ZERO).await.unwrap();
        let on = &mut first.connection;
        run(&mut **on, &["CREATE TABLE t (a INT)", "BEGIN", "ROLLBACK", "SET sql_mode = ''", "BEGIN"]).await;
        on.reset().await.unwrap();
        assert!(lock(&mut second, "bob", Duration::ZERO).await.is_err());
    }

    async fn it_is_this_databases_and_this_names_alone(server: Server) {
        let (one, two) = (server.database().await, server.database().await);
        let (mut first, mut second) = (one.open().await, two.open().await);
        lock(&mut first, "ann", Duration::ZERO).await.unwrap();
        lock(&mut second, "bob", Duration::ZERO).await.unwrap();
        let mut third = one.open().await;
        let other = LockKey { name: "other".into(), holder: "eve".into() };
        third.dialect.lock(&mut *third.connection, &other, Duration::ZERO).await.unwrap();
        let shouted = LockKey { name: "LAMBIC_VERSION".into(), ..other };
        third.dialect.lock(&mut *third.connection, &shouted, Duration::ZERO).await.unwrap();
    }

    async fn the_lock_of_a_session_that_is_ended_frees_itself(server: Server) {
        let database = server.database().await;
        let (mut first, mut second) = (database.open().await, database.open().await);
        lock(&mut first, "ann", Duration::ZERO).await.unwrap();
        let holder = number(&mut *first.connection, "SELECT CONNECTION_ID()").await;
        run(&mut *second.connection, &[&format!("KILL {holder}")]).await;
        lock(&mut second, "bob", PATIENCE).await.unwrap();
        // Who lost it is not told that it still is there.
        assert_eq!(lock(&mut first, "ann", Duration::ZERO).await.unwrap_err().kind, ErrorKind::Connect);
    }

    async fn who_waits_gets_it_as_soon_as_it_is_free(server: Server) {
        let database = server.database().await;
        let (mut first, mut second) = (database.open().await, database.open().await);
        lock(&mut first, "ann", Duration::ZERO).await.unwrap();
        let release = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            unlock(&mut first).await;
        };
        let started = Instant::now();
        let (result, ()) = tokio::join!(lock(&mut second, "bob", Duration::MAX), release);
        result.unwrap();
        assert!(started.elapsed() < Duration::from_millis(1500), "{:?}", started.elapsed());
    }

    async fn waiting_can_be_cancelled(server: Server) {
        let database = server.database().await;
        let (mut first, mut second) = (database.open().await, database.open().await);
        lock(&mut first, "ann", Duration::ZERO).await.unwrap();
        let canceller = second.connection.canceller();
        let cancel = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            canceller.cancel().await.unwrap();
        };
        let started = Instant::now();
        let (result, ()) = tokio::join!(lock(&mut second, "bob", Duration::from_mins(1)), cancel);
        assert_eq!(result.unwrap_err().kind, ErrorKind::Cancelled);
        assert!(started.elapsed() < PATIENCE);
        unlock(&mut first).await;
        lock(&mut second, "bob", Duration::ZERO).await.unwrap();
    }

    async fn never_are_two_inside_at_once(server: Server) {
        const SESSIONS: usize = 4;
        const TURNS: usize = 8;
        let database = server.database().await;
        let inside = Arc::new(AtomicUsize::new(0));
        let turns = (0..SESSIONS).map(|_| {
            let (url, inside) = (database.url.clone(), Arc::clone(&inside));
            tokio::spawn(async move {
                let mut session = connect(&url).await;
                for _ in 0..TURNS {
                    lock(&mut session, "me", Duration::from_mins(1)).await.unwrap();
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    tokio::task::yield_now().await;
                    run(&mut *session.connection, &["SELECT 1"]).await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                    unlock(&mut session).await;
                }
                TURNS
            })
        });
        let mut done = 0;
        for turn in turns.collect::<Vec<_>>() {
            done += turn.await.unwrap();
        }
        assert_eq!(done, SESSIONS * TURNS);
    }

    /// Whoever waits is told whenever this changes: it must not change by the second.
    async fn what_is_told_of_the_holder_is_no_clock_and_no_secret(server: Server) {
        let database = server.database().await;
        let (mut first, mut second) = (database.open().await, database.open().await);
        lock(&mut first, "ann", Duration::ZERO).await.unwrap();
        let idle = told(&mut second).await;
        let Session { connection, .. } = &mut first;
        let working = connection.execute("DO SLEEP(10), 'IDENTIFIED BY s3cret'", &[]);
        let watching = async {
            let mut different = vec![idle];
            let started = Instant::now();
            while started.elapsed() < Duration::from_millis(7500) {
                tokio::time::sleep(Duration::from_millis(250)).await;
                let notes = told(&mut second).await;
                if different.last() != Some(&notes) {
                    different.push(notes);
                }
            }
            different
        };
        let (result, different) = tokio::join!(working, watching);
        result.unwrap();
        assert!(!format!("{different:?}").contains("s3cret"), "{different:?}");
        // What takes long is told once, by its name.
        assert_eq!(different.len(), 2, "{different:?}");
        assert_eq!(different[1][0], different[0][0]);
        assert_eq!(different[1][1..], ["that session runs DO"]);
        // The server's list of processes may name a statement for a moment after it has answered.
        let answered = Instant::now();
        while told(&mut second).await != different[0] {
            assert!(answered.elapsed() < PATIENCE, "it is still told what has ended");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn a_lock_that_was_given_up_behind_lambics_back_is_missed(server: Server) {
        let database = server.database().await;
        let (mut first, mut second) = (database.open().await, database.open().await);
        for others in [false, true] {
            lock(&mut first, "ann", Duration::ZERO).await.unwrap();
            run(&mut *first.connection, &["DO RELEASE_ALL_LOCKS()"]).await;
            if others {
                lock(&mut second, "bob", Duration::ZERO).await.unwrap();
            }
            let error = try_unlock(&mut first).await.unwrap_err();
            assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Conflict, "lock.lost"), "{error:?}");
            unlock(&mut first).await;
        }
        unlock(&mut second).await;
    }

    async fn it_is_given_up_from_another_database(server: Server) {
        let (database, other) = (server.database().await, server.database().await);
        let (mut first, mut second) = (database.open().await, database.open().await);
        lock(&mut first, "ann", Duration::ZERO).await.unwrap();
        run(&mut *first.connection, &[&format!("USE {}", other.name)]).await;
        lock(&mut first, "ann", Duration::ZERO).await.unwrap();
        unlock(&mut first).await;
        lock(&mut second, "bob", Duration::ZERO).await.unwrap();
    }

    async fn a_foreign_session_is_refused(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        let other = lambic_core::ConnectionId { driver: "sqlite".into(), session: 1 };
        let gone = lambic_core::ConnectionId { session: u64::MAX, ..session.connection.id().clone() };
        for id in [other, gone] {
            let mut foreign = Foreign { id, inner: &mut *session.connection };
            let error = session.dialect.lock(&mut foreign, &key("ann"), Duration::ZERO).await.unwrap_err();
            assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Usage, "mysql.foreign-connection"));
        }
    }
}

/// A connection under a name that is not its own.
#[derive(Debug)]
struct Foreign<'c> {
    id: lambic_core::ConnectionId,
    inner: &'c mut dyn lambic_core::Connection,
}

#[async_trait::async_trait]
impl lambic_core::Connection for Foreign<'_> {
    fn id(&self) -> &lambic_core::ConnectionId {
        &self.id
    }
    async fn execute(&mut self, sql: &str, params: &[lambic_core::Value]) -> Result<lambic_core::Outcome> {
        self.inner.execute(sql, params).await
    }
    async fn query_batch(&mut self, queries: &[lambic_core::Query]) -> Result<Vec<lambic_core::Rows>> {
        self.inner.query_batch(queries).await
    }
    async fn begin(&mut self, options: &lambic_core::TransactionOptions) -> Result<()> {
        self.inner.begin(options).await
    }
    async fn commit(&mut self) -> Result<()> {
        self.inner.commit().await
    }
    async fn rollback(&mut self) -> Result<()> {
        self.inner.rollback().await
    }
    async fn in_transaction(&mut self) -> Result<bool> {
        self.inner.in_transaction().await
    }
    async fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.inner.set_lock_timeout(timeout).await
    }
    async fn reset(&mut self) -> Result<()> {
        self.inner.reset().await
    }
    fn canceller(&self) -> Arc<dyn lambic_core::Canceller> {
        self.inner.canceller()
    }
}
