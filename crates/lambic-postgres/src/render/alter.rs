//! `AlterTable`: as few `ALTER TABLE` as the changes allow, each with all the actions that can stand in it, so that
//! rows are rewritten and scanned once.

use std::collections::HashSet;

use lambic_core::operation::{AlterTable, TableChange};
use lambic_core::schema::{Column, Constraint, Index, ObjectKind, Properties, Table};
use lambic_core::{Definition, Result};

use super::alter_column::{self, Change};
use super::column::{self, column};
use super::dependents::Remake;
use super::options::UNLOGGED;
use super::text::{Server, expression, malformed, mentions, quote, quote_name, refuse, tokens, unsupported};
use super::uses::{column_names, constraint_uses, index_uses, names, target};
use super::{adopt, constraint, index, partition, sequence, table};

/// The statements that change a table.
pub(super) fn alter(server: Server, alter: &AlterTable) -> Result<Vec<String>> {
    let name = &alter.previous.name;
    if *name != alter.next.name {
        return Err(malformed(format!("table {name} is renamed by an alteration")));
    }
    columns_stay_in_order(alter)?;
    let renames: Vec<(&str, &str)> = alter.renamed_columns().collect();
    let retyped = retyped(alter);
    let dependents: Vec<_> = alter.dependents.iter().collect();
    let remake =
        Remake::of(server, &dependents, &renames, |definition| stands_in_the_way(definition, &retyped))?;
    let mut plan = Plan::new(server, alter);
    for change in &alter.changes {
        plan.add(change)?;
    }
    let mut sql = remake.drops;
    sql.extend(plan.finish()?);
    sql.extend(partition::repartition(server, &alter.previous, &alter.next, &renames)?);
    sql.extend(remake.creates);
    Ok(sql)
}

/// A column comes last, and stays where it is.
fn columns_stay_in_order(alter: &AlterTable) -> Result<()> {
    let reached = AlterTable::new(alter.previous.clone(), alter.changes.clone(), Vec::new())?.next;
    let names = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let (reached, wanted) = (names(&reached), names(&alter.next));
    if reached == wanted {
        return Ok(());
    }
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    if sorted(reached) != sorted(wanted) {
        let message =
            format!("the changes of table {} do not lead to the columns it has after", alter.next.name);
        return Err(malformed(message));
    }
    let error = unsupported(format!("columns of table {} in another order", alter.next.name));
    Err(error.hint("a column that is added comes last"))
}

/// The columns that get another type, by the names they have before and after.
fn retyped(alter: &AlterTable) -> Vec<&str> {
    let mut names = Vec::new();
    for change in &alter.changes {
        if let TableChange::AlterColumn { previous, next } = change
            && alter_column::retypes(previous, next)
        {
            names.push(previous.name.as_str());
            names
                .extend(alter.renamed_columns().filter(|(_, new)| *new == previous.name).map(|(old, _)| old));
        }
    }
    names
}

/// Whether the server refuses another type for a column because of the object.
fn stands_in_the_way(definition: &Definition, retyped: &[&str]) -> bool {
    let uses = || retyped.iter().any(|column| mentions(&definition.definition, column));
    let all = || !retyped.is_empty() && tokens(&definition.definition).iter().any(|token| token.is('*'));
    match definition.id.kind {
        ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Rule => uses() || all(),
        ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::Publication
        | ObjectKind::Function
        | ObjectKind::Procedure => uses(),
        _ => false,
    }
}

/// Statements that are put together while the changes are read one after the other.
struct Plan<'a> {
    server: Server,
    alter: &'a AlterTable,
    /// The indexes that keys take over.
    adopted: Vec<(&'a Index, &'a Constraint)>,
    /// The table as far as the changes were read.
    state: Table,
    done: Vec<String>,
    segment: Segment,
}

/// What is done around one `ALTER TABLE`.
#[derive(Default)]
struct Segment {
    early: Vec<String>,
    actions: Vec<String>,
    late: Vec<String>,
    /// What was added or altered in this segment, by name.
    made: HashSet<String>,
    /// Names that the actions use.
    used: HashSet<String>,
    /// Names that the late statements change: nothing that uses them can come before those.
    moved: HashSet<String>,
    /// Names that the late statements use.
    late_used: HashSet<String>,
}

impl<'a> Plan<'a> {
    fn new(server: Server, alter: &'a AlterTable) -> Self {
        let adopted = adopt::adopted(alter);
        let (state, done, segment) = (alter.previous.clone(), Vec::new(), Segment::default());
        Self { server, alter, adopted, state, done, segment }
    }

    fn add(&mut self, change: &TableChange) -> Result<()> {
        let names = names(change);
        let again = |name: &String| self.segment.made.contains(name);
        let conflict = names.iter().any(|name| self.segment.moved.contains(name))
            || target(change).is_some_and(|name| again(&name));
        if conflict {
            self.flush()?;
        }
        self.render(change, &names)?;
        self.state = AlterTable::new(self.state.clone(), vec![change.clone()], Vec::new())?.next;
        Ok(())
    }

