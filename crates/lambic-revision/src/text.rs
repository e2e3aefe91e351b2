//! Lines and places in a text with any line ending: LF, CRLF or CR.

use std::ops::Range;

use lambic_core::Location;
use memchr::{memchr, memchr_iter, memchr2, memchr2_iter};

/// The byte order mark that some editors put before a text.
pub(crate) const BOM: &str = "\u{feff}";

/// The part of `text` that `range` covers; empty where it covers nothing that exists.
pub(crate) fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// How far the word reaches with which `text` begins: up to the first blank or line end.
pub(crate) fn word_length(text: &str) -> usize {
    let ends = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ') || !byte.is_ascii();
    match text.bytes().position(|byte| ends(&byte)) {
        None => text.len(),
        Some(end) if text.is_char_boundary(end + 1) => end,
        // Beyond ASCII there are blanks too.
        Some(_) => text.find(char::is_whitespace).unwrap_or(text.len()),
    }
}

/// Where the line that starts at `start` ends: without its line end, and with it.
pub(crate) fn line_end(bytes: &[u8], start: usize) -> (usize, usize) {
    let rest = bytes.get(start..).unwrap_or_default();
    let Some(length) = memchr2(b'\n', b'\r', rest) else { return (bytes.len(), bytes.len()) };
    let end = start + length;
    let width = if rest.get(length..length + 2) == Some(b"\r\n") { 2 } else { 1 };
    (end, end + width)
}

/// Whether a line starts at `at`.
pub(crate) fn starts_line(bytes: &[u8], at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| bytes.get(before)) {
        None | Some(b'\n' | b'\r') => true,
        Some(_) => bytes.get(..at) == Some(BOM.as_bytes()),
    }
}

/// How many line ends `bytes` hold. A CRLF counts once, even when only its CR is inside.
pub(crate) fn count_line_ends(bytes: &[u8]) -> u32 {
    if memchr(b'\r', bytes).is_none() {
        return u32::try_from(memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX);
    }
    let ends = memchr2_iter(b'\n', b'\r', bytes)
        .filter(|&at| bytes.get(at) == Some(&b'\r') || at == 0 || bytes.get(at - 1) != Some(&b'\r'));
    u32::try_from(ends.count()).unwrap_or(u32::MAX)
}

/// Finds the place of `range` in `text`, for an error.
pub(crate) fn locate(file: String, text: &str, range: Range<usize>) -> Location {
    let start = text.floor_char_boundary(range.start);
    let before = slice(text, 0..start);
    let mut line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    if line_start == 0 && text.starts_with(BOM) {
        line_start = BOM.len().min(start);
    }
    let (line_stop, _) = line_end(text.as_bytes(), line_start);
    let end = text.floor_char_boundary(range.end).clamp(start, line_stop.max(start));
    Location {
        file,
        line: count_line_ends(before.as_bytes()) + 1,
        column: width(slice(text, line_start..start)) + 1,
        length: width(slice(text, start..end)),
        excerpt: slice(text, line_start..line_stop).to_owned(),
    }
}

fn width(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX - 1)
}

/// Text from outside, fit to stand in a message: on one line, without control characters, not too long.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let plain = text.chars().take(MOST).flat_map(|c| {
        let escaped = c.is_control().then(|| c.escape_default());
        let kept = escaped.is_none().then_some(c);
        escaped.into_iter().flatten().chain(kept)
    });
    let mut plain: String = plain.collect();
    if text.chars().nth(MOST).is_some() {
        plain.push('…');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_counts_once() {
        for (text, lines) in [("", 0), ("a\nb", 1), ("a\r\nb\r\n", 2), ("a\rb\r", 2), ("\r\n\n\r", 3)] {
            assert_eq!(count_line_ends(text.as_bytes()), lines, "{text:?}");
        }
    }

    #[test]
    fn places_are_found_behind_any_line_end_and_a_mark() {
        for text in ["x\n-- é @no\nz", "x\r\n-- é @no\r\nz", "x\r-- é @no\rz", "\u{feff}x\n-- é @no\n"] {
            let at = text.find('@').unwrap();
            let place = locate("f".to_owned(), text, at..at + 3);
            assert_eq!((place.line, place.column, place.length), (2, 6, 3), "{text:?}");
            assert_eq!(place.excerpt, "-- é @no");
        }
        let place = locate("f".to_owned(), "\u{feff}ab", 4..5);
        assert_eq!((place.line, place.column, place.excerpt.as_str()), (1, 2, "ab"));
    }

    #[test]
    fn hostile_text_is_shown_on_one_line() {
        assert_eq!(shown("a\n\u{1b}[31mb"), "a\\n\\u{1b}[31mb");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), 81);
    }
}
