//! Which work a session does.
//!
//! `KILL QUERY` names a session and not what it does: it hits whatever runs when it arrives. So each piece of work has a
//! number, the server is told to end one only while that one is under way, and no other begins before it has heard that.
//! Where the work has ended meanwhile, it finds a session that does nothing, and both products then leave it at that.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, MutexGuard};

/// The work of one session.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    /// The number of the last work that began; the first is 1.
    last: AtomicU64,
    /// The number of the work under way; 0 where there is none.
    current: AtomicU64,
    /// Held while the server is told to end something.
    telling: Mutex<()>,
    /// Whether a wait was told to end; none where there is no wait.
    wait: std::sync::Mutex<Option<bool>>,
}

/// A wait that many short pieces of work make up. It is told to end as one, since none of them is there long enough.
#[derive(Debug)]
pub(crate) struct Wait<'a>(&'a Activity);

impl Wait<'_> {
    /// Whether it was told to end.
    pub(crate) fn is_over(&self) -> bool {
        *self.0.wait() == Some(true)
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        *self.0.wait() = None;
    }
}

impl Activity {
    fn wait(&self) -> std::sync::MutexGuard<'_, Option<bool>> {
        self.wait.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a wait, which lasts until what this gives is dropped.
    pub(super) fn begin_wait(&self) -> Wait<'_> {
        *self.wait() = Some(false);
        Wait(self)
    }

    /// Tells the wait to end; whether there is one.
    pub(super) fn end_wait(&self) -> bool {
        self.wait().as_mut().map(|over| *over = true).is_some()
    }

    /// Begins a piece of work, which [`end`](Self::end) ends.
    pub(super) async fn begin(&self) {
        let _nobody_tells = self.telling.lock().await;
        let number = self.last.fetch_add(1, Ordering::SeqCst) + 1;
        self.current.store(number, Ordering::SeqCst);
    }

    /// Ends the work that is under way.
    pub(super) fn end(&self) {
        self.current.store(0, Ordering::SeqCst);
    }

    /// The work that is under way.
    pub(super) fn current(&self) -> Option<u64> {
        Some(self.current.load(Ordering::SeqCst)).filter(|number| *number != 0)
    }

    /// Gets ready to tell the server to end this work; `None` where it is over. Until the guard is dropped, no other
    /// begins.
    pub(super) async fn tell(&self, work: u64) -> Option<MutexGuard<'_, ()>> {
        let guard = self.telling.lock().await;
        (self.current() == Some(work)).then_some(guard)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_is_over_is_left_alone() {
        let activity = Activity::default();
        assert_eq!(activity.current(), None);
        activity.begin().await;
        let first = activity.current().unwrap();
        activity.end();
        activity.begin().await;
        assert!(activity.tell(first).await.is_none(), "it is another work that is under way");
        assert!(activity.current().is_some_and(|second| second != first));
    }

    #[test]
    fn a_wait_is_told_once_and_knows() {
        let activity = Activity::default();
        assert!(!activity.end_wait());
        let wait = activity.begin_wait();
        assert!(!wait.is_over());
        assert!(activity.end_wait() && wait.is_over());
        drop(wait);
        assert!(!activity.end_wait());
        assert!(!activity.begin_wait().is_over());
    }

    #[tokio::test]
    async fn nothing_begins_while_the_server_is_told() {
        let activity = Activity::default();
        activity.begin().await;
        let guard = activity.tell(activity.current().unwrap()).await.unwrap();
        activity.end();
        let waiting = tokio::time::timeout(Duration::from_millis(20), activity.begin());
        assert!(waiting.await.is_err());
        assert_eq!(activity.current(), None);
        drop(guard);
        activity.begin().await;
        assert!(activity.current().is_some());
    }
}
