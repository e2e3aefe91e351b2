//! Scripts as the SQLite library itself cuts and runs them: a judge that shares nothing with Lambic's splitter.

use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Batch, Connection};

/// Runs a script and returns its statements, each as the library saw it.
pub fn run_script(connection: &Connection, script: &str) -> Vec<String> {
    let mut batch = Batch::new(connection, script);
    let mut statements = Vec::new();
    while let Some(mut statement) =
        batch.next().unwrap_or_else(|error| panic!("{error}\nafter: {:?}", statements.last()))
    {
        statements.push(statement.expanded_sql().expect("a statement has a text"));
        let mut rows = statement.raw_query();
        while rows.next().expect("the statement succeeds").is_some() {}
    }
    statements
}
