//! SQLite URLs: which file, and how it is opened.
//!
//! | URL | meaning |
//! |---|---|
//! | `sqlite:app.db`, `sqlite://app.db` | a path relative to the URL's base, or else to the current folder |
//! | `sqlite:/abs/app.db`, `sqlite:///abs/app.db`, `sqlite:////abs/app.db` | an absolute path |
//! | `sqlite::memory:`, `sqlite:///:memory:` | a database in memory; private but for `?cache=shared` |
//! | `file:app.db?mode=ro`, `sqlite:file:app.db?mode=ro` | the same paths, as SQLite's own URIs write them |
//!
//! `?` begins the parameters; `%41` is decoded; `#` is a character like any other. After `sqlite` the scheme may
//! carry a driver suffix, `sqlite+pysqlite:`.

use std::path::PathBuf;
use std::time::Duration;

use lambic_core::{DatabaseUrl, Error, ErrorKind, Result};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// How long a statement waits for a lock of another process, unless the URL says otherwise.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The parameters that a URL may have.
const PARAMETERS: [&str; 5] = ["mode", "cache", "immutable", "nolock", "busy_timeout"];

/// What a path keeps unencoded in a URI of SQLite's.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What a URL stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Where the database is.
    pub(crate) place: Place,
    /// What may be done with the file.
    pub(crate) mode: Mode,
    /// How long a statement waits for another process.
    pub(crate) busy_timeout: Duration,
    /// Parameters that SQLite itself reads.
    options: Vec<(&'static str, String)>,
}

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// In memory; with a name, or a shared cache, other sessions of this process can open it too.
    Memory(Option<String>),
    /// In a file.
    File(PathBuf),
}

/// What may be done with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is only read.
    ReadOnly,
    /// It is written, but must be there.
    ReadWrite,
    /// It is written, and made if it is not there.
    Create,
}

impl Target {
    /// A private database in memory.
    pub(crate) const MEMORY: Self = Self {
        place: Place::Memory(None),
        mode: Mode::Create,
        busy_timeout: BUSY_TIMEOUT,
        options: Vec::new(),
    };

    /// Takes a URL apart.
    pub(crate) fn parse(url: &DatabaseUrl) -> Result<Self> {
        let rest = url.rest();
        let uri = rest.strip_prefix("file:").or((url.scheme() == "file").then_some(rest));
        let (path, query) = uri.unwrap_or(rest).split_once('?').unwrap_or((uri.unwrap_or(rest), ""));
        let path = if uri.is_some() { uri_path(path)? } else { plain_path(path) };
        let mut target = Self { place: place(path)?, ..Self::MEMORY };
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            target.set(parameter)?;
        }
        if let (Place::File(path), Some(base)) = (&mut target.place, url.base()) {
            *path = base.join(&*path);
        }
        Ok(target)
    }

    /// What SQLite is told to open. A relative path is meant from the current folder.
    pub(crate) fn uri(&self) -> Result<String> {
        let path = match &self.place {
            Place::Memory(None) if self.options.is_empty() => return Ok(":memory:".to_owned()),
            Place::Memory(None) => encode(b":memory:"),
            Place::Memory(Some(name)) => encode(name.as_bytes()),
            Place::File(path) => encode(&path_bytes(path)?),
        };
        let mut options: Vec<String> =
            self.options.iter().map(|(name, value)| format!("{name}={}", encode(value.as_bytes()))).collect();
        if matches!(self.place, Place::Memory(_)) {
            options.push("mode=memory".to_owned());
        }
        let separator = if options.is_empty() { "" } else { "?" };
        Ok(format!("file:{path}{separator}{}", options.join("&")))
    }

    fn set(&mut self, parameter: &str) -> Result<()> {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = decode(value);
        match name {
            "mode" => self.set_mode(&value)?,
            "cache" => self.pass("cache", value, &["shared", "private"])?,
            "immutable" => self.pass("immutable", value, &["0", "1"])?,
            "nolock" => self.pass("nolock", value, &["0", "1"])?,
            "busy_timeout" => {
                let milliseconds = value.parse::<u32>().map_err(|_| bad_value(name, "milliseconds"))?;
                self.busy_timeout = Duration::from_millis(milliseconds.into());
            }
            _ => return Err(unknown_parameter(name)),
        }
        Ok(())
    }

    fn set_mode(&mut self, value: &str) -> Result<()> {
        self.mode = match value {
            "ro" => Mode::ReadOnly,
            "rw" => Mode::ReadWrite,
            "rwc" => Mode::Create,
            "memory" => {
                if let Place::File(path) = &self.place {
                    self.place = Place::Memory(Some(path.to_string_lossy().into_owned()));
                }
                Mode::Create
            }
            _ => return Err(bad_value("mode", "ro, rw, rwc or memory")),
        };
        Ok(())
    }

    fn pass(&mut self, name: &'static str, value: String, values: &[&str]) -> Result<()> {
        if !values.contains(&value.as_str()) {
            return Err(bad_value(name, &values.join(" or ")));
        }
        self.options.push((name, value));
        Ok(())
    }
}

