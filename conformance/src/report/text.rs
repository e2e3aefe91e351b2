//! The report for a terminal, and the table for documentation.

use super::{Count, Report};
use crate::Law;

impl Report {
    /// The table, what failed, and the sum, for people.
    pub fn to_text(&self) -> String {
        let failures: Vec<String> = self
            .failures()
            .map(|(entry, error)| format!("FAILED {}: {}\n{error}\n\n", entry.law.title(), entry.name))
            .collect();
        let Count { passed, failed, not_applicable } = self.count();
        format!(
            "{}\n{}{}: {passed} passed, {failed} failed, {not_applicable} not applicable\n",
            self.to_markdown(),
            failures.concat(),
            self.title()
        )
    }

    /// One line: what was tried on what.
    pub fn title(&self) -> String {
        format!(
            "conformance suite {}, driver {} {}, {} {}, seed {}",
            self.suite, self.driver, self.driver_version, self.dialect, self.server, self.seed
        )
    }

    /// Law × kind of object, as a Markdown table: how many trials held, and how many did not apply.
    pub fn to_markdown(&self) -> String {
        let matrix = self.matrix();
        let head = Law::ALL.map(Law::title).join(" | ");
        let rule = " --- |".repeat(Law::ALL.len());
        let line = |object: &&str| {
            let cells = Law::ALL.map(|law| cell(matrix.get(&(*object, law))));
            format!("| {object} | {} |\n", cells.join(" | "))
        };
        let lines: String = self.objects().iter().map(line).collect();
        format!("{}\n\n| object | {head} |\n| --- |{rule}\n{lines}", self.title())
    }
}

/// What a cell of the table says.
pub(super) fn cell(count: Option<&Count>) -> String {
    let Some(Count { passed, failed, not_applicable }) = count else { return "–".to_owned() };
    let mut parts = Vec::new();
    if *passed > 0 || *failed == 0 && *not_applicable == 0 {
        parts.push(passed.to_string());
    }
    if *failed > 0 {
        parts.push(format!("{failed} FAILED"));
    }
    if *not_applicable > 0 {
        parts.push(format!("{not_applicable} n/a"));
    }
    parts.join(", ")
}
