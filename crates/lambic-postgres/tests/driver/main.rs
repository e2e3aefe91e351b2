//! The driver on real servers: opening, statements, transactions, cancelling, locks.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod cancelling;
mod copying;
mod locking;
mod opening;
mod pooler;
mod proxy;
mod sessions;
mod statements;
mod tls;
mod transactions;
