//! Transactions without enforcement of foreign keys.

use lambic_core::{Aftermath, Connection, Error, ErrorKind, TransactionOptions};
use tempfile::tempdir;

use crate::{ENDLESS, memory, number, open, run};

const SUSPEND: TransactionOptions = TransactionOptions { read_only: false, suspend_foreign_keys: true };

const SCHEMA: [&str; 4] = [
    "CREATE TABLE p (id INTEGER PRIMARY KEY, x)",
    "CREATE TABLE c (name TEXT, p_id CONSTRAINT c_p REFERENCES p (id) ON DELETE CASCADE)",
    "INSERT INTO p VALUES (1, 'a'), (2, 'b')",
    "INSERT INTO c VALUES ('one', 1), ('two', 2)",
];

const REBUILD: [&str; 4] = [
    "CREATE TABLE n (id INTEGER PRIMARY KEY, x TEXT NOT NULL)",
    "INSERT INTO n SELECT id, x FROM p",
    "DROP TABLE p",
    "ALTER TABLE n RENAME TO p",
];

async fn database() -> Box<dyn Connection> {
    let mut on = memory().await;
    run(&mut *on, &SCHEMA).await;
    on
}

/// Foreign keys are enforced, and `ALTER TABLE` is in its usual mode.
async fn assert_restored(on: &mut dyn Connection, after: &str) {
    let switches = ["foreign_keys", "legacy_alter_table"];
    let mut found = Vec::new();
    for switch in switches {
        found.push(number(on, &format!("PRAGMA {switch}")).await);
    }
    assert_eq!(found, [1, 0], "after {after}");
    assert!(!on.in_transaction().await.unwrap(), "after {after}");
}

async fn refused_commit(on: &mut dyn Connection, statements: &[&str]) -> Error {
    on.begin(&SUSPEND).await.unwrap();
    run(on, statements).await;
    let error = on.commit().await.unwrap_err();
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    assert_restored(on, "a refused commit").await;
    error
}

#[tokio::test]
async fn a_rebuilt_parent_keeps_its_children() {
    let mut on = database().await;
    run(&mut *on, &["CREATE VIEW v AS SELECT x FROM p"]).await;
    on.begin(&SUSPEND).await.unwrap();
    assert_eq!(number(&mut *on, "PRAGMA foreign_keys").await, 0);
    run(&mut *on, &REBUILD).await;
    on.commit().await.unwrap();
    assert_restored(&mut *on, "a commit").await;
    assert_eq!(number(&mut *on, "SELECT count(*) FROM c JOIN p ON p_id = id").await, 2);
    assert!(on.execute("INSERT INTO c VALUES ('x', 9)", &[]).await.is_err());
}

#[tokio::test]
async fn a_new_broken_reference_refuses_the_commit_and_is_named() {
    let mut on = database().await;
    let error = refused_commit(&mut *on, &["DELETE FROM p WHERE id = 2"]).await;
    assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Database, "sqlite.foreign-key-violation"));
    for part in ["row 2 of table c", "no row of p", "FOREIGN KEY (p_id) REFERENCES p (id)", "with 2"] {
        assert!(error.message.contains(part), "{part}: {error:?}");
    }
    assert_eq!(number(&mut *on, "SELECT count(*) FROM p").await, 2);

    let error = refused_commit(&mut *on, &["DELETE FROM p"]).await;
    assert!(error.message.contains("2 broken references"), "{error:?}");
    assert_eq!(error.notes.len(), 1);
}

#[tokio::test]
async fn what_was_broken_before_does_not_stand_in_the_way() {
    let mut on = database().await;
    run(
        &mut *on,
        &["PRAGMA foreign_keys = OFF", "INSERT INTO c VALUES ('lost', 7)", "PRAGMA foreign_keys = ON"],
    )
    .await;
    on.begin(&SUSPEND).await.unwrap();
    run(&mut *on, &REBUILD).await;
    // The rows of `c` get new numbers, and the lost one stays the same lost one.
    run(
        &mut *on,
        &[
            "CREATE TABLE d (name TEXT, p_id REFERENCES p (id))",
            "INSERT INTO d SELECT * FROM c ORDER BY name",
            "DROP TABLE c",
            "ALTER TABLE d RENAME TO c",
        ],
    )
    .await;
    on.commit().await.unwrap();
    assert_restored(&mut *on, "a commit").await;
    let error = refused_commit(&mut *on, &["UPDATE c SET p_id = 8 WHERE p_id = 7"]).await;
    assert!(error.message.contains("with 8"), "{error:?}");
    let error = refused_commit(&mut *on, &["INSERT INTO c VALUES ('again', 7)"]).await;
    assert!(error.message.contains("with 7"), "{error:?}");
}

