//! Partitions go to the tables that they are parts of.

use std::collections::HashMap;

use lambic_core::schema::{Column, Expression, Partition, Partitioning, Properties, QualifiedName};
use lambic_core::{Result, Rows};

use super::catalog::{Catalog, Held, PG_CLASS};
use super::row::rows;
use crate::render::options::{
    ACCESS_METHOD, COLUMNS, INDEX_PREFIX, KEY_PREFIX, NOT_NULL_PREFIX, PRIMARY_KEY, STORAGE_PREFIX,
    TABLESPACE, UNIQUE, UNLOGGED,
};
use crate::render::{as_name, automatic_index_name};

/// Partitions by the table that they are parts of.
type Parts = HashMap<i64, Vec<Held>>;

/// Reads `partition_names.sql`. A name that the server gives by itself is left out; where an index is not on every
/// partition, the names say on which it is.
pub(super) fn names(catalog: &mut Catalog, answer: Rows) -> Result<()> {
    for mut row in rows(answer) {
        let (partition, name, valid) = (row.number()?, row.text()?, row.flag()?);
        let (whole, everywhere) = (row.text()?, row.flag()?);
        let (kind, columns, key) = (row.optional()?, row.text_or_empty()?, row.optional()?);
        let Some(held) = catalog.get_mut(partition) else { continue };
        if kind.as_deref() == Some("n") {
            held.table.options.insert(format!("{NOT_NULL_PREFIX}{whole}"), name);
            continue;
        }
        let automatic = automatic_index_name(&held.table.name.name, &columns, kind.as_deref());
        if !everywhere || key.is_some() || name != automatic {
            held.table.options.insert(format!("{INDEX_PREFIX}{whole}"), name.clone());
        }
        if let Some(key) = key {
            let kind = if key == "p" { PRIMARY_KEY } else { UNIQUE };
            held.table.options.insert(format!("{KEY_PREFIX}{whole}"), kind.to_owned());
        }
        if !valid {
            let reason = "it is part of another index, and not valid";
            catalog.refuse("index", &name, reason);
        }
    }
    Ok(())
}

/// Takes the partitions out of the list and gives each to its parent, with its own partitions.
pub(super) fn assemble(catalog: &mut Catalog) {
    if catalog.held.iter().all(|held| held.bound.is_none()) {
        return;
    }
    let mut parts = Parts::new();
    let mut kept = Vec::with_capacity(catalog.held.len());
    for held in catalog.release() {
        match held.parents.first().filter(|_| held.bound.is_some()) {
            Some(parent) => parts.entry(*parent).or_default().push(held),
            None => kept.push(held),
        }
    }
    for mut held in kept {
        let id = catalog.ids.get(&(PG_CLASS, held.oid)).cloned();
        let order = column_names(&held.table.columns);
        if let (Some(partitioning), Some(id)) = (&mut held.table.partitioning, id) {
            fill(partitioning, held.oid, &order, &mut parts, &mut |oid| {
                catalog.ids.insert((PG_CLASS, oid), id.clone());
            });
        }
        catalog.hold(held);
    }
    let orphans: Vec<QualifiedName> = parts.into_values().flatten().map(|held| held.table.name).collect();
    for name in orphans {
        catalog.refuse("partition", &name, "its parent is not among what is read");
    }
}

fn column_names(columns: &[Column]) -> Vec<String> {
    columns.iter().map(|column| as_name(&column.name)).collect()
}

/// Gives a table its partitions. How deep they go is bounded by the server's own recursion.
fn fill(
    partitioning: &mut Partitioning,
    parent: i64,
    order: &[String],
    parts: &mut Parts,
    belongs: &mut impl FnMut(i64),
) {
    let mut children = parts.remove(&parent).unwrap_or_default();
    children.sort_by(|one, other| one.table.name.cmp(&other.table.name));
    for held in children {
        belongs(held.oid);
        let own_order = column_names(&held.table.columns);
        let mut partition = Partition {
            name: held.table.name,
            bound: held.bound.unwrap_or_else(|| Expression::new("")),
            partitioning: held.table.partitioning.map(Box::new),
            options: options(held.table.options),
        };
        if own_order != order {
            partition.options.insert(COLUMNS.to_owned(), own_order.join(", "));
        }
        if let Some(own) = &mut partition.partitioning {
            fill(own, held.oid, &own_order, parts, belongs);
        }
        partitioning.partitions.push(partition);
    }
}

/// The options that a partition has in the model; settings say the rest.
fn options(mut options: Properties) -> Properties {
    let known = [ACCESS_METHOD, TABLESPACE, UNLOGGED];
    let prefixes = [STORAGE_PREFIX, INDEX_PREFIX, KEY_PREFIX, NOT_NULL_PREFIX];
    options.retain(|name, _| {
        known.contains(&name.as_str()) || prefixes.iter().any(|prefix| name.starts_with(prefix))
    });
    options
}
