//! `lambic upgrade` beside a loop that sends the same through the plain driver.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::Bench;
use super::finding::{Finding, Limit};
use super::measure::{Cost, median, milliseconds, ratio};
use super::project::{Project, Shape};
use crate::process;

const REVISIONS: usize = 1000;
const PAIRS: usize = 5;
/// Most that applying may take of what the loop takes.
const OVER_BARE: f64 = 1.2;

/// Applies a thousand revisions to new databases, by turns.
///
/// # Errors
/// When a project cannot be made or a command fails.
pub(super) fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let project = Project::generate(&bench.projects, "apply-1000", Shape::Linear, REVISIONS)?;
    // What this leaves behind tells the bare program what to write.
    upgrade(bench, &project)?;
    let migrated = project.folder.join("migrated.db");
    fs::rename(project.database(), &migrated).context("the upgrade left no database")?;
    let (mut ratios, mut times) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let lambic = upgrade(bench, &project)?.wall;
        let bare = bare(bench, &project)?;
        ratios.push(ratio(lambic, bare));
        times.push((lambic, bare));
    }
    times.sort();
    let (lambic, bare) = times.get(PAIRS / 2).copied().context("nothing was measured")?;
    let detail = format!("{} ms wall; bare {} ms", milliseconds(lambic), milliseconds(bare));
    Ok(vec![Finding::ratio(
        "`upgrade`: median of 5 pairs, wall time",
        median(ratios),
        Limit::AtMost(OVER_BARE),
        detail,
    )])
}

/// Upgrades a new database.
fn upgrade(bench: &Bench, project: &Project) -> Result<Cost> {
    forget(project)?;
    Cost::of(bench.lambic(project).args(["upgrade", "head"]))
}

/// Does the same with the plain driver, which measures itself, and checks that the outcome is the same.
fn bare(bench: &Bench, project: &Project) -> Result<Duration> {
    let size = fs::metadata(project.database())?.len();
    forget(project)?;
    let migrated = project.folder.join("migrated.db");
    let mut command = bench.program("bare-apply");
    let printed = process::capture(command.arg(project.versions()).arg(project.database()).arg(migrated))?;
    let ours = fs::metadata(project.database())?.len();
    ensure!(
        ours.abs_diff(size) * 50 < size,
        "the bare program wrote something else: {ours} bytes, not {size}"
    );
    let micros = printed.trim().parse().context("the bare program printed no time")?;
    Ok(Duration::from_micros(micros))
}

fn forget(project: &Project) -> Result<()> {
    match fs::remove_file(project.database()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("cannot remove a database")
        }
        _ => Ok(()),
    }
}
