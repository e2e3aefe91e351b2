//! Sessions: the wire to the server.
//!
//! A task moves the messages; what it hears besides answers is kept for the next outcome. A future that is dropped does
//! not stop its statement, which the next call waits for; to stop it, cancel it.

mod activity;
mod cancel;
mod copy;
pub(crate) mod link;
mod query;
pub(crate) mod session;
mod statement;
pub(crate) mod tap;
pub(crate) mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lambic_core::{
    Aftermath, Canceller, Connection, ConnectionId, Error, ErrorKind, Outcome, Query, Result, Rows,
    TransactionOptions, Value,
};
use tokio::runtime::Handle;
use tokio_postgres::Client;

use crate::DRIVER;
use crate::open;
use crate::url::target::Target;
use link::Link;
use session::{LockTimeout, refused};
use tap::Transaction;

pub(crate) use link::find;

/// A session with a server.
pub(crate) struct PostgresConnection {
    client: Client,
    link: Arc<Link>,
    lock_timeout: LockTimeout,
    /// Whether an answer may still be under way that nobody waits for.
    unsettled: bool,
    /// The runtime that moves the messages.
    runtime: Handle,
}

impl PostgresConnection {
    /// Opens a session.
    pub(crate) async fn open(target: Arc<Target>) -> Result<Self> {
        let runtime = Handle::try_current().map_err(|_| {
            let message = "sessions with PostgreSQL need a Tokio runtime, and there is none";
            Error::new(ErrorKind::Usage, "postgres.no-runtime", message)
        })?;
        let open::Opened { client, link } = open::open(target).await?;
        let mut connection = Self { client, link, lock_timeout: LockTimeout::Own, unsettled: false, runtime };
        connection.apply_lock_timeout().await?;
        Ok(connection)
    }

    /// What the server said of itself.
    pub(crate) fn facts(&self) -> &open::Facts {
        &self.link.facts
    }

    fn transaction(&self) -> Transaction {
        self.link.seen.lock().transaction
    }
}

impl fmt::Debug for PostgresConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresConnection").field("link", &self.link).finish_non_exhaustive()
    }
}

#[async_trait]
impl Connection for PostgresConnection {
    fn id(&self) -> &ConnectionId {
        &self.link.id
    }

    async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        self.run(sql, params).await
    }

    async fn query_batch(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        self.query_all(queries).await
    }

    async fn copy_in(&mut self, sql: &str, data: &str) -> Result<Outcome> {
        self.copy(sql, data).await
    }

    async fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        if options.suspend_foreign_keys {
            return Err(Error::unsupported(DRIVER, "suspending the enforcement of foreign keys"));
        }
        self.settle().await?;
        if self.transaction() != Transaction::None {
            let message =
                "a transaction is open already, and PostgreSQL has no transactions inside transactions";
            return Err(refused("postgres.in-transaction", message));
        }
        let sql = if options.read_only { "BEGIN READ ONLY" } else { "BEGIN" };
        self.batch(sql).await.map_err(|error| error.aftermath(Aftermath::NotStarted))
    }

    async fn commit(&mut self) -> Result<()> {
        self.settle().await?;
        match self.transaction() {
            Transaction::None => {
                return Err(refused("postgres.no-transaction", "there is no open transaction to commit"));
            }
            Transaction::Failed => {
                self.rollback().await?;
                let message =
                    "the transaction had failed before, so that it was rolled back instead of committed";
                return Err(refused("postgres.transaction-failed", message).aftermath(Aftermath::RolledBack));
            }
            Transaction::Open => {}
        }
        let committed = self.batch("COMMIT").await;
        let Err(error) = committed else { return self.committed() };
        let known = error.database.is_some() && !self.client.is_closed();
        if known {
            self.rollback().await?;
        }
        Err(error.aftermath(if known { Aftermath::RolledBack } else { Aftermath::Unknown }))
    }

    async fn rollback(&mut self) -> Result<()> {
        self.settle().await?;
        // A session that has ended has taken its transaction with it.
        if self.transaction() == Transaction::None || self.client.is_closed() {
            return Ok(());
        }
        self.batch("ROLLBACK").await
    }

    async fn in_transaction(&mut self) -> Result<bool> {
        self.settle().await?;
        Ok(self.transaction() != Transaction::None)
    }

    async fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.lock_timeout = timeout.map_or(LockTimeout::Own, LockTimeout::Set);
        self.apply_lock_timeout().await
    }

    async fn reset(&mut self) -> Result<()> {
        self.rollback().await?;
        self.put_back().await
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        cancel::canceller(&self.link, self.client.cancel_token(), self.runtime.clone())
    }
}
