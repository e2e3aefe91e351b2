//! Reading the live schema: one sweep of the catalog for each kind of object, whatever their number, and then, in one
//! batch, the text of what the catalog does not tell whole.
//!
//! | read by a sweep | read by `SHOW CREATE` |
//! |---|---|
//! | tables, columns, indexes, foreign keys, checks | of tables that are partitioned, have a full-text index, a literal of bytes or another engine, or may have a period |
//! | which views, routines, triggers, events there are | their text: the catalog changes it |
//!
//! The settings of the session that change any of this are pinned meanwhile, so that the same schema reads the same
//! whoever asks. What the model calls things is written down in [`crate::render::options`].
//!
//! - Only the session's own database is read unless the scope names others; its objects carry no namespace.
//! - Numbers that `AUTO_INCREMENT` has reached are data and not read. Of tables of `InnoDB`, neither a tablespace nor a
//!   folder of their own is told by the catalog to those who may not see the whole server, so they are not read either;
//!   nor are storage attributes of columns, which no engine but NDB heeds.
//! - Triggers and events that the account may not see are not in the catalog at all: reading needs the privileges
//!   TRIGGER and EVENT.

mod catalog;
mod checks;
mod columns;
mod defaults;
mod definitions;
mod foreign_keys;
mod grants;
mod indexes;
mod names;
mod options;
mod partitions;
mod row;
mod sequences;
mod session;
mod sweeps;
mod table_text;

use lambic_core::{Connection, Error, ErrorKind, Query, Result, Schema, Scope};

use crate::product::Product;
use crate::render::remove_implicit;
use catalog::Catalog;
use definitions::Subject;
use row::Row;
use session::Pinned;
use sweeps::ask;

/// Reads the live schema.
///
/// # Errors
/// When a database does not exist, or may not be seen, and when the server refuses a query.
pub(crate) async fn introspect(on: &mut dyn Connection, product: &Product, scope: &Scope) -> Result<Schema> {
    let pinned = session::pin(on, product).await?;
    let read = read_all(on, product, &pinned, scope).await;
    let restored = session::restore(on, product).await;
    // What went wrong first says more than what went wrong after it.
    let schema = read?;
    restored?;
    Ok(schema)
}

async fn read_all(
    on: &mut dyn Connection,
    product: &Product,
    pinned: &Pinned,
    scope: &Scope,
) -> Result<Schema> {
    let mut databases = match (&scope.namespaces, &pinned.database) {
        (Some(names), _) => names.clone(),
        (None, Some(own)) => vec![own.clone()],
        (None, None) => return Err(no_database()),
    };
    databases.sort();
    databases.dedup();
    let mut schema = Schema::default();
    for database in databases {
        let catalog = read(on, product, pinned, &database, scope.tables.as_deref()).await?;
        schema.namespaces.extend(catalog.as_namespace().filter(|_| scope.tables.is_none()));
        schema.tables.extend(catalog.tables.into_iter().map(|listed| listed.table));
        schema.sequences.extend(catalog.sequences);
        schema.definitions.extend(catalog.definitions);
        schema.unsupported.extend(catalog.unsupported);
    }
    schema.unsupported.sort();
    Ok(schema)
}

/// Reads one database. Each answer is taken in before the next is asked for, so that no two are held at a time.
async fn read<'p>(
    on: &mut dyn Connection,
    product: &'p Product,
    pinned: &Pinned,
    database: &str,
    tables: Option<&[String]>,
) -> Result<Catalog<'p>> {
    let sweeps = sweeps::of(product);
    let rows = ask(on, sweeps.namespace, database, None).await?;
    let row = rows.into_iter().flat_map(Row::all).next().ok_or_else(|| unknown_database(database))?;
    let mut catalog = Catalog::new(product, pinned.database.as_deref(), &pinned.collation, row);
    let database = catalog.database.clone();
    for rows in ask(on, sweeps.tables, &database, tables).await? {
        catalog.add_tables(rows);
    }
    catalog.add_columns(ask(on, sweeps.columns, &database, tables).await?);
    if let Some(sql) = sweeps.spatial.filter(|_| catalog.has_geometry()) {
        for rows in ask(on, sql, &database, None).await? {
            catalog.add_spatial(rows);
        }
    }
    catalog.add_indexes(ask(on, sweeps.indexes, &database, tables).await?);
    let keys = ask(on, sweeps::REFERENCES, &database, tables).await?;
    catalog.add_foreign_keys(keys, ask(on, sweeps::REFERENCE_COLUMNS, &database, tables).await?);
    for rows in ask(on, sweeps.checks, &database, tables).await? {
        catalog.add_checks(rows);
    }
    let mut subjects = catalog.table_subjects();
    match tables {
        None => subjects.extend(others(on, product, &mut catalog).await?),
        Some(_) => catalog.keep_tables_only(),
    }
    let shows: Vec<Query> = subjects.iter().map(|subject| Query::new(&subject.show)).collect();
    if !shows.is_empty() {
        let answers = on.query_batch(&shows).await?;
        catalog.add_texts(subjects, answers);
    }
    for listed in &mut catalog.tables {
        remove_implicit(&mut listed.table);
        listed.table.sort();
    }
    Ok(catalog)
}

/// Reads what there is beside tables; returns that whose text is to be read.
async fn others(
    on: &mut dyn Connection,
    product: &Product,
    catalog: &mut Catalog<'_>,
) -> Result<Vec<Subject>> {
    let database = catalog.database.clone();
    let mut subjects = catalog.sequence_subjects();
    for rows in ask(on, sweeps::VIEWS, &database, None).await? {
        subjects.extend(catalog.view_subjects(rows));
    }
    for rows in ask(on, sweeps::ROUTINES, &database, None).await? {
        subjects.extend(catalog.routine_subjects(rows));
    }
    for rows in ask(on, sweeps::TRIGGERS, &database, None).await? {
        subjects.extend(catalog.trigger_subjects(rows));
    }
    for rows in ask(on, sweeps::EVENTS, &database, None).await? {
        subjects.extend(catalog.event_subjects(rows));
    }
    for rows in ask(on, sweeps::GRANTS, &database, None).await? {
        catalog.add_grants(rows);
    }
    for extra in sweeps::of(product).others.iter().filter(|extra| (extra.exists)(product)) {
        for rows in ask(on, extra.sql, &database, None).await? {
            catalog.add_others(rows);
        }
    }
    Ok(subjects)
}

fn no_database() -> Error {
    Error::new(ErrorKind::Usage, "introspect.no-database", "no database is chosen, so there is none to read")
        .hint("name one at the end of the URL, or in the scope")
}

fn unknown_database(name: &str) -> Error {
    let message = format!("the database `{name}` does not exist, or this account has no privilege on it");
    Error::new(ErrorKind::Usage, "introspect.unknown-database", message)
        .hint("check its name, or grant a privilege on it")
}
