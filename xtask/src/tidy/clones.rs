//! How much of a driver crate stands word for word in another one.

use std::collections::HashSet;

use super::{Report, source::Source};

pub(super) const RULE: &str =
    "at most 10 % of a driver crate stands in another one too: share it, or say it in its own way";
const DRIVERS: &[&str] = &["crates/lambic-sqlite/", "crates/lambic-postgres/", "crates/lambic-mysql/"];
const MAX_PERCENT: usize = 10;
/// So many equal tokens in a row are a clone: about six lines.
const WINDOW: usize = 50;

/// Compares the driver crates with each other, tests left out.
pub(super) fn check(sources: &[Source]) -> Report {
    let drivers: Vec<(&str, Vec<&Source>)> = DRIVERS
        .iter()
        .map(|driver| {
            (*driver, sources.iter().filter(|source| source.path.starts_with(driver)).collect::<Vec<_>>())
        })
        .filter(|(_, files)| !files.is_empty())
        .collect();
    if drivers.len() < 2 {
        return Report { facts: vec!["one driver: nothing to compare".to_owned()], ..Report::default() };
    }
    let mut report = Report::default();
    for (driver, files) in &drivers {
        let others =
            drivers.iter().filter(|(other, _)| other != driver).flat_map(|(_, files)| files.iter().copied());
        let percent = cloned_percent(files, others);
        let line = format!("{driver} {percent} %");
        if percent > MAX_PERCENT {
            report.problems.push(format!("{line} stands in another driver too (at most {MAX_PERCENT} %)"));
        }
        report.facts.push(line);
    }
    report
}

/// How many of a hundred tokens of `files` belong to a run of [`WINDOW`] tokens that `others` hold too.
fn cloned_percent<'a>(files: &[&'a Source], others: impl Iterator<Item = &'a Source>) -> usize {
    let known: HashSet<Vec<&str>> = others.flat_map(windows).collect();
    let (mut cloned, mut all) = (0, 0);
    for file in files {
        all += file.code.len();
        let mut end_of_last = 0;
        for (start, _) in windows(file).enumerate().filter(|(_, window)| known.contains(window)) {
            cloned += start + WINDOW - end_of_last.max(start);
            end_of_last = start + WINDOW;
        }
    }
    (cloned * 100).checked_div(all).unwrap_or(0)
}

fn windows(source: &Source) -> impl Iterator<Item = Vec<&str>> {
    source.code.windows(WINDOW).map(|window| window.iter().map(|token| token.text.as_str()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, functions: std::ops::Range<usize>) -> Source {
        let text: Vec<String> =
            functions.map(|f| format!("fn f{f}() {{ a{f}(); b{f}(); c{f}(); }}")).collect();
        Source::parse(path, &text.join("\n")).unwrap()
    }

    #[test]
    fn one_driver_has_nothing_to_compare() {
        let report =
            check(&[file("crates/lambic-sqlite/src/lib.rs", 0..50), file("crates/lambic/src/lib.rs", 0..50)]);
        assert_eq!(report.facts, ["one driver: nothing to compare"]);
    }

    #[test]
    fn copies_are_measured() {
        let copies = [
            file("crates/lambic-sqlite/src/lib.rs", 0..100),
            file("crates/lambic-mysql/src/lib.rs", 80..180),
        ];
        let report = check(&copies);
        assert_eq!(report.facts, ["crates/lambic-sqlite/ 20 %", "crates/lambic-mysql/ 20 %"]);
        assert_eq!(report.problems.len(), 2);
    }

    #[test]
    fn a_little_alike_is_fine() {
        let alike = [
            file("crates/lambic-sqlite/src/lib.rs", 0..100),
            file("crates/lambic-mysql/src/lib.rs", 95..195),
        ];
        assert!(check(&alike).problems.is_empty());
    }
}
