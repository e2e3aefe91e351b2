//! A whole schema as operations.

use std::collections::HashMap;

use super::{AlterTable, Object, Operation, TableChange};
use crate::capability::{Capabilities, Feature};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Constraint, Dependency, ObjectId, ObjectKind, QualifiedName, Schema, Table};

impl Schema {
    /// The operations that make this schema in an empty database: each object after those it needs, and otherwise
    /// in the order of the model. Where objects need each other in a circle, the first of them comes first.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the schema names objects that the model cannot hold: they would be missing.
    pub fn build(&self) -> Result<Vec<Operation>> {
        if let Some(missing) = self.unsupported.first() {
            let message =
                format!("{} {} cannot be made again: {}", missing.kind, missing.name, missing.reason);
            return Err(Error::new(ErrorKind::Unsupported, "schema.unsupported", message));
        }
        let objects: Vec<Object> = (self.namespaces.iter().cloned().map(Object::Namespace))
            .chain(self.enums.iter().cloned().map(Object::Enum))
            .chain(self.domains.iter().cloned().map(Object::Domain))
            .chain(self.composites.iter().cloned().map(Object::Composite))
            .chain(self.sequences.iter().cloned().map(Object::Sequence))
            .chain(self.tables.iter().cloned().map(|table| Object::Table(Box::new(table))))
            .chain(self.definitions.iter().cloned().map(Object::Definition))
            .collect();
        let order = Needs::new(self, &objects).order(&objects);
        let mut objects: Vec<Option<Object>> = objects.into_iter().map(Some).collect();
        let ordered = order.into_iter().filter_map(|at| objects.get_mut(at).and_then(Option::take));
        Ok(ordered.map(Operation::create).collect())
    }

    /// The operations of [`build`](Self::build) for a database with these capabilities: where a foreign key cannot
    /// name a table that is not there yet, it is added as soon as that table is.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_for(&self, capabilities: &Capabilities) -> Result<Vec<Operation>> {
        let operations = self.build()?;
        if capabilities.has(&Feature::ForeignKeyForward) {
            return Ok(operations);
        }
        let places = table_places(&operations);
        let mut late: HashMap<usize, Vec<Operation>> = HashMap::new();
        let mut whole = Vec::with_capacity(operations.len());
        for (at, mut operation) in operations.into_iter().enumerate() {
            if let Some((table, keys)) = forward_keys(&mut operation, at, &places) {
                let place = keys.iter().map(|(place, _)| *place).max().unwrap_or(at);
                let changes = keys.into_iter().map(|(_, key)| TableChange::AddConstraint(key)).collect();
                let alter = AlterTable::new(table, changes, Vec::new())?;
                late.entry(place).or_default().push(Operation::AlterTable(Box::new(alter)));
            }
            whole.push(operation);
            whole.extend(late.remove(&at).unwrap_or_default());
        }
        Ok(whole)
    }
}

/// The table that an operation makes.
fn made(operation: &Operation) -> Option<&Table> {
    match operation {
        Operation::Create { object: Object::Table(table), .. } => Some(table),
        _ => None,
    }
}

