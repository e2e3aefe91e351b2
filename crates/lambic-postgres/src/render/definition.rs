//! Views, functions, triggers and all other objects that are made from their own text.

use lambic_core::schema::{ObjectId, ObjectKind, QualifiedName};
use lambic_core::{Definition, Lexicon, Result};
use lambic_sql::Token;

use super::options::{COMMENT_PREFIX, ENABLED, INDEX_PREFIX};
use super::privilege;
use super::text::{
    Server, arguments, comment_literal, malformed, named, option, parameters, quote, quote_name, tokens, unsupported,
};
use crate::lexicon::LEXICON;

/// What SQL calls objects of a kind; where there are several, the text of the object tells.
fn nouns(kind: &ObjectKind) -> Result<&'static [&'static str]> {
    Ok(match kind {
        ObjectKind::View => &["VIEW"],
        ObjectKind::MaterializedView => &["MATERIALIZED VIEW"],
        ObjectKind::ForeignTable => &["FOREIGN TABLE"],
        ObjectKind::Function => &["FUNCTION"],
        ObjectKind::Procedure => &["PROCEDURE"],
        ObjectKind::Aggregate => &["AGGREGATE"],
        ObjectKind::Trigger => &["TRIGGER", "CONSTRAINT TRIGGER"],
        ObjectKind::EventTrigger => &["EVENT TRIGGER"],
        ObjectKind::Rule => &["RULE"],
        ObjectKind::Policy => &["POLICY"],
        ObjectKind::Extension => &["EXTENSION"],
        ObjectKind::RangeType => &["TYPE"],
        ObjectKind::Collation => &["COLLATION"],
        ObjectKind::Cast => &["CAST"],
        ObjectKind::Operator => &["OPERATOR CLASS", "OPERATOR FAMILY", "OPERATOR"],
        ObjectKind::Statistics => &["STATISTICS"],
        ObjectKind::Publication => &["PUBLICATION"],
        ObjectKind::ForeignServer => &["SERVER", "FOREIGN DATA WRAPPER", "USER MAPPING"],
        ObjectKind::TextSearch => &[
            "TEXT SEARCH CONFIGURATION",
            "TEXT SEARCH DICTIONARY",
            "TEXT SEARCH PARSER",
            "TEXT SEARCH TEMPLATE",
        ],
        other => return Err(unsupported(format!("objects of the kind {other}"))),
    })
}

/// Whether a definition is a privilege, which has no name to drop.
fn is_privilege(id: &ObjectId) -> bool {
    matches!(id.kind, ObjectKind::Grant | ObjectKind::DefaultPrivilege)
}

/// Whether objects of a kind live in the whole database, not in a namespace.
fn is_global(noun: &str) -> bool {
    ["EVENT TRIGGER", "EXTENSION", "PUBLICATION", "SERVER", "FOREIGN DATA WRAPPER"].contains(&noun)
}

/// The beginning of a definition's text.
pub(super) struct Head<'a> {
    /// What the object is called: `VIEW`.
    noun: &'static str,
    /// The tokens of the text.
    tokens: Vec<Token<'a>>,
    /// Where the name begins among them.
    name: usize,
}

/// Reads the beginning of a definition's text, and checks that it is one statement that makes this object.
pub(super) fn head(definition: &Definition) -> Result<Head<'_>> {
    let id = &definition.id;
    let text = definition.definition.as_str();
    let [one] = statements(text)?.try_into().map_err(|_| malformed(format!("the text of {id} is not one statement")))?;
    let tokens = tokens(one);
    let mut at = 0;
    let mut eat = |words: &str| {
        let fits = words.split(' ').enumerate().all(|(index, word)| {
            tokens.get(at + index).is_some_and(|token| token.is_word(word))
        });
        at += if fits { words.split(' ').count() } else { 0 };
        fits
    };
    let creates = eat("CREATE");
    eat("OR REPLACE");
    let noun = nouns(&id.kind)?.iter().find(|noun| eat(noun));
    let Some(noun) = noun.filter(|_| creates) else {
        let words = nouns(&id.kind)?.join(" or ");
        return Err(malformed(format!("the text of {id} does not begin with CREATE {words}")));
    };
    eat("IF NOT EXISTS");
    let noun = if *noun == "CONSTRAINT TRIGGER" { "TRIGGER" } else { noun };
    let head = Head { noun, tokens, name: at };
    let has_name = !["CAST", "USER MAPPING", "OPERATOR"].contains(&noun);
    if has_name && !head.is_named(&id.name) {
        return Err(malformed(format!("the text of {id} does not name it")));
    }
    Ok(head)
}