    fn render(&mut self, change: &TableChange, names: &HashSet<String>) -> Result<()> {
        match change {
            TableChange::AddColumn(added) => self.add_column(added)?,
            TableChange::DropColumn(dropped) => {
                self.nothing_uses(&dropped.name)?;
                self.act(format!("DROP COLUMN {}", quote(&dropped.name)?), names);
            }
            TableChange::RenameColumn { previous, next } => self.rename_column(previous, next)?,
            TableChange::AlterColumn { previous, next } => self.alter_column(previous, next)?,
            TableChange::AddConstraint(added) => {
                let index = self.adopted.iter().find(|(_, key)| *key == added).map(|(index, _)| *index);
                let action = match index {
                    Some(index) => constraint::add_using_index(added, index)?,
                    None => constraint::add(self.server, added)?,
                };
                self.act(action, names);
                self.made(added.name());
                if constraint::comment(added).is_some() {
                    self.late(table::comment_on_constraint(&self.state.name, added)?, names);
                }
            }
            TableChange::DropConstraint(dropped) => {
                self.act(format!("DROP CONSTRAINT {}", constraint::known_as(dropped)?), names);
            }
            TableChange::RenameConstraint { previous, next } => {
                let (from, to) = (constraint::known_as(previous)?, quote(next)?);
                let sql = format!("ALTER TABLE {} RENAME CONSTRAINT {from} TO {to}", self.table()?);
                self.late(sql, names);
                self.segment.moved.extend(names.iter().cloned());
            }
            TableChange::AlterConstraint { previous, next } => {
                self.alter_constraint(previous, next, names)?;
            }
            TableChange::CreateIndex(made) => {
                let mut sql =
                    partition::create_index_parts(self.server, &self.alter.previous, &self.alter.next, made)?;
                sql.extend(index::create(self.server, &self.alter.next, made)?);
                for sql in sql {
                    self.late(sql, names);
                }
                self.segment.moved.insert(made.name.clone());
            }
            TableChange::DropIndex(gone) if self.adopted.iter().any(|(index, _)| *index == gone) => {}
            TableChange::DropIndex(gone) => {
                self.segment.early.push(index::drop(&self.state.name, &gone.name)?);
            }
            TableChange::RenameIndex { previous, next } => {
                let from = index::name(&self.state.name, &previous.name)?;
                self.late(format!("ALTER INDEX {from} RENAME TO {}", quote(next)?), names);
                self.segment.moved.extend([previous.name.clone(), next.clone()]);
            }
            TableChange::AlterIndex { previous, next } => {
                let sql = index::alter(self.server, &self.state, previous, next)?;
                for sql in sql {
                    self.late(sql, names);
                }
                self.segment.moved.insert(next.name.clone());
            }
            TableChange::SetOptions { previous, next } => self.set_options(previous, next, names)?,
            TableChange::SetComment { next, .. } => {
                let commented = Table { comment: next.clone(), ..self.state.clone() };
                self.late(table::comment(&commented)?, names);
            }
        }
        Ok(())
    }

    /// The server drops what uses a column without a word; the operation has to say so.
    fn nothing_uses(&self, column: &str) -> Result<()> {
        let index = self.state.indexes.iter().find(|index| index_uses(index).contains(column));
        let index = index.map(|index| format!("index {}", index.name));
        let constraint = || self.state.constraints().find(|one| constraint_uses(one).contains(column));
        let constraint =
            || constraint().map(|one| format!("{} {}", one.noun(), one.name().unwrap_or_default()));
        let Some(user) = index.or_else(constraint) else { return Ok(()) };
        let message = format!("column {column} of table {} is dropped, and {user} uses it", self.state.name);
        Err(malformed(message).hint("drop that first, in the same change"))
    }

    fn table(&self) -> Result<String> {
        quote_name(&self.state.name)
    }

    fn act(&mut self, action: String, names: &HashSet<String>) {
        self.segment.actions.push(action);
        self.segment.used.extend(names.iter().cloned());
    }

    fn late(&mut self, sql: String, names: &HashSet<String>) {
        self.segment.late.push(sql);
        self.segment.late_used.extend(names.iter().cloned());
    }

    fn made(&mut self, name: Option<&str>) {
        self.segment.made.extend(name.map(str::to_owned));
    }

    fn add_column(&mut self, added: &Column) -> Result<()> {
        let names = column_names(added);
        self.act(format!("ADD COLUMN {}", column(self.server, &self.state, added)?), &names);
        self.made(Some(&added.name));
        for sql in if column::is_serial(added) { sequence::settle(&self.state, added)? } else { Vec::new() } {
            self.late(sql, &names);
        }
        if let Some(sql) = table::alter(&self.state.name, &column::settle(self.server, &self.state, added)?)?
        {
            self.late(sql, &names);
        }
        if added.comment.is_some() {
            let sql = table::comment_on_column(&self.state.name, &added.name, added.comment.as_deref())?;
            self.late(sql, &names);
        }
        Ok(())
    }

