//! Views, triggers and virtual tables: made from their own text.

use lambic_core::operation::Dependent;
use lambic_core::schema::{ObjectId, ObjectKind};
use lambic_core::{Definition, Result};

use super::malformed;
use super::text::{quote_name, refuse, unsupported};
use crate::ddl;

/// The statement that makes the object.
pub(super) fn create(definition: &Definition) -> Result<String> {
    let id = &definition.id;
    refuse(definition.comment.is_some(), "comments on views and triggers")?;
    quote_name(&id.name)?;
    let noun = noun(&id.kind)?;
    let mut reader = ddl::reader(&definition.definition);
    let mut words = vec!["CREATE"];
    words.extend(noun.split(' '));
    if !reader.eat_words(&words) {
        return Err(malformed(format!("the text of {id} does not begin with {}", words.join(" "))));
    }
    reader.eat_words(&["IF", "NOT", "EXISTS"]);
    let named = reader.peek().as_ref().and_then(ddl::name_of);
    if named.is_none_or(|name| !ddl::same_name(&name, &id.name.name)) {
        return Err(malformed(format!("the text of {id} does not name it")));
    }
    Ok(definition.definition.clone())
}

/// The statement that removes it.
pub(super) fn drop(definition: &Definition) -> Result<String> {
    let noun = match noun(&definition.id.kind)? {
        "VIRTUAL TABLE" => "TABLE",
        noun => noun,
    };
    Ok(format!("DROP {noun} {}", quote_name(&definition.id.name)?))
}

/// What SQL calls objects of the kind.
pub(super) fn noun(kind: &ObjectKind) -> Result<&'static str> {
    match kind {
        ObjectKind::View => Ok("VIEW"),
        ObjectKind::Trigger => Ok("TRIGGER"),
        ObjectKind::VirtualTable => Ok("VIRTUAL TABLE"),
        other => Err(unsupported(format!("objects of the kind {other}"))),
    }
}

/// Checks that a virtual table's text after a rename is what SQLite makes of it.
pub(super) fn check_renamed(object: &ObjectId, next: &str, dependents: &[Dependent]) -> Result<()> {
    let Some(itself) = dependents.iter().find(|dependent| dependent.previous.id == *object) else {
        return Err(malformed(format!("renaming {object} does not name it")));
    };
    let expected = ddl::virtual_table_named(&itself.previous.definition, next);
    if expected.as_ref() == Some(&itself.next.definition) {
        return Ok(());
    }
    let message = format!("renaming {object} and changing its text at once");
    Err(unsupported(message).hint("only the name in its text can change, and becomes quoted"))
}

fn is_trigger(definition: &Definition) -> bool {
    definition.id.kind == ObjectKind::Trigger
}

/// The statements that make objects, triggers after the views that they hang on.
pub(super) fn create_all(definitions: &[Definition]) -> Result<Vec<String>> {
    let mut definitions: Vec<&Definition> = definitions.iter().collect();
    definitions.sort_by_key(|definition| is_trigger(definition));
    definitions.into_iter().map(create).collect()
}

/// The statements that remove objects before `with` is removed, but for those that go with it or one another.
pub(super) fn drop_all(definitions: &[Definition], with: &ObjectId) -> Result<Vec<String>> {
    let goes = |definition: &&Definition| {
        let mut owners = definitions.iter().map(|owner| &owner.id).chain([with]);
        !owners.any(|owner| owner.kind != ObjectKind::Trigger && definition.id.hangs_on(&owner.name))
    };
    definitions.iter().filter(goes).map(drop).collect()
}

/// Definition objects that go and come back around a change.
pub(super) struct Remake<'d> {
    /// Dropped before columns are renamed. SQLite renames them in views and triggers too, and cannot where one of
    /// those has stopped working.
    early: Vec<&'d Definition>,
    /// Dropped after that: views on which others may stand.
    late: Vec<&'d Definition>,
    creates: Vec<&'d Definition>,
}

impl<'d> Remake<'d> {
    /// Those whose text changes, those that `goes` with something else, and those that hang on one of either.
    pub(super) fn of(
        dependents: impl IntoIterator<Item = &'d Dependent>,
        goes: impl Fn(&ObjectId) -> bool,
        renames: usize,
    ) -> Result<Self> {
        let dependents: Vec<&Dependent> = dependents.into_iter().collect();
        let changed: Vec<&ObjectId> = dependents
            .iter()
            .filter(|dependent| changes(dependent))
            .map(|dependent| &dependent.previous.id)
            .collect();
        let hangs = |id: &ObjectId| changed.iter().any(|view| is_view(view) && id.hangs_on(&view.name));
        let mut remake = Self { early: Vec::new(), late: Vec::new(), creates: Vec::new() };
        for Dependent { previous, next } in dependents {
            let is_changed = changed.contains(&&previous.id);
            refuse(is_changed && previous.id.kind == ObjectKind::VirtualTable, "changing a virtual table")?;
            if is_changed || goes(&previous.id) || hangs(&previous.id) {
                remake.creates.push(next);
            }
            if is_changed {
                let stands_on_another =
                    previous.depends_on.iter().any(|id| is_view(id) && changed.contains(&id));
                let early = is_trigger(previous) || (renames > 1 && stands_on_another);
                if early { &mut remake.early } else { &mut remake.late }.push(previous);
            }
        }
        remake.creates.sort_by_key(|definition| is_trigger(definition));
        remake.early.sort_by_key(|definition| !is_trigger(definition));
        Ok(remake)
    }

    /// Whether nothing has to be done.
    pub(super) fn is_empty(&self) -> bool {
        self.creates.is_empty()
    }

    /// The statements that remove what must be gone before columns are renamed.
    pub(super) fn early(&self) -> Result<Vec<String>> {
        self.early.iter().map(|definition| drop(definition)).collect()
    }

    /// The statements that remove the rest.
    pub(super) fn late(&self) -> Result<Vec<String>> {
        self.late.iter().map(|definition| drop(definition)).collect()
    }

    /// The statements that make them again.
    pub(super) fn creates(&self) -> Result<Vec<String>> {
        self.creates.iter().map(|definition| create(definition)).collect()
    }

    /// Everything, one after the other.
    pub(super) fn sql(&self) -> Result<Vec<String>> {
        Ok([self.early()?, self.late()?, self.creates()?].concat())
    }
}

fn changes(dependent: &Dependent) -> bool {
    let (previous, next) = (&dependent.previous, &dependent.next);
    previous.id != next.id || previous.definition != next.definition
}

fn is_view(id: &ObjectId) -> bool {
    id.kind == ObjectKind::View
}
