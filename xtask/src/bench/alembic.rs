//! The real Alembic at the same question.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Bench;
use super::finding::{Finding, Limit};
use super::measure::{Cost, ratio};
use super::project::{self, Project, Shape};
use crate::fetch;

const REVISIONS: usize = 1000;
const ROUNDS: usize = 5;
/// Least that `current` must be faster.
const FASTER: f64 = 50.0;

const INI: &str = "[alembic]\nscript_location = migrations\n";
const ENV: &str = "from alembic import context
from sqlalchemy import create_engine

with create_engine('sqlite:///app.db').connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
";

/// Measures `current` with a thousand revisions in both tools.
///
/// # Errors
/// When Alembic cannot be had, a project cannot be made, or a command fails.
pub(super) fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let ours = Project::generate(&bench.projects, "beside-alembic", Shape::Linear, REVISIONS)?;
    Cost::of(bench.lambic(&ours).args(["stamp", "head"]))?;
    let theirs = generate(&bench.projects.join("alembic"))?;
    let variables = fetch::all(&bench.folders)?;
    let alembic = |arguments: &[&str]| {
        let value = |name| variables.iter().find(|(found, _)| *found == name).map(|(_, value)| value);
        let mut command = Command::new(value("LAMBIC_TEST_PYTHON").context("no Python was fetched")?);
        command.current_dir(&theirs).args(["-m", "alembic"]).args(arguments);
        command.env("PYTHONPATH", value("LAMBIC_TEST_PYTHONPATH").context("no Alembic was fetched")?);
        Ok::<_, anyhow::Error>(command)
    };
    // This also lets Python compile the files, which it does once.
    Cost::of(&mut alembic(&["stamp", "head"])?)?;
    let mut current = bench.lambic(&ours);
    current.arg("current");
    let [lambic, alembic] = Cost::best_of(ROUNDS, [current, alembic(&["current"])?])?;
    let detail = format!("{lambic}; Alembic {alembic}");
    let what = "`current`: 1,000 revisions, times faster than Alembic";
    Ok(vec![Finding::ratio(what, ratio(alembic.cpu, lambic.cpu), Limit::AtLeast(FASTER), detail)])
}

/// Writes an Alembic project with the same graph and the same statements.
fn generate(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder).context("cannot remove a project of an earlier run")?;
    }
    let versions = folder.join("migrations/versions");
    fs::create_dir_all(&versions).context("cannot create an Alembic project")?;
    fs::write(folder.join("alembic.ini"), INI)?;
    fs::write(folder.join("migrations/env.py"), ENV)?;
    for number in 0..REVISIONS {
        let down =
            number.checked_sub(1).map_or("None".to_owned(), |parent| format!("'{}'", project::id(parent)));
        let text = format!(
            "\"\"\"add table {number}\"\"\"\nfrom alembic import op\n\nrevision = '{}'\ndown_revision = {down}\n\n\n\
             def upgrade():\n    op.execute('CREATE TABLE t{number} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT)')\n    \
             op.execute(\"INSERT INTO t{number} (name) VALUES ('first')\")\n\n\n\
             def downgrade():\n    op.execute('DROP TABLE t{number}')\n",
            project::id(number)
        );
        fs::write(versions.join(format!("{}_table.py", project::id(number))), text)?;
    }
    Ok(folder.to_owned())
}
