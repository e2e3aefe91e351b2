//! Several processes at once, and processes that end before their time.

use std::time::{Duration, Instant};

use lambic_tests::{Place, Project, Revision, Running, Server, wait_until};
use nix::sys::signal::Signal;

use super::{SLOW, filled, slow};

on_every_server!(
    two_processes_at_once,
    eight_processes_at_once,
    killed_in_the_middle,
    interrupted_in_a_long_statement,
    waiting_shows_the_holder,
);

/// How many revisions the runs compete for.
const REVISIONS: usize = 6;

/// Each revision adds a line to a table that has no key: run twice, it would stand there twice.
fn countable(place: &Place) -> Project {
    let project = place.project();
    project.add(&Revision::new("r0").up("CREATE TABLE ran (revision varchar(9));").down("DROP TABLE ran;"));
    for number in 1..REVISIONS {
        let up = format!("INSERT INTO ran VALUES ('r{number}');\nCREATE TABLE t{number} (x int);");
        let revision = Revision::new(&format!("r{number}")).after(&format!("r{}", number - 1));
        project.add(&revision.up(&up).down(&format!("DROP TABLE t{number};")));
    }
    project
}

fn together(server: Server, processes: usize) {
    let place = Place::new(server);
    let project = countable(&place);
    let running: Vec<Running> = (0..processes).map(|_| project.start("upgrade heads")).collect();
    let outputs: Vec<_> = running.into_iter().map(|run| run.wait().ok()).collect();
    let expected: Vec<String> = (1..REVISIONS).map(|number| format!("r{number}")).collect();
    assert_eq!(place.query("SELECT revision FROM ran ORDER BY revision"), expected);
    assert_eq!(place.versions(), ["r5"]);
    let done: Vec<String> = place.log().into_iter().filter(|event| event.starts_with("done")).collect();
    assert_eq!(done, (0..REVISIONS).map(|number| format!("done|r{number}|upgrade")).collect::<Vec<_>>());
    let applied = outputs.iter().filter(|output| output.stdout.contains("Applied 6 revisions"));
    assert_eq!(applied.count(), 1, "one of them did it all: {outputs:#?}");
}

fn two_processes_at_once(server: Server) {
    together(server, 2);
}

fn eight_processes_at_once(server: Server) {
    together(server, 8);
}

/// A project in which one revision is applied and the next takes long.
fn waiting(server: Server) -> (Place, Project) {
    let place = Place::new(server);
    let project = place.project();
    project.add(&filled("first"));
    project.run("upgrade").ok();
    project.add(&slow(server, "long").after("first"));
    (place, project)
}

fn in_the_middle(place: &Place, project: &Project, line: &str) -> Running {
    let mut running = project.start(line);
    wait_until("the slow statement runs", || {
        assert!(!running.ended(), "it ended instead: {}", running.stderr());
        place.is_running(SLOW)
    });
    running
}

fn killed_in_the_middle(server: Server) {
    let (place, project) = waiting(server);
    let run = in_the_middle(&place, &project, "upgrade");
    run.signal(Signal::SIGKILL);
    assert_eq!(run.wait().signal, Some(9));
    assert_eq!(place.versions(), ["first"]);
    // The server may still be at it; then nobody else gets the lock until it notices, or somebody ends it.
    end_slow(&place);
    if server.undoes_ddl() {
        assert_eq!(place.tables(), ["t_first"]);
        project.add(
            &Revision::new("long").after("first").up("CREATE TABLE slow (x int);").down("DROP TABLE slow;"),
        );
    } else {
        assert_eq!(place.tables(), ["slow", "t_first"]);
        let last = place.log().pop().unwrap();
        assert_eq!(last, "statement|long|upgrade|1", "what was done is known");
        let quick = "CREATE TABLE slow (x int);\nINSERT INTO slow VALUES (1);";
        // The same number of statements, in a file that was changed: it starts with its first statement, and says why not.
        project.add(&Revision::new("long").after("first").up(quick).down("DROP TABLE slow;"));
        let told = project.run("upgrade").exits(1);
        assert!(told.stderr.contains("already exists"), "{told:#?}");
        place.run("DROP TABLE slow");
    }
    project.run("upgrade").ok();
    assert_eq!((place.versions(), place.tables().len()), (vec!["long".to_owned()], 2));
}

/// Ends the session of a process that is gone.
fn end_slow(place: &Place) {
    let (mut administrator, name) = (place.server.administrator(), &place.name);
    if place.server.undoes_ddl() {
        administrator.run(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND query LIKE '{SLOW}%'"
        ));
    } else {
        let sql = format!(
            "SELECT id FROM information_schema.processlist WHERE db = '{name}' AND info LIKE '{SLOW}%'"
        );
        for id in administrator.rows(&sql) {
            // The server may have noticed meanwhile.
            let _ = administrator.try_run(&format!("KILL {id}"));
        }
    }
    wait_until("the session of the dead is gone", || !place.is_running(SLOW));
}

fn interrupted_in_a_long_statement(server: Server) {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let (place, project) = waiting(server);
        let run = in_the_middle(&place, &project, "upgrade");
        run.signal(signal);
        let sent = Instant::now();
        let output = run.wait().exits(code);
        assert!(sent.elapsed() < Duration::from_secs(25), "{output:#?}");
        assert!(!place.is_running(SLOW), "the server goes on");
        let last = place.log().pop().unwrap();
        if server.undoes_ddl() {
            assert!(output.stderr.contains("rolled back"), "{output:#?}");
            assert_eq!((place.tables(), last.as_str()), (vec!["t_first".to_owned()], "failed|long|upgrade"));
        } else {
            assert!(output.stderr.contains("statement 1 of 2 was the last"), "{output:#?}");
            assert_eq!(place.tables(), ["slow", "t_first"]);
            assert_eq!(last, "failed|long|upgrade|1");
        }
        assert_eq!(place.versions(), ["first"]);
        // The lock is free.
        project.run("downgrade base --lock-wait 0s").ok();
    }
}

fn waiting_shows_the_holder(server: Server) {
    let (place, project) = waiting(server);
    let holder = in_the_middle(&place, &project, "upgrade");
    let error = project.run("upgrade --lock-wait 0s --format json").exits(1).json_error();
    assert_eq!(error["kind"], "locked", "{error:#}");
    let notes = error["notes"].to_string();
    assert!(notes.contains("session") || notes.contains("process"), "{error:#}");
    let mut waiting = project.start("upgrade --lock-wait 50s");
    wait_until("the second says what it waits for", || waiting.stderr().contains("Waiting for the lock"));
    assert!(!waiting.ended());
    if server.undoes_ddl() {
        let number = format!("process {}", holder.id());
        assert!(waiting.stderr().contains(&number), "{}", waiting.stderr());
    }
    project.add(&Revision::new("long").after("first").up("SELECT 1;").down("SELECT 1;"));
    holder.signal(Signal::SIGINT);
    holder.wait().exits(130);
    // It has read the slow revision before.
    waiting.signal(Signal::SIGINT);
    waiting.wait().exits(130);
}
