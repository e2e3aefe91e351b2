//! What the end-to-end tests share: the built binary, projects in folders of their own, running processes, and
//! output with what differs from run to run taken out.
//!
//! A test makes a [`Project`], writes revisions into it, runs `lambic` and looks at the [`Output`], or compares the
//! [transcript](Project::transcript) of several commands with an expected text. `cargo xtask bless -p lambic-tests`
//! writes those texts anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "in tests, a panic is how a failure is told"
)]

mod binary;
mod dump;
mod output;
mod process;
mod project;
mod proxy;
mod revision;
mod script;
mod scrub;
mod server;
mod slow;
mod words;

pub use binary::{lambic, root};
pub use dump::{Dump, State};
pub use output::{Output, tell};
pub use process::{Running, wait_until};
pub use project::Project;
pub use proxy::Proxy;
pub use revision::{Revision, graph};
pub use script::run_script;
pub use scrub::scrub;
pub use server::{Place, Server, Session, variable};
pub use slow::{SLOW, slow_revision};
