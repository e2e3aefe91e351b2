//! Operations: the closed set of changes to a schema.
//!
//! Each carries both sides of what it changes, so that it can be reversed, described and applied to a [`Schema`]
//! without a database. Comments belong to their object and change with it.

mod apply;
mod build;
mod follow;
mod table_change;

use serde::{Deserialize, Serialize};

pub use follow::Follower;
pub use table_change::{AlterTable, Dependent, TableChange};

use crate::schema::{
    CompositeType, Definition, Domain, EnumType, Keyed, Namespace, ObjectId, ObjectKind, QualifiedName,
    Sequence, Table,
};

/// Any object that an operation makes, removes or changes as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Object {
    /// A namespace.
    Namespace(Namespace),
    /// A table.
    Table(Box<Table>),
    /// A sequence.
    Sequence(Sequence),
    /// An enumerated type.
    Enum(EnumType),
    /// A domain.
    Domain(Domain),
    /// A composite type.
    Composite(CompositeType),
    /// Any other object.
    Definition(Definition),
}

impl Object {
    /// What identifies it.
    pub fn id(&self) -> ObjectId {
        let (kind, name) = match self {
            Self::Namespace(namespace) => {
                return ObjectId::new(ObjectKind::Namespace, QualifiedName::bare(&namespace.name));
            }
            Self::Table(table) => (ObjectKind::Table, table.key()),
            Self::Sequence(sequence) => (ObjectKind::Sequence, sequence.key()),
            Self::Enum(enumeration) => (ObjectKind::Enum, enumeration.key()),
            Self::Domain(domain) => (ObjectKind::Domain, domain.key()),
            Self::Composite(composite) => (ObjectKind::Composite, composite.key()),
            Self::Definition(definition) => return definition.id.clone(),
        };
        ObjectId::new(kind, name.clone())
    }
}

/// A change of the values of an enumerated type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnumChange {
    /// A value is added; the type after says where.
    AddValue(String),
    /// A value is dropped: rows that hold it stand in the way.
    DropValue(String),
    /// A value gets another name, in every row that holds it too.
    RenameValue {
        /// The value before.
        previous: String,
        /// The value after.
        next: String,
    },
}

impl EnumChange {
    /// The way back.
    pub fn reverse(&self) -> Self {
        match self.clone() {
            Self::AddValue(value) => Self::DropValue(value),
            Self::DropValue(value) => Self::AddValue(value),
            Self::RenameValue { previous, next } => Self::RenameValue { previous: next, next: previous },
        }
    }
}

/// A change to a schema. Closed: a new one breaks every renderer at compile time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Makes an object.
    Create {
        /// The object.
        object: Object,
        /// Definition objects that hang on it and are made with it: what [`Drop`](Self::Drop) took along.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        dependents: Vec<Definition>,
    },
    /// Removes an object.
    Drop {
        /// The object, whole, so that it can be made again.
        object: Object,
        /// Every definition object that hangs on it and goes with it: a table's triggers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        dependents: Vec<Definition>,
    },
    /// Gives an object another name in the same namespace.
    Rename {
        /// The object under its name before.
        object: ObjectId,
        /// Its name after.
        next: String,
        /// Definition objects that hang on it or need it; for a definition object, itself first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        dependents: Vec<Dependent>,
        /// Objects of the model that need it, and itself where more than its name changes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        followers: Vec<Follower>,
    },
    /// Changes a table inside.
    AlterTable(Box<AlterTable>),
    /// Changes the values of an enumerated type.
    AlterEnum {
        /// The type before.
        previous: EnumType,
        /// The type after, under the same name.
        next: EnumType,
        /// What changes, in order; empty when only the comment does.
        changes: Vec<EnumChange>,
        /// Definition objects that need it, where a value is renamed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        dependents: Vec<Dependent>,
        /// Objects of the model that need it, where a value is renamed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        followers: Vec<Follower>,
    },
    /// Changes an object of any other kind under the same name. Both sides are of the same kind, which is neither
    /// a table nor an enumerated type.
    Alter {
        /// The object before.
        previous: Box<Object>,
        /// The object after.
        next: Box<Object>,
        /// Every definition object that hangs on it: a view's triggers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        dependents: Vec<Dependent>,
    },
}

impl Operation {
    /// Makes an object that nothing hangs on.
    pub fn create(object: Object) -> Self {
        Self::Create { object, dependents: Vec::new() }
    }

    /// Removes an object that nothing hangs on.
    pub fn drop(object: Object) -> Self {
        Self::Drop { object, dependents: Vec::new() }
    }

    /// Gives an object another name, where nothing follows.
    pub fn rename(object: ObjectId, next: impl Into<String>) -> Self {
        Self::Rename { object, next: next.into(), dependents: Vec::new(), followers: Vec::new() }
    }

    /// Changes the values of an enumerated type, where nothing follows.
    pub fn alter_enum(previous: EnumType, next: EnumType, changes: Vec<EnumChange>) -> Self {
        Self::AlterEnum { previous, next, changes, dependents: Vec::new(), followers: Vec::new() }
    }

    /// The way back.
    pub fn reverse(&self) -> Self {
        match self.clone() {
            Self::Create { object, dependents } => Self::Drop { object, dependents },
            Self::Drop { object, dependents } => Self::Create { object, dependents },
            Self::Rename { object, next, dependents, followers } => {
                let previous = object.name.name.clone();
                Self::Rename {
                    object: ObjectId { name: object.name.renamed(next), ..object },
                    next: previous,
                    dependents: dependents.iter().map(Dependent::reverse).collect(),
                    followers: followers.iter().map(Follower::reverse).collect(),
                }
            }
            Self::AlterTable(alter) => Self::AlterTable(Box::new(alter.reverse())),
            Self::AlterEnum { previous, next, changes, dependents, followers } => Self::AlterEnum {
                previous: next,
                next: previous,
                changes: changes.iter().rev().map(EnumChange::reverse).collect(),
                dependents: dependents.iter().map(Dependent::reverse).collect(),
                followers: followers.iter().map(Follower::reverse).collect(),
            },
            Self::Alter { previous, next, dependents } => Self::Alter {
                previous: next,
                next: previous,
                dependents: dependents.iter().map(Dependent::reverse).collect(),
            },
        }
    }

    /// What it does, in one line for people: `create table users`.
    pub fn describe(&self) -> String {
        match self {
            Self::Create { object, .. } => format!("create {}", object.id()),
            Self::Drop { object, .. } => format!("drop {}", object.id()),
            Self::Rename { object, next, .. } => format!("rename {object} to {next}"),
            Self::AlterTable(alter) => {
                let changes: Vec<String> = alter.changes.iter().map(TableChange::describe).collect();
                format!("alter table {}: {}", alter.previous.name, changes.join(", "))
            }
            Self::AlterEnum { next, .. } => format!("alter enum {}", next.name),
            Self::Alter { next, .. } => format!("alter {}", next.id()),
        }
    }
}

#[cfg(test)]
mod tests;
