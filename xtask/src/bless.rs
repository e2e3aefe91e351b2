//! `cargo xtask bless`: runs the tests with snapshots and expected files accepted as they come out.

use anyhow::{Result, bail};

use crate::fetch::server::Stay;
use crate::fetch::{self, Folders, RESOURCES};
use crate::metadata::Metadata;
use crate::process;

/// Runs `cargo test` with the variables that make snapshot tests write instead of compare.
///
/// # Errors
/// When a test still fails, which then is not for want of a newer snapshot.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (package, filter) = parse(arguments)?;
    let mut command = process::cargo();
    command.args(["test", "--locked", "--no-fail-fast"]);
    match package {
        Some(package) => command.args(["--package", package]),
        None => command.arg("--workspace"),
    };
    command.arg("--").args(filter);
    // `expect-test` reads the first, the project's own expected files the second.
    command.env("UPDATE_EXPECT", "1").env("LAMBIC_BLESS", "1");
    let ready = fetch::ready(RESOURCES, &Folders::of(&Metadata::load()?), Stay::Nothing)?;
    command.envs(ready.variables.iter().map(|(name, value)| (name, value)));
    process::pass_through(&mut command)?;
    println!("blessed: look at `git diff` before you commit");
    Ok(())
}

/// Splits `[-p PACKAGE] [FILTER]`.
fn parse(arguments: &[String]) -> Result<(Option<&str>, Option<&str>)> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *words.as_slice() {
        [] => Ok((None, None)),
        ["-p" | "--package", package] => Ok((Some(package), None)),
        ["-p" | "--package", package, filter] if !filter.starts_with('-') => {
            Ok((Some(package), Some(filter)))
        }
        [filter] if !filter.starts_with('-') => Ok((None, Some(filter))),
        _ => bail!("usage: cargo xtask bless [-p PACKAGE] [FILTER]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<(Option<String>, Option<String>)> {
        let arguments: Vec<String> = line.split_whitespace().map(String::from).collect();
        let (package, filter) = parse(&arguments).ok()?;
        Some((package.map(String::from), filter.map(String::from)))
    }

    #[test]
    fn arguments() {
        assert_eq!(parsed(""), Some((None, None)));
        assert_eq!(parsed("status"), Some((None, Some("status".into()))));
        assert_eq!(parsed("-p lambic-cli status"), Some((Some("lambic-cli".into()), Some("status".into()))));
        assert_eq!(parsed("-p"), None);
        assert_eq!(parsed("--nonsense"), None);
        assert_eq!(parsed("a b"), None);
    }
}
