//! Changes inside one table.

use serde::{Deserialize, Serialize};

use super::Follower;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, Constraint, Definition, Index, KeyPart, Properties, Table};

/// A definition object that is made anew, or whose text changes, because of an operation on something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependent {
    /// The object before.
    pub previous: Definition,
    /// The object after; equal to `previous` when it only has to be made anew.
    pub next: Definition,
}

impl Dependent {
    /// An object that stays as it is.
    pub fn unchanged(definition: Definition) -> Self {
        Self { previous: definition.clone(), next: definition }
    }

    /// The way back.
    pub fn reverse(&self) -> Self {
        Self { previous: self.next.clone(), next: self.previous.clone() }
    }
}

/// One or more changes inside one table.
///
/// `previous` and `next` are the whole table, so that one `ALTER` with several actions, or one rebuild, can be
/// rendered from it. `changes` says how one becomes the other: what cannot be told from the two, a rename
/// above all. Text of expressions that a rename carries along differs between the two without a change of its
/// own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlterTable {
    /// The table before.
    pub previous: Table,
    /// The table after, under the same name.
    pub next: Table,
    /// What changes, in order.
    pub changes: Vec<TableChange>,
    /// Every definition object that hangs on the table, and every other one whose text the changes touch; where a column
    /// is renamed, every one that needs the table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependents: Vec<Dependent>,
    /// Other objects of the model that need the table, where a column is renamed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub followers: Vec<Follower>,
}

impl AlterTable {
    /// Works out the table after `changes`. Text of expressions stays as it is: where a rename touches some,
    /// set it in [`next`](Self::next), or have it set by [`Dialect::complete`](crate::Dialect::complete).
    pub fn new(previous: Table, changes: Vec<TableChange>, dependents: Vec<Dependent>) -> Result<Self> {
        let mut next = previous.clone();
        for change in &changes {
            change.apply(&mut next)?;
        }
        next.sort();
        Ok(Self { previous, next, changes, dependents, followers: Vec::new() })
    }

    /// The way back.
    pub fn reverse(&self) -> Self {
        Self {
            previous: self.next.clone(),
            next: self.previous.clone(),
            changes: self.changes.iter().rev().map(TableChange::reverse).collect(),
            dependents: self.dependents.iter().map(Dependent::reverse).collect(),
            followers: self.followers.iter().map(Follower::reverse).collect(),
        }
    }

    /// The columns that are renamed: old name, new name.
    pub fn renamed_columns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.changes.iter().filter_map(|change| match change {
            TableChange::RenameColumn { previous, next } => Some((previous.as_str(), next.as_str())),
            _ => None,
        })
    }
}

/// A change inside one table. Closed: a new one breaks every renderer at compile time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TableChange {
    /// A column is added; [`AlterTable::next`] says where.
    AddColumn(Column),
    /// A column is dropped.
    DropColumn(Column),
    /// A column gets another name.
    RenameColumn {
        /// Its name before.
        previous: String,
        /// Its name after.
        next: String,
    },
    /// A column changes under the same name: type, nullability, default, identity, generation, comment…
    AlterColumn {
        /// The column before.
        previous: Box<Column>,
        /// The column after.
        next: Box<Column>,
    },
    /// A constraint is added.
    AddConstraint(Constraint),
    /// A constraint is dropped.
    DropConstraint(Constraint),
    /// A constraint gets another name.
    RenameConstraint {
        /// The constraint before.
        previous: Constraint,
        /// Its name after.
        next: String,
    },
    /// A constraint changes what can be changed in place: deferrability, validation, enforcement, comment.
    AlterConstraint {
        /// The constraint before.
        previous: Constraint,
        /// The constraint after.
        next: Constraint,
    },
    /// An index is created.
    CreateIndex(Index),
    /// An index is dropped.
    DropIndex(Index),
    /// An index gets another name.
    RenameIndex {
        /// The index before.
        previous: Index,
        /// Its name after.
        next: String,
    },
    /// An index changes what can be changed in place: visibility, storage parameters, comment.
    AlterIndex {
        /// The index before.
        previous: Index,
        /// The index after, under the same name.
        next: Index,
    },
    /// The table's options change.
    SetOptions {
        /// The options before.
        previous: Properties,
        /// The options after.
        next: Properties,
    },
    /// The table's comment changes.
    SetComment {
        /// The comment before.
        previous: Option<String>,
        /// The comment after.
        next: Option<String>,
    },
}

impl TableChange {
    /// The published name of each change, in the order of the variants.
    pub const KINDS: [&str; 14] = [
        "add-column",
        "drop-column",
        "rename-column",
        "alter-column",
        "add-constraint",
        "drop-constraint",
        "rename-constraint",
        "alter-constraint",
        "create-index",
        "drop-index",
        "rename-index",
        "alter-index",
        "set-options",
        "set-comment",
    ];

