//! Holds the driver to the laws that every driver is held to.

use std::process::ExitCode;
use std::sync::Arc;

use lambic_conformance::Subject;
use lambic_sqlite::SqliteDriver;

fn main() -> ExitCode {
    lambic_conformance::main(&Arc::new(Subject::new(Arc::new(SqliteDriver), "sqlite::memory:")))
}
