//! The lints of the workspace reach every package of it.

use anyhow::{Context as _, Result};

use super::{Project, Report};

pub(super) const RULE: &str = "every package inherits the lints of the workspace: `[lints] workspace = true`";

/// Reads the manifest of every package of the workspace.
///
/// # Errors
/// When a manifest cannot be read.
pub(super) fn check(project: &Project) -> Result<Report> {
    let mut problems = Vec::new();
    for package in project.metadata.members() {
        let path = &package.manifest_path;
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        if !inherits(&text)? {
            problems.push(format!("{}: no `[lints] workspace = true`", package.name));
        }
    }
    Ok(Report { problems, ..Report::default() })
}

fn inherits(manifest: &str) -> Result<bool> {
    let table: toml::Table = manifest.parse().context("a manifest is not TOML")?;
    let value = table.get("lints").and_then(|lints| lints.get("workspace"));
    Ok(value.and_then(toml::Value::as_bool) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_true_inherits() {
        assert!(inherits("[lints]\nworkspace = true").unwrap());
        assert!(!inherits("[lints]\nworkspace = false").unwrap());
        assert!(!inherits("[lints.rust]\nunsafe_code = \"allow\"").unwrap());
        assert!(!inherits("[package]\nname = \"a\"").unwrap());
        assert!(inherits("[lints").is_err());
    }
}
