//! What kind a statement is, by its first words.

use lambic_core::Lexicon;

use crate::{Lexer, TokenKind};

/// The first words of a statement, at most `limit`, in upper case. They end where anything else stands: a quoted
/// name, a number, punctuation. What an executable comment holds counts, other comments do not.
pub fn leading_words(statement: &str, lexicon: &Lexicon, limit: usize) -> Vec<String> {
    let tokens = Lexer::new(statement, lexicon).significant();
    let words = tokens.take(limit).take_while(|token| token.kind == TokenKind::Word);
    let mut leading = Vec::with_capacity(limit.min(8));
    leading.extend(words.map(|token| token.text.to_ascii_uppercase()));
    leading
}

/// The entry of `table` with the longest phrase that the words begin with: `("START TRANSACTION", …)`. A driver
/// writes what it knows of statements, such as transaction control, as such a table.
pub fn longest_phrase<'t, T>(words: &[impl AsRef<str>], table: &'t [(&str, T)]) -> Option<&'t T> {
    let first = words.first().map_or("", AsRef::as_ref).as_bytes();
    let matches = |phrase: &str| {
        let mut words = words.iter();
        // Most phrases fail at the first word, which is soon seen.
        phrase.as_bytes().get(..first.len()).is_some_and(|start| start.eq_ignore_ascii_case(first))
            && phrase
                .split(' ')
                .all(|part| words.next().is_some_and(|word| word.as_ref().eq_ignore_ascii_case(part)))
    };
    table
        .iter()
        .filter(|(phrase, _)| matches(phrase))
        .max_by_key(|(phrase, _)| phrase.len())
        .map(|(_, fact)| fact)
}
