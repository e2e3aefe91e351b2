//! Transactions.

use lambic_core::{Driver as _, ErrorKind, TransactionOptions};
use lambic_mysql::MysqlDriver;

use crate::support::{Server, number, on_both, run};

const WRITE: TransactionOptions = TransactionOptions { read_only: false, suspend_foreign_keys: false };
const READ: TransactionOptions = TransactionOptions { read_only: true, suspend_foreign_keys: false };

on_both! {
    async fn rows_are_whole_or_nothing(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)"]).await;
        on.begin(&WRITE).await.unwrap();
        assert!(on.in_transaction().await.unwrap());
        run(&mut *on, &["INSERT INTO t VALUES (1)"]).await;
        on.rollback().await.unwrap();
        on.rollback().await.unwrap();
        assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 0);
        on.begin(&WRITE).await.unwrap();
        run(&mut *on, &["INSERT INTO t VALUES (1)"]).await;
        on.commit().await.unwrap();
        assert!(!on.in_transaction().await.unwrap());
        let mut other = database.connection().await;
        assert_eq!(number(&mut *other, "SELECT count(*) FROM t").await, 1);
    }

    async fn a_schema_is_not_undone_and_the_session_knows(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        on.begin(&WRITE).await.unwrap();
        let outcome = on.execute("CREATE TABLE t (a INT)", &[]).await.unwrap();
        assert_eq!(outcome.in_transaction, Some(false));
        on.rollback().await.unwrap();
        assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 0);
        // What was to be committed is.
        on.begin(&WRITE).await.unwrap();
        run(&mut *on, &["INSERT INTO t VALUES (1)", "CREATE TABLE u (a INT)", "SELECT 1"]).await;
        on.commit().await.unwrap();
        assert_eq!(on.commit().await.unwrap_err().code, "mysql.no-transaction");
    }

    async fn a_transaction_that_was_ended_otherwise_is_not_said_to_be_committed(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)"]).await;
        on.begin(&WRITE).await.unwrap();
        run(&mut *on, &["INSERT INTO t VALUES (1)", "ROLLBACK", "SELECT 1"]).await;
        let error = on.commit().await.unwrap_err();
        assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Conflict, "mysql.no-transaction"));
    }

    async fn a_schema_change_that_fails_commits_too(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)"]).await;
        on.begin(&WRITE).await.unwrap();
        run(&mut *on, &["INSERT INTO t VALUES (1)"]).await;
        assert!(on.execute("DROP TABLE nope", &[]).await.is_err());
        assert!(!on.in_transaction().await.unwrap());
        on.rollback().await.unwrap();
        assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 1);
    }

    async fn a_reading_transaction_refuses_to_write(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)"]).await;
        on.begin(&READ).await.unwrap();
        let error = on.execute("INSERT INTO t VALUES (1)", &[]).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Permission);
        on.rollback().await.unwrap();
        run(&mut *on, &["INSERT INTO t VALUES (1)"]).await;
    }

    async fn what_does_not_fit_the_state_is_refused(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        assert_eq!(on.commit().await.unwrap_err().code, "mysql.no-transaction");
        on.begin(&WRITE).await.unwrap();
        let error = on.begin(&READ).await.unwrap_err();
        assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Conflict, "mysql.in-transaction"));
        assert!(on.in_transaction().await.unwrap(), "the open transaction is not touched");
        on.rollback().await.unwrap();
        let suspended = TransactionOptions { suspend_foreign_keys: true, ..WRITE };
        assert_eq!(on.begin(&suspended).await.unwrap_err().kind, ErrorKind::Unsupported);
    }

    async fn a_script_begins_and_commits_as_a_session_does(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let dialect = MysqlDriver.dialect(server.dialect(), None).unwrap();
        for options in [WRITE, READ] {
            let script = dialect.transaction_script(&options);
            for sql in &script.begin {
                run(&mut *on, &[sql]).await;
            }
            assert!(on.in_transaction().await.unwrap());
            for sql in &script.commit {
                run(&mut *on, &[sql]).await;
            }
            assert!(!on.in_transaction().await.unwrap());
        }
    }
}
