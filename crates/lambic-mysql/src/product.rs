//! What answers: MySQL or MariaDB, which version, with which settings.
//!
//! The two dialects share all code, and no code asks which of them it serves. What differs is a named fact of a
//! [`Product`], computed once from product and version; a new difference is a new field here. Fields stand in
//! alphabetical order; adding one breaks nobody.

use lambic_core::{Error, ErrorKind, Lexicon, Result, ServerVersion};

use crate::lexicon;

/// One product in one version, as one session sees it.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    /// The name of its dialect.
    pub(crate) dialect: &'static str,
    /// What is true of the product in this version.
    pub(crate) facts: Facts,
    /// How the session writes names, text and comments.
    pub(crate) lexicon: Lexicon,
    /// Settings of server and session that change what SQL means.
    pub(crate) settings: Settings,
    /// The product, as people write it.
    pub(crate) title: &'static str,
    /// The version of the server.
    pub(crate) version: ServerVersion,
}

/// What differs between the products and their versions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Facts {
    /// Whether a statement that drops several things drops all of them or none.
    pub(crate) atomic_drop: bool,
    /// Whether it can be said by which steps the tablespace of a table grows.
    pub(crate) autoextend_size: bool,
    /// Settings that change what the catalog and `SHOW CREATE` say, beside those that all have, and the values under
    /// which the schema is read.
    pub(crate) catalog_settings: &'static [(&'static str, &'static str)],
    /// Whether a check whose name begins with that of its table and `_chk_` gets another such name with it.
    pub(crate) checks_follow_table: bool,
    /// Whether checks can be declared and not enforced.
    pub(crate) checks_not_enforced: bool,
    /// Whether columns can be compressed.
    pub(crate) column_compression: bool,
    /// Whether blocks and loops can stand outside routines.
    pub(crate) compound_statements: bool,
    /// Whether several roles can be active at once.
    pub(crate) concurrent_roles: bool,
    /// Whether `CREATE OR REPLACE` makes routines, triggers and events too, not only views.
    pub(crate) create_or_replace: bool,
    /// Whether the catalog shows a data dictionary, which keeps literals bare and expressions with backslashes before
    /// quotes. Otherwise it opens each table and shows SQL.
    pub(crate) data_dictionary: bool,
    /// Whether a descending part of an index is more than a word.
    pub(crate) descending_indexes: bool,
    /// Whether whole numbers are reported with a display width.
    pub(crate) display_widths: bool,
    /// What drops a check in `ALTER TABLE`.
    pub(crate) drop_check: &'static str,
    /// Whether tables, columns and constraints have attributes that only their engine reads.
    pub(crate) engine_attributes: bool,
    /// What begins a comment whose content is run.
    pub(crate) executable_comments: &'static [&'static str],
    /// Whether indexes can be over expressions.
    pub(crate) functional_indexes: bool,
    /// Whether a generated column can be declared never to be NULL.
    pub(crate) generated_not_null: bool,
    /// What says that an index is used, and what that it is not.
    pub(crate) index_visibility: Option<[&'static str; 2]>,
    /// Whether every change of the dictionary alone is done at once when `ALGORITHM=INSTANT` asks for it.
    pub(crate) instant_dictionary: bool,
    /// Whether columns can be left out of `SELECT *`.
    pub(crate) invisible_columns: bool,
    /// Whether JSON is another name for LONGTEXT with a check.
    pub(crate) json_alias: bool,
    /// Whether there are libraries of routines.
    pub(crate) libraries: bool,
    /// Whether `LOAD INDEX INTO CACHE` commits.
    pub(crate) load_index_commits: bool,
    /// Whether databases can have comments.
    pub(crate) namespace_comments: bool,
    /// Whether tables of a database can be encrypted by default.
    pub(crate) namespace_encryption: bool,
    /// Whether there are packages of routines.
    pub(crate) packages: bool,
    /// Whether tables can have periods.
    pub(crate) periods: bool,
    /// Whether a column that a foreign key refers to cannot begin or end to number itself while keys are enforced.
    pub(crate) references_fix_columns: bool,
    /// Whether a foreign key without actions is reported as `RESTRICT`, which then means `NO ACTION`.
    pub(crate) restrict_is_no_action: bool,
    /// Whether another engine can keep a copy of a table's rows.
    pub(crate) secondary_engines: bool,
    /// Whether a sequence can have a type of its own.
    pub(crate) sequence_types: bool,
    /// What an account lacks that does not see the text of a routine.
    pub(crate) routine_privilege: &'static str,
    /// Whether there are sequences.
    pub(crate) sequences: bool,
    /// What stands before the number of a column's spatial reference system.
    pub(crate) srid: &'static str,
    /// Whether the spatial reference system of a generated column stands behind its expression, and not in its type.
    pub(crate) srid_after_expression: bool,
    /// Whether a foreign key must refer to a unique key unless the session says otherwise.
    pub(crate) standard_keys: bool,
    /// Whether tables can keep former rows.
    pub(crate) system_versioning: bool,
    /// Whether there is a type for UUIDs.
    pub(crate) uuid_type: bool,
    /// Whether there are indexes over vectors.
    pub(crate) vector_indexes: bool,
    /// Whether a time-out of zero means not to wait for a lock at all.
    pub(crate) zero_lock_timeout: bool,
}

