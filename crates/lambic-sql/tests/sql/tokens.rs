//! Tokens, the cursor over them, and the words that a statement begins with.

use crate::lexicons;
use lambic_sql::TokenKind::{
    BlockComment, DollarString, ExecutableComment, LineComment, Number, Parameter, Punctuation,
    QuotedIdentifier, String, Terminator, Whitespace, Word,
};
use lambic_sql::{Cursor, Lexer, TokenKind, leading_words, longest_phrase};

fn tokens<'a>(text: &'a str, lexicon: &lambic_core::Lexicon) -> Vec<(TokenKind, &'a str)> {
    Lexer::new(text, lexicon)
        .filter(|token| token.kind != Whitespace)
        .map(|token| (token.kind, token.text))
        .collect()
}

#[test]
fn tokens_of_each_kind() {
    assert_eq!(
        tokens(
            "a$1 [x] \"y\" `z` 'it''s' 1.5e-3 .5 0xFF ?1 ? :b @c $d <= -- x\n/* y */;",
            &lexicons::sqlite()
        ),
        [
            (Word, "a$1"),
            (QuotedIdentifier, "[x]"),
            (QuotedIdentifier, "\"y\""),
            (QuotedIdentifier, "`z`"),
            (String, "'it''s'"),
            (Number, "1.5e-3"),
            (Number, ".5"),
            (Number, "0xFF"),
            (Parameter, "?1"),
            (Parameter, "?"),
            (Parameter, ":b"),
            (Parameter, "@c"),
            (Parameter, "$d"),
            (Punctuation, "<"),
            (Punctuation, "="),
            (LineComment, "-- x"),
            (BlockComment, "/* y */"),
            (Terminator, ";"),
        ]
    );
    assert_eq!(
        tokens("x::y ?| $1 $t$;$t$ E'\\''", &lexicons::postgres()),
        [
            (Word, "x"),
            (Punctuation, ":"),
            (Punctuation, ":"),
            (Word, "y"),
            (Punctuation, "?"),
            (Punctuation, "|"),
            (Parameter, "$1"),
            (DollarString, "$t$;$t$"),
            (String, "E'\\''"),
        ]
    );
    assert_eq!(
        tokens("/*!50003 SET*/ $a \"b\" # c", &lexicons::mysql()),
        [
            (ExecutableComment, "/*!50003"),
            (Word, "SET"),
            (ExecutableComment, "*/"),
            (Word, "$a"),
            (String, "\"b\""),
            (LineComment, "# c"),
        ]
    );
}

#[test]
fn quotes_are_taken_off() {
    let lexicon = lexicons::sqlite();
    let unquoted: Vec<_> = Lexer::new("a [b] \"c\"\"d\" `e``f` 'g''h' \"\"", &lexicon)
        .significant()
        .map(|t| t.unquote(&lexicon))
        .collect();
    assert_eq!(unquoted, ["a", "b", "c\"d", "e`f", "g'h", ""]);
}

#[test]
fn a_cursor_reads_a_table() {
    let lexicon = lexicons::sqlite();
    let text = "CREATE /* x */ TABLE IF NOT EXISTS \"a b\" (x INT CHECK (x > (1)), y) strict";
    let mut cursor = Cursor::new(text, &lexicon);
    assert!(cursor.at_words(&["create", "table"]) && !cursor.eat_words(&["CREATE", "VIEW"]));
    assert!(cursor.eat_word("CREATE"));
    cursor.expect_word("TABLE").unwrap();
    assert!(cursor.eat_words(&["IF", "NOT", "EXISTS"]));
    assert_eq!(cursor.peek_at(1).map(|token| token.text), Some("("));
    assert_eq!(cursor.expect_identifier().unwrap(), "a b");
    assert_eq!(&text[cursor.end_of_last()..cursor.offset()], " ");
    assert!(!cursor.eat_char(')') && cursor.eat_identifier().is_none());
    assert_eq!(cursor.eat_parenthesized(), Some("x INT CHECK (x > (1)), y"));
    let error = cursor.expect_char(';').unwrap_err();
    assert_eq!((error.message.as_str(), &text[error.range]), ("expected `;`, found `strict`", "strict"));
    assert!(cursor.eat_word("STRICT") && cursor.is_at_end() && cursor.advance().is_none());
    assert_eq!(cursor.expect_word("X").unwrap_err().message, "expected `X`, found the end of the text");
    assert_eq!(Cursor::new("(a", &lexicon).eat_parenthesized(), None);
}

#[test]
fn a_quoted_name_is_no_keyword() {
    let lexicon = lexicons::sqlite();
    assert!(!Cursor::new("\"SELECT\"", &lexicon).at_word("SELECT"));
    assert_eq!(leading_words("drop \"table\" x", &lexicon, 3), ["DROP"]);
}

#[test]
fn statements_are_known_by_their_first_words() {
    let mysql = lexicons::mysql();
    assert_eq!(
        leading_words("-- x\n/* y */ start Transaction read only", &mysql, 2),
        ["START", "TRANSACTION"]
    );
    assert_eq!(leading_words("/*!40101 SET NAMES utf8 */", &mysql, 9), ["SET", "NAMES", "UTF8"]);
    assert!(leading_words("(SELECT 1)", &mysql, 9).is_empty());

    let table = [("BEGIN", 1), ("BEGIN NOT ATOMIC", 2), ("START TRANSACTION", 3)];
    let lookup = |text| longest_phrase(&leading_words(text, &mysql, 3), &table).copied();
    assert_eq!(lookup("begin"), Some(1));
    assert_eq!(lookup("Begin not Atomic select 1"), Some(2));
    assert_eq!(lookup("start transaction"), Some(3));
    assert_eq!(lookup("start"), None);
    assert_eq!(lookup("beginning"), None);
}

#[test]
fn a_lexicon_survives_its_journey_as_json() {
    for (name, lexicon) in lexicons::all() {
        let json = serde_json::to_string(&lexicon).unwrap();
        assert_eq!(serde_json::from_str::<lambic_core::Lexicon>(&json).unwrap(), lexicon, "{name}");
    }
    assert_eq!(serde_json::from_str::<lambic_core::Lexicon>("{}").unwrap(), lambic_core::Lexicon::default());
}
