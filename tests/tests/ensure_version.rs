use expect_test::expect;
use lambic_tests::Project;

#[test]
fn the_tables_are_made_once() {
    let project = Project::new();
    expect![[r#"
        $ lambic ensure-version
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        The version table was made.
        The log table was made.

        $ lambic ensure-version
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        Everything was there already.

        $ lambic ensure-version --format json
        {"version_table":false,"log":false,"widened":false}
    "#]]
    .assert_eq(&project.transcript(&["ensure-version", "ensure-version", "ensure-version --format json"]));
    expect![[r#"
        index|sqlite_autoindex_lambic_log_1|NULL
        index|sqlite_autoindex_lambic_version_1|NULL
        table|lambic_log|CREATE TABLE "lambic_log" (
          "id" BIGINT CONSTRAINT "lambic_log_pkc" PRIMARY KEY NOT NULL,
          "event" VARCHAR(255) NOT NULL,
          "revision" VARCHAR(255),
          "direction" VARCHAR(255),
          "statement" BIGINT,
          "checksum" VARCHAR(255),
          "at" VARCHAR(255) NOT NULL,
          "duration_ms" BIGINT,
          "who" VARCHAR(255),
          "host" VARCHAR(255),
          "session" VARCHAR(255),
          "version" VARCHAR(255),
          "tag" VARCHAR(255),
          "error" TEXT
        )
        table|lambic_version|CREATE TABLE "lambic_version" (
          "version_num" VARCHAR(255) CONSTRAINT "lambic_version_pkc" PRIMARY KEY NOT NULL
        )"#]]
    .assert_eq(&project.dump().schema.join("\n"));
}

#[test]
fn as_a_script() {
    let project = Project::new();
    expect![[r#"
        $ lambic ensure-version --sql
        CREATE TABLE "lambic_version" (
          "version_num" VARCHAR(255) CONSTRAINT "lambic_version_pkc" PRIMARY KEY NOT NULL
        );

    "#]]
    .assert_eq(&project.transcript(&["ensure-version --sql"]));
    assert!(!project.path("app.db").exists());
}

#[test]
fn a_table_of_somebody_else_is_left_alone() {
    let project = Project::new();
    project.writer().execute_batch("CREATE TABLE lambic_version (id INTEGER, note TEXT)").unwrap();
    expect![[r#"
        $ lambic ensure-version
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[store.foreign-table]: the table lambic_version is not a version table of Lambic: it has no column version_num
        !   = help: choose another name: `version_table` in lambic.toml
        (exit code 1)

        $ lambic upgrade
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! error[store.foreign-table]: the table lambic_version is not a version table of Lambic: it has no column version_num
        !   = help: choose another name: `version_table` in lambic.toml
        (exit code 1)
    "#]].assert_eq(&project.transcript(&["ensure-version", "upgrade"]));
    assert_eq!(project.dump().schema.len(), 1);
}