/// Settings that change what SQL means. The default is that of a server nobody has configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Settings {
    /// Whether `"` quotes names: `sql_mode = ANSI_QUOTES`.
    pub(crate) ansi_quotes: bool,
    /// How names of databases and tables are kept and compared: `lower_case_table_names`, from 0 to 2.
    pub(crate) lower_case_table_names: u8,
    /// Whether a backslash in a text is just that: `sql_mode = NO_BACKSLASH_ESCAPES`.
    pub(crate) no_backslash_escapes: bool,
}

impl Settings {
    /// Reads `@@sql_mode` and `@@lower_case_table_names`.
    pub(crate) fn read(sql_mode: &str, lower_case_table_names: i64) -> Self {
        let is_on = |mode: &str| sql_mode.split(',').any(|set| set.eq_ignore_ascii_case(mode));
        Self {
            // ANSI is a combination that the server spells out, so that its parts are always listed.
            ansi_quotes: is_on("ANSI_QUOTES"),
            lower_case_table_names: u8::try_from(lower_case_table_names).unwrap_or_default(),
            no_backslash_escapes: is_on("NO_BACKSLASH_ESCAPES"),
        }
    }
}

/// A product, whatever its version.
#[derive(Debug)]
struct Family {
    dialect: &'static str,
    title: &'static str,
    /// The oldest version that Lambic works with.
    oldest: ServerVersion,
    /// The newest version that Lambic knows.
    newest: ServerVersion,
    facts: fn(&ServerVersion) -> Facts,
}

/// The products, that which stands for the driver first.
const FAMILIES: [Family; 2] = [
    Family {
        dialect: "mysql",
        title: "MySQL",
        // The first that enforces checks.
        oldest: version(8, 0, 16),
        newest: version(9, 7, 0),
        facts: mysql,
    },
    Family {
        dialect: "mariadb",
        title: "MariaDB",
        oldest: version(10, 6, 0),
        newest: version(11, 8, 0),
        facts: mariadb,
    },
];

/// What says in `version()` or `@@version_comment` that it speaks the protocol of MySQL and is something else.
const OTHERS: &[(&str, &str)] = &[
    ("tidb", "TiDB"),
    ("vitess", "Vitess"),
    ("planetscale", "PlanetScale"),
    ("starrocks", "StarRocks"),
    ("doris", "Apache Doris"),
    ("oceanbase", "OceanBase"),
    ("singlestore", "SingleStore"),
    ("memsql", "SingleStore"),
    ("matrixone", "MatrixOne"),
    ("dolt", "Dolt"),
    ("clickhouse", "ClickHouse"),
    ("databend", "Databend"),
    ("manticore", "Manticore Search"),
];

/// The names of the dialects, the one that stands for the product first.
pub(crate) fn dialects() -> Vec<String> {
    FAMILIES.iter().map(|family| family.dialect.to_owned()).collect()
}

impl Product {
    /// The product of a dialect, in a version or in the newest one known, with the settings that a server has unless
    /// it is told otherwise.
    pub(crate) fn named(dialect: &str, version: Option<&ServerVersion>) -> Result<Self> {
        let Some(family) = FAMILIES.iter().find(|family| family.dialect == dialect) else {
            return Err(Error::unsupported("mysql", format!("the dialect `{}`", dialect.escape_debug())));
        };
        let version = version.unwrap_or(&family.newest);
        // Who names a series means what is supported of it: `8.0`.
        let is_series = version.patch == 0 && at_least(version, family.oldest.major, family.oldest.minor);
        let version = if is_series { version.max(&family.oldest) } else { version };
        family.product(version.clone(), Settings::default())
    }

