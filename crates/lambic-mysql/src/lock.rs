//! The lock that keeps other migrators out: a named lock of the server, which lives and dies with its session.
//!
//! Named locks are the server's and not a database's, so that the name of the database is part of theirs. The two
//! products differ in which names are the same, how long one may be, and what a time-out means; a name of lower-case
//! hexadecimal digits, and time-outs of whole seconds of which none is zero or less, mean the same to both.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lambic_core::{Aftermath, Connection, Error, ErrorKind, LockKey, Query, Result, Value};
use sha2::{Digest as _, Sha256};

use crate::product::Product;

/// Says who holds the lock.
pub(crate) const PUBLISH: &str = "SET @lambic_lock_holder = ?";

/// Reads what another session says.
const HOLDER: &str = "SELECT CONVERT(v.VARIABLE_VALUE USING utf8mb4) FROM performance_schema.user_variables_by_thread v \
                      JOIN performance_schema.threads t USING (THREAD_ID) \
                      WHERE t.PROCESSLIST_ID = ? AND v.VARIABLE_NAME = 'lambic_lock_holder'";

/// How long one try waits on the server, in seconds. A session that waits there is the next to get the lock.
const TRY: u64 = 1;

/// The pause between two tries that do not wait on the server.
const PAUSE: Duration = Duration::from_millis(50);

/// How many bytes of the digest stand in a name: with the prefix, less than the 64 characters that fit everywhere.
const DIGEST_BYTES: usize = 20;

/// Takes the lock, or finds that this session still has it.
pub(crate) async fn lock(
    on: &mut dyn Connection,
    product: &Product,
    key: &LockKey,
    wait: Duration,
) -> Result<()> {
    let name = name_of(on, product, key).await?;
    let started = Instant::now();
    loop {
        let left = wait.saturating_sub(started.elapsed());
        if attempt(on, &name, left).await? {
            return publish(on, key).await;
        }
        let left = wait.saturating_sub(started.elapsed());
        if left.is_zero() {
            return Err(held(on, key, &name).await);
        }
        // The last part of a second is waited for here.
        if left.as_secs() == 0 {
            tokio::time::sleep(PAUSE.min(left)).await;
        }
    }
}

/// Gives it up. A session that does not have it has nothing to give up.
pub(crate) async fn unlock(on: &mut dyn Connection, product: &Product, key: &LockKey) -> Result<()> {
    let name = name_of(on, product, key).await?;
    release(on, &name).await
}

/// Takes the lock with this name if nobody has it, this session included, without waiting.
pub(crate) async fn take(on: &mut dyn Connection, name: &str) -> Result<bool> {
    const TAKE: &str = "SELECT IF(IS_USED_LOCK(?) IS NULL, GET_LOCK(?, 0), 0)";
    Ok(scalar(on, TAKE, vec![name.into(), name.into()]).await? == Value::Integer(1))
}

/// Gives up the lock with this name.
pub(crate) async fn release(on: &mut dyn Connection, name: &str) -> Result<()> {
    scalar(on, "SELECT RELEASE_LOCK(?)", vec![name.into()]).await.map(drop)
}

/// One try. A lock that is asked for twice would have to be given up twice, so that one that is held is only looked
/// at.
async fn attempt(on: &mut dyn Connection, name: &str, left: Duration) -> Result<bool> {
    const TAKE: &str = "SELECT IF(IS_USED_LOCK(?) <=> CONNECTION_ID(), 1, GET_LOCK(?, ?))";
    // Zero asks without waiting, and a part of a second is rounded by one product alone.
    let seconds = left.as_secs().min(TRY);
    let params = vec![name.into(), name.into(), i64::try_from(seconds).unwrap_or_default().into()];
    let answer = scalar(on, TAKE, params).await?;
    match answer {
        Value::Integer(1) => Ok(true),
        Value::Integer(0) => Ok(false),
        // One of the products answers so where the other one fails: the wait was cancelled.
        _ => Err(Error::new(ErrorKind::Cancelled, "cancelled", "the wait for the lock was cancelled")
            .aftermath(Aftermath::NotStarted)),
    }
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
async fn held(on: &mut dyn Connection, key: &LockKey, name: &str) -> Error {
    let message = format!("another migrator holds the lock `{}`", key.name);
    let error = Error::new(ErrorKind::Locked, "lock.held", message)
        .hint(
            "wait for it to finish, or wait longer with --lock-wait; the lock of a dead process frees itself",
        )
        .aftermath(Aftermath::NotStarted);
    let Ok(Value::Integer(session)) = scalar(on, "SELECT IS_USED_LOCK(?)", vec![name.into()]).await else {
        return error.note("it was given up just now");
    };
    let mut error = error;
    // Neither is there for every user on every server.
    if let Ok(Value::Text(holder)) = scalar(on, HOLDER, vec![session.into()]).await {
        error.notes.push(format!("it is held by {holder}"));
    }
    error.notes.push(match activity(on, session).await {
        Ok(Some(activity)) => activity,
        Ok(None) | Err(_) => format!("it is held by the session {session} of the server"),
    });
    error
}

/// What the session with this number does, as far as this user may see it.
async fn activity(on: &mut dyn Connection, session: i64) -> Result<Option<String>> {
    let processes = on.query_batch(&[Query::new("SHOW FULL PROCESSLIST")]).await?.pop().unwrap_or_default();
    let at = |name: &str| processes.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    let cell = |row: &[Value], name: &str| at(name).and_then(|at| row.get(at).cloned());
    let row = processes.rows.iter().find(|row| cell(row, "Id") == Some(Value::Integer(session)));
    let Some(row) = row else { return Ok(None) };
    let text = |name: &str| cell(row, name).and_then(|value| value.as_text().map(str::to_owned));
    let (user, host) = (text("User").unwrap_or_default(), text("Host").unwrap_or_default());
    let doing = match (text("Info"), cell(row, "Time").and_then(|time| time.as_integer())) {
        (Some(sql), Some(seconds)) => format!("which for {seconds} s has run: {sql}"),
        (None, Some(seconds)) => format!("which has been idle for {seconds} s"),
        (_, None) => "of which no more is known".to_owned(),
    };
    Ok(Some(format!("it is held by the session {session} of {user} from {host}, {doing}")))
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
