//! Queries and their rows.
//!
//! A query without parameters goes as text, and its rows come as text: every type has one. One with parameters comes in
//! PostgreSQL's binary form, which the client library insists on; what that leaves unreadable is refused with the cast
//! that helps.

use std::error::Error as StdError;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, future, pin_mut};
use lambic_core::{Aftermath, Error, ErrorKind, Query, Result, Rows, Value};
use tokio_postgres::types::{FromSql, Kind, ToSql, Type};
use tokio_postgres::{Row, SimpleQueryMessage, SimpleQueryStream};

use super::PostgresConnection;
use super::statement::{Parameter, misuse, refuse};
use super::tap::Transaction;
use crate::classify;
use crate::error;

impl PostgresConnection {
    /// Runs queries, those that come one after the other in the same form all at once.
    pub(super) async fn query_all(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        for query in queries {
            refuse(&query.sql)?;
            if classify::copies(&query.sql).is_some() {
                let message = "COPY is no query";
                return Err(misuse("postgres.copy-as-query", message).statement(&query.sql));
            }
            if classify::is_several(&query.sql) {
                let message = "there is more than one statement where one is expected";
                return Err(misuse("postgres.several-statements", message)
                    .hint("run the statements one by one")
                    .statement(&query.sql));
            }
        }
        let mut all = Vec::with_capacity(queries.len());
        for alike in queries.chunk_by(|one, next| one.params.is_empty() == next.params.is_empty()) {
            let plain = alike.first().is_some_and(|query| query.params.is_empty());
            all.extend(if plain { self.query_plain(alike).await? } else { self.query_bound(alike).await? });
        }
        Ok(all)
    }

    /// Runs queries without parameters.
    async fn query_plain(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        self.settle().await?;
        let was_inside = self.transaction() != Transaction::None;
        let link = Arc::clone(&self.link);
        let work = link.activity.begin().await;
        self.unsettled = true;
        let mut sent = Vec::with_capacity(queries.len());
        for query in queries {
            // This only hands the query over.
            let stream = self.client.simple_query_raw(&query.sql).await;
            sent.push(stream.map_err(|error| {
                error::of_statement(&error, &query.sql, &link, work.is_cancelled(), was_inside)
            })?);
        }
        let mut all = Vec::with_capacity(queries.len());
        for (stream, query) in sent.into_iter().zip(queries) {
            let rows = self.read(stream).await.map_err(|error| {
                error::of_statement(&error, &query.sql, &link, work.is_cancelled(), was_inside)
            })?;
            all.push(rows.into_iter().next_back().unwrap_or_default());
        }
        self.unsettled = false;
        Ok(all)
    }

    /// The results of several statements of Lambic's own: those that have columns.
    pub(super) async fn results(&mut self, statements: &str) -> Result<Vec<Rows>> {
        self.settle().await?;
        let was_inside = self.transaction() != Transaction::None;
        let link = Arc::clone(&self.link);
        let work = link.activity.begin().await;
        self.unsettled = true;
        let read = match self.client.simple_query_raw(statements).await {
            Ok(stream) => self.read(stream).await,
            Err(error) => Err(error),
        };
        self.unsettled = false;
        let cancelled = work.is_cancelled();
        drop(work);
        read.map_err(|error| error::of_statement(&error, statements, &link, cancelled, was_inside))
    }

    /// Reads results to their end, each with the types that the wire shows.
    async fn read(&self, stream: SimpleQueryStream) -> Result<Vec<Rows>, tokio_postgres::Error> {
        pin_mut!(stream);
        let mut results: Vec<Rows> = Vec::new();
        let mut types = Vec::new();
        while let Some(message) = stream.next().await {
            match message? {
                SimpleQueryMessage::RowDescription(columns) => {
                    types = self.link.seen.lock().results.pop_front().unwrap_or_default();
                    let columns = columns.iter().map(|column| column.name().to_owned()).collect();
                    results.push(Rows { columns, rows: Vec::new() });
                }
                SimpleQueryMessage::Row(row) => {
                    let width = row.len();
                    let value = |at: usize| {
                        let text = row.try_get(at)?;
                        Ok(text.map_or(Value::Null, |text| of_text(text, types.get(at).map(|(_, oid)| *oid))))
                    };
                    let values: Result<Vec<Value>, tokio_postgres::Error> = (0..width).map(value).collect();
                    let values = values?;
                    if let Some(result) = results.last_mut() {
                        result.rows.push(values);
                    }
                }
                _ => {}
            }
        }
        Ok(results)
    }

