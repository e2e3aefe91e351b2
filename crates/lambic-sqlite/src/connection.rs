//! Sessions: the wire to the library.
//!
//! A connection lives on a thread of its own, which is given pieces of work and answers each one. A future that is
//! dropped does not stop its work, which the next call waits for; to stop it, cancel it.

mod dependents;
mod references;
mod session;
mod suspension;
mod thread;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lambic_core::{
    Canceller, Connection, ConnectionId, Outcome, Query, Result, Rows, TransactionOptions, Value,
};

use crate::url::Target;
use thread::{Control, Thread};

pub(crate) use thread::find;

/// A session with a database file, or with a database in memory.
#[derive(Debug)]
pub(crate) struct SqliteConnection {
    thread: Thread,
}

impl SqliteConnection {
    /// Opens a session.
    pub(crate) async fn open(target: Target) -> Result<Self> {
        Ok(Self { thread: Thread::start(target).await? })
    }
}

#[async_trait]
impl Connection for SqliteConnection {
    fn id(&self) -> &ConnectionId {
        self.thread.handle().id()
    }

    async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        let (sql, params) = (sql.to_owned(), params.to_vec());
        self.thread.handle().run(move |worker| worker.execute(&sql, &params)).await
    }

    async fn query_batch(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        let queries = queries.to_vec();
        self.thread.handle().run(move |worker| worker.query_batch(&queries)).await
    }

    async fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        let options = *options;
        self.thread.handle().run(move |worker| worker.begin(options)).await
    }

    async fn commit(&mut self) -> Result<()> {
        self.thread.handle().run(worker::Worker::commit).await
    }

    async fn rollback(&mut self) -> Result<()> {
        self.thread.handle().run(worker::Worker::rollback).await
    }

    async fn in_transaction(&mut self) -> Result<bool> {
        self.thread.handle().run(|worker| Ok(worker.in_transaction())).await
    }

    async fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.thread.handle().run(move |worker| worker.set_lock_timeout(timeout)).await
    }

    async fn reset(&mut self) -> Result<()> {
        // After most revisions there is nothing to do, which costs no round trip to find out.
        if self.thread.handle().control().is_pristine() {
            return Ok(());
        }
        self.thread.handle().run(worker::Worker::reset).await
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        Arc::new(Cancel(Arc::clone(self.thread.handle().control())))
    }
}

/// Cancels what a session does, whether it works, or waits for another process.
#[derive(Debug)]
struct Cancel(Arc<Control>);

#[async_trait]
impl Canceller for Cancel {
    async fn cancel(&self) -> Result<()> {
        self.0.cancel();
        Ok(())
    }
}
