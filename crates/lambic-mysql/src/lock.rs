//! The lock that keeps other migrators out: a named lock of the server, which lives and dies with its session.
//!
//! Named locks are the server's and not a database's, so that the name of the database is part of theirs. The two
//! products differ in which names are the same, how long one may be, and what a time-out means; a name of lower-case
//! hexadecimal digits means the same to both, and so does not to wait. So the lock is tried again and again.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lambic_core::{Aftermath, Connection, Error, ErrorKind, LockKey, Query, Result, Value};
use sha2::{Digest as _, Sha256};

use crate::classify::classify;
use crate::connection::Shared;
use crate::product::Product;

/// Says who holds the lock.
pub(crate) const PUBLISH: &str = "SET @lambic_lock_holder = ?";

/// Reads what another session says.
const HOLDER: &str = "SELECT CONVERT(v.VARIABLE_VALUE USING utf8mb4) FROM performance_schema.user_variables_by_thread v \
                      JOIN performance_schema.threads t USING (THREAD_ID) \
                      WHERE t.PROCESSLIST_ID = ? AND v.VARIABLE_NAME = 'lambic_lock_holder'";

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// For how many seconds a statement has run that those are told of who wait: shorter ones would be told one after the
/// other.
const LONG: i64 = 5;

/// How many bytes of the digest stand in a name: with the prefix, less than the 64 characters that fit everywhere.
const DIGEST_BYTES: usize = 20;

/// Takes the lock, or finds that this session still has it.
pub(crate) async fn lock(
    on: &mut dyn Connection,
    shared: &Shared,
    product: &Product,
    key: &LockKey,
    wait: Duration,
) -> Result<()> {
    let known = shared.locks().get(&key.name).cloned();
    let name = match known {
        Some(name) => name,
        None => name_of(on, product, key).await?,
    };
    let (started, waiting) = (Instant::now(), shared.wait());
    while !attempt(on, &name).await? {
        let left = wait.saturating_sub(started.elapsed());
        if left.is_zero() {
            return Err(held(on, product, key, &name).await);
        }
        tokio::time::sleep(PAUSE.min(left)).await;
        if waiting.is_over() {
            return Err(cancelled());
        }
    }
    shared.locks().insert(key.name.clone(), name);
    publish(on, key).await
}

/// Gives it up. A session that did not take it has nothing to give up.
///
/// # Errors
/// `Conflict` when the session had lost it.
pub(crate) async fn unlock(on: &mut dyn Connection, shared: &Shared, key: &LockKey) -> Result<()> {
    // By the name that it was taken by: another database may be the current one.
    let taken = shared.locks().get(&key.name).cloned();
    let Some(name) = taken else { return Ok(()) };
    let released = release(on, &name).await?;
    shared.locks().remove(&key.name);
    if released { Ok(()) } else { Err(lost(key)) }
}

fn lost(key: &LockKey) -> Error {
    let name = key.name.escape_debug();
    let message = format!("the session has lost the lock `{name}`: another migrator may be at work");
    Error::new(ErrorKind::Conflict, "lock.lost", message).hint(
        "RELEASE_ALL_LOCKS() and RELEASE_LOCK() give up the locks of a session: take them out of the revision",
    )
}

/// Takes the lock with this name if nobody has it, this session included, without waiting.
pub(crate) async fn take(on: &mut dyn Connection, name: &str) -> Result<bool> {
    const TAKE: &str = "SELECT IF(IS_USED_LOCK(?) IS NULL, GET_LOCK(?, 0), 0)";
    Ok(scalar(on, TAKE, vec![name.into(), name.into()]).await? == Value::Integer(1))
}

/// Gives up the lock with this name; whether this session had it.
pub(crate) async fn release(on: &mut dyn Connection, name: &str) -> Result<bool> {
    Ok(scalar(on, "SELECT RELEASE_LOCK(?)", vec![name.into()]).await? == Value::Integer(1))
}

/// One try. A lock that is asked for twice would have to be given up twice, so that one that is held is only looked
/// at.
async fn attempt(on: &mut dyn Connection, name: &str) -> Result<bool> {
    const TAKE: &str = "SELECT IF(IS_USED_LOCK(?) <=> CONNECTION_ID(), 1, GET_LOCK(?, 0))";
    match scalar(on, TAKE, vec![name.into(), name.into()]).await? {
        Value::Integer(1) => Ok(true),
        Value::Integer(0) => Ok(false),
        // One of the products answers so where the other one fails.
        _ => Err(cancelled()),
    }
}

fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "cancelled", "the wait for the lock was cancelled")
        .aftermath(Aftermath::NotStarted)
}

/// The name of the lock on the server.
async fn name_of(on: &mut dyn Connection, product: &Product, key: &LockKey) -> Result<String> {
    let database = match scalar(on, "SELECT DATABASE()", Vec::new()).await? {
        Value::Text(database) if product.settings.lower_case_table_names > 0 => database.to_lowercase(),
        Value::Text(database) => database,
        _ => String::new(),
    };
    Ok(digest(&database, &key.name))
}

fn digest(database: &str, name: &str) -> String {
    // The length keeps `a` in `bc` apart from `ab` in `c`.
    let digest = Sha256::digest(format!("{}:{database}{name}", database.len()));
    digest.iter().take(DIGEST_BYTES).fold("lambic_".to_owned(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Leaves a word for those who wait, where the product lets them read it.
async fn publish(on: &mut dyn Connection, key: &LockKey) -> Result<()> {
    on.execute(PUBLISH, &[key.holder.as_str().into()]).await.map(drop)
}

/// The error of a lock that somebody else holds, with what can be found out about that.
async fn held(on: &mut dyn Connection, product: &Product, key: &LockKey, name: &str) -> Error {
    let message = format!("another migrator holds the lock `{}`", key.name);
    let mut error = Error::new(ErrorKind::Locked, "lock.held", message)
        .hint(
            "wait for it to finish, or wait longer with --lock-wait; the lock of a dead session frees itself",
        )
        .aftermath(Aftermath::NotStarted);
    error.notes = match scalar(on, "SELECT IS_USED_LOCK(?)", vec![name.into()]).await {
        Ok(Value::Integer(session)) => holder(on, product, session).await,
        _ => vec!["it was given up just now".to_owned()],
    };
    error
}

/// Who holds it, as far as this user may know. Who waits is told again whenever this changes, so that nothing is in it
/// which changes by the second; and no text of a statement, which can hold a password.
async fn holder(on: &mut dyn Connection, product: &Product, session: i64) -> Vec<String> {
    let name = match scalar(on, HOLDER, vec![session.into()]).await {
        Ok(Value::Text(name)) => name,
        // It is not there for every user on every server.
        _ => "another session".to_owned(),
    };
    let number = format!("server session {session}");
    let Ok(Some(process)) = process(on, session).await else {
        return vec![format!("it is held by {name} ({number})")];
    };
    let mut notes =
        vec![format!("it is held by {name} (user {}, from {}, {number})", process.user, process.host)];
    if process.seconds >= LONG && !process.sql.is_empty() {
        notes.push(format!("that session runs {}", classify(&process.sql, product).command));
    }
    notes
}

/// What the server tells of a session.
struct Process {
    user: String,
    host: String,
    /// For how long it has done what it does.
    seconds: i64,
    /// The beginning of the statement that it runs, if it runs one.
    sql: String,
}

/// The session with this number, as far as this user may see it.
async fn process(on: &mut dyn Connection, session: i64) -> Result<Option<Process>> {
    let processes = on.query_batch(&[Query::new("SHOW PROCESSLIST")]).await?.pop().unwrap_or_default();
    let at = |name: &str| processes.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    let cell = |row: &[Value], name: &str| at(name).and_then(|at| row.get(at).cloned());
    let row = processes.rows.iter().find(|row| cell(row, "Id") == Some(Value::Integer(session)));
    Ok(row.map(|row| {
        let text = |name: &str| match cell(row, name) {
            Some(Value::Text(text)) => text,
            _ => String::new(),
        };
        let seconds = cell(row, "Time").and_then(|time| time.as_integer()).unwrap_or_default();
        Process { user: text("User"), host: text("Host"), seconds, sql: text("Info") }
    }))
}

/// The only value of a query, and NULL where there is none.
async fn scalar(on: &mut dyn Connection, sql: &str, params: Vec<Value>) -> Result<Value> {
    let rows = on.query_batch(&[Query::new(sql).with(params)]).await?.pop().unwrap_or_default().rows;
    Ok(rows.into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or(Value::Null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_and_differ() {
        let names = [digest("a", "bc"), digest("ab", "c"), digest("", "abc"), digest("a", "BC")];
        for (at, name) in names.iter().enumerate() {
            assert!(name.len() <= 64 && *name == name.to_lowercase(), "{name}");
            assert_eq!(names.iter().position(|other| other == name), Some(at));
        }
        assert_eq!(digest("a", "bc"), names[0]);
    }
}
