//! Project automation: `cargo xtask COMMAND`. Run it without a command for the list.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task runner talks to the terminal")]

mod bench;
mod bless;
mod deny;
mod fetch;
mod metadata;
mod process;
mod servers;
mod test;
mod tidy;

use std::process::ExitCode;

/// One `cargo xtask` command.
struct Command {
    /// What is typed after `cargo xtask`.
    name: &'static str,
    /// Its arguments, as the usage text shows them.
    arguments: &'static str,
    /// What it does, for the usage text.
    about: &'static str,
    /// Runs it with the arguments after its name.
    run: fn(&[String]) -> anyhow::Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        arguments: test::ARGUMENTS,
        about: "fetch what the tests need and run every test",
        run: test::run,
    },
    Command {
        name: "tidy",
        arguments: "",
        about: "check the rules that the compiler cannot",
        run: tidy::run,
    },
    Command {
        name: "fetch",
        arguments: "",
        about: "fetch what the tests need and start nothing",
        run: fetch::run,
    },
    Command {
        name: "servers",
        arguments: servers::ARGUMENTS,
        about: "start the tests' servers; print the variables that tell the tests",
        run: servers::run,
    },
    Command {
        name: "bless",
        arguments: "[-p PACKAGE] [FILTER]",
        about: "run the tests and accept what they print as expected",
        run: bless::run,
    },
    Command {
        name: "bench",
        arguments: bench::ARGUMENTS,
        about: "measure the release build against its limits",
        run: bench::run,
    },
    Command {
        name: "deny",
        arguments: "",
        about: "check licences, duplicates and sources with cargo-deny",
        run: deny::run,
    },
];

/// What a wrong command line exits with, as in the tool itself.
const USAGE: u8 = 64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        eprint!("{}", usage());
        return ExitCode::from(USAGE);
    };
    if matches!(name.as_str(), "help" | "-h" | "--help")
        || rest.first().is_some_and(|first| first == "--help")
    {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprint!("error: `{name}` is not a command of cargo xtask\n\n{}", usage());
        return ExitCode::from(USAGE);
    };
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The list of commands.
fn usage() -> String {
    let lines: Vec<String> = COMMANDS
        .iter()
        .map(|command| {
            let call = format!("{} {}", command.name, command.arguments);
            format!("  {call:<52} {}", command.about)
        })
        .collect();
    format!("Usage: cargo xtask COMMAND\n\n{}\n\nCONTRIBUTING.md tells more.\n", lines.join("\n"))
}
