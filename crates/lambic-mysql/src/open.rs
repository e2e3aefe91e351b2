//! Opening a session, and saying clearly why it cannot be opened.

mod options;

use std::collections::HashMap;
use std::env;
use std::path::Path;
use std::time::Duration;

use lambic_core::{DatabaseUrl, Error, Result};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError, OptsBuilder, SslOpts};

use crate::error;
use crate::product::{Product, Settings};
use crate::tls::SslMode;
use crate::url::Target;

/// How long an idle connection is left alone before the system asks whether the other side is there.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// The most that the library sends at once; the server's own limit speaks first.
const MAX_PACKET: usize = 1 << 30;

/// What tells what the server is, in one answer of every product.
const WHAT_ANSWERS: &str =
    "SELECT VERSION(), @@version_comment, @@sql_mode, @@lower_case_table_names, DATABASE()";

/// An open connection, and what answers on it.
pub(crate) struct Opened {
    pub(crate) conn: Conn,
    pub(crate) product: Product,
    /// The current database, as the server writes its name.
    pub(crate) namespace: String,
}

/// Takes a URL apart; what it leaves open comes from the option file of the user, then from the environment.
pub(crate) fn target(url: &DatabaseUrl) -> Result<Target> {
    let home = env::var_os("HOME");
    let file = home.map_or_else(HashMap::new, |home| options::read(&Path::new(&home).join(".my.cnf")));
    Target::parse(url, &|name| file.get(name).cloned().or_else(|| env::var(name).ok()))
}

/// Opens a session in the driver's prologue.
pub(crate) async fn open(target: &Target, prologue: impl Fn(&Product) -> String) -> Result<Opened> {
    within(target, async {
        let mut conn = connect(target).await?;
        let (product, namespace) = recognize(&mut conn, target).await?;
        let prologue = prologue(&product);
        conn.query_drop(prologue).await.map_err(|failed| error::of_opening(failed, target))?;
        Ok(Opened { conn, product, namespace })
    })
    .await
}

/// Opens a session that only tells the server to end what others do.
pub(crate) async fn aside(target: &Target) -> Result<Conn> {
    within(target, connect(target)).await
}

/// Tells the server in such a session to end something.
pub(crate) async fn tell(aside: &mut Conn, target: &Target, sql: &str) -> Result<()> {
    within(target, async {
        match aside.query_drop(sql).await {
            // The session is gone already.
            Err(mysql_async::Error::Server(error)) if error.code == error::NO_SUCH_THREAD => Ok(()),
            result => result.map_err(|failed| error::of_opening(failed, target)),
        }
    })
    .await
}

/// A future of the library can be dropped here: its connection goes with it.
async fn within<T>(target: &Target, work: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(target.connect_timeout, work).await {
        Ok(result) => result,
        Err(_) => Err(error::too_slow(target)),
    }
}

async fn connect(target: &Target) -> Result<Conn> {
    let mode = if target.socket.is_some() { SslMode::Disabled } else { target.tls.mode() };
    let plain = library_options(target);
    if mode == SslMode::Disabled {
        return attempt(plain, None).await.map_err(|failed| error::of_opening(failed, target));
    }
    let tls = target.tls.options(&target.host)?;
    match attempt(plain.clone(), Some(tls)).await {
        Err(failed) if mode == SslMode::Preferred && cannot_encrypt(&failed) => {
            attempt(plain, None).await.map_err(|failed| error::of_opening(failed, target))
        }
        result => result.map_err(|failed| error::of_opening(failed, target)),
    }
}

async fn attempt(options: OptsBuilder, tls: Option<SslOpts>) -> mysql_async::Result<Conn> {
    Conn::new(options.ssl_opts(tls)).await
}

/// Whether the server has no encryption to offer, or none that fits.
fn cannot_encrypt(error: &mysql_async::Error) -> bool {
    matches!(error, mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer))
        || error::tls_failure(error).is_some()
}

fn library_options(target: &Target) -> OptsBuilder {
    let options = OptsBuilder::default()
        .ip_or_hostname(&target.host)
        .tcp_port(target.port)
        .socket(target.socket.as_ref().map(|path| path.to_string_lossy().into_owned()))
        // The library would leave the host and port that were asked for, for the socket that the server names.
        .prefer_socket(false)
        .user(Some(&target.user))
        .pass(target.password.as_ref().map(|password| &password.0))
        .db_name(Some(&target.database))
        .tcp_keepalive(Some(KEEPALIVE))
        // As on other databases, a row counts as updated that had the new value before.
        .client_found_rows(true)
        // Else the library asks the server for both.
        .max_allowed_packet(Some(MAX_PACKET))
        .wait_timeout(Some(usize::MAX >> 32));
    options
        .connect_attribute("program_name", "lambic")
        .connect_attribute("lambic_version", env!("CARGO_PKG_VERSION"))
}

type Answer = (String, String, String, i64, Option<String>);

async fn recognize(conn: &mut Conn, target: &Target) -> Result<(Product, String)> {
    let answer: mysql_async::Result<Option<Answer>> = conn.query_first(WHAT_ANSWERS).await;
    let answer = answer.map_err(|failed| error::of_opening(failed, target))?;
    let Some((version, comment, sql_mode, lower_case_table_names, database)) = answer else {
        return Err(error::no_answer(target));
    };
    let settings = Settings::read(&sql_mode, lower_case_table_names);
    let product = Product::of_server(&version, &comment, settings).map_err(|error: Error| {
        let place = target.place();
        error.note(format!("{place} reports version `{version}`, comment `{comment}`"))
    })?;
    Ok((product, database.unwrap_or_else(|| target.database.clone())))
}
