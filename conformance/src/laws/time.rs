//! L13: cancelling ends a statement, and the session goes on.

use std::time::Duration;

use lambic_core::operation::Object;
use lambic_core::schema::{Column, PortableType, QualifiedName};
use lambic_core::{ErrorKind, Feature, Operation, Result, Table};

use super::{Body, Missing, Trial, breach, contention};
use crate::Subject;
use crate::place::Place;
use crate::trail::count;

/// How long a cancelled statement may go on.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is tried.
#[derive(Debug, Clone, Copy)]
pub(super) enum Aspect {
    Statement,
    Transaction,
    Idle,
}

const ASPECTS: [(Aspect, &str); 3] = [
    (Aspect::Statement, "a statement that is cancelled ends, and the session goes on"),
    (Aspect::Transaction, "a transaction whose statement was cancelled can be rolled back"),
    (Aspect::Idle, "cancelling a session that does nothing harms nothing"),
];

pub(super) fn trials(subject: &Subject) -> Vec<Trial> {
    let dialect = subject.dialect();
    let missing =
        Some(Missing::Feature(Feature::Cancel)).filter(|_| !dialect.capabilities().has(&Feature::Cancel));
    let trial = |(aspect, name): (Aspect, &str)| Trial {
        name: name.to_owned(),
        object: "session".to_owned(),
        missing: missing.clone(),
        body: Body::Time(aspect),
    };
    ASPECTS.map(trial).into_iter().chain(contention::trials(subject)).collect()
}

pub(super) async fn check(subject: &Subject, aspect: Aspect) -> Result<()> {
    subject
        .place(async |place| {
            let slow = slow(place).await?;
            match aspect {
                Aspect::Statement => cancelled(place, &slow).await?,
                Aspect::Transaction => {
                    place.connection().begin(&lambic_core::TransactionOptions::default()).await?;
                    cancelled(place, &slow).await?;
                    place.connection().rollback().await?;
                }
                Aspect::Idle => place.connection().canceller().cancel().await?,
            }
            let dialect = place.dialect();
            let table = dialect.lexicon().quote_identifier(TABLE)?;
            let rows = place.query(format!("SELECT COUNT(*) FROM {table}")).await?.rows;
            match count(&rows) {
                Some(NUMBERS) => Ok(()),
                other => Err(breach(format!("afterwards, {other:?} rows are there instead of {NUMBERS}"))),
            }
        })
        .await
}

/// A table of numbers above nought.
pub(super) const TABLE: &str = "numbers";
/// How many rows it has.
pub(super) const NUMBERS: i64 = 60;

/// Makes the table of numbers.
pub(super) async fn numbers(place: &mut Place) -> Result<()> {
    let dialect = place.dialect();
    let column = Column::new("n", dialect.column_type(&PortableType::Integer)?.as_str()).not_null();
    let table = Table::new(QualifiedName::bare(TABLE), vec![column]);
    place.apply(&[Operation::create(Object::Table(Box::new(table)))]).await?;
    let lexicon = dialect.lexicon();
    let (table, column) = (lexicon.quote_identifier(TABLE)?, lexicon.quote_identifier("n")?);
    let values: Vec<String> = (1..=NUMBERS).map(|number| format!("({number})")).collect();
    place
        .connection()
        .execute(&format!("INSERT INTO {table} ({column}) VALUES {}", values.join(", ")), &[])
        .await
        .map(drop)
}

/// A statement that would run for hours: a join of a table with itself, many times over.
async fn slow(place: &mut Place) -> Result<String> {
    numbers(place).await?;
    let dialect = place.dialect();
    let lexicon = dialect.lexicon();
    let (table, column) = (lexicon.quote_identifier(TABLE)?, lexicon.quote_identifier("n")?);
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let from: Vec<String> = names.iter().map(|name| format!("{table} {name}")).collect();
    let sum: Vec<String> = names.iter().map(|name| format!("{name}.{column}")).collect();
    Ok(format!("SELECT COUNT(*) FROM {} WHERE {} < 0", from.join(", "), sum.join(" + ")))
}

/// Runs what is slow and cancels it.
async fn cancelled(place: &mut Place, slow: &str) -> Result<()> {
    let canceller = place.connection().canceller();
    let soon = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        canceller.cancel().await
    };
    let queries = [lambic_core::Query::new(slow)];
    let both = async { tokio::join!(place.connection().query_batch(&queries), soon) };
    let (result, cancel) = tokio::time::timeout(PATIENCE, both)
        .await
        .map_err(|_| breach(format!("a statement went on for {PATIENCE:?} after it was cancelled")))?;
    cancel?;
    match result {
        Err(error) if error.kind == ErrorKind::Cancelled => Ok(()),
        Err(error) => Err(breach(format!("it ended, but not as cancelled: {error}"))),
        Ok(_) => Err(breach("it ended before it was cancelled: it was not slow enough")),
    }
}
