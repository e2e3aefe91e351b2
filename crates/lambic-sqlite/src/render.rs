//! Operations as SQLite's DDL.
//!
//! Everything that `ALTER TABLE` can do with exactly the wanted result, whatever the rows, is done by it; all other
//! changes of a table are one rebuild (docs/decisions/0003-sqlite-rebuild.md).

mod alter;
mod column;
mod constraint;
mod definition;
mod index;
mod native;
mod rebuild;
mod table;
mod text;

use lambic_core::operation::{Dependent, Object};
use lambic_core::schema::{ObjectId, ObjectKind, Table};
use lambic_core::{Definition, Error, ErrorKind, Operation, Result, Statement};

use crate::ddl::same_name;
use text::{quote, quote_name, unsupported};

/// The statements that carry out an operation.
pub(crate) fn render(operation: &Operation) -> Result<Vec<Statement>> {
    match operation {
        Operation::Create { object, dependents } => create(object, dependents),
        Operation::Drop { object, dependents } => drop(object, dependents),
        Operation::Rename { object, next, dependents, .. } => rename(object, next, dependents),
        Operation::AlterTable(change) => alter::alter(change),
        Operation::AlterEnum { .. } => Err(unsupported("enumerated types")),
        Operation::Alter { previous, next, dependents } => alter_object(previous, next, dependents),
    }
}

fn create(object: &Object, dependents: &[Definition]) -> Result<Vec<Statement>> {
    let mut sql = match object {
        Object::Table(table) => create_table(table)?,
        Object::Definition(definition) => vec![definition::create(definition)?],
        other => return Err(no_such_kind(other)),
    };
    sql.append(&mut definition::create_all(dependents)?);
    Ok(sql.into_iter().map(Statement::new).collect())
}

fn create_table(table: &Table) -> Result<Vec<String>> {
    let mut sql = vec![table::create(table, &table.name)?];
    for index in &table.indexes {
        sql.push(index::create(index, table)?);
    }
    Ok(sql)
}

fn drop(object: &Object, dependents: &[Definition]) -> Result<Vec<Statement>> {
    let gone = definition::drop_all(dependents, &object.id())?;
    let mut statements: Vec<Statement> = gone.into_iter().map(Statement::new).collect();
    statements.push(match object {
        // With foreign keys enforced, the rows would first be deleted one by one, and rows elsewhere with them.
        Object::Table(table) => suspended(format!("DROP TABLE {}", quote_name(&table.name)?)),
        Object::Definition(definition) => Statement::new(definition::drop(definition)?),
        other => return Err(no_such_kind(other)),
    });
    Ok(statements)
}

fn rename(object: &ObjectId, next: &str, dependents: &[Dependent]) -> Result<Vec<Statement>> {
    let mut sql = match object.kind {
        ObjectKind::Table => rename_table(object, next)?,
        ObjectKind::VirtualTable => {
            definition::check_renamed(object, next, dependents)?;
            rename_table(object, next)?
        }
        ObjectKind::View | ObjectKind::Trigger => Vec::new(),
        ref other => return Err(unsupported(format!("objects of the kind {other}"))),
    };
    let others = dependents.iter().filter(|dependent| dependent.previous.id.kind != ObjectKind::VirtualTable);
    sql.append(&mut definition::Remake::of(others, |_| false, 0)?.sql()?);
    Ok(sql.into_iter().map(Statement::new).collect())
}

/// A rename that everything else follows: foreign keys, views and triggers, whatever the session is set to.
fn rename_table(object: &ObjectId, next: &str) -> Result<Vec<String>> {
    let previous = quote_name(&object.name)?;
    let step = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
    let mut sql = vec![text::FOLLOWING.to_owned()];
    if same_name(&object.name.name, next) {
        // The same name in other case is taken already.
        let between = quote(&format!("_lambic_rename_{next}"))?;
        sql.push(step(&previous, &between));
        sql.push(step(&between, &quote(next)?));
    } else {
        sql.push(step(&previous, &quote(next)?));
    }
    Ok(sql)
}

fn alter_object(previous: &Object, next: &Object, dependents: &[Dependent]) -> Result<Vec<Statement>> {
    let (Object::Definition(previous), Object::Definition(next)) = (previous, next) else {
        return Err(no_such_kind(next));
    };
    if previous.id.kind == ObjectKind::VirtualTable {
        let message = format!("altering {}: its rows would be lost", previous.id);
        return Err(unsupported(message).hint("drop it and create it again, and fill it anew"));
    }
    definition::noun(&previous.id.kind)?;
    let itself = Dependent { previous: previous.clone(), next: next.clone() };
    let remake = definition::Remake::of([&itself].into_iter().chain(dependents), |_| false, 0)?;
    Ok(remake.sql()?.into_iter().map(Statement::new).collect())
}

fn no_such_kind(object: &Object) -> Error {
    match object {
        Object::Namespace(_) => unsupported("namespaces"),
        Object::Sequence(_) => unsupported("sequences"),
        Object::Enum(_) => unsupported("enumerated types"),
        Object::Domain(_) => unsupported("domains"),
        Object::Composite(_) => unsupported("composite types"),
        Object::Table(table) => malformed(format!("table {} is altered as a whole", table.name)),
        Object::Definition(definition) => {
            malformed(format!("{} is altered into something else", definition.id))
        }
    }
}

fn malformed(message: String) -> Error {
    Error::new(ErrorKind::Usage, "operation.malformed", message)
}

/// A statement that needs foreign keys to be off.
fn suspended(sql: impl Into<String>) -> Statement {
    Statement { suspends_foreign_keys: true, ..Statement::new(sql) }
}
