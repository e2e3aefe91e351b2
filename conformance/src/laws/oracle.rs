//! L4: the database's own dump after a case's operations is that of a database that was built so from the start.

use lambic_core::Result;

use super::{breach, equal};
use crate::{Case, Subject};

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    let walk = subject.walk(case).await?;
    let built = subject.rebuilt(walk.last()?, true).await?;
    let lines = |text: &Option<String>| -> Result<Vec<String>> {
        let text = text.as_deref().ok_or_else(|| breach("there is no oracle"))?;
        Ok(text.lines().map(str::to_owned).collect())
    };
    let migrated = walk.dump.as_ref().map_err(Clone::clone)?;
    equal(
        "the database describes what was built otherwise than what was migrated",
        &lines(&built.dump)?,
        &lines(migrated)?,
    )
}
