//! Objects in two steps: first without the parts that can be made afterwards, then with them.

use crate::error::Result;
use crate::operation::{AlterTable, Dependent, Object, Operation, TableChange};
use crate::schema::{Column, Constraint, Definition, Index, KeyPart, KeyTarget, Table};

/// An object without the parts that can be made once it is there and can call others; none where there can be none.
pub(super) fn bare(object: &Object) -> Option<Object> {
    match object {
        Object::Table(table) => Some(Object::Table(Box::new(bare_table(table)))),
        Object::Domain(domain) => {
            let mut bare = domain.clone();
            (bare.default, bare.checks) = (None, Vec::new());
            Some(Object::Domain(bare))
        }
        Object::Definition(definition) if !definition.properties.is_empty() => {
            Some(Object::Definition(Definition { properties: [].into(), ..definition.clone() }))
        }
        Object::Namespace(_)
        | Object::Sequence(_)
        | Object::Enum(_)
        | Object::Composite(_)
        | Object::Definition(_) => None,
    }
}

/// The operation that makes the whole object of the bare one; what hangs on it by then stays as it is.
///
/// # Errors
/// As [`AlterTable::new`].
pub(super) fn rest(whole: &Object, hanging: Vec<Dependent>) -> Result<Option<Operation>> {
    if let Object::Table(table) = whole {
        let alter = AlterTable::new(bare_table(table), changes(table), hanging)?;
        return Ok(Some(Operation::AlterTable(Box::new(alter))));
    }
    let alter = |bare| Operation::Alter {
        previous: Box::new(bare),
        next: Box::new(whole.clone()),
        dependents: hanging,
    };
    Ok(bare(whole).filter(|bare| bare != whole).map(alter))
}

/// Whether the index computes anything.
fn computes(index: &Index) -> bool {
    let expression = |part: &KeyPart| matches!(part.key, KeyTarget::Expression(_));
    index.predicate.is_some() || index.parts.iter().any(expression)
}

fn bare_table(table: &Table) -> Table {
    let mut bare = table.clone();
    bare.columns.iter_mut().for_each(|column| column.default = None);
    (bare.checks, bare.exclusions) = (Vec::new(), Vec::new());
    bare.indexes.retain(|index| !computes(index));
    // An option that names an index waits for it.
    let late: Vec<&str> = late_names(table).collect();
    bare.options.retain(|_, value| !late.contains(&value.as_str()));
    bare
}

/// The names of the indexes that are made afterwards, those of constraints among them.
fn late_names(table: &Table) -> impl Iterator<Item = &str> {
    let indexes = table.indexes.iter().filter(|index| computes(index)).map(|index| index.name.as_str());
    indexes.chain(table.exclusions.iter().filter_map(|exclusion| exclusion.name.as_deref()))
}

/// The changes that lead from the bare table to the whole one.
fn changes(table: &Table) -> Vec<TableChange> {
    let bare = bare_table(table);
    let default = |column: &Column| TableChange::AlterColumn {
        previous: Box::new(Column { default: None, ..column.clone() }),
        next: Box::new(column.clone()),
    };
    let mut changes: Vec<TableChange> =
        table.columns.iter().filter(|column| column.default.is_some()).map(default).collect();
    let checks = table.checks.iter().cloned().map(Constraint::Check);
    let exclusions = table.exclusions.iter().cloned().map(Constraint::Exclusion);
    changes.extend(checks.chain(exclusions).map(TableChange::AddConstraint));
    let indexes = table.indexes.iter().filter(|index| computes(index));
    changes.extend(indexes.cloned().map(TableChange::CreateIndex));
    if bare.options != table.options {
        changes.push(TableChange::SetOptions { previous: bare.options, next: table.options.clone() });
    }
    changes
}
