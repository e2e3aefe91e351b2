//! Several processes at once, and processes that end before their time.

use std::time::{Duration, Instant};

use lambic_tests::{Project, Revision, Running, graph, slow_revision, wait_until};
use nix::sys::signal::Signal;

/// How many revisions the runs compete for.
const REVISIONS: usize = 12;

/// Each revision adds a line to a table that has no key: run twice, it would stand there twice.
fn countable() -> Project {
    let mut revisions =
        vec![Revision::new("r00").up("CREATE TABLE ran (revision TEXT);").down("DROP TABLE ran;")];
    for number in 1..REVISIONS {
        let (id, parent) = (format!("r{number:02}"), format!("r{:02}", number - 1));
        let insert = format!("INSERT INTO ran VALUES ('{id}');");
        let delete = format!("DELETE FROM ran WHERE revision = '{id}';");
        revisions.push(Revision::new(&id).after(&parent).up(&insert).down(&delete));
    }
    Project::of(revisions)
}

/// Starts that many upgrades together; each ends well, and each revision runs once.
fn upgrade_together(processes: usize) {
    let project = countable();
    let running: Vec<Running> = (0..processes).map(|_| project.start("upgrade heads")).collect();
    let outputs: Vec<_> = running.into_iter().map(|run| run.wait().ok()).collect();
    let expected: Vec<String> = (1..REVISIONS).map(|number| format!("r{number:02}")).collect();
    assert_eq!(project.query("SELECT revision FROM ran ORDER BY rowid"), expected);
    assert_eq!(project.versions(), ["r11"]);
    let done: Vec<String> = (0..REVISIONS).map(|number| format!("done|r{number:02}|upgrade")).collect();
    assert_eq!(project.log(), done);
    let applied = outputs.iter().filter(|output| output.stdout.contains("Applied 12 revisions"));
    assert_eq!(applied.count(), 1, "one of them did it all: {outputs:#?}");
    assert!(!project.path("app.db-lambic-lock").exists(), "the lock's file goes with the last of them");
}

#[test]
fn two_processes_at_once() {
    upgrade_together(2);
}

#[test]
fn twenty_processes_at_once() {
    upgrade_together(20);
}

#[test]
fn up_and_down_at_once() {
    let project = countable();
    project.run("upgrade").ok();
    let lines =
        ["upgrade heads", "downgrade base", "upgrade heads", "downgrade base", "upgrade r05", "current"];
    let running: Vec<Running> = lines.iter().map(|line| project.start(line)).collect();
    for run in running {
        let output = run.wait();
        // A downgrade to base may come second; an upgrade to r05 may find more. None may fail for want of order.
        assert_eq!(output.code, Some(0), "{output:#?}");
    }
    let ran = project.query("SELECT name FROM sqlite_schema WHERE name = 'ran'");
    let last: Vec<String> = project.versions();
    let rows = if ran.is_empty() { 0 } else { project.query("SELECT * FROM ran").len() };
    let expected = last.first().map_or(0, |id| id.trim_start_matches('r').parse::<usize>().unwrap());
    assert_eq!((rows, ran.len()), (expected, last.len()), "rows and version go together");
}

/// Another program writes: opening waits for it, and so does the transaction.
#[test]
fn a_busy_database_is_waited_for() {
    for lock in ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"] {
        let project = countable();
        project.run("upgrade r03").ok();
        let writer = project.writer();
        writer.execute_batch(lock).unwrap();
        let mut run = project.start("upgrade");
        std::thread::sleep(Duration::from_millis(400));
        assert!(!run.ended(), "{lock}: {}", run.stderr());
        writer.execute_batch("COMMIT").unwrap();
        run.wait().ok();
        assert_eq!(project.versions(), ["r11"]);
    }
}

#[test]
fn the_death_of_the_holder_frees_the_lock() {
    let project = waiting_project();
    let holder = project.in_the_middle("upgrade");
    let number = holder.id();
    project.add(&Revision::new("long").after("first").table());
    let mut waiting = project.start("upgrade --lock-wait 50s");
    wait_until("the second says what it waits for", || {
        waiting.stderr().contains(&format!("process {number}"))
    });
    assert!(waiting.stderr().contains("Waiting for the lock"), "{}", waiting.stderr());
    assert!(!waiting.ended());
    holder.signal(Signal::SIGKILL);
    let killed = Instant::now();
    assert_eq!(holder.wait().signal, Some(9));
    let output = waiting.wait().ok();
    assert!(killed.elapsed() < Duration::from_secs(10), "it went on waiting for the dead: {output:#?}");
    assert_eq!(project.versions(), ["long"]);
    assert_eq!(project.log(), ["done|first|upgrade", "done|long|upgrade"]);
}

