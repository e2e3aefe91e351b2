//! Runs that fail in the middle, or meet each other.

use lambic_tests::{Revision, slow_revision};
use nix::sys::signal::Signal;

use crate::refusal::{Refusal, project};

pub(crate) fn sql_error_in_the_middle() {
    let project = project();
    let statements = "ALTER TABLE users ADD COLUMN age INTEGER;\n\n  UPDATE users SET age = 30;\n\
                      UPDATE users SET name = uper(name);\nDROP TABLE notes;";
    project.add(&Revision::new("good").after("notes").table());
    project.add(&Revision::new("bad").after("good").up(statements).down("SELECT 1;"));
    let refusal = Refusal::new("sqlite.error", &["uper", "rolled back"]);
    let place = "migrations/versions/bad.sql:8:25";
    // The revision before it is a revision of its own, and stays.
    refusal.at(place).told(&project, "upgrade");
    assert_eq!(project.versions(), ["good"]);
    let error = Refusal::new("sqlite.error", &["uper", "rolled back"]).at(place).of(&project, "upgrade");
    assert_eq!(error["statement"], "UPDATE users SET name = uper(name)");
    assert_eq!(error["aftermath"], "rolled-back");
    assert_eq!(error["database"]["name"], "SQLITE_ERROR");
    assert_eq!(project.query("SELECT count(*) FROM users"), ["2"]);
    assert_eq!(project.log().last().unwrap(), "failed|bad|upgrade");
    // In one transaction, the revision before it goes too.
    project.run("downgrade notes").ok();
    let config = project.read("lambic.toml").replace("\n\n", "\ntransaction = \"all\"\n\n");
    project.write("lambic.toml", config);
    refusal.at(place).of(&project, "upgrade");
    assert_eq!(project.versions(), ["notes"]);
}

pub(crate) fn irreversible() {
    let project = project();
    let drop = "DROP TABLE notes;";
    let why = "@downgrade irreversible \"the notes are gone\"";
    project.add(&Revision::new("gone").after("notes").up(drop).section(why, ""));
    project.add(&Revision::new("more").after("gone").table());
    project.run("upgrade").ok();
    for target in ["base", "notes", "-2", "users"] {
        let refusal = Refusal::new("section.irreversible", &["gone", "the notes are gone"]);
        refusal.at("migrations/versions/gone.sql:7:1").of(&project, &format!("downgrade {target}"));
    }
    assert_eq!(project.versions(), ["more"]);
    // Down to it is another matter.
    project.run("downgrade gone").ok();
    project.add(&Revision::new("gone").after("notes").up(drop));
    Refusal::new("section.no-downgrade", &["gone"]).of(&project, "downgrade base");
}

pub(crate) fn two_processes() {
    let project = project();
    project.add(&slow_revision("long", "notes"));
    let first = project.in_the_middle("upgrade");
    let holder = format!("process {}", first.id());
    let says = [holder.as_str(), "--lock-wait"];
    let refusal = Refusal::new("lock.held", &says);
    let database = project.database();
    for command in ["upgrade", "downgrade base", "stamp users"] {
        refusal.told(&project, &format!("{command} --lock-wait 0s"));
        let rows: String =
            database.query_row("SELECT version_num FROM lambic_version", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, "notes");
    }
    first.signal(Signal::SIGKILL);
    assert_eq!(first.wait().signal, Some(9));
    project.run("downgrade base --lock-wait 0s").ok();
}

pub(crate) fn interrupted() {
    let project = project();
    project.add(&slow_revision("long", "notes"));
    let before = project.state();
    for format in ["human", "json"] {
        let run = project.in_the_middle(&format!("upgrade --format {format}"));
        run.signal(Signal::SIGINT);
        let output = run.wait().exits(130);
        if format == "json" {
            let error = output.json_error();
            assert_eq!(error["aftermath"], "rolled-back");
            assert!(error["hint"].is_string(), "{error:#}");
        } else {
            assert!(output.stderr.contains("error["), "{output:#?}");
        }
        assert_eq!(project.log().last().unwrap(), "failed|long|upgrade");
    }
    assert_eq!(project.state(), before);
}
