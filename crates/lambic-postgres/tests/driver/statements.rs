//! Statements, queries, and what they leave behind.

use lambic_core::{Aftermath, ErrorKind, Query, Value};

use crate::support::{Database, Server};

#[test]
fn values_of_every_type_are_read() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a int, b text)");
    let rows = database.rows(
        "SELECT 1, 2::bigint, 3::smallint, 4::oid, true, 0.1::float8, 1.50::numeric, 'x'::text, '\\x00ff'::bytea, \
         NULL, '2026-01-02'::date, 'ok'::mood, ARRAY[1, 2], '{\"a\": 1}'::jsonb, 'n'::name",
    );
    let text = |text: &str| Value::Text(text.to_owned());
    let expected = [
        Value::Integer(1),
        Value::Integer(2),
        Value::Integer(3),
        Value::Integer(4),
        Value::Boolean(true),
        Value::Real(0.1),
        text("1.50"),
        text("x"),
        Value::Bytes(vec![0, 255]),
        Value::Null,
        text("2026-01-02"),
        text("ok"),
        text("{1,2}"),
        text("{\"a\": 1}"),
        text("n"),
    ];
    assert_eq!(rows, [expected]);
}

#[test]
fn parameters_take_the_types_of_their_places() {
    let mut database = Database::new(Server::V15);
    database.load(
        "CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE TABLE t (a int, b text, c bytea, d bool, e float8, f numeric, g timestamptz, h mood, i jsonb)",
    );
    let values = [
        Value::Integer(1),
        Value::Text("it's \\ é".into()),
        Value::Bytes(vec![0, 255, 39]),
        Value::Boolean(true),
        Value::Real(0.1),
        Value::Text("1.50".into()),
        Value::Null,
        Value::Text("ok".into()),
        Value::Text("{}".into()),
    ];
    let insert = "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let outcome = database.with(async |on| on.execute(insert, &values).await).unwrap();
    assert_eq!(outcome.rows_affected, Some(1));
    assert_eq!(database.rows("SELECT * FROM t"), [values.to_vec()]);
    let query = Query::new("SELECT a, b, c, d, e, f::text, g::text, h, i FROM t WHERE a = $1 AND d = $2")
        .with(vec![Value::Integer(1), Value::Boolean(true)]);
    let rows = database.with(async |on| on.query_batch(&[query]).await).unwrap();
    assert_eq!(rows[0].rows, [values.to_vec()]);
    assert_eq!(rows[0].columns[..2], ["a", "b"]);
    let list = Query::new("SELECT count(*) FROM t WHERE b = ANY($1)")
        .with(vec![Value::Text("{x,\"it's \\\\ é\"}".into())]);
    let rows = database.with(async |on| on.query_batch(&[list]).await).unwrap();
    assert_eq!(rows[0].rows, [[Value::Integer(1)]]);
}

#[test]
fn a_value_that_cannot_be_read_is_refused_with_the_cast_that_helps() {
    let mut database = Database::new(Server::V15);
    let query = Query::new("SELECT 1.5::numeric AS price WHERE $1").with(vec![Value::Boolean(true)]);
    let error = database.with(async |on| on.query_batch(&[query]).await).unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Unsupported, "postgres.binary-type"));
    assert!(error.message.contains("numeric") && error.hint.as_ref().unwrap().contains("price::text"));
    assert_eq!(database.text("SELECT 1"), "1");
}

#[test]
fn queries_are_answered_in_their_order() {
    let mut database = Database::new(Server::V15);
    let queries: Vec<Query> = (0..40)
        .map(|number: i64| match number % 3 {
            0 => Query::new("SELECT $1::int, 'x'").with(vec![Value::Integer(number)]),
            1 => Query::new(format!("SELECT {number} AS n")),
            _ => Query::new("SELECT repeat('x', 100000) FROM generate_series(1, 20)"),
        })
        .collect();
    let all = database.with(async |on| on.query_batch(&queries).await).unwrap();
    for (number, rows) in all.iter().enumerate() {
        match number % 3 {
            2 => assert_eq!(rows.rows.len(), 20),
            _ => assert_eq!(rows.rows[0][0], Value::Integer(number.try_into().unwrap())),
        }
    }
    assert_eq!(all[1].columns, ["n"]);
    let nothing = [
        Query::new("SELECT 1 AS a, 'x' AS b WHERE $1").with(vec![Value::Boolean(false)]),
        Query::new("SELECT 1 AS c WHERE false"),
    ];
    let empty = database.with(async |on| on.query_batch(&nothing).await).unwrap();
    assert_eq!(
        (&empty[0].columns[..], &empty[1].columns[..]),
        (&["a".to_owned(), "b".to_owned()][..], &["c".to_owned()][..])
    );
}

#[test]
fn an_outcome_tells_rows_and_notices() {
    let mut database = Database::new(Server::V15);
    let mut run = |sql: &str| database.with(async |on| on.execute(sql, &[]).await).unwrap();
    assert_eq!(run("CREATE TABLE t (a int)").rows_affected, None);
    assert_eq!(run("INSERT INTO t SELECT generate_series(1, 7)").rows_affected, Some(7));
    assert_eq!(run("UPDATE t SET a = 0 WHERE a > 5").rows_affected, Some(2));
    assert_eq!(run("SELECT * FROM t").rows_affected, None);
    assert_eq!(run("DELETE FROM t WHERE a = 0").rows_affected, Some(2));
    let outcome = run("DROP TABLE IF EXISTS nothing");
    assert_eq!(outcome.notices, ["NOTICE: table \"nothing\" does not exist, skipping"]);
    let warned = run("DO $$ BEGIN RAISE WARNING 'one'; RAISE NOTICE 'two'; END $$");
    assert_eq!(warned.notices, ["WARNING: one", "NOTICE: two"]);
    assert_eq!(run("SELECT 1").notices, Vec::<String>::new());
}

