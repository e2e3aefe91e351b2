//! Names of objects in text that the database wrote, or keeps as it was written.

use std::collections::{BTreeSet, HashMap};

use lambic_core::Lexicon;
use lambic_core::schema::{ObjectId, QualifiedName};
use lambic_sql::{Cursor, Lexer, Token, TokenKind};

/// Words after which a table is named.
const BEFORE_TABLE: [&str; 3] = ["FROM", "JOIN", "STRAIGHT_JOIN"];

/// Functions with a `FROM` of their own between their parentheses.
const WITH_FROM: [&str; 4] = ["EXTRACT", "TRIM", "SUBSTRING", "SUBSTR"];

/// How names of databases and tables are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folding {
    /// Whether case matters.
    pub(super) sensitive: bool,
}

impl Folding {
    /// Whether two names are the same.
    pub(super) fn same(self, one: &str, other: &str) -> bool {
        one == other || (!self.sensitive && one.to_lowercase() == other.to_lowercase())
    }
}

/// A query as the database prints it, in its canonical form.
#[derive(Debug, Default)]
pub(super) struct Printed {
    /// The text, without the name of the database.
    pub(super) text: String,
    /// The tables and views that it reads.
    pub(super) tables: Vec<QualifiedName>,
    /// The functions that it calls by quoted names: the stored ones.
    pub(super) functions: Vec<QualifiedName>,
}

/// Reads a query that the database printed: `database` is left out where it names the database rather than an alias.
///
/// In what is printed every name is quoted; a column has one part, two (the table or its alias) or three. A name of
/// two parts is that of a table where a table is expected, and that of a function before a parenthesis.
pub(super) fn printed(text: &str, database: &str, folding: Folding, lexicon: &Lexicon) -> Printed {
    let tokens: Vec<Token<'_>> = Lexer::new(text, lexicon).significant().collect();
    let mut result = Printed { text: String::with_capacity(text.len()), ..Printed::default() };
    let (mut copied, mut at, mut before_table) = (0, 0, false);
    let mut parentheses: Vec<bool> = Vec::new();
    while let Some(token) = tokens.get(at) {
        if token.kind == TokenKind::QuotedIdentifier {
            let parts = chain(&tokens, at);
            let end = at + 2 * parts.len() - 1;
            let called = tokens.get(end).is_some_and(|next| {
                next.is('(') && tokens.get(end - 1).is_some_and(|last| last.end() == next.start)
            });
            let names_database = if before_table || called { parts.len() == 2 } else { parts.len() == 3 };
            let own = names_database
                && parts.first().is_some_and(|first| folding.same(&first.unquote(lexicon), database));
            if own && let Some(second) = parts.get(1) {
                result.text.push_str(text.get(copied..token.start).unwrap_or_default());
                copied = second.start;
            }
            let named = qualified(parts.get(usize::from(own)..).unwrap_or_default(), lexicon);
            match (before_table, called) {
                (true, _) => result.tables.extend(named),
                (_, true) => result.functions.extend(named),
                _ => {}
            }
            before_table = false;
            at = end;
            continue;
        }
        if token.is('(') {
            let previous = at.checked_sub(1).and_then(|previous| tokens.get(previous));
            parentheses.push(previous.is_some_and(|previous| previous.is_any_word(&WITH_FROM)));
        } else {
            if token.is(')') {
                parentheses.pop();
            }
            let own_from = parentheses.last() == Some(&true) && token.is_word("FROM");
            before_table = token.is_any_word(&BEFORE_TABLE) && !own_from;
        }
        at += 1;
    }
    result.text.push_str(text.get(copied..).unwrap_or_default());
    result
}

/// The parts of the name that begins here.
fn chain<'t, 'a>(tokens: &'t [Token<'a>], at: usize) -> Vec<&'t Token<'a>> {
    let mut parts = Vec::new();
    let mut rest = tokens.get(at..).unwrap_or_default();
    while let [part, tail @ ..] = rest
        && part.is_identifier()
    {
        parts.push(part);
        match tail {
            [dot, tail @ ..] if dot.is('.') => rest = tail,
            _ => break,
        }
    }
    parts
}

fn qualified(parts: &[&Token<'_>], lexicon: &Lexicon) -> Option<QualifiedName> {
    match parts {
        [name] => Some(QualifiedName::bare(name.unquote(lexicon))),
        [namespace, name] => Some(QualifiedName::within(namespace.unquote(lexicon), name.unquote(lexicon))),
        _ => None,
    }
}

/// An expression of a table without the name of its database.
pub(super) fn expression(text: String, database: &str, folding: Folding, lexicon: &Lexicon) -> String {
    if !text.contains("`.`") {
        return text;
    }
    let tokens: Vec<Token<'_>> = Lexer::new(&text, lexicon).significant().collect();
    let mut result = String::with_capacity(text.len());
    let (mut copied, mut at) = (0, 0);
    while let Some(token) = tokens.get(at) {
        let parts = if token.kind == TokenKind::QuotedIdentifier { chain(&tokens, at) } else { Vec::new() };
        if let [first, second, ..] = parts.as_slice()
            && folding.same(&first.unquote(lexicon), database)
        {
            result.push_str(text.get(copied..first.start).unwrap_or_default());
            copied = second.start;
        }
        at += (2 * parts.len()).max(2) - 1;
    }
    result.push_str(text.get(copied..).unwrap_or_default());
    result
}

/// Every known object that a text names which is kept as it was written. What is only a column's or a variable's name
/// can be among them: a dependency too many does no harm.
pub(super) fn mentioned(
    text: &str,
    database: &str,
    folding: Folding,
    lexicon: &Lexicon,
    known: &HashMap<String, Vec<ObjectId>>,
) -> BTreeSet<ObjectId> {
    let mut cursor = Cursor::new(text, lexicon);
    let mut found = BTreeSet::new();
    let (mut after_dot, mut in_own) = (false, false);
    while let Some(token) = cursor.advance() {
        let name = token.is_identifier().then(|| token.unquote(lexicon));
        if let Some(name) = &name
            && (!after_dot || in_own)
        {
            found.extend(known.get(&name.to_lowercase()).into_iter().flatten().cloned());
        }
        if !token.is('.') {
            in_own = name.is_some_and(|name| folding.same(&name, database));
        }
        after_dot = token.is('.');
    }
    found
}

/// The text with the name after `word` written as `name`, and what follows that name: what `SHOW CREATE` prints never
/// names the database there.
pub(super) fn renamed<'t>(
    text: &'t str,
    word: &str,
    name: &str,
    lexicon: &Lexicon,
) -> Option<(String, &'t str)> {
    let mut cursor = Cursor::new(text, lexicon);
    while !cursor.eat_word(word) {
        cursor.advance()?;
    }
    let token = cursor.advance().filter(Token::is_identifier)?;
    let rest = text.get(token.end()..)?;
    Some((format!("{}{name}{rest}", text.get(..token.start)?), rest))
}
