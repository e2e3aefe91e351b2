//! Revision files that cannot be read as such.

use std::fs::File;

use lambic_tests::{Project, Revision};

use crate::refusal::{Refusal, project};

const PATH: &str = "migrations/versions/x1.sql";

/// Puts a file beside two good revisions, and insists that it stops everything before it begins.
fn refused(refusal: Refusal<'_>, bytes: impl AsRef<[u8]>) {
    let project = project();
    project.write(PATH, bytes);
    stops(refusal, &project);
}

fn stops(refusal: Refusal<'_>, project: &Project) {
    for command in ["upgrade heads", "downgrade base", "revision -m x", "history"] {
        refusal.of(project, command);
    }
}

pub(crate) fn unknown_directive() {
    let head = "-- @revision x1\n-- @down-revison notes\n\n-- @upgrade\nSELECT 1;\n";
    let refusal =
        Refusal::new("revision.unknown-directive", &["down-revison", "did you mean", "@down-revision"]);
    refused(refusal.at("migrations/versions/x1.sql:2:4"), head);
    let between =
        "-- @revision x1\n-- @down-revision notes\n\n-- @upgrade\nSELECT 1;\n-- @alow X \"why\"\nSELECT 2;\n";
    let project = project();
    project.write(PATH, between);
    // What stands between statements is read when the section is run.
    let refusal = Refusal::new("revision.unknown-directive", &["alow", "did you mean", "@allow"]);
    refusal.at("migrations/versions/x1.sql:6:4").of(&project, "upgrade heads");
}

pub(crate) fn no_upgrade_section() {
    let head = "-- @revision x1\n-- @down-revision notes\n-- @message nothing\n";
    let refusal =
        Refusal::new("revision.no-upgrade", &["x1", "@upgrade"]).at("migrations/versions/x1.sql:1:14");
    refused(refusal, head);
    refused(refusal, format!("{head}\n-- @downgrade\nSELECT 1;\n"));
    // A section for another dialect is none for this one.
    let project = project();
    project.add(&Revision::new("x1").after("notes").section("@upgrade postgres", "SELECT 1;"));
    Refusal::new("section.no-upgrade", &["x1", "sqlite"]).of(&project, "upgrade heads");
}

pub(crate) fn nul_bytes() {
    let text = "-- @revision x1\n-- @down-revision notes\n\n-- @upgrade\nSELECT 'a\0b';\n";
    let refusal = Refusal::new("revision.nul", &["NUL"]).at("migrations/versions/x1.sql:5:10");
    refused(refusal, text);
    refused(
        Refusal::new("revision.nul", &["NUL"]).at("migrations/versions/x1.sql:1:15"),
        "-- @revision x\x001\n",
    );
}

pub(crate) fn invalid_utf8() {
    let text = b"-- @revision x1\n-- @down-revision notes\n\n-- @upgrade\nSELECT 'caf\xe9';\n";
    refused(Refusal::new("revision.not-utf8", &["UTF-8"]).at("migrations/versions/x1.sql:5:12"), text);
    let wide: Vec<u8> = "\u{feff}-- @revision x1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(
        Refusal::new("revision.not-utf8", &["UTF-16", "UTF-8"]).at("migrations/versions/x1.sql:1:1"),
        wide,
    );
}

pub(crate) fn hundred_megabytes() {
    let project = project();
    File::create(project.path(PATH)).unwrap().set_len(100 << 20).unwrap();
    let refusal = Refusal::new("revision.too-large", &["104857600"]).at(PATH);
    stops(refusal, &project);
    // Not only a hole in a file.
    let line = "INSERT INTO users (name) VALUES ('one of very many');\n";
    project.write(
        PATH,
        format!("-- @revision x1\n-- @down-revision notes\n\n-- @upgrade\n{}", line.repeat(2_000_000)),
    );
    Refusal::new("revision.too-large", &["bytes"]).at(PATH).of(&project, "upgrade heads");
}
