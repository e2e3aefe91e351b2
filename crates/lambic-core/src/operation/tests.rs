mod touches;

use super::*;
use crate::schema::{Column, Constraint, ForeignKey, Index, Key, KeyPart, Properties, Schema};

fn users() -> Table {
    let mut table = Table::new(
        QualifiedName::bare("users"),
        vec![Column::new("id", "integer").not_null(), Column::new("email", "text")],
    );
    table.primary_key = Some(Key::over(["id"]));
    table.indexes.insert(Index::new("ix_email", vec![KeyPart::column("email")]));
    table
}

fn orders() -> Table {
    let mut table = Table::new(QualifiedName::bare("orders"), vec![Column::new("user_id", "integer")]);
    table.foreign_keys.push(ForeignKey::new(["user_id"], QualifiedName::bare("users"), ["id"]));
    table
}

fn trigger() -> Definition {
    let id = ObjectId::on(ObjectKind::Trigger, QualifiedName::bare("audit"), "users");
    Definition::new(id, "CREATE TRIGGER audit AFTER INSERT ON users BEGIN SELECT 1; END")
}

fn schema() -> Schema {
    Schema {
        tables: [users(), orders()].into_iter().collect(),
        definitions: [trigger()].into_iter().collect(),
        ..Schema::default()
    }
}

/// Applies the operation, checks that its reverse leads back, and returns what it made.
fn there_and_back(operation: &Operation) -> Schema {
    let after = schema().apply(operation).unwrap();
    assert_ne!(after, schema(), "{}", operation.describe());
    assert_eq!(after.apply(&operation.reverse()).unwrap(), schema(), "{}", operation.describe());
    let json = serde_json::to_string(operation).unwrap();
    assert_eq!(&serde_json::from_str::<Operation>(&json).unwrap(), operation, "{json}");
    after
}

fn alter(changes: Vec<TableChange>) -> Operation {
    let alter = AlterTable::new(users(), changes, vec![Dependent::unchanged(trigger())]).unwrap();
    Operation::AlterTable(Box::new(alter))
}

#[test]
fn every_change_of_a_table_leads_there_and_back() {
    let email = users().columns[1].clone();
    let unique = Constraint::Unique(Key::over(["email"]).named("uq"));
    let index = users().indexes.iter().next().unwrap().clone();
    let options = Properties::from([("strict".to_owned(), "true".to_owned())]);
    let changes = [
        TableChange::AddColumn(Column::new("age", "integer")),
        TableChange::RenameColumn { previous: "email".into(), next: "mail".into() },
        TableChange::AlterColumn { previous: email.clone().into(), next: email.not_null().into() },
        TableChange::AddConstraint(unique),
        TableChange::DropConstraint(Constraint::PrimaryKey(Key::over(["id"]))),
        TableChange::CreateIndex(Index::new("ix_2", vec![KeyPart::expression("lower(email)").descending()])),
        TableChange::DropIndex(index.clone()),
        TableChange::RenameIndex { previous: index.clone(), next: "ix_mail".into() },
        TableChange::AlterIndex { previous: index.clone(), next: Index { unique: true, ..index } },
        TableChange::SetOptions { previous: Properties::new(), next: options },
        TableChange::SetComment { previous: None, next: Some("people".into()) },
    ];
    for change in changes {
        there_and_back(&alter(vec![change]));
    }
}

#[test]
fn renaming_a_column_reaches_the_keys_that_refer_to_it() {
    let after =
        there_and_back(&alter(vec![TableChange::RenameColumn { previous: "id".into(), next: "uid".into() }]));
    assert_eq!(
        after.tables.get(&QualifiedName::bare("orders")).unwrap().foreign_keys[0].referenced_columns,
        ["uid"]
    );
    assert_eq!(
        after.tables.get(&QualifiedName::bare("users")).unwrap().primary_key.as_ref().unwrap().columns[0]
            .column_name(),
        Some("uid")
    );
}

#[test]
fn renaming_a_table_reaches_the_keys_that_refer_to_it() {
    let moved = Definition {
        id: ObjectId { on: Some("people".into()), ..trigger().id },
        definition: trigger().definition.replace("ON users", "ON people"),
        ..trigger()
    };
    let after = there_and_back(&Operation::Rename {
        object: ObjectId::new(ObjectKind::Table, QualifiedName::bare("users")),
        next: "people".into(),
        dependents: vec![Dependent { previous: trigger(), next: moved }],
        followers: Vec::new(),
    });
    let key = &after.tables.get(&QualifiedName::bare("orders")).unwrap().foreign_keys[0];
    assert_eq!(key.references.name, "people");
}

#[test]
fn what_hangs_on_a_table_must_be_named() {
    let bare = Operation::drop(Object::Table(Box::new(users())));
    let error = schema().apply(&bare).unwrap_err();
    assert_eq!(error.message, "trigger audit on users goes with table users and is not named");
    there_and_back(&Operation::Drop {
        object: Object::Table(Box::new(users())),
        dependents: vec![trigger()],
    });
    let silent =
        AlterTable::new(users(), vec![TableChange::AddColumn(Column::new("x", "int"))], vec![]).unwrap();
    assert!(schema().apply(&Operation::AlterTable(Box::new(silent))).is_err());
}

#[test]
fn an_operation_on_another_schema_is_refused() {
    let mut other = users();
    other.columns.pop();
    let operation = Operation::Drop { object: Object::Table(Box::new(other)), dependents: vec![trigger()] };
    assert_eq!(
        schema().apply(&operation).unwrap_err().message,
        "table users is not as the operation expects it"
    );
    let error = schema().apply(&Operation::create(Object::Table(Box::new(users())))).unwrap_err();
    assert_eq!(error.message, "table users is there already");
}

#[test]
fn a_trigger_stays_with_the_view_that_is_altered() {
    let view = |text: &str| Definition::new(ObjectId::new(ObjectKind::View, QualifiedName::bare("v")), text);
    let hanger = Definition::new(
        ObjectId::on(ObjectKind::Trigger, QualifiedName::bare("t"), "v"),
        "CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN SELECT 1; END",
    );
    let schema = Schema {
        definitions: [view("CREATE VIEW v AS SELECT 1"), hanger.clone()].into_iter().collect(),
        ..schema()
    };
    let operation = |dependents| Operation::Alter {
        previous: Box::new(Object::Definition(view("CREATE VIEW v AS SELECT 1"))),
        next: Box::new(Object::Definition(view("CREATE VIEW v AS SELECT 2"))),
        dependents,
    };
    let error = schema.apply(&operation(Vec::new())).unwrap_err();
    assert_eq!(error.message, "the operation on view v does not name trigger t on v");
    let named = operation(vec![Dependent::unchanged(hanger)]);
    let altered = schema.apply(&named).unwrap();
    assert_eq!(altered.apply(&named.reverse()).unwrap(), schema);
}
