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

use anyhow::{Context as _, Result, bail, ensure};

pub(crate) use fleet::{Fleet, foreign_url, stop_all};
use record::Record;
pub(crate) use record::Stay;
use tls::Certificates;
pub(crate) use tls::{AUTHORITY, CERTIFICATE, KEY};
pub(crate) use user::User;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(2);

/// What is particular to a kind of server.
pub(crate) trait Server: Send + Sync {
    /// The administrator's URL.
    fn url(&self, port: u16, password: &str) -> String;

    /// The command that makes the data folder, which is a word of it as of the server's own.
    ///
    /// # Errors
    /// When what it reads cannot be written.
    fn initialise(&self, place: &Place) -> Result<Command>;

    /// The command that runs the server; the data folder is a word of it, alone or after `=`, and tells it from others.
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
    /// Whether its data are there already.
    pub(crate) is_made: bool,
    /// The folder with everything that it owns.
    home: PathBuf,
    temporary: PathBuf,
    user: User,
}

impl Place {
    /// The data folder, which the server's own programs make.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// An empty folder for what does not last.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.temporary.clone()
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

    /// Makes the data folder, for servers that do not make it themselves.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn make_data(&self) -> Result<()> {
        self.make(&self.data())
    }

    fn make(&self, folder: &Path) -> Result<()> {
        fs::create_dir(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        self.user.own(folder)
    }

    fn of(record: &Record, user: User) -> Self {
        Self {
            port: record.port,
            password: record.password.clone(),
            sockets: record.sockets.clone(),
            is_made: record.made_by.is_some(),
            home: record.home.clone(),
            temporary: record.temporary(),
            user,
        }
    }

    /// Makes the folders and writes the certificates.
    fn prepare(record: &Record, user: User, certificates: &Certificates) -> Result<Self> {
        let place = Self::of(record, user);
        if !place.is_made {
            place.make(&place.home)?;
        }
        for folder in [&place.temporary, &place.sockets] {
            place.make(folder)?;
        }
        for (name, text) in certificates.files()? {
            place.secret(name, &text)?;
        }
        Ok(place)
    }
}

/// Makes data where there are none, starts the server on them and waits until it answers; `spawn` starts each of the processes.
fn start(
    server: &dyn Server,
    place: &Place,
    log: &Path,
    mut spawn: impl FnMut(Command) -> Result<Child>,
) -> Result<()> {
    let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut run = |command: Command| {
        let mut command = place.user.dressed(command);
        command.current_dir(&place.home).stdout(output.try_clone()?).stderr(output.try_clone()?);
        // Not in this program's group: what a terminal sends to that must not end a server.
        command.process_group(0);
        spawn(command)
    };
    if !place.is_made {
        let status = run(server.initialise(place)?)?.wait()?;
        ensure!(status.success(), "its data cannot be made ({status}):\n{}", last_words(log));
    }
    let mut child = run(server.command(place))?;
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
