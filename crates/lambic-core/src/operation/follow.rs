//! What follows an operation by itself: everything else that names what it changes.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{AlterTable, Dependent, EnumChange, Object, Operation, TableChange};
use crate::error::Result;
use crate::schema::{Definition, ObjectId, ObjectKind, Schema, Table};

/// A table, a domain or a composite type that the database itself changes along with another object: text that names
/// it, names that follow from its own.
///
/// A renderer writes no statement for it. It is part of the operation all the same, so that what the operation makes of
/// a schema, and the way back, can be told without a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follower {
    /// The object before.
    pub previous: Object,
    /// The object after; equal to `previous` when it names the other one and yet stays as it is.
    pub next: Object,
}

impl Follower {
    /// The way back.
    pub fn reverse(&self) -> Self {
        Self { previous: self.next.clone(), next: self.previous.clone() }
    }
}

impl Operation {
    /// The object whose name, or whose columns' or values' names, the operation changes: what names it must follow.
    pub fn renames(&self) -> Option<ObjectId> {
        match self {
            Self::Rename { object, .. } => Some(object.clone()),
            Self::AlterTable(alter) => {
                alter.renamed_columns().next()?;
                Some(ObjectId::new(ObjectKind::Table, alter.previous.name.clone()))
            }
            Self::AlterEnum { previous, changes, .. } => {
                let renames = |change: &EnumChange| matches!(change, EnumChange::RenameValue { .. });
                let id = || ObjectId::new(ObjectKind::Enum, previous.name.clone());
                changes.iter().any(renames).then(id)
            }
            Self::Create { .. } | Self::Drop { .. } | Self::Alter { .. } => None,
        }
    }

    /// What an object is called after the operation, as far as its name tells.
    pub fn renamed(&self, id: &ObjectId) -> ObjectId {
        match self {
            Self::Rename { object, next, .. } => id.following(object, next),
            _ => id.clone(),
        }
    }

    /// The operation with a [`Follower`] for each table, domain and composite type of `schema` that `edit` changes, or
    /// that needs what is renamed; those that it names already stay as they are. For `edit` they have their names after
    /// the operation, and what the structure tells has followed: keys that refer to the table.
    ///
    /// # Errors
    /// As [`Schema::apply`], and what `edit` refuses.
    pub fn followed(
        mut self,
        schema: &Schema,
        mut edit: impl FnMut(&mut Object) -> Result<()>,
    ) -> Result<Self> {
        let Some(renamed) = self.renames() else { return Ok(self) };
        let mut after = schema.clone();
        after.restructure(&self)?;
        let own = matches!(self, Self::AlterTable(_)).then(|| renamed.clone());
        let named: Vec<ObjectId> =
            self.followers().iter().map(|known| known.previous.id()).chain(own).collect();
        let needing: HashSet<&ObjectId> = schema.dependencies.users(&renamed).collect();
        let mut found = Vec::new();
        for previous in schema.followable().filter(|object| !named.contains(&object.id())) {
            let Some(structure) = after.object(&self.renamed(&previous.id())) else { continue };
            let mut next = structure.clone();
            edit(&mut next)?;
            if next != structure || needing.contains(&previous.id()) {
                found.push(Follower { previous, next });
            }
        }
        if let Some(followers) = self.followers_mut() {
            followers.append(&mut found);
        }
        Ok(self)
    }

    /// The operation with a [`Dependent`] for what is renamed, where that is a definition object, and for each definition
    /// object of `schema` that hangs on it or needs it; those that it names already stay as they are. What hangs on
    /// those and needs them is named too: it may have to go and come back with them. `edit` makes the text after, and
    /// the arguments, and is told the object that is used; names in identities and dependencies follow here.
    ///
    /// # Errors
    /// What `edit` refuses.
    pub fn attended(
        mut self,
        schema: &Schema,
        mut edit: impl FnMut(&mut Definition, &ObjectId) -> Result<()>,
    ) -> Result<Self> {
        let Some(renamed) = self.renames() else { return Ok(self) };
        let itself = schema.definitions.get(&renamed).filter(|_| !self.names(&renamed));
        if let (Some(itself), Self::Rename { next: name, dependents, .. }) = (itself, &mut self) {
            let mut next = Definition { id: renamed.following(&renamed, name), ..itself.clone() };
            edit(&mut next, &renamed)?;
            dependents.insert(0, Dependent { previous: itself.clone(), next });
        }
        let mut names = vec![(renamed.clone(), self.renamed(&renamed))];
        let given = self.dependents().iter().map(|one| (one.previous.id.clone(), one.next.id.clone()));
        names.extend(given.filter(|(previous, _)| *previous != renamed));
        let mut done = 0;
        while let Some((previous, _)) = names.get(done).cloned() {
            done += 1;
            for user in schema.users(&previous) {
                if self.names(&user.id) {
                    continue;
                }
                let mut next = user.clone();
                next.id = self.renamed(&user.id);
                edit(&mut next, &previous)?;
                names.push((user.id.clone(), next.id.clone()));
                if let Some(dependents) = self.dependents_mut() {
                    dependents.push(Dependent { previous: user.clone(), next });
                }
            }
        }
        for dependent in self.dependents_mut().into_iter().flatten() {
            for (previous, next) in &names {
                dependent.next.renames_need(previous, next);
            }
        }
        Ok(self)
    }

