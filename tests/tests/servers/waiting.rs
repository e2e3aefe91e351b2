//! Time that is bounded: of a statement, and of the wait for a lock of the application's.

use std::time::{Duration, Instant};

use lambic_tests::{Place, Revision, Server, wait_until};

use super::{SLOW, filled, slow};

on_every_server!(a_statement_has_its_time, a_lock_is_waited_for_in_turns, a_lock_is_not_waited_for_for_ever);

fn a_statement_has_its_time(server: Server) {
    let place = Place::new(server);
    let project = place.project();
    project.add(&filled("first"));
    project.run("upgrade --statement-timeout 20s").ok();
    project.add(&slow(server, "long").after("first"));
    let started = Instant::now();
    let error = project.run("upgrade --statement-timeout 1s --format json").exits(1).json_error();
    assert!(started.elapsed() < Duration::from_secs(20), "{error:#}");
    assert_eq!((&error["kind"], &error["line"]), (&"timeout".into(), &7.into()), "{error:#}");
    assert!(!place.is_running(SLOW));
    assert_eq!(place.versions(), ["first"]);
}

/// A revision that changes a table which somebody reads in a transaction.
const BLOCKED: &str = "ALTER TABLE t_first ADD COLUMN more int;";

fn blocked(server: Server) -> (Place, lambic_tests::Project, lambic_tests::Session) {
    let place = Place::new(server);
    let project = place.project();
    project.add(&filled("first"));
    project.run("upgrade").ok();
    project.add(&Revision::new("alter").after("first").up(BLOCKED).down("SELECT 1;"));
    let mut reader = place.session();
    reader.run("BEGIN");
    reader.run("SELECT * FROM t_first");
    (place, project, reader)
}

fn a_lock_is_waited_for_in_turns(server: Server) {
    let (place, project, mut reader) = blocked(server);
    let run = project.start("upgrade --ddl-lock-timeout 1s --ddl-retries 30");
    wait_until("it tries again", || run.stderr().contains("trying again"));
    reader.run("COMMIT");
    let output = run.wait().ok();
    assert!(output.stderr.contains("warning"), "{output:#?}");
    assert_eq!(place.versions(), ["alter"]);
    assert_eq!(place.query("SELECT more FROM t_first"), ["NULL"]);
}

fn a_lock_is_not_waited_for_for_ever(server: Server) {
    let (place, project, mut reader) = blocked(server);
    let started = Instant::now();
    let error = project.run("upgrade --ddl-lock-timeout 1s --ddl-retries 1 --format json").exits(1);
    assert!(started.elapsed() < Duration::from_secs(30), "{error:#?}");
    let last = error.stderr.lines().last().unwrap();
    let told: serde_json::Value = serde_json::from_str(last).unwrap();
    let told = &told["error"];
    assert_eq!((&told["kind"], &told["line"]), (&"locked".into(), &5.into()), "{error:#?}");
    assert_eq!(place.versions(), ["first"]);
    // The application goes on, and so does the next run.
    reader.run("COMMIT");
    project.run("upgrade").ok();
    assert_eq!(place.versions(), ["alter"]);
}
