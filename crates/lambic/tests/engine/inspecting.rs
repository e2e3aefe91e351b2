//! The live schema.

use lambic::inspect::{coverage, inspect};
use lambic::plan::Command;
use lambic_core::Schema;
use lambic_core::schema::QualifiedName;
use lambic_revision::{Graph, Locations};

use crate::support::Project;

async fn schema(project: &Project) -> Schema {
    let url = project.url();
    let mut database = project.runner(&url).open(&mut ()).await.unwrap();
    inspect(&mut database).await.unwrap()
}

#[tokio::test]
async fn lambics_own_tables_are_not_part_of_the_schema() {
    let body = "-- @upgrade\nCREATE TABLE t (id INTEGER PRIMARY KEY, u UNIQUE);\nCREATE INDEX i ON t (u);\nCREATE VIEW v AS SELECT 1;\n";
    let mut project = Project::line(&[body]);
    project.upgrade("head").await.unwrap();
    let schema = schema(&project).await;
    let names: Vec<&QualifiedName> = schema.tables.iter().map(|table| &table.name).collect();
    assert_eq!(names, [&QualifiedName::bare("t")]);
    let counts = coverage(&schema);
    assert_eq!(
        serde_json::to_string(&counts.managed).unwrap(),
        r#"{"column":2,"constraint":2,"index":1,"table":1,"view":1}"#
    );
    assert!(counts.ignored.is_empty() && counts.unsupported.is_empty());
}

/// A real project, with a merge, a dependency across branches, triggers, views and a table rebuilt by hand.
#[tokio::test]
async fn the_example_goes_up_down_and_up_again() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/bookshop/migrations/versions");
    let graph = Graph::load(&Locations::folder(folder)).unwrap();
    let project = Project::new();
    let url = project.url();
    let runner = project.runner(&url);
    let up = Command::Upgrade { target: "heads".into() };
    let report = runner.run(&graph, &up, &mut ()).await.unwrap();
    assert_eq!(report.plan.steps.len(), graph.len());
    let first = schema(&project).await;
    assert!(first.tables.len() > 5 && !first.definitions.is_empty());

    runner.run(&graph, &Command::Downgrade { target: "base".into() }, &mut ()).await.unwrap();
    assert_eq!(schema(&project).await, Schema::default());
    runner.run(&graph, &up, &mut ()).await.unwrap();
    assert_eq!(schema(&project).await, first);
}
