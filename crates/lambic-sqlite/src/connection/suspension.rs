//! A transaction without enforcement of foreign keys, as the rebuild of a table needs it.
//!
//! While it lasts, `ALTER TABLE` works in its legacy mode too, in which a rename leaves views and triggers alone. What
//! SQLite does not watch over meanwhile is compared at the end: no reference and no view or trigger may be broken that
//! was not broken before.

use lambic_core::{Error, ErrorKind, Result};
use rusqlite::Connection;

use super::dependents::{self, Broken, Working};
use super::references::{References, Violation};
use crate::error::convert;

/// How many violations an error names.
const NAMED: usize = 5;

/// What was before the transaction, and is put back or compared after it.
#[derive(Debug)]
pub(crate) struct Suspension {
    foreign_keys: bool,
    legacy_alter_table: bool,
    references: References,
    working: Working,
}

impl Suspension {
    /// Turns enforcement off, before the transaction begins: inside one, SQLite ignores it without a word. `slot` is
    /// filled before anything changes, so that what changed is put back even when this fails.
    pub(crate) fn start(connection: &Connection, slot: &mut Option<Self>) -> Result<()> {
        let before = || {
            Ok(Self {
                foreign_keys: is_on(connection, "foreign_keys")?,
                legacy_alter_table: is_on(connection, "legacy_alter_table")?,
                references: References::default(),
                working: Working::default(),
            })
        };
        *slot = Some(before().map_err(convert)?);
        set(connection, "foreign_keys", false)?;
        set(connection, "legacy_alter_table", true)
    }

    /// Sees what is broken already, as the first thing in the transaction.
    pub(crate) fn observe(&mut self, connection: &Connection) -> Result<()> {
        self.references = References::read(connection).map_err(convert)?;
        self.working = dependents::working(connection).map_err(convert)?;
        Ok(())
    }

    /// Refuses what is broken now and was not before.
    pub(crate) fn verify(&self, connection: &Connection) -> Result<()> {
        let new = self.references.new_violations(connection).map_err(convert)?;
        if !new.is_empty() {
            return Err(refused_references(&new));
        }
        match self.working.broken(connection).map_err(convert)? {
            broken if broken.is_empty() => Ok(()),
            broken => Err(refused_dependents(&broken)),
        }
    }

    /// Puts the session's settings back, after the transaction.
    pub(crate) fn end(self, connection: &Connection) -> Result<()> {
        let enforced = set(connection, "foreign_keys", self.foreign_keys);
        enforced.and(set(connection, "legacy_alter_table", self.legacy_alter_table))
    }
}

fn is_on(connection: &Connection, setting: &str) -> rusqlite::Result<bool> {
    connection.pragma_query_value(None, setting, |row| row.get(0))
}

/// Sets a switch, and reads it back, since SQLite says nothing where it ignores one.
fn set(connection: &Connection, setting: &str, on: bool) -> Result<()> {
    connection.pragma_update(None, setting, on).map_err(convert)?;
    if is_on(connection, setting).map_err(convert)? == on {
        return Ok(());
    }
    let message = format!("SQLite did not turn PRAGMA {setting} {}", if on { "on" } else { "off" });
    Err(Error::new(ErrorKind::Internal, "sqlite.setting", message))
}

fn refused_references(violations: &[Violation]) -> Error {
    let (first, count) = (violations.first().map(Violation::to_string).unwrap_or_default(), violations.len());
    let message = match count {
        1 => format!("the commit would leave a broken reference: {first}"),
        _ => format!("the commit would leave {count} broken references, among them: {first}"),
    };
    let error = Error::new(ErrorKind::Database, "sqlite.foreign-key-violation", message)
        .hint("repair or remove these rows in the same revision");
    violations.iter().skip(1).take(NAMED - 1).fold(error, |error, other| error.note(other.to_string()))
}

fn refused_dependents(broken: &[Broken]) -> Error {
    let first = broken.first().map(Broken::to_string).unwrap_or_default();
    let error =
        Error::new(ErrorKind::Database, "sqlite.broken-dependent", format!("the commit would leave {first}"))
            .hint("drop it before the change, and create it again after it, in the same revision");
    broken.iter().skip(1).take(NAMED - 1).fold(error, |error, other| error.note(other.to_string()))
}
