//! The session while it is read from: with settings under which the same schema always reads the same.

use lambic_core::{Connection, Error, ErrorKind, Query, Result};

use super::account::Account;
use super::row::Row;
use crate::connection::UNBOUNDED;
use crate::lexicon;
use crate::product::{Product, Settings};

/// Settings that change the text of the catalog and of `SHOW CREATE`, with the values under which it is read.
const PINNED: [(&str, &str); 2] = [("sql_mode", "''"), ("sql_quote_show_create", "1")];

/// What `SET NAMES` sets.
const NAMES: [&str; 3] = ["character_set_client", "character_set_results", "collation_connection"];

/// What holds in the session that is read from.
#[derive(Debug)]
pub(super) struct Pinned {
    /// The database that a name without one means.
    pub(super) database: Option<String>,
    /// The collation that a connection in `utf8mb4` has.
    pub(super) collation: String,
}

/// The server was started so that it does not look at privileges, and has none to show.
const NO_GRANTS: i64 = 1290;

/// What is set, with its value.
fn pinned(product: &Product) -> impl Iterator<Item = (&'static str, &'static str)> {
    PINNED.into_iter().chain(UNBOUNDED).chain(product.facts.catalog_settings.iter().copied())
}

/// The names of all that is put back.
fn kept(product: &Product) -> impl Iterator<Item = &'static str> {
    pinned(product).map(|(name, _)| name).chain(NAMES)
}

/// Keeps the settings in variables of the session and sets them.
pub(super) async fn pin(on: &mut dyn Connection, product: &Product) -> Result<Pinned> {
    let keep: Vec<String> = kept(product).map(|name| format!("@lambic_{name} = @@SESSION.{name}")).collect();
    let set: Vec<String> =
        pinned(product).map(|(name, value)| format!("@@SESSION.{name} = {value}")).collect();
    on.execute(&format!("SET {}", keep.join(", ")), &[]).await?;
    on.execute(&format!("SET NAMES utf8mb4, {}", set.join(", ")), &[]).await?;
    let rows = on.query_batch(&[Query::new("SELECT DATABASE(), @@collation_connection")]).await?;
    let mut row = rows.into_iter().flat_map(Row::all).next().ok_or_else(no_answer)?;
    Ok(Pinned { database: row.optional(), collation: row.text() })
}

/// What the account may see.
pub(super) async fn account(on: &mut dyn Connection, product: &Product) -> Result<Account> {
    let canonical = lexicon::lexicon(&product.facts, Settings::default());
    match on.query_batch(&[Query::new("SHOW GRANTS")]).await {
        Ok(answers) => Ok(Account::read(answers.into_iter().next().unwrap_or_default(), &canonical)),
        Err(error) if error.database.as_ref().and_then(|report| report.code) == Some(NO_GRANTS) => {
            Ok(Account::unchecked())
        }
        Err(error) => Err(error),
    }
}

/// Puts the settings back.
pub(super) async fn restore(on: &mut dyn Connection, product: &Product) -> Result<()> {
    let back: Vec<String> = kept(product).map(|name| format!("@@SESSION.{name} = @lambic_{name}")).collect();
    let forget: Vec<String> = kept(product).map(|name| format!("@lambic_{name} = NULL")).collect();
    on.execute(&format!("SET {}", back.join(", ")), &[]).await?;
    on.execute(&format!("SET {}", forget.join(", ")), &[]).await?;
    Ok(())
}

fn no_answer() -> Error {
    Error::new(ErrorKind::Internal, "introspect.no-answer", "the server did not say which database is in use")
}
