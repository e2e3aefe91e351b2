//! The first words of a session: what the server is, and the settings that Lambic relies on.

use futures_util::TryStreamExt as _;
use lambic_core::{Error, ErrorKind, Result, ServerVersion};
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use crate::capabilities;
use crate::connection::session::PROLOGUE;
use crate::connection::tap::Shared;
use crate::error;
use crate::url::target::{Host, Wanted};

/// What a server says of itself and of the session.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) version: ServerVersion,
    /// The database that the session is in.
    pub(crate) database: String,
    /// The user that the session works for.
    pub(crate) user: String,
    /// The schema that a name without one means.
    pub(crate) namespace: Option<String>,
    /// How long statements wait for locks, as the user, the database or the URL have set it. `None`: for ever.
    pub(crate) lock_timeout: Option<String>,
    /// Whether something stands between that may give each transaction another server session.
    pub(crate) is_pooled: bool,
    is_standby: bool,
    is_read_only: bool,
}

/// In every version of every product that speaks PostgreSQL's protocol.
const FACTS: &str = "SELECT version(), current_setting('server_version_num'), current_database(), current_user, \
     current_schema(), current_setting('lock_timeout'), pg_backend_pid(), pg_is_in_recovery(), \
     current_setting('transaction_read_only')";

/// Products that speak the protocol and are something else: a word of what they answer, and their name.
const OTHERS: &[(&str, &str)] = &[
    ("CockroachDB", "CockroachDB"),
    ("Redshift", "Amazon Redshift"),
    ("-YB-", "YugabyteDB"),
    ("Greenplum", "Greenplum"),
    ("Materialize", "Materialize"),
    ("RisingWave", "RisingWave"),
    ("CrateDB", "CrateDB"),
    ("QuestDB", "QuestDB"),
];

/// Reads the facts and sends the prologue, in one round trip.
pub(crate) async fn greet(client: &Client, seen: &Shared) -> Result<Facts> {
    let facts = client.simple_query_raw(FACTS).await.map_err(|error| error::of_session(&error))?;
    let prologue = client.simple_query_raw(PROLOGUE).await.map_err(|error| error::of_session(&error))?;
    // What does not know these functions at least tells what it is.
    let Ok(answer) = facts.try_collect::<Vec<_>>().await else { return Err(stranger(client).await) };
    let row = row_of(&answer);
    let facts = row.and_then(|row| facts_of(row, seen.lock().process));
    let facts = facts.ok_or_else(|| unknown("the server does not say what it is"))?;
    refuse_others(row.and_then(|row| row.try_get(0).ok().flatten()).unwrap_or_default())?;
    capabilities::check(&facts.version)?;
    prologue.try_collect::<Vec<_>>().await.map_err(|error| error::of_session(&error))?;
    Ok(facts)
}

fn row_of(answer: &[SimpleQueryMessage]) -> Option<&SimpleQueryRow> {
    answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    })
}

fn facts_of(row: &SimpleQueryRow, process: Option<i32>) -> Option<Facts> {
    let text = |at: usize| row.try_get(at).ok().flatten().map(str::to_owned);
    let number = text(1)?.parse::<u32>().ok()?;
    // Since version 10 there are two numbers; before there were three.
    let (minor, patch) =
        if number >= 100_000 { (number % 10_000, 0) } else { (number / 100 % 100, number % 100) };
    let timeout = text(5).filter(|timeout| timeout != "0");
    Some(Facts {
        version: ServerVersion { major: number / 10_000, minor, patch },
        database: text(2)?,
        user: text(3)?,
        namespace: text(4),
        lock_timeout: timeout,
        is_pooled: text(6)?.parse().ok() != process,
        is_standby: text(7)? == "t",
        is_read_only: text(8)? == "on",
    })
}

/// The error of something that does not answer as PostgreSQL would.
async fn stranger(client: &Client) -> Error {
    let answer = client.simple_query("SELECT version()").await.unwrap_or_default();
    let version = row_of(&answer).and_then(|row| row.try_get(0).ok().flatten());
    let version = version.unwrap_or("it does not say what it is");
    match refuse_others(version) {
        Err(error) => error,
        Ok(()) => match version.strip_prefix("PostgreSQL ").and_then(ServerVersion::parse) {
            Some(version) => capabilities::check(&version)
                .err()
                .unwrap_or_else(|| unknown("the server refuses to say what it is")),
            None => unknown(&format!("the server is no PostgreSQL: {}", version.escape_debug())),
        },
    }
}

fn refuse_others(version: &str) -> Result<()> {
    let Some((_, product)) = OTHERS.iter().find(|(word, _)| version.contains(word)) else { return Ok(()) };
    let message = format!("the server is {product}, which is not PostgreSQL");
    Err(Error::new(ErrorKind::Unsupported, "postgres.product", message)
        .hint("its DDL, its locks and its catalog differ, so that Lambic would be wrong about it"))
}

fn unknown(message: &str) -> Error {
    Error::new(ErrorKind::Unsupported, "postgres.product", message)
}

/// What a server is checked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Check(Wanted);

/// What to check in this round: in the second one, where a standby is preferred, nothing.
pub(crate) fn wanted(wanted: Wanted, round: u32) -> Check {
    match (wanted, round) {
        (Wanted::PreferStandby, 0) => Check(Wanted::Standby),
        (Wanted::PreferStandby, _) => Check(Wanted::Any),
        (wanted, _) => Check(wanted),
    }
}

/// Whether the server is what `target_session_attrs` asks for.
pub(crate) fn check(Check(wanted): Check, facts: &Facts, host: &Host) -> Result<()> {
    let read_only = facts.is_standby || facts.is_read_only;
    let (fits, what) = match wanted {
        Wanted::Any | Wanted::PreferStandby => (true, ""),
        Wanted::ReadWrite => (!read_only, "it can only be read"),
        Wanted::ReadOnly => (read_only, "it can be written"),
        Wanted::Primary => (!facts.is_standby, "it is a standby"),
        Wanted::Standby => (facts.is_standby, "it is no standby"),
    };
    if fits {
        return Ok(());
    }
    let message = format!("the server at {} is not the one that is wanted: {what}", host.describe());
    Err(Error::new(ErrorKind::Connect, "postgres.wrong-server", message)
        .hint("name a server that fits target_session_attrs, or change that"))
}
