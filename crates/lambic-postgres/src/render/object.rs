//! Namespaces, domains and composite types.

use lambic_core::Result;
use lambic_core::schema::{Attribute, Check, CompositeType, Constraint, Domain, Namespace, Properties};

use super::constraint;
use super::text::{
    Server, collate, comment_literal, native_type, operand, option, quote, quote_name, refuse, refuse_options,
};

/// The option of a namespace that names its owner.
const OWNER: &str = "owner";

/// `CREATE SCHEMA`.
pub(super) fn create_namespace(namespace: &Namespace) -> Result<Vec<String>> {
    refuse_options(&namespace.options, &[OWNER], "namespaces")?;
    let name = quote(&namespace.name)?;
    let owner = option(&namespace.options, OWNER).map(quote).transpose()?;
    let owner = owner.map_or_else(String::new, |owner| format!(" AUTHORIZATION {owner}"));
    let mut sql = vec![format!("CREATE SCHEMA {name}{owner}")];
    sql.extend(comment("SCHEMA", &name, None, namespace.comment.as_deref())?);
    Ok(sql)
}

/// The statements that change a namespace.
pub(super) fn alter_namespace(previous: &Namespace, next: &Namespace) -> Result<Vec<String>> {
    refuse_options(&next.options, &[OWNER], "namespaces")?;
    let name = quote(&next.name)?;
    let mut sql = Vec::new();
    let owner = |options: &Properties| option(options, OWNER).map(str::to_owned);
    if owner(&previous.options) != owner(&next.options) {
        let owner =
            owner(&next.options).map_or_else(|| Ok("CURRENT_USER".to_owned()), |owner| quote(&owner))?;
        sql.push(format!("ALTER SCHEMA {name} OWNER TO {owner}"));
    }
    sql.extend(comment("SCHEMA", &name, previous.comment.as_deref(), next.comment.as_deref())?);
    Ok(sql)
}

/// `COMMENT ON …`, where the comment changes.
pub(super) fn comment(
    noun: &str,
    name: &str,
    old: Option<&str>,
    new: Option<&str>,
) -> Result<Option<String>> {
    let text = comment_literal(new)?;
    Ok((old != new).then(|| format!("COMMENT ON {noun} {name} IS {text}")))
}

/// The statements that make a domain.
pub(super) fn create_domain(server: Server, domain: &Domain) -> Result<Vec<String>> {
    let name = quote_name(&domain.name)?;
    let mut parts = vec![format!("CREATE DOMAIN {name} AS {}", native_type(&domain.native)?)];
    if let Some(collation) = &domain.collation {
        parts.push(collate(Some(collation))?.trim_start().to_owned());
    }
    if let Some(default) = &domain.default {
        parts.push(format!("DEFAULT {}", operand(default)?));
    }
    if !domain.nullable {
        parts.push("NOT NULL".to_owned());
    }
    let mut sql = vec![];
    for check in &domain.checks {
        refuse(!check.enforced, "checks of domains that are not enforced")?;
        if check.validated {
            parts.push(constraint::constraint(server, &Constraint::Check(check.clone()))?);
        } else {
            sql.push(add_check(server, &name, check)?);
        }
    }
    sql.insert(0, parts.join(" "));
    sql.extend(comment("DOMAIN", &name, None, domain.comment.as_deref())?);
    for check in domain.checks.iter().filter(|check| check.comment.is_some()) {
        sql.push(comment_on_check(&name, check)?);
    }
    Ok(sql)
}

fn add_check(server: Server, domain: &str, check: &Check) -> Result<String> {
    Ok(format!("ALTER DOMAIN {domain} {}", constraint::add(server, &Constraint::Check(check.clone()))?))
}

fn comment_on_check(domain: &str, check: &Check) -> Result<String> {
    let name = constraint::known_as(&Constraint::Check(check.clone()))?;
    let text = comment_literal(check.comment.as_deref())?;
    Ok(format!("COMMENT ON CONSTRAINT {name} ON DOMAIN {domain} IS {text}"))
}

/// The statements that change a domain. Another type means another domain: one that is used stands in the way.
pub(super) fn alter_domain(server: Server, previous: &Domain, next: &Domain) -> Result<Vec<String>> {
    let name = quote_name(&next.name)?;
    if previous.native != next.native || previous.collation != next.collation {
        let mut sql = vec![format!("DROP DOMAIN {name}")];
        sql.extend(create_domain(server, next)?);
        return Ok(sql);
    }
    let mut sql = Vec::new();
    if previous.default != next.default {
        let set = |default| Ok(format!("SET DEFAULT {}", operand(default)?));
        let action = next.default.as_ref().map_or_else(|| Ok("DROP DEFAULT".to_owned()), set)?;
        sql.push(format!("ALTER DOMAIN {name} {action}"));
    }
    if previous.nullable != next.nullable {
        let action = if next.nullable { "DROP NOT NULL" } else { "SET NOT NULL" };
        sql.push(format!("ALTER DOMAIN {name} {action}"));
    }
    sql.extend(change_checks(server, &name, previous, next)?);
    sql.extend(comment("DOMAIN", &name, previous.comment.as_deref(), next.comment.as_deref())?);
    Ok(sql)
}

