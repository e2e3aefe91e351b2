//! L7: a plan broken in the middle leaves nothing behind if and only if DDL is transactional.

use lambic_core::{Result, Schema, TransactionOptions, TransactionalDdl};

use super::{breach, equal};
use crate::{Case, Subject};

/// What no dialect takes for SQL.
const BROKEN: &str = "THIS IS NOT A STATEMENT";

pub(super) async fn check(subject: &Subject, case: &Case) -> Result<()> {
    subject
        .place(async |place| {
            let dialect = place.dialect();
            let empty = place.introspect().await?;
            place.connection().begin(&TransactionOptions::default()).await?;
            for operation in case.localised(dialect.as_ref())?.build_for(dialect.capabilities())? {
                for statement in dialect.render(&operation)? {
                    place.connection().execute(&statement.sql, &[]).await?;
                }
            }
            if let Some(sql) = case.sql_before(dialect.name()) {
                place.script(sql).await?;
            }
            if place.connection().execute(BROKEN, &[]).await.is_ok() {
                return Err(breach("a broken statement was accepted"));
            }
            place.connection().rollback().await?;
            judge(&dialect.capabilities().transactional_ddl, &empty, &place.introspect().await?)
        })
        .await
}

fn judge(declared: &TransactionalDdl, before: &Schema, after: &Schema) -> Result<()> {
    match declared {
        TransactionalDdl::Full => equal("a rolled back plan left something behind", before, after),
        _ if before == after => Err(breach("DDL was rolled back, although the capability denies it")),
        _ => Ok(()),
    }
}
