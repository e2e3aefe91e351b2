use expect_test::expect;
use lambic_tests::Project;

use crate::look::project;

#[test]
fn for_people_and_for_programs() {
    expect![[r#"
        $ lambic branches
        <base> -> aaa1 (branchpoint), make aaa1
             -> left1
             -> right1

        $ lambic branches -v
        Rev: aaa1 (branchpoint)
        Parent: <base>
        Branches into: left1, right1
        Path: migrations/versions/aaa1.sql

            make aaa1

        $ lambic branches --format json
        {"branch_points":[{"revision":"aaa1","down_revisions":[],"depends_on":[],"labels":[],"message":"make aaa1","created":null,"path":"migrations/versions/aaa1.sql","base":true,"head":false,"effective_head":false,"branch_point":true,"merge_point":false,"children":["left1","right1"],"applied":null,"current":null}]}
    "#]].assert_eq(&project().transcript(&["branches", "branches -v", "branches --format json"]));
}

#[test]
fn of_nothing() {
    expect![[r#"
        $ lambic branches

        $ lambic branches --format json
        {"branch_points":[]}
    "#]]
    .assert_eq(&Project::new().transcript(&["branches", "branches --format json"]));
}
