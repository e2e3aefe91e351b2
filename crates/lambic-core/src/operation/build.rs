//! A whole schema as operations.

mod order;
mod split;

use std::collections::{HashMap, HashSet};

use order::{Needs, Step};

use super::{AlterTable, Dependent, Object, Operation, TableChange};
use crate::capability::{Capabilities, Feature};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Constraint, Definition, ObjectId, ObjectKind, QualifiedName, Schema, Table};

impl Schema {
    /// The operations that make this schema in an empty database: each object after those it needs, and otherwise
    /// in the order of the model. Extensions and casts come first, since expressions use them without a word, and
    /// event triggers last, since they fire at what comes after them.
    ///
    /// Where objects need each other in a circle, a table, a domain or the like is made without the parts that call
    /// others, and gets them once those are there. In a circle without any such part the first object comes first.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the schema names objects that the model cannot hold: they would be missing.
    pub fn build(&self) -> Result<Vec<Operation>> {
        let mut operations = self.steps()?;
        operations.retain(changes_something);
        Ok(operations)
    }

    /// The operations of [`build`](Self::build) for a database with these capabilities: where a foreign key cannot
    /// name a table that is not there yet, it is added as soon as that table is.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_for(&self, capabilities: &Capabilities) -> Result<Vec<Operation>> {
        if capabilities.has(&Feature::ForeignKeyForward) {
            return self.build();
        }
        let steps = self.steps()?;
        let places = table_places(&steps);
        let mut late: HashMap<usize, Vec<(QualifiedName, Vec<TableChange>)>> = HashMap::new();
        let mut whole = Whole::default();
        for (at, mut step) in steps.into_iter().enumerate() {
            if let Some((table, keys)) = forward_keys(&mut step, at, &places) {
                let place = keys.iter().map(|(place, _)| *place).max().unwrap_or(at);
                let changes = keys.into_iter().map(|(_, key)| TableChange::AddConstraint(key)).collect();
                late.entry(place).or_default().push((table.name.clone(), changes));
                whole.tables.insert(table.name.clone(), table);
            }
            whole.add(step)?;
            for (table, changes) in late.remove(&at).unwrap_or_default() {
                whole.alter(&table, changes)?;
            }
        }
        whole.operations.retain(changes_something);
        Ok(whole.operations)
    }

    /// Every step of the order, those that change nothing among them.
    fn steps(&self) -> Result<Vec<Operation>> {
        if let Some(missing) = self.unsupported.first() {
            let message =
                format!("{} {} cannot be made again: {}", missing.kind, missing.name, missing.reason);
            return Err(Error::new(ErrorKind::Unsupported, "schema.unsupported", message));
        }
        let objects = self.objects();
        let order = Needs::new(self, &objects).order(&objects);
        let mut operations = Vec::with_capacity(order.len());
        let rest = |step: &Step| if let Step::Rest(at) = step { Some(*at) } else { None };
        let in_two: HashSet<usize> = order.iter().filter_map(rest).collect();
        let mut objects: Vec<Option<Object>> = objects.into_iter().map(Some).collect();
        for step in order {
            match step {
                Step::Object(at) if in_two.contains(&at) => {
                    let bare = objects.get(at).and_then(Option::as_ref).and_then(split::bare);
                    operations.extend(bare.map(Operation::create));
                }
                Step::Object(at) => {
                    operations.extend(objects.get_mut(at).and_then(Option::take).map(Operation::create));
                }
                Step::Rest(at) => {
                    let Some(object) = objects.get_mut(at).and_then(Option::take) else { continue };
                    let hanging = hanging(&operations, &object.id());
                    operations.extend(split::rest(&object, hanging)?);
                }
            }
        }
        Ok(operations)
    }

    /// Every object, in the order that they have where nothing else tells.
    fn objects(&self) -> Vec<Object> {
        let of = |kind: ObjectKind| self.definitions.iter().filter(move |one| one.id.kind == kind);
        let early = |one: &&Definition| [ObjectKind::Extension, ObjectKind::Cast].contains(&one.id.kind);
        let first = of(ObjectKind::Extension).chain(of(ObjectKind::Cast));
        (self.namespaces.iter().cloned().map(Object::Namespace))
            .chain(first.cloned().map(Object::Definition))
            .chain(self.enums.iter().cloned().map(Object::Enum))
            .chain(self.domains.iter().cloned().map(Object::Domain))
            .chain(self.composites.iter().cloned().map(Object::Composite))
            .chain(self.sequences.iter().cloned().map(Object::Sequence))
            .chain(self.tables.iter().cloned().map(|table| Object::Table(Box::new(table))))
            .chain(self.definitions.iter().filter(|one| !early(one)).cloned().map(Object::Definition))
            .collect()
    }
}

fn changes_something(operation: &Operation) -> bool {
    !matches!(operation, Operation::AlterTable(alter) if alter.changes.is_empty())
}

/// What hangs on an object after these operations.
fn hanging(operations: &[Operation], id: &ObjectId) -> Vec<Dependent> {
    let made = operations.iter().filter_map(|operation| match operation {
        Operation::Create { object: Object::Definition(definition), .. } => Some(definition),
        _ => None,
    });
    made.filter(|one| id.owns(&one.id)).cloned().map(Dependent::unchanged).collect()
}

/// Operations as they are put together.
#[derive(Default)]
struct Whole {
    operations: Vec<Operation>,
    /// The tables that get foreign keys afterwards, as they are by now.
    tables: HashMap<QualifiedName, Table>,
}

impl Whole {
    fn add(&mut self, step: Operation) -> Result<()> {
        match step {
            Operation::AlterTable(alter) if self.tables.contains_key(&alter.previous.name) => {
                self.alter(&alter.previous.name, alter.changes)
            }
            step => {
                self.operations.push(step);
                Ok(())
            }
        }
    }

    fn alter(&mut self, name: &QualifiedName, changes: Vec<TableChange>) -> Result<()> {
        let Some(table) = self.tables.remove(name) else { return Ok(()) };
        let id = ObjectId::new(ObjectKind::Table, name.clone());
        let alter = AlterTable::new(table, changes, hanging(&self.operations, &id))?;
        self.tables.insert(name.clone(), alter.next.clone());
        self.operations.push(Operation::AlterTable(Box::new(alter)));
        Ok(())
    }
}

/// Which operation makes a table, or the one that a partition belongs to, with all its parts.
fn table_places(operations: &[Operation]) -> HashMap<QualifiedName, usize> {
    let mut places = HashMap::new();
    for (at, operation) in operations.iter().enumerate() {
        let table = match operation {
            Operation::Create { object: Object::Table(table), .. } => table.as_ref(),
            Operation::AlterTable(alter) => &alter.next,
            _ => continue,
        };
        places.extend(table.names().into_iter().map(|name| (name.clone(), at)));
    }
    places
}

/// Takes the foreign keys out that name a table made later; the table without them, and them with that place.
fn forward_keys(
    operation: &mut Operation,
    at: usize,
    places: &HashMap<QualifiedName, usize>,
) -> Option<(Table, Vec<(usize, Constraint)>)> {
    let Operation::Create { object: Object::Table(table), .. } = operation else { return None };
    let mut forward = Vec::new();
    for key in std::mem::take(&mut table.foreign_keys) {
        match places.get(&key.references).filter(|place| **place > at) {
            Some(place) => forward.push((*place, Constraint::ForeignKey(key))),
            None => table.foreign_keys.push(key),
        }
    }
    (!forward.is_empty()).then(|| (table.as_ref().clone(), forward))
}

#[cfg(test)]
mod tests;
