//! SQLite's lexical rules, after <https://sqlite.org/lang_keywords.html> and its `tokenize.c`.

use std::sync::LazyLock;

use lambic_core::{BlockComments, ClientCommands, Compound, Lexicon, Quotes, WordCharacters};

/// How SQLite writes names, text, comments and triggers.
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon {
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
});

fn words(list: &str) -> Vec<String> {
    list.split(' ').map(str::to_owned).collect()
}
