//! Revisions that take so long that something can happen in the middle.

use std::time::Duration;

use crate::{Project, Revision, Running, wait_until};

/// A statement that takes minutes, unless it is stopped.
pub const SLOW: &str = "INSERT INTO slow
WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000000000)
SELECT max(x) FROM n;";

/// A revision that makes a table and then takes very long.
pub fn slow_revision(id: &str, parent: &str) -> Revision {
    let statements = format!("CREATE TABLE slow (x INTEGER);\n{SLOW}");
    Revision::new(id).after(parent).message("take long").up(&statements).down("DROP TABLE slow;")
}

impl Project {
    /// Starts a command that runs a slow revision, and returns when the revision is in the middle of its transaction.
    /// The version table must be there already.
    pub fn in_the_middle(&self, line: &str) -> Running {
        let mut running = self.start(line);
        let journal = self.path("app.db-journal");
        wait_until("the transaction has written something", || {
            assert!(!running.ended(), "it ended instead: {}", running.stderr());
            journal.exists()
        });
        // Into the slow statement itself.
        std::thread::sleep(Duration::from_millis(100));
        assert!(!running.ended(), "it ended instead: {}", running.stderr());
        running
    }
}
