//! One row of the matrix for each operation.

use lambic_core::operation::{AlterTable, Dependent, EnumChange, Object, TableChange};
use lambic_core::schema::{
    Check, Column, Constraint, Deferrable, Exclusion, Expression, ForeignKey, Generated, Identity,
    IdentityKind, Index, Key, KeyPart, KeyTarget, NativeType, ObjectId, ObjectKind, PortableType,
    QualifiedName, ReferentialAction, Table,
};
use lambic_core::{Definition, Operation, Schema};
use lambic_sql::Lexer;

use crate::absent::{alter_enum, composite, domain, enumeration, namespace, rename, same, sequence};
use crate::dialect;
use TableChange::{AddColumn, AddConstraint, DropColumn, DropConstraint};

/// What must become of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// It works on every fixture.
    Works,
    /// SQLite has nothing of the kind.
    Unsupported,
    /// It works, but SQLite cannot have it on this fixture.
    UnsupportedOn(&'static str),
}

/// A row of the matrix.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) expect: Expect,
    pub(crate) make: fn(&Schema) -> Operation,
    /// Values are compared by their text: a type changed.
    pub(crate) loose: bool,
}

const fn works(name: &'static str, make: fn(&Schema) -> Operation) -> Case {
    Case { name, expect: Expect::Works, make, loose: false }
}

const fn unsupported(name: &'static str, make: fn(&Schema) -> Operation) -> Case {
    Case { name, expect: Expect::Unsupported, make, loose: false }
}

const fn except(on: &'static str, case: &Case) -> Case {
    Case { expect: Expect::UnsupportedOn(on), name: case.name, make: case.make, loose: case.loose }
}

