//! The settings of a session: the prologue, and the way back to it.

use std::ops::ControlFlow;

use lambic_sql::Token;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Result};

use crate::classify::{SETTING_COMMANDS, makes_temporary};
use crate::lexicon::LEXICON;

/// The settings that a session of Lambic's begins with. All others stay as the library and the file have them:
/// the journal mode above all, and that `"x"` is read as a text where no such column is, since schemas that exist
/// rely on it.
const PROLOGUE: &str = "PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF; PRAGMA query_only = OFF; \
     PRAGMA case_sensitive_like = OFF; PRAGMA writable_schema = OFF";

/// The settings of a session that can be read and put back. That no setting is forgotten is tested against the
/// library's own list.
const SETTINGS: [&str; 27] = [
    "analysis_limit",
    "automatic_index",
    "cache_size",
    "cache_spill",
    "cell_size_check",
    "checkpoint_fullfsync",
    "count_changes",
    "defer_foreign_keys",
    "empty_result_callbacks",
    "full_column_names",
    "fullfsync",
    "ignore_check_constraints",
    "journal_size_limit",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "short_column_names",
    "synchronous",
    "temp_store",
    "threads",
    "trusted_schema",
    "wal_autocheckpoint",
    "journal_mode",
];

/// What a session was like before somebody's statements changed it.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// The value of each setting, taken before the first statement that may change one.
    before: Option<Vec<(&'static str, Value)>>,
    /// Whether there may be temporary objects.
    temporary: bool,
}

impl Session {
    /// Puts a fresh connection into the prologue, and finds out whether the file is a database.
    pub(crate) fn begin(connection: &Connection) -> Result<()> {
        // The library is built with foreign keys on; another build may not be.
        connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA schema_version")
    }

    /// Whether nothing happened that [`reset`](Self::reset) would undo.
    pub(crate) fn is_pristine(&self) -> bool {
        self.before.is_none() && !self.temporary
    }

    /// Looks at a statement and its first token before it runs, and remembers the settings if it may change any.
    pub(crate) fn note(&mut self, first: &Token<'_>, sql: &str, connection: &Connection) -> Result<()> {
        if self.before.is_none() && first.is_any_word(&SETTING_COMMANDS) {
            self.before = Some(settings(connection)?);
        }
        self.temporary |= first.is_word("CREATE") && makes_temporary(sql);
        Ok(())
    }

    /// Puts the session back, outside a transaction. `Break`: settings were changed, perhaps the handlers too.
    pub(crate) fn reset(&mut self, connection: &Connection) -> Result<ControlFlow<()>> {
        let before = self.before.take();
        if before.is_some() {
            connection.execute_batch(PROLOGUE)?;
            detach_databases(connection)?;
        }
        if std::mem::take(&mut self.temporary) {
            drop_temporary_objects(connection)?;
        }
        let Some(before) = before else { return Ok(ControlFlow::Continue(())) };
        for ((name, before), (_, now)) in before.into_iter().zip(settings(connection)?) {
            if before != now && !(name == "journal_mode" && (is_wal(&before) || is_wal(&now))) {
                connection.pragma_update(None, name, before)?;
            }
        }
        Ok(ControlFlow::Break(()))
    }
}

/// Write-ahead logging is a property of the file and not of the session: who turns it on means it.
fn is_wal(mode: &Value) -> bool {
    matches!(mode, Value::Text(mode) if mode.eq_ignore_ascii_case("wal"))
}

fn settings(connection: &Connection) -> Result<Vec<(&'static str, Value)>> {
    let read = |name| connection.pragma_query_value(None, name, |row| row.get(0)).optional();
    SETTINGS.iter().map(|name| Ok((*name, read(*name)?.unwrap_or(Value::Null)))).collect()
}

fn drop_temporary_objects(connection: &Connection) -> Result<()> {
    const LIST: &str = "SELECT type, name FROM temp.sqlite_schema WHERE type IN ('table', 'view', 'trigger') \
                        AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut statement = connection.prepare_cached(LIST)?;
    let objects: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_>>()?;
    if objects.is_empty() {
        return Ok(());
    }
    // A temporary table may refer to another, in either order.
    connection.pragma_update(None, "foreign_keys", false)?;
    let dropped = objects.iter().try_for_each(|(kind, name)| {
        // A table takes its triggers along.
        connection.execute_batch(&format!("DROP {kind} IF EXISTS temp.{}", quoted(name)))
    });
    dropped.and(connection.pragma_update(None, "foreign_keys", true))
}

fn detach_databases(connection: &Connection) -> Result<()> {
    let mut statement = connection.prepare("SELECT name FROM pragma_database_list WHERE seq > 1")?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
    names.iter().try_for_each(|name| connection.execute_batch(&format!("DETACH {}", quoted(name))))
}

/// A name that the library has told is free of NUL, which alone cannot be quoted.
pub(super) fn quoted(name: &str) -> String {
    LEXICON.quote_identifier(name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pragmas that ask, act, or change the file; what they do does not end with the session, or never began.
    const NO_SETTINGS: &str = "application_id auto_vacuum collation_list compile_options data_version \
        database_list encoding foreign_key_check foreign_key_list freelist_count function_list incremental_vacuum \
        index_info index_list index_xinfo integrity_check module_list optimize page_count page_size pragma_list \
        quick_check schema_version shrink_memory table_info table_list table_xinfo user_version wal_checkpoint \
        default_cache_size \
        busy_timeout hard_heap_limit soft_heap_limit temp_store_directory data_store_directory";

    #[test]
    fn every_pragma_of_the_library_is_put_back_or_is_no_setting() {
        let connection = Connection::open_in_memory().unwrap();
        let mut statement = connection.prepare("SELECT name FROM pragma_pragma_list").unwrap();
        let names: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(names.len() > 50, "{names:?}");
        for name in names {
            let restored =
                SETTINGS.contains(&name.as_str()) || PROLOGUE.contains(&format!("PRAGMA {name} ="));
            let none = NO_SETTINGS.split_whitespace().any(|known| known == name);
            assert!(restored != none, "PRAGMA {name}");
        }
    }
}
