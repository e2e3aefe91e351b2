//! `COPY … FROM STDIN`.

use bytes::Bytes;
use futures_util::{SinkExt as _, pin_mut};
use lambic_core::{Outcome, Result};
use std::sync::Arc;

use super::PostgresConnection;
use super::statement::{misuse, refuse};
use super::tap::Transaction;
use crate::classify::{self, Copies};
use crate::error;

/// How much goes to the server at once.
const CHUNK: usize = 64 * 1024;

impl PostgresConnection {
    /// Runs a statement that takes rows, and sends it the rows.
    pub(super) async fn copy(&mut self, sql: &str, data: &str) -> Result<Outcome> {
        refuse(sql)?;
        if classify::copies(sql) != Some(Copies::In) {
            let message = "the statement takes no rows, and some were given";
            return Err(misuse("postgres.data-without-copy", message).statement(sql));
        }
        self.settle().await?;
        let was_inside = self.transaction() != Transaction::None;
        let link = Arc::clone(&self.link);
        let work = link.activity.begin().await;
        self.unsettled = true;
        let copied = self.transfer(sql, data).await;
        let cancelled = work.is_cancelled();
        drop(work);
        match copied {
            Ok(()) => {
                // The client library is about to forget the statement; that has an answer of its own.
                let outcome = self.outcome();
                self.settle().await?;
                Ok(outcome)
            }
            Err(error) => {
                let error = error::of_statement(&error, sql, &link, cancelled, was_inside);
                self.unsettled = !self.client.is_closed();
                self.settle().await?;
                Err(error)
            }
        }
    }

    async fn transfer(&self, sql: &str, data: &str) -> Result<(), tokio_postgres::Error> {
        let statement = self.client.prepare(sql).await?;
        self.link.seen.lock().expect_copy();
        let sink = self.client.copy_in::<_, Bytes>(&statement).await?;
        pin_mut!(sink);
        for chunk in data.as_bytes().chunks(CHUNK) {
            if sink.send(Bytes::copy_from_slice(chunk)).await.is_err() {
                break;
            }
        }
        sink.finish().await.map(drop)
    }
}
