use super::*;

fn facts(sql: &str) -> (TransactionRule, bool, String) {
    let StatementFacts { transaction, changes_session, command } = classify(sql);
    (transaction, changes_session, command)
}

#[test]
fn a_statement_goes_with_a_transaction_or_not() {
    let cases = [
        ("BEGIN", Control, "BEGIN"),
        ("start transaction read only", Control, "START"),
        ("-- x\n/* /* y */ */ commit;", Control, "COMMIT"),
        ("END", Control, "END"),
        ("ROLLBACK TO a", Control, "ROLLBACK"),
        ("ABORT", Control, "ABORT"),
        ("SAVEPOINT a", Control, "SAVEPOINT"),
        ("RELEASE a", Control, "RELEASE"),
        ("PREPARE TRANSACTION 'x'", Control, "PREPARE"),
        ("COMMIT PREPARED 'x'", Forbidden, "COMMIT"),
        ("ROLLBACK PREPARED 'x'", Forbidden, "ROLLBACK"),
        ("VACUUM (FULL) t", Forbidden, "VACUUM"),
        ("CREATE INDEX CONCURRENTLY i ON t (a)", Forbidden, "CREATE INDEX"),
        ("create unique index concurrently if not exists i on t (a)", Forbidden, "CREATE INDEX"),
        ("CREATE INDEX \"concurrently\" ON t (concurrently)", Allowed, "CREATE INDEX"),
        ("DROP INDEX CONCURRENTLY i", Forbidden, "DROP INDEX"),
        ("DROP INDEX i", Allowed, "DROP INDEX"),
        ("REINDEX INDEX CONCURRENTLY i", Forbidden, "REINDEX"),
        ("REINDEX (CONCURRENTLY, VERBOSE) TABLE t", Forbidden, "REINDEX"),
        ("REINDEX (VERBOSE) DATABASE d", Forbidden, "REINDEX"),
        ("REINDEX SYSTEM d", Forbidden, "REINDEX"),
        ("REINDEX TABLE t", Allowed, "REINDEX"),
        ("CREATE DATABASE d", Forbidden, "CREATE DATABASE"),
        ("DROP DATABASE d", Forbidden, "DROP DATABASE"),
        ("ALTER DATABASE d SET TABLESPACE s", Forbidden, "ALTER DATABASE"),
        ("ALTER DATABASE d SET work_mem = '1MB'", Allowed, "ALTER DATABASE"),
        ("CREATE TABLESPACE s LOCATION '/x'", Forbidden, "CREATE TABLESPACE"),
        ("ALTER SYSTEM SET work_mem = '1MB'", Forbidden, "ALTER SYSTEM"),
        ("ALTER TABLE p DETACH PARTITION c CONCURRENTLY", Forbidden, "ALTER TABLE"),
        ("ALTER TABLE p DETACH PARTITION c", Allowed, "ALTER TABLE"),
        ("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", Forbidden, "CREATE SUBSCRIPTION"),
        ("ALTER SUBSCRIPTION s REFRESH PUBLICATION", Forbidden, "ALTER SUBSCRIPTION"),
        ("ALTER SUBSCRIPTION s DISABLE", Allowed, "ALTER SUBSCRIPTION"),
        ("CLUSTER", Forbidden, "CLUSTER"),
        ("CLUSTER VERBOSE;", Forbidden, "CLUSTER"),
        ("CLUSTER (VERBOSE)", Forbidden, "CLUSTER"),
        ("CLUSTER t USING i", Allowed, "CLUSTER"),
        ("CLUSTER \"t\"", Allowed, "CLUSTER"),
        ("CLUSTER (VERBOSE) t", Allowed, "CLUSTER"),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", Allowed, "REFRESH"),
        ("ALTER TYPE e ADD VALUE 'x'", Allowed, "ALTER TYPE"),
        ("CREATE OR REPLACE FUNCTION f() RETURNS int", Allowed, "CREATE FUNCTION"),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1", Allowed, "CREATE MATERIALIZED VIEW"),
        ("CREATE FOREIGN DATA WRAPPER w", Allowed, "CREATE FOREIGN DATA WRAPPER"),
        ("CREATE USER MAPPING FOR a SERVER s", Allowed, "CREATE USER MAPPING"),
        ("CREATE USER a", Allowed, "CREATE USER"),
        ("INSERT INTO \"BEGIN\" VALUES (1)", Allowed, "INSERT"),
        ("\"BEGIN\"", Allowed, ""),
        ("", Allowed, ""),
    ];
    for (sql, transaction, command) in cases {
        let (found, _, name) = facts(sql);
        assert_eq!((found, name.as_str()), (transaction, command), "{sql}");
    }
}

