//! L11: names come back as they went in.

use lambic_core::schema::{
    Check, Column, Index, Key, KeyPart, ObjectId, ObjectKind, PortableType, QualifiedName,
};
use lambic_core::{Definition, Dialect, Feature, LengthUnit, Result, Schema, Table};

use super::{Body, Missing, Trial, breach, equal};
use crate::Subject;

/// Names that somebody, somewhere, uses or abuses.
const NAMES: [&str; 22] = [
    "plain",
    "select",
    "Order",
    "two words",
    " leading and trailing ",
    "double\"quote",
    "single'quote",
    "back`tick",
    "brack[et]",
    "dotted.name",
    "semi;colon",
    "x\"; DROP TABLE victims; --",
    "x'; DROP TABLE victims; --",
    "-- comment",
    "/* comment */",
    "percent%s",
    "dollar$1",
    "question?",
    "back\\slash",
    "über",
    "数据",
    "line\nbreak",
];

/// Where a name stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Position {
    Table,
    Column,
    Index,
    Constraint,
    View,
}

impl Position {
    const ALL: [(Self, &'static str, Feature); 5] = [
        (Self::Table, "table", Feature::Table),
        (Self::Column, "column", Feature::Table),
        (Self::Index, "index", Feature::Index),
        (Self::Constraint, "check", Feature::ConstraintName),
        (Self::View, "view", Feature::View),
    ];
}

pub(super) fn trials(dialect: &dyn Dialect) -> Vec<Trial> {
    let longest = longest(dialect);
    let names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).chain(longest).collect();
    let mut trials = Vec::new();
    for (position, object, feature) in Position::ALL {
        let missing = (!dialect.capabilities().has(&feature)).then_some(Missing::Feature(feature));
        for name in &names {
            trials.push(Trial {
                name: format!("{object} named {name:.40?}"),
                object: object.to_owned(),
                missing: missing.clone(),
                body: Body::Identifier(position, name.clone()),
            });
        }
    }
    trials
}

/// The longest name that the dialect admits, of characters that count as more than one byte.
fn longest(dialect: &dyn Dialect) -> Option<String> {
    let rules = &dialect.capabilities().identifier;
    let length = usize::try_from(rules.max_length?).ok()?;
    let characters = if rules.unit == LengthUnit::Bytes { length / 'é'.len_utf8() } else { length };
    Some("é".repeat(characters))
}

pub(super) async fn check(subject: &Subject, position: Position, name: &str) -> Result<()> {
    let found = subject
        .place(async |place| {
            let dialect = place.dialect();
            let made = place.apply(&schema(dialect.as_ref(), position, name)?.build()?).await;
            let found = place.introspect().await?;
            match made {
                // Some databases admit no such names; then nothing may have come of it.
                Err(error) if may_be_refused(name) && !names(&found, position).contains(&name.to_owned()) => {
                    return error.statement.as_ref().map(|_| None).ok_or(error);
                }
                made => made?,
            }
            if !names(&found, position).contains(&name.to_owned()) {
                return Err(breach(format!("{name:?} came back as {:?}", names(&found, position))));
            }
            let objects = if matches!(position, Position::View) { 2 } else { 1 };
            if found.tables.len() + found.definitions.len() != objects {
                return Err(breach(format!("the name {name:?} made or destroyed another object")));
            }
            Ok(Some(found))
        })
        .await?;
    let Some(found) = found else { return Ok(()) };
    equal("building what was read gives another schema", &found, &subject.canonical(&found).await?)
}

/// Names that not every database admits: blanks around them, and characters that cannot be seen.
fn may_be_refused(name: &str) -> bool {
    name.trim() != name || name.contains(char::is_control)
}

fn schema(dialect: &dyn Dialect, position: Position, name: &str) -> Result<Schema> {
    let at = |this: bool, other: &str| if this { name.to_owned() } else { other.to_owned() };
    let table = at(matches!(position, Position::Table), "things");
    let column = at(matches!(position, Position::Column), "id");
    let native = dialect.column_type(&PortableType::Integer)?;
    let mut made =
        Table::new(QualifiedName::bare(&table), vec![Column::new(&column, native.as_str()).not_null()]);
    made.primary_key = Some(Key::over([&column]));
    let mut schema = Schema::default();
    match position {
        Position::Index => drop(made.indexes.insert(Index::new(name, vec![KeyPart::column("id")]))),
        Position::Constraint => {
            made.checks.push(Check { name: Some(name.to_owned()), ..Check::new("id > 0") });
        }
        Position::View => {
            let id = ObjectId::new(ObjectKind::View, QualifiedName::bare(name));
            let quoted = dialect.lexicon().quote_identifier(name)?;
            let mut view = Definition::new(id, format!("CREATE VIEW {quoted} AS SELECT id FROM things"));
            view.depends_on = vec![ObjectId::new(ObjectKind::Table, QualifiedName::bare("things"))];
            schema.definitions.insert(view);
        }
        Position::Table | Position::Column => {}
    }
    schema.tables.insert(made);
    Ok(schema)
}

fn names(schema: &Schema, position: Position) -> Vec<String> {
    let tables = || schema.tables.iter();
    match position {
        Position::Table => tables().map(|table| table.name.name.clone()).collect(),
        Position::Column => {
            tables().flat_map(|table| &table.columns).map(|column| column.name.clone()).collect()
        }
        Position::Index => {
            tables().flat_map(|table| &table.indexes).map(|index| index.name.clone()).collect()
        }
        Position::Constraint => {
            tables().flat_map(|table| &table.checks).filter_map(|check| check.name.clone()).collect()
        }
        Position::View => schema.definitions.iter().map(|view| view.id.name.name.clone()).collect(),
    }
}
