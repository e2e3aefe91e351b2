//! Partitions go to the tables that they are parts of.

use std::collections::HashMap;

use lambic_core::schema::{Expression, Partition, Partitioning, Properties, QualifiedName};

use super::catalog::{Catalog, Held, PG_CLASS};
use crate::render::options::{ACCESS_METHOD, STORAGE_PREFIX, TABLESPACE, UNLOGGED};

/// Partitions by the table that they are parts of.
type Parts = HashMap<i64, Vec<Held>>;

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
        if let (Some(partitioning), Some(id)) = (&mut held.table.partitioning, id) {
            fill(partitioning, held.oid, &mut parts, &mut |oid| {
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

/// Gives a table its partitions. How deep they go is bounded by the server's own recursion.
fn fill(partitioning: &mut Partitioning, parent: i64, parts: &mut Parts, belongs: &mut impl FnMut(i64)) {
    let mut children = parts.remove(&parent).unwrap_or_default();
    children.sort_by(|one, other| one.table.name.cmp(&other.table.name));
    for held in children {
        belongs(held.oid);
        let mut partition = Partition {
            name: held.table.name,
            bound: held.bound.unwrap_or_else(|| Expression::new("")),
            partitioning: held.table.partitioning.map(Box::new),
            options: options(held.table.options),
        };
        if let Some(own) = &mut partition.partitioning {
            fill(own, held.oid, parts, belongs);
        }
        partitioning.partitions.push(partition);
    }
}

/// The options that a partition has in the model; settings say the rest.
fn options(mut options: Properties) -> Properties {
    let known = [ACCESS_METHOD, TABLESPACE, UNLOGGED];
    options.retain(|name, _| known.contains(&name.as_str()) || name.starts_with(STORAGE_PREFIX));
    options
}