pub(crate) const CASES: &[Case] = &[
    works("create table", |_| create_table()),
    works("create view", |_| {
        Operation::create(definition(
            ObjectKind::View,
            "n",
            None,
            "CREATE VIEW n AS SELECT uid FROM u",
            &["u"],
        ))
    }),
    works("create trigger", |_| Operation::create(trigger("n"))),
    works("create virtual table", |_| Operation::create(rtree("n"))),
    works("drop table", |schema| {
        let dependents = users(schema);
        Operation::Drop { object: Object::Table(Box::new(table(schema))), dependents }
    }),
    works("drop view", |schema| Operation::drop(Object::Definition(known(schema, "other_view")))),
    works("drop trigger", |schema| Operation::drop(Object::Definition(known(schema, "other_trigger")))),
    works("drop virtual table", |schema| Operation::drop(Object::Definition(known(schema, "docs")))),
    works("rename table", |schema| rename_table(schema, "t2")),
    works("rename table, case alone", |schema| rename_table(schema, "T")),
    works("rename view", |schema| rename_definition(schema, "other_view")),
    works("rename trigger", |schema| rename_definition(schema, "other_trigger")),
    works("rename virtual table", |schema| rename_definition(schema, "docs")),
    works("alter view", |schema| alter_definition(schema, "other_view", "label", "upper(label) AS label")),
    works("alter trigger", |schema| alter_definition(schema, "other_trigger", "AFTER", "BEFORE")),
    unsupported("alter virtual table", |schema| alter_definition(schema, "docs", "body", "text")),
    works("add column", |schema| {
        alter(schema, vec![AddColumn(new_column("extra", "TEXT").default_to("'it''s'"))])
    }),
    works("add column NOT NULL", |schema| {
        alter(schema, vec![AddColumn(new_column("extra", "INTEGER").not_null().default_to("-1"))])
    }),
    works("add column with an expression as default", |schema| {
        alter(schema, vec![AddColumn(new_column("extra", "TEXT").not_null().default_to("(lower('A') || 1)"))])
    }),
    works("add column, not last", |schema| {
        let mut alter = alter_table(schema, vec![AddColumn(new_column("extra", "BLOB").default_to("x'00'"))]);
        let extra = alter.next.columns.pop().unwrap();
        alter.next.columns.insert(1, extra);
        Operation::AlterTable(Box::new(alter))
    }),
    works("add column with a foreign key", |schema| {
        let key = ForeignKey {
            name: Some("to_log".into()),
            ..ForeignKey::new(["extra"], QualifiedName::bare("log"), ["id"])
        };
        let column = new_column("extra", "INTEGER");
        alter(schema, vec![AddColumn(column), AddConstraint(Constraint::ForeignKey(key))])
    }),
    works("add column VIRTUAL", |schema| alter(schema, vec![AddColumn(generated(false))])),
    works("add column STORED", |schema| alter(schema, vec![AddColumn(generated(true))])),
    works("drop column", |schema| alter(schema, vec![DropColumn(column(schema, "spare"))])),
    works("drop column that a constraint needs", |schema| {
        let key = table(schema).foreign_keys.iter().find(|key| key.columns == ["u_id"]).unwrap().clone();
        let changes = vec![DropConstraint(Constraint::ForeignKey(key)), DropColumn(column(schema, "u_id"))];
        let mut alter = alter_table(schema, changes);
        // The trigger on the other table uses the column.
        for dependent in &mut alter.dependents {
            if dependent.previous.id.name.name == "u_delete" {
                dependent.next.definition = dependent.next.definition.replace("u_id", "id");
            }
        }
        Operation::AlterTable(Box::new(alter))
    }),
    works("rename column", |schema| rename_columns(schema, &[("name", "the title")], true)),
    works("rename column, other text", |schema| rename_columns(schema, &[("name", "title")], false)),
    works("rename column of a key", |schema| {
        rename_columns(schema, &[("id", "key"), ("code", "Code")], true)
    }),
    works("rename column of a key, in a rebuild", |schema| {
        let previous = column(schema, "qty");
        let next = previous.clone().default_to("7");
        let names = [("id".to_owned(), "key".to_owned()), ("code".to_owned(), "sign".to_owned())];
        let mut changes: Vec<TableChange> = names
            .iter()
            .cloned()
            .map(|(previous, next)| TableChange::RenameColumn { previous, next })
            .collect();
        changes.push(TableChange::AlterColumn { previous: previous.into(), next: next.into() });
        let mut alter = alter_table(schema, changes);
        rewrite(&mut alter, &names, false);
        Operation::AlterTable(Box::new(alter))
    }),
    works("swap columns", |schema| {
        rename_columns(schema, &[("code", "between"), ("spare", "code"), ("between", "spare")], true)
    }),
    works("rename column and drop the one of that name", |schema| {
        let dropped = DropColumn(column(schema, "spare"));
        let renamed = TableChange::RenameColumn { previous: "qty".into(), next: "spare".into() };
        let mut alter = alter_table(schema, vec![dropped, renamed]);
        rewrite(&mut alter, &[("qty".to_owned(), "spare".to_owned())], false);
        Operation::AlterTable(Box::new(alter))
    }),
    works("alter column: default", |schema| {
        alter_column(schema, "name", |column| *column = column.clone().default_to("'y'"))
    }),
    works("alter column: nullable", |schema| {
        alter_column(schema, "code", |column| {
            column.nullable = true;
            column.options.clear();
        })
    }),
    works("alter column: not null", |schema| alter_column(schema, "id", |column| column.nullable = false)),
    works("alter column: collation", |schema| {
        alter_column(schema, "name", |column| column.collation = Some("RTRIM".into()))
    }),
    Case {
        loose: true,
        ..works("alter column: type", |schema| {
            alter_column(schema, "u_id", |column| {
                column.native = NativeType::new("TEXT");
                column.portable = Some(PortableType::Text);
            })
        })
    },
    except(
        "WITHOUT ROWID",
        &works("alter column: AUTOINCREMENT", |schema| {
            alter_column(schema, "id", |column| {
                let numbers = column.identity.is_none();
                column.identity = numbers.then(|| Identity::new(IdentityKind::AutoIncrement));
            })
        }),
    ),
    unsupported("alter column: GENERATED AS IDENTITY", |schema| {
        alter_column(schema, "id", |column| {
            column.identity = Some(Identity::new(IdentityKind::Always));
        })
    }),
    unsupported("alter column: comment", |schema| {
        alter_column(schema, "qty", |column| column.comment = Some("how many".into()))
    }),
    works("alter column: generated", |schema| {
        alter_column(schema, "spare", |column| {
            column.generated = Some(Generated { expression: Expression::new("qty + 1"), stored: true });
        })
    }),
    works("another primary key", |schema| {
        let id = column(schema, "id");
        let plain = Column { identity: None, ..id.clone() };
        let mut changes =
            vec![TableChange::AlterColumn { previous: id.clone().into(), next: plain.clone().into() }];
        changes.retain(|_| id != plain);
        changes.push(DropConstraint(Constraint::PrimaryKey(table(schema).primary_key.unwrap())));
        changes.push(AddConstraint(Constraint::PrimaryKey(Key::over(["code"]).named("the_key"))));
        changes.push(AddConstraint(Constraint::Unique(Key::over(["id"]))));
        alter(schema, changes)
    }),
    works("add unique constraint", |schema| {
        let key = Key {
            columns: vec![KeyPart::column("code").descending(), KeyPart::column("id")],
            ..Key::over::<_, String>([])
        };
        alter(schema, vec![AddConstraint(Constraint::Unique(key))])
    }),
    works("drop unique constraint", |schema| {
        // Other tables refer to it: an index takes its place.
        let unique = Constraint::Unique(table(schema).uniques[0].clone());
        let index = Index { unique: true, ..Index::new("code_index", vec![KeyPart::column("code")]) };
        alter(schema, vec![DropConstraint(unique), TableChange::CreateIndex(index)])
    }),
    works("add foreign key", |schema| {
        alter(schema, vec![AddConstraint(Constraint::ForeignKey(foreign_key()))])
    }),
    works("drop foreign key", |schema| {
        let key = table(schema).foreign_keys.iter().find(|key| key.columns == ["u_id"]).unwrap().clone();
        alter(schema, vec![DropConstraint(Constraint::ForeignKey(key))])
    }),
    works("add check", |schema| {
        alter(schema, vec![AddConstraint(Constraint::Check(Check::new("qty <> 13")))])
    }),
    works("drop check", |schema| alter(schema, vec![DropConstraint(few(schema))])),
    works("rename constraint", |schema| {
        alter(
            schema,
            vec![TableChange::RenameConstraint { previous: few(schema), next: "many \"and\" more".into() }],
        )
    }),
    works("alter constraint", |schema| {
        let previous = table(schema).foreign_keys.iter().find(|key| key.columns == ["u_id"]).unwrap().clone();
        let next = ForeignKey { deferrable: Some(Deferrable::Deferred), ..previous.clone() };
        let (previous, next) = (Constraint::ForeignKey(previous), Constraint::ForeignKey(next));
        alter(schema, vec![TableChange::AlterConstraint { previous, next }])
    }),
    unsupported("add exclusion constraint", |schema| {
        let exclusion =
            Exclusion { name: None, definition: Expression::new("EXCLUDE (id WITH =)"), comment: None };
        alter(schema, vec![AddConstraint(Constraint::Exclusion(exclusion))])
    }),
    works("create index", |schema| {
        let index = Index {
            unique: true,
            predicate: Some(Expression::new("code IS NOT NULL")),
            ..Index::new(
                "new index",
                vec![KeyPart::expression("code || '!'").descending(), KeyPart::column("id")],
            )
        };
        alter(schema, vec![TableChange::CreateIndex(index)])
    }),
    works("drop index", |schema| alter(schema, vec![TableChange::DropIndex(index(schema))])),
    works("rename index", |schema| {
        alter(schema, vec![TableChange::RenameIndex { previous: index(schema), next: "by name".into() }])
    }),
    works("alter index", |schema| {
        let next = Index { predicate: Some(Expression::new("qty > 1")), ..index(schema) };
        alter(schema, vec![TableChange::AlterIndex { previous: index(schema), next }])
    }),
    unsupported("alter index: invisible", |schema| {
        let mut next = index(schema);
        next.options.insert("invisible".into(), "true".into());
        alter(schema, vec![TableChange::AlterIndex { previous: index(schema), next }])
    }),
    works("set options: STRICT", |schema| toggle(schema, "strict")),
    except("AUTOINCREMENT", &works("set options: WITHOUT ROWID", |schema| toggle(schema, "without-rowid"))),
    unsupported("set options: engine", |schema| toggle(schema, "engine")),
    unsupported("set comment", |schema| {
        alter(schema, vec![TableChange::SetComment { previous: None, next: Some("things".into()) }])
    }),
    works("many changes at once", |schema| {
        let id = column(schema, "id");
        let key = foreign_key();
        let mut alter = alter_table(
            schema,
            vec![
                TableChange::RenameColumn { previous: "name".into(), next: "title".into() },
                AddColumn(new_column("extra", "INTEGER").not_null().default_to("5")),
                DropColumn(column(schema, "spare")),
                TableChange::AlterColumn { previous: id.clone().into(), next: id.not_null().into() },
                AddConstraint(Constraint::ForeignKey(key)),
                TableChange::RenameIndex { previous: renamed_index(schema), next: "t_title".into() },
            ],
        );
        rewrite(&mut alter, &[("name".to_owned(), "title".to_owned())], false);
        Operation::AlterTable(Box::new(alter))
    }),
    unsupported("create namespace", |_| Operation::create(Object::Namespace(namespace()))),
    unsupported("drop namespace", |_| Operation::drop(Object::Namespace(namespace()))),
    unsupported("rename namespace", |_| rename(ObjectKind::Namespace)),
    unsupported("alter namespace", |_| same(Object::Namespace(namespace()))),
    unsupported("create sequence", |_| Operation::create(Object::Sequence(sequence()))),
    unsupported("drop sequence", |_| Operation::drop(Object::Sequence(sequence()))),
    unsupported("rename sequence", |_| rename(ObjectKind::Sequence)),
    unsupported("alter sequence", |_| same(Object::Sequence(sequence()))),
    unsupported("create enum", |_| Operation::create(Object::Enum(enumeration()))),
    unsupported("drop enum", |_| Operation::drop(Object::Enum(enumeration()))),
    unsupported("rename enum", |_| rename(ObjectKind::Enum)),
    unsupported("add value", |_| alter_enum(EnumChange::AddValue("b".into()))),
    unsupported("drop value", |_| alter_enum(EnumChange::DropValue("a".into()))),
    unsupported("rename value", |_| {
        alter_enum(EnumChange::RenameValue { previous: "a".into(), next: "b".into() })
    }),
    unsupported("create domain", |_| Operation::create(Object::Domain(domain()))),
    unsupported("drop domain", |_| Operation::drop(Object::Domain(domain()))),
    unsupported("rename domain", |_| rename(ObjectKind::Domain)),
    unsupported("alter domain", |_| same(Object::Domain(domain()))),
    unsupported("create composite", |_| Operation::create(Object::Composite(composite()))),
    unsupported("drop composite", |_| Operation::drop(Object::Composite(composite()))),
    unsupported("rename composite", |_| rename(ObjectKind::Composite)),
    unsupported("alter composite", |_| same(Object::Composite(composite()))),
    unsupported("create function", |_| {
        Operation::create(definition(ObjectKind::Function, "f", None, "CREATE FUNCTION f()", &[]))
    }),
    unsupported("drop function", |_| {
        Operation::drop(definition(ObjectKind::Function, "f", None, "CREATE FUNCTION f()", &[]))
    }),
    unsupported("rename function", |_| rename(ObjectKind::Function)),
    unsupported("alter function", |_| {
        same(definition(ObjectKind::Function, "f", None, "CREATE FUNCTION f()", &[]))
    }),
];

