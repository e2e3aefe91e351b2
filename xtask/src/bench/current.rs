//! `lambic current`, and planning, beside a program that only reads the same files.

use std::process::Command;

use anyhow::Result;

use super::Bench;
use super::finding::{Finding, Limit};
use super::measure::{Cost, milliseconds, ratio};
use super::project::{Project, STEPS, Shape};

const ROUNDS: usize = 15;
/// Most that `current` may take of what the bare program takes.
const OVER_BARE: f64 = 1.6;
/// Most that ten times as many revisions may take.
const TEN_TIMES: f64 = 12.0;
/// Most that planning everything may take, beside only looking.
const PLANNING: f64 = 1.5;
/// Most that the smallest project may take above doing nothing, in milliseconds.
const START: f64 = 5.0;

/// Measures projects of one, a thousand and ten thousand revisions.
///
/// # Errors
/// When a project cannot be made or a command fails.
pub(super) fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let one = Project::generate(&bench.projects, "linear-1", Shape::Linear, 1)?;
    let thousand = Project::generate(&bench.projects, "linear-1000", Shape::Linear, 1000)?;
    let many = Project::generate(&bench.projects, "linear-10000", Shape::Linear, 10_000)?;
    let merges = Project::generate(&bench.projects, "merges-10000", Shape::Merges, 10_000)?;
    for project in [&one, &thousand, &many, &merges] {
        Cost::of(bench.lambic(project).args(["stamp", "heads"]))?;
    }
    let mut findings = start(bench, &one)?;
    let (finding, of_thousand) = beside_bare(bench, &thousand, "1,000 revisions")?;
    findings.push(finding);
    let (finding, of_many) = beside_bare(bench, &many, "10,000 revisions")?;
    findings.push(finding);
    findings.push(beside_bare(bench, &merges, "10,000 revisions with 1,000 merges")?.0);
    findings.push(Finding::ratio(
        "`current`: 10,000 revisions beside 1,000",
        ratio(of_many.cpu, of_thousand.cpu),
        Limit::AtMost(TEN_TIMES),
        format!("{of_many} and {of_thousand}"),
    ));
    for (project, size) in [(&many, "10,000 revisions"), (&merges, "10,000 revisions with 1,000 merges")] {
        findings.push(planning(
            bench,
            project,
            &format!("steps and rows alone, from base: {size}"),
            &["-c", STEPS],
            PLANNING,
        )?);
        findings.push(planning(
            bench,
            project,
            &format!("`plan upgrade heads` from base: {size}"),
            &[],
            PLANNING,
        )?);
    }
    Ok(findings)
}

/// The smallest project beside a program that does nothing.
fn start(bench: &Bench, one: &Project) -> Result<Vec<Finding>> {
    let [lambic, bare, nothing] =
        Cost::best_of(ROUNDS, [current(bench, one), scan(bench, one), Command::new("true")])?;
    let above = (lambic.cpu.as_secs_f64() - nothing.cpu.as_secs_f64()) * 1000.0;
    let detail =
        format!("{lambic}; `true` {} ms; bare {} ms", milliseconds(nothing.cpu), milliseconds(bare.cpu));
    Ok(vec![Finding::time("`current`: 1 revision, above `true`", above, Limit::AtMost(START), detail)])
}

fn beside_bare(bench: &Bench, project: &Project, size: &str) -> Result<(Finding, Cost)> {
    let [lambic, bare] = Cost::best_of(ROUNDS, [current(bench, project), scan(bench, project)])?;
    let what = format!("`current`: {size}, beside bare");
    let detail = format!("{lambic}; bare {bare}");
    Ok((Finding::ratio(what, ratio(lambic.cpu, bare.cpu), Limit::AtMost(OVER_BARE), detail), lambic))
}

/// Planning everything from base, beside only looking.
fn planning(bench: &Bench, project: &Project, what: &str, options: &[&str], limit: f64) -> Result<Finding> {
    let mut plan = bench.lambic(project);
    plan.args(["plan", "upgrade", "heads", "--at", "base", "--format", "json"]).args(options);
    let [plan, look] = Cost::best_of(ROUNDS, [plan, current(bench, project)])?;
    Ok(Finding::ratio(
        format!("{what}, beside `current`"),
        ratio(plan.cpu, look.cpu),
        Limit::AtMost(limit),
        format!("{plan}; `current` {look}"),
    ))
}

fn current(bench: &Bench, project: &Project) -> Command {
    let mut command = bench.lambic(project);
    command.arg("current");
    command
}

fn scan(bench: &Bench, project: &Project) -> Command {
    let mut command = bench.program("bare-scan");
    command.arg(project.versions());
    command
}