/// Which operation makes a table or the one that a partition belongs to.
fn table_places(operations: &[Operation]) -> HashMap<QualifiedName, usize> {
    let tables = operations.iter().enumerate().filter_map(|(at, operation)| Some((at, made(operation)?)));
    let mut places = HashMap::new();
    for (at, table) in tables {
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

/// Which objects of a list need which.
struct Needs(Vec<Vec<usize>>);

impl Needs {
    fn new(schema: &Schema, objects: &[Object]) -> Self {
        let mut places: HashMap<ObjectId, usize> = HashMap::with_capacity(objects.len());
        for (at, object) in objects.iter().enumerate() {
            places.insert(object.id(), at);
            if let Object::Table(table) = object {
                let ids =
                    table.names().into_iter().map(|name| ObjectId::new(ObjectKind::Table, name.clone()));
                places.extend(ids.map(|id| (id, at)));
            }
        }
        let mut needs: Vec<Vec<usize>> = objects.iter().map(|object| own_needs(object, &places)).collect();
        for Dependency { object, needs: ids } in &schema.dependencies.0 {
            if let Some(list) = places.get(object).and_then(|at| needs.get_mut(*at)) {
                list.extend(ids.iter().filter_map(|id| places.get(id)));
            }
        }
        Self(needs)
    }

    fn order(&self, objects: &[Object]) -> Vec<usize> {
        in_order(objects.len(), |at| self.0.get(at).cloned().unwrap_or_default())
    }
}

/// What an object itself says that it needs.
fn own_needs(object: &Object, places: &HashMap<ObjectId, usize>) -> Vec<usize> {
    match object {
        Object::Table(table) => {
            let keys = table.foreign_keys.iter();
            let ids = keys.map(|key| ObjectId::new(ObjectKind::Table, key.references.clone()));
            ids.filter_map(|id| places.get(&id).copied()).collect()
        }
        Object::Definition(definition) => {
            definition.depends_on.iter().filter_map(|id| places.get(id).copied()).collect()
        }
        _ => Vec::new(),
    }
}

/// The numbers below `count`, each after those it needs. Without recursion: chains can be long.
fn in_order(count: usize, needs: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    let mut seen = vec![false; count];
    let mut see = |at: usize| seen.get_mut(at).is_some_and(|seen| !std::mem::replace(seen, true));
    let mut order = Vec::with_capacity(count);
    for root in 0..count {
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        if see(root) {
            path.push((root, needs(root)));
        }
        while let Some((at, open)) = path.last_mut() {
            match open.pop() {
                Some(need) if see(need) => path.push((need, needs(need))),
                Some(_) => {}
                None => {
                    order.push(*at);
                    path.pop();
                }
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::capability::{
        AlterSupport, IdentifierCase, IdentifierRules, LengthUnit, LockSupport, ScratchSupport, Support,
        TransactionalDdl,
    };
    use crate::schema::{Column, Definition, Dependencies, EnumType, ForeignKey, Unsupported};

    use super::*;

    fn table(name: &str, parent: &str) -> Table {
        let mut table = Table::new(QualifiedName::bare(name), vec![Column::new("id", "integer")]);
        table.foreign_keys.push(ForeignKey::new(["id"], QualifiedName::bare(parent), ["id"]));
        table
    }

    fn view(name: &str, needs: &str) -> Definition {
        let id = |name| ObjectId::new(ObjectKind::View, QualifiedName::bare(name));
        Definition { depends_on: vec![id(needs)], ..Definition::new(id(name), "") }
    }

    #[test]
    fn every_object_comes_after_what_it_needs() {
        let schema = Schema {
            tables: [table("a", "c"), table("b", "b"), table("c", "d"), table("d", "c")]
                .into_iter()
                .collect(),
            definitions: [view("v", "w"), view("w", "none")].into_iter().collect(),
            ..Schema::default()
        };
        let operations = schema.build().unwrap();
        let made: Vec<String> = operations.iter().map(Operation::describe).collect();
        let wanted = [
            "create table d",
            "create table c",
            "create table a",
            "create table b",
            "create view w",
            "create view v",
        ];
        assert_eq!(made, wanted);
        let built = operations.iter().try_fold(Schema::default(), |built, operation| built.apply(operation));
        assert_eq!(built.unwrap(), schema);
    }

    #[test]
    fn what_the_model_cannot_hold_is_not_left_out_in_silence() {
        let unsupported = Unsupported { kind: "cube".into(), name: "c".into(), reason: "unknown".into() };
        let schema = Schema { unsupported: vec![unsupported], ..Schema::default() };
        assert_eq!(schema.build().unwrap_err().message, "cube c cannot be made again: unknown");
    }

    #[test]
    fn a_table_comes_after_what_its_expressions_call() {
        let table = ObjectId::new(ObjectKind::Table, QualifiedName::bare("t"));
        let function = ObjectId::new(ObjectKind::Function, QualifiedName::bare("f"));
        let mood = ObjectId::new(ObjectKind::Enum, QualifiedName::bare("mood"));
        let needs = |object: &ObjectId, need: &ObjectId| Dependency {
            object: object.clone(),
            needs: vec![need.clone()],
        };
        let schema = Schema {
            enums: [EnumType { name: mood.name.clone(), values: vec![], comment: None }]
                .into_iter()
                .collect(),
            tables: [Table::new(table.name.clone(), vec![Column::new("id", "integer")])]
                .into_iter()
                .collect(),
            definitions: [Definition {
                depends_on: vec![mood.clone()],
                ..Definition::new(function.clone(), "")
            }]
            .into_iter()
            .collect(),
            dependencies: Dependencies(vec![needs(&table, &function)]),
            ..Schema::default()
        };
        let made: Vec<String> = schema.build().unwrap().iter().map(Operation::describe).collect();
        assert_eq!(made, ["create enum mood", "create function f", "create table t"]);
        assert_eq!(schema, Schema { dependencies: Dependencies::default(), ..schema.clone() });
    }

    #[test]
    fn a_foreign_key_waits_for_its_table_where_it_must() {
        let schema = Schema {
            tables: [table("a", "b"), table("b", "a"), table("c", "c")].into_iter().collect(),
            ..Schema::default()
        };
        let mut capabilities = Capabilities {
            transactional_ddl: TransactionalDdl::Full,
            alter: AlterSupport::InPlace,
            lock: LockSupport::Session,
            identifier: IdentifierRules {
                max_length: None,
                unit: LengthUnit::Bytes,
                case: IdentifierCase::Sensitive,
            },
            scratch: ScratchSupport::None,
            features: BTreeMap::new(),
        };
        let operations = schema.build_for(&capabilities).unwrap();
        let made: Vec<String> = operations.iter().map(Operation::describe).collect();
        assert_eq!(
            made,
            ["create table b", "create table a", "alter table b: add foreign key", "create table c"]
        );
        let built = operations.iter().try_fold(Schema::default(), |built, operation| built.apply(operation));
        assert_eq!(built.unwrap(), schema);
        capabilities.features.insert(Feature::ForeignKeyForward, Support::Native);
        assert_eq!(schema.build_for(&capabilities).unwrap(), schema.build().unwrap());
    }
}
