//! The live schema.

use lambic::inspect::{coverage, inspect};
use lambic_core::schema::QualifiedName;

use crate::support::Project;

#[tokio::test]
async fn lambics_own_tables_are_not_part_of_the_schema() {
    let body = "-- @upgrade\nCREATE TABLE t (id INTEGER PRIMARY KEY, u UNIQUE);\nCREATE INDEX i ON t (u);\nCREATE VIEW v AS SELECT 1;\n";
    let mut project = Project::line(&[body]);
    project.upgrade("head").await.unwrap();
    let url = project.url();
    let mut database = project.runner(&url).open(&mut ()).await.unwrap();
    let schema = inspect(&mut database).await.unwrap();
    let names: Vec<&QualifiedName> = schema.tables.iter().map(|table| &table.name).collect();
    assert_eq!(names, [&QualifiedName::bare("t")]);
    let counts = coverage(&schema);
    assert_eq!(
        serde_json::to_string(&counts.managed).unwrap(),
        r#"{"column":2,"constraint":2,"index":1,"table":1,"view":1}"#
    );
    assert!(counts.ignored.is_empty() && counts.unsupported.is_empty());
}
