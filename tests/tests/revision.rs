use expect_test::expect;
use lambic_tests::{Project, graph, scrub};

/// The only file of the versions folder whose name holds these words.
fn written(project: &Project, words: &str) -> String {
    let names = project.list("migrations/versions");
    let found: Vec<_> = names.iter().filter(|name| name.contains(words)).collect();
    assert_eq!(found.len(), 1, "{names:?}");
    scrub(&project.read(&format!("migrations/versions/{}", found[0])), &project.path(""))
}

#[test]
fn revisions_follow_one_another() {
    let project = Project::new();
    expect![[r#"
        $ lambic revision -m 'Add users & roles' --rev-id aaa1
        migrations/versions/[DATE]-aaa1_add_users_roles.sql

        $ lambic revision -m second --rev-id aaa2 --format json
        {"revision":"aaa2","down_revisions":["aaa1"],"path":"migrations/versions/[DATE]-aaa2_second.sql"}

        $ lambic revision -m side --rev-id bbb1 --head base --branch-label side --depends-on aaa1
        migrations/versions/[DATE]-bbb1_side.sql

        $ lambic revision -m spliced --rev-id aaa3 --head aaa1 --splice
        migrations/versions/[DATE]-aaa3_spliced.sql

        $ lambic history
        aaa1 -> aaa2 (head), second
        aaa1 -> aaa3 (head), spliced
        <base> (aaa1) -> bbb1 (side) (head), side
        <base> -> aaa1 (branchpoint), Add users & roles
    "#]]
    .assert_eq(&project.transcript(&[
        "revision -m 'Add users & roles' --rev-id aaa1",
        "revision -m second --rev-id aaa2 --format json",
        "revision -m side --rev-id bbb1 --head base --branch-label side --depends-on aaa1",
        "revision -m spliced --rev-id aaa3 --head aaa1 --splice",
        "history",
    ]));
    expect![[r#"
        -- @revision aaa1
        -- @message Add users & roles
        -- @created [NOW]

        -- @upgrade

        -- @downgrade
    "#]]
    .assert_eq(&written(&project, "aaa1"));
    expect![[r#"
        -- @revision aaa2
        -- @down-revision aaa1
        -- @message second
        -- @created [NOW]

        -- @upgrade

        -- @downgrade
    "#]]
    .assert_eq(&written(&project, "aaa2"));
    expect![[r#"
        -- @revision bbb1
        -- @depends-on aaa1
        -- @branch-label side
        -- @message side
        -- @created [NOW]

        -- @upgrade

        -- @downgrade
    "#]]
    .assert_eq(&written(&project, "bbb1"));
    project.run("upgrade heads").ok();
    assert_eq!(project.versions(), ["aaa2", "aaa3", "bbb1"]);
}

#[test]
fn an_id_is_made_up() {
    let project = Project::new();
    let path = project.run("revision -m 'add users' -q").ok().stdout;
    let name = path.trim().rsplit('/').next().unwrap();
    let id = name.split('-').nth(1).and_then(|rest| rest.split('_').next()).unwrap();
    assert!(id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}");
    assert!(project.read(path.trim()).contains(&format!("-- @revision {id}\n")));
    assert!(name.ends_with("_add_users.sql"), "{path}");
}

/// A project with two heads.
fn two_heads() -> Project {
    Project::of(graph("aaa1; aaa2 <- aaa1; bbb1(side) <- aaa1"))
}

#[test]
fn a_head_that_is_none_or_one_of_several_is_refused() {
    let project = two_heads();
    let before = project.state();
    expect![[r#"
        $ lambic revision -m x
        ! error[symbol.several-heads]: `head` names 2 revisions: it does not say which
        !   = note: `aaa2`: make aaa2
        !   = note: `bbb1` (`side@head`): make bbb1
        !   = help: say which one to follow with `--head`, or join them with `lambic merge heads`
        (exit code 1)

        $ lambic revision -m x --head aaa1
        ! error[create.not-a-head]: revision `aaa1` is not a head: others follow it
        !   = help: give `--splice` to start a new branch there
        (exit code 64)

        $ lambic revision -m x --head nobody --format json
        ! {"error":{"code":"symbol.unknown","kind":"graph","message":"no revision or branch is called `nobody`","hint":"`lambic history` and `lambic branches` list what there is; is the file in a version location?","file":null,"line":null,"column":null,"statement":null,"sqlstate":null,"database":null,"aftermath":null,"notes":[]}}
        (exit code 1)

        $ lambic revision -m x --head aaa2 --depends-on nobody
        ! error[symbol.unknown]: no revision or branch is called `nobody`
        !   = help: `lambic history` and `lambic branches` list what there is; is the file in a version location?
        (exit code 1)

        $ lambic revision -m x --head aaa2 --version-path elsewhere
        ! error[create.unknown-location]: `elsewhere` is no version location
        !   = help: the version locations are `migrations/versions`
        (exit code 64)

        $ lambic revision --head aaa2 --autogenerate
        ! error: unexpected argument '--autogenerate' found
        !
        ! For more information, try '--help'.
        (exit code 64)
    "#]].assert_eq(&project.transcript(&[
        "revision -m x",
        "revision -m x --head aaa1",
        "revision -m x --head nobody --format json",
        "revision -m x --head aaa2 --depends-on nobody",
        "revision -m x --head aaa2 --version-path elsewhere",
        "revision --head aaa2 --autogenerate",
    ]));
    assert_eq!(project.state(), before);
}

#[test]
fn a_name_that_is_taken_or_none_is_refused() {
    let project = two_heads();
    let before = project.state();
    expect![[r#"
        $ lambic revision -m x --head aaa2 --rev-id aaa1
        ! error[revision.duplicate-id]: revision `aaa1` stands in two files, here and in migrations/versions/aaa1.sql:1:14
        !  --> migrations/versions/[DATE]-aaa1_x.sql:1:14
        !   |
        ! 1 | -- @revision aaa1
        !   |              ^^^^
        !   |
        !   = note: nothing was written
        !   = help: choose another `--rev-id`
        (exit code 1)

        $ lambic revision -m x --head aaa2 --rev-id AAA2
        ! error[revision.duplicate-id]: revision `AAA2` differs only in case from `aaa2` in migrations/versions/aaa2.sql:1:14
        !  --> migrations/versions/[DATE]-AAA2_x.sql:1:14
        !   |
        ! 1 | -- @revision AAA2
        !   |              ^^^^
        !   |
        !   = note: nothing was written
        !   = help: choose another `--rev-id`
        (exit code 1)

        $ lambic revision -m x --head aaa2 --rev-id 'a b'
        ! error[create.bad-id]: `a b` is not a revision id: ` ` is none of ASCII letters, digits, `_` and `.`
        !   = help: choose another `--rev-id`
        (exit code 64)

        $ lambic revision -m x --head aaa2 --rev-id ccc1 --branch-label side
        ! error[revision.duplicate-label]: branch label `side` is used twice, here and in migrations/versions/bbb1.sql:3:18
        !  --> migrations/versions/[DATE]-ccc1_x.sql:3:18
        !   |
        ! 3 | -- @branch-label side
        !   |                  ^^^^
        !   |
        !   = note: nothing was written
        !   = help: choose another `--branch-label` or `--rev-id`
        (exit code 1)

        $ lambic revision -m x --head aaa2 --rev-id ccc1 --branch-label 'a b'
        ! error[create.bad-label]: `a b` is not a branch label: ` ` is none of ASCII letters, digits, `_`, `.` and `-`
        !   = help: choose another `--branch-label`
        (exit code 64)
    "#]].assert_eq(&project.transcript(&[
        "revision -m x --head aaa2 --rev-id aaa1",
        "revision -m x --head aaa2 --rev-id AAA2",
        "revision -m x --head aaa2 --rev-id 'a b'",
        "revision -m x --head aaa2 --rev-id ccc1 --branch-label side",
        "revision -m x --head aaa2 --rev-id ccc1 --branch-label 'a b'",
    ]));
    assert_eq!(project.state(), before);
}

#[test]
fn templates_are_the_project_s_own() {
    let project = Project::of(graph("aaa1"));
    project.write(
        "migrations/revision.sql.j2",
        "-- @revision {{ up_revision }}\n-- @down-revision {{ down_revision | join(' ') }}\n-- @message {{ message }}\n-- by {{ args.team }}\n\n-- @upgrade\n\n-- @downgrade\n",
    );
    expect![[r#"
        $ lambic revision -m 'my own' --rev-id aaa2 -x team=blue
        migrations/versions/[DATE]-aaa2_my_own.sql

        $ lambic heads
        aaa2 (head)
    "#]]
    .assert_eq(&project.transcript(&["revision -m 'my own' --rev-id aaa2 -x team=blue", "heads"]));
    expect![[r#"
        -- @revision aaa2
        -- @down-revision aaa1
        -- @message my own
        -- by blue

        -- @upgrade

        -- @downgrade
    "#]]
    .assert_eq(&written(&project, "aaa2"));
    // A template that makes no revision is refused, and no file stays behind.
    for template in
        ["-- nothing\n", "-- @revision other\n\n-- @upgrade\n", "{{ nothing.here.at.all }}", "{% if %}"]
    {
        project.write("migrations/revision.sql.j2", template);
        let before = project.state();
        let output = project.run("revision -m y --rev-id aaa3").exits(1);
        assert!(output.stderr.contains("error["), "{output:#?}");
        assert_eq!(project.state(), before, "{template}");
    }
}

#[test]
fn folders_and_file_names_are_the_project_s_own() {
    let project = Project::with_config(
        "[lambic]\nscript_location = \"migrations\"\nversion_locations = [\"migrations/versions\", \"plugins/billing\"]\n\
         file_template = \"{rev}--{slug}\"\ndialects = [\"sqlite\"]\n\n[database]\nurl = \"sqlite:app.db\"\n",
    );
    std::fs::create_dir_all(project.path("plugins/billing")).unwrap();
    expect![[r#"
        $ lambic revision -m 'the first' --rev-id aaa1
        ! error[create.which-location]: there are several version locations, and no parent that is in one of them
        !   = help: give `--version-path`, one of `migrations/versions`, `plugins/billing`
        (exit code 64)

        $ lambic revision -m 'the first' --rev-id aaa1 --version-path migrations/versions
        migrations/versions/aaa1--the_first.sql

        $ lambic revision -m billing --rev-id bbb1 --head base --version-path plugins/billing --branch-label billing
        plugins/billing/bbb1--billing.sql

        $ lambic revision -m 'goes with its parent' --rev-id bbb2 --head billing@head
        plugins/billing/bbb2--goes_with_its_parent.sql

        $ lambic upgrade heads
        ! Database sqlite:app.db (sqlite [SQLITE], from [database] in lambic.toml)
        ! ✓ bbb1 billing ([TIME])
        ! ✓ bbb2 goes with its parent ([TIME])
        ! ✓ aaa1 the first ([TIME])
        Applied 3 revisions in [TIME]; the database is at aaa1, bbb2.
    "#]].assert_eq(&project.transcript(&[
        "revision -m 'the first' --rev-id aaa1",
        "revision -m 'the first' --rev-id aaa1 --version-path migrations/versions",
        "revision -m billing --rev-id bbb1 --head base --version-path plugins/billing --branch-label billing",
        "revision -m 'goes with its parent' --rev-id bbb2 --head billing@head",
        "upgrade heads",
    ]));
    assert_eq!(project.list("plugins/billing"), ["bbb1--billing.sql", "bbb2--goes_with_its_parent.sql"]);
}

#[test]
fn hooks_run_on_the_new_file() {
    let config = |hook: &str| {
        format!(
            "[lambic]\nscript_location = \"migrations\"\ndialects = [\"sqlite\"]\n[database]\nurl = \"sqlite:app.db\"\n\
             [hooks]\npost_write = [{hook}]\n"
        )
    };
    let project = Project::with_config(&config("[\"sed\", \"-i\", \"s/x y/tidied/\", \"{file}\"]"));
    project.run("revision -m 'x y' --rev-id aaa1").ok();
    assert!(written(&project, "aaa1").contains("-- @message tidied\n"));
    project.write("lambic.toml", config("[\"false\", \"{file}\"]"));
    expect![[r#"
        $ lambic revision -m z --rev-id aaa2
        ! error[hook.failed]: the post_write hook `false` failed: exit status: 1
        ! --> migrations/versions/[DATE]-aaa2_z.sql
        !  = help: the file is written; run the hook by hand, or mend it under [hooks] in lambic.toml
        (exit code 1)
    "#]]
    .assert_eq(&project.transcript(&["revision -m z --rev-id aaa2"]));
    project.write("lambic.toml", config("[\"no-such-program\", \"{file}\"]"));
    expect![[r#"
        $ lambic revision -m w --rev-id aaa3
        ! error[hook.failed]: the post_write hook `no-such-program` cannot be started: No such file or directory (os error 2)
        ! --> migrations/versions/[DATE]-aaa3_w.sql
        !  = help: the file is written; run the hook by hand, or mend it under [hooks] in lambic.toml
        (exit code 1)
    "#]].assert_eq(&project.transcript(&["revision -m w --rev-id aaa3"]));
}
