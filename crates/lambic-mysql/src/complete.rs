//! What follows an operation by itself, and what the driver brings along.
//!
//! The server renames little: foreign keys and triggers follow a table, and constraints whose names it could have made
//! itself get such names again. Views keep the text that they have and cease to work; as they are made anew, they follow
//! here. What is kept as it was written, bodies of routines and events, stays.

use lambic_core::operation::{AlterTable, Object};
use lambic_core::schema::{ForeignKey, ObjectId, ObjectKind, Schema, Table, Text};
use lambic_core::{Definition, Error, ErrorKind, Lexicon, Operation, Result};
use lambic_sql::{Lexer, Token, TokenKind, alias_of, is_relation, rewrite};

use crate::lexicon::lexicon;
use crate::product::{Product, Settings};
use crate::render::{implicit, remove_implicit};

/// The operation with what follows it.
pub(crate) fn complete(operation: Operation, schema: &Schema, product: &Product) -> Result<Operation> {
    let names = Names { lexicon: lexicon(&product.facts, Settings::default()) };
    match operation.clone() {
        Operation::Rename { object, next, .. } if object.kind == ObjectKind::Table => operation
            .followed(schema, |one| {
                if let Object::Table(table) = one
                    && table.name == object.name.renamed(&next)
                {
                    let before = Table { name: object.name.clone(), ..table.as_ref().clone() };
                    **table = renamed(&before, &next, product);
                }
                Ok(())
            })?
            .attended(
                schema,
                |user, used| {
                    if *used == object { names.table_in(user, &object, &next) } else { Ok(()) }
                },
            ),
        Operation::AlterTable(alter) => columns_renamed(*alter, schema, &names),
        Operation::Rename { .. }
        | Operation::Create { .. }
        | Operation::Drop { .. }
        | Operation::AlterEnum { .. }
        | Operation::Alter { .. } => Ok(operation),
    }
}

/// The table under another name. The server takes a foreign key for one of its own by the beginning of its name, and
/// where checks have names of that sort, a check too. The index that a key brought along keeps its name.
pub(crate) fn renamed(table: &Table, next: &str, product: &Product) -> Table {
    let mut after = table.clone();
    after.indexes.extend(implicit(table));
    let other = |name: &mut Option<String>, mark: &str| {
        let number = name.as_ref().and_then(|name| name.strip_prefix(&format!("{}{mark}", table.name.name)));
        if let Some(number) = number {
            *name = Some(format!("{next}{mark}{number}"));
        }
    };
    after.foreign_keys.iter_mut().for_each(|key: &mut ForeignKey| other(&mut key.name, "_ibfk_"));
    if product.facts.checks_follow_table {
        after.checks.iter_mut().for_each(|check| other(&mut check.name, "_chk_"));
    }
    for key in after.foreign_keys.iter_mut().filter(|key| key.references == table.name) {
        next.clone_into(&mut key.references.name);
    }
    next.clone_into(&mut after.name.name);
    remove_implicit(&mut after);
    after.sort();
    after
}

fn columns_renamed(mut alter: AlterTable, schema: &Schema, names: &Names) -> Result<Operation> {
    let id = ObjectId::new(ObjectKind::Table, alter.previous.name.clone());
    let renames: Vec<(String, String)> =
        alter.renamed_columns().map(|(from, to)| (from.to_owned(), to.to_owned())).collect();
    if renames.is_empty() {
        return Ok(Operation::AlterTable(Box::new(alter)));
    }
    alter.carry_renames(|table, from, to| names.column_in(table, from, to))?;
    Operation::AlterTable(Box::new(alter)).followed(schema, |_| Ok(()))?.attended(schema, |user, used| {
        let own = renames.iter().filter(|_| *used == id);
        own.for_each(|(from, to)| names.column_of(user, &id, from, to));
        Ok(())
    })
}

/// Names in text that the server prints.
struct Names {
    lexicon: Lexicon,
}

