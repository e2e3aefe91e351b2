//! L1: what is built is read back the same.

use lambic_core::schema::{Column, Constraint, Index};
use lambic_core::{Dialect, Feature, Result, Schema, Table};

use super::{breach, equal};
use crate::{Case, Subject};

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    let walk = subject.walk(case).await?;
    equal("reading twice gives two schemas", &walk.built, &walk.again)?;
    nothing_lost(&case.localised(subject.dialect())?, &walk.built, subject.dialect())?;
    let rebuilt = subject.rebuilt(&walk.built, walk.ends_in(&walk.built)).await?;
    equal("building what was read gives another schema", &walk.built, &rebuilt.schema)
}

/// Whether every part that was asked for is there, and nothing else; the database may spell it its own way, and name what
/// has no name.
fn nothing_lost(asked: &Schema, found: &Schema, dialect: &dyn Dialect) -> Result<()> {
    let has = |feature: &Feature| dialect.capabilities().has(feature);
    for table in &asked.tables {
        let there =
            found.tables.get(&table.name).ok_or_else(|| breach(format!("table {} is lost", table.name)))?;
        equal(&format!("table {} lost something", table.name), &columns(table), &columns(there))?;
        let apart = has(&Feature::UniqueApart);
        let mut left = parts(there, apart);
        for (noun, name) in parts(table, apart) {
            let nameless = noun == "primary key" && !has(&Feature::PrimaryKeyName);
            let same = |(known, called): &(String, Option<String>)| {
                *known == noun && (name.is_none() || nameless || *called == name)
            };
            let at = left.iter().position(same).ok_or_else(|| {
                breach(format!("table {} lost its {noun} {}: {left:?}", table.name, name.unwrap_or_default()))
            })?;
            left.remove(at);
        }
        left.retain(|(_, name)| !serves_a_key(there, name.as_deref()));
        if let Some((noun, name)) = left.first() {
            return Err(breach(format!("table {} came by a {noun} {name:?}", table.name)));
        }
    }
    let lost = asked.definitions.iter().find(|definition| !found.definitions.contains(&definition.id));
    lost.map_or(Ok(()), |definition| Err(breach(format!("{} is lost", definition.id))))
}

/// Whether it is the index that some databases make for a foreign key.
fn serves_a_key(table: &Table, name: Option<&str>) -> bool {
    let index = table.indexes.iter().find(|index| Some(index.name.as_str()) == name);
    index.is_some_and(|index| {
        let columns: Vec<&str> = index.parts.iter().filter_map(|part| part.column_name()).collect();
        table.foreign_keys.iter().any(|key| key.columns == columns)
    })
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

/// The constraints and indexes: what each is, and its name. Unless they are told `apart`, a unique constraint and a unique
/// index are one and the same.
fn parts(table: &Table, apart: bool) -> Vec<(String, Option<String>)> {
    let constraint = |constraint: Constraint| {
        let one = matches!(constraint, Constraint::Unique(_)) && !apart;
        let noun = if one { UNIQUE } else { constraint.noun() };
        (noun.to_owned(), constraint.name().map(str::to_owned))
    };
    let index = |index: &Index| {
        let plain = index.predicate.is_none() && index.parts.iter().all(|part| part.column_name().is_some());
        let order: Vec<bool> = index.parts.iter().map(|part| part.descending).collect();
        let noun = if index.unique && plain && !apart {
            UNIQUE.to_owned()
        } else {
            format!("index unique={} partial={} {order:?}", index.unique, index.predicate.is_some())
        };
        (noun, Some(index.name.clone()))
    };
    table.constraints().map(constraint).chain(table.indexes.iter().map(index)).collect()
}

const UNIQUE: &str = "unique constraint or index";
