//! Views, routines, triggers and events: by the statement that makes them.

use lambic_core::operation::Dependent;
use lambic_core::schema::{ObjectId, ObjectKind};
use lambic_core::{Definition, Result, Statement};
use lambic_sql::{Lexer, Token};

use super::options::{CLIENT_CHARSET, CONNECTION_COLLATION, SQL_MODE, TIME_ZONE};
use super::text::{Writer, doubled, malformed, same_name};
use super::{ddl, plain};
use crate::lexicon::lexicon;
use crate::product::Settings;

/// Settings of the session that a definition is made under, by the property that holds each.
const ENVIRONMENT: [(&str, &str); 4] = [
    (SQL_MODE, "sql_mode"),
    (CLIENT_CHARSET, "character_set_client"),
    (CONNECTION_COLLATION, "collation_connection"),
    (TIME_ZONE, "time_zone"),
];

/// What an event keeps when it is altered without a word of it.
const KEPT_BY_EVENTS: [&str; 2] = ["COMMENT", "COMPLETION"];

/// The word for objects of the kind.
fn noun(w: Writer<'_>, kind: &ObjectKind) -> Result<&'static str> {
    match kind {
        ObjectKind::View => Ok("VIEW"),
        ObjectKind::Trigger => Ok("TRIGGER"),
        ObjectKind::Procedure => Ok("PROCEDURE"),
        ObjectKind::Function => Ok("FUNCTION"),
        ObjectKind::Event => Ok("EVENT"),
        other => Err(w.unsupported(format!("objects of the kind {other}"))),
    }
}

/// A statement `CREATE …` taken apart.
struct Text<'d> {
    sql: &'d str,
    tokens: Vec<Token<'d>>,
    /// The token of the object's own name.
    name: usize,
}

impl<'d> Text<'d> {
    /// Reads a definition by the rules under which it was made, and makes sure that it is one statement that makes
    /// the object it claims to make.
    fn read(w: Writer<'_>, definition: &'d Definition) -> Result<Self> {
        let noun = noun(w, &definition.id.kind)?;
        let mode = definition.properties.get(SQL_MODE).map_or("", String::as_str);
        let settings = Settings::read(mode, 0);
        let lexicon = lexicon(&w.product.facts, settings);
        let text = definition.definition.trim();
        let wrong = |why: &str| malformed(format!("the definition of {} {why}", definition.id));
        // Where a body begins is another language's business.
        if !mode.split(',').any(|mode| mode.eq_ignore_ascii_case("ORACLE")) {
            let script = lambic_sql::split(text, &lexicon)
                .map_err(|error| wrong(&format!("cannot be read: {error}")))?;
            if script.statements.len() != 1 {
                return Err(wrong("is not one statement"));
            }
        }
        let tokens: Vec<Token<'d>> = Lexer::new(text, &lexicon).significant().collect();
        if !tokens.first().is_some_and(|token| token.is_word("CREATE")) {
            return Err(wrong("does not begin with CREATE"));
        }
        let at = tokens.iter().position(|token| token.is_word(noun));
        let named = at.and_then(|at| {
            let qualified = tokens.get(at + 2).is_some_and(|token| token.is('.'));
            Some(if qualified { at + 3 } else { at + 1 }).filter(|name| *name < tokens.len())
        });
        let is_name = |at: &usize| {
            let token = tokens.get(*at).filter(|token| token.is_identifier());
            token.is_some_and(|token| same_name(&token.unquote(&lexicon), &definition.id.name.name))
        };
        match named.filter(is_name) {
            Some(name) => Ok(Self { sql: text, tokens, name }),
            None => Err(wrong(&format!("does not make the {} {}", definition.id.kind, definition.id.name))),
        }
    }

    /// The statement with another beginning than `CREATE` or `CREATE OR REPLACE`.
    fn beginning_with(&self, words: &str) -> String {
        let replaces = self.tokens.get(1).is_some_and(|token| token.is_word("OR"));
        let head = self.tokens.get(if replaces { 2 } else { 0 }).map_or(0, Token::end);
        format!("{words}{}", self.sql.get(head..).unwrap_or_default())
    }

    /// Whether the word stands outside the body.
    fn says(&self, word: &str) -> bool {
        let head = self.tokens.iter().take_while(|token| !token.is_word("DO"));
        head.skip(self.name).any(|token| token.is_word(word))
    }

