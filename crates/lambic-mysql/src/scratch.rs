//! Scratch places: throw-away databases on the same server.
//!
//! Whoever makes one holds a named lock with its name, so that what a process left that died is known, and removed
//! when somebody makes the next one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use lambic_core::{Connection, Error, ErrorKind, Query, Result, Scratch, Value};

use crate::lock;
use crate::product::Product;
use crate::session;
use crate::url::Target;

/// What the names of scratch databases begin with, in lower case for the sake of servers that know nothing else.
const PREFIX: &str = "lambic_scratch_";

/// Makes a database like the current one, and opens a session in it.
pub(crate) async fn create(on: &mut dyn Connection, product: &Product, target: &Target) -> Result<Scratch> {
    sweep(on, product).await?;
    let name = new_name();
    let settings = Query::new("SELECT @@character_set_database, @@collation_database");
    let settings =
        on.query_batch(&[settings]).await?.pop().unwrap_or_default().rows.pop().unwrap_or_default();
    let [Value::Text(charset), Value::Text(collation)] = settings.as_slice() else {
        let message = "the server does not say which character set the database has";
        return Err(Error::new(ErrorKind::Internal, "mysql.scratch", message));
    };
    lock::take(on, &name).await?;
    let quoted = |name: &str| product.lexicon.quote_identifier(name);
    let (database, collation) = (quoted(&name)?, quoted(collation)?);
    let sql = format!("CREATE DATABASE {database} CHARACTER SET {charset} COLLATE {collation}");
    on.execute(&sql, &[]).await.map_err(|error| explain(error, &target.user))?;
    let inside = Target { database: name.clone(), ..target.clone() };
    match session(inside).await {
        Ok(session) => Ok(Scratch { name, session }),
        Err(error) => {
            drop_database(on, product, &name).await?;
            Err(error)
        }
    }
}

/// Removes such a database.
pub(crate) async fn remove(on: &mut dyn Connection, product: &Product, scratch: Scratch) -> Result<()> {
    drop(scratch.session);
    drop_database(on, product, &scratch.name).await
}

/// Removes what processes left that are gone.
async fn sweep(on: &mut dyn Connection, product: &Product) -> Result<()> {
    let names = Query::new(format!("SHOW DATABASES WHERE `Database` LIKE '{PREFIX}%'"));
    let found = on.query_batch(&[names]).await?.pop().unwrap_or_default();
    for name in found.rows.iter().flatten().filter_map(Value::as_text) {
        if lock::take(on, name).await? {
            drop_database(on, product, name).await?;
        }
    }
    Ok(())
}

async fn drop_database(on: &mut dyn Connection, product: &Product, name: &str) -> Result<()> {
    if !name.starts_with(PREFIX) {
        let message = format!("`{}` is not the name of a scratch database", name.escape_debug());
        return Err(Error::new(ErrorKind::Usage, "mysql.scratch", message));
    }
    let database = product.lexicon.quote_identifier(name)?;
    on.execute(&format!("DROP DATABASE IF EXISTS {database}"), &[]).await?;
    lock::release(on, name).await
}

/// A name that no other process has, nor another call in this one.
fn new_name() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{:x}_{:x}_{number:x}", std::process::id(), now & 0xffff_ffff_ffff)
}

fn explain(error: Error, user: &str) -> Error {
    if error.kind != ErrorKind::Permission {
        return error;
    }
    let message =
        format!("a scratch database cannot be made, which needs the privilege CREATE: {}", error.message);
    let mut error = error.hint(format!(
        "an administrator can run: GRANT ALL ON `lambic\\_scratch\\_%`.* TO '{user}'@'…'; or name another server \
         with [scratch] url"
    ));
    error.message = message;
    error
}
