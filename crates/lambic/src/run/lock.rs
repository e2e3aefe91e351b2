//! Taking the lock that keeps other migrators out, and giving it back.

use std::time::{Duration, Instant};

use lambic_core::{Error, ErrorKind, LockKey, Result, Session};

use super::{Actor, Runner};
use crate::event::{Event, Observer};

/// How long one attempt waits: as long as an interrupt may go unnoticed.
const ATTEMPT: Duration = Duration::from_millis(250);

/// Takes the lock, if one is wanted, waiting as long as the options say.
pub(super) async fn acquire(
    runner: &Runner<'_>,
    session: &mut Session,
    observer: &mut dyn Observer,
) -> Result<Option<LockKey>> {
    let options = &runner.options;
    let Some(lock) = &options.lock else { return Ok(None) };
    let name = lock.key.clone().unwrap_or_else(|| match &options.store.namespace {
        Some(namespace) => format!("{namespace}.{}", options.store.table),
        None => options.store.table.clone(),
    });
    let key = LockKey { name, holder: holder(&options.actor) };
    let started = Instant::now();
    // The first attempt does not wait, so that a holder is reported at once.
    let mut wait = Duration::ZERO;
    let mut told: Option<Vec<String>> = None;
    loop {
        runner.interrupt.check()?;
        let error = match session.dialect.lock(session.connection.as_mut(), &key, wait).await {
            Ok(()) => return Ok(Some(key)),
            Err(error) => error,
        };
        let left = lock.wait.saturating_sub(started.elapsed());
        if error.kind != ErrorKind::Locked || left.is_zero() {
            return Err(given_up(error, lock.wait));
        }
        if told.as_ref() != Some(&error.notes) {
            let wait = if told.is_none() { lock.wait } else { left };
            observer.event(&Event::WaitingForLock { holder: &error.notes, wait });
            told = Some(error.notes.clone());
        }
        wait = left.min(ATTEMPT);
    }
}

/// Gives the lock back. Only a run that went well fails because of it: any other error matters more.
pub(super) async fn release(
    lock: Option<LockKey>,
    session: &mut Session,
    failed: Option<&Error>,
) -> Result<()> {
    let Some(key) = lock else { return Ok(()) };
    match session.dialect.unlock(session.connection.as_mut(), &key).await {
        // The end of the session frees the lock all the same.
        Err(_) if failed.is_some() => Ok(()),
        result => result,
    }
}

fn given_up(mut error: Error, waited: Duration) -> Error {
    if error.kind == ErrorKind::Locked && error.hint.is_none() {
        error.hint = Some(format!(
            "it waited {waited:?}: run again when the other migrator is done, or give it more time with \
             `--lock-wait`"
        ));
    }
    error
}

/// Who holds the lock, for those who then wait.
fn holder(actor: &Actor) -> String {
    let user = actor.user.as_deref().unwrap_or("somebody");
    let host = actor.host.as_deref().unwrap_or("an unknown host");
    format!("{user} on {host}, process {}, since {:.0}", std::process::id(), jiff::Timestamp::now())
}
