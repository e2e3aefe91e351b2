//! A table, a view or a sequence gets another name.

use lambic_core::operation::Object;
use lambic_core::schema::{ObjectId, QualifiedName, Table, Text};
use lambic_core::{Definition, Result};
use lambic_sql::{Token, TokenKind, alias_of, is_among_relations, is_relation, rewrite};

use super::names::{Renamed, followed_by, is_name, mentions};
use super::{edit_texts, types, unknown};
use crate::lexicon::LEXICON;
use crate::render::options::INHERITS;
use crate::render::{automatic_name, named, tokens};

/// The names that change: of the relation, and of the sequences of its columns.
pub(super) struct Relation<'r> {
    pub(super) renamed: Renamed<'r>,
    /// Names of sequences, before and after.
    sequences: Vec<(QualifiedName, String)>,
}

impl<'r> Relation<'r> {
    pub(super) fn new(renamed: Renamed<'r>, table: Option<&Table>) -> Self {
        let columns = table.into_iter().flat_map(|table| &table.columns);
        let own = columns.filter(|column| column.identity.is_some());
        let sequence = |table: &str, column: &str| automatic_name(table, column, "seq");
        let sequences = own.map(|column| {
            let from = renamed.from.renamed(sequence(&renamed.from.name, &column.name));
            (from, sequence(renamed.to, &column.name))
        });
        Self { renamed, sequences: sequences.collect() }
    }

    /// What a table, a domain or a composite type becomes.
    pub(super) fn object(&self, object: &mut Object) {
        edit_texts(object, &mut |text| match text {
            Text::Type(native) => native.0 = self.renamed.replace(&native.0, |_, _| true),
            Text::Expression(text) => text.0 = self.expression(&text.0),
            Text::Bound { .. } => {}
        });
        if let Object::Table(table) = object
            && let Some(parents) = table.options.get_mut(INHERITS)
        {
            *parents = self.renamed.replace(parents, |_, _| true);
        }
    }

    /// An expression of a table: the row type, the whole row, and `'name'::regclass`.
    fn expression(&self, text: &str) -> String {
        let text = types::expression(text, self.renamed);
        let text = self.renamed.replace(&text, |tokens, at| followed_by(tokens, at, '.'));
        rewrite(&text, &LEXICON, |tokens, at| self.registered(tokens, at))
    }

    /// A literal that names a relation.
    fn registered(&self, tokens: &[Token<'_>], at: usize) -> Option<String> {
        let literal = tokens.get(at).filter(|token| token.kind == TokenKind::String)?;
        let cast = followed_by(tokens, at, ':') && tokens.get(at + 3)?.is_word("regclass");
        let content = literal.unquote(&LEXICON);
        let sequences = self.sequences.iter().map(|(from, to)| Renamed { from, to });
        let found = [self.renamed].into_iter().chain(sequences).find_map(|renamed| {
            let new = renamed.replace(&content, |_, _| true);
            (new != content).then_some(new)
        })?;
        if cast { LEXICON.quote_text(&found).ok() } else { None }
    }

    /// What a definition object becomes.
    pub(super) fn definition(&self, definition: &mut Definition, id: &ObjectId) -> Result<()> {
        if definition.id == id.following(id, self.renamed.to) {
            definition.definition = types::itself(&definition.definition, self.renamed);
            return Ok(());
        }
        let name = &self.renamed.from.name;
        let text = self.expression(&definition.definition);
        match definition.id.kind.as_str() {
            "function" | "procedure" | "aggregate" => {
                types::definition(definition, self.renamed, id)?;
                let atomic = tokens(&definition.definition).iter().any(|token| token.is_word("ATOMIC"));
                if atomic && mentions(&definition.definition, name) {
                    return Err(unknown(&definition.id, id));
                }
                definition.definition =
                    rewrite(&definition.definition, &LEXICON, |tokens, at| self.registered(tokens, at));
                return Ok(());
            }
            "grant" | "owner" => return types::definition(definition, self.renamed, id),
            "setting" => {
                types::about(definition, self.renamed);
                definition.definition = self.renamed.replace(&text, |tokens, at| {
                    let noun = self.renamed.before(tokens, at, 1);
                    noun.is_some_and(|token| token.is_any_word(&["VIEW", "TABLE", "ONLY"]))
                });
                return Ok(());
            }
            "view" | "materialized-view" | "rule" | "trigger" | "policy" | "statistics" | "publication" => {}
            _ if mentions(&text, name) => return Err(unknown(&definition.id, id)),
            _ => {}
        }
        if self.is_ambiguous(&text) {
            return Err(unknown(&definition.id, id));
        }
        definition.definition =
            self.renamed.replace(&text, |tokens, at| is_relation(tokens, self.renamed.start(at)));
        Ok(())
    }

    /// Whether the server may have made an alias from the name, which then changes with it, or another relation goes by
    /// it here.
    fn is_ambiguous(&self, text: &str) -> bool {
        let tokens = tokens(text);
        let derived = |at: usize| {
            let named = tokens.get(at).and_then(named).unwrap_or_default();
            let number = named.strip_prefix(&format!("{}_", self.renamed.from.name));
            number
                .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        (0..tokens.len()).filter(|at| tokens.get(*at).is_some_and(is_name)).any(|at| {
            let relation = is_relation(&tokens, self.renamed.start(at)) || is_relation(&tokens, at);
            let alias = alias_of(&tokens, at).filter(|_| relation);
            let own = self.renamed.ends_at(&tokens, at);
            let query = own
                && self.renamed.before(&tokens, at, 1).is_some_and(|token| token.is(')'))
                && is_among_relations(&tokens, at);
            query
                || alias.is_some_and(|alias| {
                    own && derived(alias) || !own && self.renamed.ends_at(&tokens, alias)
                })
        })
    }
}

/// What an expression becomes that calls a function.
pub(super) fn call(text: &str, renamed: Renamed<'_>) -> String {
    renamed.replace(text, |tokens, at| followed_by(tokens, at, '('))
}
