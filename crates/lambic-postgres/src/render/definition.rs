//! Views, functions, triggers and all other objects that are made from their own text.

use lambic_core::schema::{ObjectId, ObjectKind, QualifiedName};
use lambic_core::{Definition, Lexicon, Result};
use lambic_sql::Token;

use super::options::{COMMENT_PREFIX, ENABLED, INDEX_PREFIX, STATISTICS, VERSION};
use super::setting;
use super::text::{
    Server, arguments, comment_literal, literal, malformed, named, option, parameters, quote, quote_name,
    refuse_options, tokens, unsupported,
};
use crate::lexicon::LEXICON;

/// What else there can be to a definition.
const PROPERTIES: [&str; 5] = [ENABLED, STATISTICS, VERSION, INDEX_PREFIX, COMMENT_PREFIX];

/// What SQL calls objects of a kind; where there are several nouns, the text tells.
const NOUNS: [(&str, &str); 32] = [
    ("view", "VIEW"),
    ("materialized-view", "MATERIALIZED VIEW"),
    ("foreign-table", "FOREIGN TABLE"),
    ("function", "FUNCTION"),
    ("procedure", "PROCEDURE"),
    ("aggregate", "AGGREGATE"),
    ("trigger", "TRIGGER"),
    ("event-trigger", "EVENT TRIGGER"),
    ("rule", "RULE"),
    ("policy", "POLICY"),
    ("index", "INDEX"),
    ("extension", "EXTENSION"),
    ("language", "LANGUAGE"),
    ("access-method", "ACCESS METHOD"),
    ("range-type", "TYPE"),
    ("shell-type", "TYPE"),
    ("collation", "COLLATION"),
    ("conversion", "CONVERSION"),
    ("conversion", "DEFAULT CONVERSION"),
    ("cast", "CAST"),
    ("transform", "TRANSFORM"),
    ("operator", "OPERATOR CLASS"),
    ("operator", "OPERATOR FAMILY"),
    ("operator", "OPERATOR"),
    ("statistics", "STATISTICS"),
    ("publication", "PUBLICATION"),
    ("foreign-server", "SERVER"),
    ("foreign-server", "FOREIGN DATA WRAPPER"),
    ("text-search", "TEXT SEARCH CONFIGURATION"),
    ("text-search", "TEXT SEARCH DICTIONARY"),
    ("text-search", "TEXT SEARCH PARSER"),
    ("text-search", "TEXT SEARCH TEMPLATE"),
];

/// Words that may stand between `CREATE` and the noun.
const BEFORE_NOUN: [&str; 5] = ["OR", "REPLACE", "CONSTRAINT", "TRUSTED", "UNIQUE"];

/// Whether objects of a kind live in the whole database, not in a namespace.
fn is_global(noun: &str) -> bool {
    let global = [
        "EVENT TRIGGER",
        "EXTENSION",
        "PUBLICATION",
        "SERVER",
        "FOREIGN DATA WRAPPER",
        "LANGUAGE",
        "ACCESS METHOD",
    ];
    global.contains(&noun)
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
    let [one] = statements(text)?
        .try_into()
        .map_err(|_| malformed(format!("the text of {id} is not one statement")))?;
    let tokens = tokens(one);
    let mut at = 0;
    let mut eat = |words: &str| {
        let fits = words
            .split(' ')
            .enumerate()
            .all(|(index, word)| tokens.get(at + index).is_some_and(|token| token.is_word(word)));
        at += if fits { words.split(' ').count() } else { 0 };
        fits
    };
    let creates = eat("CREATE");
    while BEFORE_NOUN.iter().any(|word| eat(word)) {}
    let nouns: Vec<&'static str> =
        NOUNS.iter().filter(|(kind, _)| id.kind.as_str() == *kind).map(|(_, noun)| *noun).collect();
    if nouns.is_empty() {
        return Err(unsupported(format!("objects of the kind {}", id.kind)));
    }
    let Some(noun) = nouns.iter().find(|noun| eat(noun)).filter(|_| creates) else {
        return Err(malformed(format!("the text of {id} does not begin with CREATE {}", nouns.join(" or "))));
    };
    let noun = noun.trim_start_matches("DEFAULT ");
    eat("IF NOT EXISTS");
    let head = Head { noun, tokens, name: at };
    let has_name = !["CAST", "TRANSFORM", "OPERATOR"].contains(&noun);
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
            "TRANSFORM" => self.text_until('('),
            "CAST" => self.text_until(')'),
            "AGGREGATE" => {
                let list = arguments(id.arguments.as_deref().unwrap_or_default())?;
                format!("{name}({})", if list.is_empty() { "*" } else { &list })
            }
            "OPERATOR" => operator(id)?,
            "OPERATOR CLASS" | "OPERATOR FAMILY" => format!("{name} USING {}", self.after("USING", 1)),
            noun if is_global(noun) => quote(&id.name.name)?,
            _ => name,
        })
    }

    /// The text of the token that stands some places after a word.
    fn after(&self, word: &str, places: usize) -> &str {
        let found = self.tokens.iter().position(|token| token.is_word(word));
        found.and_then(|at| self.tokens.get(at + places)).map_or("", |token| token.text)
    }

    /// The text of the tokens from the name on: with the `)` that ends it, or without the `(` that follows.
    fn text_until(&self, end: char) -> String {
        let rest = self.tokens.get(self.name..).unwrap_or_default();
        let at = rest.iter().position(|token| token.is(end)).unwrap_or(rest.len());
        let words = rest.get(..at + usize::from(end == ')')).unwrap_or(rest).iter().map(|token| token.text);
        words.collect::<Vec<_>>().join(" ").replace(" . ", ".")
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
    let text = definition.definition.trim().to_owned();
    if setting::is_statement(&definition.id) {
        check_statement(definition)?;
        return Ok(vec![text]);
    }
    head(definition)?;
    let version = option(&definition.properties, VERSION);
    let version =
        version.map_or_else(|| Ok(String::new()), |version| Ok(format!(" VERSION {}", literal(version)?)))?;
    let mut sql = vec![format!("{text}{version}")];
    let mut bare = Definition { comment: None, properties: [].into(), ..definition.clone() };
    bare.properties.extend(
        definition.properties.get_key_value(VERSION).map(|(key, value)| (key.clone(), value.clone())),
    );
    sql.extend(settle(&bare, definition)?);
    Ok(sql)
}