/// The tested table.
pub(crate) fn table(schema: &Schema) -> Table {
    schema.tables.get(&QualifiedName::bare("t")).unwrap().clone()
}

fn column(schema: &Schema, name: &str) -> Column {
    table(schema).column(name).unwrap().clone()
}

fn index(schema: &Schema) -> Index {
    table(schema).indexes.get(&"t_name".to_owned()).unwrap().clone()
}

/// The same index after its column was renamed.
fn renamed_index(schema: &Schema) -> Index {
    Index { parts: vec![KeyPart::column("title").descending()], ..index(schema) }
}

fn few(schema: &Schema) -> Constraint {
    Constraint::Check(table(schema).checks.iter().find(|check| check.name.is_some()).unwrap().clone())
}

/// A second key from a column that has one already, so that no row breaks it.
fn foreign_key() -> ForeignKey {
    ForeignKey {
        on_update: ReferentialAction::Cascade,
        match_type: Some("FULL".to_owned()),
        ..ForeignKey::new(["u_id"], QualifiedName::bare("u"), ["uid"])
    }
}

fn generated(stored: bool) -> Column {
    let expression = Expression::new("coalesce(qty, -1) * 2");
    Column { generated: Some(Generated { expression, stored }), ..new_column("extra", "INTEGER") }
}

