//! Names of objects, and what identifies one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::string_enum;

/// A name with the namespace it lives in, where the database has namespaces.
///
/// Names are kept exactly as the database reports them; folding case is a matter of matching, not of the model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema (PostgreSQL) or database (MySQL); `None` where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name itself.
    pub name: String,
}

impl QualifiedName {
    /// A name in the only, or the default, namespace.
    pub fn bare(name: impl Into<String>) -> Self {
        Self { namespace: None, name: name.into() }
    }

    /// A name in a namespace.
    pub fn within(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: Some(namespace.into()), name: name.into() }
    }

    /// The same namespace, another name.
    pub fn renamed(&self, name: impl Into<String>) -> Self {
        Self { namespace: self.namespace.clone(), name: name.into() }
    }
}

impl fmt::Display for QualifiedName {
    /// `namespace.name`, unquoted: for people, never for SQL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

string_enum! {
    /// The kinds of object that a schema holds.
    ///
    /// The first six have types of their own in the model; all others are [definition
    /// objects](crate::Definition).
    pub enum ObjectKind {
        /// A namespace: a schema, or a database where those are the namespaces.
        Namespace = "namespace",
        /// A table.
        Table = "table",
        /// A sequence that belongs to no column.
        Sequence = "sequence",
        /// An enumerated type.
        Enum = "enum",
        /// A domain.
        Domain = "domain",
        /// A composite type.
        Composite = "composite",
        /// A view.
        View = "view",
        /// A materialised view.
        MaterializedView = "materialized-view",
        /// A virtual table, kept by a module.
        VirtualTable = "virtual-table",
        /// A foreign table.
        ForeignTable = "foreign-table",
        /// A function.
        Function = "function",
        /// A procedure.
        Procedure = "procedure",
        /// An aggregate.
        Aggregate = "aggregate",
        /// A trigger on a table or view.
        Trigger = "trigger",
        /// An event trigger.
        EventTrigger = "event-trigger",
        /// A rewrite rule.
        Rule = "rule",
        /// A row security policy.
        Policy = "policy",
        /// A scheduled event.
        Event = "event",
        /// An extension.
        Extension = "extension",
        /// A privilege granted.
        Grant = "grant",
        /// Privileges that new objects get.
        DefaultPrivilege = "default-privilege",
        /// A range type.
        RangeType = "range-type",
        /// A collation.
        Collation = "collation",
        /// A cast.
        Cast = "cast",
        /// An operator.
        Operator = "operator",
        /// An extended statistics object.
        Statistics = "statistics",
        /// A publication.
        Publication = "publication",
        /// A foreign server.
        ForeignServer = "foreign-server",
        /// A text search object.
        TextSearch = "text-search",
    }
}

/// What identifies an object within a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// What kind of object it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: QualifiedName,
    /// The table or view that it hangs on, for example a trigger's; in the same namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Argument types, for what can be overloaded, as the database prints them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
}

impl ObjectId {
    /// An object that its kind and name identify.
    pub fn new(kind: ObjectKind, name: QualifiedName) -> Self {
        Self { kind, name, on: None, arguments: None }
    }

    /// An object that hangs on a table or view.
    pub fn on(kind: ObjectKind, name: QualifiedName, table: impl Into<String>) -> Self {
        Self { on: Some(table.into()), ..Self::new(kind, name) }
    }

    /// What identifies the object when `renamed`, itself or what it hangs on, is called `next`.
    pub fn following(&self, renamed: &Self, next: &str) -> Self {
        if self == renamed {
            return Self { name: self.name.renamed(next), ..self.clone() };
        }
        let on = if renamed.owns(self) { Some(next.to_owned()) } else { self.on.clone() };
        Self { on, ..self.clone() }
    }

    /// Whether `other` hangs on this object.
    pub fn owns(&self, other: &Self) -> bool {
        use ObjectKind::{ForeignTable, MaterializedView, Table, View};
        let hangable = matches!(self.kind, Table | View | MaterializedView | ForeignTable);
        hangable && other.hangs_on(&self.name)
    }

    /// Whether the object hangs on the table or view of that name.
    pub fn hangs_on(&self, table: &QualifiedName) -> bool {
        self.name.namespace == table.namespace && self.on.as_deref() == Some(table.name.as_str())
    }
}

impl fmt::Display for ObjectId {
    /// `trigger t_audit on users`, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        if let Some(arguments) = &self.arguments {
            write!(f, "({arguments})")?;
        }
        match &self.on {
            Some(table) => write!(f, " on {table}"),
            None => Ok(()),
        }
    }
}
