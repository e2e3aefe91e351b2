//! The order in which objects are made, and which of them are made in two steps.

use std::collections::{HashMap, HashSet};

use super::split;
use crate::operation::Object;
use crate::schema::{Dependency, ObjectId, ObjectKind, Schema};

/// One step: an object, or the parts of it that were left out when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The object at that place of the list.
    Object(usize),
    /// What was left out of it.
    Rest(usize),
}

/// How an object needs another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It cannot be made before.
    Whole,
    /// Parts of it need it that can be made afterwards.
    Part,
    /// It may be read when what calls it is made.
    Body,
    /// A foreign key of it names the other, and can be added afterwards.
    Key,
}

impl Kind {
    /// Whether the order would be wrong otherwise.
    fn is_strict(self) -> bool {
        matches!(self, Self::Whole | Self::Part)
    }
}

/// That an object needs the one at that place.
#[derive(Debug, Clone, Copy)]
struct Need {
    at: usize,
    kind: Kind,
}

/// Which objects of a list need which.
pub(super) struct Needs {
    /// The needs of each object, then of each rest.
    lists: Vec<Vec<Need>>,
    /// How many objects there are.
    objects: usize,
    /// The objects that are made in two steps, in the order of their rests.
    split: Vec<usize>,
}

impl Needs {
    pub(super) fn new(schema: &Schema, objects: &[Object]) -> Self {
        let places = places(objects);
        let mut extra: HashMap<&ObjectId, &Dependency> = HashMap::new();
        extra.extend(schema.dependencies.0.iter().map(|known| (&known.object, known)));
        let lists = objects.iter().map(|object| needs(object, extra.get(&object.id()).copied(), &places));
        let mut needs = Self { lists: lists.collect(), objects: objects.len(), split: Vec::new() };
        needs.split_circles();
        needs.loosen(Kind::Body);
        needs.loosen(Kind::Key);
        needs
    }

    /// The steps, each after what it needs; where circles are left, the first of one comes first.
    pub(super) fn order(&self, objects: &[Object]) -> Vec<Step> {
        let rests: HashMap<usize, usize> =
            self.split.iter().enumerate().map(|(rest, at)| (*at, self.objects + rest)).collect();
        let roots = (0..self.objects).flat_map(|at| [Some(at), rests.get(&at).copied()]).flatten();
        let order = in_order(self.lists.len(), roots, |at| self.targets(at, |_| true));
        let (last, first): (Vec<usize>, Vec<usize>) = {
            let late = self.late(&order, objects);
            order.into_iter().partition(|at| late.contains(at))
        };
        let rest = |at: usize| self.split.get(at - self.objects).map(|at| Step::Rest(*at));
        let step = |at: usize| if at < self.objects { Some(Step::Object(at)) } else { rest(at) };
        first.into_iter().chain(last).filter_map(step).collect()
    }

    /// What fires at every statement that comes after it, with all that needs it.
    fn late(&self, order: &[usize], objects: &[Object]) -> HashSet<usize> {
        let fires = |at: usize| {
            objects.get(at).is_some_and(
                |object| matches!(object, Object::Definition(one) if one.id.kind == ObjectKind::EventTrigger),
            )
        };
        let mut late = HashSet::new();
        for at in order {
            if fires(*at) || self.targets(*at, Kind::is_strict).iter().any(|need| late.contains(need)) {
                late.insert(*at);
            }
        }
        late
    }

