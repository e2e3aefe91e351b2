//! Constraints.

use lambic_core::Result;
use lambic_core::schema::{
    Check, Constraint, Deferrable, Exclusion, ForeignKey, Index, Key, KeyPart, ReferentialAction, Table,
};

use super::options::{
    INHERITED, NO_INHERIT, NULLS_NOT_DISTINCT, ON_DELETE_COLUMNS, ONLY, PERIOD, STORAGE_PREFIX, TABLESPACE,
    WITHOUT_OVERLAPS,
};
use super::text::{
    Server, assignments, constraint_name, expression, flag, guarded, malformed, option, parameters, quote,
    quote_list, quote_name, refuse, refuse_options, sql_names, tokens, unsupported,
};

/// A constraint as it stands in `CREATE TABLE`, or after `ADD`.
pub(super) fn constraint(server: Server, constraint: &Constraint) -> Result<String> {
    let name = constraint_name(constraint.name())?;
    let definition = match constraint {
        Constraint::PrimaryKey(key) => self::key(server, key, "PRIMARY KEY")?,
        Constraint::Unique(key) => self::key(server, key, "UNIQUE")?,
        Constraint::ForeignKey(key) => foreign_key(server, key)?,
        Constraint::Check(check) => self::check(server, check)?,
        Constraint::Exclusion(one) => exclusion(one)?,
    };
    Ok(format!("{name}{definition}"))
}

/// `ADD …`, for a table that may hold rows.
pub(super) fn add(server: Server, one: &Constraint) -> Result<String> {
    let valid = if is_checked(one) { "" } else { " NOT VALID" };
    Ok(format!("ADD {}{valid}", constraint(server, one)?))
}

/// `ADD … USING INDEX`, for a key that takes over an index; the index gets the key's name.
pub(super) fn add_using_index(one: &Constraint, index: &Index) -> Result<String> {
    let (kind, key) = match one {
        Constraint::PrimaryKey(key) => ("PRIMARY KEY", key),
        Constraint::Unique(key) => ("UNIQUE", key),
        _ => return Err(malformed(format!("a {} has no index of its own", one.noun()))),
    };
    let mut parts =
        vec![format!("ADD {}{kind} USING INDEX {}", constraint_name(one.name())?, quote(&index.name)?)];
    parts.extend(deferrable(key.deferrable.as_ref())?.map(str::to_owned));
    Ok(parts.join(" "))
}

/// Whether the rows that are there are known to comply, or nobody asks.
pub(super) fn is_checked(constraint: &Constraint) -> bool {
    match constraint {
        Constraint::ForeignKey(key) => key.validated || !key.enforced,
        Constraint::Check(check) => check.validated || !check.enforced,
        Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => true,
    }
}

/// Whether a constraint cannot be made in the statement that makes the table.
pub(super) fn is_late(table: &Table, constraint: &Constraint) -> bool {
    !is_checked(constraint) || repeats(table, constraint)
}

/// Whether not every partition has its part of a key.
pub(super) fn is_only(constraint: &Constraint) -> bool {
    match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => flag(&key.options, ONLY),
        _ => false,
    }
}

/// Whether another key of the table differs by name alone: in one statement, the server makes one of the two.
fn repeats(table: &Table, constraint: &Constraint) -> bool {
    let Constraint::Unique(key) = constraint else { return false };
    let plain = |key: &Key| {
        let mut plain = Key { name: None, comment: None, ..key.clone() };
        plain.options.retain(|name, _| [NULLS_NOT_DISTINCT, WITHOUT_OVERLAPS].contains(&name.as_str()));
        plain
    };
    let others = table.uniques.iter().take_while(|other| *other != key);
    table.primary_key.iter().chain(others).any(|other| plain(other) == plain(key))
}

/// The comment of a constraint.
pub(super) fn comment(constraint: &Constraint) -> Option<&str> {
    match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => key.comment.as_deref(),
        Constraint::ForeignKey(key) => key.comment.as_deref(),
        Constraint::Check(check) => check.comment.as_deref(),
        Constraint::Exclusion(exclusion) => exclusion.comment.as_deref(),
    }
}

/// The name by which a constraint is known, in quotes.
pub(super) fn known_as(constraint: &Constraint) -> Result<String> {
    let Some(name) = constraint.name() else {
        let message = format!("a {} that changes has no name", constraint.noun());
        return Err(malformed(message).hint("every constraint in a database has one: read it there"));
    };
    quote(name)
}

const KEY_OPTIONS: [&str; 5] = [NULLS_NOT_DISTINCT, WITHOUT_OVERLAPS, TABLESPACE, STORAGE_PREFIX, ONLY];

