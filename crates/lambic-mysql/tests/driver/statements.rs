//! Statements: what they answer, how they fail, how they are stopped.

use std::time::{Duration, Instant};

use lambic_core::{
    Aftermath, Connection, Error, ErrorKind, Outcome, Query, TransactionOptions, TransactionRule, Value,
};

use crate::opening::User;
use crate::support::{PATIENCE, Server, connect, number, on_both, rows, run, value};

async fn failure(on: &mut dyn Connection, sql: &str) -> Error {
    on.execute(sql, &[]).await.expect_err(sql)
}

/// Runs a statement and cancels it a moment later.
async fn cancelled(on: &mut dyn Connection, sql: &str) -> Error {
    let canceller = on.canceller();
    let cancel = async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        canceller.cancel().await.unwrap();
    };
    let started = Instant::now();
    let (result, ()) = tokio::join!(on.execute(sql, &[]), cancel);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    result.expect_err(sql)
}

on_both! {
    async fn a_statement_says_what_it_did(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let done = |outcome: Outcome| (outcome.rows_affected, outcome.in_transaction);
        assert_eq!(done(on.execute("CREATE TABLE t (a INT)", &[]).await.unwrap()), (None, Some(false)));
        let sql = "INSERT INTO t VALUES (1), (2)";
        assert_eq!(done(on.execute(sql, &[]).await.unwrap()), (Some(2), Some(false)));
        assert_eq!(done(on.execute("BEGIN", &[]).await.unwrap()), (None, Some(true)));
        assert_eq!(done(on.execute("UPDATE t SET a = 3", &[]).await.unwrap()), (Some(2), Some(true)));
        // A row counts that had the value before.
        assert_eq!(done(on.execute("UPDATE t SET a = 3", &[]).await.unwrap()), (Some(2), Some(true)));
        assert_eq!(done(on.execute("SELECT * FROM t", &[]).await.unwrap()), (None, Some(true)));
        assert_eq!(done(on.execute("CREATE TABLE u (a INT)", &[]).await.unwrap()), (None, Some(false)));
        let delete = on.execute("DELETE FROM t WHERE a = ?", &[Value::Integer(3)]).await.unwrap();
        assert_eq!(done(delete), (Some(2), Some(false)));
    }

    async fn warnings_are_handed_on(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let outcome = on.execute("DROP TABLE IF EXISTS nope", &[]).await.unwrap();
        assert_eq!(outcome.notices.len(), 1, "{outcome:?}");
        assert!(outcome.notices[0].starts_with("Note 1051: ") && outcome.notices[0].contains("nope"));
        let outcome = on.execute("SELECT 1", &[]).await.unwrap();
        assert_eq!(outcome.notices, [""; 0]);
    }

    async fn a_statement_that_returns_rows_runs_to_its_end(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &[
            "CREATE TABLE t (a INT)",
            "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; INSERT INTO t VALUES (1); END",
            "CALL p()",
            "SHOW TABLES",
            "SELECT * FROM t; -- done",
        ]).await;
        assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 1);
    }

    async fn what_is_not_one_statement_is_refused(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)"]).await;
        for (sql, code) in [
            ("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)", "mysql.several-statements"),
            ("BEGIN; INSERT INTO t VALUES (1)", "mysql.several-statements"),
            ("INSERT INTO t VALUES (1); nonsense", "mysql.several-statements"),
            ("", "mysql.no-statement"),
            (" -- nothing\n;", "mysql.no-statement"),
            ("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t", "unsupported"),
            ("LOAD DATA LOW_PRIORITY LOCAL INFILE '/etc/passwd' INTO TABLE t", "unsupported"),
        ] {
            let error = failure(&mut *on, sql).await;
            assert_eq!(error.code, code, "{sql}: {error:?}");
            assert_eq!(error.aftermath, Some(Aftermath::NotStarted), "{sql}");
        }
        let error = on.execute("INSERT INTO t VALUES (?, 1)", &[]).await.unwrap_err();
        assert_eq!(error.code, "mysql.syntax", "{error:?}");
        let error = on.execute("INSERT INTO t VALUES (1)", &[Value::Null]).await.unwrap_err();
        assert_eq!(error.code, "mysql.parameter-count");
        assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 0);
    }

    async fn values_go_in_and_come_out_unchanged(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (n INT, i BIGINT, r DOUBLE, s TEXT, b BLOB) CHARACTER SET utf8mb4"]).await;
        let values = [
            Value::Null,
            Value::Integer(i64::MIN),
            Value::Real(0.1),
            Value::Text("it's \\ \"é\" 🦀\0".into()),
            Value::Bytes(vec![0, 255, 92, 39]),
        ];
        on.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", &values).await.unwrap();
        // The protocols for statements with and without parameters differ, and read the same.
        assert_eq!(rows(&mut *on, "SELECT * FROM t").await, [values.to_vec()]);
        let prepared = Query::new("SELECT * FROM t WHERE 1 = ?").with(vec![Value::Boolean(true)]);
        assert_eq!(on.query_batch(&[prepared]).await.unwrap()[0].rows, [values.to_vec()]);
    }

    async fn every_type_reads_the_same_in_both_protocols(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let sql = "SELECT 18446744073709551615 AS a, -1, 1.50, 1e3, CAST(0.1 AS FLOAT), DATE '2020-01-02', \
                   TIME '-101:02:03', TIMESTAMP '2020-01-02 00:00:00', TIMESTAMP '2020-01-02 03:04:05.120', \
                   x'00ff', b'1', TRUE, NULL, 'text', CAST('a' AS CHAR(3)), CAST('b' AS BINARY)";
        let text = on.query_batch(&[Query::new(sql)]).await.unwrap().remove(0);
        let prepared = Query::new(format!("{sql} FROM (SELECT 1) t WHERE 1 = ?")).with(vec![Value::Integer(1)]);
        let binary = on.query_batch(&[prepared]).await.unwrap().remove(0);
        assert_eq!(text.rows, binary.rows);
        let texts = ["18446744073709551615", "", "1.50", "", "", "2020-01-02", "-101:02:03",
            "2020-01-02 00:00:00", "2020-01-02 03:04:05.120"];
        for (value, expected) in text.rows[0].iter().zip(texts).filter(|(_, expected)| !expected.is_empty()) {
            assert_eq!(value.as_text(), Some(expected));
        }
        assert_eq!(text.rows[0][3..5], [Value::Real(1000.0), Value::Real(0.1)]);
        assert_eq!(text.rows[0][9], Value::Bytes(vec![0, 255]));
    }

    async fn a_batch_keeps_its_order_and_names_the_query_that_fails(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)"]).await;
        let queries = [
            Query::new("SELECT 1"),
            Query::new("SHOW TABLES"),
            Query::new("SELECT a FROM t -- none"),
            Query::new("SELECT ?").with(vec!["two".into()]),
            Query::new("SELECT ';'"),
            Query::new("SELECT 3"),
        ];
        let batch = on.query_batch(&queries).await.unwrap();
        let firsts: Vec<_> = batch.iter().map(|rows| rows.rows.first().map(|row| row[0].clone())).collect();
        let text = |text: &str| Some(Value::Text(text.into()));
        let expected =
            [Some(Value::Integer(1)), text("t"), None, text("two"), text(";"), Some(Value::Integer(3))];
        assert_eq!(firsts, expected);
        let queries = [Query::new("SELECT 1"), Query::new("SELECT nope"), Query::new("SELECT 2")];
        let error = on.query_batch(&queries).await.unwrap_err();
        assert_eq!(error.statement.as_deref(), Some("SELECT nope"));
        assert_eq!(number(&mut *on, "SELECT 5").await, 5, "no answer is left over");
    }

    async fn an_error_says_where_why_and_what_is_left(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT UNIQUE)", "INSERT INTO t VALUES (1)"]).await;

        let sql = "SELECT 'é',\n  a FORM t WHERE x";
        let error = failure(&mut *on, sql).await;
        assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Database, "mysql.syntax"));
        assert_eq!((error.offset, error.aftermath.clone()), (sql.find("t WHERE"), Some(Aftermath::NotStarted)));
        assert_eq!(error.statement.as_deref(), Some(sql));
        let report = error.database.clone().unwrap();
        assert_eq!((report.code, report.sqlstate.as_deref()), (Some(1064), Some("42000")));

        let sql = "SELECT 'é', nope FROM t";
        let error = failure(&mut *on, sql).await;
        assert_eq!((error.code.as_str(), error.offset), ("mysql.unknown-name", sql.find("nope")));

        let error = failure(&mut *on, "INSERT INTO t VALUES (2), (1)").await;
        assert_eq!((error.code.as_str(), &error.aftermath), ("mysql.constraint", &Some(Aftermath::RolledBack)));
        assert_eq!(error.database.as_ref().unwrap().name.as_deref(), Some("ER_DUP_ENTRY"));
        assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 1);
    }

    async fn what_keeps_a_session_from_opening_does_not_end_one(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        for sql in ["USE no_such_database", "CREATE TABLE no_such_database.t (a INT)"] {
            let error = failure(&mut *on, sql).await;
            assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Database, "mysql.unknown-database"));
        }
        assert_eq!(number(&mut *on, "SELECT 1").await, 1);
    }

    async fn what_a_failed_drop_of_several_left_is_not_guessed(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE a (a INT)"]).await;
        let error = failure(&mut *on, "DROP TABLE a, nope").await;
        let left = number(&mut *on, "SELECT count(*) FROM information_schema.TABLES \
                                     WHERE TABLE_SCHEMA = DATABASE()").await;
        let expected = if left == 1 { Aftermath::RolledBack } else { Aftermath::Unknown };
        assert_eq!(error.aftermath, Some(expected), "{left} tables are left");
        run(&mut *on, &["CREATE TABLE t (a INT)",
            "CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1); INSERT INTO nope VALUES (1); END"]).await;
        assert_eq!(failure(&mut *on, "CALL p()").await.aftermath, Some(Aftermath::Unknown));
    }

    async fn a_running_statement_can_be_cancelled(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        on.canceller().cancel().await.unwrap();
        run(&mut *on, &["CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1), (2)"]).await;
        let sql = "UPDATE t SET a = 7 + SLEEP(30)";
        let error = cancelled(&mut *on, sql).await;
        assert_eq!((error.kind.as_str(), error.statement.as_deref()), ("cancelled", Some(sql)));
        assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
        assert_eq!(number(&mut *on, "SELECT CAST(sum(a) AS SIGNED) FROM t").await, 3, "the session goes on");
    }

    async fn waiting_for_another_session_ends_in_time(server: Server) {
        let database = server.database().await;
        let (mut holder, mut on) = (database.connection().await, database.connection().await);
        run(&mut *holder, &["CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)", "BEGIN", "UPDATE t SET a = 2"]).await;
        on.set_lock_timeout(Some(Duration::from_millis(900))).await.unwrap();
        assert_eq!(number(&mut *on, "SELECT @@lock_wait_timeout").await, 1);
        for sql in ["UPDATE t SET a = 3", "ALTER TABLE t ADD b INT"] {
            let started = Instant::now();
            let error = failure(&mut *on, sql).await;
            assert_eq!((error.kind.as_str(), error.code.as_str()), ("locked", "mysql.lock-timeout"), "{sql}");
            assert!(started.elapsed() < Duration::from_secs(5), "{sql}: {:?}", started.elapsed());
        }
        on.set_lock_timeout(None).await.unwrap();
        let error = cancelled(&mut *on, "ALTER TABLE t ADD b INT").await;
        assert_eq!(error.kind, ErrorKind::Cancelled);
        run(&mut *holder, &["COMMIT"]).await;
        run(&mut *on, &["ALTER TABLE t ADD b INT"]).await;
    }

    async fn a_statement_that_takes_too_long_is_ended_by_the_server(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1), (2)"]).await;
        run(&mut *on, &[match server {
            Server::Mysql => "SET max_execution_time = 200",
            Server::Mariadb => "SET max_statement_time = 0.2",
        }]).await;
        let error = failure(&mut *on, "SELECT count(*) FROM t WHERE SLEEP(5) = 0 AND a > 0").await;
        assert_eq!((error.kind.as_str(), error.code.as_str()), ("timeout", "mysql.statement-timeout"), "{error:?}");
    }

    async fn a_deadlock_says_that_the_transaction_is_gone(server: Server) {
        let database = server.database().await;
        let (mut one, mut two) = (database.connection().await, database.connection().await);
        run(&mut *one, &["CREATE TABLE t (id INT PRIMARY KEY, a INT)", "INSERT INTO t VALUES (1, 0), (2, 0)"]).await;
        one.begin(&TransactionOptions::default()).await.unwrap();
        two.begin(&TransactionOptions::default()).await.unwrap();
        run(&mut *one, &["UPDATE t SET a = 1 WHERE id = 1"]).await;
        run(&mut *two, &["UPDATE t SET a = 2 WHERE id = 2"]).await;
        let first = one.execute("UPDATE t SET a = 1 WHERE id = 2", &[]);
        let second = two.execute("UPDATE t SET a = 2 WHERE id = 1", &[]);
        let (first, second) = tokio::join!(first, second);
        let (error, victim) = match (first, second) {
            (Err(error), Ok(_)) => (error, &mut one),
            (Ok(_), Err(error)) => (error, &mut two),
            other => panic!("{other:?}"),
        };
        assert_eq!((error.kind.as_str(), error.code.as_str()), ("locked", "mysql.deadlock"));
        assert!(error.notes[0].contains("whole transaction"), "{error:?}");
        assert!(!victim.in_transaction().await.unwrap());
        assert_eq!(victim.commit().await.unwrap_err().code, "mysql.no-transaction");
    }

    async fn what_is_said_to_commit_does(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        run(&mut *session.connection, &["CREATE TABLE log (a INT)", "CREATE TABLE t (a INT, KEY k (a))",
            "INSERT INTO t VALUES (1)"]).await;
        let statements = [
            "CREATE TABLE n1 (a INT)", "ALTER TABLE t ADD b INT", "RENAME TABLE n1 TO n2", "TRUNCATE TABLE n2",
            "DROP TABLE n2", "CREATE VIEW v AS SELECT 1 AS a", "DROP VIEW v", "CREATE INDEX i ON t (a)",
            "ANALYZE TABLE t", "CHECK TABLE t", "OPTIMIZE TABLE t", "REPAIR TABLE t", "FLUSH TABLES t",
            "LOCK TABLES t WRITE, log WRITE", "UNLOCK TABLES",
            "CREATE TEMPORARY TABLE tmp (a INT)", "DROP TEMPORARY TABLE tmp", "SET @a = 1", "SET NAMES utf8mb4",
            "SELECT 1", "DO 1", "INSERT INTO t (a) VALUES (2)", "UPDATE t SET a = 3", "DELETE FROM t",
            "CREATE PROCEDURE p() DO 1", "CALL p()", "DROP PROCEDURE p", "PREPARE s FROM 'SELECT 1'", "EXECUTE s",
            "CREATE PROCEDURE q() ALTER TABLE t ADD c INT", "CALL q()", "DROP PROCEDURE q",
            "PREPARE s FROM 'ALTER TABLE t ADD d INT'", "EXECUTE s",
            "LOAD INDEX INTO CACHE t", "CREATE OR REPLACE VIEW w AS SELECT 1 AS a", "SHOW TABLES",
            "/*!50000 CREATE TABLE x (a INT) */", "/* x */ DROP TABLE x",
        ];
        for sql in statements {
            let on = &mut *session.connection;
            run(on, &["BEGIN", "INSERT INTO log VALUES (1)"]).await;
            run(on, &[sql]).await;
            let inside = on.in_transaction().await.unwrap();
            let rule = session.dialect.classify(sql).transaction;
            run(on, &["ROLLBACK", "UNLOCK TABLES"]).await;
            // Unlocking commits where tables are locked, which the text does not tell.
            let committed = number(on, "SELECT count(*) FROM log").await == 1;
            assert_eq!(inside, !committed, "{sql}");
            let told = sql != "UNLOCK TABLES" && rule != TransactionRule::MayCommit;
            if told {
                assert_eq!(committed, rule == TransactionRule::CommitsImplicitly, "{sql}: {rule:?}");
            }
            run(on, &["DELETE FROM log"]).await;
        }
    }

    async fn the_server_is_never_asked_for_more_than_it_grants(server: Server) {
        let database = server.database().await;
        let user = User::new(server, "plain", &database.name, &format!("ALL ON {}.*", database.name)).await;
        let mut on = connect(&user.url).await.connection;
        run(&mut *on, &["CREATE TABLE t (a INT)", "SET sql_mode = ''"]).await;
        on.reset().await.unwrap();
        assert_ne!(value(&mut *on, "SELECT @@sql_mode").await, Value::Text(String::new()));
        let error = cancelled(&mut *on, "SELECT SLEEP(30) FROM information_schema.TABLES").await;
        assert_eq!(error.kind, ErrorKind::Cancelled, "a user can cancel what is the user's own");
        drop(on);
        user.drop().await;
    }
}
