//! The example: every revision up and down, on rows.

use lambic_tests::{Dump, Project, root, run_script};
use rusqlite::Connection;
use serde_json::Value;

/// A copy of the example.
fn bookshop() -> Project {
    let project = Project::empty();
    project.copy(&root().join("examples/bookshop"), "");
    // The harness looks for this name.
    project.write("lambic.toml", project.read("lambic.toml").replace("bookshop.db", "app.db"));
    project
}

fn schema(project: &Project) -> Value {
    project.run("inspect --format json").ok().json()
}

/// The revisions in the order of an upgrade, as `plan` says.
fn order(project: &Project) -> Vec<String> {
    let plan = project.run("plan upgrade heads --at base --format json").ok().json();
    let steps = plan["steps"].as_array().unwrap().iter();
    steps.map(|step| step["revision"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn up_down_to_base_and_up_again() {
    let project = bookshop();
    let revisions = order(&project);
    assert!(revisions.len() >= 15, "the example is smaller than it should be: {revisions:?}");
    project.run("upgrade heads").ok();
    let (first, rows) = (schema(&project), project.dump().without_store());
    assert_eq!(rows.rows["books"].len(), 4, "the example brings its books");
    let tables = first["tables"].as_array().unwrap();
    assert!(tables.len() >= 10, "{first:#}");
    project.run("downgrade base").ok();
    assert_eq!(
        project.dump().without_store().schema,
        ["table|sqlite_sequence|CREATE TABLE sqlite_sequence(name,seq)"]
    );
    assert_eq!(project.versions(), Vec::<String>::new());
    project.run("upgrade heads").ok();
    assert_eq!(schema(&project), first);
    assert_eq!(project.dump().without_store().schema, rows.schema);
    assert_eq!(project.versions(), ["13d7fa4b8c60", "8e62c9f5a014"]);
}

/// One step at a time, with the schema before each remembered: every downgrade gives it back.
#[test]
fn every_downgrade_gives_back_the_schema_before() {
    let project = bookshop();
    let plan = project.run("plan upgrade heads --at base --format json").ok().json();
    let mut before = vec![(Vec::new(), schema(&project))];
    for step in plan["steps"].as_array().unwrap() {
        // The order of the plan, one revision at a time.
        project.run(&format!("upgrade {}", step["revision"].as_str().unwrap())).ok();
        let rows: Vec<String> = step["rows_after"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(project.versions(), rows, "{step:#}");
        before.push((rows, schema(&project)));
    }
    let back = project.run("plan downgrade base --format json").ok().json();
    let steps = back["steps"].as_array().unwrap();
    assert_eq!(steps.len() + 1, before.len());
    fill(&project);
    for (index, step) in steps.iter().enumerate() {
        let rows: Vec<String> = step["rows_after"].as_array().unwrap().iter().map(text).collect();
        undo(&project, &text(&step["revision"]), &rows);
        assert_eq!(project.versions(), rows);
        // The order down is the order up, turned round: so the states meet.
        let (known, expected) = &before[before.len() - 2 - index];
        assert_eq!(&rows, known, "{step:#}");
        assert_eq!(&schema(&project), expected, "{step:#}");
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Goes down exactly one step of the plan: to the row that appears, on the line of the revision that goes.
fn undo(project: &Project, revision: &str, rows: &[String]) {
    let parents: Vec<String> = parents(project, revision);
    let target = match (parents.as_slice(), rows) {
        ([], _) => format!("{revision}@base"),
        ([only], _) => format!("{revision}@{only}"),
        // A merge: to a parent that stays a row.
        (several, rows) => several.iter().find(|parent| rows.contains(parent)).unwrap().clone(),
    };
    project.run(&format!("downgrade {target}")).ok();
}

fn parents(project: &Project, revision: &str) -> Vec<String> {
    let shown = project.run(&format!("show {revision} --format json")).ok().json();
    let entry = if shown.is_array() { shown[0].clone() } else { shown["revisions"][0].clone() };
    entry["down_revisions"].as_array().unwrap_or_else(|| panic!("{shown:#}")).iter().map(text).collect()
}

/// Rows of a shop that is open, which the way down must carry.
fn fill(project: &Project) {
    let rows = "
        INSERT INTO authors (id, name) VALUES (9, 'Own Author');
        INSERT INTO books (id, isbn, title, author_id) VALUES (9, '9780000000099', 'Own Book', 9);
        INSERT INTO customers (id, first_name, last_name, email) VALUES (1, 'Ann', 'Lee', 'ann@x'), (2, '', 'Bo', 'bo@x');
        INSERT INTO orders (id, customer_id, status) VALUES (7, 1, 'paid');
        INSERT INTO order_lines VALUES (7, 9, 2, 1450);
        UPDATE books SET cents = 1500 WHERE id = 1;
        INSERT INTO reviews (book_id, customer_id, stars) VALUES (9, 1, 5);
        INSERT INTO gift_cards VALUES ('A', 2, 100);
        INSERT INTO visits (path) VALUES ('/');";
    project.writer().execute_batch(rows).unwrap();
}

#[test]
fn rows_come_through_the_rebuild_of_their_table() {
    let project = bookshop();
    project.run("upgrade d81b06ce4f37").ok();
    let rows = "
        INSERT INTO customers (id, name, email) VALUES (1, 'Ann Mary Lee', 'ann@x'), (2, 'Bo', 'bo@x');
        INSERT INTO orders (id, customer_id, status) VALUES (7, 1, 'paid');
        INSERT INTO order_lines VALUES (7, 1, 2, 1450);
        INSERT INTO reviews (book_id, customer_id, stars) VALUES (1, 2, 5);";
    project.writer().execute_batch(rows).unwrap();
    let names = "SELECT id, first_name, last_name, email FROM customers ORDER BY id";
    let others = ["SELECT * FROM orders", "SELECT * FROM order_lines", "SELECT * FROM reviews"];
    let before = others.map(|sql| project.query(sql));
    project.run("upgrade heads").ok();
    assert_eq!(project.query(names), ["1|Ann|Mary Lee|ann@x", "2||Bo|bo@x"]);
    assert_eq!(others.map(|sql| project.query(sql)), before, "what refers to the customers is there still");
    project.run("downgrade d81b06ce4f37").ok();
    assert_eq!(
        project.query("SELECT id, name, email FROM customers ORDER BY id"),
        ["1|Ann Mary Lee|ann@x", "2|Bo|bo@x"]
    );
    assert_eq!(others.map(|sql| project.query(sql)), before);
    assert_eq!(project.query("PRAGMA foreign_key_check"), Vec::<String>::new());
}

#[test]
fn a_plan_from_given_rows_needs_no_database() {
    let project = bookshop();
    let plan = |line: &str| project.run(&format!("plan {line} --format json")).ok().json();
    let whole = plan("upgrade heads --at base");
    let steps = whole["steps"].as_array().unwrap();
    // Cut after any step, and planned from the rows there: exactly the rest.
    for (done, step) in steps.iter().enumerate() {
        let rows: Vec<String> = step["rows_after"].as_array().unwrap().iter().map(text).collect();
        let rest = plan(&format!("upgrade heads --at {}", rows.join(",")));
        assert_eq!(rest["steps"].as_array().unwrap(), &steps[done + 1..]);
    }
    let keys: Vec<&String> = steps[0].as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 4, "{keys:?}");
    assert_eq!(steps[0]["statements"][0]["transaction"], true);
    assert_eq!(steps[0]["statements"][0]["hazards"], serde_json::json!([]));
    let rebuild = steps.iter().find(|step| step["revision"] == "2c5a8d04ef69").unwrap();
    assert_eq!(rebuild["statements"][0]["transaction"], false);
    assert!(!project.path("app.db").exists(), "nothing was opened");
}

#[test]
fn the_script_does_what_a_run_does() {
    let project = bookshop();
    let up = project.run("upgrade heads --sql").ok().stdout;
    assert!(!project.path("app.db").exists(), "a script is written without a database");
    let by_script = Connection::open_in_memory().unwrap();
    by_script.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    run_script(&by_script, &up);
    project.run("upgrade heads").ok();
    let (script, run) = (Dump::of(&by_script), project.dump());
    let kept = |dump: &Dump| Dump { schema: without_log(&dump.schema), rows: dump.rows.clone() };
    assert_eq!(kept(&script), kept(&run));
    assert_eq!(script.rows["lambic_version"], ["13d7fa4b8c60", "8e62c9f5a014"]);
    let down = project.run("downgrade heads:base --sql").ok().stdout;
    run_script(&by_script, &down);
    project.run("downgrade base").ok();
    assert_eq!(kept(&Dump::of(&by_script)), kept(&project.dump()));
}

fn without_log(schema: &[String]) -> Vec<String> {
    schema.iter().filter(|object| !object.contains("lambic_log")).cloned().collect()
}
