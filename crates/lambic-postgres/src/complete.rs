//! What follows an operation by itself.
//!
//! The server keeps expressions, types and views as trees and prints them anew each time, with the names that things
//! have then. What is printed is read token by token here, and the name replaced where it can be nothing else. What is
//! kept as text, the body of a function, does not follow. Where it cannot be told what will be printed, the operation has
//! to say it.

mod columns;
mod names;
mod relations;
mod types;
mod values;

use lambic_core::operation::{AlterTable, EnumChange, Follower, Object};
use lambic_core::schema::{EnumType, ObjectId, ObjectKind, QualifiedName, Schema, Text};
use lambic_core::{Definition, Error, ErrorKind, Operation, Result};

use crate::render::options::INHERITS;
use names::Renamed;
use relations::Relation;
use values::Value;

/// The operation with what follows it.
pub(crate) fn complete(operation: Operation, schema: &Schema) -> Result<Operation> {
    match operation.clone() {
        Operation::Rename { object, next, .. } => {
            Ok(with_sequences(renamed(operation, schema, &object, &next)?, schema, &object, &next))
        }
        Operation::AlterTable(alter) => columns_renamed(*alter, schema),
        Operation::AlterEnum { previous, changes, .. } => {
            values_renamed(operation, schema, &previous, &changes)
        }
        Operation::Create { .. } | Operation::Drop { .. } | Operation::Alter { .. } => Ok(operation),
    }
}

fn renamed(operation: Operation, schema: &Schema, id: &ObjectId, next: &str) -> Result<Operation> {
    let renamed = Renamed { from: &id.name, to: next };
    match id.kind {
        ref kind if types::is_type(kind) => operation
            .attended(schema, |definition, used| {
                if used == id {
                    types::definition(definition, renamed, id)
                } else {
                    routine_renamed(definition, renamed);
                    Ok(())
                }
            })?
            .followed(schema, |object| {
                types::object(object, renamed);
                Ok(())
            }),
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Sequence => {
            let relation = Relation::new(renamed, schema.tables.get(&id.name));
            operation
                .attended(schema, |definition, used| {
                    if used == id {
                        relation.definition(definition, id)
                    } else {
                        routine_renamed(definition, renamed);
                        Ok(())
                    }
                })?
                .followed(schema, |object| {
                    relation.object(object);
                    Ok(())
                })
        }
        ObjectKind::Function => function_renamed(operation, schema, renamed, id),
        _ => Ok(operation),
    }
}

/// What calls a function names it in front of a parenthesis.
fn function_renamed(
    operation: Operation,
    schema: &Schema,
    renamed: Renamed<'_>,
    id: &ObjectId,
) -> Result<Operation> {
    let called = |definition: &mut Definition, used: &ObjectId| {
        if used == id {
            definition.definition = relations::call(&definition.definition, renamed);
            if definition.id.kind == ObjectKind::Grant {
                types::about(definition, renamed);
                definition.id.arguments.iter_mut().for_each(|words| *words = relations::call(words, renamed));
            }
        }
        Ok(())
    };
    operation.attended(schema, called)?.followed(schema, |object| {
        edit_texts(object, &mut |text| {
            if let Text::Expression(text) = text {
                text.0 = relations::call(&text.0, renamed);
            }
        });
        Ok(())
    })
}

/// The operation with a table that numbers columns of its own among what follows: its sequences go by its name.
fn with_sequences(mut operation: Operation, schema: &Schema, id: &ObjectId, next: &str) -> Operation {
    let table = schema.tables.get(&id.name).filter(|_| id.kind == ObjectKind::Table);
    let table = table.filter(|table| table.columns.iter().any(|column| column.identity.is_some()));
    if let (Operation::Rename { followers, .. }, Some(table)) = (&mut operation, table)
        && followers.iter().all(|follower| follower.previous.id() != *id)
    {
        let mut renamed = table.clone();
        renamed.name = id.name.renamed(next);
        let own = renamed.foreign_keys.iter_mut().filter(|key| key.references == id.name);
        own.for_each(|key| key.references = id.name.renamed(next));
        renamed.sort();
        let [previous, next] = [table.clone(), renamed].map(|table| Object::Table(Box::new(table)));
        followers.push(Follower { previous, next });
    }
    operation
}

