//! Keys, checks and indexes: what a table holds its rows to.

use serde::{Deserialize, Serialize};

use super::{Expression, Keyed, Properties, QualifiedName, is_false, is_true, yes};
use crate::string_enum;

/// What one part of a key or an index is ordered by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyTarget {
    /// A column, by name.
    Column(String),
    /// An expression, without outer parentheses of its own.
    Expression(Expression),
}

/// One column or expression of a key or an index, and how it is ordered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KeyPart {
    /// What is ordered by.
    pub key: KeyTarget,
    /// Whether the order is descending.
    #[serde(default, skip_serializing_if = "is_false")]
    pub descending: bool,
    /// Where NULLs stand, when it is not the database's own choice for that order: `first` or `last`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<String>,
    /// Collation, where it is not the column's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// How many leading characters or bytes count, where not all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<u32>,
    /// Operator class with its parameters, where it is not the type's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_class: Option<String>,
}

impl KeyPart {
    /// A column in its natural order.
    pub fn column(name: impl Into<String>) -> Self {
        Self::of(KeyTarget::Column(name.into()))
    }

    /// An expression in its natural order.
    pub fn expression(text: impl Into<String>) -> Self {
        Self::of(KeyTarget::Expression(Expression::new(text)))
    }

    /// The same part in descending order.
    pub fn descending(mut self) -> Self {
        self.descending = true;
        self
    }

    /// The column's name, if it is a column.
    pub fn column_name(&self) -> Option<&str> {
        match &self.key {
            KeyTarget::Column(name) => Some(name),
            KeyTarget::Expression(_) => None,
        }
    }

    fn of(key: KeyTarget) -> Self {
        Self { key, descending: false, nulls: None, collation: None, prefix: None, operator_class: None }
    }
}

string_enum! {
    /// When a constraint may be checked later than at once.
    pub enum Deferrable {
        /// `DEFERRABLE INITIALLY IMMEDIATE`.
        Immediate = "immediate",
        /// `DEFERRABLE INITIALLY DEFERRED`.
        Deferred = "deferred",
    }
}

/// A primary key or a unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The constraint's name, where it has one that the user gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The columns, in order.
    pub columns: Vec<KeyPart>,
    /// Columns that the index carries but does not order by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Whether it can be checked later. `None`: always at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferrable: Option<Deferrable>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What else the database keeps about it (`on-conflict`, `nulls-not-distinct`, `without-overlaps`).
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub options: Properties,
}

impl Key {
    /// An anonymous key over columns.
    pub fn over<I: IntoIterator<Item = S>, S: Into<String>>(columns: I) -> Self {
        Self {
            name: None,
            columns: columns.into_iter().map(KeyPart::column).collect(),
            include: Vec::new(),
            deferrable: None,
            comment: None,
            options: Properties::new(),
        }
    }

