//! The lexical rules of the databases that Lambic knows, as each driver states them.

use lambic_core::{
    BlockComments, ClientCommands, Compound, Lexicon, LineComment, Placeholder, Quotes, WordCharacters,
};

/// Every lexicon, with its name.
pub(crate) fn all() -> Vec<(&'static str, Lexicon)> {
    vec![
        ("standard", Lexicon::default()),
        ("sqlite", sqlite()),
        ("postgres", postgres()),
        ("mysql", mysql()),
        ("mysql ANSI_QUOTES", ansi_quotes(mysql())),
        ("mysql NO_BACKSLASH_ESCAPES", no_backslash_escapes(mysql())),
        ("mariadb", mariadb()),
    ]
}

/// SQLite's rules.
pub(crate) fn sqlite() -> Lexicon {
    Lexicon {
        identifier_quotes: vec![Quotes::same('"'), Quotes::same('`'), Quotes { open: '[', close: ']' }],
        block_comments: BlockComments { may_stay_open: true, ..BlockComments::default() },
        word_characters: WordCharacters { start: vec![], rest: vec!['$'] },
        parameter_prefixes: vec!['?', ':', '@', '$'],
        compounds: vec![Compound {
            head: vec![words("CREATE"), words("TRIGGER")],
            optional: words("EXPLAIN QUERY PLAN TEMP TEMPORARY"),
            opens: words("BEGIN"),
            blocks: vec![],
            leads: words("BEGIN"),
        }],
        client: ClientCommands { dot: true, ..ClientCommands::default() },
        ..Lexicon::default()
    }
}

/// PostgreSQL's rules.
pub(crate) fn postgres() -> Lexicon {
    Lexicon {
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
    }
}

/// MySQL's rules under its default `sql_mode`.
pub(crate) fn mysql() -> Lexicon {
    Lexicon {
        identifier_quotes: vec![Quotes::same('`')],
        string_quotes: vec!['\'', '"'],
        backslash_escapes: true,
        line_comments: vec![
            LineComment { needs_space: true, ..LineComment::new("--") },
            LineComment::new("#"),
        ],
        block_comments: BlockComments { executable: words("/*!"), ..BlockComments::default() },
        word_characters: WordCharacters { start: vec!['$'], rest: vec![] },
        parameter_prefixes: vec!['@'],
        compounds: vec![routine(BLOCKS, "PROCEDURE FUNCTION TRIGGER EVENT")],
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

/// MariaDB's rules: MySQL's, and what it adds.
pub(crate) fn mariadb() -> Lexicon {
    let blocks = format!("{BLOCKS} FOR");
    let package = Compound {
        head: vec![words("CREATE"), words("PACKAGE")],
        opens: words("AS IS"),
        leads: words("AS IS BEGIN THEN ELSE DO LOOP REPEAT"),
        ..routine(&blocks, "")
    };
    let block = Compound {
        head: vec![words("BEGIN"), words("NOT"), words("ATOMIC")],
        opens: words("ATOMIC"),
        ..routine(&blocks, "")
    };
    // These may stand outside routines too.
    let bare = Compound {
        head: vec![words("IF CASE LOOP REPEAT WHILE FOR")],
        opens: words("IF CASE LOOP REPEAT WHILE FOR"),
        optional: vec![],
        ..routine(&blocks, "")
    };
    Lexicon {
        block_comments: BlockComments { executable: words("/*! /*M!"), ..BlockComments::default() },
        compounds: vec![routine(&blocks, "PROCEDURE FUNCTION TRIGGER EVENT"), package, block, bare],
        ..mysql()
    }
}

/// The rules under `sql_mode = ANSI_QUOTES`.
pub(crate) fn ansi_quotes(lexicon: Lexicon) -> Lexicon {
    Lexicon {
        identifier_quotes: vec![Quotes::same('`'), Quotes::same('"')],
        string_quotes: vec!['\''],
        ..lexicon
    }
}

/// The rules under `sql_mode = NO_BACKSLASH_ESCAPES`.
pub(crate) fn no_backslash_escapes(lexicon: Lexicon) -> Lexicon {
    Lexicon { backslash_escapes: false, ..lexicon }
}

/// The words that open a block in the body of a routine of MySQL.
const BLOCKS: &str = "BEGIN IF CASE LOOP REPEAT WHILE";

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
