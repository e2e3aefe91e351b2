//! A schema as the script that builds it.

use std::collections::HashSet;

use lambic_core::schema::{ObjectId, ObjectKind, Unsupported};
use lambic_core::{Dialect, Error, ErrorKind, Operation, Result, Schema, Statement};

use super::writer::Writer;
use crate::inspect::{leave_out_users, remove};

/// The statements that build a schema, and what none of them makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaScript {
    /// The text; a comment names each thing that is left out.
    pub sql: String,
    /// What is left out.
    pub unsupported: Vec<Unsupported>,
}

/// Writes the statements that build a schema, each after what it needs. What the schema says to be unsupported is no
/// statement, nor is an object that the dialect cannot render, or whose end a reader of the script would not see, with
/// all that needs it.
///
/// # Errors
/// The statements cannot be written, and no single object is why.
pub fn of_schema(mut schema: Schema, dialect: &dyn Dialect) -> Result<SchemaScript> {
    let mut unsupported = std::mem::take(&mut schema.unsupported);
    loop {
        let (groups, refused) = rendered(&schema, dialect)?;
        let refused = if refused.is_empty() {
            match written(&schema, &groups, &unsupported, dialect) {
                Ok(sql) => return Ok(SchemaScript { sql, unsupported }),
                Err(error) => unreadable(groups, dialect).ok_or(error)?,
            }
        } else {
            refused
        };
        for (id, reason) in refused {
            without(&mut schema, id, reason);
        }
        unsupported.append(&mut schema.unsupported);
        unsupported.sort();
    }
}

/// An object, and the statements that make it.
type Group = (ObjectId, Vec<Statement>);

/// An object, and why it is left out.
type Refused = (ObjectId, String);

fn rendered(schema: &Schema, dialect: &dyn Dialect) -> Result<(Vec<Group>, Vec<Refused>)> {
    let (mut groups, mut refused) = (Vec::new(), Vec::new());
    for operation in schema.build_for(dialect.capabilities())? {
        match (subject(&operation), dialect.render(&operation)) {
            (Some(id), Ok(statements)) => groups.push((id, statements)),
            (Some(id), Err(error)) if can_be_left_out(&id) && is_about_it(&error) => {
                refused.push((id, error.message.clone()));
            }
            (_, Err(error)) => return Err(error),
            (None, Ok(_)) => return Err(unknown(&operation)),
        }
    }
    Ok((groups, refused))
}

/// What an operation that builds a schema makes.
fn subject(operation: &Operation) -> Option<ObjectId> {
    match operation {
        Operation::Create { object, .. } => Some(object.id()),
        Operation::Alter { previous, .. } => Some(previous.id()),
        Operation::AlterTable(alter) => Some(ObjectId::new(ObjectKind::Table, alter.previous.name.clone())),
        Operation::Drop { .. } | Operation::Rename { .. } | Operation::AlterEnum { .. } => None,
    }
}

/// Whether everything else can be built without it, but for what needs it.
fn can_be_left_out(id: &ObjectId) -> bool {
    id.kind != ObjectKind::Namespace
}

fn is_about_it(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Unsupported | ErrorKind::Usage)
}

fn unknown(operation: &Operation) -> Error {
    let message = format!("to {} is no part of building a schema", operation.describe());
    Error::new(ErrorKind::Internal, "script.operation", message)
}

fn written(
    schema: &Schema,
    groups: &[Group],
    unsupported: &[Unsupported],
    dialect: &dyn Dialect,
) -> Result<String> {
    let mut writer = Writer::new(dialect.lexicon());
    for Unsupported { kind, name, reason } in unsupported {
        writer.comment(&format!("left out: {kind} {name}: {reason}"));
    }
    dialect.schema_preamble(schema).into_iter().for_each(|sql| writer.statement(sql));
    for statement in groups.iter().flat_map(|(_, statements)| statements) {
        writer.statement(statement.sql.clone());
    }
    writer.finish()
}

/// The objects whose statements do not read as they are meant, if there are any.
fn unreadable(groups: Vec<Group>, dialect: &dyn Dialect) -> Option<Vec<Refused>> {
    let refused = |(id, statements): Group| {
        let mut alone = Writer::new(dialect.lexicon());
        for statement in statements {
            alone.statement(statement.sql);
        }
        let error = alone.finish().err()?;
        Some((id, format!("a script with it would be read otherwise: {}", error.message)))
    };
    let refused: Vec<Refused> =
        groups.into_iter().filter(|(id, _)| can_be_left_out(id)).filter_map(refused).collect();
    (!refused.is_empty()).then_some(refused)
}

/// Takes an object out of a schema, with all that needs it; what is taken out is then unsupported there.
fn without(schema: &mut Schema, id: ObjectId, reason: String) {
    if remove(schema, &id) {
        let (kind, name) = (id.kind.to_string(), id.name.to_string());
        schema.unsupported.push(Unsupported { kind, name, reason });
        let reason = format!("it needs the {id}, which is left out");
        leave_out_users(schema, HashSet::from([id]), &reason);
    }
}
