//! The thread that owns a connection: how work gets to it, how it is cancelled, how it ends.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use lambic_core::{Aftermath, ConnectionId, Error, ErrorKind, Result};
use tokio::sync::oneshot;

use super::worker::Worker;
use crate::DRIVER;
use crate::url::Target;

/// A piece of work for the thread.
type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// Which piece of work runs, and which are cancelled. Pieces of work are numbered from 1.
#[derive(Debug)]
pub(crate) struct Control {
    submitted: AtomicU64,
    running: AtomicU64,
    /// All work up to this number is cancelled.
    cancelled: AtomicU64,
    /// All work up to this number is done.
    done: AtomicU64,
    /// Whether the last work left the session in its prologue, outside a transaction.
    pristine: AtomicBool,
}

/// Work with this number cannot be cancelled: cleaning up.
const SHIELDED: u64 = u64::MAX;
/// Cancels everything but cleaning up.
const CLOSED: u64 = u64::MAX - 1;

impl Default for Control {
    /// Before the first work the connection is opened, which is not cancelled.
    fn default() -> Self {
        let running = AtomicU64::new(SHIELDED);
        let [submitted, cancelled, done] = [const { AtomicU64::new(0) }; 3];
        Self { submitted, running, cancelled, done, pristine: AtomicBool::new(true) }
    }
}

impl Control {
    /// Cancels what runs or waits now. What is submitted later is not touched.
    pub(crate) fn cancel(&self) {
        self.cancelled.fetch_max(self.submitted.load(Ordering::Acquire), Ordering::AcqRel);
    }

    /// Whether the work that runs now is to end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.running.load(Ordering::Acquire) <= self.cancelled.load(Ordering::Acquire)
    }

    /// Lets the rest of the work that runs now go on to its end.
    pub(crate) fn shield(&self) {
        self.running.store(SHIELDED, Ordering::Release);
    }

    /// Whether the connection is being closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.cancelled.load(Ordering::Acquire) == CLOSED
    }

    fn close(&self) {
        self.cancelled.store(CLOSED, Ordering::Release);
    }

    fn submit(&self) -> u64 {
        self.submitted.fetch_add(1, Ordering::AcqRel) + 1
    }

    fn start(&self, number: u64) {
        self.running.store(number, Ordering::Release);
    }

    fn finish(&self, number: u64, pristine: bool) {
        self.pristine.store(pristine, Ordering::Release);
        self.done.store(number, Ordering::Release);
    }

    /// Whether nothing runs, and nothing is left of what ran.
    pub(crate) fn is_pristine(&self) -> bool {
        let idle = self.done.load(Ordering::Acquire) == self.submitted.load(Ordering::Acquire);
        idle && self.pristine.load(Ordering::Acquire)
    }
}

/// The near end of a connection's thread.
pub(crate) struct Handle {
    id: ConnectionId,
    jobs: mpsc::Sender<Job>,
    control: Arc<Control>,
}

impl Handle {
    /// Which session it is.
    pub(crate) fn id(&self) -> &ConnectionId {
        &self.id
    }

    /// What cancels its work.
    pub(crate) fn control(&self) -> &Arc<Control> {
        &self.control
    }

