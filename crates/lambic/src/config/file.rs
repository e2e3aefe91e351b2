//! The text of `lambic.toml` as typed keys, with errors that point into it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use lambic_core::{Error, ErrorKind, Location, Result};
use lambic_revision::suggest;
use serde::Deserialize;
use toml::Spanned;

use super::environment::masked;
use super::settings::{Hook, LockMode, parse_duration};
use crate::plan::TransactionMode;

/// Keys and values that the design has and this version has not.
const LATER: [&str; 5] = ["schema", "scratch", "plugins", "online", "lease"];

/// The whole file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) lambic: Keys,
    pub(super) database: Database,
    pub(super) env: BTreeMap<String, Keys>,
    pub(super) hooks: Hooks,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Database {
    pub(super) url: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Hooks {
    pub(super) post_write: Vec<Hook>,
}

/// Declares the keys of a section, all optional, and how one section overrides another.
macro_rules! keys {
    ($($name:ident: $type:ty,)+) => {
        /// The keys of `[lambic]` and of `[env.NAME]`.
        #[derive(Deserialize, Default)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct Keys { $(pub(super) $name: Option<$type>,)+ }

        impl Keys {
            /// These keys, and those of `base` that are not among them.
            pub(super) fn over(self, base: Self) -> Self {
                Self { $($name: self.$name.or(base.$name),)+ }
            }
        }
    };
}

keys! {
    script_location: PathBuf,
    version_locations: Vec<PathBuf>,
    recursive_version_locations: bool,
    file_template: String,
    timezone: String,
    dialects: Vec<Spanned<String>>,
    version_table: Name,
    version_table_schema: Name,
    transaction: TransactionMode,
    max_heads: u32,
    lock: LockMode,
    lock_key: Name,
    lock_wait: Wait,
    statement_timeout: Wait,
    ddl_lock_timeout: Wait,
    ddl_retries: u32,
    log: bool,
    url: Spanned<String>,
    protected: Spanned<bool>,
}

/// A name that a database can hold.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Name(pub(super) String);

impl TryFrom<String> for Name {
    type Error = &'static str;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        if name.chars().any(char::is_control) || name.trim().is_empty() {
            return Err("a name must not be empty and must not hold control characters");
        }
        Ok(Self(name))
    }
}

/// A duration, as text.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Wait(pub(super) Duration);

impl TryFrom<String> for Wait {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        parse_duration(&text).map(Self).map_err(|error| error.message.clone())
    }
}

/// Reads the text of a configuration file; `file` is what errors call it.
pub(super) fn parse(file: &str, text: &str) -> Result<File> {
    let parsed: File = toml::from_str(text).map_err(|error| describe(file, text, &error))?;
    let misplaced = [
        (parsed.lambic.url.as_ref().map(Spanned::span), "`url` belongs in [database] or in an [env.NAME]"),
        (parsed.lambic.protected.as_ref().map(Spanned::span), "`protected` belongs in an [env.NAME]"),
    ];
    match misplaced.into_iter().find_map(|(span, message)| Some((span?, message))) {
        Some((span, message)) => Err(fault("config.misplaced-key", message)
            .at(locate(file, text, span))
            .hint("move the line there")),
        None => Ok(parsed),
    }
}

/// The place of a span, without the secrets of its line.
pub(super) fn locate(file: &str, text: &str, span: Range<usize>) -> Location {
    let mut location = Location::in_text(file, text, span.start, span.end);
    location.excerpt = masked(&location.excerpt);
    location
}

pub(super) fn fault(code: &str, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, code, message)
}

fn describe(file: &str, text: &str, error: &toml::de::Error) -> Error {
    let message = error.message();
    let described = match message.split_once(" `") {
        Some(("unknown field", _)) => unknown("key", "config.unknown-key", message),
        Some(("unknown variant", _)) => unknown("value", "config.unknown-value", message),
        _ => fault("config.invalid", masked(message.lines().next().unwrap_or_default()))
            .hint("correct it; the file that `lambic init` writes shows every key"),
    };
    match error.span() {
        Some(span) => described.at(locate(file, text, span)),
        None => described.at(Location::file(file)),
    }
}

/// Says what serde says of an unknown name (``unknown field `x`, expected one of `a`, `b` ``) for people.
fn unknown(what: &str, code: &str, message: &str) -> Error {
    let mut names = message.split('`').skip(1).step_by(2);
    let name = names.next().unwrap_or_default();
    if LATER.contains(&name) {
        let message = format!("the {what} `{name}` is known, but this version of Lambic does not have it");
        return fault("config.not-in-this-version", message).hint("take it out for now");
    }
    let known: Vec<&str> = names.collect();
    let hint = suggest::did_you_mean(name, known.iter().copied())
        .unwrap_or_else(|| format!("known here: {}", known.join(", ")));
    fault(code, format!("unknown {what} `{}`", name.escape_debug())).hint(hint)
}
