//! The tables on the way from one to another, where one `ALTER TABLE` does not do.
//!
//! - Where foreign keys are enforced a column cannot begin or end to number itself, on some products, while one refers
//!   to it. Nothing about the values changes: that alone is done while keys are not looked at.
//! - A foreign key that goes and another one that takes its name are refused in one statement.
//! - Foreign keys must be gone before a table goes where there are none, and come after it is back.
//! - The values of a column that is computed when read must be stored once before they can be kept.
//! - A column that foreign keys hold cannot get another name while anything needs the table to be copied. What
//!   mentions it, a check or a generated column, goes before and comes afterwards.

use lambic_core::operation::{AlterTable, TableChange};
use lambic_core::schema::{Column, Constraint, ForeignKey, Index, KeyTarget, Table};

use super::columns::keeps_what_was_computed;
use super::constraint::unique_index;
use super::implicit::implicit;
use super::options::ENGINE;
use super::renames::Renames;
use super::text::{Writer, same_name};

/// The table as it is after one statement.
pub(super) struct Stage {
    pub(super) to: Table,
    /// Which of its names are new.
    pub(super) renames: Renames,
    /// Whether foreign keys must not be looked at.
    pub(super) unchecked: bool,
}

/// The tables on the way, the last one at the end.
pub(super) fn stages(w: Writer<'_>, alter: &AlterTable, renames: Renames) -> Vec<Stage> {
    let mut way = Way { alter, renames, at: alter.previous.clone(), stages: Vec::new() };
    let apart = w.product.facts.references_fix_columns;
    if apart {
        way.numbering_ends();
    }
    way.keys_go();
    way.names_change();
    way.rest(apart);
    way.stages
}

struct Way<'a> {
    alter: &'a AlterTable,
    /// The names that are still to be given.
    renames: Renames,
    /// The table so far.
    at: Table,
    stages: Vec<Stage>,
}

impl Way<'_> {
    fn go(&mut self, to: Table, renames: Renames, unchecked: bool) {
        if to != self.at {
            self.at = to.clone();
            self.stages.push(Stage { to, renames, unchecked });
        }
    }

    /// What a column of the table so far will be.
    fn later(&self, column: &Column) -> Option<&Column> {
        self.renames.column_after(&column.name).and_then(|name| self.alter.next.column(name))
    }

    fn numbering_ends(&mut self) {
        let mut table = self.at.clone();
        for column in &mut table.columns {
            let ends = |later: &Column| later.identity.is_none() && later.native == column.native;
            if self.later(column).is_some_and(ends) {
                column.identity = None;
            }
        }
        self.go(table, Renames::default(), true);
    }

    /// Takes foreign keys out that must be gone, and has values stored that are to be kept.
    fn keys_go(&mut self) {
        let mut table = self.at.clone();
        remove_keys(&mut table, self.alter, &self.renames);
        for column in &mut table.columns {
            let kept = self.later(column).is_some_and(|later| keeps_what_was_computed(column, later));
            if let Some(generated) = column.generated.as_mut().filter(|_| kept) {
                generated.stored = true;
            }
        }
        // Where columns of keys are renamed, this and what mentions them is one statement.
        if !self.renamed_apart() {
            return self.go(table, Renames::default(), false);
        }
        let mut after = self.renames.columns_in(&table);
        let dropped = remove_other_text(&mut after, &self.alter.next);
        let back = self.renames.back();
        let dropped = dropped.iter().filter_map(|name| back.column_after(name)).map(str::to_owned).collect();
        self.go(back.columns_in(&after), Renames { dropped, ..Renames::default() }, false);
    }

    fn names_change(&mut self) {
        if self.renamed_apart() {
            let columns = std::mem::take(&mut self.renames.columns);
            let renames = Renames { columns, ..Renames::default() };
            self.go(renames.columns_in(&self.at), renames, false);
        }
    }

    /// Whether columns get their names in a statement of its own: they must not be in the way of others then.
    fn renamed_apart(&self) -> bool {
        let moves = |name: &str| self.renames.columns.iter().any(|(old, _)| old == name);
        let taken = |(_, new): &(String, String)| {
            let columns = &self.alter.previous.columns;
            columns.iter().any(|column| same_name(&column.name, new) && !moves(&column.name))
        };
        self.renames.touch_keys(&self.alter.previous) && !self.renames.columns.iter().any(taken)
    }

    fn rest(&mut self, numbering_apart: bool) {
        let (previous, next) = (&self.alter.previous, &self.alter.next);
        let mut table = next.clone();
        for column in &mut table.columns {
            let begins = |before: &&Column| {
                self.renames.column_after(&before.name) == Some(column.name.as_str())
                    && before.identity.is_none()
                    && before.native == column.native
            };
            if numbering_apart && self.at.columns.iter().any(|before| begins(&before)) {
                column.identity = None;
            }
        }
        let numbered = table.clone();
        let back = previous.partitioning.is_some() && next.partitioning.is_none();
        if back || previous.options.get(ENGINE) != next.options.get(ENGINE) {
            let known = |key: &ForeignKey| self.at.foreign_keys.iter().any(|known| known.name == key.name);
            table.foreign_keys.retain(known);
        }
        let renames = std::mem::take(&mut self.renames);
        self.go(table, renames, false);
        self.go(numbered, Renames::default(), false);
        self.go(self.alter.next.clone(), Renames::default(), true);
    }
}

/// Takes the foreign keys out that must be gone first. The index that one brought along stays where it comes again.
fn remove_keys(table: &mut Table, alter: &AlterTable, renames: &Renames) {
    let (previous, next) = (&alter.previous, &alter.next);
    let told = |key: &ForeignKey| {
        alter.changes.iter().any(|change| match change {
            TableChange::DropConstraint(Constraint::ForeignKey(dropped)) => dropped.name == key.name,
            _ => false,
        })
    };
    let moves = previous.options.get(ENGINE) != next.options.get(ENGINE)
        || (previous.partitioning.is_none() && next.partitioning.is_some());
    let afterwards = renames.columns_in(previous).foreign_keys;
    let (mut gone, mut again) = (Vec::new(), Vec::new());
    for (key, same) in previous.foreign_keys.iter().zip(&afterwards) {
        let later = next.foreign_keys.iter().find(|next| next.name.is_some() && next.name == key.name);
        match later {
            Some(later) if later != same || told(key) => again.push(key.name.clone()),
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
    let other = |column: &Column| {
        let later = next.column(&column.name).and_then(|later| later.generated.as_ref());
        column
            .generated
            .as_ref()
            .is_some_and(|generated| later.is_some_and(|later| later.expression != generated.expression))
    };
    let gone: Vec<String> =
        table.columns.iter().filter(|column| other(column)).map(|column| column.name.clone()).collect();
    table.columns.retain(|column| !gone.contains(&column.name));
    let holds = |index: &Index| {
        index.parts.iter().any(|part| match &part.key {
            KeyTarget::Column(name) => gone.contains(name),
            KeyTarget::Expression(_) => next.indexes.get(&index.name) != Some(index),
        })
    };
    table.indexes.retain(|index| !holds(index));
    table.uniques.retain(|key| !holds(&unique_index(key)));
    gone
}
