//! Scratch places: throw-away databases on the same server.
//!
//! Their names are `lambic_scratch_<process>_<time>_<number>`, each in hexadecimal digits, and nothing with another name
//! is ever dropped. Whoever makes one holds a named lock with its name, so that what a process left that died is known,
//! and removed when somebody makes the next one.

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
    let sql = creation(on, product, &name).await?;
    lock::take(on, &name).await?;
    if let Err(error) = on.execute(&sql, &[]).await {
        // The first error is the one that matters.
        let _ = lock::release(on, &name).await;
        return Err(explain(error, &target.user));
    }
    let inside = Target { database: name.clone(), ..target.clone() };
    match session(inside).await {
        Ok(session) => Ok(Scratch { name, session }),
        Err(error) => {
            let _ = drop_database(on, product, &name).await;
            Err(error)
        }
    }
}

/// The statement that makes a database with the character set and the collation of the current one.
async fn creation(on: &mut dyn Connection, product: &Product, name: &str) -> Result<String> {
    let settings = Query::new("SELECT @@character_set_database, @@collation_database");
    let settings =
        on.query_batch(&[settings]).await?.pop().unwrap_or_default().rows.pop().unwrap_or_default();
    let [Value::Text(charset), Value::Text(collation)] = settings.as_slice() else {
        let message = "the server does not say which character set the database has";
        return Err(Error::new(ErrorKind::Internal, "mysql.scratch", message));
    };
    let quoted = |name: &str| product.lexicon.quote_identifier(name);
    let (database, collation) = (quoted(name)?, quoted(collation)?);
    Ok(format!("CREATE DATABASE {database} CHARACTER SET {charset} COLLATE {collation}"))
}

/// Removes such a database.
pub(crate) async fn remove(on: &mut dyn Connection, product: &Product, scratch: Scratch) -> Result<()> {
    if !is_scratch(&scratch.name) {
        let message = format!("`{}` is not the name of a scratch database", scratch.name.escape_debug());
        return Err(Error::new(ErrorKind::Usage, "mysql.scratch", message));
    }
    drop(scratch.session);
    drop_database(on, product, &scratch.name).await
}

/// Removes what processes left that are gone.
async fn sweep(on: &mut dyn Connection, product: &Product) -> Result<()> {
    // Not by a pattern: to one, every `_` would stand for any character.
    let found = on.query_batch(&[Query::new("SHOW DATABASES")]).await?.pop().unwrap_or_default();
    let names = found.rows.iter().flatten().filter_map(Value::as_text);
    for name in names.filter(|name| is_scratch(name)) {
        if lock::take(on, name).await? {
            match drop_database(on, product, name).await {
                Err(error) if error.kind == ErrorKind::Cancelled => return Err(error),
                // What this user may not drop waits for one who may, and is in nobody's way.
                Ok(()) | Err(_) => {}
            }
        }
    }
    Ok(())
}

/// Drops it, and gives its lock back even where that fails.
async fn drop_database(on: &mut dyn Connection, product: &Product, name: &str) -> Result<()> {
    let database = product.lexicon.quote_identifier(name)?;
    let dropped = on.execute(&format!("DROP DATABASE IF EXISTS {database}"), &[]).await;
    let released = lock::release(on, name).await;
    dropped?;
    released.map(drop)
}

/// A name that no other process has, nor another call in this one.
fn new_name() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{:x}_{:x}_{number:x}", std::process::id(), now & 0xffff_ffff_ffff)
}

/// Whether a name is one that [`new_name`] gives.
fn is_scratch(name: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(is_digit);
    name.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.split('_').count() == 3 && rest.split('_').all(is_number))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_generated_form_are_scratch_databases() {
        for name in [new_name(), new_name(), "lambic_scratch_1f_c0ffee_0".to_owned()] {
            assert!(is_scratch(&name), "{name}");
        }
        for name in [
            "lambic_scratch_",
            "lambic_scratch_production",
            "lambic_scratch_bad_cafe",
            "lambic_scratch_1_2_3_4",
            "lambic_scratch_1__3",
            "lambic_scratch_1_2_x",
            "lambic_scratch_1_2_F",
            "lambic1scratch2x",
            "lambic1scratch_1_2_3",
            "my_lambic_scratch_1_2_3",
        ] {
            assert!(!is_scratch(name), "{name}");
        }
    }
}
