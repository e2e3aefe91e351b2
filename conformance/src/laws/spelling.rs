//! L10: rendered SQL is spelt as the case says. Without a server, but for what starts from SQL: there a database has to say
//! first what that is.

use lambic_core::{Dialect, Operation, Result};

use super::{Body, Missing, Trial, breach, equal, unless};
use crate::case::spelt;
use crate::{Case, Subject};

/// A trial for each case. Where no case says how the dialect spells anything, nobody has agreed on a spelling yet, unless this
/// run writes it.
pub(super) fn trials(cases: &[Case], dialect: &dyn Dialect) -> Vec<Trial> {
    let mut trials = unless(cases, dialect, Body::Spelling, |case| nothing_to_spell(case, dialect.name()));
    if !blessing() && !cases.iter().any(|case| case.expected.contains_key(dialect.name())) {
        let unagreed = Missing::Fact(format!("no spelling was agreed for {}", dialect.name()));
        let explained = |trial: &Trial| trial.missing.as_ref().is_some_and(Missing::is_explained);
        for trial in trials.iter_mut().filter(|trial| !explained(trial)) {
            trial.missing = Some(unagreed.clone());
        }
    }
    trials
}

fn nothing_to_spell(case: &Case, dialect: &str) -> Option<&'static str> {
    let mute = !case.before_sql.is_empty() && case.steps(dialect).is_empty();
    let varies = case.varies.iter().any(|known| known == dialect);
    match (mute, varies) {
        (true, _) => Some("the case does nothing that could be spelt"),
        (_, true) => Some("versions of the server print what is there differently"),
        _ => None,
    }
}

/// Whether what is rendered is to be written into the cases.
fn blessing() -> bool {
    std::env::var_os("LAMBIC_BLESS").is_some()
}

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    let dialect = subject.dialect().name();
    let found = if case.before_sql.is_empty() {
        case.spelling(subject.offline())?
    } else {
        read_first(subject, case).await?
    };
    if blessing() {
        return case.bless(dialect, &found);
    }
    let expected = case.expected.get(dialect).ok_or_else(|| {
        breach("the case does not say how it is spelt")
            .hint("LAMBIC_BLESS=1, which `cargo xtask bless` sets, writes it: read what it wrote")
    })?;
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    equal(
        "the SQL is spelt differently (LAMBIC_BLESS=1, which `cargo xtask bless` sets, updates the case)",
        &lines(expected),
        &lines(&found),
    )
}

/// The operations of the case as they are spelt for what was read.
async fn read_first(subject: &Subject, case: &Case) -> Result<String> {
    let walk = subject.walk(case).await?;
    let strides = walk.strides.as_ref().map_err(Clone::clone)?;
    let operations: Vec<Operation> = strides.iter().map(|stride| stride.operation.clone()).collect();
    spelt(&operations, subject.dialect())
}
