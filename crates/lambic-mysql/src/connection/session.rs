//! The settings of a session: the prologue, and the way back to it.

use std::time::Duration;

use lambic_core::Result;

use super::text::Text;
use super::wire::Wire;
use crate::product::Product;

/// How long a statement waits for a lock, unless it is told otherwise. The servers' own is a year, or a day.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the server lets the session be idle: while a person decides, nothing is sent.
const IDLE_SECONDS: u32 = 28_800;

/// What a session begins with. `sql_mode` stays as the server has it, since it says what scripts mean.
pub(crate) fn prologue(product: &Product) -> String {
    format!(
        "SET NAMES utf8mb4, autocommit = 1, foreign_key_checks = 1, unique_checks = 1, wait_timeout = {IDLE_SECONDS}, \
         {}",
        lock_timeout(None, product)
    )
}

/// The assignments that bound how long a statement waits for locks, in whole seconds.
fn lock_timeout(timeout: Option<Duration>, product: &Product) -> String {
    let least = u64::from(!product.facts.zero_lock_timeout);
    let timeout = timeout.unwrap_or(LOCK_TIMEOUT);
    let seconds = timeout.as_secs() + u64::from(timeout.subsec_nanos() > 0);
    // The most that both settings take everywhere.
    let seconds = seconds.clamp(least, 31_536_000);
    format!("lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}")
}

/// What a session was like before somebody's statements changed it.
#[derive(Debug, Default)]
pub(super) struct Session {
    lock_timeout: Option<Duration>,
}

impl Session {
    /// Looks at a statement before it runs.
    pub(super) async fn note(
        &mut self,
        _text: &Text<'_>,
        _wire: &mut Wire,
        _product: &Product,
    ) -> Result<()> {
        Ok(())
    }

    /// Bounds how long a statement waits for locks.
    pub(super) async fn set_lock_timeout(
        &mut self,
        timeout: Option<Duration>,
        wire: &mut Wire,
        product: &Product,
    ) -> Result<()> {
        self.lock_timeout = timeout;
        wire.run(&format!("SET {}", lock_timeout(timeout, product))).await
    }

    /// Puts the session back, outside a transaction.
    pub(super) async fn reset(&mut self, wire: &mut Wire, product: &Product) -> Result<()> {
        wire.run(&prologue(product)).await?;
        wire.run(&format!("SET {}", lock_timeout(self.lock_timeout, product))).await
    }
}
