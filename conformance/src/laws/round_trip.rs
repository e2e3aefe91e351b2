//! L1: what is built is read back the same.

use lambic_core::schema::Table;
use lambic_core::{Error, ErrorKind, Result, Schema};

use super::{breach, equal};
use crate::subject::Place;
use crate::{Case, Subject};

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    let schema = subject
        .place(async |place| {
            build(place, case).await?;
            let schema = place.introspect().await?;
            equal("reading twice gives two schemas", &schema, &place.introspect().await?)?;
            nothing_lost(&case.localised(place.dialect().as_ref())?, &schema)?;
            Ok(schema)
        })
        .await?;
    equal("building what was read gives another schema", &schema, &subject.canonical(&schema).await?)
}

/// Builds what the case starts from.
pub(super) async fn build(place: &mut Place, case: &Case) -> Result<()> {
    let dialect = place.dialect();
    place.apply(&case.localised(dialect.as_ref())?.build()?).await?;
    match case.before_sql.get(dialect.name()) {
        Some(sql) => place.script(sql).await,
        None if case.before_sql.is_empty() => Ok(()),
        None => Err(Error::new(
            ErrorKind::Usage,
            "conformance.case",
            format!(
                "{} has the features of case {} and the case has no section for it",
                dialect.name(),
                case.name
            ),
        )),
    }
}

/// Whether every part that was asked for is there; the database may spell it its own way.
fn nothing_lost(asked: &Schema, found: &Schema) -> Result<()> {
    for table in &asked.tables {
        let there =
            found.tables.get(&table.name).ok_or_else(|| breach(format!("table {} is lost", table.name)))?;
        equal(&format!("table {} lost something", table.name), &outline(table), &outline(there))?;
    }
    for definition in &asked.definitions {
        if !found.definitions.contains(&definition.id) {
            return Err(breach(format!("{} is lost", definition.id)));
        }
    }
    Ok(())
}

/// What must survive whatever the spelling: which parts there are, and which of them have what.
fn outline(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().map(|column| {
        format!(
            "column {} nullable={} default={} generated={:?} identity={} collation={:?}",
            column.name,
            column.nullable,
            column.default.is_some(),
            column.generated.as_ref().map(|generated| generated.stored),
            column.identity.is_some(),
            column.collation,
        )
    });
    let mut constraints: Vec<String> = table
        .constraints()
        .map(|constraint| format!("{} {}", constraint.noun(), constraint.name().unwrap_or_default()))
        .collect();
    constraints.sort();
    let indexes = table.indexes.iter().map(|index| {
        let order: Vec<bool> = index.parts.iter().map(|part| part.descending).collect();
        format!(
            "index {} unique={} partial={} {order:?}",
            index.name,
            index.unique,
            index.predicate.is_some()
        )
    });
    columns.chain(constraints).chain(indexes).collect()
}
