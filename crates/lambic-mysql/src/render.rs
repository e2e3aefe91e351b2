//! Operations as DDL of MySQL and MariaDB.
//!
//! What differs between a table before and after is done by one `ALTER TABLE` with all actions, or by two where the
//! database refuses one. Tables, views, routines, triggers and events are dropped one by one: a statement that drops
//! several is not atomic everywhere.

mod actions;
mod alter;
mod column;
mod columns;
mod constraint;
mod definition;
mod implicit;
mod namespace;
mod online;
pub(crate) mod options;
mod partition;
mod renames;
mod sequence;
mod stages;
mod strictness;
mod table;
mod text;

use lambic_core::operation::{Dependent, Follower, Object};
use lambic_core::schema::{ObjectId, ObjectKind, Table};
use lambic_core::{Definition, Error, Operation, Result, Statement, TransactionRule};

use crate::complete;
use crate::lexicon::lexicon;
use crate::product::{Product, Settings};
pub(crate) use implicit::{implicit, remove_implicit};
pub(crate) use table::is_known_option;
pub(crate) use text::same_name;
use text::{Writer, malformed};

/// The statements that carry out an operation.
///
/// Where a backslash or a double quote means something else than usual, a text cannot hold every character, and MySQL
/// fails to open tables whose expressions it wrote itself: all statements run under the usual meaning.
pub(crate) fn render(operation: &Operation, product: &Product) -> Result<Vec<Statement>> {
    let settings =
        Settings { lower_case_table_names: product.settings.lower_case_table_names, ..Settings::default() };
    if product.settings == settings {
        return rendered(operation, product);
    }
    let usual = Product { settings, lexicon: lexicon(&product.facts, settings), ..product.clone() };
    let statements = rendered(operation, &usual)?;
    Ok([vec![plain(USUAL)], statements, vec![plain("SET sql_mode = @lambic_quotes")]].concat())
}

/// Takes out of the mode what changes how text is read.
const USUAL: &str = "SET @lambic_quotes = @@sql_mode, sql_mode = \
                     REPLACE(REPLACE(REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), 'ANSI_QUOTES', ''), 'ANSI', '')";

fn rendered(operation: &Operation, product: &Product) -> Result<Vec<Statement>> {
    let canonical = lexicon(&product.facts, Settings::default());
    let w = Writer { product, canonical: &canonical };
    match operation {
        Operation::Create { object, dependents } => create(w, object, dependents),
        Operation::Drop { object, dependents } => drop(w, object, dependents),
        Operation::Rename { object, next, dependents, followers } => {
            names_follow(w, object, next, followers)?;
            rename(w, object, next, dependents)
        }
        Operation::AlterTable(change) => alter::alter(w, change),
        Operation::AlterEnum { .. } => Err(w.unsupported("enumerated types")),
        Operation::Alter { previous, next, dependents } => alter_object(w, previous, next, dependents),
    }
}

/// A statement that commits.
fn ddl(sql: impl Into<String>) -> Statement {
    Statement { transaction: TransactionRule::CommitsImplicitly, ..Statement::new(sql) }
}

/// A statement that changes nothing but the session.
fn plain(sql: impl Into<String>) -> Statement {
    Statement::new(sql)
}

fn create(w: Writer<'_>, object: &Object, dependents: &[Definition]) -> Result<Vec<Statement>> {
    let mut statements = match object {
        Object::Namespace(namespace) => vec![ddl(w.create_namespace(namespace)?)],
        Object::Table(table) => w.leniently(&[table], vec![ddl(w.create_table(table)?)]),
        Object::Sequence(sequence) => vec![ddl(w.create_sequence(sequence)?)],
        Object::Definition(definition) => definition::create(w, definition)?,
        Object::Enum(_) | Object::Domain(_) | Object::Composite(_) => return Err(no_such_kind(w, object)),
    };
    statements.append(&mut definition::create_all(w, dependents)?);
    Ok(statements)
}

