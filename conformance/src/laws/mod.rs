//! The laws, one file each.

pub(crate) mod atomicity;
mod contention;
mod data;
mod generated;
mod honesty;
mod identifiers;
mod locks;
mod namespaces;
mod oracle;
mod round_trip;
mod spelling;
mod time;

use std::fmt;

use lambic_core::{Dialect, Error, ErrorKind, Feature, Operation, Result};
use serde::{Deserialize, Serialize};

use crate::{Case, Subject};

/// A law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// L1: what is built is read back the same, twice, and once more when it is built from what was read.
    RoundTrip,
    /// L4: the database's own dump after the operations is that of a database that was built so from the start.
    Oracle,
    /// L6: rows survive wherever the operations do not destroy them.
    Data,
    /// L7: a broken plan leaves nothing behind if and only if DDL is transactional.
    Atomicity,
    /// L8: of several migrators one works at a time.
    Locks,
    /// L10: rendered SQL is spelt as the case says.
    Spelling,
    /// L11: names come back as they went in.
    Identifiers,
    /// L12: what is declared works, what is not is refused by name.
    Honesty,
    /// L13: cancelling ends a statement, waiting ends in time, and a connection that is cut is an error.
    Time,
}

impl Law {
    /// Every law of this version of the suite.
    pub const ALL: [Self; 9] = [
        Self::RoundTrip,
        Self::Oracle,
        Self::Data,
        Self::Atomicity,
        Self::Locks,
        Self::Spelling,
        Self::Identifiers,
        Self::Honesty,
        Self::Time,
    ];

    /// Number and name, as the documentation has them.
    pub fn title(self) -> &'static str {
        match self {
            Self::RoundTrip => "L1 round trip",
            Self::Oracle => "L4 oracle",
            Self::Data => "L6 data",
            Self::Atomicity => "L7 atomicity",
            Self::Locks => "L8 locks",
            Self::Spelling => "L10 spelling",
            Self::Identifiers => "L11 identifiers",
            Self::Honesty => "L12 honesty",
            Self::Time => "L13 time",
        }
    }

    /// Every trial of this law.
    pub(crate) fn trials(self, cases: &[Case], subject: &Subject, seed: u64) -> Vec<Trial> {
        let dialect = subject.dialect();
        match self {
            Self::RoundTrip => {
                let mut trials = per_case(cases, dialect, |case| Body::RoundTrip(case.clone()));
                trials.extend(generated::trials(dialect, seed));
                trials
            }
            Self::Oracle => {
                let mut trials = per_case(cases, dialect, |case| Body::Oracle(case.clone()));
                if subject.oracle().is_none() {
                    let missing = Missing::Fact("no oracle was given".to_owned());
                    for trial in &mut trials {
                        trial.missing = Some(missing.clone());
                    }
                }
                trials
            }
            Self::Data => unless(cases, dialect, Body::Data, |case| {
                (!case.moves_rows(dialect.name())).then_some("the case moves no rows")
            }),
            Self::Atomicity => per_case(cases, dialect, |case| Body::Atomicity(case.clone())),
            Self::Locks => locks::trials(subject),
            Self::Spelling => spelling::trials(cases, dialect),
            Self::Identifiers => identifiers::trials(dialect),
            Self::Honesty => honesty::trials(cases, dialect),
            Self::Time => time::trials(subject),
        }
    }
}

/// Why nothing can be cut.
const NO_ADDRESS: &str = "the URL names no host and port, between which and the suite one could stand";

/// Why a trial does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The database lacks a feature.
    Feature(Feature),
    /// Another fact about the database or the run, in words.
    Fact(String),
    /// The case has nothing that the law is about.
    Case(String),
}

impl Missing {
    /// Whether it is a capability that explains it.
    pub(crate) fn is_explained(&self) -> bool {
        !matches!(self, Self::Case(_))
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Feature(feature) => write!(f, "no {feature}"),
            Self::Fact(why) | Self::Case(why) => f.write_str(why),
        }
    }
}

