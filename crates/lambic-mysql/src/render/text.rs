//! Names, literals, pieces of SQL that the model carries, and refusals.

use lambic_core::schema::{Expression, Properties, QualifiedName};
use lambic_core::{Error, ErrorKind, Lexicon, Result};
use lambic_sql::{Lexer, Token, TokenKind};

use crate::product::Product;
use crate::types::unescaped;

/// Writes SQL for one product.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'p> {
    pub(super) product: &'p Product,
    /// How SQL of the model is written, whatever the session is set to.
    pub(super) canonical: &'p Lexicon,
}

impl Writer<'_> {
    /// Says that the product lacks something.
    pub(super) fn unsupported(self, what: impl std::fmt::Display) -> Error {
        Error::unsupported(self.product.title, what)
    }

    /// Refuses what the product lacks.
    pub(super) fn refuse(self, present: bool, what: &str) -> Result<()> {
        if present { Err(self.unsupported(what)) } else { Ok(()) }
    }

    /// Refuses options that the product does not have.
    pub(super) fn refuse_options(self, options: &Properties, known: &[&str], of: &str) -> Result<()> {
        match options.keys().find(|option| !known.contains(&option.as_str())) {
            Some(option) => Err(self.unsupported(format!("the option {option} of {of}"))),
            None => Ok(()),
        }
    }

    /// A name in quotes.
    pub(super) fn name(self, name: &str) -> Result<String> {
        self.product.lexicon.quote_identifier(name)
    }

    /// A name in quotes, with its namespace.
    pub(super) fn qualified(self, name: &QualifiedName) -> Result<String> {
        self.product.lexicon.quote_qualified(name.namespace.as_deref(), &name.name)
    }

    /// Names in quotes, with commas between them.
    pub(super) fn names<S: AsRef<str>>(self, names: &[S]) -> Result<String> {
        let names: Vec<String> = names.iter().map(|name| self.name(name.as_ref())).collect::<Result<_>>()?;
        Ok(names.join(", "))
    }

    /// A text as a literal.
    pub(super) fn literal(self, text: &str) -> Result<String> {
        self.product.lexicon.quote_text(text)
    }

    /// A name that SQL has no quotes for: of a character set, an engine, a parser.
    pub(super) fn word(self, what: &str, text: &str) -> Result<String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if text.is_empty() || !text.chars().all(plain) {
            return Err(self.malformed(what, text, "is not a plain name"));
        }
        Ok(text.to_owned())
    }

    /// `COLLATE …`. One collation is named by a reserved word, which MariaDB 10.5 (and not 10.11) refuses as it is.
    pub(super) fn collate(self, collation: &str) -> Result<String> {
        let name = self.word("collation", collation)?;
        let name = if name.eq_ignore_ascii_case("binary") { self.name(&name)? } else { name };
        Ok(format!("COLLATE {name}"))
    }

    /// A whole number.
    pub(super) fn number(self, what: &str, text: &str) -> Result<String> {
        text.parse::<u64>()
            .map(|number| number.to_string())
            .map_err(|_| self.malformed(what, text, "is not a whole number"))
    }

    /// An expression that cannot reach out of the parentheses around it.
    pub(super) fn expression(self, expression: &Expression) -> Result<String> {
        self.fragment("expression", expression.as_str()).map(|fragment| fragment.text)
    }

    /// A piece of SQL without comments, whose parentheses match.
    pub(super) fn fragment<'t>(self, what: &str, text: &'t str) -> Result<Fragment<'t>> {
        let (read, written) = (self.canonical, &self.product.lexicon);
        let differs = read.backslash_escapes != written.backslash_escapes
            || read.string_quotes != written.string_quotes;
        let mut depth = 0_u32;
        let mut fragment = Fragment { text: String::with_capacity(text.len()), outer: Vec::new() };
        for token in Lexer::new(text, self.canonical) {
            let refused = match token.kind {
                TokenKind::LineComment | TokenKind::BlockComment => {
                    fragment.text.push(' ');
                    continue;
                }
                TokenKind::ExecutableComment => Some("contains a comment that is run"),
                TokenKind::Terminator => Some("contains the end of a statement"),
                TokenKind::Unterminated(_) => Some("lacks a closing quote"),
                _ if token.is(')') && depth == 0 => Some("closes a parenthesis that it does not open"),
                _ => None,
            };
            if let Some(why) = refused {
                return Err(self.malformed(what, text, why));
            }
            depth -= u32::from(token.is(')'));
            if depth == 0 && !token.is_trivia() {
                fragment.outer.push(token);
            }
            depth += u32::from(token.is('('));
            match token.kind {
                TokenKind::String if differs => {
                    fragment.text.push_str(&self.literal(&unescaped(&token.unquote(self.canonical)))?);
                }
                TokenKind::String => push_doubled(token.text, &mut fragment.text),
                _ => fragment.text.push_str(token.text),
            }
        }
        if depth > 0 {
            return Err(self.malformed(what, text, "opens a parenthesis that it does not close"));
        }
        fragment.text.truncate(fragment.text.trim_end().len());
        if fragment.outer.is_empty() {
            return Err(self.malformed(what, text, "is empty"));
        }
        Ok(fragment)
    }

    /// A piece of SQL of the model that cannot be written.
    #[expect(clippy::unused_self, reason = "it is called like its siblings")]
    pub(super) fn malformed(self, what: &str, text: &str, why: &str) -> Error {
        let message = format!("the {what} `{}` cannot be written: it {why}", text.escape_debug());
        Error::new(ErrorKind::Usage, "mysql.malformed", message)
    }
}

