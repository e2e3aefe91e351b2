//! The lock that keeps other migrators out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lambic_core::{ErrorKind, LockKey, Query, Session};

use crate::support::{Database, PATIENCE, Server, connect, runtime};

fn key(name: &str, holder: &str) -> LockKey {
    LockKey { name: name.to_owned(), holder: holder.to_owned() }
}

async fn lock(session: &mut Session, name: &str, holder: &str, wait: Duration) -> lambic_core::Result<()> {
    let dialect = Arc::clone(&session.dialect);
    dialect.lock(session.connection.as_mut(), &key(name, holder), wait).await
}

async fn unlock(session: &mut Session, name: &str) -> lambic_core::Result<()> {
    let dialect = Arc::clone(&session.dialect);
    dialect.unlock(session.connection.as_mut(), &key(name, "")).await
}

async fn run(session: &mut Session, sql: &str) {
    session.connection.execute(sql, &[]).await.unwrap();
}

const AT_ONCE: Duration = Duration::ZERO;
/// Longer than a test waits for what must come: who is cancelled does not wait for this.
const PATIENT: Duration = Duration::from_mins(2);

#[test]
fn one_session_has_the_lock_and_others_see_whose_it_is() {
    let database = Database::new(Server::V15);
    let url = database.url();
    runtime().block_on(async {
        let (mut one, mut two) = (connect(&url).await.unwrap(), connect(&url).await.unwrap());
        lock(&mut one, "v", "ann@laptop process 7", AT_ONCE).await.unwrap();
        lock(&mut one, "v", "ann@laptop process 7", AT_ONCE).await.unwrap();
        let started = Instant::now();
        let error = lock(&mut two, "v", "bob", Duration::from_millis(300)).await.unwrap_err();
        assert!(
            started.elapsed() >= Duration::from_millis(300) && started.elapsed() < Duration::from_secs(5)
        );
        assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Locked, "lock.held"));
        assert!(error.notes[0].contains("held by ann@laptop process 7 (user "), "{error:?}");
        assert!(error.notes[0].contains("since 20"), "{error:?}");
        lock(&mut two, "other", "bob", AT_ONCE).await.unwrap();
        unlock(&mut one, "v").await.unwrap();
        unlock(&mut one, "v").await.unwrap();
        lock(&mut two, "v", "bob", AT_ONCE).await.unwrap();
        let name = one.connection.query_batch(&[Query::new("SHOW application_name")]).await.unwrap();
        assert_eq!(name[0].rows, [["lambic".into()]]);
    });
}

#[test]
fn a_holder_that_dies_frees_the_lock() {
    let mut database = Database::new(Server::V15);
    let url = database.url();
    let runtime = runtime();
    let (mut one, mut two) =
        runtime.block_on(async { (connect(&url).await.unwrap(), connect(&url).await.unwrap()) });
    runtime.block_on(lock(&mut one, "v", "one", AT_ONCE)).unwrap();
    database.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'lambic: one'",
    );
    runtime.block_on(lock(&mut two, "v", "two", PATIENT)).unwrap();
    let mut three = runtime.block_on(connect(&url)).unwrap();
    drop(two);
    runtime.block_on(lock(&mut three, "v", "three", PATIENT)).unwrap();
}

#[test]
fn the_lock_outlives_transactions_and_resets() {
    let database = Database::new(Server::V15);
    let url = database.url();
    runtime().block_on(async {
        let (mut one, mut two) = (connect(&url).await.unwrap(), connect(&url).await.unwrap());
        lock(&mut one, "v", "one", AT_ONCE).await.unwrap();
        run(&mut one, "BEGIN").await;
        one.connection.rollback().await.unwrap();
        one.connection.reset().await.unwrap();
        let error = lock(&mut two, "v", "two", AT_ONCE).await.unwrap_err();
        assert!(error.notes[0].contains("held by one "), "{error:?}");
    });
}

#[test]
fn a_lock_that_was_given_up_behind_lambics_back_is_missed() {
    let database = Database::new(Server::V15);
    let url = database.url();
    runtime().block_on(async {
        let mut one = connect(&url).await.unwrap();
        for statement in ["SELECT pg_advisory_unlock_all()", "DISCARD ALL"] {
            lock(&mut one, "v", "one", AT_ONCE).await.unwrap();
            run(&mut one, statement).await;
            let error = one.connection.reset().await.unwrap_err();
            assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Conflict, "lock.lost"));
            assert_eq!(unlock(&mut one, "v").await.unwrap_err().code, "lock.lost");
        }
    });
}

#[test]
fn waiting_for_the_lock_is_cancelled() {
    let database = Database::new(Server::V15);
    let url = database.url();
    runtime().block_on(async {
        let (mut one, mut two) = (connect(&url).await.unwrap(), connect(&url).await.unwrap());
        lock(&mut one, "v", "one", AT_ONCE).await.unwrap();
        let canceller = two.connection.canceller();
        let started = Instant::now();
        let (waited, asked) = tokio::join!(lock(&mut two, "v", "two", PATIENT), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            canceller.cancel().await
        });
        asked.unwrap();
        assert_eq!(waited.unwrap_err().kind, ErrorKind::Cancelled);
        assert!(started.elapsed() < PATIENCE);
    });
}

/// Who waits must not hold a snapshot: building an index without a lock waits for every one.
#[test]
fn who_waits_is_not_in_the_way_of_who_works() {
    let database = Database::new(Server::V15);
    let url = database.url();
    runtime().block_on(async {
        let (mut one, mut two) = (connect(&url).await.unwrap(), connect(&url).await.unwrap());
        run(&mut one, "CREATE TABLE t (a int)").await;
        lock(&mut one, "v", "one", AT_ONCE).await.unwrap();
        let work = async {
            run(&mut one, "CREATE INDEX CONCURRENTLY i ON t (a)").await;
            unlock(&mut one, "v").await.unwrap();
        };
        let (waited, ()) = tokio::join!(lock(&mut two, "v", "two", PATIENT), work);
        waited.unwrap();
    });
}

#[test]
fn the_lock_is_not_taken_inside_a_transaction_nor_on_a_foreign_connection() {
    let database = Database::new(Server::V15);
    let url = database.url();
    runtime().block_on(async {
        let mut one = connect(&url).await.unwrap();
        run(&mut one, "BEGIN").await;
        assert_eq!(lock(&mut one, "v", "one", AT_ONCE).await.unwrap_err().kind, ErrorKind::Usage);
    });
}
