use lambic_core::ErrorKind;
use lambic_core::operation::{AlterTable, Dependent, TableChange};
use lambic_core::schema::{
    Attribute, Column, CompositeType, Dependencies, Dependency, ForeignKey, NativeType, Table,
};

use super::*;
use crate::render::options::ON_DELETE_COLUMNS;

fn id(kind: ObjectKind, name: &str) -> ObjectId {
    ObjectId::new(kind, QualifiedName::bare(name))
}

fn mood() -> ObjectId {
    id(ObjectKind::Enum, "mood")
}

fn user(kind: ObjectKind, name: &str, text: &str, needs: &ObjectId) -> Definition {
    Definition { depends_on: vec![needs.clone()], ..Definition::new(id(kind, name), text) }
}

fn schema(definitions: Vec<Definition>) -> Schema {
    let mut table = Table::new(
        QualifiedName::bare("t"),
        vec![
            Column::new("mood", "mood").default_to("'sad'::mood"),
            Column::new("many", "mood[]").default_to("'{sad,\"a,b\"}'::mood[]"),
            Column::new("other", "\"Mood\""),
        ],
    );
    table.checks.push(lambic_core::schema::Check::new("mood <> 'sad'::mood AND other = 'sad'::\"Mood\""));
    let values = vec!["sad".to_owned(), "a,b".to_owned()];
    Schema {
        enums: [EnumType { name: QualifiedName::bare("mood"), values, comment: None }].into_iter().collect(),
        tables: [table].into_iter().collect(),
        definitions: definitions.into_iter().collect(),
        dependencies: Dependencies(vec![Dependency::new(id(ObjectKind::Table, "t"), vec![mood()])]),
        ..Schema::default()
    }
}

fn after(operation: Operation, schema: &Schema) -> Result<(Table, Vec<Dependent>)> {
    assert!(schema.apply(&operation).is_err(), "an operation that is not complete is refused");
    let complete = complete(operation, schema)?;
    let after = schema.apply(&complete)?;
    assert_eq!(after.apply(&complete.reverse()).unwrap(), *schema);
    let table = after.tables.iter().next().unwrap().clone();
    Ok((table, complete.dependents().to_vec()))
}

fn rename_value(schema: &Schema, to: &str) -> Operation {
    let previous = schema.enums.iter().next().unwrap().clone();
    let next = EnumType { values: vec![to.to_owned(), "a,b".to_owned()], ..previous.clone() };
    let change = EnumChange::RenameValue { previous: "sad".into(), next: to.into() };
    Operation::alter_enum(previous, next, vec![change])
}

#[test]
fn a_type_is_renamed_where_it_is_a_type() {
    let function = "CREATE OR REPLACE FUNCTION f(mood mood, x mood[] DEFAULT '{}'::mood[])\n RETURNS mood\n LANGUAGE sql\nAS $f$ SELECT 'sad'::mood $f$";
    let mut function = user(ObjectKind::Function, "f", function, &mood());
    function.id.arguments = Some("mood mood, x mood[]".into());
    let words = "grant on function f(mood, mood[]) to mood".to_owned();
    let grant = ObjectId { arguments: Some(words), ..id(ObjectKind::Grant, "f") };
    let grant = Definition {
        depends_on: vec![function.id.clone()],
        ..Definition::new(grant, "GRANT EXECUTE ON FUNCTION f(mood, mood[]) TO mood")
    };
    let view = " SELECT t.mood AS mood,\n 'sad'::mood AS q FROM t WHERE (t.mood = 'sad'::mood)";
    let view = user(ObjectKind::View, "v", view, &mood());
    let schema = schema(vec![function, grant, view]);
    let (table, dependents) = after(Operation::rename(mood(), "order"), &schema).unwrap();
    assert_eq!(table.columns[0], Column::new("mood", "\"order\"").default_to("'sad'::\"order\""));
    assert_eq!(table.columns[1].native.as_str(), "\"order\"[]");
    assert_eq!(table.checks[0].expression.as_str(), "mood <> 'sad'::\"order\" AND other = 'sad'::\"Mood\"");
    let texts: Vec<&str> = dependents.iter().map(|one| one.next.definition.as_str()).collect();
    assert_eq!(
        texts,
        [
            " SELECT t.mood AS mood,\n 'sad'::\"order\" AS q FROM t WHERE (t.mood = 'sad'::\"order\")",
            "CREATE OR REPLACE FUNCTION f(mood \"order\", x \"order\"[] DEFAULT '{}'::\"order\"[])\n RETURNS \"order\"\n LANGUAGE sql\nAS $f$ SELECT 'sad'::mood $f$",
            "GRANT EXECUTE ON FUNCTION f(\"order\", \"order\"[]) TO mood",
        ]
    );
    assert_eq!(dependents[1].next.id.arguments.as_deref(), Some("mood \"order\", x \"order\"[]"));
    assert_eq!(
        dependents[2].next.id.arguments.as_deref(),
        Some("grant on function f(\"order\", \"order\"[]) to mood")
    );
    assert_eq!(dependents[2].next.depends_on, [dependents[1].next.id.clone()]);
}

