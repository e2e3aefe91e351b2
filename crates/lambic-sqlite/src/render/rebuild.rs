//! The table rebuild: a new table takes the old one's place, with everything that was in it and on it.
//!
//! After <https://sqlite.org/lang_altertable.html#otheralter>; docs/decisions/0003-sqlite-rebuild.md says what is
//! done beyond it and why.

use lambic_core::operation::{AlterTable, TableChange};
use lambic_core::schema::{Column, QualifiedName, Table};
use lambic_core::{Result, Statement};

use super::definition::Remake;
use super::text::{ALONE, FOLLOWING, literal, quote_list, quote_name, unsupported};
use super::{column, index, malformed, native, suspended, table};
use crate::ddl::{free_rowid_name, same_name};

/// The statements of a rebuild.
pub(super) fn plan(alter: &AlterTable) -> Result<Vec<Statement>> {
    let (previous, next) = (&alter.previous, &alter.next);
    let origins = Origins::of(alter)?;
    let renames = origins.renames(previous)?;
    let remake = Remake::of(&alter.dependents, |id| id.hangs_on(&previous.name), renames.len())?;
    let new = QualifiedName::bare(free_name(alter));
    // Foreign keys, views and triggers elsewhere follow the renames of columns in this mode too.
    let mut sql = vec![ALONE.to_owned()];
    sql.extend([remake.early()?, renames, remake.late()?].concat());
    sql.push(table::create(next, &new)?);
    sql.push(copy(alter, &origins, &new)?);
    if numbers_itself(previous) && numbers_itself(next) {
        sql.append(&mut keep_position(&previous.name, &new)?);
    }
    let (old, new) = (quote_name(&previous.name)?, quote_name(&new)?);
    sql.push(format!("DROP TABLE {old}"));
    sql.push(format!("ALTER TABLE {new} RENAME TO {old}"));
    sql.push(FOLLOWING.to_owned());
    for index in &next.indexes {
        sql.push(index::create(index, next)?);
    }
    sql.append(&mut remake.creates()?);
    Ok(sql.into_iter().map(suspended).collect())
}

/// A name for the new table that nothing in the operation has.
fn free_name(alter: &AlterTable) -> String {
    let dependents = alter.dependents.iter().flat_map(|dependent| [&dependent.previous, &dependent.next]);
    let mut taken: Vec<&str> = dependents.map(|definition| definition.id.name.name.as_str()).collect();
    let tables = [&alter.previous, &alter.next];
    taken.extend(tables.iter().flat_map(|table| table.indexes.iter().map(|index| index.name.as_str())));
    let mut name = format!("_lambic_new_{}", alter.previous.name.name);
    while taken.iter().any(|known| same_name(known, &name)) {
        name.push('_');
    }
    name
}

/// Where the columns come from.
struct Origins<'a> {
    /// Each column of the old table with its name in the new one, if it is kept.
    kept: Vec<(&'a Column, Option<String>)>,
}

impl<'a> Origins<'a> {
    fn of(alter: &'a AlterTable) -> Result<Self> {
        let mut names: Vec<(Option<&Column>, String)> =
            alter.previous.columns.iter().map(|column| (Some(column), column.name.clone())).collect();
        for change in &alter.changes {
            match change {
                TableChange::AddColumn(column) => names.push((None, column.name.clone())),
                TableChange::DropColumn(column) => names.retain(|(_, name)| *name != column.name),
                TableChange::RenameColumn { previous, next } => {
                    let found = names.iter_mut().find(|(_, name)| name == previous);
                    let missing = || malformed(format!("table {} has no column {previous}", alter.next.name));
                    found.ok_or_else(missing)?.1.clone_from(next);
                }
                TableChange::AlterColumn { .. }
                | TableChange::AddConstraint(_)
                | TableChange::DropConstraint(_)
                | TableChange::RenameConstraint { .. }
                | TableChange::AlterConstraint { .. }
                | TableChange::CreateIndex(_)
                | TableChange::DropIndex(_)
                | TableChange::RenameIndex { .. }
                | TableChange::AlterIndex { .. }
                | TableChange::SetOptions { .. }
                | TableChange::SetComment { .. } => {}
            }
        }
        let later = |column: &Column| {
            let found =
                names.iter().find(|(origin, _)| origin.is_some_and(|origin| origin.name == column.name));
            found.map(|(_, name)| name.clone())
        };
        let kept = alter.previous.columns.iter().map(|column| (column, later(column))).collect();
        Ok(Self { kept })
    }

