//! The conformance suite: what a driver really does.
//!
//! It sees a [`Driver`](lambic_core::Driver) and a URL, never a database's name. A driver runs it from three lines
//! in its own `tests/conformance.rs`:
//!
//! ```text
//! fn main() -> std::process::ExitCode {
//!     lambic_conformance::main(&lambic_conformance::Subject::new(Arc::new(MyDriver), "mine://…"))
//! }
//! ```
//!
//! Every *law* holds for every *case*. A case is a file under `cases/` that names the features it needs; where a
//! driver's capabilities deny one, the case is not applicable, and the report says by which. The suite never
//! skips in silence.

mod case;
mod laws;
mod runner;
mod subject;

pub use case::{Case, Step};
pub use laws::Law;
pub use runner::main;
pub use subject::Subject;

/// Version of the suite: it changes when a law or a case does.
pub const SUITE_VERSION: &str = "1";
