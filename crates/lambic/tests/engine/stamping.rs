//! Writing version rows without running anything.

use crate::support::Project;

fn project() -> Project {
    let project =
        Project::line(&["-- @upgrade\nCREATE TABLE a (id);\n", "-- @upgrade\nCREATE TABLE b (id);\n"]);
    project.revision("c", "a", "-- @upgrade\nCREATE TABLE c (id);\n");
    project
}

#[tokio::test]
async fn a_stamp_writes_rows_and_runs_nothing() {
    let mut project = project();
    project.stamp(&["b", "c"], false).await.unwrap();
    assert_eq!(project.rows().await, ["b", "c"]);
    assert!(project.tables().await.is_empty());
    let mut events = project.events().await;
    events.sort_unstable();
    assert_eq!(events, ["stamped a", "stamped b", "stamped c"]);
    project.stamp(&["base"], false).await.unwrap();
    assert!(project.rows().await.is_empty());
    assert!(project.stamp(&["base"], false).await.unwrap().plan.is_empty());
}

#[tokio::test]
async fn a_purge_forgets_every_row_even_unknown_ones() {
    let mut project = project();
    project.stamp(&["b"], false).await.unwrap();
    project.execute("INSERT INTO lambic_version VALUES ('zz')").await;
    let report = project.stamp(&["a"], true).await.unwrap();
    assert_eq!(report.plan.steps.len(), 2);
    assert_eq!(project.rows().await, ["a"]);
    project.execute("INSERT INTO lambic_version VALUES ('zz')").await;
    project.stamp(&["base"], true).await.unwrap();
    assert!(project.rows().await.is_empty());
    assert!(project.events().await.contains(&"stamped zz".to_owned()));
}

#[tokio::test]
async fn a_stamp_of_many_revisions_logs_each() {
    let mut project = Project::new();
    for at in 0..150 {
        let down = if at == 0 { String::new() } else { format!("r{}", at - 1) };
        project.revision(&format!("r{at}"), &down, "-- @upgrade\nSELECT 1;\n");
    }
    project.stamp(&["heads"], false).await.unwrap();
    let log = project.log().await;
    assert_eq!(log.len(), 150);
    assert!(log.iter().map(|entry| entry.id).eq(1..=150));
}
