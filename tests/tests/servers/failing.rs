//! Revisions that fail in the middle.

use lambic_tests::{Place, Project, Revision, Server};

use super::filled;

trials!(postgres, Postgres, nothing_of_it_is_left, one_transaction_for_all, what_cannot_run_in_a_transaction);
on_mysql_and_mariadb!(
    the_state_is_said_and_the_next_run_goes_on,
    a_transaction_for_all_is_refused,
    ddl_dml_and_rows_are_in_order,
    no_log_is_refused,
    what_commits_out_of_sight_is_done_once,
);

/// A good revision, and one whose third statement of four is wrong.
fn project(place: &Place) -> Project {
    let project = place.project();
    project.add(&filled("good"));
    broken(&project, "UPDATE t_bad SET word = nosuch;");
    project
}

fn broken(project: &Project, third: &str) {
    let up = format!(
        "CREATE TABLE t_bad (id int PRIMARY KEY, word varchar(20));\nINSERT INTO t_bad VALUES (1, 'one');\n{third}\n\
         CREATE TABLE t_last (id int PRIMARY KEY);"
    );
    project.add(&Revision::new("bad").after("good").up(&up).down("DROP TABLE t_last;\nDROP TABLE t_bad;"));
}

/// Statements that run others, some of which commit.
fn what_commits_out_of_sight_is_done_once(server: Server) {
    let place = Place::new(server);
    let project = place.project();
    let mut up = "CREATE TABLE t (a int);
        SET @ddl = 'ALTER TABLE t ADD b int';
        PREPARE add_b FROM @ddl;
        EXECUTE add_b;
        CREATE PROCEDURE grow() ALTER TABLE t ADD c int;
        CALL grow();
        CREATE PROCEDURE fill() INSERT INTO t VALUES (1, 2, 3);
        CALL fill();
        "
    .to_owned();
    if server.dialect() == "mariadb" {
        up.push_str(
            "SET STATEMENT lock_wait_timeout = 5 FOR ALTER TABLE t ADD d int;
            BEGIN NOT ATOMIC ALTER TABLE t ADD e int; END;
            IF (SELECT count(*) FROM t) = 1 THEN ALTER TABLE t ADD f int; END IF;
            ",
        );
    }
    let add = |third: &str| {
        let down = "DROP PROCEDURE fill;\nDROP PROCEDURE grow;\nDROP TABLE t;";
        project.add(&Revision::new("grow").up(&format!("{up}{third}")).down(down));
    };
    add("INSERT INTO t (nosuch) VALUES (1);");
    project.run("upgrade").exits(1);
    let columns = "SELECT count(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 't'";
    let expected = if server.dialect() == "mariadb" { ("6", 11) } else { ("3", 8) };
    assert_eq!(place.query(columns), [expected.0]);
    let log = place.log();
    for number in 1..=expected.1 {
        assert!(log.contains(&format!("statement|grow|upgrade|{number}")), "{number}: {log:?}");
    }
    assert!(log.contains(&"started|grow|upgrade|6".to_owned()), "said before it runs: {log:?}");
    let again = project.run("upgrade").exits(1);
    assert!(again.stderr.contains(&format!("goes on with statement {}", expected.1 + 1)), "{again:#?}");
    assert!(again.stderr.contains("nosuch"), "{again:#?}");
    assert_eq!(place.query("SELECT count(*) FROM t"), ["1"]);
    project.run("stamp base --purge").ok();
    project.run("stamp grow").ok();
    project.run("downgrade base").ok();
    assert_eq!(place.tables(), Vec::<String>::new());
}

fn nothing_of_it_is_left(server: Server) {
    let place = Place::new(server);
    let project = project(&place);
    let told = project.run("upgrade").exits(1);
    for words in ["bad.sql:7:25", "column \"nosuch\" does not exist", "bad was rolled back", "42703"] {
        assert!(told.stderr.contains(words), "{words}: {told:#?}");
    }
    assert_eq!((place.tables(), place.versions()), (vec!["t_good".to_owned()], vec!["good".to_owned()]));
    let error = project.run("upgrade --format json").exits(1).json_error();
    assert_eq!((&error["aftermath"], &error["sqlstate"]), (&"rolled-back".into(), &"42703".into()));
    assert_eq!((&error["line"], &error["column"]), (&7.into(), &25.into()), "{error:#}");
    assert_eq!(place.log(), ["done|good|upgrade", "failed|bad|upgrade", "failed|bad|upgrade"]);
    broken(&project, "UPDATE t_bad SET word = 'two';");
    project.run("upgrade").ok();
    assert_eq!(place.query("SELECT word FROM t_bad"), ["two"]);
}

fn one_transaction_for_all(server: Server) {
    let place = Place::new(server);
    let project = project(&place);
    project.write("lambic.toml", place.config("transaction = \"all\""));
    let error = project.run("upgrade --format json").exits(1).json_error();
    assert_eq!(error["aftermath"], "rolled-back");
    assert_eq!((place.tables(), place.versions()), (Vec::new(), Vec::new()));
    broken(&project, "UPDATE t_bad SET word = 'two';");
    project.run("upgrade").ok();
    assert_eq!(place.versions(), ["bad"]);
}

