//! Definition objects: each goes and comes back, is renamed and changed.

use lambic_core::operation::{Dependent, Object};
use lambic_core::schema::{ObjectId, ObjectKind, QualifiedName};
use lambic_core::{Definition, Operation, Schema};

use crate::cases::{dependents, replace_word, users};
use crate::fixtures::script;
use crate::support::{Database, Server};
use crate::{assert_same, begin, rollback, run};

/// Changes of definitions: kind, name, a part of the text, and what stands there afterwards.
const CHANGES: [(&str, &str, &str, &str); 22] = [
    ("view", "other_view", "label", "label,\n    (uid + 1) AS more"),
    ("view", "other_view", "label", "upper(label) AS label"),
    ("materialized-view", "other_mat", "FROM u", "FROM u\n  WHERE (uid > 0)"),
    ("foreign-table", "other_foreign", "a integer", "a bigint"),
    ("function", "other_function", "a + 1", "a + 2"),
    ("function", "atomic", "RETURNS integer", "RETURNS bigint"),
    ("procedure", "other_procedure", "id = a", "id > a"),
    ("aggregate", "other_sum", "INITCOND = '0'", "INITCOND = '1'"),
    ("trigger", "other_trigger", "BEFORE INSERT", "BEFORE INSERT OR UPDATE"),
    ("event-trigger", "other_event", "CREATE CAST", "CREATE VIEW"),
    ("rule", "other_rule", "DO INSTEAD NOTHING", "WHERE (old.id > 1) DO INSTEAD NOTHING"),
    ("policy", "other_policy", "uid > 0", "uid > 1"),
    ("range-type", "other_range", "integer", "bigint"),
    ("collation", "other_collation", "'C'", "'POSIX'"),
    ("cast", "text AS pair", "WITH INOUT", "WITH INOUT AS ASSIGNMENT"),
    ("operator", "===", "int4eq", "int4ne"),
    ("statistics", "other_statistics", "(dependencies)", "(ndistinct)"),
    ("publication", "other_publication", "'insert, update, delete, truncate'", "'insert'"),
    ("foreign-server", "other_server", "other_server", "other_server VERSION '1'"),
    ("text-search", "other_dictionary", "TEMPLATE", "template"),
    ("grant", "u", "SELECT", "DELETE, SELECT"),
    ("text-search-mapping", "other_configuration", "other_dictionary", "simple"),
];

fn find<'s>(schema: &'s Schema, kind: &str, name: &str) -> &'s Definition {
    let found =
        schema.definitions.iter().find(|one| one.id.kind.as_str() == kind && one.id.name.name == name);
    found.unwrap_or_else(|| panic!("the fixture has no {kind} {name}"))
}

/// Whether a definition is of a kind that is a statement about something else.
fn is_statement(id: &ObjectId) -> bool {
    ["grant", "default-privilege", "owner", "comment", "setting", "text-search-mapping"]
        .contains(&id.kind.as_str())
}

/// Drops every definition object that nothing but definitions needs, and makes it again.
fn drops(schema: &Schema) -> Vec<Operation> {
    let needed = |id: &ObjectId| schema.dependencies.0.iter().any(|one| one.needs.contains(id));
    let droppable = schema.definitions.iter().filter(|one| !needed(&one.id));
    let operation = |one: &Definition| Operation::Drop {
        object: Object::Definition(one.clone()),
        dependents: users(schema, &one.id),
    };
    droppable.map(operation).collect()
}

/// Renames every definition object that has a name of its own.
fn renames(schema: &Schema) -> Vec<Operation> {
    let mut operations = Vec::new();
    for one in schema.definitions.iter().filter(|one| !is_statement(&one.id)) {
        let fixed = ["extension", "cast", "operator", "event-trigger"];
        if fixed.contains(&one.id.kind.as_str()) || !one.id.name.name.starts_with("other_") {
            continue;
        }
        let next = format!("{}_too", one.id.name.name);
        operations.push(rename(schema, one, &next));
    }
    operations
}

fn rename(schema: &Schema, one: &Definition, next: &str) -> Operation {
    let old = one.id.name.name.clone();
    let moved = |definition: &Definition| {
        let mut moved = definition.clone();
        moved.definition = replace_word(&moved.definition, &old, next);
        moved.id.arguments.iter_mut().for_each(|arguments| *arguments = replace_word(arguments, &old, next));
        if moved.id.name.name == old {
            moved.id.name = QualifiedName::bare(next);
        }
        moved.id.on = moved.id.on.map(|on| if on == old { next.to_owned() } else { on });
        for need in moved.depends_on.iter_mut().filter(|need| need.name.name == old) {
            next.clone_into(&mut need.name.name);
        }
        moved.properties = moved
            .properties
            .iter()
            .map(|(key, value)| (key.clone(), replace_word(value, &old, next)))
            .collect();
        moved.depends_on.sort();
        moved
    };
    let itself = Dependent { previous: one.clone(), next: moved(one) };
    let others =
        users(schema, &one.id).into_iter().map(|previous| Dependent { next: moved(&previous), previous });
    Operation::Rename {
        object: one.id.clone(),
        next: next.to_owned(),
        dependents: [itself].into_iter().chain(others).collect(),
        followers: Vec::new(),
    }
}

