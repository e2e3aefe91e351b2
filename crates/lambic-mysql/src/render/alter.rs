//! `AlterTable`: one `ALTER TABLE` with all actions, or several where the database cannot do everything at once.

use lambic_core::operation::AlterTable;
use lambic_core::schema::{QualifiedName, Table};
use lambic_core::{Result, Statement};

use super::actions::{Actions, Step};
use super::definition;
use super::online;
use super::options::ENGINE;
use super::renames::Renames;
use super::stages::{Stage, stages};
use super::text::{Writer, malformed};
use super::{ddl, plain};

/// The statements that change the table.
pub(super) fn alter(w: Writer<'_>, alter: &AlterTable) -> Result<Vec<Statement>> {
    let (previous, next) = (&alter.previous, &alter.next);
    if previous.name != next.name {
        return Err(malformed(format!("table {} is renamed by an alteration", previous.name)));
    }
    // What the product lacks is refused, even where it would not have to be written.
    w.create_table(next)?;
    let mut statements = Vec::new();
    let mut from = previous;
    let stages = stages(w, alter, Renames::of(alter)?);
    for stage in &stages {
        statements.extend(step(w, from, stage)?);
        from = &stage.to;
    }
    if w.is_versioned(&previous.options)? && w.is_versioned(&next.options)? && !statements.is_empty() {
        // Former rows would otherwise stand in the way of any change.
        let keep =
            "SET @lambic_history = @@system_versioning_alter_history, system_versioning_alter_history = KEEP";
        statements.insert(0, plain(keep));
        statements.push(plain("SET system_versioning_alter_history = @lambic_history"));
    }
    let mut statements = w.leniently(&[previous, next], statements);
    statements.extend(definition::remake(w, &alter.dependents, None, None)?);
    Ok(statements)
}

/// The statements of one step.
fn step(w: Writer<'_>, from: &Table, stage: &Stage) -> Result<Vec<Statement>> {
    let to = &stage.to;
    let actions = Step::new(w, from, to, &stage.renames).actions()?;
    let table = w.qualified(&to.name)?;
    let mut statements = Vec::new();
    if actions.database_charset {
        statements.extend(with_charset_of_database(w, &to.name, &table, &body(&actions))?);
    } else if !actions.list.is_empty() || actions.tail.is_some() {
        let sure = actions.tail.is_none() && [from, to].iter().all(|table| is_innodb(table));
        let kinds = actions.list.iter().map(|action| action.kind);
        let clause = if sure { online::clause(kinds, w.product) } else { "" };
        let statement = ddl(format!("ALTER TABLE {table}{}{clause}", body(&actions)));
        let made = if stage.unchecked { without_checks(statement) } else { vec![statement] };
        statements.extend(if begins_to_number(from, to) { keeping_zero(made) } else { made });
    }
    if let Some(apart) = actions.apart {
        statements.push(ddl(format!("ALTER TABLE {table} {apart}")));
    }
    Ok(statements)
}

/// A statement that changes no value, without a look at the foreign keys that it cannot break.
fn without_checks(statement: Statement) -> Vec<Statement> {
    let off = "SET @lambic_checks = @@foreign_key_checks, foreign_key_checks = 0";
    vec![plain(off), statement, plain("SET foreign_key_checks = @lambic_checks")]
}

/// Whether a column of rows that are there begins to number itself.
fn begins_to_number(from: &Table, to: &Table) -> bool {
    let numbers = |table: &Table| table.columns.iter().any(|column| column.identity.is_some());
    numbers(to) && !numbers(from)
}

/// Statements that take a nought for a number like any other, where the database would put the next one in its place.
fn keeping_zero(statements: Vec<Statement>) -> Vec<Statement> {
    let keep = "SET @lambic_zero = @@sql_mode, sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')";
    let back = "SET sql_mode = @lambic_zero";
    [vec![plain(keep)], statements, vec![plain(back)]].concat()
}

/// Whether the table is one of `InnoDB`, as tables are where nothing else is said.
pub(super) fn is_innodb(table: &Table) -> bool {
    let engine = table.options.get(ENGINE);
    engine.is_none_or(|engine| engine.eq_ignore_ascii_case("InnoDB"))
}

/// What follows the name of the table.
fn body(actions: &Actions) -> String {
    let list: Vec<&str> = actions.list.iter().map(|action| action.sql.as_str()).collect();
    let several = list.len() + usize::from(actions.database_charset) > 1;
    let gap = if several { "\n  " } else { " " };
    let tail = actions.tail.as_ref().map(|tail| format!("\n{tail}")).unwrap_or_default();
    let list = list.join(&format!(",{gap}"));
    if list.is_empty() { tail } else { format!("{gap}{list}{tail}") }
}

/// The character set of a table's database has no name in SQL: the statement is put together by the server.
fn with_charset_of_database(
    w: Writer<'_>,
    name: &QualifiedName,
    table: &str,
    body: &str,
) -> Result<Vec<Statement>> {
    let database = match &name.namespace {
        Some(namespace) => w.literal(namespace)?,
        None => "DATABASE()".to_owned(),
    };
    let own = |column: &str| {
        format!("(SELECT {column} FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {database})")
    };
    let head = w.literal(&format!("ALTER TABLE {table}\n  DEFAULT CHARACTER SET "))?;
    let comma = if body.trim_start().is_empty() { "" } else { "," };
    let rest = w.literal(&format!("{comma}{body}"))?;
    let (charset, collation) = (own("DEFAULT_CHARACTER_SET_NAME"), own("DEFAULT_COLLATION_NAME"));
    Ok(vec![
        plain(format!(
            "SET @lambic_alter = CONCAT({head}, {charset}, ' COLLATE `', {collation}, '`', {rest})"
        )),
        plain("PREPARE lambic_alter FROM @lambic_alter"),
        ddl("EXECUTE lambic_alter"),
        plain("DEALLOCATE PREPARE lambic_alter"),
    ])
}
