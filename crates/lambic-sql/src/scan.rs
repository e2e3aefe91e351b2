//! How far one lexical element reaches: functions from the rest of a text to a length in bytes.

use lambic_core::{LineComment, WordCharacters};
use memchr::{memchr, memchr2, memmem};

/// Everything up to where `predicate` fails.
pub(crate) fn run(text: &str, predicate: impl Fn(char) -> bool) -> usize {
    text.find(|c| !predicate(c)).unwrap_or(text.len())
}

/// The rest of a text; nothing where `from` is no place in it.
pub(crate) fn after(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or_default()
}

/// The space that no dialect takes for a character of a name.
pub(crate) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// How far the space at the beginning of a text reaches.
pub(crate) fn spaces(text: &str) -> usize {
    text.bytes().position(|byte| !is_space(byte.into())).unwrap_or(text.len())
}

pub(crate) fn begins_word(c: char, characters: &WordCharacters) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii() || characters.start.contains(&c)
}

pub(crate) fn continues_word(c: char, characters: &WordCharacters) -> bool {
    begins_word(c, characters) || c.is_ascii_digit() || characters.rest.contains(&c)
}

/// What a byte is, whatever the dialect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    /// Part of a word.
    Word,
    /// Part of a number, or between two words of one name.
    Dot,
    /// A space or a comma: whatever stands before it ends here.
    Separator,
    /// Something that the dialect tells.
    Other,
}

/// For each byte, what it is.
#[expect(
    clippy::indexing_slicing,
    reason = "the place is below 128, and what is made is made by the compiler"
)]
static BYTES: [Byte; 256] = {
    let mut bytes = [Byte::Word; 256];
    let mut at = 0_u8;
    while at.is_ascii() {
        bytes[at as usize] = match at {
            b'.' => Byte::Dot,
            b',' => Byte::Separator,
            at if is_space(at as char) => Byte::Separator,
            b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Byte::Word,
            _ => Byte::Other,
        };
        at += 1;
    }
    bytes
};

fn is(byte: u8, what: Byte) -> bool {
    BYTES.get(usize::from(byte)).is_some_and(|found| *found == what)
}

/// How far nothing but plain words, numbers and commas stand, each of them whole: a word that goes on with
/// something else, or may be the letter before a string, is left out.
pub(crate) fn plain(text: &str) -> usize {
    let bytes = text.as_bytes();
    let end = bytes.iter().position(|byte| is(*byte, Byte::Other));
    let passed = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
    match end.and_then(|end| bytes.get(end)) {
        None | Some(b'(' | b')' | b';') => passed.len(),
        Some(_) => passed.iter().rposition(|byte| is(*byte, Byte::Separator)).map_or(0, |last| last + 1),
    }
}

/// A word. Most are made of the characters that every dialect takes, which a look at each byte tells.
pub(crate) fn word(text: &str, characters: &WordCharacters) -> usize {
    let mut bytes = text.as_bytes().iter();
    let WordCharacters { start, rest } = characters;
    let further = |c: char| rest.contains(&c) || start.contains(&c);
    bytes.position(|byte| !is(*byte, Byte::Word) && !further(char::from(*byte))).unwrap_or(text.len())
}

/// A line comment, without its line end.
pub(crate) fn line_comment(text: &str, rules: &[LineComment]) -> Option<usize> {
    let rule = rules.iter().find(|rule| {
        text.strip_prefix(rule.start.as_str()).is_some_and(|rest| {
            !rule.needs_space
                || rest.chars().next().is_none_or(|c| c.is_ascii_whitespace() || c.is_ascii_control())
        })
    })?;
    let bytes = text.as_bytes();
    let end = if rule.ends_at_return { memchr2(b'\n', b'\r', bytes) } else { memchr(b'\n', bytes) };
    Some(end.unwrap_or(bytes.len()))
}

