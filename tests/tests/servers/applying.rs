//! Projects that go well.

use lambic_tests::{Place, Project, Revision, Server};

use super::{filled, inspected};

on_every_server!(
    up_down_and_up_again,
    a_new_project_for_a_server,
    a_script_does_what_a_run_does,
    what_is_shown_agrees,
    inspect_rebuilds,
);

on_mysql_and_mariadb!(inspect_says_what_no_statement_makes, inspect_leaves_out_what_reads_otherwise);

fn project(place: &Place) -> Project {
    let project = place.project();
    let view = "CREATE VIEW words AS SELECT word FROM t_aaa1;\nUPDATE t_aaa1 SET word = 'two' WHERE id = 1;";
    project.add_all([
        filled("aaa1"),
        filled("bbb2").after("aaa1"),
        Revision::new("ccc3").after("bbb2").up(view).down("DROP VIEW words;"),
    ]);
    project
}

fn up_down_and_up_again(server: Server) {
    let place = Place::new(server);
    let project = project(&place);
    assert!(project.run("upgrade").ok().stdout.contains("Applied 3 revisions"));
    let first = inspected(&place);
    assert_eq!(place.tables(), ["t_aaa1", "t_bbb2", "words"]);
    assert_eq!(place.query("SELECT word FROM words"), ["two"]);
    assert_eq!(place.versions(), ["ccc3"]);
    project.run("downgrade -1").ok();
    assert_eq!((place.versions(), place.tables().len()), (vec!["bbb2".to_owned()], 2));
    project.run("downgrade base").ok();
    assert_eq!((place.versions(), place.tables()), (Vec::new(), Vec::new()));
    project.run("upgrade").ok();
    assert_eq!(inspected(&place), first);
    let done: Vec<String> = place.log().into_iter().filter(|event| event.starts_with("done")).collect();
    let up = ["aaa1", "bbb2", "ccc3"].map(|id| format!("done|{id}|upgrade"));
    let down = ["ccc3", "bbb2", "aaa1"].map(|id| format!("done|{id}|downgrade"));
    assert_eq!(done, [up.clone(), down, up].concat());
}

fn a_new_project_for_a_server(server: Server) {
    let place = Place::new(server);
    let project = Project::empty();
    let init = project.run(&format!("init --url {}", place.url)).ok();
    let config = project.read("lambic.toml");
    let dialect = server.dialect();
    assert!(config.contains(&format!("dialects = [\"{dialect}\"]")), "{config}");
    assert!(config.contains("url = \"${DATABASE_URL}\""), "the password stays out of the file: {config}");
    assert!(init.stderr.contains("DATABASE_URL"), "{init:#?}");
    project.write(".env", format!("DATABASE_URL={}\n", place.url));
    project.run("revision -m first --rev-id aaa1").ok();
    let applied = project.run("upgrade").ok();
    assert!(applied.stderr.contains("DATABASE_URL in .env"), "{applied:#?}");
    assert_eq!(place.versions(), ["aaa1"]);
    // The variable decides in the same way.
    let other = Project::empty();
    let mut command = other.command("init");
    command.env("DATABASE_URL", &place.url);
    other.finish(command).ok();
    assert_eq!(other.read("lambic.toml"), config);
}

/// Runs a script as the server's own client would: it knows `DELIMITER`, and nothing of bodies.
fn as_a_client(place: &Place, script: &str) {
    let mut session = place.session();
    let (mut statement, mut delimiter) = (String::new(), ";".to_owned());
    if place.server.undoes_ddl() {
        session.run(script);
        return;
    }
    session.run("SET NAMES utf8mb4");
    for line in script.lines() {
        if let Some(word) = line.strip_prefix("DELIMITER ") {
            word.clone_into(&mut delimiter);
            continue;
        }
        statement.push_str(line);
        statement.push('\n');
        if statement.trim_end().ends_with(&delimiter) {
            let sql = statement.trim_end().trim_end_matches(&delimiter).to_owned();
            session.run(&sql);
            statement.clear();
        }
    }
    assert_eq!(statement.trim(), "", "a statement without an end");
}

fn a_script_does_what_a_run_does(server: Server) {
    let (run, scripted) = (Place::new(server), Place::new(server));
    let body = match server.dialect() {
        "postgres" => {
            "CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN\n  PERFORM 1;\n  RETURN 2;\nEND $$;"
        }
        _ => {
            "DELIMITER //\nCREATE FUNCTION two() RETURNS int DETERMINISTIC BEGIN\n  SET @x = 1;\n  RETURN 2;\nEND//\nDELIMITER ;"
        }
    };
    let routine = Revision::new("fff6").after("ccc3").up(body).down("DROP FUNCTION two;");
    let (by_run, by_script) = (project(&run), project(&scripted));
    by_run.add(&routine);
    by_script.add(&routine);
    by_run.run("upgrade").ok();
    as_a_client(&scripted, &by_script.run("upgrade --sql").ok().stdout);
    assert_eq!(scripted.versions(), ["fff6"]);
    assert_eq!(scripted.query("SELECT two()"), ["2"]);
    assert_eq!(inspected(&scripted), inspected(&run));
    as_a_client(&scripted, &by_script.run("downgrade fff6:base --sql").ok().stdout);
    assert_eq!((scripted.versions(), scripted.tables()), (Vec::new(), Vec::new()));
    as_a_client(
        &scripted,
        &by_script.run("stamp heads --sql --at base").ok().stdout.replacen(
            "CREATE TABLE",
            "CREATE TABLE IF NOT EXISTS",
            1,
        ),
    );
    assert_eq!(scripted.versions(), ["fff6"]);
}

