//! Unique indexes that keys take over: nothing is built anew, and no row is read.

use lambic_core::operation::{AlterTable, TableChange};
use lambic_core::schema::{Constraint, Index, Key};

use super::options::{CLUSTER, REPLICA_IDENTITY_INDEX};
use super::text::option;

/// The indexes that go in a change and are all that a key needs which comes in it, each with the key.
pub(super) fn adopted(alter: &AlterTable) -> Vec<(&Index, &Constraint)> {
    let mut pairs: Vec<(&Index, &Constraint)> = Vec::new();
    if alter.previous.partitioning.is_some() || alter.renamed_columns().next().is_some() {
        return pairs;
    }
    for change in &alter.changes {
        let TableChange::DropIndex(index) = change else { continue };
        let free = |key: &Constraint| pairs.iter().all(|(_, taken)| *taken != key);
        let key = alter.changes.iter().find_map(|change| match change {
            TableChange::AddConstraint(key) if fits(index, key) && free(key) => Some(key),
            _ => None,
        });
        if let Some(key) = key.filter(|_| is_at_hand(alter, index)) {
            pairs.push((index, key));
        }
    }
    pairs
}

/// Whether an index is there from the start, has its name for itself, and is used for nothing that must end.
fn is_at_hand(alter: &AlterTable, index: &Index) -> bool {
    let marks = [CLUSTER, REPLICA_IDENTITY_INDEX];
    let used = marks.iter().any(|key| option(&alter.previous.options, key) == Some(&index.name));
    let named_again = alter.changes.iter().any(|change| match change {
        TableChange::CreateIndex(other) => other.name == index.name,
        TableChange::RenameIndex { previous, next } => previous.name == index.name || *next == index.name,
        _ => false,
    });
    !used && !named_again && alter.previous.indexes.get(&index.name) == Some(index)
}

/// Whether an index is what the server would build for a key.
fn fits(index: &Index, key: &Constraint) -> bool {
    let (Constraint::PrimaryKey(key) | Constraint::Unique(key)) = key else { return false };
    let Key { name, columns, include, options, .. } = key;
    let built = Index {
        unique: true,
        include: include.clone(),
        options: options.clone(),
        ..Index::new(index.name.clone(), columns.clone())
    };
    name.is_some() && built == *index
}
