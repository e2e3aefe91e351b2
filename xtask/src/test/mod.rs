//! `cargo xtask test`: everything that can be tested, with what it needs.

mod failures;
mod selection;
mod summary;

use std::io::{BufRead as _, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::fetch::server::Stay;
use crate::fetch::{self, Folders};
use crate::metadata::Metadata;
use crate::process;
use failures::Failures;
use selection::Selection;
use summary::Summary;

/// The arguments, for the usage text.
pub(crate) const ARGUMENTS: &str = "[--only NAME]... [--skip NAME]... [-- ARGS]";

/// Fetches what the tests need, runs them, shows again what failed, and prints `N passed, N failed, N skipped` last.
///
/// # Errors
/// When a test fails, when none ran, or when something that the tests need cannot be had.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let selection = Selection::parse(arguments)?;
    let folders = Folders::of(&Metadata::load()?);
    let ready = fetch::ready(selection.resources(), &folders, Stay::Nothing)?;
    let (mut summary, mut failures) = (Summary::default(), Failures::default());
    let mut succeeded = true;
    for arguments in selection.runs() {
        let mut command = process::cargo();
        command.current_dir(&folders.root).args(["test", "--locked", "--no-fail-fast"]).args(arguments);
        command.envs(ready.variables.iter().map(|(name, value)| (name, value)));
        let each = |line: &str| {
            summary.add(line);
            failures.add(line);
        };
        succeeded &= watch(&mut command, each, &mut std::io::stdout())?;
    }
    drop(ready);
    print!("\n{failures}");
    for note in selection.notes() {
        println!("{note}");
    }
    println!("{summary}");
    ensure!(summary.failed == 0, "tests failed");
    ensure!(succeeded, "cargo test ended before every test had run");
    ensure!(summary.passed > 0, "no test ran");
    Ok(())
}

/// Runs cargo, passes its output through, shows `each` line to its reader and says whether cargo succeeded.
fn watch(command: &mut Command, mut each: impl FnMut(&str), shown: &mut impl Write) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let mut output = BufReader::new(child.stdout.take().context("cargo has no output")?);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).context("cannot read what cargo prints")? > 0 {
        shown.write_all(&line).context("cannot print")?;
        each(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(child.wait().context("cannot wait for cargo")?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_counted_and_the_exit_status_kept() {
        let script =
            "echo 'test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out'; exit 101";
        let mut summary = Summary { passed: 1, ..Summary::default() };
        let mut command = Command::new("sh");
        let each = |line: &str| summary.add(line);
        let succeeded = watch(command.args(["-c", script]), each, &mut Vec::new()).unwrap();
        assert_eq!((summary.to_string().as_str(), succeeded), ("3 passed, 1 failed, 4 skipped", false));
    }
}
