//! Every page of the book is in its table of contents, and every entry has its page.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use super::{Project, Report, has_extension};

pub(super) const RULE: &str = "docs/src/SUMMARY.md lists every page below docs/src, and nothing else";
const PAGES: &str = "docs/src/";
const SUMMARY: &str = "SUMMARY.md";

/// Compares the pages with the table of contents.
///
/// # Errors
/// When the table of contents cannot be read.
pub(super) fn check(project: &Project) -> Result<Report> {
    let summary = std::fs::read_to_string(project.path(&format!("{PAGES}{SUMMARY}")))
        .context("cannot read the table of contents of the book")?;
    let pages: BTreeSet<&str> = project
        .files
        .iter()
        .filter_map(|file| file.strip_prefix(PAGES))
        .filter(|page| *page != SUMMARY && has_extension(page, "md"))
        .collect();
    Ok(compare(&pages, &listed(&summary)))
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
}
