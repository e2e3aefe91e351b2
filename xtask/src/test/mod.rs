//! `cargo xtask test`: everything that can be tested, with what it needs.

mod summary;

use std::io::{BufRead as _, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::fetch::{self, Folders, RESOURCES, Resource};
use crate::metadata::Metadata;
use crate::process;
use summary::Summary;

/// The arguments, for the usage text.
pub(crate) const ARGUMENTS: &str = "[--only NAME]... [--skip NAME]... [-- ARGS]";

/// What the command line asks for.
#[derive(Debug, Default)]
struct Options {
    /// Only the tests that need one of these; all tests when empty.
    only: Vec<&'static Resource>,
    /// Without the tests that need one of these.
    skip: Vec<&'static Resource>,
    /// Passed on to the test programs.
    rest: Vec<String>,
}

/// Fetches what the tests need, runs them, and prints `N passed, N failed, N skipped` last.
///
/// # Errors
/// When a test fails, when none ran, or when something that the tests need cannot be had.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments)?;
    let folders = Folders::of(&Metadata::load()?);
    let mut command = process::cargo();
    command.current_dir(&folders.root);
    command
        .args(["test", "--workspace", "--locked", "--no-fail-fast", "--"])
        .args(options.program_arguments());
    let ready = fetch::ready(options.resources(), &folders)?;
    command.envs(ready.variables.iter().map(|(name, value)| (name, value)));
    let (summary, succeeded) = watch(&mut command, &mut std::io::stdout())?;
    println!("\n{summary}");
    ensure!(summary.failed == 0, "tests failed");
    ensure!(succeeded, "cargo test ended before every test had run");
    ensure!(summary.passed > 0, "no test ran");
    Ok(())
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let (flag, joined) = match argument.split_once('=') {
                Some((flag, value)) => (flag, Some(value)),
                None => (argument.as_str(), None),
            };
            let list = match flag {
                "--" => {
                    options.rest = arguments.cloned().collect();
                    break;
                }
                "--only" => &mut options.only,
                "--skip" => &mut options.skip,
                _ => bail!("`{argument}` is not understood; usage: cargo xtask test {ARGUMENTS}"),
            };
            let name = joined.or_else(|| arguments.next().map(String::as_str));
            list.push(resource(name.with_context(|| format!("{flag} needs a name: {}", names()))?)?);
        }
        if let Some(both) = options.only.iter().find(|only| options.skips(only)) {
            bail!("`{}` is both asked for and skipped", both.name);
        }
        Ok(options)
    }

    fn skips(&self, resource: &Resource) -> bool {
        self.skip.iter().any(|skipped| skipped.name == resource.name)
    }

    /// What must be there before the tests run.
    fn resources(&self) -> impl Iterator<Item = &'static Resource> {
        let wanted = |resource: &&Resource| {
            self.only.is_empty() || self.only.iter().any(|only| only.name == resource.name)
        };
        RESOURCES.iter().filter(move |resource| wanted(resource) && !self.skips(resource))
    }

    /// The options of the test programs: filters by name, and what stood after `--`.
    fn program_arguments(&self) -> Vec<&str> {
        let only = self.only.iter().map(|resource| resource.tests);
        let skip = self.skip.iter().flat_map(|resource| ["--skip", resource.tests]);
        only.chain(skip).chain(self.rest.iter().map(String::as_str)).collect()
    }
}

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

/// Runs cargo, passes its output through and adds up its closing lines.
fn watch(command: &mut Command, shown: &mut impl Write) -> Result<(Summary, bool)> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let mut output = BufReader::new(child.stdout.take().context("cargo has no output")?);
    let mut summary = Summary::default();
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).context("cannot read what cargo prints")? > 0 {
        shown.write_all(&line).context("cannot print")?;
        summary.add(&String::from_utf8_lossy(&line));
        line.clear();
    }
    let status = child.wait().context("cannot wait for cargo")?;
    Ok((summary, status.success()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options> {
        Options::parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn everything_by_default() {
        let options = parsed("").unwrap();
        assert_eq!(options.resources().count(), RESOURCES.len());
        assert!(options.program_arguments().is_empty());
    }

    #[test]
    fn skipping_leaves_out_the_tests_and_what_they_need() {
        let options = parsed("--skip python -- --nocapture").unwrap();
        assert_eq!(options.resources().count(), RESOURCES.len() - 1);
        assert_eq!(options.program_arguments(), ["--skip", "alembic", "--nocapture"]);
    }

    #[test]
    fn only_is_a_filter() {
        let options = parsed("--only=python").unwrap();
        assert_eq!(options.resources().map(|resource| resource.name).collect::<Vec<_>>(), ["python"]);
        assert_eq!(options.program_arguments(), ["alembic"]);
    }

    #[test]
    fn mistakes_are_named() {
        let error = |line| format!("{:#}", parsed(line).unwrap_err());
        assert!(error("--skip snake").contains("`snake` is nothing that tests need; known: python"));
        assert!(error("--only").contains("--only needs a name"));
        assert!(error("fast").contains("`fast` is not understood"));
        assert!(error("--only python --skip python").contains("both"));
    }

    #[test]
    fn output_is_counted_and_the_exit_status_kept() {
        let script =
            "echo 'test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out'; exit 101";
        let (summary, succeeded) = watch(Command::new("sh").args(["-c", script]), &mut Vec::new()).unwrap();
        assert_eq!((summary.to_string().as_str(), succeeded), ("2 passed, 1 failed, 4 skipped", false));
    }
}
