//! Running other programs, with errors that name them and say what they printed.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, bail};

/// Runs a program to its end and returns its standard output as text.
///
/// # Errors
/// When it cannot be started or does not succeed; the error ends with the last lines that it printed.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` failed ({}):\n{}", shown(command), output.status, last_words(&output));
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not print text", shown(command)))
}

/// Runs a program to its end, its output passed through.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn pass_through(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// A command for the cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The first file of that name in a folder of `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The command as one would type it, cut where it gets long.
fn shown(command: &Command) -> String {
    const ENOUGH: usize = 160;
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(ENOUGH) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or(&line)),
        None => line,
    }
}

/// The end of what a program printed: its standard error, or its standard output where that is empty.
fn last_words(output: &Output) -> String {
    last_lines(if output.stderr.is_empty() { &output.stdout } else { &output.stderr })
}

/// The last lines of a text.
pub(crate) fn last_lines(text: &[u8]) -> String {
    const LINES: usize = 15;
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_program_and_shows_its_last_words() {
        let error = capture(Command::new("sh").args(["-c", "echo out of luck >&2; exit 3"])).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("sh -c") && text.contains("out of luck") && text.contains('3'), "{text}");
    }

    #[test]
    fn a_missing_program_is_an_error_with_its_name() {
        let error = pass_through(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert!(format!("{error:#}").contains("cannot start `no-such-program-anywhere`"));
    }

    #[test]
    fn long_commands_are_cut() {
        let text = shown(Command::new("echo").arg("é".repeat(500)));
        assert!(text.ends_with('…') && text.chars().count() == 161, "{text}");
    }
}
