//! What needs what.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lambic_core::schema::{Definition, Dependencies, Dependency, ObjectId, ObjectKind};
use lambic_core::{Result, Rows};

use super::catalog::Catalog;
use super::definitions::Found;
use super::row::rows;
use super::text::words;

/// Reads `dependencies.sql`, and finishes the definitions.
pub(super) fn read(catalog: &mut Catalog, mut found: Found, answer: Rows) -> Result<()> {
    let mut needs: BTreeMap<ObjectId, BTreeSet<ObjectId>> = BTreeMap::new();
    for mut row in rows(answer) {
        let (object, need) = ((row.number()?, row.number()?), (row.number()?, row.number()?));
        let Some((id, needed)) = catalog.ids.get(&object).zip(catalog.ids.get(&need)) else { continue };
        if id == needed {
            continue;
        }
        match found.places.get(&object).and_then(|at| found.definitions.get_mut(*at)) {
            Some(definition) => definition.depends_on.push(needed.clone()),
            None => drop(needs.entry(id.clone()).or_default().insert(needed.clone())),
        }
    }
    subjects(catalog, &mut found);
    bodies(catalog, &found.definitions, &mut needs);
    catalog.definitions.append(&mut found.definitions);
    for definition in &mut catalog.definitions {
        definition.depends_on.sort();
        definition.depends_on.dedup();
    }
    let list = |(object, needs): (ObjectId, BTreeSet<ObjectId>)| Dependency {
        object,
        needs: needs.into_iter().collect(),
    };
    catalog.schema.dependencies = Dependencies(needs.into_iter().map(list).collect());
    Ok(())
}

/// A statement about an object needs the object; a privilege needs its owner, too, who may not be who makes it.
fn subjects(catalog: &Catalog, found: &mut Found) {
    let mut owners: HashMap<_, ObjectId> = HashMap::new();
    for (place, address) in &found.about {
        let definition = found.definitions.get(*place).filter(|one| one.id.kind.as_str() == "owner");
        owners.extend(definition.map(|definition| (*address, definition.id.clone())));
    }
    for (place, address) in &found.about {
        let Some(definition) = found.definitions.get_mut(*place) else { continue };
        definition.depends_on.extend(catalog.ids.get(address).cloned());
        if definition.id.kind == ObjectKind::Grant {
            definition.depends_on.extend(owners.get(address).cloned());
        }
    }
}

/// The body of a function that is kept as text says nothing to the catalog, yet the server reads it when the
/// function is made. Every known object that it names counts; one too many does no harm.
fn bodies(catalog: &Catalog, definitions: &[Definition], needs: &mut BTreeMap<ObjectId, BTreeSet<ObjectId>>) {
    let routine = |kind: &ObjectKind| matches!(kind, ObjectKind::Function | ObjectKind::Procedure);
    let routines: Vec<&Definition> = definitions.iter().filter(|one| routine(&one.id.kind)).collect();
    if routines.is_empty() {
        return;
    }
    let named = |kind: &ObjectKind| {
        let type_or_view = matches!(
            kind,
            ObjectKind::Enum
                | ObjectKind::Domain
                | ObjectKind::Composite
                | ObjectKind::View
                | ObjectKind::MaterializedView
        );
        type_or_view || matches!(kind, ObjectKind::Table | ObjectKind::Sequence) || routine(kind)
    };
    let mut known: HashMap<&str, Vec<&ObjectId>> = HashMap::new();
    for id in catalog.ids.values().filter(|id| named(&id.kind)) {
        known.entry(id.name.name.as_str()).or_default().push(id);
    }
    for definition in routines {
        let found = words(&definition.definition)
            .flat_map(|word| known.get(word.as_str()).into_iter().flatten().copied().collect::<Vec<_>>());
        let found: BTreeSet<ObjectId> = found.filter(|id| **id != definition.id).cloned().collect();
        if !found.is_empty() {
            needs.entry(definition.id.clone()).or_default().extend(found);
        }
    }
}
