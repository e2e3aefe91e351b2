//! What `ALTER TABLE` has to do so that one table becomes another.

use std::collections::BTreeMap;

use lambic_core::Result;
use lambic_core::schema::{Check, Constraint, ForeignKey, Index, Table};

use super::columns;
use super::constraint::{is_invisible, unique_index};
use super::implicit::{implicit, in_order};
use super::online::Kind;
use super::options::{CHECK_COLUMN, INVISIBLE};
use super::partition::Repartition;
use super::renames::Renames;
use super::table::periods;
use super::text::{Writer, malformed, same_name};

/// One action, and what it does to the table.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) sql: String,
    pub(super) kind: Kind,
}

/// The actions of one `ALTER TABLE`, in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Actions {
    pub(super) list: Vec<Action>,
    /// The table takes the character set and the collation of its database.
    pub(super) database_charset: bool,
    /// What stands at the end, without a comma before it.
    pub(super) tail: Option<String>,
    /// What needs a statement of its own afterwards.
    pub(super) apart: Option<String>,
}

impl Actions {
    pub(super) fn push(&mut self, kind: Kind, sql: String) {
        self.list.push(Action { sql, kind });
    }
}

/// Two sides of a table, and what is done to get from one to the other.
pub(super) struct Step<'a> {
    pub(super) w: Writer<'a>,
    pub(super) from: &'a Table,
    pub(super) to: &'a Table,
    pub(super) renames: &'a Renames,
    /// The table before with its columns under their names afterwards.
    before: Table,
    actions: Actions,
}

impl<'a> Step<'a> {
    pub(super) fn new(w: Writer<'a>, from: &'a Table, to: &'a Table, renames: &'a Renames) -> Self {
        Self { w, from, to, renames, before: renames.columns_in(from), actions: Actions::default() }
    }

    /// All that has to be done.
    pub(super) fn actions(mut self) -> Result<Actions> {
        let plan = columns::Plan::of(self.from, &self.before, self.to, self.renames);
        let indexes = self.indexes(&plan.remade)?;
        self.foreign_keys_away()?;
        self.checks_away()?;
        for (kind, sql) in indexes.away {
            self.actions.push(kind, sql);
        }
        self.primary_key_away();
        plan.write(self.w, self.to, &mut self.actions)?;
        self.primary_key()?;
        for (kind, sql) in indexes.come {
            self.actions.push(kind, sql);
        }
        self.checks()?;
        self.foreign_keys()?;
        self.table()?;
        Ok(self.actions)
    }

    fn primary_key_away(&mut self) {
        if self.from.primary_key.is_some() && self.before.primary_key != self.to.primary_key {
            self.actions.push(Kind::Other, "DROP PRIMARY KEY".to_owned());
        }
    }

    fn primary_key(&mut self) -> Result<()> {
        if self.before.primary_key != self.to.primary_key
            && let Some(key) = &self.to.primary_key
        {
            self.add(&Constraint::PrimaryKey(key.clone()))?;
        }
        Ok(())
    }

    fn add(&mut self, constraint: &Constraint) -> Result<()> {
        if let Some(item) = self.w.constraint(constraint)? {
            self.actions.push(Kind::Other, format!("ADD {item}"));
        }
        Ok(())
    }

