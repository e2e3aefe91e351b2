use expect_test::expect;
use lambic_tests::{Project, graph};

use crate::look::project;

#[test]
fn one_screen() {
    expect![[r#"
        $ lambic status
        Database  sqlite:app.db (from [database] in lambic.toml)
        Dialect   sqlite [SQLITE]
        At        side1 make side1, 3 of 6 revisions applied
        Pending   3 revisions
                  ○ right1 make right1
                  ○ side2 make side2
                  ○ mmm1 make mmm1
        Problem   there are 2 heads, and the project allows 1
                  join them with `lambic merge heads`
        Next      lambic upgrade heads

        $ lambic status --format json
        {"url":"sqlite:app.db","source":"[database] in lambic.toml","dialect":"sqlite","server_version":"[SQLITE]","rows":["side1"],"applied":3,"total":6,"heads":[{"revision":"mmm1","message":"make mmm1"},{"revision":"side2","message":"make side2"}],"pending":[{"revision":"right1","message":"make right1"},{"revision":"side2","message":"make side2"},{"revision":"mmm1","message":"make mmm1"}],"problems":[{"code":"status.heads","message":"there are 2 heads, and the project allows 1","hint":"join them with `lambic merge heads`"}],"next":"lambic upgrade heads"}
    "#]].assert_eq(&project().transcript(&["status", "status --format json"]));
}

#[test]
fn before_and_after() {
    let project = Project::of(graph("aaa1"));
    expect![[r#"
        $ lambic status
        Database  sqlite:app.db (from [database] in lambic.toml)
        Dialect   sqlite [SQLITE]
        At        <base>, 0 of 1 revision applied
        Pending   1 revision
                  ○ aaa1 make aaa1
        Next      lambic upgrade

        $ lambic upgrade -q
        Applied 1 revision in [TIME]; the database is at aaa1.

        $ lambic status
        Database  sqlite:app.db (from [database] in lambic.toml)
        Dialect   sqlite [SQLITE]
        At        aaa1 make aaa1, 1 of 1 revision applied
        Next      nothing
    "#]]
    .assert_eq(&project.transcript(&["status", "upgrade -q", "status"]));
    expect![[r#"
        $ lambic status
        Database  sqlite:app.db (from [database] in lambic.toml)
        Dialect   sqlite [SQLITE]
        At        <base>, 0 of 0 revisions applied
        Next      lambic revision -m "…"
    "#]]
    .assert_eq(&Project::new().transcript(&["status"]));
}

#[test]
fn an_answer_as_an_exit_code() {
    let project = Project::of(graph("aaa1"));
    project.run("status --exit-code").exits(2);
    project.run("upgrade").ok();
    project.run("status --exit-code").ok();
    project.writer().execute("INSERT INTO lambic_version VALUES ('gone12345678')", []).unwrap();
    expect![[r#"
        $ lambic status --exit-code
        Database  sqlite:app.db (from [database] in lambic.toml)
        Dialect   sqlite [SQLITE]
        At        aaa1 make aaa1, 1 of 1 revision applied
                  gone12345678 (no file explains it)
        Problem   the version row gone12345678 is explained by no file
                  get the file from where it was made, or `lambic stamp --purge REV` with what is really applied
        Next      get the missing files
        (exit code 2)
    "#]].assert_eq(&project.transcript(&["status --exit-code"]));
}
