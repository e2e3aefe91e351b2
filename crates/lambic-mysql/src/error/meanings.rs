//! What the codes of the servers mean for the user.

use std::sync::LazyLock;

use lambic_core::{Aftermath, ErrorKind};
use mysql_async::ServerError;

/// What one code means.
#[derive(Debug)]
pub(super) struct Meaning {
    number: u16,
    /// The servers' own name for it.
    pub(super) name: &'static str,
    pub(super) kind: ErrorKind,
    /// Lambic's name for it.
    pub(super) code: &'static str,
    pub(super) hint: Option<&'static str>,
    /// What it leaves behind, where that is not what every failed statement leaves.
    pub(super) aftermath: Option<Aftermath>,
    pub(super) note: Option<&'static str>,
}

const LOGIN: &str = "check user and password in the database URL, or MYSQL_PWD";
const WAIT: &str = "another session holds a lock that the statement needs: let it finish, or wait longer with \
                    --ddl-lock-timeout";
const ROOM: &str = "make room on the server's disk, and run it again";
const READ_ONLY: &str = "connect to the server that takes writes";
const LOST: &str = "look whether the server runs, then run again";
const SLOW: &str = "give statements more time, or make this one do less at once";

/// Every code that says more than that the statement failed.
static MEANINGS: LazyLock<Vec<Meaning>> = LazyLock::new(|| {
    vec![
    new(1045, "ER_ACCESS_DENIED_ERROR", ErrorKind::Auth, "mysql.login").hint(LOGIN),
    new(1698, "ER_ACCESS_DENIED_NO_PASSWORD_ERROR", ErrorKind::Auth, "mysql.login").hint(LOGIN),
    new(1130, "ER_HOST_NOT_PRIVILEGED", ErrorKind::Auth, "mysql.host-refused")
        .hint("the server lets nobody in from this machine: an administrator can create the user for it"),
    new(1251, "ER_NOT_SUPPORTED_AUTH_MODE", ErrorKind::Auth, "mysql.login-method")
        .hint("give the user a password, for example with caching_sha2_password or ed25519"),
    new(1820, "ER_MUST_CHANGE_PASSWORD", ErrorKind::Auth, "mysql.password-expired")
        .hint("set a new password with the database's own client"),
    new(1862, "ER_MUST_CHANGE_PASSWORD_LOGIN", ErrorKind::Auth, "mysql.password-expired")
        .hint("set a new password with the database's own client"),
    new(3118, "ER_ACCOUNT_HAS_BEEN_LOCKED", ErrorKind::Auth, "mysql.account-locked")
        .hint("an administrator can unlock it: ALTER USER … ACCOUNT UNLOCK"),
    new(4151, "ER_ACCOUNT_HAS_BEEN_LOCKED", ErrorKind::Auth, "mysql.account-locked")
        .hint("an administrator can unlock it: ALTER USER … ACCOUNT UNLOCK"),
    new(1049, "ER_BAD_DB_ERROR", ErrorKind::Refused, "mysql.unknown-database")
        .hint("create it with CREATE DATABASE, or correct the name in the database URL"),
    new(1040, "ER_CON_COUNT_ERROR", ErrorKind::Connect, "mysql.too-many-connections")
        .hint("close other connections, or raise max_connections on the server"),
    new(1203, "ER_TOO_MANY_USER_CONNECTIONS", ErrorKind::Connect, "mysql.too-many-connections")
        .hint("close other connections of this user"),
    new(3159, "ER_SECURE_TRANSPORT_REQUIRED", ErrorKind::Refused, "mysql.tls")
        .hint("the server takes encrypted connections alone: write ssl-mode=REQUIRED in the database URL"),
    new(1044, "ER_DBACCESS_DENIED_ERROR", ErrorKind::Permission, "mysql.permission"),
    new(1142, "ER_TABLEACCESS_DENIED_ERROR", ErrorKind::Permission, "mysql.permission"),
    new(1143, "ER_COLUMNACCESS_DENIED_ERROR", ErrorKind::Permission, "mysql.permission"),
    new(1227, "ER_SPECIFIC_ACCESS_DENIED_ERROR", ErrorKind::Permission, "mysql.permission"),
    new(1370, "ER_PROCACCESS_DENIED_ERROR", ErrorKind::Permission, "mysql.permission"),
    new(1410, "ER_CANT_CREATE_USER_WITH_GRANT", ErrorKind::Permission, "mysql.permission"),
    new(1419, "ER_BINLOG_CREATE_ROUTINE_NEED_SUPER", ErrorKind::Permission, "mysql.permission")
        .hint("with binary logging on, an administrator must allow it: log_bin_trust_function_creators=1"),
    new(1205, "ER_LOCK_WAIT_TIMEOUT", ErrorKind::Locked, "mysql.lock-timeout").hint(WAIT),
    new(3572, "ER_LOCK_NOWAIT", ErrorKind::Locked, "mysql.lock-timeout").hint(WAIT),
    new(1213, "ER_LOCK_DEADLOCK", ErrorKind::Locked, "mysql.deadlock")
        .hint("two sessions waited for each other: run it again")
        .left(Aftermath::RolledBack)
        .note("the whole transaction was rolled back"),
    new(1317, "ER_QUERY_INTERRUPTED", ErrorKind::Cancelled, "cancelled"),
    new(3024, "ER_QUERY_TIMEOUT", ErrorKind::Timeout, "mysql.statement-timeout").hint(SLOW),
    new(1969, "ER_STATEMENT_TIMEOUT", ErrorKind::Timeout, "mysql.statement-timeout").hint(SLOW),
    new(1290, "ER_OPTION_PREVENTS_STATEMENT", ErrorKind::Permission, "mysql.option-prevents")
        .hint("the server's option that the message names forbids it; on a read-only server, write to the other one"),
    new(1836, "ER_READ_ONLY_MODE", ErrorKind::Permission, "mysql.read-only").hint(READ_ONLY),
    new(3989, "ER_SCHEMA_READ_ONLY", ErrorKind::Permission, "mysql.read-only")
        .hint("the database is read-only: ALTER DATABASE … READ ONLY = 0"),
    new(1792, "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION", ErrorKind::Permission, "mysql.read-only"),
    new(1021, "ER_DISK_FULL", ErrorKind::Full, "mysql.full").hint(ROOM),
    new(1041, "ER_OUT_OF_RESOURCES", ErrorKind::Full, "mysql.full").hint("give the server more memory"),
    new(1114, "ER_RECORD_FILE_FULL", ErrorKind::Full, "mysql.full").hint(ROOM),
    new(1053, "ER_SERVER_SHUTDOWN", ErrorKind::Connect, super::LOST)
        .hint(LOST)
        .left(Aftermath::Unknown),
    new(1927, "ER_CONNECTION_KILLED", ErrorKind::Connect, super::LOST)
        .hint(LOST)
        .left(Aftermath::Unknown),
    new(3168, "ER_SERVER_ISNT_AVAILABLE", ErrorKind::Connect, super::LOST)
        .hint(LOST)
        .left(Aftermath::Unknown),
    new(4031, "ER_CLIENT_INTERACTION_TIMEOUT", ErrorKind::Connect, super::LOST)
        .hint("the server ends sessions that are idle for wait_timeout; run again")
        .left(Aftermath::Unknown),
    new(1064, "ER_PARSE_ERROR", ErrorKind::Database, "mysql.syntax"),
    new(1065, "ER_EMPTY_QUERY", ErrorKind::Usage, "mysql.no-statement").left(Aftermath::NotStarted),
    new(1153, "ER_NET_PACKET_TOO_LARGE", ErrorKind::Database, "mysql.too-large")
        .hint("the statement is longer than the server's max_allowed_packet: raise that, or cut the statement"),
    new(1062, "ER_DUP_ENTRY", ErrorKind::Database, "mysql.constraint"),
    new(1048, "ER_BAD_NULL_ERROR", ErrorKind::Database, "mysql.constraint"),
    new(1451, "ER_ROW_IS_REFERENCED_2", ErrorKind::Database, "mysql.constraint"),
    new(1452, "ER_NO_REFERENCED_ROW_2", ErrorKind::Database, "mysql.constraint"),
    new(3819, "ER_CHECK_CONSTRAINT_VIOLATED", ErrorKind::Database, "mysql.constraint"),
    new(4025, "ER_CONSTRAINT_FAILED", ErrorKind::Database, "mysql.constraint"),
    new(1050, "ER_TABLE_EXISTS_ERROR", ErrorKind::Database, "mysql.exists"),
    new(1060, "ER_DUP_FIELDNAME", ErrorKind::Database, "mysql.exists"),
    new(1061, "ER_DUP_KEYNAME", ErrorKind::Database, "mysql.exists"),
    new(1007, "ER_DB_CREATE_EXISTS", ErrorKind::Database, "mysql.exists"),
    new(1051, "ER_BAD_TABLE_ERROR", ErrorKind::Database, "mysql.unknown-name"),
    new(1054, "ER_BAD_FIELD_ERROR", ErrorKind::Database, "mysql.unknown-name"),
    new(1072, "ER_KEY_COLUMN_DOES_NOT_EXITS", ErrorKind::Database, "mysql.unknown-name"),
    new(1091, "ER_CANT_DROP_FIELD_OR_KEY", ErrorKind::Database, "mysql.unknown-name"),
    new(1109, "ER_UNKNOWN_TABLE", ErrorKind::Database, "mysql.unknown-name"),
    new(1146, "ER_NO_SUCH_TABLE", ErrorKind::Database, "mysql.unknown-name"),
    new(1193, "ER_UNKNOWN_SYSTEM_VARIABLE", ErrorKind::Database, "mysql.unknown-name"),
        new(4161, "ER_UNKNOWN_DATA_TYPE", ErrorKind::Database, "mysql.unknown-name"),
    new(1305, "ER_SP_DOES_NOT_EXIST", ErrorKind::Database, "mysql.unknown-name"),
    ]
});

