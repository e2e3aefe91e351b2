//! `.env` files: `NAME=value`, one a line, with comments, quotes and `export`.

use std::collections::HashMap;
use std::io::ErrorKind as Io;
use std::path::Path;

use lambic_core::{Error, ErrorKind, Location, Result};

use super::environment::Secret;

/// What a `.env` file sets.
#[derive(Debug, Default)]
pub(super) struct DotEnv(HashMap<String, Entry>);

/// One variable of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The value, without its quotes.
    pub(super) value: Secret,
    /// Whether single quotes keep `${NAME}` as it stands.
    pub(super) literal: bool,
    /// The line it stands in, from 1.
    pub(super) line: u32,
}

impl DotEnv {
    /// Reads a file; one that is not there sets nothing.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = super::read(path).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|_| std::io::Error::new(Io::InvalidData, "it is not UTF-8"))
        });
        match text {
            Ok(text) => Self::parse(&name, &text),
            Err(error) if error.kind() == Io::NotFound => Ok(Self::default()),
            Err(error) => {
                let message = format!("cannot read {name}: {error}");
                Err(Error::new(ErrorKind::Config, "env-file.unreadable", message)
                    .at(Location::file(name))
                    .hint("it must be a text file that you may read; or move it away"))
            }
        }
    }

    /// The last setting of a variable; one that is set to nothing is as good as unset.
    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.0.get(name).filter(|entry| !entry.value.expose().is_empty())
    }

    fn parse(file: &str, text: &str) -> Result<Self> {
        let mut entries = HashMap::new();
        let text = text.trim_start_matches('\u{feff}');
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return Ok(Self(entries));
            }
            if rest.starts_with('#') {
                rest = split_line(rest).1;
                continue;
            }
            let start = text.len() - rest.len();
            let (name, entry, after) = assignment(rest).map_err(|fault| place(fault, file, text, start))?;
            let line = line_of(text, start);
            entries.insert(name.to_owned(), Entry { line, ..entry });
            rest = after;
        }
    }
}

/// The place of a fault: no excerpt, because any line of such a file may hold a secret.
fn place(fault: &str, file: &str, text: &str, start: usize) -> Error {
    let location = Location { line: line_of(text, start), ..Location::file(file) };
    Error::new(ErrorKind::Config, "env-file.syntax", fault)
        .at(location)
        .hint("write NAME=value, NAME=\"value\" or NAME='value'")
}

fn line_of(text: &str, at: usize) -> u32 {
    Location::in_text("", text, at, at).line
}

fn split_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// One assignment at the start of `text`, and what follows it.
fn assignment(text: &str) -> Result<(&str, Entry, &str), &'static str> {
    let bare = text.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
    let (name, rest) = bare.unwrap_or(text).split_once('=').ok_or("this line is not NAME=value")?;
    let name = name.trim_matches([' ', '\t']);
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-');
    if name.is_empty() || !name.chars().all(fits) {
        return Err("this line is not NAME=value");
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let (value, literal, rest) = match rest.chars().next() {
        Some('\'') => single_quoted(rest)?,
        Some('"') => double_quoted(rest)?,
        _ => unquoted(rest),
    };
    Ok((name, Entry { value: value.into(), literal, line: 0 }, rest))
}

type Scanned<'a> = (String, bool, &'a str);

fn unquoted(text: &str) -> Scanned<'_> {
    let (line, rest) = split_line(text);
    // A `#` is a comment only after a space: passwords and fragments hold it too.
    let comment = line
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|at| line.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t'])));
    let value = comment.and_then(|at| line.get(..at)).unwrap_or(line);
    (value.trim().to_owned(), false, rest)
}

fn single_quoted(text: &str) -> Result<Scanned<'_>, &'static str> {
    let inner = text.strip_prefix('\'').unwrap_or(text);
    let (value, rest) = inner.split_once('\'').ok_or("the quote that opens here is never closed")?;
    Ok((value.to_owned(), true, rest_of_line(rest)?))
}

fn double_quoted(text: &str) -> Result<Scanned<'_>, &'static str> {
    let mut value = String::new();
    let mut letters = text.strip_prefix('"').unwrap_or(text).chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return Ok((value, false, rest_of_line(letters.as_str())?)),
            '\\' => match letters.next() {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                // `\${` is `$${` where variables are expanded.
                Some('$') if letters.as_str().starts_with('{') => value.push_str("$$"),
                Some(kept @ ('"' | '\\' | '$')) => value.push(kept),
                other => value.extend(['\\'].into_iter().chain(other)),
            },
            other => value.push(other),
        }
    }
    Err("the quote that opens here is never closed")
}

/// After a closing quote only a comment may stand.
fn rest_of_line(text: &str) -> Result<&str, &'static str> {
    let (line, rest) = split_line(text);
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') { Ok(rest) } else { Err("text follows the closing quote") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, name: &str) -> (String, bool, u32) {
        let file = DotEnv::parse(".env", text).unwrap();
        let entry = file.get(name).unwrap();
        (entry.value.expose().to_owned(), entry.literal, entry.line)
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        for (text, expected) in [
            ("A=x", ("x", false, 1)),
            ("\u{feff}# note\r\n\r\n export A = x y \t# note\r\nB=1", ("x y", false, 3)),
            ("A=pg://u:p#w@h", ("pg://u:p#w@h", false, 1)),
            ("A='x ${Y} \"'  # note", ("x ${Y} \"", true, 1)),
            ("K=\"one\ntwo\"\nA=\"a\\\"b\\\\c\\n\\d \\${Y} \\$5\"", ("a\"b\\c\n\\d $${Y} $5", false, 3)),
            ("A=1\nA=2", ("2", false, 2)),
        ] {
            let (value, literal, line) = value(text, "A");
            assert_eq!((value.as_str(), literal, line), expected, "{text}");
        }
        assert_eq!(DotEnv::parse("", "A=\nB=''#").unwrap().get("A"), None);
    }

    #[test]
    fn faults_name_the_line_and_show_nothing() {
        for (text, message) in [
            ("A=1\nsecret", "this line is not NAME=value"),
            ("A=1\nse cret=1", "this line is not NAME=value"),
            ("A=1\nB='secret", "the quote that opens here is never closed"),
            ("A=1\nB=\"secret\\\"", "the quote that opens here is never closed"),
            ("A=1\nB=\"x\" secret", "text follows the closing quote"),
        ] {
            let error = DotEnv::parse("shop/.env", text).unwrap_err();
            assert_eq!(error.to_string(), format!("shop/.env:2: {message}"), "{text}");
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
    }

    #[test]
    fn a_missing_file_sets_nothing_and_an_unreadable_one_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(DotEnv::read(&folder.path().join(".env")).unwrap().get("A").is_none());
        let error = DotEnv::read(folder.path()).unwrap_err();
        assert_eq!(error.code, "env-file.unreadable");
        assert!(error.hint.is_some());
        let file = folder.path().join("large");
        std::fs::write(&file, "#".repeat(5 << 20)).unwrap();
        assert_eq!(DotEnv::read(&file).unwrap_err().code, "env-file.unreadable");
        std::fs::write(&file, b"A=\xff").unwrap();
        assert!(DotEnv::read(&file).unwrap_err().message.ends_with("it is not UTF-8"));
    }
}
