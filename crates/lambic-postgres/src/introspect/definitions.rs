//! Definition objects: every row of the sweeps in `definitions/`.

use std::collections::HashMap;

use lambic_core::schema::{Definition, ObjectId, ObjectKind, Properties, QualifiedName};
use lambic_core::{Error, ErrorKind, Result, Rows};

use super::catalog::{Address, Catalog, PG_NAMESPACE};
use super::row::{Row, UNEXPECTED, rows};
use super::text;

/// What was found, and where.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) definitions: Vec<Definition>,
    /// Places among them of the objects that have a place in a catalog.
    pub(super) places: HashMap<Address, usize>,
    /// The objects that statements are about: place, and whose.
    pub(super) about: Vec<(usize, Address)>,
}

impl Found {
    /// Reads an answer.
    pub(super) fn read(&mut self, catalog: &mut Catalog, answer: Rows) -> Result<()> {
        rows(answer).try_for_each(|row| self.add(catalog, row))
    }

    fn add(&mut self, catalog: &mut Catalog, mut row: Row) -> Result<()> {
        let address = (row.number()?, row.number()?);
        let about = row.flag()?;
        let kind = row.text()?;
        let (namespace, name) = (row.optional()?, row.text()?);
        let (on, arguments, definition) = (row.optional()?, row.optional()?, row.optional()?);
        let (comment, properties, reason) = (row.optional()?, row.optional()?, row.optional()?);
        let name = match namespace.filter(|_| address.0 != PG_NAMESPACE) {
            Some(namespace) => catalog.name(address, namespace, name),
            None => QualifiedName::bare(name),
        };
        let id = ObjectId { kind: ObjectKind::from(kind.as_str()), name, on, arguments };
        if let Some(reason) = reason {
            catalog.refuse(kind, &described(&id), reason);
            return Ok(());
        }
        let definition = definition.ok_or_else(|| {
            let message = format!("{id} vanished while it was read");
            Error::new(ErrorKind::Conflict, UNEXPECTED, message).hint("try again")
        })?;
        let place = self.definitions.len();
        if about {
            self.about.push((place, address));
        } else {
            self.places.insert(address, place);
            catalog.ids.insert(address, id.clone());
        }
        let properties = properties.as_deref().map(pairs).unwrap_or_default();
        self.definitions.push(Definition { comment, properties, ..Definition::new(id, definition) });
        Ok(())
    }
}

/// The object without its kind.
fn described(id: &ObjectId) -> String {
    let text = id.to_string();
    text.strip_prefix(&format!("{} ", id.kind)).map(str::to_owned).unwrap_or(text)
}

/// Names and values in turn.
fn pairs(text: &str) -> Properties {
    let mut elements = text::array(text).into_iter();
    let mut properties = Properties::new();
    while let (Some(name), Some(value)) = (elements.next(), elements.next()) {
        properties.insert(name, value);
    }
    properties
}
