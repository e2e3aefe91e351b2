//! Which variants the matrix must try, and what an operation does to the positions of AUTOINCREMENT.

use std::collections::BTreeMap;

use lambic_conformance::labels::{self, Kinds};
pub(crate) use lambic_conformance::labels::{of, renamed};
use lambic_core::schema::ObjectKind;
use lambic_core::{Operation, Value};

const KINDS: Kinds<'_> = Kinds {
    all: &[
        "namespace",
        "table",
        "sequence",
        "enum",
        "domain",
        "composite",
        "view",
        "trigger",
        "virtual-table",
        "function",
    ],
    unrenamed: &[],
    unaltered: &["table", "enum"],
    dropped: &["primary key", "unique constraint", "foreign key", "check constraint"],
};

/// Every label that a row of the matrix must have.
pub(crate) fn all() -> Vec<String> {
    labels::all(&KINDS)
}

/// The positions of AUTOINCREMENT under the names that they have after the operation.
pub(crate) fn renamed_positions(
    positions: &BTreeMap<String, Value>,
    operation: &Operation,
) -> BTreeMap<String, Value> {
    let mut positions = positions.clone();
    if let Operation::Rename { object, next, .. } = operation
        && object.kind == ObjectKind::Table
        && let Some(position) = positions.remove(&object.name.name)
    {
        positions.insert(next.clone(), position);
    }
    positions
}
