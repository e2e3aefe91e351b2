//! `lambic upgrade` beside a loop that sends the same through the plain driver.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Bench;
use super::finding::{Finding, Limit};
use super::measure::{Cost, median, ratio};
use super::project::{Project, Shape};

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
    let mut lambic = bench.lambic(&project);
    lambic.args(["upgrade", "head"]);
    // What this leaves behind tells the bare program what to write.
    afresh(&project, &mut lambic)?;
    let migrated = project.folder.join("migrated.db");
    fs::rename(project.database(), &migrated).context("the upgrade left no database")?;
    let mut bare = bench.program("bare-apply");
    bare.arg(project.versions()).arg(project.database()).arg(migrated);

    let mut pairs = Vec::new();
    for _ in 0..PAIRS {
        pairs.push((afresh(&project, &mut lambic)?, afresh(&project, &mut bare)?));
    }
    let median_of =
        |part: fn(&Run, &Run) -> f64| median(pairs.iter().map(|(ours, bare)| part(ours, bare)).collect());
    let (ours, bare) = pairs.first().context("nothing was measured")?;
    Ok(vec![
        Finding::ratio(
            "`upgrade head` beside bare: wall time, median of 5 pairs",
            median_of(|ours, bare| ratio(ours.cost.wall, bare.cost.wall)),
            Limit::AtMost(OVER_BARE),
            format!(
                "{:.0} ms; bare {:.0} ms; processor time {:.2}×",
                median_of(|ours, _| ours.cost.wall.as_secs_f64() * 1000.0),
                median_of(|_, bare| bare.cost.wall.as_secs_f64() * 1000.0),
                median_of(|ours, bare| ratio(ours.cost.cpu, bare.cost.cpu)),
            ),
        ),
        Finding::ratio(
            "`upgrade head` beside bare: commits",
            f64::from(ours.commits) / f64::from(bare.commits.max(1)),
            Limit::AtMost(OVER_BARE),
            format!("{}; bare {}", ours.commits, bare.commits),
        ),
    ])
}

/// A database made from nothing.
struct Run {
    cost: Cost,
    /// How many transactions wrote to it.
    commits: u32,
}

/// Runs a command on a database that does not exist yet.
fn afresh(project: &Project, command: &mut Command) -> Result<Run> {
    let database = project.database();
    if database.exists() {
        fs::remove_file(&database).context("cannot remove a database")?;
    }
    let cost = Cost::of(command)?;
    let commits = commits(&fs::read(&database).context("the command left no database")?);
    Ok(Run { cost, commits: commits.context("the command left no SQLite database")? })
}

/// The change counter of an SQLite file, which every commit increments.
fn commits(file: &[u8]) -> Option<u32> {
    let counter = file.get(24..28)?;
    file.starts_with(b"SQLite format 3\0")
        .then(|| counter.iter().fold(0, |sum, byte| (sum << 8) | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_change_counter_is_read() {
        let mut file = b"SQLite format 3\0".to_vec();
        file.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 232]);
        assert_eq!(commits(&file), Some(1000));
        assert_eq!(commits(b"something else, which is long enough"), None);
        assert_eq!(commits(b"SQLite format 3\0"), None);
    }
}