    /// A column is renamed before the rest, unless the rest uses one of its names.
    fn rename_column(&mut self, previous: &str, next: &str) -> Result<()> {
        let (from, to) = (quote(previous)?, quote(next)?);
        let mut sql = vec![format!("ALTER TABLE {} RENAME COLUMN {from} TO {to}", self.table()?)];
        if let Some(old) = self.state.column(previous).filter(|column| column.identity.is_some()) {
            let new = Column { name: next.to_owned(), ..old.clone() };
            let names = (sequence::name_of(&self.state, old), sequence::name_of(&self.state, &new));
            sql.extend(sequence::rename(&names.0, &names.1)?);
        }
        let segment = &mut self.segment;
        let used = |name: &str| segment.used.contains(name) || segment.late_used.contains(name);
        if used(previous) || used(next) {
            segment.late.extend(sql);
            segment.moved.extend([previous.to_owned(), next.to_owned()]);
        } else {
            segment.early.extend(sql);
        }
        Ok(())
    }

    fn alter_column(&mut self, previous: &Column, next: &Column) -> Result<()> {
        let names: HashSet<String> = column_names(previous).into_iter().chain(column_names(next)).collect();
        let Change { early, actions, late } =
            alter_column::change(self.server, &self.state, &self.alter.next, previous, next)?;
        self.segment.early.extend(early);
        for action in actions {
            self.act(action, &names);
        }
        let retypes = alter_column::retypes(previous, next);
        let computed = if retypes { self.computed_from(&next.name)? } else { Vec::new() };
        for (name, text) in computed {
            let statement = |text: &str| {
                Ok(format!(
                    "ALTER TABLE {} ALTER COLUMN {} SET EXPRESSION AS {text}",
                    self.table()?,
                    quote(&name)?
                ))
            };
            let (early, late) = (statement("(NULL)")?, statement(&text)?);
            self.segment.early.push(early);
            self.late(late, &names);
        }
        self.made(Some(&next.name));
        for sql in late {
            self.late(sql, &names);
        }
        Ok(())
    }

    /// The generated columns that use a column: while it gets another type they must not.
    fn computed_from(&self, column: &str) -> Result<Vec<(String, String)>> {
        let mut found = Vec::new();
        for one in &self.state.columns {
            let Some(generated) = &one.generated else { continue };
            let stays = self.alter.next.column(&one.name).is_some();
            if !stays || !mentions(generated.expression.as_str(), column) {
                continue;
            }
            if !self.server.is(17) {
                let what = format!(
                    "another type for column {column}, which the generated column {} uses,",
                    one.name
                );
                let hint = format!("drop column {} in the same change and add it again", one.name);
                return Err(unsupported(format!("{what} before version 17")).hint(hint));
            }
            found.push((one.name.clone(), expression(&generated.expression)?));
        }
        Ok(found)
    }

    fn set_options(
        &mut self,
        previous: &Properties,
        next: &Properties,
        names: &HashSet<String>,
    ) -> Result<()> {
        // The server takes this for a partitioned table and does nothing.
        let ignored = self.state.partitioning.is_some() && previous.get(UNLOGGED) != next.get(UNLOGGED);
        refuse(ignored, "changing whether a partitioned table is logged")?;
        let changes = table::option_changes(self.server, previous, next)?;
        for action in changes.actions {
            self.act(action, names);
        }
        let late = table::alter(&self.state.name, &changes.late)?;
        if let Some(sql) = late {
            self.late(sql, names);
        }
        Ok(())
    }

    fn alter_constraint(
        &mut self,
        previous: &Constraint,
        next: &Constraint,
        names: &HashSet<String>,
    ) -> Result<()> {
        let name = constraint::known_as(next)?;
        if let Some(change) = constraint::in_place(self.server, previous, next)? {
            for action in change.actions {
                self.act(action, names);
            }
            if change.validate {
                self.late(format!("ALTER TABLE {} VALIDATE CONSTRAINT {name}", self.table()?), names);
            }
            if constraint::comment(previous) != constraint::comment(next) {
                self.late(table::comment_on_constraint(&self.state.name, next)?, names);
            }
        } else {
            self.act(format!("DROP CONSTRAINT {}", constraint::known_as(previous)?), names);
            self.act(constraint::add(self.server, next)?, names);
            if constraint::comment(next).is_some() {
                self.late(table::comment_on_constraint(&self.state.name, next)?, names);
            }
        }
        self.made(next.name());
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let Segment { early, actions, late, .. } = std::mem::take(&mut self.segment);
        self.done.extend(early);
        self.done.extend(table::alter(&self.state.name, &actions)?);
        self.done.extend(late);
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<String>> {
        self.flush()?;
        Ok(self.done)
    }
}
