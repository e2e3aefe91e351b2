//! For the tests of a driver that try every operation on every sort of table: which variants of operations there are, and
//! what an operation does to the names of rows.
//!
//! The matches are exhaustive: a new variant does not compile until it has a label, and a label that no test has can be
//! told from [`all`].

use std::collections::BTreeMap;

use lambic_core::Operation;
use lambic_core::operation::{EnumChange, Object, TableChange};
use lambic_core::schema::{Constraint, ObjectId, ObjectKind};

/// The rows of each table, each as its values by column.
pub type Rows<V> = BTreeMap<String, Vec<BTreeMap<String, V>>>;

/// The kinds of objects that the tests of a driver are about.
#[derive(Debug, Clone, Copy)]
pub struct Kinds<'k> {
    /// Every kind, as [`ObjectKind`] spells it.
    pub all: &'k [&'k str],
    /// Those that are not renamed.
    pub unrenamed: &'k [&'k str],
    /// Those that are not altered, or by operations of their own.
    pub unaltered: &'k [&'k str],
    /// The constraints that are there to be dropped.
    pub dropped: &'k [&'k str],
}

/// Every kind of constraint; an exclusion constraint comes last.
pub const CONSTRAINTS: [&str; 5] =
    ["primary key", "unique constraint", "foreign key", "check constraint", "exclusion constraint"];

/// Every label that the tests of a driver must have.
pub fn all(kinds: &Kinds<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for kind in kinds.all {
        all.extend(["create", "drop"].map(|operation| format!("{operation} {kind}")));
        for (operation, without) in [("rename", kinds.unrenamed), ("alter", kinds.unaltered)] {
            if !without.contains(kind) {
                all.push(format!("{operation} {kind}"));
            }
        }
    }
    all.extend(TableChange::KINDS.iter().map(|kind| format!("alter-table {kind}")));
    all.extend(CONSTRAINTS.iter().map(|constraint| format!("add {constraint}")));
    all.extend(kinds.dropped.iter().map(|constraint| format!("remove {constraint}")));
    all.extend(["add-value", "drop-value", "rename-value"].map(|change| format!("alter-enum {change}")));
    all
}

/// The labels of an operation.
pub fn of(operation: &Operation) -> Vec<String> {
    match operation {
        Operation::Create { object, .. } => vec![format!("create {}", kind(object))],
        Operation::Drop { object, .. } => vec![format!("drop {}", kind(object))],
        Operation::Rename { object: ObjectId { kind, .. }, .. } => vec![format!("rename {kind}")],
        Operation::AlterTable(alter) => alter.changes.iter().flat_map(change).collect(),
        Operation::AlterEnum { changes, .. } => changes.iter().map(enum_change).collect(),
        Operation::Alter { next, .. } => vec![format!("alter {}", kind(next))],
    }
}

/// The labels of an operation and of its way back.
pub fn of_both_ways(operation: &Operation) -> Vec<String> {
    [of(operation), of(&operation.reverse())].concat()
}

fn kind(object: &Object) -> String {
    match object {
        Object::Namespace(_)
        | Object::Table(_)
        | Object::Sequence(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Definition(_) => object.id().kind.to_string(),
    }
}

fn change(change: &TableChange) -> Vec<String> {
    let mut labels = vec![format!("alter-table {}", change.kind())];
    match change {
        TableChange::AddConstraint(constraint) => labels.push(format!("add {}", noun(constraint))),
        TableChange::DropConstraint(constraint) => labels.push(format!("remove {}", noun(constraint))),
        _ => {}
    }
    labels
}

fn noun(constraint: &Constraint) -> &'static str {
    match constraint {
        Constraint::PrimaryKey(_)
        | Constraint::Unique(_)
        | Constraint::ForeignKey(_)
        | Constraint::Check(_)
        | Constraint::Exclusion(_) => constraint.noun(),
    }
}

fn enum_change(change: &EnumChange) -> String {
    let change = match change {
        EnumChange::AddValue(_) => "add-value",
        EnumChange::DropValue(_) => "drop-value",
        EnumChange::RenameValue { .. } => "rename-value",
    };
    format!("alter-enum {change}")
}

/// The rows under the names that they have after the operation.
pub fn renamed<V: Clone>(rows: &Rows<V>, operation: &Operation) -> Rows<V> {
    let mut rows = rows.clone();
    match operation {
        Operation::Rename { object, next, .. }
            if matches!(object.kind, ObjectKind::Table | ObjectKind::VirtualTable) =>
        {
            if let Some(moved) = rows.remove(&object.name.name) {
                rows.insert(next.clone(), moved);
            }
        }
        Operation::AlterTable(alter) => {
            for row in rows.get_mut(&alter.previous.name.name).into_iter().flatten() {
                alter.changes.iter().for_each(|change| reshape(row, change));
            }
        }
        _ => {}
    }
    rows
}

fn reshape<V>(row: &mut BTreeMap<String, V>, change: &TableChange) {
    match change {
        TableChange::RenameColumn { previous, next } => {
            if let Some(value) = row.remove(previous) {
                row.insert(next.clone(), value);
            }
        }
        TableChange::DropColumn(column) => drop(row.remove(&column.name)),
        _ => {}
    }
}
