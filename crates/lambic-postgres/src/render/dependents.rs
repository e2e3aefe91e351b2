//! Definition objects that go and come back around a change.

use std::collections::HashSet;
use std::slice::Iter;

use lambic_core::operation::Dependent;
use lambic_core::schema::ObjectId;
use lambic_core::{Definition, Result};
use lambic_sql::Token;

use super::definition;
use super::text::{Server, named, tokens};

/// What the server renames by itself: old name, new name.
pub(super) type Renames<'r> = &'r [(&'r str, &'r str)];

/// What becomes of one object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It stays, and follows what it depends on.
    Stays,
    /// Another takes its place.
    Replaced,
    /// It goes before the change and comes back after it.
    Remade,
}

/// The statements around a change.
#[derive(Default)]
pub(super) struct Remake {
    /// Before it.
    pub(super) drops: Vec<String>,
    /// After it.
    pub(super) creates: Vec<String>,
}

impl Remake {
    /// Finds out what must go: what `goes`, what another text cannot be put in the place of, and what needs one of
    /// either.
    pub(super) fn of(
        server: Server,
        dependents: &[&Dependent],
        renames: Renames<'_>,
        goes: impl Fn(&Definition) -> bool,
    ) -> Result<Self> {
        let mut fates = Vec::with_capacity(dependents.len());
        let mut replacements = Vec::with_capacity(dependents.len());
        for Dependent { previous, next } in dependents {
            let replacement = if goes(previous) || follows(previous, next, renames) {
                None
            } else {
                definition::replace(server, previous, next)?
            };
            fates.push(match &replacement {
                Some(_) => Fate::Replaced,
                None if !goes(previous) && follows(previous, next, renames) => Fate::Stays,
                None => Fate::Remade,
            });
            replacements.push(replacement);
        }
        spread(dependents, &mut fates);
        let mut remake = Self::default();
        let previous: Vec<&Definition> = dependents.iter().map(|dependent| &dependent.previous).collect();
        let gone: Vec<&Definition> = chosen(&previous, &fates, Fate::Remade);
        for at in in_order(&previous).into_iter().rev() {
            let (Some(definition), Some(Fate::Remade)) = (previous.get(at), fates.get(at)) else { continue };
            if !gone.iter().any(|owner| goes_with(&definition.id, &owner.id)) {
                remake.drops.extend(definition::drop(server, definition)?);
            }
        }
        let next: Vec<&Definition> = dependents.iter().map(|dependent| &dependent.next).collect();
        for at in in_order(&next) {
            let (Some(one), Some(fate)) = (dependents.get(at), fates.get(at)) else { continue };
            remake.creates.extend(match fate {
                Fate::Stays => definition::settle(&renamed(&one.previous, &one.next), &one.next)?,
                Fate::Replaced => replacements.get_mut(at).and_then(Option::take).unwrap_or_default(),
                Fate::Remade => definition::create(&one.next)?,
            });
        }
        Ok(remake)
    }
}

/// The object before, under the name and the text that it has after.
fn renamed(previous: &Definition, next: &Definition) -> Definition {
    Definition { id: next.id.clone(), definition: next.definition.clone(), ..previous.clone() }
}

fn chosen<'d>(definitions: &[&'d Definition], fates: &[Fate], wanted: Fate) -> Vec<&'d Definition> {
    let pairs = definitions.iter().zip(fates);
    pairs.filter(|(_, fate)| **fate == wanted).map(|(definition, _)| *definition).collect()
}

/// Whether one object goes when another does.
fn goes_with(id: &ObjectId, owner: &ObjectId) -> bool {
    id != owner && owner.owns(id)
}