#[tokio::test]
async fn a_key_that_sqlite_cannot_check_hides_no_other() {
    let mut on = database().await;
    run(&mut *on, &["CREATE TABLE odd (x REFERENCES p (x))"]).await;
    on.begin(&SUSPEND).await.unwrap();
    run(&mut *on, &REBUILD).await;
    on.commit().await.unwrap();
    let error = refused_commit(&mut *on, &["DELETE FROM p WHERE id = 2"]).await;
    assert!(error.message.contains("row 2 of table c"), "{error:?}");
    let error = refused_commit(&mut *on, &["CREATE TABLE odder (y REFERENCES p (x))"]).await;
    assert!(error.message.contains("table odder cannot be checked"), "{error:?}");
}

#[tokio::test]
async fn rows_without_numbers_are_counted() {
    let mut on = database().await;
    run(
        &mut *on,
        &[
            "CREATE TABLE w (k PRIMARY KEY, p_id REFERENCES p) WITHOUT ROWID",
            "PRAGMA foreign_keys = OFF",
            "INSERT INTO w VALUES ('lost', 7)",
            "PRAGMA foreign_keys = ON",
        ],
    )
    .await;
    on.begin(&SUSPEND).await.unwrap();
    on.commit().await.unwrap();
    let error = refused_commit(&mut *on, &["INSERT INTO w VALUES ('also', 7)"]).await;
    assert!(error.message.contains("a row of table w"), "{error:?}");
}

#[tokio::test]
async fn a_newly_broken_view_or_trigger_refuses_the_commit() {
    let mut on = database().await;
    run(
        &mut *on,
        &[
            "CREATE TABLE log (what, gen AS (what || '!'))",
            "CREATE VIEW good AS SELECT x FROM p",
            "CREATE VIEW broken AS SELECT gone FROM nowhere",
            "CREATE TRIGGER ins AFTER INSERT ON p BEGIN INSERT INTO log VALUES (new.x); END",
            "CREATE TRIGGER upd AFTER UPDATE OF what ON log BEGIN SELECT count(x) FROM p; END",
            "CREATE TRIGGER del INSTEAD OF DELETE ON good BEGIN DELETE FROM log WHERE what = old.x; END",
        ],
    )
    .await;
    on.begin(&SUSPEND).await.unwrap();
    on.commit().await.unwrap();

    let rename = "ALTER TABLE p RENAME COLUMN x TO y";
    assert!(on.execute(rename, &[]).await.is_err(), "outside, SQLite looks at all views, broken ones too");
    let without_x = ["CREATE TABLE n (id INTEGER PRIMARY KEY)", "DROP TABLE p", "ALTER TABLE n RENAME TO p"];
    let error = refused_commit(&mut *on, &[&without_x[..], &["DELETE FROM c"]].concat()).await;
    assert_eq!(error.code, "sqlite.broken-dependent");
    let told = format!("{} {}", error.message, error.notes.join(" "));
    for part in
        ["view good broken: no such column: x", "trigger upd on log broken", "trigger del on good broken"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("view broken"), "{told}");
    let error = refused_commit(&mut *on, &["ALTER TABLE log RENAME TO journal"]).await;
    assert!(error.message.contains("trigger ins on p broken"), "{error:?}");

    // What is dropped is not broken, and what is new may be unfinished.
    on.begin(&SUSPEND).await.unwrap();
    run(&mut *on, &["DROP VIEW good", "CREATE VIEW new AS SELECT * FROM later"]).await;
    on.commit().await.unwrap();
    assert_restored(&mut *on, "a commit").await;
}

