//! The conformance suite: what a driver really does.
//!
//! It sees a [`Driver`](lambic_core::Driver) and a URL, never a database's name. A driver runs it from three lines
//! in its own `tests/conformance.rs`:
//!
//! ```text
//! fn main() -> std::process::ExitCode {
//!     lambic_conformance::main(&["mine"], async |lane, _| {
//!         Subject::open(lane.driver(Arc::new(MyDriver))?, &DatabaseUrl::parse("mine://…")?).await
//!     })
//! }
//! ```
//!
//! Every *law* holds for every *case*. A case is a file under `cases/` that names the features it needs; where a
//! driver's capabilities deny one, the case is not applicable, and the report says by which. The suite never
//! skips in silence.

mod address;
mod case;
mod generate;
pub mod labels;
mod laws;
mod memo;
mod place;
mod proxy;
pub mod report;
mod runner;
mod sight;
mod step;
mod subject;
mod suite;
mod trail;
mod walk;
mod wire;

pub use case::Case;
pub use laws::Law;
pub use place::Place;
pub use report::{Profile, Report};
pub use runner::{Lane, SEED, main};
pub use step::{Change, Follower, Step};
pub use subject::{Oracle, Subject};
pub use suite::Suite;
pub use wire::Wired;

/// Version of the suite: it changes when a law or a case does.
pub const SUITE_VERSION: &str = "5";