/// A privilege on a function whose arguments have another type.
fn routine_renamed(definition: &mut Definition, renamed: Renamed<'_>) {
    if matches!(definition.id.kind.as_str(), "grant" | "owner") {
        types::words(definition, renamed);
        definition.definition = types::subject(&definition.definition, renamed);
    }
}

fn columns_renamed(mut alter: AlterTable, schema: &Schema) -> Result<Operation> {
    let name = alter.previous.name.clone();
    let id = ObjectId::new(ObjectKind::Table, name.clone());
    let renames: Vec<(String, String)> =
        alter.renamed_columns().map(|(from, to)| (from.to_owned(), to.to_owned())).collect();
    if renames.is_empty() {
        return Ok(Operation::AlterTable(Box::new(alter)));
    }
    alter.carry_renames(columns::table)?;
    let heir = |object: &Object| match object {
        Object::Table(table) => inherits(table.options.get(INHERITS), &name),
        _ => false,
    };
    Operation::AlterTable(Box::new(alter))
        .followed(schema, |object| {
            if heir(object) {
                let message = format!("renaming a column that {} inherits", object.id());
                return Err(Error::unsupported("PostgreSQL", message).hint("rename it by SQL of your own"));
            }
            Ok(())
        })?
        .attended(schema, |definition, used| {
            let own = |(from, to): &(String, String)| columns::definition(definition, &name, from, to, &id);
            if *used == id { renames.iter().try_for_each(own) } else { Ok(()) }
        })
}

fn inherits(parents: Option<&String>, name: &QualifiedName) -> bool {
    let renamed = Renamed { from: name, to: "" };
    let tokens = parents.map(|parents| crate::render::tokens(parents)).unwrap_or_default();
    (0..tokens.len()).any(|at| renamed.ends_at(&tokens, at))
}

fn values_renamed(
    mut operation: Operation,
    schema: &Schema,
    previous: &EnumType,
    changes: &[EnumChange],
) -> Result<Operation> {
    let renames = changes.iter().filter_map(|change| match change {
        EnumChange::RenameValue { previous, next } => Some((previous, next)),
        EnumChange::AddValue(_) | EnumChange::DropValue(_) => None,
    });
    let values: Vec<Value<'_>> =
        renames.map(|(from, to)| Value::new(schema, &previous.name, from, to)).collect();
    if !values.is_empty() {
        operation = operation
            .followed(schema, |object| values.iter().try_for_each(|value| value.object(object)))?
            .attended(schema, |definition, _| {
                values.iter().try_for_each(|value| value.definition(definition))
            })?;
    }
    Ok(operation)
}

/// Shows the texts of an object to `edit`.
fn edit_texts(object: &mut Object, edit: &mut dyn FnMut(Text<'_>)) {
    match object {
        Object::Table(table) => table.edit_texts(edit),
        Object::Domain(domain) => domain.edit_texts(edit),
        Object::Composite(composite) => composite.edit_texts(edit),
        Object::Namespace(_) | Object::Sequence(_) | Object::Enum(_) | Object::Definition(_) => {}
    }
}

/// Says that it cannot be told what the server makes of an object.
fn unknown(user: &ObjectId, renamed: &ObjectId) -> Error {
    let message =
        format!("what becomes of {user} when names change in {renamed} cannot be told from its text");
    Error::new(ErrorKind::Unsupported, "postgres.follow", message)
        .hint(format!("name {user} among what the operation changes, with its text afterwards"))
}

#[cfg(test)]
mod tests;
