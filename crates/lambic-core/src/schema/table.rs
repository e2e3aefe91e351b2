//! Tables.

use serde::{Deserialize, Serialize};

use super::{
    Check, Column, Constraint, Exclusion, Expression, ForeignKey, Index, Key, Keyed, Objects, Properties,
    QualifiedName,
};

/// A table with everything that belongs to it alone.
///
/// Triggers and policies are [definition objects](super::Definition) that hang on it. Constraints of one sort
/// are kept sorted, so that two tables are equal exactly when they say the same; see [`Table::sort`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns, in the order of the database.
    pub columns: Vec<Column>,
    /// Its primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Key>,
    /// Its unique constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Key>,
    /// Its foreign keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// Its checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Its exclusion constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    /// Its indexes, but for those that a constraint owns.
    #[serde(default, skip_serializing_if = "Objects::is_empty")]
    pub indexes: Objects<Index>,
    /// How its rows are spread over partitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partitioning: Option<Partitioning>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Options by published names: `strict`, `without-rowid`, `engine`, `charset`, `collation`, `tablespace`,
    /// `unlogged`, `inherits`, `row-security`, `storage.fillfactor`… A flag is present with the value `true`.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub options: Properties,
}

impl Table {
    /// A table of columns and nothing else.
    pub fn new(name: QualifiedName, columns: Vec<Column>) -> Self {
        Self {
            name,
            columns,
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            exclusions: Vec::new(),
            indexes: Objects::default(),
            partitioning: None,
            comment: None,
            options: Properties::new(),
        }
    }

    /// The names under which the table and its partitions are referred to, its own first.
    pub fn names(&self) -> Vec<&QualifiedName> {
        let mut names = vec![&self.name];
        let mut open: Vec<&Partitioning> = self.partitioning.iter().collect();
        while let Some(partitioning) = open.pop() {
            names.extend(partitioning.partitions.iter().map(|partition| &partition.name));
            let divided = partitioning.partitions.iter().filter_map(|one| one.partitioning.as_deref());
            open.extend(divided);
        }
        names
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Every constraint, the primary key first.
    pub fn constraints(&self) -> impl Iterator<Item = Constraint> + '_ {
        (self.primary_key.iter().cloned().map(Constraint::PrimaryKey))
            .chain(self.uniques.iter().cloned().map(Constraint::Unique))
            .chain(self.foreign_keys.iter().cloned().map(Constraint::ForeignKey))
            .chain(self.checks.iter().cloned().map(Constraint::Check))
            .chain(self.exclusions.iter().cloned().map(Constraint::Exclusion))
    }

    /// Whether a flag among the options is set.
    pub fn has(&self, option: &str) -> bool {
        self.options.get(option).is_some_and(|value| value == "true")
    }

    /// Brings the constraints into the one order in which tables are compared.
    pub fn sort(&mut self) {
        self.uniques.sort();
        self.foreign_keys.sort();
        self.checks.sort();
        self.exclusions.sort();
    }
}

impl Keyed for Table {
    type Key = QualifiedName;
    fn key(&self) -> &QualifiedName {
        &self.name
    }
}

/// How the rows of a table are spread over partitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partitioning {
    /// What follows `PARTITION BY`.
    pub by: Expression,
    /// The partitions, in the order of the database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partitions: Vec<Partition>,
}

/// One partition of a table. It belongs to its parent and is no table of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// Its name.
    pub name: QualifiedName,
    /// Which rows it holds: `FOR VALUES FROM (1) TO (9)`, `VALUES LESS THAN (10)`.
    pub bound: Expression,
    /// How its rows are spread further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partitioning: Option<Box<Partitioning>>,
    /// What else the database keeps about it.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub options: Properties,
}