impl Names {
    fn is(&self, tokens: &[Token<'_>], at: Option<usize>, name: &str) -> bool {
        let token = at.and_then(|at| tokens.get(at)).filter(|token| token.is_identifier());
        token.is_some_and(|token| token.unquote(&self.lexicon).eq_ignore_ascii_case(name))
    }

    fn quoted(&self, name: &str) -> String {
        self.lexicon.quote_identifier(name).unwrap_or_default()
    }

    /// Expressions of a table after a rename of one of its columns: names are in quotes in them.
    fn column_in(&self, table: &mut Table, from: &str, to: &str) {
        table.edit_texts(&mut |text| {
            if let Text::Expression(text) = text {
                text.0 = rewrite(&text.0, &self.lexicon, |tokens, at| {
                    let called = tokens.get(at + 1).is_some_and(|next| next.is('('));
                    let quoted = tokens.get(at)?.kind == TokenKind::QuotedIdentifier;
                    (quoted && !called && self.is(tokens, Some(at), from)).then(|| self.quoted(to))
                });
            }
        });
    }

    /// What becomes of a definition object when the table is renamed.
    fn table_in(&self, user: &mut Definition, table: &ObjectId, next: &str) -> Result<()> {
        let own = |tokens: &[Token<'_>], at: usize| {
            let alone = !at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|token| token.is('.'));
            alone && self.is(tokens, Some(at), &table.name.name)
        };
        match user.id.kind {
            ObjectKind::Trigger if user.id.on.as_deref() == Some(next) => {
                let mut done = false;
                user.definition = rewrite(&user.definition, &self.lexicon, |tokens, at| {
                    let on = at
                        .checked_sub(1)
                        .and_then(|at| tokens.get(at))
                        .is_some_and(|token| token.is_word("ON"));
                    let here = !done && on && own(tokens, at);
                    done |= here;
                    here.then(|| self.quoted(next))
                });
                Ok(())
            }
            ObjectKind::View if table.name.namespace.is_some() => Err(unknown(&user.id, table)),
            ObjectKind::View => {
                let tokens: Vec<Token<'_>> =
                    Lexer::new(&user.definition, &self.lexicon).significant().collect();
                let other = |at: usize| {
                    let relation = is_relation(&tokens, at) && !own(&tokens, at);
                    relation && alias_of(&tokens, at).is_some_and(|alias| own(&tokens, alias))
                };
                if (0..tokens.len()).any(other) {
                    return Err(unknown(&user.id, table));
                }
                user.definition = rewrite(&user.definition, &self.lexicon, |tokens, at| {
                    let qualifies = tokens.get(at + 1).is_some_and(|next| next.is('.'));
                    (own(tokens, at) && (qualifies || is_relation(tokens, at))).then(|| self.quoted(next))
                });
                Ok(())
            }
            // Its text stays as it was written, and names something that is no longer there.
            _ => {
                user.depends_on.retain(|need| need != table);
                Ok(())
            }
        }
    }

    /// What becomes of a definition object when a column of the table is renamed.
    fn column_of(&self, user: &mut Definition, table: &ObjectId, from: &str, to: &str) {
        let tokens: Vec<Token<'_>> = Lexer::new(&user.definition, &self.lexicon).significant().collect();
        let mut qualifiers: Vec<String> = Vec::new();
        match user.id.kind {
            ObjectKind::Trigger if user.id.hangs_on(&table.name) => {
                qualifiers.extend(["NEW", "OLD"].map(str::to_owned));
            }
            ObjectKind::View => {
                for at in (0..tokens.len()).filter(|at| is_relation(&tokens, *at)) {
                    if self.is(&tokens, Some(at), &table.name.name) {
                        let alias = alias_of(&tokens, at).and_then(|alias| tokens.get(alias));
                        let name = alias.map(|alias| alias.unquote(&self.lexicon).into_owned());
                        qualifiers.push(name.unwrap_or_else(|| table.name.name.clone()));
                    }
                }
            }
            // Their text is nobody's but their author's.
            _ => return,
        }
        user.definition = rewrite(&user.definition, &self.lexicon, |tokens, at| {
            let dot = at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|token| token.is('.'));
            let own = qualifiers.iter().any(|name| self.is(tokens, at.checked_sub(2), name));
            (dot && own && self.is(tokens, Some(at), from)).then(|| self.quoted(to))
        });
    }
}

