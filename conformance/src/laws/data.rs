//! L6: rows survive, value by value, wherever the operations do not destroy them.

use lambic_core::Result;

use crate::{Case, Subject};

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    let walk = subject.walk(case).await?;
    walk.strides.as_ref().map(drop).map_err(Clone::clone).and(walk.rows.clone())
}
