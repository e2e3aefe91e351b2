//! Command lines as text.

/// The words of a command line: apart by spaces, `'…'` and `"…"` keep what they hold together.
pub(crate) fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in line.chars() {
        match (quote, letter) {
            (Some(end), _) if letter == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    assert!(quote.is_none(), "a quote is left open in `{line}`");
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(
            split("revision -m 'add users'  --head \"\""),
            ["revision", "-m", "add users", "--head", ""]
        );
        assert_eq!(split(""), Vec::<String>::new());
    }
}