#[test]
fn what_outlives_a_statement_in_the_session_is_seen() {
    let changing = [
        "SET search_path = a",
        "SET SESSION AUTHORIZATION x",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "RESET ALL",
        "DISCARD ALL",
        "SELECT pg_catalog.set_config('search_path', '', false)",
        "SELECT pg_advisory_lock(1)",
        "WITH x AS (SELECT PG_ADVISORY_UNLOCK_ALL()) SELECT 1",
        "CREATE TEMP TABLE t ()",
        "CREATE LOCAL TEMPORARY TABLE t ()",
        "CREATE OR REPLACE TEMP VIEW v AS SELECT 1",
        "CREATE TABLE pg_temp.t ()",
        "CREATE FUNCTION pg_temp.f() RETURNS int",
        "LISTEN x",
        "PREPARE p AS SELECT 1",
        "LOAD 'auto_explain'",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "DO $$ BEGIN SET search_path = a; END $$",
        "DO $x$ BEGIN PERFORM set_config('a.b', 'c', false); END $x$",
    ];
    for sql in changing {
        assert!(facts(sql).1, "{sql}");
    }
    let leaving = [
        "SET LOCAL search_path = a",
        "SET CONSTRAINTS ALL DEFERRED",
        "SET TRANSACTION READ ONLY",
        "PREPARE TRANSACTION 'x'",
        "CREATE TABLE temp (a int)",
        "CREATE UNLOGGED TABLE t ()",
        "UPDATE t SET a = 1",
        "SELECT 'set_config'",
        "DECLARE c CURSOR FOR SELECT 1",
        "DO $$ BEGIN UPDATE t SET a = 1; SET LOCAL x.y = 1; END $$",
        "INSERT INTO t VALUES ('pg_advisory_lock')",
        "",
    ];
    for sql in leaving {
        assert!(!facts(sql).1, "{sql}");
    }
}

#[test]
fn what_moves_rows_over_the_wire_is_seen() {
    let cases = [
        ("COPY t FROM STDIN", Some(Copies::In)),
        ("copy t (a, b) from stdin with (format csv)", Some(Copies::In)),
        ("COPY t TO STDOUT", Some(Copies::Out)),
        ("COPY (SELECT 1 FROM stdin) TO STDOUT", Some(Copies::Out)),
        ("COPY t FROM '/stdin'", None),
        ("COPY stdin FROM PROGRAM 'x'", None),
        ("SELECT 1 FROM stdin", None),
    ];
    for (sql, copies) in cases {
        assert_eq!(super::copies(sql), copies, "{sql}");
    }
}

#[test]
fn statements_are_counted() {
    assert!(is_empty(" /* x */ ; SELECT 1") && is_empty("") && !is_empty("SELECT"));
    assert!(is_several("SELECT 1; SELECT 2") && !is_several("SELECT ';';;") && !is_several("SELECT 1"));
    assert!(
        waits_for_others("CREATE INDEX CONCURRENTLY i ON t (a)")
            && !waits_for_others("CREATE INDEX i ON t (a)")
    );
    assert!(!waits_for_others("REFRESH MATERIALIZED VIEW CONCURRENTLY v"));
}

proptest::proptest! {
    /// Whatever a statement is, something can be told of it.
    #[test]
    fn any_text_is_told(text in "(CREATE|ALTER|DO|COPY|SET|CLUSTER|REINDEX|INDEX|TABLE|CONCURRENTLY|\\$\\$|\\$a\\$|BEGIN|'|\"|\\(|\\)|;|é| |x|--|/\\*){0,20}") {
        let _ = (classify(&text), copies(&text), is_empty(&text), is_several(&text), waits_for_others(&text));
    }
}
