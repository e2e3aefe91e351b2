//! `AlterTable`: by `ALTER TABLE` where that gives exactly the wanted table, by a rebuild otherwise.

use lambic_core::operation::AlterTable;
use lambic_core::schema::{KeyTarget, Table};
use lambic_core::{Result, Statement};

use super::{malformed, native, rebuild, table};
use crate::ddl::{mentions, same_name};

/// The statements that change the table.
pub(super) fn alter(alter: &AlterTable) -> Result<Vec<Statement>> {
    if alter.previous.name != alter.next.name {
        return Err(malformed(format!("table {} is renamed by an alteration", alter.previous.name)));
    }
    // What SQLite lacks is refused, even where it would not have to be written.
    table::create(&alter.next, &alter.next.name)?;
    match native::plan(alter)? {
        Some(statements) => Ok(statements),
        None => rebuild::plan(alter),
    }
}

/// Whether two tables are the same in the database: the portable types are not kept there.
pub(super) fn same(one: &Table, other: &Table) -> bool {
    plain(one) == plain(other)
}

fn plain(table: &Table) -> Table {
    let mut table = table.clone();
    table.columns.iter_mut().for_each(|column| column.portable = None);
    table.sort();
    table
}

/// Whether anything in the table but the column itself needs the column.
pub(super) fn is_needed(table: &Table, column: &str) -> bool {
    let keys = table.primary_key.iter().chain(&table.uniques).flat_map(|key| &key.columns);
    let parts = table.indexes.iter().flat_map(|index| &index.parts);
    let predicates = table.indexes.iter().filter_map(|index| index.predicate.as_ref());
    let generated = table.columns.iter().filter_map(|column| column.generated.as_ref());
    let expressions = (table.checks.iter().map(|check| &check.expression))
        .chain(generated.map(|generated| &generated.expression))
        .chain(predicates);
    let named = |name: &String| same_name(name, column);
    keys.chain(parts).any(|part| match &part.key {
        KeyTarget::Column(name) => named(name),
        KeyTarget::Expression(text) => mentions(text.as_str(), column),
    }) || expressions.into_iter().any(|text| mentions(text.as_str(), column))
        || table.foreign_keys.iter().any(|key| {
            let own = same_name(&key.references.name, &table.name.name);
            key.columns.iter().any(named) || (own && key.referenced_columns.iter().any(named))
        })
}
