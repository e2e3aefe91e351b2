//! Which tests run, and what they need.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};

use super::ARGUMENTS;
use crate::fetch::{RESOURCES, Resource};

/// What the command line asks for.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// Only the tests that need one of these; all tests when empty.
    only: Vec<&'static Resource>,
    /// Without the tests that need one of these.
    skip: Vec<&'static Resource>,
    /// Passed on to the test programs.
    rest: Vec<String>,
}

impl Selection {
    /// Reads `[--only NAME]... [--skip NAME]... [-- ARGS]`.
    ///
    /// # Errors
    /// When an argument or a name is not known, or the same is asked for and skipped.
    pub(super) fn parse(arguments: &[String]) -> Result<Self> {
        let mut selection = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let (flag, joined) = match argument.split_once('=') {
                Some((flag, value)) => (flag, Some(value)),
                None => (argument.as_str(), None),
            };
            let list = match flag {
                "--" => {
                    selection.rest = arguments.cloned().collect();
                    break;
                }
                "--only" => &mut selection.only,
                "--skip" => &mut selection.skip,
                _ => bail!("`{argument}` is not understood; usage: cargo xtask test {ARGUMENTS}"),
            };
            let name = joined.or_else(|| arguments.next().map(String::as_str));
            list.push(resource(name.with_context(|| format!("{flag} needs a name: {}", names()))?)?);
        }
        if let Some(both) = selection.only.iter().find(|only| selection.skips(only)) {
            bail!("`{}` is both asked for and skipped", both.name);
        }
        Ok(selection)
    }

    /// A skipped word skips every test whose name holds it, and with that what only such tests need.
    fn skips(&self, resource: &Resource) -> bool {
        self.skip.iter().any(|skipped| resource.tests.contains(skipped.tests))
    }

    /// Whether tests that need this are asked for.
    fn asks_for(&self, resource: &Resource) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only.name == resource.name)
    }

    /// Whether this is there when the tests run: it is asked for, or a package that is asked for needs it too.
    fn has(&self, resource: &Resource) -> bool {
        let beside = |other: &&Resource| other.package.is_some() && other.package == resource.package;
        let needed = self.asks_for(resource)
            || RESOURCES.iter().filter(beside).any(|other| self.asks_for(other) && !self.skips(other));
        needed && !self.skips(resource)
    }

    /// What must be there before the tests run.
    pub(super) fn resources(&self) -> impl Iterator<Item = &'static Resource> {
        RESOURCES.iter().filter(|resource| self.has(resource))
    }

    fn missing(&self) -> impl Iterator<Item = &'static Resource> {
        RESOURCES.iter().filter(|resource| !self.has(resource))
    }

    /// The packages that need resources as a whole: those that run, and those that do not.
    fn packages(&self) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
        let all: BTreeSet<&str> = RESOURCES.iter().filter_map(|resource| resource.package).collect();
        all.into_iter().partition(|package| {
            let mut needs = RESOURCES.iter().filter(|resource| resource.package == Some(package));
            needs.clone().all(|resource| self.has(resource)) && needs.any(|resource| self.asks_for(resource))
        })
    }

    /// The arguments of each call of `cargo test`: one for everything, or one for the packages that run as a whole, one
    /// for tests chosen by name, and one for the packages that do not run, where it only counts what is left out.
    pub(super) fn runs(&self) -> Vec<Vec<&str>> {
        let rest = || self.rest.iter().map(String::as_str);
        if self.only.is_empty() && self.skip.is_empty() {
            return vec![["--workspace", "--"].into_iter().chain(rest()).collect()];
        }
        let (whole, left_out) = self.packages();
        let named = |packages: &BTreeSet<&'static str>, flag: &'static str| -> Vec<&str> {
            packages.iter().flat_map(|package| [flag, *package]).chain(["--"]).collect()
        };
        let mut runs = Vec::new();
        if !whole.is_empty() {
            runs.push(named(&whole, "--package").into_iter().chain(rest()).collect());
        }
        let mut by_name = vec!["--workspace"];
        by_name.extend(named(&(&whole | &left_out), "--exclude"));
        by_name.extend(self.only.iter().map(|resource| resource.tests));
        by_name.extend(self.missing().flat_map(|resource| ["--skip", resource.tests]));
        runs.push(by_name.into_iter().chain(rest()).collect());
        if !left_out.is_empty() {
            runs.push(named(&left_out, "--package").into_iter().chain(LEFT_OUT.iter().copied()).collect());
        }
        runs
    }

    /// What is left out, in words.
    pub(super) fn notes(&self) -> Vec<String> {
        let (_, left_out) = self.packages();
        let missing: Vec<&str> = self.missing().map(|resource| resource.name).collect();
        let mut notes = Vec::new();
        if !missing.is_empty() {
            notes.push(format!("not run: tests that need {}", missing.join(", ")));
        }
        if !left_out.is_empty() {
            let packages: Vec<&str> = left_out.into_iter().collect();
            notes.push(format!("not run: all tests of {}", packages.join(", ")));
        }
        if !self.only.is_empty() {
            notes.push("not run: tests that need nothing (--only)".to_owned());
        }
        notes
    }
}

