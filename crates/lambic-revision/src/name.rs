//! What a revision id and a branch label may look like.

use crate::text::shown;

/// The words that name places in the graph and can therefore name no revision and no branch.
pub(crate) const RESERVED: [&str; 4] = ["head", "heads", "base", "current"];

/// The most characters that an id or a label may have: the width of the version table's column.
pub const MAX_NAME: usize = 255;

/// Checks a revision id: 1 to 255 ASCII letters, digits, `_` and `.`, and not a reserved word.
/// The error is the rest of the sentence "`x` …".
pub fn check_id(text: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    check(text, "a revision id", "ASCII letters, digits, `_` and `.`", fits)
}

/// Checks a branch label: as an id, and `-` besides, but not at its end before a number, where it would read
/// as *so many steps below*.
pub fn check_label(text: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    check(text, "a branch label", "ASCII letters, digits, `_`, `.` and `-`", fits)?;
    match text.rsplit_once('-') {
        Some((_, tail)) if tail.bytes().all(|b| b.is_ascii_digit()) => {
            Err("is not a branch label: ending in `-` and a number, it would mean so many steps below"
                .to_owned())
        }
        _ => Ok(()),
    }
}

fn check(text: &str, what: &str, allowed: &str, fits: impl Fn(char) -> bool) -> Result<(), String> {
    if text.is_empty() {
        return Err(format!("is not {what}: it is empty"));
    }
    if let Some(odd) = text.chars().find(|c| !fits(*c)) {
        return Err(format!("is not {what}: `{}` is none of {allowed}", shown(odd.encode_utf8(&mut [0; 4]))));
    }
    if text.len() > MAX_NAME {
        return Err(format!("is not {what}: it has {} characters and may have {MAX_NAME}", text.len()));
    }
    if RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return Err(format!("is not {what}: the word is reserved"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_labels_are_told_from_everything_else() {
        let long = "x".repeat(256);
        for good in ["a", "e1643f1668dd", "2024.01.02_a", "A", &long[..255]] {
            assert_eq!(check_id(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "a b",
            "a-b",
            "a@b",
            "a:b",
            "a+b",
            "é",
            "'; DROP TABLE",
            "head",
            "HEADS",
            "base",
            "current",
            &long,
        ] {
            assert!(check_id(bad).is_err(), "{bad}");
        }
        for good in ["billing", "my-feature", "v1.2", "a-1b"] {
            assert_eq!(check_label(good), Ok(()), "{good}");
        }
        for bad in ["release-2", "a-", "-", "x@y", "head"] {
            assert!(check_label(bad).is_err(), "{bad}");
        }
        assert_eq!(
            check_id("a b").unwrap_err(),
            "is not a revision id: ` ` is none of ASCII letters, digits, `_` and `.`"
        );
    }
}
