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
        /// Names of namespaces, tables and views become lower case, quoted or not; comparison ignores the case.
        Lower = "lower",
        /// Unquoted names become upper case; comparison is exact.
        FoldsToUpper = "folds-to-upper",
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
        /// Unique constraints that are told from unique indexes.
        UniqueApart = "unique.apart",
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
        /// Namespaces within one database.
        NamespaceNested = "namespace.nested",
        /// Tables whose columns hold values of their type only.
        TableStrict = "table.strict",
        /// Tables that are kept in the order of their primary key, without a number for each row.
        TableWithoutRowid = "table.without-rowid",
        /// Tables that are not written to the log.
        TableUnlogged = "table.unlogged",
        /// Tables that inherit from others.
        TableInherits = "table.inherits",
        /// Storage parameters of tables.
        TableStorage = "table.storage",
        /// Row security of tables.
        TableRowSecurity = "table.row-security",
        /// Storage engines of tables.
        TableEngine = "table.engine",
        /// Character sets and collations of tables.
        TableCharset = "table.charset",
        /// Tables that keep former rows.
        TableSystemVersioning = "table.system-versioning",
        /// Columns that are added at a place among the others.
        ColumnOrder = "column.order",
        /// `AUTO_INCREMENT`, `AUTOINCREMENT`.
        ColumnAutoIncrement = "column.auto-increment",
        /// `GENERATED ALWAYS AS IDENTITY` and `GENERATED BY DEFAULT AS IDENTITY`.
        ColumnIdentityStandard = "column.identity-standard",
        /// `serial`.
        ColumnSerial = "column.serial",
        /// A character set of a column's own.
        ColumnCharset = "column.charset",
        /// Changing what a generated column is computed from.
        ColumnGeneratedAlter = "column.generated-alter",
        /// Numbers without a sign.
        ColumnUnsigned = "column.unsigned",
        /// Columns that list the values they can have.
        ColumnEnum = "column.enum",
        /// Columns that set themselves when their row changes.
        ColumnOnUpdate = "column.on-update",
        /// Columns that `SELECT *` leaves out.
        ColumnInvisible = "column.invisible",
        /// Arrays.
        ColumnArray = "column.array",
        /// How the values of a column are stored.
        ColumnStorage = "column.storage",
        /// Primary keys with names that are kept.
        PrimaryKeyName = "primary-key.name",
        /// Unique constraints that are checked at commit.
        UniqueDeferrable = "unique.deferrable",
        /// Unique constraints for which NULL equals NULL.
        UniqueNullsNotDistinct = "unique.nulls-not-distinct",
        /// `SET DEFAULT`.
        ForeignKeySetDefault = "foreign-key.set-default",
        /// `MATCH FULL`.
        ForeignKeyMatch = "foreign-key.match",
        /// Foreign keys that rows which are there need not meet yet.
        ForeignKeyNotValid = "foreign-key.not-valid",
        /// Foreign keys that are not enforced.
        ForeignKeyNotEnforced = "foreign-key.not-enforced",
        /// Checks that rows which are there need not meet yet.
        CheckNotValid = "check.not-valid",
        /// Checks that are not enforced.
        CheckNotEnforced = "check.not-enforced",
        /// Checks that heirs do not have.
        CheckNoInherit = "check.no-inherit",
        /// Access methods of indexes.
        IndexMethod = "index.method",
        /// Operator classes of indexes.
        IndexOperatorClass = "index.operator-class",
        /// Where NULLs stand in an index.
        IndexNulls = "index.nulls",
        /// Storage parameters of indexes.
        IndexStorage = "index.storage",
        /// Indexes over the beginning of a column.
        IndexPrefix = "index.prefix",
        /// Indexes that are kept and not used.
        IndexInvisible = "index.invisible",
        /// Full-text indexes.
        IndexFulltext = "index.fulltext",
        /// Spatial indexes.
        IndexSpatial = "index.spatial",
        /// Views that refuse rows which they would not show.
        ViewCheckOption = "view.check-option",
        /// Triggers in place of what they are fired by, on views.
        TriggerInsteadOf = "trigger.instead-of",
        /// Triggers of one table in an order of their own.
        TriggerOrder = "trigger.order",
        /// Triggers that are switched off.
        TriggerEnabled = "trigger.enabled",
        /// Aggregates.
        Aggregate = "aggregate",
        /// Triggers on DDL.
        EventTrigger = "event-trigger",
        /// Rewrite rules.
        Rule = "rule",
        /// Row security policies.
        Policy = "policy",
        /// Scheduled events.
        Event = "event",
        /// Extensions.
        Extension = "extension",
        /// Privileges as part of the schema.
        Grant = "grant",
        /// Privileges that new objects get.
        DefaultPrivilege = "default-privilege",
        /// Range types.
        RangeType = "range-type",
        /// Extended statistics objects.
        Statistics = "statistics",
        /// Publications.
        Publication = "publication",
        /// Collations that users make.
        Collation = "collation",
        /// Casts that users make.
        Cast = "cast",
        /// Operators that users make.
        Operator = "operator",
        /// Text search configurations and dictionaries.
        TextSearch = "text-search",
        /// Foreign servers.
        ForeignServer = "foreign-server",
        /// Foreign tables.
        ForeignTable = "foreign-table",
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
