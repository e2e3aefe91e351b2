//! The live schema: without Lambic's own tables, counted, or as the statements that rebuild it.

use std::collections::{BTreeMap, HashSet};

use lambic_core::schema::{ForeignKey, ObjectId, ObjectKind, QualifiedName, Unsupported};
use lambic_core::{Definition, Result, Schema, Scope};
use serde::Serialize;

use crate::run::Database;

/// How many objects of each kind there are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// Those that Lambic manages, by kind.
    pub managed: BTreeMap<String, usize>,
    /// Those that a rule of the user's leaves out, by kind.
    pub ignored: BTreeMap<String, usize>,
    /// Those that the model cannot hold, by what the database calls them.
    pub unsupported: BTreeMap<String, usize>,
}

/// Reads the whole schema but for the version table and the log, with what hangs on them. What uses them otherwise is
/// among what is unsupported: it could not be built where they are not.
pub async fn inspect(database: &mut Database) -> Result<Schema> {
    let own: Vec<_> = database.store().tables().cloned().collect();
    let (connection, dialect) = database.session();
    let mut schema = dialect.introspect(connection, &Scope::default()).await?;
    leave_out_own(&mut schema, &own);
    Ok(schema)
}

fn leave_out_own(schema: &mut Schema, own: &[QualifiedName]) {
    schema.tables.retain(|table| !own.contains(&table.name));
    schema.definitions.retain(|definition| !own.iter().any(|table| definition.id.hangs_on(table)));
    let gone = own.iter().map(|table| ObjectId::new(ObjectKind::Table, table.clone())).collect();
    leave_out_users(schema, gone, "it needs a table of Lambic's own");
}

/// Takes out of a schema what hangs on what is gone or needs it, and reports each with this reason. Of a table that
/// only refers to what is gone, it is the foreign key.
pub(crate) fn leave_out_users(schema: &mut Schema, mut gone: HashSet<ObjectId>, reason: &str) {
    while let Some(id) = user_of(schema, &gone) {
        if remove(schema, &id) {
            report(schema, id.kind.as_str(), id.name.to_string(), reason);
        }
        gone.insert(id);
    }
    let goes = |key: &ForeignKey| gone.contains(&ObjectId::new(ObjectKind::Table, key.references.clone()));
    let mut keys = Vec::new();
    schema.tables.rewrite(|table| {
        let name = &table.name;
        let called =
            |key: &ForeignKey| format!("{} on {name}", key.name.as_deref().unwrap_or("without a name"));
        keys.extend(table.foreign_keys.iter().filter(|key| goes(key)).map(called));
        table.foreign_keys.retain(|key| !goes(key));
    });
    for key in keys {
        report(schema, "foreign key", key, reason);
    }
    schema.dependencies.0.retain(|known| !gone.contains(&known.object));
}

/// An object that cannot be made without one of those that are gone. What only the body of a routine names, it can be
/// made without.
fn user_of(schema: &Schema, gone: &HashSet<ObjectId>) -> Option<ObjectId> {
    let needs = |definition: &&Definition| {
        definition.depends_on.iter().any(|need| gone.contains(need))
            || gone.iter().any(|owner| owner.owns(&definition.id))
    };
    let structural = |id: &ObjectId| {
        matches!(id.kind, ObjectKind::Table | ObjectKind::Domain | ObjectKind::Composite)
            && !gone.contains(id)
    };
    let others = schema.dependencies.0.iter().filter(|known| structural(&known.object));
    let mut others = others.filter(|known| known.needs.iter().any(|need| gone.contains(need)));
    let definition = schema.definitions.iter().find(needs).map(|definition| &definition.id);
    definition.or_else(|| others.next().map(|known| &known.object)).cloned()
}

fn report(schema: &mut Schema, kind: &str, name: String, reason: &str) {
    let (kind, reason) = (kind.to_owned(), reason.to_owned());
    schema.unsupported.push(Unsupported { kind, name, reason });
}

