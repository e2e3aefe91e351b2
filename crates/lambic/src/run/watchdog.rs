//! Ends statements that take too long.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use lambic_core::{Canceller, Error, ErrorKind, Result};

/// How long after a cancellation it is asked again: the first may have come before the statement.
const AGAIN: Duration = Duration::from_millis(100);

/// A thread that cancels what a session does when its time is over. The engine has no runtime whose timers it could
/// use.
#[derive(Debug)]
pub(super) struct Watchdog {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    watch: Mutex<Watch>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Watch {
    deadline: Option<Instant>,
    fired: bool,
    closed: bool,
}

impl Watchdog {
    pub(super) fn start(canceller: Arc<dyn Canceller>) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("watchdog".to_owned())
            .spawn(move || theirs.watch(canceller.as_ref()))
            .map_err(|error| {
                let message = format!("no thread could be started that watches over the time: {error}");
                Error::new(ErrorKind::Io, "run.watchdog", message)
            })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Gives what begins now so much time.
    pub(super) fn arm(&self, time: Duration) {
        let mut watch = self.shared.lock();
        watch.deadline = Instant::now().checked_add(time);
        watch.fired = false;
        self.shared.changed.notify_one();
    }

    /// What was watched is over; whether its time was, too. What begins later is not cancelled any more.
    pub(super) fn disarm(&self) -> bool {
        let mut watch = self.shared.lock();
        watch.deadline = None;
        watch.fired
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked watches no more.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, canceller: &dyn Canceller) {
        let mut watch = self.lock();
        while !watch.closed {
            let now = Instant::now();
            watch = match watch.deadline {
                // The lock is held meanwhile: nothing else may begin before it is cancelled.
                Some(deadline) if deadline <= now => {
                    // A statement that cannot be cancelled goes on to its end, and then counts as done.
                    watch.fired |= block_on(canceller.cancel()).is_ok();
                    watch.deadline = Instant::now().checked_add(AGAIN);
                    watch
                }
                Some(deadline) => {
                    let waited = self.changed.wait_timeout(watch, deadline - now);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(watch).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

/// Drives a future on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;

    use super::*;

    /// Counts how often it is asked.
    #[derive(Debug, Default)]
    struct Count(AtomicUsize);

    #[async_trait]
    impl Canceller for Count {
        async fn cancel(&self) -> Result<()> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    }

    /// The statement may reach the database only after the first time.
    #[test]
    fn a_statement_is_cancelled_until_it_ends() {
        let count = Arc::new(Count::default());
        let watchdog = Watchdog::start(Arc::clone(&count) as Arc<dyn Canceller>).unwrap();
        watchdog.arm(Duration::ZERO);
        let started = Instant::now();
        while count.0.load(Ordering::SeqCst) < 2 {
            assert!(started.elapsed() < Duration::from_secs(10), "it is cancelled again");
            thread::sleep(Duration::from_millis(5));
        }
        assert!(watchdog.disarm());
        let asked = count.0.load(Ordering::SeqCst);
        watchdog.arm(Duration::from_mins(1));
        thread::sleep(2 * AGAIN);
        assert!(!watchdog.disarm());
        assert_eq!(count.0.load(Ordering::SeqCst), asked, "what begins later has its own time");
    }
}
