//! The settings of a session: the prologue, and the way back to it.

use std::fmt::Write as _;
use std::time::Duration;

use lambic_core::{Error, ErrorKind, Result, Rows};

use super::PostgresConnection;
use crate::lexicon::LEXICON;
use crate::lock;

/// The settings that a session of Lambic's begins with. All others stay as the server, the user and the URL have them.
pub(crate) const PROLOGUE: &str = "SET standard_conforming_strings = on; SET client_min_messages = notice; \
     SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1";

/// How long a statement waits for a lock of another session, unless the server, the user or the URL says otherwise.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// What undoes all that a statement changed in the session. `DISCARD ALL` would give up the locks, and the statements
/// that the client library has prepared.
const UNDO: &str = "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD PLANS; \
     DISCARD TEMP; DISCARD SEQUENCES";

/// What statements have prepared.
const PREPARED: &str = "SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql";

/// How long statements wait for locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum LockTimeout {
    /// As the server, the user or the URL says; else five seconds.
    #[default]
    Own,
    /// So long.
    Set(Duration),
}

impl PostgresConnection {
    /// The statement that sets how long statements wait for locks.
    fn lock_timeout_statement(&self) -> String {
        match (self.lock_timeout, &self.link.facts.lock_timeout) {
            (LockTimeout::Set(time), _) => set_lock_timeout(time),
            (LockTimeout::Own, Some(text)) => {
                format!("SET lock_timeout = '{}'", text.replace('\'', "''"))
            }
            (LockTimeout::Own, None) => set_lock_timeout(LOCK_TIMEOUT),
        }
    }

    /// Sets how long statements wait for locks, in the session.
    pub(super) async fn apply_lock_timeout(&mut self) -> Result<()> {
        let statement = self.lock_timeout_statement();
        self.batch(&statement).await
    }

    /// Lets statements that wait for other transactions by nature wait as long as it takes, unless somebody has said
    /// how long. What was waiting, and gave up, would leave an index that is not valid.
    pub(super) async fn wait_without_limit(&mut self) -> Result<bool> {
        if self.lock_timeout != LockTimeout::Own || self.link.facts.lock_timeout.is_some() {
            return Ok(false);
        }
        self.batch("SET lock_timeout = 0").await?;
        Ok(true)
    }

    /// Puts the session back into its prologue, in one round trip but for what statements have prepared.
    pub(super) async fn put_back(&mut self) -> Result<()> {
        let held = self.link.locks().clone();
        let mut statements = format!("{UNDO}; {PROLOGUE}; {}", self.lock_timeout_statement());
        for held in held.values() {
            // Writing to a string cannot fail.
            let _ = write!(statements, "; {}", lock::introduce(&held.holder)?);
        }
        let _ = write!(statements, "; {PREPARED}; {}", lock::HELD);
        let [prepared, locked]: [Rows; 2] = self.results(&statements).await?.try_into().unwrap_or_default();
        for name in prepared.rows.iter().flatten().filter_map(lambic_core::Value::as_text) {
            self.batch(&format!("DEALLOCATE {}", LEXICON.quote_identifier(name)?)).await?;
        }
        lock::verify(&held, &locked)
    }
}

fn set_lock_timeout(time: Duration) -> String {
    // Zero would mean for ever.
    format!("SET lock_timeout = {}", time.as_millis().clamp(1, 2_147_483_647))
}

/// The error of a transaction that cannot be what was asked for.
pub(super) fn refused(code: &str, message: &str) -> Error {
    Error::new(ErrorKind::Conflict, code, message)
}