/// A literal with its quotes doubled, not behind a backslash: so it ends at the same place for a reader to whom a
/// backslash is just that.
fn push_doubled(literal: &str, into: &mut String) {
    let mut letters = literal.chars();
    while let Some(letter) = letters.next() {
        match (letter, letters.as_str().chars().next()) {
            ('\\', Some(quote @ ('\'' | '"'))) if literal.ends_with(quote) => {
                letters.next();
                into.extend([quote, quote]);
            }
            ('\\', Some(next)) => {
                letters.next();
                into.extend([letter, next]);
            }
            _ => into.push(letter),
        }
    }
}

/// SQL with all its literals so.
pub(super) fn doubled(sql: &str, lexicon: &Lexicon) -> String {
    let mut text = String::with_capacity(sql.len());
    for token in Lexer::new(sql, lexicon) {
        match token.kind {
            TokenKind::String => push_doubled(token.text, &mut text),
            _ => text.push_str(token.text),
        }
    }
    text
}

/// A piece of SQL, and its tokens outside parentheses, parentheses included.
#[derive(Debug)]
pub(super) struct Fragment<'t> {
    pub(super) text: String,
    pub(super) outer: Vec<Token<'t>>,
}

impl Fragment<'_> {
    /// Whether it is one operand: a literal, a word, a call, or something in parentheses.
    pub(super) fn is_operand(&self) -> bool {
        let signed = self.outer.first().is_some_and(|token| token.is('-') || token.is('+'));
        let operand = if signed { self.outer.get(1..).unwrap_or_default() } else { &self.outer };
        let (word, string) = (TokenKind::Word, TokenKind::String);
        match operand {
            [one] => matches!(one.kind, TokenKind::Number | TokenKind::Word | TokenKind::String),
            [open, close] => (open.is('(') && close.is(')')) || (open.kind == word && close.kind == string),
            [name, open, close] => name.is_identifier() && open.is('(') && close.is(')'),
            _ => false,
        }
    }
}

/// An operation that contradicts itself.
pub(super) fn malformed(message: String) -> Error {
    Error::new(ErrorKind::Usage, "operation.malformed", message)
}

/// Whether the database takes two names of columns, indexes or constraints for the same.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}
