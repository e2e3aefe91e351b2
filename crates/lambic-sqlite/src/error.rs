//! Errors of the library, turned into Lambic's. Nothing else converts them.

use lambic_core::{Aftermath, DatabaseReport, Error, ErrorKind};
use rusqlite::ffi;

/// What a primary result code means for the user: code, kind, stable name, what to do.
struct Meaning(i32, ErrorKind, &'static str, Option<&'static str>);

const WAIT: &str = "another process or session is using the database: let it finish, or wait longer with \
                    ?busy_timeout=milliseconds in the URL";
const RESTORE: &str = "check the path; if it is right, restore the file from a backup, or recover what is left with \
                       `sqlite3 FILE .recover`";

/// Every code that says more than that the statement failed.
const MEANINGS: &[Meaning] = &[
    Meaning(ffi::SQLITE_BUSY, ErrorKind::Locked, "sqlite.busy", Some(WAIT)),
    Meaning(
        ffi::SQLITE_LOCKED,
        ErrorKind::Locked,
        "sqlite.locked",
        Some("a query on the same table, in this process, has not been read to its end"),
    ),
    Meaning(
        ffi::SQLITE_FULL,
        ErrorKind::Full,
        "sqlite.full",
        Some("make room on the disk, or raise PRAGMA max_page_count, and run it again"),
    ),
    Meaning(ffi::SQLITE_CORRUPT, ErrorKind::Corrupt, "sqlite.corrupt", Some(RESTORE)),
    Meaning(ffi::SQLITE_NOTADB, ErrorKind::Corrupt, "sqlite.not-a-database", Some(RESTORE)),
    Meaning(
        ffi::SQLITE_READONLY,
        ErrorKind::Permission,
        "sqlite.read-only",
        Some("writing needs the permission to write the file and its folder, and no mode=ro in the URL"),
    ),
    Meaning(
        ffi::SQLITE_CANTOPEN,
        ErrorKind::Permission,
        "sqlite.cannot-open",
        Some("check the path, and the permissions of the file and its folder"),
    ),
    Meaning(
        ffi::SQLITE_PERM,
        ErrorKind::Permission,
        "sqlite.permission",
        Some("check the permissions of the file and its folder"),
    ),
    Meaning(ffi::SQLITE_AUTH, ErrorKind::Permission, "sqlite.permission", None),
    Meaning(
        ffi::SQLITE_IOERR,
        ErrorKind::Io,
        "sqlite.io",
        Some("the operating system failed to read or write the file: check the disk"),
    ),
    Meaning(ffi::SQLITE_INTERRUPT, ErrorKind::Cancelled, "cancelled", None),
    Meaning(ffi::SQLITE_CONSTRAINT, ErrorKind::Database, "sqlite.constraint", None),
];

/// Turns an error of the library into Lambic's.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err calls")]
pub(crate) fn convert(error: rusqlite::Error) -> Error {
    match &error {
        rusqlite::Error::SqliteFailure(code, message) => report(*code, message.as_deref()),
        rusqlite::Error::SqlInputError { error: code, msg, offset, .. } => {
            let mut converted = report(*code, Some(msg));
            converted.offset = usize::try_from(*offset).ok();
            converted
        }
        rusqlite::Error::MultipleStatement => {
            let message = "there is more than one statement where one is expected";
            misuse("sqlite.several-statements", message).hint("run the statements one by one")
        }
        rusqlite::Error::InvalidParameterCount(given, wanted) => {
            let message =
                format!("{wanted} values belong to the statement's parameters, and {given} were given");
            misuse("sqlite.parameter-count", message).hint(
                "a `?` or a name after `:`, `@` or `$` is a parameter: write the value itself, or quote it",
            )
        }
        other => Error::new(ErrorKind::Internal, "sqlite.library", format!("the SQLite library: {other}")),
    }
}

/// Turns the error of a statement into Lambic's.
pub(crate) fn of_statement(error: rusqlite::Error, sql: &str) -> Error {
    convert(error).statement(sql)
}

/// Whether a failure is what a cancelled statement ends with: it stopped, or it stopped waiting.
pub(crate) fn can_be_cancelling(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, OperationInterrupted};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | OperationInterrupted))
}

/// The error of a statement that cannot be run as it is given.
pub(crate) fn misuse(code: &str, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Usage, code, message).aftermath(Aftermath::NotStarted)
}

/// The error of a statement that was cancelled.
pub(crate) fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "cancelled", "the statement was cancelled")
}

fn report(code: ffi::Error, message: Option<&str>) -> Error {
    let primary = code.extended_code & 0xff;
    let meaning = MEANINGS.iter().find(|meaning| meaning.0 == primary);
    let (kind, name) =
        meaning.map_or((ErrorKind::Database, "sqlite.error"), |known| (known.1.clone(), known.2));
    let message = message.unwrap_or_else(|| ffi::code_to_str(code.extended_code));
    let error = Error::new(kind, name, message).database(DatabaseReport {
        code: Some(code.extended_code.into()),
        name: code_name(code.extended_code).map(str::to_owned),
        ..DatabaseReport::default()
    });
    match meaning.and_then(|known| known.3) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

macro_rules! code_names {
    ($($name:ident)+) => {
        /// The library's own name for a result code, extended where it has one.
        fn code_name(code: i32) -> Option<&'static str> {
            match code {
                $(ffi::$name => Some(stringify!($name)),)+
                _ => None,
            }
        }
    };
}

