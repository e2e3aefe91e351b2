//! The lock that keeps other migrators out: an advisory lock of the session, which dies with it.
//!
//! It is tried again and again. A session that waited inside the server would hold a snapshot, and whoever has the lock
//! and runs `CREATE INDEX CONCURRENTLY` waits for every snapshot: the two would wait for each other. The key is the
//! first eight bytes of the SHA-256 of `lambic`, the database's name and the lock's name, each ended by a NUL character.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lambic_core::{Aftermath, Connection, Error, ErrorKind, LockKey, Query, Result, Rows, Value};
use sha2::{Digest as _, Sha256};

use crate::connection::link::{Held, Link};
use crate::connection::{PostgresConnection, find};
use crate::lexicon::LEXICON;

/// The pauses between two tries: the first, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];

/// How long a session behind a pooler may take to show that it has a server session of its own.
const POOL_CHECK: Duration = Duration::from_secs(3);

/// How often a session behind a pooler has to show it.
const POOL_ROUNDS: u32 = 4;

/// How many bytes of a session's name the server keeps.
const NAME_BYTES: usize = 63;

/// The advisory locks that this session holds.
pub(crate) const HELD: &str = "SELECT (classid::bigint << 32) | objid::bigint FROM pg_catalog.pg_locks \
     WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid = pg_backend_pid() \
       AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";

/// Who holds a lock, as far as this user may know.
const HOLDER: &str = "SELECT a.application_name, a.usename::text, coalesce(host(a.client_addr), 'this machine'), \
       a.pid, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') \
     FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid \
     WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND a.datname = current_database() \
       AND l.database = a.datid AND (l.classid::bigint << 32) | l.objid::bigint = $1";

/// Takes the lock, trying again until `wait` has passed.
///
/// # Errors
/// `Locked`, with a note on who holds it; `Cancelled`; `Unsupported` where a pooler gives each transaction another server
/// session, which would hand the lock to several.
pub(crate) async fn lock(on: &mut dyn Connection, key: &LockKey, wait: Duration) -> Result<()> {
    let link = find(on.id())?;
    if link.locks().contains_key(&key.name) {
        return Ok(());
    }
    if on.in_transaction().await? {
        let message = "the lock cannot be taken inside a transaction";
        return Err(Error::new(ErrorKind::Usage, "postgres.lock-in-transaction", message));
    }
    if link.facts.is_pooled {
        refuse_pool(on, &link).await?;
    }
    let number = number(&link.facts.database, &key.name);
    let started = Instant::now();
    let [mut pause, longest] = PAUSES;
    while !try_once(on, number).await? {
        let left = wait.saturating_sub(started.elapsed());
        if left.is_zero() {
            return Err(taken(on, number, &link.facts.database).await);
        }
        rest(&link, pause.min(left)).await?;
        pause = (pause * 2).min(longest);
    }
    link.locks().insert(key.name.clone(), Held { key: number, holder: key.holder.clone() });
    on.execute(&introduce(&key.holder)?, &[]).await.map(drop)
}

/// Gives the lock up. What the session does not hold, it need not give up.
///
/// # Errors
/// `Conflict` when the lock had been lost.
pub(crate) async fn unlock(on: &mut dyn Connection, key: &LockKey) -> Result<()> {
    let link = find(on.id())?;
    let Some(held) = link.locks().remove(&key.name) else { return Ok(()) };
    let released = number_of(on, "SELECT pg_advisory_unlock($1)", held.key).await?;
    let other = link.locks().values().next().cloned();
    let name =
        other.map_or_else(|| Ok("RESET application_name".to_owned()), |held| introduce(&held.holder))?;
    on.execute(&name, &[]).await?;
    if released { Ok(()) } else { Err(lost(&key.name)) }
}

/// Whether the session still has every lock that it took.
///
/// # Errors
/// `Conflict` when one has been given up behind Lambic's back.
pub(crate) fn verify(held: &BTreeMap<String, Held>, locked: &Rows) -> Result<()> {
    let has = |key: i64| locked.rows.iter().flatten().any(|value| value.as_integer() == Some(key));
    match held.iter().find(|(_, held)| !has(held.key)) {
        Some((name, _)) => Err(lost(name)),
        None => Ok(()),
    }
}

/// Names the session after the holder, for those who wait. A name is of ASCII, and short.
pub(crate) fn introduce(holder: &str) -> Result<String> {
    let text = format!("lambic: {holder}");
    let printable: String = text
        .chars()
        .map(|letter| if letter.is_ascii_graphic() || letter == ' ' { letter } else { '?' })
        .collect();
    let name = printable.get(..NAME_BYTES).unwrap_or(&printable);
    Ok(format!("SET application_name = {}", LEXICON.quote_text(name)?))
}

fn number(database: &str, name: &str) -> i64 {
    let digest = Sha256::digest(format!("lambic\0{database}\0{name}\0"));
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | i64::from(*byte))
}

async fn try_once(on: &mut dyn Connection, key: i64) -> Result<bool> {
    number_of(on, "SELECT pg_try_advisory_lock($1)", key).await
}