#[test]
fn a_value_is_renamed_where_it_is_of_the_type() {
    let view = "SELECT 'sad'::text AS sad, 'sad'::mood AS q FROM t";
    let schema = schema(vec![user(ObjectKind::View, "v", view, &mood())]);
    let (table, dependents) = after(rename_value(&schema, "it's, \"x\""), &schema).unwrap();
    assert_eq!(table.columns[0].default.as_ref().unwrap().as_str(), "'it''s, \"x\"'::mood");
    assert_eq!(
        table.columns[1].default.as_ref().unwrap().as_str(),
        "'{\"it''s, \\\"x\\\"\",\"a,b\"}'::mood[]"
    );
    assert_eq!(
        table.checks[0].expression.as_str(),
        "mood <> 'it''s, \"x\"'::mood AND other = 'sad'::\"Mood\""
    );
    assert_eq!(dependents[0].next.definition, "SELECT 'sad'::text AS sad, 'it''s, \"x\"'::mood AS q FROM t");
}

#[test]
fn what_cannot_be_told_is_refused() {
    let mut carried = schema(Vec::new());
    let native = NativeType::new("mood");
    let attributes = vec![Attribute { name: "m".into(), native, collation: None }];
    carried.composites.insert(CompositeType { name: QualifiedName::bare("pair"), attributes, comment: None });
    carried.tables.rewrite(|table| {
        table.columns.push(Column::new("p", "pair").default_to("'(sad)'::pair"));
    });
    let error = complete(rename_value(&carried, "blue"), &carried).unwrap_err();
    assert_eq!(
        (error.kind.clone(), error.message.as_str()),
        (
            ErrorKind::Unsupported,
            "what becomes of table t when names change in enum mood cannot be told from its text"
        )
    );
    let cast = user(ObjectKind::Cast, "c", "CREATE CAST (text AS mood) WITH INOUT", &mood());
    let schema = schema(vec![cast]);
    let error = complete(Operation::rename(mood(), "feeling"), &schema).unwrap_err();
    assert!(error.message.starts_with("what becomes of cast c"), "{error}");
}

#[test]
fn bounds_follow_a_value_where_the_column_has_the_type() {
    let partition = |by: &str, bound: &str| {
        let mut table =
            Table::new(QualifiedName::bare("t"), vec![Column::new("n", "text"), Column::new("m", "mood")]);
        let bound = lambic_core::schema::Expression::new(bound);
        table.partitioning = Some(lambic_core::schema::Partitioning {
            by: lambic_core::schema::Expression::new(by),
            partitions: vec![lambic_core::schema::Partition {
                name: QualifiedName::bare("p"),
                bound,
                partitioning: None,
                options: [].into(),
            }],
        });
        let mut schema = schema(Vec::new());
        schema.tables = [table].into_iter().collect();
        let (table, _) = after(rename_value(&schema, "blue"), &schema).unwrap();
        table.partitioning.unwrap().partitions[0].bound.0.clone()
    };
    assert_eq!(partition("LIST (m)", "FOR VALUES IN ('sad', 'a,b')"), "FOR VALUES IN ('blue', 'a,b')");
    assert_eq!(
        partition("RANGE (n, m)", "FOR VALUES FROM ('sad', 'sad') TO ('x', MAXVALUE)"),
        "FOR VALUES FROM ('sad', 'blue') TO ('x', MAXVALUE)"
    );
    assert_eq!(partition("LIST (((m)::text))", "FOR VALUES IN ('sad')"), "FOR VALUES IN ('sad')");
}

