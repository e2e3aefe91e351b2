//! L1: what is built is read back the same.

use lambic_core::schema::{Column, Constraint, Index};
use lambic_core::{Dialect, Feature, Result, Schema, Table};

use super::{breach, equal};
use crate::{Case, Subject};

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    let walk = subject.walk(case).await?;
    equal("reading twice gives two schemas", &walk.built, &walk.again)?;
    nothing_lost(&case.localised(subject.dialect())?, &walk.built, subject.dialect())?;
    let rebuilt = subject.rebuilt(&walk.built).await?;
    equal("building what was read gives another schema", &walk.built, &rebuilt.schema)
}

/// Whether every part that was asked for is there; the database may spell it its own way, and name what has no name.
fn nothing_lost(asked: &Schema, found: &Schema, dialect: &dyn Dialect) -> Result<()> {
    for table in &asked.tables {
        let there =
            found.tables.get(&table.name).ok_or_else(|| breach(format!("table {} is lost", table.name)))?;
        equal(&format!("table {} lost something", table.name), &columns(table), &columns(there))?;
        let mut left = parts(there);
        for (noun, name) in parts(table) {
            let nameless = noun == "primary key" && !dialect.capabilities().has(&Feature::PrimaryKeyName);
            let same = |(known, called): &(String, Option<String>)| {
                *known == noun && (name.is_none() || nameless || *called == name)
            };
            let at = left.iter().position(same).ok_or_else(|| {
                breach(format!("table {} lost its {noun} {}: {left:?}", table.name, name.unwrap_or_default()))
            })?;
            left.remove(at);
        }
        if let Some((noun, name)) = left.iter().find(|(noun, _)| !noun.starts_with("index")) {
            return Err(breach(format!("table {} came by a {noun} {name:?}", table.name)));
        }
    }
    let lost = asked.definitions.iter().find(|definition| !found.definitions.contains(&definition.id));
    lost.map_or(Ok(()), |definition| Err(breach(format!("{} is lost", definition.id))))
}

/// What must survive of columns whatever the spelling.
fn columns(table: &Table) -> Vec<String> {
    let column = |column: &Column| {
        format!(
            "column {} nullable={} default={} generated={:?} identity={} collation={:?}",
            column.name,
            column.nullable,
            column.default.is_some(),
            column.generated.as_ref().map(|generated| generated.stored),
            column.identity.is_some(),
            column.collation,
        )
    };
    table.columns.iter().map(column).collect()
}

/// The constraints and indexes: what each is, and its name. A unique constraint and a unique index are one and the same
/// in some databases; a foreign key may bring an index along.
fn parts(table: &Table) -> Vec<(String, Option<String>)> {
    let constraint = |constraint: Constraint| {
        let noun = if matches!(constraint, Constraint::Unique(_)) { UNIQUE } else { constraint.noun() };
        (noun.to_owned(), constraint.name().map(str::to_owned))
    };
    let index = |index: &Index| {
        let plain = index.predicate.is_none() && index.parts.iter().all(|part| part.column_name().is_some());
        let order: Vec<bool> = index.parts.iter().map(|part| part.descending).collect();
        let noun = if index.unique && plain {
            UNIQUE.to_owned()
        } else {
            format!("index unique={} partial={} {order:?}", index.unique, index.predicate.is_some())
        };
        (noun, Some(index.name.clone()))
    };
    table.constraints().map(constraint).chain(table.indexes.iter().map(index)).collect()
}

const UNIQUE: &str = "unique constraint or index";
