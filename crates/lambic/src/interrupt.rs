//! Stopping a run from elsewhere: a signal handler, a time-out, a test.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use lambic_core::{Canceller, Error, ErrorKind, Result};

/// The code of a run that was stopped.
const INTERRUPTED: &str = "run.interrupted";

/// A handle that stops a run. Clones share one state.
///
/// The run looks at it before each statement and each commit; [`fire`](Self::fire) ends the statement that is
/// under way besides. The run then rolls back, notes the failure in its log, lets other migrators in, and ends
/// with `ErrorKind::Cancelled`.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    fired: AtomicBool,
    canceller: Mutex<Option<Arc<dyn Canceller>>>,
    /// Who waits for what no canceller ends.
    waiting: Mutex<Option<Waker>>,
}

impl Interrupt {
    /// A handle that has not fired.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the run, now or as soon as it begins.
    ///
    /// # Errors
    /// The database could not be asked to end its statement; the run stops after it.
    pub async fn fire(&self) -> Result<()> {
        self.0.fired.store(true, Ordering::SeqCst);
        if let Some(waiting) = take_hold(&self.0.waiting).take() {
            waiting.wake();
        }
        let canceller = take_hold(&self.0.canceller).clone();
        match canceller {
            Some(canceller) => canceller.cancel().await,
            None => Ok(()),
        }
    }

    /// Whether it has fired.
    pub fn fired(&self) -> bool {
        self.0.fired.load(Ordering::SeqCst)
    }

    /// An error if it has fired.
    pub(crate) fn check(&self) -> Result<()> {
        if self.fired() { Err(interrupted()) } else { Ok(()) }
    }

    /// Does work that nothing else ends, unless this fires first.
    pub(crate) async fn unless_fired<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            *take_hold(&self.0.waiting) = Some(context.waker().clone());
            if self.fired() { Poll::Ready(Err(interrupted())) } else { work.as_mut().poll(context) }
        })
        .await
    }

    /// The error that a person is told: what was cancelled because this fired was interrupted.
    pub(crate) fn name(&self, error: Error) -> Error {
        let unnamed = error.kind == ErrorKind::Cancelled && error.code != INTERRUPTED;
        if unnamed && self.fired() { interrupted() } else { error }
    }

    /// Says whose statements are to be ended, until the guard is dropped.
    pub(crate) fn guard(&self, canceller: Arc<dyn Canceller>) -> Guard<'_> {
        self.set(Some(canceller));
        Guard(self)
    }

    /// Forgets whose statements are to be ended, so that clean-up is not cancelled too.
    pub(crate) fn disarm(&self) {
        self.set(None);
    }

    fn set(&self, canceller: Option<Arc<dyn Canceller>>) {
        *take_hold(&self.0.canceller) = canceller;
    }
}

fn take_hold<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a run that was stopped ends with.
fn interrupted() -> Error {
    Error::new(ErrorKind::Cancelled, INTERRUPTED, "the run was interrupted")
}

/// Forgets the session whose statements were to be ended when the run is over.
#[derive(Debug)]
pub(crate) struct Guard<'i>(&'i Interrupt);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.disarm();
    }
}
