//! Indexes, and the primary key.
//!
//! A unique constraint and a unique index are one thing here, so that it is always an index of the model.

use lambic_core::Rows;
use lambic_core::schema::{Index, Key, KeyPart, Objects};

use super::catalog::Catalog;
use super::row::Row;
use crate::render::options::{INVISIBLE, METHOD};

/// The engine whose indexes are hashes unless they say otherwise.
const HASHING_ENGINE: &str = "MEMORY";

/// The other engines that have hashes; elsewhere the word says nothing, but of a unique index.
const ENGINES_WITH_HASHES: [&str; 1] = ["ndbcluster"];

/// One part of an index.
#[derive(Debug)]
struct Part {
    table: usize,
    index: String,
    number: u32,
    unique: bool,
    key: KeyPart,
    kind: String,
    comment: Option<String>,
    invisible: bool,
}

impl Catalog<'_> {
    /// Takes in the sweep of indexes.
    pub(super) fn add_indexes(&mut self, rows: Vec<Rows>) {
        let mut parts: Vec<Part> =
            rows.into_iter().flat_map(Row::all).filter_map(|row| self.part(row)).collect();
        parts.sort_unstable_by(|a, b| (a.table, &a.index, a.number).cmp(&(b.table, &b.index, b.number)));
        let mut parts = parts.into_iter().peekable();
        while let Some(at) = parts.peek().map(|first| first.table) {
            let mut indexes = Vec::new();
            while let Some(first) = parts.next_if(|part| part.table == at) {
                let mut index = self.begin(first);
                while let Some(part) = parts.next_if(|part| part.table == at && part.index == index.name) {
                    index.parts.push(part.key);
                }
                indexes.push(index);
            }
            self.place_indexes(at, indexes);
        }
    }

    fn place_indexes(&mut self, at: usize, indexes: Vec<Index>) {
        let Some(listed) = self.tables.get_mut(at) else { return };
        let (primary, others): (Vec<_>, Vec<_>) =
            indexes.into_iter().partition(|index| index.name == "PRIMARY");
        listed.table.primary_key = primary.into_iter().next().map(primary_key);
        listed.text_needed |= others.iter().any(is_of_words);
        listed.table.indexes = others.into_iter().collect::<Objects<Index>>();
    }

    fn part(&self, mut row: Row) -> Option<Part> {
        let table = self.place(&row.text())?;
        let (index, number, unique) = (row.text(), row.number().unwrap_or_default(), row.flag());
        let column = row.optional();
        let descending = row.flag();
        let prefix = row.number();
        let (kind, comment, invisible) = (row.text(), row.filled(), row.flag());
        let mut key = match (column, row.optional()) {
            (_, Some(expression)) => KeyPart::expression(self.expression(&expression)),
            (column, None) => KeyPart::column(column.unwrap_or_default()),
        };
        key.descending = descending;
        // What is reported of spatial indexes is the size of a rectangle.
        key.prefix = prefix.filter(|_| kind != "SPATIAL");
        Some(Part { table, index, number, unique, key, kind, comment, invisible })
    }

    fn begin(&self, first: Part) -> Index {
        let engine = self.tables.get(first.table).and_then(|listed| listed.table.options.get("engine"));
        let default = if engine.is_some_and(|engine| engine == HASHING_ENGINE) { "HASH" } else { "BTREE" };
        let mut index = Index::new(first.index, vec![first.key]);
        index.unique = first.unique;
        let hashes = engine.is_some_and(|engine| ENGINES_WITH_HASHES.contains(&engine.as_str()));
        let says_nothing = first.kind == "HASH" && !first.unique && !hashes;
        index.method = (first.kind != default && !says_nothing).then(|| first.kind.to_lowercase());
        index.comment = first.comment;
        if first.invisible {
            index.options.insert(INVISIBLE.to_owned(), "true".to_owned());
        }
        index
    }
}

/// Whether it is a sort of index that the catalog does not tell all of.
fn is_of_words(index: &Index) -> bool {
    matches!(index.method.as_deref(), Some("fulltext" | "vector"))
}

fn primary_key(index: Index) -> Key {
    let mut options = index.options;
    options.extend(index.method.map(|method| (METHOD.to_owned(), method)));
    Key {
        name: None,
        columns: index.parts,
        include: Vec::new(),
        deferrable: None,
        comment: index.comment,
        options,
    }
}
