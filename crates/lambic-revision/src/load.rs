//! Finding and reading the files of the version locations.

use std::collections::HashSet;
use std::fs::{self, DirEntry, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use lambic_core::{Error, ErrorKind, Location, Result};

use crate::file::{MAX_FILE_SIZE, RevisionFile};
use crate::text;

/// The folders that hold revision files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locations {
    /// The folders, in the order in which they are read.
    pub folders: Vec<PathBuf>,
    /// Whether folders inside them are searched too.
    pub recursive: bool,
}

impl Locations {
    /// One folder, without those inside it.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self { folders: vec![path.into()], recursive: false }
    }

    /// Makes the folders that are missing.
    pub fn create_missing(&self) -> Result<()> {
        self.folders.iter().try_for_each(|folder| {
            fs::create_dir_all(folder).map_err(|error| io_error(folder, "the folder cannot be made", &error))
        })
    }
}

/// Reads every `*.sql` file of the locations: folder by folder, the files of a folder sorted by the bytes of
/// their names, then, if asked for, the folders inside it, sorted likewise. This *load order* decides every tie
/// of the graph. Hidden files (`.x.sql`) are left alone; a folder that is reached twice is read once.
///
/// Every file is read even if one fails; the error is that of the first in load order, and notes the others.
pub fn load(locations: &Locations) -> Result<Vec<RevisionFile>> {
    let paths = list(locations)?;
    let results = read_all(&paths);
    let mut files = Vec::with_capacity(results.len());
    let mut failed: Option<Error> = None;
    for result in results {
        match (result, &mut failed) {
            (Err(error), None) => failed = Some(error),
            (Err(error), Some(first)) if first.notes.len() < MOST_NOTES => {
                first.notes.push(format!("and {error}"));
            }
            (Ok(file), None) => files.push(file),
            _ => {}
        }
    }
    failed.map_or(Ok(files), Err)
}

/// How many further broken files one error names.
const MOST_NOTES: usize = 20;

/// Fewer files than this are read on one thread: starting another takes longer.
const WORTH_A_THREAD: usize = 256;

fn read_all(paths: &[PathBuf]) -> Vec<Result<RevisionFile>> {
    if paths.len() < WORTH_A_THREAD {
        return read_some(paths);
    }
    let (front, back) = paths.split_at(paths.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| read_some(back));
        let mut results = read_some(front);
        match other.join() {
            Ok(rest) => results.extend(rest),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        results
    })
}

fn read_some(paths: &[PathBuf]) -> Vec<Result<RevisionFile>> {
    let mut buffer = vec![0; 64 * 1024];
    paths.iter().map(|path| read(path, &mut buffer)).collect()
}

/// Reads one file through `buffer`, which grows as needed and is used again.
fn read(path: &Path, buffer: &mut Vec<u8>) -> Result<RevisionFile> {
    let length = fill(path, buffer)?;
    let bytes = buffer.get(..length).unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => RevisionFile::parse(path, text),
        Err(error) => Err(not_utf8(path, bytes, error.valid_up_to())),
    }
}

fn fill(path: &Path, buffer: &mut Vec<u8>) -> Result<usize> {
    let cannot = |error: std::io::Error| io_error(path, "the file cannot be read", &error);
    let mut file = File::open(path).map_err(cannot)?;
    let mut length = 0;
    loop {
        if length == buffer.len() {
            let size = file.metadata().map_err(cannot)?.len();
            if size > MAX_FILE_SIZE as u64 || length > MAX_FILE_SIZE {
                return Err(too_large(path, size.max(length as u64)));
            }
            buffer.resize((length * 2).min(MAX_FILE_SIZE + 1), 0);
        }
        match file.read(buffer.get_mut(length..).unwrap_or_default()) {
            Ok(0) => return Ok(length),
            Ok(read) => length += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(cannot(error)),
        }
    }
}

fn list(locations: &Locations) -> Result<Vec<PathBuf>> {
    let mut listing = Listing { recursive: locations.recursive, ..Listing::default() };
    let one = locations.folders.len() == 1 && !locations.recursive;
    for folder in &locations.folders {
        listing.folder(folder.clone(), !one)?;
    }
    Ok(listing.files)
}

#[derive(Default)]
struct Listing {
    recursive: bool,
    seen: HashSet<PathBuf>,
    files: Vec<PathBuf>,
}

