//! Databases that cannot be reached, read or written.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use lambic_tests::{Project, Revision, lambic};
use nix::unistd::geteuid;

use crate::refusal::{Refusal, project};

pub(crate) fn unreachable_path() {
    let project = project();
    let refusal = Refusal::new("sqlite.no-such-folder", &["no/such", "does not exist"]);
    for command in ["upgrade", "current", "status", "stamp head", "inspect"] {
        refusal.of(&project, &format!("{command} --url sqlite:no/such/app.db"));
    }
    Refusal::new("sqlite.is-a-folder", &["migrations"]).of(&project, "upgrade --url sqlite:migrations");
    Refusal::new("url.unknown-scheme", &["oracle", "sqlite"]).of(&project, "upgrade --url oracle://host/db");
    Refusal::new("url.invalid", &["scheme"]).of(&project, "upgrade --url app.db");
}

pub(crate) fn read_only_file() {
    let project = project();
    project.add(&Revision::new("more").after("notes").table());
    let refusal = Refusal::new("sqlite.read-only", &["write"]);
    for url in ["file:app.db?mode=ro", "file:app.db?immutable=1"] {
        for command in ["upgrade", "downgrade base", "stamp users"] {
            refusal.of(&project, &format!("{command} --url '{url}'"));
        }
        // Looking is no writing.
        project.run(&format!("current --url '{url}'")).ok();
    }
    // Permissions do not bind the superuser.
    if !geteuid().is_root() {
        fs::set_permissions(project.path("app.db"), fs::Permissions::from_mode(0o444)).unwrap();
        refusal.of(&project, "upgrade");
    }
}

pub(crate) fn not_a_database() {
    let project = project();
    project.write("app.db", "This is a letter to my aunt, and has been for years.\n".repeat(200));
    for command in ["upgrade", "downgrade base", "current", "status", "stamp head", "inspect"] {
        Refusal::new("sqlite.not-a-database", &["app.db", "not an SQLite database"]).of(&project, command);
    }
}

pub(crate) fn locked() {
    let project = project();
    project.add(&Revision::new("more").after("notes").table());
    let before = project.state();
    let writer = project.writer();
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    for command in ["upgrade", "downgrade base", "stamp users"] {
        let line = format!("{command} --url 'sqlite:app.db?busy_timeout=50'");
        Refusal::new("sqlite.busy", &["locked", "busy_timeout"]).told(&project, &line);
    }
    writer.execute_batch("ROLLBACK").unwrap();
    assert_eq!(project.state(), before);
    project.run("upgrade").ok();
}

pub(crate) fn corrupt() {
    let project = project();
    let sound = fs::read(project.path("app.db")).unwrap();
    let mut overwritten = sound.clone();
    overwritten[100..400].fill(0xAA);
    let cut = sound[..sound.len() / 2].to_vec();
    for damaged in [overwritten, cut] {
        project.write("app.db", damaged);
        for command in ["upgrade", "downgrade base", "stamp users", "current"] {
            let refusal = Refusal::new("sqlite.corrupt", &["app.db", "damaged", "backup"]);
            refusal.of(&project, command);
        }
    }
}

pub(crate) fn unexplained_row() {
    let project = project();
    project.writer().execute("INSERT INTO lambic_version VALUES ('deadbeef0000')", []).unwrap();
    project.add(&Revision::new("more").after("notes").table());
    project.add(&Revision::new("other").table());
    for command in ["downgrade base", "upgrade heads", "upgrade other"] {
        Refusal::new("version.unknown-row", &["deadbeef0000", "lambic stamp"]).of(&project, command);
    }
    // It is named wherever people look, and blocks nothing that does not need it.
    for command in ["current", "status"] {
        let shown = project.run(command).ok();
        assert!(format!("{}{}", shown.stdout, shown.stderr).contains("deadbeef0000"), "{shown:#?}");
    }
    project.run("upgrade more").ok();
    assert_eq!(project.versions(), ["deadbeef0000", "more"]);
    project.run("stamp --purge more").ok();
    assert_eq!(project.versions(), ["more"]);
}

pub(crate) fn disk_full() {
    let full = |statements: &str| {
        let project = project();
        project.add(&Revision::new("more").after("notes").up(statements).down("SELECT 1;"));
        project
    };
    let limited = full(
        "PRAGMA max_page_count = 40;\nCREATE TABLE big (x);\nINSERT INTO big VALUES (zeroblob(1000000));",
    );
    let refusal = Refusal::new("sqlite.full", &["full", "rolled back"]);
    refusal.at("migrations/versions/more.sql:7:1").of(&limited, "upgrade");
    assert!(limited.log().contains(&"failed|more|upgrade".to_owned()), "{:?}", limited.log());
    // Files that must not grow: the statement fails when it spills, a smaller one at the commit.
    for size in [8_000_000, 1_000_000] {
        without_room(&full(&format!("CREATE TABLE big (x);\nINSERT INTO big VALUES (zeroblob({size}));")));
    }
}

/// Runs an upgrade that may write only 64 blocks to any file.
fn without_room(project: &Project) {
    let before = project.state();
    let limited = |format: &str| {
        let mut shell: Command = project.program("sh");
        shell.args(["-c", "ulimit -f 64; exec \"$0\" upgrade --format \"$1\""]).arg(lambic()).arg(format);
        project.finish(shell).exits(1)
    };
    let error = limited("json").json_error();
    let code = error["code"].as_str().unwrap();
    assert!(["sqlite.full", "sqlite.io"].contains(&code), "{error:#}");
    assert!(error["hint"].is_string() && error["file"].is_string(), "{error:#}");
    let told = limited("human").stderr;
    assert!(told.contains(&format!("error[{code}]")) && told.contains("more.sql"), "{told}");
    assert_eq!(project.state(), before);
    project.run("upgrade").ok();
    assert_eq!(project.versions(), ["more"]);
}
