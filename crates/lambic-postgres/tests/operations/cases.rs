//! The rows of the matrix, and what they are made with.

use lambic_core::operation::{AlterTable, Dependent, TableChange};
use lambic_core::schema::{
    Column, Constraint, Expression, ForeignKey, Index, ObjectId, ObjectKind, Partitioning, Properties,
    QualifiedName, Table,
};
use lambic_core::{Definition, Operation, Schema};

/// What becomes of the way back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    /// It works.
    Works,
    /// The database cannot go it.
    Refused,
}

/// A row of the matrix.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) make: fn(&Schema) -> Operation,
    /// The first version that can do it; before, it is unsupported.
    pub(crate) since: u32,
    /// The fixtures on which the database cannot have it; after a version, on that one alone; after `back`, it cannot
    /// go back.
    pub(crate) not_on: &'static [&'static str],
    pub(crate) back: Back,
    /// Values are compared by their text: a type changed.
    pub(crate) loose: bool,
    /// It has nothing to do with the table: few fixtures will do.
    pub(crate) alone: bool,
    /// Columns that lose what they hold.
    pub(crate) refills: &'static [&'static str],
}

impl Case {
    pub(crate) const fn since(self, since: u32) -> Self {
        Self { since, ..self }
    }

    pub(crate) const fn not_on(self, not_on: &'static [&'static str]) -> Self {
        Self { not_on, ..self }
    }

    pub(crate) const fn one_way(self) -> Self {
        Self { back: Back::Refused, ..self }
    }

    pub(crate) const fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    pub(crate) const fn loose(self) -> Self {
        Self { loose: true, ..self }
    }

    pub(crate) const fn refills(self, refills: &'static [&'static str]) -> Self {
        Self { refills, ..self }
    }
}

pub(crate) const fn works(name: &'static str, make: fn(&Schema) -> Operation) -> Case {
    Case { name, make, since: 13, not_on: &[], back: Back::Works, loose: false, alone: false, refills: &[] }
}

/// Every row.
pub(crate) fn all() -> impl Iterator<Item = &'static Case> {
    let tables = crate::tables::CASES.iter().chain(crate::tables::OPTIONS);
    tables.chain(crate::objects::CASES).chain(crate::completed::CASES)
}

pub(crate) fn table(schema: &Schema) -> Table {
    named(schema, "t")
}

pub(crate) fn named(schema: &Schema, name: &str) -> Table {
    schema.tables.get(&QualifiedName::bare(name)).unwrap().clone()
}

pub(crate) fn column(schema: &Schema, name: &str) -> Column {
    table(schema).column(name).unwrap().clone()
}

pub(crate) fn new_column(name: &str, native: &str) -> Column {
    let mut column = Column::new(name, native);
    column.portable = portable(native);
    column
}

/// What introspection says of a native type.
pub(crate) fn portable(native: &str) -> Option<lambic_core::schema::PortableType> {
    let dialect = lambic_core::Driver::dialect(&lambic_postgres::PostgresDriver, "postgres", None).unwrap();
    dialect.portable_type(&lambic_core::schema::NativeType::new(native))
}

pub(crate) fn index(schema: &Schema) -> Index {
    table(schema).indexes.get(&"t_name".to_owned()).unwrap().clone()
}

pub(crate) fn foreign_key() -> ForeignKey {
    ForeignKey {
        name: Some("to_u_too".into()),
        on_update: lambic_core::schema::ReferentialAction::Cascade,
        ..ForeignKey::new(["qty"], QualifiedName::bare("u"), ["uid"])
    }
}

pub(crate) fn constraint(schema: &Schema, name: &str) -> Constraint {
    table(schema).constraints().find(|constraint| constraint.name() == Some(name)).unwrap()
}

/// Every definition object that hangs on an object or needs it, and what hangs on those or needs those.
pub(crate) fn users(schema: &Schema, id: &ObjectId) -> Vec<Definition> {
    let mut found: Vec<Definition> = Vec::new();
    loop {
        let reached = |needed: &ObjectId| needed == id || found.iter().any(|one| one.id == *needed);
        let hangs = |one: &Definition| {
            let mut owners = found.iter().map(|owner| &owner.id).chain([id]);
            owners.any(|owner| {
                owner.kind != ObjectKind::Trigger && one.id.hangs_on(&owner.name) && one.id != *owner
            })
        };
        let next = schema.definitions.iter().find(|one| {
            one.id != *id && !found.contains(one) && (one.depends_on.iter().any(&reached) || hangs(one))
        });
        match next.cloned() {
            Some(next) => found.push(next),
            None => return found,
        }
    }
}

pub(crate) fn table_id(name: &str) -> ObjectId {
    ObjectId::new(ObjectKind::Table, QualifiedName::bare(name))
}

