//! Running a configured command on a file that was written.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use lambic_core::{Error, ErrorKind, Location, Result};

use crate::config::Hook;

/// What stands for the file in a hook's arguments.
const FILE: &str = "{file}";

/// How many lines of a failed command's output an error repeats.
const MOST_LINES: usize = 20;

/// Runs one hook with the project's root as its folder.
pub(super) fn run(hook: &Hook, root: &Path, file: &Path) -> Result<()> {
    let cannot = |why: String| {
        Error::new(ErrorKind::Io, "hook.failed", format!("the post_write hook `{}` {why}", hook.program))
            .at(Location::file(file.display().to_string()))
            .hint("the file is written; run the hook by hand, or mend it under [hooks] in lambic.toml")
    };
    let seen = seen_from(root, file).map_err(|error| cannot(format!("cannot be started: {error}")))?;
    let folder = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let mut command = Command::new(&hook.program);
    command.args(hook.arguments.iter().map(|argument| argument.replace(FILE, &seen)));
    let output = command.current_dir(folder).stdin(Stdio::null()).output();
    let output = output.map_err(|error| cannot(format!("cannot be started: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(printed(&output).fold(cannot(format!("failed: {}", output.status)), Error::note))
}

/// The file's path from the root; absolute when it is not below it.
fn seen_from(root: &Path, file: &Path) -> std::io::Result<String> {
    let path = match file.strip_prefix(root) {
        Ok(path) => path.to_owned(),
        Err(_) => std::path::absolute(file)?,
    };
    let name = path.into_os_string().into_string();
    name.map_err(|_| std::io::Error::other("the path of the file is not valid UTF-8"))
}

/// The last lines that a command printed.
fn printed(output: &Output) -> impl Iterator<Item = String> {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    let lines: Vec<String> = text.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    let first = lines.len().saturating_sub(MOST_LINES);
    lines.into_iter().skip(first)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Hook {
        Hook {
            program: "sh".to_owned(),
            arguments: ["-c", script, "sh", "x{file}"].map(str::to_owned).to_vec(),
        }
    }

    #[test]
    fn a_hook_runs_in_the_root_with_the_file() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("versions/a b.sql");
        run(&shell("printf %s \"$1\" > seen"), root.path(), &file).unwrap();
        assert_eq!(std::fs::read_to_string(root.path().join("seen")).unwrap(), "xversions/a b.sql");
    }

    #[test]
    fn a_hook_that_fails_is_an_error_with_what_it_said() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("a.sql");
        let error = run(&shell("echo one; echo two >&2; exit 3"), root.path(), &file).unwrap_err();
        assert_eq!(error.message, "the post_write hook `sh` failed: exit status: 3");
        assert_eq!(error.notes, ["one", "two"]);
        let missing = Hook { program: "no-such-program-here".to_owned(), arguments: Vec::new() };
        let error = run(&missing, root.path(), &file).unwrap_err();
        assert!(error.message.starts_with("the post_write hook `no-such-program-here` cannot be started: "));
        assert!(error.location.as_ref().unwrap().file.ends_with("a.sql"));
    }
}
