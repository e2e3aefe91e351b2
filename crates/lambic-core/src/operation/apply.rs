//! What an operation makes of a schema, worked out without a database.

use super::table_change::rename_in_list;
use super::{AlterTable, Dependent, Follower, Object, Operation};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Definition, Keyed, ObjectId, ObjectKind, Objects, QualifiedName, Schema, Table};

impl Schema {
    /// The schema after `operation`.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] when this is not the schema that the operation starts from: an object is missing,
    /// is there already, or differs; or when an object hangs on what goes, or names what gets another name, and the
    /// operation does not say what becomes of it: see [`Dialect::complete`](crate::Dialect::complete).
    pub fn apply(&self, operation: &Operation) -> Result<Schema> {
        let mut schema = self.clone();
        match operation {
            Operation::Create { object, dependents } => {
                schema.add(object.clone())?;
                for dependent in dependents {
                    schema.add(Object::Definition(dependent.clone()))?;
                }
            }
            Operation::Drop { object, dependents } => {
                for dependent in dependents {
                    schema.take(&Object::Definition(dependent.clone()))?;
                }
                schema.take(object)?;
                schema.nothing_hangs_on(object)?;
            }
            Operation::Rename { object, dependents, .. } => {
                self.hangers_are_named(object, dependents)?;
                schema.carry_out(self, operation)?;
            }
            Operation::AlterTable(alter) => {
                let id = ObjectId::new(ObjectKind::Table, alter.previous.name.clone());
                self.hangers_are_named(&id, &alter.dependents)?;
                schema.carry_out(self, operation)?;
            }
            Operation::AlterEnum { .. } => schema.carry_out(self, operation)?,
            Operation::Alter { previous, next, dependents } => {
                schema.hangers_are_named(&previous.id(), dependents)?;
                schema.replace(previous, next.as_ref().clone())?;
                schema.remake(dependents)?;
            }
        }
        Ok(schema)
    }

    fn add(&mut self, object: Object) -> Result<()> {
        let id = object.id();
        match object {
            Object::Namespace(namespace) => insert(&mut self.namespaces, namespace, &id),
            Object::Table(table) => insert(&mut self.tables, *table, &id),
            Object::Sequence(sequence) => insert(&mut self.sequences, sequence, &id),
            Object::Enum(enumeration) => insert(&mut self.enums, enumeration, &id),
            Object::Domain(domain) => insert(&mut self.domains, domain, &id),
            Object::Composite(composite) => insert(&mut self.composites, composite, &id),
            Object::Definition(definition) => insert(&mut self.definitions, definition, &id),
        }
    }

    fn take(&mut self, object: &Object) -> Result<()> {
        let id = object.id();
        match object {
            Object::Namespace(namespace) => remove(&mut self.namespaces, namespace, &id),
            Object::Table(table) => remove(&mut self.tables, table.as_ref(), &id),
            Object::Sequence(sequence) => remove(&mut self.sequences, sequence, &id),
            Object::Enum(enumeration) => remove(&mut self.enums, enumeration, &id),
            Object::Domain(domain) => remove(&mut self.domains, domain, &id),
            Object::Composite(composite) => remove(&mut self.composites, composite, &id),
            Object::Definition(definition) => remove(&mut self.definitions, definition, &id),
        }
    }

    fn replace(&mut self, previous: &Object, next: Object) -> Result<()> {
        if previous.id() != next.id() {
            return Err(conflict(format!("{} cannot become {} by an alteration", previous.id(), next.id())));
        }
        self.take(previous)?;
        self.add(next)
    }

    /// Does what changes names, with everything that follows.
    fn carry_out(&mut self, before: &Schema, operation: &Operation) -> Result<()> {
        before.users_are_named(operation)?;
        self.restructure(operation)?;
        for follower in operation.followers() {
            self.follow(before, operation, follower)?;
        }
        self.remake(operation.dependents())?;
        if let Operation::Rename { object, .. } = operation {
            self.dependencies.rename(object, &operation.renamed(object));
        }
        Ok(())
    }

    /// Does what the structure tells: the object, and keys that refer to it.
    pub(super) fn restructure(&mut self, operation: &Operation) -> Result<()> {
        match operation {
            Operation::Rename { object, next, dependents, .. } => self.rename(object, next, dependents),
            Operation::AlterTable(alter) => self.alter_table(alter),
            Operation::AlterEnum { previous, next, .. } => {
                self.replace(&Object::Enum(previous.clone()), Object::Enum(next.clone()))
            }
            Operation::Create { .. } | Operation::Drop { .. } | Operation::Alter { .. } => Ok(()),
        }
    }

    fn alter_table(&mut self, alter: &AlterTable) -> Result<()> {
        let previous = Object::Table(Box::new(alter.previous.clone()));
        self.replace(&previous, Object::Table(Box::new(alter.next.clone())))?;
        for (old, new) in alter.renamed_columns() {
            self.tables.rewrite(|table| {
                let others = table.name != alter.next.name;
                let keys =
                    table.foreign_keys.iter_mut().filter(|key| others && key.references == alter.next.name);
                keys.for_each(|key| rename_in_list(&mut key.referenced_columns, old, new));
                table.sort();
            });
        }
        Ok(())
    }