fn known(schema: &Schema, name: &str) -> Definition {
    schema.definitions.iter().find(|definition| definition.id.name.name == name).unwrap().clone()
}

/// Everything that needs the table, or what needs it.
fn users(schema: &Schema) -> Vec<Definition> {
    let mut needed = vec![ObjectId::new(ObjectKind::Table, QualifiedName::bare("t"))];
    let mut at = 0;
    while let Some(id) = needed.get(at).cloned() {
        let users = schema.definitions.iter().filter(|definition| definition.depends_on.contains(&id));
        let users: Vec<ObjectId> =
            users.map(|user| user.id.clone()).filter(|user| !needed.contains(user)).collect();
        needed.extend(users);
        at += 1;
    }
    schema.definitions.iter().filter(|definition| needed.contains(&definition.id)).cloned().collect()
}

/// A column as the database will report it.
fn new_column(name: &str, native: &str) -> Column {
    let column = Column::new(name, native);
    Column { portable: dialect().portable_type(&column.native), ..column }
}

fn definition(kind: ObjectKind, name: &str, on: Option<&str>, sql: &str, needs: &[&str]) -> Object {
    let id = ObjectId { on: on.map(Into::into), ..ObjectId::new(kind, QualifiedName::bare(name)) };
    let depends_on =
        needs.iter().map(|name| ObjectId::new(ObjectKind::Table, QualifiedName::bare(*name))).collect();
    Object::Definition(Definition { depends_on, ..Definition::new(id, sql) })
}