#[test]
fn a_relation_is_renamed_where_it_is_one() {
    let t = id(ObjectKind::Table, "t");
    let views = [
        (
            " SELECT t.a,\n    x.t,\n    t.*::t AS t\n   FROM ((t\n     JOIN u x ON (t.a = x.a))\n     JOIN t y USING (a))",
            Some(
                " SELECT u2.a,\n    x.t,\n    u2.*::u2 AS t\n   FROM ((u2\n     JOIN u x ON (u2.a = x.a))\n     JOIN u2 y USING (a))",
            ),
        ),
        (
            " SELECT a,\n t FROM u WHERE (EXISTS ( SELECT 1\n FROM t))",
            Some(" SELECT a,\n t FROM u WHERE (EXISTS ( SELECT 1\n FROM u2))"),
        ),
        (
            " SELECT 't'::regclass AS r FROM t, nextval('t_id_seq'::regclass) s(t)",
            Some(" SELECT 'u2'::regclass AS r FROM u2, nextval('u2_id_seq'::regclass) s(t)"),
        ),
        (" SELECT t_1.a FROM t,\n t t_1", None),
        (" SELECT t.a FROM u t", None),
    ];
    for (text, wanted) in views {
        let mut schema = Schema::default();
        let mut key = Column::new("id", "integer");
        key.identity = Some(lambic_core::schema::Identity::new(lambic_core::schema::IdentityKind::Serial));
        schema.tables = [Table::new(QualifiedName::bare("t"), vec![key])].into_iter().collect();
        schema.definitions = [user(ObjectKind::View, "v", text, &t)].into_iter().collect();
        match (after(Operation::rename(t.clone(), "u2"), &schema), wanted) {
            (Ok((_, dependents)), Some(wanted)) => assert_eq!(dependents[0].next.definition, wanted),
            (Err(error), None) => assert_eq!(error.kind, ErrorKind::Unsupported),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }
}

#[test]
fn a_column_is_renamed_where_it_is_one() {
    let t = id(ObjectKind::Table, "t");
    let texts = [
        (
            ObjectKind::View,
            " SELECT mood,\n    mood AS q,\n    f(mood) AS f\n   FROM t\n  WHERE (mood = 'sad'::mood);",
            Some(
                " SELECT feel AS mood,\n    feel AS q,\n    f(feel) AS f\n   FROM t\n  WHERE (feel = 'sad'::mood);",
            ),
        ),
        (
            ObjectKind::View,
            " SELECT t.mood\n   FROM t\n  WHERE (t.mood = 'sad'::mood)",
            Some(" SELECT t.feel AS mood\n   FROM t\n  WHERE (t.feel = 'sad'::mood)"),
        ),
        (ObjectKind::View, " SELECT t.mood FROM t JOIN u USING (mood)", None),
        (
            ObjectKind::Trigger,
            "CREATE TRIGGER mood AFTER UPDATE OF mood ON t FOR EACH ROW WHEN ((new.mood = 'sad'::mood)) EXECUTE FUNCTION mood()",
            Some(
                "CREATE TRIGGER mood AFTER UPDATE OF feel ON t FOR EACH ROW WHEN ((new.feel = 'sad'::mood)) EXECUTE FUNCTION mood()",
            ),
        ),
        (
            ObjectKind::Grant,
            "GRANT SELECT (mood) ON TABLE t TO mood",
            Some("GRANT SELECT (feel) ON TABLE t TO mood"),
        ),
    ];
    for (kind, text, wanted) in texts {
        let schema = schema(vec![user(kind, "v", text, &t)]);
        let change = TableChange::RenameColumn { previous: "mood".into(), next: "feel".into() };
        let table = schema.tables.iter().next().unwrap().clone();
        let alter = AlterTable::new(table, vec![change], Vec::new()).unwrap();
        match (after(Operation::AlterTable(Box::new(alter)), &schema), wanted) {
            (Ok((table, dependents)), Some(wanted)) => {
                assert_eq!(dependents[0].next.definition, wanted);
                let check = table.checks[0].expression.as_str();
                assert_eq!(check, "feel <> 'sad'::mood AND other = 'sad'::\"Mood\"");
            }
            (Err(error), None) => assert_eq!(error.kind, ErrorKind::Unsupported),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }
}

#[test]
fn a_column_is_renamed_where_a_foreign_key_sets_it_to_null() {
    let trigger = "CREATE TRIGGER tr AFTER UPDATE OF mood ON t EXECUTE FUNCTION f()";
    let mut schema = schema(vec![user(ObjectKind::Trigger, "tr", trigger, &id(ObjectKind::Table, "t"))]);
    let mut key = ForeignKey::new(["mood", "other"], QualifiedName::bare("u"), ["a", "b"]);
    key.options.insert(ON_DELETE_COLUMNS.to_owned(), "other, mood".to_owned());
    schema.tables.rewrite(|table| table.foreign_keys.push(key.clone()));
    let change = TableChange::RenameColumn { previous: "mood".into(), next: "My mood".into() };
    let alter =
        AlterTable::new(schema.tables.iter().next().unwrap().clone(), vec![change], Vec::new()).unwrap();
    let (table, _) = after(Operation::AlterTable(Box::new(alter)), &schema).unwrap();
    assert_eq!(table.foreign_keys[0].options[ON_DELETE_COLUMNS], "other, \"My mood\"");
}
