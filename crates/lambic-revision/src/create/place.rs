//! Where a new revision joins the graph, and in which folder its file goes.

use std::fs;
use std::path::{Path, PathBuf};

use lambic_core::{Error, ErrorKind, Result};

use super::NewSection;
use crate::graph::Graph;
use crate::load::Locations;
use crate::text::shown;

/// The ids that the new revision follows.
pub(super) fn downs<'g>(graph: &'g Graph, heads: &[String], splice: bool) -> Result<Vec<&'g str>> {
    let default = ["head".to_owned()];
    let heads = if heads.is_empty() { &default } else { heads };
    let mut downs: Vec<&str> = Vec::new();
    for symbol in heads {
        let found = graph.resolve(symbol).map_err(|mut error| {
            if error.code == "symbol.several-heads" {
                error.hint = Some(
                    "say which one to follow with `--head`, or join them with `lambic merge heads`"
                        .to_owned(),
                );
            }
            error
        })?;
        if found.is_empty() && heads.len() > 1 {
            return Err(usage(
                "create.base-and-more",
                format!("`{}` is before everything, and cannot be joined", shown(symbol)),
            )
            .hint("give `base` alone, for a revision that follows none"));
        }
        for revision in found {
            if downs.contains(&revision.id()) {
                let message = format!("`{}` is named twice", revision.id());
                return Err(usage("create.duplicate-head", message).hint("name each revision once"));
            }
            if !splice && !revision.is_head() {
                return Err(usage(
                    "create.not-a-head",
                    format!("revision `{}` is not a head: others follow it", revision.id()),
                )
                .hint("give `--splice` to start a new branch there"));
            }
            downs.push(revision.id());
        }
    }
    Ok(downs)
}

/// What the file says of dependencies: ids in full, and labels as they are.
pub(super) fn dependencies(graph: &Graph, symbols: &[String]) -> Result<Vec<String>> {
    let one = |symbol: &String| {
        let found = graph.resolve(symbol)?;
        let [revision] = found.as_slice() else {
            let message =
                format!("`{}` names {} revisions, and a dependency is on one", shown(symbol), found.len());
            return Err(usage("create.bad-dependency", message).hint("give `--depends-on` once for each"));
        };
        let label = revision.file().branch_labels().any(|label| label == symbol);
        Ok(if label { symbol.clone() } else { revision.id().to_owned() })
    };
    symbols.iter().map(one).collect()
}

/// The section that stands in a new file to be filled in.
pub(super) fn empty_section(dialects: &[String]) -> NewSection {
    let target = if dialects.len() > 1 { dialects.join(" ") } else { String::new() };
    NewSection { target, body: String::new() }
}

/// Twelve random hexadecimal digits that no revision has.
pub(super) fn random_id(graph: &Graph) -> Result<String> {
    loop {
        let number = getrandom::u64().map_err(|error| {
            Error::new(
                ErrorKind::Io,
                "create.no-random",
                format!("the system gives no random numbers: {error}"),
            )
            .hint("choose an id with `--rev-id`")
        })?;
        let id = format!("{:012x}", number & 0xffff_ffff_ffff);
        if graph.get(&id).is_none() {
            return Ok(id);
        }
    }
}

/// The version location that the file goes to.
pub(super) fn folder(
    graph: &Graph,
    locations: &Locations,
    asked: Option<&Path>,
    downs: &[&str],
) -> Result<PathBuf> {
    let folders = &locations.folders;
    let listed =
        || folders.iter().map(|folder| format!("`{}`", folder.display())).collect::<Vec<_>>().join(", ");
    if let Some(asked) = asked {
        return folders.iter().find(|folder| same(folder, asked)).cloned().ok_or_else(|| {
            usage("create.unknown-location", format!("`{}` is no version location", asked.display()))
                .hint(format!("the version locations are {}", listed()))
        });
    }
    let parent = downs.first().and_then(|id| graph.get(id)).and_then(|parent| {
        let around = folders.iter().filter(|folder| parent.path().starts_with(folder));
        around.max_by_key(|folder| folder.components().count())
    });
    match (folders.as_slice(), parent) {
        ([only], _) => Ok(only.clone()),
        (_, Some(folder)) => Ok(folder.clone()),
        _ => Err(usage(
            "create.which-location",
            "there are several version locations, and no parent that is in one of them",
        )
        .hint(format!("give `--version-path`, one of {}", listed()))),
    }
}

/// Whether two paths are one folder, which need not exist.
fn same(a: &Path, b: &Path) -> bool {
    let written =
        |path: &Path| std::path::absolute(path).ok().map(|path| path.components().collect::<PathBuf>());
    let real = |path: &Path| fs::canonicalize(path).ok();
    written(a) == written(b) || (real(a).is_some() && real(a) == real(b))
}

fn usage(code: &str, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Usage, code, message)
}