/// A filter that no test passes, so that a test program counts all of its tests as left out.
const LEFT_OUT: &[&str] = &["--exact", "left-out"];

/// The resource of that name.
fn resource(name: &str) -> Result<&'static Resource> {
    RESOURCES
        .iter()
        .find(|resource| resource.name == name)
        .with_context(|| format!("`{name}` is nothing that tests need; known: {}", names()))
}

fn names() -> String {
    RESOURCES.iter().map(|resource| resource.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Selection> {
        Selection::parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    /// What must be there, and the calls of cargo.
    fn selected(line: &str) -> (Vec<&'static str>, Vec<String>) {
        let selection = parsed(line).unwrap();
        let names = selection.resources().map(|resource| resource.name).collect();
        (names, selection.runs().iter().map(|run| run.join(" ")).collect())
    }

    #[test]
    fn everything_by_default() {
        let (resources, runs) = selected("-- --nocapture");
        assert_eq!(resources.len(), RESOURCES.len());
        assert_eq!(runs, ["--workspace -- --nocapture"]);
        assert!(parsed("").unwrap().notes().is_empty());
    }

    #[test]
    fn skipping_by_name_leaves_out_the_tests_and_what_they_need() {
        let (resources, runs) = selected("--skip python -- --nocapture");
        assert_eq!(resources, ["postgres", "postgres18", "mysql", "mariadb", "mysql-lower", "mariadb-lower"]);
        assert_eq!(
            runs,
            [
                "--package lambic-mysql --package lambic-postgres -- --nocapture",
                "--workspace --exclude lambic-mysql --exclude lambic-postgres -- --skip alembic --nocapture",
            ]
        );
        assert_eq!(parsed("--skip python").unwrap().notes(), ["not run: tests that need python"]);
    }

    #[test]
    fn a_package_runs_with_all_that_it_needs_or_not_at_all() {
        let (resources, runs) = selected("--skip mariadb");
        assert_eq!(resources, ["python", "postgres", "postgres18", "mysql", "mysql-lower"]);
        assert_eq!(
            runs,
            [
                "--package lambic-postgres --",
                "--workspace --exclude lambic-mysql --exclude lambic-postgres -- --skip mariadb --skip mariadb_lower",
                "--package lambic-mysql -- --exact left-out",
            ]
        );
        let notes = parsed("--skip mariadb").unwrap().notes();
        assert_eq!(
            notes,
            ["not run: tests that need mariadb, mariadb-lower", "not run: all tests of lambic-mysql"]
        );
    }

    #[test]
    fn a_name_inside_another_skips_both() {
        let (resources, _) = selected("--skip postgres");
        assert_eq!(resources, ["python", "mysql", "mariadb", "mysql-lower", "mariadb-lower"]);
        let (resources, _) = selected("--skip postgres18");
        assert_eq!(resources, ["python", "postgres", "mysql", "mariadb", "mysql-lower", "mariadb-lower"]);
    }

    #[test]
    fn only_runs_packages_and_names() {
        let (resources, runs) = selected("--only=mysql");
        assert_eq!(resources, ["mysql", "mariadb", "mysql-lower", "mariadb-lower"]);
        assert_eq!(
            runs,
            [
                "--package lambic-mysql --",
                "--workspace --exclude lambic-mysql --exclude lambic-postgres -- mysql --skip alembic --skip postgres --skip postgres18",
                "--package lambic-postgres -- --exact left-out",
            ]
        );
        let (resources, runs) = selected("--only python");
        assert_eq!(resources, ["python"]);
        assert!(runs[0].starts_with("--workspace ") && runs[0].contains("-- alembic --skip postgres "));
    }

    #[test]
    fn what_is_skipped_is_not_fetched_for_the_sake_of_a_package() {
        let (resources, runs) = selected("--only mysql --skip mariadb");
        assert_eq!(resources, ["mysql", "mysql-lower"]);
        assert!(runs[0].starts_with("--workspace ") && runs[0].contains("-- mysql --skip alembic"));
        assert_eq!(runs[1], "--package lambic-mysql --package lambic-postgres -- --exact left-out");
    }

    #[test]
    fn mistakes_are_named() {
        let error = |line| format!("{:#}", parsed(line).unwrap_err());
        assert!(error("--skip snake").contains("`snake` is nothing that tests need; known: python"));
        assert!(error("--only").contains("--only needs a name"));
        assert!(error("fast").contains("`fast` is not understood"));
        assert!(error("--only python --skip python").contains("both"));
        assert!(error("--only postgres18 --skip postgres").contains("both"));
    }
}
