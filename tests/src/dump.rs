//! What a database and a folder hold, to be compared.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

/// Everything that a database holds, but for the log: that grows with every failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    /// The objects: type, name, text.
    pub schema: Vec<String>,
    /// The rows of each table, sorted.
    pub rows: BTreeMap<String, Vec<String>>,
}

impl Dump {
    /// Reads everything.
    pub fn of(connection: &Connection) -> Self {
        Self::read(connection).expect("a database that can be read")
    }

    /// The same without Lambic's own tables.
    pub fn without_store(mut self) -> Self {
        self.schema.retain(|object| !object.contains("lambic_version") && !object.contains("lambic_log"));
        self.rows.retain(|table, _| !table.starts_with("lambic_"));
        self
    }

    fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let schema = select(connection, "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2")?;
        let tables = select(
            connection,
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'lambic_log'",
        )?;
        let rows = tables.into_iter().map(|table| {
            let mut rows = select(connection, &format!("SELECT * FROM \"{table}\""))?;
            rows.sort_unstable();
            Ok((table, rows))
        });
        Ok(Self { schema, rows: rows.collect::<rusqlite::Result<_>>()? })
    }
}

/// The rows of a query, values apart by `|`.
pub(crate) fn query(connection: &Connection, sql: &str) -> Vec<String> {
    select(connection, sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn select(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let row = |row: &Row<'_>| {
        let values: rusqlite::Result<Vec<String>> =
            (0..columns).map(|at| row.get_ref(at).map(shown)).collect();
        values.map(|values| values.join("|"))
    };
    statement.query_map([], row)?.collect()
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("x{bytes:02x?}"),
    }
}

/// Every file below a folder: a database by what it holds, any other by its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct State(BTreeMap<String, Content>);

#[derive(Clone, PartialEq, Eq)]
enum Content {
    Folder,
    Database(Dump),
    File(Vec<u8>),
    /// A file that is too large to be kept.
    Large(u64),
    /// Something that cannot be read.
    Sealed,
}

/// Files larger than this are known by their size.
const LARGE: u64 = 16 << 20;

impl State {
    pub(crate) fn of(folder: &Path) -> Self {
        let (mut found, mut todo) = (BTreeMap::new(), vec![folder.to_owned()]);
        while let Some(next) = todo.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                if path.is_dir() {
                    todo.push(path);
                    found.insert(name, Content::Folder);
                } else {
                    found.insert(name, Content::of(&path));
                }
            }
        }
        Self(found)
    }
}

impl Content {
    fn of(path: &Path) -> Self {
        if fs::metadata(path).is_ok_and(|file| file.len() > LARGE) {
            return Self::Large(fs::metadata(path).unwrap().len());
        }
        match (Self::database(path), fs::read(path)) {
            (Some(dump), _) => Self::Database(dump),
            (None, Ok(bytes)) => Self::File(bytes),
            (None, Err(_)) => Self::Sealed,
        }
    }

    /// What a database holds; `None` when the file is none, or a damaged or locked one.
    fn database(path: &Path) -> Option<Dump> {
        let named = path.extension().is_some_and(|extension| extension == "db");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        named
            .then(|| Connection::open_with_flags(path, flags).and_then(|open| Dump::read(&open)).ok())
            .flatten()
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder => f.write_str("folder"),
            Self::Database(dump) => dump.fmt(f),
            Self::File(bytes) => String::from_utf8_lossy(bytes).chars().take(2000).collect::<String>().fmt(f),
            Self::Large(size) => write!(f, "{size} bytes"),
            Self::Sealed => f.write_str("cannot be read"),
        }
    }
}
