//! `COPY` with rows of a script.

use lambic_core::{Aftermath, ErrorKind};

use crate::support::{Database, Server};

#[test]
fn rows_are_copied_in() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a int, b text)");
    let outcome =
        database.with(async |on| on.copy_in("COPY t FROM stdin", "1\tone\n2\t\\N\n").await).unwrap();
    assert_eq!((outcome.rows_affected, outcome.in_transaction), (Some(2), Some(false)));
    database.with(async |on| on.copy_in("COPY t FROM STDIN WITH (FORMAT csv)", "3,\"a,b\"\n").await).unwrap();
    assert_eq!(
        database.text("SELECT string_agg(a || coalesce(b, '-'), ' ' ORDER BY a) FROM t"),
        "1one 2- 3a,b"
    );
    let nothing = database.with(async |on| on.copy_in("COPY t FROM stdin", "").await).unwrap();
    assert_eq!(nothing.rows_affected, Some(0));
    database.load("COPY t (a) FROM stdin;\n7\n8\n\\.\nSELECT 1;");
    assert_eq!(database.text("SELECT count(*) FROM t"), "5");
}

#[test]
fn many_rows_are_copied_in_pieces() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a text)");
    let data = "0123456789é\n".repeat(300_000);
    let outcome = database.with(async |on| on.copy_in("COPY t FROM stdin", &data).await).unwrap();
    assert_eq!(outcome.rows_affected, Some(300_000));
}

/// Whatever is wrong with it, the session lives on.
#[test]
fn a_copy_that_fails_leaves_the_session_alone() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a int)");
    let large = "1\n".repeat(500_000) + "x\n" + &"1\n".repeat(500_000);
    for (sql, data, state) in [
        ("COPY nothing FROM stdin", "1\n", "42P01"),
        ("COPY t (b) FROM stdin", "1\n", "42703"),
        ("COPY t FROM stdin", "x\n", "22P02"),
        ("COPY t FROM stdin", large.as_str(), "22P02"),
        ("COPY t FROM stdin WITH (nonsense)", "1\n", "42601"),
        ("COPY t FROM stdin nonsense", "1\n", "42601"),
    ] {
        for inside in [false, true] {
            database.with(async |on| {
                if inside {
                    on.begin(&lambic_core::TransactionOptions::default()).await.unwrap();
                }
                let error = on.copy_in(sql, data).await.unwrap_err();
                assert_eq!(error.database.as_ref().unwrap().sqlstate.as_deref(), Some(state), "{error:?}");
                assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
                assert_eq!(on.in_transaction().await.unwrap(), inside);
                on.rollback().await.unwrap();
                on.execute("SELECT 1", &[]).await.unwrap();
            });
            assert_eq!(database.text("SELECT count(*) FROM t"), "0", "{sql}");
        }
    }
}

#[test]
fn rows_for_a_statement_that_takes_none_are_refused() {
    let mut database = Database::new(Server::V15);
    for sql in ["SELECT 1", "COPY pg_class TO STDOUT", "COPY pg_class FROM '/x'"] {
        let error = database.with(async |on| on.copy_in(sql, "1\n").await).unwrap_err();
        assert_eq!(
            (error.kind.clone(), error.code.as_str()),
            (ErrorKind::Usage, "postgres.data-without-copy")
        );
    }
    assert_eq!(database.text("SELECT 1"), "1");
}
