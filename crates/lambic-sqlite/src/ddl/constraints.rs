//! Constraints of a table, and what those of its columns have in common with them.

use lambic_core::schema::{
    Check, Deferrable, ForeignKey, Identity, IdentityKind, Key, KeyPart, KeyTarget, QualifiedName,
    ReferentialAction,
};

use super::table::{TableReader, spell};
use super::{Parsed, Reader, group, list, name, same_name};

/// Whether a constraint of the table stands here, rather than a column.
pub(super) fn begins(at: &Reader<'_>) -> bool {
    let words = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
    at.peek().is_some_and(|token| token.is_any_word(&words))
}

/// Reads one constraint into the table.
pub(super) fn constraint(reader: &mut TableReader<'_>) -> Parsed<()> {
    reader.pending_name = None;
    while reader.at.eat_word("CONSTRAINT") {
        reader.pending_name = Some(name(&mut reader.at)?);
    }
    let at = &mut reader.at;
    if at.eat_words(&["PRIMARY", "KEY"]) {
        primary_key(reader)
    } else if at.eat_word("UNIQUE") {
        let key = key(reader)?;
        reader.table.uniques.push(key);
        Ok(())
    } else if at.eat_word("CHECK") {
        check(reader)
    } else if at.eat_words(&["FOREIGN", "KEY"]) {
        at.expect_char('(')?;
        let columns = list(at, column_name)?;
        at.expect_char(')')?;
        let name = reader.take_name();
        references(reader, name, columns)?;
        deferral(reader).map(drop)
    } else if reader.pending_name.is_some() && (at.at_char(',') || at.at_char(')')) {
        // A name that names nothing.
        Ok(())
    } else {
        Err(at.unexpected("a table constraint"))
    }
}

fn primary_key(reader: &mut TableReader<'_>) -> Parsed<()> {
    let key = key(reader)?;
    reader.table.primary_key = Some(key);
    Ok(())
}

/// Reads `(part, …) [ON CONFLICT …]`.
fn key(reader: &mut TableReader<'_>) -> Parsed<Key> {
    reader.at.expect_char('(')?;
    let columns = list(&mut reader.at, key_part)?;
    if reader.at.eat_word("AUTOINCREMENT") {
        number(reader, &columns);
    }
    reader.at.expect_char(')')?;
    let mut key = Key { name: reader.take_name(), columns, ..Key::over::<_, String>([]) };
    reader.on_conflict(&mut key.options, "on-conflict")?;
    Ok(key)
}

/// Makes the only column of the key number itself.
fn number(reader: &mut TableReader<'_>, parts: &[KeyPart]) {
    let name = parts.first().and_then(KeyPart::column_name).unwrap_or_default();
    let column = reader.table.columns.iter_mut().find(|column| same_name(&column.name, name));
    if let Some(column) = column {
        column.identity = Some(Identity::new(IdentityKind::AutoIncrement));
    }
}

/// Reads `column [COLLATE …] [ASC | DESC]`.
fn key_part(at: &mut Reader<'_>) -> Parsed<KeyPart> {
    let mut part = KeyPart::column(name(at)?);
    while at.eat_word("COLLATE") {
        part.collation = Some(name(at)?);
    }
    part.descending = at.eat_word("DESC");
    at.eat_word("ASC");
    Ok(part)
}

/// Reads a column of a list in which old versions allowed, and ignored, an order.
fn column_name(at: &mut Reader<'_>) -> Parsed<String> {
    match key_part(at)?.key {
        KeyTarget::Column(name) => Ok(name),
        KeyTarget::Expression(_) => Err(at.unexpected("a column")),
    }
}

fn check(reader: &mut TableReader<'_>) -> Parsed<()> {
    let tokens = group(&mut reader.at)?;
    let mut check = Check { name: reader.take_name(), ..Check::new(reader.expression(&tokens)) };
    reader.on_conflict(&mut check.options, "on-conflict")?;
    reader.table.checks.push(check);
    Ok(())
}

/// Reads `REFERENCES table [(column, …)]` and what follows, but for how it is deferred.
pub(super) fn references(
    reader: &mut TableReader<'_>,
    key_name: Option<String>,
    columns: Vec<String>,
) -> Parsed<()> {
    let at = &mut reader.at;
    at.expect_word("REFERENCES")?;
    let mut key = ForeignKey::new(columns, QualifiedName::bare(name(at)?), Vec::new());
    key.name = key_name;
    if at.eat_char('(') {
        key.referenced_columns = list(at, column_name)?;
        at.expect_char(')')?;
    }
    loop {
        if at.eat_words(&["ON", "DELETE"]) {
            key.on_delete = action(at)?;
        } else if at.eat_words(&["ON", "UPDATE"]) {
            key.on_update = action(at)?;
        } else if at.eat_words(&["ON", "INSERT"]) {
            // SQLite reads it and does nothing with it.
            action(at)?;
        } else if at.eat_word("MATCH") {
            key.match_type = Some(name(at)?).filter(|kind| !same_name(kind, "SIMPLE"));
        } else {
            break;
        }
    }
    reader.table.foreign_keys.push(key);
    Ok(())
}

fn action(at: &mut Reader<'_>) -> Parsed<ReferentialAction> {
    let actions: [(&[&str], ReferentialAction); 5] = [
        (&["SET", "NULL"], ReferentialAction::SetNull),
        (&["SET", "DEFAULT"], ReferentialAction::SetDefault),
        (&["CASCADE"], ReferentialAction::Cascade),
        (&["RESTRICT"], ReferentialAction::Restrict),
        (&["NO", "ACTION"], ReferentialAction::NoAction),
    ];
    for (words, action) in actions {
        if at.eat_words(words) {
            return Ok(action);
        }
    }
    Err(at.unexpected("a referential action"))
}

/// Reads `[NOT] DEFERRABLE …`, if it stands here: it belongs to the foreign key that was read last.
pub(super) fn deferral(reader: &mut TableReader<'_>) -> Parsed<bool> {
    let at = &mut reader.at;
    let never = at.at_words(&["NOT", "DEFERRABLE"]);
    if !never && !at.at_word("DEFERRABLE") {
        return Ok(false);
    }
    at.eat_word("NOT");
    at.expect_word("DEFERRABLE")?;
    let deferred = at.eat_words(&["INITIALLY", "DEFERRED"]);
    at.eat_words(&["INITIALLY", "IMMEDIATE"]);
    let how = if deferred { Deferrable::Deferred } else { Deferrable::Immediate };
    if let Some(key) = reader.table.foreign_keys.last_mut() {
        key.deferrable = Some(how).filter(|_| !never);
    }
    Ok(true)
}

/// Spells the columns of a foreign key as the two tables do.
pub(crate) fn spell_referenced(key: &mut ForeignKey, parent: &lambic_core::Table) {
    key.references.name.clone_from(&parent.name.name);
    key.referenced_columns.iter_mut().for_each(|column| spell(parent, column));
}
