//! One row of the matrix for each operation on a whole object.

use lambic_core::operation::{Dependent, EnumChange, Object};
use lambic_core::schema::{
    BigInteger, Check, Column, CompositeType, Domain, EnumType, Expression, ForeignKey, Generated, Identity,
    IdentityKind, Index, Key, KeyPart, Namespace, NativeType, ObjectId, ObjectKind, PortableType,
    QualifiedName, Sequence, SequenceOptions, Table,
};
use lambic_core::{Definition, Operation, Schema};

use crate::model::{
    alter_definition, create_like, dialect, known, like, new_column, rename_definition, rename_table,
    replaced, table, users,
};

use crate::cases::{Case, Expect, MARIADB_ONLY, but, unsupported, works};

pub(crate) const OBJECTS: &[Case] = &[
    works("create table", create_table),
    works("create view", |schema| create_like(schema, "other_view")),
    works("create trigger", |schema| {
        // Of its sort it is the first.
        let mut definition = like(schema, "other_trigger", "a \"new\" one");
        definition.definition = definition.definition.replace("AFTER INSERT", "BEFORE INSERT");
        Operation::create(Object::Definition(definition))
    }),
    works("create procedure", |schema| create_like(schema, "other_procedure")),
    works("create function", |schema| create_like(schema, "other_function")),
    works("create event", |schema| create_like(schema, "other_event")),
    but(MARIADB_ONLY, works("create sequence", |_| Operation::create(Object::Sequence(sequence())))),
    works("create namespace", |_| Operation::create(Object::Namespace(namespace("utf8mb4_bin")))),
    but(
        &[("incoming foreign key", Expect::Refused("3730 1451"))],
        works("drop table", |schema| Operation::Drop {
            object: Object::Table(Box::new(table(schema))),
            dependents: users(schema),
        }),
    ),
    works("drop view", |schema| drop_known(schema, "other_view")),
    works("drop trigger", |schema| drop_known(schema, "second_trigger")),
    works("drop procedure", |schema| drop_known(schema, "other_procedure")),
    works("drop function", |schema| drop_known(schema, "other_function")),
    works("drop event", |schema| drop_known(schema, "other_event")),
    but(
        MARIADB_ONLY,
        works("drop sequence", |schema| Operation::drop(Object::Sequence(known_sequence(schema)))),
    ),
    works("rename table", |schema| rename_table(schema, "a \"new\" \\ name")),
    works("rename table, completed", |schema| {
        let object = ObjectId::new(ObjectKind::Table, QualifiedName::bare("t"));
        dialect(schema).complete(Operation::rename(object, "a `new` name"), schema).unwrap()
    }),
    works("rename view", |schema| rename_definition(schema, "other_view")),
    works("rename trigger", |schema| {
        let mut operation = rename_definition(schema, "other_trigger");
        // The one after it names it.
        let previous = known(schema, "second_trigger");
        let mut next = previous.clone();
        next.definition = replaced(&next.definition, "other_trigger", "`renamed`");
        let itself = |id: &mut ObjectId| {
            if id.name.name == "other_trigger" {
                id.name = QualifiedName::bare("renamed");
            }
        };
        next.depends_on.iter_mut().for_each(itself);
        next.depends_on.sort();
        if let Operation::Rename { dependents, .. } = &mut operation {
            dependents.push(Dependent { previous, next });
        }
        operation
    }),
    works("rename procedure", |schema| rename_definition(schema, "other_procedure")),
    works("rename function", |schema| rename_definition(schema, "other_function")),
    works("rename event", |schema| rename_definition(schema, "other_event")),
    but(
        MARIADB_ONLY,
        works("rename sequence", |schema| rename(known_sequence(schema).name, ObjectKind::Sequence)),
    ),
    works("alter view", |schema| {
        alter_definition(schema, "other_view", &[("`u`.`label` AS", "coalesce(`u`.`label`) AS")])
    }),
    works("alter trigger", |schema| {
        let mut operation =
            alter_definition(schema, "other_trigger", &[("(NEW.label)", "(concat(NEW.label))")]);
        if let Operation::Alter { dependents, .. } = &mut operation {
            dependents.push(Dependent::unchanged(known(schema, "second_trigger")));
        }
        operation
    }),
    works("alter procedure", |schema| alter_definition(schema, "other_procedure", &[("a + 1", "a - ';'")])),
    works("alter function", |schema| alter_definition(schema, "other_function", &[("a * 2", "a / 3")])),
    works("alter event", |schema| {
        alter_definition(
            schema,
            "other_event",
            &[
                ("DELETE FROM log", "DELETE FROM log WHERE id > 5"),
                ("EVERY 1 DAY", "EVERY 2 HOUR"),
                ("'daily'", "'often'"),
            ],
        )
    }),
    works("alter event: comment away", |schema| {
        alter_definition(schema, "other_event", &[(" COMMENT 'daily'", "")])
    }),
    but(
        MARIADB_ONLY,
        works("alter sequence", |schema| {
            let previous = known_sequence(schema);
            let options = SequenceOptions {
                start: Some(BigInteger(6)),
                cycle: false,
                cache: None,
                maximum: None,
                ..previous.options.clone()
            };
            alter_object(
                Object::Sequence(previous.clone()),
                Object::Sequence(Sequence { options, ..previous }),
            )
        }),
    ),
    works("drop namespace", |_| Operation::drop(Object::Namespace(namespace("utf8mb4_bin")))),
    unsupported("rename namespace", |_| rename(QualifiedName::bare("a"), ObjectKind::Namespace)),
    works("alter namespace", |_| {
        alter_object(
            Object::Namespace(namespace("utf8mb4_bin")),
            Object::Namespace(namespace("utf8mb4_general_ci")),
        )
    }),
    unsupported("create enum", |_| Operation::create(Object::Enum(enumeration()))),
    unsupported("drop enum", |_| Operation::drop(Object::Enum(enumeration()))),
    unsupported("rename enum", |_| rename(QualifiedName::bare("a"), ObjectKind::Enum)),
    unsupported("add value", |_| alter_enum(EnumChange::AddValue("b".into()))),
    unsupported("drop value", |_| alter_enum(EnumChange::DropValue("a".into()))),
    unsupported("rename value", |_| {
        alter_enum(EnumChange::RenameValue { previous: "a".into(), next: "b".into() })
    }),
    unsupported("create domain", |_| Operation::create(Object::Domain(domain()))),
    unsupported("drop domain", |_| Operation::drop(Object::Domain(domain()))),
    unsupported("rename domain", |_| rename(QualifiedName::bare("a"), ObjectKind::Domain)),
    unsupported("alter domain", |_| alter_object(Object::Domain(domain()), Object::Domain(domain()))),
    unsupported("create composite", |_| Operation::create(Object::Composite(composite()))),
    unsupported("drop composite", |_| Operation::drop(Object::Composite(composite()))),
    unsupported("rename composite", |_| rename(QualifiedName::bare("a"), ObjectKind::Composite)),
    unsupported("alter composite", |_| {
        alter_object(Object::Composite(composite()), Object::Composite(composite()))
    }),
    unsupported("create materialized view", |_| Operation::create(materialized())),
    unsupported("drop materialized view", |_| Operation::drop(materialized())),
    unsupported("rename materialized view", |_| {
        rename(QualifiedName::bare("a"), ObjectKind::MaterializedView)
    }),
    unsupported("alter materialized view", |_| alter_object(materialized(), materialized())),
];
fn drop_known(schema: &Schema, name: &str) -> Operation {
    Operation::drop(Object::Definition(known(schema, name)))
}

