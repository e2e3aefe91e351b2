//! What holds for every text and every lexicon.

use crate::lexicons;
use lambic_core::Lexicon;
use lambic_sql::{Cursor, Lexer, leading_words, split};
use proptest::prelude::*;

/// Fragments that mean something to one lexicon or another, and pieces of them.
const FRAGMENTS: &[&str] = &[
    ";",
    ";",
    ";",
    " ",
    " ",
    "\n",
    "\r\n",
    "\r",
    "'",
    "\"",
    "`",
    "[",
    "]",
    "(",
    ")",
    "\\",
    "$",
    "$$",
    "$a$",
    "--",
    "-- ",
    "-",
    "#",
    "/*",
    "*/",
    "/*!",
    "/*!50003",
    "/*M!",
    "*",
    "/",
    "a",
    "é",
    "😀",
    "\u{0}",
    "E'",
    "e'x\\'",
    "1",
    "1.e-5",
    ".",
    "@a",
    "?",
    ":b",
    ",",
    "=",
    "BEGIN",
    " BEGIN ",
    " END ",
    " END; ",
    "; END",
    "CASE ",
    " IF ",
    " THEN ",
    " LOOP ",
    "REPEAT ",
    "UNTIL ",
    "DECLARE ",
    " FOR ",
    "CREATE ",
    "TRIGGER ",
    "PROCEDURE ",
    "FUNCTION ",
    "DEFINER=",
    "EXPLAIN ",
    "OR REPLACE ",
    "ATOMIC ",
    "NOT ",
    "PACKAGE ",
    " AS ",
    "DELIMITER //\n",
    "\nDELIMITER ;\n",
    "//",
    "COPY t FROM STDIN;\n",
    "\n\\.\n",
    "\n\\restrict x\n",
    "\\N",
    "\\G",
    "SOURCE x",
    ".read x",
    "SET standard_conforming_strings = off;",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => ".{0,60}",
        3 => proptest::collection::vec(proptest::sample::select(FRAGMENTS), 0..40).prop_map(|parts| parts.concat()),
    ]
}

fn lexicon() -> impl Strategy<Value = (&'static str, Lexicon)> {
    proptest::sample::select(lexicons::all())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_joined_are_the_text(text in text(), (_, lexicon) in lexicon()) {
        let mut joined = String::new();
        for token in Lexer::new(&text, &lexicon) {
            prop_assert_eq!(token.start, joined.len());
            prop_assert!(!token.text.is_empty());
            let _ = token.unquote(&lexicon);
            joined.push_str(token.text);
        }
        prop_assert_eq!(joined, text);
    }

    #[test]
    fn gaps_and_statements_joined_are_the_script(text in text(), (_, lexicon) in lexicon()) {
        let Ok(script) = split(&text, &lexicon) else { return Ok(()) };
        let mut at = 0;
        for statement in &script.statements {
            prop_assert_eq!(statement.before.range.clone(), at..statement.range.start);
            prop_assert!(statement.range.start < statement.range.end && statement.range.end <= statement.end);
            prop_assert_eq!(statement.text(), statement.text().trim_matches([' ', '\n', '\r', '\t']));
            prop_assert!(statement.text_with_comments().ends_with(statement.text()));
            for comment in &statement.before.comments {
                prop_assert!(at <= comment.start && comment.end <= statement.range.start);
                prop_assert!(text[comment.clone()].starts_with(['-', '#', '/']));
            }
            if let Some(data) = &statement.data {
                prop_assert!(statement.range.end < data.start && data.end < statement.end);
            }
            at = statement.end;
        }
        prop_assert_eq!(script.tail.range, at..text.len());
    }

    #[test]
    fn an_error_points_into_the_script(text in text(), (_, lexicon) in lexicon()) {
        if let Err(error) = split(&text, &lexicon) {
            prop_assert!(text.get(error.range.clone()).is_some_and(|bad| !bad.is_empty()), "{:?}", error);
        }
    }

    #[test]
    fn a_statement_is_one_statement(text in text(), (_, lexicon) in lexicon()) {
        // What a script sets for what follows does not hold for a statement alone.
        let text = text.replace("DELIMITER", "x").replace("standard_conforming_strings", "y");
        let Ok(script) = split(&text, &lexicon) else { return Ok(()) };
        // Two dashes may begin a comment only where nothing follows them; then nobody can take it off.
        for statement in script.statements.iter().filter(|statement| !statement.text().ends_with("--")) {
            let again = split(statement.text(), &lexicon);
            prop_assert!(again.is_ok(), "{:?}", again);
            let again = again.unwrap();
            let texts: Vec<_> = again.statements.iter().map(lambic_sql::Statement::text).collect();
            prop_assert_eq!(texts, [statement.text()]);
        }
    }

    #[test]
    fn what_is_quoted_is_one_token_and_reads_back(name in "[^\0]{0,20}", (_, lexicon) in lexicon()) {
        let quoted = lexicon.quote_identifier(&name).unwrap();
        let tokens: Vec<_> = Lexer::new(&quoted, &lexicon).collect();
        prop_assert_eq!(tokens.len(), 1);
        prop_assert_eq!(tokens[0].unquote(&lexicon), name.as_str());
        let script = format!("SELECT {};{};", lexicon.quote_text(&name).unwrap(), quoted);
        prop_assert_eq!(split(&script, &lexicon).unwrap().statements.len(), 2);
    }

    #[test]
    fn readers_never_panic(text in text(), (_, lexicon) in lexicon()) {
        prop_assert!(leading_words(&text, &lexicon, 5).len() <= 5);
        let mut cursor = Cursor::new(&text, &lexicon);
        while !cursor.is_at_end() {
            let before = cursor.offset();
            let _ = cursor.expect_word("SELECT");
            let _ = cursor.eat_parenthesized().or_else(|| cursor.advance().map(|token| token.text));
            prop_assert!(cursor.offset() > before && cursor.end_of_last() > before);
        }
    }
}

/// The size of a text that would take hours if anything in it were read again and again.
const SIZE: usize = 200_000;

#[test]
fn large_scripts_are_read_once() {
    let statement = "INSERT INTO \"t\" (a, b) VALUES (1.5, 'it''s; $x', $1); -- comment\n";
    let patterns = [
        statement,
        "$a ",
        "$$",
        "'",
        "/*",
        "*/",
        "(",
        ");",
        "E'a'\n",
        "BEGIN ",
        "CREATE TRIGGER a BEGIN ",
        "CASE ",
        "; END",
        "[",
        "`",
        "\\N ",
        "--",
        "- -",
        "a$",
        "1e",
        "/*!50000 ",
        "@",
        "DELIMITER //\n",
        "COPY t FROM STDIN;\n",
        "\n",
    ];
    for (_, lexicon) in lexicons::all() {
        for pattern in patterns {
            let script = pattern.repeat(SIZE / pattern.len());
            assert_eq!(
                Lexer::new(&script, &lexicon).map(|token| token.text.len()).sum::<usize>(),
                script.len()
            );
            let _ = split(&script, &lexicon);
        }
    }
    let count = 25 * SIZE / statement.len();
    for lexicon in [lexicons::sqlite(), lexicons::postgres(), lexicons::mariadb()] {
        assert_eq!(split(&statement.repeat(count), &lexicon).unwrap().statements.len(), count);
    }
}
