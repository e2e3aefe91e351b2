//! Transactions of the plain kind.

use lambic_core::{Aftermath, Dialect, Driver as _, ErrorKind, TransactionOptions};
use lambic_sqlite::SqliteDriver;
use tempfile::tempdir;

use crate::{memory, number, open, open_hasty, run};

const WRITE: TransactionOptions = TransactionOptions { read_only: false, suspend_foreign_keys: false };
const READ: TransactionOptions = TransactionOptions { read_only: true, suspend_foreign_keys: false };

#[tokio::test]
async fn a_transaction_is_whole_or_nothing() {
    let mut on = memory().await;
    on.begin(&WRITE).await.unwrap();
    run(&mut *on, &["CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"]).await;
    on.rollback().await.unwrap();
    on.rollback().await.unwrap();
    assert_eq!(number(&mut *on, "SELECT count(*) FROM sqlite_schema").await, 0);
    on.begin(&WRITE).await.unwrap();
    run(&mut *on, &["CREATE TABLE t (a)"]).await;
    on.commit().await.unwrap();
    assert_eq!(number(&mut *on, "SELECT count(*) FROM sqlite_schema").await, 1);
}

#[tokio::test]
async fn a_writing_transaction_holds_the_write_lock_from_the_start() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let (mut first, mut second) = (open(&path).await, open_hasty(&path).await);
    first.begin(&WRITE).await.unwrap();
    assert_eq!(second.begin(&WRITE).await.unwrap_err().kind, ErrorKind::Locked);
    second.begin(&READ).await.unwrap();
}

#[tokio::test]
async fn a_reading_transaction_refuses_to_write_and_leaves_no_trace() {
    let mut on = memory().await;
    run(&mut *on, &["CREATE TABLE t (a)"]).await;
    for commits in [true, false] {
        on.begin(&READ).await.unwrap();
        let error = on.execute("INSERT INTO t VALUES (1)", &[]).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Permission);
        if commits {
            on.commit().await.unwrap();
        } else {
            on.rollback().await.unwrap();
        }
        run(&mut *on, &["INSERT INTO t VALUES (1)"]).await;
    }
}

#[tokio::test]
async fn what_does_not_fit_the_state_is_refused() {
    let mut on = memory().await;
    let error = on.commit().await.unwrap_err();
    assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Conflict, "sqlite.no-transaction"));
    on.begin(&WRITE).await.unwrap();
    run(&mut *on, &["CREATE TABLE t (a)"]).await;
    let error = on.begin(&READ).await.unwrap_err();
    assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Conflict, "sqlite.in-transaction"));
    assert!(on.in_transaction().await.unwrap(), "the open transaction is not touched");
    on.commit().await.unwrap();
}

#[tokio::test]
async fn a_commit_that_fails_leaves_no_transaction() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut on = open_hasty(&path).await;
    run(
        &mut *on,
        &[
            "CREATE TABLE p (id INTEGER PRIMARY KEY)",
            "CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
        ],
    )
    .await;
    on.begin(&WRITE).await.unwrap();
    run(&mut *on, &["INSERT INTO c VALUES (1)"]).await;
    let error = on.commit().await.unwrap_err();
    assert_eq!((error.code.as_str(), &error.aftermath), ("sqlite.constraint", &Some(Aftermath::RolledBack)));
    assert!(!on.in_transaction().await.unwrap());

    // A reader stands in the way of a commit to a rollback journal.
    let mut reader = open(&path).await;
    reader.begin(&READ).await.unwrap();
    assert_eq!(number(&mut *reader, "SELECT count(*) FROM c").await, 0);
    on.begin(&WRITE).await.unwrap();
    run(&mut *on, &["INSERT INTO p VALUES (1)"]).await;
    let error = on.commit().await.unwrap_err();
    assert_eq!((&error.kind, &error.aftermath), (&ErrorKind::Locked, &Some(Aftermath::RolledBack)));
    assert!(!on.in_transaction().await.unwrap());
    reader.rollback().await.unwrap();
    assert_eq!(number(&mut *on, "SELECT count(*) FROM p").await, 0);
}

