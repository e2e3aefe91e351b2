//! Scripts: a plan for somebody else to run.

use std::sync::Arc;

use lambic::plan::{Command, Plan, Planner, TransactionMode};
use lambic::script::{SchemaScript, ensure_version, of_schema, script};
use lambic_core::schema::{Column, ObjectId, ObjectKind, QualifiedName, Table};
use lambic_core::{DatabaseUrl, Definition, Dialect, Driver, Schema};
use lambic_sqlite::SqliteDriver;

use crate::support::{Project, column};

const TRIGGER: &str = "-- @upgrade\nCREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT);\n\n-- why\nCREATE TRIGGER keep AFTER INSERT ON t BEGIN\n  \
    UPDATE t SET note = ';--' WHERE id = new.id;\n  SELECT CASE WHEN 1 THEN 2 END;\nEND;\n-- @downgrade\nDROP TABLE t;\n";
const REBUILD: &str = "-- @upgrade\nINSERT INTO t (id) VALUES (1);\n-- @upgrade no-transaction\nVACUUM;\n-- @downgrade\nDELETE FROM t;\n";

fn dialect() -> Arc<dyn Dialect> {
    SqliteDriver.dialect("sqlite", None).unwrap()
}

fn plan(project: &Project, command: &Command, rows: &[&str], transaction: TransactionMode) -> Plan {
    let (graph, dialect) = (project.graph(), dialect());
    let planner =
        Planner { graph: &graph, dialect: Some(dialect.as_ref()), transaction, known: &[], defer: false };
    let rows: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
    planner.plan(command, &rows).unwrap()
}

fn write(project: &Project, command: &Command, rows: &[&str], transaction: TransactionMode) -> String {
    script(&plan(project, command, rows, transaction), &dialect(), &project.options.store, transaction)
        .unwrap()
}

fn upgrade() -> Command {
    Command::Upgrade { target: "head".into() }
}

/// Runs a script the way a person would: statement by statement, on an empty database.
async fn run(script: &str, url: &DatabaseUrl) {
    let mut session = SqliteDriver.connect(url).await.unwrap();
    for statement in lambic_sql::split(script, session.dialect.lexicon()).unwrap().statements {
        session.connection.execute(statement.text(), &[]).await.unwrap();
    }
    assert!(!session.connection.in_transaction().await.unwrap());
}

#[test]
fn a_script_is_readable() {
    let project = Project::line(&["-- @upgrade\nCREATE TABLE a (id);\n", "-- @upgrade\nSELECT 'it''s';\n"]);
    let text = write(&project, &upgrade(), &[], TransactionMode::Revision);
    let create = ensure_version(&dialect(), &project.options.store).unwrap();
    assert!(
        create.starts_with("CREATE TABLE \"lambic_version\" (") && create.ends_with(");\n\n"),
        "{create}"
    );
    let expected = format!(
        "-- upgrade a (base -> a): makes a\n\n\
         BEGIN IMMEDIATE;\n\n\
         {create}\
         CREATE TABLE a (id);\n\n\
         INSERT INTO \"lambic_version\" (\"version_num\") VALUES ('a');\n\n\
         COMMIT;\n\n\
         -- upgrade b (a -> b): makes b\n\n\
         BEGIN IMMEDIATE;\n\n\
         SELECT 'it''s';\n\n\
         UPDATE \"lambic_version\" SET \"version_num\" = 'b' WHERE \"version_num\" = 'a';\n\n\
         COMMIT;\n\n"
    );
    assert_eq!(text, expected);
    assert_eq!(write(&project, &upgrade(), &["b"], TransactionMode::Revision), "");
}

#[tokio::test]
async fn a_script_does_what_a_run_does() {
    const SCHEMA: &str =
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'lambic%' ORDER BY name";
    for mode in [TransactionMode::Revision, TransactionMode::None] {
        let mut online = Project::line(&[TRIGGER, REBUILD]);
        online.options.transaction = mode;
        online.upgrade("head").await.unwrap();
        let offline = Project::line(&[TRIGGER, REBUILD]);
        run(&write(&offline, &upgrade(), &[], mode), &offline.url()).await;
        for query in [SCHEMA, "SELECT note FROM t", "SELECT version_num FROM lambic_version"] {
            assert_eq!(column(&offline.url(), query).await, column(&online.url(), query).await);
        }
        let base = Command::Downgrade { target: "base".into() };
        run(&write(&offline, &base, &["b"], mode), &offline.url()).await;
        assert!(offline.tables().await.is_empty() && offline.rows().await.is_empty());
    }
}

