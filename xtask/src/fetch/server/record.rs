//! What is known of a server from one call of this program to the next: a file in its folder.

use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

const NAME: &str = "server.json";
/// How long a server may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// What outlives the command that started a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stay {
    Nothing,
    /// Its data, for the next start.
    Data,
    /// The server itself, in the background.
    Server,
}

/// A server of ours, running or not; what its address is made of outlives it, so that a shell's variables stay true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The process, if one was started and not stopped since.
    pub(crate) pid: Option<i32>,
    pub(crate) port: u16,
    pub(crate) password: String,
    pub(crate) stay: Stay,
    /// The program whose data are there, once they are whole.
    pub(crate) made_by: Option<String>,
    /// Its data, its keys and all else that it owns; its command line names this folder.
    pub(crate) home: PathBuf,
    /// Where its socket is: a short path, since addresses of sockets are short.
    pub(crate) sockets: PathBuf,
}

impl Record {
    /// What a folder says about its server; None where there was never one, or what is said cannot be read.
    pub(crate) fn load(folder: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(folder.join(NAME)).ok()?).ok()
    }

    /// Writes it, for this user's eyes only.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn save(&self, folder: &Path) -> Result<()> {
        let path = folder.join(NAME);
        let write = || -> std::io::Result<()> {
            let mut options = fs::OpenOptions::new();
            let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&path)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)
        };
        write().with_context(|| format!("cannot write {}", path.display()))
    }

    /// A record for a server that is to be started: address and password of the last one, where the port is still free.
    ///
    /// # Errors
    /// When no port is free, or there is no randomness.
    pub(crate) fn renewed(folder: &Path, short: &Path, stay: Stay) -> Result<Self> {
        let last = Self::load(folder);
        let old = last.as_ref().map_or(0, |record| record.port);
        let port = free_port(old).or_else(|_| free_port(0)).context("no port is free")?;
        let made_by = last.as_ref().and_then(|record| record.made_by.clone());
        let password = last.map_or_else(password, |record| Ok(record.password))?;
        let sockets = short.join(format!("lambic-{port}"));
        Ok(Self { pid: None, port, password, stay, made_by, home: folder.join("own"), sockets })
    }

    /// Whether the process runs and is the server, and not another one that got its number.
    pub(crate) fn is_running(&self) -> bool {
        self.pid.is_some_and(|pid| {
            fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| names(&line, &self.home))
        })
    }

    /// Whether there is something to stop or to remove.
    pub(crate) fn is_left(&self) -> bool {
        self.pid.is_some() || self.passing().iter().any(|folder| folder.exists())
    }

    /// The folder for what does not last.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.home.join("tmp")
    }

    /// What is removed when the server has ended.
    fn passing(&self) -> [PathBuf; 2] {
        let keeps = self.stay == Stay::Data && self.made_by.is_some();
        [if keeps { self.temporary() } else { self.home.clone() }, self.sockets.clone()]
    }

    /// Ends the server, if it runs, and removes what it owned, but for data that stay.
    ///
    /// # Errors
    /// When it cannot be ended, or its files not removed.
    pub(crate) fn stop(self, folder: &Path) -> Result<()> {
        if let Some(pid) = self.pid.filter(|_| self.is_running()) {
            self.end(pid)?;
        }
        for owned in self.passing() {
            match fs::remove_dir_all(&owned) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot remove {}", owned.display()));
                }
                _ => {}
            }
        }
        let made_by = self.made_by.clone().filter(|_| self.home.exists());
        Self { pid: None, made_by, ..self }.save(folder)
    }

    /// Asks the process to end at once, and makes it end when it does not.
    fn end(&self, pid: i32) -> Result<()> {
        // All servers take this one as a wish to end without waiting for clients.
        for signal in [Signal::SIGQUIT, Signal::SIGKILL] {
            match kill(Pid::from_raw(pid), signal) {
                Ok(()) | Err(nix::errno::Errno::ESRCH) => {}
                Err(error) => return Err(error).with_context(|| format!("cannot end the process {pid}")),
            }
            let until = Instant::now() + PATIENCE;
            while Instant::now() < until {
                if !self.is_running() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        bail!("the process {pid} does not end")
    }
}

/// Whether a command line, as the kernel shows it, is that of a server whose data is in `home`.
fn names(line: &[u8], home: &Path) -> bool {
    let data = home.join("data");
    let data = data.as_os_str().as_encoded_bytes();
    line.split(|byte| *byte == 0)
        .any(|word| word.strip_suffix(data).is_some_and(|before| before.is_empty() || before.ends_with(b"=")))
}

/// This port, if it is free on the loopback interface; a free one for 0.
fn free_port(wanted: u16) -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, wanted))?.local_addr()?.port())
}