/// One thing to try.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    /// What it is called, within its law.
    pub(crate) name: String,
    /// The object kind that it is about.
    pub(crate) object: String,
    /// What is missing, when it does not apply.
    pub(crate) missing: Option<Missing>,
    body: Body,
}

/// What a trial does.
#[derive(Debug, Clone)]
enum Body {
    RoundTrip(Case),
    Generated(u64),
    Oracle(Case),
    Data(Case),
    Atomicity(Case),
    Lock(locks::Aspect),
    Spelling(Case),
    Identifiers(identifiers::Position),
    Exercised(Case),
    Refused(Case),
    Namespaces,
    Absent(Operation),
    Uncovered(Feature),
    Time(time::Aspect),
    Contention(contention::Aspect),
}

impl Trial {
    /// Tries it; an error is a breach of the law.
    pub(crate) async fn run(&self, subject: &Subject) -> Result<()> {
        match &self.body {
            Body::RoundTrip(case) => round_trip::check(subject, case).await,
            Body::Generated(seed) => generated::check(subject, *seed).await,
            Body::Oracle(case) => oracle::check(subject, case).await,
            Body::Data(case) => data::check(subject, case).await,
            Body::Atomicity(case) => atomicity::check(subject, case).await,
            Body::Lock(aspect) => locks::check(subject, *aspect).await,
            Body::Spelling(case) => spelling::check(subject, case).await,
            Body::Identifiers(position) => identifiers::check(subject, *position).await,
            Body::Exercised(case) => honesty::exercised(subject, case).await,
            Body::Refused(case) => honesty::refused(subject, case),
            Body::Namespaces => namespaces::check(subject).await,
            Body::Absent(operation) => honesty::absent(subject, operation),
            Body::Uncovered(feature) => {
                Err(breach(format!("no case exercises the declared feature {feature}")))
            }
            Body::Time(aspect) => time::check(subject, *aspect).await,
            Body::Contention(aspect) => contention::check(subject, *aspect).await,
        }
    }
}

fn per_case<'c>(
    cases: impl IntoIterator<Item = &'c Case>,
    dialect: &dyn Dialect,
    body: impl Fn(&Case) -> Body,
) -> Vec<Trial> {
    let trial = |case: &Case| Trial {
        name: case.name.clone(),
        object: case.object().to_owned(),
        missing: case.missing(dialect).cloned().map(Missing::Feature),
        body: body(case),
    };
    cases.into_iter().map(trial).collect()
}

/// The same, where a case may have nothing that the law is about.
fn unless(
    cases: &[Case],
    dialect: &dyn Dialect,
    body: impl Fn(Case) -> Body,
    nothing: impl Fn(&Case) -> Option<&'static str>,
) -> Vec<Trial> {
    let mut trials = per_case(cases, dialect, |case| body(case.clone()));
    for (trial, case) in trials.iter_mut().zip(cases) {
        let why = nothing(case).map(|why| Missing::Case(why.to_owned()));
        trial.missing = trial.missing.take().or(why);
    }
    trials
}

/// A broken law.
pub(crate) fn breach(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Conflict, "conformance.breach", message)
}

/// Two things that a law says are equal.
pub(crate) fn equal<T: PartialEq + serde::Serialize>(what: &str, left: &T, right: &T) -> Result<()> {
    if left == right {
        return Ok(());
    }
    let text = |value: &T| serde_json::to_string_pretty(value).unwrap_or_else(|error| error.to_string());
    let (left, right) = (text(left), text(right));
    let differs = |(a, b): &(&str, &str)| a != b;
    let at = left.lines().zip(right.lines()).position(|pair| differs(&pair)).unwrap_or_default();
    let near = |text: &str| text.lines().skip(at.saturating_sub(4)).take(12).collect::<Vec<_>>().join("\n");
    Err(breach(format!("{what}\n--- expected, from line {at}\n{}\n--- found\n{}", near(&left), near(&right))))
}
