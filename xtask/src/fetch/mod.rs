//! What tests need and the workspace cannot build: fetched into target/, never installed.
//!
//! One entry of [`RESOURCES`] and one module for each; [`debian`] unpacks Debian packages for any of them. A resource
//! that cannot be had is an error that names it, never a test left out in silence.

mod debian;
mod python;
mod stamp;
mod wheels;

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use crate::metadata::Metadata;

/// Environment variables for the tests.
pub(crate) type Variables = Vec<(&'static str, OsString)>;

/// Something that tests need.
#[derive(Debug)]
pub(crate) struct Resource {
    /// What `--only` and `--skip` call it.
    pub(crate) name: &'static str,
    /// Part of the name of every test that needs it.
    pub(crate) tests: &'static str,
    /// Brings it here, unless it is here, and says where it is.
    fetch: fn(&Folders) -> Result<Variables>,
}

/// Everything that tests need.
pub(crate) const RESOURCES: &[Resource] =
    &[Resource { name: "python", tests: "alembic", fetch: python::fetch }];

/// Where things are and go.
#[derive(Debug)]
pub(crate) struct Folders {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

impl Resource {
    /// Brings the resource here, unless it is here, and returns what tells the tests about it.
    ///
    /// # Errors
    /// When it is not on the machine and cannot be fetched.
    pub(crate) fn fetch(&self, folders: &Folders) -> Result<Variables> {
        (self.fetch)(folders).with_context(|| {
            format!(
                "`{0}` cannot be had, and tests need it (`cargo xtask test --skip {0}` runs the others)",
                self.name
            )
        })
    }
}

impl Folders {
    /// The folders of a workspace.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { root: metadata.workspace_root.clone(), target: metadata.target_directory.clone() }
    }
}

/// Fetches every resource and prints the variables for a shell, so that `cargo test` can be called by hand after
/// `eval "$(cargo xtask fetch)"`.
///
/// # Errors
/// When one of them cannot be had.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    ensure!(arguments.is_empty(), "usage: cargo xtask fetch");
    for (name, value) in all(&Folders::of(&Metadata::load()?))? {
        println!("export {name}='{}'", value.to_string_lossy().replace('\'', r"'\''"));
    }
    Ok(())
}

/// Fetches every resource.
///
/// # Errors
/// When one of them cannot be had.
pub(crate) fn all(folders: &Folders) -> Result<Variables> {
    let fetched: Result<Vec<_>> = RESOURCES.iter().map(|resource| resource.fetch(folders)).collect();
    Ok(fetched?.into_iter().flatten().collect())
}
