//! Names, types, expressions and refusals.
//!
//! Text of the model stays in its place: it is read token by token before it is written, and what could end the
//! place that it stands in is refused.

use lambic_core::schema::{Expression, NativeType, Properties, QualifiedName};
use lambic_core::{Error, ErrorKind, Lexicon, Result, ServerVersion};
use lambic_sql::{Lexer, Token, TokenKind};

use crate::lexicon::LEXICON;

/// The server that statements are written for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Server {
    major: u32,
}

impl Server {
    /// The newest version known.
    pub(super) const NEWEST: Self = Self { major: 18 };

    pub(super) fn new(version: &ServerVersion) -> Self {
        Self { major: version.major }
    }

    /// Whether it is of this version or newer.
    pub(super) fn is(self, major: u32) -> bool {
        self.major >= major
    }

    /// Refuses what came with a later version.
    pub(super) fn needs(self, major: u32, what: &str) -> Result<()> {
        refuse(!self.is(major), &format!("{what} before version {major}"))
    }
}

/// Says that `PostgreSQL` lacks something.
pub(super) fn unsupported(what: impl std::fmt::Display) -> Error {
    Error::unsupported("PostgreSQL", what)
}

/// Refuses what `PostgreSQL` lacks.
pub(super) fn refuse(present: bool, what: &str) -> Result<()> {
    if present { Err(unsupported(what)) } else { Ok(()) }
}

/// Refuses options that `PostgreSQL` does not have. A name that ends in a dot stands for all that begin with it.
pub(super) fn refuse_options(options: &Properties, known: &[&str], of: &str) -> Result<()> {
    let is_known = |option: &str| {
        known.iter().any(|known| option == *known || known.ends_with('.') && option.starts_with(known))
    };
    match options.keys().find(|option| !is_known(option)) {
        Some(option) => Err(unsupported(format!("the option {option} of {of}"))),
        None => Ok(()),
    }
}

/// Says that an operation contradicts itself.
pub(super) fn malformed(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Usage, "operation.malformed", message)
}

fn unreadable(what: &str, text: &str, why: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        "postgres.malformed",
        format!("the {what} `{text}` cannot be written: {why}"),
    )
}

/// The value of an option.
pub(super) fn option<'p>(options: &'p Properties, name: &str) -> Option<&'p str> {
    options.get(name).map(String::as_str)
}

/// Whether a flag is set.
pub(super) fn flag(options: &Properties, name: &str) -> bool {
    option(options, name) == Some("true")
}

/// A name in quotes.
pub(super) fn quote(name: &str) -> Result<String> {
    LEXICON.quote_identifier(name)
}

/// A name in quotes, with that of its namespace before it.
pub(super) fn quote_name(name: &QualifiedName) -> Result<String> {
    LEXICON.quote_qualified(name.namespace.as_deref(), &name.name)
}

/// Names in quotes, with commas between them.
pub(super) fn quote_list<S: AsRef<str>>(names: &[S]) -> Result<String> {
    let names: Vec<String> = names.iter().map(|name| quote(name.as_ref())).collect::<Result<_>>()?;
    Ok(names.join(", "))
}

/// A text as a literal.
pub(crate) fn literal(text: &str) -> Result<String> {
    LEXICON.quote_text(text)
}

/// A comment, or none.
pub(super) fn comment_literal(comment: Option<&str>) -> Result<String> {
    comment.map_or_else(|| Ok("NULL".to_owned()), literal)
}

/// The tokens that matter of a text.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let lexicon: &Lexicon = &LEXICON;
    Lexer::new(text, lexicon).significant().collect()
}

/// What a token names, as the server reads it: in lower case unless it is in quotes.
pub(crate) fn named(token: &Token<'_>) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text.to_ascii_lowercase()),
        TokenKind::QuotedIdentifier => Some(token.unquote(&LEXICON).into_owned()),
        _ => None,
    }
}

/// Whether a text uses a name, as the server reads names.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    tokens(text).iter().any(|token| named(token).as_deref() == Some(name))
}

