//! L8: of several migrators one works at a time, and a lock goes with the session that held it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lambic_core::{ErrorKind, LockKey, LockSupport, Result, Session};

use super::{Body, Missing, NO_ADDRESS, Trial, breach};
use crate::Subject;
use crate::proxy::Proxy;

/// How many migrators want the lock at once.
const MIGRATORS: usize = 4;

/// The longest that anything here may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is tried with locks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Aspect {
    Exclusion,
    Refusal,
    Queue,
    DeadHolder,
    CutHolder,
    Names,
}

const ASPECTS: [(Aspect, &str); 6] = [
    (Aspect::Exclusion, "a lock that is held is refused to others, and given when it is free"),
    (Aspect::Refusal, "who is refused is told so within the time that it would wait"),
    (Aspect::Queue, "of several that wait one works at a time, and all come to work"),
    (Aspect::DeadHolder, "a lock goes with the session that held it"),
    (Aspect::CutHolder, "a lock goes with the connection that is cut"),
    (Aspect::Names, "locks of different names do not touch each other"),
];

pub(super) fn trials(subject: &Subject) -> Vec<Trial> {
    let support = &subject.dialect().capabilities().lock;
    let missing = |aspect| match (support, aspect) {
        (LockSupport::Private, _) => Some("lock = private: nobody else can reach the database"),
        (_, Aspect::CutHolder) if subject.address().is_none() => Some(NO_ADDRESS),
        (LockSupport::File, Aspect::Names) => Some("lock = file: one lock for the whole database"),
        _ => None,
    };
    let trial = |(aspect, name): (Aspect, &str)| Trial {
        name: name.to_owned(),
        object: "lock".to_owned(),
        missing: missing(aspect).map(|why| Missing::Fact(why.to_owned())),
        body: Body::Lock(aspect),
    };
    ASPECTS.map(trial).into()
}

pub(super) async fn check(subject: &Subject, aspect: Aspect) -> Result<()> {
    let work = async {
        match aspect {
            Aspect::Exclusion => exclusion(subject).await,
            Aspect::Refusal => refusal(subject).await,
            Aspect::Queue => queue(subject).await,
            Aspect::DeadHolder => dead_holder(subject).await,
            Aspect::CutHolder => cut_holder(subject).await,
            Aspect::Names => names(subject).await,
        }
    };
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|_| Err(breach(format!("it took longer than {PATIENCE:?}"))))
}

/// A key that no other trial of this or another run uses.
fn key(about: &str) -> LockKey {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    LockKey {
        name: format!("conformance_{about}_{}_{number}", std::process::id()),
        holder: "the suite".to_owned(),
    }
}

async fn lock(session: &mut Session, key: &LockKey, wait: Duration) -> Result<()> {
    session.dialect.lock(session.connection.as_mut(), key, wait).await
}

async fn unlock(session: &mut Session, key: &LockKey) -> Result<()> {
    session.dialect.unlock(session.connection.as_mut(), key).await
}

/// A lock that nobody of this trial holds; other trials may, where one lock is for everything.
async fn free(session: &mut Session, key: &LockKey) -> Result<()> {
    lock(session, key, PATIENCE).await
}

/// A lock that must not be given.
async fn refused(session: &mut Session, key: &LockKey, wait: Duration) -> Result<()> {
    match lock(session, key, wait).await {
        Err(error) if error.kind == ErrorKind::Locked => Ok(()),
        Err(error) => Err(breach(format!("a lock that is held is refused, but not as locked: {error}"))),
        Ok(()) => Err(breach("a lock that somebody holds was given to somebody else")),
    }
}

async fn exclusion(subject: &Subject) -> Result<()> {
    let key = key("exclusion");
    let (mut first, mut second) = (subject.connect().await?, subject.connect().await?);
    free(&mut first, &key).await?;
    refused(&mut second, &key, Duration::ZERO).await?;
    unlock(&mut first, &key).await?;
    free(&mut second, &key).await?;
    refused(&mut first, &key, Duration::ZERO).await?;
    unlock(&mut second, &key).await
}

async fn refusal(subject: &Subject) -> Result<()> {
    let key = key("refusal");
    let (mut first, mut second) = (subject.connect().await?, subject.connect().await?);
    free(&mut first, &key).await?;
    let (wait, begun) = (Duration::from_millis(300), std::time::Instant::now());
    refused(&mut second, &key, wait).await?;
    let waited = begun.elapsed();
    if waited < wait || waited > wait + Duration::from_secs(5) {
        return Err(breach(format!("it was to wait {wait:?}, and waited {waited:?}")));
    }
    unlock(&mut first, &key).await
}

async fn queue(subject: &Subject) -> Result<()> {
    let key = key("queue");
    let (inside, worked) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let migrator = async || -> Result<()> {
        let mut session = subject.connect().await?;
        lock(&mut session, &key, PATIENCE).await?;
        let others = inside.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        inside.fetch_sub(1, Ordering::SeqCst);
        worked.fetch_add(1, Ordering::SeqCst);
        unlock(&mut session, &key).await?;
        if others > 0 { Err(breach("two worked at the same time")) } else { Ok(()) }
    };
    let (a, b, c, d) = tokio::join!(migrator(), migrator(), migrator(), migrator());
    a.and(b).and(c).and(d)?;
    match worked.load(Ordering::SeqCst) {
        MIGRATORS => Ok(()),
        few => Err(breach(format!("{few} of {MIGRATORS} came to work"))),
    }
}

async fn dead_holder(subject: &Subject) -> Result<()> {
    let key = key("dead");
    let (mut first, mut second) = (subject.connect().await?, subject.connect().await?);
    free(&mut first, &key).await?;
    refused(&mut second, &key, Duration::ZERO).await?;
    drop(first);
    lock(&mut second, &key, Duration::from_secs(10)).await?;
    unlock(&mut second, &key).await
}

async fn cut_holder(subject: &Subject) -> Result<()> {
    let key = key("cut");
    let proxy = Proxy::before(subject.address().unwrap_or_default()).await?;
    let mut first = subject.connect_by(Some(proxy.address()), None).await?;
    let mut second = subject.connect().await?;
    free(&mut first, &key).await?;
    refused(&mut second, &key, Duration::ZERO).await?;
    proxy.cut();
    lock(&mut second, &key, Duration::from_secs(10)).await?;
    unlock(&mut second, &key).await
}

async fn names(subject: &Subject) -> Result<()> {
    let (one, other) = (key("one"), key("other"));
    let (mut first, mut second) = (subject.connect().await?, subject.connect().await?);
    lock(&mut first, &one, Duration::ZERO).await?;
    lock(&mut second, &other, Duration::ZERO).await?;
    unlock(&mut first, &one).await?;
    unlock(&mut second, &other).await
}
