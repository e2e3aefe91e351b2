//! `CREATE TABLE`.

use lambic_core::Result;
use lambic_core::schema::{QualifiedName, Table};

use super::column::{self, column};
use super::constraint;
use super::text::{quote_name, refuse, refuse_options};

/// The statement that makes the table under `name`.
pub(super) fn create(table: &Table, name: &QualifiedName) -> Result<String> {
    check(table)?;
    let mut items = Vec::new();
    for one in &table.columns {
        let key = table.primary_key.as_ref().filter(|key| constraint::at_column(key, one));
        items.push(column(table, one, key)?);
    }
    for one in table.constraints() {
        items.extend(constraint::item(table, &one)?);
    }
    let mut options = Vec::new();
    if table.has("strict") {
        options.push("STRICT");
    }
    if table.has("without-rowid") {
        options.push("WITHOUT ROWID");
    }
    let gap = if options.is_empty() { "" } else { " " };
    let body = items.join(",\n  ");
    Ok(format!("CREATE TABLE {} (\n  {body}\n){gap}{}", quote_name(name)?, options.join(", ")))
}

fn check(table: &Table) -> Result<()> {
    quote_name(&table.name)?;
    refuse(table.comment.is_some(), "comments on tables")?;
    refuse(table.partitioning.is_some(), "partitions")?;
    refuse(!table.exclusions.is_empty(), "exclusion constraints")?;
    refuse(table.columns.is_empty(), "tables without columns")?;
    refuse_options(&table.options, &["strict", "without-rowid"], "tables")?;
    column::check_identities(table)
}
