//! The driver on the real library: opening, statements, transactions, cancelling, locks.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod files;
mod lock;
mod sessions;
mod statements;
mod suspension;
mod transactions;

use std::path::Path;

use lambic_core::{Connection, DatabaseUrl, Driver as _, Query, Result, Session, Value};
use lambic_sqlite::SqliteDriver;

/// Opens what a URL names.
async fn connect(url: &str) -> Result<Session> {
    SqliteDriver.connect(&DatabaseUrl::parse(url).unwrap()).await
}

/// The URL of a file.
fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// Opens a file.
async fn open(path: &Path) -> Box<dyn Connection> {
    connect(&url(path)).await.unwrap().connection
}

/// Opens a file, waiting for other sessions no longer than it takes to notice them.
async fn open_hasty(path: &Path) -> Box<dyn Connection> {
    connect(&format!("{}?busy_timeout=30", url(path))).await.unwrap().connection
}

/// A database in memory.
async fn memory() -> Box<dyn Connection> {
    connect("sqlite::memory:").await.unwrap().connection
}

/// Runs statements, none of which fails.
async fn run(on: &mut dyn Connection, statements: &[&str]) {
    for sql in statements {
        if let Err(error) = on.execute(sql, &[]).await {
            panic!("{sql}: {error:?}");
        }
    }
}

/// The only value of a query.
async fn value(on: &mut dyn Connection, sql: &str) -> Value {
    let rows = on.query_batch(&[Query::new(sql)]).await.unwrap().remove(0).rows;
    assert_eq!((rows.len(), rows[0].len()), (1, 1), "{sql}");
    rows[0][0].clone()
}

/// The only number of a query.
async fn number(on: &mut dyn Connection, sql: &str) -> i64 {
    value(on, sql).await.as_integer().unwrap()
}

/// A statement that runs until it is stopped.
const ENDLESS: &str =
    "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