    /// What goes and what comes of the indexes; `remade` are the columns that are dropped and added again.
    fn indexes(&self, remade: &[String]) -> Result<Changed> {
        let (old, new) = (all_indexes(&self.before), all_indexes(self.to));
        let mut changed = Changed::default();
        let mut kept = Vec::new();
        for (name, index) in &old {
            let later = self.renames.index_after(name);
            let lost = index
                .parts
                .iter()
                .any(|part| part.column_name().is_some_and(|column| remade.iter().any(|one| one == column)));
            let Some(next) = new.get(later).filter(|_| !lost) else {
                changed.away.push(self.drop_index(name, index)?);
                continue;
            };
            let same = Index { name: next.name.clone(), ..index.clone() };
            match self.index_in_place(name, &same, next)? {
                Kept::No => {
                    changed.away.push(self.drop_index(name, index)?);
                    continue;
                }
                Kept::Same => {}
                Kept::Changed(kind, sql) => changed.come.push((kind, sql)),
            }
            kept.push(later.to_owned());
        }
        let brought = self.brought();
        for index in new.values().filter(|index| !kept.contains(&index.name)) {
            if !brought.iter().any(|name| same_name(name, &index.name)) {
                let plain = !index.unique
                    && index.method.is_none()
                    && index.parts.iter().all(|part| part.column_name().is_some());
                let kind = if plain { Kind::AddPlainIndex } else { Kind::Other };
                changed.come.push((kind, format!("ADD {}", self.w.index(index)?)));
            }
        }
        Ok(changed)
    }

    fn drop_index(&self, name: &str, index: &Index) -> Result<(Kind, String)> {
        // With an expression goes a column that nobody sees.
        let plain = index.parts.iter().all(|part| part.column_name().is_some());
        let kind = if plain { Kind::DropIndex } else { Kind::Other };
        Ok((kind, format!("DROP INDEX {}", self.w.name(name)?)))
    }

    /// What gives an index that is kept its name and visibility, if anything must.
    fn index_in_place(&self, name: &str, old: &Index, new: &Index) -> Result<Kept> {
        let another_name = *name != *new.name;
        if old == new && !another_name {
            return Ok(Kept::Same);
        }
        if old == new {
            let sql = format!("RENAME INDEX {} TO {}", self.w.name(name)?, self.w.name(&new.name)?);
            return Ok(Kept::Changed(Kind::RenameIndex, sql));
        }
        let mut shown = old.clone();
        shown.options.remove(INVISIBLE);
        if is_invisible(&new.options) {
            shown.options.insert(INVISIBLE.to_owned(), "true".to_owned());
        }
        if another_name || shown != *new {
            return Ok(Kept::No);
        }
        let word = self.w.visibility(!is_invisible(&new.options))?;
        let sql = format!("ALTER INDEX {} {word}", self.w.name(name)?);
        Ok(Kept::Changed(Kind::IndexVisibility, sql))
    }

    /// The indexes that foreign keys bring along when they are added here.
    fn brought(&self) -> Vec<String> {
        let known = |name: &Option<String>| self.from.foreign_keys.iter().any(|key| key.name == *name);
        let added: Vec<&ForeignKey> = self.to.foreign_keys.iter().filter(|key| !known(&key.name)).collect();
        let comes = |index: &Index| added.iter().any(|key| key.name.as_ref() == Some(&index.name));
        implicit(self.to).into_iter().filter(comes).map(|index| index.name).collect()
    }

    fn foreign_keys_away(&mut self) -> Result<()> {
        for key in self.before.foreign_keys.iter().filter(|key| !self.to.foreign_keys.contains(key)) {
            let name = self.droppable(key.name.as_deref(), "foreign key")?;
            self.actions.push(Kind::DropForeignKey, format!("DROP FOREIGN KEY {name}"));
        }
        Ok(())
    }

    fn foreign_keys(&mut self) -> Result<()> {
        let added = self.to.foreign_keys.iter().filter(|key| !self.before.foreign_keys.contains(key));
        for key in in_order(&implicit(self.to), added) {
            self.add(&Constraint::ForeignKey(key.clone()))?;
        }
        Ok(())
    }

    fn checks_away(&mut self) -> Result<()> {
        for check in self.before.checks.iter().filter(at_table) {
            if self.enforcement(check).is_none() && !self.to.checks.contains(check) {
                let name = self.droppable(check.name.as_deref(), "check constraint")?;
                self.actions.push(Kind::Other, format!("{} {name}", self.w.product.facts.drop_check));
            }
        }
        Ok(())
    }