    /// The product of a server, by what it answers: `version()` and `@@version_comment`.
    pub(crate) fn of_server(version: &str, comment: &str, settings: Settings) -> Result<Self> {
        let says = |word: &str| {
            let holds = |text: &str| text.to_ascii_lowercase().contains(word);
            holds(version) || holds(comment)
        };
        if let Some((_, other)) = OTHERS.iter().find(|(word, _)| says(word)) {
            let message =
                format!("the server is {other}, which is not MySQL although it speaks its protocol");
            return Err(Error::new(ErrorKind::Unsupported, "mysql.flavor", message)
                .hint("MySQL and MariaDB themselves are supported"));
        }
        let [mysql, mariadb] = &FAMILIES;
        let family = if says(mariadb.dialect) { mariadb } else { mysql };
        let Some(number) = ServerVersion::parse(version) else {
            let message = format!("the server's version `{}` cannot be read", version.escape_debug());
            return Err(Error::new(ErrorKind::Unsupported, "mysql.version", message));
        };
        family.product(number, settings)
    }
}

impl Family {
    fn product(&self, version: ServerVersion, settings: Settings) -> Result<Product> {
        if version < self.oldest {
            let message = format!("{} {version} is not supported", self.title);
            return Err(Error::new(ErrorKind::Unsupported, "mysql.version", message)
                .hint(format!("supported are {} {} and later", self.title, self.oldest)));
        }
        let facts = (self.facts)(&version);
        let lexicon = lexicon::lexicon(&facts, settings);
        Ok(Product { dialect: self.dialect, facts, lexicon, settings, title: self.title, version })
    }
}

/// Settings of a data dictionary that change what it shows: it can keep to itself the key that it made of its own.
const DICTIONARY_SETTINGS: &[(&str, &str)] = &[("show_gipk_in_create_table_and_information_schema", "1")];

/// Settings that leave room for warnings: without it, a view that is not valid would pass for one that is. The other
/// product lets administrators alone set them.
const ROOM_FOR_WARNINGS: &[(&str, &str)] = &[("max_error_count", "64")];

fn mysql(version: &ServerVersion) -> Facts {
    Facts {
        atomic_drop: true,
        autoextend_size: *version >= self::version(8, 0, 23),
        catalog_settings: if *version >= self::version(8, 0, 30) { DICTIONARY_SETTINGS } else { &[] },
        checks_follow_table: true,
        checks_not_enforced: true,
        column_compression: false,
        compound_statements: false,
        concurrent_roles: true,
        create_or_replace: false,
        data_dictionary: true,
        descending_indexes: true,
        display_widths: !(at_least(version, 8, 1) || (at_least(version, 8, 0) && version.patch >= 19)),
        drop_check: "DROP CHECK",
        engine_attributes: *version >= self::version(8, 0, 21),
        executable_comments: &["/*!"],
        functional_indexes: true,
        generated_not_null: true,
        index_visibility: Some(["VISIBLE", "INVISIBLE"]),
        instant_dictionary: false,
        invisible_columns: at_least(version, 8, 1) || version.patch >= 23,
        json_alias: false,
        libraries: at_least(version, 9, 2),
        load_index_commits: true,
        namespace_comments: false,
        namespace_encryption: true,
        packages: false,
        periods: false,
        references_fix_columns: true,
        restrict_is_no_action: false,
        routine_privilege: "the privilege SHOW_ROUTINE is missing, or to be the routine's definer",
        secondary_engines: true,
        sequence_types: false,
        sequences: false,
        srid: "SRID ",
        srid_after_expression: true,
        standard_keys: at_least(version, 8, 4),
        system_versioning: false,
        uuid_type: false,
        vector_indexes: false,
        zero_lock_timeout: false,
    }
}