code_names! {
    SQLITE_ERROR SQLITE_INTERNAL SQLITE_PERM SQLITE_ABORT SQLITE_BUSY SQLITE_LOCKED SQLITE_NOMEM SQLITE_READONLY
    SQLITE_INTERRUPT SQLITE_IOERR SQLITE_CORRUPT SQLITE_NOTFOUND SQLITE_FULL SQLITE_CANTOPEN SQLITE_PROTOCOL
    SQLITE_SCHEMA SQLITE_TOOBIG SQLITE_CONSTRAINT SQLITE_MISMATCH SQLITE_MISUSE SQLITE_NOLFS SQLITE_AUTH
    SQLITE_RANGE SQLITE_NOTADB
    SQLITE_ABORT_ROLLBACK SQLITE_AUTH_USER SQLITE_BUSY_RECOVERY SQLITE_BUSY_SNAPSHOT SQLITE_BUSY_TIMEOUT
    SQLITE_CANTOPEN_CONVPATH SQLITE_CANTOPEN_DIRTYWAL SQLITE_CANTOPEN_FULLPATH SQLITE_CANTOPEN_ISDIR
    SQLITE_CANTOPEN_NOTEMPDIR SQLITE_CANTOPEN_SYMLINK
    SQLITE_CONSTRAINT_CHECK SQLITE_CONSTRAINT_COMMITHOOK SQLITE_CONSTRAINT_DATATYPE SQLITE_CONSTRAINT_FOREIGNKEY
    SQLITE_CONSTRAINT_FUNCTION SQLITE_CONSTRAINT_NOTNULL SQLITE_CONSTRAINT_PINNED SQLITE_CONSTRAINT_PRIMARYKEY
    SQLITE_CONSTRAINT_ROWID SQLITE_CONSTRAINT_TRIGGER SQLITE_CONSTRAINT_UNIQUE SQLITE_CONSTRAINT_VTAB
    SQLITE_CORRUPT_INDEX SQLITE_CORRUPT_SEQUENCE SQLITE_CORRUPT_VTAB
    SQLITE_ERROR_MISSING_COLLSEQ SQLITE_ERROR_RETRY SQLITE_ERROR_SNAPSHOT
    SQLITE_IOERR_ACCESS SQLITE_IOERR_AUTH SQLITE_IOERR_BEGIN_ATOMIC SQLITE_IOERR_BLOCKED
    SQLITE_IOERR_CHECKRESERVEDLOCK SQLITE_IOERR_CLOSE SQLITE_IOERR_COMMIT_ATOMIC SQLITE_IOERR_CONVPATH
    SQLITE_IOERR_CORRUPTFS SQLITE_IOERR_DATA SQLITE_IOERR_DELETE SQLITE_IOERR_DELETE_NOENT SQLITE_IOERR_DIR_CLOSE
    SQLITE_IOERR_DIR_FSYNC SQLITE_IOERR_FSTAT SQLITE_IOERR_FSYNC SQLITE_IOERR_GETTEMPPATH SQLITE_IOERR_LOCK
    SQLITE_IOERR_MMAP SQLITE_IOERR_NOMEM SQLITE_IOERR_RDLOCK SQLITE_IOERR_READ SQLITE_IOERR_ROLLBACK_ATOMIC
    SQLITE_IOERR_SEEK SQLITE_IOERR_SHMLOCK SQLITE_IOERR_SHMMAP SQLITE_IOERR_SHMOPEN SQLITE_IOERR_SHMSIZE
    SQLITE_IOERR_SHORT_READ SQLITE_IOERR_TRUNCATE SQLITE_IOERR_UNLOCK SQLITE_IOERR_VNODE SQLITE_IOERR_WRITE
    SQLITE_LOCKED_SHAREDCACHE SQLITE_LOCKED_VTAB
    SQLITE_READONLY_CANTINIT SQLITE_READONLY_CANTLOCK SQLITE_READONLY_DBMOVED SQLITE_READONLY_DIRECTORY
    SQLITE_READONLY_RECOVERY SQLITE_READONLY_ROLLBACK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_names_of_the_library() {
        assert_eq!(code_name(2067), Some("SQLITE_CONSTRAINT_UNIQUE"));
        assert_eq!(code_name(5), Some("SQLITE_BUSY"));
        assert_eq!(code_name(-1), None);
        let error = convert(rusqlite::Error::SqliteFailure(ffi::Error::new(517), None));
        assert_eq!((error.kind.as_str(), error.code.as_str()), ("locked", "sqlite.busy"));
        assert_eq!(error.database.as_ref().unwrap().name.as_deref(), Some("SQLITE_BUSY_SNAPSHOT"));
    }
}