/// Says that it cannot be told what an object is to become.
fn unknown(user: &ObjectId, renamed: &ObjectId) -> Error {
    let message =
        format!("what becomes of {user} when names change in {renamed} cannot be told from its text");
    Error::new(ErrorKind::Unsupported, "mysql.follow", message)
        .hint(format!("name {user} among what the operation changes, with its text afterwards"))
}

#[cfg(test)]
mod tests {
    use lambic_core::schema::{Check, Column, Index, KeyPart, QualifiedName};

    use super::*;

    fn table() -> Table {
        let mut table = Table::new(QualifiedName::bare("t"), vec![Column::new("a", "int")]);
        let key = |name: &str, to: &str| ForeignKey {
            name: Some(name.into()),
            ..ForeignKey::new(["a"], QualifiedName::bare(to), ["id"])
        };
        table.foreign_keys.extend([key("t_ibfk_9x", "p"), key("T_ibfk_1", "p"), key("own", "t")]);
        for name in ["t_chk_1", "t_chk_x", "named"] {
            table.checks.push(Check { name: Some(name.into()), ..Check::new("a > 0") });
        }
        table.sort();
        table
    }

    fn names(table: &Table) -> Vec<&str> {
        let keys = table.foreign_keys.iter().map(|key| key.name.as_deref().unwrap());
        keys.chain(table.checks.iter().map(|check| check.name.as_deref().unwrap())).collect()
    }

    #[test]
    fn a_table_gives_its_name_to_constraints() {
        let mysql = Product::named("mysql", None).unwrap();
        let after = renamed(&table(), "u", &mysql);
        assert_eq!(names(&after), ["T_ibfk_1", "own", "u_ibfk_9x", "named", "u_chk_1", "u_chk_x"]);
        assert_eq!(after.foreign_keys[1].references.name, "u");
        let mariadb = Product::named("mariadb", None).unwrap();
        let after = renamed(&table(), "u", &mariadb);
        assert_eq!(names(&after), ["T_ibfk_1", "own", "u_ibfk_9x", "named", "t_chk_1", "t_chk_x"]);
    }

    #[test]
    fn the_index_that_a_key_brought_along_keeps_its_name() {
        let mysql = Product::named("mysql", None).unwrap();
        let mut before = table();
        before.foreign_keys.retain(|key| key.name.as_deref() == Some("t_ibfk_9x"));
        let after = renamed(&before, "u", &mysql);
        let index = Index::new("t_ibfk_9x", vec![KeyPart::column("a")]);
        assert_eq!(after.indexes.iter().collect::<Vec<_>>(), [&index]);
        assert_eq!(renamed(&after, "t", &mysql), before);
    }

    #[test]
    fn a_name_that_the_server_would_change_on_the_way_is_refused() {
        let mysql = Product::named("mysql", None).unwrap();
        let mut before = table();
        before.foreign_keys.iter_mut().for_each(|key| key.name = Some("u_ibfk_5".into()));
        before.foreign_keys.truncate(1);
        let schema = Schema { tables: [before].into_iter().collect(), ..Schema::default() };
        let id = ObjectId::new(ObjectKind::Table, QualifiedName::bare("t"));
        let there = complete(Operation::rename(id, "u"), &schema, &mysql).unwrap();
        assert!(crate::render::render(&there, &mysql).is_ok());
        let error = crate::render::render(&there.reverse(), &mysql).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported);
        assert!(error.message.contains("without a constraint becoming t_ibfk_5"), "{error}");
    }
}
