//! The driver: opening, statements, transactions, sessions, the lock, on both servers.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod abandoned;
mod cancel;
mod fake;
mod lock;
mod opening;
mod proxy;
mod scratch;
mod sessions;
mod statements;
mod tls;
mod transactions;