    /// The place of the table that a trigger hangs on, among the tokens.
    fn table(&self) -> Option<usize> {
        let on = self.tokens.iter().skip(self.name).position(|token| token.is_word("ON"))?;
        let at = self.name + on + 1;
        Some(if self.tokens.get(at + 1).is_some_and(|token| token.is('.')) { at + 2 } else { at })
    }

    /// Whether another statement says the same, but for one name.
    fn is_but_for(&self, other: &Text<'_>, at: Option<usize>) -> bool {
        let same = |(place, (one, two)): (usize, (&Token<'_>, &Token<'_>))| {
            let words = one.kind == two.kind && one.text.eq_ignore_ascii_case(two.text);
            Some(place) == at || one.text == two.text || (one.kind == lambic_sql::TokenKind::Word && words)
        };
        self.tokens.len() == other.tokens.len() && self.tokens.iter().zip(&other.tokens).enumerate().all(same)
    }
}

/// The statements that make the object.
pub(super) fn create(w: Writer<'_>, definition: &Definition) -> Result<Vec<Statement>> {
    let text = Text::read(w, definition)?;
    // The server writes the text of a view itself, as often as it is made.
    let sql = match definition.id.kind {
        ObjectKind::View => doubled(text.sql, w.canonical),
        _ => text.sql.to_owned(),
    };
    around(w, definition, ddl(sql))
}

/// The statements that remove it.
pub(super) fn drop(w: Writer<'_>, id: &ObjectId) -> Result<Vec<Statement>> {
    Ok(vec![ddl(format!("DROP {} {}", noun(w, &id.kind)?, w.qualified(&id.name)?))])
}

/// The statements that make objects, in order.
pub(super) fn create_all(w: Writer<'_>, definitions: &[Definition]) -> Result<Vec<Statement>> {
    let mut statements = Vec::new();
    for definition in in_order(definitions.iter().collect()) {
        statements.extend(create(w, definition)?);
    }
    Ok(statements)
}

/// The statements that remove objects after `with` has been removed, but for those that went with it.
pub(super) fn drop_all(w: Writer<'_>, definitions: &[Definition], with: &ObjectId) -> Result<Vec<Statement>> {
    let mut statements = Vec::new();
    for definition in definitions.iter().filter(|definition| !definition.id.hangs_on(&with.name)) {
        statements.extend(drop(w, &definition.id)?);
    }
    Ok(statements)
}

/// The statements that change the object in place as far as the product can.
pub(super) fn alter(w: Writer<'_>, previous: &Definition, next: &Definition) -> Result<Vec<Statement>> {
    let (old, new) = (Text::read(w, previous)?, Text::read(w, next)?);
    let replace = || around(w, next, ddl(new.beginning_with("CREATE OR REPLACE")));
    match next.id.kind {
        ObjectKind::View => replace(),
        // What an alteration does not mention stays, the comment above all.
        ObjectKind::Event if KEPT_BY_EVENTS.iter().all(|word| !old.says(word) || new.says(word)) => {
            around(w, next, ddl(new.beginning_with("ALTER")))
        }
        _ if w.product.facts.create_or_replace => replace(),
        _ => Ok([drop(w, &previous.id)?, create(w, next)?].concat()),
    }
}

/// The statements that give the object another name.
fn rename(w: Writer<'_>, previous: &Definition, next: &Definition) -> Result<Vec<Statement>> {
    let (old, new) = (Text::read(w, previous)?, Text::read(w, next)?);
    let (from, to) = (w.qualified(&previous.id.name)?, w.qualified(&next.id.name)?);
    let moved = match next.id.kind {
        ObjectKind::View => format!("RENAME TABLE {from} TO {to}"),
        ObjectKind::Event => format!("ALTER EVENT {from} RENAME TO {to}"),
        // Two triggers would both be run, and names of routines differ by more than case.
        ObjectKind::Trigger => return Ok([drop(w, &previous.id)?, create(w, next)?].concat()),
        _ if same_name(&previous.id.name.name, &next.id.name.name) => {
            return Ok([drop(w, &previous.id)?, create(w, next)?].concat());
        }
        _ => return Ok([create(w, next)?, drop(w, &previous.id)?].concat()),
    };
    let mut statements = vec![ddl(moved)];
    let same = previous.properties == next.properties;
    if !same || old.name != new.name || !old.is_but_for(&new, Some(old.name)) {
        statements.extend(alter(w, previous, next)?);
    }
    Ok(statements)
}

