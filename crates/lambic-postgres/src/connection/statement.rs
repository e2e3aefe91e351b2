//! Running statements.

use std::error::Error as StdError;

use bytes::BytesMut;
use lambic_core::{Aftermath, Error, ErrorKind, Outcome, Result, Value};
use tokio_postgres::types::{Format, IsNull, ToSql, Type};

use super::PostgresConnection;
use super::session::refused;
use super::tap::Transaction;
use crate::classify::{self, Copies};
use crate::error;

/// The commands whose answer counts the rows that they changed.
const COUNTING: [&str; 5] = ["INSERT ", "UPDATE ", "DELETE ", "MERGE ", "COPY "];

impl PostgresConnection {
    /// Runs one statement to its end, whether it returns rows or not.
    pub(super) async fn run(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        refuse(sql)?;
        match classify::copies(sql) {
            Some(Copies::In) => {
                return Err(misuse(
                    "postgres.copy-without-data",
                    "COPY … FROM STDIN takes rows, and none were given",
                )
                .hint("write the rows after it, and a line with \\. at the end, as pg_dump does")
                .statement(sql));
            }
            Some(Copies::Out) => {
                let message = "COPY … TO STDOUT gives its rows to a client, and there is none to take them";
                return Err(Error::new(ErrorKind::Unsupported, "postgres.copy-out", message)
                    .aftermath(Aftermath::NotStarted)
                    .statement(sql));
            }
            None => {}
        }
        self.settle().await?;
        let patient = classify::waits_for_others(sql) && self.wait_without_limit().await?;
        let ran = self.send(sql, params).await;
        if patient {
            let restored = self.apply_lock_timeout().await;
            return ran.and_then(|outcome| restored.map(|()| outcome));
        }
        ran
    }

    async fn send(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        let was_inside = self.transaction() != Transaction::None;
        let link = std::sync::Arc::clone(&self.link);
        let work = link.activity.begin().await;
        self.unsettled = true;
        let parameters: Vec<Parameter<'_>> = params.iter().map(Parameter).collect();
        let parameters: Vec<(&(dyn ToSql + Sync), Type)> =
            parameters.iter().map(|value| (value as &(dyn ToSql + Sync), Type::UNKNOWN)).collect();
        let ran = self.client.execute_typed(sql, &parameters).await;
        self.unsettled = false;
        let cancelled = work.is_cancelled();
        drop(work);
        match ran {
            Ok(_) => Ok(self.outcome()),
            Err(error) => Err(error::of_statement(&error, sql, &self.link, cancelled, was_inside)),
        }
    }

    /// What the last statement did.
    pub(super) fn outcome(&self) -> Outcome {
        let seen = self.link.seen.lock();
        let counts = COUNTING.iter().any(|command| seen.command.starts_with(command));
        let rows = seen.command.rsplit(' ').next().and_then(|count| count.parse().ok());
        let in_transaction = Some(seen.transaction != Transaction::None);
        drop(seen);
        Outcome {
            rows_affected: rows.filter(|_| counts),
            notices: self.link.pump.take_notices(),
            in_transaction,
        }
    }

    /// Runs statements of Lambic's own, all in one message.
    pub(super) async fn batch(&mut self, sql: &str) -> Result<()> {
        self.settle().await?;
        let link = std::sync::Arc::clone(&self.link);
        let was_inside = self.transaction() != Transaction::None;
        let work = link.activity.begin().await;
        self.unsettled = true;
        let ran = self.client.batch_execute(sql).await;
        self.unsettled = false;
        let cancelled = work.is_cancelled();
        drop(work);
        ran.map_err(|error| error::of_statement(&error, sql, &self.link, cancelled, was_inside))
    }

    /// Waits for an answer that nobody waited for, and forgets it.
    pub(super) async fn settle(&mut self) -> Result<()> {
        if self.unsettled {
            let waited = self.client.batch_execute("").await;
            waited.map_err(|error| error::of_ended(&error, &self.link))?;
            self.unsettled = false;
            self.link.pump.take_notices();
        }
        self.link.seen.lock().results.clear();
        Ok(())
    }

    /// What a `COMMIT` that went well did: it may have answered that it rolled back.
    pub(super) fn committed(&self) -> Result<()> {
        if self.link.seen.lock().command == "ROLLBACK" {
            let message = "the server rolled the transaction back instead of committing it";
            return Err(refused("postgres.transaction-failed", message).aftermath(Aftermath::RolledBack));
        }
        Ok(())
    }
}

/// Refuses what cannot be one statement.
pub(super) fn refuse(sql: &str) -> Result<()> {
    if sql.contains('\0') {
        let message = "the statement contains a NUL character, where PostgreSQL would stop reading";
        return Err(misuse("postgres.nul", message).statement(sql));
    }
    if classify::is_empty(sql) {
        return Err(misuse("postgres.no-statement", "there is no statement, where one is expected"));
    }
    Ok(())
}

/// The error of a statement that cannot be run as it is given.
pub(super) fn misuse(code: &str, message: &str) -> Error {
    Error::new(ErrorKind::Usage, code, message).aftermath(Aftermath::NotStarted)
}

/// A parameter, as text whose type the server finds out from where it stands.
#[derive(Debug)]
pub(super) struct Parameter<'a>(pub(super) &'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self, _type: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Boolean(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
            Value::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Real(number) => out.extend_from_slice(real(*number).as_bytes()),
            Value::Text(text) => out.extend_from_slice(text.as_bytes()),
            Value::Bytes(bytes) => {
                out.extend_from_slice(b"\\x");
                for byte in bytes {
                    out.extend_from_slice(format!("{byte:02x}").as_bytes());
                }
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_type: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(kind, out)
    }

    fn encode_format(&self, _type: &Type) -> Format {
        Format::Text
    }
}

/// A number as PostgreSQL writes it.
fn real(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    format!("{number:?}")
}
