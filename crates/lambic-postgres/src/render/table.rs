//! `CREATE TABLE` and options.

use lambic_core::Result;
use lambic_core::schema::{Column, Constraint, Properties, QualifiedName, Table};

use super::column::{self, column};
use super::options::{
    ACCESS_METHOD, CLUSTER, FORCE_ROW_SECURITY, INHERITED, INHERITS, NOT_NULL_INHERITED, OF_TYPE,
    REPLICA_IDENTITY, REPLICA_IDENTITY_INDEX, ROW_SECURITY, STORAGE_PREFIX, TABLESPACE, UNLOGGED,
};
use super::text::{
    Server, assignments, comment_literal, flag, option, parameter_changes, parameters, quote, quote_name,
    refuse_options, sql_name, sql_names, unsupported,
};
use super::{constraint, index, partition, sequence};

const OPTIONS: [&str; 11] = [
    UNLOGGED,
    TABLESPACE,
    ACCESS_METHOD,
    INHERITS,
    OF_TYPE,
    ROW_SECURITY,
    FORCE_ROW_SECURITY,
    REPLICA_IDENTITY,
    REPLICA_IDENTITY_INDEX,
    CLUSTER,
    STORAGE_PREFIX,
];

/// What of a table is said where it is made.
const AT_ONCE: [&str; 4] = [UNLOGGED, TABLESPACE, ACCESS_METHOD, STORAGE_PREFIX];

/// The statements that make a table with everything that belongs to it.
pub(super) fn create(server: Server, table: &Table) -> Result<Vec<String>> {
    let mut sql = vec![statement(server, table)?];
    for one in table.columns.iter().filter(|one| column::is_serial(one)) {
        sql.extend(sequence::settle(table, one)?);
    }
    sql.extend(partition::create_all(server, table)?);
    sql.extend(partition::create_only(server, table)?);
    for one in &table.indexes {
        sql.extend(index::create(server, table, one)?);
    }
    sql.extend(settle(server, table)?);
    sql.extend(comments(table)?);
    Ok(sql)
}

fn is_inherited(constraint: &Constraint) -> bool {
    matches!(constraint, Constraint::Check(check) if flag(&check.options, INHERITED))
}

/// Whether a table has something from a parent alone. One that has not keeps the order of its columns only if it is
/// made first and inherits then.
fn takes_from_parents(table: &Table) -> bool {
    let inherited =
        |column: &Column| flag(&column.options, INHERITED) || flag(&column.options, NOT_NULL_INHERITED);
    table.columns.iter().any(inherited) || table.checks.iter().any(|check| flag(&check.options, INHERITED))
}

fn statement(server: Server, table: &Table) -> Result<String> {
    refuse_options(&table.options, &OPTIONS, "tables")?;
    let mut items = Vec::new();
    for one in &table.columns {
        let text = column(server, table, one)?;
        if flag(&one.options, INHERITED) {
            items.extend(column::own_not_null(server, one)?);
        } else {
            items.push(text);
        }
    }
    for one in table
        .constraints()
        .filter(|one| !is_inherited(one) && !constraint::is_only(one) && !constraint::is_late(table, one))
    {
        items.push(constraint::constraint(server, &one)?);
    }
    let unlogged = if flag(&table.options, UNLOGGED) { "UNLOGGED " } else { "" };
    let body = if items.is_empty() { String::new() } else { format!("\n  {}\n", items.join(",\n  ")) };
    let mut parts = vec![format!("CREATE {unlogged}TABLE {} ({body})", quote_name(&table.name)?)];
    if let Some(parents) = option(&table.options, INHERITS).filter(|_| takes_from_parents(table)) {
        parts.push(format!("INHERITS ({})", sql_names(parents)?.join(", ")));
    }
    if let Some(partitioning) = &table.partitioning {
        parts.push(partition::partition_by(&partitioning.by)?);
    }
    parts.extend(storage_clauses(&table.options)?);
    Ok(parts.join(" "))
}

/// `USING …`, `WITH (…)` and `TABLESPACE …`.
pub(super) fn storage_clauses(options: &Properties) -> Result<Vec<String>> {
    let mut parts = Vec::new();
    if let Some(method) = option(options, ACCESS_METHOD) {
        parts.push(format!("USING {}", quote(method)?));
    }
    let storage = parameters(options, STORAGE_PREFIX);
    if !storage.is_empty() {
        parts.push(format!("WITH ({})", assignments(&storage)?));
    }
    if let Some(tablespace) = option(options, TABLESPACE) {
        parts.push(format!("TABLESPACE {}", quote(tablespace)?));
    }
    Ok(parts)
}

/// What can be said only of a table that is there: one `ALTER TABLE`.
fn settle(server: Server, table: &Table) -> Result<Option<String>> {
    let mut actions = Vec::new();
    for one in &table.columns {
        actions.extend(column::settle(server, table, one)?);
    }
    for one in table
        .constraints()
        .filter(|one| !is_inherited(one) && !constraint::is_only(one) && constraint::is_late(table, one))
    {
        actions.push(constraint::add(server, &one)?);
    }
    let mut at_once = table.options.clone();
    let inherits = takes_from_parents(table);
    at_once.retain(|name, _| {
        AT_ONCE.iter().any(|known| name.starts_with(known)) || inherits && name == INHERITS
    });
    let changes = option_changes(server, &at_once, &table.options)?;
    actions.extend(changes.actions);
    actions.extend(changes.late);
    alter(&table.name, &actions)
}

