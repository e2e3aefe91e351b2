//! Literals and expressions of the catalog, as SQL.

use std::fmt::Write as _;

/// Types whose literals stand without quotes.
const NUMBERS: [&str; 9] =
    ["tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year"];

/// The first word of a type.
pub(super) fn base(native: &str) -> &str {
    let end = native.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(native.len());
    native.get(..end).unwrap_or_default()
}

/// Whether values of the type are bytes.
pub(super) fn is_binary(native: &str) -> bool {
    matches!(base(native), "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob")
}

/// A default that a dictionary keeps bare: what `DEFAULT` would be followed by.
pub(super) fn bare(value: String, native: &str, is_expression: bool) -> String {
    if is_expression {
        let expression = unescaped(&decoded(value));
        let moment = expression.starts_with("CURRENT_TIMESTAMP");
        return if moment { expression } else { format!("({expression})") };
    }
    let base = base(native);
    if NUMBERS.contains(&base) || base == "bit" || (is_binary(native) && value.starts_with("0x")) {
        return value;
    }
    quoted(&value)
}

/// An expression of a dictionary, which keeps UTF-8 and reports each byte of it as a character: `ü` as `Ã¼`.
pub(super) fn decoded(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(letter).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(text)
}

/// A literal of bytes in the one form that all versions have: as text where it is one. Newer ones write `x'64'`.
pub(super) fn shown(literal: String) -> String {
    let digits = literal.strip_prefix("x'").and_then(|rest| rest.strip_suffix('\''));
    let Some(digits) = digits.filter(|digits| digits.is_ascii()) else { return literal };
    let pair = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(pair).collect();
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => quoted(&text),
        None => literal.to_uppercase().replacen('X', "x", 1),
    }
}

/// A text as a literal, with the escapes that the servers themselves print.
pub(super) fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('\'');
    for character in value.chars() {
        match character {
            '\'' => text.push_str("''"),
            '\\' => text.push_str("\\\\"),
            '\0' => text.push_str("\\0"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            other => text.push(other),
        }
    }
    text.push('\'');
    text
}

/// Text without its backslash escapes.
pub(super) fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        plain.extend(characters.next().map(|escaped| match escaped {
            '0' => '\0',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'Z' => '\u{1a}',
            other => other,
        }));
    }
    plain
}

/// A literal of bytes that are not text, which the catalog gives between quotes and with backslash escapes: `x'FF00'`.
pub(super) fn bytes(literal: &[u8]) -> String {
    let inner = literal.strip_prefix(b"'").and_then(|rest| rest.strip_suffix(b"'")).unwrap_or(literal);
    let mut text = String::with_capacity(2 * inner.len() + 3);
    text.push_str("x'");
    let mut rest = inner.iter().copied();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'\\' => match rest.next() {
                Some(b'0') => 0,
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b'Z') => 0x1a,
                Some(other) => other,
                None => b'\\',
            },
            // A quote inside is doubled.
            b'\'' => rest.next().unwrap_or(b'\''),
            other => other,
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02X}");
    }
    text.push('\'');
    text
}

/// An expression without the parentheses that enclose the whole of it.
pub(super) fn without_parentheses(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let mut depth = 1_usize;
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\'' | '"' | '`' => pass(&mut characters, character),
            _ => {}
        }
        if depth == 0 {
            return text;
        }
    }
    inner
}

/// Passes over the rest of what is in quotes. Doubled quotes are two that follow each other.
fn pass(characters: &mut std::str::Chars<'_>, quote: char) {
    while let Some(character) = characters.next() {
        match character {
            '\\' if quote != '`' => {
                characters.next();
            }
            other if other == quote => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_become_what_stands_after_the_keyword() {
        let bare = |value: &str, native, expression| bare(value.to_owned(), native, expression);
        assert_eq!(bare("1.50", "decimal(10,2)", false), "1.50");
        assert_eq!(bare("0000000003", "int(10) unsigned zerofill", false), "0000000003");
        assert_eq!(bare("b'101'", "bit(4)", false), "b'101'");
        assert_eq!(bare("it's\\\n", "varchar(20)", false), "'it''s\\\\\\n'");
        assert_eq!(bare("", "char(3)", false), "''");
        assert_eq!(bare("2020-01-01", "date", false), "'2020-01-01'");
        assert_eq!(bare("0x61", "binary(3)", false), "0x61");
        assert_eq!(bare("CURRENT_TIMESTAMP(3)", "timestamp(3)", true), "CURRENT_TIMESTAMP(3)");
        assert_eq!(bare("concat(_utf8mb4\\'a\\\\\\'b\\')", "text", true), "(concat(_utf8mb4'a\\'b'))");
    }

    #[test]
    fn expressions_are_decoded_where_bytes_became_characters() {
        for (found, wanted) in [
            ("lower(`a`)", "lower(`a`)"),
            ("concat(`\u{d0}\u{ba}`,_utf8mb4\\'\u{c3}\u{bc}\\')", "concat(`к`,_utf8mb4\\'ü\\')"),
            ("\u{f0}\u{9f}\u{98}\u{80}", "😀"),
            // What is none of this is as it should be already.
            ("concat(`é`,'€')", "concat(`é`,'€')"),
            ("'é'", "'é'"),
        ] {
            assert_eq!(decoded(found.to_owned()), wanted);
        }
    }

    #[test]
    fn bytes_that_are_text_are_shown_as_text() {
        for (found, wanted) in [
            ("x'64'", "'d'"),
            ("x''", "''"),
            ("x'610027'", r"'a\0'''"),
            ("x'c3a9'", "'é'"),
            ("x'ff00'", "x'FF00'"),
            ("'x'", "'x'"),
            ("uuid()", "uuid()"),
            ("x'6'", "x'6'"),
        ] {
            assert_eq!(shown(found.to_owned()), wanted);
        }
    }

    #[test]
    fn bytes_are_written_in_hexadecimal() {
        assert_eq!(bytes(b"'a\\0\xff\\\\''\\''"), "x'6100FF5C2727'");
    }

    #[test]
    fn only_parentheses_around_the_whole_are_taken_off() {
        for (text, wanted) in [
            ("(`a` > 0)", "`a` > 0"),
            ("(`a` > 0) or (`b` > 0)", "(`a` > 0) or (`b` > 0)"),
            ("((`a`))", "(`a`)"),
            ("(`a` = ')(')", "`a` = ')('"),
            ("(`)` = 'it''s \\') (')", "`)` = 'it''s \\') ('"),
            ("lower(`a`)", "lower(`a`)"),
        ] {
            assert_eq!(without_parentheses(text), wanted);
        }
    }
}
