//! Errors of the library and of the server, turned into Lambic's. Nothing else converts them.

mod meanings;
mod place;

use lambic_core::{Aftermath, DatabaseReport, Error, ErrorKind};
use mysql_async::{DriverError, IoError, ServerError};

use crate::connection::Shared;
use crate::url::Target;
use meanings::Meaning;

/// There is no session with this number.
pub(crate) const NO_SUCH_THREAD: u16 = 1094;

/// The code of an error after which there is no connection.
pub(crate) const LOST: &str = "mysql.connection-lost";

/// The statement cannot be read.
const SYNTAX: u16 = 1064;

/// The hint for a server that does not answer.
const REACH: &str = "check that the server runs, and the host and port in the database URL";

/// The error of a session that could not be opened.
pub(crate) fn of_opening(error: mysql_async::Error, target: &Target) -> Error {
    if let Some(reason) = tls_failure(&error) {
        return of_tls(&reason, target);
    }
    let place = target.place();
    match error {
        mysql_async::Error::Server(error) => refused(&error, target),
        mysql_async::Error::Io(IoError::Io(error)) => {
            let message = format!("no connection to {place}: {error}");
            Error::new(ErrorKind::Connect, "mysql.connect", message).hint(REACH)
        }
        mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer) => {
            let message = format!("{place} does not encrypt connections");
            Error::new(ErrorKind::Refused, "mysql.tls", message)
                .hint("set up encryption on the server, or write ssl-mode=PREFERRED or DISABLED in the database URL")
        }
        mysql_async::Error::Driver(DriverError::UnknownAuthPlugin { name }) => {
            let message = format!("{place} wants the user to log in by `{name}`, which is not supported");
            Error::new(ErrorKind::Auth, "mysql.login-method", message)
                .hint("give the user a password, for example with caching_sha2_password or ed25519")
        }
        other => {
            let message = format!("no connection to {place}: {}", told(&other));
            Error::new(ErrorKind::Connect, "mysql.connect", message).hint(REACH)
        }
    }
}

/// The server answered the login with an error.
fn refused(error: &ServerError, target: &Target) -> Error {
    let (place, user) = (target.place(), &target.user);
    let mut converted = of_server(error, Some(&target.database));
    converted.message = match converted.kind {
        ErrorKind::Auth => format!("{place} refuses the user `{user}`: {}", error.message),
        _ => format!("no connection to {place}: {}", error.message),
    };
    if converted.kind == ErrorKind::Database {
        converted.kind = ErrorKind::Connect;
    }
    converted
}

/// Why encryption failed, if it did.
pub(crate) fn tls_failure(error: &mysql_async::Error) -> Option<String> {
    match error {
        mysql_async::Error::Io(IoError::Tls(error)) => Some(error.to_string()),
        mysql_async::Error::Io(IoError::Io(error)) => {
            Some(error.get_ref()?.downcast_ref::<rustls::Error>()?.to_string())
        }
        _ => None,
    }
}

fn of_tls(reason: &str, target: &Target) -> Error {
    let message = format!("no encrypted connection to {}: {reason}", target.place());
    Error::new(ErrorKind::Refused, "mysql.tls", message).hint(
        "name the authority that signed the server's certificate with ssl-ca in the database URL; ssl-mode=VERIFY_CA \
         does not compare the host, REQUIRED verifies nothing",
    )
}

/// Opening took too long.
pub(crate) fn too_slow(target: &Target) -> Error {
    let message = format!("{} did not answer within {:?}", target.place(), target.connect_timeout);
    Error::new(ErrorKind::Connect, "mysql.connect-timeout", message)
        .hint(format!("{REACH}; connect_timeout=seconds in it gives it longer"))
}

/// Nothing of the library's works without a runtime of its own kind.
pub(crate) fn no_runtime() -> Error {
    let message = "sessions with MySQL and MariaDB need a Tokio runtime, and there is none";
    Error::new(ErrorKind::Usage, "mysql.no-runtime", message)
}

/// The server had nothing to say to the first question.
pub(crate) fn no_answer(target: &Target) -> Error {
    let message = format!("{} does not say what it is", target.place());
    Error::new(ErrorKind::Unsupported, "mysql.flavor", message)
        .hint("MySQL and MariaDB themselves are supported")
}

