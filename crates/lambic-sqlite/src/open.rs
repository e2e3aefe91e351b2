//! Opening a database file, and saying clearly why it cannot be opened.

use std::path::{Path, PathBuf};

use lambic_core::{DatabaseUrl, Error, ErrorKind, Result};
use rusqlite::{Connection, OpenFlags};

use crate::error::convert;
use crate::url::{Mode, Place, Target};

/// Reads a URL and makes its path absolute, so that a later change of folder does not matter.
pub(crate) fn target(url: &DatabaseUrl) -> Result<Target> {
    let mut target = Target::parse(url)?;
    if let Place::File(path) = &mut target.place {
        refuse_relative_path_of_sqlalchemy(url, path)?;
        *path = std::path::absolute(&*path).map_err(|error| {
            let message = format!("the current folder cannot be found: {error}");
            Error::new(ErrorKind::Connect, "sqlite.no-such-folder", message)
        })?;
    }
    if url.is_for_reading() && target.mode == Mode::Create {
        make_nothing(&mut target);
    }
    Ok(target)
}

/// Looking makes no file: one that is not there yet reads as the empty database that it would become. One that is
/// there is opened as for writing, which recovering from a crash needs.
fn make_nothing(target: &mut Target) {
    let Place::File(path) = &target.place else { return };
    let missing =
        std::fs::symlink_metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    if missing && path.parent().is_some_and(Path::is_dir) {
        target.place = Place::Memory(None);
    } else {
        target.mode = Mode::ReadWrite;
    }
}

/// Opens the database. The path of the file, if it is one, comes without symbolic links.
pub(crate) fn open(target: &Target) -> Result<(Connection, Option<PathBuf>)> {
    let path = match &target.place {
        Place::File(path) => Some(path),
        Place::Memory(_) => None,
    };
    if let Some(path) = path {
        check(path, target.mode)?;
    }
    let access = match target.mode {
        Mode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Mode::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    // One thread uses the connection, so that it needs no mutex of its own.
    let flags = access | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(target.uri()?, flags)
        .map_err(|error| explain(error, path.map(PathBuf::as_path)))?;
    let file = path.map(|path| std::fs::canonicalize(path).unwrap_or_else(|_| path.clone()));
    Ok((connection, file))
}

/// The error of a database that cannot be opened, with the file that it is about.
pub(crate) fn explain(error: rusqlite::Error, path: Option<&Path>) -> Error {
    let mut error = convert(error);
    if error.kind == ErrorKind::Corrupt {
        return of_damaged(error, path);
    }
    if let Some(path) = path {
        error.message = format!("{} cannot be opened: {}", path.display(), error.message);
    }
    error
}

/// An error of a damaged file, about the file and not about the statement that met the damage.
pub(crate) fn of_damaged(mut error: Error, path: Option<&Path>) -> Error {
    error.statement = None;
    error.message = match path.map(Path::display) {
        Some(path) if error.code == "sqlite.not-a-database" => format!("{path} is not an SQLite database"),
        Some(path) => format!("{path} is damaged: {}", error.message),
        None => error.message.clone(),
    };
    error
}

/// What SQLite reports as "unable to open database file", said clearly.
fn check(path: &Path, mode: Mode) -> Result<()> {
    let refuse = |code: &str, message: String| Err(Error::new(ErrorKind::Connect, code, message));
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            return refuse(
                "sqlite.is-a-folder",
                format!("{} is a folder, not a database file", path.display()),
            )
            .map_err(|error| error.hint("name a file in it"));
        }
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            let message = format!("{} cannot be reached: {error}", path.display());
            return Err(Error::new(ErrorKind::Permission, "sqlite.permission", message)
                .hint("check the permissions of the folders on the way"));
        }
        Err(_) => {}
    }
    let folder = path.parent().unwrap_or(path);
    if !folder.is_dir() {
        let message =
            format!("the folder {} of the database file {} does not exist", folder.display(), path.display());
        return refuse("sqlite.no-such-folder", message)
            .map_err(|error| error.hint("make the folder, or correct the path in the URL"));
    }
    if mode != Mode::Create {
        return refuse("sqlite.no-such-file", format!("the database file {} does not exist", path.display()))
            .map_err(|error| error.hint("correct the path in the URL; mode=rwc creates the file"));
    }
    Ok(())
}

/// SQLAlchemy writes a relative path after three slashes. Where that clearly is what is meant, a database must not
/// be made in the root folder.
fn refuse_relative_path_of_sqlalchemy(url: &DatabaseUrl, path: &Path) -> Result<()> {
    let three_slashes = url.rest().starts_with("///") && !url.rest().starts_with("////");
    let relative = path.strip_prefix("/").unwrap_or(path);
    if url.scheme() == "file" || !three_slashes || path.exists() || !relative.exists() {
        return Ok(());
    }
    let message = format!("the database file {} does not exist", path.display());
    Err(Error::new(ErrorKind::Connect, "sqlite.no-such-file", message).hint(format!(
        "for the file in the current folder write sqlite:{}; after three slashes stands an absolute path",
        relative.display()
    )))
}
