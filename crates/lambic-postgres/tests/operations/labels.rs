//! Which variants there are, and what an operation does to names.
//!
//! The matches are exhaustive: a new variant does not compile until it has a label, and a label that no row of the
//! matrix has fails the test.

use lambic_core::Operation;
use lambic_core::operation::{EnumChange, Object, TableChange};
use lambic_core::schema::{Constraint, ObjectId, ObjectKind};

use crate::Rows;

/// The kinds that have types of their own in the model.
const KINDS: [&str; 6] = ["namespace", "table", "sequence", "enum", "domain", "composite"];
/// The kinds of definition objects that can be renamed.
const RENAMED: [&str; 16] = [
    "view",
    "materialized-view",
    "foreign-table",
    "function",
    "procedure",
    "aggregate",
    "trigger",
    "event-trigger",
    "rule",
    "policy",
    "range-type",
    "collation",
    "statistics",
    "publication",
    "foreign-server",
    "text-search",
];
/// Those that cannot.
const FIXED: [&str; 6] =
    ["extension", "cast", "operator", "grant", "default-privilege", "text-search-mapping"];
const CONSTRAINTS: [&str; 5] =
    ["primary key", "unique constraint", "foreign key", "check constraint", "exclusion constraint"];

/// Every label that a row of the matrix must have.
pub(crate) fn all() -> Vec<String> {
    let mut all = Vec::new();
    for kind in KINDS.iter().chain(&RENAMED).chain(&FIXED) {
        all.extend(["create", "drop"].map(|operation| format!("{operation} {kind}")));
    }
    for kind in KINDS.iter().filter(|kind| **kind != "namespace").chain(&RENAMED) {
        all.push(format!("rename {kind}"));
    }
    for kind in KINDS.iter().filter(|kind| !["table", "enum"].contains(kind)).chain(&RENAMED).chain(&FIXED) {
        // Which privilege it is stands in its identity.
        if *kind != "default-privilege" {
            all.push(format!("alter {kind}"));
        }
    }
    all.extend(TableChange::KINDS.iter().map(|kind| format!("alter-table {kind}")));
    for operation in ["add", "remove"] {
        all.extend(CONSTRAINTS.iter().map(|constraint| format!("{operation} {constraint}")));
    }
    all.extend(["add-value", "drop-value", "rename-value"].map(|change| format!("alter-enum {change}")));
    all
}

/// The labels of an operation and of its way back.
pub(crate) fn of(operation: &Operation) -> Vec<String> {
    [one(operation), one(&operation.reverse())].concat()
}

fn one(operation: &Operation) -> Vec<String> {
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
            for row in rows.get_mut(&alter.previous.name.name).unwrap() {
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
