//! L10: rendered SQL is spelt as the case says. Offline.

use lambic_core::{Dialect, Result};

use super::{Body, Missing, Trial, breach, equal};
use crate::{Case, Subject};

/// One trial for each case that gives a text for the dialect, or could be blessed with one: what starts from a
/// dialect's own SQL needs a database to know the schema.
pub(super) fn trials(cases: &[Case], dialect: &dyn Dialect) -> Vec<Trial> {
    let spelt = |case: &&Case| {
        case.before_sql.is_empty() && (case.expected.contains_key(dialect.name()) || blessing())
    };
    let trial = |case: &Case| Trial {
        name: case.name.clone(),
        object: case.object().to_owned(),
        missing: case.missing(dialect).cloned().map(Missing::Feature),
        body: Body::Spelling(case.clone()),
    };
    cases.iter().filter(spelt).map(trial).collect()
}

pub(super) fn check(subject: &Subject, case: &Case) -> Result<()> {
    let dialect = subject.offline();
    let found = case.spelling(dialect)?;
    if blessing() {
        return case.bless(dialect.name(), &found);
    }
    let expected = case.expected.get(dialect.name()).ok_or_else(|| breach("the case gives no text"))?;
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    equal(
        "the SQL is spelt differently (`cargo xtask bless` updates the case)",
        &lines(expected),
        &lines(&found),
    )
}

fn blessing() -> bool {
    std::env::var_os("LAMBIC_BLESS").is_some()
}
