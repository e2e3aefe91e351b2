//! From the words of the command line to an exit code.

use std::ffi::OsString;

use clap::builder::Styles;
use clap::error::ErrorKind as ClapKind;
use clap::{Args as _, ColorChoice, CommandFactory as _, FromArgMatches as _, Parser};
use lambic_core::{Error, ErrorKind};

use crate::args::{ColorWhen, Format, GlobalArgs, mistyped};
use crate::commands::Command;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{self, Output};

/// Schema migrations in plain SQL, for any database.
#[derive(Debug, Parser)]
#[command(
    name = "lambic",
    bin_name = "lambic",
    version,
    max_term_width = 100,
    styles = STYLES,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    infer_long_args = false,
    after_help = "Start with `lambic init`, then `lambic revision -m \"create users\"` and `lambic upgrade`.\n\
                  `lambic COMMAND --help` shows a command's options with examples."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const STYLES: Styles = Styles::styled()
    .header(output::TITLE)
    .usage(output::TITLE)
    .literal(output::HEAD)
    .error(output::ALARM)
    .valid(output::GOOD)
    .invalid(output::NOTICE);

/// The whole grammar. Every option of every command stands on the command itself too, so that it may be given
/// before or after the command's name.
pub(crate) fn command() -> clap::Command {
    GlobalArgs::augment_args(Cli::command()).mut_subcommands(GlobalArgs::augment_args)
}

/// Runs the command of this process's arguments.
pub(crate) fn main() -> Exit {
    let words: Vec<OsString> = std::env::args_os().collect();
    match parse(&words) {
        Ok((args, command)) => run(args, command),
        Err(error) => refuse(&error, Output::from(&guess(&words))),
    }
}

/// Reads the arguments.
fn parse(words: &[OsString]) -> Result<(GlobalArgs, Command), clap::Error> {
    let mut command = command().color(ColorChoice::Always);
    let matches = command.try_get_matches_from_mut(words).map_err(|error| blame(error, &command, words))?;
    let before = GlobalArgs::from_arg_matches(&matches)?;
    let after = matches.subcommand().map(|(_, matches)| GlobalArgs::from_arg_matches(matches)).transpose()?;
    let cli = Cli::from_arg_matches(&matches)?;
    Ok((before.then(after.unwrap_or_default()), cli.command))
}

/// Blames an option that does not exist rather than what comes after it.
fn blame(error: clap::Error, command: &clap::Command, words: &[OsString]) -> clap::Error {
    if error.kind() != ClapKind::UnknownArgument {
        return error;
    }
    let named = |word: &OsString| word.to_str().and_then(|word| command.find_subcommand(word));
    words.iter().find_map(named).and_then(|command| mistyped(command, words)).unwrap_or(error)
}

fn run(args: GlobalArgs, command: Command) -> Exit {
    let context = Context::new(args);
    command.run(&context).unwrap_or_else(|error| {
        let error = context.scrub(error);
        context.output.error(&error);
        Exit::from(&error)
    })
}

/// Shows help, which is a result, or what is wrong with the arguments.
fn refuse(error: &clap::Error, output: Output) -> Exit {
    let help = matches!(error.kind(), ClapKind::DisplayHelp | ClapKind::DisplayVersion);
    let text = error.render().ansi().to_string();
    if help {
        return output.text(&text).map_or(Exit::Failed, |()| Exit::Done);
    }
    match output.format {
        Format::Human => output.stderr(&text),
        Format::Json => output.error(&usage(error)),
    }
    Exit::Usage
}

/// The same as data. The argument parser writes the message on the first line and what to do on those after it.
fn usage(error: &clap::Error) -> Error {
    let missing = [ClapKind::MissingSubcommand, ClapKind::DisplayHelpOnMissingArgumentOrSubcommand];
    if missing.contains(&error.kind()) {
        return Error::new(ErrorKind::Usage, "usage", "a command is missing").hint(HELP);
    }
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(|paragraph| paragraph.trim().replace('\n', " "));
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    let hint = paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: ").map(str::to_owned));
    Error::new(ErrorKind::Usage, "usage", message).hint(hint.unwrap_or_else(|| HELP.to_owned()))
}

const HELP: &str = "`lambic --help` lists the commands, `lambic COMMAND --help` its options";

/// The form that errors shall have, although the arguments cannot be read.
fn guess(words: &[OsString]) -> GlobalArgs {
    let value = |option: &str| {
        let mut words = words.iter().filter_map(|word| word.to_str());
        words.find_map(|word| word.strip_prefix(option).map(|rest| rest.strip_prefix('=').map(str::to_owned)))
    };
    let after = |option: &str| {
        let at = words.iter().rposition(|word| word == option)?;
        words.get(at + 1)?.to_str().map(str::to_owned)
    };
    let of = |option: &str| after(option).or_else(|| value(option).flatten());
    GlobalArgs {
        format: of("--format").filter(|format| format == "json").map(|_| Format::Json),
        color: match of("--color").as_deref() {
            Some("always") => Some(ColorWhen::Always),
            Some("never") => Some(ColorWhen::Never),
            _ => None,
        },
        ..GlobalArgs::default()
    }
}

#[cfg(test)]
mod tests;
