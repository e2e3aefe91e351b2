//! New revision files.
//!
//! [`revision`] and [`merge`] make a [`Draft`]: the whole file, checked against the graph that it will join.
//! Nothing is written before [`Draft::write`], which never overwrites a file and leaves none behind when it fails.

mod filename;
mod place;
mod template;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use lambic_core::{Error, ErrorKind, Location, Result};
use serde::Serialize;

use crate::file::RevisionFile;
use crate::graph::Graph;
use crate::load::{Locations, io_error};
use crate::name::{check_id, check_label};
use crate::text::shown;

pub use filename::slug;

/// How a project lays out its revision files.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Where the files are.
    pub locations: Locations,
    /// The project's own template, `<script_location>/revision.sql.j2`; the embedded one serves when it does not
    /// exist.
    pub template: Option<PathBuf>,
    /// How files are named: `{rev} {slug} {epoch} {year} {month} {day} {hour} {minute} {second}`. It may hold `/`
    /// where locations are searched recursively; `.sql` is added when it is missing.
    pub file_template: String,
    /// The zone of the dates in names and files: `UTC`, `local`, or a name of the machine's zone database such as
    /// `Europe/Lisbon`.
    pub timezone: String,
    /// The dialects that the project runs on. With several, new sections say so.
    pub dialects: Vec<String>,
}

impl Layout {
    /// The usual layout over `locations`: no template of its own, UTC.
    pub fn new(locations: Locations) -> Self {
        let file_template = "{year}_{month}_{day}_{hour}{minute}-{rev}_{slug}".to_owned();
        Self { locations, template: None, file_template, timezone: "UTC".to_owned(), dialects: Vec::new() }
    }
}

/// What a new revision shall be.
#[derive(Debug, Clone)]
pub struct NewRevision {
    /// What it does. Line breaks become blanks.
    pub message: String,
    /// Its id; twelve random hexadecimal digits by default.
    pub rev_id: Option<String>,
    /// Symbols of what it follows; `head` by default, `base` for a new base, several for a merge.
    pub heads: Vec<String>,
    /// Whether it may follow what is no head.
    pub splice: bool,
    /// Names of the branch that starts with it.
    pub branch_labels: Vec<String>,
    /// Symbols of what must be applied first.
    pub depends_on: Vec<String>,
    /// The version location to write to.
    pub version_path: Option<PathBuf>,
    /// The upgrade sections; by default an empty one, and none in a merge.
    pub upgrades: Vec<NewSection>,
    /// The downgrade sections, likewise.
    pub downgrades: Vec<NewSection>,
    /// Variables for the template: `args.NAME`.
    pub args: BTreeMap<String, String>,
    /// The time to write into it.
    pub now: SystemTime,
}

impl NewRevision {
    /// A revision that follows the head.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            rev_id: None,
            heads: Vec::new(),
            splice: false,
            branch_labels: Vec::new(),
            depends_on: Vec::new(),
            version_path: None,
            upgrades: Vec::new(),
            downgrades: Vec::new(),
            args: BTreeMap::new(),
            now: SystemTime::now(),
        }
    }
}

/// A section to be written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NewSection {
    /// What stands behind `@upgrade` or `@downgrade`: targets and flags; may be empty.
    pub target: String,
    /// The SQL.
    pub body: String,
}

/// A revision file that is complete and checked, and not yet written.
#[derive(Debug)]
pub struct Draft {
    file: RevisionFile,
    graph: Graph,
}

/// Drafts a revision.
///
/// Fails for an id or label that is malformed or taken, for what does not exist or is ambiguous, for several heads
/// where none is chosen, for following what is no head without `splice`, and for a template that does not work or
/// does not write what it was given.
pub fn revision(graph: &Graph, layout: &Layout, new: &NewRevision) -> Result<Draft> {
    let downs = place::downs(graph, &new.heads, new.splice)?;
    draft(graph, layout, new, &downs)
}

