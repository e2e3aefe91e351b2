//! What all commands share: help, usage errors, options anywhere.

use expect_test::expect;
use lambic_tests::Project;

use crate::look::project;

const COMMANDS: [&str; 20] = [
    "init",
    "revision",
    "merge",
    "upgrade",
    "downgrade",
    "current",
    "heads",
    "branches",
    "history",
    "show",
    "stamp",
    "edit",
    "ensure-version",
    "list-templates",
    "plan",
    "status",
    "inspect",
    "wait",
    "conformance",
    "completions",
];

#[test]
fn help_for_all() {
    expect![[r#"
        $ lambic -h
        Schema migrations in plain SQL, for any database

        Usage: lambic [OPTIONS] <COMMAND>

        Commands:
          init            Start a project in the current folder
          revision        Write a new revision file and print its path
          merge           Write a revision that joins several heads, and print its path
          upgrade         Apply revisions, up to a target
          downgrade       Undo revisions, down to a target
          status          Show on one screen where the database is, what is pending, what is wrong and what
                          to do next
          current         Show where the database is
          heads           Show the heads of the graph: the revisions that no other follows
          branches        Show the revisions that several others follow
          history         List revisions, newest first
          show            Show everything about a revision; with -v its file too
          stamp           Write version rows without running anything
          edit            Open revision files in an editor
          ensure-version  Make the version table where it is missing
          list-templates  Show the templates of revision files, and which one is used
          plan            Show what a run would do, statement by statement
          inspect         Show the live schema: a summary, JSON (--format json) or SQL
          wait            Wait until the database answers
          conformance     Hold the driver of a server to the laws of the conformance suite
          completions     Print the completion script of a shell

        Options:
          -h, --help     Print help (see more with '--help')
          -V, --version  Print version

        Global options:
          -c, --config <FILE>    Configuration file; by default `lambic.toml` here or in a folder above
          -e, --env <NAME>       Section `[env.NAME]` of the configuration
              --url <URL>        Database URL; stands before every other source
              --format <FORMAT>  How results and errors are written [possible values: human, json]
          -q, --quiet            No progress and no notes; results, warnings and errors only
          -v, --verbose          More of what the command reports
              --color <WHEN>     When to use colours [possible values: auto, always, never]
              --no-input         Never ask a question, even on a terminal
          -x <KEY=VALUE>         Variable for revision templates; may be repeated

        Start with `lambic init`, then `lambic revision -m "create users"` and `lambic upgrade`.
        `lambic COMMAND --help` shows a command's options with examples.

        $ lambic --version
        lambic [VERSION]
    "#]]
    .assert_eq(&Project::empty().transcript(&["-h", "--version"]));
}

/// Every command explains itself in words of its own, with an example.
#[test]
fn help_for_each() {
    let folder = Project::empty();
    let overview = folder.run("-h").ok().stdout;
    let mut first_lines = Vec::new();
    for command in COMMANDS {
        assert!(overview.contains(&format!("\n  {command} ")), "{command} is not in the overview");
        let help = folder.run(&format!("{command} --help")).ok().stdout;
        assert!(help.contains(&format!("lambic {command}")), "{help}");
        assert!(help.to_lowercase().contains("example"), "no example: {help}");
        first_lines.push(help.lines().next().unwrap_or_default().to_owned());
    }
    let different: std::collections::BTreeSet<_> = first_lines.iter().collect();
    assert_eq!(different.len(), COMMANDS.len(), "{first_lines:#?}");
}

#[test]
fn wrong_words() {
    expect![[r#"
        $ lambic upgrad
        ! error: unrecognized subcommand 'upgrad'
        !
        !   tip: some similar subcommands exist: 'downgrade', 'upgrade'
        !
        ! Usage: lambic [OPTIONS] <COMMAND>
        !
        ! For more information, try '--help'.
        (exit code 64)

        $ lambic upgrade --dry-rum
        ! error: unexpected argument '--dry-rum' found
        !
        !   tip: a similar argument exists: '--dry-run'
        !
        ! For more information, try '--help'.
        (exit code 64)

        $ lambic heads --format xml
        ! error: invalid value 'xml' for '--format <FORMAT>'
        !   [possible values: human, json]
        !
        ! For more information, try '--help'.
        (exit code 64)

        $ lambic heads extra --format json
        ! {"error":{"code":"usage","kind":"usage","message":"unexpected argument 'extra' found","hint":"`lambic --help` lists the commands, `lambic COMMAND --help` its options","file":null,"line":null,"column":null,"statement":null,"sqlstate":null,"database":null,"aftermath":null,"notes":[]}}
        (exit code 64)
    "#]].assert_eq(&Project::empty().transcript(&[
        "upgrad",
        "upgrade --dry-rum",
        "heads --format xml",
        "heads extra --format json",
    ]));
}

#[test]
fn no_command_is_a_mistake_that_gets_the_help() {
    let folder = Project::empty();
    let output = folder.run("").exits(64);
    assert_eq!((output.stdout, output.stderr), (String::new(), folder.run("-h").ok().stdout));
}

#[test]
fn options_stand_anywhere() {
    let project = project();
    let expected = project.run("heads --format json").ok().stdout;
    for line in [
        "--format json heads",
        "--format=json heads",
        "-c lambic.toml heads --format json",
        "heads -c lambic.toml --format json",
    ] {
        assert_eq!(project.run(line).ok().stdout, expected, "{line}");
    }
    project.write("deep/er/file", "");
    let mut below = project.command("heads --format json");
    below.current_dir(project.path("deep/er"));
    assert_eq!(project.finish(below).ok().json()["heads"].as_array().map(Vec::len), Some(2));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let project = project();
    assert!(!project.run("heads").ok().stdout.contains('\u{1b}'));
    assert!(project.run("heads --color always").ok().stdout.contains('\u{1b}'));
    let json = project.run("heads --color always --format json").ok();
    assert!(!json.stdout.contains('\u{1b}'), "data has no colours: {json:?}");
}

#[test]
fn where_the_database_is_named() {
    let project = project();
    let source = |change: &dyn Fn(&mut std::process::Command), line: &str| {
        let mut command = project.command(line);
        change(&mut command);
        project.finish(command).ok().stdout.lines().next().unwrap_or_default().to_owned()
    };
    let plain = |_: &mut std::process::Command| {};
    let mut seen = vec![source(&plain, "status")];
    project.write(".env", "# secrets\nexport DATABASE_URL='sqlite:dotenv.db'\n");
    seen.push(source(&plain, "status"));
    let variable = |command: &mut std::process::Command| {
        command.env("DATABASE_URL", "sqlite:variable.db");
    };
    seen.push(source(&variable, "status"));
    let both = |command: &mut std::process::Command| {
        command.env("DATABASE_URL", "sqlite:variable.db").env("LAMBIC_DATABASE_URL", "sqlite:own.db");
    };
    seen.push(source(&both, "status"));
    project.write("lambic.toml", project.read("lambic.toml") + "\n[env.test]\nurl = \"sqlite:${NAME}.db\"\n");
    let named = |command: &mut std::process::Command| {
        command.env("DATABASE_URL", "sqlite:variable.db").env("NAME", "section");
    };
    seen.push(source(&named, "status -e test"));
    seen.push(source(&named, "status -e test --url sqlite:argument.db"));
    expect![[r#"
        Database  sqlite:app.db (from [database] in lambic.toml)
        Database  sqlite:dotenv.db (from DATABASE_URL in .env)
        Database  sqlite:variable.db (from DATABASE_URL)
        Database  sqlite:own.db (from LAMBIC_DATABASE_URL)
        Database  sqlite:section.db (from [env.test] in lambic.toml)
        Database  sqlite:argument.db (from --url)"#]]
    .assert_eq(&seen.join("\n"));
}