/// The path of a plain URL, as written. Before an absolute path stand two slashes of the URL, or three.
fn plain_path(path: &str) -> &str {
    match path.strip_prefix("//") {
        Some(path) if path.starts_with("//") => path.get(1..).unwrap_or_default(),
        Some(path) => path.strip_prefix('/').filter(|memory| *memory == ":memory:").unwrap_or(path),
        None => path,
    }
}

/// The path of a `file:` URI, as written.
fn uri_path(path: &str) -> Result<&str> {
    let Some(after) = path.strip_prefix("//") else { return Ok(path) };
    let path = after.strip_prefix("localhost").unwrap_or(after);
    if path.starts_with('/') {
        return Ok(path);
    }
    let message = "after file:// comes a host, and a database file has none";
    Err(Error::new(ErrorKind::Config, "sqlite.url-host", message)
        .hint("write file:path, or file:///path for an absolute path"))
}

fn place(written: &str) -> Result<Place> {
    if written == ":memory:" {
        return Ok(Place::Memory(None));
    }
    let path = decode_path(written)?;
    if path.as_os_str().is_empty() {
        return Err(Error::new(ErrorKind::Config, "sqlite.no-path", "the database URL names no file")
            .hint("write sqlite:path/to/file.db, or sqlite::memory: for a database in memory"));
    }
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(Error::new(ErrorKind::Config, "sqlite.nul-in-path", "the path contains a NUL character"));
    }
    Ok(Place::File(path))
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a path must be UTF-8")]
fn decode_path(written: &str) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    let bytes: Vec<u8> = percent_decode_str(written).collect();
    Ok(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

/// A drive is written after a slash, `sqlite:///C:/app.db`, or without one.
#[cfg(not(unix))]
fn decode_path(written: &str) -> Result<PathBuf> {
    let path = percent_decode_str(written).decode_utf8().map_err(|_| {
        Error::new(ErrorKind::Config, "sqlite.path-encoding", "the path is not UTF-8 after decoding")
    })?;
    let drive = path.strip_prefix('/').filter(|path| path.get(1..2) == Some(":"));
    Ok(PathBuf::from(drive.unwrap_or(&path)))
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a path must be UTF-8")]
fn path_bytes(path: &std::path::Path) -> Result<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(path.as_os_str().as_bytes().to_vec())
}

#[cfg(not(unix))]
fn path_bytes(path: &std::path::Path) -> Result<Vec<u8>> {
    let text = path.to_str().ok_or_else(|| {
        Error::new(ErrorKind::Config, "sqlite.path-encoding", "the path cannot be written in UTF-8")
    })?;
    let slash = if path.is_absolute() { "/" } else { "" };
    Ok(format!("{slash}{}", text.replace('\\', "/")).into_bytes())
}

fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, ENCODED).to_string()
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn bad_value(name: &str, expected: &str) -> Error {
    let message = format!("the value of the URL parameter `{name}` is wrong");
    Error::new(ErrorKind::Config, "sqlite.url-parameter", message).hint(format!("it can be: {expected}"))
}

