//! Indexes.

use lambic_core::Result;
use lambic_core::schema::{Index, KeyPart, KeyTarget, Table};

use super::constraint::order;
use super::text::{expression, quote, quote_name, refuse, refuse_options};
use crate::ddl;

/// The statement that makes the index.
pub(super) fn create(index: &Index, table: &Table) -> Result<String> {
    refuse(index.method.is_some(), "access methods of indexes")?;
    refuse(!index.include.is_empty(), "columns that an index only includes")?;
    refuse(!index.valid, "indexes that are not valid")?;
    refuse(index.comment.is_some(), "comments on indexes")?;
    refuse_options(&index.options, &[], "indexes")?;
    let parts: Vec<String> = index.parts.iter().map(part).collect::<Result<_>>()?;
    let unique = if index.unique { "UNIQUE " } else { "" };
    let (name, on) = (quote(&index.name)?, quote_name(&table.name)?);
    let mut sql = format!("CREATE {unique}INDEX {name} ON {on} ({})", parts.join(", "));
    if let Some(predicate) = &index.predicate {
        sql.push_str(" WHERE ");
        sql.push_str(&expression(predicate)?);
    }
    Ok(sql)
}

/// The statement that removes it.
pub(super) fn drop(name: &str) -> Result<String> {
    Ok(format!("DROP INDEX {}", quote(name)?))
}

fn part(part: &KeyPart) -> Result<String> {
    let target = match &part.key {
        KeyTarget::Column(name) => quote(name)?,
        KeyTarget::Expression(text) => {
            let text = expression(text)?;
            if ddl::is_call(&text) { text } else { format!("({text})") }
        }
    };
    Ok(format!("{target}{}", order(part)?))
}
