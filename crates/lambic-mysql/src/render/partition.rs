//! Partitions.

use lambic_core::Result;
use lambic_core::schema::{Partition, Partitioning};

use super::text::{Writer, malformed};

/// Options of a partition: published name, what SQL calls it.
const TEXTS: [(&str, &str); 3] =
    [("comment", "COMMENT"), ("data-directory", "DATA DIRECTORY"), ("index-directory", "INDEX DIRECTORY")];
const NUMBERS: [(&str, &str); 3] =
    [("max-rows", "MAX_ROWS"), ("min-rows", "MIN_ROWS"), ("nodegroup", "NODEGROUP")];
const WORDS: [(&str, &str); 1] = [("engine", "ENGINE")];
const NAMES: [(&str, &str); 1] = [("tablespace", "TABLESPACE")];

/// How one partitioning becomes another.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Repartition {
    /// It does not change.
    Nothing,
    /// At the end of an `ALTER TABLE`, after whatever else it does.
    With(String),
    /// By an `ALTER TABLE` of its own.
    Alone(String),
}

impl Writer<'_> {
    /// `PARTITION BY …`.
    pub(super) fn partitioning(self, partitioning: &Partitioning) -> Result<String> {
        let by = self.fragment("partitioning", partitioning.by.as_str())?.text;
        let mut parts = vec![format!("PARTITION BY {by}")];
        if let Some(inner) = inner(partitioning)? {
            parts.push(format!("SUBPARTITION BY {}", self.fragment("partitioning", inner)?.text));
        }
        if !partitioning.partitions.is_empty() {
            parts.push(format!("({})", self.partitions(&partitioning.partitions)?));
        }
        Ok(parts.join("\n"))
    }

    fn partitions(self, partitions: &[Partition]) -> Result<String> {
        let partitions: Vec<String> = partitions
            .iter()
            .map(|partition| self.partition("PARTITION", partition))
            .collect::<Result<_>>()?;
        Ok(partitions.join(",\n "))
    }

    fn partition(self, noun: &str, partition: &Partition) -> Result<String> {
        let mut parts = vec![format!("{noun} {}", self.name(&partition.name.name)?)];
        if !partition.bound.as_str().is_empty() {
            let bound = self.fragment("bound", partition.bound.as_str())?;
            if bound.outer.iter().any(|token| token.is(',')) {
                return Err(self.malformed("bound", partition.bound.as_str(), "is more than a bound"));
            }
            parts.push(bound.text);
        }
        let known = TEXTS.iter().chain(&NUMBERS).chain(&WORDS).chain(&NAMES).map(|(name, _)| *name);
        self.refuse_options(&partition.options, &known.collect::<Vec<_>>(), "partitions")?;
        for (name, value) in &partition.options {
            let find = |table: &[(&str, &'static str)]| {
                table.iter().find(|(known, _)| known == name).map(|(_, keyword)| *keyword)
            };
            let (keyword, value) = if let Some(keyword) = find(&TEXTS) {
                (keyword, self.literal(value)?)
            } else if let Some(keyword) = find(&NUMBERS) {
                (keyword, self.number(name, value)?)
            } else if let Some(keyword) = find(&WORDS) {
                (keyword, self.word(name, value)?)
            } else if let Some(keyword) = find(&NAMES) {
                (keyword, self.name(value)?)
            } else {
                continue;
            };
            parts.push(format!("{keyword} = {value}"));
        }
        if let Some(inner) = &partition.partitioning {
            let inner: Vec<String> = inner
                .partitions
                .iter()
                .map(|partition| self.partition("SUBPARTITION", partition))
                .collect::<Result<_>>()?;
            if !inner.is_empty() {
                parts.push(format!("({})", inner.join(", ")));
            }
        }
        Ok(parts.join(" "))
    }

    /// How `previous` becomes `next` without losing a row: a partition that goes hands its rows to those that are left,
    /// and where none takes them the statement fails.
    pub(super) fn repartition(
        self,
        previous: Option<&Partitioning>,
        next: Option<&Partitioning>,
    ) -> Result<Repartition> {
        Ok(match (previous, next) {
            (previous, next) if previous == next => Repartition::Nothing,
            (_, None) => Repartition::With("REMOVE PARTITIONING".to_owned()),
            (None, Some(next)) => Repartition::With(self.partitioning(next)?),
            (Some(previous), Some(next)) => match self.in_part(previous, next)? {
                Some(action) => Repartition::Alone(action),
                None => Repartition::With(self.partitioning(next)?),
            },
        })
    }

    /// The action that touches only the partitions that differ, where there is one.
    fn in_part(self, previous: &Partitioning, next: &Partitioning) -> Result<Option<String>> {
        let (old, new) = (&previous.partitions, &next.partitions);
        if previous.by != next.by || inner(previous)? != inner(next)? || !has_bounds(old) || !has_bounds(new)
        {
            return Ok(None);
        }
        let first = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let (old, new) = (old.get(first..).unwrap_or_default(), new.get(first..).unwrap_or_default());
        let same = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
        // Where partitions only come or only go, the next one gives or takes their rows.
        let grown = same < old.len() && same < new.len();
        let kept = if grown { same } else { same.saturating_sub(1) };
        let cut = |all: &[Partition]| all.get(..all.len().saturating_sub(kept)).unwrap_or_default().to_vec();
        let (gone, come) = (cut(old), cut(new));
        Ok(match (gone.as_slice(), come.as_slice()) {
            ([], come) if same == 0 => Some(format!("ADD PARTITION ({})", self.partitions(come)?)),
            // The last bound stays, so that the same rows have a place.
            ([_, ..], [_, ..]) if same > 0 => {
                let names: Vec<&str> = gone.iter().map(|partition| partition.name.name.as_str()).collect();
                let into = self.partitions(&come)?;
                Some(format!("REORGANIZE PARTITION {} INTO ({into})", self.names(&names)?))
            }
            _ => None,
        })
    }
}

/// Whether each partition says which rows it holds.
fn has_bounds(partitions: &[Partition]) -> bool {
    !partitions.is_empty() && partitions.iter().all(|partition| !partition.bound.as_str().is_empty())
}

/// What `SUBPARTITION BY` is followed by. It is the same for all partitions.
fn inner(partitioning: &Partitioning) -> Result<Option<&str>> {
    let by = |partition: &Partition| partition.partitioning.as_ref().map(|inner| inner.by.0.clone());
    let first = partitioning.partitions.first();
    if partitioning.partitions.iter().any(|partition| by(partition) != first.and_then(by)) {
        return Err(malformed("the partitions of a table are not spread further in the same way".to_owned()));
    }
    Ok(first.and_then(|first| first.partitioning.as_deref()).map(|inner| inner.by.as_str()))
}
