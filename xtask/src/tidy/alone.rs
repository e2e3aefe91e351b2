//! The project speaks for itself: no text names the machine that it was written on.

use anyhow::{Context as _, Result};

use super::{Project, Report};

pub(super) const RULE: &str = "no text names a person's folders, a workplace or the address of a registry";
/// What gives a machine or a workplace away.
const WORDS: &[&str] = &[
    "/work/",
    "/root/",
    "/home/",
    "/Users/",
    "sandbox",
    "crates.io/api",
    "static.crates.io",
    "pypi.org",
    "pythonhosted.org",
    "deb.debian.org",
    "security.debian.org",
    "registry.npmjs.org",
];
/// Terms of the field that hold one of these words: a mode that dumps of a database switch on.
const TERMS: &[&str] = &["sandbox mode", "sandbox's mode"];
/// The one file that must spell them.
const THIS: &str = "xtask/src/tidy/alone.rs";

/// Reads every text file of the project.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn check(project: &Project) -> Result<Report> {
    let mut problems = Vec::new();
    for file in project.files.iter().filter(|file| file.as_str() != THIS) {
        let bytes = std::fs::read(project.path(file)).with_context(|| format!("cannot read {file}"))?;
        // What is not text was not written by anyone.
        if let Ok(text) = String::from_utf8(bytes) {
            problems.extend(found(file, &text));
        }
    }
    Ok(Report { facts: vec![format!("{} files", project.files.len())], problems })
}

fn found(file: &str, text: &str) -> Vec<String> {
    let hits = text.lines().enumerate().flat_map(|(at, line)| {
        let line = TERMS.iter().fold(line.to_owned(), |line, term| line.replace(term, ""));
        WORDS.iter().filter(move |word| line.contains(**word)).map(move |word| (at + 1, word))
    });
    hits.map(|(line, word)| format!("{file}:{line}: `{word}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_machine_is_found() {
        let text = "fine\nsee /home/anna/notes\nand /root/.cargo";
        assert_eq!(found("a.md", text), ["a.md:2: `/home/`", "a.md:3: `/root/`"]);
    }

    #[test]
    fn ordinary_text_is_fine() {
        assert!(found("a.md", "the root of the work, at home in crates.io-index").is_empty());
        assert!(found("a.sql", "/*M!999999\\- enable the sandbox mode */").is_empty());
        assert_eq!(found("a.md", "in the sandbox").len(), 1);
    }
}
