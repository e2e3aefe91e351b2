//! Licences of everything the workspace is built from, against the list in `deny.toml`.
//!
//! `cargo xtask deny` checks more, but takes minutes to build; this needs nothing.

use anyhow::{Context as _, Result};
use spdx::{Expression, ParseMode};

use super::{Project, Report};
use crate::metadata::Package;

pub(super) const RULE: &str = "every dependency has a licence that deny.toml allows";

/// Evaluates the licence of every package against the allow list.
///
/// # Errors
/// When `deny.toml` cannot be read.
pub(super) fn check(project: &Project) -> Result<Report> {
    let text = std::fs::read_to_string(project.path("deny.toml")).context("cannot read deny.toml")?;
    let allowed = allowed(&text)?;
    let packages = &project.metadata.packages;
    let problems = packages.iter().filter_map(|package| problem(package, &allowed)).collect();
    Ok(Report { facts: vec![format!("{} packages", packages.len())], problems })
}

/// The list `licenses.allow`.
fn allowed(deny: &str) -> Result<Vec<String>> {
    let table: toml::Table = deny.parse().context("deny.toml is not TOML")?;
    let list = table.get("licenses").and_then(|licenses| licenses.get("allow"));
    list.cloned()
        .context("deny.toml has no licenses.allow")?
        .try_into()
        .context("licenses.allow is no list of names")
}

fn problem(package: &Package, allowed: &[String]) -> Option<String> {
    let Some(licence) = &package.license else {
        let file = package.license_file.as_deref().unwrap_or("nothing");
        return Some(format!("{}: no licence expression, only {file}", package.name));
    };
    match Expression::parse_mode(licence, ParseMode::LAX) {
        Err(error) => {
            Some(format!("{}: `{licence}` is no licence expression: {}", package.name, error.reason))
        }
        Ok(expression) => {
            let fits = expression
                .evaluate(|requirement| allowed.iter().any(|name| *name == requirement.to_string()));
            (!fits).then(|| format!("{}: `{licence}` is not allowed", package.name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(licence: Option<&str>) -> Option<String> {
        let package: Package = serde_json::from_value(serde_json::json!({
            "id": "a", "name": "a", "license": licence, "manifest_path": "Cargo.toml", "dependencies": [],
        }))
        .unwrap();
        let allowed =
            allowed("[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Apache-2.0 WITH LLVM-exception\"]")
                .unwrap();
        problem(&package, &allowed)
    }

    #[test]
    fn one_alternative_is_enough() {
        for fine in [
            "MIT",
            "MIT OR GPL-3.0",
            "MIT/Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "MIT AND Apache-2.0",
        ] {
            assert_eq!(verdict(Some(fine)), None, "{fine}");
        }
    }

    #[test]
    fn others_are_named() {
        assert_eq!(verdict(Some("GPL-3.0")).unwrap(), "a: `GPL-3.0` is not allowed");
        assert!(verdict(Some("MIT AND ISC")).is_some());
        assert!(verdict(Some("do what you want")).unwrap().contains("is no licence expression"));
        assert!(verdict(None).unwrap().contains("no licence expression"));
    }
}
