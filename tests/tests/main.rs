//! The binary, end to end: a module for each command, and one for each promise that spans several.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests, a panic is how a failure is told"
)]

mod bookshop;
mod concurrency;
