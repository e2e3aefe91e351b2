//! Renames.

use lambic_core::Result;
use lambic_core::operation::{Dependent, Follower, Object};
use lambic_core::schema::{ObjectId, ObjectKind};

use super::dependents::Remake;
use super::text::{Server, malformed, quote, quote_name};
use super::{definition, sequence};

/// The statements that give an object another name.
pub(super) fn rename(
    server: Server,
    object: &ObjectId,
    next: &str,
    dependents: &[Dependent],
    followers: &[Follower],
) -> Result<Vec<String>> {
    let noun = match object.kind {
        ObjectKind::Namespace => "SCHEMA",
        ObjectKind::Table => "TABLE",
        ObjectKind::Sequence => "SEQUENCE",
        ObjectKind::Enum | ObjectKind::Composite => "TYPE",
        ObjectKind::Domain => "DOMAIN",
        _ => return rename_definition(server, object, next, dependents),
    };
    let renames = [(object.name.name.as_str(), next)];
    let all: Vec<&Dependent> = dependents.iter().collect();
    let remake = Remake::of(server, &all, &renames, |_| false)?;
    let mut sql = remake.drops;
    sql.push(format!("ALTER {noun} {} RENAME TO {}", quote_name(&object.name)?, quote(next)?));
    let itself = followers.iter().find(|follower| follower.previous.id() == *object);
    if let Some(Follower { previous, next }) = itself {
        sql.extend(rename_sequences(previous, next)?);
    }
    sql.extend(remake.creates);
    Ok(sql)
}

/// The statements that rename the sequences of identity and serial columns, which go by the name of their table.
fn rename_sequences(previous: &Object, next: &Object) -> Result<Vec<String>> {
    let (Object::Table(old), Object::Table(new)) = (previous, next) else { return Ok(Vec::new()) };
    let numbered = old.columns.iter().zip(&new.columns).filter(|(column, _)| column.identity.is_some());
    let renames = numbered
        .map(|(one, other)| sequence::rename(&sequence::name_of(old, one), &sequence::name_of(new, other)));
    let renames: Vec<Option<String>> = renames.collect::<Result<_>>()?;
    Ok(renames.into_iter().flatten().collect())
}

/// A definition object is renamed where there is a statement for it and nothing else about it changes; otherwise it
/// is made anew.
fn rename_definition(
    server: Server,
    object: &ObjectId,
    next: &str,
    dependents: &[Dependent],
) -> Result<Vec<String>> {
    let Some(itself) = dependents.first().filter(|first| first.previous.id == *object) else {
        return Err(malformed(format!("renaming {object} does not name it first")));
    };
    let all: Vec<&Dependent> = dependents.iter().collect();
    let renames = [(object.name.name.as_str(), next)];
    let statement = definition::rename(&itself.previous, next)?;
    let follows = super::dependents::follows(&itself.previous, &itself.next, &renames);
    let (statement, renames) = match statement {
        Some(statement) if follows => (Some(statement), renames.as_slice()),
        _ => (None, [].as_slice()),
    };
    let remake = Remake::of(server, &all, renames, |_| false)?;
    let mut sql = remake.drops;
    sql.extend(statement);
    sql.extend(remake.creates);
    Ok(sql)
}
