//! The arguments of a directive: words between blanks, and quoted sentences.

use std::ops::Range;

use super::fault::Fault;
use crate::text;

/// One argument and where it stands in the file.
#[derive(Debug, Clone)]
pub(crate) struct Word<'f> {
    /// As it is written, quotes included.
    pub(crate) text: &'f str,
    pub(crate) range: Range<usize>,
}

impl Word<'_> {
    /// What stands between the quotes, `\"` and `\\` undone; `None` for a bare word.
    pub(crate) fn quoted(&self) -> Option<String> {
        let inner = self.text.strip_prefix('"')?.strip_suffix('"')?;
        let mut sentence = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => sentence.extend(chars.next()),
                other => sentence.push(other),
            }
        }
        Some(sentence)
    }
}

/// Splits the bytes `range` of `text` at blanks. A word that begins with `"` goes on to the closing one.
pub(crate) fn words(text: &str, range: Range<usize>) -> Result<Vec<Word<'_>>, Fault> {
    let mut found = Vec::new();
    let mut at = range.start;
    loop {
        let rest = text::slice(text, at..range.end);
        let all = rest.len();
        let rest = rest.trim_start();
        at += all - rest.len();
        if rest.is_empty() {
            return Ok(found);
        }
        let length = match rest.strip_prefix('"') {
            Some(inner) => closing_quote(inner).ok_or_else(|| unclosed(at..range.end))? + 2,
            None => text::word_length(rest),
        };
        let word = at..at + length;
        found.push(Word { text: text::slice(text, word.clone()), range: word });
        at += length;
    }
}

fn closing_quote(inner: &str) -> Option<usize> {
    let mut escaped = false;
    inner.bytes().position(|b| {
        let closes = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        closes
    })
}

fn unclosed(range: Range<usize>) -> Fault {
    Fault::new("revision.unclosed-quote", range, "the quote is not closed on this line")
        .hint("a sentence stands between two `\"` on one line; `\\\"` is a quote inside it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_places_and_sentences_their_blanks() {
        let text = r#"x  postgres no-transaction irreversible "it is \"gone\" \\" "#;
        let found = words(text, 1..text.len()).unwrap();
        let texts: Vec<&str> = found.iter().map(|word| word.text).collect();
        assert_eq!(texts, ["postgres", "no-transaction", "irreversible", r#""it is \"gone\" \\""#]);
        assert_eq!(found[3].quoted().unwrap(), r#"it is "gone" \"#);
        assert!(found.iter().all(|word| &text[word.range.clone()] == word.text));
        assert_eq!(words("a \"b", 0..4).unwrap_err().range, 2..4);
        assert!(words("", 0..0).unwrap().is_empty());
    }
}
