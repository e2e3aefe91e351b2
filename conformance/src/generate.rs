//! Schemas that nobody wrote, of what a dialect's capabilities admit.

use lambic_core::schema::{
    Column, Expression, ForeignKey, Index, Key, KeyPart, PortableType, QualifiedName, ReferentialAction,
};
use lambic_core::{Dialect, Feature, Schema, Table};
use proptest::prelude::*;
use proptest::sample::Index as Pick;

/// What a column is made from: its type, whether it admits NULL, whether it has a default.
type ColumnSeed = (Pick, bool, bool);

/// What a table is made from: its columns, what is unique, what is indexed and how, and what it refers to.
type TableSeed = (Vec<ColumnSeed>, Option<Pick>, Vec<(Pick, bool, bool)>, Option<(Pick, Pick)>);

/// A type with a literal of it, and whether it can be a key everywhere.
const TYPES: [(PortableType, &str, bool); 11] = [
    (PortableType::Integer, "7", true),
    (PortableType::BigInt, "-7", true),
    (PortableType::SmallInt, "0", true),
    (PortableType::Boolean, "TRUE", true),
    (PortableType::Varchar(40), "'it''s'", true),
    (PortableType::Char(3), "'abc'", true),
    (PortableType::Numeric { precision: Some(10), scale: Some(2) }, "1.50", true),
    (PortableType::Double, "0.5", false),
    (PortableType::Date, "'2024-02-29'", true),
    (PortableType::Timestamp { precision: None, with_time_zone: false }, "'2024-02-29 10:20:30'", true),
    (PortableType::Text, "", false),
];

/// Schemas of one to four tables.
pub(crate) fn schema(dialect: &dyn Dialect) -> impl Strategy<Value = Schema> + use<> {
    let natives: Vec<Column> = TYPES.iter().filter_map(|(portable, ..)| native(dialect, portable)).collect();
    let rules = Rules {
        natives,
        descending: dialect.capabilities().has(&Feature::IndexDescending),
        actions: dialect.capabilities().has(&Feature::ForeignKeyActions),
    };
    let column = (any::<Pick>(), any::<bool>(), any::<bool>());
    let index = (any::<Pick>(), any::<bool>(), any::<bool>());
    let table = (
        prop::collection::vec(column, 1..7),
        prop::option::of(any::<Pick>()),
        prop::collection::vec(index, 0..3),
        prop::option::of((any::<Pick>(), any::<Pick>())),
    );
    prop::collection::vec(table, 1..5).prop_map(move |seeds| rules.schema(&seeds))
}

fn native(dialect: &dyn Dialect, portable: &PortableType) -> Option<Column> {
    let native = dialect.column_type(portable).ok()?;
    let portable = dialect.portable_type(&native);
    Some(Column { native, portable, ..Column::new("", "") })
}

/// What the dialect admits.
#[derive(Debug, Clone)]
struct Rules {
    /// A column of each type, in the order of [`TYPES`].
    natives: Vec<Column>,
    descending: bool,
    actions: bool,
}

impl Rules {
    fn schema(&self, seeds: &[TableSeed]) -> Schema {
        let tables = seeds.iter().enumerate().map(|(number, seed)| self.table(number, seed));
        Schema { tables: tables.collect(), ..Schema::default() }
    }

    fn table(&self, number: usize, (columns, unique, indexes, reference): &TableSeed) -> Table {
        let name = |number: usize| QualifiedName::bare(format!("t{number}"));
        let mut made = vec![self.column("id", 0, false, false)];
        let mut keys = vec!["id".to_owned()];
        for (at, (pick, nullable, default)) in columns.iter().enumerate() {
            let kind = pick.index(self.natives.len());
            let column = self.column(&format!("c{at}"), kind, *nullable, *default);
            if TYPES.get(kind).is_some_and(|(_, _, key)| *key) {
                keys.push(column.name.clone());
            }
            made.push(column);
        }
        let mut table = Table::new(name(number), made);
        table.primary_key = Some(Key::over(["id"]).named(format!("t{number}_pk")));
        let key = |pick: &Pick| keys.get(pick.index(keys.len())).cloned().unwrap_or_default();
        if let Some(unique) = unique.as_ref().map(key).filter(|name| name != "id") {
            table.uniques.push(Key::over([unique]).named(format!("t{number}_uq")));
        }
        for (at, (pick, unique, descending)) in indexes.iter().enumerate() {
            let mut part = KeyPart::column(key(pick));
            part.descending = *descending && self.descending;
            let index = Index { unique: *unique, ..Index::new(format!("t{number}_ix{at}"), vec![part]) };
            table.indexes.insert(index);
        }
        if let Some((target, action)) = reference {
            table.foreign_keys.push(self.reference(number, name(target.index(number + 1)), *action));
            table.columns.push(self.column("ref", 0, true, false));
        }
        table.sort();
        table
    }

    fn reference(&self, number: usize, target: QualifiedName, action: Pick) -> ForeignKey {
        let actions = [ReferentialAction::NoAction, ReferentialAction::Cascade, ReferentialAction::SetNull];
        let mut key = ForeignKey::new(["ref"], target, ["id"]);
        key.name = Some(format!("t{number}_fk"));
        if self.actions {
            key.on_delete = action.get(&actions).clone();
        }
        key
    }

    fn column(&self, name: &str, kind: usize, nullable: bool, default: bool) -> Column {
        let mut column = self.natives.get(kind).cloned().unwrap_or_else(|| Column::new("", ""));
        name.clone_into(&mut column.name);
        column.nullable = nullable;
        let literal = TYPES.get(kind).map_or("", |(_, literal, _)| literal);
        column.default = Some(Expression::new(literal)).filter(|_| default && !literal.is_empty());
        column
    }
}