impl Head<'_> {
    fn is_named(&self, name: &QualifiedName) -> bool {
        let at = |index| self.tokens.get(self.name + index);
        let part = |index| at(index).and_then(named);
        let qualified = at(1).is_some_and(|token| token.is('.'));
        let (namespace, last) = if qualified { (part(0), part(2)) } else { (None, part(0)) };
        let elsewhere = namespace.is_some() && name.namespace.is_some() && namespace != name.namespace;
        last.as_deref() == Some(name.name.as_str()) && !elsewhere
    }

    /// How statements refer to the object.
    fn reference(&self, id: &ObjectId) -> Result<String> {
        let name = quote_name(&id.name)?;
        Ok(match self.noun {
            "TRIGGER" | "RULE" | "POLICY" => {
                let on = id.on.as_ref().ok_or_else(|| malformed(format!("{id} hangs on nothing")))?;
                format!("{} ON {}", quote(&id.name.name)?, quote_name(&id.name.renamed(on))?)
            }
            "FUNCTION" | "PROCEDURE" => {
                format!("{name}({})", arguments(id.arguments.as_deref().unwrap_or_default())?)
            }
            "AGGREGATE" => {
                let list = arguments(id.arguments.as_deref().unwrap_or_default())?;
                format!("{name}({})", if list.is_empty() { "*" } else { &list })
            }
            "OPERATOR" => operator(id)?,
            "OPERATOR CLASS" | "OPERATOR FAMILY" => format!("{name} USING {}", self.after("USING", 1)),
            "CAST" => self.between_parentheses(),
            "USER MAPPING" => format!("FOR {} SERVER {}", self.after("FOR", 1), self.after("SERVER", 1)),
            noun if is_global(noun) => quote(&id.name.name)?,
            _ => name,
        })
    }

    /// The text of the token that stands some places after a word.
    fn after(&self, word: &str, places: usize) -> &str {
        let found = self.tokens.iter().position(|token| token.is_word(word));
        found.and_then(|at| self.tokens.get(at + places)).map_or("", |token| token.text)
    }

    fn between_parentheses(&self) -> String {
        let rest = self.tokens.get(self.name..).unwrap_or_default();
        let words = rest.iter().skip(1).take_while(|token| !token.is(')')).map(|token| token.text);
        format!("({})", words.collect::<Vec<_>>().join(" ").replace(" . ", "."))
    }
}

fn operator(id: &ObjectId) -> Result<String> {
    let symbol = &id.name.name;
    if symbol.is_empty() || !symbol.chars().all(|letter| "+-*/<>=~!@#%^&|`?".contains(letter)) {
        return Err(malformed(format!("{id} has no name that an operator can have")));
    }
    let namespace = id.name.namespace.as_deref().map(quote).transpose()?;
    let namespace = namespace.map_or_else(String::new, |namespace| format!("{namespace}."));
    Ok(format!("{namespace}{symbol} ({})", arguments(id.arguments.as_deref().unwrap_or_default())?))
}

/// The statements of a text.
fn statements(text: &str) -> Result<Vec<&str>> {
    let lexicon: &Lexicon = &LEXICON;
    let script = lambic_sql::split(text, lexicon).map_err(|error| malformed(error.message))?;
    Ok(script.statements.iter().map(lambic_sql::Statement::text).collect())
}

/// The statements that make an object.
pub(super) fn create(definition: &Definition) -> Result<Vec<String>> {
    if is_privilege(&definition.id) {
        let found = statements(&definition.definition)?;
        found.iter().try_for_each(|text| privilege::opposite(text).map(drop_text))?;
        return Ok(found.into_iter().map(str::to_owned).collect());
    }
    head(definition)?;
    let mut sql = vec![definition.definition.trim().to_owned()];
    let bare = Definition { comment: None, properties: [].into(), ..definition.clone() };
    sql.extend(settle(&bare, definition)?);
    Ok(sql)
}

