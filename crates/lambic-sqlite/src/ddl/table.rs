//! `CREATE TABLE`.

use lambic_core::Table;
use lambic_core::schema::{Key, KeyPart, KeyTarget, Properties, QualifiedName};
use lambic_sql::Token;

use super::{Parsed, Reader, canonical, columns, constraints, head, name_of, reader, same_name};

/// What is known of a table while its statement is read.
#[derive(Debug)]
pub(super) struct TableReader<'a> {
    /// Where the reader stands.
    pub(super) at: Reader<'a>,
    /// The table so far.
    pub(super) table: Table,
    /// The name that belongs to the constraint that follows.
    pub(super) pending_name: Option<String>,
    /// Whether the primary key is written at its column, where `DESC` keeps an INTEGER from being the rowid.
    pub(super) key_at_column: bool,
}

/// Reads a table from its statement; `name` is its name in the catalog.
pub(crate) fn table(name: &str, sql: &str) -> Parsed<Table> {
    let mut at = reader(sql);
    head(&mut at, "TABLE")?;
    let table = Table::new(QualifiedName::bare(name), Vec::new());
    let mut reader = TableReader { at, table, pending_name: None, key_at_column: false };
    reader.body()?;
    reader.options()?;
    Ok(reader.finish())
}

impl TableReader<'_> {
    fn body(&mut self) -> Parsed<()> {
        self.at.expect_char('(')?;
        loop {
            columns::column(self)?;
            if !self.at.eat_char(',') || constraints::begins(&self.at) {
                break;
            }
        }
        while !self.at.at_char(')') {
            constraints::constraint(self)?;
            // SQLite lets the comma between constraints be left out.
            self.at.eat_char(',');
        }
        self.at.expect_char(')')
    }

    fn options(&mut self) -> Parsed<()> {
        while !self.at.is_at_end() {
            let option = if self.at.eat_words(&["WITHOUT", "ROWID"]) {
                "without-rowid"
            } else if self.at.eat_word("STRICT") {
                "strict"
            } else {
                return Err(self.at.unexpected("STRICT or WITHOUT ROWID"));
            };
            self.table.options.insert(option.to_owned(), "true".to_owned());
            self.at.eat_char(',');
        }
        Ok(())
    }

    /// Writes everything in the one way in which tables are compared.
    fn finish(self) -> Table {
        let mut table = self.table;
        let is_rowid = table.primary_key.as_ref().is_some_and(|key| {
            let descends = self.key_at_column && key.columns.iter().any(|part| part.descending);
            !descends && rowid_column(&table, key).is_some()
        });
        if let Some(key) = table.primary_key.as_mut().filter(|_| is_rowid) {
            // The rowid has one order and one collation, whatever is written.
            key.columns.iter_mut().for_each(|part| *part = plain(part));
        }
        let mut keys: Vec<Key> = table.primary_key.take().into_iter().collect();
        let primary = !keys.is_empty();
        keys.append(&mut table.uniques);
        for key in &mut keys {
            key.columns.iter_mut().for_each(|part| resolve(&table, part));
        }
        let mut keys = keys.into_iter();
        table.primary_key = if primary { keys.next() } else { None };
        table.uniques = keys.collect();
        let mut foreign_keys = std::mem::take(&mut table.foreign_keys);
        for key in &mut foreign_keys {
            key.columns.iter_mut().for_each(|column| spell(&table, column));
        }
        table.foreign_keys = foreign_keys;
        table.sort();
        table
    }

    /// Takes the name that was given to the constraint that is read.
    pub(super) fn take_name(&mut self) -> Option<String> {
        self.pending_name.take()
    }

    /// The canonical text of an expression of this table. Its columns are not qualified, so that renaming the
    /// table leaves the text as it is.
    pub(super) fn expression(&self, tokens: &[Token<'_>]) -> String {
        canonical(&unqualified(tokens, &self.table.name.name))
    }

    /// Takes `ON CONFLICT …`, if it stands here, into `options`; `ABORT` is what holds anyway.
    pub(super) fn on_conflict(&mut self, options: &mut Properties, key: &str) -> Parsed<()> {
        if !self.at.eat_words(&["ON", "CONFLICT"]) {
            return Ok(());
        }
        let action = super::name(&mut self.at)?.to_ascii_lowercase();
        if action != "abort" {
            options.insert(key.to_owned(), action);
        }
        Ok(())
    }
}

/// Leaves out `name.` before the columns of the table of that name.
pub(super) fn unqualified<'a>(tokens: &[Token<'a>], table: &str) -> Vec<Token<'a>> {
    let qualifies = |at: usize| {
        tokens.get(at + 1).is_some_and(|token| token.is('.'))
            && tokens.get(at).and_then(name_of).is_some_and(|name| same_name(&name, table))
    };
    let kept = |at: &usize| !qualifies(*at) && !at.checked_sub(1).is_some_and(qualifies);
    (0..tokens.len()).filter(kept).filter_map(|at| tokens.get(at).copied()).collect()
}

/// The names of the rowid.
const ROWID_NAMES: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// Whether SQLite takes the name for the rowid where no column has it.
pub(crate) fn is_rowid_name(name: &str) -> bool {
    ROWID_NAMES.iter().any(|rowid| same_name(name, rowid))
}

/// A name of the rowid that no column `has`; `None` where columns hide them all.
pub(crate) fn free_rowid_name(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    ROWID_NAMES.into_iter().find(|rowid| !has(rowid))
}

/// The column that is another name of the rowid when `key` is the primary key, but for how it is ordered.
pub(crate) fn rowid_column<'t>(table: &'t Table, key: &Key) -> Option<&'t str> {
    let [part] = key.columns.as_slice() else { return None };
    let name = part.column_name().filter(|_| !table.has("without-rowid"))?;
    let column = table.columns.iter().find(|column| same_name(&column.name, name))?;
    let native = column.native.as_str().trim_matches(['"', '`', '\'', '[', ']']);
    native.eq_ignore_ascii_case("INTEGER").then_some(column.name.as_str())
}

fn plain(part: &KeyPart) -> KeyPart {
    part.column_name().map_or_else(|| part.clone(), KeyPart::column)
}

/// Spells a column as the table does, and leaves out a collation that is the column's own.
pub(super) fn resolve(table: &Table, part: &mut KeyPart) {
    let own = match &mut part.key {
        KeyTarget::Column(name) => {
            spell(table, name);
            table.column(name).and_then(|column| column.collation.as_deref())
        }
        KeyTarget::Expression(_) => None,
    };
    part.collation.take_if(|collation| same_name(collation, own.unwrap_or("BINARY")));
}

/// Spells a column as the table does.
pub(crate) fn spell(table: &Table, name: &mut String) {
    let known = table.columns.iter().find(|column| same_name(&column.name, name));
    if let Some(column) = known.filter(|column| column.name != *name) {
        name.clone_from(&column.name);
    }
}
