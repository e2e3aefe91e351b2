//! Errors of the server and of the client library, turned into Lambic's. Nothing else converts them.

use std::error::Error as StdError;
use std::io;

use lambic_core::{Aftermath, DatabaseReport, Error, ErrorKind};
use tokio_postgres::error::{DbError, ErrorPosition};

use crate::classify;
use crate::connection::link::Link;
use crate::url::target::{Host, Target};

mod privilege;

/// What a SQLSTATE means for the user: the state or the beginning of it, kind, stable name, what to do.
struct Meaning(&'static str, ErrorKind, &'static str, Option<&'static str>);

const LOCKED: &str = "another session holds the lock: let it finish, or wait longer with --ddl-lock-timeout";
const AGAIN: &str = "two sessions were in each other's way: run it again";
const ROOM: &str = "make room on the server's disk, and run it again";
const CREDENTIALS: &str = "check user and password in the URL, PGUSER, PGPASSWORD and the password file";
const ENDED: &str = "see the server's log for why the session ended, and run it again";
const RESTORE: &str = "see the server's log; restore the database from a backup";

/// Every state that says more than that the statement failed. The longest that fits counts.
const MEANINGS: &[Meaning] = &[
    Meaning("08", ErrorKind::Connect, "postgres.connection-lost", Some(ENDED)),
    Meaning(
        "08P01",
        ErrorKind::Usage,
        "postgres.parameter-count",
        Some(
            "a `$` and a number is a parameter: write the value itself, or give as many values as there are parameters",
        ),
    ),
    Meaning("23", ErrorKind::Database, "postgres.constraint", None),
    Meaning(
        "25006",
        ErrorKind::Permission,
        "postgres.read-only",
        Some(
            "the session only reads: a standby, a transaction that only reads, or default_transaction_read_only",
        ),
    ),
    Meaning(
        "25P02",
        ErrorKind::Conflict,
        "postgres.transaction-failed",
        Some("an earlier statement of the transaction failed: roll it back"),
    ),
    Meaning(
        "25P03",
        ErrorKind::Timeout,
        "postgres.idle-timeout",
        Some("the transaction was idle for longer than idle_in_transaction_session_timeout"),
    ),
    Meaning(
        "25P04",
        ErrorKind::Timeout,
        "postgres.transaction-timeout",
        Some("the transaction took longer than transaction_timeout"),
    ),
    Meaning("28", ErrorKind::Auth, "postgres.auth", Some(CREDENTIALS)),
    Meaning("28P01", ErrorKind::Auth, "postgres.password", Some(CREDENTIALS)),
    Meaning(
        "3D000",
        ErrorKind::Refused,
        "postgres.unknown-database",
        Some("check the database's name in the URL, or make it with CREATE DATABASE"),
    ),
    Meaning("40001", ErrorKind::Locked, "postgres.serialization", Some(AGAIN)),
    Meaning("40P01", ErrorKind::Locked, "postgres.deadlock", Some(AGAIN)),
    Meaning("42501", ErrorKind::Permission, "postgres.permission", None),
    Meaning("53100", ErrorKind::Full, "postgres.full", Some(ROOM)),
    Meaning("53200", ErrorKind::Full, "postgres.out-of-memory", Some("the server has no memory left for it")),
    Meaning(
        "53300",
        ErrorKind::Connect,
        "postgres.too-many-connections",
        Some("close sessions that nobody uses, or raise max_connections"),
    ),
    Meaning("55P03", ErrorKind::Locked, "postgres.locked", Some(LOCKED)),
    Meaning("57014", ErrorKind::Cancelled, "cancelled", None),
    Meaning("57P", ErrorKind::Connect, "postgres.connection-lost", Some(ENDED)),
    Meaning(
        "57P03",
        ErrorKind::Connect,
        "postgres.not-ready",
        Some("the server starts or stops: try again later"),
    ),
    Meaning("58030", ErrorKind::Io, "postgres.io", Some("see the server's log, and check its disk")),
    Meaning("XX001", ErrorKind::Corrupt, "postgres.corrupt", Some(RESTORE)),
    Meaning("XX002", ErrorKind::Corrupt, "postgres.corrupt", Some(RESTORE)),
];

/// The causes of an error, in one line. What a server says is in it; what Lambic sent is not.
pub(crate) fn chain(error: &tokio_postgres::Error) -> String {
    if let Some(reported) = error.as_db_error() {
        return reported.message().to_owned();
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// An error of a session, outside any statement.
pub(crate) fn of_session(error: &tokio_postgres::Error) -> Error {
    match error.as_db_error() {
        Some(reported) => report(reported),
        None => Error::new(ErrorKind::Connect, "postgres.connection-lost", chain(error)).hint(ENDED),
    }
}

/// The error of a session that was over before anything was sent.
pub(crate) fn of_ended(error: &tokio_postgres::Error, link: &Link) -> Error {
    let error = of_session(error);
    match link.pump.end() {
        Some(why) if !error.message.contains(&why) => error.note(format!("the session ended: {why}")),
        _ => error,
    }
}

/// The error of a server that was reached, and gives no session.
pub(crate) fn of_connecting(error: &tokio_postgres::Error, target: &Target, host: &Host) -> Error {
    let place = host.describe();
    if let Some(reported) = error.as_db_error() {
        let mut converted = report(reported);
        converted.message = format!("{place} gives no session: {}", converted.message);
        if reported.code().code() == "28000" && target.tls.mode == crate::tls::Mode::Disable {
            converted.notes.push("TLS is off in this session; the server may insist on it".to_owned());
        }
        return converted;
    }
    let why = chain(error);
    if host.password.is_none() && why.contains("password missing") {
        let message = format!("{place} asks for the password of user `{}`, and none was given", target.user);
        return Error::new(ErrorKind::Auth, "postgres.no-password", message)
            .hint("give it in the URL, in PGPASSWORD or in a password file, ~/.pgpass");
    }
    let authentication = error.to_string() == "authentication error";
    if authentication {
        return Error::new(ErrorKind::Auth, "postgres.auth", format!("{place} gives no session: {why}"))
            .hint("Lambic can authenticate by certificate, password, MD5 and SCRAM");
    }
    let message = format!("{place} ends the connection before there is a session: {why}");
    Error::new(ErrorKind::Connect, "postgres.connection-lost", message)
        .hint("check that a PostgreSQL server listens there, and see its log")
}

/// Turns the error of a statement into Lambic's, and says what it left behind.
pub(crate) fn of_statement(
    error: &tokio_postgres::Error,
    sql: &str,
    link: &Link,
    cancelled: bool,
    was_inside: bool,
) -> Error {
    let Some(reported) = error.as_db_error() else {
        return lost(error, sql, link, was_inside);
    };
    let mut converted = report(reported).statement(sql);
    // What keeps a session from opening does not end one: `DROP DATABASE nope`.
    if converted.kind == ErrorKind::Refused {
        converted.kind = ErrorKind::Database;
    }
    converted.offset = offset(reported, sql);
    // The server has one code for both. It says which, but in its own language: what nobody here has cancelled, and what it
    // does not call a request in English, it has ended by itself.
    if converted.kind == ErrorKind::Cancelled && !cancelled && !reported.message().contains("user request") {
        converted.kind = ErrorKind::Timeout;
        "postgres.statement-timeout".clone_into(&mut converted.code);
        converted.hint =
            Some("it took longer than statement_timeout, which the server, the user or the URL sets".into());
    }
    if converted.kind == ErrorKind::Permission && converted.hint.is_none() {
        converted.hint = privilege::hint(reported.message(), sql, &link.facts.user);
    }
    if converted.kind == ErrorKind::Connect && !was_inside {
        return converted.aftermath(Aftermath::Unknown);
    }
    if !was_inside && classify::may_leave_rest(sql) && leaves_rest(reported) {
        let note = "an index that is not valid, or a partition that is being detached, may be left: see \
                    pg_index.indisvalid and pg_inherits.inhdetachpending";
        return converted.aftermath(Aftermath::Partial).note(note);
    }
    converted.aftermath(Aftermath::RolledBack)
}

/// Whether a statement failed while it was at work, and not while it was read.
fn leaves_rest(reported: &DbError) -> bool {
    !["42", "0A", "25", "3F", "22"].iter().any(|class| reported.code().code().starts_with(class))
}

/// The connection broke, or the client library could not go on.
fn lost(error: &tokio_postgres::Error, sql: &str, link: &Link, was_inside: bool) -> Error {
    let mut broken = of_ended(error, link).statement(sql);
    let in_use = error.is_closed() || error.source().is_some_and(<dyn StdError>::is::<io::Error>);
    if in_use {
        broken.message = format!("the connection to {} broke: {}", link.host.describe(), broken.message);
    }
    // A commit alone can have gone through.
    let ended = classify::ends_transaction(sql);
    broken.aftermath(if was_inside && !ended { Aftermath::RolledBack } else { Aftermath::Unknown })
}

fn report(reported: &DbError) -> Error {
    let state = reported.code().code();
    let fitting = MEANINGS.iter().filter(|meaning| state.starts_with(meaning.0));
    let meaning = fitting.max_by_key(|meaning| meaning.0.len());
    let (kind, name) =
        meaning.map_or((ErrorKind::Database, "postgres.error"), |known| (known.1.clone(), known.2));
    let detail =
        [reported.detail().map(str::to_owned), reported.where_().map(|place| format!("context: {place}"))];
    let detail: Vec<String> = detail.into_iter().flatten().collect();
    let mut error = Error::new(kind, name, reported.message()).database(DatabaseReport {
        sqlstate: Some(state.to_owned()),
        detail: (!detail.is_empty()).then(|| detail.join("\n")),
        ..DatabaseReport::default()
    });
    error.hint = meaning.and_then(|known| known.3).or(reported.hint()).map(str::to_owned);
    error.notes.extend(place(reported));
    error
}

/// What the error is about, as far as the server says.
fn place(reported: &DbError) -> Option<String> {
    let table = reported.table().map(|table| match reported.schema() {
        Some(schema) => format!("table {schema}.{table}"),
        None => format!("table {table}"),
    });
    let parts = [
        reported.constraint().map(|name| format!("constraint {name}")),
        reported.column().map(|name| format!("column {name}")),
        reported.datatype().map(|name| format!("type {name}")),
        table,
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("it is about {}", parts.join(", ")))
}

/// The server counts characters from 1; here bytes are counted from 0.
fn offset(reported: &DbError, sql: &str) -> Option<usize> {
    let Some(ErrorPosition::Original(position)) = reported.position() else { return None };
    let before = usize::try_from(*position).ok()?.checked_sub(1)?;
    let mut places = sql.char_indices().map(|(at, _)| at).chain([sql.len()]);
    places.nth(before)
}
