//! Ten thousand revisions, in the shapes that grow: plans must stay about linear.
//!
//! The limit is of processor time, for an unoptimised build: what is quadratic misses it by far, and a busy machine does
//! not.

use std::fmt::Write;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

use super::{downgrade, stamp, upgrade};
use crate::graph::Graph;
use crate::testing::graph;

const MANY: usize = 10_000;
const LIMIT: Duration = Duration::from_secs(5);

fn write(lines: impl Iterator<Item = String>) -> Graph {
    graph(&lines.fold(String::new(), |mut text, line| {
        let _ = write!(text, "{line};");
        text
    }))
}

/// The processor time that this thread has taken.
fn spent() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).unwrap();
    let taken = usage.user_time() + usage.system_time();
    Duration::from_micros(u64::try_from(taken.num_microseconds()).unwrap())
}

/// Up from nothing, down again, and stamped.
fn round(graph: &Graph, rows: usize) {
    let start = spent();
    let none = graph.rows::<&str>([]);
    let up = upgrade(&none, "heads").unwrap();
    assert_eq!(up.steps.len(), graph.len());
    let heads = up.rows_after();
    assert_eq!(heads.len(), rows);
    let down = downgrade(&graph.rows(&heads), "base").unwrap();
    assert_eq!(down.steps.len(), graph.len());
    assert!(down.rows_after().is_empty());
    assert_eq!(stamp(&none, &["heads"], false).unwrap().rows_after(), heads);
    assert_eq!(graph.history(None, None).unwrap().len(), graph.len());
    let taken = spent().saturating_sub(start);
    assert!(taken < LIMIT, "{taken:?}");
}

#[test]
fn a_line() {
    let line = (0..MANY).map(|n| if n == 0 { "r0".to_owned() } else { format!("r{n} < r{}", n - 1) });
    round(&write(line), 1);
}

#[test]
fn a_thousand_merges_beside_a_long_branch() {
    let merges = (0..1000).flat_map(|n| {
        let base = if n == 0 { "root".to_owned() } else { format!("m{}", n - 1) };
        let left = [format!("a{n} < {base}"), format!("b{n} < a{n}")];
        let right = [format!("c{n} < {base}"), format!("d{n} < c{n}"), format!("m{n} < b{n} d{n}")];
        left.into_iter().chain(right)
    });
    let long = (0..5000)
        .map(|n| format!("l{n} < {}", if n == 0 { "root".to_owned() } else { format!("l{}", n - 1) }));
    round(&write(["root".to_owned()].into_iter().chain(merges).chain(long)), 2);
}

#[test]
fn ten_thousand_heads_on_one_base() {
    round(&write((0..MANY).map(|n| if n == 0 { "r0".to_owned() } else { format!("r{n} < r0") })), MANY - 1);
}

#[test]
fn a_line_with_a_head_at_every_step() {
    let comb = (0..MANY / 2).flat_map(|n| {
        let step = if n == 0 { "r0".to_owned() } else { format!("r{n} < r{}", n - 1) };
        [format!("s{n} < r{n}"), step]
    });
    round(&write(comb), MANY / 2);
}

#[test]
fn everything_depends_on_one() {
    let line = (0..MANY).map(|n| if n == 0 { "r0".to_owned() } else { format!("r{n} < r{} + r0", n - 1) });
    round(&write(line), 1);
}

#[test]
fn one_merge_of_ten_thousand() {
    let parents: Vec<String> = (1..MANY).map(|n| format!("r{n}")).collect();
    let merge = format!("m < {}", parents.join(" "));
    let fan = parents.iter().map(|id| format!("{id} < r0"));
    round(&write(["r0".to_owned()].into_iter().chain(fan).chain([merge])), 1);
}

#[test]
fn a_grid() {
    let side = 100;
    let grid = (0..side * side).map(|n| {
        let (row, column) = (n / side, n % side);
        let left = (column > 0).then(|| format!("g{}", n - 1));
        let above = (row > 0).then(|| format!("g{}", n - side));
        let parents: Vec<String> = left.into_iter().chain(above).collect();
        if parents.is_empty() { format!("g{n}") } else { format!("g{n} < {}", parents.join(" ")) }
    });
    round(&write(grid), 1);
}
