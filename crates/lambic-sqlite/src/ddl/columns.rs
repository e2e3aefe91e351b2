//! Column definitions.

use lambic_core::schema::{
    Check, Column, Expression, Generated, Identity, IdentityKind, Key, KeyPart, Properties,
};
use lambic_sql::Token;

use super::table::TableReader;
use super::text::type_text;
use super::{Parsed, Reader, blob_prefix, canonical, constraints, group, name, name_of, same_name};

/// Words that cannot be part of a type: a constraint begins there.
const AFTER_TYPE: [&str; 11] = [
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "AS",
    "DEFERRABLE",
];

/// Reads one column with its constraints into the table.
pub(super) fn column(reader: &mut TableReader<'_>) -> Parsed<()> {
    let name = name(&mut reader.at)?;
    let native = native_type(&mut reader.at)?;
    reader.table.columns.push(Column::new(name, native));
    reader.pending_name = None;
    while !reader.at.at_char(',') && !reader.at.at_char(')') {
        constraint(reader)?;
    }
    reader.pending_name = None;
    Ok(())
}

/// Takes a type: names, and arguments in parentheses.
pub(super) fn native_type(at: &mut Reader<'_>) -> Parsed<String> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    while let Some(token) = at.peek() {
        if token.is_any_word(&AFTER_TYPE) || name_of(&token).is_none() {
            break;
        }
        tokens.push(token);
        at.advance();
    }
    // To SQLite too, these are first words of the type, and then noise.
    if let [.., one, other] = tokens.as_slice()
        && one.is_word("GENERATED")
        && other.is_word("ALWAYS")
        && !at.at_char('(')
    {
        tokens.truncate(tokens.len() - 2);
    }
    if !tokens.is_empty()
        && let Some(open) = at.peek().filter(|token| token.is('('))
    {
        tokens.push(open);
        tokens.append(&mut group(at)?);
        tokens.push(Token { text: ")", ..open });
    }
    Ok(type_text(&tokens))
}

/// Reads one constraint of the column that was read last.
fn constraint(reader: &mut TableReader<'_>) -> Parsed<()> {
    if reader.at.eat_word("CONSTRAINT") {
        reader.pending_name = Some(name(&mut reader.at)?);
        return Ok(());
    }
    if reader.at.eat_words(&["NOT", "NULL"]) {
        return not_null(reader);
    }
    if constraints::deferral(reader)? {
        return Ok(());
    }
    let Some(word) = reader.at.peek() else { return Err(reader.at.unexpected("`)`")) };
    match word.text.to_ascii_uppercase().as_str() {
        "NULL" => explicit_null(reader),
        "PRIMARY" => primary_key(reader),
        "UNIQUE" => unique(reader),
        "CHECK" => check(reader),
        "DEFAULT" => default(reader),
        "COLLATE" => collate(reader),
        "REFERENCES" => references(reader),
        "GENERATED" | "AS" => generated(reader),
        _ => Err(reader.at.unexpected("a column constraint")),
    }
}

/// Changes the column that was read last; gives it its name if `label` says where.
fn edit(reader: &mut TableReader<'_>, label: &str, change: impl FnOnce(&mut Column)) {
    let name = reader.take_name();
    if let Some(column) = reader.table.columns.last_mut() {
        column.options.remove(label);
        if let Some(name) = name {
            column.options.insert(label.to_owned(), name);
        }
        change(column);
    }
}

fn this_column(reader: &TableReader<'_>) -> String {
    reader.table.columns.last().map(|column| column.name.clone()).unwrap_or_default()
}

fn not_null(reader: &mut TableReader<'_>) -> Parsed<()> {
    let mut options = Properties::new();
    reader.on_conflict(&mut options, "not-null.on-conflict")?;
    edit(reader, "not-null.name", |column| {
        column.nullable = false;
        column.options.append(&mut options);
    });
    Ok(())
}

/// `NULL` says what holds anyway.
fn explicit_null(reader: &mut TableReader<'_>) -> Parsed<()> {
    reader.at.advance();
    reader.take_name();
    reader.on_conflict(&mut Properties::new(), "")
}

fn primary_key(reader: &mut TableReader<'_>) -> Parsed<()> {
    reader.at.advance();
    reader.at.expect_word("KEY")?;
    let mut part = KeyPart::column(this_column(reader));
    part.descending = reader.at.eat_word("DESC");
    reader.at.eat_word("ASC");
    let mut key = Key { name: reader.take_name(), columns: vec![part], ..Key::over::<_, String>([]) };
    reader.on_conflict(&mut key.options, "on-conflict")?;
    if reader.at.eat_word("AUTOINCREMENT")
        && let Some(column) = reader.table.columns.last_mut()
    {
        column.identity = Some(Identity::new(IdentityKind::AutoIncrement));
    }
    reader.key_at_column = true;
    reader.table.primary_key = Some(key);
    Ok(())
}

fn unique(reader: &mut TableReader<'_>) -> Parsed<()> {
    reader.at.advance();
    let mut key = Key { name: reader.take_name(), ..Key::over([this_column(reader)]) };
    reader.on_conflict(&mut key.options, "on-conflict")?;
    reader.table.uniques.push(key);
    Ok(())
}

fn check(reader: &mut TableReader<'_>) -> Parsed<()> {
    reader.at.advance();
    let tokens = group(&mut reader.at)?;
    let check = Check { name: reader.take_name(), ..Check::new(reader.expression(&tokens)) };
    reader.table.checks.push(check);
    Ok(())
}

fn references(reader: &mut TableReader<'_>) -> Parsed<()> {
    let columns = vec![this_column(reader)];
    let name = reader.take_name();
    constraints::references(reader, name, columns)
}

fn collate(reader: &mut TableReader<'_>) -> Parsed<()> {
    reader.at.advance();
    let collation = name(&mut reader.at)?;
    let holds_anyway = same_name(&collation, "BINARY");
    edit(reader, "collation.name", |column| {
        column.collation = Some(collation).filter(|_| !holds_anyway);
        if holds_anyway {
            column.options.remove("collation.name");
        }
    });
    Ok(())
}

fn default(reader: &mut TableReader<'_>) -> Parsed<()> {
    reader.at.advance();
    let text = default_text(&mut reader.at)?;
    edit(reader, "default.name", |column| column.default = Some(Expression::new(text)));
    Ok(())
}

/// Takes what follows `DEFAULT`: an expression in parentheses, or a literal with its sign.
pub(super) fn default_text(at: &mut Reader<'_>) -> Parsed<String> {
    if at.at_char('(') {
        let tokens = group(at)?;
        return Ok(format!("({})", canonical(&tokens)));
    }
    let mut tokens = Vec::new();
    if at.at_char('-') || at.at_char('+') {
        tokens.extend(at.advance());
    }
    let literal = at.peek().filter(|token| !token.is('(') && !token.is(')') && !token.is(','));
    let Some(literal) = literal else { return Err(at.unexpected("a default")) };
    tokens.push(literal);
    at.advance();
    if blob_prefix(&literal, at.peek().as_ref()) {
        tokens.extend(at.advance());
    }
    Ok(canonical(&tokens))
}

fn generated(reader: &mut TableReader<'_>) -> Parsed<()> {
    reader.at.eat_words(&["GENERATED", "ALWAYS"]);
    reader.at.expect_word("AS")?;
    let tokens = group(&mut reader.at)?;
    let expression = Expression::new(reader.expression(&tokens));
    let stored = reader.at.eat_word("STORED");
    reader.at.eat_word("VIRTUAL");
    edit(reader, "generated.name", |column| column.generated = Some(Generated { expression, stored }));
    Ok(())
}
