//! Column definitions.

use lambic_core::Result;
use lambic_core::schema::{Column, IdentityKind, Key, SequenceOptions, Table};

use super::constraint;
use super::text::{constraint_name, expression, on_conflict, quote, refuse, refuse_options, unreadable};
use crate::ddl;

const OPTIONS: [&str; 5] =
    ["not-null.name", "not-null.on-conflict", "default.name", "collation.name", "generated.name"];

/// A column with everything that belongs to it alone, and its primary key if that is written there.
pub(super) fn column(table: &Table, column: &Column, key: Option<&Key>) -> Result<String> {
    refuse(column.comment.is_some(), "comments on columns")?;
    refuse(column.charset.is_some(), "character sets of columns")?;
    refuse_options(&column.options, &OPTIONS, "columns")?;
    let native = column.native.as_str();
    let native = ddl::native_type(native).map_err(|error| unreadable("type", native, &error))?;
    let mut parts = vec![quote(&column.name)?, native];
    if let Some(key) = key {
        parts.push(constraint::key_at_column(table, column, key)?);
    }
    if !column.nullable {
        let conflict = on_conflict(&column.options, "not-null.on-conflict")?;
        parts.push(format!("{}NOT NULL{conflict}", named(column, "not-null.name")?));
    }
    if let Some(default) = &column.default {
        let text = ddl::default(default.as_str())
            .map_err(|error| unreadable("default", default.as_str(), &error).hint("put it in parentheses"))?;
        parts.push(format!("{}DEFAULT {text}", named(column, "default.name")?));
    }
    if let Some(collation) = &column.collation {
        parts.push(format!("{}COLLATE {}", named(column, "collation.name")?, quote(collation)?));
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored { "STORED" } else { "VIRTUAL" };
        let name = named(column, "generated.name")?;
        parts.push(format!("{name}GENERATED ALWAYS AS ({}) {kind}", expression(&generated.expression)?));
    }
    parts.retain(|part| !part.is_empty());
    Ok(parts.join(" "))
}

fn named(column: &Column, option: &str) -> Result<String> {
    constraint_name(column.options.get(option))
}

/// Only the one INTEGER column of the primary key numbers itself, and only by AUTOINCREMENT.
pub(super) fn check_identities(table: &Table) -> Result<()> {
    let rowid = rowid(table);
    for column in &table.columns {
        let Some(identity) = &column.identity else { continue };
        refuse(
            identity.kind != IdentityKind::AutoIncrement,
            &format!("identity columns of the kind {}", identity.kind),
        )?;
        refuse(*identity.sequence != SequenceOptions::default(), "options of AUTOINCREMENT")?;
        refuse(
            rowid != Some(column.name.as_str()),
            "AUTOINCREMENT on anything but a column INTEGER that is the whole primary key of a rowid table",
        )?;
    }
    Ok(())
}

/// The column that is another name of the rowid.
pub(super) fn rowid(table: &Table) -> Option<&str> {
    let key = table.primary_key.as_ref()?;
    let descends = key.columns.iter().any(|part| part.descending);
    ddl::rowid_column(table, key).filter(|_| !descends)
}
