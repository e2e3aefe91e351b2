//! What changes of a table use, by name: what must not be moved past what.

use std::collections::HashSet;

use lambic_core::operation::TableChange;
use lambic_core::schema::{Column, Constraint, Index, KeyTarget};

use super::text::{named, tokens};

/// What a change makes or changes as a whole: two of one name cannot stand in one statement.
pub(super) fn target(change: &TableChange) -> Option<String> {
    match change {
        TableChange::AddColumn(column) | TableChange::DropColumn(column) => Some(column.name.clone()),
        TableChange::AlterColumn { previous, .. } => Some(previous.name.clone()),
        TableChange::AddConstraint(constraint)
        | TableChange::DropConstraint(constraint)
        | TableChange::AlterConstraint { previous: constraint, .. } => constraint.name().map(str::to_owned),
        TableChange::SetOptions { .. } => Some(" options".to_owned()),
        TableChange::RenameColumn { .. }
        | TableChange::RenameConstraint { .. }
        | TableChange::CreateIndex(_)
        | TableChange::DropIndex(_)
        | TableChange::RenameIndex { .. }
        | TableChange::AlterIndex { .. }
        | TableChange::SetComment { .. } => None,
    }
}

/// Every name that a change uses: of columns, constraints and indexes, and in expressions.
pub(super) fn names(change: &TableChange) -> HashSet<String> {
    match change {
        TableChange::AddColumn(column) | TableChange::DropColumn(column) => column_names(column),
        TableChange::RenameColumn { previous, next } => [previous.clone(), next.clone()].into(),
        TableChange::AlterColumn { previous, next } => {
            column_names(previous).into_iter().chain(column_names(next)).collect()
        }
        TableChange::AddConstraint(constraint) | TableChange::DropConstraint(constraint) => {
            constraint_names(constraint)
        }
        TableChange::RenameConstraint { previous, next } => {
            previous.name().map(str::to_owned).into_iter().chain([next.clone()]).collect()
        }
        TableChange::AlterConstraint { previous, next } => {
            constraint_names(previous).into_iter().chain(constraint_names(next)).collect()
        }
        TableChange::CreateIndex(index) | TableChange::AlterIndex { next: index, .. } => {
            index_uses(index).into_iter().chain([index.name.clone()]).collect()
        }
        TableChange::DropIndex(index) => [index.name.clone()].into(),
        TableChange::RenameIndex { previous, next } => [previous.name.clone(), next.clone()].into(),
        TableChange::SetOptions { next, .. } => next.values().flat_map(|value| words(value)).collect(),
        TableChange::SetComment { .. } => HashSet::new(),
    }
}

fn words(text: &str) -> Vec<String> {
    tokens(text).iter().filter_map(named).collect()
}

pub(super) fn column_names(column: &Column) -> HashSet<String> {
    let texts = column.default.iter().chain(column.generated.iter().map(|generated| &generated.expression));
    texts.flat_map(|text| words(text.as_str())).chain([column.name.clone()]).collect()
}

fn constraint_names(constraint: &Constraint) -> HashSet<String> {
    constraint_uses(constraint).into_iter().chain(constraint.name().map(str::to_owned)).collect()
}

/// The columns that an index uses, as far as its text tells.
pub(super) fn index_uses(index: &Index) -> HashSet<String> {
    let mut names: HashSet<String> = index.include.iter().cloned().collect();
    for part in &index.parts {
        match &part.key {
            KeyTarget::Column(name) => drop(names.insert(name.clone())),
            KeyTarget::Expression(text) => names.extend(words(text.as_str())),
        }
    }
    names.extend(index.predicate.iter().flat_map(|text| words(text.as_str())));
    names
}

/// The columns that a constraint uses, as far as its text tells.
pub(super) fn constraint_uses(constraint: &Constraint) -> HashSet<String> {
    let mut names = HashSet::new();
    match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => {
            names.extend(key.columns.iter().filter_map(|part| part.column_name().map(str::to_owned)));
            names.extend(key.include.iter().cloned());
        }
        Constraint::ForeignKey(key) => names.extend(key.columns.iter().cloned()),
        Constraint::Check(check) => names.extend(words(check.expression.as_str())),
        Constraint::Exclusion(exclusion) => names.extend(words(exclusion.definition.as_str())),
    }
    names
}