    /// The column of the old table that becomes the one of that name.
    fn origin(&self, name: &str) -> Option<&'a Column> {
        self.kept.iter().find(|(_, later)| later.as_deref() == Some(name)).map(|(column, _)| *column)
    }

    /// The statements after which every column that is kept has its new name. A column that is in the way of
    /// another one first gets a name of its own.
    fn renames(&self, table: &Table) -> Result<Vec<String>> {
        let mut sql = Vec::new();
        let moves = |(column, later): &(&Column, Option<String>)| later.as_ref() != Some(&column.name);
        let mut last = Vec::new();
        for (at, (column, later)) in self.kept.iter().enumerate().filter(|(_, kept)| moves(kept)) {
            let wanted = |(other, name): &(&Column, Option<String>)| {
                other.name != column.name && name.as_ref().is_some_and(|name| same_name(name, &column.name))
            };
            let mut current = column.name.clone();
            if self.kept.iter().any(wanted) {
                let between = format!("_lambic_{at}_{}", column.name);
                sql.push(native::rename_statement(table, &current, &between)?);
                current = between;
            }
            if let Some(later) = later {
                last.push(native::rename_statement(table, &current, later)?);
            }
        }
        sql.append(&mut last);
        Ok(sql)
    }
}

/// Copies the rows. Columns that are computed are never copied into; new ones get their default.
fn copy(alter: &AlterTable, origins: &Origins<'_>, new: &QualifiedName) -> Result<String> {
    let stored = alter.next.columns.iter().filter(|column| column.generated.is_none());
    let kept = stored.map(|column| column.name.as_str()).filter(|name| origins.origin(name).is_some());
    let mut pairs: Vec<(&str, &str)> = kept.map(|name| (name, name)).collect();
    if let Some(pair) = rowid_pair(alter, origins) {
        pairs.insert(0, pair);
    }
    if pairs.is_empty() {
        let message = format!("keeping the rows of table {} without any of its columns", alter.next.name);
        return Err(unsupported(message).hint("drop the table and create it again"));
    }
    let (into, from): (Vec<&str>, Vec<&str>) = pairs.into_iter().unzip();
    let (old, new) = (quote_name(&alter.previous.name)?, quote_name(new)?);
    // A conflict clause of the new table must not leave out rows.
    Ok(format!(
        "INSERT OR ABORT INTO {new} ({})\nSELECT {} FROM {old}",
        quote_list(&into)?,
        quote_list(&from)?
    ))
}

/// Where the number of a row goes to and where it comes from: rows keep it, unless a column that is kept gives them
/// another one.
fn rowid_pair<'a>(alter: &'a AlterTable, origins: &Origins<'_>) -> Option<(&'a str, &'a str)> {
    let (previous, next) = (&alter.previous, &alter.next);
    if previous.has("without-rowid") || next.has("without-rowid") {
        return None;
    }
    let has =
        |name: &str| previous.columns.iter().chain(&next.columns).any(|column| same_name(&column.name, name));
    let hidden = free_rowid_name(has)?;
    match column::rowid(next) {
        Some(column) if origins.origin(column).is_some() => None,
        Some(column) => Some((column, hidden)),
        None => Some((hidden, hidden)),
    }
}

fn numbers_itself(table: &Table) -> bool {
    table.columns.iter().any(|column| column.identity.is_some())
}

/// Keeps the number that AUTOINCREMENT has come to, which can be past the greatest that is there.
fn keep_position(old: &QualifiedName, new: &QualifiedName) -> Result<Vec<String>> {
    let (old, new) = (literal(&old.name)?, literal(&new.name)?);
    Ok(vec![
        format!("DELETE FROM sqlite_sequence WHERE name = {new}"),
        format!(
            "INSERT INTO sqlite_sequence (name, seq)\nSELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
        ),
    ])
}
