//! Sections: what runs going up or down, and on which databases.

use std::ops::Range;

use memchr::memchr_iter;
use serde::Serialize;

use super::directive::{Directive, MARK, word_at};
use super::fault::Fault;
use super::header::almost;
use super::words::{Word, words};
use crate::suggest::closest;
use crate::text;

/// Which way a section or a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Applies a revision.
    Upgrade,
    /// Undoes a revision.
    Downgrade,
    /// Writes the version rows only.
    Stamp,
}

impl Direction {
    /// The name, as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Downgrade => "downgrade",
            Self::Stamp => "stamp",
        }
    }
}

impl std::fmt::Display for Direction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a section runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Targets<'f> {
    /// Native SQL, sent as it is written to whatever database is connected.
    Native,
    /// Native SQL for these dialects alone.
    Dialects(Vec<&'f str>),
    /// Portable SQL for every dialect but these.
    PortableExcept(Vec<&'f str>),
}

impl Targets<'_> {
    /// Whether the section runs on `dialect`.
    pub fn admits(&self, dialect: &str) -> bool {
        match self {
            Self::Native => true,
            Self::Dialects(only) => only.contains(&dialect),
            Self::PortableExcept(except) => !except.contains(&dialect),
        }
    }

    /// Whether the body is portable SQL.
    pub fn is_portable(&self) -> bool {
        matches!(self, Self::PortableExcept(_))
    }
}

impl std::fmt::Display for Targets<'_> {
    /// As it is written in a file; nothing for native SQL.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Native => Ok(()),
            Self::Dialects(only) => f.write_str(&only.join(" ")),
            Self::PortableExcept(except) if except.is_empty() => f.write_str("portable"),
            Self::PortableExcept(except) => write!(f, "portable except {}", except.join(" ")),
        }
    }
}

/// One section of a revision file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section<'f> {
    /// Up or down; never [`Direction::Stamp`].
    pub direction: Direction,
    /// Where it runs.
    pub targets: Targets<'f>,
    /// Whether it may run in a transaction: `no-transaction` was not written.
    pub transaction: bool,
    /// Why it cannot be undone, when the file says that it cannot.
    pub irreversible: Option<String>,
    /// The SQL, from the line after the directive up to the next section.
    pub body: &'f str,
    /// Byte offset of `body` in the file.
    pub offset: usize,
    /// Line of the file on which `body` begins, from 1.
    pub line: u32,
    /// Where the directive stands in the file, in bytes.
    pub directive: Range<usize>,
}

/// Reads every section of `text`; the first begins at `from`.
pub(crate) fn parse(text: &str, from: usize) -> Result<Vec<Section<'_>>, Fault> {
    let starts = section_starts(text, from)?;
    let ends = starts.iter().skip(1).map(|start| start.at).chain([text.len()]);
    let (mut line, mut counted) = (1, 0);
    let mut sections = Vec::with_capacity(starts.len());
    for (start, end) in starts.iter().zip(ends) {
        let (stop, body) = text::line_end(text.as_bytes(), start.name_end);
        line += text::count_line_ends(text::slice(text, counted..start.at).as_bytes());
        counted = start.at;
        let mut section = header(text, start, stop)?;
        section.body = text::slice(text, body..end);
        section.offset = body;
        section.line = line + u32::from(body > stop);
        sections.push(section);
    }
    Ok(sections)
}

/// Where a section starts.
struct Start {
    at: usize,
    /// Where the directive's name ends.
    name_end: usize,
    direction: Direction,
}

/// Finds the lines that start a section. `@` is rare in SQL, so it is what the search goes by.
fn section_starts(text: &str, from: usize) -> Result<Vec<Start>, Fault> {
    let mut starts = Vec::new();
    let bytes = text.as_bytes();
    for at in memchr_iter(b'@', bytes.get(from..).unwrap_or_default()).map(|at| from + at) {
        let before = text::slice(text, 0..at).trim_end_matches([' ', '\t']);
        let Some(dashes) = before.len().checked_sub(2).filter(|_| before.ends_with("--")) else { continue };
        if !text::starts_line(bytes, dashes) {
            continue;
        }
        let (Range { end: name_end, .. }, word) = word_at(text, at + 1, text.len());
        let (known, direction) = match Directive::meant(word) {
            Some(known @ Directive::Upgrade) => (known, Direction::Upgrade),
            Some(known @ Directive::Downgrade) => (known, Direction::Downgrade),
            _ => continue,
        };
        let exact = text::slice(text, dashes..at + 1) == MARK && word == known.name();
        if !exact {
            return Err(almost(known, dashes..name_end));
        }
        starts.push(Start { at: dashes, name_end, direction });
    }
    Ok(starts)
}

/// The words that mean something, beside the names of dialects.
const KEYWORDS: [&str; 4] = ["portable", "except", "no-transaction", "irreversible"];

