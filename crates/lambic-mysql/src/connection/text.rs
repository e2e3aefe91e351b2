//! What the text of a statement tells before it is sent.

use lambic_core::{Lexicon, Query};
use lambic_sql::{Lexer, leading_words, split};

/// How many words are looked at: as many as `CREATE OR REPLACE TEMPORARY TABLE` has, and one.
const WORDS: usize = 6;

/// The most bytes of queries that go over together.
const TOGETHER: usize = 1 << 20;

/// The heads of statements whose bodies hold semicolons. Where a body ends, the server alone knows for sure.
const BODIES: [&str; 6] = ["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE", "DEFINER"];
const BARE_BODIES: [&str; 6] = ["IF", "CASE", "LOOP", "REPEAT", "WHILE", "FOR"];

/// A statement, and the words that it begins with.
#[derive(Debug)]
pub(crate) struct Text<'s> {
    /// The whole statement.
    pub(crate) sql: &'s str,
    /// Its first words in upper case.
    pub(crate) words: Vec<String>,
    empty: bool,
}

impl<'s> Text<'s> {
    /// Looks at the beginning of a statement.
    pub(crate) fn read(sql: &'s str, lexicon: &Lexicon) -> Self {
        let words = leading_words(sql, lexicon, WORDS);
        let empty = words.is_empty() && Lexer::new(sql, lexicon).significant().all(|token| token.is(';'));
        Self { sql, words, empty }
    }

    /// Whether there is no statement in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.empty
    }

    /// Its word with this number, from 0; empty where there are fewer.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// Whether it begins with one of these words.
    pub(crate) fn begins_with_any(&self, words: &[&str]) -> bool {
        words.contains(&self.word(0))
    }

    /// Whether it begins with these words.
    pub(crate) fn begins_with(&self, words: &[&str]) -> bool {
        self.words.len() >= words.len() && self.words.iter().zip(words).all(|(word, known)| word == known)
    }

    /// Whether it makes the server ask for a file of this machine.
    pub(super) fn asks_for_local_files(&self) -> bool {
        self.word(0) == "LOAD" && self.words.iter().take(4).any(|word| word == "LOCAL")
    }

    /// Whether the server would run more than one statement.
    pub(super) fn holds_several(&self, lexicon: &Lexicon) -> bool {
        let trimmed = self.sql.trim_end().trim_end_matches(';');
        if !trimmed.contains(';') || self.has_body() {
            return false;
        }
        split(self.sql, lexicon).is_ok_and(|script| script.statements.len() > 1)
    }

    fn has_body(&self) -> bool {
        let creates =
            self.word(0) == "CREATE" && self.words.iter().any(|word| BODIES.contains(&word.as_str()));
        creates || self.begins_with(&["BEGIN", "NOT"]) || self.begins_with_any(&BARE_BODIES)
    }
}

/// Whether two queries that follow each other can go over as one text: neither has parameters, nor a semicolon that
/// would make it several, nor calls anything that answers more than once.
pub(super) fn go_together(one: &Query, next: &Query) -> bool {
    let plain = |query: &Query| {
        let word = query.sql.trim_start().get(..4).unwrap_or_default().to_ascii_uppercase();
        query.params.is_empty()
            && query.sql.len() < TOGETHER / 8
            && !query.sql.contains(';')
            && ["SELE", "SHOW", "WITH"].contains(&word.as_str())
    };
    plain(one) && plain(next)
}
