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
use super::options::ENGINE;
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
    let mut statements = Vec::new();
    let mut from = previous;
    let anew = numbers_anew(w, alter);
    let stages = stages(w, alter, Renames::of(alter)?);
    for stage in &stages {
        let numbers = |table: &Table| {
            table.columns.iter().find(|column| column.identity.is_some()).map(|column| column.name.clone())
        };
        let unchecked = anew && numbers(from) != numbers(&stage.to);
        statements.extend(step(w, from, stage, unchecked)?);
        from = &stage.to;
    }
    if w.is_versioned(&previous.options)? && w.is_versioned(&next.options)? && !statements.is_empty() {
        // Former rows would otherwise stand in the way of any change.
        let keep =
            "SET @lambic_history = @@system_versioning_alter_history, system_versioning_alter_history = KEEP";
        statements.insert(0, plain(keep));
        statements.push(plain("SET system_versioning_alter_history = @lambic_history"));
    }
    statements.extend(definition::remake(w, &alter.dependents, None, None)?);
    Ok(statements)
}

/// The statements of one step.
fn step(
    w: Writer<'_>,
    from: &Table,
    Stage { to, renames }: &Stage,
    unchecked: bool,
) -> Result<Vec<Statement>> {
    let actions = Step::new(w, from, to, renames).actions()?;
    let table = w.qualified(&to.name)?;
    let mut statements = Vec::new();
    if actions.database_charset {
        statements.extend(with_charset_of_database(w, &to.name, &table, &body(&actions))?);
    } else if !actions.list.is_empty() || actions.tail.is_some() {
        let sure = actions.tail.is_none() && [from, to].iter().all(|table| is_innodb(table));
        let kinds = actions.list.iter().map(|action| action.kind);
        let clause = if sure { online::clause(kinds, w.product) } else { "" };
        let statement = ddl(format!("ALTER TABLE {table}{}{clause}", body(&actions)));
        statements.extend(if unchecked { without_checks(statement) } else { vec![statement] });
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

fn is_innodb(table: &Table) -> bool {
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
        plain(format!("SET @lambic_alter = CONCAT({head}, {charset}, ' COLLATE ', {collation}, {rest})")),
        plain("PREPARE lambic_alter FROM @lambic_alter"),
        ddl("EXECUTE lambic_alter"),
        plain("DEALLOCATE PREPARE lambic_alter"),
    ])
}

/// The table as it is after one statement, and which of its names are new.
struct Stage {
    to: Table,
    renames: Renames,
}

/// The tables on the way, the last one at the end. One is enough, but for this:
///
/// - A foreign key that goes and another one that takes its name are refused in one statement.
/// - A column that foreign keys hold cannot get another name while anything needs the table to be copied. What
///   mentions it, a check or a generated column, goes before and comes afterwards.
/// - The values of a column that is computed when read must be stored once before they can be kept.
/// - Foreign keys must be gone before a table goes where there are none, and come after it is back.
fn stages(w: Writer<'_>, alter: &AlterTable, renames: Renames) -> Vec<Stage> {
    let (previous, next) = (&alter.previous, &alter.next);
    let mut stages = Vec::new();
    let mut table = previous.clone();
    let mut renames = renames;
    remove_keys(&mut table, alter, &renames);
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
    let apart = renames.touch_keys(previous) && !renames.columns.iter().any(taken);
    if apart {
        let mut renamed = renames.columns_in(&table);
        let dropped = remove_other_text(&mut renamed, next);
        let columns = std::mem::take(&mut renames.columns);
        let back = columns.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
        let back = Renames { columns: back, ..Renames::default() };
        table = back.columns_in(&renamed);
        let dropped = dropped.iter().filter_map(|name| back.column_after(name)).map(str::to_owned).collect();
        stages.push(Stage { to: table, renames: Renames { dropped, ..Renames::default() } });
        stages.push(Stage { to: renamed, renames: Renames { columns, ..Renames::default() } });
    } else if table != *previous {
        stages.push(Stage { to: table, renames: Renames::default() });
    }
    let mut before_keys = next.clone();
    let last = stages.last().map_or(previous, |stage| &stage.to);
    let comes_back = previous.partitioning.is_some() && next.partitioning.is_none();
    let moves = previous.options.get(ENGINE) != next.options.get(ENGINE);
    if comes_back || moves || numbers_anew(w, alter) {
        before_keys.foreign_keys.retain(|key| last.foreign_keys.iter().any(|known| known.name == key.name));
    }
    if before_keys == *next {
        stages.push(Stage { to: before_keys, renames });
    } else {
        stages.push(Stage { to: before_keys, renames });
        stages.push(Stage { to: next.clone(), renames: Renames::default() });
    }
    stages
}

/// Whether a column begins or ends to number itself, which the product does not let one that foreign keys refer to.
fn numbers_anew(w: Writer<'_>, alter: &AlterTable) -> bool {
    w.product.facts.references_fix_columns
        && alter.changes.iter().any(|change| match change {
            TableChange::AlterColumn { previous, next } => {
                previous.identity != next.identity && previous.native == next.native
            }
            _ => false,
        })
}

/// Takes the foreign keys out that must be gone first. The index that one brought along stays where it comes again.
fn remove_keys(table: &mut Table, alter: &AlterTable, renames: &Renames) {
    let (previous, next) = (&alter.previous, &alter.next);
    let renamed = renames.columns_in(previous).foreign_keys;
    let told = |key: &ForeignKey| {
        alter.changes.iter().any(|change| match change {
            TableChange::DropConstraint(Constraint::ForeignKey(dropped)) => dropped.name == key.name,
            _ => false,
        })
    };
    let moves = previous.options.get(ENGINE) != next.options.get(ENGINE)
        || (previous.partitioning.is_none() && next.partitioning.is_some());
    let (mut gone, mut again) = (Vec::new(), Vec::new());
    for (key, renamed) in previous.foreign_keys.iter().zip(&renamed) {
        let later = next.foreign_keys.iter().find(|next| next.name.is_some() && next.name == key.name);
        match later {
            Some(later) if later != renamed || told(key) => again.push(key.name.clone()),
            None if moves && key.name.is_some() => gone.push(key.name.clone()),
            _ => {}
        }
    }
    let brought = implicit(table).into_iter().filter(|index| again.contains(&Some(index.name.clone())));
    table.indexes.extend(brought.collect::<Vec<_>>());
    table.foreign_keys.retain(|key| !gone.contains(&key.name) && !again.contains(&key.name));
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
