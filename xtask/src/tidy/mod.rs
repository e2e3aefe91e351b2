//! `cargo xtask tidy`: the rules that neither the compiler nor clippy can check. One file per check.

mod alone;
mod bad_input;
mod book;
mod clones;
mod confined;
mod directions;
mod file_length;
mod function_length;
mod layout;
mod licences;
mod lints;
mod names;
mod numbers;
mod source;
mod tokens;
mod wildcard;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::metadata::Metadata;
use crate::process;
use source::Source;

/// What the checks look at.
struct Project {
    metadata: Metadata,
    /// Every file that git knows or would add, relative to the root, with `/`.
    files: Vec<String>,
    /// Those that are Rust.
    sources: Vec<Source>,
}

/// What a check has found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    /// Numbers worth printing even when all is well.
    facts: Vec<String>,
    /// What must be mended.
    problems: Vec<String>,
}

/// A rule with its check.
struct Check {
    name: &'static str,
    /// The rule in a few words, printed when it is broken.
    rule: &'static str,
    run: fn(&Project) -> Result<Report>,
}

const CHECKS: &[Check] = &[
    Check { name: "file length", rule: file_length::RULE, run: |p| Ok(file_length::check(&p.sources)) },
    Check {
        name: "function length",
        rule: function_length::RULE,
        run: |p| Ok(function_length::check(&p.sources)),
    },
    Check { name: "database names", rule: names::RULE, run: |p| Ok(names::check(&p.sources)) },
    Check { name: "crate directions", rule: directions::RULE, run: |p| Ok(directions::check(&p.metadata)) },
    Check { name: "confined things", rule: confined::RULE, run: |p| Ok(confined::check(&p.sources)) },
    Check { name: "workspace lints", rule: lints::RULE, run: lints::check },
    Check { name: "driver layout", rule: layout::RULE, run: |p| Ok(layout::check(&p.files)) },
    Check { name: "driver clones", rule: clones::RULE, run: |p| Ok(clones::check(&p.sources)) },
    Check { name: "closed operations", rule: wildcard::RULE, run: |p| Ok(wildcard::check(&p.sources)) },
    Check { name: "licences", rule: licences::RULE, run: licences::check },
    Check { name: "speaks for itself", rule: alone::RULE, run: alone::check },
    Check { name: "book pages", rule: book::RULE, run: book::check },
    Check { name: "bad input list", rule: bad_input::RULE, run: bad_input::check },
];

/// Runs every check and prints what it found.
///
/// # Errors
/// When a rule is broken, or cannot be checked.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    ensure!(arguments.is_empty(), "usage: cargo xtask tidy");
    let project = Project::load()?;
    let mut problems = 0;
    for check in CHECKS {
        let report = (check.run)(&project).unwrap_or_else(|error| Report {
            problems: vec![format!("cannot be checked: {error:#}")],
            ..Report::default()
        });
        print!("{}", report.shown(check));
        problems += report.problems.len();
    }
    println!("tidy: {} rules, {problems} problems", CHECKS.len());
    if problems > 0 {
        bail!("{problems} problems, listed above");
    }
    Ok(())
}

impl Report {
    fn shown(&self, check: &Check) -> String {
        let verdict = if self.problems.is_empty() { "ok" } else { "BROKEN" };
        let mut text =
            format!("{:<18} {verdict:<7} {}", check.name, self.facts.join("; ")).trim_end().to_owned();
        if !self.problems.is_empty() {
            text.push_str("\n  rule: ");
            text.push_str(check.rule);
        }
        for problem in &self.problems {
            text.push_str("\n  - ");
            text.push_str(problem);
        }
        text.push('\n');
        text
    }
}

impl Project {
    fn load() -> Result<Self> {
        let metadata = Metadata::load()?;
        let root = &metadata.workspace_root;
        let listed = process::capture(Command::new("git").current_dir(root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]))?;
        let mut files: Vec<String> = listed
            .split_terminator('\0')
            .filter(|file| root.join(file).is_file())
            .map(String::from)
            .collect();
        files.sort();
        files.dedup();
        let rust = files.iter().filter(|file| has_extension(file, "rs"));
        let sources = rust.map(|file| Source::read(root, file)).collect::<Result<_>>()?;
        Ok(Self { metadata, files, sources })
    }

    /// The path of a file, given relative to the root.
    fn path(&self, file: &str) -> PathBuf {
        self.metadata.workspace_root.join(file)
    }
}

/// Whether a file's name ends with that extension.
fn has_extension(file: &str, extension: &str) -> bool {
    Path::new(file).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_rule_is_shown_with_its_problems() {
        let check = Check { name: "sample", rule: "all is well", run: |_| Ok(Report::default()) };
        let good = Report { facts: vec!["3 things".into()], problems: Vec::new() };
        assert_eq!(good.shown(&check), "sample             ok      3 things\n");
        let bad = Report { facts: Vec::new(), problems: vec!["a.rs:1: no".into()] };
        assert_eq!(bad.shown(&check), "sample             BROKEN\n  rule: all is well\n  - a.rs:1: no\n");
    }
}
