//! Reading schemas: what PostgreSQL is told is what is read, written again, and read again, and `pg_dump` says the same
//! of both.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it tried"
)]

mod again;
mod corpora;
mod coverage;
mod details;
mod dump;
mod everything;
mod objects;
mod odd;
mod order;
mod rare;
#[path = "../support/mod.rs"]
mod support;

use lambic_core::Schema;
use support::Database;

/// Reads the database, makes it again in an empty one, and compares: by the model, and by what `pg_dump` says.
fn assert_made_again(database: &mut Database, context: &str) -> Schema {
    let schema = database.schema();
    assert_eq!(schema.unsupported, [], "{context}");
    made_again(database, &schema).unwrap_or_else(|why| panic!("{context}: {why}"));
    schema
}

/// Why the schema cannot be made again as it is, if it cannot.
fn made_again(database: &mut Database, schema: &Schema) -> Result<(), String> {
    let mut again = Database::new(database.server);
    made_again_in(database, &mut again, schema)
}

/// The same, in an empty database.
fn made_again_in(database: &mut Database, again: &mut Database, schema: &Schema) -> Result<(), String> {
    if database.schema() != *schema {
        return Err("reading twice gives two schemas".to_owned());
    }
    let operations =
        schema.build_for(database.session.dialect.capabilities()).map_err(|error| error.to_string())?;
    for sql in database.session.dialect.schema_preamble(schema) {
        again.execute(&sql).map_err(|error| error.to_string())?;
    }
    let sql = again.apply(&operations).map_err(|error| format!("{error}\n{:?}", error.statement))?;
    let sql = sql.join(";\n");
    let found = again.schema();
    if found != *schema {
        return Err(format!("{}\n{sql}", difference(schema, &found)));
    }
    let (one, other) = (dump::lines(database), dump::lines(again));
    if one != other {
        return Err(format!("pg_dump differs:\n{}\n{sql}", dump::difference(&one, &other)));
    }
    Ok(())
}

/// The lines in which two schemas differ.
fn difference(one: &Schema, other: &Schema) -> String {
    let lines =
        |schema| serde_json::to_string_pretty(schema).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    dump::difference(&lines(one), &lines(other))
}
