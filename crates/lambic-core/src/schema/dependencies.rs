//! What objects need that cannot be told from the model.

use serde::{Deserialize, Serialize};

use super::ObjectId;

/// What an object needs to be there before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// The object.
    pub object: ObjectId,
    /// What it needs. Sorted.
    pub needs: Vec<ObjectId>,
    /// Of what it needs, here or by its own word, all that it can be made without: only parts of it call them that can
    /// be made afterwards, or a body that is not read before it runs. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<ObjectId>,
}

impl Dependency {
    /// An object and what must be there before it.
    pub fn new(object: ObjectId, needs: Vec<ObjectId>) -> Self {
        Self { object, needs, later: Vec::new() }
    }
}

/// Dependencies by object, as the database tells them: what its expressions call, which types it uses.
///
/// They follow from what the objects say and serve only to put objects in order, so that they say nothing of their
/// own: any two are equal. An operation changes nothing in them but names.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dependencies(pub Vec<Dependency>);

impl Dependencies {
    /// The objects that need another one.
    pub(crate) fn users<'s>(&'s self, needed: &'s ObjectId) -> impl Iterator<Item = &'s ObjectId> {
        let needing = self.0.iter().filter(|known| known.needs.contains(needed) && known.object != *needed);
        needing.map(|known| &known.object)
    }

    /// Gives an object its new name wherever it is named.
    pub(crate) fn rename(&mut self, previous: &ObjectId, next: &ObjectId) {
        for known in &mut self.0 {
            let ids = known.needs.iter_mut().chain(&mut known.later).chain([&mut known.object]);
            ids.filter(|id| *id == previous).for_each(|id| id.clone_from(next));
            known.needs.sort();
            known.later.sort();
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Dependencies {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Dependencies {}
