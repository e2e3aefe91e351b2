//! The version table and the log as tables, and taking over from Alembic.

use lambic::plan::Command;
use lambic::store::Ensured;
use lambic_core::{Aftermath, DatabaseUrl, Driver, ErrorKind, TransactionOptions};
use lambic_sqlite::SqliteDriver;

use crate::support::Project;

const TABLE: &str = "-- @upgrade\nCREATE TABLE t (id);\n-- @downgrade\nDROP TABLE t;\n";
/// As Alembic makes it.
const ALEMBIC: &str = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, \
                       CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))";

fn alembic(project: &mut Project) {
    project.options.store.table = "alembic_version".into();
    project.options.store.log = Some("alembic_version_log".into());
}

#[tokio::test]
async fn the_tables_are_made_once() {
    let project = Project::line(&[TABLE]);
    let url = project.url();
    let runner = project.runner(&url);
    let first = runner.ensure_version(&mut ()).await.unwrap();
    assert_eq!(first, Ensured { table: true, log: true, widened: false });
    assert_eq!(runner.ensure_version(&mut ()).await.unwrap(), Ensured::default());
    let sql = project.column("SELECT sql FROM sqlite_schema WHERE name = 'lambic_version'").await.remove(0);
    assert!(
        sql.contains("lambic_version_pkc") && sql.contains("VARCHAR(255)") && sql.contains("NOT NULL"),
        "{sql}"
    );
}

#[tokio::test]
async fn a_table_of_alembics_is_used_as_it_is() {
    let mut project = Project::line(&[TABLE, "-- @upgrade\nSELECT 1;\n-- @downgrade\n"]);
    alembic(&mut project);
    project.execute(ALEMBIC).await;
    project.execute("INSERT INTO alembic_version VALUES ('a')").await;
    project.upgrade("head").await.unwrap();
    assert_eq!(project.column("SELECT version_num FROM alembic_version").await, ["b"]);
    let sql = project.column("SELECT sql FROM sqlite_schema WHERE name = 'alembic_version'").await.remove(0);
    assert_eq!(sql, ALEMBIC);
    assert_eq!(project.codes(), ["run.takeover"]);
    let hint = project.notices[0].hint.clone().unwrap();
    assert!(hint.contains("include_name") && hint.contains("alembic_version_log"), "{hint}");
    project.downgrade("a").await.unwrap();
    assert!(project.notices.is_empty(), "said once: {:?}", project.notices);
    assert_eq!(project.column("SELECT version_num FROM alembic_version").await, ["a"]);
}

#[tokio::test]
async fn a_narrow_table_is_widened_when_an_id_does_not_fit() {
    let long = "x".repeat(40);
    let mut project = Project::new();
    alembic(&mut project);
    project.revision("a", "", TABLE);
    project.execute(ALEMBIC).await;
    project.upgrade("head").await.unwrap();
    project.revision(&long, "a", "-- @upgrade\nSELECT 1;\n");
    project.upgrade("head").await.unwrap();
    assert_eq!(project.column("SELECT version_num FROM alembic_version").await, [long]);
    let sql = project.column("SELECT sql FROM sqlite_schema WHERE name = 'alembic_version'").await.remove(0);
    assert!(sql.contains("255") && sql.contains("alembic_version_pkc"), "{sql}");
}

#[tokio::test]
async fn a_table_of_somebody_elses_is_not_touched() {
    for (sql, table) in [
        ("CREATE TABLE lambic_version (id INTEGER)", "lambic_version"),
        ("CREATE TABLE lambic_log (id INTEGER)", "lambic_log"),
    ] {
        let mut project = Project::line(&[TABLE]);
        project.execute(sql).await;
        let error = project.upgrade("head").await.unwrap_err();
        assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Conflict, "store.foreign-table"));
        assert!(error.message.contains(table), "{error}");
        assert_eq!(project.column("SELECT count(*) FROM sqlite_schema").await, ["1"]);
    }
}