/// A block comment, of which the first two bytes open it; `None` where it has no end.
pub(crate) fn block_comment(text: &str, nested: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    if !nested {
        return memmem::find(bytes.get(2..)?, b"*/").map(|at| at + 4);
    }
    let (mut at, mut depth) = (2, 1_usize);
    while depth > 0 {
        at += memchr2(b'*', b'/', bytes.get(at..)?)?;
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'*'), Some(b'/')) => (at, depth) = (at + 2, depth - 1),
            (Some(b'/'), Some(b'*')) => (at, depth) = (at + 2, depth + 1),
            _ => at += 1,
        }
    }
    Some(at)
}

/// What stands between quotes, of which the first byte is the opening one; `None` where it has no end.
pub(crate) fn quoted(text: &str, close: char, doubling: bool, backslashes: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let close = u8::try_from(close).ok()?;
    let mut at = 1;
    loop {
        let rest = bytes.get(at..)?;
        at += if backslashes { memchr2(close, b'\\', rest) } else { memchr(close, rest) }?;
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\\'), _) if backslashes => at += 2,
            (_, Some(&next)) if doubling && next == close => at += 2,
            _ => return Some(at + 1),
        }
    }
}

/// A string with backslash escapes and those that continue it: only space and line comments with a line end
/// between, and escapes as in the first.
pub(crate) fn escaped_string(text: &str, quote: char, comments: &[LineComment]) -> Option<usize> {
    let mut end = quoted(text, quote, true, true)?;
    while let Some(next) = continuation(after(text, end), quote, comments) {
        end += next + quoted(after(text, end + next), quote, true, true)?;
    }
    Some(end)
}

/// How far the next part of a string stands away.
fn continuation(text: &str, quote: char, comments: &[LineComment]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = after(text, at);
        let step = match run(rest, is_space) {
            0 => line_comment(rest, comments).unwrap_or(0),
            space => space,
        };
        if step == 0 {
            let gap = text.get(..at).unwrap_or_default();
            return (rest.starts_with(quote) && gap.contains(['\n', '\r'])).then_some(at);
        }
        at += step;
    }
}

/// The opening dollar quote, `$$` or `$tag$`.
pub(crate) fn dollar_tag(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('$')?;
    let tag = run(rest, |c| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii());
    let allowed = !rest.starts_with(|c: char| c.is_ascii_digit());
    (allowed && after(rest, tag).starts_with('$')).then(|| text.get(..tag + 2)).flatten()
}

/// What stands between dollar quotes; `None` where the closing one is missing.
pub(crate) fn dollar_string(text: &str, tag: &str) -> Option<usize> {
    memmem::find(text.as_bytes().get(tag.len()..)?, tag.as_bytes()).map(|at| at + 2 * tag.len())
}

/// A number, generously: digits, letters, dots and the sign of an exponent.
pub(crate) fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let hexadecimal = matches!(bytes, [b'0', b'x' | b'X', ..]);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let signed = !hexadecimal
            && matches!(byte, b'e' | b'E')
            && matches!(bytes.get(at + 1), Some(b'+' | b'-'))
            && bytes.get(at + 2).is_some_and(u8::is_ascii_digit);
        match byte {
            _ if signed => at += 2,
            b'.' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => at += 1,
            _ => break,
        }
    }
    at
}

/// The beginning of an executable comment, version included. A version of nothing but nines is one that no
/// server reaches: dumps use it for what must stay a comment.
pub(crate) fn executable_comment(text: &str, starts: &[String]) -> Option<usize> {
    const LONGEST_VERSION: usize = 6;
    let start = starts.iter().filter(|start| text.starts_with(start.as_str())).map(String::len).max()?;
    let rest = after(text, start);
    let digits = run(rest, |c| c.is_ascii_digit()).min(LONGEST_VERSION);
    let version = rest.get(..digits).unwrap_or_default();
    let never = digits >= 5 && version.bytes().all(|digit| digit == b'9');
    (!never).then_some(start + digits)
}
