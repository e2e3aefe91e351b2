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
    parts.extend(clauses(&sequence.options));
    Ok(parts.join(" "))
}

/// `ALTER SEQUENCE`, where more than the comment changes.
pub(super) fn alter(previous: &Sequence, next: &Sequence) -> Result<Option<String>> {
    let mut parts = Vec::new();
    if previous.native != next.native {
        let native = next.native.as_ref().map_or(Ok("bigint".to_owned()), native_type)?;
        parts.push(format!("AS {native}"));
    }
    parts.extend(changes(&previous.options, &next.options));
    let name = quote_name(&next.name)?;
    Ok((!parts.is_empty()).then(|| format!("ALTER SEQUENCE {name} {}", parts.join(" "))))
}

/// The clauses of a sequence that is made. It starts where it must without being told.
pub(super) fn clauses(options: &SequenceOptions) -> Vec<String> {
    differences(&SequenceOptions::default(), options, options.start.is_some(), false)
}

/// The clauses that lead a sequence from some options to others. One that cannot be where it is starts again.
pub(super) fn changes(previous: &SequenceOptions, next: &SequenceOptions) -> Vec<String> {
    let turned = descends(previous) != descends(next);
    let mut clauses = differences(previous, next, true, turned);
    let ((least, most), (new_least, new_most)) = (range(previous), range(next));
    if most < new_least || new_most < least {
        clauses.push(RESTART.to_owned());
    }
    clauses
}

/// Sends a sequence back to its start.
pub(super) const RESTART: &str = "RESTART";

/// What differs. The bounds of a sequence that turned were those of the other direction.
fn differences(previous: &SequenceOptions, next: &SequenceOptions, told: bool, turned: bool) -> Vec<String> {
    let number = |value: Option<BigInteger>, otherwise: i128| value.map_or(otherwise, |value| value.0);
    let mut clauses = Vec::new();
    let mut differ = |differ: bool, clause: String| {
        if differ {
            clauses.push(clause);
        }
    };
    // With another type, `NO MAXVALUE` is what the type allows whatever the direction.
    let first = |this: bool, value: i128| (this && turned).then_some(BigInteger(value));
    let bound = |name: &str, value: Option<BigInteger>| {
        value.map_or_else(|| format!("NO {name}"), |value| format!("{name} {}", value.0))
    };
    differ(previous.increment != next.increment, format!("INCREMENT BY {}", number(next.increment, 1)));
    differ(
        turned || previous.minimum != next.minimum,
        bound("MINVALUE", next.minimum.or(first(!descends(next), 1))),
    );
    differ(
        turned || previous.maximum != next.maximum,
        bound("MAXVALUE", next.maximum.or(first(descends(next), -1))),
    );
    let starts = previous.start != next.start || start(previous) != start(next);
    differ(starts && told, format!("START WITH {}", start(next)));
    differ(previous.cache != next.cache, format!("CACHE {}", number(next.cache, 1)));
    differ(previous.cycle != next.cycle, if next.cycle { "CYCLE" } else { "NO CYCLE" }.to_owned());
    clauses
}

fn descends(options: &SequenceOptions) -> bool {
    options.increment.is_some_and(|step| step.0 < 0)
}

/// Between which values a sequence with these options is; what its type allows at most is as good as no bound.
fn range(options: &SequenceOptions) -> (i128, i128) {
    let (least, most) = if descends(options) { (i128::MIN, -1) } else { (1, i128::MAX) };
    let value = |bound: Option<BigInteger>, otherwise| bound.map_or(otherwise, |bound| bound.0);
    (value(options.minimum, least), value(options.maximum, most))
}

/// Where a sequence with these options starts.
fn start(options: &SequenceOptions) -> i128 {
    let (least, most) = range(options);
    options.start.map_or(if descends(options) { most } else { least }, |start| start.0)
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
    let begun = SequenceOptions::default();
    let changes = changes(&begun, &identity.sequence);
    // It may be where the next one may not.
    let again = start(&begun) != start(&identity.sequence) && !changes.iter().any(|clause| clause == RESTART);
    parts.extend(changes);
    parts.extend(again.then(|| RESTART.to_owned()));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn stepping(increment: i128, minimum: Option<i128>, maximum: Option<i128>) -> SequenceOptions {
        let [minimum, maximum] = [minimum, maximum].map(|bound| bound.map(BigInteger));
        SequenceOptions {
            increment: Some(BigInteger(increment)),
            minimum,
            maximum,
            ..SequenceOptions::default()
        }
    }

    #[test]
    fn a_sequence_that_turns_takes_its_bounds_along_and_starts_again_where_it_must() {
        let cases = [
            (
                stepping(2, None, None),
                stepping(-2, None, None),
                "INCREMENT BY -2 NO MINVALUE MAXVALUE -1 START WITH -1 RESTART",
            ),
            (
                stepping(-2, None, None),
                stepping(2, None, None),
                "INCREMENT BY 2 MINVALUE 1 NO MAXVALUE START WITH 1 RESTART",
            ),
            (
                stepping(1, Some(-9), Some(9)),
                stepping(-1, Some(-9), Some(9)),
                "INCREMENT BY -1 MINVALUE -9 MAXVALUE 9 START WITH 9",
            ),
            (stepping(1, None, None), stepping(1, Some(5), None), "MINVALUE 5 START WITH 5"),
        ];
        for (previous, next, expected) in cases {
            assert_eq!(changes(&previous, &next).join(" "), expected);
        }
        assert_eq!(clauses(&stepping(-2, None, None)).join(" "), "INCREMENT BY -2");
    }
}
