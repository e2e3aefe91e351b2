//! Sequences, of their own and of columns.

use lambic_core::Result;
use lambic_core::schema::{BigInteger, Column, QualifiedName, Sequence, SequenceOptions, Table};

use super::options::{SEQUENCE, SEQUENCE_TYPE};
use super::text::{automatic_name, malformed, native_type, option, quote_name};

/// `CREATE SEQUENCE`.
pub(super) fn create(sequence: &Sequence, unlogged: bool) -> Result<String> {
    let unlogged = if unlogged { "UNLOGGED " } else { "" };
    let mut parts = vec![format!("CREATE {unlogged}SEQUENCE {}", quote_name(&sequence.name)?)];
    if let Some(native) = &sequence.native {
        parts.push(format!("AS {}", native_type(native)?));
    }
    parts.extend(clauses(&SequenceOptions::default(), &sequence.options));
    Ok(parts.join(" "))
}

/// `ALTER SEQUENCE`, where more than the comment changes.
pub(super) fn alter(previous: &Sequence, next: &Sequence) -> Result<Option<String>> {
    let mut parts = Vec::new();
    if previous.native != next.native {
        let native = next.native.as_ref().map_or(Ok("bigint".to_owned()), native_type)?;
        parts.push(format!("AS {native}"));
    }
    parts.extend(clauses(&previous.options, &next.options));
    let name = quote_name(&next.name)?;
    Ok((!parts.is_empty()).then(|| format!("ALTER SEQUENCE {name} {}", parts.join(" "))))
}

/// The clauses that lead from some options to others.
pub(super) fn clauses(previous: &SequenceOptions, next: &SequenceOptions) -> Vec<String> {
    let number = |value: Option<BigInteger>, otherwise: i128| value.map_or(otherwise, |value| value.0);
    let mut clauses = Vec::new();
    let mut differ = |differ: bool, clause: String| {
        if differ {
            clauses.push(clause);
        }
    };
    let bound = |name: &str, value: Option<BigInteger>| {
        value.map_or_else(|| format!("NO {name}"), |value| format!("{name} {}", value.0))
    };
    differ(previous.increment != next.increment, format!("INCREMENT BY {}", number(next.increment, 1)));
    differ(previous.minimum != next.minimum, bound("MINVALUE", next.minimum));
    differ(previous.maximum != next.maximum, bound("MAXVALUE", next.maximum));
    let starts = previous.start != next.start || start(previous) != start(next);
    // A sequence that is made starts where it must without being told.
    let told = next.start.is_some() || *previous != SequenceOptions::default();
    differ(starts && told, format!("START WITH {}", start(next)));
    differ(previous.cache != next.cache, format!("CACHE {}", number(next.cache, 1)));
    differ(previous.cycle != next.cycle, if next.cycle { "CYCLE" } else { "NO CYCLE" }.to_owned());
    clauses
}

/// Where a sequence with these options starts.
fn start(options: &SequenceOptions) -> i128 {
    let descends = options.increment.is_some_and(|step| step.0 < 0);
    let (bound, otherwise) = if descends { (options.maximum, -1) } else { (options.minimum, 1) };
    options.start.or(bound).map_or(otherwise, |start| start.0)
}

/// The name of the sequence behind an identity or serial column.
pub(super) fn name_of(table: &Table, column: &Column) -> QualifiedName {
    let Some(text) = option(&column.options, SEQUENCE) else {
        return table.name.renamed(automatic_name(&table.name.name, &column.name, "seq"));
    };
    match super::text::tokens(text).as_slice() {
        [namespace, dot, name] if dot.is('.') => {
            let part = |token| super::text::named(token).unwrap_or_default();
            QualifiedName::within(part(namespace), part(name))
        }
        [one] => table.name.renamed(super::text::named(one).unwrap_or_default()),
        _ => table.name.renamed(text),
    }
}

/// The statements that make the sequence of a serial column what the model says, once `serial` has made it.
pub(super) fn settle(table: &Table, column: &Column) -> Result<Vec<String>> {
    let Some(identity) = &column.identity else { return Ok(Vec::new()) };
    let made = table.name.renamed(automatic_name(&table.name.name, &column.name, "seq"));
    let mut parts = Vec::new();
    if let Some(native) = option(&column.options, SEQUENCE_TYPE) {
        parts.push(format!("AS {}", native_type(&lambic_core::schema::NativeType::new(native))?));
    }
    parts.extend(clauses(&SequenceOptions::default(), &identity.sequence));
    let mut sql = Vec::new();
    if !parts.is_empty() {
        sql.push(format!("ALTER SEQUENCE {} {}", quote_name(&made)?, parts.join(" ")));
    }
    sql.extend(rename(&made, &name_of(table, column))?);
    Ok(sql)
}

/// The statement that gives a sequence another name.
pub(super) fn rename(previous: &QualifiedName, next: &QualifiedName) -> Result<Option<String>> {
    if previous.namespace != next.namespace {
        return Err(malformed(format!("the sequence {previous} moves to another namespace")));
    }
    let statement = |from: &str, to: &str| format!("ALTER SEQUENCE {from} RENAME TO {to}");
    let to = quote_name(&QualifiedName::bare(&next.name))?;
    Ok((previous != next).then_some(statement(&quote_name(previous)?, &to)))
}
