//! The driver: opening, statements, transactions, sessions, the lock, on both servers.

#[path = "../support/mod.rs"]
mod support;

mod abandoned;
mod fake;
mod lock;
mod opening;
mod proxy;
mod scratch;
mod sessions;
mod statements;
mod tls;
mod transactions;
