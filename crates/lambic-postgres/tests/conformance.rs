//! Holds the driver to the laws that every driver is held to, on the oldest and the newest server of the tests.

use std::process::{Command, ExitCode};
use std::sync::Arc;

use async_trait::async_trait;
use lambic_conformance::{Oracle, Subject};
use lambic_core::{DatabaseUrl, Error, ErrorKind, Query, Result, Session, Value};
use lambic_postgres::PostgresDriver;

/// The servers, by the variables that say where they are.
const SERVERS: [&str; 2] = ["LAMBIC_TEST_POSTGRES_URL", "LAMBIC_TEST_POSTGRES18_URL"];

fn main() -> ExitCode {
    lambic_conformance::main(&SERVERS, async |lane, server| {
        let url = std::env::var(server).map_err(|_| {
            Error::new(ErrorKind::Config, "test.server", format!("{server} is not set"))
                .hint("run `cargo xtask test`, which starts the servers")
        })?;
        let url_of = DatabaseUrl::parse(&url)?;
        let subject = Subject::open(lane.driver(Arc::new(PostgresDriver))?, &url_of).await?;
        Ok(subject.with_oracle(Arc::new(PgDump { url })))
    })
}

/// What `pg_dump -s` beside the server's own program says.
#[derive(Debug)]
struct PgDump {
    /// The server, with another database than the one that is dumped.
    url: String,
}

/// Where the server's programs are.
const FOLDER: &str = "SELECT setting FROM pg_catalog.pg_config() WHERE name = 'BINDIR'";

#[async_trait]
impl Oracle for PgDump {
    async fn dump(&self, session: &mut Session, name: &str) -> Result<String> {
        let rows = session.connection.query_batch(&[Query::new(FOLDER)]).await?.pop().unwrap_or_default();
        let folder = rows.rows.first().and_then(|row| row.first()).and_then(Value::as_text);
        let program = folder.map_or_else(|| "pg_dump".to_owned(), |folder| format!("{folder}/pg_dump"));
        let (server, _) = self.url.rsplit_once('/').unwrap_or((&self.url, ""));
        let output = Command::new(&program).args(["-s", "-d", &format!("{server}/{name}")]).output();
        let failed = |why: String| Error::new(ErrorKind::Io, "test.pg-dump", format!("{program}: {why}"));
        let output = output.map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        Ok(lines(&String::from_utf8_lossy(&output.stdout)))
    }
}

/// The lines that count, sorted, since the order of constraints says nothing: without comments, settings, and marks that
/// are new each time.
fn lines(dump: &str) -> String {
    let skipped = ["--", "SET ", "\\restrict", "\\unrestrict"];
    let counts = |line: &&str| !line.is_empty() && skipped.iter().all(|start| !line.starts_with(start));
    let mut lines: Vec<String> =
        dump.lines().filter(counts).map(|line| without_automatic_name(line.trim_end_matches(','))).collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// The name that version 18 gives to a column's NOT NULL by itself stays when table or column get another one; it is not
/// part of the model.
fn without_automatic_name(line: &str) -> String {
    match line
        .split_once(" CONSTRAINT ")
        .map(|(column, rest)| (column, rest.split_once("_not_null NOT NULL")))
    {
        Some((column, Some((_, rest)))) => format!("{column} NOT NULL{rest}"),
        _ => line.to_owned(),
    }
}