fn trigger(name: &str) -> Object {
    let sql = format!("CREATE TRIGGER {name} AFTER DELETE ON t BEGIN DELETE FROM log; END");
    definition(ObjectKind::Trigger, name, Some("t"), &sql, &["log", "t"])
}

fn rtree(name: &str) -> Object {
    let sql = format!("CREATE VIRTUAL TABLE \"{name}\" USING rtree(id, low, high)");
    let Object::Definition(mut definition) = definition(ObjectKind::VirtualTable, name, None, &sql, &[])
    else {
        unreachable!()
    };
    definition.properties.insert("module".into(), "rtree".into());
    let shadows = format!("{name}_node, {name}_parent, {name}_rowid");
    definition.properties.insert("shadow-tables".into(), shadows);
    Object::Definition(definition)
}

fn create_table() -> Operation {
    let mut id = Column::new("id", "INTEGER");
    id.portable = Some(PortableType::Integer);
    id.identity = Some(Identity::new(IdentityKind::AutoIncrement));
    let mut table = Table::new(QualifiedName::bare("new \"table\""), vec![id, Column::new("T_id", "")]);
    table.primary_key = Some(Key::over(["id"]).named("key"));
    table.foreign_keys.push(ForeignKey::new(["T_id"], QualifiedName::bare("t"), ["id"]));
    table.indexes.insert(Index::new("on_new", vec![KeyPart::expression("abs(T_id)")]));
    let sql = "CREATE TRIGGER on_new AFTER INSERT ON \"new \"\"table\"\"\" BEGIN SELECT 1; END";
    let Object::Definition(mut trigger) =
        definition(ObjectKind::Trigger, "on_new", Some("new \"table\""), sql, &[])
    else {
        unreachable!()
    };
    trigger.depends_on = vec![ObjectId::new(ObjectKind::Table, table.name.clone())];
    Operation::Create { object: Object::Table(Box::new(table)), dependents: vec![trigger] }
}

/// Everything that an alteration of the table must name: what hangs on it, and what else uses it.
fn dependents(schema: &Schema) -> Vec<Dependent> {
    let id = ObjectId::new(ObjectKind::Table, QualifiedName::bare("t"));
    let direct: Vec<&Definition> =
        schema.definitions.iter().filter(|definition| definition.depends_on.contains(&id)).collect();
    let on_view = |definition: &&Definition| {
        direct.iter().any(|view| view.id.kind == ObjectKind::View && definition.id.hangs_on(&view.id.name))
    };
    let indirect =
        schema.definitions.iter().filter(|definition| !direct.contains(definition)).filter(on_view);
    direct.iter().copied().chain(indirect).cloned().map(Dependent::unchanged).collect()
}

fn alter_table(schema: &Schema, changes: Vec<TableChange>) -> AlterTable {
    AlterTable::new(table(schema), changes, dependents(schema)).unwrap()
}

fn alter(schema: &Schema, changes: Vec<TableChange>) -> Operation {
    Operation::AlterTable(Box::new(alter_table(schema, changes)))
}

fn alter_column(schema: &Schema, name: &str, change: impl FnOnce(&mut Column)) -> Operation {
    let previous = column(schema, name);
    let mut next = previous.clone();
    change(&mut next);
    alter(schema, vec![TableChange::AlterColumn { previous: previous.into(), next: next.into() }])
}

