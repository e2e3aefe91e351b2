//! Small graphs for the tests.

use lambic_revision::{Graph, RevisionFile};

/// Makes a graph of `(id, other directives, message)`.
fn graph(revisions: &[(&str, &str, &str)]) -> Graph {
    let files = revisions.iter().map(|(id, header, message)| {
        let text = format!("-- @revision {id}\n{header}-- @message {message}\n\n-- @upgrade\nSELECT 1;\n");
        RevisionFile::parse(format!("versions/{id}.sql"), text).unwrap()
    });
    Graph::new(files.collect()).unwrap()
}

/// Two branches from `base`, one of which depends on the other, and a merge.
pub(crate) fn branches() -> Graph {
    graph(&[
        ("a1", "-- @branch-label shop\n", "create the shop"),
        ("a2", "-- @down-revision a1\n", "add prices"),
        ("a3", "-- @down-revision a2\n", "add taxes"),
        ("b1", "-- @branch-label mail\n-- @depends-on a2\n", "create the mail"),
        ("b2", "-- @down-revision b1\n", "add addresses"),
        ("m", "-- @down-revision a3 b2\n", "merge"),
        ("n", "-- @down-revision m\n", "a message that is far too long for any terminal of this width"),
    ])
}
