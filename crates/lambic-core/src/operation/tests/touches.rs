//! Which objects each operation touches, besides the one that it is about.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::schema::{
    Attribute, Check, CompositeType, Dependencies, Dependency, Domain, Exclusion, Expression, KeyTarget,
    NativeType, Partition, Partitioning, SequenceOptions, Text,
};

fn name(name: &str) -> QualifiedName {
    QualifiedName::bare(name)
}

fn id(kind: ObjectKind, called: &str) -> ObjectId {
    ObjectId::new(kind, name(called))
}

fn definition(id: ObjectId, text: &str, needs: &[ObjectId]) -> Definition {
    Definition { depends_on: needs.to_vec(), ..Definition::new(id, text) }
}

fn small() -> Domain {
    Domain {
        name: name("small"),
        native: NativeType::new("mood"),
        nullable: true,
        default: None,
        checks: Vec::new(),
        collation: None,
        comment: None,
    }
}

/// `users` names a type, a domain and a composite type, `orders` refers to it and draws from a sequence.
fn world() -> Schema {
    let users = id(ObjectKind::Table, "users");
    let mood = id(ObjectKind::Enum, "mood");
    let mut table = Table::new(
        name("users"),
        vec![
            Column::new("id", "integer").not_null(),
            Column::new("mood", "mood").default_to("'sad'::mood"),
            Column::new("size", "small"),
            Column::new("both", "pair"),
        ],
    );
    table.primary_key = Some(Key::over(["id"]).named("users_pk"));
    table.checks.push(Check { name: Some("users_check".into()), ..Check::new("mood <> 'sad'::mood") });
    let lower = KeyPart { key: KeyTarget::Expression(Expression::new("(id + 1)")), ..KeyPart::column("id") };
    table.indexes.insert(Index::new("users_next", vec![lower]));
    let mut orders = Table::new(
        name("orders"),
        vec![Column::new("user_id", "integer").default_to("nextval('numbers')"), Column::new("who", "users")],
    );
    orders.foreign_keys.push(ForeignKey::new(["user_id"], name("users"), ["id"]));
    let trigger = ObjectId::on(ObjectKind::Trigger, name("audit"), "users");
    let view = id(ObjectKind::View, "seen");
    let native = NativeType::new;
    let needs = |object: ObjectId, needs: &[ObjectId]| Dependency::new(object, needs.to_vec());
    Schema {
        namespaces: [Namespace { name: "other".into(), comment: None, options: Properties::new() }]
            .into_iter()
            .collect(),
        tables: [table, orders].into_iter().collect(),
        sequences: [sequence("numbers")].into_iter().collect(),
        enums: [EnumType { name: name("mood"), values: vec!["sad".into(), "ok".into()], comment: None }]
            .into_iter()
            .collect(),
        domains: [small()].into_iter().collect(),
        composites: [CompositeType {
            name: name("pair"),
            attributes: vec![Attribute { name: "a".into(), native: native("small"), collation: None }],
            comment: None,
        }]
        .into_iter()
        .collect(),
        definitions: [
            definition(view.clone(), "SELECT id, 'sad'::mood FROM users", &[mood.clone(), users.clone()]),
            definition(id(ObjectKind::View, "above"), "SELECT * FROM seen", &[view]),
            definition(trigger, "AFTER UPDATE OF id ON users", std::slice::from_ref(&users)),
            definition(id(ObjectKind::Function, "f"), "RETURNS mood", std::slice::from_ref(&mood)),
        ]
        .into_iter()
        .collect(),
        dependencies: Dependencies(vec![
            needs(
                users.clone(),
                &[mood.clone(), id(ObjectKind::Domain, "small"), id(ObjectKind::Composite, "pair")],
            ),
            needs(id(ObjectKind::Domain, "small"), &[mood]),
            needs(id(ObjectKind::Composite, "pair"), &[id(ObjectKind::Domain, "small")]),
            needs(id(ObjectKind::Table, "orders"), &[users, id(ObjectKind::Sequence, "numbers")]),
        ]),
        unsupported: Vec::new(),
    }
}

fn sequence(called: &str) -> Sequence {
    Sequence { name: name(called), native: None, options: SequenceOptions::default(), comment: None }
}

