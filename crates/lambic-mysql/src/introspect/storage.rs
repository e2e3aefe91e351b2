//! Where tables are kept, and attributes that only their engine reads.

use std::collections::HashSet;

use lambic_core::Rows;
use lambic_core::schema::Properties;

use super::catalog::Catalog;
use super::row::Row;
use crate::render::options::{AUTOEXTEND_SIZE, ENGINE, ENGINE_ATTRIBUTES};

/// What the server says of where tables are kept.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Folders {
    /// Whether tables can be in other folders than the server's own.
    pub(super) others: bool,
    /// Whether tables share a tablespace unless told otherwise.
    pub(super) shared: bool,
}

impl Folders {
    /// Reads the only row of the answer.
    pub(super) fn read(answers: Vec<Rows>) -> Self {
        let mut row = answers.into_iter().flat_map(Row::all).next();
        let mut flag = || row.as_mut().is_some_and(Row::flag);
        Self { others: flag(), shared: flag() }
    }
}

impl Catalog<'_> {
    /// Marks the tables whose place only their text tells: all of them, or those without a tablespace of their own.
    pub(super) fn add_spaces(&mut self, folders: Folders, own: Option<Vec<Rows>>) {
        let told = own.filter(|_| !folders.others && !folders.shared);
        let own: Option<HashSet<String>> =
            told.map(|rows| rows.into_iter().flat_map(Row::all).map(|mut row| row.text()).collect());
        for listed in self.tables.iter_mut().filter(|listed| !listed.table.options.contains_key(ENGINE)) {
            let name = &listed.table.name.name;
            listed.text_needed |= own.as_ref().is_none_or(|own| !own.contains(name));
        }
        self.shared_tablespace = folders.shared;
    }

    /// Takes in the steps by which tablespaces grow.
    pub(super) fn add_steps(&mut self, rows: Vec<Rows>) {
        for mut row in rows.into_iter().flat_map(Row::all) {
            let table = row.text();
            let Some(listed) = self.listed(&table) else { continue };
            listed.table.options.insert(AUTOEXTEND_SIZE.to_owned(), row.text());
        }
    }

    /// Takes in attributes of tables, columns and indexes.
    pub(super) fn add_attributes(&mut self, rows: Vec<Rows>) {
        for mut row in rows.into_iter().flat_map(Row::all) {
            let (table, column, index) = (row.text(), row.optional(), row.optional());
            let Some(options) = self.options_of(&table, column.as_deref(), index) else { continue };
            for name in ENGINE_ATTRIBUTES {
                options.extend(row.filled().map(|value| (name.to_owned(), value)));
            }
        }
    }

    fn options_of(
        &mut self,
        table: &str,
        column: Option<&str>,
        index: Option<String>,
    ) -> Option<&mut Properties> {
        let table = &mut self.listed(table)?.table;
        match (column, index) {
            (Some(name), _) => {
                let column = table.columns.iter_mut().find(|column| column.name == name);
                column.map(|column| &mut column.options)
            }
            (None, Some(name)) if name == "PRIMARY" => table.primary_key.as_mut().map(|key| &mut key.options),
            (None, Some(name)) => table.indexes.get_mut(&name).map(|index| &mut index.options),
            (None, None) => Some(&mut table.options),
        }
    }
}
