//! What follows an operation by itself.
//!
//! SQLite keeps what it was told and rewrites the text of tables, indexes, views and triggers when a table or a column gets
//! another name. A view of which a column loses its name takes along what stands on it: that is refused.

use lambic_core::operation::{AlterTable, Object};
use lambic_core::schema::{ObjectId, ObjectKind, Schema, Text};
use lambic_core::{Definition, Error, ErrorKind, Operation, Result};
use lambic_sql::{Lexer, Token, alias_of, is_relation, rewrite};

use crate::ddl::{self, same_name};
use crate::lexicon::LEXICON;

/// The operation with what follows it.
pub(crate) fn complete(operation: Operation, schema: &Schema) -> Result<Operation> {
    match operation.clone() {
        Operation::Rename { object, next, .. } if object.kind == ObjectKind::Table => {
            let quoted = LEXICON.quote_identifier(&next)?;
            operation
                .followed(schema, |one| {
                    if let Object::Table(table) = one {
                        table.edit_texts(&mut |text| {
                            if let Text::Expression(text) = text {
                                text.0 = qualified(&text.0, &object.name.name, &quoted);
                            }
                        });
                    }
                    Ok(())
                })?
                .attended(
                    schema,
                    |user, used| {
                        if *used == object { table_in(user, &object, &quoted) } else { Ok(()) }
                    },
                )
        }
        Operation::AlterTable(alter) => columns_renamed(*alter, schema),
        Operation::Rename { .. }
        | Operation::Create { .. }
        | Operation::Drop { .. }
        | Operation::AlterEnum { .. }
        | Operation::Alter { .. } => Ok(operation),
    }
}

fn columns_renamed(mut alter: AlterTable, schema: &Schema) -> Result<Operation> {
    let id = ObjectId::new(ObjectKind::Table, alter.previous.name.clone());
    let renames: Vec<(String, String)> =
        alter.renamed_columns().map(|(from, to)| (from.to_owned(), to.to_owned())).collect();
    if renames.is_empty() {
        return Ok(Operation::AlterTable(Box::new(alter)));
    }
    for (_, to) in &renames {
        LEXICON.quote_identifier(to)?;
    }
    alter.carry_renames(|table, from, to| {
        let quoted = LEXICON.quote_identifier(to).unwrap_or_default();
        table.edit_texts(&mut |text| {
            if let Text::Expression(text) = text {
                text.0 = ddl::rename_column(&text.0, from, &quoted);
            }
        });
    })?;
    Operation::AlterTable(Box::new(alter)).followed(schema, |_| Ok(()))?.attended(schema, |user, used| {
        if *used != id {
            return Ok(());
        }
        let before = user.definition.clone();
        renames.iter().try_for_each(|(from, to)| column_of(user, &id, from, to))?;
        let stands = schema.definitions.iter().any(|other| other.depends_on.contains(&user.id));
        let shown = user.id.kind == ObjectKind::View && user.definition != before;
        if shown && stands { Err(unknown(&user.id, &id)) } else { Ok(()) }
    })
}