    fn rename(&mut self, object: &ObjectId, next: &str, dependents: &[Dependent]) -> Result<()> {
        let (old, new) = (&object.name, object.name.renamed(next));
        match object.kind {
            ObjectKind::Table => {
                rename_in(&mut self.tables, object, |table: &mut Table| table.name = new.clone())?;
                self.tables.rewrite(|table| {
                    let keys = table.foreign_keys.iter_mut().filter(|key| key.references == *old);
                    keys.for_each(|key| key.references = new.clone());
                    table.sort();
                });
                Ok(())
            }
            ObjectKind::Sequence => {
                rename_in(&mut self.sequences, object, |sequence| sequence.name = new.clone())
            }
            ObjectKind::Enum => {
                rename_in(&mut self.enums, object, |enumeration| enumeration.name = new.clone())
            }
            ObjectKind::Domain => rename_in(&mut self.domains, object, |domain| domain.name = new.clone()),
            ObjectKind::Composite => {
                rename_in(&mut self.composites, object, |composite| composite.name = new.clone())
            }
            ObjectKind::Namespace => Err(conflict("a namespace is renamed by its database only".to_owned())),
            _ => {
                let itself = dependents.first().is_some_and(|first| first.previous.id == *object);
                if !itself || dependents.first().is_none_or(|first| first.next.id.name != new) {
                    return Err(conflict(format!("renaming {object} must name it, before and after, first")));
                }
                Ok(())
            }
        }
    }

    /// Puts an object that follows in its place.
    fn follow(&mut self, before: &Schema, operation: &Operation, follower: &Follower) -> Result<()> {
        let (id, next) = (follower.previous.id(), follower.next.id());
        match before.object(&id) {
            None => return Err(conflict(format!("there is no {id}"))),
            Some(known) if known != follower.previous => return Err(not_as_expected(&id)),
            Some(_) if next != operation.renamed(&id) => {
                return Err(conflict(format!("{id} cannot become {next} by following another object")));
            }
            Some(known) => {
                let structure = self.object(&next).unwrap_or(known);
                self.take(&structure)?;
            }
        }
        self.add(follower.next.clone())
    }

    /// What names an object that gets another name must be part of the operation: nobody else knows what becomes of it.
    fn users_are_named(&self, operation: &Operation) -> Result<()> {
        let Some(renamed) = operation.renames() else { return Ok(()) };
        let followers = operation.followers();
        let followed = |id: &ObjectId| followers.iter().any(|follower| follower.previous.id() == *id);
        let users = self.dependencies.users(&renamed).filter(|id| self.object(id).is_some());
        let missing = users.filter(|id| !followed(id)).map(ObjectId::to_string).next();
        let dependents = operation.dependents();
        let attended = |user: &&Definition| dependents.iter().any(|known| known.previous.id == user.id);
        let missing = missing
            .or_else(|| self.users(&renamed).find(|user| !attended(user)).map(|user| user.id.to_string()));
        match missing {
            Some(user) => {
                let message =
                    format!("{user} uses {renamed}, and the operation does not say what becomes of it");
                Err(conflict(message).hint("complete the operation by its dialect before it is applied"))
            }
            None => Ok(()),
        }
    }

    fn remake(&mut self, dependents: &[Dependent]) -> Result<()> {
        for dependent in dependents.iter().filter(|dependent| dependent.previous != dependent.next) {
            self.hangers_are_named(&dependent.previous.id, dependents)?;
        }
        for dependent in dependents {
            self.take(&Object::Definition(dependent.previous.clone()))?;
        }
        dependents.iter().try_for_each(|dependent| self.add(Object::Definition(dependent.next.clone())))
    }

    fn hangers<'a>(&'a self, id: &'a ObjectId) -> impl Iterator<Item = &'a Definition> {
        self.definitions.iter().filter(move |definition| id.owns(&definition.id))
    }

    /// What hangs on an object may go when it changes: the operation must name it.
    fn hangers_are_named(&self, id: &ObjectId, dependents: &[Dependent]) -> Result<()> {
        let named =
            |hanger: &&Definition| dependents.iter().any(|dependent| dependent.previous.id == hanger.id);
        match self.hangers(id).find(|hanger| !named(hanger)) {
            Some(hanger) => Err(conflict(format!("the operation on {id} does not name {}", hanger.id))),
            None => Ok(()),
        }
    }

    fn nothing_hangs_on(&self, object: &Object) -> Result<()> {
        let id = object.id();
        let ids = match object {
            Object::Table(table) => {
                let names = table.names().into_iter().cloned();
                names.map(|name| ObjectId::new(ObjectKind::Table, name)).collect()
            }
            _ => vec![id.clone()],
        };
        match ids.iter().find_map(|id| self.hangers(id).next()) {
            Some(hanger) => Err(conflict(format!("{} goes with {id} and is not named", hanger.id))),
            None => Ok(()),
        }
    }
}

fn conflict(message: String) -> Error {
    Error::new(ErrorKind::Conflict, "operation.conflict", message)
}

fn not_as_expected(id: &ObjectId) -> Error {
    conflict(format!("{id} is not as the operation expects it"))
}

fn insert<T: Keyed>(objects: &mut Objects<T>, object: T, id: &ObjectId) -> Result<()> {
    if objects.contains(object.key()) {
        return Err(conflict(format!("{id} is there already")));
    }
    objects.insert(object);
    Ok(())
}

fn remove<T: Keyed + PartialEq>(objects: &mut Objects<T>, object: &T, id: &ObjectId) -> Result<()> {
    match objects.get(object.key()) {
        None => Err(conflict(format!("there is no {id}"))),
        Some(known) if known != object => Err(not_as_expected(id)),
        Some(_) => {
            objects.remove(object.key());
            Ok(())
        }
    }
}

fn rename_in<T>(objects: &mut Objects<T>, object: &ObjectId, change: impl FnOnce(&mut T)) -> Result<()>
where
    T: Keyed<Key = QualifiedName>,
{
    let mut renamed =
        objects.remove(&object.name).ok_or_else(|| conflict(format!("there is no {object}")))?;
    change(&mut renamed);
    if objects.contains(renamed.key()) {
        return Err(conflict(format!("{} is there already", renamed.key())));
    }
    objects.insert(renamed);
    Ok(())
}