#[tokio::test]
async fn bad_rows_are_reported() {
    let mut project = Project::line(&[TABLE]);
    project.execute("CREATE TABLE lambic_version (version_num)").await;
    project.execute("INSERT INTO lambic_version VALUES (NULL)").await;
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(error.code, "store.bad-row");
    assert_eq!(error.message, "the version table lambic_version holds NULL where a revision is expected");
    project.execute("UPDATE lambic_version SET version_num = x'61'").await;
    let error = project.upgrade("head").await.unwrap_err();
    assert!(error.message.contains(" holds something that is no text where "), "{error}");
    project.execute("UPDATE lambic_version SET version_num = 'a'").await;
    project.execute("INSERT INTO lambic_version VALUES ('a')").await;
    assert_eq!(project.upgrade("head").await.unwrap_err().code, "store.bad-row");
}

#[tokio::test]
async fn the_namespace_of_the_tables_can_be_said() {
    let mut project = Project::line(&[TABLE]);
    project.options.store.namespace = Some("main".into());
    project.upgrade("head").await.unwrap();
    assert_eq!(project.rows().await, ["a"]);
    project.options.store.namespace = None;
    assert_eq!(project.rows().await, ["a"]);

    let mut project = Project::line(&[TABLE]);
    project.options.store.namespace = Some("elsewhere".into());
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(
        (error.kind.clone(), error.hint.as_deref()),
        (ErrorKind::Unsupported, Some("everything is in `main`"))
    );
    assert_eq!(project.column("SELECT count(*) FROM sqlite_schema").await, ["0"]);
}

#[tokio::test]
async fn names_need_no_care() {
    let mut project = Project::line(&[TABLE]);
    project.options.store.table = "we\"ird; DROP".into();
    project.options.store.log = Some("select".into());
    project.upgrade("head").await.unwrap();
    project.downgrade("base").await.unwrap();
    assert_eq!(project.column("SELECT count(*) FROM \"select\"").await, ["2"]);
}

#[tokio::test]
async fn a_full_database_stays_as_it_was() {
    let body = "-- @upgrade\nCREATE TABLE u (text);\nPRAGMA max_page_count = 1;\n\
                INSERT INTO u WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
                SELECT hex(zeroblob(100)) FROM n;\n";
    let mut project = Project::line(&[TABLE, body]);
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!((error.kind.clone(), error.aftermath.clone()), (ErrorKind::Full, Some(Aftermath::RolledBack)));
    assert!(error.hint.is_some() && error.location.is_some());
    assert_eq!(project.rows().await, ["a"]);
    assert_eq!(project.tables().await, ["t"]);
    assert_eq!(project.events().await, ["done a", "failed b"], "the limit was the revision's own");
}

#[tokio::test]
async fn a_database_that_somebody_writes_to_is_waited_for_and_then_left_alone() {
    let project = Project::line(&[TABLE]);
    let mut writer = SqliteDriver.connect(&project.url()).await.unwrap();
    writer.connection.execute("CREATE TABLE keep (id)", &[]).await.unwrap();
    writer.connection.begin(&TransactionOptions::default()).await.unwrap();
    let url = DatabaseUrl::parse(&format!("file:{}?busy_timeout=100", project.database().display())).unwrap();
    let graph = project.graph();
    let command = Command::Upgrade { target: "head".into() };
    let error = project.runner(&url).run(&graph, &command, &mut ()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Locked);
    assert!(error.hint.is_some(), "{error:?}");
    writer.connection.rollback().await.unwrap();
    assert_eq!(project.column("SELECT name FROM sqlite_schema").await, ["keep"]);
    project.runner(&url).run(&graph, &command, &mut ()).await.unwrap();
}

#[tokio::test]
async fn a_database_that_cannot_be_written_stays_as_it_is() {
    let project = Project::line(&[TABLE]);
    project.execute("CREATE TABLE keep (id)").await;
    let url = format!("sqlite:file:{}?mode=ro", project.database().display());
    let url = DatabaseUrl::parse(&url).unwrap();
    let graph = project.graph();
    let command = Command::Upgrade { target: "head".into() };
    let error = project.runner(&url).run(&graph, &command, &mut ()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Permission, "{error:?}");
    assert!(error.hint.is_some(), "{error:?}");
    assert_eq!(project.tables().await, ["keep"]);
    assert_eq!(project.column("SELECT count(*) FROM sqlite_schema").await, ["1"]);
}
