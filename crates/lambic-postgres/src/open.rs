//! Opening a session: the hosts one after the other, with TLS and without, until a server of the wanted kind answers.

pub(crate) mod dial;
mod hello;

use std::sync::Arc;

use lambic_core::{Error, ErrorKind, Result};
use tokio_postgres::Client;
use tokio_postgres::config::{self, Config, SslMode, SslNegotiation};

use crate::connection::link::{Link, Pump};
use crate::connection::wire::Agreed;
use crate::error;
use crate::tls::Mode;
use crate::url::target::{ChannelBinding, Host, Place, Target};
use dial::Encryption;
pub(crate) use hello::Facts;

/// What failed, and what may be tried next.
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) next: Next,
}

/// What may be tried after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The same host, with TLS instead of without or the other way.
    Encryption,
    /// The next host.
    Host,
    /// Nothing.
    Stop,
}

/// A session that has been opened.
pub(crate) struct Opened {
    pub(crate) client: Client,
    pub(crate) link: Arc<Link>,
}

/// Opens a session with the first host that is of use.
pub(crate) async fn open(target: Arc<Target>) -> Result<Opened> {
    let mut failed: Vec<Error> = Vec::new();
    // Where a standby is preferred, anything is taken if there is none.
    let rounds = if target.wanted == crate::url::target::Wanted::PreferStandby { 2 } else { 1 };
    for round in 0..rounds {
        for host in &target.hosts {
            let wanted = hello::wanted(target.wanted, round);
            match within(&target, host, attempt(&target, host, wanted)).await {
                Ok(opened) => return Ok(opened),
                Err(Failure { error, next: Next::Host }) => failed.push(error),
                Err(Failure { error, .. }) => return Err(error),
            }
        }
    }
    let mut failed = failed.into_iter();
    let mut first = failed
        .next()
        .unwrap_or_else(|| Error::new(ErrorKind::Internal, "postgres.no-host", "there is no host"));
    first.notes.extend(failed.map(|other| other.message.clone()));
    Err(first)
}

/// Gives one host its time.
async fn within<T>(
    target: &Target,
    host: &Host,
    attempt: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let Some(limit) = target.connect_timeout else { return attempt.await };
    tokio::time::timeout(limit, attempt).await.unwrap_or_else(|_| {
        let message = format!("no session with {} within {} seconds", host.describe(), limit.as_secs());
        let error = Error::new(ErrorKind::Timeout, "postgres.connect-timeout", message)
            .hint("check host and port in the URL, and firewalls on the way; connect_timeout=seconds gives it longer");
        Err(Failure { error, next: Next::Host })
    })
}

/// Tries one host in each way that the mode allows.
async fn attempt(target: &Arc<Target>, host: &Host, wanted: hello::Check) -> Result<Opened, Failure> {
    let (first, second) = match (&host.place, target.tls.mode) {
        (Place::Socket(_), _) | (_, Mode::Disable) => (Encryption::Never, None),
        (_, Mode::Allow) => (Encryption::Never, Some(Encryption::Always)),
        (_, Mode::Prefer) => (Encryption::IfOffered, Some(Encryption::Never)),
        (_, Mode::Require | Mode::VerifyCa | Mode::VerifyFull) => (Encryption::Always, None),
    };
    match (establish(target, host, first, wanted).await, second) {
        (Err(Failure { error, next: Next::Encryption }), Some(second)) => {
            // The first failure is the one that matters, unless the second way leads further.
            let again = establish(target, host, second, wanted).await;
            again.map_err(|second| Failure {
                error: error.note(second.error.message.clone()),
                next: Next::Stop,
            })
        }
        (done, _) => done,
    }
}

async fn establish(
    target: &Arc<Target>,
    host: &Host,
    encryption: Encryption,
    wanted: hello::Check,
) -> Result<Opened, Failure> {
    let wire = dial::dial(target, host, encryption).await?;
    let seen = wire.seen();
    let started = config(target, host).connect_raw(wire, Agreed).await;
    let (client, connection) = started.map_err(|error| refused(&error, target, host))?;
    let pump = Pump::start(connection);
    let facts = hello::greet(&client, &seen).await.map_err(|error| Failure { error, next: Next::Stop })?;
    hello::check(wanted, &facts, host).map_err(|error| Failure { error, next: Next::Host })?;
    let link = Link::new(Arc::clone(target), host.clone(), encryption, facts, seen, pump);
    Ok(Opened { client, link })
}

/// What the client library is told. That TLS begins at once means that it does not ask for it.
fn config(target: &Target, host: &Host) -> Config {
    let mut config = Config::new();
    config
        .user(&target.user)
        .dbname(&target.database)
        .application_name(&target.application)
        .ssl_mode(SslMode::Require)
        .ssl_negotiation(SslNegotiation::Direct)
        .channel_binding(match target.channel_binding {
            ChannelBinding::Disable => config::ChannelBinding::Disable,
            ChannelBinding::Prefer => config::ChannelBinding::Prefer,
            ChannelBinding::Require => config::ChannelBinding::Require,
        });
    if let Some(options) = &target.options {
        config.options(options);
    }
    if let Some(password) = &host.password {
        config.password(password.expose());
    }
    config
}

/// The error of a server that is there and does not want this session.
fn refused(error: &tokio_postgres::Error, target: &Target, host: &Host) -> Failure {
    let code = error.code().map_or("", tokio_postgres::error::SqlState::code);
    let next = match code {
        "28000" => Next::Encryption,
        "57P03" | "53300" => Next::Host,
        _ => Next::Stop,
    };
    let mut error = error::of_connecting(error, target, host);
    error.notes.extend(host.ignored.clone());
    Failure { error, next }
}
