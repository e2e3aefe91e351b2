//! Views, triggers and virtual tables.

use std::collections::{HashMap, HashSet};

use lambic_core::Definition;
use lambic_core::schema::{ObjectId, ObjectKind, Objects, QualifiedName};

use super::{Catalog, Kind, Record, object_kind};
use crate::ddl;

/// Everything that other objects can name, by its name in lower case.
type Known = HashMap<String, ObjectId>;

/// Makes definition objects of the records that are neither tables nor indexes.
pub(super) fn read(catalog: &mut Catalog, records: &[Record]) -> Objects<Definition> {
    let known = known(catalog, records);
    let mut definitions: Vec<Definition> = records.iter().filter_map(|r| definition(r, &known)).collect();
    adopt_shadows(catalog, records, &mut definitions);
    definitions.into_iter().collect()
}

fn known(catalog: &Catalog, records: &[Record]) -> Known {
    let tables = catalog.tables.iter().map(|table| ObjectId::new(ObjectKind::Table, table.name.clone()));
    let others = records.iter().filter(|record| record.kind != Kind::Trigger);
    let others = others.filter_map(|record| id(record, &Known::new()));
    tables.chain(others).map(|id| (id.name.name.to_ascii_lowercase(), id)).collect()
}

/// What identifies the object. A trigger's table is kept as its text spells it: here it gets its own name.
fn id(record: &Record, known: &Known) -> Option<ObjectId> {
    let name = QualifiedName::bare(&record.name);
    let kind = object_kind(record.kind)?;
    if record.kind != Kind::Trigger {
        return Some(ObjectId::new(kind, name));
    }
    let table = known.get(&record.table.to_ascii_lowercase()).map_or(&record.table, |table| &table.name.name);
    Some(ObjectId::on(kind, name, table))
}

fn definition(record: &Record, known: &Known) -> Option<Definition> {
    let mut definition = Definition::new(id(record, known)?, &record.sql);
    match record.kind {
        Kind::VirtualTable => {
            // A rename leaves the name in quotes, and nothing takes them away again.
            if let Some(sql) = ddl::virtual_table_named(&record.sql, &record.name) {
                definition.definition = sql;
            }
            if let Some(module) = module(&record.sql) {
                definition.properties.insert("module".to_owned(), module);
            }
        }
        _ => definition.depends_on = depends_on(&definition, known),
    }
    Some(definition)
}

/// `CREATE VIRTUAL TABLE name USING module`.
fn module(sql: &str) -> Option<String> {
    let mut reader = ddl::reader(sql);
    while !reader.is_at_end() {
        if reader.eat_word("USING") {
            return reader.eat_identifier().map(|name| name.to_ascii_lowercase());
        }
        reader.advance();
    }
    None
}

/// Every known object that the text names. What is only a column's or an alias's name can be among them: a
/// dependency too many does no harm.
fn depends_on(definition: &Definition, known: &Known) -> Vec<ObjectId> {
    let mut reader = ddl::reader(&definition.definition);
    let mut found = HashSet::new();
    let mut after_dot = false;
    let mut in_main = false;
    while let Some(token) = reader.advance() {
        let name = ddl::name_of(&token);
        if let Some(name) = &name
            && (!after_dot || in_main)
            && let Some(id) = known.get(&name.to_ascii_lowercase())
        {
            found.insert(id);
        }
        if !token.is('.') {
            in_main = name.is_some_and(|name| ddl::same_name(&name, "main"));
        }
        after_dot = token.is('.');
    }
    let mut found: Vec<ObjectId> = found.into_iter().filter(|id| **id != definition.id).cloned().collect();
    found.sort();
    found
}

/// Gives each shadow table to the virtual table whose name it begins with.
fn adopt_shadows(catalog: &mut Catalog, records: &[Record], definitions: &mut [Definition]) {
    for shadow in records.iter().filter(|record| record.kind == Kind::Shadow) {
        let owns = |definition: &&mut Definition| {
            let owner = &definition.id.name.name;
            let (head, tail) = shadow.name.split_at_checked(owner.len()).unwrap_or(("", ""));
            definition.id.kind == ObjectKind::VirtualTable
                && ddl::same_name(head, owner)
                && tail.starts_with('_')
        };
        match definitions.iter_mut().filter(owns).max_by_key(|definition| definition.id.name.name.len()) {
            Some(owner) => {
                let list = owner.properties.entry("shadow-tables".to_owned()).or_default();
                let mut names: Vec<&str> = list.split(", ").filter(|name| !name.is_empty()).collect();
                names.push(&shadow.name);
                names.sort_unstable();
                *list = names.join(", ");
            }
            None => catalog.refuse("shadow table", &shadow.name, "no virtual table owns it"),
        }
    }
}
