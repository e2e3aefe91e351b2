//! The live schema: without Lambic's own tables, counted, or as the statements that rebuild it.

use std::collections::{BTreeMap, HashSet};

use lambic_core::schema::{ObjectId, ObjectKind, QualifiedName, Unsupported};
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

/// Takes the definitions out of a schema that hang on what is gone or need it, and reports each with this reason.
pub(crate) fn leave_out_users(schema: &mut Schema, mut gone: HashSet<ObjectId>, reason: &str) {
    let needs = |definition: &Definition, gone: &HashSet<ObjectId>| {
        definition.depends_on.iter().any(|need| gone.contains(need))
            || gone.iter().any(|owner| owner.owns(&definition.id))
    };
    while let Some(id) =
        schema.definitions.iter().find(|one| needs(one, &gone)).map(|definition| definition.id.clone())
    {
        schema.definitions.retain(|definition| definition.id != id);
        schema.unsupported.push(Unsupported {
            kind: id.kind.to_string(),
            name: id.name.to_string(),
            reason: reason.to_owned(),
        });
        gone.insert(id);
    }
    schema.dependencies.0.retain(|known| !gone.contains(&known.object));
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
