//! The tables of the version store, as values that any dialect can render.

use lambic_core::schema::{Column, Key, NativeType, PortableType, QualifiedName};
use lambic_core::{Dialect, Error, ErrorKind, Result, Table};

/// The one column of the version table.
pub(super) const VERSION_COLUMN: &str = "version_num";

/// The most characters of a revision's id, and of the shorter texts of the log.
pub(super) const WIDTH: u32 = 255;

/// A column of the log: its name, its type, and whether every row has a value.
type LogColumn = (&'static str, PortableType, bool);

/// The columns of the log, in order.
pub(super) const LOG_COLUMNS: [LogColumn; 14] = [
    ("id", PortableType::BigInt, true),
    ("event", PortableType::Varchar(WIDTH), true),
    ("revision", PortableType::Varchar(WIDTH), false),
    ("direction", PortableType::Varchar(WIDTH), false),
    ("statement", PortableType::BigInt, false),
    ("checksum", PortableType::Varchar(WIDTH), false),
    ("at", PortableType::Varchar(WIDTH), true),
    ("duration_ms", PortableType::BigInt, false),
    ("who", PortableType::Varchar(WIDTH), false),
    ("host", PortableType::Varchar(WIDTH), false),
    ("session", PortableType::Varchar(WIDTH), false),
    ("version", PortableType::Varchar(WIDTH), false),
    ("tag", PortableType::Varchar(WIDTH), false),
    ("error", PortableType::Text, false),
];

/// The type of a revision's id.
pub(super) fn id_type(dialect: &dyn Dialect) -> Result<(NativeType, PortableType)> {
    let portable = PortableType::Varchar(WIDTH);
    Ok((dialect.column_type(&portable)?, portable))
}

/// The version table: one column, a primary key with Alembic's name for it.
pub(super) fn version_table(name: &QualifiedName, dialect: &dyn Dialect) -> Result<Table> {
    let (native, portable) = id_type(dialect)?;
    let column = Column { native, portable: Some(portable), ..Column::new(VERSION_COLUMN, "") };
    let mut table = Table::new(name.clone(), vec![column.not_null()]);
    table.primary_key = Some(Key::over([VERSION_COLUMN]).named(format!("{}_pkc", name.name)));
    Ok(table)
}

/// The log. Its numbers are given by the engine, under the lock.
pub(super) fn log_table(name: &QualifiedName, dialect: &dyn Dialect) -> Result<Table> {
    let column = |(name, portable, always): &LogColumn| -> Result<Column> {
        let native = dialect.column_type(portable)?;
        let column = Column { native, portable: Some(portable.clone()), ..Column::new(*name, "") };
        Ok(if *always { column.not_null() } else { column })
    };
    let columns = LOG_COLUMNS.iter().map(column).collect::<Result<_>>()?;
    let mut table = Table::new(name.clone(), columns);
    table.primary_key = Some(Key::over(["id"]).named(format!("{}_pkc", name.name)));
    Ok(table)
}

/// Whether a table of that name can be the version table.
pub(super) fn check_version(table: &Table) -> Result<()> {
    check(table, &[VERSION_COLUMN], "version table", "version_table")
}

/// Whether a table of that name can be the log.
pub(super) fn check_log(table: &Table) -> Result<()> {
    let names: Vec<&str> = LOG_COLUMNS.iter().map(|(name, ..)| *name).collect();
    check(table, &names, "log", "version_table")
}

fn check(table: &Table, columns: &[&str], what: &str, key: &str) -> Result<()> {
    let Some(missing) = columns.iter().find(|name| table.column(name).is_none()) else { return Ok(()) };
    let message = format!("the table {} is not a {what} of Lambic: it has no column {missing}", table.name);
    Err(Error::new(ErrorKind::Conflict, "store.foreign-table", message)
        .hint(format!("choose another name: `{key}` in lambic.toml")))
}
