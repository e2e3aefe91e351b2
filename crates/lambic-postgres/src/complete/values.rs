//! A value of an enumerated type gets another name.

use std::cell::Cell;

use lambic_core::operation::Object;
use lambic_core::schema::{Expression, ObjectId, ObjectKind, QualifiedName, Schema, Table, Text};
use lambic_core::{Definition, Result};
use lambic_sql::{Token, TokenKind, rewrite};

use super::names::{Renamed, followed_by};
use super::{edit_texts, unknown};
use crate::lexicon::LEXICON;
use crate::render::{named, tokens};

/// The value, and what can hold it inside a literal of its own.
pub(super) struct Value<'v> {
    enumeration: &'v QualifiedName,
    from: &'v str,
    to: &'v str,
    /// Types whose literals can have values of the type in them.
    carriers: Vec<QualifiedName>,
}

impl<'v> Value<'v> {
    pub(super) fn new(schema: &Schema, enumeration: &'v QualifiedName, from: &'v str, to: &'v str) -> Self {
        let ranges = schema.definitions.iter().filter(|one| one.id.kind == ObjectKind::RangeType);
        let carriers = (schema.composites.iter().map(|one| &one.name))
            .chain(schema.tables.iter().map(|one| &one.name))
            .chain(schema.domains.iter().map(|one| &one.name))
            .chain(ranges.map(|one| &one.id.name));
        Self { enumeration, from, to, carriers: carriers.cloned().collect() }
    }

    /// What a table, a domain or a composite type becomes.
    pub(super) fn object(&self, object: &mut Object) -> Result<()> {
        let id = object.id();
        let held = Cell::new(false);
        let table = if let Object::Table(table) = &*object { Some(table.as_ref().clone()) } else { None };
        edit_texts(object, &mut |text| match text {
            Text::Type(_) => {}
            Text::Expression(text) => text.0 = self.expression(&text.0, &held),
            Text::Bound { by, bound } => {
                if let Some(table) = &table {
                    bound.0 = self.bound(table, by, &bound.0);
                }
            }
        });
        self.refuse(held.get(), &id)
    }

    /// What a definition object becomes. What a function keeps as text stays.
    pub(super) fn definition(&self, definition: &mut Definition) -> Result<()> {
        let held = Cell::new(false);
        definition.definition = self.expression(&definition.definition, &held);
        definition.properties.values_mut().for_each(|value| *value = self.expression(value, &held));
        self.refuse(held.get(), &definition.id)
    }

    fn refuse(&self, held: bool, id: &ObjectId) -> Result<()> {
        let enumeration = || ObjectId::new(ObjectKind::Enum, self.enumeration.clone());
        if held { Err(unknown(id, &enumeration())) } else { Ok(()) }
    }

    /// `'value'::type` and `'{value}'::type[]`; `held` is set where a literal of another type can hold the value.
    fn expression(&self, text: &str, held: &Cell<bool>) -> String {
        let own = Renamed { from: self.enumeration, to: "" };
        rewrite(text, &LEXICON, |tokens, at| {
            let literal = tokens.get(at).filter(|token| token.kind == TokenKind::String)?;
            if !(followed_by(tokens, at, ':') && followed_by(tokens, at + 1, ':')) {
                return None;
            }
            let content = literal.unquote(&LEXICON);
            let end = |name: &QualifiedName| at + 3 + if name.namespace.is_some() { 2 } else { 0 };
            if own.ends_at(tokens, end(self.enumeration)) {
                let array = followed_by(tokens, end(self.enumeration), '[');
                let new = if array {
                    self.array(&content)?
                } else {
                    (content == self.from).then(|| self.to.to_owned())?
                };
                return LEXICON.quote_text(&new).ok();
            }
            let carried =
                self.carriers.iter().any(|name| Renamed { from: name, to: "" }.ends_at(tokens, end(name)));
            let several = tokens.get(at + 3).and_then(named).is_some_and(|name| name.ends_with("multirange"));
            if (carried || several) && content.contains(self.from) {
                held.set(true);
            }
            None
        })
    }

    /// An array's text with the value replaced in it; `None` where it has none.
    fn array(&self, text: &str) -> Option<String> {
        let mut written = String::with_capacity(text.len());
        let mut rest = text;
        let mut found = false;
        while let Some(first) = rest.chars().next() {
            if matches!(first, '{' | '}' | ',') {
                written.push(first);
                rest = rest.get(1..)?;
                continue;
            }
            let (length, element) = element(rest)?;
            let (raw, after) = rest.split_at_checked(length)?;
            let same = element == self.from && (raw.starts_with('"') || !raw.eq_ignore_ascii_case("null"));
            found |= same;
            written.push_str(&if same { array_element(self.to) } else { raw.to_owned() });
            rest = after;
        }
        found.then_some(written)
    }

    /// Which rows a partition holds: literals without a type, each of the column that it stands for.
    fn bound(&self, table: &Table, by: &Expression, bound: &str) -> String {
        let keys = key_columns(by.as_str());
        let own = Renamed { from: self.enumeration, to: "" };
        let holds = |place: usize| {
            let column = keys.get(place).and_then(|key| table.column(key.as_ref()?));
            column.is_some_and(|column| {
                let tokens = tokens(column.native.as_str());
                own.ends_at(&tokens, tokens.len().saturating_sub(1))
            })
        };
        let list = tokens(by.as_str()).first().is_some_and(|token| token.is_word("LIST"));
        rewrite(bound, &LEXICON, |tokens, at| {
            let literal = tokens.get(at).filter(|token| token.kind == TokenKind::String)?;
            let before = tokens.get(..at)?;
            let open = before.iter().rposition(|token| token.is('('))?;
            let place = before.get(open..)?.iter().filter(|token| token.is(',')).count();
            let same = holds(if list { 0 } else { place }) && literal.unquote(&LEXICON) == self.from;
            same.then(|| LEXICON.quote_text(self.to).ok()).flatten()
        })
    }
}

/// The columns of `RANGE (a, b)`; `None` for what is an expression.
fn key_columns(by: &str) -> Vec<Option<String>> {
    let tokens = tokens(by);
    let open = tokens.iter().position(|token| token.is('('));
    let inner =
        open.and_then(|open| tokens.get(open + 1..tokens.len().saturating_sub(1))).unwrap_or_default();
    let mut depth = 0_usize;
    let parts = inner.split(|token| {
        depth += usize::from(token.is('('));
        depth = depth.saturating_sub(usize::from(token.is(')')));
        depth == 0 && token.is(',')
    });
    parts.map(|part: &[Token<'_>]| part.first().filter(|token| !token.is('(')).and_then(named)).collect()
}

/// The length of the element that a text begins with, and what it says.
fn element(text: &str) -> Option<(usize, String)> {
    let quoted = text.starts_with('"');
    let mut said = String::new();
    let mut letters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => said.extend(letters.next().map(|(_, letter)| letter)),
            '"' if quoted => return Some((at + 1, said)),
            ',' | '}' if !quoted => return Some((at, said)),
            other => said.push(other),
        }
    }
    None
}

/// An element as the server writes it.
fn array_element(value: &str) -> String {
    let special = |letter: char| {
        matches!(letter, '{' | '}' | ',' | '"' | '\\') || letter.is_ascii_whitespace() || letter == '\u{b}'
    };
    if !value.is_empty() && !value.eq_ignore_ascii_case("null") && !value.contains(special) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}
