use expect_test::expect;
use lambic_tests::{Project, graph};

fn merged() -> Project {
    let project =
        Project::of(graph("aaa1; left1(left) <- aaa1; right1(right) <- aaa1; mmm1 <- left1 right1"));
    project.run("upgrade").ok();
    project
}

#[test]
fn step_by_step() {
    let project = Project::of(graph("aaa1; aaa2 <- aaa1; aaa3 <- aaa2; aaa4 <- aaa3"));
    project.run("upgrade").ok();
    expect![[r#"
        $ lambic downgrade -1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa4 make aaa4 ([TIME])
        Undone 1 revision in [TIME]; the database is at aaa3.

        $ lambic downgrade aaa3-1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa3 make aaa3 ([TIME])
        Undone 1 revision in [TIME]; the database is at aaa2.

        $ lambic downgrade base
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa2 make aaa2 ([TIME])
        ! ✓ aaa1 make aaa1 ([TIME])
        Undone 2 revisions in [TIME]; the database is at <base>.

        $ lambic downgrade base
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        Nothing to do: the database is at <base>.
    "#]]
    .assert_eq(&project.transcript(&[
        "downgrade -1",
        "downgrade aaa3-1",
        "downgrade base",
        "downgrade base",
    ]));
    assert_eq!(
        project.query("SELECT name FROM sqlite_schema WHERE name LIKE 't\\_%' ESCAPE '\\'"),
        Vec::<String>::new()
    );
}

#[test]
fn a_merge_is_undone_alone() {
    let project = merged();
    expect![[r#"
        $ lambic downgrade -1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[symbol.ambiguous-walk]: `-1` is ambiguous: 2 revisions are next below `mmm1`
        !   = note: `left1`: make left1
        !   = note: `right1`: make right1
        !   = help: `mmm1` is a merge: `lambic downgrade left1` undoes only that, and keeps both sides
        (exit code 1)

        $ lambic downgrade left1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ mmm1 make mmm1 ([TIME])
        Undone 1 revision in [TIME]; the database is at left1, right1.

        $ lambic current
        left1 (left) (current)
        right1 (right) (current)

        $ lambic downgrade -1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[symbol.several-rows]: `-1` is ambiguous: the database is at 2 revisions
        !   = note: `left@-1`
        !   = note: `right@-1`
        !   = help: say which branch goes down: `left@-1` or `right@-1`
        (exit code 1)

        $ lambic downgrade left@-1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ left1 make left1 ([TIME])
        Undone 1 revision in [TIME]; the database is at right1.
    "#]]
    .assert_eq(&project.transcript(&[
        "downgrade -1",
        "downgrade left1",
        "current",
        "downgrade -1",
        "downgrade left@-1",
    ]));
    assert_eq!(project.versions(), ["right1"]);
}

#[test]
fn a_target_is_needed_and_must_be_applied() {
    let project = merged();
    project.run("downgrade aaa1").ok();
    expect![[r#"
        $ lambic downgrade
        ! error: the following required arguments were not provided:
        !   <TARGET>
        !
        ! Usage: lambic downgrade <TARGET>
        !
        ! For more information, try '--help'.
        (exit code 64)

        $ lambic downgrade mmm1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[plan.not-applied]: `mmm1` cannot be gone down to: revision `mmm1` is not applied
        !   = note: the database is at `aaa1`
        !   = help: name a revision that is applied; `lambic history -i` shows which are
        (exit code 1)

        $ lambic downgrade +1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[symbol.wrong-way]: `+1` goes up and this is a downgrade
        !   = help: `lambic upgrade +1` goes there
        (exit code 1)

        $ lambic downgrade heads
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[plan.not-applied]: `heads` cannot be gone down to: revision `mmm1` is not applied
        !   = note: the database is at `aaa1`
        !   = help: name a revision that is applied; `lambic history -i` shows which are
        (exit code 1)
    "#]]
    .assert_eq(&project.transcript(&["downgrade", "downgrade mmm1", "downgrade +1", "downgrade heads"]));
}

#[test]
fn data_and_scripts() {
    let project = merged();
    expect![[r#"
        $ lambic downgrade aaa1 --dry-run --format json
        {"steps":[{"direction":"downgrade","revision":"mmm1","rows_after":["left1","right1"],"statements":[{"sql":"DROP TABLE t_mmm1","transaction":true,"hazards":[]}]},{"direction":"downgrade","revision":"left1","rows_after":["right1"],"statements":[{"sql":"DROP TABLE t_left1","transaction":true,"hazards":[]}]},{"direction":"downgrade","revision":"right1","rows_after":["aaa1"],"statements":[{"sql":"DROP TABLE t_right1","transaction":true,"hazards":[]}]}]}

        $ lambic downgrade aaa1 --dry-run
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        1/3 downgrade mmm1 make mmm1 (mmm1 -> left1, right1)
            DROP TABLE t_mmm1;
        2/3 downgrade left1 make left1 (left1, right1 -> right1)
            DROP TABLE t_left1;
        3/3 downgrade right1 make right1 (right1 -> aaa1)
            DROP TABLE t_right1;

        $ lambic downgrade mmm1:aaa1 --sql
        -- downgrade mmm1 (mmm1 -> left1, right1): make mmm1

        BEGIN IMMEDIATE;

        DROP TABLE t_mmm1;

        INSERT INTO "lambic_version" ("version_num") VALUES ('left1');

        UPDATE "lambic_version" SET "version_num" = 'right1' WHERE "version_num" = 'mmm1';

        COMMIT;

        -- downgrade left1 (left1, right1 -> right1): make left1

        BEGIN IMMEDIATE;

        DROP TABLE t_left1;

        DELETE FROM "lambic_version" WHERE "version_num" = 'left1';

        COMMIT;

        -- downgrade right1 (right1 -> aaa1): make right1

        BEGIN IMMEDIATE;

        DROP TABLE t_right1;

        UPDATE "lambic_version" SET "version_num" = 'aaa1' WHERE "version_num" = 'right1';

        COMMIT;


        $ lambic downgrade aaa1 --sql
        ! error[usage.no-start]: a downgrade script needs a start, as no database is asked
        !   = help: write it as from:to, or give the start with --at
        (exit code 64)

        $ lambic downgrade aaa1 --format json
        {"steps":[{"direction":"downgrade","revision":"mmm1","message":"make mmm1","rows_after":["left1","right1"],"statements":1},{"direction":"downgrade","revision":"left1","message":"make left1","rows_after":["right1"],"statements":1},{"direction":"downgrade","revision":"right1","message":"make right1","rows_after":["aaa1"],"statements":1}],"rows":["aaa1"],"duration_ms":[TIME]}
    "#]].assert_eq(&project.transcript(&[
        "downgrade aaa1 --dry-run --format json",
        "downgrade aaa1 --dry-run",
        "downgrade mmm1:aaa1 --sql",
        "downgrade aaa1 --sql",
        "downgrade aaa1 --format json",
    ]));
    assert_eq!(project.versions(), ["aaa1"]);
}
