//! The text of a new file.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use lambic_core::{Error, ErrorKind, Location, Result};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::NewSection;
use crate::file::RevisionFile;
use crate::load::io_error;

const EMBEDDED: &str = include_str!("revision.sql.j2");

/// What a template can use, by these names.
#[derive(Debug, Serialize)]
pub(super) struct Values<'a> {
    pub(super) message: &'a str,
    pub(super) up_revision: &'a str,
    pub(super) down_revision: &'a [&'a str],
    pub(super) branch_labels: &'a [String],
    pub(super) depends_on: &'a [String],
    pub(super) create_date: &'a str,
    pub(super) upgrades: Vec<NewSection>,
    pub(super) downgrades: Vec<NewSection>,
    pub(super) args: &'a BTreeMap<String, String>,
}

/// Fills the project's template if there is one, else the embedded one. Returns the template that was used.
pub(super) fn render<'p>(
    template: Option<&'p Path>,
    values: &Values<'_>,
) -> Result<(String, Option<&'p Path>)> {
    let own = match template.map(|path| (path, fs::read_to_string(path))) {
        None => None,
        Some((path, Ok(text))) => Some((path, text)),
        Some((_, Err(error))) if error.kind() == io::ErrorKind::NotFound => None,
        Some((path, Err(error))) => {
            return Err(io_error(path, "the revision template cannot be read", &error));
        }
    };
    let mut environment = Environment::new();
    let syntax =
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    let text = own.as_ref().map_or(EMBEDDED, |(_, text)| text);
    let path = own.as_ref().map(|(path, _)| *path);
    environment.set_syntax(syntax.map_err(|error| failed(&error, path))?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let rendered = environment.render_named_str("revision.sql.j2", text, Serde(values));
    Ok((rendered.map_err(|error| failed(&error, path))?, path))
}

fn failed(error: &minijinja::Error, template: Option<&Path>) -> Error {
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    let mut place =
        Location::file(template.map_or("revision.sql.j2".to_owned(), |path| path.display().to_string()));
    place.line = error.line().and_then(|line| u32::try_from(line).ok()).unwrap_or_default();
    Error::new(ErrorKind::Config, "create.bad-template", format!("the revision template does not work: {}{detail}", error.kind()))
        .at(place)
        .hint("it can use message, up_revision, down_revision, branch_labels, depends_on, create_date, upgrades, downgrades, and `args` from `-x`")
}

/// Says that a file is wrong because of its template.
pub(super) fn blame(mut error: Error, template: Option<&Path>) -> Error {
    let name = template.map_or("the embedded one".to_owned(), |path| path.display().to_string());
    error.notes.push(format!("nothing was written; the text comes from the revision template, {name}"));
    error
}

/// Checks that the file says what it was made to say, and that its sections can be read.
pub(super) fn check(file: &RevisionFile, values: &Values<'_>, template: Option<&Path>) -> Result<()> {
    file.sections().map_err(|error| blame(error, template))?;
    let lost = [
        ("@revision", file.id() == values.up_revision),
        ("@down-revision", file.down_revisions().eq(values.down_revision.iter().copied())),
        ("@depends-on", file.depends_on().eq(values.depends_on.iter())),
        ("@branch-label", file.branch_labels().eq(values.branch_labels.iter())),
    ];
    match lost.iter().find(|(_, kept)| !kept) {
        None => Ok(()),
        Some((directive, _)) => {
            let message = format!("the revision template does not write `{directive}` as it was given");
            let error = Error::new(ErrorKind::Config, "create.bad-template", message);
            Err(blame(error, template).hint("compare it with the embedded template: `lambic list-templates`"))
        }
    }
}
