//! Beside the real Alembic: one version table for both, and the same plans for the same revisions.

mod moving_in;
mod plans;

use std::path::PathBuf;
use std::process::Command;

use lambic_tests::Project;

/// Python with Alembic, run in a project's folder.
fn python(project: &Project) -> Command {
    let mut command = project.program(variable("LAMBIC_TEST_PYTHON"));
    command.env("PYTHONPATH", variable("LAMBIC_TEST_PYTHONPATH"));
    // Alembic walks over sets, whose order must be the same each time.
    command.env("PYTHONHASHSEED", "0").env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn variable(name: &str) -> PathBuf {
    let hint = "run `cargo xtask test`, or `eval \"$(cargo xtask fetch)\"` first";
    std::env::var_os(name)
        .unwrap_or_else(|| panic!("{name} is not set, and without it there is no Alembic: {hint}"))
        .into()
}