    /// The published name of this change: one of [`KINDS`](Self::KINDS).
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AddColumn(_) => "add-column",
            Self::DropColumn(_) => "drop-column",
            Self::RenameColumn { .. } => "rename-column",
            Self::AlterColumn { .. } => "alter-column",
            Self::AddConstraint(_) => "add-constraint",
            Self::DropConstraint(_) => "drop-constraint",
            Self::RenameConstraint { .. } => "rename-constraint",
            Self::AlterConstraint { .. } => "alter-constraint",
            Self::CreateIndex(_) => "create-index",
            Self::DropIndex(_) => "drop-index",
            Self::RenameIndex { .. } => "rename-index",
            Self::AlterIndex { .. } => "alter-index",
            Self::SetOptions { .. } => "set-options",
            Self::SetComment { .. } => "set-comment",
        }
    }

    /// The way back.
    pub fn reverse(&self) -> Self {
        match self.clone() {
            Self::AddColumn(column) => Self::DropColumn(column),
            Self::DropColumn(column) => Self::AddColumn(column),
            Self::RenameColumn { previous, next } => Self::RenameColumn { previous: next, next: previous },
            Self::AlterColumn { previous, next } => Self::AlterColumn { previous: next, next: previous },
            Self::AddConstraint(constraint) => Self::DropConstraint(constraint),
            Self::DropConstraint(constraint) => Self::AddConstraint(constraint),
            Self::RenameConstraint { mut previous, next } => {
                let old = previous.name_mut().replace(next).unwrap_or_default();
                Self::RenameConstraint { previous, next: old }
            }
            Self::AlterConstraint { previous, next } => {
                Self::AlterConstraint { previous: next, next: previous }
            }
            Self::CreateIndex(index) => Self::DropIndex(index),
            Self::DropIndex(index) => Self::CreateIndex(index),
            Self::RenameIndex { mut previous, next } => {
                let old = std::mem::replace(&mut previous.name, next);
                Self::RenameIndex { previous, next: old }
            }
            Self::AlterIndex { previous, next } => Self::AlterIndex { previous: next, next: previous },
            Self::SetOptions { previous, next } => Self::SetOptions { previous: next, next: previous },
            Self::SetComment { previous, next } => Self::SetComment { previous: next, next: previous },
        }
    }

    /// What changes, in words: `add column email`.
    pub fn describe(&self) -> String {
        match self {
            Self::AddColumn(column) => format!("add column {}", column.name),
            Self::DropColumn(column) => format!("drop column {}", column.name),
            Self::RenameColumn { previous, next } => format!("rename column {previous} to {next}"),
            Self::AlterColumn { next, .. } => format!("alter column {}", next.name),
            Self::AddConstraint(constraint) => format!("add {}", describe_constraint(constraint)),
            Self::DropConstraint(constraint) => format!("drop {}", describe_constraint(constraint)),
            Self::RenameConstraint { previous, next } => {
                format!("rename {} to {next}", describe_constraint(previous))
            }
            Self::AlterConstraint { next, .. } => format!("alter {}", describe_constraint(next)),
            Self::CreateIndex(index) => format!("create index {}", index.name),
            Self::DropIndex(index) => format!("drop index {}", index.name),
            Self::RenameIndex { previous, next } => format!("rename index {} to {next}", previous.name),
            Self::AlterIndex { next, .. } => format!("alter index {}", next.name),
            Self::SetOptions { .. } => "change options".to_owned(),
            Self::SetComment { .. } => "change comment".to_owned(),
        }
    }

    /// Changes `table`; an error says why it cannot be.
    fn apply(&self, table: &mut Table) -> Result<()> {
        match self {
            Self::AddColumn(column) => {
                absent(table, &column.name, table.column(&column.name).is_some())?;
                table.columns.push(column.clone());
            }
            Self::DropColumn(column) => {
                let at = position(table, &column.name)?;
                table.columns.remove(at);
            }
            Self::RenameColumn { previous, next } => rename_column(table, previous, next)?,
            Self::AlterColumn { previous, next } => {
                let at = position(table, &previous.name)?;
                if let Some(column) = table.columns.get_mut(at) {
                    *column = next.as_ref().clone();
                }
            }
            Self::AddConstraint(constraint) => add_constraint(table, constraint.clone())?,
            Self::DropConstraint(constraint) => drop_constraint(table, constraint)?,
            Self::RenameConstraint { previous, next } => {
                drop_constraint(table, previous)?;
                let mut renamed = previous.clone();
                *renamed.name_mut() = Some(next.clone());
                add_constraint(table, renamed)?;
            }
            Self::AlterConstraint { previous, next } => {
                drop_constraint(table, previous)?;
                add_constraint(table, next.clone())?;
            }
            Self::CreateIndex(index) => create_index(table, index.clone())?,
            Self::DropIndex(index) => drop_index(table, &index.name)?,
            Self::RenameIndex { previous, next } => {
                drop_index(table, &previous.name)?;
                create_index(table, Index { name: next.clone(), ..previous.clone() })?;
            }
            Self::AlterIndex { previous, next } => {
                drop_index(table, &previous.name)?;
                create_index(table, next.clone())?;
            }
            Self::SetOptions { next, .. } => table.options.clone_from(next),
            Self::SetComment { next, .. } => table.comment.clone_from(next),
        }
        Ok(())
    }
}