/// Completes an operation as a dialect would for which names are words.
fn complete(operation: Operation, schema: &Schema) -> Operation {
    let words: Vec<(String, String)> = match &operation {
        Operation::Rename { object, next, .. } => vec![(object.name.name.clone(), next.clone())],
        Operation::AlterTable(alter) => {
            alter.renamed_columns().map(|(from, to)| (from.to_owned(), to.to_owned())).collect()
        }
        Operation::AlterEnum { changes, .. } => {
            let renames = changes.iter().filter_map(|change| match change {
                EnumChange::RenameValue { previous, next } => Some((previous.clone(), next.clone())),
                _ => None,
            });
            renames.collect()
        }
        _ => Vec::new(),
    };
    let edit = |text: &mut String| {
        for (from, to) in &words {
            *text = text
                .split_inclusive(|letter: char| !letter.is_alphanumeric())
                .map(|word| match word.strip_prefix(from.as_str()) {
                    Some(rest) if rest.chars().all(|letter| !letter.is_alphanumeric()) => {
                        format!("{to}{rest}")
                    }
                    _ => word.to_owned(),
                })
                .collect();
        }
    };
    let columns = matches!(operation, Operation::AlterTable(_));
    let mut operation = operation;
    if let Operation::AlterTable(alter) = &mut operation {
        alter
            .carry_renames(|table, _, _| {
                table.edit_texts(&mut |text| {
                    if let Text::Expression(text) = text {
                        edit(&mut text.0);
                    }
                });
            })
            .unwrap();
    }
    let every = |text: Text<'_>| match text {
        Text::Type(native) => edit(&mut native.0),
        Text::Expression(text) | Text::Bound { bound: text, .. } => edit(&mut text.0),
    };
    let mut every = every;
    let followed = operation.followed(schema, |object| {
        match object {
            _ if columns => {}
            Object::Table(table) => table.edit_texts(&mut every),
            Object::Domain(domain) => domain.edit_texts(&mut every),
            Object::Composite(composite) => composite.edit_texts(&mut every),
            _ => {}
        }
        Ok(())
    });
    let attended = followed.unwrap().attended(schema, |definition, _| {
        edit(&mut definition.definition);
        Ok(())
    });
    attended.unwrap()
}

/// Every object by its identity, as JSON.
fn objects(schema: &Schema) -> BTreeMap<String, String> {
    let json = |object: &Object| (object.id().to_string(), serde_json::to_string(object).unwrap());
    (schema.namespaces.iter().cloned().map(Object::Namespace))
        .chain(schema.sequences.iter().cloned().map(Object::Sequence))
        .chain(schema.enums.iter().cloned().map(Object::Enum))
        .chain(schema.followable())
        .chain(schema.definitions.iter().cloned().map(Object::Definition))
        .map(|object| json(&object))
        .collect()
}

/// What an operation touches: `+` what comes, `-` what goes, `~` what changes.
fn touched(operation: &Operation) -> Vec<String> {
    let before = world();
    let operation = complete(operation.clone(), &before);
    let after = before.apply(&operation).unwrap_or_else(|error| panic!("{}: {error}", operation.describe()));
    let back = after.apply(&operation.reverse()).unwrap();
    assert_eq!(back, before, "the way back from {}", operation.describe());
    assert_eq!(
        serde_json::to_value(&back.dependencies).unwrap(),
        serde_json::to_value(&before.dependencies).unwrap()
    );
    let (before, after) = (objects(&before), objects(&after));
    let gone = before.keys().filter(|id| !after.contains_key(*id)).map(|id| format!("-{id}"));
    let come = after.keys().filter(|id| !before.contains_key(*id)).map(|id| format!("+{id}"));
    let changed = after.iter().filter(|(id, text)| before.get(*id).is_some_and(|known| known != *text));
    gone.chain(come).chain(changed.map(|(id, _)| format!("~{id}"))).collect()
}

fn find(called: &str) -> Table {
    world().tables.get(&name(called)).unwrap().clone()
}

fn change(called: &str, change: TableChange) -> Operation {
    let world = world();
    let hangers = world.definitions.iter().filter(|one| one.id.on.as_deref() == Some(called)).cloned();
    let dependents = hangers.map(Dependent::unchanged).collect::<Vec<_>>();
    let dependents = if matches!(change, TableChange::RenameColumn { .. }) { Vec::new() } else { dependents };
    Operation::AlterTable(Box::new(AlterTable::new(find(called), vec![change], dependents).unwrap()))
}

