//! All servers of one call of this program: started side by side, and stopped when it ends, however it ends.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result, anyhow, ensure};

use super::record::{Record, Stay};
use super::tls::Certificates;
use super::user::User;
use super::{Place, Programs};

/// The variable for the authority whose certificates the servers show.
const AUTHORITY: &str = "LAMBIC_TEST_CA";

const LOCK: &str = "lock";

/// The folders whose servers end with this program. Held while a process is started and written down, so that an
/// interrupt falls before or after, never between.
static HELD: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Servers that run. When it is dropped those end that do not stay.
pub(crate) struct Fleet {
    folder: PathBuf,
    /// What tells the tests about them.
    pub(crate) variables: BTreeMap<&'static str, OsString>,
    /// Held for as long as servers run that end with this program.
    lock: Option<File>,
}

impl Fleet {
    /// Sees that these servers run: those in the background are used as they are, the others are started, and `stay`
    /// as it says. `folder` is where servers have their folders.
    ///
    /// # Errors
    /// When one of them cannot be started.
    pub(crate) fn start(folder: &Path, servers: &[Programs], stay: Stay) -> Result<Self> {
        let mut fleet = Self { folder: folder.join("run"), variables: BTreeMap::new(), lock: None };
        if servers.is_empty() {
            return Ok(fleet);
        }
        fleet.hold()?;
        // No other call holds servers now: what is not in the background was left by one that was killed.
        sweep(&fleet.folder)?;
        let certificates = Certificates::make(&folder.join("tls"))?;
        let user = User::for_servers()?;
        let yard = Yard { folder: &fleet.folder, user, certificates: &certificates, stay };
        let started = yard.ensure_all(servers)?;
        if started.iter().all(|started| started.stay == Stay::Server) {
            fleet.release();
        }
        fleet.variables.extend(started.into_iter().map(|started| (started.variable, started.url.into())));
        fleet.variables.insert(AUTHORITY, certificates.authority().into());
        Ok(fleet)
    }

    /// Takes the lock, after whoever has it, and sees that an interrupt stops what is started under it.
    fn hold(&mut self) -> Result<()> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("cannot create {}", self.folder.display()))?;
        self.lock = Some(lock(&self.folder)?);
        held().insert(self.folder.clone());
        stop_when_interrupted()
    }

    fn release(&mut self) {
        held().remove(&self.folder);
        self.lock = None;
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        // Without the lock, servers that are not in the background belong to another call.
        if self.lock.is_some() {
            if let Err(error) = sweep(&self.folder) {
                eprintln!("warning: {error:#}");
            }
            self.release();
        }
    }
}

fn held() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What all servers of a call have in common.
struct Yard<'a> {
    folder: &'a Path,
    user: User,
    certificates: &'a Certificates,
    stay: Stay,
}

/// A server that answers.
struct Started {
    variable: &'static str,
    url: String,
    stay: Stay,
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
        let mut record = Record::renewed(&folder, short, self.stay)?;
        record.made_by.take_if(|program| *program != programs.about);
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
        record.made_by.take_if(|_| !record.home.exists());
        record.save(folder)?;
        let place = Place::prepare(record, self.user, self.certificates)?;
        super::start(&*programs.server, &place, &folder.join("log"), |mut command| {
            let _held = held();
            let mut child = command.spawn().context("cannot start its program")?;
            record.pid = Some(i32::try_from(child.id())?);
            record.save(folder)?;
            // A process has no command line for an instant, and could not be told from others then.
            while !record.is_running() && child.try_wait()?.is_none() {
                std::thread::yield_now();
            }
            Ok(child)
        })?;
        record.made_by = Some(programs.about.clone());
        record.save(folder)
    }
}

impl Started {
    fn new(programs: &Programs, record: &Record) -> Self {
        Self {
            variable: programs.variable,
            url: programs.server.url(record.port, &record.password),
            stay: record.stay,
        }
    }
}

/// The URL that the variable of a server has in the environment, unless it is that of a server of ours, running or not.
pub(crate) fn foreign_url(folder: &Path, name: &str, variable: &str) -> Option<OsString> {
    let given = std::env::var_os(variable)?;
    let ours = Record::load(&folder.join("run").join(name));
    let is_ours = ours.is_some_and(|record| is_of(&record, &given.to_string_lossy()));
    (!is_ours).then_some(given)
}

