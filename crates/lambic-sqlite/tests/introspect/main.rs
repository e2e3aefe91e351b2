//! Reading schemas: what SQLite is told is what is read, written again, and read again, and SQLite's own pragmas say
//! the same of both.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it tried"
)]

mod corpora;
mod details;
mod random;
#[path = "../support/mod.rs"]
mod support;

use support::Database;

/// Reads the database, makes it again in an empty one, and compares: by the model, and by what SQLite says itself.
fn assert_made_again(database: &mut Database, context: &str) {
    let schema = database.schema();
    assert_eq!(schema.unsupported, [], "{context}");
    assert_eq!(database.schema(), schema, "{context}: read twice");
    let mut again = Database::empty();
    let operations = schema.build().unwrap();
    let sql = again
        .apply(&operations, false)
        .unwrap_or_else(|error| panic!("{context}: {error} {:?}", error.statement));
    let sql = sql.join(";\n");
    assert_eq!(again.schema(), schema, "{context}:\n{sql}");
    assert_eq!(again.witness(), database.witness(), "{context}:\n{sql}");
}