fn create_table(schema: &Schema) -> Operation {
    let mut id = new_column(schema, "id", &PortableType::BigInt).not_null();
    id.identity = Some(Identity::new(IdentityKind::AutoIncrement));
    let label = new_column(schema, "the `label`", &PortableType::Varchar(20)).default_to("'it''s \\\\ \\n'");
    let twice = Column {
        generated: Some(Generated { expression: Expression::new("`T_id` * 2"), stored: false }),
        ..new_column(schema, "twice", &PortableType::Integer)
    };
    let columns = vec![id, new_column(schema, "T_id", &PortableType::Integer), label, twice];
    let mut table = Table::new(QualifiedName::bare("new `table` \\"), columns);
    table.primary_key = Some(Key::over(["id"]));
    table.checks.push(Check { name: Some("positive".into()), ..Check::new("`T_id` > 0") });
    table.foreign_keys.push(ForeignKey {
        name: Some("new_u".into()),
        ..ForeignKey::new(["T_id"], QualifiedName::bare("u"), ["uid"])
    });
    let prefix = KeyPart { prefix: Some(3), ..KeyPart::column("the `label`") };
    table
        .indexes
        .insert(Index { unique: true, ..Index::new("on_new", vec![prefix, KeyPart::column("twice")]) });
    table.comment = Some("it's \\ new".into());
    table.options.insert("row-format".into(), "DYNAMIC".into());
    Operation::create(Object::Table(Box::new(table)))
}

fn alter_object(previous: Object, next: Object) -> Operation {
    Operation::Alter { previous: Box::new(previous), next: Box::new(next), dependents: Vec::new() }
}

fn rename(name: QualifiedName, kind: ObjectKind) -> Operation {
    Operation::rename(ObjectId::new(kind, name), "renamed")
}

/// A database beside the tested one.
pub(crate) fn namespace(collation: &str) -> Namespace {
    let options = [("charset", "utf8mb4"), ("collation", collation)];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Namespace { name: crate::beside(), comment: None, options }
}

fn sequence() -> Sequence {
    let options = SequenceOptions {
        increment: Some(BigInteger(-3)),
        minimum: Some(BigInteger(-1000)),
        ..SequenceOptions::default()
    };
    Sequence {
        name: QualifiedName::bare("new_sequence"),
        native: None,
        options,
        comment: Some("it's".into()),
    }
}

fn known_sequence(schema: &Schema) -> Sequence {
    schema.sequences.iter().next().cloned().unwrap_or_else(sequence)
}

fn enumeration() -> EnumType {
    EnumType { name: QualifiedName::bare("a"), values: vec!["a".into()], comment: None }
}

fn alter_enum(change: EnumChange) -> Operation {
    Operation::alter_enum(enumeration(), enumeration(), vec![change])
}

fn domain() -> Domain {
    Domain {
        name: QualifiedName::bare("a"),
        native: NativeType::new("text"),
        nullable: true,
        default: None,
        checks: vec![],
        collation: None,
        comment: None,
    }
}

fn composite() -> CompositeType {
    CompositeType { name: QualifiedName::bare("a"), attributes: vec![], comment: None }
}

fn materialized() -> Object {
    let id = ObjectId::new(ObjectKind::MaterializedView, QualifiedName::bare("a"));
    Object::Definition(Definition::new(id, "CREATE MATERIALIZED VIEW a AS SELECT 1"))
}
