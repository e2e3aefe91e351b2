//! Schemas that nobody wrote, of what a dialect's capabilities admit.

use lambic_core::schema::{
    Column, Expression, ForeignKey, Index, Key, KeyPart, PortableType, QualifiedName, ReferentialAction,
};
use lambic_core::{Capabilities, Dialect, Feature, Schema, Table};
use proptest::prelude::*;
use proptest::sample::Index as Pick;

use crate::laws::Missing;

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

/// Why no schema can be made up for a dialect: it has none of the types, or no tables.
pub(crate) fn missing(dialect: &dyn Dialect) -> Option<Missing> {
    if !dialect.capabilities().has(&Feature::Table) {
        return Some(Missing::Feature(Feature::Table));
    }
    kinds(dialect)
        .is_empty()
        .then(|| Missing::Fact("none of the types of schemas that are made up".to_owned()))
}

/// Schemas of one to four tables.
pub(crate) fn schema(dialect: &dyn Dialect) -> impl Strategy<Value = Schema> + use<> {
    let rules = Rules { kinds: kinds(dialect), capabilities: dialect.capabilities().clone() };
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

/// A type that the dialect has.
#[derive(Debug, Clone)]
struct Kind {
    /// A column of it, without a name.
    column: Column,
    /// A literal of it; empty where it has no default.
    literal: &'static str,
    /// Whether it can be a key everywhere.
    key: bool,
}

/// The types that the dialect has, in the order of [`TYPES`].
fn kinds(dialect: &dyn Dialect) -> Vec<Kind> {
    let kind = |(portable, literal, key): &(PortableType, &'static str, bool)| {
        let native = dialect.column_type(portable).ok()?;
        let portable = dialect.portable_type(&native);
        Some(Kind { column: Column { native, portable, ..Column::new("", "") }, literal, key: *key })
    };
    TYPES.iter().filter_map(kind).collect()
}

/// What the dialect admits.
#[derive(Debug, Clone)]
struct Rules {
    /// At least one.
    kinds: Vec<Kind>,
    capabilities: Capabilities,
}

impl Rules {
    fn schema(&self, seeds: &[TableSeed]) -> Schema {
        let tables = seeds.iter().enumerate().map(|(number, seed)| self.table(number, seed));
        Schema { tables: tables.collect(), ..Schema::default() }
    }

    fn has(&self, feature: &Feature) -> bool {
        self.capabilities.has(feature)
    }

    /// The name of a constraint, where constraints have names.
    fn name(&self, name: String) -> Option<String> {
        Some(name).filter(|_| self.has(&Feature::ConstraintName))
    }

    fn table(&self, number: usize, (columns, unique, indexes, reference): &TableSeed) -> Table {
        let id = self.id();
        let mut table = Table::new(table_name(number), vec![column("id", id, false, false)]);
        let mut keys = Vec::from_iter(id.filter(|id| id.key).map(|_| "id".to_owned()));
        if !keys.is_empty() && self.has(&Feature::PrimaryKey) {
            table.primary_key = Some(Key::over(["id"]).named(format!("t{number}_pk")));
        }
        for (at, (pick, nullable, default)) in columns.iter().enumerate() {
            let kind = picked(&self.kinds, *pick);
            let default = *default && self.has(&Feature::ColumnDefault);
            let column = column(&format!("c{at}"), kind, *nullable, default);
            keys.extend(kind.filter(|kind| kind.key).map(|_| column.name.clone()));
            table.columns.push(column);
        }
        table.uniques.extend(unique.as_ref().and_then(|pick| self.unique(number, picked(&keys, *pick)?)));
        for (at, seed) in indexes.iter().enumerate() {
            if let Some(index) = self.index(format!("t{number}_ix{at}"), &keys, seed) {
                table.indexes.insert(index);
            }
        }
        // What is referred to must be unique.
        let refers = self.has(&Feature::ForeignKey) && table.primary_key.is_some();
        if let Some((target, action)) = reference.as_ref().filter(|_| refers) {
            let target = table_name(target.index(number + 1));
            table.foreign_keys.push(self.reference(number, target, *action));
            table.columns.push(column("ref", id, true, false));
        }
        table.sort();
        table
    }

    /// The type of the column that every table has and others refer to: one that can be a key, if there is any.
    fn id(&self) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.key).or(self.kinds.first())
    }

    fn unique(&self, number: usize, column: &str) -> Option<Key> {
        let key = Key { name: self.name(format!("t{number}_uq")), ..Key::over([column]) };
        Some(key).filter(|_| column != "id" && self.has(&Feature::Unique))
    }

    fn index(
        &self,
        name: String,
        keys: &[String],
        (pick, unique, down): &(Pick, bool, bool),
    ) -> Option<Index> {
        let mut part = KeyPart::column(picked(keys, *pick)?);
        part.descending = *down && self.has(&Feature::IndexDescending);
        let unique = *unique && self.has(&Feature::IndexUnique);
        Some(Index { unique, ..Index::new(name, vec![part]) }).filter(|_| self.has(&Feature::Index))
    }

    fn reference(&self, number: usize, target: QualifiedName, action: Pick) -> ForeignKey {
        let actions = [ReferentialAction::NoAction, ReferentialAction::Cascade, ReferentialAction::SetNull];
        let mut key = ForeignKey::new(["ref"], target, ["id"]);
        key.name = self.name(format!("t{number}_fk"));
        if self.has(&Feature::ForeignKeyActions) {
            key.on_delete = action.get(&actions).clone();
        }
        key
    }
}

fn table_name(number: usize) -> QualifiedName {
    QualifiedName::bare(format!("t{number}"))
}

/// One of several, where there are any.
fn picked<T>(from: &[T], pick: Pick) -> Option<&T> {
    from.get(pick.index(from.len().max(1)))
}

fn column(name: &str, kind: Option<&Kind>, nullable: bool, default: bool) -> Column {
    let mut column = kind.map_or_else(|| Column::new("", ""), |kind| kind.column.clone());
    name.clone_into(&mut column.name);
    column.nullable = nullable;
    let literal = kind.map_or("", |kind| kind.literal);
    column.default = Some(Expression::new(literal)).filter(|_| default && !literal.is_empty());
    column
}
