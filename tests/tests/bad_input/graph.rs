//! Revisions that do not form a graph.

use lambic_tests::{Project, Revision};

use crate::refusal::{Refusal, project};

/// Commands that read the graph, and those that change something most of all.
fn refused(refusal: Refusal<'_>, project: &Project) {
    for command in ["upgrade heads", "downgrade base", "revision -m x", "stamp head", "history"] {
        refusal.of(project, command);
    }
}

pub(crate) fn duplicate_ids() {
    let project = project();
    let copy = project.read("migrations/versions/notes.sql");
    project.write("migrations/versions/zz_copy.sql", copy);
    let refusal = Refusal::new("revision.duplicate-id", &["notes", "migrations/versions/notes.sql"]);
    refused(refusal.at("migrations/versions/zz_copy.sql:1:14"), &project);
    let shouted = Revision::new("NOTES").after("users").table();
    std::fs::remove_file(project.path("migrations/versions/zz_copy.sql")).unwrap();
    project.add(&shouted);
    // A file system without case would have written over the file.
    if project.list("migrations/versions").len() == 3 {
        let says = ["NOTES", "notes", "case"];
        refused(Refusal::new("revision.duplicate-id", &says), &project);
    }
}

pub(crate) fn cycles() {
    let project = project();
    project.add(&Revision::new("x1").after("x3").table());
    project.add(&Revision::new("x2").after("x1").table());
    project.add(&Revision::new("x3").after("notes x2").table());
    let says = ["x1 -> x3 -> x2 -> x1", "migrations/versions/x2.sql", "migrations/versions/x3.sql"];
    refused(Refusal::new("revision.cycle", &says).at("migrations/versions/x1.sql:2:19"), &project);
    project.add(&Revision::new("x1").header("@depends-on x3").table());
    refused(Refusal::new("revision.cycle", &["depends on"]).at("migrations/versions/x1.sql:2:16"), &project);
}

pub(crate) fn self_loops() {
    let project = project();
    project.add(&Revision::new("x1").after("notes x1").table());
    let place = "migrations/versions/x1.sql:2:25";
    refused(Refusal::new("revision.self-loop", &["x1", "follows itself"]).at(place), &project);
    project.add(&Revision::new("x1").after("notes").header("@depends-on x1").table());
    let place = "migrations/versions/x1.sql:3:16";
    refused(Refusal::new("revision.self-loop", &["x1", "depends on itself"]).at(place), &project);
}

pub(crate) fn missing_parents() {
    let project = project();
    project.add(&Revision::new("x1").after("note").table());
    let says = ["x1", "`note`", "did you mean `notes`"];
    refused(Refusal::new("revision.missing", &says).at("migrations/versions/x1.sql:2:19"), &project);
    project.add(&Revision::new("x1").after("notes").header("@depends-on qqqqqqqq").table());
    let says = ["x1", "qqqqqqqq", "version_locations"];
    refused(Refusal::new("revision.missing", &says).at("migrations/versions/x1.sql:3:16"), &project);
}

pub(crate) fn duplicate_labels() {
    let project = project();
    project.add(&Revision::new("x1").after("notes").header("@branch-label shop").table());
    project.add(&Revision::new("x2").after("notes").header("@branch-label shop").table());
    let says = ["shop", "migrations/versions/x1.sql"];
    refused(Refusal::new("revision.duplicate-label", &says).at("migrations/versions/x2.sql:3:18"), &project);
    // A label must not be the id of another revision either.
    project.add(&Revision::new("x2").after("notes").header("@branch-label notes").table());
    refused(
        Refusal::new("revision.duplicate-label", &["notes"]).at("migrations/versions/x2.sql:3:18"),
        &project,
    );
}
