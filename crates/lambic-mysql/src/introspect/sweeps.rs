//! The queries that read a database, each for all of its objects at once.
//!
//! Where products differ, each has a query of its own that returns the same columns.

use lambic_core::{Connection, Query, Result, Rows};

use super::account::{Level, Sight};
use super::defaults::quoted;
use crate::product::Product;

/// The queries of one product.
#[derive(Debug)]
pub(super) struct Sweeps {
    pub(super) namespace: &'static str,
    pub(super) tables: &'static str,
    pub(super) columns: &'static str,
    pub(super) indexes: &'static str,
    pub(super) checks: &'static str,
    /// The spatial reference systems, where the columns do not tell.
    pub(super) spatial: Option<&'static str>,
    /// Attributes that only engines read, of tables, columns and indexes.
    pub(super) attributes: Option<Extra>,
    /// What may keep tables elsewhere than by themselves in the folder of the database.
    pub(super) folders: Option<&'static str>,
    /// The tables that have a tablespace of their own.
    pub(super) spaces: Option<Extra>,
    /// By which steps tablespaces grow; for those who see the whole server.
    pub(super) steps: Option<Extra>,
    /// Things that the model has no place for, and the fact that says whether they can be.
    pub(super) others: &'static [Extra],
    /// What must be held so that nothing is left out.
    pub(super) sights: &'static [Sight],
}

/// A query that not every version knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extra {
    /// The fact that says whether it does.
    pub(super) exists: fn(&Product) -> bool,
    pub(super) sql: &'static str,
}

impl Extra {
    /// The query, where the version knows it.
    pub(super) fn known(self, product: &Product) -> Option<&'static str> {
        (self.exists)(product).then_some(self.sql)
    }
}

const TABLES: Sight = Sight {
    any_of: &[
        ("SELECT", Level::Database),
        ("INSERT", Level::Database),
        ("UPDATE", Level::Database),
        ("REFERENCES", Level::Database),
    ],
    hides: "tables and columns on which the account has no privilege",
    of_tables: true,
};
const TRIGGER: Sight = Sight { any_of: &[("TRIGGER", Level::Database)], hides: "triggers", of_tables: false };
const EVENT: Sight = Sight { any_of: &[("EVENT", Level::Database)], hides: "events", of_tables: false };
const GRANT: Sight = Sight {
    any_of: &[("SELECT", Level::System("procs_priv"))],
    hides: "privileges of other accounts",
    of_tables: false,
};

/// A dictionary behind the catalog.
const DICTIONARY: Sweeps = Sweeps {
    namespace: include_str!("mysql/namespace.sql"),
    tables: include_str!("mysql/tables.sql"),
    columns: include_str!("mysql/columns.sql"),
    indexes: include_str!("mysql/indexes.sql"),
    checks: include_str!("mysql/checks.sql"),
    spatial: None,
    attributes: Some(Extra {
        exists: |product| product.facts.engine_attributes,
        sql: include_str!("mysql/attributes.sql"),
    }),
    folders: Some(include_str!("mysql/folders.sql")),
    spaces: Some(Extra {
        exists: |product| product.facts.engine_attributes,
        sql: include_str!("mysql/spaces.sql"),
    }),
    steps: Some(Extra {
        exists: |product| product.facts.autoextend_size,
        sql: include_str!("mysql/steps.sql"),
    }),
    others: &[Extra { exists: |product| product.facts.libraries, sql: include_str!("mysql/libraries.sql") }],
    sights: &[
        TABLES,
        TRIGGER,
        EVENT,
        Sight {
            any_of: &[
                ("SHOW_ROUTINE", Level::Server),
                ("SELECT", Level::Server),
                ("EXECUTE", Level::Database),
                ("ALTER ROUTINE", Level::Database),
                ("CREATE ROUTINE", Level::Database),
            ],
            hides: "routines of other accounts",
            of_tables: false,
        },
        Sight { any_of: &[STEPS], hides: "the values of AUTOEXTEND_SIZE", of_tables: true },
        GRANT,
    ],
};

