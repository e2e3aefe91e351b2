//! What needs what.

use std::collections::{BTreeMap, HashMap};

use lambic_core::schema::{Definition, Dependencies, Dependency, ObjectId, ObjectKind};
use lambic_core::{Result, Rows};

use super::catalog::Catalog;
use super::definitions::Found;
use super::row::rows;
use super::text::words;

/// What objects need, and whether all of them that need it can do so later.
type Needs = BTreeMap<ObjectId, BTreeMap<ObjectId, bool>>;

/// Reads `dependencies.sql`, and finishes the definitions.
pub(super) fn read(catalog: &mut Catalog, mut found: Found, answer: Rows) -> Result<()> {
    let mut needs = Needs::new();
    for mut row in rows(answer) {
        let (object, need) = ((row.number()?, row.number()?), (row.number()?, row.number()?));
        let later = row.flag()?;
        let Some((id, needed)) = catalog.ids.get(&object).zip(catalog.ids.get(&need)) else { continue };
        if id == needed {
            continue;
        }
        if let Some(definition) = found.places.get(&object).and_then(|at| found.definitions.get_mut(*at)) {
            definition.depends_on.push(needed.clone());
        }
        let known = needs.entry(id.clone()).or_default();
        *known.entry(needed.clone()).or_insert(later) &= later;
    }
    subjects(catalog, &mut found);
    bodies(catalog, &found.definitions, &mut needs);
    catalog.definitions.append(&mut found.definitions);
    for definition in &mut catalog.definitions {
        definition.depends_on.sort();
        definition.depends_on.dedup();
    }
    catalog.schema.dependencies = dependencies(needs, &catalog.definitions);
    Ok(())
}

/// What definitions do not say themselves.
fn dependencies(needs: Needs, definitions: &[Definition]) -> Dependencies {
    let said: HashMap<&ObjectId, &Definition> = definitions.iter().map(|one| (&one.id, one)).collect();
    let list = |(object, needs): (ObjectId, BTreeMap<ObjectId, bool>)| {
        let later = needs.iter().filter(|(_, later)| **later).map(|(id, _)| id.clone()).collect();
        let said = said.get(&object).map(|definition| definition.depends_on.as_slice()).unwrap_or_default();
        let needs = needs.into_keys().filter(|id| said.binary_search(id).is_err()).collect();
        Dependency { object, needs, later }
    };
    let known = needs.into_iter().map(list);
    Dependencies(known.filter(|one| !(one.needs.is_empty() && one.later.is_empty())).collect())
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

/// The body of a function that is kept as text says nothing to the catalog, yet the server reads it when what calls the
/// function is made. Every known object that it names counts; one too many does no harm.
fn bodies(catalog: &Catalog, definitions: &[Definition], needs: &mut Needs) {
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
        let known = needs.entry(definition.id.clone()).or_default();
        for id in found.filter(|id| **id != definition.id) {
            known.entry(id.clone()).or_insert(true);
        }
    }
}