fn mariadb(version: &ServerVersion) -> Facts {
    Facts {
        atomic_drop: false,
        autoextend_size: false,
        catalog_settings: ROOM_FOR_WARNINGS,
        checks_follow_table: false,
        checks_not_enforced: false,
        column_compression: true,
        compound_statements: true,
        concurrent_roles: false,
        create_or_replace: true,
        data_dictionary: false,
        descending_indexes: at_least(version, 10, 8),
        display_widths: true,
        drop_check: "DROP CONSTRAINT",
        engine_attributes: false,
        executable_comments: &["/*!", "/*M!"],
        functional_indexes: false,
        generated_not_null: false,
        index_visibility: Some(["NOT IGNORED", "IGNORED"]),
        instant_dictionary: true,
        invisible_columns: true,
        json_alias: true,
        libraries: false,
        load_index_commits: false,
        namespace_comments: true,
        namespace_encryption: false,
        packages: true,
        periods: true,
        references_fix_columns: false,
        restrict_is_no_action: true,
        routine_privilege: "the privilege SELECT on mysql.proc is missing, or to be the routine's definer",
        secondary_engines: false,
        sequence_types: at_least(version, 11, 5),
        sequences: true,
        srid: "REF_SYSTEM_ID=",
        srid_after_expression: false,
        standard_keys: false,
        system_versioning: true,
        uuid_type: at_least(version, 10, 7),
        vector_indexes: at_least(version, 11, 7),
        zero_lock_timeout: true,
    }
}

fn at_least(version: &ServerVersion, major: u32, minor: u32) -> bool {
    (version.major, version.minor) >= (major, minor)
}

const fn version(major: u32, minor: u32, patch: u32) -> ServerVersion {
    ServerVersion { major, minor, patch }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(version: &str, comment: &str) -> (String, String) {
        let product = Product::of_server(version, comment, Settings::default()).unwrap();
        (product.dialect.to_owned(), product.version.to_string())
    }

    #[test]
    fn the_server_says_what_it_is() {
        let cases = [
            ("9.7.4-2", "(Debian)", "mysql", "9.7.4"),
            ("8.0.36-28", "Percona Server (GPL), Release 28", "mysql", "8.0.36"),
            ("10.11.19-MariaDB-0+deb12u1", "Debian 12", "mariadb", "10.11.19"),
            ("11.8.2-MariaDB", "mariadb.org binary distribution", "mariadb", "11.8.2"),
        ];
        for (version, comment, dialect, number) in cases {
            assert_eq!(found(version, comment), (dialect.to_owned(), number.to_owned()));
        }
    }

    #[test]
    fn what_is_too_old_or_something_else_is_refused() {
        let cases = [
            ("5.7.44-log", "MySQL Community Server (GPL)", "mysql.version", "MySQL 5.7.44 is not supported"),
            ("10.5.29-MariaDB", "", "mysql.version", "MariaDB 10.5.29 is not supported"),
            ("8.0.11-TiDB-v7.5.0", "TiDB Server (Apache License 2.0)", "mysql.flavor", "the server is TiDB"),
            ("8.0.30-Vitess", "Version: 19.0.4", "mysql.flavor", "the server is Vitess"),
            ("8.0.33", "StarRocks version 3.3.2", "mysql.flavor", "the server is StarRocks"),
            ("next", "", "mysql.version", "the server's version `next` cannot be read"),
        ];
        for (version, comment, code, message) in cases {
            let error = Product::of_server(version, comment, Settings::default()).unwrap_err();
            assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Unsupported, code));
            assert!(error.message.starts_with(message), "{error}");
        }
    }

    #[test]
    fn settings_are_read_from_the_modes_that_are_on() {
        let both = "REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,ANSI,NO_BACKSLASH_ESCAPES";
        let settings = Settings::read(both, 1);
        let all = Settings { ansi_quotes: true, lower_case_table_names: 1, no_backslash_escapes: true };
        assert_eq!(settings, all);
        assert_eq!(Settings::read("STRICT_TRANS_TABLES", 0), Settings::default());
    }

    #[test]
    fn a_dialect_can_be_had_without_a_server() {
        assert_eq!(dialects(), ["mysql", "mariadb"]);
        assert_eq!(Product::named("mariadb", None).unwrap().version, version(11, 8, 0));
        assert_eq!(Product::named("mysql", Some(&version(8, 4, 0))).unwrap().version, version(8, 4, 0));
        assert_eq!(Product::named("mysql", Some(&version(8, 0, 0))).unwrap().version, version(8, 0, 16));
        assert_eq!(Product::named("mysql", Some(&version(5, 7, 0))).unwrap_err().code, "mysql.version");
        assert_eq!(Product::named("postgres", None).unwrap_err().kind, ErrorKind::Unsupported);
    }
}