#[test]
fn an_error_points_at_its_place() {
    let mut database = Database::new(Server::V15);
    let sql = "SELECT 'é', nonsense FROM pg_class";
    let error = database.execute(sql).unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Database, "postgres.error"));
    assert_eq!(error.offset, sql.find("nonsense"));
    assert_eq!(error.statement.as_deref(), Some(sql));
    assert_eq!(error.database.as_ref().unwrap().sqlstate.as_deref(), Some("42703"));
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    let error = database.execute("DO $$ BEGIN PERFORM 1 / 0; END $$").unwrap_err();
    let detail = error.database.as_ref().unwrap().detail.clone().unwrap();
    assert!(detail.contains("PL/pgSQL function"), "{detail}");
}

#[test]
fn a_violated_constraint_is_named() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a int CONSTRAINT positive CHECK (a > 0))");
    let error = database.execute("INSERT INTO t VALUES (-1)").unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Database, "postgres.constraint"));
    assert!(
        error.notes[0].contains("constraint positive") && error.notes[0].contains("public.t"),
        "{error:?}"
    );
    assert!(error.database.as_ref().unwrap().detail.as_ref().unwrap().contains("(-1)"));
}

#[test]
fn what_cannot_be_one_statement_is_refused() {
    let mut database = Database::new(Server::V15);
    let cases = [
        ("", ErrorKind::Usage, "postgres.no-statement"),
        (" -- nothing\n;", ErrorKind::Usage, "postgres.no-statement"),
        ("SELECT '\0'", ErrorKind::Usage, "postgres.nul"),
        ("CREATE TABLE t (a int); SELECT 1", ErrorKind::Database, "postgres.error"),
        ("COPY pg_class TO STDOUT", ErrorKind::Unsupported, "postgres.copy-out"),
        ("COPY pg_class FROM STDIN", ErrorKind::Usage, "postgres.copy-without-data"),
    ];
    for (sql, kind, code) in cases {
        let error = database.execute(sql).unwrap_err();
        assert_eq!((&error.kind, error.code.as_str()), (&kind, code), "{sql}");
        assert_eq!(database.text("SELECT 1"), "1", "the session lives on after {sql}");
    }
    let several = database.with(async |on| on.query_batch(&[Query::new("SELECT 1; SELECT 2")]).await);
    assert_eq!(several.unwrap_err().code, "postgres.several-statements");
    assert_eq!(database.text("SELECT count(*) FROM pg_tables WHERE tablename = 't'"), "0");
}

#[test]
fn a_missing_privilege_is_named_with_its_object() {
    let mut database = Database::new(Server::V15);
    let role = format!("{}_poor", database.name);
    database.load(&format!(
        "CREATE TABLE t (a int); CREATE ROLE {role}; CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO {role};
         SET SESSION AUTHORIZATION {role}"
    ));
    let error = database.execute("INSERT INTO t VALUES (1)").unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Permission, "postgres.permission"));
    assert!(
        error.message.contains("table t") && error.hint.as_ref().unwrap().contains("INSERT on table t"),
        "{error:?}"
    );
    let error = database.execute("CREATE TABLE s.u (a int)").unwrap_err();
    assert!(error.hint.as_ref().unwrap().contains("CREATE on schema s"), "{error:?}");
    let error = database.execute("CREATE DATABASE nothing").unwrap_err();
    assert!(error.hint.as_ref().unwrap().contains("CREATEDB"), "{error:?}");
    database.load(&format!("RESET SESSION AUTHORIZATION; DROP SCHEMA s; DROP ROLE {role}"));
}

#[test]
fn a_read_only_transaction_says_so() {
    let mut database = Database::new(Server::V15);
    let options = lambic_core::TransactionOptions { read_only: true, ..Default::default() };
    database.with(async |on| on.begin(&options).await).unwrap();
    let error = database.execute("CREATE TABLE t ()").unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Permission, "postgres.read-only"));
    database.with(async |on| on.rollback().await).unwrap();
}

/// What an index that was built without a lock leaves behind is said, and can be seen.
#[test]
fn what_an_index_leaves_behind_is_said() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)");
    let error = database.execute("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)").unwrap_err();
    assert_eq!(error.aftermath, Some(Aftermath::Partial));
    assert!(error.notes.iter().any(|note| note.contains("indisvalid")));
    assert_eq!(database.text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"), "false");
    let error = database.execute("CREATE INDEX CONCURRENTLY i ON nothing (a)").unwrap_err();
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
}

#[test]
fn parameters_and_values_are_counted() {
    let mut database = Database::new(Server::V15);
    let value = [Value::Integer(1)];
    let too_few = database.with(async |on| on.execute("SELECT $1::int, $2::int", &value).await).unwrap_err();
    assert_eq!((too_few.kind.clone(), too_few.code.as_str()), (ErrorKind::Usage, "postgres.parameter-count"));
    let too_many = database.with(async |on| on.execute("SELECT 1", &value).await).unwrap_err();
    assert!(too_many.message.contains("parameter $1"), "{too_many:?}");
    let none = database.execute("SELECT $1").unwrap_err();
    assert_eq!(none.code, "postgres.parameter-count");
    assert_eq!(database.text("SELECT 1"), "1");
}
