//! Reads a schema once and prints every query that this sent, as a JSON list of batches: what a bare program then sends.
#![allow(clippy::print_stdout, reason = "the list is the result")]

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use lambic_core::{
    Canceller, Connection, ConnectionId, DatabaseUrl, Driver, Lexicon, Outcome, Query, Result, Rows, Scope,
    TransactionOptions, Value,
};

/// What was sent at once.
type Batches = Arc<Mutex<Vec<Vec<String>>>>;

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("usage: record URL")?;
    let url = DatabaseUrl::parse(&url)?;
    let drivers: [Box<dyn Driver>; 2] =
        [Box::new(lambic_postgres::PostgresDriver), Box::new(lambic_mysql::MysqlDriver)];
    let driver = drivers.into_iter().find(|driver| driver.info().schemes.contains(&url.scheme()));
    let driver = driver.ok_or("no driver answers to the URL")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let batches = runtime.block_on(record(driver.as_ref(), &url))?;
    println!("{}", serde_json::to_string(&batches)?);
    Ok(())
}

async fn record(driver: &dyn Driver, url: &DatabaseUrl) -> Result<Vec<Vec<String>>> {
    let session = driver.connect(url).await?;
    let sent = Batches::default();
    let lexicon = session.dialect.lexicon().clone();
    let mut recorder = Recorder { inner: session.connection, lexicon, sent: Arc::clone(&sent) };
    session.dialect.introspect(&mut recorder, &Scope::default()).await?;
    let batches = sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    Ok(batches)
}

/// A connection that keeps what it sends.
#[derive(Debug)]
struct Recorder {
    inner: Box<dyn Connection>,
    lexicon: Lexicon,
    sent: Batches,
}

impl Recorder {
    /// A query with its parameters, which are names, in their places.
    fn literal(&self, query: &Query) -> Result<String> {
        let mut sql = query.sql.clone();
        for (at, value) in query.params.iter().enumerate() {
            let text = self.lexicon.quote_text(value.as_text().unwrap_or_default())?;
            sql = sql.replacen(&self.lexicon.placeholder(at + 1), &text, 1);
        }
        Ok(sql)
    }

    fn keep(&self, batch: Vec<String>) {
        self.sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(batch);
    }
}

#[async_trait]
impl Connection for Recorder {
    fn id(&self) -> &ConnectionId {
        self.inner.id()
    }

    async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        self.keep(vec![sql.to_owned()]);
        self.inner.execute(sql, params).await
    }

    async fn query_batch(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        self.keep(queries.iter().map(|query| self.literal(query)).collect::<Result<_>>()?);
        self.inner.query_batch(queries).await
    }

    async fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        self.keep(vec!["BEGIN".to_owned()]);
        self.inner.begin(options).await
    }

    async fn commit(&mut self) -> Result<()> {
        self.keep(vec!["COMMIT".to_owned()]);
        self.inner.commit().await
    }

    async fn rollback(&mut self) -> Result<()> {
        self.keep(vec!["ROLLBACK".to_owned()]);
        self.inner.rollback().await
    }

    async fn in_transaction(&mut self) -> Result<bool> {
        self.inner.in_transaction().await
    }

    async fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.inner.set_lock_timeout(timeout).await
    }

    async fn reset(&mut self) -> Result<()> {
        self.inner.reset().await
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        self.inner.canceller()
    }
}
