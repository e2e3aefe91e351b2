//! A database that Alembic migrated, taken over and given back.

use std::process::Output;

use lambic_tests::{Project, Revision};

use super::python;

const CONFIG: &str = "\
[lambic]
script_location = \"migrations\"
dialects = [\"sqlite\"]
version_table = \"alembic_version\"

[database]
url = \"sqlite:app.db\"
";

/// Alembic's environment; FILTER stands for what Lambic says it needs.
const ENV: &str = "\
from alembic import context
from sqlalchemy import MetaData, create_engine

engine = create_engine('sqlite:///app.db')
metadata = MetaData()
metadata.reflect(engine, only=lambda name, _: name.startswith('t_'))
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, FILTER)
    with context.begin_transaction():
        context.run_migrations()
";

/// Revisions a1 … a4 in both tools, each of which makes a table.
fn project() -> Project {
    let project = Project::with_config(CONFIG);
    project.write("alembic.ini", "[alembic]\nscript_location = env\n");
    project.write("env/env.py", ENV.replace("FILTER", ""));
    let mut parent = None;
    for id in ["a1", "a2", "a3", "a4"] {
        let down = parent.map_or_else(|| "None".to_owned(), |parent: &str| format!("'{parent}'"));
        let text = format!(
            "\"\"\"make {id}\"\"\"\nfrom alembic import op\nrevision = '{id}'\ndown_revision = {down}\n\
             def upgrade():\n    op.execute('CREATE TABLE t_{id} (id INTEGER PRIMARY KEY)')\n\
             def downgrade():\n    op.execute('DROP TABLE t_{id}')\n"
        );
        project.write(&format!("env/versions/{id}.py"), text);
        let revision = Revision::new(id).message(&format!("make {id}")).table();
        project.add(&parent.map_or_else(|| revision.clone(), |parent| revision.clone().after(parent)));
        parent = Some(id);
    }
    project
}

fn alembic(project: &Project, arguments: &[&str]) -> Output {
    python(project).args(["-m", "alembic"]).args(arguments).output().unwrap()
}

/// Runs Alembic and returns what it prints.
fn alembic_says(project: &Project, arguments: &[&str]) -> String {
    let output = alembic(project, arguments);
    assert!(output.status.success(), "{output:#?}");
    String::from_utf8(output.stdout).unwrap()
}

fn tables(project: &Project) -> Vec<String> {
    project.query("SELECT name FROM sqlite_schema WHERE name LIKE 't\\_%' ESCAPE '\\' ORDER BY 1")
}

#[test]
fn alembic_s_database_goes_on_with_lambic_and_back() {
    let project = project();
    alembic_says(&project, &["upgrade", "a2"]);
    let table = "SELECT sql FROM sqlite_schema WHERE name = 'alembic_version'";
    let made_by_alembic = project.query(table);
    assert!(made_by_alembic[0].contains("VARCHAR(32)"), "{made_by_alembic:?}");
    // Lambic goes on where Alembic stopped…
    assert_eq!(project.run("current --format json").ok().json()["revisions"][0]["revision"], "a2");
    project.run("upgrade +1").ok();
    assert_eq!(project.query(table), made_by_alembic, "the table is used as it is");
    assert_eq!(alembic_says(&project, &["current"]).trim(), "a3");
    // … Alembic where Lambic stopped, in both directions …
    alembic_says(&project, &["upgrade", "head"]);
    assert_eq!(project.run("current --check-heads").ok().code, Some(0));
    alembic_says(&project, &["downgrade", "-2"]);
    project.run("downgrade -1").ok();
    assert_eq!(tables(&project), ["t_a1"]);
    assert_eq!(alembic_says(&project, &["current"]).trim(), "a1");
    // … and to the end.
    project.run("upgrade").ok();
    alembic_says(&project, &["downgrade", "base"]);
    assert_eq!(tables(&project), Vec::<String>::new());
    assert_eq!(project.query("SELECT * FROM alembic_version"), Vec::<String>::new());
    project.run("upgrade").ok();
    assert_eq!(alembic_says(&project, &["current"]).trim(), "a4 (head)");
}

#[test]
fn a_stamp_of_one_is_read_by_the_other_alembic() {
    let project = project();
    project.run("stamp a3").ok();
    assert_eq!(alembic_says(&project, &["current"]).trim(), "a3");
    alembic_says(&project, &["stamp", "a1"]);
    assert_eq!(project.query("SELECT * FROM alembic_version"), ["a1"]);
    let status = project.run("status --format json").ok();
    assert!(
        !status.stdout.contains("changed-revision"),
        "what Alembic applied is unknown, never changed: {status:#?}"
    );
    project.run("upgrade").ok();
    assert_eq!(tables(&project), ["t_a2", "t_a3", "t_a4"]);
}

#[test]
fn rows_of_several_heads_are_alembic_s() {
    let project = project();
    let side = "revision = 'side1'\ndown_revision = 'a2'\ndef upgrade(): pass\ndef downgrade(): pass\n";
    project.write("env/versions/side1.py", side);
    project.add(&Revision::new("side1").after("a2").table());
    project.run("upgrade heads").ok();
    assert_eq!(project.query("SELECT * FROM alembic_version ORDER BY 1"), ["a4", "side1"]);
    let said = alembic_says(&project, &["current"]);
    let mut heads: Vec<&str> = said.lines().collect();
    heads.sort_unstable();
    assert_eq!(heads, ["a4 (head)", "side1 (head)"]);
}

#[test]
fn an_id_longer_than_alembic_s_column_fits() {
    let project = project();
    let long = "a_revision_whose_name_is_longer_than_thirty_two_letters";
    alembic_says(&project, &["upgrade", "head"]);
    project.add(&Revision::new(long).after("a4").table());
    project.run("upgrade").ok();
    assert_eq!(project.query("SELECT * FROM alembic_version"), [long]);
    project.run("downgrade -1").ok();
    assert_eq!(alembic_says(&project, &["current"]).trim(), "a4 (head)");
}

/// The first run says what keeps Alembic's autogenerate away from the log; pasted into env.py, it does.
#[test]
fn the_filter_for_alembic_s_autogenerate_is_told_and_works() {
    let project = project();
    alembic_says(&project, &["upgrade", "a3"]);
    let told = project.run("upgrade").ok().stderr;
    let filter =
        told.split('`').find(|part| part.starts_with("include_name=")).unwrap_or_else(|| panic!("{told}"));
    let words: Vec<&str> = filter.split_whitespace().collect();
    assert!(!project.run("downgrade -1").ok().stderr.contains("include_name"), "it is said once");
    project.run("upgrade").ok();
    let check = alembic(&project, &["check"]);
    let wanted =
        String::from_utf8_lossy(&check.stdout).into_owned() + &String::from_utf8_lossy(&check.stderr);
    assert!(!check.status.success() && wanted.contains("alembic_version_log"), "without it: {wanted}");
    project.write("env/env.py", ENV.replace("FILTER", &words.join(" ")));
    assert!(alembic_says(&project, &["check"]).contains("No new upgrade operations"));
}
