//! Names, expressions and refusals.

use lambic_core::schema::{Expression, Properties, QualifiedName};
use lambic_core::{Error, ErrorKind, Result};
use lambic_sql::SyntaxError;

use crate::ddl;
use crate::lexicon::LEXICON;

/// Lets what else is in the schema follow a rename.
pub(super) const FOLLOWING: &str = "PRAGMA legacy_alter_table = OFF";

/// Lets nothing else in the schema follow a rename, nor be looked at.
pub(super) const ALONE: &str = "PRAGMA legacy_alter_table = ON";

/// Says that SQLite lacks something.
pub(super) fn unsupported(what: impl std::fmt::Display) -> Error {
    Error::unsupported("SQLite", what)
}

/// Refuses what SQLite lacks.
pub(super) fn refuse(present: bool, what: &str) -> Result<()> {
    if present { Err(unsupported(what)) } else { Ok(()) }
}

/// Refuses options that SQLite does not have.
pub(super) fn refuse_options(options: &Properties, known: &[&str], of: &str) -> Result<()> {
    match options.keys().find(|option| !known.contains(&option.as_str())) {
        Some(option) => Err(unsupported(format!("the option {option} of {of}"))),
        None => Ok(()),
    }
}

/// A name in quotes.
pub(super) fn quote(name: &str) -> Result<String> {
    LEXICON.quote_identifier(name)
}

/// A name in quotes. Its namespace can only be `main`, which need not be said and cannot be everywhere.
pub(super) fn quote_name(name: &QualifiedName) -> Result<String> {
    match &name.namespace {
        Some(other) if other != "main" => {
            Err(unsupported(format_args!("the namespace {other}")).hint("everything is in `main`"))
        }
        _ => quote(&name.name),
    }
}

/// Names in quotes, with commas between them.
pub(super) fn quote_list<S: AsRef<str>>(names: &[S]) -> Result<String> {
    let names: Vec<String> = names.iter().map(|name| quote(name.as_ref())).collect::<Result<_>>()?;
    Ok(names.join(", "))
}

/// A text as a literal.
pub(super) fn literal(text: &str) -> Result<String> {
    LEXICON.quote_text(text)
}

/// An expression that cannot reach out of its place: comments are gone, parentheses match.
pub(super) fn expression(expression: &Expression) -> Result<String> {
    ddl::expression(expression.as_str())
        .map_err(|error| unreadable("expression", expression.as_str(), &error))
}

/// An error about a piece of SQL of the model.
pub(super) fn unreadable(what: &str, text: &str, error: &SyntaxError) -> Error {
    let message = format!("the {what} `{text}` cannot be written: {error}");
    Error::new(ErrorKind::Usage, "sqlite.malformed", message)
}

/// `CONSTRAINT "name" `, where there is a name.
pub(super) fn constraint_name(name: Option<&String>) -> Result<String> {
    Ok(match name {
        Some(name) => format!("CONSTRAINT {} ", quote(name)?),
        None => String::new(),
    })
}

/// ` ON CONFLICT …`, where the options say so.
pub(super) fn on_conflict(options: &Properties, key: &str) -> Result<String> {
    let Some(action) = options.get(key) else { return Ok(String::new()) };
    let known = ["rollback", "abort", "fail", "ignore", "replace"].contains(&action.as_str());
    refuse(!known, &format!("ON CONFLICT {action}"))?;
    Ok(format!(" ON CONFLICT {}", action.to_ascii_uppercase()))
}
