//! L7: a plan broken in the middle leaves nothing behind if and only if DDL is transactional.

use lambic_core::{Result, Schema, TransactionOptions, TransactionalDdl};

use super::{breach, equal};
use crate::place::Place;
use crate::{Case, Subject};

/// What no dialect takes for SQL.
const BROKEN: &str = "THIS IS NOT A STATEMENT";

/// Where nothing may be left behind, the place serves the other laws afterwards.
pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    match subject.dialect().capabilities().transactional_ddl {
        TransactionalDdl::Full => subject.walk(case).await?.broken.clone(),
        _ => subject.place(async |place| broken(subject, place, case).await).await,
    }
}

/// Builds what the case starts from, up to a statement that fails, and rolls it back.
pub(crate) async fn broken(subject: &Subject, place: &mut Place, case: &Case) -> Result<()> {
    let dialect = place.dialect();
    let empty = subject.empty().await?;
    place.connection().begin(&TransactionOptions::default()).await?;
    for operation in case.localised(dialect.as_ref())?.build_for(dialect.capabilities())? {
        for statement in dialect.render(&operation)? {
            place.connection().execute(&statement.sql, &[]).await?;
        }
    }
    if let Some(sql) = case.sql_before(dialect.name()) {
        place.script(sql).await?;
    }
    let accepted = place.connection().execute(BROKEN, &[]).await.is_ok();
    place.connection().rollback().await?;
    if accepted {
        return Err(breach("a broken statement was accepted"));
    }
    judge(&dialect.capabilities().transactional_ddl, &empty, &place.introspect().await?)
}

fn judge(declared: &TransactionalDdl, before: &Schema, after: &Schema) -> Result<()> {
    match declared {
        TransactionalDdl::Full => equal("a rolled back plan left something behind", before, after),
        _ if before == after => Err(breach("DDL was rolled back, although the capability denies it")),
        _ => Ok(()),
    }
}
