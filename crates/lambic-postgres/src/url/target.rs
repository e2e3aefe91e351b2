//! What a URL and its surroundings stand for.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lambic_core::{DatabaseUrl, Error, ErrorKind, Result};

use super::environment::Environment;
use super::passfile::{self, Asked, Found};
pub(crate) use super::secret::Secret;
use super::{Words, invalid};
use crate::tls::{Mode, Options, Roots};

/// How long opening a session may take, unless the URL says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection is silent before it is asked whether it still is there, unless the URL says otherwise.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// Where the server's socket may be, when the URL names no host.
const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// Everything that is needed to open a session.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The servers, to be tried in order.
    pub(crate) hosts: Vec<Host>,
    pub(crate) user: String,
    pub(crate) database: String,
    /// What the session is called in the server's list of sessions.
    pub(crate) application: String,
    /// Settings for the server's start-up, as on its command line.
    pub(crate) options: Option<String>,
    pub(crate) tls: Options,
    pub(crate) channel_binding: ChannelBinding,
    /// How long one host may take. `None`: for ever.
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) keepalive: Option<Keepalive>,
    pub(crate) user_timeout: Option<Duration>,
    /// What the server must be.
    pub(crate) wanted: Wanted,
}

/// One server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) place: Place,
    pub(crate) port: u16,
    /// The password for it.
    pub(crate) password: Option<Secret>,
    /// Why a password file that is there was not read.
    pub(crate) ignored: Option<String>,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A socket in this folder.
    Socket(PathBuf),
    /// A host by name, and the address to use instead of looking it up.
    Tcp(String, Option<IpAddr>),
}

impl Host {
    /// Host and port for people, or the socket's file.
    pub(crate) fn describe(&self) -> String {
        match &self.place {
            Place::Socket(folder) => socket_file(folder, self.port).display().to_string(),
            Place::Tcp(host, _) if host.contains(':') => format!("[{host}]:{}", self.port),
            Place::Tcp(host, _) => format!("{host}:{}", self.port),
        }
    }
}

/// The file of a server's socket.
pub(crate) fn socket_file(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

/// When a silent connection is asked whether it still is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keepalive {
    pub(crate) idle: Duration,
    pub(crate) interval: Option<Duration>,
    pub(crate) retries: Option<u32>,
}

/// Whether the password exchange is bound to the TLS session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChannelBinding {
    Disable,
    Prefer,
    Require,
}

/// What a server must be for a session with it to be of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

impl Target {
    /// Reads a URL and its surroundings.
    pub(crate) fn parse(url: &DatabaseUrl, environment: &Environment) -> Result<Self> {
        let words = Words::gather(url, environment)?;
        let user = words.get("user").map(str::to_owned).or_else(|| environment.user.clone());
        let user = user.ok_or_else(|| invalid("it names no user, and the user of the system has no name"))?;
        let database = words.get("dbname").map_or_else(|| user.clone(), str::to_owned);
        let application = words.get("application_name").or_else(|| words.get("fallback_application_name"));
        let mut hosts = hosts(&words)?;
        find_passwords(&mut hosts, &words, environment, &user, &database);
        let target = Self {
            hosts,
            user,
            database,
            application: application.unwrap_or("lambic").to_owned(),
            options: words.get("options").map(str::to_owned),
            tls: tls(&words, environment)?,
            channel_binding: one_of(&words, "channel_binding", CHANNEL_BINDINGS)?
                .unwrap_or(ChannelBinding::Prefer),
            connect_timeout: connect_timeout(&words)?,
            keepalive: keepalive(&words)?,
            user_timeout: number(&words, "tcp_user_timeout")?
                .filter(|time| *time > 0)
                .map(Duration::from_millis),
            wanted: one_of(&words, "target_session_attrs", WANTED)?.unwrap_or(Wanted::Any),
        };
        Ok(target)
    }
}

const CHANNEL_BINDINGS: &[(&str, ChannelBinding)] = &[
    ("disable", ChannelBinding::Disable),
    ("prefer", ChannelBinding::Prefer),
    ("require", ChannelBinding::Require),
];

const WANTED: &[(&str, Wanted)] = &[
    ("any", Wanted::Any),
    ("read-write", Wanted::ReadWrite),
    ("read-only", Wanted::ReadOnly),
    ("primary", Wanted::Primary),
    ("standby", Wanted::Standby),
    ("prefer-standby", Wanted::PreferStandby),
];

const MODES: &[(&str, Mode)] = &[
    ("disable", Mode::Disable),
    ("allow", Mode::Allow),
    ("prefer", Mode::Prefer),
    ("require", Mode::Require),
    ("verify-ca", Mode::VerifyCa),
    ("verify-full", Mode::VerifyFull),
];

fn wrong(name: &str, expected: &str) -> Error {
    let message = format!("the value of the URL parameter `{name}` is wrong");
    Error::new(ErrorKind::Config, "postgres.url-parameter", message).hint(format!("it can be: {expected}"))
}

fn one_of<T: Copy>(words: &Words, name: &str, values: &[(&str, T)]) -> Result<Option<T>> {
    let Some(text) = words.get(name) else { return Ok(None) };
    let found = values.iter().find(|(value, _)| *value == text).map(|(_, meaning)| *meaning);
    let names = || values.iter().map(|(value, _)| *value).collect::<Vec<_>>().join(", ");
    found.map(Some).ok_or_else(|| wrong(name, &names()))
}

fn number(words: &Words, name: &str) -> Result<Option<u64>> {
    let Some(text) = words.get(name) else { return Ok(None) };
    let number = text.trim().parse::<u32>().map_err(|_| wrong(name, "a number from 0 on"))?;
    Ok(Some(number.into()))
}

