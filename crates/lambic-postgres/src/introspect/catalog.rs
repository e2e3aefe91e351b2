//! What has been read so far.

use std::collections::{HashMap, HashSet};
use std::fmt;

use lambic_core::schema::{
    Attribute, CompositeType, Definition, Domain, Expression, ObjectId, ObjectKind, QualifiedName, Sequence,
    Table, Unsupported,
};
use lambic_core::{Result, Rows, Schema};

use super::{row, text};

/// The catalogs that objects are told by. Their numbers are the same on every server.
pub(super) const PG_TYPE: i64 = 1247;
/// See [`PG_TYPE`].
pub(super) const PG_CLASS: i64 = 1259;
/// See [`PG_TYPE`].
pub(super) const PG_CONSTRAINT: i64 = 2606;
/// See [`PG_TYPE`].
pub(super) const PG_NAMESPACE: i64 = 2615;

/// An object of a catalog: the catalog's number and its own.
pub(super) type Address = (i64, i64);

/// A table, or the relation behind a composite type, while it is put together.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) oid: i64,
    pub(super) table: Table,
    pub(super) composite: bool,
    /// The bound, of a partition.
    pub(super) bound: Option<Expression>,
    /// The tables that it inherits from.
    pub(super) parents: Vec<i64>,
    /// The catalog's numbers of its columns, in ascending order, as the columns are.
    pub(super) numbers: Vec<i64>,
}

impl Held {
    /// The place of the column with the catalog's number.
    pub(super) fn column_at(&self, number: i64) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }

    /// The names of columns by their numbers. A number that is none is left out.
    pub(super) fn names(&self, numbers: &[i64]) -> Vec<String> {
        let places = numbers.iter().filter_map(|number| self.column_at(*number));
        places.filter_map(|at| self.table.columns.get(at)).map(|column| column.name.clone()).collect()
    }
}

/// What has been read so far, and where each object of it is.
#[derive(Debug)]
pub(super) struct Catalog {
    /// The session's own namespace.
    own: Option<String>,
    /// What in it the server's own of the same name hides.
    hidden: HashSet<Address>,
    pub(super) held: Vec<Held>,
    /// Places among `held`.
    places: HashMap<i64, usize>,
    pub(super) domains: HashMap<i64, Domain>,
    pub(super) sequences: Vec<Sequence>,
    pub(super) definitions: Vec<Definition>,
    /// What identifies each object.
    pub(super) ids: HashMap<Address, ObjectId>,
    pub(super) schema: Schema,
}

impl Catalog {
    /// Begins with what the prologue answered.
    pub(super) fn new(prologue: Rows) -> Result<Self> {
        let (mut own, mut hidden) = (None, HashSet::new());
        for mut row in row::rows(prologue) {
            own = row.optional()?;
            let numbers = text::numbers(&row.text_or_empty()?);
            hidden.extend(numbers.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))));
        }
        Ok(Self {
            own,
            hidden,
            held: Vec::new(),
            places: HashMap::new(),
            domains: HashMap::new(),
            sequences: Vec::new(),
            definitions: Vec::new(),
            ids: HashMap::new(),
            schema: Schema::default(),
        })
    }

    /// Whether a namespace is the session's own.
    pub(super) fn is_own(&self, namespace: &str) -> bool {
        self.own.as_deref() == Some(namespace)
    }

    /// The name of an object as the model spells it: what the server would take for something else is in its namespace.
    pub(super) fn name(&self, object: Address, namespace: String, name: String) -> QualifiedName {
        let bare = self.is_own(&namespace) && !self.hidden.contains(&object);
        let namespace = if bare { None } else { Some(namespace) };
        QualifiedName { namespace, name }
    }

    /// Says that an object cannot be modelled.
    pub(super) fn refuse(
        &mut self,
        kind: impl Into<String>,
        name: &dyn fmt::Display,
        reason: impl Into<String>,
    ) {
        let (kind, name, reason) = (kind.into(), name.to_string(), reason.into());
        self.schema.unsupported.push(Unsupported { kind, name, reason });
    }

    pub(super) fn hold(&mut self, held: Held) {
        let kind = if held.composite { ObjectKind::Composite } else { ObjectKind::Table };
        self.ids.insert((PG_CLASS, held.oid), ObjectId::new(kind, held.table.name.clone()));
        self.places.insert(held.oid, self.held.len());
        self.held.push(held);
    }

    /// Takes everything that is held, to be held again.
    pub(super) fn release(&mut self) -> Vec<Held> {
        self.places.clear();
        std::mem::take(&mut self.held)
    }

    /// The table or composite type of that number.
    pub(super) fn get(&self, oid: i64) -> Option<&Held> {
        self.places.get(&oid).and_then(|at| self.held.get(*at))
    }

    /// The table or composite type of that number, to add to.
    pub(super) fn get_mut(&mut self, oid: i64) -> Option<&mut Held> {
        self.places.get(&oid).and_then(|at| self.held.get_mut(*at))
    }

    /// The schema of what has been read.
    pub(super) fn into_schema(mut self) -> Schema {
        let (composites, tables): (Vec<Held>, Vec<Held>) =
            self.held.into_iter().partition(|held| held.composite);
        self.schema.composites = composites.into_iter().map(composite).collect();
        let sorted = tables.into_iter().map(|mut held| {
            held.table.sort();
            held.table
        });
        self.schema.tables = sorted.collect();
        let domains = self.domains.into_values().map(|mut domain| {
            domain.checks.sort();
            domain
        });
        self.schema.domains = domains.collect();
        self.schema.sequences = self.sequences.into_iter().collect();
        self.schema.unsupported.extend(twice(&self.definitions));
        self.schema.definitions = self.definitions.into_iter().collect();
        self.schema.unsupported.sort();
        self.schema
    }
}

/// Definitions that could not be told apart, of which one alone stays.
fn twice(definitions: &[Definition]) -> Vec<Unsupported> {
    let mut known = HashSet::with_capacity(definitions.len());
    let again = definitions.iter().filter(|definition| !known.insert(&definition.id));
    let unsupported = again.map(|definition| Unsupported {
        kind: definition.id.kind.to_string(),
        name: definition.id.name.to_string(),
        reason: format!("there is more than one {}", definition.id),
    });
    unsupported.collect()
}

fn composite(held: Held) -> CompositeType {
    let attributes = held.table.columns.into_iter();
    let attributes = attributes.map(|column| Attribute {
        name: column.name,
        native: column.native,
        collation: column.collation,
    });
    CompositeType { name: held.table.name, attributes: attributes.collect(), comment: held.table.comment }
}
