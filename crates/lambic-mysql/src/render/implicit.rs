//! The indexes that foreign keys bring along.
//!
//! `InnoDB` wants an index that begins with the columns of a foreign key. Where there is none it makes one with the name of
//! the key, takes it away when another index serves as well, one that came with another key included, and leaves it
//! behind when the key goes. The model does not hold such an index: it follows from the key. Of several keys over the
//! same columns it is the first whose index stays, so that this one is written last.

use lambic_core::schema::{ForeignKey, Index, KeyPart, Table};

use super::constraint::unique_index;
use super::text::same_name;

/// The indexes of a table that its foreign keys bring along, as far as keys and indexes of the model do not serve them.
pub(crate) fn implicit(table: &Table) -> Vec<Index> {
    let mut found: Vec<Index> = Vec::new();
    for key in &table.foreign_keys {
        if let Some(index) = index_of(key)
            && !is_served(table, key)
            && !found.iter().any(|known| begins_with(known, &key.columns))
        {
            found.retain(|known| !serves_parts(&index, known));
            found.push(index);
        }
    }
    found
}

/// The foreign keys of a table in the order in which they bring these indexes along: the server keeps the last of those
/// that serve as well as each other.
pub(super) fn in_order<'k>(
    brought: &[Index],
    keys: impl Iterator<Item = &'k ForeignKey>,
) -> Vec<&'k ForeignKey> {
    let gives_way = |key: &&ForeignKey| {
        let other = |index: &Index| key.name.as_ref() != Some(&index.name);
        brought.iter().any(|index| other(index) && begins_with(index, &key.columns))
    };
    let (mut first, rest): (Vec<_>, Vec<_>) = keys.partition(gives_way);
    first.extend(rest);
    first
}

/// Whether an index serves as well as another that came with a foreign key.
fn serves_parts(index: &Index, other: &Index) -> bool {
    let columns: Vec<String> =
        other.parts.iter().filter_map(KeyPart::column_name).map(str::to_owned).collect();
    begins_with(index, &columns)
}

/// Puts a table, as a database reports it, in order, and takes out the indexes that its foreign keys brought along: which
/// key an index goes with depends on their order, and the catalog has none.
pub(crate) fn remove_implicit(table: &mut Table) {
    table.sort();
    for at in 0..table.foreign_keys.len() {
        let Some(index) = table.foreign_keys.get(at).and_then(index_of) else { continue };
        if table.indexes.get(&index.name) == Some(&index) {
            table.indexes.remove(&index.name);
            if !implicit(table).contains(&index) {
                table.indexes.insert(index);
            }
        }
    }
}

fn index_of(key: &ForeignKey) -> Option<Index> {
    let parts = key.columns.iter().map(KeyPart::column).collect();
    key.name.as_ref().map(|name| Index::new(name, parts))
}

fn is_served(table: &Table, key: &ForeignKey) -> bool {
    let keys = table.primary_key.iter().chain(&table.uniques).map(unique_index);
    keys.chain(table.indexes.iter().cloned()).any(|index| begins_with(&index, &key.columns))
}

/// Whether an index serves a foreign key over these columns.
fn begins_with(index: &Index, columns: &[String]) -> bool {
    let whole = |(part, column): (&KeyPart, &String)| {
        part.prefix.is_none() && part.column_name().is_some_and(|name| same_name(name, column))
    };
    let ordered = index.method.as_deref().is_none_or(|method| method == "btree");
    ordered && index.parts.len() >= columns.len() && index.parts.iter().zip(columns).all(whole)
}

#[cfg(test)]
mod tests {
    use lambic_core::schema::{Column, QualifiedName};

    use super::*;

    #[test]
    fn the_catalog_tells_of_keys_in_any_order() {
        let key = |name: &str| ForeignKey {
            name: Some(name.to_owned()),
            ..ForeignKey::new(["other"], QualifiedName::bare("u"), ["id"])
        };
        for names in [["again", "to_u"], ["to_u", "again"]] {
            let mut table = Table::new(QualifiedName::bare("t"), vec![Column::new("other", "int")]);
            table.foreign_keys = names.map(key).into();
            table.indexes.insert(Index::new("again", vec![KeyPart::column("other")]));
            remove_implicit(&mut table);
            assert!(table.indexes.is_empty(), "{names:?}");
        }
    }
}