fn drop_text(_: String) {}

/// The statements that remove it.
pub(super) fn drop(definition: &Definition) -> Result<Vec<String>> {
    if is_privilege(&definition.id) {
        let found = statements(&definition.definition)?;
        return found.iter().rev().map(|text| privilege::opposite(text)).collect();
    }
    let head = head(definition)?;
    Ok(vec![format!("DROP {} {}", head.noun, head.reference(&definition.id)?)])
}

/// The statement that gives an object another name, where there is one.
pub(super) fn rename(definition: &Definition, next: &str) -> Result<Option<String>> {
    if is_privilege(&definition.id) {
        return Ok(None);
    }
    let head = head(definition)?;
    if ["EXTENSION", "CAST", "OPERATOR", "USER MAPPING"].contains(&head.noun) {
        return Ok(None);
    }
    Ok(Some(format!("ALTER {} {} RENAME TO {}", head.noun, head.reference(&definition.id)?, quote(next)?)))
}

/// The statements that change what is not in the text: properties and the comment.
pub(super) fn settle(previous: &Definition, next: &Definition) -> Result<Vec<String>> {
    if is_privilege(&next.id) {
        return Ok(Vec::new());
    }
    let head = head(next)?;
    let mut sql = Vec::new();
    if option(&previous.properties, ENABLED) != option(&next.properties, ENABLED) {
        sql.push(enable(&head, &next.id, option(&next.properties, ENABLED))?);
    }
    sql.extend(indexes(previous, next)?);
    if previous.comment != next.comment {
        let text = comment_literal(next.comment.as_deref())?;
        sql.push(format!("COMMENT ON {} {} IS {text}", head.noun, head.reference(&next.id)?));
    }
    let (old, new) =
        (parameters(&previous.properties, COMMENT_PREFIX), parameters(&next.properties, COMMENT_PREFIX));
    let gone = old.iter().filter(|(column, _)| new.iter().all(|(other, _)| other != column));
    let gone = gone.map(|(column, _)| (*column, None));
    let set = new.iter().filter(|one| !old.contains(one)).map(|(column, text)| (*column, Some(*text)));
    for (column, text) in set.chain(gone) {
        sql.push(super::table::comment_on_column(&next.id.name, column, text)?);
    }
    Ok(sql)
}

/// The indexes of a materialised view.
fn indexes(previous: &Definition, next: &Definition) -> Result<Vec<String>> {
    let (old, new) =
        (parameters(&previous.properties, INDEX_PREFIX), parameters(&next.properties, INDEX_PREFIX));
    let mut sql = Vec::new();
    for (name, _) in old.iter().filter(|one| !new.contains(one)) {
        sql.push(super::index::drop(&next.id.name, name)?);
    }
    for (name, text) in new.iter().filter(|one| !old.contains(one)) {
        let found = tokens(text);
        let words = found.iter().filter(|token| !token.is_any_word(&["UNIQUE", "CREATE"])).take(1);
        let index = words.into_iter().all(|token| token.is_word("INDEX"));
        if !index || statements(text)?.len() != 1 || !super::text::mentions(text, name) {
            return Err(malformed(format!("the text of the index {name} on {} does not make it", next.id)));
        }
        sql.push((*text).to_owned());
    }
    Ok(sql)
}

fn enable(head: &Head<'_>, id: &ObjectId, how: Option<&str>) -> Result<String> {
    let how = match how {
        None => "ENABLE",
        Some("disabled") => "DISABLE",
        Some("replica") => "ENABLE REPLICA",
        Some("always") => "ENABLE ALWAYS",
        Some(other) => return Err(unsupported(format!("{id} being enabled as {other}"))),
    };
    let name = quote(&id.name.name)?;
    match &id.on {
        Some(on) => Ok(format!("ALTER TABLE {} {how} {} {name}", quote_name(&id.name.renamed(on))?, head.noun)),
        None => Ok(format!("ALTER {} {name} {how}", head.noun)),
    }
}

