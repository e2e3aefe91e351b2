//! Throw-away servers for tests: each on a data folder of its own below target/, on a free loopback port.

mod fleet;
mod record;
mod tls;
mod user;

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

pub(crate) use fleet::{Fleet, foreign_url, stop_all};
use record::Record;
use tls::Certificates;
pub(crate) use tls::{AUTHORITY, CERTIFICATE, KEY};
pub(crate) use user::User;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is particular to a kind of server.
pub(crate) trait Server: Send + Sync {
    /// The administrator's URL.
    fn url(&self, port: u16, password: &str) -> String;

    /// Makes the data folder.
    ///
    /// # Errors
    /// When the server's programs fail.
    fn initialise(&self, place: &Place) -> Result<()>;

    /// The command that runs the server; the data folder is a word of it, alone or after `=`.
    fn command(&self, place: &Place) -> Command;

    /// Whether the server can be connected to.
    fn answers(&self, place: &Place) -> bool;
}

/// A server's programs, found, and what its tests call it.
pub(crate) struct Programs {
    /// Its name, which is that of its folder too.
    pub(crate) name: &'static str,
    /// The variable that tells the tests about it.
    pub(crate) variable: &'static str,
    /// Which program it is, for people.
    pub(crate) about: String,
    pub(crate) server: Box<dyn Server>,
}

/// Where one server runs.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) port: u16,
    /// The administrator's.
    pub(crate) password: String,
    /// The folder of its socket, short and its own.
    pub(crate) sockets: PathBuf,
    /// The folder with everything that it owns.
    home: PathBuf,
    user: User,
}

impl Place {
    /// The data folder, which the server's own programs make.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// An empty folder for what does not last.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.home.join("tmp")
    }

    /// A file of [`Certificates`] that the server may read.
    pub(crate) fn certificate(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// Writes a file that the server, and nobody else, may read.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn secret(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.home.join(name);
        tls::write_secret(&path, text)?;
        self.user.own(&path)?;
        Ok(path)
    }

    /// Gives a file or an empty folder to the user that the server runs as.
    ///
    /// # Errors
    /// When that is not allowed.
    pub(crate) fn own(&self, path: &Path) -> Result<()> {
        self.user.own(path)
    }

    /// Makes a command one of the servers' user, in the server's own folder.
    pub(crate) fn dressed(&self, command: Command) -> Command {
        let mut command = self.user.dressed(command);
        command.current_dir(&self.home);
        command
    }

    fn of(record: &Record, user: User) -> Self {
        Self {
            port: record.port,
            password: record.password.clone(),
            sockets: record.sockets.clone(),
            home: record.home.clone(),
            user,
        }
    }

    /// Makes the folders and writes the certificates.
    fn prepare(record: &Record, user: User, certificates: &Certificates) -> Result<Self> {
        let place = Self::of(record, user);
        for folder in [&place.home, &place.temporary(), &place.sockets] {
            fs::create_dir(folder).with_context(|| format!("cannot create {}", folder.display()))?;
            user.own(folder)?;
        }
        for (name, text) in certificates.files()? {
            place.secret(name, &text)?;
        }
        Ok(place)
    }
}

/// Makes data, starts the server on it and waits until it answers; `started` is told of the process at once.
fn start(
    programs: &Programs,
    place: &Place,
    log: &Path,
    started: impl FnOnce(Command) -> Result<Child>,
) -> Result<()> {
    let server = &*programs.server;
    server.initialise(place)?;
    let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut command = place.dressed(server.command(place));
    command.stdout(output.try_clone()?).stderr(output);
    // Not in this program's group: what a terminal sends to that must not end a server.
    command.process_group(0);
    let mut child = started(command)?;
    let until = Instant::now() + PATIENCE;
    while !server.answers(place) {
        if let Some(status) = child.try_wait()? {
            bail!("it ended ({status}); its last words:\n{}", last_words(log));
        }
        if Instant::now() > until {
            bail!("it does not answer after {} s; its last words:\n{}", PATIENCE.as_secs(), last_words(log));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// The end of a server's log.
fn last_words(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    crate::process::last_lines(&text)
}