#[tokio::test]
async fn a_script_in_one_transaction_begins_and_commits_once() {
    let project = Project::line(&[TRIGGER, "-- @upgrade\nINSERT INTO t (id) VALUES (1);\n"]);
    let text = write(&project, &upgrade(), &[], TransactionMode::All);
    assert_eq!((text.matches("BEGIN IMMEDIATE;").count(), text.matches("COMMIT;").count()), (1, 1));
    run(&text, &project.url()).await;
    assert_eq!(project.rows().await, ["b"]);
    let bare = write(&project, &upgrade(), &[], TransactionMode::None);
    assert!(!bare.contains("BEGIN IMMEDIATE") && !bare.contains("COMMIT"), "{bare}");
}

#[tokio::test]
async fn stamps_and_the_version_table_have_scripts_too() {
    let project = Project::line(&[TRIGGER, REBUILD]);
    run(&ensure_version(&dialect(), &project.options.store).unwrap(), &project.url()).await;
    assert!(project.rows().await.is_empty());
    let project = Project::line(&[TRIGGER, REBUILD]);
    let stamp = Command::Stamp { targets: vec!["b".into()], purge: false };
    run(&write(&project, &stamp, &[], TransactionMode::Revision), &project.url()).await;
    assert_eq!(project.rows().await, ["b"]);
}

#[test]
fn what_a_semicolon_cannot_end_has_no_script() {
    let project = Project::line(&["-- @upgrade\nSELECT 1;\n"]);
    for sql in ["SELECT 1; SELECT 2", "SELECT 'open", ""] {
        let mut plan = plan(&project, &upgrade(), &[], TransactionMode::Revision);
        plan.steps[0].statements[0].sql = sql.into();
        let error = script(&plan, &dialect(), &project.options.store, TransactionMode::Revision).unwrap_err();
        assert!(
            ["script.ambiguous", "sql.unterminated-string"].contains(&error.code.as_str()),
            "{sql}: {error}"
        );
    }
}

#[test]
fn a_step_that_is_not_known_has_no_script() {
    let project = Project::line(&[TRIGGER]);
    let graph = project.graph();
    let planner = Planner {
        graph: &graph,
        dialect: None,
        transaction: TransactionMode::Revision,
        known: &[],
        defer: true,
    };
    let plan = planner.plan(&upgrade(), &[]).unwrap();
    let error = script(&plan, &dialect(), &project.options.store, TransactionMode::Revision).unwrap_err();
    assert_eq!(error.code, "script.deferred");
}

#[test]
fn what_cannot_be_written_is_left_out_of_a_schema_with_all_that_needs_it() {
    let table = |name: &str| Table::new(QualifiedName::bare(name), vec![Column::new("a", "int")]);
    let mut odd = table("odd");
    odd.options.insert("nobodys".to_owned(), "1".to_owned());
    let id = |name: &str| ObjectId::new(ObjectKind::View, QualifiedName::bare(name));
    let view = |name: &str, text: &str, needs: Option<ObjectId>| {
        let mut view = Definition::new(id(name), format!("CREATE VIEW {name} AS {text}"));
        view.depends_on = needs.into_iter().collect();
        view
    };
    let schema = Schema {
        tables: [table("t"), odd].into_iter().collect(),
        definitions: [
            view("cut", "SELECT 'open", None),
            view("fine", "SELECT a FROM t", None),
            view("later", "SELECT a FROM reads", Some(id("reads"))),
            view(
                "reads",
                "SELECT a FROM odd",
                Some(ObjectId::new(ObjectKind::Table, QualifiedName::bare("odd"))),
            ),
        ]
        .into_iter()
        .collect(),
        ..Schema::default()
    };
    let SchemaScript { sql, unsupported } = of_schema(schema, dialect().as_ref()).unwrap();
    let left_out: Vec<&str> = unsupported.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(left_out, ["odd", "cut", "later", "reads"]);
    let lines: Vec<&str> = sql.lines().filter(|line| line.starts_with("CREATE")).collect();
    assert_eq!(lines.len(), 2, "{sql}");
    assert!(lines[0].contains("\"t\"") && lines[1].contains("fine"), "{sql}");
    for name in left_out {
        assert!(sql.contains(&format!(" {name}: ")), "{sql}");
    }
}
