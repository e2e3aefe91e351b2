//! Sequences.

use lambic_core::Result;
use lambic_core::schema::{BigInteger, Sequence, SequenceOptions};

use super::text::Writer;

/// Where a sequence starts and what its least and greatest values are, unless told otherwise.
fn start(options: &SequenceOptions) -> i128 {
    let descends = options.increment.is_some_and(|step| step.0 < 0);
    match (descends, options.minimum, options.maximum) {
        (true, _, maximum) => maximum.map_or(-1, |maximum| maximum.0),
        (false, minimum, _) => minimum.map_or(1, |minimum| minimum.0),
    }
}

/// A number that is set, or what sets it back; `None` where it does not change.
fn number(
    word: &str,
    previous: Option<BigInteger>,
    next: Option<BigInteger>,
    default: impl Fn() -> String,
) -> Option<String> {
    (previous != next).then(|| next.map_or_else(default, |number| format!("{word} {}", number.0)))
}

impl Writer<'_> {
    fn check_sequence(self, sequence: &Sequence) -> Result<()> {
        self.refuse(!self.product.facts.sequences, "sequences")?;
        let typed = sequence.native.is_some() && !self.product.facts.sequence_types;
        self.refuse(typed, "sequences with a type of their own")
    }

    pub(super) fn create_sequence(self, sequence: &Sequence) -> Result<String> {
        self.check_sequence(sequence)?;
        let mut parts = vec![format!("CREATE SEQUENCE {}", self.qualified(&sequence.name)?)];
        if let Some(native) = &sequence.native {
            parts.push(format!("AS {}", self.native(native.as_str())?));
        }
        parts.extend(changes(&SequenceOptions::default(), &sequence.options));
        if let Some(comment) = &sequence.comment {
            parts.push(format!("COMMENT {}", self.literal(comment)?));
        }
        Ok(parts.join(" "))
    }

    pub(super) fn alter_sequence(self, previous: &Sequence, next: &Sequence) -> Result<Vec<String>> {
        self.check_sequence(next)?;
        let name = self.qualified(&next.name)?;
        let mut parts = changes(&previous.options, &next.options);
        if previous.native != next.native {
            let native = next.native.as_ref().map_or("bigint", |native| native.as_str());
            parts.insert(0, format!("AS {}", self.native(native)?));
        }
        let mut sql = Vec::new();
        if !parts.is_empty() {
            sql.push(format!("ALTER SEQUENCE {name} {}", parts.join(" ")));
        }
        if previous.comment != next.comment {
            let comment = self.literal(next.comment.as_deref().unwrap_or_default())?;
            sql.push(format!("ALTER TABLE {name} COMMENT={comment}"));
        }
        Ok(sql)
    }
}

/// The options that differ, each as it is set.
fn changes(previous: &SequenceOptions, next: &SequenceOptions) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(number("INCREMENT BY", previous.increment, next.increment, || "INCREMENT BY 1".to_owned()));
    parts.extend(number("MINVALUE", previous.minimum, next.minimum, || "NO MINVALUE".to_owned()));
    parts.extend(number("MAXVALUE", previous.maximum, next.maximum, || "NO MAXVALUE".to_owned()));
    let first = |options: &SequenceOptions| options.start.map_or_else(|| start(options), |start| start.0);
    if next.start.is_some() || first(previous) != first(next) {
        parts.push(format!("START WITH {}", first(next)));
    }
    parts.extend(number("CACHE", previous.cache, next.cache, || "CACHE 1000".to_owned()));
    if previous.cycle != next.cycle {
        parts.push(if next.cycle { "CYCLE" } else { "NOCYCLE" }.to_owned());
    }
    parts
}
