//! Sends statements to a server through the plain driver, decodes the rows and drops them.
//!
//! `bare-server URL FILE` takes a JSON list of batches, each a list of statements that are sent at once where the wire can;
//! `bare-server URL --value SQL` prints one value.
#![allow(clippy::print_stdout, reason = "a value is the result")]

use std::error::Error;

use futures_util::future::try_join_all;
use mysql_async::prelude::Queryable as _;
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Client, NoTls};

type Failed = Box<dyn Error + Sync + Send>;

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (url, batches, show) = match arguments.as_slice() {
        [url, flag, sql] if flag == "--value" => (url, vec![vec![sql.clone()]], true),
        [url, file] => (url, serde_json::from_str(&std::fs::read_to_string(file)?)?, false),
        _ => return Err("usage: bare-server URL FILE | URL --value SQL".into()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let last = if url.starts_with("postgres") {
        runtime.block_on(postgres(url, &batches))
    } else {
        runtime.block_on(mysql(url, &batches))
    }?;
    if show {
        println!("{}", last.unwrap_or_default());
    }
    Ok(())
}

/// Any value, by the bytes of the wire.
struct Raw(String);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        Ok(Self(String::from_utf8_lossy(raw).into_owned()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

async fn postgres(url: &str, batches: &[Vec<String>]) -> Result<Option<String>, Failed> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let wire = tokio::spawn(connection);
    let mut last = None;
    for batch in batches {
        let results = try_join_all(batch.iter().map(|sql| sent(&client, sql))).await?;
        last = results.into_iter().flatten().flatten().next_back().or(last);
    }
    drop(client);
    wire.await??;
    Ok(last)
}

/// The values of a statement's rows, decoded.
async fn sent(client: &Client, sql: &str) -> Result<Vec<Option<String>>, Failed> {
    let rows = client.query_typed(sql, &[]).await?;
    let mut values = Vec::new();
    for row in rows {
        for column in 0..row.len() {
            values.push(row.try_get::<_, Option<Raw>>(column)?.map(|Raw(text)| text));
        }
    }
    Ok(values)
}

async fn mysql(url: &str, batches: &[Vec<String>]) -> Result<Option<String>, Failed> {
    let url = url.replacen("mariadb:", "mysql:", 1);
    let options =
        mysql_async::OptsBuilder::from_opts(mysql_async::Opts::from_url(&url)?).prefer_socket(false);
    let mut connection = mysql_async::Conn::new(options).await?;
    let mut last = None;
    for sql in batches.iter().flatten() {
        let rows: Vec<mysql_async::Row> = connection.query(sql).await?;
        for value in rows.into_iter().flat_map(mysql_async::Row::unwrap) {
            if let Some(bytes) = mysql_async::from_value::<Option<Vec<u8>>>(value) {
                last = Some(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    connection.disconnect().await?;
    Ok(last)
}
