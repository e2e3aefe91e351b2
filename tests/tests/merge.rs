use expect_test::expect;
use lambic_tests::{Project, graph};

#[test]
fn two_heads_become_one() {
    let project = Project::of(graph("aaa1; left1 <- aaa1; right1 <- aaa1"));
    project.run("upgrade heads").ok();
    expect![[r#"
        $ lambic merge heads -m 'join the two' --rev-id mmm1
        migrations/versions/[DATE]-mmm1_join_the_two.sql

        $ lambic heads
        mmm1 (head)

        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ mmm1 join the two ([TIME])
        Applied 1 revision in [TIME]; the database is at mmm1.

        $ lambic history --graph
        ◉    mmm1 (head) (current) join the two
        ├─╮
        ● │  left1 make left1
        │ ●  right1 make right1
        ├─╯
        ●  aaa1 make aaa1

        $ lambic merge heads -m again
        ! error[create.nothing-to-merge]: there is nothing to merge: `mmm1` is the only one
        !   = help: `lambic heads` lists what can be merged
        (exit code 64)
    "#]]
    .assert_eq(&project.transcript(&[
        "merge heads -m 'join the two' --rev-id mmm1",
        "heads",
        "upgrade",
        "history --graph",
        "merge heads -m again",
    ]));
    assert_eq!(project.versions(), ["mmm1"]);
    assert!(project.list("migrations/versions").iter().any(|name| name.ends_with("mmm1_join_the_two.sql")));
}

#[test]
fn it_says_what_it_wrote_as_data() {
    let project = Project::of(graph("aaa1; left1 <- aaa1; right1 <- aaa1"));
    expect![[r#"
        $ lambic merge left1 right1 --branch-label joined --rev-id mmm1 --format json
        {"revision":"mmm1","down_revisions":["left1","right1"],"path":"migrations/versions/[DATE]-mmm1_merge.sql"}

        $ lambic show mmm1
        Rev: mmm1 (head) (mergepoint)
        Merges: left1, right1
        Branch names: joined
        Created: [NOW]
        Path: migrations/versions/[DATE]-mmm1_merge.sql

            merge
    "#]].assert_eq(
        &project.transcript(&[
            "merge left1 right1 --branch-label joined --rev-id mmm1 --format json",
            "show mmm1",
        ]),
    );
}

#[test]
fn what_cannot_be_joined_is_refused() {
    let project = Project::of(graph("aaa1; left1 <- aaa1; right1 <- aaa1"));
    let before = project.state();
    expect![[r#"
        $ lambic merge left1
        ! error[create.nothing-to-merge]: there is nothing to merge: `left1` is the only one
        !   = help: `lambic heads` lists what can be merged
        (exit code 64)

        $ lambic merge left1 left1
        ! error[create.duplicate-head]: `left1` is named twice
        !   = help: name each revision once
        (exit code 64)

        $ lambic merge aaa1 left1
        ! error[create.not-a-head]: revision `aaa1` is not a head: others follow it
        !   = help: give `--splice` to start a new branch there
        (exit code 64)

        $ lambic merge left1 nobody
        ! error[symbol.unknown]: no revision or branch is called `nobody`
        !   = help: `lambic history` and `lambic branches` list what there is; is the file in a version location?
        (exit code 1)
    "#]].assert_eq(&project.transcript(&[
        "merge left1",
        "merge left1 left1",
        "merge aaa1 left1",
        "merge left1 nobody",
    ]));
    assert_eq!(project.state(), before);
    // Without a name, it is all heads.
    project.run("merge --rev-id mmm1").ok();
    assert_eq!(project.run("heads").ok().stdout, "mmm1 (head)\n");
}
