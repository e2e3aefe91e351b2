//! Operations as `PostgreSQL`'s DDL, for the version at hand.
//!
//! Every statement can run inside a transaction. Of the forms with the same result the one that locks least is
//! written, and a table is rewritten at most once for all its changes, unless a change of one column needs another
//! change of the same column before it.

mod adopt;
mod alter;
mod alter_column;
mod column;
mod constraint;
mod definition;
mod dependents;
mod enumeration;
mod index;
mod lists;
mod object;
pub(crate) mod options;
mod partition;
mod privilege;
mod rename;
mod sequence;
mod setting;
mod table;
mod text;
mod uses;

use lambic_core::operation::{Dependent, Object};
use lambic_core::schema::Sequence;
use lambic_core::{Definition, Operation, Result, ServerVersion, Statement};

use dependents::Remake;
use text::{Server, malformed, quote_name};
pub(crate) use text::{as_name, automatic_index_name, automatic_name, literal, named, tokens};

/// The statements that carry out an operation.
pub(crate) fn render(operation: &Operation, version: &ServerVersion) -> Result<Vec<Statement>> {
    let server = Server::new(version);
    let sql = match operation {
        Operation::Create { object, dependents } => create(server, object, dependents)?,
        Operation::Drop { object, dependents } => drop(server, object, dependents)?,
        Operation::Rename { object, next, dependents, followers } => {
            rename::rename(server, object, next, dependents, followers)?
        }
        Operation::AlterTable(change) => alter::alter(server, change)?,
        Operation::AlterEnum { previous, next, changes, .. } => enumeration::alter(previous, next, changes)?,
        Operation::Alter { previous, next, dependents } => alter_object(server, previous, next, dependents)?,
    };
    Ok(sql.into_iter().map(lists::kept_whole).map(Statement::new).collect())
}

fn create(server: Server, object: &Object, dependents: &[Definition]) -> Result<Vec<String>> {
    let mut sql = match object {
        Object::Namespace(namespace) => object::create_namespace(namespace)?,
        Object::Table(table) => table::create(server, table)?,
        Object::Sequence(sequence) => create_sequence(sequence)?,
        Object::Enum(enumeration) => enumeration::create(enumeration)?,
        Object::Domain(domain) => object::create_domain(server, domain)?,
        Object::Composite(composite) => object::create_composite(composite)?,
        Object::Definition(definition) => definition::create(definition)?,
    };
    sql.extend(dependents::create_all(dependents)?);
    Ok(sql)
}

fn create_sequence(sequence: &Sequence) -> Result<Vec<String>> {
    let name = quote_name(&sequence.name)?;
    let mut sql = vec![sequence::create(sequence, false)?];
    sql.extend(object::comment("SEQUENCE", &name, None, sequence.comment.as_deref())?);
    Ok(sql)
}

fn drop(server: Server, object: &Object, dependents: &[Definition]) -> Result<Vec<String>> {
    let mut sql = dependents::drop_all(server, dependents, &object.id())?;
    let noun = match object {
        Object::Namespace(_) => "SCHEMA",
        Object::Table(_) => "TABLE",
        Object::Sequence(_) => "SEQUENCE",
        Object::Enum(_) | Object::Composite(_) => "TYPE",
        Object::Domain(_) => "DOMAIN",
        Object::Definition(definition) => {
            sql.extend(definition::drop(server, definition)?);
            return Ok(sql);
        }
    };
    sql.push(format!("DROP {noun} {}", quote_name(&object.id().name)?));
    Ok(sql)
}

fn alter_object(
    server: Server,
    previous: &Object,
    next: &Object,
    dependents: &[Dependent],
) -> Result<Vec<String>> {
    let itself = match (previous, next) {
        (Object::Definition(previous), Object::Definition(next)) => {
            Some(Dependent { previous: previous.clone(), next: next.clone() })
        }
        _ => None,
    };
    let all: Vec<&Dependent> = itself.iter().chain(dependents).collect();
    let remake = Remake::of(server, &all, &[], |_| false)?;
    let mut sql = remake.drops;
    sql.extend(match (previous, next) {
        (Object::Namespace(previous), Object::Namespace(next)) => object::alter_namespace(previous, next)?,
        (Object::Sequence(previous), Object::Sequence(next)) => alter_sequence(previous, next)?,
        (Object::Domain(previous), Object::Domain(next)) => object::alter_domain(server, previous, next)?,
        (Object::Composite(previous), Object::Composite(next)) => object::alter_composite(previous, next)?,
        (Object::Definition(_), Object::Definition(_)) => Vec::new(),
        _ => {
            return Err(malformed(format!(
                "{} is altered as a whole, or into something else",
                previous.id()
            )));
        }
    });
    sql.extend(remake.creates);
    Ok(sql)
}

fn alter_sequence(previous: &Sequence, next: &Sequence) -> Result<Vec<String>> {
    let name = quote_name(&next.name)?;
    let mut sql: Vec<String> = sequence::alter(previous, next)?.into_iter().collect();
    sql.extend(object::comment("SEQUENCE", &name, previous.comment.as_deref(), next.comment.as_deref())?);
    Ok(sql)
}

/// An anonymous block of code, in quotes that its text does not contain.
fn block(body: &str) -> String {
    let mut tag = "lambic".to_owned();
    while body.contains(&format!("${tag}$")) {
        tag.push('_');
    }
    format!("DO ${tag}${body}${tag}$")
}