/// The statements that put an object in the place of another under the same name, where that keeps what hangs on it.
pub(super) fn replace(server: Server, previous: &Definition, next: &Definition) -> Result<Option<Vec<String>>> {
    if previous.id != next.id || is_privilege(&next.id) {
        return Ok(None);
    }
    let (old, new) = (head(previous)?, head(next)?);
    let fits = match next.id.kind {
        ObjectKind::Function | ObjectKind::Procedure => signature(&old) == signature(&new),
        ObjectKind::View => appends_only(&old, &new),
        ObjectKind::Rule => true,
        ObjectKind::Trigger => server.is(14) && ![&old, &new].iter().any(|head| head.is_constraint()),
        ObjectKind::Extension => return Ok(update_extension(&old, &new, &next.id)?.map(|sql| vec![sql])),
        _ => false,
    };
    if !fits {
        return Ok(None);
    }
    let text = next.definition.trim();
    let replaces = new.tokens.get(1).is_some_and(|token| token.is_word("OR"));
    let rest = new.tokens.get(1).and_then(|second| text.get(second.start..)).unwrap_or_default();
    let text = if replaces { text.to_owned() } else { format!("CREATE OR REPLACE {rest}") };
    // A trigger is enabled anew.
    let mut kept = previous.clone();
    if next.id.kind == ObjectKind::Trigger {
        kept.properties.remove(ENABLED);
    }
    let mut sql = vec![text];
    sql.extend(settle(&kept, next)?);
    Ok(Some(sql))
}

impl Head<'_> {
    fn is_constraint(&self) -> bool {
        self.tokens.iter().take(self.name).any(|token| token.is_word("CONSTRAINT"))
    }
}

/// What of a function must not change: its name, its parameters, what it returns.
fn signature<'a>(head: &Head<'a>) -> Vec<&'a str> {
    let rest = head.tokens.get(head.name..).unwrap_or_default();
    let ends = ["LANGUAGE", "AS", "BEGIN", "RETURN"];
    rest.iter().take_while(|token| !token.is_any_word(&ends)).map(|token| token.text).collect()
}

/// Whether the columns of a view are those of another, perhaps with more at the end.
fn appends_only(old: &Head<'_>, new: &Head<'_>) -> bool {
    match (columns(old), columns(new)) {
        (Some(old), Some(new)) => new.starts_with(&old),
        _ => false,
    }
}

/// The texts of a view's columns, where it is one plain SELECT.
fn columns<'a>(head: &Head<'a>) -> Option<Vec<Vec<&'a str>>> {
    let select = head.tokens.iter().position(|token| token.is_word("SELECT"))?;
    let before = head.tokens.get(head.name..select)?;
    if before.iter().any(|token| token.is_any_word(&["WITH"]) && !options_follow(before, token)) {
        return None;
    }
    let mut columns = vec![Vec::new()];
    let mut depth = 0_i32;
    for token in head.tokens.get(select + 1..)? {
        depth += i32::from(token.is('(') || token.is('[')) - i32::from(token.is(')') || token.is(']'));
        if depth == 0 && token.is_any_word(&["FROM", "WHERE", "UNION", "INTERSECT", "EXCEPT", "GROUP", "ORDER"]) {
            break;
        }
        if depth == 0 && token.is(',') {
            columns.push(Vec::new());
        } else if let Some(last) = columns.last_mut() {
            last.push(token.text);
        }
    }
    Some(columns)
}

/// Whether this `WITH` begins a view's options, not a query of its own.
fn options_follow(tokens: &[Token<'_>], with: &Token<'_>) -> bool {
    let at = tokens.iter().position(|token| token.start == with.start);
    at.and_then(|at| tokens.get(at + 1)).is_some_and(|next| next.is('('))
}

/// `ALTER EXTENSION … UPDATE`, where nothing but the version differs.
fn update_extension(old: &Head<'_>, new: &Head<'_>, id: &ObjectId) -> Result<Option<String>> {
    let plain = |head: &Head<'_>| {
        let at = head.tokens.iter().position(|token| token.is_word("VERSION"))?;
        let mut texts: Vec<String> = head.tokens.iter().map(|token| token.text.to_owned()).collect();
        let version = texts.get(at + 1).cloned()?;
        texts.drain(at..at + 2);
        Some((version, texts))
    };
    match (plain(old), plain(new)) {
        (Some((_, one)), Some((version, other))) if one == other => {
            Ok(Some(format!("ALTER EXTENSION {} UPDATE TO {version}", quote(&id.name.name)?)))
        }
        _ => Ok(None),
    }
}
