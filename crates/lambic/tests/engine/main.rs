//! The engine on a real database: plans, runs, the version store, scripts.
//!
//! The database is the one that needs no server. What is tested is what any database with transactional DDL does.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod altered;
mod faults;
mod inspecting;
mod locking;
mod planning;
mod recording;
mod running;
mod scripting;
mod stamping;
mod stopping;
mod storing;
mod support;
