//! Throw-away databases on the same server.
//!
//! Their names tell the process that made them and when, `lambic_scratch_<process>_<seconds>_<random>`. One that is not
//! new and that no session is in has lost its maker, and is removed when somebody makes the next one.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use lambic_core::{Connection, Error, ErrorKind, Query, Result, Scratch, Session, Value};

use crate::connection::{PostgresConnection, find};
use crate::lexicon::LEXICON;
use crate::session;
use crate::url::target::Target;

/// What every name of a throw-away database begins with.
const PREFIX: &str = "lambic_scratch_";

/// What a text sorts and compares by must be the same there. Which columns say so differs between versions.
const LOCALE: &str = "SELECT pg_encoding_to_char(d.encoding), d.datcollate::text, d.datctype::text, l->>'datlocprovider', \
       coalesce(l->>'datlocale', l->>'daticulocale'), l->>'daticurules' \
     FROM pg_catalog.pg_database AS d, to_jsonb(d) AS l WHERE d.datname = current_database()";

/// For how long a scratch database may be without a session: it is made before the first session is opened in it.
const NEW_SECONDS: u64 = 60;

/// The scratch databases that nobody is in and that this user may drop.
const EMPTY: &str = "SELECT d.datname::text FROM pg_catalog.pg_database AS d \
     WHERE d.datname LIKE 'lambic\\_scratch\\_%' AND pg_has_role(d.datdba, 'USAGE') \
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.datid = d.oid)";

/// Makes an empty database of the same encoding and locale, and opens a session in it.
pub(crate) async fn make(on: &mut dyn Connection) -> Result<Scratch> {
    let link = find(on.id())?;
    sweep(on).await?;
    let name = name()?;
    let rows = on.query_batch(&[Query::new(LOCALE)]).await?;
    let row = rows.first().and_then(|rows| rows.rows.first()).map(Vec::as_slice).unwrap_or_default();
    let database = LEXICON.quote_identifier(&name)?;
    let sql = format!("CREATE DATABASE {database} TEMPLATE template0{}", like(row)?);
    on.execute(&sql, &[]).await.map_err(|error| explain(error, &link.facts.user))?;
    // The host that answered is the one that has the database.
    let target =
        Target { database: name.clone(), hosts: vec![link.host.clone()], ..Target::clone(&link.target) };
    match PostgresConnection::open(Arc::new(target)).await {
        Ok(connection) => Ok(Scratch { name, session: session(connection) }),
        Err(error) => {
            // The first error is the one that matters.
            let _ = on.execute(&drop_statement(&name)?, &[]).await;
            Err(error)
        }
    }
}

/// The options of a database with the encoding and locale of this row of [`LOCALE`].
fn like(row: &[Value]) -> Result<String> {
    let text = |at: usize| row.get(at).and_then(Value::as_text);
    // The kind of locale is given by name since version 15, and `template0` may have another one.
    let (kind, locale) = match text(3) {
        Some("i") => (" LOCALE_PROVIDER icu", Some("ICU_LOCALE")),
        Some("b") => (" LOCALE_PROVIDER builtin", Some("BUILTIN_LOCALE")),
        Some(_) => (" LOCALE_PROVIDER libc", None),
        None => ("", None),
    };
    let named = [
        (Some("ENCODING"), text(0)),
        (Some("LC_COLLATE"), text(1)),
        (Some("LC_CTYPE"), text(2)),
        (locale, text(4)),
        (Some("ICU_RULES"), text(5)),
    ];
    named
        .into_iter()
        .filter_map(|(option, value)| option.zip(value))
        .try_fold(kind.to_owned(), |options, (option, value)| {
            Ok(format!("{options} {option} {}", LEXICON.quote_text(value)?))
        })
}

/// Removes it, sessions in it and all.
pub(crate) async fn remove(on: &mut dyn Connection, scratch: Scratch) -> Result<()> {
    find(on.id())?;
    let Scratch { name, session: Session { connection, .. } } = scratch;
    if !name.starts_with(PREFIX) {
        let message = format!("`{}` is no scratch database of Lambic's", name.escape_debug());
        return Err(Error::new(ErrorKind::Usage, "postgres.foreign-scratch", message));
    }
    drop(connection);
    on.execute(&drop_statement(&name)?, &[]).await.map(drop)
}

/// Removes what processes left that are gone.
async fn sweep(on: &mut dyn Connection) -> Result<()> {
    let found = on.query_batch(&[Query::new(EMPTY)]).await?.pop().unwrap_or_default();
    let now = seconds();
    let names = found.rows.iter().flatten().filter_map(Value::as_text);
    for name in names.filter(|name| made_at(name).is_some_and(|made| made + NEW_SECONDS < now)) {
        // Whoever came into it meanwhile keeps it, and another may have removed it: neither is this session's concern.
        let _ = on.execute(&format!("DROP DATABASE {}", LEXICON.quote_identifier(name)?), &[]).await;
    }
    Ok(())
}

/// When the database of that name was made, if the name is one that [`name`] gives.
fn made_at(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.split('_').nth(1)?.parse().ok()
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn drop_statement(name: &str) -> Result<String> {
    Ok(format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", LEXICON.quote_identifier(name)?))
}

fn name() -> Result<String> {
    let random = getrandom::u32().map_err(|error| {
        Error::new(ErrorKind::Io, "postgres.random", format!("the system gives no random numbers: {error}"))
    })?;
    Ok(format!("{PREFIX}{}_{}_{random:08x}", std::process::id(), seconds()))
}

/// Making a database needs a privilege, and a server session of one's own.
fn explain(error: Error, user: &str) -> Error {
    match error.kind {
        ErrorKind::Permission => {
            let mut error = error;
            error.message = format!("a scratch database cannot be made: {}", error.message);
            error.hint(format!("user {user} needs the attribute CREATEDB: ALTER ROLE … CREATEDB"))
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_like_another_by_its_locale() {
        let row =
            |texts: [&str; 6]| texts.map(|text| if text.is_empty() { Value::Null } else { text.into() });
        let icu = row(["UTF8", "C", "C", "i", "de", "&a < b"]);
        let locale = "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'";
        let wanted = format!(" LOCALE_PROVIDER icu {locale} ICU_LOCALE 'de' ICU_RULES '&a < b'");
        assert_eq!(like(&icu).unwrap(), wanted);
        let old = row(["UTF8", "C", "C", "", "", ""]);
        assert_eq!(like(&old).unwrap(), format!(" {locale}"));
    }
}
