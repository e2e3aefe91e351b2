//! The published names of what `PostgreSQL` keeps beyond the fields of the model: introspection writes them, rendering
//! reads them. What is not named here is refused when it is rendered.
//!
//! A flag is present with the value `true`. An option is absent where the database's own choice holds. Names in
//! values are plain where one name is expected, and SQL as `quote_ident` writes it where a list or a qualified name is.
//!
//! Elsewhere in the model:
//! - collations and operator classes are SQL as `quote_ident` writes it: `"C"`, `"en_US.utf8"`, `other.name`,
//!   `gist_trgm_ops (siglen='32')`;
//! - every constraint has its name; a NOT NULL constraint has one only where it does not end in `_not_null`;
//! - a serial column has an [`Identity`](lambic_core::schema::Identity) of that kind and no default, whatever its
//!   sequence is called; options of the sequence are `None` where they are its type's own, and so is its type
//!   where it is the column's;
//! - a materialised view carries its indexes, and a view the comments on its columns, as properties.

/// `UNLOGGED`, of a table.
pub(crate) const UNLOGGED: &str = "unlogged";
/// Name of the tablespace, of a table, an index or a key.
pub(crate) const TABLESPACE: &str = "tablespace";
/// Name of the access method, of a table or a materialised view, where it is not `heap`.
pub(crate) const ACCESS_METHOD: &str = "access-method";
/// The tables that it inherits from, of a table: qualified names with `, ` between them.
pub(crate) const INHERITS: &str = "inherits";
/// The composite type that it is a table of: a qualified name.
pub(crate) const OF_TYPE: &str = "of-type";
/// `ENABLE ROW LEVEL SECURITY`, of a table.
pub(crate) const ROW_SECURITY: &str = "row-security";
/// `FORCE ROW LEVEL SECURITY`, of a table.
pub(crate) const FORCE_ROW_SECURITY: &str = "row-security.force";
/// `full`, `nothing` or `index`, of a table.
pub(crate) const REPLICA_IDENTITY: &str = "replica-identity";
/// Name of the index behind the replica identity `index`, of a table.
pub(crate) const REPLICA_IDENTITY_INDEX: &str = "replica-identity.index";
/// Before the name of a column of a partition: the name of its NOT NULL constraint, where that is not its parent's.
pub(crate) const NOT_NULL_PREFIX: &str = "not-null.";
/// Before the name of an index of a table, of a partition: the key that the part of it is for there alone,
/// [`PRIMARY_KEY`] or [`UNIQUE`].
pub(crate) const KEY_PREFIX: &str = "key.";
/// See [`KEY_PREFIX`].
pub(crate) const PRIMARY_KEY: &str = "primary-key";
/// See [`KEY_PREFIX`].
pub(crate) const UNIQUE: &str = "unique";
/// Flag: not every partition of the table has its part of the key, whose index is not valid until then.
pub(crate) const ONLY: &str = "only";
/// The columns of a partition, where they stand in another order than those of its parent: names with `, ` between
/// them.
pub(crate) const COLUMNS: &str = "columns";
/// Name of the index that the table is clustered on.
pub(crate) const CLUSTER: &str = "cluster";
/// Before the name of a storage parameter: `storage.fillfactor`, `storage.toast.autovacuum_enabled`. Of a table, an
/// index, a key or a partition.
pub(crate) const STORAGE_PREFIX: &str = "storage.";

/// `plain`, `main`, `external` or `extended`, of a column, where it is not its type's own.
pub(crate) const COLUMN_STORAGE: &str = "storage";
/// `pglz` or `lz4`, of a column.
pub(crate) const COMPRESSION: &str = "compression";
/// The statistics target, of a column or a statistics object.
pub(crate) const STATISTICS: &str = "statistics";
/// Before the name of a column's own parameter: `attribute.n_distinct`.
pub(crate) const ATTRIBUTE_PREFIX: &str = "attribute.";
/// Name of the sequence of an identity or serial column, qualified where it is not in the namespace of the table,
/// where it is not `<table>_<column>_seq`.
pub(crate) const SEQUENCE: &str = "sequence";
/// Type of that sequence, where it is not the column's.
pub(crate) const SEQUENCE_TYPE: &str = "sequence.type";
/// Flag: a column or a check that the table has from a parent alone.
pub(crate) const INHERITED: &str = "inherited";
/// Name of the column's NOT NULL constraint.
pub(crate) const NOT_NULL_NAME: &str = "not-null.name";
/// Flag: the column's NOT NULL constraint is `NO INHERIT`.
pub(crate) const NOT_NULL_NO_INHERIT: &str = "not-null.no-inherit";
/// Flag: the table has the column's NOT NULL constraint from a parent alone. From version 18 on.
pub(crate) const NOT_NULL_INHERITED: &str = "not-null.inherited";
/// Flag: the column's NOT NULL constraint is `NOT VALID`.
pub(crate) const NOT_NULL_NOT_VALID: &str = "not-null.not-valid";

/// Flag: `NULLS NOT DISTINCT`, of a unique constraint or index.
pub(crate) const NULLS_NOT_DISTINCT: &str = "nulls-not-distinct";
/// Flag: the last column of a key is `WITHOUT OVERLAPS`.
pub(crate) const WITHOUT_OVERLAPS: &str = "without-overlaps";
/// Flag: the last columns of a foreign key, on both sides, are a `PERIOD`.
pub(crate) const PERIOD: &str = "period";
/// The columns that `ON DELETE SET NULL` or `SET DEFAULT` sets: names with `, ` between them.
pub(crate) const ON_DELETE_COLUMNS: &str = "on-delete.columns";
/// Flag: `NO INHERIT`, of a check.
pub(crate) const NO_INHERIT: &str = "no-inherit";
/// Before the number, from 1, of an index's expression: its statistics target, `statistics.2`.
pub(crate) const STATISTICS_PREFIX: &str = "statistics.";

/// `disabled`, `replica` or `always`, of a trigger, a rule or an event trigger; absent: `origin`.
pub(crate) const ENABLED: &str = "enabled";
/// Before the name of an index: of a materialised view, the statement that makes it; of a table, keys included, what
/// the part of it on a partition is called, where that is not the server's own choice or not every partition has one.
pub(crate) const INDEX_PREFIX: &str = "index.";
/// Before the name of a column of a view, a materialised view, a foreign table or a composite type: its comment.
pub(crate) const COMMENT_PREFIX: &str = "comment.";
/// The version of an extension.
pub(crate) const VERSION: &str = "version";