fn key(server: Server, key: &Key, kind: &str) -> Result<String> {
    refuse_options(&key.options, &KEY_OPTIONS, "keys")?;
    let mut columns: Vec<String> = key.columns.iter().map(column).collect::<Result<_>>()?;
    if flag(&key.options, WITHOUT_OVERLAPS) {
        server.needs(18, "keys WITHOUT OVERLAPS")?;
        let last = columns.pop();
        columns.extend(last.map(|last| format!("{last} WITHOUT OVERLAPS")));
    }
    let mut parts = vec![kind.to_owned()];
    if flag(&key.options, NULLS_NOT_DISTINCT) {
        server.needs(15, "NULLS NOT DISTINCT")?;
        parts.push("NULLS NOT DISTINCT".to_owned());
    }
    parts.push(format!("({})", columns.join(", ")));
    if !key.include.is_empty() {
        parts.push(format!("INCLUDE ({})", quote_list(&key.include)?));
    }
    let storage = parameters(&key.options, STORAGE_PREFIX);
    if !storage.is_empty() {
        parts.push(format!("WITH ({})", assignments(&storage)?));
    }
    if let Some(tablespace) = option(&key.options, TABLESPACE) {
        parts.push(format!("USING INDEX TABLESPACE {}", quote(tablespace)?));
    }
    parts.extend(deferrable(key.deferrable.as_ref())?.map(str::to_owned));
    Ok(parts.join(" "))
}

fn column(part: &KeyPart) -> Result<String> {
    let Some(name) = part.column_name() else {
        return Err(unsupported("expressions in primary keys and unique constraints"));
    };
    let ordered = part.descending || part.nulls.is_some();
    refuse(ordered, "an order of columns in primary keys and unique constraints")?;
    refuse(part.collation.is_some(), "collations in primary keys and unique constraints")?;
    refuse(part.operator_class.is_some(), "operator classes in primary keys and unique constraints")?;
    refuse(part.prefix.is_some(), "keys over the beginning of a column")?;
    quote(name)
}

/// `DEFERRABLE INITIALLY …`, where the constraint is.
pub(super) fn deferrable(deferrable: Option<&Deferrable>) -> Result<Option<&'static str>> {
    Ok(match deferrable {
        None => None,
        Some(Deferrable::Immediate) => Some("DEFERRABLE INITIALLY IMMEDIATE"),
        Some(Deferrable::Deferred) => Some("DEFERRABLE INITIALLY DEFERRED"),
        Some(other) => return Err(unsupported(format!("constraints that are deferrable {other}"))),
    })
}

fn foreign_key(server: Server, key: &ForeignKey) -> Result<String> {
    refuse_options(&key.options, &[PERIOD, ON_DELETE_COLUMNS], "foreign keys")?;
    let period = flag(&key.options, PERIOD);
    if period {
        server.needs(18, "foreign keys over a PERIOD")?;
    }
    let columns = period_list(&key.columns, period)?;
    let mut parts = vec![format!("FOREIGN KEY ({columns}) REFERENCES {}", quote_name(&key.references)?)];
    if !key.referenced_columns.is_empty() {
        parts.push(format!("({})", period_list(&key.referenced_columns, period)?));
    }
    match key.match_type.as_deref() {
        None => {}
        Some(kind) if kind.eq_ignore_ascii_case("full") => parts.push("MATCH FULL".to_owned()),
        Some(kind) => return Err(unsupported(format!("foreign keys MATCH {kind}"))),
    }
    if key.on_delete != ReferentialAction::NoAction {
        let mut text = format!("ON DELETE {}", action(&key.on_delete)?);
        if let Some(columns) = option(&key.options, ON_DELETE_COLUMNS) {
            server.needs(15, "columns after ON DELETE SET NULL and SET DEFAULT")?;
            text = format!("{text} ({})", sql_names(columns)?.join(", "));
        }
        parts.push(text);
    }
    if key.on_update != ReferentialAction::NoAction {
        parts.push(format!("ON UPDATE {}", action(&key.on_update)?));
    }
    parts.extend(deferrable(key.deferrable.as_ref())?.map(str::to_owned));
    parts.extend(enforcement(server, key.enforced)?.map(str::to_owned));
    Ok(parts.join(" "))
}

fn period_list(columns: &[String], period: bool) -> Result<String> {
    let mut names: Vec<String> = columns.iter().map(|name| quote(name)).collect::<Result<_>>()?;
    let last = if period { names.pop() } else { None };
    names.extend(last.map(|last| format!("PERIOD {last}")));
    Ok(names.join(", "))
}

