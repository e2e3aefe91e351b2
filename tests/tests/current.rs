use expect_test::expect;
use lambic_tests::Project;

use crate::look::project;

#[test]
fn for_people_and_for_programs() {
    expect![[r#"
        $ lambic current
        left1 (left)
        side1 (side) (current)

        $ lambic current -v
        Current revisions of sqlite:app.db

        Rev: left1
        Parent: aaa1
        Branch names: left
        Path: migrations/versions/left1.sql

            make left1

        Rev: side1 (current)
        Parent: <base>
        Also depends on: left1
        Branch names: side
        Path: migrations/versions/side1.sql

            make side1

        $ lambic current --format json
        {"url":"sqlite:app.db","rows":["side1"],"revisions":[{"revision":"left1","down_revisions":["aaa1"],"depends_on":[],"labels":["left"],"message":"make left1","created":null,"path":"migrations/versions/left1.sql","base":false,"head":false,"effective_head":false,"branch_point":false,"merge_point":false,"children":["mmm1"],"applied":true,"current":false},{"revision":"side1","down_revisions":[],"depends_on":["left1"],"labels":["side"],"message":"make side1","created":null,"path":"migrations/versions/side1.sql","base":true,"head":false,"effective_head":false,"branch_point":false,"merge_point":false,"children":["side2"],"applied":true,"current":true}],"unknown":[],"at_heads":false}
    "#]].assert_eq(&project().transcript(&["current", "current -v", "current --format json"]));
}

#[test]
fn of_nothing() {
    expect![[r#"
        $ lambic current

        $ lambic current --format json
        {"url":"sqlite:app.db","rows":[],"revisions":[],"unknown":[],"at_heads":true}
    "#]]
    .assert_eq(&Project::new().transcript(&["current", "current --format json"]));
}

#[test]
fn nothing_is_made_by_looking() {
    let project = Project::of(lambic_tests::graph("aaa1"));
    project.run("current").ok();
    assert!(!project.path("app.db").exists());
}

#[test]
fn the_heads_can_be_asked_for() {
    let project = project();
    expect![[r#"
        $ lambic current --check-heads
        left1 (left)
        side1 (side) (current)
        (exit code 2)

        $ lambic current --check-heads --format json
        {"url":"sqlite:app.db","rows":["side1"],"revisions":[{"revision":"left1","down_revisions":["aaa1"],"depends_on":[],"labels":["left"],"message":"make left1","created":null,"path":"migrations/versions/left1.sql","base":false,"head":false,"effective_head":false,"branch_point":false,"merge_point":false,"children":["mmm1"],"applied":true,"current":false},{"revision":"side1","down_revisions":[],"depends_on":["left1"],"labels":["side"],"message":"make side1","created":null,"path":"migrations/versions/side1.sql","base":true,"head":false,"effective_head":false,"branch_point":false,"merge_point":false,"children":["side2"],"applied":true,"current":true}],"unknown":[],"at_heads":false}
        (exit code 2)

        $ lambic upgrade heads -q
        Applied 3 revisions in [TIME]; the database is at mmm1, side2.

        $ lambic current --check-heads
        mmm1 (left, right) (head) (current)
        side2 (side) (head) (current)
    "#]].assert_eq(&project.transcript(&[
        "current --check-heads",
        "current --check-heads --format json",
        "upgrade heads -q",
        "current --check-heads",
    ]));
}
