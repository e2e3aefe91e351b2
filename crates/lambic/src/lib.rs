//! The engine of Lambic: what the command line runs, and what a Rust application embeds.
//!
//! A [`project`] is a folder of revisions and its configuration; a [`registry`] knows the drivers; [`plan`] says what
//! a run would do; [`run`] does it, and keeps the [`store`] of what is applied.

pub mod checksum;
pub mod config;
pub mod event;
pub mod inspect;
pub mod interrupt;
pub mod plan;
pub mod project;
pub mod registry;
pub mod run;
pub mod script;
pub mod sections;
pub mod store;
