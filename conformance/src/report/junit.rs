//! The XML of `JUnit`, which every continuous integration reads.

use super::{Report, Status};
use crate::Law;

impl Report {
    /// The report as XML of `JUnit`: a test suite for each law.
    pub fn to_junit(&self) -> String {
        let suites: String = Law::ALL.iter().map(|law| self.suite_of(*law)).collect();
        let count = self.count();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" \
             skipped=\"{}\">\n{suites}</testsuites>\n",
            escape(&self.title()),
            self.entries.len(),
            count.failed,
            count.not_applicable
        )
    }

    fn suite_of(&self, law: Law) -> String {
        let entries = self.entries.iter().filter(|entry| entry.law == law);
        let cases: String = entries
            .map(|entry| {
                let (name, class) = (escape(&entry.name), escape(&entry.object));
                let open = format!("    <testcase classname=\"{class}\" name=\"{name}\"");
                match &entry.status {
                    Status::Pass => format!("{open}/>\n"),
                    Status::Fail { error } => {
                        format!("{open}><failure>{}</failure></testcase>\n", escape(error))
                    }
                    Status::NotApplicable { missing } => {
                        format!("{open}><skipped message=\"{}\"/></testcase>\n", escape(missing))
                    }
                }
            })
            .collect();
        format!("  <testsuite name=\"{}\">\n{cases}  </testsuite>\n", law.title())
    }
}

/// Text as XML and HTML want it; what they cannot hold becomes the replacement character.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            control if control.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