fn change_checks(server: Server, name: &str, previous: &Domain, next: &Domain) -> Result<Vec<String>> {
    let (mut sql, mut comments) = (Vec::new(), Vec::new());
    let like = |one: &Check, other: &Check| {
        let plain = |check: &Check| Check { comment: None, validated: true, ..check.clone() };
        plain(one) == plain(other) && (one.validated == other.validated || other.validated)
    };
    for old in previous.checks.iter().filter(|old| next.checks.iter().all(|new| !like(old, new))) {
        let known = constraint::known_as(&Constraint::Check(old.clone()))?;
        sql.push(format!("ALTER DOMAIN {name} DROP CONSTRAINT {known}"));
    }
    for new in &next.checks {
        refuse(!new.enforced, "checks of domains that are not enforced")?;
        let old = previous.checks.iter().find(|old| like(old, new));
        match old {
            None => sql.push(add_check(server, name, new)?),
            Some(old) if old.validated != new.validated => {
                let known = constraint::known_as(&Constraint::Check(new.clone()))?;
                sql.push(format!("ALTER DOMAIN {name} VALIDATE CONSTRAINT {known}"));
            }
            Some(_) => {}
        }
        if old.and_then(|old| old.comment.as_ref()) != new.comment.as_ref() {
            comments.push(comment_on_check(name, new)?);
        }
    }
    sql.extend(comments);
    Ok(sql)
}

/// The statements that make a composite type.
pub(super) fn create_composite(composite: &CompositeType) -> Result<Vec<String>> {
    let attributes: Vec<String> = composite.attributes.iter().map(attribute).collect::<Result<_>>()?;
    let name = quote_name(&composite.name)?;
    let mut sql = vec![format!("CREATE TYPE {name} AS ({})", attributes.join(", "))];
    sql.extend(comment("TYPE", &name, None, composite.comment.as_deref())?);
    Ok(sql)
}

fn attribute(attribute: &Attribute) -> Result<String> {
    let collation = collate(attribute.collation.as_deref())?;
    Ok(format!("{} {}{collation}", quote(&attribute.name)?, native_type(&attribute.native)?))
}

/// The statements that change a composite type. Where attributes would have to move it is made anew, and its uses
/// stand in the way.
pub(super) fn alter_composite(previous: &CompositeType, next: &CompositeType) -> Result<Vec<String>> {
    let name = quote_name(&next.name)?;
    let old = |name: &str| previous.attributes.iter().find(|one| one.name == name);
    let new = |name: &str| next.attributes.iter().find(|one| one.name == name);
    let mut reached: Vec<&str> = previous.attributes.iter().map(|one| one.name.as_str()).collect();
    reached.retain(|name| new(name).is_some());
    reached.extend(next.attributes.iter().map(|one| one.name.as_str()).filter(|name| old(name).is_none()));
    if reached.iter().ne(next.attributes.iter().map(|one| &one.name)) {
        let mut sql = vec![format!("DROP TYPE {name}")];
        sql.extend(create_composite(next)?);
        return Ok(sql);
    }
    let mut actions = Vec::new();
    for one in previous.attributes.iter().filter(|one| new(&one.name).is_none()) {
        actions.push(format!("DROP ATTRIBUTE {}", quote(&one.name)?));
    }
    for one in &next.attributes {
        match old(&one.name) {
            None => actions.push(format!("ADD ATTRIBUTE {}", attribute(one)?)),
            Some(same) if same == one => {}
            Some(_) => {
                let (column, native) = (quote(&one.name)?, native_type(&one.native)?);
                let collation = collate(one.collation.as_deref())?;
                actions.push(format!("ALTER ATTRIBUTE {column} SET DATA TYPE {native}{collation}"));
            }
        }
    }
    let mut sql = Vec::new();
    if !actions.is_empty() {
        sql.push(format!("ALTER TYPE {name} {}", actions.join(", ")));
    }
    sql.extend(comment("TYPE", &name, previous.comment.as_deref(), next.comment.as_deref())?);
    Ok(sql)
}
