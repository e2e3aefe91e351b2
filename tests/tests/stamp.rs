use expect_test::expect;

use crate::look::project;

#[test]
fn rows_without_running() {
    let project = project();
    expect![[r#"
        $ lambic stamp mmm1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ mmm1 ([TIME])
        Stamped 1 step in [TIME]; the database is at mmm1, side1.

        $ lambic stamp aaa1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa1 ([TIME])
        Stamped 1 step in [TIME]; the database is at aaa1.

        $ lambic stamp heads
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ mmm1 ([TIME])
        ! ✓ side2 ([TIME])
        Stamped 2 steps in [TIME]; the database is at mmm1, side2.

        $ lambic stamp base
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ <base> ([TIME])
        Stamped 1 step in [TIME]; the database is at <base>.

        $ lambic stamp mmm1 side2 --format json
        {"steps":[{"direction":"stamp","revision":"mmm1","message":"","rows_after":["mmm1"],"statements":0},{"direction":"stamp","revision":"side2","message":"","rows_after":["mmm1","side2"],"statements":0}],"rows":["mmm1","side2"],"duration_ms":[TIME]}
    "#]].assert_eq(&project.transcript(&[
        "stamp mmm1",
        "stamp aaa1",
        "stamp heads",
        "stamp base",
        "stamp mmm1 side2 --format json",
    ]));
    assert_eq!(
        project.query("SELECT name FROM sqlite_schema WHERE name = 't_mmm1'"),
        Vec::<String>::new(),
        "nothing ran"
    );
    assert_eq!(project.versions(), ["mmm1", "side2"]);
}

#[test]
fn a_stamp_never_forgets_an_applied_sibling() {
    let project = project();
    project.run("upgrade heads").ok();
    project.run("stamp left1").ok();
    expect![[r#"
        $ lambic current
        left1 (left) (current)
        right1 (right) (current)
    "#]]
    .assert_eq(&project.transcript(&["current"]));
}

#[test]
fn purge_takes_any_row_away() {
    let project = project();
    project.writer().execute("INSERT INTO lambic_version VALUES ('gone12345678')", []).unwrap();
    expect![[r#"
        $ lambic stamp left1 --purge
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ <base> ([TIME])
        ! ✓ left1 ([TIME])
        Stamped 2 steps in [TIME]; the database is at left1.

        $ lambic current
        left1 (left) (current)
    "#]]
    .assert_eq(&project.transcript(&["stamp left1 --purge", "current"]));
}

#[test]
fn scripts_and_refusals() {
    let project = project();
    let before = project.state();
    expect![[r#"
        $ lambic stamp mmm1 --sql
        -- stamp (base -> mmm1)

        BEGIN IMMEDIATE;

        CREATE TABLE "lambic_version" (
          "version_num" VARCHAR(255) CONSTRAINT "lambic_version_pkc" PRIMARY KEY NOT NULL
        );

        INSERT INTO "lambic_version" ("version_num") VALUES ('mmm1');

        COMMIT;


        $ lambic stamp left1:mmm1 --sql
        -- stamp (left1 -> mmm1)

        BEGIN IMMEDIATE;

        UPDATE "lambic_version" SET "version_num" = 'mmm1' WHERE "version_num" = 'left1';

        COMMIT;


        $ lambic stamp mmm1 --sql --purge
        ! error: the argument '--sql' cannot be used with '--purge'
        !
        ! Usage: lambic stamp --sql <REV>...
        !
        ! For more information, try '--help'.
        (exit code 64)

        $ lambic stamp -1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[symbol.relative-stamp]: `-1` goes steps, and a stamp says where the database is
        !   = help: name the revision; `lambic history -i` shows them
        (exit code 1)

        $ lambic stamp
        ! error: the following required arguments were not provided:
        !   <REV>...
        !
        ! Usage: lambic stamp <REV>...
        !
        ! For more information, try '--help'.
        (exit code 64)

        $ lambic stamp head
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[symbol.several-heads]: `head` names 2 revisions: it does not say which
        !   = note: `mmm1` (`left@head`): make mmm1
        !   = note: `side2` (`side@head`): make side2
        !   = help: name one of them, take all with `heads`, or join them with `lambic merge heads`
        (exit code 1)
    "#]]
    .assert_eq(&project.transcript(&[
        "stamp mmm1 --sql",
        "stamp left1:mmm1 --sql",
        "stamp mmm1 --sql --purge",
        "stamp -1",
        "stamp",
        "stamp head",
    ]));
    assert_eq!(project.state(), before);
}
