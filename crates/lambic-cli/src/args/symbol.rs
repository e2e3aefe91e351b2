//! Targets and ranges, which may start with a minus sign: `-1`, `-3:current`.

use std::ffi::{OsStr, OsString};

use clap::builder::TypedValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};
use lambic_revision::suggest;

/// Reads a target or a range. Its argument allows hyphens, so that `-1` is a value; any other word that
/// starts with a hyphen is refused here as the mistyped option that it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SymbolParser;

impl TypedValueParser for SymbolParser {
    type Value = String;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        let Some(text) = value.to_str() else {
            return Err(Error::new(ErrorKind::InvalidUtf8).with_cmd(command));
        };
        match text.strip_prefix('-') {
            Some(rest) if !rest.starts_with(|first: char| first.is_ascii_digit()) => {
                Err(unknown_option(command, text))
            }
            _ => Ok(text.to_owned()),
        }
    }
}

/// The first long option among `words` that `command` does not have, as an error.
///
/// Where a target is expected, such an option is at first taken for one, and a target that follows it is blamed.
pub(crate) fn mistyped(command: &Command, words: &[OsString]) -> Option<Error> {
    let known = |word: &str| {
        let name = word.split('=').next().unwrap_or_default();
        ["help", "version"].contains(&name)
            || command
                .get_arguments()
                .any(|arg| arg.get_long_and_visible_aliases().is_some_and(|all| all.contains(&name)))
    };
    let words = words.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let mut options = words.filter(|word| word.strip_prefix("--").is_some_and(|name| !known(name)));
    options.next().map(|word| unknown_option(command, word))
}

/// The error that the argument parser gives for an option that does not exist.
fn unknown_option(command: &Command, text: &str) -> Error {
    let mut error = Error::new(ErrorKind::UnknownArgument).with_cmd(command);
    error.insert(ContextKind::InvalidArg, ContextValue::String(text.to_owned()));
    let options: Vec<String> =
        command.get_arguments().filter_map(Arg::get_long).map(|long| format!("--{long}")).collect();
    if let Some(near) = suggest::closest(text, options.iter().map(String::as_str)) {
        error.insert(ContextKind::SuggestedArg, ContextValue::String(near.to_owned()));
    }
    error
}
