//! L4: the database's own dump after a case's operations is that of a database that was built so from the start.

use lambic_core::Result;

use super::{breach, round_trip};
use crate::{Case, Subject};

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    let Some(oracle) = subject.oracle() else { return Err(breach("there is no oracle")) };
    let (schema, migrated) = subject
        .place(async |place| {
            round_trip::build(place, case).await?;
            let dialect = place.dialect();
            let mut schema = place.introspect().await?;
            for step in &case.steps {
                let operation = step.expand(&schema, dialect.as_ref())?;
                place.apply(std::slice::from_ref(&operation)).await?;
                schema = place.introspect().await?;
            }
            Ok((schema, place.dump(oracle).await?))
        })
        .await?;
    let operations = schema.build()?;
    let built = subject
        .place(async |place| {
            place.apply(&operations).await?;
            place.dump(oracle).await
        })
        .await?;
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    super::equal(
        "the database describes what was built otherwise than what was migrated",
        &lines(&built),
        &lines(&migrated),
    )
}
