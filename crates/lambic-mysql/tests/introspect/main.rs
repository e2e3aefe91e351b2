//! Reading schemas: what the server is told is what is read, written again, and read again, and the server's own
//! `SHOW CREATE` says the same of both.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and prints what it tried"
)]

mod again;
mod clauses;
mod corpora;
mod details;
mod nasty;
mod objects;
mod plans;
mod privileges;
mod sessions;
#[path = "../support/mod.rs"]
mod support;