fn new(number: u16, name: &'static str, kind: ErrorKind, code: &'static str) -> Meaning {
    Meaning { number, name, kind, code, hint: None, aftermath: None, note: None }
}

impl Meaning {
    /// What a code means, if it means more than that the statement failed.
    pub(super) fn of(number: u16) -> Option<&'static Self> {
        MEANINGS.iter().find(|meaning| meaning.number == number)
    }

    fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    fn left(self, aftermath: Aftermath) -> Self {
        Self { aftermath: Some(aftermath), ..self }
    }

    fn note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }
}

/// What an administrator runs to give the privilege that a message misses:
/// `DROP command denied to user 'ann'@'%' for table 't'`,
/// `Access denied for user 'ann'@'%' to database 'shop'`,
/// `Access denied; you need (at least one of) the SYSTEM_USER privilege(s) for this operation`.
pub(super) fn grant(error: &ServerError, database: Option<&str>) -> Option<String> {
    if !matches!(error.code, 1044 | 1142 | 1143 | 1227 | 1370) {
        return None;
    }
    let message = error.message.as_str();
    if let Some((privilege, rest)) = message.split_once(" command denied to user ") {
        let user = rest.split(" for ").next()?;
        let privilege = privilege.rsplit(", ").next()?.to_ascii_uppercase();
        return Some(format!("an administrator can run: GRANT {privilege} ON `{}`.* TO {user}", database?));
    }
    if let Some((user, database)) =
        message.strip_prefix("Access denied for user ").and_then(|rest| rest.split_once(" to database "))
    {
        let database = database.trim_matches('\'');
        return Some(format!("an administrator can run: GRANT ALL ON `{database}`.* TO {user}"));
    }
    let (_, rest) = message.split_once("(at least one of) the ")?;
    let privileges = rest.split(" privilege").next()?;
    Some(format!("an administrator can grant one of these: {privileges}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(code: u16, message: &str) -> String {
        let error = ServerError { code, message: message.into(), state: String::new() };
        grant(&error, Some("shop")).unwrap_or_default()
    }

    #[test]
    fn the_missing_privilege_is_named_with_how_to_give_it() {
        let cases = [
            (
                1142,
                "DROP command denied to user 'ann'@'%' for table 't'",
                "an administrator can run: GRANT DROP ON `shop`.* TO 'ann'@'%'",
            ),
            (
                1142,
                "INSERT, CREATE command denied to user 'ann'@'localhost' for table `shop`.`t`",
                "an administrator can run: GRANT CREATE ON `shop`.* TO 'ann'@'localhost'",
            ),
            (
                1370,
                "alter routine command denied to user 'ann'@'%' for routine 'shop.p'",
                "an administrator can run: GRANT ALTER ROUTINE ON `shop`.* TO 'ann'@'%'",
            ),
            (
                1044,
                "Access denied for user 'ann'@'%' to database 'other'",
                "an administrator can run: GRANT ALL ON `other`.* TO 'ann'@'%'",
            ),
            (
                1227,
                "Access denied; you need (at least one of) the SUPER or SYSTEM_VARIABLES_ADMIN privilege(s) for this \
                 operation",
                "an administrator can grant one of these: SUPER or SYSTEM_VARIABLES_ADMIN",
            ),
            (1146, "Table 'a.b' doesn't exist", ""),
        ];
        for (code, message, expected) in cases {
            assert_eq!(hint(code, message), expected, "{message}");
        }
    }

    #[test]
    fn every_code_stands_there_once() {
        for (at, meaning) in MEANINGS.iter().enumerate() {
            let first = MEANINGS.iter().position(|other| other.number == meaning.number);
            assert_eq!(first, Some(at), "{meaning:?}");
        }
    }
}