    /// Runs a piece of work on the thread. If nobody awaits the answer, it is done all the same.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Worker) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, mut reply) = oneshot::channel();
        let number = self.control.submit();
        let control = Arc::clone(&self.control);
        let job = move |worker: &mut Worker| {
            control.start(number);
            let result = work(worker);
            control.finish(number, worker.is_pristine());
            // An error here says that nobody waits any more.
            let _ = answer.send(result);
        };
        self.jobs.send(Box::new(job)).map_err(|_| ended())?;
        let soon = awake(|| match reply.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => None,
            other => Some(other.map_err(|_| ended())),
        });
        match soon {
            Some(answered) => answered?,
            None => reply.await.map_err(|_| ended())?,
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A thread and the connection that lives on it. Dropping it interrupts what runs and closes the connection: when
/// that returns, the file is released.
#[derive(Debug)]
pub(crate) struct Thread {
    handle: Arc<Handle>,
    joins: Option<JoinHandle<()>>,
}

impl Thread {
    /// Starts a thread and opens the connection on it.
    pub(crate) async fn start(target: Target) -> Result<Self> {
        let (jobs, work) = mpsc::channel::<Job>();
        let (answer, opened) = oneshot::channel();
        let control = Arc::new(Control::default());
        // Opening is the first piece of work: what has no number would count as cancelled, and wait for nobody.
        let opening = control.submit();
        control.start(opening);
        let theirs = Arc::clone(&control);
        let joins = std::thread::Builder::new()
            .name(DRIVER.to_owned())
            .spawn(move || {
                let mut worker = match Worker::open(&target, Arc::clone(&theirs)) {
                    Ok(worker) => worker,
                    Err(error) => return drop(answer.send(Err(error))),
                };
                theirs.finish(opening, worker.is_pristine());
                drop(answer.send(Ok(())));
                while let Some(job) = next(&work) {
                    job(&mut worker);
                    if worker.is_closed() {
                        break;
                    }
                }
            })
            .map_err(|error| {
                let message = format!("no thread could be started for the connection: {error}");
                Error::new(ErrorKind::Connect, "sqlite.thread", message)
            })?;
        let handle = Arc::new(Handle { id: register(), jobs, control });
        sessions().insert(handle.id.session, Arc::downgrade(&handle));
        let thread = Self { handle, joins: Some(joins) };
        opened.await.map_err(|_| ended())??;
        Ok(thread)
    }

    /// The near end.
    pub(crate) fn handle(&self) -> &Arc<Handle> {
        &self.handle
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        sessions().remove(&self.handle.id.session);
        self.handle.control.close();
        // Wakes the thread, which ends after any work. If that fails, it has ended.
        let _ = self.handle.jobs.send(Box::new(|_| ()));
        if let Some(thread) = self.joins.take() {
            // A thread that panicked has closed its connection too.
            let _ = thread.join();
        }
    }
}

/// How long either side looks for the other before it goes to sleep. To be woken costs more than most statements
/// take, and they come close behind one another.
const AWAKE: Duration = Duration::from_micros(100);

/// Looks until there is something, for a moment at most. Other threads may run in between.
fn awake<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let since = Instant::now();
    loop {
        match look() {
            None if since.elapsed() < AWAKE => std::thread::yield_now(),
            found => return found,
        }
    }
}

/// The next piece of work; `None` when nobody can send any more.
fn next(work: &mpsc::Receiver<Job>) -> Option<Job> {
    let soon = awake(|| match work.try_recv() {
        Err(mpsc::TryRecvError::Empty) => None,
        other => Some(other.ok()),
    });
    soon.unwrap_or_else(|| work.recv().ok())
}

type Sessions = HashMap<u64, Weak<Handle>>;

/// The sessions of this driver in this process, so that a dialect finds the thread behind a connection.
fn sessions() -> MutexGuard<'static, Sessions> {
    static SESSIONS: LazyLock<Mutex<Sessions>> = LazyLock::new(Mutex::default);
    // Every change to the map is one call: nothing is half done after a panic.
    SESSIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn register() -> ConnectionId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    ConnectionId { driver: DRIVER.to_owned(), session: NEXT.fetch_add(1, Ordering::Relaxed) }
}

/// The thread behind a connection.
///
/// # Errors
/// `Usage` for a connection of another driver, and for one that is closed.
pub(crate) fn find(id: &ConnectionId) -> Result<Arc<Handle>> {
    let known = if id.driver == DRIVER { sessions().get(&id.session).and_then(Weak::upgrade) } else { None };
    known.ok_or_else(|| {
        let message =
            format!("connection {} of driver `{}` is no session of SQLite's", id.session, id.driver);
        Error::new(ErrorKind::Usage, "sqlite.foreign-connection", message)
    })
}

fn ended() -> Error {
    let message = "the thread of the SQLite connection has ended";
    Error::new(ErrorKind::Internal, "sqlite.thread-ended", message).aftermath(Aftermath::Unknown)
}