/// One `ALTER TABLE` with several actions.
pub(super) fn alter(table: &QualifiedName, actions: &[String]) -> Result<Option<String>> {
    let name = quote_name(table)?;
    Ok(match actions {
        [] => None,
        [one] => Some(format!("ALTER TABLE {name} {one}")),
        several => Some(format!("ALTER TABLE {name}\n  {}", several.join(",\n  "))),
    })
}

/// The actions that lead from some options of a table to others.
pub(super) struct OptionChanges {
    /// With everything else.
    pub(super) actions: Vec<String>,
    /// Once the indexes are there.
    pub(super) late: Vec<String>,
}

/// The changes of options, rewrites among them.
pub(super) fn option_changes(server: Server, old: &Properties, new: &Properties) -> Result<OptionChanges> {
    refuse_options(new, &OPTIONS, "tables")?;
    let changed = |key: &str| option(old, key) != option(new, key);
    let mut actions = parents(old, new)?;
    if changed(UNLOGGED) {
        actions.push(if flag(new, UNLOGGED) { "SET UNLOGGED" } else { "SET LOGGED" }.to_owned());
    }
    if changed(TABLESPACE) {
        let name = option(new, TABLESPACE).unwrap_or("pg_default");
        actions.push(format!("SET TABLESPACE {}", quote(name)?));
    }
    if changed(ACCESS_METHOD) {
        server.needs(15, "changing the access method of a table")?;
        actions.push(format!("SET ACCESS METHOD {}", quote(option(new, ACCESS_METHOD).unwrap_or("heap"))?));
    }
    if changed(OF_TYPE) {
        let of = |name| Ok(format!("OF {}", sql_name(name)?));
        actions.push(option(new, OF_TYPE).map_or_else(|| Ok("NOT OF".to_owned()), of)?);
    }
    let switches = [
        (ROW_SECURITY, "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"),
        (FORCE_ROW_SECURITY, "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"),
    ];
    for (key, on, off) in switches.into_iter().filter(|(key, ..)| changed(key)) {
        actions.push(if flag(new, key) { on } else { off }.to_owned());
    }
    actions.extend(parameter_changes(&parameters(old, STORAGE_PREFIX), &parameters(new, STORAGE_PREFIX))?);
    let mut late = Vec::new();
    if changed(REPLICA_IDENTITY) || changed(REPLICA_IDENTITY_INDEX) {
        late.push(format!("REPLICA IDENTITY {}", replica_identity(new)?));
    }
    if changed(CLUSTER) {
        let on = |name| Ok(format!("CLUSTER ON {}", quote(name)?));
        late.push(option(new, CLUSTER).map_or_else(|| Ok("SET WITHOUT CLUSTER".to_owned()), on)?);
    }
    Ok(OptionChanges { actions, late })
}

fn parents(old: &Properties, new: &Properties) -> Result<Vec<String>> {
    let names = |options| option(options, INHERITS).map_or_else(|| Ok(Vec::new()), sql_names);
    let (old, new) = (names(old)?, names(new)?);
    let gone = old.iter().filter(|name| !new.contains(name)).map(|name| format!("NO INHERIT {name}"));
    let come = new.iter().filter(|name| !old.contains(name)).map(|name| format!("INHERIT {name}"));
    Ok(gone.chain(come).collect())
}

fn replica_identity(options: &Properties) -> Result<String> {
    match (option(options, REPLICA_IDENTITY), option(options, REPLICA_IDENTITY_INDEX)) {
        (None, _) => Ok("DEFAULT".to_owned()),
        (Some("full"), _) => Ok("FULL".to_owned()),
        (Some("nothing"), _) => Ok("NOTHING".to_owned()),
        (Some("index"), Some(index)) => Ok(format!("USING INDEX {}", quote(index)?)),
        (Some(other), _) => Err(unsupported(format!("the replica identity {other}"))),
    }
}

fn comments(table: &Table) -> Result<Vec<String>> {
    let mut sql = Vec::new();
    if table.comment.is_some() {
        sql.push(comment(table)?);
    }
    for one in table.columns.iter().filter(|one| one.comment.is_some()) {
        sql.push(comment_on_column(&table.name, &one.name, one.comment.as_deref())?);
    }
    for one in table.constraints().filter(|one| constraint::comment(one).is_some()) {
        sql.push(comment_on_constraint(&table.name, &one)?);
    }
    Ok(sql)
}

/// `COMMENT ON TABLE`.
pub(super) fn comment(table: &Table) -> Result<String> {
    let text = comment_literal(table.comment.as_deref())?;
    Ok(format!("COMMENT ON TABLE {} IS {text}", quote_name(&table.name)?))
}

/// `COMMENT ON COLUMN`.
pub(super) fn comment_on_column(
    table: &QualifiedName,
    column: &str,
    comment: Option<&str>,
) -> Result<String> {
    let (table, column) = (quote_name(table)?, quote(column)?);
    Ok(format!("COMMENT ON COLUMN {table}.{column} IS {}", comment_literal(comment)?))
}

/// `COMMENT ON CONSTRAINT`.
pub(super) fn comment_on_constraint(table: &QualifiedName, one: &Constraint) -> Result<String> {
    let (table, name) = (quote_name(table)?, constraint::known_as(one)?);
    Ok(format!("COMMENT ON CONSTRAINT {name} ON {table} IS {}", comment_literal(constraint::comment(one))?))
}
