//! PostgreSQL's lexical rules.

use std::sync::LazyLock;

use lambic_core::{
    BlockComments, ClientCommands, Compound, Lexicon, LineComment, Placeholder, Quotes, WordCharacters,
};

/// The rules, the same for every version.
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon {
    identifier_quotes: vec![Quotes::same('"')],
    escape_prefix: Some('E'),
    standard_strings_setting: Some("standard_conforming_strings".to_owned()),
    dollar_quotes: true,
    line_comments: vec![LineComment { ends_at_return: true, ..LineComment::new("--") }],
    block_comments: BlockComments { nested: true, ..BlockComments::default() },
    word_characters: WordCharacters { start: vec![], rest: vec!['$'] },
    parameter_prefixes: vec!['$'],
    placeholder: Placeholder { prefix: '$', numbered: true },
    semicolons_in_parentheses: true,
    compounds: vec![Compound {
        head: vec![words("CREATE"), words("FUNCTION PROCEDURE")],
        optional: words("OR REPLACE"),
        opens: words("BEGIN"),
        blocks: vec![],
        leads: words("ATOMIC"),
    }],
    client: ClientCommands {
        backslash: true,
        skipped: words("restrict unrestrict"),
        copy_data: true,
        ..ClientCommands::default()
    },
    ..Lexicon::default()
});

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_cut_as_the_server_cuts_them() {
        let script = "\\restrict x\nSELECT $a$;$a$, E'\\';', '\\';\nCREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);\n\
             CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;\n\
             COPY t FROM stdin;\n1;2\n\\.\n/* /* ; */ ; */ SELECT 3";
        let script = lambic_sql::split(script, &LEXICON).unwrap();
        let statements: Vec<_> = script.statements.iter().map(|one| (one.text(), one.data_text())).collect();
        assert_eq!(statements.len(), 5, "{statements:?}");
        assert_eq!(statements[3], ("COPY t FROM stdin", Some("1;2\n")));
        assert_eq!(LEXICON.placeholder(2), "$2");
        assert_eq!(LEXICON.quote_qualified(Some("a\"b"), "c").unwrap(), "\"a\"\"b\".\"c\"");
    }
}
