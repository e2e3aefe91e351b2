use expect_test::expect;

use crate::look::project;

#[test]
fn one_revision_or_several() {
    expect![[r#"
        $ lambic show mmm1
        Rev: mmm1 (head) (mergepoint)
        Merges: left1, right1
        Branch names: left, right
        Path: migrations/versions/mmm1.sql

            make mmm1

        $ lambic show heads
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

        $ lambic show current
        Rev: side1
        Parent: <base>
        Also depends on: left1
        Branch names: side
        Path: migrations/versions/side1.sql

            make side1

        $ lambic show left
        Rev: left1
        Parent: aaa1
        Branch names: left
        Path: migrations/versions/left1.sql

            make left1

        $ lambic show side
        Rev: side1
        Parent: <base>
        Also depends on: left1
        Branch names: side
        Path: migrations/versions/side1.sql

            make side1
    "#]]
    .assert_eq(&project().transcript(&["show mmm1", "show heads", "show current", "show left", "show side"]));
}

#[test]
fn as_data() {
    expect![[r#"
        $ lambic show side1 --format json
        {"revisions":[{"revision":"side1","down_revisions":[],"depends_on":["left1"],"labels":["side"],"message":"make side1","created":null,"path":"migrations/versions/side1.sql","base":true,"head":false,"effective_head":false,"branch_point":false,"merge_point":false,"children":["side2"],"applied":null,"current":null}]}

        $ lambic show heads --format json
        {"revisions":[{"revision":"mmm1","down_revisions":["left1","right1"],"depends_on":[],"labels":["left","right"],"message":"make mmm1","created":null,"path":"migrations/versions/mmm1.sql","base":false,"head":true,"effective_head":false,"branch_point":false,"merge_point":true,"children":[],"applied":null,"current":null},{"revision":"side2","down_revisions":["side1"],"depends_on":[],"labels":["side"],"message":"make side2","created":null,"path":"migrations/versions/side2.sql","base":false,"head":true,"effective_head":false,"branch_point":false,"merge_point":false,"children":[],"applied":null,"current":null}]}
    "#]].assert_eq(&project().transcript(&["show side1 --format json", "show heads --format json"]));
}

#[test]
fn what_is_not_there() {
    expect![[r#"
        $ lambic show nobody
        ! error[symbol.unknown]: no revision or branch is called `nobody`
        !   = help: `lambic history` and `lambic branches` list what there is; is the file in a version location?
        (exit code 1)

        $ lambic show base

        $ lambic show
        ! error: the following required arguments were not provided:
        !   <REV>
        !
        ! Usage: lambic show <REV>
        !
        ! For more information, try '--help'.
        (exit code 64)

        $ lambic show nobody --format json
        ! {"error":{"code":"symbol.unknown","kind":"graph","message":"no revision or branch is called `nobody`","hint":"`lambic history` and `lambic branches` list what there is; is the file in a version location?","file":null,"line":null,"column":null,"statement":null,"sqlstate":null,"database":null,"aftermath":null,"notes":[]}}
        (exit code 1)
    "#]].assert_eq(&project().transcript(&[
        "show nobody",
        "show base",
        "show",
        "show nobody --format json",
    ]));
}
