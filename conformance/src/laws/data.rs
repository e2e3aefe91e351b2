//! L6: rows survive, value by value, wherever the operations do not destroy them.

use lambic_core::Result;

use super::{breach, equal};
use crate::trail::{Trail, fill};
use crate::walk::{build, way_back};
use crate::{Case, Subject};

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    subject
        .place(async |place| {
            let dialect = place.dialect();
            build(place, case).await?;
            let mut schema = place.introspect().await?;
            match case.rows_for(dialect.name()) {
                Some(sql) => place.script(sql).await?,
                None => fill(place, &schema)
                    .await
                    .map_err(|error| error.note("the case needs rows of its own: a section `-- rows`"))?,
            }
            let mut trail = Trail::of(&schema);
            let filled = trail.read(place).await?;
            if !trail.is_empty() && filled.iter().all(Vec::is_empty) {
                return Err(breach("no table of the case holds a row: nothing could be lost"));
            }
            for step in case.steps(dialect.name()) {
                let operation = step.expand(&schema, dialect.as_ref())?;
                let mut way = vec![operation.clone()];
                if let Some(back) = way_back(case, &operation, dialect.as_ref())? {
                    way.extend([back, operation]);
                }
                for operation in way {
                    let before = trail.surviving(&operation).read(place).await?;
                    place.apply(std::slice::from_ref(&operation)).await?;
                    trail = trail.follow(&operation);
                    let what = format!("{} lost or changed rows", operation.describe());
                    equal(&what, &before, &trail.read(place).await?)?;
                }
                schema = place.introspect().await?;
            }
            Ok(())
        })
        .await
}
