//! The header: the directives before the first section.

use std::collections::HashSet;
use std::ops::Range;

use memchr::memmem;

use super::directive::{Directive, HEADER, MARK, unknown, word_at};
use super::fault::Fault;
use super::words::words;
use crate::name::{check_id, check_label};
use crate::text::{self, BOM};

/// Where the value of each header directive stands, and where the first section begins.
#[derive(Debug, Clone, Default)]
pub(crate) struct Header {
    values: [Option<Span>; HEADER],
    /// Byte offset of the first section's directive; the length of the text where there is none.
    pub(crate) sections: usize,
}

/// A range of bytes. Files are far smaller than what 32 bits can count.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

impl Header {
    /// Where the value of `directive` stands, when the file has it.
    pub(crate) fn range(&self, directive: Directive) -> Option<Range<usize>> {
        let span = (*self.values.get(directive as usize)?)?;
        Some(span.start as usize..span.end as usize)
    }

    /// The value of `directive`, or nothing.
    pub(crate) fn value<'f>(&self, text: &'f str, directive: Directive) -> Option<&'f str> {
        self.range(directive).map(|range| text::slice(text, range))
    }

    fn set(&mut self, text: &str, directive: Directive, name: Range<usize>, end: usize) -> Result<(), Fault> {
        let rest = text::slice(text, name.end..end);
        let start = name.end + rest.len() - rest.trim_start().len();
        let value = start..start + rest.trim().len();
        check_value(text, directive, &name, value.clone())?;
        let Some(slot) = self.values.get_mut(directive as usize) else { return Ok(()) };
        if slot.is_some() {
            let range = name.start - 1..name.end;
            return Err(Fault::new(
                "revision.duplicate-directive",
                range,
                format!("`@{}` stands twice", directive.name()),
            )
            .hint("keep one line; several values stand on it with blanks between them".to_owned()));
        }
        let fits = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        *slot = Some(Span { start: fits(value.start), end: fits(value.end) });
        Ok(())
    }
}

const IN_HEADER: [Directive; 8] = [
    Directive::Revision,
    Directive::DownRevision,
    Directive::DependsOn,
    Directive::BranchLabel,
    Directive::Message,
    Directive::Created,
    Directive::Upgrade,
    Directive::Downgrade,
];

/// Reads the header, and checks that an upgrade section follows where there must be one.
pub(crate) fn parse(text: &str) -> Result<Header, Fault> {
    let bytes = text.as_bytes();
    let mut header = Header { sections: text.len(), ..Header::default() };
    let mut at = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let mut comment = false;
    while at < bytes.len() {
        let (end, next) = text::line_end(bytes, at);
        let line = text::slice(text, at..end);
        if line.starts_with(MARK) {
            let (range, word) = word_at(text, at + MARK.len(), end);
            match Directive::named(word) {
                Some(Directive::Upgrade | Directive::Downgrade) => {
                    header.sections = at;
                    break;
                }
                Some(Directive::Allow) => return Err(misplaced(range)),
                Some(directive) => header.set(text, directive, range, end)?,
                None => return Err(unknown(word, range, &IN_HEADER)),
            }
        } else {
            comment = check_plain(line, at, comment)?;
        }
        at = next;
    }
    check_complete(text, &header)?;
    Ok(header)
}

fn misplaced(range: Range<usize>) -> Fault {
    Fault::new(
        "revision.misplaced-directive",
        range.start - 1..range.end,
        "`@allow` stands before the first section",
    )
    .hint("put it under the `-- @upgrade` or `-- @downgrade` that it is about".to_owned())
}

/// Checks a header line that is no directive: a comment or blank. Returns whether a block comment stays open.
fn check_plain(line: &str, at: usize, in_comment: bool) -> Result<bool, Fault> {
    let trimmed = line.trim();
    let opened = if in_comment { Some(trimmed) } else { trimmed.strip_prefix("/*") };
    let rest = match opened.map(|comment| comment.split_once("*/")) {
        Some(None) => return Ok(true),
        Some(Some((_, rest))) => rest.trim_start(),
        None => trimmed,
    };
    if rest.is_empty() {
        return Ok(false);
    }
    let start = at + line.trim_end().len() - rest.len();
    let Some(comment) = rest.strip_prefix("--") else {
        return Err(Fault::new(
            "revision.stray-text",
            start..start + rest.len(),
            "this text would never run: it stands before the first section",
        )
        .hint("put `-- @upgrade` above it".to_owned()));
    };
    check_almost(comment, start..start + rest.len())?;
    Ok(false)
}

