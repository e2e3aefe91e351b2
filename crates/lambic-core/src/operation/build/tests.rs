use std::collections::BTreeMap;

use crate::capability::{
    AlterSupport, IdentifierCase, IdentifierRules, LengthUnit, LockSupport, ScratchSupport, Support,
    TransactionalDdl,
};
use crate::schema::{
    Check, Column, Definition, Dependencies, Dependency, Domain, EnumType, Exclusion, Expression, ForeignKey,
    Index, KeyPart, NativeType, Unsupported,
};

use super::*;

fn table(name: &str, parent: &str) -> Table {
    let mut table = Table::new(QualifiedName::bare(name), vec![Column::new("id", "integer")]);
    table.foreign_keys.push(ForeignKey::new(["id"], QualifiedName::bare(parent), ["id"]));
    table
}

fn view(name: &str, needs: &str) -> Definition {
    let id = |name| ObjectId::new(ObjectKind::View, QualifiedName::bare(name));
    Definition { depends_on: vec![id(needs)], ..Definition::new(id(name), "") }
}

#[test]
fn every_object_comes_after_what_it_needs() {
    let schema = Schema {
        tables: [table("a", "c"), table("b", "b"), table("c", "d"), table("d", "c")].into_iter().collect(),
        definitions: [view("v", "w"), view("w", "none")].into_iter().collect(),
        ..Schema::default()
    };
    let operations = schema.build().unwrap();
    let made: Vec<String> = operations.iter().map(Operation::describe).collect();
    let wanted = [
        "create table d",
        "create table c",
        "create table a",
        "create table b",
        "create view w",
        "create view v",
    ];
    assert_eq!(made, wanted);
    let built = operations.iter().try_fold(Schema::default(), |built, operation| built.apply(operation));
    assert_eq!(built.unwrap(), schema);
}

#[test]
fn what_the_model_cannot_hold_is_not_left_out_in_silence() {
    let unsupported = Unsupported { kind: "cube".into(), name: "c".into(), reason: "unknown".into() };
    let schema = Schema { unsupported: vec![unsupported], ..Schema::default() };
    assert_eq!(schema.build().unwrap_err().message, "cube c cannot be made again: unknown");
}

#[test]
fn a_table_comes_after_what_its_expressions_call() {
    let table = ObjectId::new(ObjectKind::Table, QualifiedName::bare("t"));
    let function = ObjectId::new(ObjectKind::Function, QualifiedName::bare("f"));
    let mood = ObjectId::new(ObjectKind::Enum, QualifiedName::bare("mood"));
    let needs = |object: &ObjectId, need: &ObjectId| Dependency::new(object.clone(), vec![need.clone()]);
    let schema = Schema {
        enums: [EnumType { name: mood.name.clone(), values: vec![], comment: None }].into_iter().collect(),
        tables: [Table::new(table.name.clone(), vec![Column::new("id", "integer")])].into_iter().collect(),
        definitions: [Definition { depends_on: vec![mood.clone()], ..Definition::new(function.clone(), "") }]
            .into_iter()
            .collect(),
        dependencies: Dependencies(vec![needs(&table, &function)]),
        ..Schema::default()
    };
    let made: Vec<String> = schema.build().unwrap().iter().map(Operation::describe).collect();
    assert_eq!(made, ["create enum mood", "create function f", "create table t"]);
    assert_eq!(schema, Schema { dependencies: Dependencies::default(), ..schema.clone() });
}

#[test]
fn a_foreign_key_waits_for_its_table_where_it_must() {
    let schema = Schema {
        tables: [table("a", "b"), table("b", "a"), table("c", "c")].into_iter().collect(),
        ..Schema::default()
    };
    let mut capabilities = nothing();
    let operations = schema.build_for(&capabilities).unwrap();
    let made: Vec<String> = operations.iter().map(Operation::describe).collect();
    assert_eq!(
        made,
        ["create table b", "create table a", "alter table b: add foreign key", "create table c"]
    );
    let built = operations.iter().try_fold(Schema::default(), |built, operation| built.apply(operation));
    assert_eq!(built.unwrap(), schema);
    capabilities.features.insert(Feature::ForeignKeyForward, Support::Native);
    assert_eq!(schema.build_for(&capabilities).unwrap(), schema.build().unwrap());
}

/// Capabilities without any feature.
fn nothing() -> Capabilities {
    Capabilities {
        transactional_ddl: TransactionalDdl::Full,
        alter: AlterSupport::InPlace,
        lock: LockSupport::Session,
        identifier: IdentifierRules {
            max_length: None,
            unit: LengthUnit::Bytes,
            case: IdentifierCase::Sensitive,
        },
        scratch: ScratchSupport::None,
        features: BTreeMap::new(),
    }
}

fn id(kind: ObjectKind, name: &str) -> ObjectId {
    ObjectId::new(kind, QualifiedName::bare(name))
}

fn function(name: &str, needs: &[ObjectId]) -> Definition {
    Definition { depends_on: needs.to_vec(), ..Definition::new(id(ObjectKind::Function, name), "") }
}

/// What an object can be made without.
fn later(object: ObjectId, needs: ObjectId) -> Dependency {
    Dependency { object, needs: vec![needs.clone()], later: vec![needs] }
}

/// What is made in which order; what comes of it is the schema.
fn made(schema: &Schema) -> Vec<String> {
    let operations = schema.build_for(&nothing()).unwrap();
    let built = operations.iter().try_fold(Schema::default(), |built, operation| built.apply(operation));
    assert_eq!(built.unwrap(), *schema);
    operations.iter().map(Operation::describe).collect()
}