async fn number_of(on: &mut dyn Connection, sql: &str, key: i64) -> Result<bool> {
    let rows = on.query_batch(&[Query::new(sql).with(vec![Value::Integer(key)])]).await?;
    Ok(rows
        .first()
        .and_then(|rows| rows.rows.first())
        .is_some_and(|row| row.first() == Some(&Value::Boolean(true))))
}

/// Waits, unless the session is cancelled.
async fn rest(link: &Link, pause: Duration) -> Result<()> {
    let work = link.activity.begin().await;
    match tokio::time::timeout(pause, work.cancelled()).await {
        Ok(()) => Err(Error::new(ErrorKind::Cancelled, "cancelled", "waiting for the lock was cancelled")
            .aftermath(Aftermath::NotStarted)),
        Err(_) => Ok(()),
    }
}

async fn taken(on: &mut dyn Connection, key: i64, database: &str) -> Error {
    let message = format!("another migrator holds the lock in the database {database}");
    let error = Error::new(ErrorKind::Locked, "lock.held", message)
        .hint(
            "wait for it to finish, or wait longer with --lock-wait; the lock of a dead session frees itself",
        )
        .aftermath(Aftermath::NotStarted);
    match holder(on, key).await {
        Some(holder) => error.note(format!("it is held by {holder}")),
        None => error,
    }
}

/// Who holds it. It may be just gone, and the server need not say.
async fn holder(on: &mut dyn Connection, key: i64) -> Option<String> {
    let query = Query::new(HOLDER).with(vec![Value::Integer(key)]);
    let rows = on.query_batch(&[query]).await.ok()?.pop()?;
    let row = rows.rows.into_iter().next()?;
    let text = |at: usize| match row.get(at) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Integer(number)) => number.to_string(),
        _ => "unknown".to_owned(),
    };
    let name = text(0);
    let name = name.strip_prefix("lambic: ").unwrap_or(&name);
    Some(format!(
        "{name} (user {}, from {}, server process {}, since {})",
        text(1),
        text(2),
        text(3),
        text(4)
    ))
}

fn lost(name: &str) -> Error {
    let message =
        format!("the session has lost the lock `{}`: another migrator may be at work", name.escape_debug());
    Error::new(ErrorKind::Conflict, "lock.lost", message)
        .hint("DISCARD ALL and pg_advisory_unlock_all() give up the locks of a session: take them out of the revision")
}

/// Refuses a pooler that gives each transaction another server session.
async fn refuse_pool(on: &mut dyn Connection, link: &Link) -> Result<()> {
    let mut other = PostgresConnection::open(link.target.clone()).await?;
    if !are_handed_around(on, &mut other).await? {
        return Ok(());
    }
    let message =
        "a pooler stands before the server and gives each transaction another session: no lock can be held";
    Err(Error::new(ErrorKind::Unsupported, "postgres.pooled", message).hint(
        "give Lambic a URL of the server itself, or of a pool that works by session (pool_mode = session)",
    ))
}

/// Whether two sessions are seen to share server sessions. The other holds one for a moment: this one then gets a
/// different one or none, or the other has got this one's. A pooler that takes turns gives this one another when it asks
/// twice. What a pooler gives out is a matter of moments: it is asked several times.
async fn are_handed_around(on: &mut dyn Connection, other: &mut dyn Connection) -> Result<bool> {
    let own = process(on).await?;
    for _ in 0..POOL_ROUNDS {
        if process(on).await? != own {
            return Ok(true);
        }
        other.begin(&lambic_core::TransactionOptions::default()).await?;
        let theirs = process(other).await?;
        let after = tokio::time::timeout(POOL_CHECK, process(on)).await;
        other.rollback().await?;
        // Whoever has to wait for the other's has none of its own.
        let is_kept = match after {
            Ok(after) => after? == own,
            Err(_) => false,
        };
        if theirs == own || !is_kept {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn process(on: &mut dyn Connection) -> Result<Option<i64>> {
    let rows = on.query_batch(&[Query::new("SELECT pg_backend_pid()")]).await?;
    Ok(rows.first().and_then(|rows| rows.rows.first()?.first()?.as_integer()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_depends_on_database_and_name() {
        assert_eq!(number("shop", "lambic_version"), number("shop", "lambic_version"));
        assert_ne!(number("shop", "a"), number("shop", "b"));
        assert_ne!(number("shop", "a"), number("other", "a"));
        // It is a published fact: other programs may take the same lock.
        assert_eq!(number("shop", "lambic_version"), KNOWN);
    }

    const KNOWN: i64 = -520_548_337_905_415_416;

    #[test]
    fn a_session_is_named_within_its_limits() {
        assert_eq!(introduce("ann@host it's").unwrap(), "SET application_name = 'lambic: ann@host it''s'");
        let long = introduce(&"ü".repeat(100)).unwrap();
        assert_eq!(long, format!("SET application_name = 'lambic: {}'", "?".repeat(55)));
    }
}
