//! Revision files, the revision graph, and upgrade, downgrade and stamp plans.
//!
//! ```text
//! files ── load ──▶ Graph ── rows of the version table ──▶ Rows ── plan::upgrade ──▶ Plan: steps, row changes
//! ```
//! [`Graph::load`] reads the files, [`Graph::rows`] takes up a version table, and the functions of [`plan`] say
//! what to do. [`create`] writes new files. Apart from reading and writing revision files everything is pure: the
//! same files and rows give the same answer on every machine. A section's body is text here; SQL is not parsed.

pub mod create;
pub mod plan;
pub mod suggest;

mod file;
mod graph;
mod history;
mod load;
mod name;
mod symbol;
mod text;

#[cfg(test)]
mod testing;

pub use file::{Allow, Direction, Excerpt, MAX_FILE_SIZE, RevisionFile, Section, Targets};
pub use graph::{Graph, Revision};
pub use load::{Locations, load};
pub use name::{MAX_NAME, check_id, check_label};
pub use symbol::split_range;
