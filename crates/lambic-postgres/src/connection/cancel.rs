//! Ending a running statement, over a connection of its own.

use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use lambic_core::{Canceller, Error, ErrorKind, Result};
use tokio::io::AsyncReadExt as _;
use tokio::runtime::Handle;
use tokio_postgres::CancelToken;

use super::link::Link;
use super::wire::Agreed;
use crate::error;
use crate::open::dial::dial;

/// How long after a cancellation it is asked again: the first may have come before the statement.
const AGAIN: Duration = Duration::from_millis(50);

/// How often it is asked at most.
const TIMES: u32 = 20;

/// How long the server may take to hear it.
const LIMIT: Duration = Duration::from_secs(10);

/// Cancels what a session does.
pub(super) struct Cancel {
    pub(super) link: Weak<Link>,
    pub(super) token: CancelToken,
    /// Where the session was opened: the caller may have no runtime, or another.
    pub(super) runtime: Handle,
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cancel").field("link", &self.link.upgrade()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Canceller for Cancel {
    async fn cancel(&self) -> Result<()> {
        let Some(link) = self.link.upgrade() else { return Ok(()) };
        let Some(work) = link.activity.cancel() else { return Ok(()) };
        let token = self.token.clone();
        let asking = self.runtime.spawn(async move {
            for _ in 0..TIMES {
                if !link.activity.is_running(work) {
                    break;
                }
                ask(&link, work, &token).await?;
                tokio::time::sleep(AGAIN).await;
            }
            Ok(())
        });
        asking.await.unwrap_or(Ok(()))
    }
}

/// Asks once, if the work still is under way, and waits until the server has heard it.
async fn ask(link: &Link, work: u64, token: &CancelToken) -> Result<()> {
    let asking = async {
        let _held = link.activity.hold().await;
        if !link.activity.is_running(work) {
            return Ok(());
        }
        let mut wire =
            dial(&link.target, &link.host, link.encryption).await.map_err(|failure| failure.error)?;
        let sent = token.cancel_query_raw(&mut wire, Agreed).await;
        sent.map_err(|error| error::of_session(&error))?;
        // The server closes the connection after it has passed the message on.
        let _ = wire.read(&mut [0]).await;
        Ok(())
    };
    tokio::time::timeout(LIMIT, asking).await.unwrap_or_else(|_| {
        let message = "the server does not take the request to cancel the statement";
        Err(Error::new(ErrorKind::Timeout, "postgres.cancel-timeout", message))
    })
}

/// What cancels a session's work.
pub(super) fn canceller(link: &Arc<Link>, token: CancelToken, runtime: Handle) -> Arc<dyn Canceller> {
    Arc::new(Cancel { link: Arc::downgrade(link), token, runtime })
}