fn is_of(record: &Record, url: &str) -> bool {
    url.contains(&format!(":{}@127.0.0.1:{}/", record.password, record.port))
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
    stop(&run, |record| alone || record.stay == Stay::Server)
}

/// Stops what is not in the background.
fn sweep(run: &Path) -> Result<()> {
    stop(run, |record| record.stay != Stay::Server).map(drop)
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
fn stop_when_interrupted() -> Result<()> {
    /// What shells make of an interrupt.
    const INTERRUPTED: i32 = 130;
    let stop_and_exit = || {
        for run in held().iter() {
            if let Err(error) = sweep(run) {
                eprintln!("warning: {error:#}");
            }
        }
        std::process::exit(INTERRUPTED);
    };
    match ctrlc::set_handler(stop_and_exit) {
        // Once is enough.
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(error) => Err(error).context("cannot watch for interrupts"),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::Server;
    use super::*;

    /// A server that needs no program of its own: it answers once it has made a file.
    #[derive(Debug)]
    struct Fake {
        /// What its data is made by, and what it runs.
        scripts: [&'static str; 2],
    }

    const WORKS: [&str; 2] = ["mkdir \"$1\"", "touch \"$1/up\"; while :; do sleep 0.05; done"];

    impl Fake {
        fn programs(name: &'static str, scripts: [&'static str; 2]) -> Programs {
            let server = Box::new(Self { scripts });
            Programs { name, variable: "FAKE_URL", about: "a script".to_owned(), server }
        }

        fn shell(script: &str, place: &Place) -> Command {
            // Servers heed the wish to end even where it is ignored in what starts them: a shell's background.
            let mut command = Command::new("env");
            command.args(["--default-signal=QUIT", "sh", "-c", script, "sh"]).arg(place.data());
            command
        }
    }

    impl Server for Fake {
        fn url(&self, port: u16, password: &str) -> String {
            format!("fake://root:{password}@127.0.0.1:{port}/")
        }

        fn initialise(&self, place: &Place) -> Result<Command> {
            Ok(Self::shell(self.scripts[0], place))
        }

        fn command(&self, place: &Place) -> Command {
            // Data that stay would answer for a server that has not begun.
            let _ = fs::remove_file(place.data().join("up"));
            Self::shell(self.scripts[1], place)
        }

        fn answers(&self, place: &Place) -> bool {
            place.data().join("up").exists()
        }
    }

    /// A folder that the servers' user gets into.
    fn folder() -> tempfile::TempDir {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }

    fn record(folder: &Path) -> Record {
        Record::load(&folder.join("run/fake")).unwrap()
    }

    fn url(fleet: &Fleet) -> String {
        fleet.variables["FAKE_URL"].to_string_lossy().into_owned()
    }

    #[test]
    fn servers_end_with_the_fleet() {
        let folder = folder();
        let fleet = Fleet::start(folder.path(), &[Fake::programs("fake", WORKS)], Stay::Nothing).unwrap();
        let running = record(folder.path());
        assert!(running.is_running() && fleet.variables.contains_key(AUTHORITY));
        assert!(held().contains(&folder.path().join("run")));
        let first = url(&fleet);
        drop(fleet);
        assert!(!running.is_running() && !running.home.exists() && !running.sockets.exists());
        assert!(!held().contains(&folder.path().join("run")));
        let fleet = Fleet::start(folder.path(), &[Fake::programs("fake", WORKS)], Stay::Nothing).unwrap();
        assert_eq!(url(&fleet), first);
    }

    #[test]
    fn servers_end_when_the_call_panics() {
        let folder = folder();
        let path = folder.path().to_owned();
        let panicking = std::thread::spawn(move || {
            let _fleet = Fleet::start(&path, &[Fake::programs("fake", WORKS)], Stay::Nothing).unwrap();
            assert!(record(&path).is_running());
            panic!("as meant");
        });
        let message = panicking.join().unwrap_err();
        assert_eq!(message.downcast_ref::<&str>(), Some(&"as meant"));
        assert!(!record(folder.path()).is_left());
    }

    #[test]
    fn servers_in_the_background_are_shared_and_stay() {
        let folder = folder();
        let servers = [Fake::programs("fake", WORKS)];
        let first = Fleet::start(folder.path(), &servers, Stay::Server).unwrap();
        let pid = record(folder.path()).pid;
        drop(Fleet::start(folder.path(), &servers, Stay::Nothing).unwrap());
        let again = Fleet::start(folder.path(), &servers, Stay::Server).unwrap();
        assert_eq!((url(&first), pid), (url(&again), record(folder.path()).pid));
        assert_eq!(stop_all(folder.path()).unwrap(), ["fake"]);
        assert!(!record(folder.path()).is_left());
        assert!(stop_all(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn data_that_stay_are_made_once() {
        let made = ["mkdir \"$1\" && echo made >> \"$1/made\"", WORKS[1]];
        let folder = folder();
        let made_by = |about: &str| {
            let programs = Programs { about: about.to_owned(), ..Fake::programs("fake", made) };
            let fleet = Fleet::start(folder.path(), &[programs], Stay::Data).unwrap();
            let running = record(folder.path());
            fs::write(running.home.join("data").join(about), "").unwrap();
            drop(fleet);
            assert!(!running.is_running() && !running.sockets.exists() && !record(folder.path()).is_left());
            fs::read_dir(running.home.join("data")).unwrap().count()
        };
        // What is made, what says that it runs, and what was written to them.
        assert_eq!(made_by("one"), 3);
        assert_eq!(made_by("one"), 3);
        assert_eq!(fs::read_to_string(record(folder.path()).home.join("data/made")).unwrap(), "made\n");
        assert_eq!(made_by("two"), 3);
        drop(Fleet::start(folder.path(), &[Fake::programs("fake", WORKS)], Stay::Nothing).unwrap());
        assert!(!record(folder.path()).home.exists());
    }

    #[test]
    fn data_that_are_not_whole_do_not_stay() {
        let folder = folder();
        let halves = [Fake::programs("fake", ["mkdir \"$1\"; exit 3", ""])];
        Fleet::start(folder.path(), &halves, Stay::Data).map(drop).unwrap_err();
        assert!(!record(folder.path()).home.exists());
    }

    #[test]
    fn what_a_killed_call_left_is_swept() {
        let folder = folder();
        let servers = [Fake::programs("fake", WORKS)];
        drop(Fleet::start(folder.path(), &servers, Stay::Server).unwrap());
        let mut left = record(folder.path());
        left.stay = Stay::Nothing;
        left.save(&folder.path().join("run/fake")).unwrap();
        let fleet = Fleet::start(folder.path(), &servers, Stay::Nothing).unwrap();
        let new = record(folder.path());
        assert!(!left.is_running() && new.is_running() && left.pid != new.pid);
        drop(fleet);
    }

    #[test]
    fn failures_name_the_server_and_show_its_last_words() {
        let folder = folder();
        let servers = [
            Fake::programs("fake", WORKS),
            Fake::programs("empty", ["echo no room >&2; exit 3", ""]),
            Fake::programs("short", ["mkdir \"$1\"", "echo out of luck; exit 4"]),
        ];
        let Err(error) = Fleet::start(folder.path(), &servers, Stay::Nothing).map(drop) else {
            panic!("it started");
        };
        let text = format!("{error:#}");
        for part in
            ["`empty` cannot be started: ", "no room", "`short` cannot be started: ", "out of luck", "4"]
        {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains("`fake`"), "{text}");
        assert!(!record(folder.path()).is_left());
    }

    #[test]
    fn only_an_address_of_our_own_is_not_foreign() {
        let ours = Record {
            pid: None,
            port: 5432,
            password: "secret".to_owned(),
            stay: Stay::Server,
            made_by: None,
            home: PathBuf::new(),
            sockets: PathBuf::new(),
        };
        assert!(is_of(&ours, "postgresql://lambic:secret@127.0.0.1:5432/postgres"));
        assert!(!is_of(&ours, "postgresql://lambic:secret@127.0.0.1:5433/postgres"));
        assert!(!is_of(&ours, "postgresql://lambic:other@127.0.0.1:5432/postgres"));
    }
}
