//! The lexical rules of one dialect, as plain data.

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Result};

/// How a dialect writes names, text, comments and statements: what quoting and the statement splitter need.
///
/// Plain data that crosses a plugin boundary. [`Lexicon::default`] is standard SQL; a dialect writes what
/// differs and takes the rest with `..Lexicon::default()`, so that a rule added later breaks nobody.
/// Words are compared without regard to ASCII case and are written in upper case here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lexicon {
    /// The quotes around names. Lambic writes the first pair and reads all of them. A closing quote inside a
    /// name is doubled; where opening and closing differ (`[a]`) a name cannot contain the closing one.
    pub identifier_quotes: Vec<Quotes>,
    /// The quotes around text, ASCII, doubled inside it. Lambic writes the first.
    pub string_quotes: Vec<char>,
    /// Whether a backslash escapes the next character in every string.
    pub backslash_escapes: bool,
    /// The letter before a string that turns backslash escapes on for it, as in `E'…'`.
    pub escape_prefix: Option<char>,
    /// A session setting that, when a script turns it off, gives every plain string of the rest of the script
    /// backslash escapes: `standard_conforming_strings`.
    pub standard_strings_setting: Option<String>,
    /// Whether `$tag$…$tag$` is a string.
    pub dollar_quotes: bool,
    /// What begins a comment that runs to the end of the line.
    pub line_comments: Vec<LineComment>,
    /// The rules of `/* … */`.
    pub block_comments: BlockComments,
    /// The characters of unquoted names, besides letters, `_`, digits and everything beyond ASCII.
    pub word_characters: WordCharacters,
    /// The characters that, before a word or a number, make it a variable or a parameter: `$1`, `@x`, `:name`.
    pub parameter_prefixes: Vec<char>,
    /// How Lambic writes the place of a parameter.
    pub placeholder: Placeholder,
    /// Whether a semicolon between parentheses belongs to the statement.
    pub semicolons_in_parentheses: bool,
    /// The statements with semicolons inside: routine and trigger bodies.
    pub compounds: Vec<Compound>,
    /// What scripts contain for the database's own command-line client.
    pub client: ClientCommands,
}

/// An opening and a closing quote, both ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotes {
    /// The character that opens.
    pub open: char,
    /// The character that closes.
    pub close: char,
}

impl Quotes {
    /// Quotes that open and close with one character.
    pub const fn same(quote: char) -> Self {
        Self { open: quote, close: quote }
    }
}

/// What begins a line comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineComment {
    /// The characters that begin it.
    pub start: String,
    /// Whether whitespace, a control character or the end of the text must follow.
    #[serde(default)]
    pub needs_space: bool,
    /// Whether a carriage return ends it, as a line feed does.
    #[serde(default)]
    pub ends_at_return: bool,
}

impl LineComment {
    /// A comment that begins with `start`, whatever follows.
    pub fn new(start: impl Into<String>) -> Self {
        Self { start: start.into(), needs_space: false, ends_at_return: false }
    }
}

/// The rules of `/* … */`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BlockComments {
    /// Whether a comment inside a comment must be closed too.
    pub nested: bool,
    /// Whether the end of the text closes a comment.
    pub may_stay_open: bool,
    /// What begins a comment whose content the server runs: `/*!`, `/*M!`. Digits that follow are the version.
    pub executable: Vec<String>,
}

/// Further characters of unquoted names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WordCharacters {
    /// Those with which a name may begin.
    pub start: Vec<char>,
    /// Those that may follow.
    pub rest: Vec<char>,
}

/// How the place of a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholder {
    /// The character: `?` or `$`.
    pub prefix: char,
    /// Whether the number of the parameter, from 1, follows.
    #[serde(default)]
    pub numbered: bool,
}

/// A kind of statement that contains statements: `CREATE TRIGGER … BEGIN …; …; END`.
///
/// The body follows the rules of `SQL/PSM`. A word of `opens` opens it. Inside, at the start of a statement, a
/// word of `blocks` opens a block, `END` closes the innermost one and any other `CASE` is an expression with an
/// `END` of its own. Words between parentheses and after a dot are never counted. The semicolon after the last
/// `END` ends the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Compound {
    /// The words with which the statement begins; each step is a list of alternatives.
    pub head: Vec<Vec<String>>,
    /// Words that may stand before and between those of `head`, such as `OR REPLACE`. What stands after an
    /// equals sign, as in `DEFINER = name`, is skipped too.
    pub optional: Vec<String>,
    /// The words that open the body, wherever they stand after the name; the last word of `head` may be one.
    pub opens: Vec<String>,
    /// The words that open a block at the start of a statement of the body.
    pub blocks: Vec<String>,
    /// The words after which a statement of the body begins; a semicolon always is such a place.
    pub leads: Vec<String>,
}

/// What is not SQL, but stands in scripts for the database's own command-line client.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientCommands {
    /// The word that changes the statement terminator to the rest of its line: `DELIMITER`.
    pub delimiter: Option<String>,
    /// Whether a backslash outside quotes begins a client command.
    pub backslash: bool,
    /// The words after a backslash that are SQL after all: `\N`.
    pub backslash_values: Vec<String>,
    /// The words after a backslash whose whole line is skipped: `restrict`.
    pub skipped: Vec<String>,
    /// Whether a dot at the start of a statement begins a client command.
    pub dot: bool,
    /// The phrases at the start of a statement that only the client understands: `SOURCE`.
    pub phrases: Vec<String>,
    /// Whether the lines after `COPY … FROM STDIN;` up to a line `\.` are data.
    pub copy_data: bool,
}

