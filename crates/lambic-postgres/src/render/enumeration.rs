//! Enumerated types.
//!
//! A value that is added can be used only once its transaction is committed: a revision that adds one and uses it
//! is two revisions. What `ALTER TYPE` cannot do, removing values and moving them, is done by a new type that
//! takes the old one's place in every column.

use lambic_core::Result;
use lambic_core::operation::EnumChange;
use lambic_core::schema::EnumType;

use super::object::comment;
use super::text::{literal, quote, quote_name};

/// The name of the old type while columns move to the new one.
const OLD: &str = "_lambic_old_enum";

/// The statements that make a type.
pub(super) fn create(enumeration: &EnumType) -> Result<Vec<String>> {
    let name = quote_name(&enumeration.name)?;
    let mut sql = vec![format!("CREATE TYPE {name} AS ENUM ({})", values(enumeration)?)];
    sql.extend(comment("TYPE", &name, None, enumeration.comment.as_deref())?);
    Ok(sql)
}

fn values(enumeration: &EnumType) -> Result<String> {
    let values: Vec<String> = enumeration.values.iter().map(|value| literal(value)).collect::<Result<_>>()?;
    Ok(values.join(", "))
}

/// The statements that change a type.
pub(super) fn alter(previous: &EnumType, next: &EnumType, changes: &[EnumChange]) -> Result<Vec<String>> {
    let name = quote_name(&next.name)?;
    let mut sql = in_place(&name, previous, next, changes)?;
    let mut known = previous.comment.as_deref();
    if sql.is_none() {
        known = None;
        let renames = changes.iter().filter(|change| matches!(change, EnumChange::RenameValue { .. }));
        let mut steps: Vec<String> =
            renames.map(|change| step(&name, &[], next, change)).collect::<Result<_>>()?;
        steps.push(recreate(next)?);
        sql = Some(steps);
    }
    let mut sql = sql.unwrap_or_default();
    sql.extend(comment("TYPE", &name, known, next.comment.as_deref())?);
    Ok(sql)
}

/// The statements that need no new type, where they lead to the values wanted.
fn in_place(
    name: &str,
    previous: &EnumType,
    next: &EnumType,
    changes: &[EnumChange],
) -> Result<Option<Vec<String>>> {
    let mut values = previous.values.clone();
    let mut sql = Vec::new();
    for change in changes {
        match change {
            EnumChange::AddValue(value) => {
                sql.push(step(name, &values, next, change)?);
                let at = place(&values, next, value);
                values.insert(at, value.clone());
            }
            EnumChange::RenameValue { previous, next: new } => {
                sql.push(step(name, &values, next, change)?);
                values.iter_mut().filter(|value| *value == previous).for_each(|value| value.clone_from(new));
            }
            EnumChange::DropValue(_) => return Ok(None),
        }
    }
    Ok((values == next.values).then_some(sql))
}

/// Where a value comes to stand among those that are there: after the last that stands before it at the end.
fn place(values: &[String], next: &EnumType, value: &str) -> usize {
    let before: Vec<&String> = next.values.iter().take_while(|known| *known != value).collect();
    values.iter().rposition(|known| before.contains(&known)).map_or(0, |at| at + 1)
}

fn step(name: &str, values: &[String], next: &EnumType, change: &EnumChange) -> Result<String> {
    match change {
        EnumChange::RenameValue { previous, next } => {
            Ok(format!("ALTER TYPE {name} RENAME VALUE {} TO {}", literal(previous)?, literal(next)?))
        }
        EnumChange::AddValue(value) | EnumChange::DropValue(value) => {
            let at = place(values, next, value);
            let where_to = match (at.checked_sub(1).and_then(|at| values.get(at)), values.get(at)) {
                (_, None) => String::new(),
                (Some(before), _) => format!(" AFTER {}", literal(before)?),
                (None, Some(after)) => format!(" BEFORE {}", literal(after)?),
            };
            Ok(format!("ALTER TYPE {name} ADD VALUE {}{where_to}", literal(value)?))
        }
    }
}

/// A block that makes the type anew and moves every column, with the defaults, checks and indexes that name it. What
/// else uses it, a view or a function, stands in the way, and nothing has happened.
fn recreate(next: &EnumType) -> Result<String> {
    let name = quote_name(&next.name)?;
    let old = quote_name(&next.name.renamed(OLD))?;
    let body = fill(
        include_str!("enumeration.sql"),
        &[
            ("{name_text}", literal(&name)?),
            ("{name}", name.clone()),
            ("{old_name}", quote(OLD)?),
            ("{old}", old),
            ("{create}", format!("CREATE TYPE {name} AS ENUM ({})", values(next)?)),
        ],
    );
    Ok(super::block(&body))
}

/// A template with every mark replaced, once: what is put in is not read again.
fn fill(template: &str, marks: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let mark = marks.iter().find_map(|(mark, value)| Some((value, from.strip_prefix(mark)?)));
        let (value, after) =
            mark.map_or(("{", from.get(1..).unwrap_or_default()), |(value, after)| (value, after));
        text.push_str(value);
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use lambic_core::schema::QualifiedName;

    use super::*;

    fn mood(values: &[&str]) -> EnumType {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        EnumType { name: QualifiedName::bare("mood"), values, comment: None }
    }

    fn add(value: &str) -> EnumChange {
        EnumChange::AddValue(value.to_owned())
    }

    #[test]
    fn values_are_added_where_they_belong() {
        let next = mood(&["a", "b", "c", "d", "e"]);
        let sql = alter(&mood(&["b", "d"]), &next, &[add("e"), add("c"), add("a")]).unwrap();
        let wanted = [
            "ALTER TYPE \"mood\" ADD VALUE 'e'",
            "ALTER TYPE \"mood\" ADD VALUE 'c' AFTER 'b'",
            "ALTER TYPE \"mood\" ADD VALUE 'a' BEFORE 'b'",
        ];
        assert_eq!(sql, wanted);
    }

    #[test]
    fn what_cannot_be_added_is_made_anew() {
        let moved = alter(&mood(&["a", "b"]), &mood(&["b", "a"]), &[]).unwrap();
        assert!(moved.len() == 1 && moved[0].starts_with("DO "), "{moved:?}");
        let renamed = EnumChange::RenameValue { previous: "a".into(), next: "x".into() };
        let sql =
            alter(&mood(&["a", "b"]), &mood(&["x"]), &[renamed, EnumChange::DropValue("b".into())]).unwrap();
        assert_eq!(sql[0], "ALTER TYPE \"mood\" RENAME VALUE 'a' TO 'x'");
        assert!(sql.len() == 2 && sql[1].contains("AS ENUM ('x')"), "{sql:?}");
    }
}
