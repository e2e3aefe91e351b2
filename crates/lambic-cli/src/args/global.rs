//! The options that every command takes, before or after its name.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

// No doc comment: it would take the place of the description of each command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Configuration file; by default `lambic.toml` here or in a folder above
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Section `[env.NAME]` of the configuration
    #[arg(short, long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Database URL; stands before every other source
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// How results and errors are written
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// No progress and no notes; results, warnings and errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// More of what the command reports
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN")]
    pub(crate) color: Option<ColorWhen>,
    /// Never ask a question, even on a terminal
    #[arg(long)]
    pub(crate) no_input: bool,
    /// Variable for revision templates; may be repeated
    #[arg(short = 'x', value_name = "KEY=VALUE", value_parser = variable)]
    pub(crate) variables: Vec<(String, String)>,
}

/// The shape of results and errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for people
    #[default]
    Human,
    /// JSON for programs
    Json,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl GlobalArgs {
    /// Joins what stood before the command with what stood after it. The later wins; variables add up.
    pub(crate) fn then(self, later: Self) -> Self {
        Self {
            config: later.config.or(self.config),
            env: later.env.or(self.env),
            url: later.url.or(self.url),
            format: later.format.or(self.format),
            quiet: (self.quiet && !later.verbose) || later.quiet,
            verbose: (self.verbose && !later.quiet) || later.verbose,
            color: later.color.or(self.color),
            no_input: self.no_input || later.no_input,
            variables: self.variables.into_iter().chain(later.variables).collect(),
        }
    }
}

/// Takes `KEY=VALUE` apart.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_option_wins_and_variables_add_up() {
        let pair = |key: &str| (key.to_owned(), "1".to_owned());
        let before = GlobalArgs {
            url: Some("a:".into()),
            quiet: true,
            variables: vec![pair("a")],
            ..GlobalArgs::default()
        };
        let after = GlobalArgs {
            url: Some("b:".into()),
            verbose: true,
            variables: vec![pair("b")],
            ..GlobalArgs::default()
        };
        let both = before.then(after);
        assert_eq!(both.url.as_deref(), Some("b:"));
        assert_eq!((both.quiet, both.verbose), (false, true));
        assert_eq!(both.variables, [pair("a"), pair("b")]);
    }

    #[test]
    fn a_variable_needs_a_key() {
        assert_eq!(variable("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert!(variable("=b").is_err() && variable("a").is_err());
    }
}
