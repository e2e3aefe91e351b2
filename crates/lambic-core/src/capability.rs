//! What a database can do, as data: the planner, the runner and the conformance suite read the same facts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::string_enum;

string_enum! {
    /// What becomes of DDL when its transaction is rolled back.
    pub enum TransactionalDdl {
        /// It is undone with everything else.
        Full = "full",
        /// Each statement commits by itself, and is undone whole when it fails.
        None = "none",
    }
}

string_enum! {
    /// How a table is changed.
    pub enum AlterSupport {
        /// `ALTER TABLE` does everything.
        InPlace = "in-place",
        /// What `ALTER TABLE` cannot do is done by a new table that takes the old one's place.
        Rebuild = "rebuild",
    }
}

string_enum! {
    /// How one migrator keeps others out.
    pub enum LockSupport {
        /// A lock that lives and dies with the session.
        Session = "session",
        /// A lock of the operating system on a file beside the database.
        File = "file",
        /// A row with an expiry that its holder keeps renewing.
        Lease = "lease",
        /// Nobody else can reach the database.
        Private = "private",
    }
}

string_enum! {
    /// How names that are written without quotes are read, and how names are compared.
    pub enum IdentifierCase {
        /// Unquoted names become lower case; comparison is exact.
        FoldsToLower = "folds-to-lower",
        /// Names are kept as written; comparison is exact.
        Sensitive = "sensitive",
        /// Names are kept as written; comparison ignores the case of ASCII letters.
        Insensitive = "insensitive",
    }
}

string_enum! {
    /// What an identifier's length is counted in.
    pub enum LengthUnit {
        /// Bytes of UTF-8.
        Bytes = "bytes",
        /// Characters.
        Characters = "characters",
    }
}

string_enum! {
    /// Where a schema can be built to be read back and thrown away.
    pub enum ScratchSupport {
        /// In memory, by the same library.
        Memory = "memory",
        /// In a database of its own on the same server.
        Database = "database",
        /// Nowhere.
        None = "none",
    }
}

string_enum! {
    /// How far a feature goes.
    pub enum Support {
        /// The database has it.
        Native = "native",
        /// The driver makes up for what the database lacks, with the same result.
        Emulated = "emulated",
        /// It is not there.
        None = "none",
    }
}

string_enum! {
    /// Features by published name. The list only grows; a feature that [`Capabilities`] does not name is absent.
    pub enum Feature {
        /// Namespaces: `CREATE SCHEMA`.
        Namespace = "namespace",
        /// `CREATE TABLE`.
        Table = "table",
        /// Renaming a table.
        TableRename = "table.rename",
        /// Comments on tables and columns.
        TableComment = "table.comment",
        /// Options of tables that can be changed.
        TableOptions = "table.options",
        /// Partitions.
        TablePartition = "table.partition",
        /// Adding a column.
        ColumnAdd = "column.add",
        /// Dropping a column.
        ColumnDrop = "column.drop",
        /// Renaming a column.
        ColumnRename = "column.rename",
        /// Changing a column's type.
        ColumnType = "column.type",
        /// Changing whether a column admits NULL.
        ColumnNull = "column.null",
        /// Changing a column's default.
        ColumnDefault = "column.default",
        /// A collation of a column's own.
        ColumnCollation = "column.collation",
        /// Columns that number themselves.
        ColumnIdentity = "column.identity",
        /// Generated columns that are stored.
        ColumnGeneratedStored = "column.generated-stored",
        /// Generated columns that are computed when read.
        ColumnGeneratedVirtual = "column.generated-virtual",
        /// Primary keys.
        PrimaryKey = "primary-key",
        /// Adding and dropping a primary key later.
        PrimaryKeyAlter = "primary-key.alter",
        /// Unique constraints.
        Unique = "unique",
        /// Foreign keys.
        ForeignKey = "foreign-key",
        /// `ON DELETE` and `ON UPDATE`.
        ForeignKeyActions = "foreign-key.actions",
        /// Foreign keys that are checked at commit.
        ForeignKeyDeferrable = "foreign-key.deferrable",
        /// Foreign keys that name a table which is not there yet.
        ForeignKeyForward = "foreign-key.forward",
        /// Checks.
        Check = "check",
        /// Exclusion constraints.
        Exclusion = "exclusion",
        /// Constraints with names that are kept.
        ConstraintName = "constraint.name",
        /// Adding and dropping a constraint later.
        ConstraintAlter = "constraint.alter",
        /// Renaming a constraint.
        ConstraintRename = "constraint.rename",
        /// Indexes.
        Index = "index",
        /// Unique indexes.
        IndexUnique = "index.unique",
        /// Indexes over expressions.
        IndexExpression = "index.expression",
        /// Indexes over some rows.
        IndexPartial = "index.partial",
        /// Indexes with descending parts.
        IndexDescending = "index.descending",
        /// Indexes with a collation of their own.
        IndexCollation = "index.collation",
        /// Indexes that carry further columns.
        IndexInclude = "index.include",
        /// Renaming an index.
        IndexRename = "index.rename",
        /// Sequences.
        Sequence = "sequence",
        /// Enumerated types.
        Enum = "enum",
        /// Domains.
        Domain = "domain",
        /// Composite types.
        Composite = "composite",
        /// Views.
        View = "view",
        /// Materialised views.
        MaterializedView = "materialized-view",
        /// Triggers.
        Trigger = "trigger",
        /// Functions.
        Function = "function",
        /// Procedures.
        Procedure = "procedure",
        /// Virtual tables.
        VirtualTable = "virtual-table",
        /// Statements that take rows from their client: `COPY … FROM STDIN`.
        CopyIn = "session.copy-in",
        /// Cancelling a running statement.
        Cancel = "session.cancel",
    }
}

/// The facts about identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifierRules {
    /// The longest name. `None`: no limit worth naming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// What the length is counted in.
    pub unit: LengthUnit,
    /// How case is treated.
    pub case: IdentifierCase,
}

/// What *this* server can do: product, flavour, version and settings taken together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// What becomes of DDL in a transaction.
    pub transactional_ddl: TransactionalDdl,
    /// How a table is changed.
    pub alter: AlterSupport,
    /// How one migrator keeps others out.
    pub lock: LockSupport,
    /// What identifiers may be.
    pub identifier: IdentifierRules,
    /// Where a schema can be built and thrown away.
    pub scratch: ScratchSupport,
    /// Every feature that is there.
    pub features: BTreeMap<Feature, Support>,
}

impl Capabilities {
    /// How far a feature goes; what is not named is absent.
    pub fn support(&self, feature: &Feature) -> Support {
        self.features.get(feature).cloned().unwrap_or(Support::None)
    }

    /// Whether a feature is there, natively or emulated.
    pub fn has(&self, feature: &Feature) -> bool {
        matches!(self.support(feature), Support::Native | Support::Emulated)
    }
}
