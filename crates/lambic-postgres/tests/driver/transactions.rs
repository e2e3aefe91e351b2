//! Transactions, and what becomes of them.

use std::time::Duration;

use lambic_core::{Aftermath, ErrorKind, TransactionOptions};

use crate::opening::{Parts, parts};
use crate::proxy::Proxy;
use crate::support::{Database, Server, connect, runtime};

const OPTIONS: TransactionOptions = TransactionOptions { read_only: false, suspend_foreign_keys: false };

#[test]
fn an_outcome_tells_whether_a_transaction_is_open() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a int)");
    let mut run = |sql: &str| {
        database.with(async |on| {
            let outcome = on.execute(sql, &[]).await.map(|outcome| outcome.in_transaction.unwrap());
            (outcome.ok(), on.in_transaction().await.unwrap())
        })
    };
    assert_eq!(run("SELECT 1"), (Some(false), false));
    assert_eq!(run("BEGIN"), (Some(true), true));
    assert_eq!(run("INSERT INTO t VALUES (1)"), (Some(true), true));
    assert_eq!(run("SAVEPOINT s"), (Some(true), true));
    assert_eq!(run("nonsense"), (None, true));
    assert_eq!(run("ROLLBACK TO s"), (Some(true), true));
    assert_eq!(run("COMMIT AND CHAIN"), (Some(true), true));
    assert_eq!(run("ROLLBACK"), (Some(false), false));
    assert_eq!(run("nonsense"), (None, false));
    assert_eq!(run("START TRANSACTION"), (Some(true), true));
    assert_eq!(run("ABORT"), (Some(false), false));
    assert_eq!(database.text("SELECT count(*) FROM t"), "1");
}

#[test]
fn a_transaction_commits_or_rolls_back_ddl_and_all() {
    let mut database = Database::new(Server::V15);
    database.transaction(&["CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)"]).unwrap();
    assert_eq!(database.text("SELECT count(*) FROM t"), "1");
    assert!(database.transaction(&["DROP TABLE t", "nonsense"]).is_err());
    assert_eq!(database.text("SELECT count(*) FROM t"), "1");
}

#[test]
fn a_failed_transaction_is_not_committed() {
    let mut database = Database::new(Server::V15);
    let error = database.with(async |on| {
        on.begin(&OPTIONS).await.unwrap();
        on.execute("CREATE TABLE t ()", &[]).await.unwrap();
        on.execute("nonsense", &[]).await.unwrap_err();
        let refused = on.execute("SELECT 1", &[]).await.unwrap_err();
        assert_eq!(refused.code, "postgres.transaction-failed");
        on.commit().await.unwrap_err()
    });
    assert_eq!(
        (error.kind.clone(), error.code.as_str()),
        (ErrorKind::Conflict, "postgres.transaction-failed")
    );
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    assert!(!database.with(async |on| on.in_transaction().await.unwrap()));
}

