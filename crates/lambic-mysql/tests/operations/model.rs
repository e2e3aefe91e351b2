//! What the rows of the matrix take from a schema, and operations made of it.

use lambic_core::operation::{AlterTable, Dependent, Object, TableChange};
use lambic_core::schema::{
    Check, Column, Constraint, Expression, ForeignKey, Index, KeyTarget, NativeType, ObjectId, ObjectKind,
    PortableType, QualifiedName, Table,
};
use lambic_core::{Definition, Dialect, Driver as _, Operation, Schema};
use lambic_mysql::MysqlDriver;
use lambic_sql::Lexer;

/// The tested table.
pub(crate) fn table(schema: &Schema) -> Table {
    schema.tables.get(&QualifiedName::bare("t")).unwrap().clone()
}

pub(crate) fn column(schema: &Schema, name: &str) -> Column {
    table(schema).column(name).unwrap().clone()
}

pub(crate) fn index(schema: &Schema) -> Index {
    table(schema).indexes.get(&"t_name".to_owned()).unwrap().clone()
}

pub(crate) fn few(schema: &Schema) -> Check {
    let named = |check: &&Check| check.name.as_deref() == Some("few");
    table(schema).checks.iter().find(named).unwrap().clone()
}

/// The key that refers to another table, where there is one.
pub(crate) fn reference(schema: &Schema) -> Option<ForeignKey> {
    table(schema).foreign_keys.iter().find(|key| key.columns == ["u_id"]).cloned()
}

pub(crate) fn known(schema: &Schema, name: &str) -> Definition {
    schema.definitions.iter().find(|definition| definition.id.name.name == name).unwrap().clone()
}

/// Any dialect: what is asked of it is the same in both.
pub(crate) fn dialect(schema: &Schema) -> std::sync::Arc<dyn Dialect> {
    // Only one of the two says how wide a whole number is shown.
    let wide = column(schema, "id").native.as_str().contains('(');
    MysqlDriver.dialect(if wide { "mariadb" } else { "mysql" }, None).unwrap()
}

/// A column as the database will report it.
pub(crate) fn new_column(schema: &Schema, name: &str, portable: &PortableType) -> Column {
    let native = dialect(schema).column_type(portable).unwrap();
    native_column(schema, name, native.as_str())
}

pub(crate) fn native_column(schema: &Schema, name: &str, native: &str) -> Column {
    let column = Column::new(name, native);
    Column { portable: dialect(schema).portable_type(&NativeType::new(native)), ..column }
}

/// Everything that an alteration of the table must name: what hangs on it, and what else uses it.
pub(crate) fn dependents(schema: &Schema) -> Vec<Dependent> {
    users(schema).into_iter().map(Dependent::unchanged).collect()
}

/// What hangs on the table, names it, or stands on what does.
pub(crate) fn users(schema: &Schema) -> Vec<Definition> {
    let mut names = vec!["t".to_owned()];
    let mut found: Vec<Definition> = Vec::new();
    while let Some(name) = names.pop() {
        for definition in &schema.definitions {
            let hangs = definition.id.on.as_deref() == Some(name.as_str());
            let kinds = [ObjectKind::View, ObjectKind::Trigger];
            let known = found.iter().any(|known| known.id == definition.id);
            let mentions = replaced(&definition.definition, &name, "?") != definition.definition;
            if !known && kinds.contains(&definition.id.kind) && (hangs || mentions) {
                found.push(definition.clone());
                names.extend(
                    (definition.id.kind == ObjectKind::View).then(|| definition.id.name.name.clone()),
                );
            }
        }
    }
    found
}

pub(crate) fn alter_table(schema: &Schema, changes: Vec<TableChange>) -> AlterTable {
    AlterTable::new(table(schema), changes, dependents(schema)).unwrap()
}

pub(crate) fn alter(schema: &Schema, changes: Vec<TableChange>) -> Operation {
    Operation::AlterTable(Box::new(alter_table(schema, changes)))
}

pub(crate) fn change_column(schema: &Schema, name: &str, change: impl FnOnce(&mut Column)) -> TableChange {
    let previous = column(schema, name);
    let mut next = previous.clone();
    change(&mut next);
    next.portable = dialect(schema).portable_type(&next.native);
    TableChange::AlterColumn { previous: previous.into(), next: next.into() }
}

pub(crate) fn alter_column(schema: &Schema, name: &str, change: impl FnOnce(&mut Column)) -> Operation {
    alter(schema, vec![change_column(schema, name, change)])
}

pub(crate) fn set_option(schema: &Schema, options: &[(&str, &str)]) -> Operation {
    let previous = table(schema).options;
    let mut next = previous.clone();
    for (option, value) in options {
        if previous.get(*option).is_some_and(|known| known == value) {
            next.remove(*option);
        } else {
            next.insert((*option).to_owned(), (*value).to_owned());
        }
    }
    alter(schema, vec![TableChange::SetOptions { previous, next }])
}

