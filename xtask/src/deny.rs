//! `cargo xtask deny`: cargo-deny, built once under target/tools.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::metadata::Metadata;
use crate::process;

/// The version that is built; another one may judge differently.
const VERSION: &str = "0.20.2";

/// Checks licences, duplicate versions and sources by `deny.toml`.
///
/// Advisories are left out: their database lives outside the package registries.
///
/// # Errors
/// When cargo-deny cannot be built or finds something.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    ensure!(arguments.is_empty(), "usage: cargo xtask deny");
    let metadata = Metadata::load()?;
    let program = program(&metadata.target_directory)?;
    process::pass_through(
        std::process::Command::new(program)
            .current_dir(&metadata.workspace_root)
            .args(["--locked", "check", "licenses", "bans", "sources"]),
    )
}

/// The path of cargo-deny, which is installed when it is not there yet.
fn program(target: &Path) -> Result<PathBuf> {
    let root = target.join("tools");
    let package = format!("cargo-deny@{VERSION}");
    let program = root.join("bin/cargo-deny");
    let installed = program.is_file()
        && process::capture(std::process::Command::new(&program).arg("--version"))
            .is_ok_and(|text| text.split_whitespace().any(|word| word == VERSION));
    if !installed {
        println!("building {package} under {} (several minutes, once)", root.display());
        process::pass_through(
            process::cargo().args(["install", "--locked", "--force", "--root"]).arg(&root).arg(&package),
        )
        .context("cargo-deny cannot be had")?;
    }
    Ok(program)
}
