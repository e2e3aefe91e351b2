//! L11: names come back as they went in.

use lambic_core::schema::{
    Check, Column, Index, Key, KeyPart, ObjectId, ObjectKind, PortableType, QualifiedName,
};
use lambic_core::{Definition, Dialect, Feature, IdentifierCase, LengthUnit, Result, Schema, Table};

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

/// The table that the others are about.
const THINGS: &str = "things";

/// Its column.
const ID: &str = "id";

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
    /// With what it needs beside tables.
    const ALL: [(Self, &'static str, &'static [Feature]); 5] = [
        (Self::Table, "table", &[]),
        (Self::Column, "column", &[]),
        (Self::Index, "index", &[Feature::Index]),
        (Self::Constraint, "check", &[Feature::Check, Feature::ConstraintName]),
        (Self::View, "view", &[Feature::View]),
    ];

    /// A name as the database keeps it there.
    fn kept(self, dialect: &dyn Dialect, name: &str) -> String {
        let lower = dialect.capabilities().identifier.case == IdentifierCase::Lower;
        match self {
            Self::Table | Self::View if lower => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }
}

pub(super) fn trials(dialect: &dyn Dialect) -> Vec<Trial> {
    let trial = |(position, object, features): (Position, &str, &[Feature])| Trial {
        name: format!("names of each {object}"),
        object: object.to_owned(),
        missing: missing(dialect, features),
        body: Body::Identifiers(position),
    };
    Position::ALL.map(trial).into()
}

fn missing(dialect: &dyn Dialect, features: &[Feature]) -> Option<Missing> {
    let lacks = |feature: &&Feature| !dialect.capabilities().has(feature);
    let feature = [Feature::Table].iter().chain(features).find(lacks).cloned();
    let integers = dialect.column_type(&PortableType::Integer).is_ok();
    feature.map(Missing::Feature).or((!integers).then(|| Missing::Fact("no type for integers".to_owned())))
}

/// The longest name that the dialect admits, of characters that count as more than one byte.
fn longest(dialect: &dyn Dialect) -> Option<String> {
    let rules = &dialect.capabilities().identifier;
    let length = usize::try_from(rules.max_length?).ok()?;
    let characters = if rules.unit == LengthUnit::Bytes { length / 'é'.len_utf8() } else { length };
    Some("é".repeat(characters))
}

/// All names at once; where that fails, and for names that may be refused, each by itself, so that every name that fails is
/// named.
pub(super) async fn check(subject: &Subject, position: Position) -> Result<()> {
    let longest = longest(subject.dialect());
    let all = NAMES.iter().map(|name| (*name).to_owned()).chain(longest);
    let (alone, together): (Vec<String>, Vec<String>) = all.partition(|name| may_be_refused(name));
    let mut failed = Vec::new();
    let joint = tried(subject, position, &together).await.is_err();
    for name in alone.iter().chain(together.iter().filter(|_| joint)) {
        if let Err(error) = tried(subject, position, std::slice::from_ref(name)).await {
            failed.push(format!("{name:?}: {error}"));
        }
    }
    match (failed.is_empty(), joint) {
        (true, false) => Ok(()),
        (true, true) => tried(subject, position, &together).await,
        (false, _) => Err(breach(failed.join("\n"))),
    }
}

async fn tried(subject: &Subject, position: Position, wanted: &[String]) -> Result<()> {
    let found = subject
        .place(async |place| {
            let dialect = place.dialect();
            let made = place.apply(&schema(dialect.as_ref(), position, wanted)?.build()?).await;
            let found = place.introspect().await?;
            let there = names(&found, position);
            let mut kept: Vec<String> =
                wanted.iter().map(|name| position.kept(dialect.as_ref(), name)).collect();
            kept.sort();
            match made {
                // Some databases admit no such names; then nothing may have come of it.
                Err(error)
                    if wanted.iter().all(|name| may_be_refused(name))
                        && !kept.iter().any(|name| there.contains(name)) =>
                {
                    return error.statement.as_ref().map(|_| None).ok_or(error);
                }
                made => made?,
            }
            equal("other names came back than went in, or other objects were made", &kept, &there)?;
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

/// One object, or one part of a table, of each name.
fn schema(dialect: &dyn Dialect, position: Position, wanted: &[String]) -> Result<Schema> {
    let (native, lexicon) = (dialect.column_type(&PortableType::Integer)?, dialect.lexicon());
    let table = |table: &str, column: &str| {
        let columns = vec![Column::new(column, native.as_str()).not_null()];
        let key = Some(Key::over([column])).filter(|_| dialect.capabilities().has(&Feature::PrimaryKey));
        Table { primary_key: key, ..Table::new(QualifiedName::bare(table), columns) }
    };
    let mut things = table(THINGS, ID);
    let mut schema = Schema::default();
    for (at, name) in wanted.iter().enumerate() {
        match position {
            Position::Table => drop(schema.tables.insert(table(name, ID))),
            Position::Column => drop(schema.tables.insert(table(&format!("{THINGS}{at}"), name))),
            Position::Index => drop(things.indexes.insert(Index::new(name, vec![KeyPart::column(ID)]))),
            Position::Constraint => {
                let text = format!("{} > {at}", lexicon.quote_identifier(ID)?);
                things.checks.push(Check { name: Some(name.clone()), ..Check::new(text) });
            }
            Position::View => drop(schema.definitions.insert(view(dialect, name)?)),
        }
    }
    things.sort();
    if !matches!(position, Position::Table | Position::Column) {
        schema.tables.insert(things);
    }
    Ok(schema)
}

fn view(dialect: &dyn Dialect, name: &str) -> Result<Definition> {
    let id = ObjectId::new(ObjectKind::View, QualifiedName::bare(name));
    // Unquoted, they would mean other names where those are folded.
    let quoted = |name: &str| dialect.lexicon().quote_identifier(name);
    let text = format!("CREATE VIEW {} AS SELECT {} FROM {}", quoted(name)?, quoted(ID)?, quoted(THINGS)?);
    let mut view = Definition::new(id, text);
    view.depends_on = vec![ObjectId::new(ObjectKind::Table, QualifiedName::bare(THINGS))];
    Ok(view)
}

/// The names that are there, sorted.
fn names(schema: &Schema, position: Position) -> Vec<String> {
    let tables = || schema.tables.iter();
    let mut names: Vec<String> = match position {
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
    };
    names.sort();
    names
}
