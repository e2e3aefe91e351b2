//! What `ALTER TABLE` does itself.
//!
//! Each change is tried on a copy of the table just as SQLite would do it. Only when the copy is the wanted table at
//! the end, and no step depends on the rows, are the statements used.
//!
//! SQLite itself looks after a rename whether views and triggers still work. Where the operation changes some of them
//! too, that comes too early: then it does not look, and the end of the transaction does.

use lambic_core::operation::{AlterTable, TableChange};
use lambic_core::schema::{Column, Constraint, Expression, ForeignKey, Index, KeyTarget, Table};
use lambic_core::{Result, Statement};

use super::alter::{is_needed, same};
use super::definition::Remake;
use super::text::{ALONE, FOLLOWING, constraint_name, quote, quote_name};
use super::{column, constraint, index, suspended};
use crate::ddl::{self, is_rowid_name};

/// The statements, or `None` where a rebuild is needed.
pub(super) fn plan(alter: &AlterTable) -> Result<Option<Vec<Statement>>> {
    let Some(renamed) = after_renames(alter) else { return Ok(None) };
    let mut draft = Draft { alter, table: alter.previous.clone(), sql: Vec::new(), taken: Vec::new() };
    draft.drop_indexes(&renamed)?;
    for (at, change) in alter.changes.iter().enumerate() {
        if !draft.change(at, change)? {
            return Ok(None);
        }
    }
    draft.create_indexes()?;
    if !same(&draft.table, &alter.next) {
        return Ok(None);
    }
    let count = alter.renamed_columns().count();
    let remake = Remake::of(&alter.dependents, |_| false, count)?;
    if remake.is_empty() || count == 0 {
        let sql = [draft.sql, remake.sql()?].concat();
        return Ok(Some(sql.into_iter().map(Statement::new).collect()));
    }
    let (alone, following) = (vec![ALONE.to_owned()], vec![FOLLOWING.to_owned()]);
    let sql = [alone, remake.early()?, draft.sql, following, remake.late()?, remake.creates()?].concat();
    Ok(Some(sql.into_iter().map(suspended).collect()))
}

/// The table after the renames alone; `None` where one is in the way of another change.
fn after_renames(alter: &AlterTable) -> Option<Table> {
    let mut table = alter.previous.clone();
    for (previous, next) in alter.renamed_columns() {
        rename(&mut table, previous, next).ok()?;
    }
    Some(table)
}

struct Draft<'a> {
    alter: &'a AlterTable,
    /// The table as it is after `sql`.
    table: Table,
    sql: Vec<String>,
    /// The changes that an earlier one took with it.
    taken: Vec<usize>,
}

