//! Plans: what they say, and that making one changes nothing.

use std::time::Instant;

use lambic::plan::{Command, Plan, Planner, TransactionMode};
use lambic_core::{Dialect, Driver};
use lambic_revision::{Graph, RevisionFile};
use lambic_sqlite::SqliteDriver;

use crate::support::Project;

fn upgrade(target: &str) -> Command {
    Command::Upgrade { target: target.into() }
}

fn offline(project: &Project, command: &Command, rows: &[&str], dialect: Option<&dyn Dialect>) -> Plan {
    let graph = project.graph();
    let planner =
        Planner { graph: &graph, dialect, transaction: TransactionMode::Revision, known: &[], defer: true };
    let rows: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
    planner.plan(command, &rows).unwrap()
}

#[tokio::test]
async fn the_json_has_the_documented_keys_in_order() {
    let body = "-- @upgrade\nCREATE TABLE a (id);\n-- @upgrade no-transaction\nVACUUM;\n";
    let project = Project::line(&[body]);
    let dialect = SqliteDriver.dialect("sqlite", None).unwrap();
    let plan = offline(&project, &upgrade("head"), &[], Some(dialect.as_ref()));
    assert_eq!(
        serde_json::to_string(&plan).unwrap(),
        r#"{"steps":[{"direction":"upgrade","revision":"a","rows_after":["a"],"statements":[{"sql":"CREATE TABLE a (id)","transaction":true,"hazards":[]},{"sql":"VACUUM","transaction":false,"hazards":[]}]}]}"#
    );
    let nothing = offline(&project, &upgrade("head"), &["a"], Some(dialect.as_ref()));
    assert_eq!(serde_json::to_string(&nothing).unwrap(), r#"{"steps":[]}"#);
    let stamp = Command::Stamp { targets: vec!["a".into()], purge: true };
    let stamp = offline(&project, &stamp, &["x", "y"], Some(dialect.as_ref()));
    assert_eq!(
        serde_json::to_string(&stamp).unwrap(),
        r#"{"steps":[{"direction":"stamp","revision":null,"from":["x","y"],"to":[],"rows_after":[],"statements":[]},{"direction":"stamp","revision":"a","from":[],"to":["a"],"rows_after":["a"],"statements":[]}]}"#
    );
}

#[tokio::test]
async fn without_a_dialect_statements_are_deferred_and_rows_are_not() {
    let project = Project::line(&["-- @upgrade\nSELECT 1;\n", "-- @upgrade\nSELECT 1;\n"]);
    project.revision("c", "a", "-- @upgrade\nSELECT 1;\n");
    project.revision("d", "b c", "");
    let plan = offline(&project, &upgrade("heads"), &["b"], None);
    let steps: Vec<_> = plan
        .steps
        .iter()
        .map(|step| (step.revision.as_deref().unwrap(), step.rows_after.join(" ")))
        .collect();
    assert_eq!(steps, [("c", "b c".to_owned()), ("d", "d".to_owned())]);
    assert!(plan.steps[0].deferred.is_some());
    assert_eq!(plan.steps[1].deferred, None, "the merge runs nothing on any dialect");
}

#[tokio::test]
async fn what_cannot_run_on_the_dialect_is_deferred_offline_and_an_error_online() {
    let mut project = Project::line(&["-- @upgrade\nSELECT 1;\n"]);
    let dialect = SqliteDriver.dialect("sqlite", None).unwrap();
    let base = Command::Downgrade { target: "base".into() };
    let plan = offline(&project, &base, &["a"], Some(dialect.as_ref()));
    assert!(plan.steps[0].deferred.as_ref().unwrap().contains("irreversible"));
    assert!(plan.steps[0].rows_after.is_empty());
    project.upgrade("head").await.unwrap();
    assert_eq!(project.plan(base).await.unwrap_err().code, "section.no-downgrade");
}

#[tokio::test]
async fn a_plan_reads_and_changes_nothing() {
    let mut project = Project::line(&["-- @upgrade\nCREATE TABLE a (id);\n"]);
    let plan = project.plan(upgrade("head")).await.unwrap();
    assert_eq!(plan.steps.len(), 1);
    assert!(project.column("SELECT name FROM sqlite_schema").await.is_empty());
    let beside: Vec<_> = std::fs::read_dir(project.database().parent().unwrap()).unwrap().collect();
    assert!(beside.len() <= 2, "no lock file: {beside:?}");
    assert_eq!(plan, project.upgrade("head").await.unwrap().plan, "the run does what the plan said");
}

#[tokio::test]
async fn a_bad_target_is_an_error() {
    let mut project = Project::line(&["-- @upgrade\nSELECT 1;\n"]);
    for target in ["nope", "+5", "-1", "'; DROP TABLE x"] {
        let error = project.upgrade(target).await.unwrap_err();
        assert!(error.hint.is_some() || !error.notes.is_empty(), "{target}: {error}");
    }
    assert!(project.column("SELECT name FROM sqlite_schema").await.is_empty());
}

/// Not a measurement, but a fence: a plan that is not linear takes far longer than this, even unoptimised.
#[test]
fn a_long_plan_is_made_in_linear_time() {
    let dialect = SqliteDriver.dialect("sqlite", None).unwrap();
    let time = |count: usize| {
        let file = |at: usize| {
            let down = if at == 0 { String::new() } else { format!("-- @down-revision r{}\n", at - 1) };
            let text = format!("-- @revision r{at}\n{down}-- @upgrade\nCREATE TABLE t{at} (id INTEGER);\n");
            RevisionFile::parse(format!("{at}.sql"), text).unwrap()
        };
        let graph = Graph::new((0..count).map(file).collect()).unwrap();
        let planner = Planner {
            graph: &graph,
            dialect: Some(dialect.as_ref()),
            transaction: TransactionMode::Revision,
            known: &[],
            defer: false,
        };
        let started = Instant::now();
        let plan = planner.plan(&upgrade("head"), &[]).unwrap();
        let json = serde_json::to_string(&plan).unwrap();
        assert!(plan.steps.len() == count && json.len() > count * 100);
        started.elapsed()
    };
    let small = time(500);
    let large = time(5_000);
    assert!(
        large < small * 40 + std::time::Duration::from_millis(50),
        "{small:?} for 500, {large:?} for 5,000"
    );
}
