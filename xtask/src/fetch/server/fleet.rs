//! All servers of one call of this program: started side by side, and stopped when it ends, however it ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, anyhow, ensure};

use super::record::Record;
use super::tls::Certificates;
use super::user::User;
use super::{Place, Programs};

/// The variable for the authority whose certificates the servers show.
const AUTHORITY: &str = "LAMBIC_TEST_CA";

const LOCK: &str = "lock";

/// Held while a process is started and written down, so that an interrupt falls before or after, never between.
static STARTING: Mutex<()> = Mutex::new(());

/// Servers that run. When it is dropped those end that are not in the background.
pub(crate) struct Fleet {
    folder: PathBuf,
    /// What tells the tests about them.
    pub(crate) variables: BTreeMap<&'static str, OsString>,
    /// Held for as long as servers run that end with this program.
    lock: Option<File>,
}

impl Fleet {
    /// Sees that these servers run: those in the background are used as they are, the others are started. `folder` is
    /// where servers have their folders.
    ///
    /// # Errors
    /// When one of them cannot be started.
    pub(crate) fn start(folder: &Path, servers: &[Programs], background: bool) -> Result<Self> {
        let run = folder.join("run");
        if servers.is_empty() {
            return Ok(Self { folder: run, variables: BTreeMap::new(), lock: None });
        }
        fs::create_dir_all(&run).with_context(|| format!("cannot create {}", run.display()))?;
        let lock = Some(lock(&run)?);
        let mut fleet = Self { folder: run, variables: BTreeMap::new(), lock };
        // No other call holds servers now: what is not in the background was left by one that was killed.
        sweep(&fleet.folder)?;
        stop_when_interrupted(&fleet.folder)?;
        let certificates = Certificates::make(&folder.join("tls"))?;
        let user = User::for_servers()?;
        let yard = Yard { folder: &fleet.folder, user, certificates: &certificates, background };
        let started = yard.ensure_all(servers)?;
        if started.iter().all(|started| started.background) {
            fleet.lock = None;
        }
        fleet.variables.extend(started.into_iter().map(|started| (started.variable, started.url.into())));
        fleet.variables.insert(AUTHORITY, certificates.authority().into());
        Ok(fleet)
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        // Without the lock, servers that are not in the background belong to another call.
        if self.lock.is_some()
            && let Err(error) = sweep(&self.folder)
        {
            eprintln!("warning: {error:#}");
        }
    }
}

/// What all servers of a call have in common.
struct Yard<'a> {
    folder: &'a Path,
    user: User,
    certificates: &'a Certificates,
    background: bool,
}

/// A server that answers.
struct Started {
    variable: &'static str,
    url: String,
    background: bool,
}

impl Yard<'_> {
    /// Sees that all of them run, side by side; the error names every one that does not.
    fn ensure_all(&self, servers: &[Programs]) -> Result<Vec<Started>> {
        let results: Vec<Result<Started>> = std::thread::scope(|scope| {
            let threads: Vec<_> = servers.iter().map(|one| scope.spawn(|| self.ensure(one))).collect();
            let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
            joined.map(|result| result.unwrap_or_else(|_| Err(anyhow!("its start panicked")))).collect()
        });
        let (mut started, mut problems) = (Vec::new(), Vec::new());
        for (programs, result) in servers.iter().zip(results) {
            match result {
                Ok(one) => started.push(one),
                Err(error) => problems.push(format!("`{}` cannot be started: {error:#}", programs.name)),
            }
        }
        ensure!(problems.is_empty(), "{}", problems.join("\n"));
        Ok(started)
    }

    /// Sees that one runs.
    fn ensure(&self, programs: &Programs) -> Result<Started> {
        let folder = self.folder.join(programs.name);
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        if let Some(record) = Record::load(&folder) {
            if record.is_running() && programs.server.answers(&Place::of(&record, self.user)) {
                return Ok(Started::new(programs, &record));
            }
            record.stop(&folder)?;
        }
        let candidates = [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()];
        let short = self.user.reachable(&candidates)?;
        let mut record = Record::renewed(&folder, short, self.background)?;
        let result = self.start(programs, &mut record, &folder);
        if let Err(error) = result {
            record.stop(&folder)?;
            return Err(error);
        }
        eprintln!("{}: {} on port {}", programs.name, programs.about, record.port);
        Ok(Started::new(programs, &record))
    }

    fn start(&self, programs: &Programs, record: &mut Record, folder: &Path) -> Result<()> {
        // Removes what a start that was interrupted left.
        record.clone().stop(folder)?;
        record.save(folder)?;
        let place = Place::prepare(record, self.user, self.certificates)?;
        super::start(&*programs.server, &place, &folder.join("log"), |mut command| {
            let _held = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
            let child = command.spawn().context("cannot start its program")?;
            record.pid = Some(i32::try_from(child.id())?);
            record.save(folder)?;
            Ok(child)
        })
    }
}

