use expect_test::expect;
use lambic_tests::{Project, Revision};

use crate::look::project;

#[test]
fn what_a_run_would_do_now() {
    let project = project();
    let before = project.state();
    expect![[r#"
        $ lambic plan upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        1/3 upgrade side2 make side2 (side1 -> side2)
            CREATE TABLE t_side2 (id INTEGER PRIMARY KEY);
        2/3 upgrade right1 make right1 (side2 -> right1, side2)
            CREATE TABLE t_right1 (id INTEGER PRIMARY KEY);
        3/3 upgrade mmm1 make mmm1 (right1, side2 -> mmm1, side2)
            CREATE TABLE t_mmm1 (id INTEGER PRIMARY KEY);

        $ lambic plan downgrade aaa1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        1/2 downgrade side1 make side1 (side1 -> left1)
            DROP TABLE t_side1;
        2/2 downgrade left1 make left1 (left1 -> aaa1)
            DROP TABLE t_left1;

        $ lambic plan stamp mmm1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        1/1 stamp mmm1 (side1 -> mmm1, side1)

        $ lambic plan upgrade left1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        Nothing to do.
    "#]]
    .assert_eq(&project.transcript(&[
        "plan upgrade",
        "plan downgrade aaa1",
        "plan stamp mmm1",
        "plan upgrade left1",
    ]));
    assert_eq!(project.state(), before);
}

#[test]
fn from_given_rows_without_a_database() {
    let project = project();
    std::fs::remove_file(project.path("app.db")).unwrap();
    expect![[r#"
        $ lambic plan upgrade heads --at left1,side1 --format json
        ! {"error":{"code":"version.overlapping-rows","kind":"conflict","message":"the version table holds `side1` and `left1`, and `side1` already contains `left1`","hint":"if `side1` is applied, delete the row `left1`: `lambic stamp --purge side1` writes the table anew","file":null,"line":null,"column":null,"statement":null,"sqlstate":null,"database":null,"aftermath":null,"notes":[]}}
        (exit code 1)

        $ lambic plan upgrade --at mmm1,side2 --format json
        {"steps":[]}

        $ lambic plan downgrade base --at aaa1 --format json
        {"steps":[{"direction":"downgrade","revision":"aaa1","rows_after":[],"statements":[{"sql":"DROP TABLE t_aaa1","transaction":true,"hazards":[]}]}]}

        $ lambic plan stamp aaa1 --at mmm1 --format json
        {"steps":[{"direction":"stamp","revision":"aaa1","from":["mmm1"],"to":["aaa1"],"rows_after":["aaa1"],"statements":[]}]}

        $ lambic plan upgrade --at base mmm1
        1/4 upgrade aaa1 make aaa1 (<base> -> aaa1)
            CREATE TABLE t_aaa1 (id INTEGER PRIMARY KEY);
        2/4 upgrade right1 make right1 (aaa1 -> right1)
            CREATE TABLE t_right1 (id INTEGER PRIMARY KEY);
        3/4 upgrade left1 make left1 (right1 -> left1, right1)
            CREATE TABLE t_left1 (id INTEGER PRIMARY KEY);
        4/4 upgrade mmm1 make mmm1 (left1, right1 -> mmm1)
            CREATE TABLE t_mmm1 (id INTEGER PRIMARY KEY);
    "#]].assert_eq(&project.transcript(&[
        "plan upgrade heads --at left1,side1 --format json",
        "plan upgrade --at mmm1,side2 --format json",
        "plan downgrade base --at aaa1 --format json",
        "plan stamp aaa1 --at mmm1 --format json",
        "plan upgrade --at base mmm1",
    ]));
    assert!(!project.path("app.db").exists());
}

#[test]
fn bad_targets_are_errors() {
    expect![[r#"
        $ lambic plan upgrade heads --at nobody
        ! error[symbol.unknown]: no revision or branch is called `nobody`
        !   = help: `lambic history` and `lambic branches` list what there is; is the file in a version location?
        (exit code 1)

        $ lambic plan upgrade nobody --at base
        ! error[symbol.unknown]: no revision or branch is called `nobody`
        !   = help: `lambic history` and `lambic branches` list what there is; is the file in a version location?
        (exit code 1)

        $ lambic plan upgrade heads --at aaa1,left1
        ! error[version.overlapping-rows]: the version table holds `left1` and `aaa1`, and `left1` already contains `aaa1`
        !   = help: if `left1` is applied, delete the row `aaa1`: `lambic stamp --purge left1` writes the table anew
        (exit code 1)

        $ lambic plan sideways
        ! error: invalid value 'sideways' for '<DIRECTION>'
        !   [possible values: upgrade, downgrade, stamp]
        !
        ! For more information, try '--help'.
        (exit code 64)

        $ lambic plan upgrade nobody --at base --format json
        ! {"error":{"code":"symbol.unknown","kind":"graph","message":"no revision or branch is called `nobody`","hint":"`lambic history` and `lambic branches` list what there is; is the file in a version location?","file":null,"line":null,"column":null,"statement":null,"sqlstate":null,"database":null,"aftermath":null,"notes":[]}}
        (exit code 1)
    "#]].assert_eq(&project().transcript(&[
        "plan upgrade heads --at nobody",
        "plan upgrade nobody --at base",
        "plan upgrade heads --at aaa1,left1",
        "plan sideways",
        "plan upgrade nobody --at base --format json",
    ]));
}

