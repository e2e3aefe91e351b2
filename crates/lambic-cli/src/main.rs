//! The `lambic` command: parse the arguments, run the command, exit.

mod args;
mod cli;
mod commands;
mod context;
mod exit;
mod output;
mod panic;
mod registry;
mod runtime;
mod view;

use std::process::ExitCode;

/// A schema is very many small texts: where they come from counts. See docs/src/benchmarks.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    panic::guard(cli::main).into()
}
