//! Which column and which index of a table becomes which.

use lambic_core::Result;
use lambic_core::operation::{AlterTable, TableChange};
use lambic_core::schema::{Constraint, KeyPart, KeyTarget, Table};

use super::text::{malformed, same_name};

/// The names that columns and indexes of a table have afterwards, where they are kept under another one.
#[derive(Debug, Clone, Default)]
pub(super) struct Renames {
    /// Columns that are dropped, whatever is added under their name.
    pub(super) dropped: Vec<String>,
    /// Name before and after.
    pub(super) columns: Vec<(String, String)>,
    /// Name before and after, of indexes and unique constraints.
    pub(super) indexes: Vec<(String, String)>,
}

impl Renames {
    /// What the changes say.
    pub(super) fn of(alter: &AlterTable) -> Result<Self> {
        let columns = alter.previous.columns.iter().map(|column| column.name.clone());
        let mut columns: Vec<(Option<String>, String)> =
            columns.map(|name| (Some(name.clone()), name)).collect();
        let mut renames = Self::default();
        for change in &alter.changes {
            match change {
                TableChange::AddColumn(column) => columns.push((None, column.name.clone())),
                TableChange::DropColumn(column) => columns.retain(|(_, name)| *name != column.name),
                TableChange::RenameColumn { previous, next } => {
                    let found = columns.iter_mut().find(|(_, name)| name == previous);
                    let missing = || malformed(format!("table {} has no column {previous}", alter.next.name));
                    found.ok_or_else(missing)?.1.clone_from(next);
                }
                TableChange::RenameIndex { previous, next } => renames.index(&previous.name, next),
                TableChange::RenameConstraint { previous: Constraint::Unique(key), next } => {
                    renames.index(key.name.as_deref().unwrap_or_default(), next);
                }
                TableChange::AlterColumn { .. }
                | TableChange::AddConstraint(_)
                | TableChange::DropConstraint(_)
                | TableChange::RenameConstraint { .. }
                | TableChange::AlterConstraint { .. }
                | TableChange::CreateIndex(_)
                | TableChange::DropIndex(_)
                | TableChange::AlterIndex { .. }
                | TableChange::SetOptions { .. }
                | TableChange::SetComment { .. } => {}
            }
        }
        for column in &alter.previous.columns {
            match columns.iter().find(|(origin, _)| origin.as_ref() == Some(&column.name)) {
                None => renames.dropped.push(column.name.clone()),
                Some((_, name)) if *name != column.name => {
                    renames.columns.push((column.name.clone(), name.clone()));
                }
                Some(_) => {}
            }
        }
        Ok(renames)
    }

    fn index(&mut self, previous: &str, next: &str) {
        match self.indexes.iter_mut().find(|(_, name)| name == previous) {
            Some((_, name)) => next.clone_into(name),
            None => self.indexes.push((previous.to_owned(), next.to_owned())),
        }
    }

    /// The way back for columns.
    pub(super) fn back(&self) -> Self {
        let columns = self.columns.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
        Self { columns, ..Self::default() }
    }

    /// The name that a column has afterwards; `None` where it is dropped.
    pub(super) fn column_after<'n>(&'n self, name: &'n str) -> Option<&'n str> {
        if self.dropped.iter().any(|dropped| dropped == name) {
            return None;
        }
        Some(self.columns.iter().find(|(old, _)| old == name).map_or(name, |(_, new)| new))
    }

    /// The name that an index has afterwards.
    pub(super) fn index_after<'n>(&'n self, name: &'n str) -> &'n str {
        self.indexes.iter().find(|(old, _)| old == name).map_or(name, |(_, new)| new)
    }

    /// The table with its columns renamed, wherever they are named; expressions stay as they are.
    pub(super) fn columns_in(&self, table: &Table) -> Table {
        let mut table = table.clone();
        let rename = |name: &mut String| {
            if let Some((_, new)) = self.columns.iter().find(|(old, _)| old == name) {
                name.clone_from(new);
            }
        };
        let parts = |parts: &mut Vec<KeyPart>| {
            for part in parts {
                if let KeyTarget::Column(name) = &mut part.key {
                    rename(name);
                }
            }
        };
        table.columns.iter_mut().for_each(|column| rename(&mut column.name));
        table.primary_key.iter_mut().chain(&mut table.uniques).for_each(|key| parts(&mut key.columns));
        table.indexes.rewrite(|index| parts(&mut index.parts));
        for key in &mut table.foreign_keys {
            key.columns.iter_mut().for_each(rename);
            if key.references == table.name {
                key.referenced_columns.iter_mut().for_each(rename);
            }
        }
        for check in &mut table.checks {
            check.options.get_mut(super::options::CHECK_COLUMN).into_iter().for_each(rename);
        }
        table
    }

    /// Whether a column that gets another name is one that keys or indexes of the table hold, so that foreign keys
    /// here or elsewhere may refer to it.
    pub(super) fn touch_keys(&self, table: &Table) -> bool {
        let keys = table.primary_key.iter().chain(&table.uniques).flat_map(|key| &key.columns);
        let parts = keys.chain(table.indexes.iter().flat_map(|index| &index.parts));
        let named = parts.filter_map(KeyPart::column_name);
        let referring = table.foreign_keys.iter().flat_map(|key| key.columns.iter().map(String::as_str));
        let mut held = named.chain(referring);
        held.any(|name| self.columns.iter().any(|(old, _)| same_name(old, name)))
    }
}
