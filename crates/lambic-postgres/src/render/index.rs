//! Indexes.

use lambic_core::Result;
use lambic_core::schema::{Index, KeyPart, KeyTarget, QualifiedName, Table};

use super::options::{NULLS_NOT_DISTINCT, STATISTICS_PREFIX, STORAGE_PREFIX, TABLESPACE};
use super::partition::attach_parts;
use super::text::{
    Server, assignments, collate, comment_literal, expression, flag, malformed, operator_class, option,
    parameter_changes, parameters, quote, quote_list, quote_name, refuse, refuse_options, unsupported,
};

/// The name of an index: it lives where its table does.
pub(super) fn name(table: &QualifiedName, index: &str) -> Result<String> {
    quote_name(&table.renamed(index))
}

/// The statements that make an index.
pub(super) fn create(server: Server, table: &Table, index: &Index) -> Result<Vec<String>> {
    if !index.valid && table.partitioning.is_none() {
        let error = unsupported(format!("making the index {} so that it cannot be used", index.name));
        return Err(
            error.hint("it is left of a CREATE INDEX CONCURRENTLY that failed: drop it, or REINDEX it")
        );
    }
    let mut sql = vec![statement(server, table, index)?];
    if !index.valid {
        sql.extend(attach_parts(table, &index.name)?);
    }
    sql.extend(statistics(table, &Index::new(index.name.clone(), Vec::new()), index)?);
    sql.extend(comment(table, None, index)?);
    Ok(sql)
}

/// `CREATE INDEX`. On a partitioned table one that is not valid is made on the table alone.
pub(super) fn statement(server: Server, table: &Table, index: &Index) -> Result<String> {
    let known = [NULLS_NOT_DISTINCT, TABLESPACE, STORAGE_PREFIX, STATISTICS_PREFIX];
    refuse_options(&index.options, &known, "indexes")?;
    let unique = if index.unique { "UNIQUE " } else { "" };
    let only = if index.valid { "" } else { "ONLY " };
    let mut parts =
        vec![format!("CREATE {unique}INDEX {} ON {only}{}", quote(&index.name)?, quote_name(&table.name)?)];
    if let Some(method) = &index.method {
        parts.push(format!("USING {}", quote(method)?));
    }
    let keys: Vec<String> = index.parts.iter().map(part).collect::<Result<_>>()?;
    parts.push(format!("({})", keys.join(", ")));
    if !index.include.is_empty() {
        parts.push(format!("INCLUDE ({})", quote_list(&index.include)?));
    }
    if flag(&index.options, NULLS_NOT_DISTINCT) {
        server.needs(15, "NULLS NOT DISTINCT")?;
        parts.push("NULLS NOT DISTINCT".to_owned());
    }
    let storage = parameters(&index.options, STORAGE_PREFIX);
    if !storage.is_empty() {
        parts.push(format!("WITH ({})", assignments(&storage)?));
    }
    if let Some(tablespace) = option(&index.options, TABLESPACE) {
        parts.push(format!("TABLESPACE {}", quote(tablespace)?));
    }
    if let Some(predicate) = &index.predicate {
        parts.push(format!("WHERE {}", expression(predicate)?));
    }
    Ok(parts.join(" "))
}

fn part(part: &KeyPart) -> Result<String> {
    refuse(part.prefix.is_some(), "indexes over the beginning of a column")?;
    let mut text = match &part.key {
        KeyTarget::Column(name) => quote(name)?,
        KeyTarget::Expression(text) => expression(text)?,
    };
    text.push_str(&collate(part.collation.as_deref())?);
    if let Some(class) = &part.operator_class {
        text = format!("{text} {}", operator_class(class)?);
    }
    if part.descending {
        text.push_str(" DESC");
    }
    match part.nulls.as_deref() {
        None => {}
        Some("first") => text.push_str(" NULLS FIRST"),
        Some("last") => text.push_str(" NULLS LAST"),
        Some(other) => return Err(malformed(format!("an index has NULLs {other}"))),
    }
    Ok(text)
}

/// The statements that change an index, in place where that is possible.
pub(super) fn alter(server: Server, table: &Table, previous: &Index, next: &Index) -> Result<Vec<String>> {
    let mut plain = previous.clone();
    plain.options.clone_from(&next.options);
    plain.comment.clone_from(&next.comment);
    plain.valid |= next.valid;
    let fixed = |index: &Index| flag(&index.options, NULLS_NOT_DISTINCT);
    if plain != *next || fixed(previous) != fixed(next) {
        let mut sql = vec![drop(&table.name, &previous.name)?];
        sql.extend(create(server, table, next)?);
        return Ok(sql);
    }
    refuse_options(
        &next.options,
        &[NULLS_NOT_DISTINCT, TABLESPACE, STORAGE_PREFIX, STATISTICS_PREFIX],
        "indexes",
    )?;
    let name = name(&table.name, &next.name)?;
    let (old, new) = (&previous.options, &next.options);
    let mut sql = Vec::new();
    for change in parameter_changes(&parameters(old, STORAGE_PREFIX), &parameters(new, STORAGE_PREFIX))? {
        sql.push(format!("ALTER INDEX {name} {change}"));
    }
    if option(old, TABLESPACE) != option(new, TABLESPACE) {
        let tablespace = quote(option(new, TABLESPACE).unwrap_or("pg_default"))?;
        sql.push(format!("ALTER INDEX {name} SET TABLESPACE {tablespace}"));
    }
    if !previous.valid && next.valid {
        sql.push(format!("REINDEX INDEX {name}"));
    }
    sql.extend(statistics(table, previous, next)?);
    sql.extend(comment(table, previous.comment.as_deref(), next)?);
    Ok(sql)
}

fn statistics(table: &Table, previous: &Index, next: &Index) -> Result<Vec<String>> {
    let (old, new) =
        (parameters(&previous.options, STATISTICS_PREFIX), parameters(&next.options, STATISTICS_PREFIX));
    let gone = old.iter().filter(|(number, _)| new.iter().all(|(other, _)| number != other));
    let set = new.iter().filter(|one| !old.contains(one)).copied();
    let name = name(&table.name, &next.name)?;
    set.chain(gone.map(|(number, _)| (*number, "-1")))
        .map(|(number, target)| match (number.parse::<u16>(), target.parse::<i32>()) {
            (Ok(number), Ok(target)) => {
                Ok(format!("ALTER INDEX {name} ALTER COLUMN {number} SET STATISTICS {target}"))
            }
            _ => Err(malformed(format!("index {} has the statistics target {target}", next.name))),
        })
        .collect()
}

fn comment(table: &Table, previous: Option<&str>, index: &Index) -> Result<Option<String>> {
    if previous == index.comment.as_deref() {
        return Ok(None);
    }
    let text = comment_literal(index.comment.as_deref())?;
    Ok(Some(format!("COMMENT ON INDEX {} IS {text}", name(&table.name, &index.name)?)))
}

/// `DROP INDEX`.
pub(super) fn drop(table: &QualifiedName, index: &str) -> Result<String> {
    Ok(format!("DROP INDEX {}", name(table, index)?))
}
