//! Sessions: the wire to the server.

mod activity;
mod cancel;
mod session;
mod shared;
mod text;
mod values;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lambic_core::{
    Canceller, Connection, ConnectionId, Error, ErrorKind, Outcome, Query, Result, Rows, TransactionOptions,
    TransactionRule, Value,
};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError, Params, Statement};

use crate::classify;
use crate::error::{misuse, no_local_files};
use crate::product::Product;
use session::Session;

use values::{Shape, parameter};
use wire::Wire;

pub(crate) use session::{UNBOUNDED, prologue};
pub(crate) use shared::{Shared, find};
pub(crate) use text::Text;

/// The commands whose rows the server counts as inserted, changed or deleted.
const COUNTED: [&str; 8] = ["INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD", "WITH", "CALL", "EXECUTE"];

/// A session with a server.
#[derive(Debug)]
pub(crate) struct MysqlConnection {
    wire: Wire,
    session: Session,
    product: Arc<Product>,
    /// Whether a transaction was begun here and not ended, other than by a statement that commits by itself.
    begun: bool,
}

impl MysqlConnection {
    /// Takes a connection that is in the driver's prologue.
    pub(crate) fn new(conn: Conn, shared: Arc<Shared>, product: Arc<Product>) -> Self {
        Self { wire: Wire::new(conn, shared), session: Session::default(), product, begun: false }
    }

    /// Runs a statement whose text is in order.
    async fn run(&mut self, sql: &str, params: &[Value], counts: bool) -> Result<Outcome> {
        let conn = self.wire.start().await?;
        let result = send(conn, sql, params).await;
        let sent = self.wire.finish(result, Some(sql))?;
        let in_transaction = self.wire.last_in_transaction();
        // What becomes of this says nothing of the statement, which has done its work.
        let notices = if sent.warnings == 0 { Vec::new() } else { self.warnings().await.unwrap_or_default() };
        let rows_affected = (counts && !sent.returned_rows).then_some(sent.affected);
        Ok(Outcome { rows_affected, notices, in_transaction })
    }

    /// What the server warns of after the last statement.
    async fn warnings(&mut self) -> Result<Vec<String>> {
        const SQL: &str = "SHOW WARNINGS";
        let conn = self.wire.start().await?;
        let result = conn.query_map(SQL, |(level, code, message): (String, u32, String)| {
            format!("{level} {code}: {message}")
        });
        let result = result.await;
        self.wire.finish(result, Some(SQL))
    }

    /// Runs queries in one round trip.
    async fn together(&mut self, queries: &[Query], batch: &mut Vec<Rows>) -> Result<()> {
        let texts: Vec<&str> = queries.iter().map(|query| query.sql.as_str()).collect();
        let conn = self.wire.start().await?;
        let before = batch.len();
        let result = read_sets(conn, &texts.join("\n;\n"), batch).await;
        let failed = batch.len() - before;
        self.wire.finish(result, Some(texts.get(failed).copied().unwrap_or_default()))?;
        if failed == queries.len() {
            return Ok(());
        }
        let message = format!("{} queries gave {failed} answers", queries.len());
        Err(Error::new(ErrorKind::Internal, "mysql.answers", message))
    }

    /// Runs one query.
    async fn single(&mut self, query: &Query, batch: &mut Vec<Rows>) -> Result<()> {
        let conn = self.wire.start().await?;
        let result = read_one(conn, &query.sql, &query.params).await;
        batch.push(self.wire.finish(result, Some(&query.sql))?);
        Ok(())
    }
}

/// What the server said of a statement.
struct Sent {
    returned_rows: bool,
    affected: u64,
    warnings: u16,
}

fn params(values: &[Value]) -> Params {
    Params::Positional(values.iter().map(parameter).collect())
}

/// Prepares a statement, and compares its parameters with the values: the library would close the connection.
async fn prepare(conn: &mut Conn, sql: &str, values: &[Value]) -> mysql_async::Result<Statement> {
    let statement = conn.prep(sql).await?;
    let (required, supplied) = (statement.num_params(), values.len());
    if usize::from(required) == supplied {
        return Ok(statement);
    }
    Err(DriverError::StmtParamsMismatch { required, supplied }.into())
}

/// Runs a statement, to the end of whatever it returns.
async fn send(conn: &mut Conn, sql: &str, values: &[Value]) -> mysql_async::Result<Sent> {
    let returned_rows = if values.is_empty() {
        let result = conn.query_iter(sql).await?;
        let returned_rows = !result.columns_ref().is_empty();
        result.drop_result().await?;
        returned_rows
    } else {
        let statement = prepare(conn, sql, values).await?;
        let result = conn.exec_iter(statement, params(values)).await?;
        let returned_rows = !result.columns_ref().is_empty();
        result.drop_result().await?;
        returned_rows
    };
    Ok(Sent { returned_rows, affected: conn.affected_rows(), warnings: conn.get_warnings() })
}

