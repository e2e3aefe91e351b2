//! The lock that keeps other migrators out: an operating system's lock on a file beside the database.
//!
//! The database, its `-wal` and its `-shm` are never opened here: closing any of them would drop SQLite's own
//! locks. There is one lock file for a database, whatever the name of the key: two projects in one database take
//! turns. The system frees the lock when the process ends, however it ends. While it waits, a migrator finds in the
//! file who holds the lock.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lambic_core::{Aftermath, Error, ErrorKind, LockKey, Result};

use crate::error::cancelled;

/// The longest pause between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// How much of the holder's description is read.
const HOLDER_BYTES: usize = 1000;

/// The lock file of a database file.
pub(crate) fn path_beside(database: &Path) -> PathBuf {
    let mut path = OsString::from(database);
    path.push("-lambic-lock");
    PathBuf::from(path)
}

/// A file that has several names has a journal, and a lock, beside each of them: nobody who uses another name sees
/// either, and two who do so at once damage it.
///
/// # Errors
/// `Conflict` for such a file.
#[cfg(unix)]
pub(crate) fn check_names(database: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let names = std::fs::metadata(database).map_or(1, |found| found.nlink());
    if names < 2 {
        return Ok(());
    }
    let message = format!("the database file {} has {names} names: hard links", database.display());
    Err(Error::new(ErrorKind::Conflict, "sqlite.hard-links", message)
        .note("the lock and SQLite's journal stand beside one name: who uses another one sees neither")
        .hint(
            "keep one name, and copy the file where you need another; lock = \"none\" does without the lock",
        )
        .aftermath(Aftermath::NotStarted))
}

#[cfg(not(unix))]
pub(crate) fn check_names(_database: &Path) -> Result<()> {
    Ok(())
}

/// A lock that is held.
#[derive(Debug)]
pub(crate) struct FileLock {
    file: File,
    path: PathBuf,
    /// The names under which the session took it; it holds while there is one.
    names: Vec<String>,
}

impl FileLock {
    /// Takes the lock, trying again until `wait` has passed or `stop` says so.
    ///
    /// # Errors
    /// `Locked`, with a note on who holds it, `Cancelled`, and `Permission` or `Io` about the lock file.
    pub(crate) fn acquire(
        path: &Path,
        key: &LockKey,
        wait: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Result<Self> {
        let started = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(file) = try_once(path).map_err(|error| unusable(path, &error))? {
                let mut lock = Self { file, path: path.to_owned(), names: vec![key.name.clone()] };
                lock.write_holder(key).map_err(|error| unusable(path, &error))?;
                return Ok(lock);
            }
            let left = wait.saturating_sub(started.elapsed());
            if stop() {
                return Err(cancelled().aftermath(Aftermath::NotStarted));
            }
            if left.is_zero() {
                return Err(held(path));
            }
            std::thread::sleep(pause.min(left));
            pause = (pause * 2).min(PAUSE);
        }
    }

    /// Takes it under one more name.
    pub(crate) fn add(&mut self, key: &LockKey) {
        if !self.names.contains(&key.name) {
            self.names.push(key.name.clone());
        }
    }

    /// Gives up one name, and says whether it was the last one.
    pub(crate) fn remove(&mut self, key: &LockKey) -> bool {
        self.names.retain(|name| *name != key.name);
        self.names.is_empty()
    }

    fn write_holder(&mut self, key: &LockKey) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all(key.holder.as_bytes())
    }
}

impl Drop for FileLock {
    /// Removes the file while the lock still holds, so that nobody's lock is on a file without a name. Where the
    /// system does not let an open file be removed, it stays, and does no harm.
    fn drop(&mut self) {
        if cfg!(unix) && is_in_place(&self.file, &self.path).unwrap_or(false) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// One try. `None`: somebody else holds the lock.
fn try_once(path: &Path) -> io::Result<Option<File>> {
    lock_in_place(open(path)?, path)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Locks an open file, if nobody else did and it still is the one under its name.
fn lock_in_place(file: File, path: &Path) -> io::Result<Option<File>> {
    match file.try_lock() {
        Ok(()) => Ok(is_in_place(&file, path)?.then_some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether the locked file still is the one under its name: the holder before may have removed it meanwhile.
#[cfg(unix)]
fn is_in_place(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let locked = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(named) => Ok(named.dev() == locked.dev() && named.ino() == locked.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_in_place(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}

fn held(path: &Path) -> Error {
    let message = format!("another migrator holds the lock {}", path.display());
    let error = Error::new(ErrorKind::Locked, "lock.held", message)
        .hint(
            "wait for it to finish, or wait longer with --lock-wait; the lock of a dead process frees itself",
        )
        .aftermath(Aftermath::NotStarted);
    match holder(path) {
        Some(holder) => error.note(format!("it is held by {holder}")),
        None => error,
    }
}

/// What the holder wrote about itself. It may be just gone, or just come.
fn holder(path: &Path) -> Option<String> {
    let text = std::fs::read(path).ok()?;
    let text = String::from_utf8_lossy(text.get(..HOLDER_BYTES).unwrap_or(&text)).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn unusable(path: &Path, error: &io::Error) -> Error {
    let denied = matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
    let kind = if denied { ErrorKind::Permission } else { ErrorKind::Io };
    Error::new(kind, "sqlite.lock-file", format!("the lock file {} cannot be used: {error}", path.display()))
        .hint("a migrator needs the permission to write into the folder of the database; lock = \"none\" does without")
        .aftermath(Aftermath::NotStarted)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Somebody opens the file, the holder removes it, and a third makes it again.
    #[test]
    fn a_lock_on_a_file_that_was_removed_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let late = open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(lock_in_place(late, &path).unwrap().is_none());

        let late = open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let third = try_once(&path).unwrap();
        assert!(third.is_some());
        assert!(lock_in_place(late, &path).unwrap().is_none());
    }

    #[test]
    fn a_lock_that_lost_its_file_leaves_the_new_one_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let key = LockKey { name: "n".into(), holder: "ann".into() };
        let first = FileLock::acquire(&path, &key, Duration::ZERO, &|| false).unwrap();
        std::fs::remove_file(&path).unwrap();
        let second = FileLock::acquire(&path, &key, Duration::ZERO, &|| false).unwrap();
        drop(first);
        assert!(path.exists());
        drop(second);
        assert!(!path.exists());
    }
}
