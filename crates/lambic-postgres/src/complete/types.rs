//! A type gets another name.

use lambic_core::schema::{ObjectId, ObjectKind, Text};
use lambic_core::{Definition, Result};
use lambic_sql::Token;

use super::names::{Renamed, followed_by, is_name, mentions};
use super::{edit_texts, unknown};
use lambic_core::operation::Object;

/// What a table, a domain or a composite type becomes.
pub(super) fn object(object: &mut Object, renamed: Renamed<'_>) {
    edit_texts(object, &mut |text| match text {
        Text::Type(native) => native.0 = renamed.replace(&native.0, |_, _| true),
        Text::Expression(text) => text.0 = expression(&text.0, renamed),
        Text::Bound { .. } => {}
    });
}

/// What an expression becomes: the server names a type where it casts to it.
pub(super) fn expression(text: &str, renamed: Renamed<'_>) -> String {
    renamed.replace(text, |tokens, at| renamed.is_cast(tokens, at))
}

/// What a definition object becomes.
pub(super) fn definition(definition: &mut Definition, renamed: Renamed<'_>, id: &ObjectId) -> Result<()> {
    if definition.id == id.following(id, renamed.to) {
        definition.definition = itself(&definition.definition, renamed);
        return Ok(());
    }
    let text = expression(&definition.definition, renamed);
    definition.properties.values_mut().for_each(|value| *value = expression(value, renamed));
    definition.definition = match definition.id.kind.as_str() {
        "function" | "procedure" | "aggregate" => {
            let arguments = definition.id.arguments.iter_mut();
            arguments.for_each(|list| *list = signature(list, renamed));
            signature(&text, renamed)
        }
        "range-type" => renamed
            .replace(&text, |tokens, at| renamed.before(tokens, at, 1).is_some_and(|token| token.is('='))),
        "grant" | "owner" => {
            about(definition, renamed);
            subject(&text, renamed)
        }
        "view" | "materialized-view" | "rule" | "trigger" | "policy" | "statistics" | "setting"
        | "publication" => {
            if lists_columns(&text, renamed) {
                return Err(unknown(&definition.id, id));
            }
            text
        }
        _ if mentions(&text, &renamed.from.name) => return Err(unknown(&definition.id, id)),
        _ => text,
    };
    Ok(())
}

/// The statement that makes what is renamed.
pub(super) fn itself(text: &str, renamed: Renamed<'_>) -> String {
    renamed.replace(text, |tokens, at| {
        let made = ["TYPE", "VIEW", "FUNCTION"];
        renamed.start(at) < MOST_WORDS
            && renamed.before(tokens, at, 1).is_some_and(|token| token.is_any_word(&made))
    })
}

/// How many words there are before the name of what a statement makes, at most.
const MOST_WORDS: usize = 6;

/// The types of arguments and results: what follows one is never a name, as it is after the name of an argument.
fn signature(text: &str, renamed: Renamed<'_>) -> String {
    renamed.replace(text, |tokens, at| {
        let ends = tokens.get(at + 1).is_none_or(|next| {
            [',', ')', '[', '='].iter().any(|end| next.is(*end)) || next.is_any_word(&AFTER_TYPE)
        });
        let named =
            renamed.before(tokens, at, 1).is_some_and(|token| token.is_any_word(&["FUNCTION", "PROCEDURE"]));
        ends && !named && !renamed.before(tokens, at, 1).is_some_and(|token| token.is_word("AS"))
    })
}

/// What can stand after a type in the head of a function.
const AFTER_TYPE: [&str; 3] = ["DEFAULT", "LANGUAGE", "TRANSFORM"];

/// What a statement about an object goes by: the object's name, and what it says in words.
pub(super) fn about(definition: &mut Definition, renamed: Renamed<'_>) {
    if definition.id.name == *renamed.from {
        renamed.to.clone_into(&mut definition.id.name.name);
    }
    words(definition, renamed);
}

/// What a statement says in words.
pub(super) fn words(definition: &mut Definition, renamed: Renamed<'_>) {
    definition.id.arguments.iter_mut().for_each(|text| *text = subject(text, renamed));
}

/// What a privilege or an owner is about: everything but who.
pub(super) fn subject(text: &str, renamed: Renamed<'_>) -> String {
    renamed.replace(text, |tokens, at| {
        let rest = tokens.get(at..).unwrap_or_default();
        !followed_by(tokens, at, '(') && rest.iter().any(|token| token.is_any_word(&["TO", "FROM", "OWNER"]))
            || tokens.len() == at + 1
                && tokens.first().is_some_and(|token| !token.is_any_word(&["GRANT", "REVOKE", "ALTER"]))
    })
}

/// Whether a text gives the type to a column of a function in its FROM clause, which looks like an alias.
fn lists_columns(text: &str, renamed: Renamed<'_>) -> bool {
    let tokens: Vec<Token<'_>> = crate::render::tokens(text);
    (0..tokens.len()).any(|at| {
        let ends = followed_by(&tokens, at, ',') || followed_by(&tokens, at, ')');
        let after_name =
            renamed.before(&tokens, at, 1).is_some_and(|token| is_name(token) && !token.is_word("BY"));
        renamed.ends_at(&tokens, at) && ends && after_name
    })
}

/// Whether renaming an object of the kind renames a type and nothing else.
pub(super) fn is_type(kind: &ObjectKind) -> bool {
    matches!(kind, ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::RangeType)
}
