//! The package sources of the machine, and a source of another release made from them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Where `apt-get` keeps its sources.
const FILE: &str = "/etc/apt/sources.list";
const FOLDER: &str = "/etc/apt/sources.list.d";

/// A source in the parts that another release needs too.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    address: String,
    suite: String,
    signed_by: Option<String>,
}

/// A source, in the newer of the two forms, of another release on the mirror that the machine uses.
///
/// # Errors
/// When no source of the machine can be read.
pub(super) fn of_release(name: &str) -> Result<String> {
    let read = |path: &PathBuf| fs::read_to_string(path).map(|text| parse(path, &text)).unwrap_or_default();
    let sources: Vec<Source> = files().iter().flat_map(read).collect();
    let mirror = mirror(&sources).with_context(|| {
        format!("no mirror of Debian is named in {FILE} or {FOLDER}, so `{name}` cannot be had")
    })?;
    Ok(mirror.shown_with(name))
}

/// The files with sources, in the order in which `apt-get` reads them.
fn files() -> Vec<PathBuf> {
    let mut parts: Vec<PathBuf> = fs::read_dir(FOLDER)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "list" || end == "sources"))
        .collect();
    parts.sort();
    parts.insert(0, FILE.into());
    parts
}

/// The first source that is the distribution's own archive, which every mirror keeps in a folder of that name; security
/// fixes and other vendors have others.
fn mirror(sources: &[Source]) -> Option<&Source> {
    sources.iter().find(|source| source.address.trim_end_matches('/').ends_with("/debian"))
}

/// Reads a file in the form that its name says.
fn parse(path: &Path, text: &str) -> Vec<Source> {
    if path.extension().is_some_and(|extension| extension == "sources") {
        text.split("\n\n").filter_map(paragraph).collect()
    } else {
        text.lines().filter_map(line).collect()
    }
}

/// Reads `deb [options] address suite component…`.
fn line(text: &str) -> Option<Source> {
    let text = text.split('#').next()?.trim().strip_prefix("deb ")?.trim_start();
    let (options, rest) = match text.strip_prefix('[') {
        Some(text) => text.split_once(']')?,
        None => ("", text),
    };
    let mut words = rest.split_whitespace();
    let signed_by = options.split_whitespace().find_map(|option| option.strip_prefix("signed-by="));
    Some(Source {
        address: words.next()?.to_owned(),
        suite: words.next()?.to_owned(),
        signed_by: signed_by.map(str::to_owned),
    })
}

/// Reads a paragraph of fields; the first address and suite stand for all.
fn paragraph(text: &str) -> Option<Source> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let field = |name: &str| {
        let value = lines.iter().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })?;
        value.split_whitespace().next().map(str::to_owned)
    };
    if field("Types")? != "deb" || field("Enabled").is_some_and(|value| value == "no") {
        return None;
    }
    // A key may also stand in the paragraph itself; then the value of the first line is empty.
    Some(Source { address: field("URIs")?, suite: field("Suites")?, signed_by: field("Signed-By") })
}

impl Source {
    /// The same source for another release.
    fn shown_with(&self, suite: &str) -> String {
        let mut text = format!("Types: deb\nURIs: {}\nSuites: {suite}\nComponents: main\n", self.address);
        if let Some(key) = &self.signed_by {
            text.push_str("Signed-By: ");
            text.push_str(key);
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(name: &str, text: &str) -> Vec<(String, String, Option<String>)> {
        let sources = parse(Path::new(name), text);
        sources.into_iter().map(|source| (source.address, source.suite, source.signed_by)).collect()
    }

    fn source(address: &str, suite: &str, key: Option<&str>) -> (String, String, Option<String>) {
        (address.to_owned(), suite.to_owned(), key.map(str::to_owned))
    }

    const PARAGRAPHS: &str = "\
# the first comment
Types: deb
# a comment: with a colon
URIs: http://mirror.test/debian
Suites: stable stable-updates
Components: main
Signed-By: /keys/archive.gpg

Types: deb-src
URIs: http://mirror.test/source
Suites: stable

Types: deb
URIs: http://mirror.test/off
Suites: stable
Enabled: no
";

    #[test]
    fn paragraphs() {
        assert_eq!(
            parsed("a.sources", PARAGRAPHS),
            [source("http://mirror.test/debian", "stable", Some("/keys/archive.gpg"))]
        );
        assert_eq!(parsed("a.sources", "Types: deb\nURIs: http://mirror.test"), []);
    }

    #[test]
    fn lines() {
        let text = "# deb http://mirror.test/off stable main
deb http://mirror.test/debian stable main contrib # why
deb-src http://mirror.test/debian stable main
deb [arch=amd64 signed-by=/keys/a.gpg] http://mirror.test/signed stable-security main
deb broken";
        assert_eq!(
            parsed("sources.list", text),
            [
                source("http://mirror.test/debian", "stable", None),
                source("http://mirror.test/signed", "stable-security", Some("/keys/a.gpg"))
            ]
        );
    }

    #[test]
    fn the_distribution_itself_is_the_mirror() {
        let of =
            |text: &str| mirror(&parse(Path::new("sources.list"), text)).map(|found| found.address.clone());
        let others =
            "deb http://vendor.test/tools stable main\ndeb http://a.test/debian-security stable main\n";
        assert_eq!(
            of(&format!("{others}deb http://a.test/debian/ stable main")).as_deref(),
            Some("http://a.test/debian/")
        );
        assert_eq!(of(others), None);
    }

    #[test]
    fn another_release_keeps_address_and_key() {
        let text = parse(Path::new("a.sources"), PARAGRAPHS).remove(0).shown_with("next");
        assert_eq!(
            parsed("b.sources", &text),
            [source("http://mirror.test/debian", "next", Some("/keys/archive.gpg"))]
        );
        assert!(text.contains("\nComponents: main\n"));
    }
}
