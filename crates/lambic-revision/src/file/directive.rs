//! The directives, by name.

use std::ops::Range;

use super::fault::Fault;
use crate::suggest::closest;
use crate::text;

/// How every directive begins, in column 1.
pub(crate) const MARK: &str = "-- @";

/// Everything that Lambic reads in a revision file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Directive {
    Revision,
    DownRevision,
    DependsOn,
    BranchLabel,
    Message,
    Created,
    Upgrade,
    Downgrade,
    Allow,
}

/// The names, the header's directives first, in the order of the enum.
const NAMES: [(&str, Directive); 9] = [
    ("revision", Directive::Revision),
    ("down-revision", Directive::DownRevision),
    ("depends-on", Directive::DependsOn),
    ("branch-label", Directive::BranchLabel),
    ("message", Directive::Message),
    ("created", Directive::Created),
    ("upgrade", Directive::Upgrade),
    ("downgrade", Directive::Downgrade),
    ("allow", Directive::Allow),
];

/// How many directives may stand in a header.
pub(crate) const HEADER: usize = 6;

impl Directive {
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, directive)| *directive)
    }

    /// The directive that a word means, in any case.
    pub(crate) fn meant(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, directive)| *directive)
    }

    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, directive)| *directive == self).map_or("", |(name, _)| name)
    }
}

/// The word that begins at `at`: where it is, and its text.
pub(crate) fn word_at(text: &str, at: usize, end: usize) -> (Range<usize>, &str) {
    let rest = text::slice(text, at..end);
    let length = text::word_length(rest);
    (at..at + length, text::slice(rest, 0..length))
}

/// The fault of a directive that nobody knows. `fit` are the directives that could stand there.
pub(crate) fn unknown(word: &str, range: Range<usize>, fit: &[Directive]) -> Fault {
    let names = || fit.iter().map(|directive| directive.name());
    let hint = if let Some(name) = closest(word, names()) {
        format!("did you mean `{MARK}{name}`?")
    } else {
        let list: Vec<String> = names().map(|name| format!("@{name}")).collect();
        format!("here can stand {}; indent the line, to have it as an ordinary comment", list.join(", "))
    };
    // The caret covers the `@` too: it is part of the name.
    let range = range.start.saturating_sub(1)..range.end;
    Fault::new("revision.unknown-directive", range, format!("unknown directive `@{}`", text::shown(word)))
        .hint(hint)
}
