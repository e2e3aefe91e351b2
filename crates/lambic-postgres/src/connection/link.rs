//! What a session shares with those that reach it from elsewhere: its dialect, its canceller, the task that moves its
//! messages.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use lambic_core::{ConnectionId, Error, ErrorKind, Result};
use tokio_postgres::{AsyncMessage, Connection};

use super::activity::Activity;
use super::tap::Shared;
use super::wire::Wire;
use crate::DRIVER;
use crate::open::Facts;
use crate::open::dial::Encryption;
use crate::url::target::{Host, Target};

/// One session.
pub(crate) struct Link {
    pub(crate) id: ConnectionId,
    pub(crate) target: Arc<Target>,
    /// The host that answered, of those that the URL names.
    pub(crate) host: Host,
    /// How it was reached.
    pub(crate) encryption: Encryption,
    pub(crate) facts: Facts,
    /// What the wire shows.
    pub(crate) seen: Shared,
    pub(crate) pump: Pump,
    pub(crate) activity: Activity,
    /// The locks that the session holds: key and holder, by name.
    locks: Mutex<BTreeMap<String, Held>>,
}

/// A lock that a session holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) key: i64,
    pub(crate) holder: String,
}

impl Link {
    pub(crate) fn new(
        target: Arc<Target>,
        host: Host,
        encryption: Encryption,
        facts: Facts,
        seen: Shared,
        pump: Pump,
    ) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = ConnectionId { driver: DRIVER.to_owned(), session: NEXT.fetch_add(1, Ordering::Relaxed) };
        let (activity, locks) = (Activity::default(), Mutex::default());
        let link = Arc::new(Self { id, target, host, encryption, facts, seen, pump, activity, locks });
        sessions().insert(link.id.session, Arc::downgrade(&link));
        link
    }

    /// The locks that the session holds.
    pub(crate) fn locks(&self) -> MutexGuard<'_, BTreeMap<String, Held>> {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("id", &self.id)
            .field("host", &self.host.describe())
            .finish_non_exhaustive()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        sessions().remove(&self.id.session);
    }
}

/// What a session's task has heard besides answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pump(Arc<Mutex<Heard>>);

#[derive(Debug, Default)]
struct Heard {
    notices: Vec<String>,
    /// Why the session ended.
    end: Option<String>,
}

impl Pump {
    /// Moves a session's messages until it ends, on a task of its own. The session ends when its client is dropped.
    pub(crate) fn start(mut connection: Connection<Wire, Wire>) -> Self {
        let pump = Self::default();
        let heard = pump.clone();
        tokio::spawn(async move {
            loop {
                match poll_fn(|cx| connection.poll_message(cx)).await {
                    Some(Ok(AsyncMessage::Notice(notice))) => {
                        heard.lock().notices.push(format!("{}: {}", notice.severity(), notice.message()));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => {
                        heard.lock().end = Some(crate::error::chain(&error));
                        return;
                    }
                    None => return,
                }
            }
        });
        pump
    }

    /// Warnings and notices that came since they were last taken.
    pub(crate) fn take_notices(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().notices)
    }

    /// Why the session ended, if it did.
    pub(crate) fn end(&self) -> Option<String> {
        self.lock().end.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Sessions = HashMap<u64, Weak<Link>>;

/// The sessions of this driver in this process, so that a dialect finds the one behind a connection.
fn sessions() -> MutexGuard<'static, Sessions> {
    static SESSIONS: LazyLock<Mutex<Sessions>> = LazyLock::new(Mutex::default);
    SESSIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The session behind a connection.
///
/// # Errors
/// `Usage` for a connection of another driver, and for one that is closed.
pub(crate) fn find(id: &ConnectionId) -> Result<Arc<Link>> {
    let known = if id.driver == DRIVER { sessions().get(&id.session).and_then(Weak::upgrade) } else { None };
    known.ok_or_else(|| {
        let message =
            format!("connection {} of driver `{}` is no session of PostgreSQL's", id.session, id.driver);
        Error::new(ErrorKind::Usage, "postgres.foreign-connection", message)
    })
}
