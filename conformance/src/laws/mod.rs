//! The laws, one file each.

mod atomicity;
mod honesty;
mod identifiers;
mod round_trip;
mod spelling;

use lambic_core::{Dialect, Error, ErrorKind, Feature, Operation, Result};

use crate::{Case, Subject};

/// A law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// L1: what is built is read back the same, twice, and once more when it is built from what was read.
    RoundTrip,
    /// L7: a broken plan leaves nothing behind if and only if DDL is transactional.
    Atomicity,
    /// L10: rendered SQL is spelt as the case says.
    Spelling,
    /// L11: names come back as they went in.
    Identifiers,
    /// L12: what is declared works, what is not is refused by name.
    Honesty,
}

impl Law {
    /// Every law of this version of the suite.
    pub const ALL: [Self; 5] =
        [Self::RoundTrip, Self::Atomicity, Self::Spelling, Self::Identifiers, Self::Honesty];

    /// Number and name, as the documentation has them.
    pub fn title(self) -> &'static str {
        match self {
            Self::RoundTrip => "L1 round trip",
            Self::Atomicity => "L7 atomicity",
            Self::Spelling => "L10 spelling",
            Self::Identifiers => "L11 identifiers",
            Self::Honesty => "L12 honesty",
        }
    }

    /// Every trial of this law for a driver whose dialect, offline, is `dialect`.
    pub(crate) fn trials(self, cases: &[Case], dialect: &dyn Dialect) -> Vec<Trial> {
        match self {
            Self::RoundTrip => per_case(cases, dialect, |case| Body::RoundTrip(case.clone())),
            Self::Atomicity => per_case(cases, dialect, |case| Body::Atomicity(case.clone())),
            Self::Spelling => spelling::trials(cases, dialect),
            Self::Identifiers => identifiers::trials(dialect),
            Self::Honesty => honesty::trials(cases, dialect),
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
    /// The feature that is missing, when it does not apply.
    pub(crate) missing: Option<Feature>,
    body: Body,
}

/// What a trial does.
#[derive(Debug, Clone)]
enum Body {
    RoundTrip(Case),
    Atomicity(Case),
    Spelling(Case),
    Identifier(identifiers::Position, String),
    Exercised(Case),
    Absent(Operation),
    Uncovered(Feature),
}

impl Trial {
    /// Tries it; an error is a breach of the law.
    pub(crate) async fn run(&self, subject: &Subject) -> Result<()> {
        match &self.body {
            Body::RoundTrip(case) => round_trip::check(subject, case).await,
            Body::Atomicity(case) => atomicity::check(subject, case).await,
            Body::Spelling(case) => spelling::check(subject, case),
            Body::Identifier(position, name) => identifiers::check(subject, *position, name).await,
            Body::Exercised(case) => honesty::exercised(subject, case).await,
            Body::Absent(operation) => honesty::absent(subject, operation),
            Body::Uncovered(feature) => {
                Err(breach(format!("no case exercises the declared feature {feature}")))
            }
        }
    }
}

fn per_case(cases: &[Case], dialect: &dyn Dialect, body: impl Fn(&Case) -> Body) -> Vec<Trial> {
    let trial = |case: &Case| Trial {
        name: case.name.clone(),
        object: case.object().to_owned(),
        missing: case.missing(dialect).cloned(),
        body: body(case),
    };
    cases.iter().map(trial).collect()
}

/// A broken law.
fn breach(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Conflict, "conformance.breach", message)
}

/// Two things that a law says are equal.
fn equal<T: PartialEq + serde::Serialize>(what: &str, left: &T, right: &T) -> Result<()> {
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