    fn list(&self, at: usize) -> &[Need] {
        self.lists.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    fn targets(&self, at: usize, which: impl Fn(Kind) -> bool) -> Vec<usize> {
        self.list(at).iter().filter(|need| which(need.kind)).map(|need| need.at).collect()
    }

    /// Makes an object of a circle in two steps, where what closes the circle is a part that can be made afterwards.
    /// What needs the object and stands outside the circle, needs all of it.
    fn split_circles(&mut self) {
        let circles = circles(self.lists.len(), |at| self.targets(at, Kind::is_strict));
        let inside = |one: usize, other: usize| circles.get(one) == circles.get(other);
        let closes = |at: usize, need: &Need| need.kind == Kind::Part && need.at != at && inside(at, need.at);
        let split =
            (0..self.objects).filter(|at| self.list(*at).iter().any(|need| closes(*at, need))).collect();
        self.split = split;
        let rests: HashMap<usize, usize> =
            self.split.iter().enumerate().map(|(rest, at)| (*at, self.objects + rest)).collect();
        for (at, list) in self.lists.iter_mut().enumerate() {
            for need in list.iter_mut().filter(|need| need.kind != Kind::Body && !inside(at, need.at)) {
                need.at = rests.get(&need.at).copied().unwrap_or(need.at);
            }
        }
        for at in &self.split {
            let whole = |at| Need { at, kind: Kind::Whole };
            let Some(list) = self.lists.get_mut(*at) else { continue };
            let parts = list.extract_if(.., |need| need.kind == Kind::Part);
            let rest = parts.map(|part| whole(part.at)).chain([whole(*at)]).collect();
            self.lists.push(rest);
        }
    }

    /// Lets needs of a kind go that stand in a circle with stricter ones.
    fn loosen(&mut self, kind: Kind) {
        let circles = circles(self.lists.len(), |at| self.targets(at, |_| true));
        let inside = |one: usize, other: usize| one != other && circles.get(one) == circles.get(other);
        let strict = |(at, list): (usize, &Vec<Need>)| {
            let strict = list.iter().any(|need| need.kind.is_strict() && inside(at, need.at));
            circles.get(at).filter(|_| strict).copied()
        };
        let mixed: HashSet<usize> = self.lists.iter().enumerate().filter_map(strict).collect();
        for (at, list) in self.lists.iter_mut().enumerate() {
            let in_mixed = circles.get(at).is_some_and(|circle| mixed.contains(circle));
            list.retain(|need| !(in_mixed && need.kind == kind && inside(at, need.at)));
        }
    }
}

/// Where each object is in the list; a partition is where its table is.
fn places(objects: &[Object]) -> HashMap<ObjectId, usize> {
    let mut places: HashMap<ObjectId, usize> = HashMap::with_capacity(objects.len());
    for (at, object) in objects.iter().enumerate() {
        places.insert(object.id(), at);
        if let Object::Table(table) = object {
            let names = table.names().into_iter().cloned();
            places.extend(names.map(|name| (ObjectId::new(ObjectKind::Table, name), at)));
        }
    }
    places
}

/// What an object needs: what it says itself, and what is known of it.
fn needs(object: &Object, known: Option<&Dependency>, places: &HashMap<ObjectId, usize>) -> Vec<Need> {
    let later = if split::bare(object).is_some() { Kind::Part } else { Kind::Body };
    let kind = |id: &ObjectId| match known {
        Some(known) if known.later.binary_search(id).is_ok() => later,
        _ => Kind::Whole,
    };
    let need = |id: &ObjectId, kind| places.get(id).map(|at| Need { at: *at, kind });
    let mut needs: Vec<Need> = match object {
        Object::Table(table) => {
            let keys = table.foreign_keys.iter();
            let ids = keys.map(|key| ObjectId::new(ObjectKind::Table, key.references.clone()));
            ids.filter_map(|id| need(&id, Kind::Key)).collect()
        }
        Object::Definition(definition) => {
            let on = definition.id.on.as_ref().map(|on| definition.id.name.renamed(on));
            let on = on.map(|name| ObjectId::new(ObjectKind::Table, name));
            let said = on.iter().chain(&definition.depends_on);
            said.filter_map(|id| need(id, kind(id))).collect()
        }
        _ => Vec::new(),
    };
    needs.extend(known.iter().flat_map(|known| &known.needs).filter_map(|id| need(id, kind(id))));
    needs
}

/// The numbers below `count`, each after those it needs. Without recursion: chains can be long.
fn in_order(
    count: usize,
    roots: impl Iterator<Item = usize>,
    needs: impl Fn(usize) -> Vec<usize>,
) -> Vec<usize> {
    let mut seen = vec![false; count];
    let mut see = |at: usize| seen.get_mut(at).is_some_and(|seen| !std::mem::replace(seen, true));
    let mut order = Vec::with_capacity(count);
    for root in roots {
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

/// Which circle each number below `count` is in: those that need each other, over any number of others, are in one.
fn circles(count: usize, needs: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    let mut users = vec![Vec::new(); count];
    for at in 0..count {
        for need in needs(at) {
            users.get_mut(need).into_iter().for_each(|users: &mut Vec<usize>| users.push(at));
        }
    }
    let mut circles = vec![None; count];
    for root in in_order(count, 0..count, needs).into_iter().rev() {
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if let Some(circle @ None) = circles.get_mut(at) {
                *circle = Some(root);
                open.extend(users.get(at).into_iter().flatten());
            }
        }
    }
    circles.into_iter().flatten().collect()
}
