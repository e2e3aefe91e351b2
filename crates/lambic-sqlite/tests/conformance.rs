//! Holds the driver to the laws that every driver is held to.

use std::process::ExitCode;
use std::sync::Arc;

use lambic_conformance::Subject;
use lambic_core::DatabaseUrl;
use lambic_sqlite::SqliteDriver;

/// Where the locks are; places to try things in are in memory.
const HOME: &str = concat!("sqlite:", env!("CARGO_TARGET_TMPDIR"), "/conformance-home.db");

fn main() -> ExitCode {
    lambic_conformance::main(&["sqlite"], async |lane, _| {
        Subject::open(lane.driver(Arc::new(SqliteDriver))?, &DatabaseUrl::parse(HOME)?).await
    })
}
