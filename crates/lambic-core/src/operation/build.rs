//! A whole schema as operations.

use std::collections::HashMap;

use super::{Object, Operation};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{ObjectId, QualifiedName, Schema};

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
        let objects = (self.namespaces.iter().cloned().map(Object::Namespace))
            .chain(self.enums.iter().cloned().map(Object::Enum))
            .chain(self.domains.iter().cloned().map(Object::Domain))
            .chain(self.composites.iter().cloned().map(Object::Composite))
            .chain(self.sequences.iter().cloned().map(Object::Sequence))
            .chain(self.tables_in_order().into_iter().cloned().map(|table| Object::Table(Box::new(table))))
            .chain(self.definitions_in_order().into_iter().cloned().map(Object::Definition));
        Ok(objects.map(Operation::create).collect())
    }

    fn tables_in_order(&self) -> Vec<&crate::Table> {
        let tables: Vec<_> = self.tables.iter().collect();
        let places: HashMap<&QualifiedName, usize> =
            tables.iter().enumerate().map(|(at, table)| (&table.name, at)).collect();
        let needs = |at: usize| {
            let keys = tables.get(at).into_iter().flat_map(|table| &table.foreign_keys);
            keys.filter_map(|key| places.get(&key.references).copied()).collect()
        };
        in_order(tables.len(), needs).into_iter().filter_map(|at| tables.get(at).copied()).collect()
    }

    fn definitions_in_order(&self) -> Vec<&crate::Definition> {
        let definitions: Vec<_> = self.definitions.iter().collect();
        let places: HashMap<&ObjectId, usize> =
            definitions.iter().enumerate().map(|(at, definition)| (&definition.id, at)).collect();
        let needs = |at: usize| {
            let ids = definitions.get(at).into_iter().flat_map(|definition| &definition.depends_on);
            ids.filter_map(|id| places.get(id).copied()).collect()
        };
        in_order(definitions.len(), needs).into_iter().filter_map(|at| definitions.get(at).copied()).collect()
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
    use crate::schema::{Column, Definition, ForeignKey, ObjectKind, Table, Unsupported};

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
}
