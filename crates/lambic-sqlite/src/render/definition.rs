//! Views, triggers and virtual tables: made from their own text.

use std::collections::HashSet;

use lambic_core::operation::Dependent;
use lambic_core::schema::{ObjectId, ObjectKind};
use lambic_core::{Definition, Result};

use super::malformed;
use super::text::{quote, quote_name, refuse, unsupported};
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

fn noun(kind: &ObjectKind) -> Result<&'static str> {
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
    let mut reader = ddl::reader(&itself.previous.definition);
    reader.eat_words(&["CREATE", "VIRTUAL", "TABLE"]);
    let expected = reader.peek().map(|name| {
        let rest = itself.previous.definition.get(name.end()..).unwrap_or_default();
        Ok(format!("CREATE VIRTUAL TABLE {}{rest}", quote(next)?))
    });
    if expected.transpose()?.as_ref() == Some(&itself.next.definition) {
        return Ok(());
    }
    let message = format!("renaming {object} and changing its text at once");
    Err(unsupported(message).hint("only the name in its text can change, and becomes quoted"))
}

/// Definition objects that go and come back around a change.
pub(super) struct Remake<'d> {
    drops: Vec<&'d Definition>,
    creates: Vec<&'d Definition>,
}

impl<'d> Remake<'d> {
    /// Those whose text changes, those that `goes` with something else, and those that hang on one of either.
    pub(super) fn of(
        dependents: impl IntoIterator<Item = &'d Dependent>,
        goes: impl Fn(&ObjectId) -> bool,
    ) -> Self {
        let dependents: Vec<&Dependent> = dependents.into_iter().collect();
        let changed = |dependent: &Dependent| {
            let (previous, next) = (&dependent.previous, &dependent.next);
            previous.id != next.id || previous.definition != next.definition
        };
        let views = dependents.iter().filter(|dependent| dependent.previous.id.kind == ObjectKind::View);
        let dropped: HashSet<&str> = views
            .filter(|dependent| changed(dependent))
            .map(|dependent| dependent.previous.id.name.name.as_str())
            .collect();
        let hangs = |id: &ObjectId| id.on.as_deref().is_some_and(|on| dropped.contains(on));
        let mut remake = Self { drops: Vec::new(), creates: Vec::new() };
        for dependent in dependents {
            let id = &dependent.previous.id;
            let implicit = goes(id) || hangs(id);
            if changed(dependent) && !implicit {
                remake.drops.push(&dependent.previous);
            }
            if changed(dependent) || implicit {
                remake.creates.push(&dependent.next);
            }
        }
        let late = |definition: &&Definition| definition.id.kind == ObjectKind::Trigger;
        remake.creates.sort_by_key(late);
        remake.drops.sort_by_key(|definition| !late(definition));
        remake
    }

    /// The statements that remove them.
    pub(super) fn drops(&self) -> Result<Vec<String>> {
        self.drops.iter().map(|definition| drop(definition)).collect()
    }

    /// The statements that make them again.
    pub(super) fn creates(&self) -> Result<Vec<String>> {
        self.creates.iter().map(|definition| create(definition)).collect()
    }

    /// Both, one after the other.
    pub(super) fn sql(&self) -> Result<Vec<String>> {
        let mut sql = self.drops()?;
        sql.append(&mut self.creates()?);
        Ok(sql)
    }
}
