//! Ending the statement of a session, by a second one.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lambic_core::{Canceller, Result};
use mysql_async::Conn;

use super::shared::Shared;
use crate::open;

/// How long after the server was told it is told again: the first may have come before the statement.
const AGAIN: Duration = Duration::from_millis(50);

/// How often it is told at most.
const TIMES: u32 = 20;

/// Cancels what a session does.
#[derive(Debug)]
pub(super) struct Cancel(pub(super) Arc<Shared>);

#[async_trait]
impl Canceller for Cancel {
    async fn cancel(&self) -> Result<()> {
        if self.0.activity.end_wait() {
            return Ok(());
        }
        let Some(work) = self.0.activity.current() else { return Ok(()) };
        let shared = Arc::clone(&self.0);
        // A task of its own: were this future dropped, what was sent would hit what comes next; and the caller may have
        // no runtime, or another.
        let ending = self.0.runtime.spawn(async move { end(&shared, work).await });
        ending.await.unwrap_or(Ok(()))
    }
}

/// Tells the server to end this work, until it is over.
async fn end(shared: &Shared, work: u64) -> Result<()> {
    let mut aside = open::aside(&shared.target).await?;
    for _ in 0..TIMES {
        if !tell(shared, work, &mut aside).await? {
            break;
        }
        tokio::time::sleep(AGAIN).await;
    }
    // How the parting goes does not matter.
    let _ = aside.disconnect().await;
    Ok(())
}

/// Tells the server once, if the work still is under way; whether it was.
async fn tell(shared: &Shared, work: u64, aside: &mut Conn) -> Result<bool> {
    let Some(_guard) = shared.activity.tell(work).await else { return Ok(false) };
    open::tell(aside, &shared.target, &format!("KILL QUERY {}", shared.server_id)).await?;
    Ok(true)
}
