//! What an operation makes of a schema, worked out without a database.

use super::table_change::rename_in_list;
use super::{AlterTable, Dependent, Object, Operation};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Definition, Keyed, ObjectId, ObjectKind, Objects, QualifiedName, Schema, Table};

impl Schema {
    /// The schema after `operation`.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] when this is not the schema that the operation starts from: an object is missing,
    /// is there already, or differs; or when a definition object hangs on what goes and the operation does not
    /// name it.
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
                schema.nothing_hangs_on(&object.id())?;
            }
            Operation::Rename { object, next, dependents } => schema.rename(object, next, dependents)?,
            Operation::AlterTable(alter) => schema.alter_table(alter)?,
            Operation::AlterEnum { previous, next, .. } => {
                schema.replace(&Object::Enum(previous.clone()), Object::Enum(next.clone()))?;
            }
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

    fn alter_table(&mut self, alter: &AlterTable) -> Result<()> {
        let previous = Object::Table(Box::new(alter.previous.clone()));
        self.hangers_are_named(&previous.id(), &alter.dependents)?;
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
        self.remake(&alter.dependents)
    }

    fn rename(&mut self, object: &ObjectId, next: &str, dependents: &[Dependent]) -> Result<()> {
        let (old, new) = (&object.name, object.name.renamed(next));
        match object.kind {
            ObjectKind::Table => {
                self.hangers_are_named(object, dependents)?;
                rename_in(&mut self.tables, object, |table: &mut Table| table.name = new.clone())?;
                self.tables.rewrite(|table| {
                    let keys = table.foreign_keys.iter_mut().filter(|key| key.references == *old);
                    keys.for_each(|key| key.references = new.clone());
                    table.sort();
                });
            }
            ObjectKind::Sequence => {
                rename_in(&mut self.sequences, object, |sequence| sequence.name = new.clone())?;
            }
            ObjectKind::Enum => {
                rename_in(&mut self.enums, object, |enumeration| enumeration.name = new.clone())?;
            }
            ObjectKind::Domain => rename_in(&mut self.domains, object, |domain| domain.name = new.clone())?,
            ObjectKind::Composite => {
                rename_in(&mut self.composites, object, |composite| composite.name = new.clone())?;
            }
            ObjectKind::Namespace => {
                return Err(conflict("a namespace is renamed by its database only".to_owned()));
            }
            _ => {
                let itself = dependents.first().is_some_and(|first| first.previous.id == *object);
                if !itself || dependents.first().is_none_or(|first| first.next.id.name != new) {
                    return Err(conflict(format!("renaming {object} must name it, before and after, first")));
                }
            }
        }
        self.remake(dependents)
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
        let hangable = matches!(id.kind, ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView);
        self.definitions.iter().filter(move |definition| hangable && definition.id.hangs_on(&id.name))
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

    fn nothing_hangs_on(&self, id: &ObjectId) -> Result<()> {
        match self.hangers(id).next() {
            Some(hanger) => Err(conflict(format!("{} goes with {id} and is not named", hanger.id))),
            None => Ok(()),
        }
    }
}

fn conflict(message: String) -> Error {
    Error::new(ErrorKind::Conflict, "operation.conflict", message)
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
        Some(known) if known != object => Err(conflict(format!("{id} is not as the operation expects it"))),
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
