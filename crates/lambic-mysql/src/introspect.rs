//! Reading the live schema: one sweep of the catalog for each kind of object, whatever their number, and then, in one
//! batch, the text of what the catalog does not tell whole.
//!
//! | read by a sweep | read by `SHOW CREATE` |
//! |---|---|
//! | tables, columns, indexes, foreign keys, checks | of tables that are partitioned, have a full-text index, a literal of bytes, another engine, a folder or a shared tablespace, or may have a period |
//! | which views, routines, triggers, events there are | their text: the catalog changes it |
//!
//! The settings of the session that change any of this are pinned meanwhile, so that the same schema reads the same
//! whoever asks. What the model calls things is written down in [`crate::render::options`].
//!
//! - Only the session's own database is read unless the scope names others; its objects carry no namespace.
//! - Numbers that `AUTO_INCREMENT` has reached are data and not read.
//! - What `InnoDB` takes and does not heed is told by `SHOW CREATE TABLE` alone, and is not read: a `CONNECTION`, the
//!   size of blocks and the word `BTREE` of an index, storage attributes of columns, which only NDB has a use for.
//! - What the account may not see is not in the catalog at all: the privilege that is missing is reported.

mod account;
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
mod storage;
mod sweeps;
mod table_text;
mod texts;

use lambic_core::{Connection, Error, ErrorKind, Result, Rows, Schema, Scope};

use crate::product::Product;
use crate::render::remove_implicit;
use account::Level;
use catalog::{Catalog, Reader};
use definitions::Subject;
use row::Row;
use session::Pinned;
use storage::Folders;
use sweeps::{STEPS, Sweeps, ask, meanwhile};

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
    let account = session::account(on, product).await?;
    let reader =
        Reader { product, account: &account, own: pinned.database.as_deref(), collation: &pinned.collation };
    let mut schema = Schema::default();
    for database in databases {
        let catalog = read(on, reader, &database, scope.tables.as_deref()).await?;
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
    reader: Reader<'p>,
    database: &str,
    tables: Option<&[String]>,
) -> Result<Catalog<'p>> {
    let sweeps = sweeps::of(reader.product);
    let rows = ask(on, sweeps.namespace, database, None).await?;
    let row = rows.into_iter().flat_map(Row::all).next().ok_or_else(|| unknown_database(database))?;
    let mut catalog = Catalog::new(reader, row);
    let listed = ask(on, sweeps.tables, database, tables).await?;
    let nothing = tables.is_some() && listed.iter().all(|rows| rows.rows.is_empty());
    if !nothing {
        read_tables(on, &mut catalog, sweeps, tables, listed).await?;
        read_storage(on, &mut catalog, sweeps, tables).await?;
    }
    catalog.report_hidden(sweeps.sights, tables.is_some());
    let mut subjects = catalog.table_subjects();
    match tables {
        None => subjects.extend(others(on, &mut catalog, sweeps).await?),
        Some(_) => catalog.keep_tables_only(),
    }
    texts::read(on, &mut catalog, subjects).await?;
    catalog.leave_out_broken();
    for listed in &mut catalog.tables {
        remove_implicit(&mut listed.table);
    }
    Ok(catalog)
}

/// Reads what belongs to each of the listed tables.
async fn read_tables(
    on: &mut dyn Connection,
    catalog: &mut Catalog<'_>,
    sweeps: &Sweeps,
    tables: Option<&[String]>,
    listed: Vec<Rows>,
) -> Result<()> {
    let database = catalog.database.clone();
    let next = ask(on, sweeps.columns, &database, tables);
    let rows = meanwhile(next, || listed.into_iter().for_each(|rows| catalog.add_tables(rows))).await?;
    let next = ask(on, sweeps.indexes, &database, tables);
    let rows = meanwhile(next, || catalog.add_columns(rows)).await?;
    let next = ask(on, sweeps::REFERENCES, &database, tables);
    let keys = meanwhile(next, || catalog.add_indexes(rows)).await?;
    let columns = ask(on, sweeps::REFERENCE_COLUMNS, &database, tables).await?;
    let next = ask(on, sweeps.checks, &database, tables);
    let rows = meanwhile(next, || catalog.add_foreign_keys(keys, columns)).await?;
    for rows in rows {
        catalog.add_checks(rows);
    }
    if let Some(sql) = sweeps.spatial.filter(|_| catalog.has_geometry()) {
        for rows in ask(on, sql, &database, None).await? {
            catalog.add_spatial(rows);
        }
    }
    Ok(())
}

/// Reads where tables are kept, and what only their engine knows the meaning of.
async fn read_storage(
    on: &mut dyn Connection,
    catalog: &mut Catalog<'_>,
    sweeps: &Sweeps,
    tables: Option<&[String]>,
) -> Result<()> {
    let (database, product) = (catalog.database.clone(), catalog.product);
    if let Some(sql) = sweeps.attributes.and_then(|extra| extra.known(product)) {
        catalog.add_attributes(ask(on, sql, &database, tables).await?);
    }
    if let Some(sql) = sweeps.folders {
        let folders = Folders::read(ask(on, sql, &database, None).await?);
        let spaces = match sweeps.spaces.and_then(|extra| extra.known(product)) {
            Some(sql) => Some(ask(on, sql, &database, None).await?),
            None => None,
        };
        catalog.add_spaces(folders, spaces);
    }
    let (privilege, level) = STEPS;
    if let Some(sql) =
        sweeps.steps.and_then(|extra| extra.known(product)).filter(|_| catalog.may(privilege, level))
    {
        catalog.add_steps(ask(on, sql, &database, None).await?);
    }
    Ok(())
}

/// Reads what there is beside tables; returns that whose text is to be read.
async fn others(on: &mut dyn Connection, catalog: &mut Catalog<'_>, sweeps: &Sweeps) -> Result<Vec<Subject>> {
    let (database, product) = (catalog.database.clone(), catalog.product);
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
    if catalog.may("SELECT", Level::System("procs_priv")) {
        for rows in ask(on, sweeps::ROUTINE_GRANTS, &database, None).await? {
            catalog.add_grants(rows);
        }
    }
    for sql in sweeps.others.iter().filter_map(|extra| extra.known(product)) {
        for rows in ask(on, sql, &database, None).await? {
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
