//! Every page of the book is in its table of contents, every entry has its page, and every decision is in the book.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use super::{Project, Report, has_extension};

pub(super) const RULE: &str =
    "docs/src/SUMMARY.md lists every page below docs/src, and nothing else; decisions.md has every decision";
const PAGES: &str = "docs/src/";
const SUMMARY: &str = "SUMMARY.md";
const DECISIONS: &str = "docs/decisions/";

/// Compares the pages with the table of contents.
///
/// # Errors
/// When the table of contents or the page of decisions cannot be read.
pub(super) fn check(project: &Project) -> Result<Report> {
    let summary = std::fs::read_to_string(project.path(&format!("{PAGES}{SUMMARY}")))
        .context("cannot read the table of contents of the book")?;
    let pages: BTreeSet<&str> = project
        .files
        .iter()
        .filter_map(|file| file.strip_prefix(PAGES))
        .filter(|page| *page != SUMMARY && has_extension(page, "md"))
        .collect();
    let decisions = std::fs::read_to_string(project.path(&format!("{PAGES}decisions.md")))
        .context("cannot read the page of decisions")?;
    let mut report = compare(&pages, &listed(&summary));
    let files = project.files.iter().filter_map(|file| file.strip_prefix(DECISIONS));
    report.problems.extend(left_out(files, &decisions));
    Ok(report)
}

/// The decisions that their page does not include.
fn left_out<'f>(files: impl Iterator<Item = &'f str>, page: &str) -> Vec<String> {
    let included = |file: &&str| page.contains(&format!("{{{{#include ../decisions/{file}}}}}"));
    files
        .filter(|file| !included(file))
        .map(|file| format!("{PAGES}decisions.md leaves out {file}"))
        .collect()
}

fn compare(pages: &BTreeSet<&str>, listed: &BTreeSet<&str>) -> Report {
    let unlisted = pages.difference(listed).map(|page| format!("{PAGES}{page} is not in {SUMMARY}"));
    let missing =
        listed.difference(pages).map(|page| format!("{SUMMARY} lists {page}, which does not exist"));
    Report { facts: vec![format!("{} pages", pages.len())], problems: unlisted.chain(missing).collect() }
}

/// The targets of the links: `- [Title](page.md)`.
fn listed(summary: &str) -> BTreeSet<&str> {
    let after_title = summary.split("](").skip(1);
    after_title
        .filter_map(|rest| rest.split_once(')'))
        .map(|(link, _)| link.trim_start_matches("./"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_compared() {
        let listed =
            listed("# Summary\n\n[Intro](intro.md)\n- [A](a.md)\n  - [B](sub/b.md)\n- [Gone](./gone.md)\n");
        let pages = BTreeSet::from(["intro.md", "a.md", "sub/b.md", "new.md"]);
        let expected =
            ["docs/src/new.md is not in SUMMARY.md", "SUMMARY.md lists gone.md, which does not exist"];
        assert_eq!(compare(&pages, &listed).problems, expected);
        assert!(compare(&listed, &listed).problems.is_empty());
    }

    #[test]
    fn a_decision_that_is_left_out_is_found() {
        let page = "{{#include ../decisions/1.md}}";
        assert_eq!(left_out(["1.md", "2.md"].into_iter(), page), ["docs/src/decisions.md leaves out 2.md"]);
    }
}
