//! Column definitions.

use lambic_core::Result;
use lambic_core::schema::{Column, Generated, Identity, IdentityKind, Table};

use super::options::{
    ATTRIBUTE_PREFIX, COLUMN_STORAGE, COMPRESSION, INHERITED, NOT_NULL_INHERITED, NOT_NULL_NAME,
    NOT_NULL_NO_INHERIT, NOT_NULL_NOT_VALID, SEQUENCE, SEQUENCE_TYPE, STATISTICS,
};
use super::sequence;
use super::text::{
    Server, automatic_name, collate, constraint_name, expression, flag, malformed, native_type, operand,
    option, parameter_changes, parameters, quote, quote_name, refuse, refuse_options, unsupported,
};

const OPTIONS: [&str; 11] = [
    COLUMN_STORAGE,
    COMPRESSION,
    STATISTICS,
    ATTRIBUTE_PREFIX,
    SEQUENCE,
    SEQUENCE_TYPE,
    INHERITED,
    NOT_NULL_NAME,
    NOT_NULL_NO_INHERIT,
    NOT_NULL_INHERITED,
    NOT_NULL_NOT_VALID,
];

/// The types that number themselves by their name alone.
const SERIALS: [(&str, &str); 3] =
    [("smallint", "smallserial"), ("integer", "serial"), ("bigint", "bigserial")];

/// Refuses what no column can be.
pub(super) fn check(server: Server, column: &Column) -> Result<()> {
    refuse(column.charset.is_some(), "character sets of columns")?;
    refuse_options(&column.options, &OPTIONS, "columns")?;
    let named = column.options.keys().any(|option| option.starts_with("not-null."));
    if named {
        server.needs(18, "NOT NULL constraints with properties of their own")?;
    }
    if column.options.contains_key(COMPRESSION) {
        server.needs(14, "compression methods of columns")?;
    }
    if column.generated.as_ref().is_some_and(|generated| !generated.stored) {
        server.needs(18, "generated columns that are computed when read")?;
    }
    let values = [column.identity.is_some(), column.generated.is_some(), column.default.is_some()];
    if values.into_iter().filter(|one| *one).count() > 1 {
        let message = format!("column {} has more than one of default, identity and generation", column.name);
        return Err(malformed(message));
    }
    Ok(())
}

/// A column with what can be said where it is made.
pub(super) fn column(server: Server, table: &Table, column: &Column) -> Result<String> {
    check(server, column)?;
    let mut parts = vec![quote(&column.name)?, type_of(column)?];
    if let Some(method) = option(&column.options, COMPRESSION) {
        parts.push(format!("COMPRESSION {}", quote(method)?));
    }
    if let Some(name) = &column.collation {
        parts.push(collate(Some(name))?.trim_start().to_owned());
    }
    match (&column.identity, &column.generated, &column.default) {
        (Some(identity), _, _) if identity.kind != IdentityKind::Serial => {
            parts.push(generated_as_identity(table, column, identity)?);
        }
        (_, Some(generated), _) => parts.push(generated_always(generated)?),
        (_, _, Some(default)) => parts.push(format!("DEFAULT {}", operand(default)?)),
        _ => {}
    }
    if has_own_not_null(column) {
        let name = constraint_name(option(&column.options, NOT_NULL_NAME))?;
        let inherit = if flag(&column.options, NOT_NULL_NO_INHERIT) { " NO INHERIT" } else { "" };
        parts.push(format!("{name}NOT NULL{inherit}"));
    }
    Ok(parts.join(" "))
}

/// Whether a column is NOT NULL by itself from the start.
fn has_own_not_null(column: &Column) -> bool {
    let otherwise = [NOT_NULL_NOT_VALID, NOT_NULL_INHERITED];
    !column.nullable && !otherwise.iter().any(|key| flag(&column.options, key))
}

/// The NOT NULL constraint that a table has on a column of a parent's, where it is a constraint of its own.
pub(super) fn own_not_null(server: Server, column: &Column) -> Result<Option<String>> {
    if !server.is(18) || !has_own_not_null(column) {
        return Ok(None);
    }
    let name = constraint_name(option(&column.options, NOT_NULL_NAME))?;
    let inherit = if flag(&column.options, NOT_NULL_NO_INHERIT) { " NO INHERIT" } else { "" };
    Ok(Some(format!("{name}NOT NULL {}{inherit}", quote(&column.name)?)))
}

fn type_of(column: &Column) -> Result<String> {
    let native = native_type(&column.native)?;
    if !is_serial(column) {
        return Ok(native);
    }
    let serial = SERIALS.iter().find(|(name, _)| *name == native).map(|(_, serial)| (*serial).to_owned());
    serial.ok_or_else(|| unsupported(format!("serial columns of the type {native}")))
}

/// Whether a column's default draws from a sequence that it owns.
pub(super) fn is_serial(column: &Column) -> bool {
    column.identity.as_ref().is_some_and(|identity| identity.kind == IdentityKind::Serial)
}

/// `ALWAYS` or `BY DEFAULT`.
pub(super) fn generation(identity: &Identity) -> Result<&'static str> {
    match &identity.kind {
        IdentityKind::Always => Ok("ALWAYS"),
        IdentityKind::ByDefault => Ok("BY DEFAULT"),
        other => Err(unsupported(format!("identity columns of the kind {other}"))),
    }
}