    /// The same key with a name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

string_enum! {
    /// What happens to a row when the row it refers to goes or changes.
    pub enum ReferentialAction {
        /// Nothing, but the reference must hold at the end of the statement or transaction.
        NoAction = "no-action",
        /// Refused at once.
        Restrict = "restrict",
        /// The same happens to the row.
        Cascade = "cascade",
        /// The reference becomes NULL.
        SetNull = "set-null",
        /// The reference becomes its default.
        SetDefault = "set-default",
    }
}

fn no_action() -> ReferentialAction {
    ReferentialAction::NoAction
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The constraint's name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The referring columns.
    pub columns: Vec<String>,
    /// The table referred to.
    pub references: QualifiedName,
    /// The columns referred to, in the order of `columns`. Empty: that table's primary key.
    #[serde(default)]
    pub referenced_columns: Vec<String>,
    /// What a DELETE of the row referred to does.
    #[serde(default = "no_action")]
    pub on_delete: ReferentialAction,
    /// What an UPDATE of the key referred to does.
    #[serde(default = "no_action")]
    pub on_update: ReferentialAction,
    /// The `MATCH` type, where it is not `SIMPLE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_type: Option<String>,
    /// Whether it can be checked later. `None`: always at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferrable: Option<Deferrable>,
    /// Whether the rows that were there before are known to comply.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub validated: bool,
    /// Whether it is enforced at all.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub enforced: bool,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What else the database keeps about it.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub options: Properties,
}

impl ForeignKey {
    /// An anonymous foreign key with no actions.
    pub fn new<I: IntoIterator<Item = S>, S: Into<String>>(
        columns: I,
        references: QualifiedName,
        to: I,
    ) -> Self {
        Self {
            name: None,
            columns: columns.into_iter().map(Into::into).collect(),
            references,
            referenced_columns: to.into_iter().map(Into::into).collect(),
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            match_type: None,
            deferrable: None,
            validated: true,
            enforced: true,
            comment: None,
            options: Properties::new(),
        }
    }
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Check {
    /// The constraint's name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The condition, without its outer parentheses.
    pub expression: Expression,
    /// Whether the rows that were there before are known to comply.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub validated: bool,
    /// Whether it is enforced at all.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub enforced: bool,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What else the database keeps about it (`no-inherit`, `column`: the column it is written at).
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub options: Properties,
}

impl Check {
    /// An anonymous check.
    pub fn new(expression: impl Into<String>) -> Self {
        Self {
            name: None,
            expression: Expression::new(expression),
            validated: true,
            enforced: true,
            comment: None,
            options: Properties::new(),
        }
    }
}

/// An exclusion constraint, by the text with which the database defines it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Exclusion {
    /// The constraint's name.
    pub name: Option<String>,
    /// What follows the name: `EXCLUDE USING gist (room WITH =, during WITH &&)`.
    pub definition: Expression,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Any one constraint of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Constraint {
    /// The primary key.
    PrimaryKey(Key),
    /// A unique constraint.
    Unique(Key),
    /// A foreign key.
    ForeignKey(ForeignKey),
    /// A check.
    Check(Check),
    /// An exclusion constraint.
    Exclusion(Exclusion),
}

impl Constraint {
    /// Its name, where it has one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::PrimaryKey(key) | Self::Unique(key) => key.name.as_deref(),
            Self::ForeignKey(key) => key.name.as_deref(),
            Self::Check(check) => check.name.as_deref(),
            Self::Exclusion(exclusion) => exclusion.name.as_deref(),
        }
    }

    /// Where the name is kept, to change it.
    pub fn name_mut(&mut self) -> &mut Option<String> {
        match self {
            Self::PrimaryKey(key) | Self::Unique(key) => &mut key.name,
            Self::ForeignKey(key) => &mut key.name,
            Self::Check(check) => &mut check.name,
            Self::Exclusion(exclusion) => &mut exclusion.name,
        }
    }

    /// What people call such a constraint.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::PrimaryKey(_) => "primary key",
            Self::Unique(_) => "unique constraint",
            Self::ForeignKey(_) => "foreign key",
            Self::Check(_) => "check constraint",
            Self::Exclusion(_) => "exclusion constraint",
        }
    }
}

/// An index that no constraint owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name; it lives in the namespace of its table.
    pub name: String,
    /// What it is ordered by.
    pub parts: Vec<KeyPart>,
    /// Whether it admits each key once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// Access method, where it is not the database's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Which rows it covers. `None`: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<Expression>,
    /// Columns that it carries but does not order by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Whether it can be used: `false` after a build that failed.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub valid: bool,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What else the database keeps about it (`nulls-not-distinct`, `parser`, `invisible`, storage parameters).
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub options: Properties,
}

impl Index {
    /// A plain index over parts.
    pub fn new(name: impl Into<String>, parts: Vec<KeyPart>) -> Self {
        Self {
            name: name.into(),
            parts,
            unique: false,
            method: None,
            predicate: None,
            include: Vec::new(),
            valid: true,
            comment: None,
            options: Properties::new(),
        }
    }
}

impl Keyed for Index {
    type Key = String;
    fn key(&self) -> &String {
        &self.name
    }
}
