//! The schema model: one plain description of what a database holds, the same for every database.
//!
//! Few types, full coverage: tables, sequences, enumerated, domain and composite types are modelled in full; all
//! other objects are [`Definition`]s, whose canonical text is what the database itself reports. What fits
//! neither is listed in [`Schema::unsupported`]: nothing is passed over in silence.

mod column;
mod constraint;
mod dependencies;
mod name;
mod objects;
mod table;
mod texts;
mod types;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use column::{Column, Generated, Identity, IdentityKind, SequenceOptions};
pub use constraint::{
    Check, Constraint, Deferrable, Exclusion, ForeignKey, Index, Key, KeyPart, KeyTarget, ReferentialAction,
};
pub use dependencies::{Dependencies, Dependency};
pub use name::{ObjectId, ObjectKind, QualifiedName};
pub use objects::{Keyed, Objects};
pub use table::{Partition, Partitioning, Table};
pub use texts::Text;
pub use types::{NativeType, PortableType};

/// Further facts about an object, by published name.
pub type Properties = BTreeMap<String, String>;

/// SQL text of an expression, in the form in which the database reports it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expression(pub String);

impl Expression {
    /// Takes the text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An integer that may exceed what a JSON reader keeps exactly (2⁵³); it travels as a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BigInteger(pub i128);

impl Serialize for BigInteger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for BigInteger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// Everything that a database, or a part of it, holds.
///
/// Two schemas that say the same are equal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Schema {
    /// Namespaces, where the database has them.
    #[serde(default, skip_serializing_if = "Objects::is_empty")]
    pub namespaces: Objects<Namespace>,
    /// Tables.
    #[serde(default, skip_serializing_if = "Objects::is_empty")]
    pub tables: Objects<Table>,
    /// Sequences that belong to no column.
    #[serde(default, skip_serializing_if = "Objects::is_empty")]
    pub sequences: Objects<Sequence>,
    /// Enumerated types.
    #[serde(default, skip_serializing_if = "Objects::is_empty")]
    pub enums: Objects<EnumType>,
    /// Domains.
    #[serde(default, skip_serializing_if = "Objects::is_empty")]
    pub domains: Objects<Domain>,
    /// Composite types.
    #[serde(default, skip_serializing_if = "Objects::is_empty")]
    pub composites: Objects<CompositeType>,
    /// All other objects.
    #[serde(default, skip_serializing_if = "Objects::is_empty")]
    pub definitions: Objects<Definition>,
    /// What tables, domains and composite types need beside the tables that their foreign keys name: functions,
    /// types, sequences. Definitions say so themselves.
    #[serde(default, skip_serializing_if = "Dependencies::is_empty")]
    pub dependencies: Dependencies,
    /// What is there and cannot be modelled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsupported: Vec<Unsupported>,
}

/// A namespace: a schema, or a database where those are the namespaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What else the database keeps about it (`charset`, `collation`, `owner`).
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub options: Properties,
}

/// A sequence that belongs to no column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: QualifiedName,
    /// The type of its values, where it is not the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native: Option<NativeType>,
    /// Its options.
    #[serde(default)]
    pub options: SequenceOptions,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An enumerated type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// Its name.
    pub name: QualifiedName,
    /// Its values, in their order.
    pub values: Vec<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A domain: a type with rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// Its name.
    pub name: QualifiedName,
    /// The type it narrows.
    pub native: NativeType,
    /// Whether it admits NULL.
    pub nullable: bool,
    /// Its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Expression>,
    /// Its checks, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Its collation, where it is not the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A composite type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompositeType {
    /// Its name.
    pub name: QualifiedName,
    /// Its attributes, in order.
    pub attributes: Vec<Attribute>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub native: NativeType,
    /// Its collation, where it is not the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
}

/// Any object that has no type of its own in the model: a view, a trigger, a function…
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// What it is.
    pub id: ObjectId,
    /// The statement that makes it, as the database itself reports it, without a terminator.
    pub definition: String,
    /// The objects it needs, as far as the database or its text tells. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<ObjectId>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What else the database keeps about it.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

impl Definition {
    /// An object by its identity and its statement.
    pub fn new(id: ObjectId, definition: impl Into<String>) -> Self {
        Self {
            id,
            definition: definition.into(),
            depends_on: Vec::new(),
            comment: None,
            properties: Properties::new(),
        }
    }
}

/// Something in the database that the model cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unsupported {
    /// What the database calls such a thing.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Why the model cannot hold it.
    pub reason: String,
}

macro_rules! keyed_by {
    ($($type:ty: $field:ident as $key:ty,)+) => {
        $(impl Keyed for $type {
            type Key = $key;
            fn key(&self) -> &$key {
                &self.$field
            }
        })+
    };
}

keyed_by! {
    Namespace: name as String,
    Sequence: name as QualifiedName,
    EnumType: name as QualifiedName,
    Domain: name as QualifiedName,
    CompositeType: name as QualifiedName,
    Definition: id as ObjectId,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde calls")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde calls")]
fn is_true(flag: &bool) -> bool {
    *flag
}

fn yes() -> bool {
    true
}