    fn names(&self, id: &ObjectId) -> bool {
        self.dependents().iter().any(|known| known.previous.id == *id)
    }

    /// The objects of the model that follow.
    pub fn followers(&self) -> &[Follower] {
        match self {
            Self::Rename { followers, .. } | Self::AlterEnum { followers, .. } => followers,
            Self::AlterTable(alter) => &alter.followers,
            Self::Create { .. } | Self::Drop { .. } | Self::Alter { .. } => &[],
        }
    }

    /// The definition objects that change or are made anew along.
    pub fn dependents(&self) -> &[Dependent] {
        match self {
            Self::Rename { dependents, .. }
            | Self::AlterEnum { dependents, .. }
            | Self::Alter { dependents, .. } => dependents,
            Self::AlterTable(alter) => &alter.dependents,
            Self::Create { .. } | Self::Drop { .. } => &[],
        }
    }

    fn followers_mut(&mut self) -> Option<&mut Vec<Follower>> {
        match self {
            Self::Rename { followers, .. } | Self::AlterEnum { followers, .. } => Some(followers),
            Self::AlterTable(alter) => Some(&mut alter.followers),
            Self::Create { .. } | Self::Drop { .. } | Self::Alter { .. } => None,
        }
    }

    fn dependents_mut(&mut self) -> Option<&mut Vec<Dependent>> {
        match self {
            Self::Rename { dependents, .. }
            | Self::AlterEnum { dependents, .. }
            | Self::Alter { dependents, .. } => Some(dependents),
            Self::AlterTable(alter) => Some(&mut alter.dependents),
            Self::Create { .. } | Self::Drop { .. } => None,
        }
    }
}

impl AlterTable {
    /// Carries the renames of columns into the texts of [`next`](Self::next): `edit` gets the table as it is after each,
    /// and the name before and after. What whoever made the operation has done to the texts stays.
    ///
    /// # Errors
    /// As [`AlterTable::new`].
    pub fn carry_renames(&mut self, mut edit: impl FnMut(&mut Table, &str, &str)) -> Result<()> {
        let plain = Self::new(self.previous.clone(), self.changes.clone(), Vec::new())?.next;
        if texts(&plain) != texts(&self.next) {
            return Ok(());
        }
        let mut table = self.previous.clone();
        for change in &self.changes {
            table = Self::new(table, vec![change.clone()], Vec::new())?.next;
            if let TableChange::RenameColumn { previous, next } = change {
                edit(&mut table, previous, next);
            }
        }
        let place = |name: &str| self.next.columns.iter().position(|column| column.name == name);
        table.columns.sort_by_key(|column| place(&column.name));
        table.sort();
        self.next = table;
        Ok(())
    }
}

/// The texts of a table, in any order.
fn texts(table: &Table) -> Vec<String> {
    let mut texts = Vec::new();
    table.clone().edit_texts(&mut |text| match text {
        crate::schema::Text::Type(_) => {}
        crate::schema::Text::Expression(text) | crate::schema::Text::Bound { bound: text, .. } => {
            texts.push(text.0.clone());
        }
    });
    texts.sort();
    texts
}

impl Definition {
    fn renames_need(&mut self, previous: &ObjectId, next: &ObjectId) {
        self.depends_on.iter_mut().filter(|need| *need == previous).for_each(|need| need.clone_from(next));
        self.depends_on.sort();
    }
}

impl Schema {
    /// The objects that can be followers.
    pub(super) fn followable(&self) -> impl Iterator<Item = Object> + '_ {
        (self.tables.iter().cloned().map(|table| Object::Table(Box::new(table))))
            .chain(self.domains.iter().cloned().map(Object::Domain))
            .chain(self.composites.iter().cloned().map(Object::Composite))
    }

    pub(super) fn object(&self, id: &ObjectId) -> Option<Object> {
        match id.kind {
            ObjectKind::Table => self.tables.get(&id.name).cloned().map(Box::new).map(Object::Table),
            ObjectKind::Domain => self.domains.get(&id.name).cloned().map(Object::Domain),
            ObjectKind::Composite => self.composites.get(&id.name).cloned().map(Object::Composite),
            _ => None,
        }
    }

    /// The definition objects that hang on an object or need it.
    pub(super) fn users<'s>(&'s self, id: &'s ObjectId) -> impl Iterator<Item = &'s Definition> {
        let uses =
            move |one: &&Definition| one.id != *id && (id.owns(&one.id) || one.depends_on.contains(id));
        self.definitions.iter().filter(uses)
    }
}