/// What hangs on an object goes with it or after it: where the object cannot go, everything stays.
fn drop(w: Writer<'_>, object: &Object, dependents: &[Definition]) -> Result<Vec<Statement>> {
    let mut statements = match object {
        Object::Namespace(namespace) => {
            let [chosen, prepared, gone, forgotten] = w.drop_namespace(namespace)?;
            vec![plain(chosen), plain(prepared), ddl(gone), plain(forgotten)]
        }
        Object::Table(table) => vec![ddl(format!("DROP TABLE {}", w.qualified(&table.name)?))],
        Object::Sequence(sequence) => {
            w.refuse(!w.product.facts.sequences, "sequences")?;
            vec![ddl(format!("DROP SEQUENCE {}", w.qualified(&sequence.name)?))]
        }
        Object::Definition(definition) => definition::drop(w, &definition.id)?,
        Object::Enum(_) | Object::Domain(_) | Object::Composite(_) => return Err(no_such_kind(w, object)),
    };
    statements.append(&mut definition::drop_all(w, dependents, &object.id())?);
    Ok(statements)
}

fn rename(w: Writer<'_>, object: &ObjectId, next: &str, dependents: &[Dependent]) -> Result<Vec<Statement>> {
    let mut statements = match object.kind {
        ObjectKind::Table => vec![rename_table(w, object, next)?],
        ObjectKind::Sequence => {
            w.refuse(!w.product.facts.sequences, "sequences")?;
            vec![rename_table(w, object, next)?]
        }
        ObjectKind::View
        | ObjectKind::Trigger
        | ObjectKind::Procedure
        | ObjectKind::Function
        | ObjectKind::Event => Vec::new(),
        ObjectKind::Namespace => return Err(w.unsupported("renaming a namespace")),
        ref other => return Err(w.unsupported(format!("objects of the kind {other}"))),
    };
    statements.extend(definition::remake(w, dependents, Some(object), None)?);
    Ok(statements)
}

/// A table gets the names that the server gives it, and no others.
fn names_follow(w: Writer<'_>, object: &ObjectId, next: &str, followers: &[Follower]) -> Result<()> {
    let itself = followers.iter().find(|follower| follower.previous.id() == *object);
    let Some(Follower { previous: Object::Table(previous), next: Object::Table(wanted) }) = itself else {
        return Ok(());
    };
    let given = complete::renamed(previous, next, w.product);
    let names = |table: &Table| {
        let keys = table.foreign_keys.iter().map(|key| key.name.clone());
        let mut names: Vec<_> = keys.chain(table.checks.iter().map(|check| check.name.clone())).collect();
        names.sort();
        names
    };
    let (given, wanted) = (names(&given), names(wanted));
    match given.iter().find(|name| !wanted.contains(name)) {
        Some(name) => {
            let name = name.as_deref().unwrap_or_default();
            let what = format!("renaming {object} to {next} without a constraint becoming {name}");
            Err(w.unsupported(what).hint("give the constraint a name that does not begin with the table's"))
        }
        None => Ok(()),
    }
}

/// Foreign keys, triggers and, as far as they can, privileges follow.
fn rename_table(w: Writer<'_>, object: &ObjectId, next: &str) -> Result<Statement> {
    let (previous, next) = (w.qualified(&object.name)?, w.qualified(&object.name.renamed(next))?);
    Ok(ddl(format!("RENAME TABLE {previous} TO {next}")))
}

fn alter_object(
    w: Writer<'_>,
    previous: &Object,
    next: &Object,
    dependents: &[Dependent],
) -> Result<Vec<Statement>> {
    let mut statements = match (previous, next) {
        (Object::Namespace(previous), Object::Namespace(next)) if previous.name == next.name => {
            w.alter_namespace(previous, next)?.into_iter().map(ddl).collect()
        }
        (Object::Sequence(previous), Object::Sequence(next)) if previous.name == next.name => {
            w.alter_sequence(previous, next)?.into_iter().map(ddl).collect()
        }
        (Object::Definition(previous), Object::Definition(next)) if previous.id == next.id => {
            definition::alter(w, previous, next)?
        }
        _ => return Err(no_such_kind(w, next)),
    };
    statements.extend(definition::remake(w, dependents, None, Some(&next.id()))?);
    Ok(statements)
}

fn no_such_kind(w: Writer<'_>, object: &Object) -> Error {
    match object {
        Object::Enum(_) => w.unsupported("enumerated types"),
        Object::Domain(_) => w.unsupported("domains"),
        Object::Composite(_) => w.unsupported("composite types"),
        Object::Namespace(_) | Object::Sequence(_) | Object::Table(_) | Object::Definition(_) => {
            malformed(format!("{} is altered into something else", object.id()))
        }
    }
}

#[cfg(test)]
mod tests;
