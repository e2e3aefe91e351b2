//! Plans: which revisions run, in which order, and what each does to the version table.
//!
//! The steps and their order are Alembic's. The rows after each step are the tips of what is applied: no row is
//! before another, by any edge.
//!
//! **Unknown rows.** A row that no revision file explains is kept as it is, and blocks only what could be wrong
//! because of it. What is known about such a row: it is *before* no revision that has a file, as then its own
//! file would be missing from the graph, and a known row is never before it. So whatever comes *after* a known
//! row is surely not part of it, and everything else may be. Therefore
//! - an upgrade is refused if it would run a revision that comes after no known row (with unknown rows alone,
//!   that is every revision);
//! - a downgrade is refused if a step would do more than delete a row, since the revision that comes back as a
//!   row may be part of what is unknown; so is a downgrade to `base`;
//! - a stamp is refused if it would add a row that comes after no known row; so is a stamp to `base`. With
//!   `purge` the unknown rows go, and nothing is refused.

mod changes;
mod downgrade;
mod order;
mod rows;
mod stamp;
mod upgrade;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod scale;

use std::borrow::{Borrow, Cow};
use std::collections::BTreeSet;

use serde::Serialize;

pub use changes::RowChange;
pub use downgrade::downgrade;
pub(crate) use order::newest_first;
pub use rows::Rows;
pub use stamp::stamp;
pub use upgrade::upgrade;

use crate::file::Direction;
use crate::graph::Revision;

/// One step of a plan: one revision that runs, or one destination that is stamped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step<'g> {
    /// Up, down, or rows only.
    pub direction: Direction,
    /// The revision that runs; of a stamp its destination, `None` for `base`.
    pub revision: Option<Revision<'g>>,
    /// Where the step comes from, for people: going up the down-revisions, going down the revision, of a stamp the
    /// rows of the beginning that are on the destination's line.
    pub from: Vec<&'g str>,
    /// Where the step leads, for people; of a stamp the rows that it adds, the destination first.
    pub to: Vec<&'g str>,
    /// What it does to the version table, in this order. Every change finds exactly one row.
    pub changes: Vec<RowChange<'g>>,
}

/// Steps, to be taken one after another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan<'g> {
    /// Whether every row of the version table is deleted first.
    pub purge: bool,
    /// The rows before the first step (after the purge), sorted.
    pub rows_before: Vec<String>,
    /// The steps.
    pub steps: Vec<Step<'g>>,
}

impl<'g> Plan<'g> {
    fn new(rows: &Rows<'g>, steps: Vec<Step<'g>>) -> Self {
        let mut rows_before: Vec<String> = rows.ids().map(str::to_owned).collect();
        rows_before.sort_unstable();
        Self { purge: false, rows_before, steps }
    }

    /// Each step, with the version rows after it, sorted.
    ///
    /// The rows are counted forward, not kept: ten thousand heads would make a list of ten thousand for each step.
    pub fn states(&self) -> impl Iterator<Item = (&Step<'g>, Vec<&str>)> {
        let mut rows: BTreeSet<&str> = self.rows_before.iter().map(String::as_str).collect();
        self.steps.iter().map(move |step| {
            follow(&mut rows, step);
            (step, rows.iter().copied().collect())
        })
    }

    /// The same, and each step is gone when the next one comes.
    pub fn into_states(self) -> impl Iterator<Item = (Step<'g>, Vec<String>)> {
        let mut rows: BTreeSet<Cow<'g, str>> = self.rows_before.into_iter().map(Cow::Owned).collect();
        self.steps.into_iter().map(move |step| {
            follow(&mut rows, &step);
            let mut after = Vec::with_capacity(rows.len());
            after.extend(rows.iter().map(|row| row.as_ref().to_owned()));
            (step, after)
        })
    }

    /// The version rows after the last step, sorted.
    pub fn rows_after(&self) -> Vec<&str> {
        let mut rows: BTreeSet<&str> = self.rows_before.iter().map(String::as_str).collect();
        self.steps.iter().for_each(|step| follow(&mut rows, step));
        rows.into_iter().collect()
    }
}

/// Does to the rows what a step does.
fn follow<'g, R: Ord + Borrow<str> + From<&'g str>>(rows: &mut BTreeSet<R>, step: &Step<'g>) {
    for change in &step.changes {
        if let Some(gone) = change.removes() {
            rows.remove(gone);
        }
        rows.extend(change.adds().map(R::from));
    }
}
