//! What came of the suite, for people and for programs.

mod html;
mod junit;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Law;

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Version of the suite.
    pub suite: String,
    /// Name of the driver.
    pub driver: String,
    /// Version of the driver.
    pub driver_version: String,
    /// Name of the dialect.
    pub dialect: String,
    /// Version of the server.
    pub server: String,
    /// What chose the schemas that were made up.
    pub seed: u64,
    /// Every trial.
    pub entries: Vec<Entry>,
}

/// One trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The law.
    pub law: Law,
    /// The kind of object that it is about.
    pub object: String,
    /// What was tried.
    pub name: String,
    /// What came of it.
    pub status: Status,
}

/// A part of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// What migrations cannot do without: tables, columns, keys, indexes, locks.
    Core,
    /// Every kind of object that is declared: read, built, spelt, named.
    Schema,
    /// What happens to rows, transactions, locks and time.
    Operations,
}

/// The kinds of objects that migrations cannot do without.
const CORE: [&str; 9] =
    ["check", "column", "foreign-key", "generated", "index", "lock", "primary-key", "table", "unique"];

impl Profile {
    /// Every profile with its name.
    pub const ALL: [(&str, Self); 3] =
        [("core", Self::Core), ("schema", Self::Schema), ("operations", Self::Operations)];

    /// Whether a trial belongs to it.
    pub fn admits(self, entry: &Entry) -> bool {
        let moves = matches!(entry.law, Law::Data | Law::Atomicity | Law::Locks | Law::Time);
        match self {
            Self::Core => CORE.contains(&entry.object.as_str()),
            Self::Schema => !moves,
            Self::Operations => moves,
        }
    }
}

/// What came of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Status {
    /// The law holds.
    Pass,
    /// It does not.
    Fail {
        /// What is wrong.
        error: String,
    },
    /// It asks for what the database does not have.
    NotApplicable {
        /// What that is: a feature, or another capability.
        missing: String,
    },
}

/// How many trials there were of each outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// Passed.
    pub passed: usize,
    /// Failed.
    pub failed: usize,
    /// Not applicable.
    pub not_applicable: usize,
}

impl Count {
    fn add(&mut self, status: &Status) {
        match status {
            Status::Pass => self.passed += 1,
            Status::Fail { .. } => self.failed += 1,
            Status::NotApplicable { .. } => self.not_applicable += 1,
        }
    }
}

impl Report {
    /// How many trials passed, failed and did not apply.
    pub fn count(&self) -> Count {
        let mut count = Count::default();
        self.entries.iter().for_each(|entry| count.add(&entry.status));
        count
    }

    /// Law × kind of object.
    pub fn matrix(&self) -> BTreeMap<(&str, Law), Count> {
        let mut matrix: BTreeMap<(&str, Law), Count> = BTreeMap::new();
        for entry in &self.entries {
            matrix.entry((&entry.object, entry.law)).or_default().add(&entry.status);
        }
        matrix
    }

    /// The kinds of objects, sorted.
    fn objects(&self) -> BTreeSet<&str> {
        self.entries.iter().map(|entry| entry.object.as_str()).collect()
    }

    /// What fails, in the order of the suite.
    pub fn failures(&self) -> impl Iterator<Item = (&Entry, &str)> {
        self.entries.iter().filter_map(|entry| match &entry.status {
            Status::Fail { error } => Some((entry, error.as_str())),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let entry =
            |law, object: &str, status| Entry { law, object: object.into(), name: "a < b".into(), status };
        Report {
            suite: "1".into(),
            driver: "d".into(),
            driver_version: "0.1.0".into(),
            dialect: "d".into(),
            server: "1.2.3".into(),
            seed: 1,
            entries: vec![
                entry(Law::RoundTrip, "table", Status::Pass),
                entry(Law::Data, "table", Status::Fail { error: "a & b\nlost".into() }),
                entry(Law::Data, "index", Status::NotApplicable { missing: "no index".into() }),
            ],
        }
    }

    #[test]
    fn a_report_survives_json_and_counts() {
        let report = report();
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
        assert_eq!(report.count(), Count { passed: 1, failed: 1, not_applicable: 1 });
        assert_eq!(report.failures().count(), 1);
    }

    #[test]
    fn every_form_names_what_failed_and_what_did_not_apply() {
        let report = report();
        for text in [report.to_text(), report.to_markdown(), report.to_html(), report.to_junit()] {
            assert!(text.contains("L6 data") && text.contains("1.2.3"), "{text}");
        }
        assert!(report.to_junit().contains("a &amp; b") && report.to_junit().contains("<skipped"));
        assert!(report.to_html().contains("a &lt; b") && report.to_text().contains("a & b"));
    }
}
