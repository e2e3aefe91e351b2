//! Any text, any lexicon: tokens joined are the text, gaps and statements joined are the text.
#![no_main]

use lambic_core::Lexicon;
use lambic_sql::{Lexer, split};
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/lambic-sql/tests/lexicons/mod.rs"]
mod lexicons;

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    let lexicons = lexicons::all();
    let (_, lexicon) = &lexicons[usize::from(choice) % lexicons.len()];
    tokens_join(text, lexicon);
    statements_join(text, lexicon);
});

fn tokens_join(text: &str, lexicon: &Lexicon) {
    let mut at = 0;
    for token in Lexer::new(text, lexicon) {
        assert_eq!(token.start, at);
        assert!(!token.text.is_empty() && text[at..].starts_with(token.text));
        at = token.end();
    }
    assert_eq!(at, text.len());
}

fn statements_join(text: &str, lexicon: &Lexicon) {
    match split(text, lexicon) {
        Ok(script) => {
            let mut at = 0;
            for statement in &script.statements {
                assert_eq!(statement.before.range, at..statement.range.start);
                assert!(!statement.text().is_empty() && statement.range.end <= statement.end);
                at = statement.end;
            }
            assert_eq!(script.tail.range, at..text.len());
        }
        Err(error) => assert!(text.get(error.range).is_some(), "an error must point into the text"),
    }
}
