//! The statements around a transaction, and before a whole schema, for a script.

use lambic_core::schema::{ForeignKey, KeyPart};
use lambic_core::{Schema, Table, TransactionOptions, TransactionScript};

use crate::product::Product;
use crate::render::same_name;

/// What a session does at [`begin`](lambic_core::Connection::begin) and at
/// [`commit`](lambic_core::Connection::commit).
pub(crate) fn around(options: TransactionOptions) -> TransactionScript {
    let begin = if options.read_only { "START TRANSACTION READ ONLY" } else { "START TRANSACTION" };
    let (begin, commit) = (vec![begin.to_owned()], vec!["COMMIT".to_owned()]);
    TransactionScript { begin, commit, ..TransactionScript::default() }
}

/// What the script of a schema begins with, where foreign keys are in it that were made while nothing, or less, was
/// checked: those whose table is not there, and those that refer to no unique key.
pub(crate) fn preamble(schema: &Schema, product: &Product) -> Vec<String> {
    let keys = || schema.tables.iter().flat_map(|table| &table.foreign_keys);
    let parent = |key: &ForeignKey| schema.tables.get(&key.references);
    let missing = keys().any(|key| key.references.namespace.is_none() && parent(key).is_none());
    let loose = keys().any(|key| parent(key).is_some_and(|table| !is_unique(table, &key.referenced_columns)));
    let settings = [
        (missing, "SET foreign_key_checks = 0"),
        (loose && product.facts.standard_keys, "SET restrict_fk_on_non_standard_key = 0"),
    ];
    settings.into_iter().filter(|(needed, _)| *needed).map(|(_, sql)| sql.to_owned()).collect()
}

/// Whether the columns together are a key of the table.
fn is_unique(table: &Table, columns: &[String]) -> bool {
    let names = |part: &KeyPart| {
        let column = part.column_name().filter(|_| part.prefix.is_none());
        column.is_some_and(|name| columns.iter().any(|column| same_name(column, name)))
    };
    let is_key = |parts: &[KeyPart]| parts.len() == columns.len() && parts.iter().all(names);
    let primary = table.primary_key.iter().map(|key| key.columns.as_slice());
    let unique = table.indexes.iter().filter(|index| index.unique).map(|index| index.parts.as_slice());
    primary.chain(unique).any(is_key)
}

#[cfg(test)]
mod tests {
    use lambic_core::schema::{Column, Index, Key, QualifiedName};

    use super::*;

    fn table(name: &str, columns: &[&str]) -> Table {
        let columns = columns.iter().map(|column| Column::new(*column, "int")).collect();
        Table::new(QualifiedName::bare(name), columns)
    }

    fn said(parent: Option<Table>, dialect: &str, version: (u32, u32)) -> Vec<String> {
        let mut child = table("child", &["a", "b"]);
        let columns = ["x", "y"].map(str::to_owned).to_vec();
        let own = ["a", "b"].map(str::to_owned).to_vec();
        child.foreign_keys.push(ForeignKey::new(own, QualifiedName::bare("parent"), columns));
        let schema = Schema { tables: parent.into_iter().chain([child]).collect(), ..Schema::default() };
        let version = lambic_core::ServerVersion { major: version.0, minor: version.1, patch: 20 };
        preamble(&schema, &Product::named(dialect, Some(&version)).unwrap())
    }

    #[test]
    fn checks_are_off_where_a_table_is_missing() {
        for (dialect, version) in [("mysql", (9, 7)), ("mariadb", (10, 11))] {
            assert_eq!(said(None, dialect, version), ["SET foreign_key_checks = 0"]);
        }
    }

    #[test]
    fn keys_that_refer_to_no_unique_key_are_allowed_where_they_are_not() {
        let parent = || table("parent", &["x", "y"]);
        let loose = ["SET restrict_fk_on_non_standard_key = 0"];
        assert_eq!(said(Some(parent()), "mysql", (9, 7)), loose);
        assert_eq!(said(Some(parent()), "mysql", (8, 4)), loose);
        assert_eq!(said(Some(parent()), "mysql", (8, 0)), [""; 0]);
        assert_eq!(said(Some(parent()), "mariadb", (10, 11)), [""; 0]);
        let mut keyed = parent();
        keyed.primary_key = Some(Key::over(["Y", "x"]));
        assert_eq!(said(Some(keyed), "mysql", (9, 7)), [""; 0]);
        let mut indexed = parent();
        let start = KeyPart { prefix: Some(1), ..KeyPart::column("y") };
        indexed.indexes = [Index { unique: true, ..Index::new("u", vec![KeyPart::column("x"), start]) }]
            .into_iter()
            .collect();
        assert_eq!(said(Some(indexed), "mysql", (9, 7)), loose);
    }
}
