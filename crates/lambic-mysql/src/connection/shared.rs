//! What is known of a session beside its wire: where it goes, and what it does.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use lambic_core::{Aftermath, ConnectionId, Error, ErrorKind, Result};
use tokio::runtime::Handle;

use super::activity::{Activity, Wait};
use crate::DRIVER;
use crate::open;
use crate::url::Target;

/// A session, as those see it who do not have its wire.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Which session it is.
    pub(crate) id: ConnectionId,
    /// Where it goes.
    pub(crate) target: Target,
    /// The number that the server gave it.
    pub(crate) server_id: u32,
    /// Where it was opened.
    pub(super) runtime: Handle,
    /// What it does.
    pub(super) activity: Activity,
    /// The locks that it has taken: their names on the server, by those of their keys.
    locks: Mutex<BTreeMap<String, String>>,
}

/// Every open session by its number.
static SESSIONS: LazyLock<Mutex<HashMap<u64, Weak<Shared>>>> = LazyLock::new(Mutex::default);

/// The session with this id.
///
/// # Errors
/// `Usage` where it is of another driver, or closed.
pub(crate) fn find(id: &ConnectionId) -> Result<Arc<Shared>> {
    let known = (id.driver == DRIVER).then(|| sessions().get(&id.session).and_then(Weak::upgrade));
    known.flatten().ok_or_else(|| {
        let message =
            format!("the session {} of the driver {} is none of this driver's", id.session, id.driver);
        Error::new(ErrorKind::Usage, "mysql.foreign-connection", message).aftermath(Aftermath::NotStarted)
    })
}

fn sessions() -> MutexGuard<'static, HashMap<u64, Weak<Shared>>> {
    SESSIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Makes a session known.
    pub(crate) fn register(target: Target, server_id: u32, runtime: Handle) -> Arc<Self> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let session = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        let id = ConnectionId { driver: DRIVER.to_owned(), session };
        let (activity, locks) = (Activity::default(), Mutex::default());
        let shared = Arc::new(Self { id, target, server_id, runtime, activity, locks });
        sessions().insert(session, Arc::downgrade(&shared));
        shared
    }

    /// The locks that it has taken.
    pub(crate) fn locks(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a wait of many statements, which is cancelled as one.
    pub(crate) fn wait(&self) -> Wait<'_> {
        self.activity.begin_wait()
    }

    /// Makes it unknown again.
    pub(super) fn forget(&self) {
        sessions().remove(&self.id.session);
    }

    /// Ends the session on the server, which would otherwise go on with a statement whose answer nobody reads.
    pub(super) fn end_on_the_server(&self) {
        let (target, server_id) = (self.target.clone(), self.server_id);
        self.runtime.spawn(async move {
            // Where this fails, the server notices by itself that its client is gone.
            if let Ok(mut aside) = open::aside(&target).await {
                let _ = open::tell(&mut aside, &target, &format!("KILL {server_id}")).await;
                let _ = aside.disconnect().await;
            }
        });
    }
}
