//! `AlterTable`: one `ALTER TABLE` with all actions, or two where the database cannot do everything at once.

use lambic_core::operation::{AlterTable, TableChange};
use lambic_core::schema::{Constraint, ForeignKey, KeyTarget, QualifiedName, Table};
use lambic_core::{Result, Statement};

use super::actions::{Actions, Step};
use super::columns::keeps_what_was_computed;
use super::constraint::unique_index;
use super::definition;
use super::implicit::implicit;
use super::online;
use super::renames::Renames;
use super::text::{Writer, malformed, same_name};
use super::{ddl, plain};

/// The statements that change the table.
pub(super) fn alter(w: Writer<'_>, alter: &AlterTable) -> Result<Vec<Statement>> {
    let (previous, next) = (&alter.previous, &alter.next);
    if previous.name != next.name {
        return Err(malformed(format!("table {} is renamed by an alteration", previous.name)));
    }
    // What the product lacks is refused, even where it would not have to be written.
    w.create_table(next)?;
    let renames = Renames::of(alter)?;
    let mut statements = match middle(alter, &renames) {
        None => step(w, previous, next, &renames)?,
        Some(middle) => {
            let first = step(w, previous, &middle.table, &middle.before)?;
            [first, step(w, &middle.table, next, &middle.after)?].concat()
        }
    };
    if w.is_versioned(&previous.options)? && w.is_versioned(&next.options)? && !statements.is_empty() {
        // Former rows would otherwise stand in the way of any change.
        let keep =
            "SET @lambic_history = @@system_versioning_alter_history, system_versioning_alter_history = KEEP";
        statements.insert(0, plain(keep));
        statements.push(plain("SET system_versioning_alter_history = @lambic_history"));
    }
    statements.extend(definition::remake(w, &alter.dependents, None)?);
    Ok(statements)
}

/// The statements of one step.
fn step(w: Writer<'_>, from: &Table, to: &Table, renames: &Renames) -> Result<Vec<Statement>> {
    let actions = Step::new(w, from, to, renames).actions()?;
    let table = w.qualified(&to.name)?;
    let mut statements = Vec::new();
    if actions.database_charset {
        statements.extend(with_charset_of_database(w, &to.name, &table, &body(&actions))?);
    } else if !actions.list.is_empty() || actions.tail.is_some() {
        let sure = actions.tail.is_none() && [from, to].iter().all(|table| is_innodb(table));
        let kinds = actions.list.iter().map(|action| action.kind);
        let clause = if sure { online::clause(kinds, w.product) } else { "" };
        statements.push(ddl(format!("ALTER TABLE {table}{}{clause}", body(&actions))));
    }
    if let Some(apart) = actions.apart {
        statements.push(ddl(format!("ALTER TABLE {table} {apart}")));
    }
    Ok(statements)
}

fn is_innodb(table: &Table) -> bool {
    let engine = table.options.get(super::options::ENGINE);
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
        plain(format!("SET @lambic_alter = CONCAT({head}, {charset}, ' COLLATE ', {collation}, {rest})")),
        plain("PREPARE lambic_alter FROM @lambic_alter"),
        ddl("EXECUTE lambic_alter"),
        plain("DEALLOCATE PREPARE lambic_alter"),
    ])
}

/// A table between the two of an alteration, and the names before and after it.
struct Middle {
    table: Table,
    before: Renames,
    after: Renames,
}

/// The table in between, where one `ALTER TABLE` is not enough.
///
/// - A foreign key that goes and another one that takes its name are refused in one statement.
/// - A column that foreign keys hold cannot get another name while anything needs the table to be copied. What
///   mentions it, a check or a generated column, goes before and comes afterwards.
/// - The values of a column that is computed when read must be stored once before they can be kept.
fn middle(alter: &AlterTable, renames: &Renames) -> Option<Middle> {
    let (previous, next) = (&alter.previous, &alter.next);
    let mut table = previous.clone();
    let mut middle = Middle { table: previous.clone(), before: Renames::default(), after: renames.clone() };
    remove_remade_keys(&mut table, alter, renames);
    for column in &mut table.columns {
        let after = renames.column_after(&column.name).and_then(|name| next.column(name));
        if after.is_some_and(|after| keeps_what_was_computed(column, after))
            && let Some(generated) = &mut column.generated
        {
            generated.stored = true;
        }
    }
    let taken = |(_, new): &(String, String)| {
        let moves = |name: &str| renames.columns.iter().any(|(old, _)| old == name);
        previous.columns.iter().any(|column| same_name(&column.name, new) && !moves(&column.name))
    };
    if renames.touch_keys(previous) && !renames.columns.iter().any(taken) {
        table = renames.columns_in(&table);
        middle.before.columns.clone_from(&renames.columns);
        middle.before.dropped = remove_other_text(&mut table, next);
        middle.after.columns.clear();
    }
    if table == *previous {
        return None;
    }
    middle.table = table;
    Some(middle)
}

/// Takes the foreign keys out whose names are used again. The indexes that they brought along stay.
fn remove_remade_keys(table: &mut Table, alter: &AlterTable, renames: &Renames) {
    let renamed = renames.columns_in(&alter.previous).foreign_keys;
    let told = |key: &ForeignKey| {
        alter.changes.iter().any(|change| match change {
            TableChange::DropConstraint(Constraint::ForeignKey(dropped)) => dropped.name == key.name,
            _ => false,
        })
    };
    let remade = |(key, renamed): (&ForeignKey, &ForeignKey)| {
        let later = alter.next.foreign_keys.iter().find(|next| next.name.is_some() && next.name == key.name);
        later.is_some_and(|next| next != renamed || told(key))
    };
    let names: Vec<Option<String>> = (alter.previous.foreign_keys.iter().zip(&renamed))
        .filter(|pair| remade(*pair))
        .map(|(key, _)| key.name.clone())
        .collect();
    let brought = implicit(table).into_iter().filter(|index| names.contains(&Some(index.name.clone())));
    table.indexes.extend(brought.collect::<Vec<_>>());
    table.foreign_keys.retain(|key| !names.contains(&key.name));
}

/// Takes out what has other text afterwards, and returns the names of generated columns among it.
fn remove_other_text(table: &mut Table, next: &Table) -> Vec<String> {
    table.checks.retain(|check| {
        let later = next.checks.iter().find(|later| later.name == check.name);
        later.is_none_or(|later| later.expression == check.expression)
    });
    let other = |column: &lambic_core::schema::Column| {
        let later = next.column(&column.name).and_then(|later| later.generated.as_ref());
        column
            .generated
            .as_ref()
            .is_some_and(|generated| later.is_some_and(|later| later.expression != generated.expression))
    };
    let gone: Vec<String> =
        table.columns.iter().filter(|column| other(column)).map(|column| column.name.clone()).collect();
    table.columns.retain(|column| !gone.contains(&column.name));
    let holds = |index: &lambic_core::schema::Index| {
        index.parts.iter().any(|part| match &part.key {
            KeyTarget::Column(name) => gone.contains(name),
            KeyTarget::Expression(_) => next.indexes.get(&index.name) != Some(index),
        })
    };
    table.indexes.retain(|index| !holds(index));
    table.uniques.retain(|key| !holds(&unique_index(key)));
    gone
}
