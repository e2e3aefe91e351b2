//! The published names of what MySQL and MariaDB keep beyond the fields of the model: introspection writes them,
//! rendering reads them. What is not named here is refused when it is rendered.
//!
//! A flag is present with the value `true`. An option is absent where the database's own choice holds.
//!
//! Elsewhere in the model:
//! - the primary key has no name; every other key and constraint has one;
//! - a unique constraint is read back as the unique [`Index`](lambic_core::schema::Index) that it is, and the method of an index is absent for `BTREE` and otherwise in lower case: `fulltext`, `spatial`,
//!   `vector`, `hash`, `rtree`;
//! - the index that a foreign key brings along belongs to the key and is not in the model: it has the name of the key,
//!   its columns and nothing else, and no other index begins with those columns
//!   ([`remove_implicit`](super::remove_implicit) takes it out of a table that was read);
//! - a table has [`CHARSET`] and [`COLLATION`] where they are not those of its database, a column where they are not
//!   those of its table; a collation that differs is always there, a character set beside it where it differs too;
//! - a default is what `DEFAULT` would be followed by: a literal in quotes, `CURRENT_TIMESTAMP(3)`, an expression in
//!   parentheses where the database wants them; a nullable column without one has none, not `NULL`;
//! - JSON is `json` where it is an alias too; the check and the collation that the alias brings are not in the model;
//! - a check written at a column of MariaDB has the option [`CHECK_COLUMN`];
//! - a foreign key that says nothing of an event has no action there; `RESTRICT` is kept where the catalog tells it from
//!   that, and is no action on MariaDB, whose catalog says `RESTRICT` where nothing was said;
//! - partitions: `by` is all between `PARTITION BY` and the list of partitions, but for `SUBPARTITION BY`, which is
//!   the `by` of each partition's own partitioning; `bound` is what follows the name, if anything does; where the
//!   number of partitions is all that was said (`PARTITIONS 4`) that is part of `by`;
//! - a definition is the text of `SHOW CREATE`, without the name of the session's own database.

/// Name of the storage engine, of a table, where it is not `InnoDB`.
pub(crate) const ENGINE: &str = "engine";
/// Name of the default character set, of a table or a namespace; a namespace always has both.
pub(crate) const CHARSET: &str = "charset";
/// Name of the default collation, of a table or a namespace.
pub(crate) const COLLATION: &str = "collation";
/// `Y` or `N`, of a namespace or a table.
pub(crate) const ENCRYPTION: &str = "encryption";
/// Name of the tablespace, of a table that shares one.
pub(crate) const TABLESPACE: &str = "tablespace";
/// The tablespace of a table that has one of its own; on most servers the default.
pub(crate) const OWN_TABLESPACE: &str = "innodb_file_per_table";
/// By how many bytes the tablespace of a table grows.
pub(crate) const AUTOEXTEND_SIZE: &str = "autoextend-size";
/// The tables that a table of the engine `MRG_MyISAM` is made of, as they are quoted, with `,` between them.
pub(crate) const UNION: &str = "union";
/// Name of the engine that has a copy of the rows, of a table.
pub(crate) const SECONDARY_ENGINE: &str = "secondary-engine";
/// What only the engine and the secondary engine read: JSON, of a table, a column or an index.
pub(crate) const ENGINE_ATTRIBUTES: [&str; 2] = ["engine-attribute", "secondary-engine-attribute"];
/// Flag: MariaDB keeps former rows of the table.
pub(crate) const SYSTEM_VERSIONING: &str = "system-versioning";
/// Before the name of a period of a table (`period.valid`, and `period.system_time` where its columns are declared):
/// its columns as they are quoted, with `, ` between them.
pub(crate) const PERIOD_PREFIX: &str = "period.";

/// What follows `ON UPDATE`, of a column.
pub(crate) const ON_UPDATE: &str = "on-update";
/// Flag, of a column or an index; MariaDB calls such an index ignored.
pub(crate) const INVISIBLE: &str = "invisible";
/// Number of the spatial reference system, of a column.
pub(crate) const SRID: &str = "srid";
/// Flag: the column's values are compressed.
pub(crate) const COMPRESSED: &str = "compressed";
/// Flag: former values of the column are not kept.
pub(crate) const WITHOUT_SYSTEM_VERSIONING: &str = "without-system-versioning";
/// Flag: the secondary engine has no copy of the column.
pub(crate) const NOT_SECONDARY: &str = "not-secondary";
/// `start` or `end`, of a column that holds since or until when its row is valid: `GENERATED ALWAYS AS ROW START`.
pub(crate) const ROW_PERIOD: &str = "row-period";

/// Name of the column that a check is written at.
pub(crate) const CHECK_COLUMN: &str = "column";

/// Name of the parser, of a full-text index.
pub(crate) const PARSER: &str = "parser";
/// Size of blocks in KiB, of an index, a key or a table.
pub(crate) const KEY_BLOCK_SIZE: &str = "key-block-size";
/// How many neighbours a vector has in an index over vectors: a whole number.
pub(crate) const NEIGHBOURS: &str = "m";
/// How an index over vectors measures: `euclidean` or `cosine`.
pub(crate) const DISTANCE: &str = "distance";
/// The period without overlaps, the last part of a key.
pub(crate) const WITHOUT_OVERLAPS: &str = "without-overlaps";
/// `hash`, of a unique constraint, where it is not the engine's own method.
pub(crate) const METHOD: &str = "method";

/// The `sql_mode` under which a routine, trigger or event was made, where it is known.
pub(crate) const SQL_MODE: &str = "sql-mode";
/// The character set of the client that made a definition, where it is not `utf8mb4`.
pub(crate) const CLIENT_CHARSET: &str = "character-set-client";
/// The collation of the connection that made a definition.
pub(crate) const CONNECTION_COLLATION: &str = "collation-connection";
/// The time zone of an event.
pub(crate) const TIME_ZONE: &str = "time-zone";