/// Reads the line that starts a section, up to `stop`.
fn header<'f>(text: &'f str, start: &Start, stop: usize) -> Result<Section<'f>, Fault> {
    let words = words(text, start.name_end..stop)?;
    let mut rest = words.into_iter().peekable();
    let mut section = Section {
        direction: start.direction,
        targets: Targets::Native,
        transaction: true,
        irreversible: None,
        body: "",
        offset: stop,
        line: 0,
        directive: start.at..stop,
    };
    if let Some(portable) = rest.next_if(|word| word.text == "portable") {
        section.targets = Targets::PortableExcept(exceptions(&mut rest, &portable)?);
    } else {
        let dialects = dialects(&mut rest)?;
        if !dialects.is_empty() {
            section.targets = Targets::Dialects(dialects);
        }
    }
    while let Some(word) = rest.next() {
        flag(&mut section, &word, &mut rest)?;
    }
    Ok(section)
}

type Rest<'f> = std::iter::Peekable<std::vec::IntoIter<Word<'f>>>;

fn exceptions<'f>(rest: &mut Rest<'f>, portable: &Word<'f>) -> Result<Vec<&'f str>, Fault> {
    let except = rest.next_if(|word| word.text == "except");
    let names = dialects(rest)?;
    match (except, names.first()) {
        (None, Some(name)) => Err(Fault::new(
            "revision.bad-target",
            portable.range.clone(),
            format!("`portable` does not stand beside `{name}`"),
        )
        .hint(format!(
            "`portable` runs everywhere: write `portable except {name}`, or give {name} a section of its own"
        ))),
        (Some(except), None) => {
            Err(Fault::new("revision.bad-target", except.range, "`except` names no dialect")
                .hint("write the dialects that the section is not for, or take `except` out".to_owned()))
        }
        _ => Ok(names),
    }
}

/// Takes the names of dialects that stand next.
fn dialects<'f>(rest: &mut Rest<'f>) -> Result<Vec<&'f str>, Fault> {
    let mut names = Vec::new();
    while let Some(word) = rest.next_if(|word| !KEYWORDS.contains(&word.text)) {
        check_dialect(&word)?;
        if names.contains(&word.text) {
            return Err(Fault::new(
                "revision.duplicate-value",
                word.range,
                format!("`{}` stands twice", word.text),
            ));
        }
        names.push(word.text);
    }
    Ok(names)
}

/// A dialect's name cannot be known here, but what is no name, or nearly a keyword, is a mistake.
fn check_dialect(word: &Word<'_>) -> Result<(), Fault> {
    let fault = |hint: String| {
        let message = format!("`{}` is no dialect and no flag", text::shown(word.text));
        Err(Fault::new("revision.bad-target", word.range.clone(), message).hint(hint))
    };
    let mut letters = word.text.bytes();
    let named = letters.next().is_some_and(|b| b.is_ascii_lowercase())
        && letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    if let Some(keyword) = closest(word.text, KEYWORDS) {
        return fault(format!("did you mean `{keyword}`?"));
    }
    if word.text == "native" {
        return fault("native SQL is what a section without a target holds: take the word out".to_owned());
    }
    if !named {
        return fault(
            "dialects are named in small letters; several stand with blanks between them".to_owned(),
        );
    }
    Ok(())
}

fn flag<'f>(section: &mut Section<'f>, word: &Word<'f>, rest: &mut Rest<'f>) -> Result<(), Fault> {
    let twice = |set: bool| {
        let fault = || {
            Fault::new(
                "revision.duplicate-value",
                word.range.clone(),
                format!("`{}` stands twice", word.text),
            )
        };
        if set { Err(fault()) } else { Ok(()) }
    };
    match word.text {
        "no-transaction" => {
            twice(!section.transaction)?;
            section.transaction = false;
        }
        "irreversible" => {
            twice(section.irreversible.is_some())?;
            section.irreversible = Some(reason(section.direction, word, rest)?);
        }
        other => {
            return Err(Fault::new("revision.bad-target", word.range.clone(), format!("`{}` does not fit here", text::shown(other)))
                .hint("a section reads `[DIALECT… | portable [except DIALECT…]] [no-transaction] [irreversible \"why\"]`, in this order".to_owned()));
        }
    }
    Ok(())
}

fn reason(direction: Direction, word: &Word<'_>, rest: &mut Rest<'_>) -> Result<String, Fault> {
    if direction != Direction::Downgrade {
        return Err(Fault::new(
            "revision.bad-target",
            word.range.clone(),
            "`irreversible` is said of a downgrade",
        )
        .hint("write `-- @downgrade irreversible \"why\"`".to_owned()));
    }
    let why = rest.next().and_then(|word| word.quoted()).filter(|why| !why.trim().is_empty());
    why.ok_or_else(|| {
        Fault::new("revision.missing-value", word.range.clone(), "`irreversible` does not say why")
            .hint("write `irreversible \"why\"`: a person who wants to go back will read it".to_owned())
    })
}