#[test]
fn a_constraint_that_is_checked_at_commit_undoes_all() {
    let mut database = Database::new(Server::V15);
    database.load(
        "CREATE TABLE p (a int PRIMARY KEY);
         CREATE TABLE c (a int REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
    );
    let error = database.transaction(&["INSERT INTO c VALUES (1)"]).unwrap_err();
    assert_eq!(
        (error.code.as_str(), &error.aftermath),
        ("postgres.constraint", &Some(Aftermath::RolledBack))
    );
    assert!(!database.with(async |on| on.in_transaction().await.unwrap()));
    assert_eq!(database.text("SELECT count(*) FROM c"), "0");
}

#[test]
fn a_transaction_is_begun_once_and_ended_once() {
    let mut database = Database::new(Server::V15);
    database.with(async |on| {
        assert_eq!(on.commit().await.unwrap_err().code, "postgres.no-transaction");
        on.rollback().await.unwrap();
        on.begin(&OPTIONS).await.unwrap();
        assert_eq!(on.begin(&OPTIONS).await.unwrap_err().code, "postgres.in-transaction");
        on.rollback().await.unwrap();
        let suspending = TransactionOptions { suspend_foreign_keys: true, ..OPTIONS };
        assert_eq!(on.begin(&suspending).await.unwrap_err().kind, ErrorKind::Unsupported);
    });
}

#[test]
fn a_deadlock_is_one_to_try_again() {
    let mut database = Database::new(Server::V15);
    database.load(
        "CREATE TABLE a (x int); CREATE TABLE b (x int); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)",
    );
    let url = database.url();
    let codes = runtime().block_on(async {
        let mut sessions = [connect(&url).await.unwrap(), connect(&url).await.unwrap()];
        let [one, two] = &mut sessions;
        let (one, two) = (&mut one.connection, &mut two.connection);
        for on in [&mut *one, &mut *two] {
            on.begin(&OPTIONS).await.unwrap();
            on.execute("SET LOCAL deadlock_timeout = '50ms'", &[]).await.unwrap();
        }
        one.execute("UPDATE a SET x = 2", &[]).await.unwrap();
        two.execute("UPDATE b SET x = 2", &[]).await.unwrap();
        let (first, second) =
            tokio::join!(one.execute("UPDATE b SET x = 3", &[]), two.execute("UPDATE a SET x = 3", &[]));
        [first, second]
            .into_iter()
            .filter_map(Result::err)
            .map(|error| (error.kind.clone(), error.code.clone()))
            .collect::<Vec<_>>()
    });
    assert_eq!(codes, [(ErrorKind::Locked, "postgres.deadlock".to_owned())]);
}

#[test]
fn a_session_that_the_server_ends_is_an_error_of_the_connection() {
    let mut database = Database::new(Server::V15);
    let url = database.url();
    let mut session = database.wait(connect(&url)).unwrap();
    let on = session.connection.as_mut();
    let process = database
        .wait(async {
            on.begin(&OPTIONS).await?;
            on.query_batch(&[lambic_core::Query::new("SELECT pg_backend_pid()")]).await
        })
        .unwrap()[0]
        .rows[0][0]
        .as_integer()
        .unwrap();
    database.rows(&format!("SELECT pg_terminate_backend({process})"));
    database.until(&format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {process}"), "0");
    database.wait(async {
        let error = on.execute("SELECT 1", &[]).await.unwrap_err();
        assert_eq!(
            (error.kind.clone(), error.code.as_str()),
            (ErrorKind::Connect, "postgres.connection-lost")
        );
        let told = format!("{error:?}");
        assert!(told.contains("terminating connection due to administrator command"), "{told}");
        assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
        on.rollback().await.unwrap();
        assert_eq!(on.execute("SELECT 1", &[]).await.unwrap_err().kind, ErrorKind::Connect);
    });
}

#[test]
fn a_connection_that_is_cut_is_an_error_and_no_hang() {
    let database = Database::new(Server::V15);
    let Parts { user, password, port } = parts(&database.url());
    let proxy = Proxy::before(([127, 0, 0, 1], port).into());
    let url = format!("postgresql://{user}:{password}@127.0.0.1:{}/{}", proxy.port, database.name);
    let runtime = runtime();
    runtime.block_on(async {
        for inside in [false, true] {
            let mut session = connect(&url).await.unwrap();
            let on = session.connection.as_mut();
            if inside {
                on.begin(&OPTIONS).await.unwrap();
            }
            let cut = async {
                tokio::time::sleep(Duration::from_millis(200)).await;
                proxy.cut();
            };
            let (ran, ()) = tokio::join!(on.execute("SELECT pg_sleep(30)", &[]), cut);
            let error = ran.unwrap_err();
            assert_eq!(
                (error.kind.clone(), error.code.as_str()),
                (ErrorKind::Connect, "postgres.connection-lost")
            );
            assert!(error.message.contains(&format!("127.0.0.1:{}", proxy.port)), "{error:?}");
            let expected = if inside { Aftermath::RolledBack } else { Aftermath::Unknown };
            assert_eq!(error.aftermath, Some(expected));
            on.rollback().await.unwrap();
        }
    });
}
