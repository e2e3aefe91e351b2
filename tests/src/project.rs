//! A project in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::{Dump, Output, Revision, Running, State, lambic, scrub, words};

/// A project in a folder of its own, gone at the end of the test.
#[derive(Debug)]
pub struct Project {
    folder: TempDir,
    /// Where running processes write: outside the project, so that it holds what Lambic made and nothing else.
    logs: TempDir,
}

/// The configuration of [`Project::new`].
const CONFIG: &str = "\
[lambic]
script_location = \"migrations\"
dialects = [\"sqlite\"]

[database]
url = \"sqlite:app.db\"
";

impl Default for Project {
    fn default() -> Self {
        Self::new()
    }
}

impl Project {
    /// An empty folder.
    pub fn empty() -> Self {
        let folder = || TempDir::with_prefix("lambic-test-").expect("a temporary folder");
        Self { folder: folder(), logs: folder() }
    }

    /// A project without revisions, on the database file `app.db`.
    pub fn new() -> Self {
        Self::with_config(CONFIG)
    }

    /// The same with another configuration.
    pub fn with_config(config: &str) -> Self {
        let project = Self::empty();
        project.write("lambic.toml", config);
        fs::create_dir_all(project.path("migrations/versions")).unwrap();
        project
    }

    /// A project with some revisions.
    pub fn of(revisions: impl IntoIterator<Item = Revision>) -> Self {
        let project = Self::new();
        project.add_all(revisions);
        project
    }

    /// Writes a revision.
    pub fn add(&self, revision: &Revision) {
        self.write(&revision.path(), revision.text());
    }

    /// Writes several revisions.
    pub fn add_all(&self, revisions: impl IntoIterator<Item = Revision>) {
        revisions.into_iter().for_each(|revision| self.add(&revision));
    }

    /// A path in the project's folder.
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, and the folders that it needs.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Copies what a folder holds, and what is below it, to a folder of the project. Databases stay behind.
    pub fn copy(&self, from: &Path, to: &str) {
        let mut todo = vec![PathBuf::new()];
        while let Some(folder) = todo.pop() {
            fs::create_dir_all(self.path(to).join(&folder)).unwrap();
            for entry in fs::read_dir(from.join(&folder)).unwrap() {
                let entry = entry.unwrap();
                let name = folder.join(entry.file_name());
                if entry.file_type().unwrap().is_dir() {
                    todo.push(name);
                } else if !entry.file_name().to_string_lossy().contains(".db") {
                    fs::copy(entry.path(), self.path(to).join(name)).unwrap();
                }
            }
        }
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The names of the files in a folder of the project, sorted.
    pub fn list(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A program that will run in the project's folder, in an environment that holds nothing of the tester's.
    pub fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.folder.path()).env("USER", "tester");
        command
    }

    /// `lambic` with the words of a command line, not started yet.
    pub fn command(&self, line: &str) -> Command {
        let mut command = self.program(lambic());
        command.args(words::split(line));
        command
    }

    /// Runs `lambic` to its end.
    pub fn run(&self, line: &str) -> Output {
        Output::new(line.to_owned(), self.command(line).output().unwrap())
    }

    /// Runs a prepared command to its end.
    pub fn finish(&self, mut command: Command) -> Output {
        Output::new(command.get_program().to_string_lossy().into_owned(), command.output().unwrap())
    }

    /// Starts `lambic` and returns at once.
    pub fn start(&self, line: &str) -> Running {
        Running::start(line, self.command(line), self.logs.path())
    }

    /// Runs several command lines one after the other; what they wrote, without what differs from run to run.
    pub fn transcript(&self, lines: &[&str]) -> String {
        let entries: Vec<String> = lines.iter().map(|line| self.run(line).entry()).collect();
        scrub(&entries.join("\n"), self.folder.path())
    }

    /// Opens the project's database for reading.
    pub fn database(&self) -> Connection {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        Connection::open_with_flags(self.path("app.db"), flags).expect("there is a database")
    }

    /// Opens the project's database for writing, as something else than Lambic.
    pub fn writer(&self) -> Connection {
        Connection::open(self.path("app.db")).unwrap()
    }

    /// Everything that the database holds.
    pub fn dump(&self) -> Dump {
        Dump::of(&self.database())
    }

    /// The rows of a query, values apart by `|`.
    pub fn query(&self, sql: &str) -> Vec<String> {
        crate::dump::query(&self.database(), sql)
    }

    /// The version rows, sorted; none when there is no version table.
    pub fn versions(&self) -> Vec<String> {
        if self.query("SELECT 1 FROM sqlite_schema WHERE name = 'lambic_version'").is_empty() {
            return Vec::new();
        }
        self.query("SELECT version_num FROM lambic_version ORDER BY 1")
    }

    /// The log: event, revision, direction.
    pub fn log(&self) -> Vec<String> {
        self.query("SELECT event, revision, direction FROM lambic_log ORDER BY id")
    }

    /// Every file of the project and what every database in it holds.
    pub fn state(&self) -> State {
        State::of(self.folder.path())
    }
}
