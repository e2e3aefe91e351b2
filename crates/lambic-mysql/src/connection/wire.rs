//! The library's connection, kept from answering a question with the answer to another one.
//!
//! A future of the library that is dropped half-way leaves an answer unread, which the next statement would take for
//! its own. So the wire is marked busy before each use and idle after it: one that is found busy was left in the
//! middle, is thrown away, and its session is ended on the server.

use std::fmt;
use std::sync::Arc;

use lambic_core::{Aftermath, Error, Result};
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError};

use super::shared::Shared;
use crate::error;

/// What can be done with a wire.
#[derive(Debug)]
enum State {
    Idle,
    /// A statement is under way, or was when its future was dropped.
    Busy,
    /// It is gone, for the reason that the error gives.
    Lost(Box<Error>),
}

/// A connection of the library that is used by one statement after the other.
pub(super) struct Wire {
    conn: Option<Conn>,
    state: State,
    shared: Arc<Shared>,
    /// Whether a transaction is open, if the last answer of the server tells.
    in_transaction: Option<bool>,
}

impl fmt::Debug for Wire {
    // What the library would print holds the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Wire {
    pub(super) fn new(conn: Conn, shared: Arc<Shared>) -> Self {
        Self { conn: Some(conn), state: State::Idle, shared, in_transaction: None }
    }

    /// What is known of the session everywhere.
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Begins to use it, once nobody is about to end what ran before. [`finish`](Self::finish) must follow.
    pub(super) async fn start(&mut self) -> Result<&mut Conn> {
        self.check()?;
        self.shared.activity.begin().await;
        self.state = State::Busy;
        self.conn.as_mut().ok_or_else(error::abandoned)
    }

    /// Looks whether it can be used. One that was left in the middle is lost here.
    fn check(&mut self) -> Result<()> {
        match (&self.state, self.conn.as_mut()) {
            (State::Idle, Some(_)) => Ok(()),
            (State::Lost(reason), _) => Err((**reason).clone().aftermath(Aftermath::NotStarted)),
            (State::Busy | State::Idle, _) => {
                let abandoned = error::abandoned();
                self.lose(abandoned.clone());
                Err(abandoned)
            }
        }
    }

    /// Ends a use, with what the library answered. An error after which nobody knows what the wire holds loses it.
    pub(super) fn finish<T>(&mut self, result: mysql_async::Result<T>, sql: Option<&str>) -> Result<T> {
        self.shared.activity.end();
        self.in_transaction = None;
        let failed = match result {
            Ok(value) => {
                self.state = State::Idle;
                self.in_transaction = self.conn.as_ref().and_then(status);
                return Ok(value);
            }
            Err(failed) => failed,
        };
        let keeps = keeps_the_wire(&failed);
        let converted = match sql {
            Some(sql) => error::of_statement(failed, sql, &self.shared),
            None => error::of_session(failed, &self.shared),
        };
        if keeps && converted.code != error::LOST {
            self.state = State::Idle;
        } else {
            self.lose(error::lost(&self.shared));
        }
        Err(converted)
    }

    /// Whether a transaction is open. Asks the server only where its last answer does not tell.
    pub(super) async fn in_transaction(&mut self) -> Result<bool> {
        if let (State::Idle, Some(inside)) = (&self.state, self.in_transaction) {
            return Ok(inside);
        }
        // It touches no table, so that it begins nothing; the server's answer carries the status.
        self.run("DO 0").await?;
        Ok(self.in_transaction.unwrap_or_default())
    }

    /// What the last answer of the server said of a transaction.
    pub(super) fn last_in_transaction(&self) -> Option<bool> {
        self.in_transaction
    }

    /// Runs a statement of Lambic's own.
    pub(super) async fn run(&mut self, sql: &str) -> Result<()> {
        let conn = self.start().await?;
        let result = conn.query_drop(sql).await;
        self.finish(result, Some(sql))
    }

    fn lose(&mut self, reason: Error) {
        let busy = matches!(self.state, State::Busy);
        self.state = State::Lost(Box::new(reason));
        self.shared.activity.end();
        drop(self.conn.take());
        if busy {
            self.shared.end_on_the_server();
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.shared.forget();
        if matches!(self.state, State::Busy) {
            self.lose(error::abandoned());
        }
    }
}

/// Whether nothing of an answer is left on the wire after this error.
fn keeps_the_wire(error: &mysql_async::Error) -> bool {
    use mysql_async::Error as E;
    match error {
        E::Server(_) => true,
        E::Driver(error) => matches!(
            error,
            DriverError::StmtParamsMismatch { .. } | DriverError::StmtParamsNumberExceedsLimit { .. }
        ),
        E::Io(_) | E::Other(_) | E::Url(_) => false,
    }
}

fn status(conn: &Conn) -> Option<bool> {
    let flags = conn.last_ok_packet()?.status_flags();
    Some(flags.contains(StatusFlags::SERVER_STATUS_IN_TRANS))
}