fn toggle(schema: &Schema, option: &str) -> Operation {
    let previous = table(schema).options;
    let mut next = previous.clone();
    if next.remove(option).is_none() {
        next.insert(option.to_owned(), "true".to_owned());
    }
    alter(schema, vec![TableChange::SetOptions { previous, next }])
}

fn rename_columns(schema: &Schema, names: &[(&str, &str)], as_sqlite: bool) -> Operation {
    let names: Vec<(String, String)> =
        names.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let changes = names.iter().cloned().map(|(previous, next)| TableChange::RenameColumn { previous, next });
    let mut alter = alter_table(schema, changes.collect());
    rewrite(&mut alter, &names, as_sqlite);
    Operation::AlterTable(Box::new(alter))
}

/// Carries renames of columns into expressions and into the text of dependents.
fn rewrite(alter: &mut AlterTable, names: &[(String, String)], as_sqlite: bool) {
    let next = |text: &str| {
        names.iter().fold(text.to_owned(), |text, (old, new)| {
            let plain = new.chars().all(char::is_alphanumeric) && !as_sqlite;
            replaced(&text, old, &if plain { new.clone() } else { format!("\"{new}\"") })
        })
    };
    let edit = |expression: &mut Expression| expression.0 = next(&expression.0);
    let table = &mut alter.next;
    table.checks.iter_mut().for_each(|check| edit(&mut check.expression));
    table
        .columns
        .iter_mut()
        .filter_map(|column| column.generated.as_mut())
        .for_each(|g| edit(&mut g.expression));
    table.indexes.rewrite(|index| {
        index.predicate.iter_mut().for_each(edit);
        for part in &mut index.parts {
            if let KeyTarget::Expression(expression) = &mut part.key {
                edit(expression);
            }
        }
    });
    table.sort();
    alter
        .dependents
        .iter_mut()
        .for_each(|dependent| dependent.next.definition = next(&dependent.next.definition));
}

/// The text with one name replaced, wherever it stands as a name.
fn replaced(text: &str, old: &str, new: &str) -> String {
    let lexicon = dialect().lexicon().clone();
    let named = |token: &lambic_sql::Token<'_>| {
        token.is_identifier() && token.unquote(&lexicon).eq_ignore_ascii_case(old)
    };
    Lexer::new(text, &lexicon).map(|token| if named(&token) { new } else { token.text }).collect()
}

fn rename_table(schema: &Schema, next: &str) -> Operation {
    let moved = |id: &mut ObjectId| {
        if id.kind == ObjectKind::Table && id.name.name == "t" {
            id.name = id.name.renamed(next);
        }
    };
    let mut dependents = dependents(schema);
    for dependent in &mut dependents {
        let after = &mut dependent.next;
        after.definition = replaced(&after.definition, "t", &format!("\"{next}\""));
        after.id.on = after.id.on.take().map(|on| if on == "t" { next.to_owned() } else { on });
        after.depends_on.iter_mut().for_each(moved);
        after.depends_on.sort();
    }
    let object = ObjectId::new(ObjectKind::Table, QualifiedName::bare("t"));
    Operation::Rename { object, next: next.to_owned(), dependents, followers: Vec::new() }
}

fn rename_definition(schema: &Schema, name: &str) -> Operation {
    let previous = known(schema, name);
    let mut next = previous.clone();
    next.id.name = QualifiedName::bare("renamed");
    next.definition = replaced(&previous.definition, name, "\"renamed\"");
    if let Some(shadows) = next.properties.get_mut("shadow-tables") {
        *shadows = shadows.replace("docs_", "renamed_");
    }
    let object = previous.id.clone();
    Operation::Rename {
        object,
        next: "renamed".to_owned(),
        dependents: vec![Dependent { previous, next }],
        followers: Vec::new(),
    }
}

fn alter_definition(schema: &Schema, name: &str, old: &str, new: &str) -> Operation {
    let previous = known(schema, name);
    let next = Definition { definition: previous.definition.replace(old, new), ..previous.clone() };
    let hangs =
        |known: &&Definition| previous.id.kind == ObjectKind::View && known.id.hangs_on(&previous.id.name);
    let hangers = schema.definitions.iter().filter(hangs).cloned();
    let dependents = hangers.map(Dependent::unchanged).collect();
    Operation::Alter {
        dependents,
        previous: Box::new(Object::Definition(previous)),
        next: Box::new(Object::Definition(next)),
    }
}