    /// Runs queries with parameters.
    async fn query_bound(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        self.settle().await?;
        let was_inside = self.transaction() != Transaction::None;
        let link = Arc::clone(&self.link);
        let work = link.activity.begin().await;
        self.unsettled = true;
        let client = &self.client;
        let all = future::join_all(queries.iter().map(async |query| {
            let parameters: Vec<Parameter<'_>> = query.params.iter().map(Parameter).collect();
            let parameters = parameters.iter().map(|value| (value as &(dyn ToSql + Sync), Type::UNKNOWN));
            let stream = client.query_typed_raw(&query.sql, parameters).await?;
            stream.try_collect::<Vec<Row>>().await
        }))
        .await;
        self.unsettled = false;
        let cancelled = work.is_cancelled();
        drop(work);
        // Where nothing else was asked meanwhile, each query has its columns.
        let seen: Vec<_> = std::mem::take(&mut link.seen.lock().results).into();
        let columns = |at: usize| seen.get(at).filter(|_| seen.len() == queries.len());
        let rows = all.into_iter().zip(queries).enumerate().map(|(at, (rows, query))| {
            let rows =
                rows.map_err(|error| error::of_statement(&error, &query.sql, &link, cancelled, was_inside))?;
            let mut rows = of_binary(&rows).map_err(|error| error.statement(&query.sql))?;
            if let (true, Some(columns)) = (rows.rows.is_empty(), columns(at)) {
                rows.columns = columns.iter().map(|(name, _)| name.clone()).collect();
            }
            Ok(rows)
        });
        rows.collect()
    }
}

/// A value as text. Without a type it is text.
fn of_text(text: &str, oid: Option<u32>) -> Value {
    let value = match oid.and_then(Type::from_oid).unwrap_or(Type::TEXT) {
        Type::BOOL => Some(Value::Boolean(text == "t")),
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID => text.parse().ok().map(Value::Integer),
        Type::FLOAT4 | Type::FLOAT8 => text.parse().ok().map(Value::Real),
        Type::BYTEA => bytes(text).map(Value::Bytes),
        _ => None,
    };
    value.unwrap_or_else(|| Value::Text(text.to_owned()))
}

/// The bytes of `\x41`.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(byte).collect()
}

/// Rows in binary form. Without a row nobody knows the columns.
fn of_binary(rows: &[Row]) -> Result<Rows> {
    let Some(first) = rows.first() else { return Ok(Rows::default()) };
    let columns: Vec<String> = first.columns().iter().map(|column| column.name().to_owned()).collect();
    let value = |row: &Row, at: usize| {
        row.try_get::<_, Option<Binary>>(at)
            .map(|value| value.map_or(Value::Null, |binary| binary.0))
            .map_err(|_| {
                let column = first.columns().get(at);
                let (name, kind) = column.map_or(("?", "?"), |column| (column.name(), column.type_().name()));
                let message = format!("the column `{name}` of a query with parameters has the type {kind}");
                Error::new(ErrorKind::Unsupported, "postgres.binary-type", message)
                    .hint(format!("cast it in the query: {name}::text"))
                    .aftermath(Aftermath::Applied)
            })
    };
    let rows = rows.iter().map(|row| (0..columns.len()).map(|at| value(row, at)).collect::<Result<Vec<_>>>());
    Ok(Rows { rows: rows.collect::<Result<_>>()?, columns: columns.clone() })
}

/// A value in binary form.
struct Binary(Value);

impl<'a> FromSql<'a> for Binary {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        let value = match *kind {
            Type::BOOL => Value::Boolean(bool::from_sql(kind, raw)?),
            Type::INT2 => Value::Integer(i16::from_sql(kind, raw)?.into()),
            Type::INT4 => Value::Integer(i32::from_sql(kind, raw)?.into()),
            Type::INT8 => Value::Integer(i64::from_sql(kind, raw)?),
            Type::OID => Value::Integer(u32::from_sql(kind, raw)?.into()),
            Type::FLOAT4 => Value::Real(f32::from_sql(kind, raw)?.to_string().parse()?),
            Type::FLOAT8 => Value::Real(f64::from_sql(kind, raw)?),
            Type::BYTEA => Value::Bytes(raw.to_vec()),
            // The first byte is the form's version.
            Type::JSONB => Value::Text(std::str::from_utf8(raw.get(1..).unwrap_or_default())?.to_owned()),
            _ => Value::Text(std::str::from_utf8(raw)?.to_owned()),
        };
        Ok(Self(value))
    }

    fn accepts(kind: &Type) -> bool {
        const READ: &[Type] = &[
            Type::BOOL,
            Type::INT2,
            Type::INT4,
            Type::INT8,
            Type::OID,
            Type::FLOAT4,
            Type::FLOAT8,
            Type::BYTEA,
            Type::CHAR,
            Type::JSON,
            Type::JSONB,
            Type::XML,
        ];
        READ.contains(kind) || matches!(kind.kind(), Kind::Enum(_)) || <&str as FromSql>::accepts(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_by_its_type() {
        let cases = [
            ("t", 16, Value::Boolean(true)),
            ("-7", 20, Value::Integer(-7)),
            ("4294967295", 26, Value::Integer(4_294_967_295)),
            ("0.1", 701, Value::Real(0.1)),
            ("-Infinity", 701, Value::Real(f64::NEG_INFINITY)),
            ("\\x00ff", 17, Value::Bytes(vec![0, 255])),
            ("1.50", 1700, Value::Text("1.50".into())),
            ("7", 99_999, Value::Text("7".into())),
        ];
        for (text, oid, value) in cases {
            assert_eq!(of_text(text, Some(oid)), value);
        }
        assert_eq!(of_text("7", None), Value::Text("7".into()));
    }
}