pub(crate) fn dependents(schema: &Schema, id: &ObjectId) -> Vec<Dependent> {
    users(schema, id).into_iter().map(Dependent::unchanged).collect()
}

pub(crate) fn alter_table(schema: &Schema, changes: Vec<TableChange>) -> AlterTable {
    AlterTable::new(table(schema), changes, dependents(schema, &table_id("t"))).unwrap()
}

pub(crate) fn alter(schema: &Schema, changes: Vec<TableChange>) -> Operation {
    Operation::AlterTable(Box::new(alter_table(schema, changes)))
}

pub(crate) fn alter_column(schema: &Schema, name: &str, change: impl FnOnce(&mut Column)) -> Operation {
    let previous = column(schema, name);
    let mut next = previous.clone();
    change(&mut next);
    alter(schema, vec![TableChange::AlterColumn { previous: previous.into(), next: next.into() }])
}

pub(crate) fn set_option(schema: &Schema, changes: &[(&str, Option<&str>)]) -> Operation {
    let previous = table(schema).options;
    let mut next = previous.clone();
    for (name, value) in changes {
        match value {
            // Where it is so already, it is not afterwards.
            Some(value) if previous.get(*name).map(String::as_str) == Some(value) => drop(next.remove(*name)),
            Some(value) => drop(next.insert((*name).to_owned(), (*value).to_owned())),
            None => drop(next.remove(*name)),
        }
    }
    alter(schema, vec![TableChange::SetOptions { previous, next }])
}

pub(crate) fn properties(pairs: &[(&str, &str)]) -> Properties {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn text(text: &str) -> Expression {
    Expression::new(text)
}

/// Renames columns, with everything that the server renames along.
pub(crate) fn rename_columns(schema: &Schema, names: &[(&str, &str)]) -> Operation {
    let changes = names
        .iter()
        .map(|(old, new)| TableChange::RenameColumn { previous: (*old).into(), next: (*new).into() })
        .collect();
    let mut alter = alter_table(schema, changes);
    for (old, new) in names {
        rewrite(&mut alter, old, new);
    }
    Operation::AlterTable(Box::new(alter))
}

/// Gives a column its new name in the text of everything that uses it.
pub(crate) fn rewrite(alter: &mut AlterTable, old: &str, new: &str) {
    let replaced = |text: &mut String| *text = replace_word(text, old, new);
    alter.next.checks.iter_mut().for_each(|check| replaced(&mut check.expression.0));
    for generated in alter.next.columns.iter_mut().filter_map(|column| column.generated.as_mut()) {
        replaced(&mut generated.expression.0);
    }
    alter.next.indexes.rewrite(|index| {
        index.predicate.iter_mut().for_each(|predicate| replaced(&mut predicate.0));
        for part in &mut index.parts {
            if let lambic_core::schema::KeyTarget::Expression(text) = &mut part.key {
                replaced(&mut text.0);
            }
        }
    });
    if let Some(partitioning) = &mut alter.next.partitioning {
        rewrite_partitioning(partitioning, old, new);
    }
    for dependent in &mut alter.dependents {
        let id = &dependent.next.id;
        let direct = id.on.as_deref() == Some("t") || dependent.next.depends_on.contains(&table_id("t"));
        if !direct {
            continue;
        }
        let next = &mut dependent.next;
        if matches!(next.id.kind, ObjectKind::View | ObjectKind::MaterializedView) {
            next.definition = follow(&next.definition, old, new);
        } else {
            replaced(&mut next.definition);
            next.id.arguments.iter_mut().for_each(&replaced);
        }
    }
}

fn rewrite_partitioning(partitioning: &mut Partitioning, old: &str, new: &str) {
    partitioning.by.0 = replace_word(&partitioning.by.0, old, new);
    for inner in partitioning.partitions.iter_mut().filter_map(|one| one.partitioning.as_mut()) {
        rewrite_partitioning(inner, old, new);
    }
}

/// What the server makes of a view: an output column keeps its name.
fn follow(text: &str, old: &str, new: &str) -> String {
    let words = replace_word(text, old, new);
    let bare = format!("{new},");
    let qualified = format!("t.{new},");
    let kept = words.replace(&qualified, &format!("t.{new} AS {old},"));
    let kept = kept.replace(&format!("t.{new}\n"), &format!("t.{new} AS {old}\n"));
    if kept != words {
        return kept;
    }
    words
        .replace(&bare, &format!("{new} AS {old},"))
        .replace(&format!("{new}\n"), &format!("{new} AS {old}\n"))
}

pub(crate) fn replace_word(text: &str, old: &str, new: &str) -> String {
    let lexicon = lambic_core::Driver::dialect(&lambic_postgres::PostgresDriver, "postgres", None).unwrap();
    let tokens = lambic_sql::Lexer::new(text, lexicon.lexicon());
    tokens.map(|token| if token.is_word(old) { new } else { token.text }).collect()
}
