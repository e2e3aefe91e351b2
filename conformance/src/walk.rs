//! A case carried out from its beginning to its end, once, for every law that asks what came of it.

use lambic_core::{Dialect, Error, ErrorKind, Operation, Result, Schema, TransactionalDdl};

use crate::laws::{atomicity, breach, equal};
use crate::place::Place;
use crate::trail::{Trail, fill};
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
    /// What law L6 says of the rows that were there.
    pub(crate) rows: Result<()>,
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

    /// Whether a schema is what the database holds at the end: there its own account is asked for, too.
    pub(crate) fn ends_in(&self, schema: &Schema) -> bool {
        self.last().is_ok_and(|last| last == schema)
    }
}

/// Carries out the case in a place of its own: each operation, its way back, and the operation again, over rows where
/// the case moves any.
pub(crate) async fn walk(subject: &Subject, case: &Case) -> Result<Walk> {
    subject
        .place(async |place| {
            let broken = match place.dialect().capabilities().transactional_ddl {
                TransactionalDdl::Full => rolled_back(subject, place, case).await,
                _ => Ok(()),
            };
            build(place, case).await?;
            let built = place.introspect().await?;
            let again = place.introspect().await?;
            let mut rows = Followed::new(place, case, &built).await;
            let strides = strides(place, case, &built, &mut rows).await;
            let dump = match subject.oracle() {
                Some(oracle) => place.dump(oracle).await.map(Some),
                None => Ok(None),
            };
            Ok(Walk { broken, built, again, strides, rows: rows.found, dump })
        })
        .await
}

/// A breach must leave no transaction open.
async fn rolled_back(subject: &Subject, place: &mut Place, case: &Case) -> Result<()> {
    let broken = atomicity::broken(subject, place, case).await;
    place.connection().rollback().await?;
    broken
}

/// The rows of a case on their way through its operations.
#[derive(Debug)]
struct Followed {
    /// Where they are; `None` when the case moves none, or when there are none to follow.
    trail: Option<Trail>,
    found: Result<()>,
}

impl Followed {
    async fn new(place: &mut Place, case: &Case, built: &Schema) -> Self {
        if !case.moves_rows(place.dialect().name()) {
            return Self { trail: None, found: Ok(()) };
        }
        match filled(place, case, built).await {
            Ok(trail) => Self { trail: Some(trail), found: Ok(()) },
            Err(error) => Self { trail: None, found: Err(error) },
        }
    }

    /// Carries out an operation, and looks whether the rows that it does not destroy are all there.
    async fn apply(&mut self, place: &mut Place, operation: &Operation) -> Result<()> {
        let Some(trail) = &self.trail else { return place.apply(std::slice::from_ref(operation)).await };
        let (old, new) = trail.through(operation);
        let before = old.read(place).await?;
        place.apply(std::slice::from_ref(operation)).await?;
        let what = format!("{} lost or changed rows", operation.describe());
        let kept = equal(&what, &before, &new.read(place).await?);
        // The first loss is the one that counts.
        self.found = self.found.clone().and(kept);
        self.trail = Some(new);
        Ok(())
    }
}

/// Puts the rows in that the case brings, or rows that are made up.
async fn filled(place: &mut Place, case: &Case, built: &Schema) -> Result<Trail> {
    match case.rows_for(place.dialect().name()) {
        Some(sql) => place.script(sql).await?,
        None => fill(place, built)
            .await
            .map_err(|error| error.note("the case needs rows of its own: a section `-- rows`"))?,
    }
    let trail = Trail::of(built);
    if !trail.is_empty() && trail.read(place).await?.iter().all(Vec::is_empty) {
        return Err(breach("no table of the case holds a row: nothing could be lost"));
    }
    Ok(trail)
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

async fn strides(place: &mut Place, case: &Case, built: &Schema, rows: &mut Followed) -> Result<Vec<Stride>> {
    let dialect = place.dialect();
    let mut strides: Vec<Stride> = Vec::new();
    for step in case.steps(dialect.name()) {
        let before = strides.last().map_or(built, |stride| &stride.after);
        let operation = step.expand(before, dialect.as_ref())?;
        rows.apply(place, &operation).await?;
        let after = place.introspect().await?;
        let back = match way_back(case, &operation, dialect.as_ref())? {
            Some(back) => {
                rows.apply(place, &back).await.map_err(|error| error.note("on the way back"))?;
                let read = place.introspect().await?;
                rows.apply(place, &operation).await?;
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
