//! Targets that do not fit the graph.

use lambic_tests::{Project, Revision, graph};

use crate::refusal::{Refusal, project};

pub(crate) fn two_heads() {
    let project = project();
    project.add_all(graph("left1 <- notes; right2(shop) <- notes"));
    let refusal =
        Refusal::new("symbol.several-heads", &["left1", "right2", "shop@head", "heads", "lambic merge"]);
    for command in ["upgrade", "upgrade head", "revision -m x", "stamp head"] {
        refusal.of(&project, command);
    }
    project.run("upgrade shop@head").ok();
    assert_eq!(project.versions(), ["right2"]);
}

pub(crate) fn unknown() {
    let project = project();
    for command in ["upgrade nots", "downgrade nots", "stamp nots", "show nots", "revision -m x --head nots"]
    {
        Refusal::new("symbol.unknown", &["`nots`", "did you mean `notes`"]).of(&project, command);
    }
    Refusal::new("symbol.unknown", &["`ffffffffffff`", "lambic history"])
        .of(&project, "upgrade ffffffffffff");
    Refusal::new("symbol.unknown", &["`mail`"]).of(&project, "upgrade mail@head");
}

pub(crate) fn ambiguous() {
    let project = project();
    project.add_all(graph("abcd11 <- notes; abcd22 <- abcd11"));
    for command in
        ["upgrade abcd", "stamp abc", "show ab", "downgrade abcd", "revision -m x --head abcd --splice"]
    {
        Refusal::new("symbol.ambiguous", &["2 names", "abcd11", "abcd22", "make abcd22"])
            .of(&project, command);
    }
}

pub(crate) fn partial() {
    let project = project();
    // The beginning of one id alone is that id, and what is written is the whole of it.
    project.run("downgrade use").ok();
    assert_eq!(project.versions(), ["users"]);
    project.run("upgrade note").ok();
    assert_eq!(project.versions(), ["notes"]);
    Refusal::new("symbol.unknown", &["`otes`", "did you mean `notes`"]).of(&project, "downgrade otes");
    // In a file, an id is written in full.
    project.add(&Revision::new("x1").after("note").table());
    let refusal = Refusal::new("revision.missing", &["did you mean `notes`"]);
    refusal.at("migrations/versions/x1.sql:2:19").of(&project, "upgrade heads");
}

pub(crate) fn empty() {
    let project = project();
    for command in ["upgrade ''", "downgrade ' '", "stamp ''", "show ''", "revision -m x --head ''"] {
        Refusal::new("symbol.malformed", &["empty"]).of(&project, command);
    }
    Refusal::new("create.bad-id", &["empty", "--rev-id"]).exits(64).of(&project, "revision -m x --rev-id ''");
    project.write("migrations/versions/x1.sql", "-- @revision\n\n-- @upgrade\nSELECT 1;\n");
    let refusal = Refusal::new("revision.missing-value", &["@revision"]).at("migrations/versions/x1.sql:1:4");
    refusal.of(&project, "upgrade heads");
}

const HOSTILE: &str = "'; DROP TABLE users; --";

pub(crate) fn hostile() {
    let project = project();
    for command in ["upgrade", "downgrade", "stamp", "show", "edit", "plan upgrade heads --at", "history -r"]
    {
        let line = format!("{command} \"{HOSTILE}\"");
        let error = project.run(&format!("{line} --format json")).exits(1).json_error();
        let code = error["code"].as_str().unwrap();
        Refusal::new(code, &["'"]).of(&project, &line);
    }
    for id in [HOSTILE, "../../etc/passwd", "a b", "head", "a:b", "naïve", "-1"] {
        Refusal::new("create.bad-id", &["--rev-id"])
            .exits(64)
            .of(&project, &format!("revision -m x --rev-id=\"{id}\""));
    }
    in_a_file();
    in_the_version_table(&project);
}

fn in_a_file() {
    let project = project();
    let text = format!("-- @revision {HOSTILE}\n-- @down-revision notes\n\n-- @upgrade\nSELECT 1;\n");
    project.write("migrations/versions/x1.sql", text);
    let error = project.run("upgrade heads --format json").exits(1).json_error();
    assert_eq!(error["line"], 1);
    Refusal::new(error["code"].as_str().unwrap(), &[]).of(&project, "upgrade heads");
}

/// A row with such a name is shown, taken for what it is, and can be taken away.
fn in_the_version_table(project: &Project) {
    project.writer().execute("INSERT INTO lambic_version VALUES (?1)", [HOSTILE]).unwrap();
    let users = || project.query("SELECT name FROM users ORDER BY id");
    project.run("current").ok();
    project.run("status").ok();
    Refusal::new("version.unknown-row", &[HOSTILE]).of(project, "downgrade base");
    project.run("stamp --purge notes").ok();
    assert_eq!(project.versions(), ["notes"]);
    assert_eq!(users(), ["ann", "bob"]);
}

pub(crate) fn too_far() {
    let project = project();
    for (command, end) in [("downgrade -3", "base"), ("downgrade -999999999999999999999", "base")] {
        Refusal::new("symbol.too-far", &["too far", "2 steps", end]).of(&project, command);
    }
    for command in ["upgrade +1", "upgrade +99999999999", "upgrade users+2", "plan upgrade +3 --at users"] {
        Refusal::new("symbol.too-far", &["too far", "heads"]).of(&project, command);
    }
}
