//! What a measurement found, and the page that shows it.

use std::fmt;

/// One number with the limit that it must keep.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    what: String,
    value: f64,
    unit: &'static str,
    limit: Limit,
    /// The times behind the number.
    detail: String,
}

/// What a number must keep to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Finding {
    /// A ratio, or another number without a unit.
    pub(super) fn ratio(
        what: impl Into<String>,
        value: f64,
        limit: Limit,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(what, value, "×", limit, detail)
    }

    /// A number with a unit.
    pub(super) fn new(
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        limit: Limit,
        detail: impl Into<String>,
    ) -> Self {
        Self { what: what.into(), value, unit, limit, detail: detail.into() }
    }

    /// A time in milliseconds.
    pub(super) fn time(what: impl Into<String>, value: f64, limit: Limit, detail: impl Into<String>) -> Self {
        Self::new(what, value, " ms", limit, detail)
    }

    /// Whether the number keeps to its limit.
    pub(super) fn holds(&self) -> bool {
        match self.limit {
            Limit::AtMost(limit) => self.value <= limit,
            Limit::AtLeast(limit) => self.value >= limit,
        }
    }

    fn limit(&self) -> String {
        match self.limit {
            Limit::AtMost(limit) => format!("at most {limit}{}", self.unit),
            Limit::AtLeast(limit) => format!("at least {limit}{}", self.unit),
        }
    }

    /// A row of the page's table.
    fn row(&self) -> String {
        let value = format!("{:.2}{}", self.value, self.unit);
        let cells = [self.what.as_str(), &value, &self.limit(), self.verdict(), &self.detail];
        format!("| {} |\n", cells.join(" | "))
    }

    fn verdict(&self) -> &'static str {
        if self.holds() { "kept" } else { "BROKEN" }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = format!("{:.2}{}", self.value, self.unit);
        write!(f, "{:<6} {:<58} {value:>10}  ({})  {}", self.verdict(), self.what, self.limit(), self.detail)
    }
}

/// The page of the book.
pub(super) fn page(groups: &[(&str, Vec<Finding>)]) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let head = format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench`: whole commands of the release build of version {}, measured on {cores} cores in one run.\n\
         Times are processor time, user and system together, with wall time beside it. *Bare* is a program that does the same\n\
         work and nothing else: for looking, it lists, reads and scans the same files; for applying, it sends the same\n\
         statements, transactions, version and log writes through the plain driver. Connections to servers are not encrypted,\n\
         for either. A ratio is the median of the ratios of pairs, and times beside it are medians of their own: their\n\
         quotient is another number.\n",
        env!("CARGO_PKG_VERSION")
    );
    groups.iter().fold(head, |text, (title, findings)| text + &section(title, findings))
}

fn section(title: &str, findings: &[Finding]) -> String {
    let head = format!("\n## {title}\n\n| what | measured | limit | | times |\n|---|---:|---|---|---|\n");
    findings.iter().fold(head, |text, finding| text + &finding.row())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_judged() {
        let holds = |value, limit| Finding::ratio("x", value, limit, "").holds();
        assert!(holds(1.6, Limit::AtMost(1.6)) && !holds(1.61, Limit::AtMost(1.6)));
        assert!(holds(50.0, Limit::AtLeast(50.0)) && !holds(49.9, Limit::AtLeast(50.0)));
    }

    #[test]
    fn a_broken_limit_is_seen_in_the_line_and_on_the_page() {
        let finding = Finding::time("start", 6.0, Limit::AtMost(5.0), "6 ms");
        assert!(finding.to_string().starts_with("BROKEN start"));
        let page = page(&[("Group", vec![finding])]);
        assert!(page.contains("\n| start | 6.00 ms | at most 5 ms | BROKEN | 6 ms |\n"), "{page}");
    }
}
