//! The lexical rules, after <https://dev.mysql.com/doc/refman/9.4/en/language-structure.html> and
//! <https://mariadb.com/docs/server/reference/sql-structure>.

use lambic_core::{BlockComments, ClientCommands, Compound, Lexicon, LineComment, Quotes, WordCharacters};

use crate::product::{Facts, Settings};

/// The words that open a block in the body of a routine.
const BLOCKS: &str = "BEGIN IF CASE LOOP REPEAT WHILE";

/// How a session writes names, text, comments and routines.
pub(crate) fn lexicon(facts: &Facts, settings: Settings) -> Lexicon {
    let mut identifier_quotes = vec![Quotes::same('`')];
    let mut string_quotes = vec!['\''];
    if settings.ansi_quotes {
        identifier_quotes.push(Quotes::same('"'));
    } else {
        string_quotes.push('"');
    }
    let executable = facts.executable_comments.iter().copied().map(str::to_owned).collect();
    Lexicon {
        identifier_quotes,
        string_quotes,
        backslash_escapes: !settings.no_backslash_escapes,
        line_comments: vec![
            LineComment { needs_space: true, ..LineComment::new("--") },
            LineComment::new("#"),
        ],
        block_comments: BlockComments { executable, ..BlockComments::default() },
        word_characters: WordCharacters { start: vec!['$'], rest: vec![] },
        parameter_prefixes: vec!['@'],
        compounds: compounds(facts),
        client: ClientCommands {
            delimiter: Some("DELIMITER".to_owned()),
            backslash: true,
            backslash_values: words("N"),
            phrases: ["SOURCE", "SYSTEM", "TEE", "PAGER", "LOAD DATA LOCAL", "LOAD XML LOCAL"]
                .map(str::to_owned)
                .to_vec(),
            ..ClientCommands::default()
        },
        ..Lexicon::default()
    }
}

fn compounds(facts: &Facts) -> Vec<Compound> {
    // A loop over a cursor is a compound statement of its own kind.
    let blocks = if facts.compound_statements { format!("{BLOCKS} FOR") } else { BLOCKS.to_owned() };
    let mut compounds = vec![routine(&blocks, "PROCEDURE FUNCTION TRIGGER EVENT")];
    if facts.packages {
        compounds.push(Compound {
            head: vec![words("CREATE"), words("PACKAGE")],
            opens: words("AS IS"),
            leads: words("AS IS BEGIN THEN ELSE DO LOOP REPEAT"),
            ..routine(&blocks, "")
        });
    }
    if facts.compound_statements {
        compounds.push(Compound {
            head: vec![words("BEGIN"), words("NOT"), words("ATOMIC")],
            opens: words("ATOMIC"),
            ..routine(&blocks, "")
        });
        compounds.push(Compound {
            head: vec![words("IF CASE LOOP REPEAT WHILE FOR")],
            opens: words("IF CASE LOOP REPEAT WHILE FOR"),
            optional: vec![],
            ..routine(&blocks, "")
        });
    }
    compounds
}

fn routine(blocks: &str, kinds: &str) -> Compound {
    Compound {
        head: vec![words("CREATE"), words(kinds)],
        optional: words("OR REPLACE AGGREGATE DEFINER"),
        opens: words("BEGIN"),
        blocks: words(blocks),
        leads: words("BEGIN THEN ELSE DO LOOP REPEAT ATOMIC ROW DETERMINISTIC SQL DATA DEFINER INVOKER"),
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