fn describe_constraint(constraint: &Constraint) -> String {
    match constraint.name() {
        Some(name) => format!("{} {name}", constraint.noun()),
        None => constraint.noun().to_owned(),
    }
}

fn conflict(table: &Table, message: &str) -> Error {
    Error::new(ErrorKind::Conflict, "operation.conflict", format!("table {} {message}", table.name))
}

fn absent(table: &Table, name: &str, present: bool) -> Result<()> {
    if present { Err(conflict(table, &format!("already has {name}"))) } else { Ok(()) }
}

fn position(table: &Table, column: &str) -> Result<usize> {
    let at = table.columns.iter().position(|known| known.name == column);
    at.ok_or_else(|| conflict(table, &format!("has no column {column}")))
}

fn create_index(table: &mut Table, index: Index) -> Result<()> {
    absent(table, &index.name, table.indexes.contains(&index.name))?;
    table.indexes.insert(index);
    Ok(())
}

fn drop_index(table: &mut Table, name: &str) -> Result<()> {
    let gone = table.indexes.remove(&name.to_owned()).is_some();
    if gone { Ok(()) } else { Err(conflict(table, &format!("has no index {name}"))) }
}

fn add_constraint(table: &mut Table, constraint: Constraint) -> Result<()> {
    match constraint {
        Constraint::PrimaryKey(key) => {
            absent(table, "a primary key", table.primary_key.is_some())?;
            table.primary_key = Some(key);
        }
        Constraint::Unique(key) => table.uniques.push(key),
        Constraint::ForeignKey(key) => table.foreign_keys.push(key),
        Constraint::Check(check) => table.checks.push(check),
        Constraint::Exclusion(exclusion) => table.exclusions.push(exclusion),
    }
    Ok(())
}

fn drop_constraint(table: &mut Table, constraint: &Constraint) -> Result<()> {
    let gone = match constraint {
        Constraint::PrimaryKey(key) => table.primary_key.take_if(|known| known == key).is_some(),
        Constraint::Unique(key) => take(&mut table.uniques, key),
        Constraint::ForeignKey(key) => take(&mut table.foreign_keys, key),
        Constraint::Check(check) => take(&mut table.checks, check),
        Constraint::Exclusion(exclusion) => take(&mut table.exclusions, exclusion),
    };
    if gone {
        Ok(())
    } else {
        Err(conflict(table, &format!("has no such {}", describe_constraint(constraint))))
    }
}

fn take<T: PartialEq>(items: &mut Vec<T>, item: &T) -> bool {
    let at = items.iter().position(|known| known == item);
    at.is_some_and(|at| {
        items.remove(at);
        true
    })
}

fn rename_column(table: &mut Table, previous: &str, next: &str) -> Result<()> {
    absent(table, next, table.column(next).is_some())?;
    let at = position(table, previous)?;
    if let Some(column) = table.columns.get_mut(at) {
        next.clone_into(&mut column.name);
    }
    let own = table.name.clone();
    let keys = table.primary_key.iter_mut().chain(&mut table.uniques);
    keys.for_each(|key| rename_in_parts(&mut key.columns, &mut key.include, previous, next));
    for key in &mut table.foreign_keys {
        rename_in_list(&mut key.columns, previous, next);
        if key.references == own {
            rename_in_list(&mut key.referenced_columns, previous, next);
        }
    }
    table.indexes.rewrite(|index| rename_in_parts(&mut index.parts, &mut index.include, previous, next));
    for check in &mut table.checks {
        if let Some(column) = check.options.get_mut("column").filter(|column| *column == previous) {
            next.clone_into(column);
        }
    }
    Ok(())
}

fn rename_in_parts(parts: &mut [KeyPart], include: &mut [String], previous: &str, next: &str) {
    for part in parts {
        if part.column_name() == Some(previous) {
            part.key = crate::schema::KeyTarget::Column(next.to_owned());
        }
    }
    rename_in_list(include, previous, next);
}

/// Renames one column in a list of column names.
pub(super) fn rename_in_list(columns: &mut [String], previous: &str, next: &str) {
    columns.iter_mut().filter(|column| *column == previous).for_each(|column| next.clone_into(column));
}