#[test]
fn an_answer_as_an_exit_code() {
    let project = project();
    let code = |line: &str| project.run(line).code;
    assert_eq!(code("plan upgrade --exit-code"), Some(2));
    assert_eq!(code("plan upgrade left1 --exit-code"), Some(0));
    assert_eq!(code("plan upgrade"), Some(0));
    assert_eq!(code("plan upgrade nobody --exit-code"), Some(1));
}

#[test]
fn a_plan_goes_into_a_file() {
    let project = project();
    expect![[r#"
        $ lambic plan upgrade --out plan.json
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! plan written to plan.json
    "#]]
    .assert_eq(&project.transcript(&["plan upgrade --out plan.json"]));
    let file: serde_json::Value = serde_json::from_str(&project.read("plan.json")).unwrap();
    assert_eq!(file, project.run("plan upgrade --format json").ok().json());
}

#[test]
fn what_cannot_be_worked_out_is_deferred() {
    let config = "[lambic]\nscript_location = \"migrations\"\n";
    let project = Project::with_config(config);
    project.add(&Revision::new("aaa1").up("SELECT 1;"));
    expect![[r#"
        $ lambic plan upgrade --at base --format json
        {"steps":[{"direction":"upgrade","revision":"aaa1","rows_after":["aaa1"],"statements":[],"deferred":"the statements depend on the dialect, and none is named"}]}

        $ lambic plan upgrade --at base --dialect sqlite --format json
        {"steps":[{"direction":"upgrade","revision":"aaa1","rows_after":["aaa1"],"statements":[{"sql":"SELECT 1","transaction":true,"hazards":[]}]}]}
    "#]].assert_eq(&project.transcript(&[
        "plan upgrade --at base --format json",
        "plan upgrade --at base --dialect sqlite --format json",
    ]));
}

#[test]
fn a_decision_is_taken_for_a_plan_as_for_a_run() {
    let project = project();
    project.add(&Revision::new("zzz9").after("left1").up("SELECT 1;").down("SELECT 2;"));
    project.run("upgrade zzz9").ok();
    project.add(&Revision::new("zzz9").after("left1").up("SELECT 3;").down("SELECT 2;"));
    for line in ["plan downgrade zzz9@-1", "downgrade zzz9@-1 --dry-run"] {
        project.run(&format!("{line} --format json")).exits(3);
        let plan = project.run(&format!("{line} --allow changed-revision")).ok();
        assert!(plan.stdout.contains("SELECT 2;"), "{plan:#?}");
    }
}

/// That statements commit by themselves is said once, as far up as it is true.
#[test]
fn what_runs_outside_a_transaction_is_said_once() {
    let project = Project::of([
        Revision::new("aaa1").section("@upgrade no-transaction", "VACUUM;\nANALYZE;"),
        Revision::new("bbb2").after("aaa1").up("SELECT 1;").section("@upgrade no-transaction", "VACUUM;"),
    ]);
    expect![[r#"
        $ lambic plan upgrade aaa1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        each statement commits by itself
        1/1 upgrade aaa1 (<base> -> aaa1)
            VACUUM;
            ANALYZE;

        $ lambic plan upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        1/2 upgrade aaa1 (<base> -> aaa1) -- no transaction
            VACUUM;
            ANALYZE;
        2/2 upgrade bbb2 (aaa1 -> bbb2)
            SELECT 1;
            VACUUM; -- no transaction
    "#]]
    .assert_eq(&project.transcript(&["plan upgrade aaa1", "plan upgrade"]));
}
