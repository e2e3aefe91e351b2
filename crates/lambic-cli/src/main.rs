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

fn main() -> ExitCode {
    panic::guard(cli::main).into()
}