fn values(values: &[&str], change: EnumChange) -> Operation {
    let previous = world().enums.iter().next().unwrap().clone();
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Operation::alter_enum(previous.clone(), EnumType { values, ..previous }, vec![change])
}

#[test]
fn each_change_of_a_table_touches_the_table_and_what_a_column_renames() {
    let users = find("users");
    let (column, key) = (users.columns[0].clone(), users.primary_key.clone().unwrap());
    let (index, check) = (users.indexes.iter().next().unwrap().clone(), users.checks[0].clone());
    let (key, check) = (Constraint::PrimaryKey(key), Constraint::Check(check));
    let exclusion = Exclusion {
        name: Some("x".into()),
        definition: Expression::new("EXCLUDE (id WITH =)"),
        comment: None,
    };
    let renamed: &[&str] = &["~table orders", "~table users", "~trigger audit on users", "~view seen"];
    let table: &[&str] = &["~table users"];
    let options = Properties::from([("strict".to_owned(), "true".to_owned())]);
    let rows = [
        (TableChange::AddColumn(Column::new("age", "integer")), table),
        (TableChange::DropColumn(users.columns[3].clone()), table),
        (TableChange::RenameColumn { previous: "id".into(), next: "uid".into() }, renamed),
        (
            TableChange::AlterColumn {
                previous: column.clone().into(),
                next: Column::new("id", "bigint").into(),
            },
            table,
        ),
        (TableChange::AddConstraint(Constraint::Exclusion(exclusion)), table),
        (TableChange::DropConstraint(check.clone()), table),
        (TableChange::RenameConstraint { previous: key, next: "pk".into() }, table),
        (
            TableChange::AlterConstraint { previous: check, next: Constraint::Check(Check::new("true")) },
            table,
        ),
        (TableChange::CreateIndex(Index::new("i", vec![KeyPart::column("id")])), table),
        (TableChange::DropIndex(index.clone()), table),
        (TableChange::RenameIndex { previous: index.clone(), next: "i".into() }, table),
        (TableChange::AlterIndex { previous: index.clone(), next: Index { unique: true, ..index } }, table),
        (TableChange::SetOptions { previous: Properties::new(), next: options }, table),
        (TableChange::SetComment { previous: None, next: Some("people".into()) }, table),
    ];
    let kinds: BTreeSet<&str> = rows.iter().map(|(change, _)| change.kind()).collect();
    assert_eq!(kinds, TableChange::KINDS.into_iter().collect());
    for (row, wanted) in rows {
        let kind = row.kind();
        assert_eq!(touched(&change("users", row)), wanted, "{kind}");
    }
}

#[test]
fn each_operation_touches_what_names_its_object() {
    use ObjectKind::{Composite, Domain as DomainKind, Enum, Sequence as SequenceKind, View};
    let orders = || Object::Table(Box::new(find("orders")));
    let seen = world().definitions.get(&id(View, "seen")).unwrap().clone();
    let moved = Definition { id: id(View, "looked"), ..seen.clone() };
    let view = Operation::Rename {
        object: seen.id.clone(),
        next: "looked".into(),
        dependents: vec![Dependent { previous: seen.clone(), next: moved }],
        followers: Vec::new(),
    };
    let altered = Definition { definition: "SELECT 1".into(), ..seen.clone() };
    let alter = Operation::Alter {
        previous: Object::Definition(seen).into(),
        next: Object::Definition(altered).into(),
        dependents: Vec::new(),
    };
    let value =
        |previous: &str, next: &str| EnumChange::RenameValue { previous: previous.into(), next: next.into() };
    let rows: [(Operation, &[&str]); 13] = [
        (Operation::create(Object::Sequence(sequence("n"))), &["+sequence n"]),
        (Operation::drop(orders()), &["-table orders"]),
        (
            Operation::rename(id(ObjectKind::Table, "users"), "people"),
            &[
                "-table users",
                "-trigger audit on users",
                "+table people",
                "+trigger audit on people",
                "~table orders",
                "~view seen",
            ],
        ),
        (Operation::rename(id(ObjectKind::Table, "orders"), "sales"), &["-table orders", "+table sales"]),
        (
            Operation::rename(id(SequenceKind, "numbers"), "digits"),
            &["-sequence numbers", "+sequence digits", "~table orders"],
        ),
        (
            Operation::rename(id(Enum, "mood"), "feeling"),
            &["-enum mood", "+enum feeling", "~domain small", "~function f", "~table users", "~view seen"],
        ),
        (
            Operation::rename(id(DomainKind, "small"), "tiny"),
            &["-domain small", "+domain tiny", "~composite pair", "~table users"],
        ),
        (
            Operation::rename(id(Composite, "pair"), "two"),
            &["-composite pair", "+composite two", "~table users"],
        ),
        (view, &["-view seen", "+view looked", "~view above"]),
        (alter, &["~view seen"]),
        (values(&["sad", "ok", "glad"], EnumChange::AddValue("glad".into())), &["~enum mood"]),
        (values(&["sad"], EnumChange::DropValue("ok".into())), &["~enum mood"]),
        (values(&["blue", "ok"], value("sad", "blue")), &["~enum mood", "~table users", "~view seen"]),
    ];
    for (operation, wanted) in rows {
        assert_eq!(touched(&operation), wanted, "{}", operation.describe());
    }
}

