//! What the splitter passes over.

use proptest::prelude::*;

use super::*;

#[path = "../../tests/lexicons/mod.rs"]
mod lexicons;

const FRAGMENTS: &[&str] = &[
    " ", " ", "\n", ",", "(", ")", ";", "a", "E", "e'x\\'", "E\n", "1", "1.", ".e", ".", "$", "$$", "$a$",
    "'", "\"", "[", "]", "@x", ":b", "?", "#", "--", "-- ", "/*", "*/", "/*!50003", "\\", "=", "é", "\u{a0}",
    "_", "\u{b}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    /// From wherever a token begins: nothing but words, numbers and what separates them is passed over, and what
    /// follows are the same tokens.
    #[test]
    fn what_is_passed_over_changes_no_token(
        parts in proptest::collection::vec(proptest::sample::select(FRAGMENTS), 0..30),
        (_, lexicon) in proptest::sample::select(lexicons::all()),
    ) {
        let text = parts.concat();
        let mut lexer = Lexer::new(&text, &lexicon);
        loop {
            let mut passing = lexer.clone();
            let end = passing.pass_plain();
            let (passed, rest): (Vec<_>, Vec<_>) =
                lexer.clone().partition(|token| token.start < passing.at);
            prop_assert_eq!(passing.collect::<Vec<_>>(), rest, "{:?}", &text);
            let plain = |token: &Token<'_>| {
                matches!(token.kind, TokenKind::Word | TokenKind::Number | TokenKind::Whitespace)
                    || token.is(',') || token.is('.')
            };
            prop_assert!(passed.iter().all(plain), "{:?}", passed);
            let last = passed.iter().rfind(|token| !token.is_trivia());
            prop_assert_eq!(end, last.map(Token::end));
            if lexer.next().is_none() {
                break;
            }
        }
    }
}