/// Outside a transaction, too, a statement happens once: it and its entry in the log are committed together.
#[test]
fn killed_again_and_again_every_statement_happens_once() {
    let counts = "UPDATE t SET n = n + 1;\nBEGIN;\nUPDATE t SET n = n + 1;\nCOMMIT;\n".repeat(100);
    let body = format!("CREATE TABLE t (n);\nINSERT INTO t VALUES (0);\n{counts}");
    let project = Project::of([Revision::new("first").section("@upgrade no-transaction", &body)]);
    project.run("ensure-version").ok();
    // What a killed process left must be rolled back first, and that takes a connection that may write.
    let database = project.writer();
    let number = |sql: &str| database.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap();
    let statements = || number("SELECT count(*) FROM lambic_log WHERE event = 'statement'");
    let finished = || number("SELECT count(*) FROM lambic_version") == 1;
    let mut kills = 0;
    while !finished() {
        let before = statements();
        let running = project.start("upgrade");
        wait_until("it goes on", || statements() > before + 1 || finished());
        running.signal(Signal::SIGKILL);
        running.wait();
        kills += 1;
    }
    assert!(kills > 1, "it was never killed in the middle");
    assert_eq!(number("SELECT n FROM t"), 200);
}

#[test]
fn waiting_has_an_end() {
    let project = waiting_project();
    let holder = project.in_the_middle("upgrade");
    let start = Instant::now();
    let output = project.run("upgrade --lock-wait 1s").exits(1);
    assert!(start.elapsed() >= Duration::from_secs(1), "{output:#?}");
    assert!(output.stderr.contains("error[lock.held]"), "{output:#?}");
    assert!(output.stderr.contains(&format!("process {}", holder.id())), "{output:#?}");
    holder.signal(Signal::SIGTERM);
    holder.wait().exits(143);
}

#[test]
fn ctrl_c_in_the_middle_of_a_statement() {
    stopped(Signal::SIGINT, 130);
}

#[test]
fn sigterm_in_the_middle_of_a_statement() {
    stopped(Signal::SIGTERM, 143);
}

/// Stops a run in a long statement: what the revision did is undone, the log knows, and the next run finishes.
fn stopped(signal: Signal, code: i32) {
    let project = waiting_project();
    let before = project.state();
    let run = project.in_the_middle("upgrade");
    run.signal(signal);
    let sent = Instant::now();
    let output = run.wait().exits(code);
    assert!(sent.elapsed() < Duration::from_secs(25), "{output:#?}");
    assert!(output.stderr.contains("rolled back"), "{output:#?}");
    assert_eq!(project.state(), before, "the files, the schema, the rows and the version rows");
    assert_eq!(project.log(), ["done|first|upgrade", "failed|long|upgrade"]);
    let failure = project.query("SELECT error FROM lambic_log WHERE event = 'failed'");
    assert!(!failure[0].is_empty() && failure[0] != "NULL", "{failure:?}");
    // The lock is free, and the next run does what this one did not.
    project.add(&Revision::new("long").after("first").table());
    project.run("upgrade --lock-wait 0s").ok();
    assert_eq!(project.versions(), ["long"]);
}

#[test]
fn ctrl_c_while_waiting_for_the_lock() {
    let project = waiting_project();
    let holder = project.in_the_middle("upgrade");
    let waiting = project.start("upgrade --lock-wait 50s");
    wait_until("the second waits", || waiting.stderr().contains("process"));
    waiting.signal(Signal::SIGINT);
    waiting.wait().exits(130);
    holder.signal(Signal::SIGINT);
    holder.wait().exits(130);
    assert_eq!(project.versions(), ["first"]);
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    let project = waiting_project();
    let run = project.in_the_middle("upgrade");
    run.signal(Signal::SIGSTOP);
    run.signal(Signal::SIGTERM);
    run.signal(Signal::SIGINT);
    run.signal(Signal::SIGCONT);
    let output = run.wait();
    assert!([Some(130), Some(143)].contains(&output.code), "{output:#?}");
    // Whatever was done in good order or not, the database is whole.
    assert_eq!(project.versions(), ["first"]);
    assert_eq!(project.query("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(project.query("SELECT name FROM sqlite_schema WHERE name = 'slow'"), Vec::<String>::new());
}

#[test]
fn a_killed_run_leaves_whole_revisions() {
    // Killed at another moment each time, from before the first revision to after the last.
    for delay in (0..60).step_by(6) {
        let project = countable();
        let run = project.start("upgrade heads");
        std::thread::sleep(Duration::from_millis(delay));
        run.signal(Signal::SIGKILL);
        run.wait();
        project.run("upgrade heads").ok();
        let expected: Vec<String> = (1..REVISIONS).map(|number| format!("r{number:02}")).collect();
        assert_eq!(
            project.query("SELECT revision FROM ran ORDER BY rowid"),
            expected,
            "killed after {delay} ms"
        );
        assert_eq!(project.versions(), ["r11"]);
    }
}

/// A project whose first revision is applied and whose second takes very long.
fn waiting_project() -> Project {
    let project = Project::of(graph("first"));
    project.run("upgrade").ok();
    project.add(&slow_revision("long", "first"));
    project
}