fn alterations(schema: &Schema) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (kind, name, old, new) in CHANGES {
        let previous = find(schema, kind, name);
        // An older server names the table before each column.
        let plain = if kind.ends_with("view") {
            previous.definition.replace("u.", "")
        } else {
            previous.definition.clone()
        };
        let definition = plain.replacen(old, new, 1);
        assert_ne!(definition, plain, "{plain}");
        let next = Definition { definition, ..previous.clone() };
        operations.push(alter(schema, previous, next));
    }
    for one in &schema.definitions {
        if is_statement(&one.id) || ["index", "conversion"].contains(&one.id.kind.as_str()) {
            continue;
        }
        let mut next = one.clone();
        next.comment = Some("another it's".into());
        operations.push(alter(schema, one, next));
    }
    let mut enabled = find(schema, "trigger", "other_trigger").clone();
    enabled.properties.clear();
    operations.push(alter(schema, find(schema, "trigger", "other_trigger"), enabled));
    operations
}

fn alter(schema: &Schema, previous: &Definition, next: Definition) -> Operation {
    Operation::Alter {
        previous: Object::Definition(previous.clone()).into(),
        next: Object::Definition(next).into(),
        dependents: dependents(schema, &previous.id),
    }
}

fn all(schema: &Schema) -> Vec<Operation> {
    [drops(schema), renames(schema), alterations(schema), vec![event(schema)]].concat()
}

/// The event trigger's name is not preceded by `other_` in the list above only because it takes a superuser.
fn event(schema: &Schema) -> Operation {
    rename(schema, find(schema, "event-trigger", "other_event"), "other_event_too")
}

/// The labels of everything that is tried here.
pub(crate) fn labels(schema: &Schema) -> Vec<String> {
    all(schema).iter().flat_map(crate::labels::of).collect()
}

#[test]
fn every_definition_goes_comes_back_and_changes() {
    for server in Server::ALL {
        let mut database = Database::new(server);
        database.load(&script("rows"));
        let before = database.schema();
        let mut failures = Vec::new();
        for operation in all(&before) {
            let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                there_and_back(&mut database, &before, &operation);
            }));
            if tried.is_err() {
                failures.push(operation.describe());
            }
            rollback(&mut database);
        }
        assert!(failures.is_empty(), "{server:?}: {} failed: {failures:#?}", failures.len());
    }
}

fn there_and_back(database: &mut Database, before: &Schema, operation: &Operation) {
    begin(database);
    let context = operation.describe();
    let after = before.apply(operation).unwrap_or_else(|error| panic!("{context}: {error}"));
    let sql = run(database, operation)
        .unwrap_or_else(|error| panic!("{context}: {error} {:?} {:?}", error.statement, error.database));
    let context = format!("{context}:\n{}", sql.join(";\n"));
    assert_same(&canonical(&database.schema(), &after), &after, &context);
    let back = operation.reverse();
    let sql = run(database, &back).unwrap_or_else(|error| {
        panic!("back from {context}: {error} {:?} {:?}", error.statement, error.database)
    });
    let context = format!("back from {context}\n-- back\n{}", sql.join(";\n"));
    assert_same(&canonical(&database.schema(), before), before, &context);
}

/// What the change made of the text, where the server writes that another way than the test does; what follows from
/// the text is not the test's to say.
fn canonical(found: &Schema, wanted: &Schema) -> Schema {
    let squeezed = |text: &str| text.replace(['\n', ' ', '(', ')'], "").replace("u.", "").to_lowercase();
    let definitions = found.definitions.iter().map(|one| match wanted.definitions.get(&one.id) {
        Some(known) => {
            let same = squeezed(&known.definition) == squeezed(&one.definition);
            let definition = if same { known } else { one }.definition.clone();
            Definition { definition, depends_on: known.depends_on.clone(), ..one.clone() }
        }
        None => one.clone(),
    });
    Schema { definitions: definitions.collect(), ..found.clone() }
}

/// A text that holds more than its own statement is refused.
#[test]
fn text_of_a_definition_cannot_reach_out_of_its_place() {
    let dialect = lambic_core::Driver::dialect(&lambic_postgres::PostgresDriver, "postgres", None).unwrap();
    let refused = |kind: ObjectKind, name: &str, text: &str| {
        let id = ObjectId { on: Some("t".into()), ..ObjectId::new(kind, QualifiedName::bare(name)) };
        let operation = Operation::create(Object::Definition(Definition::new(id, text)));
        dialect.render(&operation).unwrap_err().kind.clone()
    };
    for (kind, name, text) in [
        (ObjectKind::View, "v", "CREATE VIEW v AS SELECT 1; DROP TABLE t"),
        (ObjectKind::View, "v", "CREATE VIEW w AS SELECT 1"),
        (ObjectKind::View, "v", "DROP TABLE t"),
        (ObjectKind::View, "v", ""),
        (ObjectKind::View, "v", "CREATE TABLE v (a integer)"),
        (ObjectKind::Function, "f", "CREATE FUNCTION f() RETURNS integer AS 'x"),
        (ObjectKind::Grant, "t", "GRANT SELECT ON t TO x; DROP TABLE t"),
        (ObjectKind::Grant, "t", "DROP TABLE t"),
        (ObjectKind::from("owner"), "t", "ALTER TABLE t OWNER TO x; SELECT 1"),
        (ObjectKind::from("comment"), "t", "DROP TABLE t"),
    ] {
        assert_eq!(refused(kind, name, text), lambic_core::ErrorKind::Usage, "{text}");
    }
}
