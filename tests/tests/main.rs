//! The binary, end to end: a module for each command, and one for each promise that spans several.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests, a panic is how a failure is told"
)]
#![allow(clippy::needless_raw_string_hashes, reason = "so `expect-test` writes what it expects")]

mod alembic;
mod bookshop;
mod branches;
mod command_line;
mod completions;
mod concurrency;
mod current;
mod downgrade;
mod edit;
mod ensure_version;
mod heads;
mod history;
mod init;
mod inspect;
mod list_templates;
mod look;
mod merge;
mod plan;
mod readme;
mod revision;
mod samples;
mod secrets;
mod servers;
mod show;
mod stamp;
mod status;
mod upgrade;
mod wait;