/// What needs something that goes, goes too.
fn spread(dependents: &[&Dependent], fates: &mut [Fate]) {
    loop {
        let gone: HashSet<&ObjectId> = (dependents.iter().zip(fates.iter()))
            .filter(|(_, fate)| **fate == Fate::Remade)
            .map(|(dependent, _)| &dependent.previous.id)
            .collect();
        let mut changed = false;
        for (dependent, fate) in dependents.iter().zip(fates.iter_mut()) {
            let Definition { id, depends_on, .. } = &dependent.previous;
            let needs = depends_on.iter().any(|need| gone.contains(need))
                || gone.iter().any(|owner| goes_with(id, owner));
            if needs && *fate != Fate::Remade {
                *fate = Fate::Remade;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// The places of definitions, each after those that it needs and hangs on.
fn in_order(definitions: &[&Definition]) -> Vec<usize> {
    let mut order = Vec::with_capacity(definitions.len());
    let mut placed: HashSet<&ObjectId> = HashSet::new();
    let among: HashSet<&ObjectId> = definitions.iter().map(|definition| &definition.id).collect();
    let owners: Vec<&ObjectId> = among.iter().copied().collect();
    let mut open: Vec<usize> = (0..definitions.len()).collect();
    while !open.is_empty() {
        let ready = |at: &usize| {
            let Some(definition) = definitions.get(*at) else { return true };
            let id = &definition.id;
            let needs = definition.depends_on.iter().filter(|need| among.contains(need) && *need != id);
            let hangs = owners.iter().copied().filter(|owner| goes_with(id, owner));
            needs.chain(hangs).all(|need| placed.contains(need))
        };
        let (mut now, later): (Vec<usize>, Vec<usize>) = open.iter().copied().partition(ready);
        if now.is_empty() {
            // They need each other: as they came.
            now.clone_from(&later);
            order.extend(now);
            return order;
        }
        placed.extend(now.iter().filter_map(|at| definitions.get(*at)).map(|definition| &definition.id));
        order.append(&mut now);
        open = later;
    }
    order
}

/// Whether the server itself makes the one of the other when names change, or nothing but comments and properties
/// differ.
pub(super) fn follows(previous: &Definition, next: &Definition, renames: Renames<'_>) -> bool {
    let (old, new) = (&previous.id, &next.id);
    let same = |one: Option<&str>, other: Option<&str>| {
        one == other || renames.iter().any(|(from, to)| one == Some(*from) && other == Some(*to))
    };
    let itself = old.kind == new.kind
        && old.name.namespace == new.name.namespace
        && same(Some(&old.name.name), Some(&new.name.name))
        && same(old.on.as_deref(), new.on.as_deref())
        && same_text(
            old.arguments.as_deref().unwrap_or_default(),
            new.arguments.as_deref().unwrap_or_default(),
            renames,
        );
    itself && same_text(&previous.definition, &next.definition, renames)
}

pub(super) fn same_text(previous: &str, next: &str, renames: Renames<'_>) -> bool {
    if previous == next {
        return true;
    }
    let (old, new) = (tokens(previous), tokens(next));
    let (mut open, mut rest) = (old.iter(), new.iter());
    while let Some(token) = open.next() {
        let Some(found) = rest.next() else { return false };
        if token.text == found.text && token.kind == found.kind {
            continue;
        }
        let (Some(from), Some(to)) = (named(token), named(found)) else { return false };
        if from == to {
            continue;
        }
        if !renames.iter().any(|(one, other)| from == *one && to == *other) {
            return false;
        }
        // What a view shows keeps its name, and says so where the column has another one.
        if let Some(after) = shown_as(&rest, &from) {
            rest = after;
        } else if let Some(after) = shown_as(&open, &to) {
            open = after;
        }
    }
    rest.next().is_none()
}

/// What is left after `AS name`, where that comes next.
fn shown_as<'t, 'a>(rest: &Iter<'t, Token<'a>>, name: &str) -> Option<Iter<'t, Token<'a>>> {
    let mut ahead = rest.clone();
    let shown = ahead.next()?.is_word("AS") && ahead.next().and_then(named).as_deref() == Some(name);
    shown.then_some(ahead)
}

/// The statements that make definition objects, each after those that it needs.
pub(super) fn create_all(definitions: &[Definition]) -> Result<Vec<String>> {
    let definitions: Vec<&Definition> = definitions.iter().collect();
    let mut sql = Vec::new();
    for definition in in_order(&definitions).into_iter().filter_map(|at| definitions.get(at)) {
        sql.extend(definition::create(definition)?);
    }
    Ok(sql)
}

/// The statements that remove definition objects before `with` is removed, but for those that go with it or one
/// another.
pub(super) fn drop_all(server: Server, definitions: &[Definition], with: &ObjectId) -> Result<Vec<String>> {
    let definitions: Vec<&Definition> = definitions.iter().collect();
    let mut sql = Vec::new();
    for definition in in_order(&definitions).into_iter().rev().filter_map(|at| definitions.get(at)) {
        let owners = definitions.iter().map(|owner| &owner.id).chain([with]);
        if !owners.into_iter().any(|owner| goes_with(&definition.id, owner)) {
            sql.extend(definition::drop(server, definition)?);
        }
    }
    Ok(sql)
}