#[test]
fn an_operation_that_leaves_out_what_follows_is_refused() {
    let rows = [
        (Operation::rename(id(ObjectKind::Enum, "mood"), "feeling"), "table users uses enum mood"),
        (Operation::rename(id(ObjectKind::Sequence, "numbers"), "n"), "table orders uses sequence numbers"),
        (
            values(&["blue", "ok"], EnumChange::RenameValue { previous: "sad".into(), next: "blue".into() }),
            "table users uses enum mood",
        ),
        (change("orders", TableChange::RenameColumn { previous: "who".into(), next: "whom".into() }), ""),
        (
            change("users", TableChange::RenameColumn { previous: "id".into(), next: "uid".into() }),
            "the operation on table users does not name trigger audit on users",
        ),
    ];
    for (operation, wanted) in rows {
        let found = world().apply(&operation).err().map(|error| error.message.clone()).unwrap_or_default();
        assert!(found.starts_with(wanted) && found.is_empty() == wanted.is_empty(), "{found}");
    }
}

#[test]
fn a_follower_that_is_not_as_it_was_is_refused() {
    let schema = world();
    let renamed = Operation::rename(id(ObjectKind::Domain, "small"), "tiny");
    let Operation::Rename { object, next, dependents, mut followers } = complete(renamed, &schema) else {
        panic!("another operation")
    };
    for follower in &mut followers {
        if let Object::Table(table) = &mut follower.previous {
            table.columns.pop();
        }
    }
    let error = schema.apply(&Operation::Rename { object, next, dependents, followers }).unwrap_err();
    assert_eq!(error.message, "table users is not as the operation expects it");
}

#[test]
fn what_hangs_on_a_partition_goes_with_the_table() {
    let partition = |called: &str, partitioning| Partition {
        name: name(called),
        bound: Expression::new("DEFAULT"),
        partitioning,
        options: Properties::new(),
    };
    let by = |partitions| Partitioning { by: Expression::new("LIST (id)"), partitions };
    let inner = by(vec![partition("part_inner", None)]);
    let mut table = Table::new(name("whole"), vec![Column::new("id", "integer")]);
    table.partitioning = Some(by(vec![partition("part", Some(Box::new(inner)))]));
    let foreign = Definition::new(id(ObjectKind::ForeignTable, "far"), "SERVER s");
    let hanger = |on: &str| Definition::new(ObjectId::on(ObjectKind::Trigger, name("tr"), on), "");
    let object = Object::Table(Box::new(table.clone()));
    let rows = [(object, "part_inner"), (Object::Definition(foreign.clone()), "far")];
    for (object, on) in rows {
        let schema = Schema {
            tables: [table.clone()].into_iter().collect(),
            definitions: [foreign.clone(), hanger(on)].into_iter().collect(),
            ..Schema::default()
        };
        let drop = |dependents| schema.apply(&Operation::Drop { object: object.clone(), dependents });
        let error = drop(Vec::new()).unwrap_err();
        assert!(error.message.starts_with(&format!("trigger tr on {on} goes with")), "{error}");
        assert!(!drop(vec![hanger(on)]).unwrap().definitions.contains(&hanger(on).id));
    }
}