/// A session that was left in the middle of a statement.
pub(crate) fn abandoned() -> Error {
    let message =
        "the session was left in the middle of a statement, and its answers can no longer be told apart";
    Error::new(ErrorKind::Connect, "mysql.abandoned", message)
        .aftermath(Aftermath::NotStarted)
        .hint("open a new session; its locks and its transaction are gone")
}

/// A session whose connection is gone.
pub(crate) fn lost(shared: &Shared) -> Error {
    let message = format!("the connection to {} was lost", shared.target.place());
    Error::new(ErrorKind::Connect, LOST, message)
        .hint("its locks and its transaction are gone; look whether the server runs, then run again")
}

/// The error of something that is no statement.
pub(crate) fn of_session(error: mysql_async::Error, shared: &Shared) -> Error {
    match error {
        mysql_async::Error::Server(error) => of_server(&error, Some(&shared.target.database)),
        mysql_async::Error::Driver(DriverError::LocalInfile(_)) => no_local_files(),
        other => lost(shared).aftermath(Aftermath::Unknown).note(told(&other)),
    }
}

/// The error of a statement.
pub(crate) fn of_statement(error: mysql_async::Error, sql: &str, shared: &Shared) -> Error {
    let error = match error {
        mysql_async::Error::Server(error) => {
            let mut converted = of_server(&error, Some(&shared.target.database));
            // What keeps a session from opening does not end one: `USE nope`.
            converted.kind = match converted.kind.clone() {
                ErrorKind::Refused => ErrorKind::Database,
                ErrorKind::Connect if converted.code != LOST => ErrorKind::Database,
                ErrorKind::Auth => ErrorKind::Permission,
                kind => kind,
            };
            converted.offset = place::find(&error, sql);
            let aftermath = if error.code == SYNTAX { Aftermath::NotStarted } else { Aftermath::RolledBack };
            converted.aftermath.get_or_insert(aftermath);
            converted
        }
        mysql_async::Error::Driver(DriverError::StmtParamsMismatch { required, supplied }) => {
            let message =
                format!("{required} values belong to the statement's parameters, and {supplied} were given");
            misuse("mysql.parameter-count", message)
                .hint("a `?` is a parameter: write the value itself, or quote it")
        }
        other => of_session(other, shared),
    };
    error.statement(sql)
}

/// The error of a statement that cannot be run as it is given.
pub(crate) fn misuse(code: &str, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Usage, code, message).aftermath(Aftermath::NotStarted)
}

/// The error of a statement that asks for a file of this machine.
pub(crate) fn no_local_files() -> Error {
    Error::unsupported("lambic", "LOAD DATA LOCAL: the server would read files of this machine")
        .aftermath(Aftermath::NotStarted)
        .hint("write the rows as INSERT statements, or load a file of the server with LOAD DATA INFILE")
}

fn of_server(error: &ServerError, database: Option<&str>) -> Error {
    let meaning = Meaning::of(error.code);
    let kind = meaning.map_or(ErrorKind::Database, |meaning| meaning.kind.clone());
    let code = meaning.map_or("mysql.error", |meaning| meaning.code);
    let mut converted = Error::new(kind, code, &error.message).database(DatabaseReport {
        sqlstate: Some(error.state.clone()),
        code: Some(error.code.into()),
        name: meaning.map(|meaning| meaning.name.to_owned()),
        detail: None,
    });
    converted.hint = match meaning.and_then(|meaning| meaning.hint) {
        Some(hint) => Some(hint.to_owned()),
        None => meanings::grant(error, database),
    };
    converted.aftermath = meaning.and_then(|meaning| meaning.aftermath.clone());
    if let Some(note) = meaning.and_then(|meaning| meaning.note) {
        converted.notes.push(note.to_owned());
    }
    converted
}

/// What the library says, without its quotes around it.
fn told(error: &mysql_async::Error) -> String {
    match error {
        mysql_async::Error::Io(IoError::Io(error)) => error.to_string(),
        mysql_async::Error::Driver(error) => error.to_string(),
        other => other.to_string(),
    }
}
