//! Output without what differs from run to run.

use std::path::Path;

/// Replaces the folder of the test, times, durations, versions and process numbers by names in brackets.
pub fn scrub(text: &str, folder: &Path) -> String {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let text = text.replace(&*real.to_string_lossy(), "[ROOT]").replace(&*folder.to_string_lossy(), "[ROOT]");
    let text = text.replace(rusqlite::version(), "[SQLITE]").replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    PATTERNS.iter().fold(text, |text, (pattern, name)| replace(&text, *pattern, name))
}

/// Says how many bytes at the start of a text are of its kind, if any.
type Pattern = fn(&str) -> Option<usize>;

/// What is replaced, in this order.
const PATTERNS: &[(Pattern, &str)] = &[
    (timestamp, "[NOW]"),
    (file_date, "[DATE]-"),
    (duration, "[TIME]"),
    (|text| after(text, "\"duration_ms\":", is_digit), "\"duration_ms\":[TIME]"),
    (|text| after(text, "\"waited_ms\":", is_digit), "\"waited_ms\":[TIME]"),
    (|text| after(text, "process ", is_digit), "process [PID]"),
    (|text| after(text, "\"session\":\"", is_in_a_name), "\"session\":\"[SESSION]"),
    (|text| after(text, "\"host\":\"", is_in_a_name), "\"host\":\"[HOST]"),
    (|text| after(text, "tester@", is_in_a_name), "tester@[HOST]"),
    (|text| after(text, "tester on ", is_in_a_name), "tester on [HOST]"),
];

/// Replaces each whole word that the pattern finds.
fn replace(text: &str, pattern: Pattern, name: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let inside_a_word = shown.ends_with(|letter: char| letter.is_alphanumeric() || letter == '.');
        if let Some(length) = pattern(rest).filter(|_| !inside_a_word) {
            shown.push_str(name);
            rest = &rest[length..];
        } else {
            shown.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    shown
}

/// How long the shape is, when the text begins with it: `#` stands for a digit.
fn shape(text: &str, shape: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let fits = |(at, wanted): (usize, u8)| match (bytes.get(at), wanted) {
        (Some(byte), b'#') => byte.is_ascii_digit(),
        (Some(byte), _) => *byte == wanted,
        (None, _) => false,
    };
    shape.bytes().enumerate().all(fits).then_some(shape.len())
}

/// `2026-11-22T15:30:00.123456Z`, `2026-11-22 15:30:00`.
fn timestamp(text: &str) -> Option<usize> {
    let length = shape(text, "####-##-##T##:##:##").or_else(|| shape(text, "####-##-## ##:##:##"))?;
    let fraction = text[length..].strip_prefix('.').map_or(0, |digits| 1 + digits_of(digits));
    let end = length + fraction;
    let zone = if text[end..].starts_with('Z') { 1 } else { shape(&text[end..], "+##:##").unwrap_or(0) };
    Some(end + zone)
}

/// `2026_11_22_1530-` at the start of a file name.
fn file_date(text: &str) -> Option<usize> {
    shape(text, "####_##_##_####-")
}

/// `<1 ms`, `12 ms`, `1.2 s`, `3 min 20 s`.
fn duration(text: &str) -> Option<usize> {
    let number = text.strip_prefix('<').unwrap_or(text);
    let whole = digits_of(number);
    let fraction = number[whole..].strip_prefix('.').map_or(0, |digits| 1 + digits_of(digits));
    let unit = |text: &str| ["ms", "min", "s"].into_iter().find(|unit| is_word(text, unit)).map(str::len);
    let end = text.len() - number.len() + whole + fraction;
    let units = unit(text.get(end..)?.strip_prefix(' ').filter(|_| whole > 0)?)?;
    let end = end + 1 + units;
    // The seconds after the minutes.
    Some(end + text[end..].strip_prefix(' ').and_then(duration).map_or(0, |more| 1 + more))
}

/// A prefix and the letters after it that fit, at least one.
fn after(text: &str, prefix: &str, fits: fn(char) -> bool) -> Option<usize> {
    let rest = text.strip_prefix(prefix)?;
    let value = rest.len() - rest.trim_start_matches(fits).len();
    Some(prefix.len() + value).filter(|_| value > 0)
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

/// Whether it may stand in the name of a machine or a session.
fn is_in_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/')
}

fn digits_of(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn is_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(text: &str) -> String {
        scrub(text, Path::new("/tmp/x1"))
    }

    #[test]
    fn what_differs_from_run_to_run_goes() {
        let cases = [
            ("done in <1 ms (12 ms, 1.2 s, 3 min 20 s)", "done in [TIME] ([TIME], [TIME], [TIME])"),
            ("at 2026-11-22T15:30:00.123Z, 2026-11-22T15:30:00+01:00", "at [NOW], [NOW]"),
            ("migrations/versions/2026_11_22_1530-ae_x.sql", "migrations/versions/[DATE]-ae_x.sql"),
            ("{\"duration_ms\":12,\"x\":3}", "{\"duration_ms\":[TIME],\"x\":3}"),
            ("tester on box.local, process 4711", "tester on [HOST], process [PID]"),
            ("{\"host\":\"box\",\"session\":\"4/1\"}", "{\"host\":\"[HOST]\",\"session\":\"[SESSION]\"}"),
            ("/tmp/x1/app.db", "[ROOT]/app.db"),
        ];
        for (text, shown) in cases {
            assert_eq!(scrubbed(text), shown);
        }
    }

    #[test]
    fn everything_else_stays() {
        for text in
            ["2 steps", "1 statement", "1.5", "a1 s", "--lock-wait 60s", "2020-02-02", "line 3, column 4"]
        {
            assert_eq!(scrubbed(text), text);
        }
    }
}