/// The statements that bring definition objects along with a change. Those that stay as they are are not touched: no
/// alteration of a table takes them away. `moved` is a table that triggers follow by themselves, `anew` an object
/// that has been made again.
pub(super) fn remake(
    w: Writer<'_>,
    dependents: &[Dependent],
    moved: Option<&ObjectId>,
    anew: Option<&ObjectId>,
) -> Result<Vec<Statement>> {
    let changed = |dependent: &&Dependent| {
        let (previous, next) = (&dependent.previous, &dependent.next);
        previous.id != next.id
            || previous.definition != next.definition
            || previous.properties != next.properties
    };
    // A trigger that stands after one that is made anew would stand before it.
    let after = |dependent: &&Dependent| {
        let mut remade = dependents.iter().filter(changed).map(|other| &other.previous.id).chain(anew);
        dependent.next.id.kind == ObjectKind::Trigger
            && remade.any(|id| id.kind == ObjectKind::Trigger && dependent.previous.depends_on.contains(id))
    };
    let wanted = dependents.iter().filter(|dependent| changed(dependent) || after(dependent));
    let nexts: Vec<&Definition> = wanted.map(|dependent| &dependent.next).collect();
    let mut statements = Vec::new();
    for next in in_order(nexts) {
        let Some(Dependent { previous, .. }) =
            dependents.iter().find(|dependent| dependent.next.id == next.id)
        else {
            continue;
        };
        if previous.id.kind != next.id.kind {
            return Err(malformed(format!("{} cannot become {}", previous.id, next.id)));
        }
        if follows(w, previous, next, moved)? {
            continue;
        }
        let same_name = previous.id.name == next.id.name;
        statements.extend(if same_name { alter(w, previous, next)? } else { rename(w, previous, next)? });
    }
    Ok(statements)
}

/// Whether a trigger only follows its table to another name.
fn follows(
    w: Writer<'_>,
    previous: &Definition,
    next: &Definition,
    moved: Option<&ObjectId>,
) -> Result<bool> {
    let hangs = moved.is_some_and(|table| previous.id.hangs_on(&table.name));
    if !hangs || previous.id.name != next.id.name || previous.properties != next.properties {
        return Ok(false);
    }
    let (old, new) = (Text::read(w, previous)?, Text::read(w, next)?);
    Ok(old.table() == new.table() && old.is_but_for(&new, old.table()))
}

/// Definitions, each after those it needs among them.
fn in_order(mut open: Vec<&Definition>) -> Vec<&Definition> {
    let mut ordered = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let waits = |definition: &&Definition| {
            definition
                .depends_on
                .iter()
                .any(|id| *id != definition.id && open.iter().any(|other| other.id == *id))
        };
        // Where they need each other in a circle, the first of them comes first.
        let at = open.iter().position(|definition| !waits(definition)).unwrap_or_default();
        ordered.push(open.remove(at));
    }
    ordered
}

/// Whether text in the session's own character set is the same text in another.
fn reads_the_same(text: &str, charset: &str) -> bool {
    let short = || text.chars().all(|letter| letter.len_utf8() <= 3);
    text.is_ascii() || (["utf8", "utf8mb3"].contains(&charset) && short())
}

/// A statement with the settings under which the object was made, and the session's own again afterwards.
fn around(w: Writer<'_>, definition: &Definition, statement: Statement) -> Result<Vec<Statement>> {
    let (mut set, mut restored) = (Vec::new(), Vec::new());
    for (property, variable) in ENVIRONMENT {
        let mode = property == SQL_MODE && w.product.lexicon != *w.canonical;
        let value = definition.properties.get(property).map(String::as_str);
        // Text that says nothing else is read as the catalog writes it.
        let Some(value) = value.or(mode.then_some("")) else { continue };
        if property == CLIENT_CHARSET && !reads_the_same(&definition.definition, value) {
            // The server would read the text in that character set.
            let what = format!(
                "text beyond ASCII in {}, made by a client with the character set {value}",
                definition.id
            );
            return Err(w.unsupported(what).hint("make it again as utf8mb4"));
        }
        set.push(format!("@lambic_{variable} = @@{variable}, {variable} = {}", w.literal(value)?));
        restored.push(format!("{variable} = @lambic_{variable}"));
    }
    if set.is_empty() {
        return Ok(vec![statement]);
    }
    let (set, restored) = (format!("SET {}", set.join(", ")), format!("SET {}", restored.join(", ")));
    Ok(vec![plain(set), statement, plain(restored)])
}