impl Default for Lexicon {
    fn default() -> Self {
        Self {
            identifier_quotes: vec![Quotes::same('"')],
            string_quotes: vec!['\''],
            backslash_escapes: false,
            escape_prefix: None,
            standard_strings_setting: None,
            dollar_quotes: false,
            line_comments: vec![LineComment::new("--")],
            block_comments: BlockComments::default(),
            word_characters: WordCharacters::default(),
            parameter_prefixes: Vec::new(),
            placeholder: Placeholder { prefix: '?', numbered: false },
            semicolons_in_parentheses: false,
            compounds: Vec::new(),
            client: ClientCommands::default(),
        }
    }
}

impl Lexicon {
    /// Writes a name: always quoted, whatever it is, so that no list of reserved words is needed.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a NUL character, which no database takes in a name, and for a closing quote that
    /// cannot be doubled.
    pub fn quote_identifier(&self, name: &str) -> Result<String> {
        refuse_nul(name, "a name")?;
        let quotes = self.identifier_quotes.first().copied().unwrap_or(Quotes::same('"'));
        if quotes.open != quotes.close && name.contains(quotes.close) {
            let message = format!("the name `{name}` contains `{}`, which cannot be quoted", quotes.close);
            return Err(Error::new(ErrorKind::Usage, "quote.closing-quote", message));
        }
        Ok(doubled(name, quotes, &[quotes.close]))
    }

    /// Writes a name in a namespace, `"namespace"."name"`, or the name alone.
    ///
    /// # Errors
    /// As [`Lexicon::quote_identifier`].
    pub fn quote_qualified(&self, namespace: Option<&str>, name: &str) -> Result<String> {
        let name = self.quote_identifier(name)?;
        Ok(match namespace {
            Some(namespace) => format!("{}.{name}", self.quote_identifier(namespace)?),
            None => name,
        })
    }

    /// Writes a text as a literal. The session must read strings as this lexicon says.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a NUL character, which no text of every database can hold.
    pub fn quote_text(&self, text: &str) -> Result<String> {
        refuse_nul(text, "a text literal")?;
        let quote = self.string_quotes.first().copied().unwrap_or('\'');
        let special: &[char] = if self.backslash_escapes { &[quote, '\\'] } else { &[quote] };
        Ok(doubled(text, Quotes::same(quote), special))
    }

    /// Writes the place of the parameter with this number, from 1.
    pub fn placeholder(&self, number: usize) -> String {
        match self.placeholder {
            Placeholder { prefix, numbered: true } => format!("{prefix}{number}"),
            Placeholder { prefix, numbered: false } => prefix.to_string(),
        }
    }
}

/// Puts quotes around a text and writes each special character twice.
fn doubled(text: &str, quotes: Quotes, special: &[char]) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push(quotes.open);
    for character in text.chars() {
        if special.contains(&character) {
            written.push(character);
        }
        written.push(character);
    }
    written.push(quotes.close);
    written
}

fn refuse_nul(text: &str, what: &str) -> Result<()> {
    if text.contains('\0') {
        let message = format!("{what} contains a NUL character: `{}`", text.escape_debug());
        return Err(Error::new(ErrorKind::Usage, "quote.nul", message).hint("remove the character"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backslashes() -> Lexicon {
        Lexicon {
            identifier_quotes: vec![Quotes::same('`')],
            backslash_escapes: true,
            placeholder: Placeholder { prefix: '$', numbered: true },
            ..Lexicon::default()
        }
    }

    #[test]
    fn names_are_always_quoted_and_quotes_doubled() {
        let standard = Lexicon::default();
        for (name, quoted) in [("a", r#""a""#), (r#"a"b"#, r#""a""b""#), ("", r#""""#), ("ü\\'", r#""ü\'""#)]
        {
            assert_eq!(standard.quote_identifier(name).unwrap(), quoted);
        }
        assert_eq!(backslashes().quote_identifier("a`b\\").unwrap(), r"`a``b\`");
        assert_eq!(standard.quote_qualified(Some("s.t"), "n").unwrap(), r#""s.t"."n""#);
        assert_eq!(standard.quote_qualified(None, "n").unwrap(), r#""n""#);
    }

    #[test]
    fn text_is_quoted_by_the_rules_of_the_dialect() {
        assert_eq!(Lexicon::default().quote_text(r"it's \ fine").unwrap(), r"'it''s \ fine'");
        assert_eq!(backslashes().quote_text(r"it's \ fine").unwrap(), r"'it''s \\ fine'");
    }

    #[test]
    fn what_cannot_be_quoted_is_refused() {
        let brackets =
            Lexicon { identifier_quotes: vec![Quotes { open: '[', close: ']' }], ..Lexicon::default() };
        assert_eq!(brackets.quote_identifier("a[b").unwrap(), "[a[b]");
        let errors = [
            brackets.quote_identifier("a]b"),
            brackets.quote_identifier("a\0"),
            brackets.quote_qualified(Some("\0"), "a"),
            brackets.quote_text("\0"),
        ];
        for error in errors {
            assert_eq!(error.unwrap_err().kind, ErrorKind::Usage);
        }
    }

    #[test]
    fn placeholders_are_plain_or_numbered() {
        assert_eq!(Lexicon::default().placeholder(2), "?");
        assert_eq!(backslashes().placeholder(2), "$2");
    }
}
