//! Constraints.

use lambic_core::Result;
use lambic_core::schema::{
    Check, Column, Constraint, Deferrable, ForeignKey, Key, KeyPart, KeyTarget, ReferentialAction, Table,
};

use super::column::rowid;
use super::text::{
    constraint_name, expression, on_conflict, quote, quote_list, quote_name, refuse, refuse_options,
    unsupported,
};

/// Whether the key is written at the column: there alone, `DESC` keeps an INTEGER from being the rowid.
pub(super) fn at_column(key: &Key, column: &Column) -> bool {
    let [part] = key.columns.as_slice() else { return false };
    part.column_name() == Some(column.name.as_str()) && part.collation.is_none()
}

/// The constraint as an item of the table's own; `None` where it is written at its column.
pub(super) fn item(table: &Table, constraint: &Constraint) -> Result<Option<String>> {
    let inline = |key: &Key| table.columns.iter().any(|column| at_column(key, column));
    Ok(match constraint {
        Constraint::PrimaryKey(key) if inline(key) => None,
        Constraint::PrimaryKey(key) => Some(key_item(key, "PRIMARY KEY")?),
        Constraint::Unique(key) => Some(key_item(key, "UNIQUE")?),
        Constraint::ForeignKey(key) => Some(foreign_key(key)?),
        Constraint::Check(check) => Some(check_item(check)?),
        Constraint::Exclusion(_) => return Err(unsupported("exclusion constraints")),
    })
}

/// `PRIMARY KEY` as it stands at its column.
pub(super) fn key_at_column(table: &Table, column: &Column, key: &Key) -> Result<String> {
    check_key(key)?;
    let descending = key.columns.iter().any(|part| part.descending);
    let order = if descending { " DESC" } else { "" };
    let conflict = on_conflict(&key.options, "on-conflict")?;
    let numbers = column.identity.is_some() && rowid(table) == Some(column.name.as_str());
    let numbering = if numbers { " AUTOINCREMENT" } else { "" };
    Ok(format!("{}PRIMARY KEY{order}{conflict}{numbering}", constraint_name(key.name.as_ref())?))
}

fn key_item(key: &Key, kind: &str) -> Result<String> {
    check_key(key)?;
    let parts: Vec<String> = key.columns.iter().map(key_part).collect::<Result<_>>()?;
    let conflict = on_conflict(&key.options, "on-conflict")?;
    Ok(format!("{}{kind} ({}){conflict}", constraint_name(key.name.as_ref())?, parts.join(", ")))
}

fn check_key(key: &Key) -> Result<()> {
    refuse(!key.include.is_empty(), "columns that a key only includes")?;
    refuse(key.deferrable.is_some(), "primary keys and unique constraints that are deferrable")?;
    refuse(key.comment.is_some(), "comments on constraints")?;
    refuse(key.columns.is_empty(), "keys without columns")?;
    refuse_options(&key.options, &["on-conflict"], "keys")
}

fn key_part(part: &KeyPart) -> Result<String> {
    match &part.key {
        KeyTarget::Column(name) => Ok(format!("{}{}", quote(name)?, order(part)?)),
        KeyTarget::Expression(_) => Err(unsupported("expressions in primary keys and unique constraints")),
    }
}

/// The collation and the order of a part of a key or an index.
pub(super) fn order(part: &KeyPart) -> Result<String> {
    refuse(part.nulls.is_some(), "NULLS FIRST and NULLS LAST in keys and indexes")?;
    refuse(part.prefix.is_some(), "keys over the beginning of a column")?;
    refuse(part.operator_class.is_some(), "operator classes")?;
    let collation = match &part.collation {
        Some(collation) => format!(" COLLATE {}", quote(collation)?),
        None => String::new(),
    };
    Ok(format!("{collation}{}", if part.descending { " DESC" } else { "" }))
}

fn check_item(check: &Check) -> Result<String> {
    refuse(!check.validated || !check.enforced, "checks that are not validated or not enforced")?;
    refuse(check.comment.is_some(), "comments on constraints")?;
    refuse_options(&check.options, &["on-conflict"], "checks")?;
    let conflict = on_conflict(&check.options, "on-conflict")?;
    Ok(format!(
        "{}CHECK ({}){conflict}",
        constraint_name(check.name.as_ref())?,
        expression(&check.expression)?
    ))
}

fn foreign_key(key: &ForeignKey) -> Result<String> {
    let columns = quote_list(&key.columns)?;
    Ok(format!("{}FOREIGN KEY ({columns}) {}", constraint_name(key.name.as_ref())?, references(key)?))
}

/// `REFERENCES …` and all that follows.
pub(super) fn references(key: &ForeignKey) -> Result<String> {
    refuse(!key.validated || !key.enforced, "foreign keys that are not validated or not enforced")?;
    refuse(key.comment.is_some(), "comments on constraints")?;
    refuse_options(&key.options, &[], "foreign keys")?;
    let columns = match key.referenced_columns.as_slice() {
        [] => String::new(),
        columns => format!(" ({})", quote_list(columns)?),
    };
    let kind = match &key.match_type {
        None => String::new(),
        Some(kind) => format!(" MATCH {}", quote(kind)?),
    };
    let deferrable = match &key.deferrable {
        None => "",
        Some(Deferrable::Immediate) => " DEFERRABLE INITIALLY IMMEDIATE",
        Some(Deferrable::Deferred) => " DEFERRABLE INITIALLY DEFERRED",
        Some(other) => return Err(unsupported(format!("foreign keys that are deferrable as {other}"))),
    };
    let (on_delete, on_update) = (action("DELETE", &key.on_delete)?, action("UPDATE", &key.on_update)?);
    let table = quote_name(&key.references)?;
    Ok(format!("REFERENCES {table}{columns}{on_delete}{on_update}{kind}{deferrable}"))
}

fn action(event: &str, action: &ReferentialAction) -> Result<String> {
    Ok(match action {
        ReferentialAction::NoAction => String::new(),
        ReferentialAction::Restrict => format!(" ON {event} RESTRICT"),
        ReferentialAction::Cascade => format!(" ON {event} CASCADE"),
        ReferentialAction::SetNull => format!(" ON {event} SET NULL"),
        ReferentialAction::SetDefault => format!(" ON {event} SET DEFAULT"),
        other => return Err(unsupported(format!("the referential action {other}"))),
    })
}