/// Takes an object out of a schema; whether it was still there.
pub(crate) fn remove(schema: &mut Schema, id: &ObjectId) -> bool {
    let name = &id.name;
    match id.kind {
        ObjectKind::Table => schema.tables.remove(name).is_some(),
        ObjectKind::Sequence => schema.sequences.remove(name).is_some(),
        ObjectKind::Enum => schema.enums.remove(name).is_some(),
        ObjectKind::Domain => schema.domains.remove(name).is_some(),
        ObjectKind::Composite => schema.composites.remove(name).is_some(),
        _ => schema.definitions.remove(id).is_some(),
    }
}

/// Counts what a schema holds.
pub fn coverage(schema: &Schema) -> Coverage {
    let whole = [
        ("namespace", schema.namespaces.len()),
        ("table", schema.tables.len()),
        ("column", schema.tables.iter().map(|table| table.columns.len()).sum()),
        ("constraint", schema.tables.iter().map(|table| table.constraints().count()).sum()),
        ("index", schema.tables.iter().map(|table| table.indexes.len()).sum()),
        ("sequence", schema.sequences.len()),
        ("enum", schema.enums.len()),
        ("domain", schema.domains.len()),
        ("composite", schema.composites.len()),
    ];
    let mut coverage = Coverage::default();
    let counted = whole.into_iter().filter(|(_, count)| *count > 0);
    coverage.managed = counted.map(|(kind, count)| (kind.to_owned(), count)).collect();
    for definition in &schema.definitions {
        *coverage.managed.entry(definition.id.kind.to_string()).or_default() += 1;
    }
    for unsupported in &schema.unsupported {
        *coverage.unsupported.entry(unsupported.kind.clone()).or_default() += 1;
    }
    coverage
}

#[cfg(test)]
mod tests {
    use lambic_core::Table;
    use lambic_core::schema::{Column, Dependencies, Dependency};

    use super::*;

    fn id(kind: ObjectKind, name: &str) -> ObjectId {
        ObjectId::new(kind, QualifiedName::bare(name))
    }

    #[test]
    fn what_cannot_be_made_without_it_goes_along() {
        let table = |name: &str, refers: Option<&str>| {
            let mut table = Table::new(QualifiedName::bare(name), vec![Column::new("id", "integer")]);
            let key = refers.map(|refers| ForeignKey::new(["id"], QualifiedName::bare(refers), ["id"]));
            table.foreign_keys.extend(key);
            table
        };
        let needs = |id: ObjectId, need: ObjectId| Dependency::new(id, vec![need]);
        let (f, calls) = (id(ObjectKind::Function, "f"), id(ObjectKind::Table, "calls"));
        let mut schema = Schema {
            tables: [table("calls", None), table("refers", Some("calls")), table("stays", Some("stays"))]
                .into_iter()
                .collect(),
            definitions: [
                Definition {
                    depends_on: vec![calls.clone()],
                    ..Definition::new(id(ObjectKind::View, "v"), "")
                },
                Definition::new(id(ObjectKind::Function, "names"), ""),
            ]
            .into_iter()
            .collect(),
            dependencies: Dependencies(vec![
                needs(calls, f.clone()),
                needs(id(ObjectKind::Function, "names"), f.clone()),
            ]),
            ..Schema::default()
        };
        leave_out_users(&mut schema, HashSet::from([f]), "it is gone");
        let left: Vec<&str> = schema.tables.iter().map(|table| table.name.name.as_str()).collect();
        assert_eq!(left, ["refers", "stays"]);
        assert_eq!(schema.tables.iter().map(|table| table.foreign_keys.len()).sum::<usize>(), 1);
        assert_eq!(schema.definitions.len(), 1);
        let told: Vec<String> =
            schema.unsupported.iter().map(|one| format!("{} {}", one.kind, one.name)).collect();
        assert_eq!(told, ["table calls", "view v", "foreign key without a name on refers"]);
    }
}