/// Drafts a merge of the revisions that `new.heads` names, by default all heads. Fails as [`revision`] does, and
/// when there are not at least two to merge.
pub fn merge(graph: &Graph, layout: &Layout, new: &NewRevision) -> Result<Draft> {
    let all = ["heads".to_owned()];
    let downs = place::downs(graph, if new.heads.is_empty() { &all } else { &new.heads }, new.splice)?;
    match downs.as_slice() {
        [_, _, ..] => draft(graph, layout, new, &downs),
        few => {
            let what =
                few.first().map_or("there is no revision".to_owned(), |id| format!("`{id}` is the only one"));
            Err(Error::new(
                ErrorKind::Usage,
                "create.nothing-to-merge",
                format!("there is nothing to merge: {what}"),
            )
            .hint("`lambic heads` lists what can be merged"))
        }
    }
}

fn draft(graph: &Graph, layout: &Layout, new: &NewRevision, downs: &[&str]) -> Result<Draft> {
    let id = match &new.rev_id {
        None => place::random_id(graph)?,
        Some(id) => check_id(id).map(|()| id.clone()).map_err(|why| {
            Error::new(ErrorKind::Usage, "create.bad-id", format!("`{}` {why}", shown(id)))
                .hint("choose another `--rev-id`")
        })?,
    };
    for label in &new.branch_labels {
        check_label(label).map_err(|why| {
            Error::new(ErrorKind::Usage, "create.bad-label", format!("`{}` {why}", shown(label)))
                .hint("choose another `--branch-label`")
        })?;
    }
    let message = new.message.split_whitespace().collect::<Vec<_>>().join(" ");
    let time = filename::Time::of(new.now, &layout.timezone)?;
    let folder = place::folder(graph, &layout.locations, new.version_path.as_deref(), downs)?;
    let path = folder.join(filename::file_name(layout, &id, &message, &time)?);
    let depends_on = place::dependencies(graph, &new.depends_on)?;
    let section = |given: &[NewSection]| match given {
        [] if downs.len() < 2 => vec![place::empty_section(&layout.dialects)],
        given => given.to_vec(),
    };
    let values = template::Values {
        message: &message,
        up_revision: &id,
        down_revision: downs,
        branch_labels: &new.branch_labels,
        depends_on: &depends_on,
        create_date: &time.written(),
        upgrades: section(&new.upgrades),
        downgrades: section(&new.downgrades),
        args: &new.args,
    };
    let (text, template) = template::render(layout.template.as_deref(), &values)?;
    let file = RevisionFile::parse(&path, text).map_err(|error| template::blame(error, template))?;
    template::check(&file, &values, template)?;
    let files = graph.files.iter().cloned().chain([file.clone()]).collect();
    let graph = Graph::new(files).map_err(taken)?;
    Ok(Draft { file, graph })
}

/// Names that are taken are chosen on the command line here: no file has to change.
fn taken(error: Error) -> Error {
    let option = match error.code.as_str() {
        "revision.duplicate-id" => "--rev-id",
        "revision.duplicate-label" => "--branch-label` or `--rev-id",
        _ => return error,
    };
    error.note("nothing was written").hint(format!("choose another `{option}`"))
}

impl Draft {
    /// The new revision's id.
    pub fn id(&self) -> &str {
        self.file.id()
    }

    /// Where the file will be.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        self.file.text()
    }

    /// The graph with the new revision in it.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Writes the file, and makes its folder when that is missing.
    ///
    /// Fails when a file of that name exists, which is then left as it is.
    pub fn write(&self) -> Result<()> {
        let path = self.path();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|error| io_error(folder, "the folder cannot be made", &error))?;
        }
        let mut file = fs::File::create_new(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => exists(path),
            _ => io_error(path, "the file cannot be made", &error),
        })?;
        file.write_all(self.text().as_bytes()).and_then(|()| file.sync_all()).map_err(|error| {
            // What was written is of no use to anybody, and would be read as a revision.
            let left = fs::remove_file(path).err();
            let mut error = io_error(path, "the file cannot be written", &error);
            error
                .notes
                .extend(left.map(|why| format!("an incomplete file is left and must be deleted: {why}")));
            error
        })
    }
}

fn exists(path: &Path) -> Error {
    Error::new(ErrorKind::Conflict, "create.exists", "the file exists already, and was left as it is")
        .at(Location::file(path.display().to_string()))
        .hint("give another message, or another `--rev-id`")
}