fn what_is_shown_agrees(server: Server) {
    let place = Place::new(server);
    let project = project(&place);
    assert!(project.run("wait").ok().stdout.contains("The database answers"));
    assert_eq!(project.run("current").ok().stdout, "");
    project.run("status --exit-code").exits(2);
    let plan = project.run("plan upgrade --format json").ok().json();
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(3));
    let said = project.run("plan upgrade").ok().stdout;
    assert_eq!(said.matches("commits by itself").count(), usize::from(!server.undoes_ddl()), "{said}");
    assert!(!said.contains("no transaction"), "{said}");
    assert_eq!(place.tables(), [] as [&str; 0], "a plan writes nothing");
    assert_eq!(place.versions(), [] as [&str; 0]);
    project.run("ensure-version").ok();
    project.run("upgrade +2").ok();
    assert_eq!(project.run("current").ok().stdout, "bbb2 (current)\n");
    let status = project.run("status --format json").exits(0).json();
    assert_eq!(
        status["current"].as_array().or(status["rows"].as_array()).map(Vec::len),
        Some(1),
        "{status:#}"
    );
    project.run("upgrade").ok();
    project.run("current --check-heads").ok();
    project.run("status --exit-code").ok();
    assert_eq!(
        project.run("plan upgrade --format json").ok().json()["steps"].as_array().map(Vec::len),
        Some(0)
    );
    let log = project.run("history --log --format json").ok().stdout;
    for id in ["aaa1", "bbb2", "ccc3"] {
        assert!(log.contains(id), "{log}");
    }
    let summary = project.run("inspect").ok().stdout;
    assert!(summary.contains("table t_aaa1 (2 columns)") && summary.contains("view words"), "{summary}");
    let coverage = project.run("inspect --coverage --format json").ok().json();
    assert_eq!((&coverage["managed"]["table"], &coverage["managed"]["view"]), (&2.into(), &1.into()));
    project.run("stamp base").ok();
    assert_eq!(place.versions(), [] as [&str; 0]);
    project.run("stamp head").ok();
    assert_eq!(place.versions(), ["ccc3"]);
}

fn inspect_rebuilds(server: Server) {
    let (one, other) = (Place::new(server), Place::new(server));
    project(&one).run("upgrade").ok();
    let sql = one.project().run("inspect --sql").ok().stdout;
    assert!(!sql.contains("lambic_version") && !sql.contains("lambic_log"), "{sql}");
    as_a_client(&other, &sql);
    assert_eq!(inspected(&other), inspected(&one));
}

/// An account with every privilege on its database, and none beside it.
fn inspect_says_what_no_statement_makes(server: Server) {
    let place = Place::new(server);
    place.run("CREATE TABLE t_aaa1 (id int PRIMARY KEY, word varchar(20))");
    let user = format!("owner_{}", std::process::id());
    for sql in [
        format!("CREATE USER {user} IDENTIFIED BY 'secret'"),
        format!("GRANT ALL ON {}.* TO {user}", place.name),
    ] {
        place.run(&sql);
    }
    let run =
        place.project().run(&format!("inspect --sql --url {}", server.url_of(&user, "secret", &place.name)));
    place.run(&format!("DROP USER {user}"));
    let run = run.ok();
    let (kind, left_out) = ("grant database", "-- left out: grant database: privileges of");
    assert!(
        run.stdout.starts_with(left_out) && run.stdout.contains("CREATE TABLE `t_aaa1`"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains(&format!("warning: not among the statements: {kind}")), "{}", run.stderr);
    let again = Place::new(server);
    as_a_client(&again, &run.stdout);
    assert_eq!(again.tables(), ["t_aaa1"]);
}

/// Made under a mode in which a backslash is just that, its end is not where a reader of the script would see it.
fn inspect_leaves_out_what_reads_otherwise(server: Server) {
    let (place, again) = (Place::new(server), Place::new(server));
    let mut session = place.session();
    for sql in [
        "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
        "CREATE TABLE t (a varchar(9) DEFAULT 'it''s')",
        "CREATE VIEW v AS SELECT 'it''s' AS a FROM t",
        "CREATE PROCEDURE p () SELECT 'x\\'",
        "CREATE PROCEDURE q () SELECT 'x\\y'",
    ] {
        session.run(sql);
    }
    let run = place.project().run(&format!("inspect --sql --url {}", place.url)).ok();
    assert!(run.stdout.starts_with("-- left out: procedure p: "), "{}", run.stdout);
    assert!(run.stderr.contains("warning: not among the statements: procedure p: "), "{}", run.stderr);
    assert_eq!(run.stdout.matches("left out").count(), 1, "{}", run.stdout);
    as_a_client(&again, &run.stdout);
    assert_eq!(again.tables(), ["t", "v"]);
}
