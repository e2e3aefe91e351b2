//! The queries that read a database, each for all of its objects at once.
//!
//! Where products differ, each has a query of its own that returns the same columns.

use lambic_core::{Connection, Query, Result, Rows};

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
    /// Things that the model has no place for, and the fact that says whether they can be.
    pub(super) others: &'static [Extra],
}

/// A query that not every version knows.
#[derive(Debug)]
pub(super) struct Extra {
    /// The fact that says whether it does.
    pub(super) exists: fn(&Product) -> bool,
    pub(super) sql: &'static str,
}

/// A dictionary behind the catalog.
const DICTIONARY: Sweeps = Sweeps {
    namespace: include_str!("mysql/namespace.sql"),
    tables: include_str!("mysql/tables.sql"),
    columns: include_str!("mysql/columns.sql"),
    indexes: include_str!("mysql/indexes.sql"),
    checks: include_str!("mysql/checks.sql"),
    spatial: None,
    others: &[
        Extra { exists: |product| product.facts.engine_attributes, sql: include_str!("mysql/others.sql") },
        Extra { exists: |product| product.facts.libraries, sql: include_str!("mysql/libraries.sql") },
    ],
};

/// A catalog that opens the tables it tells of.
const OPENED: Sweeps = Sweeps {
    namespace: include_str!("mariadb/namespace.sql"),
    tables: include_str!("mariadb/tables.sql"),
    columns: include_str!("mariadb/columns.sql"),
    indexes: include_str!("mariadb/indexes.sql"),
    checks: include_str!("mariadb/checks.sql"),
    spatial: Some(include_str!("mariadb/spatial.sql")),
    others: &[],
};

pub(super) const REFERENCES: &str = include_str!("references.sql");
pub(super) const REFERENCE_COLUMNS: &str = include_str!("reference_columns.sql");
pub(super) const VIEWS: &str = include_str!("views.sql");
pub(super) const ROUTINES: &str = include_str!("routines.sql");
pub(super) const TRIGGERS: &str = include_str!("triggers.sql");
pub(super) const EVENTS: &str = include_str!("events.sql");
pub(super) const GRANTS: &str = include_str!("grants.sql");

/// Stands in a query where it can be narrowed down to one table.
const ONE_TABLE: &str = "/* AND TABLE_NAME = ? */";

/// The queries of a product.
pub(super) fn of(product: &Product) -> &'static Sweeps {
    if product.facts.data_dictionary { &DICTIONARY } else { &OPENED }
}

/// The answers to a query about one database: one, or one for each table that is asked for.
pub(super) async fn ask(
    on: &mut dyn Connection,
    sql: &str,
    database: &str,
    tables: Option<&[String]>,
) -> Result<Vec<Rows>> {
    let queries: Vec<Query> = match tables {
        None => {
            let sql = sql.replace(ONE_TABLE, "");
            let params = vec![database.into(); sql.matches('?').count()];
            vec![Query::new(sql).with(params)]
        }
        Some(names) => {
            let sql = sql.replace(ONE_TABLE, "AND TABLE_NAME = ?");
            names
                .iter()
                .map(|name| Query::new(&sql).with(vec![database.into(), name.as_str().into()]))
                .collect()
        }
    };
    on.query_batch(&queries).await
}
