//! Reads the CREATE statements that `sqlite_schema` keeps: what no pragma tells stands only there.
//!
//! SQLite has accepted every text that is read here, so the parser asks where things are rather than whether they
//! are right. What it does not understand is an error, and never a part left out.

mod columns;
mod constraints;
mod index;
mod table;
mod text;

use lambic_sql::{Cursor, SyntaxError, Token};

pub(crate) use constraints::spell_referenced;
pub(crate) use index::index;
pub(crate) use table::{free_rowid_name, is_rowid_name, rowid_column, table};
pub(crate) use text::{blob_prefix, canonical, name_of, same_name};

use crate::lexicon::LEXICON;

/// The result of reading a part of a statement.
type Parsed<T> = Result<T, SyntaxError>;

/// A place in a statement.
type Reader<'a> = Cursor<'a, 'static>;

/// Stands before the first token of a statement.
pub(crate) fn reader(sql: &str) -> Reader<'_> {
    Cursor::new(sql, &LEXICON)
}

/// An expression of the schema in its canonical form, or what is wrong with its parentheses.
pub(crate) fn expression(text: &str) -> Parsed<String> {
    whole(text, |reader| match until(reader, |_| false)?.as_slice() {
        [] => Err(reader.unexpected("an expression")),
        tokens => Ok(canonical(tokens)),
    })
}

/// A type of a column in its canonical form.
pub(crate) fn native_type(text: &str) -> Parsed<String> {
    whole(text, columns::native_type)
}

/// What follows `DEFAULT` in its canonical form.
pub(crate) fn default(text: &str) -> Parsed<String> {
    whole(text, columns::default_text)
}

fn whole(text: &str, read: impl FnOnce(&mut Reader<'_>) -> Parsed<String>) -> Parsed<String> {
    let mut reader = reader(text);
    let canonical = read(&mut reader)?;
    if reader.is_at_end() { Ok(canonical) } else { Err(reader.unexpected("nothing more")) }
}

/// Takes a name: SQLite lets it stand in string quotes too.
fn name(reader: &mut Reader<'_>) -> Parsed<String> {
    let Some(name) = reader.peek().as_ref().and_then(name_of) else {
        return Err(reader.unexpected("a name"));
    };
    reader.advance();
    Ok(name)
}

/// Takes the tokens between a pair of parentheses that begins here.
fn group<'a>(reader: &mut Reader<'a>) -> Parsed<Vec<Token<'a>>> {
    reader.expect_char('(')?;
    let tokens = until(reader, |_| false)?;
    reader.expect_char(')')?;
    Ok(tokens)
}

/// Takes tokens up to one that `ends` says, to a closing parenthesis that was not opened here or to the end.
fn until<'a>(reader: &mut Reader<'a>, ends: impl Fn(&Token<'a>) -> bool) -> Parsed<Vec<Token<'a>>> {
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    while let Some(token) = reader.peek() {
        if depth == 0 && (token.is(')') || ends(&token)) {
            return Ok(tokens);
        }
        if token.is(';') || matches!(token.kind, lambic_sql::TokenKind::Unterminated(_)) {
            return Err(reader.unexpected("an expression"));
        }
        depth = if token.is('(') { depth + 1 } else { depth - usize::from(token.is(')')) };
        tokens.push(token);
        reader.advance();
    }
    if depth == 0 { Ok(tokens) } else { Err(reader.unexpected("`)`")) }
}

/// Takes `, item` as long as there is one, after a first item.
fn list<'a, T>(
    reader: &mut Reader<'a>,
    mut item: impl FnMut(&mut Reader<'a>) -> Parsed<T>,
) -> Parsed<Vec<T>> {
    let mut items = vec![item(reader)?];
    while reader.eat_char(',') {
        items.push(item(reader)?);
    }
    Ok(items)
}

/// Takes `create [temp] [unique] what [if not exists] name`.
fn head(reader: &mut Reader<'_>, what: &str) -> Parsed<String> {
    reader.expect_word("CREATE")?;
    for noise in ["TEMP", "TEMPORARY", "UNIQUE"] {
        reader.eat_word(noise);
    }
    reader.expect_word(what)?;
    reader.eat_words(&["IF", "NOT", "EXISTS"]);
    let first = name(reader)?;
    if reader.eat_char('.') { name(reader) } else { Ok(first) }
}

/// Whether a canonical expression is a call, which needs no parentheses around it.
pub(crate) fn is_call(text: &str) -> bool {
    let tokens: Vec<Token<'_>> = lambic_sql::Lexer::new(text, &LEXICON).significant().collect();
    tokens.len() > 1 && tokens.first().is_some_and(Token::is_identifier) && index::is_primary(&tokens)
}

/// Whether an expression names the column.
pub(crate) fn mentions(text: &str, column: &str) -> bool {
    let mut reader = reader(text);
    std::iter::from_fn(|| reader.advance())
        .any(|token| name_of(&token).is_some_and(|n| same_name(&n, column)))
}

/// The expression after `ALTER TABLE … RENAME COLUMN`, as SQLite writes it: the new name is `quoted`.
pub(crate) fn rename_column(text: &str, previous: &str, quoted: &str) -> String {
    let tokens: Vec<Token<'_>> = lambic_sql::Lexer::new(text, &LEXICON).significant().collect();
    let mut renamed = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let after = tokens.get(at + 1);
        let is_column = token.is_identifier()
            && same_name(&token.unquote(&LEXICON), previous)
            && !before.is_some_and(|before| before.is_word("COLLATE"))
            && !after.is_some_and(|after| after.is('('))
            && !blob_prefix(token, after);
        if is_column {
            renamed.push_str(text.get(copied..token.start).unwrap_or_default());
            renamed.push_str(quoted);
            copied = token.end();
        }
    }
    renamed.push_str(text.get(copied..).unwrap_or_default());
    renamed
}

/// `CREATE VIRTUAL TABLE` under another name, as SQLite writes it after a rename: the name is quoted.
pub(crate) fn virtual_table_named(sql: &str, name: &str) -> Option<String> {
    let mut reader = reader(sql);
    if !reader.eat_words(&["CREATE", "VIRTUAL", "TABLE"]) {
        return None;
    }
    reader.eat_words(&["IF", "NOT", "EXISTS"]);
    let rest = sql.get(reader.advance()?.end()..)?;
    Some(format!("CREATE VIRTUAL TABLE {}{rest}", LEXICON.quote_identifier(name).ok()?))
}
