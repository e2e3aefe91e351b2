//! Which variants there are, and what an operation does to names.
//!
//! The matches are exhaustive: a new variant does not compile until it has a label, and a label that no row of the
//! matrix has fails the test.

use lambic_core::Operation;
use lambic_core::operation::{EnumChange, Object, TableChange};
use lambic_core::schema::{Constraint, ObjectId, ObjectKind};

use crate::Rows;

const KINDS: [&str; 12] = [
    "namespace",
    "table",
    "sequence",
    "enum",
    "domain",
    "composite",
    "view",
    "trigger",
    "function",
    "procedure",
    "event",
    "materialized-view",
];
const CONSTRAINTS: [&str; 5] =
    ["primary key", "unique constraint", "foreign key", "check constraint", "exclusion constraint"];

/// Every label that a row of the matrix must have.
pub(crate) fn all() -> Vec<String> {
    let mut all = Vec::new();
    for kind in KINDS {
        for operation in ["create", "drop", "rename", "alter"] {
            // These two have alterations of their own.
            if operation != "alter" || !["table", "enum"].contains(&kind) {
                all.push(format!("{operation} {kind}"));
            }
        }
    }
    all.extend(TableChange::KINDS.iter().map(|kind| format!("alter-table {kind}")));
    all.extend(CONSTRAINTS.iter().map(|constraint| format!("add {constraint}")));
    all.extend(CONSTRAINTS.iter().take(4).map(|constraint| format!("remove {constraint}")));
    all.extend(["add-value", "drop-value", "rename-value"].map(|change| format!("alter-enum {change}")));
    all
}

/// The labels of an operation.
pub(crate) fn of(operation: &Operation) -> Vec<String> {
    match operation {
        Operation::Create { object, .. } => vec![format!("create {}", kind(object))],
        Operation::Drop { object, .. } => vec![format!("drop {}", kind(object))],
        Operation::Rename { object: ObjectId { kind, .. }, .. } => vec![format!("rename {kind}")],
        Operation::AlterTable(alter) => alter.changes.iter().flat_map(change).collect(),
        Operation::AlterEnum { changes, .. } => changes.iter().map(enum_change).collect(),
        Operation::Alter { next, .. } => vec![format!("alter {}", kind(next))],
    }
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
pub(crate) fn renamed(rows: &Rows, operation: &Operation) -> Rows {
    let mut rows = rows.clone();
    match operation {
        Operation::Rename { object, next, .. } if object.kind == ObjectKind::Table => {
            let moved = rows.remove(&object.name.name).unwrap();
            rows.insert(next.clone(), moved);
        }
        Operation::AlterTable(alter) => {
            let table = rows.get_mut(&alter.previous.name.name).unwrap();
            for row in table {
                for change in &alter.changes {
                    match change {
                        TableChange::RenameColumn { previous, next } => {
                            let value = row.remove(previous).unwrap();
                            row.insert(next.clone(), value);
                        }
                        TableChange::DropColumn(column) => drop(row.remove(&column.name)),
                        _ => {}
                    }
                }
            }
        }
        _ => {}
    }
    rows
}
