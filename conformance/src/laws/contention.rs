//! L13 where sessions meet: who waits is told so in time, and a connection that is cut is an error and not a hang.

use std::time::{Duration, Instant};

use lambic_core::{Error, ErrorKind, Query, Result, ScratchSupport, Session, TransactionOptions};

use super::time::{NUMBERS, TABLE, numbers};
use super::{Body, Missing, Trial, breach};
use crate::place::Place;
use crate::proxy::Proxy;
use crate::trail::count;
use crate::{Subject, laws};

/// How long who waits is to wait. Some databases count whole seconds.
const WAIT: Duration = Duration::from_secs(1);

/// How much longer it may take.
const GRACE: Duration = Duration::from_secs(5);

/// How long anything may take that is to end by itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is tried.
#[derive(Debug, Clone, Copy)]
pub(super) enum Aspect {
    Wait,
    Statement,
    Session,
    Transaction,
}

const ASPECTS: [(Aspect, &str); 4] = [
    (Aspect::Wait, "who waits for what another session has locked is told so in the time given"),
    (Aspect::Statement, "a statement whose connection is cut ends as an error"),
    (Aspect::Session, "a session whose connection is cut answers with errors"),
    (Aspect::Transaction, "a transaction whose connection is cut is undone"),
];

pub(super) fn trials(subject: &Subject) -> Vec<Trial> {
    let scratch = &subject.dialect().capabilities().scratch;
    let why = match (*scratch == ScratchSupport::Database, subject.address()) {
        (false, _) => Some(format!("scratch = {scratch}: no second session reaches the place")),
        (true, None) => Some(laws::NO_ADDRESS.to_owned()),
        (true, Some(_)) => None,
    };
    let trial = |(aspect, name): (Aspect, &str)| Trial {
        name: name.to_owned(),
        object: "session".to_owned(),
        missing: why.clone().map(Missing::Fact),
        body: Body::Contention(aspect),
    };
    ASPECTS.map(trial).into()
}

pub(super) async fn check(subject: &Subject, aspect: Aspect) -> Result<()> {
    subject
        .place(async |place| {
            numbers(place).await?;
            match aspect {
                Aspect::Wait => wait(subject, place).await,
                Aspect::Statement => statement(subject, place).await,
                Aspect::Session => session(subject, place).await,
                Aspect::Transaction => transaction(subject, place).await,
            }
        })
        .await
}

/// Changes every row, which nobody else can do until the transaction ends.
async fn change(session: &mut Session) -> Result<()> {
    let lexicon = session.dialect.lexicon();
    let (table, column) = (lexicon.quote_identifier(TABLE)?, lexicon.quote_identifier("n")?);
    session.connection.execute(&format!("UPDATE {table} SET {column} = 0"), &[]).await.map(drop)
}

/// The same, and the transaction stays open.
async fn hold(session: &mut Session) -> Result<()> {
    session.connection.begin(&TransactionOptions::default()).await?;
    change(session).await
}

/// What ends by itself.
async fn in_time<T>(work: impl Future<Output = T>) -> Result<T> {
    let late = |_| breach(format!("it went on for {PATIENCE:?}"));
    tokio::time::timeout(PATIENCE, work).await.map_err(late)
}

/// A session in the place by a way that can be cut.
async fn by_proxy(subject: &Subject, place: &Place) -> Result<(Proxy, Session)> {
    let proxy = Proxy::before(subject.address().unwrap_or_default()).await?;
    let session = subject.connect_by(Some(proxy.address()), Some(place.name())).await?;
    Ok((proxy, session))
}

/// What must be said over a connection that is cut.
fn was_cut<T>(what: &str, result: Result<T>) -> Result<Error> {
    match result {
        Err(error) if error.kind == ErrorKind::Connect => Ok(error),
        Err(error) => Err(breach(format!("{what} fails, but not for its connection: {error}"))),
        Ok(_) => Err(breach(format!("{what} succeeds over a connection that was cut"))),
    }
}

async fn wait(subject: &Subject, place: &mut Place) -> Result<()> {
    let mut other = subject.connect_by(None, Some(place.name())).await?;
    hold(place.session()).await?;
    other.connection.set_lock_timeout(Some(WAIT)).await?;
    // It outlives that.
    other.connection.reset().await?;
    let begun = Instant::now();
    let result = in_time(change(&mut other)).await?;
    let waited = begun.elapsed();
    place.connection().rollback().await?;
    match result {
        Err(error) if error.kind == ErrorKind::Locked => {}
        Err(error) => return Err(breach(format!("it is told so, but not as locked: {error}"))),
        Ok(()) => return Err(breach("it changed what another session had locked")),
    }
    if waited < WAIT / 2 || waited > WAIT + GRACE {
        return Err(breach(format!("it was to wait {WAIT:?}, and waited {waited:?}")));
    }
    in_time(change(&mut other)).await?
}

async fn statement(subject: &Subject, place: &mut Place) -> Result<()> {
    let (proxy, mut other) = by_proxy(subject, place).await?;
    hold(place.session()).await?;
    let soon = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy.cut();
    };
    let (result, ()) = in_time(async { tokio::join!(change(&mut other), soon) }).await?;
    place.connection().rollback().await?;
    was_cut("a statement", result).map(drop)
}

async fn session(subject: &Subject, place: &mut Place) -> Result<()> {
    let (proxy, mut other) = by_proxy(subject, place).await?;
    proxy.cut();
    // Whoever is faster: the session need not have heard of it yet.
    tokio::time::sleep(Duration::from_millis(50)).await;
    for _ in 0..2 {
        was_cut("a statement", in_time(change(&mut other)).await?)?;
    }
    was_cut("a query", in_time(other.connection.query_batch(&[Query::new("SELECT 1")])).await?)?;
    was_cut("a transaction", in_time(hold(&mut other)).await?).map(drop)
}

async fn transaction(subject: &Subject, place: &mut Place) -> Result<()> {
    let (proxy, mut other) = by_proxy(subject, place).await?;
    hold(&mut other).await?;
    proxy.cut();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = was_cut("a commit", in_time(other.connection.commit()).await?)?;
    if error.aftermath.is_none() {
        return Err(breach(format!("nothing is said of what became of the transaction: {error}")));
    }
    let lexicon = place.dialect().lexicon().clone();
    let (table, column) = (lexicon.quote_identifier(TABLE)?, lexicon.quote_identifier("n")?);
    let unchanged = format!("SELECT COUNT(*) FROM {table} WHERE {column} > 0");
    match count(&place.query(unchanged).await?.rows) {
        Some(NUMBERS) => in_time(change(place.session())).await?,
        other => Err(breach(format!("{other:?} of {NUMBERS} rows are as they were before the transaction"))),
    }
}
