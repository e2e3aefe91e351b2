//! Rows of the matrix: objects beside tables.

use lambic_core::operation::{EnumChange, Object};
use lambic_core::schema::{
    Attribute, BigInteger, Check, CompositeType, Domain, EnumType, Namespace, NativeType, ObjectId,
    ObjectKind, QualifiedName, Sequence, SequenceOptions,
};
use lambic_core::{Driver as _, Operation, Schema};
use lambic_postgres::PostgresDriver;

use crate::cases::{Case, dependents, rewrite, table_id, text, works};

fn name(name: &str) -> QualifiedName {
    QualifiedName::bare(name)
}

fn rename(kind: ObjectKind, previous: &str, next: &str) -> Operation {
    Operation::rename(ObjectId::new(kind, name(previous)), next)
}

fn alter(previous: Object, next: Object) -> Operation {
    Operation::Alter { previous: previous.into(), next: next.into(), dependents: Vec::new() }
}

fn namespace() -> Namespace {
    Namespace { name: "new space".into(), comment: Some("it's".into()), options: [].into() }
}

fn sequence(schema: &Schema) -> Sequence {
    schema.sequences.get(&name("numbers")).unwrap().clone()
}

fn domain(schema: &Schema) -> Domain {
    schema.domains.get(&name("small")).unwrap().clone()
}

fn composite(schema: &Schema) -> CompositeType {
    schema.composites.get(&name("pair")).unwrap().clone()
}

fn named_enum(schema: &Schema, named: &str) -> EnumType {
    schema.enums.get(&name(named)).unwrap().clone()
}

fn new_enum() -> EnumType {
    EnumType { name: name("a \"b\""), values: vec!["it's".into(), String::new()], comment: Some("c".into()) }
}

fn alter_enum(schema: &Schema, name: &str, values: &[&str], changes: Vec<EnumChange>) -> Operation {
    let previous = named_enum(schema, name);
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    let next = EnumType { values, ..previous.clone() };
    Operation::alter_enum(previous, next, changes)
}

fn new_sequence() -> Sequence {
    let options = SequenceOptions {
        start: Some(BigInteger(-7)),
        increment: Some(BigInteger(-3)),
        minimum: Some(BigInteger(-100)),
        cache: Some(BigInteger(5)),
        cycle: true,
        ..SequenceOptions::default()
    };
    Sequence {
        name: name("n"),
        native: Some(NativeType::new("smallint")),
        options,
        comment: Some("c".into()),
    }
}

fn new_domain() -> Domain {
    Domain {
        name: name("n"),
        native: NativeType::new("character varying(9)"),
        nullable: false,
        default: Some(text("'x'::character varying")),
        checks: vec![Check {
            name: Some("short".into()),
            comment: Some("c".into()),
            ..Check::new("length((VALUE)::text) < 5")
        }],
        collation: Some("\"C\"".into()),
        comment: Some("a domain".into()),
    }
}

fn new_composite() -> CompositeType {
    let attribute = |name: &str, native: &str, collation: Option<&str>| Attribute {
        name: name.into(),
        native: NativeType::new(native),
        collation: collation.map(str::to_owned),
    };
    let attributes = vec![attribute("a b", "text", Some("\"C\"")), attribute("c", "numeric(5,2)", None)];
    CompositeType { name: name("n"), attributes, comment: Some("c".into()) }
}

/// A table, renamed with everything that names it.
fn rename_table(schema: &Schema, next: &str) -> Operation {
    let unchanged = dependents(schema, &table_id("t"));
    let mut alter =
        lambic_core::operation::AlterTable::new(crate::cases::table(schema), Vec::new(), unchanged).unwrap();
    rewrite(&mut alter, "t", next);
    for dependent in &mut alter.dependents {
        if dependent.next.id.on.as_deref() == Some("t") {
            dependent.next.id.on = Some(next.into());
            if dependent.next.id.name.name == "t" {
                dependent.next.id.name.name = next.into();
            }
        }
        for need in dependent.next.depends_on.iter_mut().filter(|need| **need == table_id("t")) {
            *need = table_id(next);
        }
        dependent.next.depends_on.sort();
        dependent.next.definition =
            dependent.next.definition.replace(&format!("FROM {next} AS t"), &format!("FROM {next}"));
    }
    let operation = Operation::Rename {
        object: table_id("t"),
        next: next.into(),
        dependents: alter.dependents,
        followers: Vec::new(),
    };
    PostgresDriver.dialect("postgres", None).unwrap().complete(operation, schema).unwrap()
}