/// A password that needs no quoting anywhere.
fn password() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};

    use super::*;

    fn record(folder: &Path) -> Record {
        Record::renewed(folder, folder, Stay::Server).unwrap()
    }

    /// A process that has `words` in its command line and does not end by itself.
    ///
    /// A shell that runs this in the background has it ignore the wish to end, which a script cannot take back.
    fn process(script: &str, words: &str) -> Child {
        let mut command = Command::new("env");
        command.args(["--default-signal=QUIT", "sh", "-c", script, "sh", words]);
        let child = command.stdout(Stdio::null()).spawn().unwrap();
        while !fs::read(format!("/proc/{}/cmdline", child.id())).unwrap().starts_with(b"sh\0") {
            std::thread::yield_now();
        }
        child
    }

    /// Waits for the process, so that nothing of it is left, once it has ended.
    fn reap(mut child: Child) -> std::thread::JoinHandle<Option<i32>> {
        use std::os::unix::process::ExitStatusExt as _;
        std::thread::spawn(move || child.wait().unwrap().signal())
    }

    #[test]
    fn a_command_line_must_name_the_data() {
        let home = Path::new("/t/run/a/own");
        assert!(names(b"/bin/served\0-D\0/t/run/a/own/data\0-c\0x=1\0", home));
        assert!(names(b"loader\0served\0--datadir=/t/run/a/own/data\0", home));
        assert!(!names(b"served\0-D\0/t/run/b/own/data\0", home));
        assert!(!names(b"cat\0/t/run/a/own/data/log\0", home));
        assert!(!names(b"served\0-D\0/other/t/run/a/own/data\0", home));
        assert!(!names(b"", home));
    }

    #[test]
    fn address_and_password_outlive_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let first = record(folder.path());
        assert!(first.password.len() == 32 && first.port > 0);
        first.save(folder.path()).unwrap();
        assert_eq!(Record::load(folder.path()).as_ref(), Some(&first));
        assert_eq!(record(folder.path()), first);
        // Whoever has the port now keeps it.
        let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first.port)).unwrap();
        let other = record(folder.path());
        assert_ne!(other.port, first.port);
        assert_eq!(other.password, first.password);
    }

    #[test]
    fn only_this_user_reads_the_password() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        record(folder.path()).save(folder.path()).unwrap();
        let mode = fs::metadata(folder.path().join(NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn stopping_ends_the_process_and_removes_what_it_owned() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = record(folder.path());
        fs::create_dir_all(record.home.join("data")).unwrap();
        fs::create_dir_all(&record.sockets).unwrap();
        let child = process("while :; do sleep 0.05; done", &record.home.join("data").display().to_string());
        record.pid = i32::try_from(child.id()).ok();
        assert!(record.is_running());
        let end = reap(child);
        record.clone().stop(folder.path()).unwrap();
        assert_eq!(end.join().unwrap(), Some(Signal::SIGQUIT as i32));
        assert!(!record.is_running() && !record.home.exists() && !record.sockets.exists());
        assert_eq!(Record::load(folder.path()).unwrap().pid, None);
    }

    #[test]
    fn a_process_that_only_has_the_number_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = record(folder.path());
        let mut child = process("sleep 30", "something else");
        record.pid = i32::try_from(child.id()).ok();
        assert!(!record.is_running());
        record.stop(folder.path()).unwrap();
        assert!(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
