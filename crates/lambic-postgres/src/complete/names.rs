//! Names in the text that the server prints, token by token.

use lambic_core::schema::QualifiedName;
use lambic_sql::{Token, TokenKind, rewrite};

use crate::lexicon::LEXICON;
use crate::render::{as_name, named};

/// The words that `quote_ident` puts in quotes, of any version: those that are reserved in one place or another.
const QUOTED: &str = " all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean \
    both case cast char character check coalesce collate collation column concurrently constraint create cross \
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec decimal \
    default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant \
    greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join json \
    json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table \
    json_value lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none \
    normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision \
    primary real references returning right row select session_user setof similar smallint some substring symmetric \
    system_user table tablesample then time timestamp to trailing treat trim true union unique user using values varchar \
    variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse \
    xmlpi xmlroot xmlserialize xmltable ";

/// A name as `quote_ident` writes it.
pub(super) fn written(name: &str) -> String {
    if is_keyword(name) { format!("\"{name}\"") } else { as_name(name) }
}

fn is_keyword(word: &str) -> bool {
    QUOTED.contains(&format!(" {word} "))
}

/// Whether a token is a name, not a word of the language.
pub(super) fn is_name(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::QuotedIdentifier => true,
        TokenKind::Word => !is_keyword(&token.text.to_ascii_lowercase()),
        _ => false,
    }
}

/// A name that becomes another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Renamed<'n> {
    /// The name before.
    pub(super) from: &'n QualifiedName,
    /// The name after, in the same namespace.
    pub(super) to: &'n str,
}

impl Renamed<'_> {
    /// Whether the token is the last one of this name, and not a part of a longer one.
    pub(super) fn ends_at(&self, tokens: &[Token<'_>], at: usize) -> bool {
        let is = |place: Option<usize>, name: &str| {
            place.and_then(|place| tokens.get(place)).and_then(named).as_deref() == Some(name)
        };
        let dot =
            |place: Option<usize>| place.and_then(|at| tokens.get(at)).is_some_and(|token| token.is('.'));
        is(Some(at), &self.from.name)
            && match &self.from.namespace {
                Some(namespace) => dot(at.checked_sub(1)) && is(at.checked_sub(2), namespace),
                None => !dot(at.checked_sub(1)),
            }
    }

    /// Where the name begins that ends at a token.
    pub(super) fn start(&self, at: usize) -> usize {
        at.saturating_sub(if self.from.namespace.is_some() { 2 } else { 0 })
    }

    /// The token that stands so far before the name which ends at a token.
    pub(super) fn before<'t, 's>(
        &self,
        tokens: &'t [Token<'s>],
        at: usize,
        distance: usize,
    ) -> Option<&'t Token<'s>> {
        self.start(at).checked_sub(distance).and_then(|at| tokens.get(at))
    }

    /// Whether the name is that of a type which something is cast to.
    pub(super) fn is_cast(&self, tokens: &[Token<'_>], at: usize) -> bool {
        let colon = |distance| self.before(tokens, at, distance).is_some_and(|token| token.is(':'));
        let returning = self.before(tokens, at, 1).is_some_and(|token| token.is_word("RETURNING"));
        self.ends_at(tokens, at) && (colon(1) && colon(2) || returning)
    }

    /// The name after, as the server writes it.
    pub(super) fn text(&self) -> String {
        written(self.to)
    }

    /// The text with the name after wherever `fits` says.
    pub(super) fn replace(&self, text: &str, fits: impl Fn(&[Token<'_>], usize) -> bool) -> String {
        rewrite(text, &LEXICON, |tokens, at| {
            (self.ends_at(tokens, at) && fits(tokens, at)).then(|| self.text())
        })
    }
}

/// Whether a text uses a name anywhere.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    crate::render::tokens(text).iter().any(|token| named(token).as_deref() == Some(name))
}

/// Whether the token after a place is this character.
pub(super) fn followed_by(tokens: &[Token<'_>], at: usize, character: char) -> bool {
    tokens.get(at + 1).is_some_and(|token| token.is(character))
}