pub(crate) const CASES: &[Case] = &[
    works("create namespace", |_| Operation::create(Object::Namespace(namespace()))).alone(),
    works("drop namespace", |schema| {
        Operation::drop(Object::Namespace(schema.namespaces.get(&"other".to_owned()).unwrap().clone()))
    })
    .alone(),
    works("alter namespace", |schema| {
        let previous = schema.namespaces.get(&"other".to_owned()).unwrap().clone();
        let next = Namespace { comment: Some("it's other".into()), ..previous.clone() };
        alter(Object::Namespace(previous), Object::Namespace(next))
    })
    .alone(),
    works("rename table", |schema| rename_table(schema, "people")),
    works("create sequence", |_| Operation::create(Object::Sequence(new_sequence()))).alone(),
    works("drop sequence", |schema| Operation::drop(Object::Sequence(sequence(schema)))).alone(),
    works("rename sequence", |_| rename(ObjectKind::Sequence, "numbers", "num bers")).alone(),
    works("alter sequence", |schema| {
        let previous = sequence(schema);
        let options = SequenceOptions {
            increment: Some(BigInteger(2)),
            maximum: Some(BigInteger(1000)),
            cache: Some(BigInteger(4)),
            ..SequenceOptions::default()
        };
        let native = Some(NativeType::new("integer"));
        let next = Sequence { native, options, comment: Some("c".into()), ..previous.clone() };
        alter(Object::Sequence(previous), Object::Sequence(next))
    })
    .alone(),
    works("create enum", |_| Operation::create(Object::Enum(new_enum()))).alone(),
    works("rename enum", |_| rename(ObjectKind::Enum, "spare_mood", "spirit")).alone(),
    works("drop enum", |schema| Operation::drop(Object::Enum(named_enum(schema, "spare_mood")))).alone(),
    works("add values", |schema| {
        let changes = ["great", "awful", "so so"].map(|value| EnumChange::AddValue(value.into()));
        alter_enum(schema, "mood", &["awful", "sad", "so so", "ok", "happy", "great"], changes.into())
    })
    .not_on(&USED_BACK),
    works("rename value", |schema| {
        let change = EnumChange::RenameValue { previous: "a".into(), next: "it's a".into() };
        alter_enum(schema, "spare_mood", &["it's a", "b"], vec![change])
    })
    .alone(),
    works("drop value", |schema| {
        alter_enum(schema, "spare_mood", &["b"], vec![EnumChange::DropValue("a".into())])
    })
    .alone(),
    works("drop value that is used", |schema| {
        alter_enum(schema, "mood", &["sad", "ok"], vec![EnumChange::DropValue("happy".into())])
    })
    .not_on(&crate::fixtures::FIXTURES)
    .alone(),
    works("move values", |schema| alter_enum(schema, "mood", &["happy", "sad", "ok"], Vec::new()))
        .not_on(&USED),
    works("comment on an enum", |schema| {
        let previous = named_enum(schema, "mood");
        let next = EnumType { comment: None, ..previous.clone() };
        Operation::alter_enum(previous, next, Vec::new())
    })
    .alone(),
    works("create domain", |_| Operation::create(Object::Domain(new_domain()))).alone(),
    works("drop domain", |schema| Operation::drop(Object::Domain(domain(schema)))).alone(),
    works("rename domain", |_| rename(ObjectKind::Domain, "small", "tiny")).alone(),
    works("alter domain", |schema| {
        let previous = domain(schema);
        let check = Check { name: Some("positive".into()), validated: false, ..Check::new("VALUE > 0") };
        let next = Domain {
            nullable: false,
            default: Some(text("8")),
            checks: vec![check],
            comment: Some("c".into()),
            ..previous.clone()
        };
        alter(Object::Domain(previous), Object::Domain(next))
    })
    .alone(),
    works("alter domain: another type", |schema| {
        let previous = domain(schema);
        alter(
            Object::Domain(previous.clone()),
            Object::Domain(Domain { native: NativeType::new("bigint"), ..previous }),
        )
    })
    .alone(),
    works("create composite", |_| Operation::create(Object::Composite(new_composite()))).alone(),
    works("rename composite", |_| rename(ObjectKind::Composite, "spare_pair", "two")).alone(),
    works("alter composite", |schema| {
        let previous = CompositeType { name: name("spare_pair"), ..composite(schema) };
        let mut next = previous.clone();
        next.attributes[1].native = NativeType::new("bigint");
        next.attributes.push(Attribute {
            name: "c".into(),
            native: NativeType::new("date"),
            collation: None,
        });
        next.comment = Some("more".into());
        alter(Object::Composite(previous), Object::Composite(next))
    })
    .alone(),
    works("alter composite: another order", |schema| {
        let previous = CompositeType { name: name("spare_pair"), ..composite(schema) };
        let mut next = previous.clone();
        next.attributes.reverse();
        alter(Object::Composite(previous), Object::Composite(next))
    })
    .alone(),
];

/// The fixtures in which a view or a policy uses the enumerated type: it stands in the way of a new one.
const USED: [&str; 2] = ["view", "policy"];
/// There a value can come, but not go.
const USED_BACK: [&str; 2] = ["back view", "back policy"];
