//! The workspace as `cargo metadata` describes it: only the fields that are used here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::process;

/// The workspace and everything that it depends on.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: BTreeSet<String>,
    pub(crate) workspace_root: PathBuf,
    pub(crate) target_directory: PathBuf,
    pub(crate) resolve: Resolve,
}

/// One package, of the workspace or not.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) license: Option<String>,
    pub(crate) license_file: Option<String>,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A dependency as a manifest declares it.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// None for an ordinary one, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

/// The dependency graph as cargo resolved it.
#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    pub(crate) nodes: Vec<Node>,
}

/// A package of the graph, with what it depends on.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) deps: Vec<Edge>,
}

/// An edge of the graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Edge {
    pub(crate) pkg: String,
    pub(crate) dep_kinds: Vec<Kind>,
}

/// In what role an edge stands; one may stand in several.
#[derive(Debug, Deserialize)]
pub(crate) struct Kind {
    pub(crate) kind: Option<String>,
}

impl Metadata {
    /// Asks cargo about the workspace that this program belongs to.
    ///
    /// # Errors
    /// When cargo fails, or when `Cargo.lock` does not fit the manifests.
    pub(crate) fn load() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let text = process::capture(
            process::cargo()
                .args(["metadata", "--format-version=1", "--locked", "--manifest-path"])
                .arg(manifest),
        )?;
        serde_json::from_str(&text).context("`cargo metadata` printed something unexpected")
    }

    /// The packages of the workspace.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    /// The names of everything that a package is built from, itself left out; development dependencies do not count.
    pub(crate) fn tree(&self, package: &Package) -> BTreeSet<&str> {
        let names: BTreeMap<&str, &str> = self.packages.iter().map(|p| (&*p.id, &*p.name)).collect();
        let edges: BTreeMap<&str, &[Edge]> = self.resolve.nodes.iter().map(|n| (&*n.id, &*n.deps)).collect();
        let mut seen = BTreeSet::new();
        let mut open = vec![&*package.id];
        while let Some(id) = open.pop() {
            let used = edges.get(id).into_iter().copied().flatten().filter(|edge| edge.is_built());
            open.extend(used.map(|edge| &*edge.pkg).filter(|id| seen.insert(*id)));
        }
        seen.iter().filter_map(|id| names.get(id).copied()).collect()
    }
}

impl Edge {
    /// Whether it is needed to build the package, and not only its tests.
    fn is_built(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
    }
}