impl Listing {
    /// Lists a folder and, with a stack of its own, those inside it.
    fn folder(&mut self, top: PathBuf, again: bool) -> Result<()> {
        let mut todo = vec![top];
        while let Some(folder) = todo.pop() {
            let unreadable = |error: std::io::Error| folder_error(&folder, &error);
            if again && !self.seen.insert(fs::canonicalize(&folder).map_err(unreadable)?) {
                continue;
            }
            let (mut names, mut inner) = (Vec::new(), Vec::new());
            for entry in fs::read_dir(&folder).map_err(unreadable)? {
                self.entry(&entry.map_err(unreadable)?, &mut names, &mut inner)?;
            }
            names.sort_unstable();
            inner.sort_unstable_by(|a, b| b.cmp(a));
            self.files.extend(names.iter().map(|name| folder.join(name)));
            todo.extend(inner.iter().map(|name| folder.join(name)));
        }
        Ok(())
    }

    fn entry(
        &self,
        entry: &DirEntry,
        names: &mut Vec<std::ffi::OsString>,
        inner: &mut Vec<std::ffi::OsString>,
    ) -> Result<()> {
        let name = entry.file_name();
        let bytes = name.as_encoded_bytes();
        let is_sql = bytes.last_chunk::<4>().is_some_and(|end| end.eq_ignore_ascii_case(b".sql"));
        if bytes.starts_with(b".") || !(is_sql || self.recursive) {
            return Ok(());
        }
        let cannot = |error: std::io::Error| io_error(&entry.path(), "the file cannot be read", &error);
        let mut kind = entry.file_type().map_err(cannot)?;
        if kind.is_symlink() {
            kind = fs::metadata(entry.path()).map_err(cannot)?.file_type();
        }
        match (kind.is_file(), kind.is_dir()) {
            (true, _) if is_sql => names.push(name),
            (_, true) if self.recursive => inner.push(name),
            (false, false) if is_sql => return Err(not_a_file(&entry.path())),
            _ => {}
        }
        Ok(())
    }
}

fn folder_error(folder: &Path, error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::NotFound {
        return Error::new(ErrorKind::Config, "revision.no-location", "the version location does not exist")
            .at(Location::file(folder.display().to_string()))
            .hint("create the folder, or correct `script_location` or `version_locations`");
    }
    io_error(folder, "the version location cannot be read", error)
}

pub(crate) fn io_error(path: &Path, what: &str, error: &std::io::Error) -> Error {
    use std::io::ErrorKind::{InvalidFilename, NotFound, PermissionDenied, StorageFull};
    let (kind, hint) = match error.kind() {
        PermissionDenied => (ErrorKind::Permission, "get the permission for it and for its folder"),
        StorageFull => (ErrorKind::Full, "make room on the disk"),
        NotFound => (ErrorKind::Io, "a link that leads nowhere must be mended or go"),
        InvalidFilename => (ErrorKind::Io, "choose a shorter name: see `file_template`"),
        _ => (ErrorKind::Io, "look at the path and what stands there"),
    };
    Error::new(kind, "revision.io", format!("{what}: {error}"))
        .at(Location::file(path.display().to_string()))
        .hint(hint)
}

fn too_large(path: &Path, size: u64) -> Error {
    let message = format!("the file has {size} bytes and a revision file may have {MAX_FILE_SIZE}");
    Error::new(ErrorKind::Parse, "revision.too-large", message)
        .at(Location::file(path.display().to_string()))
        .hint("load bulk data with the database's own tools, not from a revision")
}

fn not_a_file(path: &Path) -> Error {
    Error::new(ErrorKind::Io, "revision.not-a-file", "it is named like a revision and is no regular file")
        .at(Location::file(path.display().to_string()))
        .hint("move it away, or rename it")
}

fn not_utf8(path: &Path, bytes: &[u8], at: usize) -> Error {
    let valid = bytes.get(..at).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default();
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let coding = if utf16 { "it begins as UTF-16 does: " } else { "" };
    Error::new(
        ErrorKind::Parse,
        "revision.not-utf8",
        format!("the file is not UTF-8: byte {at} is part of no character"),
    )
    .at(text::locate(path.display().to_string(), valid, at..at))
    .hint(format!("{coding}save it as UTF-8"))
}
