//! Which work a session does, and whether it is to end. Cancelling reaches the work of its moment, and nothing later.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, MutexGuard, Notify};

/// The work of one session. Pieces of work are numbered from 1.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    begun: AtomicU64,
    /// The work that is under way; 0: none.
    running: AtomicU64,
    /// The work that was cancelled last.
    cancelled: AtomicU64,
    changed: Notify,
    /// Held while the server is asked to end something, so that it does not end what comes next.
    asking: Mutex<()>,
}

/// A piece of work that is under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    activity: &'a Activity,
    number: u64,
}

impl Activity {
    /// Begins a piece of work.
    pub(crate) async fn begin(&self) -> Work<'_> {
        let asked = self.asking.lock().await;
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        self.running.store(number, Ordering::SeqCst);
        drop(asked);
        Work { activity: self, number }
    }

    /// Marks the work that is under way as cancelled, and gives its number.
    pub(crate) fn cancel(&self) -> Option<u64> {
        let number = self.running.load(Ordering::SeqCst);
        if number == 0 {
            return None;
        }
        self.cancelled.store(number, Ordering::SeqCst);
        self.changed.notify_waiters();
        Some(number)
    }

    /// Whether this work is still under way.
    pub(crate) fn is_running(&self, number: u64) -> bool {
        self.running.load(Ordering::SeqCst) == number
    }

    /// Keeps new work from beginning.
    pub(crate) async fn hold(&self) -> MutexGuard<'_, ()> {
        self.asking.lock().await
    }
}

impl Work<'_> {
    /// Whether it is to end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.activity.cancelled.load(Ordering::SeqCst) == self.number
    }

    /// Waits until it is to end.
    pub(crate) async fn cancelled(&self) {
        loop {
            let changed = self.activity.changed.notified();
            if self.is_cancelled() {
                return;
            }
            changed.await;
        }
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        self.activity.running.store(0, Ordering::SeqCst);
    }
}