/// A table that stands in a circle with functions over its rows.
fn circular() -> Table {
    let row = QualifiedName::bare("t");
    let columns = vec![Column::new("id", "integer"), Column::new("n", "integer").default_to("f()")];
    let mut table = Table::new(row.clone(), columns);
    table.checks.push(Check::new("f(t) > 0"));
    let definition = Expression::new("EXCLUDE (f(t) WITH =)");
    table.exclusions.push(Exclusion { name: Some("x".into()), definition, comment: None });
    table.foreign_keys.push(ForeignKey::new(["n"], row, ["id"]));
    table.indexes.insert(Index::new("plain", vec![KeyPart::column("id")]));
    table.indexes.insert(Index::new("computed", vec![KeyPart::expression("f(t)")]));
    table.options.insert("cluster".into(), "computed".into());
    table
}

#[test]
fn a_table_in_a_circle_gets_what_calls_others_afterwards() {
    let (t, f) = (id(ObjectKind::Table, "t"), id(ObjectKind::Function, "f"));
    let user = Definition { depends_on: vec![t.clone()], ..Definition::new(id(ObjectKind::View, "a"), "") };
    let hanging = ObjectId::on(ObjectKind::Trigger, QualifiedName::bare("a"), "t");
    let schema = Schema {
        tables: [circular(), table("a", "t")].into_iter().collect(),
        definitions: [function("f", std::slice::from_ref(&t)), user, Definition::new(hanging, "")]
            .into_iter()
            .collect(),
        dependencies: Dependencies(vec![later(t, f)]),
        ..Schema::default()
    };
    let rest = "alter table t: alter column n, add check constraint, add exclusion constraint x, create index computed, change options";
    let wanted = [
        "create table t",
        "create function f",
        rest,
        "alter table t: add foreign key",
        "create table a",
        "create view a",
        "create trigger a on t",
    ];
    assert_eq!(made(&schema), wanted);
}

#[test]
fn without_a_circle_nothing_is_made_in_two_steps() {
    let (t, f) = (id(ObjectKind::Table, "t"), id(ObjectKind::Function, "f"));
    let schema = Schema {
        tables: [circular()].into_iter().collect(),
        definitions: [function("f", &[])].into_iter().collect(),
        dependencies: Dependencies(vec![later(t.clone(), f.clone()), later(f, t)]),
        ..Schema::default()
    };
    assert_eq!(made(&schema), ["create function f", "create table t"]);
}

#[test]
fn a_domain_and_an_object_with_properties_are_made_in_two_steps() {
    let (d, f) = (id(ObjectKind::Domain, "d"), id(ObjectKind::Function, "f"));
    let (v, g) = (id(ObjectKind::MaterializedView, "v"), id(ObjectKind::Function, "g"));
    let domain = Domain {
        name: d.name.clone(),
        native: NativeType::new("integer"),
        nullable: true,
        default: Some(Expression::new("f()")),
        checks: vec![Check::new("f(VALUE)")],
        collation: None,
        comment: None,
    };
    let view = Definition {
        depends_on: vec![g.clone()],
        properties: [("index.i".to_owned(), "CREATE INDEX i ON v (g(v))".to_owned())].into(),
        ..Definition::new(v.clone(), "")
    };
    let said = Dependency { needs: Vec::new(), ..later(v.clone(), g) };
    let schema = Schema {
        domains: [domain].into_iter().collect(),
        definitions: [view, function("f", std::slice::from_ref(&d)), function("g", &[v])]
            .into_iter()
            .collect(),
        dependencies: Dependencies(vec![later(d, f), said]),
        ..Schema::default()
    };
    let wanted = [
        "create domain d",
        "create function f",
        "alter domain d",
        "create materialized-view v",
        "create function g",
        "alter materialized-view v",
    ];
    assert_eq!(made(&schema), wanted);
}

#[test]
fn a_foreign_key_gives_way_before_what_cannot_wait() {
    let (a, f) = (id(ObjectKind::Table, "a"), id(ObjectKind::Function, "f"));
    let schema = Schema {
        tables: [table("a", "b"), Table::new(QualifiedName::bare("b"), vec![Column::new("id", "integer")])]
            .into_iter()
            .collect(),
        definitions: [function("f", &[a])].into_iter().collect(),
        dependencies: Dependencies(vec![later(id(ObjectKind::Table, "b"), f)]),
        ..Schema::default()
    };
    let wanted = ["create table a", "create function f", "create table b", "alter table a: add foreign key"];
    assert_eq!(made(&schema), wanted);
}

#[test]
fn extensions_and_casts_come_first_and_event_triggers_last() {
    let of = |kind: ObjectKind, needs: &[ObjectId]| Definition {
        depends_on: needs.to_vec(),
        ..Definition::new(id(kind, "x"), "")
    };
    let (function, guard) = (id(ObjectKind::Function, "x"), id(ObjectKind::EventTrigger, "x"));
    let schema = Schema {
        tables: [Table::new(QualifiedName::bare("t"), vec![Column::new("id", "integer")])]
            .into_iter()
            .collect(),
        definitions: [
            of(ObjectKind::Extension, &[]),
            of(ObjectKind::Cast, std::slice::from_ref(&function)),
            of(ObjectKind::EventTrigger, &[function]),
            of(ObjectKind::from("comment"), &[guard]),
            of(ObjectKind::View, &[]),
            of(ObjectKind::Function, &[]),
            of(ObjectKind::from("zebra"), &[]),
        ]
        .into_iter()
        .collect(),
        ..Schema::default()
    };
    let wanted = [
        "create extension x",
        "create function x",
        "create cast x",
        "create table t",
        "create view x",
        "create zebra x",
        "create event-trigger x",
        "create comment x",
    ];
    assert_eq!(made(&schema), wanted);
}
