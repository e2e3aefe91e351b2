//! Foreign keys.

use std::collections::HashMap;

use lambic_core::Rows;
use lambic_core::schema::{ForeignKey, QualifiedName, ReferentialAction};

use super::catalog::Catalog;
use super::row::Row;

/// A pair of columns of a foreign key.
#[derive(Debug)]
struct Pair {
    key: (usize, usize),
    number: u32,
    column: String,
    referenced: (String, String),
    referenced_column: String,
}

impl Catalog<'_> {
    /// Takes in the sweeps of foreign keys and of their columns.
    pub(super) fn add_foreign_keys(&mut self, keys: Vec<Rows>, columns: Vec<Rows>) {
        let mut places: HashMap<(usize, String), usize> = HashMap::new();
        for mut row in keys.into_iter().flat_map(Row::all) {
            let table = row.text();
            let Some(at) = self.place(&table) else { continue };
            let name = row.text();
            let key = self.foreign_key(&name, row);
            if let Some(listed) = self.tables.get_mut(at) {
                places.insert((at, name), listed.table.foreign_keys.len());
                listed.table.foreign_keys.push(key);
            }
        }
        let mut pairs: Vec<Pair> =
            columns.into_iter().flat_map(Row::all).filter_map(|row| self.pair(&places, row)).collect();
        pairs.sort_by_key(|pair| (pair.key, pair.number));
        for pair in pairs {
            let (database, table) = pair.referenced;
            let references = self.name_in(database, table);
            let (at, place) = pair.key;
            let listed = self.tables.get_mut(at);
            let Some(key) = listed.and_then(|listed| listed.table.foreign_keys.get_mut(place)) else {
                continue;
            };
            key.references = references;
            key.columns.push(pair.column);
            key.referenced_columns.push(pair.referenced_column);
        }
    }

    fn foreign_key(&self, name: &str, mut row: Row) -> ForeignKey {
        let mut key = ForeignKey::new(Vec::<String>::new(), QualifiedName::bare(""), Vec::new());
        key.name = Some(name.to_owned());
        key.match_type = Some(row.text()).filter(|kind| !matches!(kind.as_str(), "NONE" | "SIMPLE"));
        key.on_update = self.action(&row.text());
        key.on_delete = self.action(&row.text());
        key
    }

    fn action(&self, rule: &str) -> ReferentialAction {
        match rule {
            "RESTRICT" if self.product.facts.restrict_is_no_action => ReferentialAction::NoAction,
            rule => ReferentialAction::from(rule.to_ascii_lowercase().replace(' ', "-").as_str()),
        }
    }

    fn pair(&self, places: &HashMap<(usize, String), usize>, mut row: Row) -> Option<Pair> {
        let at = self.place(&row.text())?;
        let place = *places.get(&(at, row.text()))?;
        let number = row.number().unwrap_or_default();
        let column = row.text();
        let referenced = (row.text(), row.text());
        Some(Pair { key: (at, place), number, column, referenced, referenced_column: row.text() })
    }
}
