//! Tables, and the relations behind composite types.

use lambic_core::schema::{Expression, Partitioning, Properties, Table};
use lambic_core::{Result, Rows};

use super::catalog::{Catalog, Held, PG_CLASS};
use super::row::{Row, rows};
use super::text;
use crate::render::options::{
    ACCESS_METHOD, FORCE_ROW_SECURITY, INHERITS, OF_TYPE, REPLICA_IDENTITY, ROW_SECURITY, STORAGE_PREFIX,
    TABLESPACE, UNLOGGED,
};

/// Reads `relations.sql`.
pub(super) fn read(catalog: &mut Catalog, answer: Rows) -> Result<()> {
    rows(answer).try_for_each(|row| relation(catalog, row))
}

fn relation(catalog: &mut Catalog, mut row: Row) -> Result<()> {
    let oid = row.number()?;
    let name = catalog.name((PG_CLASS, oid), row.text()?, row.text()?);
    let kind = row.text()?;
    if !["r", "p", "c"].contains(&kind.as_str()) {
        catalog.refuse("relation", &name, format!("relations of the kind {kind} are not known"));
        return Ok(());
    }
    let mut table = Table::new(name, Vec::new());
    let persistence = row.text()?;
    let partition = row.flag()?;
    table.options = options(&mut row, &persistence)?;
    if let Some(key) = row.optional()? {
        table.partitioning = Some(Partitioning { by: Expression(key), partitions: Vec::new() });
    }
    let bound = row.optional()?.filter(|_| partition).map(Expression);
    table.comment = row.optional()?;
    let held = Held { oid, table, composite: kind == "c", bound, parents: Vec::new(), numbers: Vec::new() };
    catalog.hold(held);
    Ok(())
}

fn options(row: &mut Row, persistence: &str) -> Result<Properties> {
    let mut options = Properties::new();
    let mut set = |name: &str, value: Option<String>| {
        value.map(|value| options.insert(name.to_owned(), value));
    };
    let yes = |flag: bool| flag.then(|| "true".to_owned());
    set(UNLOGGED, yes(persistence == "u"));
    let (own, toast) = (row.optional()?, row.optional()?);
    set(ACCESS_METHOD, row.optional()?);
    set(TABLESPACE, row.optional()?);
    set(ROW_SECURITY, yes(row.flag()?));
    set(FORCE_ROW_SECURITY, yes(row.flag()?));
    let identity = match row.text()?.as_str() {
        "f" => Some("full"),
        "n" => Some("nothing"),
        "i" => Some("index"),
        _ => None,
    };
    set(REPLICA_IDENTITY, identity.map(str::to_owned));
    set(OF_TYPE, row.optional()?);
    options.extend(storage(own.as_deref(), STORAGE_PREFIX));
    options.extend(storage(toast.as_deref(), &format!("{STORAGE_PREFIX}toast.")));
    Ok(options)
}

/// Storage parameters as options.
pub(super) fn storage(text: Option<&str>, prefix: &str) -> Vec<(String, String)> {
    let parameters = text.map(text::array).unwrap_or_default();
    let pair = |parameter: String| {
        let (name, value) = parameter.split_once('=').unwrap_or((&parameter, "true"));
        (format!("{prefix}{name}"), value.to_owned())
    };
    parameters.into_iter().map(pair).collect()
}

/// Reads `parents.sql`.
pub(super) fn parents(catalog: &mut Catalog, answer: Rows) -> Result<()> {
    for mut row in rows(answer) {
        let (child, parent, name) = (row.number()?, row.number()?, row.text()?);
        let Some(held) = catalog.get_mut(child) else { continue };
        held.parents.push(parent);
        if held.bound.is_none() {
            let parents = held.table.options.entry(INHERITS.to_owned()).or_default();
            if !parents.is_empty() {
                parents.push_str(", ");
            }
            parents.push_str(&name);
        }
    }
    Ok(())
}