fn unknown_parameter(name: &str) -> Error {
    let message = format!("the database URL has a parameter `{name}` that SQLite URLs do not have");
    Error::new(ErrorKind::Config, "sqlite.url-parameter", message)
        .hint(format!("known are: {}; a question mark in a file name is written %3F", PARAMETERS.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Target> {
        Target::parse(&DatabaseUrl::parse(text).unwrap())
    }

    #[test]
    fn a_url_names_a_file_or_memory() {
        let files = [
            ("sqlite:app.db", "app.db"),
            ("sqlite3:dir/app.db", "dir/app.db"),
            ("sqlite+pysqlite:app.db", "app.db"),
            ("sqlite://app.db", "app.db"),
            ("sqlite:/abs/app.db", "/abs/app.db"),
            ("sqlite:///abs/app.db", "/abs/app.db"),
            ("sqlite:////abs/app.db", "/abs/app.db"),
            ("file:app.db", "app.db"),
            ("file:///abs/app.db", "/abs/app.db"),
            ("file://localhost/abs/app.db", "/abs/app.db"),
            ("sqlite:file:app.db", "app.db"),
            ("sqlite:a%20b%3Fc.db", "a b?c.db"),
            ("sqlite:100%.db", "100%.db"),
            ("sqlite:C#/app.db", "C#/app.db"),
        ];
        for (text, path) in files {
            assert_eq!(parse(text).unwrap().place, Place::File(path.into()), "{text}");
        }
        for text in ["sqlite::memory:", "sqlite:///:memory:", "sqlite://:memory:", "file::memory:"] {
            assert_eq!(parse(text).unwrap().place, Place::Memory(None), "{text}");
        }
        let named = parse("file:shared?mode=memory&cache=shared").unwrap();
        assert_eq!(named.place, Place::Memory(Some("shared".into())));
        assert_eq!(named.uri().unwrap(), "file:shared?cache=shared&mode=memory");
        assert_eq!(parse("sqlite::memory:").unwrap().uri().unwrap(), ":memory:");
    }

    #[test]
    fn a_relative_path_counts_from_the_base() {
        let parse = |text| Target::parse(&DatabaseUrl::parse(text).unwrap().with_base("shop")).unwrap().place;
        assert_eq!(parse("sqlite:app.db?mode=ro"), Place::File("shop/app.db".into()));
        assert_eq!(parse("sqlite:/abs/app.db"), Place::File("/abs/app.db".into()));
        assert_eq!(parse("file:shared?mode=memory"), Place::Memory(Some("shared".into())));
    }

    #[test]
    fn parameters_say_how_it_is_opened() {
        let target = parse("sqlite:a.db?mode=ro&busy_timeout=20&immutable=1").unwrap();
        assert_eq!(target.mode, Mode::ReadOnly);
        assert_eq!(target.busy_timeout, Duration::from_millis(20));
        assert_eq!(target.uri().unwrap(), "file:a.db?immutable=1");
        assert_eq!(parse("sqlite:a.db").unwrap().mode, Mode::Create);
        assert_eq!(parse("sqlite:a.db?mode=rw").unwrap().mode, Mode::ReadWrite);
        assert_eq!(parse("sqlite:a%3Fmode=ro.db").unwrap().uri().unwrap(), "file:a%3Fmode%3Dro.db");
    }

    #[test]
    fn a_wrong_url_is_refused_with_what_is_right() {
        let cases = [
            ("sqlite:", "sqlite.no-path", "sqlite:path/to/file.db"),
            ("sqlite://", "sqlite.no-path", "sqlite:path/to/file.db"),
            ("sqlite:?mode=ro", "sqlite.no-path", "sqlite:path/to/file.db"),
            ("sqlite:a%00b", "sqlite.nul-in-path", ""),
            ("file://host/a.db", "sqlite.url-host", "file:///path"),
            ("sqlite:a.db?mod=ro", "sqlite.url-parameter", "mode, cache, immutable, nolock, busy_timeout"),
            ("sqlite:a.db?mode=read", "sqlite.url-parameter", "ro, rw, rwc or memory"),
            ("sqlite:a.db?cache=1", "sqlite.url-parameter", "shared or private"),
            ("sqlite:a.db?busy_timeout=-1", "sqlite.url-parameter", "milliseconds"),
        ];
        for (text, code, hint) in cases {
            let error = parse(text).unwrap_err();
            assert_eq!((error.code.as_str(), &error.kind), (code, &ErrorKind::Config), "{text}");
            assert!(error.hint.clone().unwrap_or_default().contains(hint), "{text}: {error:?}");
        }
    }
}
