//! Ends statements that take too long.

use std::future::{self, Future};
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use lambic_core::{Canceller, Error, ErrorKind, Result};

/// How long after a cancellation it is asked again: the first may have come before the statement.
const AGAIN: Duration = Duration::from_millis(100);

/// Cancels what a session does when its time is over. The cancelling happens in the task that runs the statement, on
/// whatever runtime that is.
#[derive(Debug)]
pub(super) struct Watchdog {
    canceller: Arc<dyn Canceller>,
    clock: Clock,
    /// How long one statement may take.
    pub(super) time: Duration,
}

impl Watchdog {
    pub(super) fn start(canceller: Arc<dyn Canceller>, time: Duration) -> Result<Self> {
        Ok(Self { canceller, clock: Clock::start()?, time })
    }

    /// Does some work, and cancels it when its time is over; whether it was. What begins later is not cancelled any more.
    pub(super) async fn watch<T>(&self, work: impl Future<Output = T>) -> (T, bool) {
        let mut work = pin!(work);
        let mut deadline = Instant::now().checked_add(self.time);
        let (mut cancelling, mut fired) = (None, false);
        let result = future::poll_fn(|context| {
            if let Poll::Ready(result) = work.as_mut().poll(context) {
                return Poll::Ready(result);
            }
            loop {
                if let Some(deadline) = deadline.filter(|_| cancelling.is_none()) {
                    if deadline <= Instant::now() {
                        cancelling = Some(self.canceller.cancel());
                    } else {
                        self.clock.wake_at(deadline, context.waker());
                    }
                }
                let Some(cancel) = &mut cancelling else { return Poll::Pending };
                let Poll::Ready(asked) = cancel.as_mut().poll(context) else { return Poll::Pending };
                // A statement that cannot be cancelled goes on to its end, and then counts as done.
                fired |= asked.is_ok();
                cancelling = None;
                deadline = Instant::now().checked_add(AGAIN);
            }
        })
        .await;
        // It must have ended before anything else begins.
        if let Some(cancel) = cancelling {
            fired |= cancel.await.is_ok();
        }
        self.clock.forget();
        (result, fired)
    }
}

/// A thread that wakes a task at a time. The engine has no runtime whose timers it could use.
#[derive(Debug)]
struct Clock {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    alarm: Mutex<Alarm>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Alarm {
    next: Option<(Instant, Waker)>,
    closed: bool,
}

impl Clock {
    fn start() -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("watchdog".to_owned()).spawn(move || theirs.run()).map_err(
            |error| {
                let message = format!("no thread could be started that watches over the time: {error}");
                Error::new(ErrorKind::Io, "run.watchdog", message)
            },
        )?;
        Ok(Self { shared, thread: Some(thread) })
    }

    fn wake_at(&self, time: Instant, waker: &Waker) {
        self.shared.lock().next = Some((time, waker.clone()));
        self.shared.changed.notify_one();
    }

    fn forget(&self) {
        self.shared.lock().next = None;
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked wakes nobody.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Alarm> {
        self.alarm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut alarm = self.lock();
        while !alarm.closed {
            let left = alarm.next.as_ref().map(|(time, _)| time.saturating_duration_since(Instant::now()));
            alarm = match left {
                Some(Duration::ZERO) => {
                    if let Some((_, waker)) = alarm.next.take() {
                        waker.wake();
                    }
                    alarm
                }
                Some(left) => {
                    let waited = self.changed.wait_timeout(alarm, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(alarm).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;

    use super::*;

    /// Counts how often it is asked; it needs the runtime of the task, as a network does.
    #[derive(Debug, Default)]
    struct Count(AtomicUsize);

    #[async_trait]
    impl Canceller for Count {
        async fn cancel(&self) -> Result<()> {
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    }

    /// The statement may reach the database only after the first time.
    #[tokio::test(flavor = "current_thread")]
    async fn a_statement_is_cancelled_until_it_ends() {
        let count = Arc::new(Count::default());
        let asked = || count.0.load(Ordering::SeqCst);
        let canceller = Arc::clone(&count) as Arc<dyn Canceller>;
        let watchdog = Watchdog::start(canceller, Duration::from_millis(5)).unwrap();
        let stubborn = async {
            while asked() < 3 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        assert_eq!(watchdog.watch(stubborn).await, ((), true));
        let before = asked();
        tokio::time::sleep(2 * AGAIN).await;
        assert_eq!(asked(), before, "what begins later has its own time");
    }

    #[tokio::test(flavor = "current_thread")]
    async fn what_is_in_time_is_left_alone() {
        let count = Arc::new(Count::default());
        let canceller = Arc::clone(&count) as Arc<dyn Canceller>;
        let watchdog = Watchdog::start(canceller, Duration::from_mins(1)).unwrap();
        assert_eq!(watchdog.watch(async { 7 }).await, (7, false));
        assert_eq!(count.0.load(Ordering::SeqCst), 0);
    }
}