/// Reads the rows of each query of a text.
async fn read_sets(conn: &mut Conn, sql: &str, batch: &mut Vec<Rows>) -> mysql_async::Result<()> {
    let mut result = conn.query_iter(sql).await?;
    while let Some(columns) = result.columns() {
        let mut shape = Shape::of(&columns);
        while let Some(row) = result.next().await? {
            shape.push(row);
        }
        batch.push(shape.rows);
    }
    result.drop_result().await
}

/// Reads the rows that a query returns first.
async fn read_one(conn: &mut Conn, sql: &str, values: &[Value]) -> mysql_async::Result<Rows> {
    if values.is_empty() {
        let mut sets = Vec::new();
        read_sets(conn, sql, &mut sets).await?;
        return Ok(sets.into_iter().next().unwrap_or_default());
    }
    let statement = prepare(conn, sql, values).await?;
    let mut result = conn.exec_iter(statement, params(values)).await?;
    let mut shape = Shape::of(result.columns_ref());
    while let Some(row) = result.next().await? {
        shape.push(row);
    }
    result.drop_result().await?;
    Ok(shape.rows)
}

#[async_trait]
impl Connection for MysqlConnection {
    fn id(&self) -> &ConnectionId {
        &self.wire.shared().id
    }

    async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        let text = Text::read(sql, &self.product.lexicon);
        if text.is_empty() {
            return Err(misuse("mysql.no-statement", "there is no statement in the text").statement(sql));
        }
        if text.asks_for_local_files() {
            return Err(no_local_files().statement(sql));
        }
        if text.holds_several(&self.product.lexicon) {
            let message = "there is more than one statement where one is expected";
            return Err(misuse("mysql.several-statements", message)
                .hint("run the statements one by one")
                .statement(sql));
        }
        self.session.note(&text, &mut self.wire, &self.product).await?;
        let inside = self.wire.last_in_transaction() != Some(false);
        let result = self.run(sql, params, text.begins_with_any(&COUNTED)).await;
        // What a statement that commits by itself has committed is as good as committed here. Anything else that ended
        // the transaction took it out of these hands.
        if self.begun && inside && classify::rule_of(&text) != TransactionRule::CommitsImplicitly {
            self.begun = self.wire.in_transaction().await.unwrap_or_default();
        }
        result.map_err(|error| classify::with_aftermath(error, &text, &self.product.facts))
    }

    async fn query_batch(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        let mut batch = Vec::with_capacity(queries.len());
        for run in queries.chunk_by(text::go_together) {
            match run {
                [query] => self.single(query, &mut batch).await?,
                several => self.together(several, &mut batch).await?,
            }
        }
        Ok(batch)
    }

    async fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        if options.suspend_foreign_keys {
            return Err(Error::unsupported(
                self.product.dialect,
                "transactions that check foreign keys at their end",
            )
            .hint("change the tables in place, which needs no suspension"));
        }
        if self.in_transaction().await? {
            let message = "a transaction is open already";
            return Err(Error::new(ErrorKind::Conflict, "mysql.in-transaction", message)
                .hint("commit it or roll it back first"));
        }
        let begin = if options.read_only { "START TRANSACTION READ ONLY" } else { "START TRANSACTION" };
        self.wire.run(begin).await?;
        self.begun = true;
        Ok(())
    }

    async fn commit(&mut self) -> Result<()> {
        let begun = std::mem::take(&mut self.begun);
        if self.in_transaction().await? {
            return self.wire.run("COMMIT").await;
        }
        if begun {
            return Ok(());
        }
        let message = "there is no transaction to commit";
        Err(Error::new(ErrorKind::Conflict, "mysql.no-transaction", message)
            .hint("a statement has ended it, or the server has rolled it back"))
    }

    async fn rollback(&mut self) -> Result<()> {
        self.begun = false;
        if self.in_transaction().await? { self.wire.run("ROLLBACK").await } else { Ok(()) }
    }

    async fn in_transaction(&mut self) -> Result<bool> {
        self.wire.in_transaction().await
    }

    async fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.session.set_lock_timeout(timeout, &mut self.wire, &self.product).await
    }

    async fn reset(&mut self) -> Result<()> {
        self.rollback().await?;
        self.session.reset(&mut self.wire, &self.product).await
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        Arc::new(cancel::Cancel(Arc::clone(self.wire.shared())))
    }
}
