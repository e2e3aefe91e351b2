//! The driver: opening, statements, transactions, sessions, the lock, on both servers.

#[path = "../support/mod.rs"]
mod support;

mod smoke;
