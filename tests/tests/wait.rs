use std::time::{Duration, Instant};

use expect_test::expect;
use lambic_tests::Project;

#[test]
fn a_database_that_answers() {
    expect![[r#"
        $ lambic wait
        The database answers after [TIME]: sqlite:app.db

        $ lambic wait --format json
        {"url":"sqlite:app.db","waited_ms":[TIME]}
    "#]]
    .assert_eq(&Project::new().transcript(&["wait", "wait --format json"]));
}

#[test]
fn patience_has_an_end() {
    let project = Project::new();
    let start = Instant::now();
    expect![[r#"
        $ lambic wait --timeout 1s --url sqlite:not/yet/app.db
        ! error[sqlite.no-such-folder]: the folder [ROOT]/not/yet of the database file [ROOT]/not/yet/app.db does not exist
        !   = note: the database is sqlite:not/yet/app.db, from --url
        !   = note: it did not answer within [TIME]
        !   = help: make the folder, or correct the path in the URL
        (exit code 1)
    "#]].assert_eq(&project.transcript(&["wait --timeout 1s --url sqlite:not/yet/app.db"]));
    // It gives up when the next attempt would come too late.
    assert!(start.elapsed() >= Duration::from_millis(700));
}

#[test]
fn a_database_that_comes_later() {
    let project = Project::new();
    let mut waiting = project.start("wait --timeout 30s --url sqlite:later/app.db");
    std::thread::sleep(Duration::from_millis(300));
    assert!(!waiting.ended());
    std::fs::create_dir(project.path("later")).unwrap();
    waiting.wait().ok();
}

#[test]
fn what_will_never_be_is_not_waited_for() {
    let project = Project::new();
    let start = Instant::now();
    project.run("wait --timeout 30s --url nosuch://host/db").exits(1);
    project.write(
        "app.db",
        "no database, and never will be one, whatever happens, for all that it is long enough",
    );
    project.run("wait --timeout 30s").exits(1);
    assert!(start.elapsed() < Duration::from_secs(10));
}
