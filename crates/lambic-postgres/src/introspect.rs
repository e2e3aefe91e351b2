//! Reading the live schema: one pipelined batch of queries over `pg_catalog`, whatever the number of objects.
//!
//! The batch runs in a transaction of its own, read-only and on one snapshot, or behind a savepoint of the one that is
//! open; either way the settings that pin the text of expressions end with it. Names in the session's own namespace
//! are written without it unless the server's own has them, too, all others with theirs. The server's functions that print
//! expressions see the newest catalog instead of the snapshot, so that an object can vanish while it is read: the batch
//! is then sent again.
//!
//! # What is where
//! - Tables, sequences, enumerated types, domains and composite types are read column by column into the model.
//! - Everything else is a definition, and all sweeps of `introspect/definitions/` answer with the same columns. A
//!   statement is the server's own where it prints one, and put together in the query where it does not.
//! - What has no place in the model is a definition, too: a statement about an object, in a kind of its own.
//!   `grant` and `default-privilege` are privileges beyond the built-in ones. `owner` is there where the owner is
//!   not the user who reads, so that a schema that one user made reads the same everywhere. `comment` and
//!   `setting` say what a field is missing for: comments on sequences of columns or on attributes, a partition's own
//!   defaults, the owner of a sequence that is no serial. `index` and `constraint` belong to one partition alone.
//! - Left out by rule: what an extension owns, what the server makes by itself (TOAST, array types, indexes and
//!   constraints of partitions that come from their parent), names of NOT NULL constraints that end in `_not_null` and have no
//!   comment, what hangs on what an extension owns, temporary objects, and what belongs to the whole server or is data:
//!   roles, tablespaces, databases, large objects.
//! - All else is listed as unsupported: user mappings and subscriptions, whose options carry secrets, base types, and
//!   kinds of objects that are not known here.

mod catalog;
mod columns;
mod constraints;
mod definitions;
mod dependencies;
mod indexes;
mod partitions;
mod queries;
mod relations;
mod row;
mod sequences;
mod text;
mod types;

use lambic_core::{
    Connection, Error, ErrorKind, Query, Result, Rows, Schema, Scope, ServerVersion, TransactionOptions,
};

use catalog::Catalog;

/// How often the batch is sent before a schema that keeps changing is an error.
const TRIES: usize = 3;

/// The states with which the server says that an object has vanished: an internal error, or an undefined object.
const VANISHED: [&str; 5] = ["XX000", "42P01", "42704", "42883", "3F000"];

/// Reads the live schema.
pub(crate) async fn introspect(
    on: &mut dyn Connection,
    version: &ServerVersion,
    scope: &Scope,
) -> Result<Schema> {
    let queries = queries::sweep(version, scope)?;
    let mut tries = 1;
    loop {
        let read = read(on, &queries).await.and_then(|answers| assemble(answers, scope));
        match read {
            Err(error) if tries < TRIES && vanished(&error) => tries += 1,
            other => return other,
        }
    }
}

fn vanished(error: &Error) -> bool {
    let state = error.database.as_ref().and_then(|report| report.sqlstate.as_deref());
    error.code == row::UNEXPECTED || state.is_some_and(|state| VANISHED.contains(&state))
}

/// Sends the batch in a transaction that leaves nothing behind.
async fn read(on: &mut dyn Connection, queries: &[Query]) -> Result<Vec<Rows>> {
    let inside = on.in_transaction().await?;
    if inside {
        on.execute("SAVEPOINT lambic_introspection", &[]).await?;
    } else {
        on.begin(&TransactionOptions { read_only: true, ..TransactionOptions::default() }).await?;
        on.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", &[]).await?;
    }
    let answers = on.query_batch(queries).await;
    let ended = if inside {
        let back = on.execute("ROLLBACK TO SAVEPOINT lambic_introspection", &[]).await;
        back.and(on.execute("RELEASE SAVEPOINT lambic_introspection", &[]).await).map(drop)
    } else {
        on.rollback().await
    };
    let answers = answers?;
    ended?;
    Ok(answers)
}

/// Makes the schema of the answers, which come in the order of the queries.
fn assemble(answers: Vec<Rows>, scope: &Scope) -> Result<Schema> {
    let wanted = answers.len();
    let mut answers = answers.into_iter();
    let mut next = || {
        let message = format!("the batch of {wanted} queries has too few answers");
        answers.next().ok_or_else(|| Error::new(ErrorKind::Internal, "postgres.answers", message))
    };
    let mut catalog = Catalog::new(next()?)?;
    let (tables, parents, columns) = (next()?, next()?, next()?);
    let (constraints, indexes, parts, sequences) = (next()?, next()?, next()?, next()?);
    let partition_names = next()?;
    relations::read(&mut catalog, tables)?;
    relations::parents(&mut catalog, parents)?;
    columns::read(&mut catalog, columns)?;
    sequences::read(&mut catalog, sequences)?;
    partitions::names(&mut catalog, partition_names)?;
    let mut indexes = indexes::read(indexes, parts)?;
    if scope.tables.is_some() {
        constraints::read(&mut catalog, &mut indexes, constraints)?;
        indexes::place(&mut catalog, indexes);
        partitions::assemble(&mut catalog);
        let tables = catalog.into_schema().tables;
        return Ok(Schema { tables, ..Schema::default() });
    }
    types::namespaces(&mut catalog, next()?)?;
    types::read(&mut catalog, next()?)?;
    constraints::read(&mut catalog, &mut indexes, constraints)?;
    indexes::place(&mut catalog, indexes);
    partitions::assemble(&mut catalog);
    let edges = next()?;
    let mut definitions = definitions::Found::default();
    for answer in answers {
        definitions.read(&mut catalog, answer)?;
    }
    dependencies::read(&mut catalog, definitions, edges)?;
    Ok(catalog.into_schema())
}
