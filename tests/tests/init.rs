use expect_test::expect;
use lambic_tests::Project;

#[test]
fn a_project_works_at_once() {
    let project = Project::empty();
    expect![[r#"
        $ lambic init
        written  migrations/versions
        written  schema.sql
        written  lambic.toml

        Next: `lambic revision -m "create users"`, then `lambic upgrade`.

        $ lambic revision -m x --rev-id abc123
        migrations/versions/[DATE]-abc123_x.sql

        $ lambic upgrade head
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ abc123 x ([TIME])
        Applied 1 revision in [TIME]; the database is at abc123.

        $ lambic history --graph
        ◉  abc123 (head) (current) x
    "#]]
    .assert_eq(&project.transcript(&[
        "init",
        "revision -m x --rev-id abc123",
        "upgrade head",
        "history --graph",
    ]));
    assert_eq!(project.versions(), ["abc123"]);
    expect![[r##"
        # The configuration of this project. Paths count from this file's folder.
        [lambic]
        script_location = "migrations"
        dialects = ["sqlite"]                     # what the project runs on
        # version_locations = ["migrations/versions", "plugins/billing/versions"]
        # recursive_version_locations = false
        # file_template = "{year}_{month}_{day}_{hour}{minute}-{rev}_{slug}"
        # timezone = "UTC"                        # of the dates in new revisions
        # version_table = "lambic_version"        # "alembic_version" takes over an Alembic project
        # version_table_schema = "meta"           # by default where names without a schema are
        # transaction = "revision"                # or "all", "none"
        # max_heads = 1
        # lock = "auto"                           # or "none"; lock_key, lock_wait = "60s"
        # log = true

        [database]
        url = "sqlite:app.db"                     # "${NAME}" stands for a variable; --url and the environment come first

        # [env.production]                        # chosen with --env production; may override any key above
        # url = "${PROD_DATABASE_URL}"
        # protected = true                        # changing commands ask first

        [hooks]
        # post_write = [["sqlfluff", "fix", "{file}"]]
    "##]]
    .assert_eq(&project.read("lambic.toml"));
}

#[test]
fn the_folder_can_be_named() {
    let project = Project::empty();
    expect![[r#"
        $ lambic init db/changes
        written  db/changes/versions
        written  schema.sql
        written  lambic.toml

        Next: `lambic revision -m "create users"`, then `lambic upgrade`.

        $ lambic revision -m first --rev-id abc123
        db/changes/versions/[DATE]-abc123_first.sql

        $ lambic heads
        abc123 (head)
    "#]]
    .assert_eq(&project.transcript(&["init db/changes", "revision -m first --rev-id abc123", "heads"]));
    assert_eq!(project.list("db/changes/versions").len(), 1);
    expect![[r#"
        $ lambic init --format json
        {"written":["migrations/versions","schema.sql","lambic.toml"],"kept":[]}
    "#]]
    .assert_eq(&Project::empty().transcript(&["init --format json"]));
}

#[test]
fn what_is_there_is_never_overwritten() {
    let project = Project::new();
    project.write("schema.sql", "-- mine\n");
    let before = project.state();
    expect![[r#"
        $ lambic init
        ! error[init.exists]: this folder is a project already; nothing was written
        ! --> lambic.toml
        !  = help: `lambic revision -m …` makes its next revision; remove the file to start over
        (exit code 1)

        $ lambic init --format json
        ! {"error":{"code":"init.exists","kind":"conflict","message":"this folder is a project already; nothing was written","hint":"`lambic revision -m …` makes its next revision; remove the file to start over","file":"lambic.toml","line":null,"column":null,"statement":null,"sqlstate":null,"database":null,"aftermath":null,"notes":[]}}
        (exit code 1)
    "#]].assert_eq(&project.transcript(&["init", "init --format json"]));
    assert_eq!(project.state(), before);
    std::fs::remove_file(project.path("lambic.toml")).unwrap();
    expect![[r#"
        $ lambic init
        written  lambic.toml
        kept     migrations/versions (it was there already)
        kept     schema.sql (it was there already)

        Next: `lambic revision -m "create users"`, then `lambic upgrade`.
    "#]]
    .assert_eq(&project.transcript(&["init"]));
    assert_eq!(project.read("schema.sql"), "-- mine\n");
}

#[test]
fn a_file_in_the_way_stops_it() {
    let project = Project::empty();
    project.write("migrations", "not a folder");
    let before = project.state();
    expect![[r#"
        $ lambic init
        ! error[init.not-a-folder]: there is a file where a folder of the project belongs
        ! --> migrations
        !  = help: move it away, or name another folder: `lambic init DIR`
        (exit code 1)
    "#]]
    .assert_eq(&project.transcript(&["init"]));
    assert_eq!(project.state(), before);
}
