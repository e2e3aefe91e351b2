//! Revision files, the revision graph, and upgrade, downgrade and stamp plans.

pub mod suggest;

mod file;
mod load;
mod name;
mod text;

pub use file::{Allow, Direction, MAX_FILE_SIZE, RevisionFile, Section, Targets};
pub use load::{Locations, load};
pub use name::{MAX_NAME, check_id, check_label};