fn flag(words: &Words, name: &str) -> Result<Option<bool>> {
    one_of(words, name, &[("0", false), ("1", true)])
}

fn connect_timeout(words: &Words) -> Result<Option<Duration>> {
    let Some(text) = words.get("connect_timeout") else { return Ok(Some(CONNECT_TIMEOUT)) };
    // PostgreSQL's own programs wait for ever at zero and below.
    let seconds = text.trim().parse::<i32>().map_err(|_| wrong("connect_timeout", "a number of seconds"))?;
    Ok(u64::try_from(seconds).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs))
}

fn keepalive(words: &Words) -> Result<Option<Keepalive>> {
    if flag(words, "keepalives")? == Some(false) {
        return Ok(None);
    }
    let seconds =
        |name| Ok::<_, Error>(number(words, name)?.filter(|time| *time > 0).map(Duration::from_secs));
    let retries = number(words, "keepalives_count")?.filter(|count| *count > 0);
    Ok(Some(Keepalive {
        idle: seconds("keepalives_idle")?.unwrap_or(KEEPALIVE),
        interval: seconds("keepalives_interval")?,
        retries: retries.and_then(|count| u32::try_from(count).ok()),
    }))
}

fn tls(words: &Words, environment: &Environment) -> Result<Options> {
    let system = words.get("sslrootcert") == Some("system");
    let mode = one_of(words, "sslmode", MODES)?;
    let mode = mode.unwrap_or(if system { Mode::VerifyFull } else { Mode::Prefer });
    if system && mode != Mode::VerifyFull {
        let message = "sslrootcert=system needs sslmode=verify-full: anybody can have a certificate of the system's roots";
        return Err(
            Error::new(ErrorKind::Config, "postgres.tls-roots", message).hint("write sslmode=verify-full")
        );
    }
    let own = |file: &str| environment.in_home(&format!(".postgresql/{file}")).filter(|file| file.is_file());
    let named = |name: &str, file: &str| words.get(name).map(PathBuf::from).or_else(|| own(file));
    Ok(Options {
        mode,
        roots: match named("sslrootcert", "root.crt") {
            _ if system => Roots::System,
            Some(file) => Roots::File(file),
            None => Roots::None,
        },
        certificate: named("sslcert", "postgresql.crt"),
        key: named("sslkey", "postgresql.key"),
        names_host: flag(words, "sslsni")?.unwrap_or(true),
        direct: one_of(words, "sslnegotiation", &[("postgres", false), ("direct", true)])?.unwrap_or(false),
    })
}

/// The servers that are named, or the one that is there by default.
fn hosts(words: &Words) -> Result<Vec<Host>> {
    let list = |name: &str| words.get(name).map(|text| text.split(',').collect::<Vec<_>>());
    let names = list("host").unwrap_or_default();
    let addresses = list("hostaddr").unwrap_or_default();
    let ports = list("port").unwrap_or_default();
    let count = names.len().max(addresses.len()).max(1);
    if !names.is_empty() && !addresses.is_empty() && names.len() != addresses.len() {
        return Err(wrong("hostaddr", "as many addresses as there are hosts"));
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(wrong("port", "one port, or as many as there are hosts"));
    }
    (0..count)
        .map(|at| {
            let port = port(ports.get(at).or(ports.first()).copied().unwrap_or_default())?;
            let address = addresses.get(at).filter(|address| !address.is_empty());
            let address =
                address.map(|text| text.parse::<IpAddr>().map_err(|_| wrong("hostaddr", "IP addresses")));
            let name = names.get(at).copied().unwrap_or_default();
            Ok(Host { place: place(name, address.transpose()?, port), port, password: None, ignored: None })
        })
        .collect()
}

fn port(text: &str) -> Result<u16> {
    if text.is_empty() {
        return Ok(5432);
    }
    let port = text.parse::<u16>().ok().filter(|port| *port > 0);
    port.ok_or_else(|| invalid("the port is no number from 1 to 65535"))
}

fn place(name: &str, address: Option<IpAddr>, port: u16) -> Place {
    match (name, address) {
        ("", Some(address)) => Place::Tcp(address.to_string(), Some(address)),
        ("", None) => {
            let folder =
                SOCKET_FOLDERS.map(Path::new).into_iter().find(|folder| socket_file(folder, port).exists());
            folder.map_or_else(
                || Place::Tcp("localhost".to_owned(), None),
                |folder| Place::Socket(folder.to_owned()),
            )
        }
        (folder, _) if folder.starts_with('/') => Place::Socket(PathBuf::from(folder)),
        (name, address) => Place::Tcp(name.to_owned(), address),
    }
}

/// Gives each host its password: the one that is written, or the one that the password file has for it.
fn find_passwords(hosts: &mut [Host], words: &Words, environment: &Environment, user: &str, database: &str) {
    if let Some(password) = words.get("password") {
        for host in hosts {
            host.password = Some(Secret::from(password.to_owned()));
        }
        return;
    }
    let own = if cfg!(windows) { "AppData/Roaming/postgresql/pgpass.conf" } else { ".pgpass" };
    let Some(file) = words.get("passfile").map(PathBuf::from).or_else(|| environment.in_home(own)) else {
        return;
    };
    for host in hosts {
        let name = match &host.place {
            Place::Tcp(name, _) => name.clone(),
            Place::Socket(folder) if SOCKET_FOLDERS.map(Path::new).contains(&folder.as_path()) => {
                "localhost".to_owned()
            }
            Place::Socket(folder) => folder.display().to_string(),
        };
        match passfile::look_up(&file, Asked { host: &name, port: host.port, database, user }) {
            Found::Password(password) => host.password = Some(password),
            Found::Nothing(why) => host.ignored = why,
        }
    }
}