/// `GENERATED … AS IDENTITY`.
pub(super) fn generated_as_identity(table: &Table, column: &Column, identity: &Identity) -> Result<String> {
    refuse(column.options.contains_key(SEQUENCE_TYPE), "identity sequences of a type of their own")?;
    let mut clauses = Vec::new();
    if column.options.contains_key(SEQUENCE) {
        clauses.push(format!("SEQUENCE NAME {}", quote_name(&sequence::name_of(table, column))?));
    }
    clauses.extend(sequence::clauses(&identity.sequence));
    let kind = generation(identity)?;
    let list = if clauses.is_empty() { String::new() } else { format!(" ({})", clauses.join(" ")) };
    Ok(format!("GENERATED {kind} AS IDENTITY{list}"))
}

fn generated_always(generated: &Generated) -> Result<String> {
    let kind = if generated.stored { "STORED" } else { "VIRTUAL" };
    Ok(format!("GENERATED ALWAYS AS {} {kind}", expression(&generated.expression)?))
}

/// What is said of a column once it is there, as actions of `ALTER TABLE`.
pub(super) fn settle(server: Server, table: &Table, column: &Column) -> Result<Vec<String>> {
    let mut plain = Column::new(column.name.clone(), column.native.0.clone());
    plain.options.clone_from(&column.options);
    let inherited = flag(&column.options, INHERITED);
    plain.options.retain(|name, _| !is_settled(name, inherited));
    let mut actions = option_actions(server, &plain, column)?;
    let name = quote(&column.name)?;
    if is_serial(column) && column.nullable {
        actions.push(format!("ALTER COLUMN {name} DROP NOT NULL"));
    }
    if flag(&column.options, NOT_NULL_NOT_VALID) {
        actions.push(add_not_null(table, column)?);
    }
    if flag(&column.options, INHERITED) {
        // What the parent has is not known here.
        if column.generated.is_none() {
            let default = column.default.as_ref().map(operand).transpose()?;
            let action =
                default.map_or_else(|| "DROP DEFAULT".to_owned(), |text| format!("SET DEFAULT {text}"));
            actions.push(format!("ALTER COLUMN {name} {action}"));
        }
        if !column.nullable && !server.is(18) {
            actions.push(format!("ALTER COLUMN {name} SET NOT NULL"));
        }
    }
    Ok(actions)
}

/// Whether an option is not said where the column is made. A column of a parent's is not made.
fn is_settled(option: &str, inherited: bool) -> bool {
    let late = [COLUMN_STORAGE, STATISTICS].contains(&option) || option.starts_with(ATTRIBUTE_PREFIX);
    late || inherited && option == COMPRESSION
}

/// The name of a column's NOT NULL constraint.
pub(super) fn not_null_name(table: &Table, column: &Column) -> String {
    let automatic = || automatic_name(&table.name.name, &column.name, "not_null");
    option(&column.options, NOT_NULL_NAME).map_or_else(automatic, str::to_owned)
}

/// `ADD CONSTRAINT … NOT NULL`.
pub(super) fn add_not_null(table: &Table, column: &Column) -> Result<String> {
    let name = quote(&not_null_name(table, column))?;
    let inherit = if flag(&column.options, NOT_NULL_NO_INHERIT) { " NO INHERIT" } else { "" };
    let valid = if flag(&column.options, NOT_NULL_NOT_VALID) { " NOT VALID" } else { "" };
    Ok(format!("ADD CONSTRAINT {name} NOT NULL {}{inherit}{valid}", quote(&column.name)?))
}

/// The actions that change storage, compression, statistics and parameters of a column.
pub(super) fn option_actions(server: Server, previous: &Column, next: &Column) -> Result<Vec<String>> {
    let name = quote(&next.name)?;
    let (old, new) = (&previous.options, &next.options);
    let changed = |key: &str| option(old, key) != option(new, key);
    let mut actions = Vec::new();
    if changed(COLUMN_STORAGE) {
        actions.push(format!("SET STORAGE {}", storage(server, next)?));
    }
    if changed(COMPRESSION) {
        server.needs(14, "compression methods of columns")?;
        let method = option(new, COMPRESSION).map_or(Ok("DEFAULT".to_owned()), quote)?;
        actions.push(format!("SET COMPRESSION {method}"));
    }
    if changed(STATISTICS) {
        let target = option(new, STATISTICS).unwrap_or("-1");
        let number: i32 = target
            .parse()
            .map_err(|_| malformed(format!("column {} has the statistics target {target}", next.name)))?;
        actions.push(format!("SET STATISTICS {number}"));
    }
    actions
        .extend(parameter_changes(&parameters(old, ATTRIBUTE_PREFIX), &parameters(new, ATTRIBUTE_PREFIX))?);
    Ok(actions.into_iter().map(|action| format!("ALTER COLUMN {name} {action}")).collect())
}

/// The types whose values are stored otherwise than `EXTENDED` by their own choice.
const MAIN: [&str; 3] = ["numeric", "inet", "cidr"];

/// Before version 16 the type's own storage has to be called by its name.
fn storage(server: Server, column: &Column) -> Result<&'static str> {
    let own = column.native.as_str().split('(').next().unwrap_or_default().trim();
    match option(&column.options, COLUMN_STORAGE) {
        Some("plain") => Ok("PLAIN"),
        Some("main") => Ok("MAIN"),
        Some("external") => Ok("EXTERNAL"),
        Some("extended") => Ok("EXTENDED"),
        Some(other) => Err(unsupported(format!("the storage {other} of columns"))),
        None if server.is(16) => Ok("DEFAULT"),
        None => Ok(if MAIN.contains(&own) { "MAIN" } else { "EXTENDED" }),
    }
}
