use expect_test::expect;
use lambic_tests::{Project, Revision, graph};

fn branches() -> Project {
    Project::of(graph("aaa1; aaa2 <- aaa1; bbb1(side) | aaa1; bbb2 <- bbb1"))
}

#[test]
fn a_line_for_each_revision() {
    let project = Project::of(graph("aaa1; aaa2 <- aaa1; aaa3 <- aaa2"));
    expect![[r#"
        $ lambic upgrade aaa1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa1 make aaa1 ([TIME])
        Applied 1 revision in [TIME]; the database is at aaa1.

        $ lambic upgrade +1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa2 make aaa2 ([TIME])
        Applied 1 revision in [TIME]; the database is at aaa2.

        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa3 make aaa3 ([TIME])
        Applied 1 revision in [TIME]; the database is at aaa3.

        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        Nothing to do: the database is at aaa3.
    "#]]
    .assert_eq(&project.transcript(&["upgrade aaa1", "upgrade +1", "upgrade", "upgrade"]));
    assert_eq!(project.log(), ["done|aaa1|upgrade", "done|aaa2|upgrade", "done|aaa3|upgrade"]);
}

#[test]
fn several_lines_of_revisions() {
    let project = branches();
    expect![[r#"
        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[symbol.several-heads]: `head` names 2 revisions: it does not say which
        !   = note: `aaa2`: make aaa2
        !   = note: `bbb2` (`side@head`): make bbb2
        !   = help: name one of them, take all with `heads`, or join them with `lambic merge heads`
        (exit code 1)

        $ lambic upgrade side@+1
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa1 make aaa1 ([TIME])
        ! ✓ bbb1 make bbb1 ([TIME])
        Applied 2 revisions in [TIME]; the database is at bbb1.

        $ lambic upgrade side@head
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ bbb2 make bbb2 ([TIME])
        Applied 1 revision in [TIME]; the database is at bbb2.

        $ lambic upgrade heads
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa2 make aaa2 ([TIME])
        Applied 1 revision in [TIME]; the database is at aaa2, bbb2.
    "#]]
    .assert_eq(&project.transcript(&["upgrade", "upgrade side@+1", "upgrade side@head", "upgrade heads"]));
    assert_eq!(project.versions(), ["aaa2", "bbb2"]);
}

#[test]
fn data_for_programs() {
    let project = branches();
    expect![[r#"
        $ lambic upgrade heads --dry-run --format json
        {"steps":[{"direction":"upgrade","revision":"aaa1","rows_after":["aaa1"],"statements":[{"sql":"CREATE TABLE t_aaa1 (id INTEGER PRIMARY KEY)","transaction":true,"hazards":[]}]},{"direction":"upgrade","revision":"bbb1","rows_after":["bbb1"],"statements":[{"sql":"CREATE TABLE t_bbb1 (id INTEGER PRIMARY KEY)","transaction":true,"hazards":[]}]},{"direction":"upgrade","revision":"bbb2","rows_after":["bbb2"],"statements":[{"sql":"CREATE TABLE t_bbb2 (id INTEGER PRIMARY KEY)","transaction":true,"hazards":[]}]},{"direction":"upgrade","revision":"aaa2","rows_after":["aaa2","bbb2"],"statements":[{"sql":"CREATE TABLE t_aaa2 (id INTEGER PRIMARY KEY)","transaction":true,"hazards":[]}]}]}

        $ lambic upgrade heads --format json
        {"steps":[{"direction":"upgrade","revision":"aaa1","message":"make aaa1","rows_after":["aaa1"],"statements":1},{"direction":"upgrade","revision":"bbb1","message":"make bbb1","rows_after":["bbb1"],"statements":1},{"direction":"upgrade","revision":"bbb2","message":"make bbb2","rows_after":["bbb2"],"statements":1},{"direction":"upgrade","revision":"aaa2","message":"make aaa2","rows_after":["aaa2","bbb2"],"statements":1}],"rows":["aaa2","bbb2"],"duration_ms":[TIME]}

        $ lambic upgrade heads --format json
        {"steps":[],"rows":["aaa2","bbb2"],"duration_ms":[TIME]}
    "#]].assert_eq(&project.transcript(&[
        "upgrade heads --dry-run --format json",
        "upgrade heads --format json",
        "upgrade heads --format json",
    ]));
}

#[test]
fn more_and_less() {
    let project = Project::of(graph("aaa1; aaa2 <- aaa1"));
    expect![[r#"
        $ lambic upgrade aaa1 -v
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        !   1/1 CREATE TABLE t_aaa1 (id INTEGER PRIMARY KEY)
        ! ✓ aaa1 make aaa1 ([TIME])
        Applied 1 revision in [TIME]; the database is at aaa1.

        $ lambic upgrade -q
        Applied 1 revision in [TIME]; the database is at aaa2.
    "#]]
    .assert_eq(&project.transcript(&["upgrade aaa1 -v", "upgrade -q"]));
}

#[test]
fn a_dry_run_writes_nothing() {
    let project = branches();
    expect![[r#"
        $ lambic upgrade heads --dry-run
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        1/4 upgrade aaa1 make aaa1 (<base> -> aaa1)
            CREATE TABLE t_aaa1 (id INTEGER PRIMARY KEY);
        2/4 upgrade bbb1 make bbb1 (aaa1 -> bbb1)
            CREATE TABLE t_bbb1 (id INTEGER PRIMARY KEY);
        3/4 upgrade bbb2 make bbb2 (bbb1 -> bbb2)
            CREATE TABLE t_bbb2 (id INTEGER PRIMARY KEY);
        4/4 upgrade aaa2 make aaa2 (bbb2 -> aaa2, bbb2)
            CREATE TABLE t_aaa2 (id INTEGER PRIMARY KEY);
    "#]]
    .assert_eq(&project.transcript(&["upgrade heads --dry-run"]));
    assert!(!project.path("app.db").exists());
    assert!(!project.path("app.db-lambic-lock").exists());
}

#[test]
fn a_script_for_somebody_else() {
    let project = branches();
    expect![[r#"
        $ lambic upgrade heads --sql
        -- upgrade aaa1 (base -> aaa1): make aaa1

        BEGIN IMMEDIATE;

        CREATE TABLE "lambic_version" (
          "version_num" VARCHAR(255) CONSTRAINT "lambic_version_pkc" PRIMARY KEY NOT NULL
        );

        CREATE TABLE t_aaa1 (id INTEGER PRIMARY KEY);

        INSERT INTO "lambic_version" ("version_num") VALUES ('aaa1');

        COMMIT;

        -- upgrade bbb1 (aaa1 -> bbb1): make bbb1

        BEGIN IMMEDIATE;

        CREATE TABLE t_bbb1 (id INTEGER PRIMARY KEY);

        UPDATE "lambic_version" SET "version_num" = 'bbb1' WHERE "version_num" = 'aaa1';

        COMMIT;

        -- upgrade bbb2 (bbb1 -> bbb2): make bbb2

        BEGIN IMMEDIATE;

        CREATE TABLE t_bbb2 (id INTEGER PRIMARY KEY);

        UPDATE "lambic_version" SET "version_num" = 'bbb2' WHERE "version_num" = 'bbb1';

        COMMIT;

        -- upgrade aaa2 (bbb2 -> aaa2, bbb2): make aaa2

        BEGIN IMMEDIATE;

        CREATE TABLE t_aaa2 (id INTEGER PRIMARY KEY);

        INSERT INTO "lambic_version" ("version_num") VALUES ('aaa2');

        COMMIT;

    "#]]
    .assert_eq(&project.transcript(&["upgrade heads --sql"]));
    assert!(!project.path("app.db").exists());
}

#[test]
fn a_script_from_somewhere() {
    let project = branches();
    expect![[r#"
        $ lambic upgrade aaa1:aaa2 --sql
        -- upgrade aaa2 (aaa1 -> aaa2): make aaa2

        BEGIN IMMEDIATE;

        CREATE TABLE t_aaa2 (id INTEGER PRIMARY KEY);

        UPDATE "lambic_version" SET "version_num" = 'aaa2' WHERE "version_num" = 'aaa1';

        COMMIT;


        $ lambic upgrade aaa2 --sql --at aaa1 --format json
        {"dialect":"sqlite","sql":"-- upgrade aaa2 (aaa1 -> aaa2): make aaa2\n\nBEGIN IMMEDIATE;\n\nCREATE TABLE t_aaa2 (id INTEGER PRIMARY KEY);\n\nUPDATE \"lambic_version\" SET \"version_num\" = 'aaa2' WHERE \"version_num\" = 'aaa1';\n\nCOMMIT;\n\n"}
    "#]].assert_eq(
        &project.transcript(&["upgrade aaa1:aaa2 --sql", "upgrade aaa2 --sql --at aaa1 --format json"]),
    );
    assert!(!project.path("app.db").exists());
}

/// What a failing second revision leaves in a transaction mode: the output, the version rows, the tables.
fn failing(mode: &str) -> (String, Vec<String>, Vec<String>) {
    let project = Project::of(graph("aaa1"));
    let config = project.read("lambic.toml").replace("\n\n", &format!("\ntransaction = \"{mode}\"\n\n"));
    project.write("lambic.toml", config);
    let bad = "CREATE TABLE one (x);\nCREATE TABLE one (y);";
    project.add(&Revision::new("bad1").after("aaa1").message("fails").up(bad).down("DROP TABLE one;"));
    let shown = project.transcript(&["upgrade"]);
    let tables = "SELECT name FROM sqlite_schema WHERE name IN ('one', 't_aaa1') ORDER BY 1";
    (shown, project.versions(), project.query(tables))
}

#[test]
fn a_transaction_for_each_revision() {
    let (shown, versions, tables) = failing("revision");
    expect![[r#"
        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa1 make aaa1 ([TIME])
        ! error[sqlite.error]: table one already exists
        !  --> migrations/versions/bad1.sql:7:14
        !   |
        ! 7 | CREATE TABLE one (y);
        !   |              ^^^
        !   |
        !   = note: the database's code: SQLITE_ERROR, 1
        !   = note: applied before it, and still so: aaa1
        !   = note: bad1 was rolled back: nothing of it took effect
        !   = help: correct the revision and run the same command again
        (exit code 1)
    "#]]
    .assert_eq(&shown);
    assert_eq!((versions, tables), (vec!["aaa1".to_owned()], vec!["t_aaa1".to_owned()]));
}

#[test]
fn one_transaction_for_all() {
    let (shown, versions, tables) = failing("all");
    expect![[r#"
        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[sqlite.error]: table one already exists
        !  --> migrations/versions/bad1.sql:7:14
        !   |
        ! 7 | CREATE TABLE one (y);
        !   |              ^^^
        !   |
        !   = note: the database's code: SQLITE_ERROR, 1
        !   = note: nothing was changed: the whole run was rolled back
        !   = help: correct the revision and run the same command again
        (exit code 1)
    "#]]
    .assert_eq(&shown);
    assert_eq!((versions, tables), (vec![], vec![]));
}

#[test]
fn no_transaction_at_all() {
    let (shown, versions, tables) = failing("none");
    expect![[r#"
        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa1 make aaa1 ([TIME])
        ! error[sqlite.error]: table one already exists
        !  --> migrations/versions/bad1.sql:7:14
        !   |
        ! 7 | CREATE TABLE one (y);
        !   |              ^^^
        !   |
        !   = note: the database's code: SQLITE_ERROR, 1
        !   = note: applied before it, and still so: aaa1
        !   = note: bad1 is unfinished: statement 1 of 2 was the last that took effect
        !   = help: remove what is in the way and run the same command again: it goes on with statement 2, or with the first one if the file was changed
        (exit code 1)
    "#]]
    .assert_eq(&shown);
    assert_eq!((versions, tables), (vec!["aaa1".to_owned()], vec!["one".to_owned(), "t_aaa1".to_owned()]));
}

/// What an upgrade says to a second revision with these sections; the first must not have run either.
fn refused(sections: &[(&str, &str)]) -> String {
    let project = Project::of(graph("aaa1"));
    let transcripts: Vec<String> = sections
        .iter()
        .map(|(directive, sql)| {
            project.add(&Revision::new("bad1").after("aaa1").section(directive, sql));
            project.transcript(&["upgrade -q"])
        })
        .collect();
    assert!(project.dump().schema.is_empty(), "{:?}", project.dump());
    transcripts.join("\n")
}

#[test]
fn what_a_transaction_does_not_allow_is_refused_before_anything_runs() {
    expect![[r#"
        $ lambic upgrade -q
        ! error[section.transaction-control]: BEGIN does not stand in a section that runs in a transaction
        !  --> migrations/versions/bad1.sql:5:1
        !   |
        ! 5 | BEGIN;
        !   | ^^^^^
        !   |
        !   = help: take it out: Lambic begins and commits; or put the statements into a section `-- @upgrade … no-transaction`
        (exit code 1)

        $ lambic upgrade -q
        ! error[section.forbidden-in-transaction]: PRAGMA has no effect, or fails, inside the transaction that the section runs in
        !  --> migrations/versions/bad1.sql:6:1
        !   |
        ! 6 | PRAGMA foreign_keys = OFF;
        !   | ^^^^^^^^^^^^^^^^^^^^^^^^^
        !   |
        !   = help: put it into a section of its own: `-- @upgrade … no-transaction`
        (exit code 1)

        $ lambic upgrade -q
        ! error[section.forbidden-in-transaction]: VACUUM has no effect, or fails, inside the transaction that the section runs in
        !  --> migrations/versions/bad1.sql:5:1
        !   |
        ! 5 | VACUUM;
        !   | ^^^^^^
        !   |
        !   = help: put it into a section of its own: `-- @upgrade … no-transaction`
        (exit code 1)
    "#]].assert_eq(&refused(&[
        ("@upgrade", "BEGIN;\nCREATE TABLE x (y);\nCOMMIT;"),
        ("@upgrade", "CREATE TABLE x (y);\nPRAGMA foreign_keys = OFF;"),
        ("@upgrade", "VACUUM;"),
    ]));
}

#[test]
fn sections_that_cannot_run_are_refused_before_anything_runs() {
    expect![[r#"
        $ lambic upgrade -q
        ! error[section.portable]: revision bad1: this version cannot run portable sections yet
        !  --> migrations/versions/bad1.sql:4:1
        !   |
        ! 4 | -- @upgrade portable
        !   | ^^^^^^^^^^^^^^^^^^^^
        !   |
        !   = help: write `-- @upgrade sqlite` with the SQL of sqlite, and `portable except sqlite` here
        (exit code 1)

        $ lambic upgrade -q
        ! error[section.no-upgrade]: revision bad1 has no upgrade section for sqlite
        !  --> migrations/versions/bad1.sql:4:1
        !   |
        ! 4 | -- @upgrade postgres
        !   | ^^^^^^^^^^^^^^^^^^^^
        !   |
        !   = help: add a section `-- @upgrade sqlite`; leave it empty if there is nothing to do
        (exit code 1)

        $ lambic upgrade -q
        ! error[sql.unterminated-string]: the string that begins here has no end
        !  --> migrations/versions/bad1.sql:5:8
        !   |
        ! 5 | SELECT 'never closed;
        !   |        ^^^^^^^^^^^^^^
        !   |
        !   = help: close it with its closing quote
        (exit code 1)
    "#]]
    .assert_eq(&refused(&[
        ("@upgrade portable", "CREATE TABLE x (id BIGINT);"),
        ("@upgrade postgres", "SELECT 1;"),
        ("@upgrade", "SELECT 'never closed;"),
    ]));
}

#[test]
fn a_section_outside_a_transaction_is_journalled() {
    let project = Project::of(graph("aaa1"));
    let vacuum = "CREATE TABLE kept (x);\nVACUUM;\nCREATE TABLE kept (x);";
    project.add(&Revision::new("out1").after("aaa1").section("@upgrade no-transaction", vacuum));
    expect![[r#"
        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ aaa1 make aaa1 ([TIME])
        ! error[sqlite.error]: table kept already exists
        !  --> migrations/versions/out1.sql:7:14
        !   |
        ! 7 | CREATE TABLE kept (x);
        !   |              ^^^^
        !   |
        !   = note: the database's code: SQLITE_ERROR, 1
        !   = note: applied before it, and still so: aaa1
        !   = note: out1 is unfinished: statement 2 of 3 was the last that took effect
        !   = help: remove what is in the way and run the same command again: it goes on with statement 3, or with the first one if the file was changed
        (exit code 1)
    "#]]
    .assert_eq(&project.transcript(&["upgrade"]));
    let log = project.query("SELECT event, revision, statement FROM lambic_log ORDER BY id");
    assert_eq!(
        log,
        [
            "done|aaa1|NULL",
            "started|out1|NULL",
            "statement|out1|1",
            "started|out1|2",
            "statement|out1|2",
            "failed|out1|2"
        ]
    );
    expect![[r#"
        $ lambic status
        Database  sqlite:app.db (from [database] in lambic.toml)
        Dialect   sqlite [SQLITE]
        At        aaa1 make aaa1, 1 of 2 revisions applied
        Pending   1 revision
                  ○ out1
        Problem   the upgrade of out1 stopped after statement 2
                  `lambic upgrade` goes on with it
        Next      lambic upgrade
    "#]]
    .assert_eq(&project.transcript(&["status"]));
}

#[test]
fn a_changed_revision_is_a_warning_going_up_and_a_question_going_down() {
    let project = Project::of(graph("aaa1; aaa2 <- aaa1"));
    project.run("upgrade aaa1").ok();
    project.add(
        &Revision::new("aaa1")
            .message("make aaa1")
            .up("CREATE TABLE t_aaa1 (id);")
            .down("DROP TABLE t_aaa1;"),
    );
    expect![[r#"
        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! warning: revision aaa1 has changed since it was applied (migrations/versions/aaa1.sql)
        !   = help: restore the file, and make a new revision of what is to be different
        ! ✓ aaa2 make aaa2 ([TIME])
        Applied 1 revision in [TIME]; the database is at aaa2.

        $ lambic status
        Database  sqlite:app.db (from [database] in lambic.toml)
        Dialect   sqlite [SQLITE]
        At        aaa2 make aaa2, 2 of 2 revisions applied
        Problem   aaa1 has changed since it was applied (migrations/versions/aaa1.sql)
                  restore the file, and make a new revision instead
        Next      nothing

        $ lambic downgrade base
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! warning: revision aaa1 has changed since it was applied (migrations/versions/aaa1.sql)
        !   = help: restore the file, and make a new revision of what is to be different
        ! error[run.changed-revision]: revision aaa1 has changed since it was applied: its downgrade may not undo what was done
        ! --> migrations/versions/aaa1.sql
        !  = help: restore the file, or run again with `--allow changed-revision`
        (exit code 3)
    "#]].assert_eq(&project.transcript(&["upgrade", "status", "downgrade base"]));
    assert_eq!(project.versions(), ["aaa2"]);
    // Comments and blank lines between statements are no change.
    project.add(
        &Revision::new("aaa1")
            .message("another message")
            .up("-- explained\n\nCREATE TABLE t_aaa1 (id INTEGER PRIMARY KEY);\n")
            .down("DROP TABLE t_aaa1;"),
    );
    let output = project.run("downgrade base").ok();
    assert!(!output.stderr.contains("changed"), "{output:#?}");
}

#[test]
fn a_protected_environment_needs_a_yes() {
    let project = Project::of(graph("aaa1"));
    let config = project.read("lambic.toml") + "\n[env.live]\nurl = \"sqlite:app.db\"\nprotected = true\n";
    project.write("lambic.toml", config);
    expect![[r#"
        $ lambic upgrade -e live
        ! error[env.protected]: the environment `live` is protected
        !   = help: look at the plan with --dry-run, then say --yes
        (exit code 3)

        $ lambic upgrade -e live --dry-run -q
        1/1 upgrade aaa1 make aaa1 (<base> -> aaa1)
            CREATE TABLE t_aaa1 (id INTEGER PRIMARY KEY);

        $ lambic upgrade -e live --yes
        ! Database sqlite:app.db (sqlite [SQLITE], from [env.live] in lambic.toml)
        ! ✓ aaa1 make aaa1 ([TIME])
        Applied 1 revision in [TIME]; the database is at aaa1.
    "#]]
    .assert_eq(&project.transcript(&[
        "upgrade -e live",
        "upgrade -e live --dry-run -q",
        "upgrade -e live --yes",
    ]));
}

#[test]
fn the_log_can_be_left_out() {
    let project = Project::of(graph("aaa1"));
    project.write("lambic.toml", project.read("lambic.toml").replace("\n\n", "\nlog = false\n\n"));
    project.run("upgrade").ok();
    project.run("downgrade base").ok();
    assert_eq!(project.query("SELECT name FROM sqlite_schema WHERE type = 'table'"), ["lambic_version"]);
}

#[test]
fn a_tag_is_kept_in_the_log() {
    let project = Project::of(graph("aaa1"));
    project.run("upgrade --tag release-7").ok();
    assert_eq!(project.query("SELECT tag, who FROM lambic_log"), ["release-7|tester"]);
}