#[tokio::test]
async fn the_settings_are_restored_on_every_path() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut on = open(&path).await;
    run(&mut *on, &SCHEMA).await;

    on.begin(&SUSPEND).await.unwrap();
    run(&mut *on, &["DELETE FROM p"]).await;
    on.rollback().await.unwrap();
    assert_restored(&mut *on, "a rollback").await;
    assert_eq!(number(&mut *on, "SELECT count(*) FROM p").await, 2);

    on.begin(&SUSPEND).await.unwrap();
    assert!(on.execute("INSERT INTO nowhere VALUES (1)", &[]).await.is_err());
    on.reset().await.unwrap();
    assert_restored(&mut *on, "a reset").await;

    on.begin(&SUSPEND).await.unwrap();
    assert!(on.execute("INSERT OR ROLLBACK INTO p VALUES (1, 'again')", &[]).await.is_err());
    assert_restored(&mut *on, "a rollback by SQLite itself").await;

    run(&mut *on, &["PRAGMA max_page_count = 10"]).await;
    on.begin(&SUSPEND).await.unwrap();
    let error = on.execute("INSERT INTO p VALUES (3, zeroblob(100000))", &[]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Full);
    on.rollback().await.unwrap();
    assert_restored(&mut *on, "a full disk").await;
    on.reset().await.unwrap();

    on.begin(&SUSPEND).await.unwrap();
    run(&mut *on, &["COMMIT"]).await;
    assert_restored(&mut *on, "a statement COMMIT").await;

    let mut other = open(&path).await;
    other.begin(&TransactionOptions::default()).await.unwrap();
    let mut hasty = crate::open_hasty(&path).await;
    assert_eq!(hasty.begin(&SUSPEND).await.unwrap_err().kind, ErrorKind::Locked);
    assert_restored(&mut *hasty, "a begin that failed").await;
    other.rollback().await.unwrap();

    on.begin(&SUSPEND).await.unwrap();
    let canceller = on.canceller();
    let cancel = async {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        canceller.cancel().await
    };
    let (result, _) = tokio::join!(on.execute(ENDLESS, &[]), cancel);
    assert_eq!(result.unwrap_err().kind, ErrorKind::Cancelled);
    on.rollback().await.unwrap();
    assert_restored(&mut *on, "a cancelled statement").await;
}

#[tokio::test]
async fn a_session_that_does_not_enforce_is_left_so() {
    let mut on = database().await;
    run(&mut *on, &["PRAGMA foreign_keys = OFF"]).await;
    on.begin(&SUSPEND).await.unwrap();
    on.commit().await.unwrap();
    assert_eq!(number(&mut *on, "PRAGMA foreign_keys").await, 0);
    on.reset().await.unwrap();
    assert_restored(&mut *on, "a reset").await;
}

/// Names that SQLite reads differently when they stand bare, and another table of the same name in the session.
#[tokio::test]
async fn violations_are_found_whatever_the_names() {
    let mut on = memory().await;
    run(
        &mut *on,
        &[
            r#"CREATE TABLE "p ""q" ("the id" INTEGER PRIMARY KEY)"#,
            r#"create table "c'd" ("my p" references "p ""q")"#,
            r#"INSERT INTO "p ""q" VALUES (1)"#,
            r#"INSERT INTO "c'd" VALUES (1)"#,
            r#"CREATE TEMP TABLE "c'd" (x)"#,
            "PRAGMA case_sensitive_like = ON",
        ],
    )
    .await;
    let error = refused_commit(&mut *on, &[r#"DELETE FROM "p ""q""#]).await;
    assert!(error.message.contains("row 1 of table c'd refers to no row of p \"q"), "{error:?}");
}

#[tokio::test]
async fn a_cancelled_commit_is_rolled_back() {
    let mut on = database().await;
    for _ in 0..20 {
        on.begin(&SUSPEND).await.unwrap();
        run(&mut *on, &["INSERT INTO p VALUES (3, 'c')"]).await;
        let canceller = on.canceller();
        let (result, _) = tokio::join!(on.commit(), async { canceller.cancel().await });
        let inserted = number(&mut *on, "SELECT count(*) FROM p WHERE id = 3").await;
        // Either it was too late, or nothing is left.
        assert_eq!(inserted, i64::from(result.is_ok()));
        if let Err(error) = result {
            assert_eq!(
                (&error.kind, &error.aftermath),
                (&ErrorKind::Cancelled, &Some(Aftermath::RolledBack))
            );
        }
        assert_restored(&mut *on, "a cancelled commit").await;
        run(&mut *on, &["DELETE FROM p WHERE id = 3"]).await;
    }
}

/// A column of that name hides the number of the row, by which the values are found.
#[tokio::test]
async fn a_column_may_be_called_as_the_number_of_the_row() {
    let mut on = memory().await;
    run(
        &mut *on,
        &[
            "PRAGMA foreign_keys = OFF",
            "CREATE TABLE p (id INTEGER PRIMARY KEY)",
            "CREATE TABLE c (rowid TEXT, _rowid_ TEXT, p_id REFERENCES p)",
            "INSERT INTO c VALUES ('x', 'x', 8), ('x', 'x', 9)",
            "CREATE TABLE all_hidden (rowid TEXT, _rowid_ TEXT, oid TEXT, p_id REFERENCES p)",
            "INSERT INTO all_hidden VALUES ('x', 'x', 'x', 8)",
            "PRAGMA foreign_keys = ON",
        ],
    )
    .await;
    on.begin(&SUSPEND).await.unwrap();
    run(&mut *on, &["UPDATE c SET p_id = 7 WHERE p_id = 9"]).await;
    let error = on.commit().await.unwrap_err();
    assert!(error.message.contains("row 2 of table c") && error.message.contains("with 7"), "{error:?}");
}
