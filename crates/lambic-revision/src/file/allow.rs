//! `-- @allow CODE… "why"`: the one directive inside a section.

use std::ops::Range;

use serde::Serialize;

use super::directive::{Directive, MARK, unknown, word_at};
use super::fault::Fault;
use super::words::{Word, words};
use crate::text;

/// A hazard that a person has accepted, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allow<'f> {
    /// The codes of the hazards.
    pub codes: Vec<&'f str>,
    /// Why they are accepted.
    pub why: String,
}

/// Reads the line `range`, which begins with `-- @` between two statements.
pub(crate) fn parse(text: &str, range: Range<usize>) -> Result<Allow<'_>, Fault> {
    let (name, word) = word_at(text, range.start + MARK.len(), range.end);
    match Directive::named(word) {
        Some(Directive::Allow) => {}
        Some(other) => {
            let message = format!("`@{}` stands inside a section", other.name());
            return Err(Fault::new("revision.misplaced-directive", name.start - 1..name.end, message)
                .hint("move it above the first section, or indent it to have it as a comment".to_owned()));
        }
        None => {
            return Err(unknown(word, name, &[Directive::Allow, Directive::Upgrade, Directive::Downgrade]));
        }
    }
    let words = words(text, name.end..range.end)?;
    let missing = |what: &str| {
        Fault::new("revision.missing-value", name.start - 1..name.end, format!("`@allow` {what}"))
            .hint("write `-- @allow CODE… \"why\"`".to_owned())
    };
    let Some((last, codes)) = words.split_last() else { return Err(missing("names no hazard")) };
    let Some(why) = last.quoted().filter(|why| !why.trim().is_empty()) else {
        return Err(missing("does not say why"));
    };
    if codes.is_empty() {
        return Err(missing("names no hazard"));
    }
    let codes = codes.iter().map(code).collect::<Result<_, _>>()?;
    Ok(Allow { codes, why })
}

fn code<'f>(word: &Word<'f>) -> Result<&'f str, Fault> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    if word.text.bytes().all(fits) {
        return Ok(word.text);
    }
    Err(Fault::new(
        "revision.bad-code",
        word.range.clone(),
        format!("`{}` is not the code of a hazard", text::shown(word.text)),
    )
    .hint("a code is made of small letters, digits, `-` and `.`, for example `drop-table`".to_owned()))
}