fn what_cannot_run_in_a_transaction(server: Server) {
    let place = Place::new(server);
    let project = place.project();
    project.add(&filled("good"));
    let index = "CREATE INDEX CONCURRENTLY ix_word ON t_good (word);";
    project.add(&Revision::new("index").after("good").up(index).down("DROP INDEX ix_word;"));
    let error = project.run("upgrade --format json").exits(1).json_error();
    assert!(error["hint"].as_str().unwrap().contains("no-transaction"), "{error:#}");
    assert_eq!(error["line"], 5, "{error:#}");
    assert_eq!(place.versions(), [] as [&str; 0], "it is seen before anything runs");
    let drop = "DROP INDEX CONCURRENTLY ix_word;";
    project.add(
        &Revision::new("index")
            .after("good")
            .section("@upgrade no-transaction", index)
            .section("@downgrade no-transaction", drop),
    );
    project.run("upgrade").ok();
    assert_eq!(place.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_word'::regclass"), ["t"]);
    project.run("downgrade -1").ok();
    assert_eq!(place.query("SELECT to_regclass('ix_word')"), ["NULL"]);
    project.write("lambic.toml", place.config("transaction = \"all\""));
    let error = project.run("upgrade --format json").exits(1).json_error();
    assert!(error["message"].as_str().unwrap().contains("transaction"), "{error:#}");
    assert_eq!(place.versions(), ["good"]);
}

fn the_state_is_said_and_the_next_run_goes_on(server: Server) {
    let place = Place::new(server);
    let project = project(&place);
    let told = project.run("upgrade").exits(1);
    for words in [
        "bad.sql:7:",
        "Unknown column 'nosuch'",
        "42S22",
        "1054",
        "bad is unfinished: statement 2 of 4 was the last",
    ] {
        assert!(told.stderr.replace('\n', " ").contains(words), "{words}: {told:#?}");
    }
    assert_eq!(
        (place.tables(), place.versions()),
        (vec!["t_bad".to_owned(), "t_good".to_owned()], vec!["good".to_owned()])
    );
    let log = place.log();
    let of_bad: Vec<&str> = log.iter().map(String::as_str).filter(|event| event.contains("|bad|")).collect();
    assert_eq!(
        of_bad,
        [
            "started|bad|upgrade",
            "started|bad|upgrade|1",
            "statement|bad|upgrade|1",
            "statement|bad|upgrade|2",
            "failed|bad|upgrade|2"
        ]
    );
    let status = project.run("status").ok();
    assert!(status.stdout.contains("the upgrade of bad stopped after statement 2"), "{status:#?}");
    // What stood in the way was not in the file, but in the database.
    let again = project.run("upgrade --format json -q").exits(1);
    let lines: Vec<serde_json::Value> =
        again.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["warning"]["code"], "run.unfinished", "{again:#?}");
    let error = &lines.last().unwrap()["error"];
    assert_eq!((&error["aftermath"], &error["line"]), (&"partial".into(), &7.into()), "{error:#}");
    assert_eq!(place.query("SELECT count(*) FROM t_bad"), ["1"], "no statement ran twice");
    place.run("ALTER TABLE t_bad ADD COLUMN nosuch varchar(20) DEFAULT 'two'");
    project.run("upgrade").ok();
    assert_eq!(place.query("SELECT id, word FROM t_bad"), ["1|two"]);
    assert_eq!((place.versions(), place.tables().len()), (vec!["bad".to_owned()], 3));
    project.run("downgrade base").ok();
    assert_eq!(place.tables(), [] as [&str; 0]);
}

fn a_transaction_for_all_is_refused(server: Server) {
    let place = Place::new(server);
    let project = place.project();
    project.add(&filled("good"));
    project.write("lambic.toml", place.config("transaction = \"all\""));
    let error = project.run("upgrade --format json").exits(1).json_error();
    assert!(
        error["hint"].is_string() && error["message"].as_str().unwrap().contains("transaction"),
        "{error:#}"
    );
    assert_eq!((place.tables(), place.versions()), (Vec::new(), Vec::new()));
}

/// A statement and its entry in the log are committed together, and the version row comes last.
fn ddl_dml_and_rows_are_in_order(server: Server) {
    let place = Place::new(server);
    let project = place.project();
    let up = "CREATE TABLE t (n int);\nINSERT INTO t VALUES (1);\nUPDATE t SET n = n + 1;\nALTER TABLE t ADD COLUMN m int;\n\
              UPDATE t SET m = (SELECT count(*) FROM lambic_log WHERE event = 'statement');";
    project.add(&Revision::new("first").up(up).down("DROP TABLE t;"));
    project.run("upgrade").ok();
    assert_eq!(place.query("SELECT n, m FROM t"), ["2|4"], "each statement is noted before the next begins");
    let expected = [
        "started|first|upgrade",
        "started|first|upgrade|1",
        "statement|first|upgrade|1",
        "statement|first|upgrade|2",
        "statement|first|upgrade|3",
        "started|first|upgrade|4",
        "statement|first|upgrade|4",
        "statement|first|upgrade|5",
        "done|first|upgrade",
    ];
    assert_eq!(place.log(), expected);
    // A row that a failing revision would have written is not there.
    project.add(
        &Revision::new("second").after("first").up("UPDATE t SET n = 5;\nSELECT nosuch;").down("SELECT 1;"),
    );
    project.run("upgrade").exits(1);
    assert_eq!(
        (place.query("SELECT n FROM t"), place.versions()),
        (vec!["5".to_owned()], vec!["first".to_owned()])
    );
}

fn no_log_is_refused(server: Server) {
    let place = Place::new(server);
    let project = place.project();
    project.add(&filled("good"));
    project.write("lambic.toml", place.config("log = false"));
    let error = project.run("upgrade --format json").exits(1).json_error();
    assert_eq!(error["code"], "store.log-needed");
    assert_eq!(place.tables(), [] as [&str; 0]);
}