impl Started {
    fn new(programs: &Programs, record: &Record) -> Self {
        Self {
            variable: programs.variable,
            url: programs.server.url(record.port, &record.password),
            background: record.background,
        }
    }
}

/// The URL that the variable of a server has in the environment, unless it is that of a server of ours, running or not.
pub(crate) fn foreign_url(folder: &Path, name: &str, variable: &str) -> Option<OsString> {
    let given = std::env::var_os(variable)?;
    let ours = Record::load(&folder.join("run").join(name)).is_some_and(|record| {
        let end = format!(":{}@127.0.0.1:{}/", record.password, record.port);
        given.to_string_lossy().contains(&end)
    });
    (!ours).then_some(given)
}

/// Stops every server that is in the background, and those that a killed call left; returns their names.
///
/// # Errors
/// When one of them does not end.
pub(crate) fn stop_all(folder: &Path) -> Result<Vec<String>> {
    let run = folder.join("run");
    if !run.exists() {
        return Ok(Vec::new());
    }
    let lock = File::create(run.join(LOCK)).context("cannot write the lock of the servers")?;
    let alone = lock.try_lock().is_ok();
    stop(&run, |record| alone || record.background)
}

/// Stops what is not in the background.
fn sweep(run: &Path) -> Result<()> {
    stop(run, |record| !record.background).map(drop)
}

/// Stops the running servers that are meant, side by side, and returns their names.
fn stop(run: &Path, is_meant: impl Fn(&Record) -> bool) -> Result<Vec<String>> {
    let entries = fs::read_dir(run).with_context(|| format!("cannot read {}", run.display()))?;
    let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let meant: Vec<(PathBuf, Record)> = folders
        .filter_map(|folder| Record::load(&folder).map(|record| (folder, record)))
        .filter(|(_, record)| record.is_left() && is_meant(record))
        .collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = meant
            .into_iter()
            .map(|(folder, record)| {
                scope.spawn(move || {
                    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    record.stop(&folder).with_context(|| format!("`{name}` cannot be stopped"))?;
                    Ok(name)
                })
            })
            .collect();
        let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|result| result.unwrap_or_else(|_| Err(anyhow!("stopping a server panicked")))).collect()
    })
}

/// Takes the lock of the servers, after whoever has it.
fn lock(run: &Path) -> Result<File> {
    let path = run.join(LOCK);
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if file.try_lock().is_err() {
        eprintln!("waiting for another call of cargo xtask that uses the servers");
        file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(file)
}

/// Ends the program when it is interrupted, after the servers that end with it.
fn stop_when_interrupted(run: &Path) -> Result<()> {
    /// What shells make of an interrupt.
    const INTERRUPTED: i32 = 130;
    let run = run.to_owned();
    ctrlc::set_handler(move || {
        let _held = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = sweep(&run) {
            eprintln!("warning: {error:#}");
        }
        std::process::exit(INTERRUPTED);
    })
    .context("cannot watch for interrupts")
}