/// Why a text cannot stand between parentheses of its own, if it cannot.
fn fault(tokens: &[Token<'_>]) -> Option<&'static str> {
    let mut open = Vec::new();
    for token in tokens {
        match token.kind {
            TokenKind::Terminator => return Some("a statement ends in it"),
            TokenKind::Unterminated(_) => return Some("something in it has no end"),
            _ => {}
        }
        if token.is('(') || token.is('[') {
            open.push(if token.is('(') { ')' } else { ']' });
        } else if token.is(')') || token.is(']') {
            let closes = open.pop().is_some_and(|close| token.is(close));
            if !closes {
                return Some("its parentheses do not match");
            }
        }
    }
    (!open.is_empty()).then_some("its parentheses do not match")
}

/// A text that stands between parentheses and cannot reach out of them. Comments, which could swallow what comes
/// after, become spaces.
pub(super) fn guarded(what: &str, text: &str) -> Result<String> {
    let lexicon: &Lexicon = &LEXICON;
    let all: Vec<Token<'_>> = Lexer::new(text, lexicon).collect();
    let significant: Vec<Token<'_>> = all.iter().copied().filter(|token| !token.is_trivia()).collect();
    if significant.is_empty() {
        return Err(unreadable(what, text, "it is empty"));
    }
    if let Some(why) = fault(&significant) {
        return Err(unreadable(what, text, why));
    }
    let comment = |token: &Token<'_>| matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment);
    if !all.iter().any(comment) {
        return Ok(text.trim().to_owned());
    }
    let kept: String = all.iter().map(|token| if comment(token) { " " } else { token.text }).collect();
    Ok(kept.trim().to_owned())
}

/// An expression between parentheses.
pub(super) fn expression(expression: &Expression) -> Result<String> {
    Ok(format!("({})", guarded("expression", expression.as_str())?))
}

/// An expression where a clause may follow: between parentheses, unless nothing in it could be taken for one.
pub(super) fn operand(expression: &Expression) -> Result<String> {
    let text = guarded("expression", expression.as_str())?;
    let plain = is_plain(&tokens(&text));
    Ok(if plain { text } else { format!("({text})") })
}

/// Whether tokens are one value: a literal, with a cast at most, or the call of a function.
fn is_plain(tokens: &[Token<'_>]) -> bool {
    let at = |index: usize, character| tokens.get(index).is_some_and(|token: &Token<'_>| token.is(character));
    let Some(first) = tokens.first() else { return false };
    if tokens.len() == 1 {
        return true;
    }
    if matches!(first.kind, TokenKind::String | TokenKind::Number) && at(1, ':') && at(2, ':') {
        let rest = tokens.get(3..).unwrap_or_default();
        return type_fault(rest).is_none() && !rest.is_empty();
    }
    first.is_identifier() && at(1, '(') && closes_last(tokens.get(1..).unwrap_or_default())
}

/// Whether the parenthesis that the first token opens is closed by the last one.
fn closes_last(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        depth += usize::from(token.is('('));
        depth -= usize::from(token.is(')') && depth > 0);
        if depth == 0 {
            return index + 1 == tokens.len();
        }
    }
    false
}

/// Words with which something else begins after a type.
const AFTER_TYPE: [&str; 18] = [
    "ADD",
    "ALTER",
    "AS",
    "CHECK",
    "COLLATE",
    "COMPRESSION",
    "CONSTRAINT",
    "DEFAULT",
    "DROP",
    "GENERATED",
    "NOT",
    "NULL",
    "PRIMARY",
    "REFERENCES",
    "SET",
    "STORAGE",
    "UNIQUE",
    "USING",
];

/// Why tokens are not the name of a type, if they are not.
fn type_fault(tokens: &[Token<'_>]) -> Option<&'static str> {
    let mut depth = 0_usize;
    for token in tokens {
        let inside = depth > 0;
        depth += usize::from(token.is('(') || token.is('['));
        depth = depth.saturating_sub(usize::from(token.is(')') || token.is(']')));
        let fits = match token.kind {
            TokenKind::Word => inside || !token.is_any_word(&AFTER_TYPE),
            TokenKind::QuotedIdentifier => true,
            TokenKind::Number => inside,
            TokenKind::Punctuation => {
                ".()[]".contains(token.text) || inside && ",-".contains(token.text) || token.is('%')
            }
            _ => false,
        };
        if !fits {
            return Some("it is not the name of a type");
        }
    }
    None
}

/// Whether tokens are the name of a type.
pub(super) fn is_type(tokens: &[Token<'_>]) -> bool {
    type_fault(tokens).is_none()
}

/// A type.
pub(super) fn native_type(native: &NativeType) -> Result<String> {
    type_text("type", native.as_str())
}

/// The types of arguments, with commas between them.
pub(super) fn arguments(text: &str) -> Result<String> {
    if text.trim().is_empty() { Ok(String::new()) } else { guarded("list of arguments", text) }
}

fn type_text(what: &str, text: &str) -> Result<String> {
    let text_without_comments = guarded(what, text)?;
    match type_fault(&tokens(&text_without_comments)) {
        Some(why) => Err(unreadable(what, text, why)),
        None => Ok(text_without_comments),
    }
}

/// Whether a word is what `quote_ident` leaves without quotes.
fn is_bare(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|first| first.is_ascii_lowercase() || first == '_')
        && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// A plain name as `quote_ident` writes it.
pub(crate) fn as_name(name: &str) -> String {
    if is_bare(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// A name as `quote_ident` writes it, qualified or not; anything else is one plain name.
pub(super) fn sql_name(text: &str) -> Result<String> {
    match read_name(&tokens(text)) {
        Some(name) => quote_name(&name),
        None => quote(text),
    }
}

fn read_name(tokens: &[Token<'_>]) -> Option<QualifiedName> {
    let part = |token: &Token<'_>| {
        let bare = token.kind == TokenKind::QuotedIdentifier || is_bare(token.text);
        named(token).filter(|_| bare)
    };
    match tokens {
        [one] => Some(QualifiedName::bare(part(one)?)),
        [namespace, dot, name] if dot.is('.') => Some(QualifiedName::within(part(namespace)?, part(name)?)),
        _ => None,
    }
}

/// Names as `quote_ident` writes them, with commas between them.
pub(super) fn sql_names(text: &str) -> Result<Vec<String>> {
    let tokens = tokens(text);
    let names = tokens.split(|token| token.is(','));
    names
        .map(|name| {
            let name = read_name(name).ok_or_else(|| unreadable("list of names", text, "it is not one"))?;
            quote_name(&name)
        })
        .collect()
}

/// Plain names as `quote_ident` writes them, with commas between them: what they name.
pub(super) fn plain_names(text: &str) -> Result<Vec<String>> {
    let tokens = tokens(text);
    let names = tokens.split(|token| token.is(','));
    let name = |one: &[Token<'_>]| match read_name(one) {
        Some(QualifiedName { namespace: None, name }) => Ok(name),
        _ => Err(unreadable("list of names", text, "it is not one")),
    };
    names.map(name).collect()
}

/// An operator class: its name, and its parameters in parentheses.
pub(super) fn operator_class(text: &str) -> Result<String> {
    let tokens = tokens(text);
    let length = tokens.iter().position(|token| token.is('(')).unwrap_or(tokens.len());
    let (name, parameters) = tokens.split_at_checked(length).unwrap_or((&tokens, &[]));
    let class = read_name(name).ok_or_else(|| unreadable("operator class", text, "it is not a name"))?;
    let class = quote_name(&class)?;
    let Some(open) = parameters.first() else { return Ok(class) };
    if !closes_last(parameters) {
        return Err(unreadable("operator class", text, "its parentheses do not match"));
    }
    let parameters = text.get(open.start..).unwrap_or_default();
    Ok(format!("{class} {}", guarded("operator class", parameters)?))
}

/// ` COLLATE …`, where there is a collation.
pub(super) fn collate(collation: Option<&str>) -> Result<String> {
    collation.map_or_else(|| Ok(String::new()), |name| Ok(format!(" COLLATE {}", sql_name(name)?)))
}

/// `CONSTRAINT "name" `, where there is a name.
pub(super) fn constraint_name(name: Option<&str>) -> Result<String> {
    name.map_or_else(|| Ok(String::new()), |name| Ok(format!("CONSTRAINT {} ", quote(name)?)))
}

/// The storage parameters among options, without their prefix.
pub(super) fn parameters<'p>(options: &'p Properties, prefix: &str) -> Vec<(&'p str, &'p str)> {
    let known = options.iter();
    known.filter_map(|(name, value)| Some((name.strip_prefix(prefix)?, value.as_str()))).collect()
}

/// The name of a storage parameter: `fillfactor`, `toast.autovacuum_enabled`.
fn parameter_name(name: &str) -> Result<String> {
    let parts: Vec<String> = name.split('.').map(quote).collect::<Result<_>>()?;
    Ok(parts.join("."))
}

/// `"fillfactor" = '70', …`
pub(super) fn assignments(parameters: &[(&str, &str)]) -> Result<String> {
    let texts: Vec<String> = (parameters.iter())
        .map(|(name, value)| Ok(format!("{} = {}", parameter_name(name)?, literal(value)?)))
        .collect::<Result<_>>()?;
    Ok(texts.join(", "))
}

/// `SET (…)` and `RESET (…)` that lead from some parameters to others.
pub(super) fn parameter_changes(previous: &[(&str, &str)], next: &[(&str, &str)]) -> Result<Vec<String>> {
    let set: Vec<(&str, &str)> = next.iter().filter(|one| !previous.contains(one)).copied().collect();
    let gone = previous.iter().filter(|(name, _)| next.iter().all(|(other, _)| name != other));
    let gone: Vec<String> = gone.map(|(name, _)| parameter_name(name)).collect::<Result<_>>()?;
    let mut changes = Vec::new();
    if !set.is_empty() {
        changes.push(format!("SET ({})", assignments(&set)?));
    }
    if !gone.is_empty() {
        changes.push(format!("RESET ({})", gone.join(", ")));
    }
    Ok(changes)
}

/// The length in bytes beyond which the server cuts names.
const LONGEST_NAME: usize = 63;

/// The name that the server gives what belongs to a column: `table_column_seq`, its parts cut to fit. Without a
/// column, `table_pkey`.
pub(crate) fn automatic_name(table: &str, column: &str, suffix: &str) -> String {
    let gap = if column.is_empty() { "" } else { "_" };
    let room = LONGEST_NAME.saturating_sub(suffix.len() + 1 + gap.len());
    let (mut one, mut other) = (table.len(), column.len());
    while one + other > room {
        if one > other { one -= 1 } else { other -= 1 }
    }
    let cut = |text: &str, length: usize| text.get(..text.floor_char_boundary(length)).map(str::to_owned);
    let (one, other) = (cut(table, one).unwrap_or_default(), cut(column, other).unwrap_or_default());
    format!("{one}{gap}{other}_{suffix}")
}

/// The name that the server gives the index of a partition, by the names of its columns with `_` between them and the
/// kind of the constraint that it belongs to.
pub(crate) fn automatic_index_name(table: &str, columns: &str, constraint: Option<&str>) -> String {
    match constraint {
        Some("p") => automatic_name(table, "", "pkey"),
        Some("u") => automatic_name(table, columns, "key"),
        Some("x") => automatic_name(table, columns, "excl"),
        _ => automatic_name(table, columns, "idx"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_out_of_its_place_is_refused() {
        for text in ["1); DROP TABLE x; --", "1) --", "", "--", "a[1", "(a]", "'a", "a; b", "$$", "/* "] {
            let error = expression(&Expression::new(text)).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Usage, "{text}");
        }
        assert_eq!(expression(&Expression::new("a -- b\n + (';') /* c */")).unwrap(), "(a  \n + (';'))");
    }

    #[test]
    fn only_one_value_goes_without_parentheses() {
        for plain in ["1", "'x'::character varying", "now()", "nextval('a.b'::regclass)", "CURRENT_DATE"] {
            assert_eq!(operand(&Expression::new(plain)).unwrap(), plain);
        }
        for other in ["1 NOT NULL", "1, b integer", "f() + g()", "'x'::text NOT NULL", "(1)", "f(), g()"] {
            assert_eq!(operand(&Expression::new(other)).unwrap(), format!("({other})"));
        }
    }

    #[test]
    fn a_type_is_nothing_but_a_type() {
        for text in [
            "integer[]",
            "timestamp(3) with time zone",
            "numeric(5,-2)",
            "geometry(Point,4326)",
            "\"My\".\"Type\"(3)",
        ] {
            assert_eq!(native_type(&NativeType::new(text)).unwrap(), text);
        }
        for text in
            ["", "integer, b text", "text NOT NULL", "text DEFAULT 'x'", "text CHECK (true)", "1", "a b;"]
        {
            assert!(native_type(&NativeType::new(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_read_as_they_are_quoted() {
        let names = [
            ("C", "\"C\""),
            ("en_US.utf8", "\"en_US.utf8\""),
            ("other.x", "\"other\".\"x\""),
            ("\"A b\"", "\"A b\""),
        ];
        for (text, written) in names {
            assert_eq!(sql_name(text).unwrap(), written);
        }
        assert_eq!(operator_class("gist_trgm_ops (siglen='32')").unwrap(), "\"gist_trgm_ops\" (siglen='32')");
        assert!(operator_class("a (b) c").is_err());
        assert_eq!(sql_names("a, other.\"b,c\"").unwrap(), ["\"a\"", "\"other\".\"b,c\""]);
    }

    #[test]
    fn long_names_are_cut_as_the_server_cuts_them() {
        let table = "a_really_long_table_name_which_is_too_long";
        let name = automatic_name(table, "a_quite_long_column_name_here_too", "seq");
        assert_eq!(name.len(), LONGEST_NAME);
        assert_eq!(automatic_name("t", "id", "seq"), "t_id_seq");
    }
}