/// Finds a directive that misses only its exact form, and would otherwise be a comment.
fn check_almost(comment: &str, range: Range<usize>) -> Result<(), Fault> {
    let Some(name) = comment.trim_start().strip_prefix('@') else { return Ok(()) };
    match Directive::meant(name.split_whitespace().next().unwrap_or_default()) {
        Some(directive) => Err(almost(directive, range)),
        None => Ok(()),
    }
}

/// The fault of a line that is a directive but for its form.
pub(crate) fn almost(directive: Directive, range: Range<usize>) -> Fault {
    let name = directive.name();
    Fault::new("revision.malformed-directive", range, format!("`@{name}` is not written as a directive"))
        .hint(format!("a directive is `{MARK}{name}`, from the first column, with one blank before the `@`"))
}

fn check_value(
    text: &str,
    directive: Directive,
    name: &Range<usize>,
    value: Range<usize>,
) -> Result<(), Fault> {
    let empty_is_fine = matches!(directive, Directive::Message | Directive::DownRevision);
    if value.is_empty() && !empty_is_fine {
        let message = format!("`@{}` has no value", directive.name());
        return Err(Fault::new("revision.missing-value", name.start - 1..name.end, message)
            .hint("write a value behind it, or take the line out".to_owned()));
    }
    match directive {
        Directive::Revision => check_names(text, value, 1, check_id),
        Directive::DownRevision => check_names(text, value, usize::MAX, check_id),
        Directive::DependsOn => {
            check_names(text, value, usize::MAX, |name| check_id(name).or_else(|_| check_label(name)))
        }
        Directive::BranchLabel => check_names(text, value, usize::MAX, check_label),
        Directive::Created => check_created(text, value),
        _ => Ok(()),
    }
}

fn check_names(
    text: &str,
    value: Range<usize>,
    most: usize,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<(), Fault> {
    if check(text::slice(text, value.clone())).is_ok() {
        return Ok(()); // One good name, as nearly always.
    }
    let mut seen = HashSet::new();
    for word in words(text, value)? {
        let name = text::shown(word.text);
        if let Err(why) = check(word.text) {
            let hint = if word.text.contains(',') {
                "several stand with blanks between them, without commas"
            } else {
                "choose another name, wherever it stands"
            };
            return Err(
                Fault::new("revision.bad-name", word.range, format!("`{name}` {why}")).hint(hint.to_owned())
            );
        }
        if !seen.insert(word.text) {
            let error = Fault::new("revision.duplicate-value", word.range, format!("`{name}` stands twice"));
            return Err(error.hint("write it once".to_owned()));
        }
        if seen.len() > most {
            return Err(Fault::new(
                "revision.too-many-values",
                word.range,
                "a file holds one revision and has one id",
            )
            .hint(format!("take `{name}` out")));
        }
    }
    Ok(())
}

fn check_created(text: &str, value: Range<usize>) -> Result<(), Fault> {
    let written = text::slice(text, value.clone());
    match written.parse::<jiff::Timestamp>() {
        Ok(_) => Ok(()),
        Err(_) => {
            Err(Fault::new("revision.bad-time", value, format!("`{}` is not a time", text::shown(written)))
                .hint("write it as RFC 3339 does, for example 2026-11-22T15:30:00Z".to_owned()))
        }
    }
}

fn check_complete(text: &str, header: &Header) -> Result<(), Fault> {
    let nowhere = if text.starts_with(BOM) { BOM.len()..BOM.len() } else { 0..0 };
    let Some(id) = header.range(Directive::Revision) else {
        return Err(Fault::new("revision.no-id", nowhere, "the file has no `-- @revision` line").hint(
            "every `.sql` file in a version location is a revision: give it an id, or move it away"
                .to_owned(),
        ));
    };
    let downs = header.value(text, Directive::DownRevision).unwrap_or_default().split_whitespace().count();
    if has_upgrade(text, header.sections) || (downs > 1 && header.sections == text.len()) {
        return Ok(());
    }
    let name = text::slice(text, id.clone());
    Err(Fault::new("revision.no-upgrade", id, format!("revision `{name}` has no `-- @upgrade` section"))
        .hint("add one; leave it empty if there is nothing to do".to_owned()))
}

/// Whether an upgrade section begins at or behind `from`.
fn has_upgrade(text: &str, from: usize) -> bool {
    let rest = text::slice(text, from..text.len());
    memmem::find_iter(rest.as_bytes(), b"-- @upgrade").any(|at| {
        let word = word_at(rest, at + MARK.len(), rest.len()).1;
        word == Directive::Upgrade.name() && text::starts_line(text.as_bytes(), from + at)
    })
}