fn action(action: &ReferentialAction) -> Result<&'static str> {
    Ok(match action {
        ReferentialAction::NoAction => "NO ACTION",
        ReferentialAction::Restrict => "RESTRICT",
        ReferentialAction::Cascade => "CASCADE",
        ReferentialAction::SetNull => "SET NULL",
        ReferentialAction::SetDefault => "SET DEFAULT",
        other => return Err(unsupported(format!("the referential action {other}"))),
    })
}

fn enforcement(server: Server, enforced: bool) -> Result<Option<&'static str>> {
    if enforced {
        return Ok(None);
    }
    server.needs(18, "constraints that are not enforced")?;
    Ok(Some("NOT ENFORCED"))
}

fn check(server: Server, check: &Check) -> Result<String> {
    refuse_options(&check.options, &[NO_INHERIT, INHERITED], "checks")?;
    let mut parts = vec![format!("CHECK {}", expression(&check.expression)?)];
    if flag(&check.options, NO_INHERIT) {
        parts.push("NO INHERIT".to_owned());
    }
    parts.extend(enforcement(server, check.enforced)?.map(str::to_owned));
    Ok(parts.join(" "))
}

fn exclusion(exclusion: &Exclusion) -> Result<String> {
    let text = guarded("exclusion constraint", exclusion.definition.as_str())?;
    let mut depth = 0_i32;
    let mut reaches_out = false;
    let tokens = tokens(&text);
    for token in &tokens {
        depth += i32::from(token.is('(')) - i32::from(token.is(')'));
        reaches_out |= depth == 0 && token.is(',');
    }
    if reaches_out || !tokens.first().is_some_and(|first| first.is_word("EXCLUDE")) {
        return Err(malformed(format!("the text `{text}` is not that of an exclusion constraint")));
    }
    Ok(text)
}

/// A change of a constraint that stays the same constraint.
pub(super) struct InPlace {
    /// Actions of `ALTER TABLE`.
    pub(super) actions: Vec<String>,
    /// Whether the rows that are there must be checked.
    pub(super) validate: bool,
}

/// How a constraint changes in place, if it can.
pub(super) fn in_place(server: Server, previous: &Constraint, next: &Constraint) -> Result<Option<InPlace>> {
    let validate = !is_checked(previous) && is_checked(next);
    Ok(match (previous, next) {
        (Constraint::ForeignKey(old), Constraint::ForeignKey(new)) => {
            let mut plain = old.clone();
            plain.comment.clone_from(&new.comment);
            plain.deferrable.clone_from(&new.deferrable);
            plain.enforced = new.enforced;
            plain.validated |= new.validated;
            plain.validated &= new.validated || !new.enforced;
            if plain != *new || (old.enforced && old.validated && new.enforced && !new.validated) {
                return Ok(None);
            }
            Some(InPlace {
                actions: foreign_key_actions(server, old, new)?,
                validate: validate && old.enforced,
            })
        }
        (Constraint::Check(old), Constraint::Check(new)) => {
            let mut plain = old.clone();
            plain.comment.clone_from(&new.comment);
            plain.validated |= new.validated;
            (plain == *new).then_some(InPlace { actions: Vec::new(), validate })
        }
        (Constraint::PrimaryKey(old), Constraint::PrimaryKey(new))
        | (Constraint::Unique(old), Constraint::Unique(new)) => {
            let plain = Key { comment: new.comment.clone(), ..old.clone() };
            (plain == *new).then_some(InPlace { actions: Vec::new(), validate: false })
        }
        (Constraint::Exclusion(old), Constraint::Exclusion(new)) => {
            let plain = Exclusion { comment: new.comment.clone(), ..old.clone() };
            (plain == *new).then_some(InPlace { actions: Vec::new(), validate: false })
        }
        _ => None,
    })
}

fn foreign_key_actions(server: Server, old: &ForeignKey, new: &ForeignKey) -> Result<Vec<String>> {
    let name = known_as(&Constraint::ForeignKey(new.clone()))?;
    let mut clauses = Vec::new();
    if old.deferrable != new.deferrable {
        clauses.push(deferrable(new.deferrable.as_ref())?.unwrap_or("NOT DEFERRABLE"));
    }
    if old.enforced != new.enforced {
        server.needs(18, "changing whether a constraint is enforced")?;
        clauses.push(if new.enforced { "ENFORCED" } else { "NOT ENFORCED" });
    }
    let action = format!("ALTER CONSTRAINT {name} {}", clauses.join(" "));
    Ok(if clauses.is_empty() { Vec::new() } else { vec![action] })
}
