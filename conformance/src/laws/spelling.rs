//! L10: rendered SQL is spelt as the case says. Without a server, but for what starts from SQL: there a database has to say
//! first what that is.

use lambic_core::{Operation, Result};

use super::{breach, equal};
use crate::case::spelt;
use crate::{Case, Subject};

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    let dialect = subject.dialect().name();
    let found = if case.before_sql.is_empty() {
        case.spelling(subject.offline())?
    } else {
        read_first(subject, case).await?
    };
    if std::env::var_os("LAMBIC_BLESS").is_some() {
        return case.bless(dialect, &found);
    }
    let expected = case.expected.get(dialect).ok_or_else(|| {
        breach("the case does not say how it is spelt")
            .hint("`cargo xtask bless` writes it: read what it wrote")
    })?;
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    equal(
        "the SQL is spelt differently (`cargo xtask bless` updates the case)",
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