pub(crate) fn rename_columns(schema: &Schema, names: &[(&str, &str)], more: Vec<TableChange>) -> Operation {
    let names: Vec<(String, String)> =
        names.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let renames = names.iter().cloned().map(|(previous, next)| TableChange::RenameColumn { previous, next });
    let mut alter = alter_table(schema, renames.chain(more).collect());
    rewrite(&mut alter, &names);
    Operation::AlterTable(Box::new(alter))
}

/// The rename of a column, with what the driver finds that follows it.
pub(crate) fn complete_renamed(schema: &Schema, previous: &str, next: &str) -> Operation {
    let change = TableChange::RenameColumn { previous: previous.to_owned(), next: next.to_owned() };
    let alter = AlterTable::new(table(schema), vec![change], Vec::new()).unwrap();
    dialect(schema).complete(Operation::AlterTable(Box::new(alter)), schema).unwrap()
}

/// Carries renames of columns into expressions and into the text of dependents.
pub(crate) fn rewrite(alter: &mut AlterTable, names: &[(String, String)]) {
    let next = |text: &str| {
        names.iter().fold(text.to_owned(), |text, (old, new)| replaced(&text, old, &format!("`{new}`")))
    };
    let edit = |expression: &mut Expression| expression.0 = next(&expression.0);
    let table = &mut alter.next;
    table.checks.iter_mut().for_each(|check| edit(&mut check.expression));
    let generated = table.columns.iter_mut().filter_map(|column| column.generated.as_mut());
    generated.for_each(|generated| edit(&mut generated.expression));
    table.indexes.rewrite(|index| {
        for part in &mut index.parts {
            if let KeyTarget::Expression(expression) = &mut part.key {
                edit(expression);
            }
        }
    });
    if let Some(partitioning) = &mut table.partitioning {
        edit(&mut partitioning.by);
    }
    table.sort();
    for dependent in &mut alter.dependents {
        dependent.next.definition = next(&dependent.next.definition);
    }
}

/// The text with one name replaced, wherever it stands as a name.
pub(crate) fn replaced(text: &str, old: &str, new: &str) -> String {
    let lexicon = MysqlDriver.dialect("mysql", None).unwrap().lexicon().clone();
    let named = |token: &lambic_sql::Token<'_>| {
        token.is_identifier() && token.unquote(&lexicon).eq_ignore_ascii_case(old)
    };
    Lexer::new(text, &lexicon).map(|token| if named(&token) { new } else { token.text }).collect()
}

pub(crate) fn rename_table(schema: &Schema, next: &str) -> Operation {
    let moved = |id: &mut ObjectId| {
        if id.name.name == "t" {
            id.name = id.name.renamed(next);
        }
        id.on = id.on.take().map(|on| if on == "t" { next.to_owned() } else { on });
    };
    let mut dependents = dependents(schema);
    for dependent in &mut dependents {
        let after = &mut dependent.next;
        after.definition = replaced(&after.definition, "t", &format!("`{next}`"));
        after.id.on = after.id.on.take().map(|on| if on == "t" { next.to_owned() } else { on });
        after.depends_on.iter_mut().for_each(moved);
        after.depends_on.sort();
    }
    let object = ObjectId::new(ObjectKind::Table, QualifiedName::bare("t"));
    Operation::Rename { object, next: next.to_owned(), dependents, followers: Vec::new() }
}

/// A definition like another one, under a new name.
pub(crate) fn like(schema: &Schema, name: &str, new: &str) -> Definition {
    let mut definition = known(schema, name);
    definition.id.name = QualifiedName::bare(new);
    definition.definition = replaced(&definition.definition, name, &format!("`{new}`"));
    definition
}

pub(crate) fn create_like(schema: &Schema, name: &str) -> Operation {
    Operation::create(Object::Definition(like(schema, name, "a \"new\" one")))
}

pub(crate) fn rename_definition(schema: &Schema, name: &str) -> Operation {
    let (previous, next) = (known(schema, name), like(schema, name, "renamed"));
    let object = previous.id.clone();
    Operation::Rename {
        object,
        next: "renamed".to_owned(),
        dependents: vec![Dependent { previous, next }],
        followers: Vec::new(),
    }
}

pub(crate) fn alter_definition(schema: &Schema, name: &str, edits: &[(&str, &str)]) -> Operation {
    let previous = known(schema, name);
    let edit = |text: String, (old, new): &(&str, &str)| {
        assert!(text.contains(old), "{text} has no {old}");
        text.replace(old, new)
    };
    let definition = edits.iter().fold(previous.definition.clone(), edit);
    let next = Definition { definition, ..previous.clone() };
    Operation::Alter {
        previous: Box::new(Object::Definition(previous)),
        next: Box::new(Object::Definition(next)),
        dependents: Vec::new(),
    }
}

pub(crate) fn drop_constraint(constraint: Option<Constraint>) -> Vec<TableChange> {
    constraint.map(TableChange::DropConstraint).into_iter().collect()
}
