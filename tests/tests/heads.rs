use expect_test::expect;
use lambic_tests::Project;

use crate::look::project;

#[test]
fn for_people_and_for_programs() {
    expect![[r#"
        $ lambic heads
        mmm1 (left, right) (head)
        side2 (side) (head)

        $ lambic heads -v
        Rev: mmm1 (head) (mergepoint)
        Merges: left1, right1
        Branch names: left, right
        Path: migrations/versions/mmm1.sql

            make mmm1

        Rev: side2 (head)
        Parent: side1
        Branch names: side
        Path: migrations/versions/side2.sql

            make side2

        $ lambic heads --format json
        {"heads":[{"revision":"mmm1","down_revisions":["left1","right1"],"depends_on":[],"labels":["left","right"],"message":"make mmm1","created":null,"path":"migrations/versions/mmm1.sql","base":false,"head":true,"effective_head":false,"branch_point":false,"merge_point":true,"children":[],"applied":null,"current":null},{"revision":"side2","down_revisions":["side1"],"depends_on":[],"labels":["side"],"message":"make side2","created":null,"path":"migrations/versions/side2.sql","base":false,"head":true,"effective_head":false,"branch_point":false,"merge_point":false,"children":[],"applied":null,"current":null}]}
    "#]].assert_eq(&project().transcript(&["heads", "heads -v", "heads --format json"]));
}

#[test]
fn of_nothing() {
    expect![[r#"
        $ lambic heads

        $ lambic heads --format json
        {"heads":[]}
    "#]]
    .assert_eq(&Project::new().transcript(&["heads", "heads --format json"]));
}
