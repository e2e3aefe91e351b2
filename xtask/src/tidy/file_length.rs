//! How long files are.

use super::numbers::percentile;
use super::{Report, source::Source};

pub(super) const RULE: &str = "a file has at most 600 lines, and 95 % of all files at most 450";
const MAX: usize = 600;
const P95: usize = 450;

/// Compares the length of every Rust file, tests included, with the budget.
pub(super) fn check(sources: &[Source]) -> Report {
    let mut lengths: Vec<usize> = sources.iter().map(|source| source.lines).collect();
    let (median, p95) = (percentile(&mut lengths, 50), percentile(&mut lengths, 95));
    let longest = lengths.last().copied().unwrap_or(0);
    let too_long = sources.iter().filter(|source| source.lines > MAX);
    let mut problems: Vec<String> =
        too_long.map(|source| format!("{}: {} lines (at most {MAX})", source.path, source.lines)).collect();
    if p95 > P95 {
        problems.push(format!("95 % of the files have up to {p95} lines (at most {P95})"));
    }
    Report {
        facts: vec![format!("{} files: median {median}, p95 {p95}, longest {longest}", lengths.len())],
        problems,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(lines: usize) -> Source {
        Source::parse("a.rs", &"//\n".repeat(lines)).unwrap()
    }

    #[test]
    fn short_files_are_fine() {
        let report = check(&[file(10), file(20), file(450)]);
        assert!(report.problems.is_empty());
        assert_eq!(report.facts, ["3 files: median 20, p95 450, longest 450"]);
    }

    #[test]
    fn a_long_file_is_named() {
        let many: Vec<Source> = (0..30).map(|_| file(5)).chain([file(601)]).collect();
        assert_eq!(check(&many).problems, ["a.rs: 601 lines (at most 600)"]);
    }

    #[test]
    fn too_many_longish_files_are_a_problem() {
        assert_eq!(check(&[file(500), file(5)]).problems.len(), 1);
    }
}
