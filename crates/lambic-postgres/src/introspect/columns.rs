//! Columns.

use lambic_core::schema::{Column, Expression, Generated, Identity, IdentityKind};
use lambic_core::{Result, Rows};

use super::catalog::Catalog;
use super::relations::storage;
use super::row::{Row, rows};
use super::text::without_parentheses;
use crate::render::options::{
    ATTRIBUTE_PREFIX, COLUMN_STORAGE, COMPRESSION, INHERITED, INHERITS, STATISTICS,
};
use crate::types::portable_type;

/// Reads `columns.sql`. The columns of what is not held belong to an extension.
pub(super) fn read(catalog: &mut Catalog, answer: Rows) -> Result<()> {
    let mut unknown = Vec::new();
    for mut row in rows(answer) {
        let (relation, number) = (row.number()?, row.number()?);
        let Some(held) = catalog.get_mut(relation) else { continue };
        let inherits = held.table.options.contains_key(INHERITS);
        let mut read = column(&mut row, inherits)?;
        if let Some(how) = read.unknown.take() {
            unknown.push((format!("{}.{}", held.table.name, read.column.name), how));
        }
        held.numbers.push(number);
        held.table.columns.push(read.column);
    }
    for (name, how) in unknown {
        catalog.refuse("column", &name, how);
    }
    catalog.held.iter_mut().filter(|held| !held.numbers.is_sorted()).for_each(|held| {
        let columns = std::mem::take(&mut held.table.columns);
        let mut numbered: Vec<(i64, Column)> = held.numbers.drain(..).zip(columns).collect();
        numbered.sort_by_key(|(number, _)| *number);
        (held.numbers, held.table.columns) = numbered.into_iter().unzip();
    });
    Ok(())
}

struct Read {
    column: Column,
    /// What of it is not known.
    unknown: Option<String>,
}

fn column(row: &mut Row, inherits: bool) -> Result<Read> {
    let mut column = Column::new(row.text()?, row.text()?);
    column.portable = portable_type(&column.native);
    column.nullable = !row.flag()?;
    let (identity, generated, expression) = (row.text_or_empty()?, row.text_or_empty()?, row.optional()?);
    column.collation = row.optional()?;
    let storage_kind = row.optional()?;
    let compression = row.optional()?;
    let mut set = |name: &str, value: Option<String>| {
        value.map(|value| column.options.insert(name.to_owned(), value));
    };
    set(COLUMN_STORAGE, storage_kind.map(|kind| storage_name(&kind)));
    set(COMPRESSION, compression.map(|method| compression_name(&method)));
    set(STATISTICS, row.optional_number()?.map(|target| target.to_string()));
    let attributes = row.optional()?;
    let local = row.flag()?;
    set(INHERITED, (inherits && !local).then(|| "true".to_owned()));
    column.options.extend(storage(attributes.as_deref(), ATTRIBUTE_PREFIX));
    column.comment = row.optional()?;
    let mut unknown = None;
    match identity.as_str() {
        "" => {}
        "a" => column.identity = Some(Identity::new(IdentityKind::Always)),
        "d" => column.identity = Some(Identity::new(IdentityKind::ByDefault)),
        other => unknown = Some(format!("identity columns of the kind {other} are not known")),
    }
    match (generated.as_str(), expression) {
        ("", expression) => column.default = expression.map(Expression),
        ("s" | "v", Some(expression)) => {
            let expression = Expression::new(without_parentheses(&expression));
            column.generated = Some(Generated { expression, stored: generated == "s" });
        }
        (other, _) => unknown = Some(format!("generated columns of the kind {other} are not known")),
    }
    Ok(Read { column, unknown })
}

fn storage_name(kind: &str) -> String {
    let name = match kind {
        "p" => "plain",
        "m" => "main",
        "e" => "external",
        "x" => "extended",
        other => other,
    };
    name.to_owned()
}

fn compression_name(method: &str) -> String {
    let name = match method {
        "p" => "pglz",
        "l" => "lz4",
        other => other,
    };
    name.to_owned()
}
