//! `cargo xtask bench`: whole commands of the release build beside their limits and peers, in one run.

mod alembic;
mod apply;
mod current;
mod finding;
mod introspect;
mod measure;
mod project;
mod revisions;
mod server;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::fetch::Folders;
use crate::metadata::Metadata;
use crate::process;
use finding::Finding;

/// The arguments, for the usage text.
pub(crate) const ARGUMENTS: &str = "[current|apply|alembic|introspect|revisions]... [--scale TABLES]";

/// Where a whole run writes what it found.
const PAGE: &str = "docs/src/benchmarks.md";

/// Where the programs and projects of a run are.
struct Bench {
    folders: Folders,
    /// The release build of everything that is measured.
    programs: PathBuf,
    /// Generated projects.
    projects: PathBuf,
    /// How many tables are read beside the usual number, if any.
    scale: Option<usize>,
}

/// A group of measurements.
struct Group {
    name: &'static str,
    title: &'static str,
    run: fn(&Bench) -> Result<Vec<Finding>>,
}

const GROUPS: &[Group] = &[
    Group { name: "current", title: "Looking at the graph", run: current::run },
    Group { name: "apply", title: "Applying 1,000 small revisions", run: apply::run },
    Group { name: "introspect", title: "Reading a live schema", run: introspect::run },
    Group { name: "revisions", title: "Applying 400 revisions on servers", run: revisions::run },
    Group { name: "alembic", title: "Beside Alembic", run: alembic::run },
];

/// Measures the groups that were asked for, or all and then writes the page.
///
/// # Errors
/// When a limit is broken, or when something cannot be measured.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (arguments, scale) = match arguments {
        [names @ .., flag, tables] if flag == "--scale" => {
            let tables = tables.parse().with_context(|| format!("`{tables}` is no number of tables"))?;
            (names, Some(tables))
        }
        names => (names, None),
    };
    if let Some(unknown) = arguments.iter().find(|name| GROUPS.iter().all(|group| group.name != *name)) {
        bail!("`{unknown}` cannot be measured; usage: cargo xtask bench {ARGUMENTS}");
    }
    let bench = Bench::prepare(scale)?;
    let chosen =
        GROUPS.iter().filter(|group| arguments.is_empty() || arguments.iter().any(|name| name == group.name));
    let mut found = Vec::new();
    for group in chosen {
        println!("\n{}", group.title);
        let findings = (group.run)(&bench).with_context(|| format!("cannot measure: {}", group.title))?;
        for finding in &findings {
            println!("  {finding}");
        }
        found.push((group.title, findings));
    }
    if arguments.is_empty() {
        std::fs::write(bench.folders.root.join(PAGE), finding::page(&found))
            .with_context(|| format!("cannot write {PAGE}"))?;
        println!("\nwritten: {PAGE}");
    }
    let broken = found.iter().flat_map(|(_, findings)| findings).filter(|finding| !finding.holds()).count();
    if broken > 0 {
        bail!("{broken} limits are broken");
    }
    Ok(())
}

impl Bench {
    /// Builds what is measured.
    fn prepare(scale: Option<usize>) -> Result<Self> {
        let folders = Folders::of(&Metadata::load()?);
        let mut build = process::cargo();
        build.current_dir(&folders.root).args([
            "build",
            "--release",
            "--locked",
            "-p",
            "lambic-cli",
            "-p",
            "bare",
            "-p",
            "record",
        ]);
        process::pass_through(&mut build)?;
        let (programs, projects) = (folders.target.join("release"), folders.target.join("bench"));
        Ok(Self { folders, programs, projects, scale })
    }

    /// A command for the tool in a project, without what the caller's environment says.
    fn lambic(&self, project: &project::Project) -> Command {
        let mut command = self.program("lambic");
        command.current_dir(&project.folder);
        for name in ["DATABASE_URL", "LAMBIC_DATABASE_URL", "LAMBIC_LOG"] {
            command.env_remove(name);
        }
        command
    }

    fn program(&self, name: &str) -> Command {
        Command::new(self.programs.join(name))
    }
}
