//! Sequences: those of columns, and those of their own.

use lambic_core::schema::{
    BigInteger, Column, Definition, Identity, IdentityKind, NativeType, ObjectId, ObjectKind, QualifiedName,
    Sequence, SequenceOptions,
};
use lambic_core::{Result, Rows};

use super::catalog::{Catalog, Held, PG_CLASS};
use super::row::{Row, rows};
use crate::lexicon::LEXICON;
use crate::render::options::{SEQUENCE, SEQUENCE_TYPE};
use crate::render::{as_name, automatic_name};

/// A row of `sequences.sql`.
struct Found {
    oid: i64,
    name: QualifiedName,
    /// Its name as the server writes it.
    title: String,
    native: String,
    options: SequenceOptions,
    owner: Option<Owner>,
    comment: Option<String>,
}

/// The column that owns a sequence.
struct Owner {
    table: i64,
    number: i64,
    identity: bool,
    /// What it is a column of, and what that is if it has no columns in the model.
    name: QualifiedName,
    kind: Option<ObjectKind>,
    column: String,
}

/// Reads `sequences.sql`.
pub(super) fn read(catalog: &mut Catalog, answer: Rows) -> Result<()> {
    for row in rows(answer) {
        let found = found(catalog, row)?;
        let Some(owner) = &found.owner else {
            stand_alone(catalog, found);
            continue;
        };
        let column = catalog.get_mut(owner.table).and_then(|held| {
            let at = held.column_at(owner.number)?;
            belongs(held, at, &found, owner.identity).then_some((held, at))
        });
        match column {
            Some((held, at)) => {
                let id = ObjectId::new(ObjectKind::Table, held.table.name.clone());
                adopt(held, at, &found, owner.identity);
                catalog.ids.insert((PG_CLASS, found.oid), id);
            }
            None if owner.identity => {
                // Part of a text, or of a table that belongs to an extension.
                let id = owner.kind.clone().map(|kind| ObjectId::new(kind, owner.name.clone()));
                catalog.ids.extend(id.map(|id| ((PG_CLASS, found.oid), id)));
            }
            None => {
                own(catalog, &found, owner)?;
                stand_alone(catalog, found);
            }
        }
    }
    Ok(())
}

fn found(catalog: &Catalog, mut row: Row) -> Result<Found> {
    let oid = row.number()?;
    let name = catalog.name((PG_CLASS, oid), row.text()?, row.text()?);
    let (title, native) = (row.text()?, row.text()?);
    let options = options(&mut row, &native)?;
    let _persistence = row.text()?;
    let (table, number, how) = (row.optional_number()?, row.number()?, row.optional()?);
    let comment = row.optional()?;
    let owner = table.map(|table| owner(catalog, &mut row, (table, number), how.as_deref() == Some("i")));
    Ok(Found { oid, name, title, native, options, owner: owner.transpose()?, comment })
}

fn owner(catalog: &Catalog, row: &mut Row, (table, number): (i64, i64), identity: bool) -> Result<Owner> {
    let kind = match row.text()?.as_str() {
        "f" => Some(ObjectKind::ForeignTable),
        "v" => Some(ObjectKind::View),
        _ => None,
    };
    let name = catalog.name((PG_CLASS, table), row.text()?, row.text()?);
    Ok(Owner { table, number, identity, name, kind, column: row.text()? })
}

/// Options that differ from those that the type gives.
fn options(row: &mut Row, native: &str) -> Result<SequenceOptions> {
    let mut number = || row.number().map(i128::from);
    let (start, increment, minimum, maximum, cache) = (number()?, number()?, number()?, number()?, number()?);
    let limit: i128 = match native {
        "smallint" => i16::MAX.into(),
        "integer" => i32::MAX.into(),
        _ => i64::MAX.into(),
    };
    let (least, greatest) = if increment > 0 { (1, limit) } else { (-limit - 1, -1) };
    let first = if increment > 0 { minimum } else { maximum };
    let unless = |value: i128, default: i128| (value != default).then_some(BigInteger(value));
    Ok(SequenceOptions {
        start: unless(start, first),
        increment: unless(increment, 1),
        minimum: unless(minimum, least),
        maximum: unless(maximum, greatest),
        cache: unless(cache, 1),
        cycle: row.flag()?,
    })
}

/// Whether the column numbers itself by this sequence alone: an identity, or a `serial` in all but name.
fn belongs(held: &Held, at: usize, found: &Found, identity: bool) -> bool {
    let Some(column) = held.table.columns.get(at) else { return false };
    if identity {
        return column.identity.is_some();
    }
    let drawn = format!("nextval('{}'::regclass)", found.title.replace('\'', "''"));
    held.bound.is_none()
        && !held.composite
        && found.name.namespace == held.table.name.namespace
        && ["smallint", "integer", "bigint"].contains(&column.native.as_str())
        && column.default.as_ref().is_some_and(|default| default.as_str() == drawn)
}

fn adopt(held: &mut Held, at: usize, found: &Found, identity: bool) {
    let table = held.table.name.clone();
    let Some(column) = held.table.columns.get_mut(at) else { return };
    match &mut column.identity {
        Some(known) if identity => *known.sequence = found.options.clone(),
        _ => {
            column.identity =
                Some(Identity { kind: IdentityKind::Serial, sequence: Box::new(found.options.clone()) });
            column.default = None;
        }
    }
    name_sequence(&table, column, found);
}

fn name_sequence(table: &QualifiedName, column: &mut Column, found: &Found) {
    if found.name.namespace != table.namespace {
        column.options.insert(SEQUENCE.to_owned(), found.title.clone());
    } else if found.name.name != automatic_name(&table.name, &column.name, "seq") {
        column.options.insert(SEQUENCE.to_owned(), as_name(&found.name.name));
    }
    if found.native != column.native.as_str() {
        column.options.insert(SEQUENCE_TYPE.to_owned(), found.native.clone());
    }
}

/// Says by a definition that a column owns a sequence that it does not number itself by.
fn own(catalog: &mut Catalog, found: &Found, owner: &Owner) -> Result<()> {
    let table = catalog.get(owner.table).map(|_| ObjectKind::Table);
    let Some(kind) = table.or_else(|| owner.kind.clone()) else { return Ok(()) };
    let name = &owner.name;
    let qualified = LEXICON.quote_qualified(name.namespace.as_deref(), &name.name)?;
    let sql = format!(
        "ALTER SEQUENCE {} OWNED BY {qualified}.{}",
        found.title,
        LEXICON.quote_identifier(&owner.column)?
    );
    let arguments = Some("owned by".to_owned());
    let id = ObjectId { arguments, ..ObjectId::new(ObjectKind::from("setting"), found.name.clone()) };
    let needs =
        vec![ObjectId::new(kind, name.clone()), ObjectId::new(ObjectKind::Sequence, found.name.clone())];
    catalog.definitions.push(Definition { depends_on: needs, ..Definition::new(id, sql) });
    Ok(())
}

fn stand_alone(catalog: &mut Catalog, found: Found) {
    let native = (found.native != "bigint").then(|| NativeType::new(found.native.clone()));
    catalog.ids.insert((PG_CLASS, found.oid), ObjectId::new(ObjectKind::Sequence, found.name.clone()));
    let Found { name, options, comment, .. } = found;
    catalog.sequences.push(Sequence { name, native, options, comment });
}