fn is(tokens: &[Token<'_>], at: Option<usize>, name: &str) -> bool {
    let token = at.and_then(|at| tokens.get(at)).filter(|token| token.is_identifier());
    token.is_some_and(|token| same_name(&token.unquote(&LEXICON), name))
}

fn follows_dot(tokens: &[Token<'_>], at: usize) -> bool {
    at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|token| token.is('.'))
}

/// The text with another name before the dots.
fn qualified(text: &str, name: &str, quoted: &str) -> String {
    rewrite(text, &LEXICON, |tokens, at| {
        let qualifies = tokens.get(at + 1).is_some_and(|next| next.is('.')) && !follows_dot(tokens, at);
        (qualifies && is(tokens, Some(at), name)).then(|| quoted.to_owned())
    })
}

/// What becomes of a view or a trigger when the table is renamed.
fn table_in(user: &mut Definition, table: &ObjectId, quoted: &str) -> Result<()> {
    let name = &table.name.name;
    if !matches!(user.id.kind, ObjectKind::View | ObjectKind::Trigger) {
        return Ok(());
    }
    let tokens: Vec<Token<'_>> = Lexer::new(&user.definition, &LEXICON).significant().collect();
    let other = |at: usize| {
        let relation = is_relation(&tokens, at) && !is(&tokens, Some(at), name);
        relation && is(&tokens, alias_of(&tokens, at), name)
    };
    if (0..tokens.len()).any(other) {
        return Err(unknown(&user.id, table));
    }
    user.definition = rewrite(&user.definition, &LEXICON, |tokens, at| {
        // `main.t` is the table, too.
        let own = !follows_dot(tokens, at) || is(tokens, at.checked_sub(2), "main");
        let start = if follows_dot(tokens, at) { at.saturating_sub(2) } else { at };
        let qualifies = tokens.get(at + 1).is_some_and(|next| next.is('.'));
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let among = before.is_some_and(|token| {
            token.is_any_word(&["IN", "REPLACE", "ABORT", "FAIL", "IGNORE", "ROLLBACK"])
        });
        let fits = own && (qualifies || among || is_relation(tokens, start));
        (fits && is(tokens, Some(at), name)).then(|| quoted.to_owned())
    });
    Ok(())
}

/// What becomes of a view or a trigger when a column of the table is renamed.
fn column_of(user: &mut Definition, table: &ObjectId, from: &str, to: &str) -> Result<()> {
    if !matches!(user.id.kind, ObjectKind::View | ObjectKind::Trigger)
        || !ddl::mentions(&user.definition, from)
    {
        return Ok(());
    }
    let tokens: Vec<Token<'_>> = Lexer::new(&user.definition, &LEXICON).significant().collect();
    let mut qualifiers: Vec<String> = Vec::new();
    let hangs = user.id.hangs_on(&table.name);
    let mut alone = true;
    for at in (0..tokens.len()).filter(|at| is_relation(&tokens, *at)) {
        if is(&tokens, Some(at), &table.name.name) {
            let alias = alias_of(&tokens, at).and_then(|alias| tokens.get(alias));
            let name = alias.map(|alias| alias.unquote(&LEXICON).into_owned());
            qualifiers.push(name.unwrap_or_else(|| table.name.name.clone()));
        } else {
            alone = false;
        }
    }
    qualifiers.extend(hangs.then(|| ["NEW", "OLD"].map(str::to_owned)).into_iter().flatten());
    let quoted = LEXICON.quote_identifier(to)?;
    let mut unsure = false;
    user.definition = rewrite(&user.definition, &LEXICON, |tokens, at| {
        let called = tokens.get(at + 1).is_some_and(|next| next.is('(') || next.is('.'));
        if called || !is(tokens, Some(at), from) {
            return None;
        }
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        if before.is_some_and(|token| token.is_any_word(&["VIEW", "TRIGGER", "AS", "EXISTS"])) {
            return None;
        }
        let own = if follows_dot(tokens, at) {
            qualifiers.iter().any(|name| is(tokens, at.checked_sub(2), name))
        } else {
            unsure |= !alone;
            alone
        };
        own.then(|| quoted.clone())
    });
    if unsure { Err(unknown(&user.id, table)) } else { Ok(()) }
}

/// Says that it cannot be told what an object becomes.
fn unknown(user: &ObjectId, renamed: &ObjectId) -> Error {
    let message =
        format!("what becomes of {user} when names change in {renamed} cannot be told from its text");
    Error::new(ErrorKind::Unsupported, "sqlite.follow", message)
        .hint(format!("name {user} among what the operation changes, with its text afterwards"))
}

#[cfg(test)]
mod tests {
    use lambic_core::operation::TableChange;
    use lambic_core::schema::{Check, Column, QualifiedName, Table};

    use super::*;

    fn id(kind: ObjectKind, name: &str) -> ObjectId {
        ObjectId::new(kind, QualifiedName::bare(name))
    }

    fn schema(kind: ObjectKind, text: &str) -> Schema {
        let t = id(ObjectKind::Table, "t");
        let mut table = Table::new(QualifiedName::bare("t"), vec![Column::new("a", "INTEGER")]);
        table.checks.push(Check::new("t.a > 0"));
        let user = if kind == ObjectKind::Trigger {
            ObjectId::on(kind, QualifiedName::bare("x"), "t")
        } else {
            id(kind, "x")
        };
        let user = Definition { depends_on: vec![t], ..Definition::new(user, text) };
        Schema {
            tables: [table].into_iter().collect(),
            definitions: [user].into_iter().collect(),
            ..Schema::default()
        }
    }

    /// The text of the check and of the definition after an operation, or that it is refused.
    fn after(operation: Operation, schema: &Schema) -> Option<[String; 2]> {
        let complete = match complete(operation, schema) {
            Ok(complete) => complete,
            Err(error) => {
                assert_eq!(
                    (error.kind.clone(), error.code.as_str()),
                    (ErrorKind::Unsupported, "sqlite.follow")
                );
                return None;
            }
        };
        let after = schema.apply(&complete).unwrap();
        assert_eq!(after.apply(&complete.reverse()).unwrap(), *schema);
        let check = after.tables.iter().next().unwrap().checks[0].expression.0.clone();
        Some([check, after.definitions.iter().next().unwrap().definition.clone()])
    }

    #[test]
    fn text_follows_a_table() {
        let rename = || Operation::rename(id(ObjectKind::Table, "t"), "u");
        let view = schema(
            ObjectKind::View,
            "CREATE VIEW x AS SELECT t.a, a AS t, y.t FROM t, main.t AS z JOIN (SELECT 1 AS t) y",
        );
        let wanted =
            "CREATE VIEW x AS SELECT \"u\".a, a AS t, y.t FROM \"u\", main.\"u\" AS z JOIN (SELECT 1 AS t) y";
        assert_eq!(after(rename(), &view).unwrap(), ["\"u\".a > 0", wanted]);
        let trigger = schema(
            ObjectKind::Trigger,
            "CREATE TRIGGER x AFTER UPDATE ON t BEGIN UPDATE t SET a = t.a; DELETE FROM o WHERE b IN t; END",
        );
        let wanted = "CREATE TRIGGER x AFTER UPDATE ON \"u\" BEGIN UPDATE \"u\" SET a = \"u\".a; DELETE FROM o WHERE b IN \"u\"; END";
        assert_eq!(after(rename(), &trigger).unwrap()[1], wanted);
        assert_eq!(
            after(rename(), &schema(ObjectKind::View, "CREATE VIEW x AS SELECT t.a FROM o AS t")),
            None
        );
    }

    #[test]
    fn text_follows_a_column() {
        let rename = |schema: &Schema| {
            let change = TableChange::RenameColumn { previous: "a".into(), next: "b".into() };
            let table = schema.tables.iter().next().unwrap().clone();
            Operation::AlterTable(Box::new(AlterTable::new(table, vec![change], Vec::new()).unwrap()))
        };
        let trigger = schema(
            ObjectKind::Trigger,
            "CREATE TRIGGER x AFTER UPDATE OF a ON t WHEN new.a > 1 BEGIN SELECT old.a; END",
        );
        let wanted =
            "CREATE TRIGGER x AFTER UPDATE OF \"b\" ON t WHEN new.\"b\" > 1 BEGIN SELECT old.\"b\"; END";
        assert_eq!(after(rename(&trigger), &trigger).unwrap(), ["t.\"b\" > 0", wanted]);
        let joined = schema(ObjectKind::View, "CREATE VIEW x AS SELECT y.a AS c, o.a AS a FROM t y JOIN o");
        let wanted = "CREATE VIEW x AS SELECT y.\"b\" AS c, o.a AS a FROM t y JOIN o";
        assert_eq!(after(rename(&joined), &joined).unwrap()[1], wanted);
        let unclear = schema(ObjectKind::View, "CREATE VIEW x AS SELECT a FROM t JOIN o");
        assert_eq!(after(rename(&unclear), &unclear), None);
        let mut stood_on = schema(ObjectKind::View, "CREATE VIEW x AS SELECT a FROM t");
        let over = Definition {
            depends_on: vec![id(ObjectKind::View, "x")],
            ..Definition::new(id(ObjectKind::View, "y"), "CREATE VIEW y AS SELECT a FROM x")
        };
        stood_on.definitions.insert(over);
        assert_eq!(after(rename(&stood_on), &stood_on), None);
    }
}