    fn checks(&mut self) -> Result<()> {
        let to = self.to;
        for check in to.checks.iter().filter(at_table) {
            let previous = self.before.checks.iter().find(|known| self.enforcement(known) == Some(check));
            if let (Some(_), Some(name)) = (previous, &check.name) {
                self.w.refuse(!self.w.product.facts.checks_not_enforced, "checks that are not enforced")?;
                let not = if check.enforced { "" } else { "NOT " };
                self.actions.push(Kind::Other, format!("ALTER CHECK {} {not}ENFORCED", self.w.name(name)?));
            } else if !self.before.checks.contains(check) {
                self.add(&Constraint::Check(check.clone()))?;
            }
        }
        Ok(())
    }

    /// The check that this one becomes by being enforced, or no longer.
    fn enforcement(&self, check: &Check) -> Option<&'a Check> {
        let other = Check { enforced: !check.enforced, ..check.clone() };
        self.to.checks.iter().find(|next| check.name.is_some() && **next == other)
    }

    /// The name of a constraint, without which it cannot be dropped.
    fn droppable(&self, name: Option<&str>, what: &str) -> Result<String> {
        let missing = || malformed(format!("a {what} of table {} has no name to drop it by", self.from.name));
        self.w.name(name.ok_or_else(missing)?)
    }

    /// What belongs to the table as a whole.
    fn table(&mut self) -> Result<()> {
        let (from, to, w) = (self.from, self.to, self.w);
        for option in w.options(&from.options, &to.options)? {
            self.actions.push(Kind::Other, option);
        }
        if columns::charset_changes(from, to) {
            let charset = w.charset(&to.options)?;
            if charset.is_empty() {
                self.actions.database_charset = true;
            } else {
                self.actions.push(Kind::Other, charset);
            }
        }
        if from.comment != to.comment {
            let comment = w.literal(to.comment.as_deref().unwrap_or_default())?;
            self.actions.push(Kind::Comment, format!("COMMENT={comment}"));
        }
        self.versions()?;
        match w.repartition(from.partitioning.as_ref(), to.partitioning.as_ref())? {
            Repartition::Nothing => {}
            Repartition::With(tail) => self.actions.tail = Some(tail),
            Repartition::Alone(action) => self.actions.apart = Some(action),
        }
        Ok(())
    }

    fn versions(&mut self) -> Result<()> {
        let (old, new): (BTreeMap<_, _>, BTreeMap<_, _>) =
            (periods(&self.from.options).collect(), periods(&self.to.options).collect());
        for (name, _) in old.iter().filter(|(name, columns)| new.get(*name) != Some(columns)) {
            let name = if *name == "system_time" { "SYSTEM_TIME".to_owned() } else { self.w.name(name)? };
            self.actions.push(Kind::Other, format!("DROP PERIOD FOR {name}"));
        }
        for (name, columns) in new.iter().filter(|(name, columns)| old.get(*name) != Some(columns)) {
            self.actions.push(Kind::Other, format!("ADD {}", self.w.period(name, columns)?));
        }
        match (self.w.is_versioned(&self.from.options)?, self.w.is_versioned(&self.to.options)?) {
            (false, true) => self.actions.push(Kind::Other, "ADD SYSTEM VERSIONING".to_owned()),
            (true, false) => self.actions.push(Kind::Other, "DROP SYSTEM VERSIONING".to_owned()),
            _ => {}
        }
        Ok(())
    }
}

/// Whether an index stays.
enum Kept {
    No,
    Same,
    Changed(Kind, String),
}

/// Indexes that go and that come.
#[derive(Debug, Default)]
struct Changed {
    away: Vec<(Kind, String)>,
    come: Vec<(Kind, String)>,
}

/// Every index of the table but the primary key, by name.
fn all_indexes(table: &Table) -> BTreeMap<String, Index> {
    let uniques = table.uniques.iter().map(unique_index);
    let all = uniques.chain(table.indexes.iter().cloned()).chain(implicit(table));
    all.map(|index| (index.name.clone(), index)).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that a filter calls")]
fn at_table(check: &&Check) -> bool {
    !check.options.contains_key(CHECK_COLUMN)
}