/// Runs the script of a transaction around a statement, as `sqlite3 -bail` does.
fn run_script(
    options: TransactionOptions,
    before: &str,
    statement: &str,
) -> (rusqlite::Connection, rusqlite::Result<()>) {
    let dialect = SqliteDriver.dialect("sqlite", None).unwrap();
    let script = dialect.transaction_script(&options);
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch(before).unwrap();
    let lines = [script.begin, vec![statement.to_owned()], script.commit].concat();
    let ran = lines.iter().try_for_each(|line| connection.execute_batch(line));
    (connection, ran)
}

#[test]
fn a_script_does_what_a_session_does() {
    let dirty = "PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1); \
                 CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (1), (9); PRAGMA foreign_keys = ON";
    let suspended = TransactionOptions { suspend_foreign_keys: true, ..WRITE };
    let rebuild = "CREATE TABLE n (id INTEGER PRIMARY KEY, x); INSERT INTO n SELECT id, 0 FROM p; DROP TABLE p; \
                   ALTER TABLE n RENAME TO p";
    for options in [WRITE, READ] {
        let (connection, ran) = run_script(options, dirty, "SELECT 1");
        ran.unwrap();
        assert!(connection.is_autocommit());
    }
    let (connection, ran) = run_script(suspended, dirty, rebuild);
    ran.unwrap();
    assert!(connection.is_autocommit());
    let left: i64 =
        connection.query_one("SELECT count(*) FROM temp.sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
    let (connection, ran) = run_script(suspended, dirty, "DELETE FROM p");
    assert!(ran.unwrap_err().to_string().contains("CHECK"), "the broken reference must stop the script");
    assert!(!connection.is_autocommit(), "nothing is committed");
}

/// A dialect takes its own connections alone.
#[tokio::test]
async fn a_foreign_connection_is_refused() {
    let dialect = SqliteDriver.dialect("sqlite", None).unwrap();
    let mut foreign = Foreign(lambic_core::ConnectionId { driver: "postgres".into(), session: 1 });
    refused_by(&*dialect, &mut foreign).await;
    foreign.0 = lambic_core::ConnectionId { driver: "sqlite".into(), session: u64::MAX };
    refused_by(&*dialect, &mut foreign).await;
}

async fn refused_by(dialect: &dyn Dialect, foreign: &mut Foreign) {
    let key = lambic_core::LockKey { name: "n".into(), holder: "h".into() };
    let wait = std::time::Duration::ZERO;
    let scope = lambic_core::Scope::default();
    for error in [
        dialect.lock(foreign, &key, wait).await.unwrap_err(),
        dialect.unlock(foreign, &key).await.unwrap_err(),
        dialect.introspect(foreign, &scope).await.unwrap_err(),
        dialect.scratch(foreign).await.unwrap_err(),
    ] {
        assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Usage, "sqlite.foreign-connection"));
    }
}

/// A connection of another driver, which nothing may be asked of but its name.
#[derive(Debug)]
struct Foreign(lambic_core::ConnectionId);

#[async_trait::async_trait]
impl lambic_core::Connection for Foreign {
    fn id(&self) -> &lambic_core::ConnectionId {
        &self.0
    }
    async fn execute(
        &mut self,
        _: &str,
        _: &[lambic_core::Value],
    ) -> lambic_core::Result<lambic_core::Outcome> {
        unreachable!()
    }
    async fn query_batch(&mut self, _: &[lambic_core::Query]) -> lambic_core::Result<Vec<lambic_core::Rows>> {
        unreachable!()
    }
    async fn begin(&mut self, _: &TransactionOptions) -> lambic_core::Result<()> {
        unreachable!()
    }
    async fn commit(&mut self) -> lambic_core::Result<()> {
        unreachable!()
    }
    async fn rollback(&mut self) -> lambic_core::Result<()> {
        unreachable!()
    }
    async fn in_transaction(&mut self) -> lambic_core::Result<bool> {
        unreachable!()
    }
    async fn set_lock_timeout(&mut self, _: Option<std::time::Duration>) -> lambic_core::Result<()> {
        unreachable!()
    }
    async fn reset(&mut self) -> lambic_core::Result<()> {
        unreachable!()
    }
    fn canceller(&self) -> std::sync::Arc<dyn lambic_core::Canceller> {
        unreachable!()
    }
}