impl Draft<'_> {
    /// Drops the indexes that are not there afterwards, or not as renames leave them.
    fn drop_indexes(&mut self, renamed: &Table) -> Result<()> {
        let kept = |index: &Index| {
            let later = self.alter.next.indexes.get(&index.name);
            later.is_some() && later == renamed.indexes.get(&index.name)
        };
        for index in self.alter.previous.indexes.iter().filter(|index| !kept(index)) {
            self.sql.push(index::drop(&index.name)?);
        }
        self.table.indexes.retain(kept);
        Ok(())
    }

    fn create_indexes(&mut self) -> Result<()> {
        let known: Vec<String> = self.table.indexes.iter().map(|index| index.name.clone()).collect();
        for index in self.alter.next.indexes.iter().filter(|index| !known.contains(&index.name)) {
            self.sql.push(index::create(index, &self.alter.next)?);
            self.table.indexes.insert(index.clone());
        }
        Ok(())
    }

    /// Makes a change, or says that `ALTER TABLE` does not do it.
    fn change(&mut self, at: usize, change: &TableChange) -> Result<bool> {
        match change {
            TableChange::RenameColumn { previous, next } => self.rename_column(previous, next),
            TableChange::AddColumn(column) => self.add_column(column),
            TableChange::DropColumn(column) => self.drop_column(column),
            TableChange::CreateIndex(_)
            | TableChange::DropIndex(_)
            | TableChange::RenameIndex { .. }
            | TableChange::AlterIndex { .. } => Ok(true),
            TableChange::AddConstraint(_) => Ok(self.taken.contains(&at)),
            TableChange::AlterColumn { .. }
            | TableChange::DropConstraint(_)
            | TableChange::RenameConstraint { .. }
            | TableChange::AlterConstraint { .. }
            | TableChange::SetOptions { .. }
            | TableChange::SetComment { .. } => Ok(false),
        }
    }

    fn rename_column(&mut self, previous: &str, next: &str) -> Result<bool> {
        rename(&mut self.table, previous, next)?;
        self.sql.push(rename_statement(&self.alter.previous, previous, next)?);
        Ok(true)
    }

    fn add_column(&mut self, added: &Column) -> Result<bool> {
        if !can_be_added(added) {
            return Ok(false);
        }
        let (table, definition) =
            (quote_name(&self.table.name)?, column::column(&self.alter.next, added, None)?);
        let mut sql = vec![format!("ALTER TABLE {table} ADD COLUMN {definition}")];
        self.table.columns.push(added.clone());
        if let Some((at, key)) = self.foreign_key_of(added) {
            sql.push(format!("{}{}", constraint_name(key.name.as_ref())?, constraint::references(&key)?));
            self.taken.push(at);
            self.table.foreign_keys.push(key);
        }
        self.sql.push(sql.join(" "));
        Ok(true)
    }

    /// The foreign key that can be added together with its only column.
    fn foreign_key_of(&self, column: &Column) -> Option<(usize, ForeignKey)> {
        if column.default.is_some() {
            return None;
        }
        self.alter.changes.iter().enumerate().find_map(|(at, change)| match change {
            TableChange::AddConstraint(Constraint::ForeignKey(key))
                if key.columns == [column.name.as_str()] =>
            {
                Some((at, key.clone()))
            }
            _ => None,
        })
    }

    fn drop_column(&mut self, dropped: &Column) -> Result<bool> {
        let touched = self.alter.dependents.iter().any(|dependent| {
            dependent.previous != dependent.next
                || ddl::mentions(&dependent.previous.definition, &dropped.name)
        });
        if touched || is_rowid_name(&dropped.name) || is_needed(&self.table, &dropped.name) {
            return Ok(false);
        }
        self.table.columns.retain(|column| column.name != dropped.name);
        self.sql.push(FOLLOWING.to_owned());
        let (table, column) = (quote_name(&self.table.name)?, quote(&dropped.name)?);
        self.sql.push(format!("ALTER TABLE {table} DROP COLUMN {column}"));
        Ok(true)
    }
}

/// Whether `ADD COLUMN` takes the column whatever the rows: it looks at them for any other.
fn can_be_added(column: &Column) -> bool {
    let default = column.default.as_ref().map(|default| default.as_str().to_ascii_uppercase());
    let constant =
        default.as_ref().is_none_or(|text| !text.starts_with('(') && !text.starts_with("CURRENT_"));
    let fills = default.as_ref().is_some_and(|text| text != "NULL");
    let computed = column.generated.as_ref();
    let generated = computed.is_none_or(|generated| !generated.stored && column.nullable);
    constant
        && (column.nullable || fills)
        && generated
        && column.identity.is_none()
        && !is_rowid_name(&column.name)
}

/// `ALTER TABLE … RENAME COLUMN`.
pub(super) fn rename_statement(table: &Table, previous: &str, next: &str) -> Result<String> {
    let (table, previous, next) = (quote_name(&table.name)?, quote(previous)?, quote(next)?);
    Ok(format!("ALTER TABLE {table} RENAME COLUMN {previous} TO {next}"))
}

/// Renames a column as SQLite does: in keys, and in the text of expressions, where it puts the new name in quotes.
fn rename(table: &mut Table, previous: &str, next: &str) -> Result<()> {
    let change = TableChange::RenameColumn { previous: previous.to_owned(), next: next.to_owned() };
    let mut renamed = AlterTable::new(table.clone(), vec![change], Vec::new())?.next;
    let quoted = quote(next)?;
    let rewrite = |text: &mut Expression| text.0 = ddl::rename_column(&text.0, previous, &quoted);
    renamed.checks.iter_mut().for_each(|check| rewrite(&mut check.expression));
    for generated in renamed.columns.iter_mut().filter_map(|column| column.generated.as_mut()) {
        rewrite(&mut generated.expression);
    }
    renamed.indexes.rewrite(|index| {
        index.predicate.iter_mut().for_each(rewrite);
        for part in &mut index.parts {
            if let KeyTarget::Expression(text) = &mut part.key {
                rewrite(text);
            }
        }
    });
    *table = renamed;
    Ok(())
}