fn check_statement(definition: &Definition) -> Result<()> {
    let one = statements(&definition.definition)?.len() == 1;
    if !one {
        return Err(malformed(format!("the text of {} is not one statement", definition.id)));
    }
    setting::check(&definition.id, &definition.definition)
}

/// The statements that remove it.
pub(super) fn drop(server: Server, definition: &Definition) -> Result<Vec<String>> {
    if setting::is_statement(&definition.id) {
        check_statement(definition)?;
        return Ok(vec![setting::opposite(server, &definition.id, &definition.definition)?]);
    }
    let head = head(definition)?;
    Ok(vec![format!("DROP {} {}", head.noun, head.reference(&definition.id)?)])
}

/// The statement that gives an object another name, where there is one.
pub(super) fn rename(definition: &Definition, next: &str) -> Result<Option<String>> {
    if setting::is_statement(&definition.id) {
        return Ok(None);
    }
    let head = head(definition)?;
    if ["EXTENSION", "CAST", "TRANSFORM", "OPERATOR", "ACCESS METHOD"].contains(&head.noun) {
        return Ok(None);
    }
    Ok(Some(format!("ALTER {} {} RENAME TO {}", head.noun, head.reference(&definition.id)?, quote(next)?)))
}

/// The statements that change what is not in the text: properties and the comment.
pub(super) fn settle(previous: &Definition, next: &Definition) -> Result<Vec<String>> {
    if setting::is_statement(&next.id) {
        return Ok(Vec::new());
    }
    refuse_options(&next.properties, &PROPERTIES, "definitions")?;
    let head = head(next)?;
    let mut sql = Vec::new();
    let changed = |key: &str| option(&previous.properties, key) != option(&next.properties, key);
    if changed(VERSION) {
        let version = option(&next.properties, VERSION)
            .map_or_else(|| Ok(String::new()), |version| Ok(format!(" TO {}", literal(version)?)))?;
        sql.push(format!("ALTER EXTENSION {} UPDATE{version}", quote(&next.id.name.name)?));
    }
    if changed(STATISTICS) {
        let target: i32 = option(&next.properties, STATISTICS)
            .unwrap_or("-1")
            .parse()
            .map_err(|_| malformed(format!("{} has a statistics target that is no number", next.id)))?;
        sql.push(format!("ALTER STATISTICS {} SET STATISTICS {target}", quote_name(&next.id.name)?));
    }
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
        Some(on) => {
            Ok(format!("ALTER TABLE {} {how} {} {name}", quote_name(&id.name.renamed(on))?, head.noun))
        }
        None => Ok(format!("ALTER {} {name} {how}", head.noun)),
    }
}

/// The statements that put an object in the place of another under the same name, where that keeps what hangs on it.
pub(super) fn replace(
    server: Server,
    previous: &Definition,
    next: &Definition,
) -> Result<Option<Vec<String>>> {
    if previous.id != next.id || setting::is_statement(&next.id) {
        return Ok(None);
    }
    let (old, new) = (head(previous)?, head(next)?);
    let fits = match next.id.kind {
        ObjectKind::Function | ObjectKind::Procedure => signature(&old) == signature(&new),
        ObjectKind::View => appends_only(&old, &new),
        ObjectKind::Rule => true,
        ObjectKind::Trigger => server.is(14) && ![&old, &new].iter().any(|head| head.is_constraint()),
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
        if depth == 0
            && token.is_any_word(&["FROM", "WHERE", "UNION", "INTERSECT", "EXCEPT", "GROUP", "ORDER"])
        {
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