/// What shows the steps of tablespaces.
pub(super) const STEPS: (&str, Level) = ("PROCESS", Level::Server);

/// A catalog that opens the tables it tells of.
const OPENED: Sweeps = Sweeps {
    namespace: include_str!("mariadb/namespace.sql"),
    tables: include_str!("mariadb/tables.sql"),
    columns: include_str!("mariadb/columns.sql"),
    indexes: include_str!("mariadb/indexes.sql"),
    checks: include_str!("mariadb/checks.sql"),
    spatial: Some(include_str!("mariadb/spatial.sql")),
    attributes: None,
    folders: None,
    spaces: None,
    steps: None,
    others: &[],
    sights: &[
        TABLES,
        Sight {
            any_of: &[
                ("REFERENCES", Level::Database),
                ("INSERT", Level::Database),
                ("UPDATE", Level::Database),
                ("DELETE", Level::Database),
                ("CREATE", Level::Database),
                ("DROP", Level::Database),
                ("INDEX", Level::Database),
                ("ALTER", Level::Database),
                ("TRIGGER", Level::Database),
                ("SHOW VIEW", Level::Database),
                ("CREATE VIEW", Level::Database),
            ],
            hides: "foreign keys",
            of_tables: true,
        },
        TRIGGER,
        EVENT,
        Sight {
            any_of: &[
                ("SELECT", Level::System("proc")),
                ("EXECUTE", Level::Database),
                ("ALTER ROUTINE", Level::Database),
                ("CREATE ROUTINE", Level::Database),
            ],
            hides: "routines of other accounts",
            of_tables: false,
        },
        GRANT,
    ],
};

pub(super) const REFERENCES: &str = include_str!("references.sql");
pub(super) const REFERENCE_COLUMNS: &str = include_str!("reference_columns.sql");
pub(super) const VIEWS: &str = include_str!("views.sql");
pub(super) const ROUTINES: &str = include_str!("routines.sql");
pub(super) const TRIGGERS: &str = include_str!("triggers.sql");
pub(super) const EVENTS: &str = include_str!("events.sql");
pub(super) const GRANTS: &str = include_str!("grants.sql");
pub(super) const ROUTINE_GRANTS: &str = include_str!("routine_grants.sql");
pub(super) const WARNINGS: &str = "SHOW WARNINGS";

/// Stands in a query where it can be narrowed down to one table.
const ONE_TABLE: &str = "/* AND TABLE_NAME = ? */";

/// The queries of a product.
pub(super) fn of(product: &Product) -> &'static Sweeps {
    if product.facts.data_dictionary { &DICTIONARY } else { &OPENED }
}

/// The answers to a query about one database: one, or one for each table that is asked for.
///
/// The names go over as literals. A query without parameters takes one round trip and not two, and is under way as soon
/// as it is polled: see [`meanwhile`].
pub(super) async fn ask(
    on: &mut dyn Connection,
    sql: &str,
    database: &str,
    tables: Option<&[String]>,
) -> Result<Vec<Rows>> {
    let queries: Vec<Query> = match tables {
        None => vec![Query::new(filled(&sql.replace(ONE_TABLE, ""), &[database]))],
        Some(names) => {
            let sql = sql.replace(ONE_TABLE, "AND TABLE_NAME = ?");
            names.iter().map(|name| Query::new(filled(&sql, &[database, name]))).collect()
        }
    };
    on.query_batch(&queries).await
}

/// Takes in an answer while the server works on the next.
pub(super) async fn meanwhile<T>(next: impl Future<Output = T>, take_in: impl FnOnce()) -> T {
    tokio::join!(biased; next, async { take_in() }).0
}

/// Writes these names where the question marks are, in turn.
fn filled(sql: &str, names: &[&str]) -> String {
    let mut pieces = sql.split('?');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for (piece, name) in pieces.zip(names.iter().cycle()) {
        filled.push_str(&quoted(name));
        filled.push_str(piece);
    }
    filled
}
