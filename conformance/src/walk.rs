//! A case carried out from its beginning to its end, once, for every law that asks what came of it.

use lambic_core::{Dialect, Error, ErrorKind, Operation, Result, Schema, TransactionalDdl};

use crate::laws::atomicity;
use crate::subject::Place;
use crate::{Case, Subject};

/// What came of a case.
#[derive(Debug)]
pub(crate) struct Walk {
    /// What law L7 says of it, where DDL is transactional.
    pub(crate) broken: Result<()>,
    /// What was read after `before` was built.
    pub(crate) built: Schema,
    /// The same, read again.
    pub(crate) again: Schema,
    /// What came of the operations.
    pub(crate) strides: Result<Vec<Stride>>,
    /// What the database says of itself at the end, where there is an oracle.
    pub(crate) dump: Result<Option<String>>,
}

/// What came of one operation.
#[derive(Debug)]
pub(crate) struct Stride {
    /// The operation.
    pub(crate) operation: Operation,
    /// What was read after it.
    pub(crate) after: Schema,
    /// What was read after its way back; `None` where the dialect lacks a feature that the way back needs.
    pub(crate) back: Option<Schema>,
}

impl Walk {
    /// What the database holds at the end.
    pub(crate) fn last(&self) -> Result<&Schema> {
        let strides = self.strides.as_ref().map_err(Clone::clone)?;
        Ok(strides.last().map_or(&self.built, |stride| &stride.after))
    }
}

/// Carries out the case in a place of its own: each operation, its way back, and the operation again.
pub(crate) async fn walk(subject: &Subject, case: &Case) -> Result<Walk> {
    subject
        .place(async |place| {
            let broken = match place.dialect().capabilities().transactional_ddl {
                TransactionalDdl::Full => rolled_back(place, case).await,
                _ => Ok(()),
            };
            build(place, case).await?;
            let built = place.introspect().await?;
            let again = place.introspect().await?;
            let strides = strides(place, case, &built).await;
            let dump = match subject.oracle() {
                Some(oracle) => place.dump(oracle).await.map(Some),
                None => Ok(None),
            };
            Ok(Walk { broken, built, again, strides, dump })
        })
        .await
}

/// A breach must leave no transaction open.
async fn rolled_back(place: &mut Place, case: &Case) -> Result<()> {
    let broken = atomicity::broken(place, case).await;
    place.connection().rollback().await?;
    broken
}

/// Builds what the case starts from.
pub(crate) async fn build(place: &mut Place, case: &Case) -> Result<()> {
    let dialect = place.dialect();
    place.apply(&case.localised(dialect.as_ref())?.build_for(dialect.capabilities())?).await?;
    match case.sql_before(dialect.name()) {
        Some(sql) => place.script(sql).await,
        None if case.before_sql.is_empty() => Ok(()),
        None => Err(silent(case, dialect.name())),
    }
}

fn silent(case: &Case, dialect: &str) -> Error {
    let message = format!(
        "{dialect} has the features of case {} and the case does not say how to build it there",
        case.name
    );
    Error::new(ErrorKind::Usage, "conformance.case", message)
}

async fn strides(place: &mut Place, case: &Case, built: &Schema) -> Result<Vec<Stride>> {
    let dialect = place.dialect();
    let mut strides: Vec<Stride> = Vec::new();
    for step in case.steps(dialect.name()) {
        let before = strides.last().map_or(built, |stride| &stride.after);
        let operation = step.expand(before, dialect.as_ref())?;
        place.apply(std::slice::from_ref(&operation)).await?;
        let after = place.introspect().await?;
        let back = match way_back(case, &operation, dialect.as_ref())? {
            Some(back) => {
                place.apply(&[back]).await.map_err(|error| error.note("on the way back"))?;
                let read = place.introspect().await?;
                place.apply(std::slice::from_ref(&operation)).await?;
                Some(read)
            }
            None => None,
        };
        strides.push(Stride { operation, after, back });
    }
    Ok(strides)
}

/// The way back from an operation of a case; `None` where the dialect lacks a feature that it needs, and says so.
pub(crate) fn way_back(
    case: &Case,
    operation: &Operation,
    dialect: &dyn Dialect,
) -> Result<Option<Operation>> {
    let back = operation.reverse();
    if case.leads_back(dialect) {
        return Ok(Some(back));
    }
    match dialect.render(&back) {
        Err(error) if error.kind == ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(error.note("on the way back, which is to be refused as unsupported")),
        // The feature is needed by another operation of the case.
        Ok(_) => Ok(Some(back)),
    }
}
