//! What every command writes with `--format json`, held against the schemas in docs/schemas.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails is a test that panics"
)]

mod schema;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A project with two branches, run by the built binary.
struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.reports(&["init"], "init");
        project.write("a", "", "CREATE TABLE a (id INTEGER PRIMARY KEY);\n", "DROP TABLE a;\n");
        project.write("b", "-- @down-revision a\n", "CREATE VIEW v AS SELECT 1 AS one;\n", "DROP VIEW v;\n");
        project.write("c", "-- @down-revision a\n-- @branch-label side\n", "SELECT 1;\n", "");
        project
    }

    fn write(&self, id: &str, header: &str, up: &str, down: &str) {
        let text = format!(
            "-- @revision {id}\n{header}-- @message add {id}\n\n-- @upgrade\n{up}\n-- @downgrade\n{down}"
        );
        std::fs::write(self.0.path().join(format!("migrations/versions/{id}.sql")), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lambic"));
        for variable in ["DATABASE_URL", "LAMBIC_DATABASE_URL"] {
            command.env_remove(variable);
        }
        command.args(arguments).args(["--format", "json"]).current_dir(self.0.path()).output().unwrap()
    }

    /// Runs a command that succeeds, and checks its standard output.
    fn reports(&self, arguments: &[&str], name: &str) -> Value {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        assert_eq!(said, "", "{arguments:?} has nothing to say beside its result");
        checked(&output.stdout, name, arguments)
    }

    /// Runs a command that fails with `code`, and checks its standard error.
    fn fails(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}: standard output stays empty");
        checked(&output.stderr, "error", arguments)
    }
}

/// One line of JSON that fits its schema.
fn checked(bytes: &[u8], name: &str, arguments: &[&str]) -> Value {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.ends_with('\n') && text.matches('\n').count() == 1, "{arguments:?}: one line: {text}");
    let value: Value =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"));
    let problems = schema::check(&read(name), &value);
    assert!(problems.is_empty(), "{arguments:?}: {problems:#?}");
    value
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas")
}

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Commands that succeed, in an order in which they do, each with the schema of its result.
const COMMANDS: &[(&str, &str)] = &[
    ("init", "init"),
    ("list-templates", "templates"),
    ("wait", "wait"),
    ("conformance --profile core --url sqlite:conformance.db", "conformance"),
    ("heads", "heads"),
    ("branches", "branches"),
    ("history", "history"),
    ("show a", "history"),
    ("current", "current"),
    ("plan upgrade heads", "plan"),
    ("plan upgrade heads --at base", "plan"),
    ("plan stamp b --at base", "plan"),
    ("upgrade heads --dry-run", "plan"),
    ("upgrade heads --sql", "script"),
    ("upgrade heads", "run"),
    ("upgrade heads", "run"),
    ("history --graph -i", "history"),
    ("current -v", "current"),
    ("status", "status"),
    ("inspect", "inspect"),
    ("inspect --sql", "inspect-sql"),
    ("inspect --coverage", "coverage"),
    ("history --log", "log"),
    ("downgrade b@a", "run"),
    ("status", "status"),
    ("stamp b", "run"),
    ("ensure-version", "ensure-version"),
    ("ensure-version --sql", "script"),
    ("merge heads -m joined", "created"),
    ("revision -m more", "created"),
];

#[test]
fn every_report_fits_its_schema() {
    let project = Project::new();
    for (line, name) in COMMANDS.iter().skip(1) {
        project.reports(&line.split(' ').collect::<Vec<_>>(), name);
    }
}

#[test]
fn every_schema_is_held_against_something() {
    let used: BTreeSet<String> = COMMANDS
        .iter()
        .map(|(_, name)| format!("{name}.json"))
        .chain(["error.json".into(), "notice.json".into()])
        .collect();
    let files =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(files.collect::<BTreeSet<_>>(), used);
}

#[test]
fn errors_are_one_line_on_standard_error() {
    let project = Project::new();
    for (line, code, name) in [
        ("upgrad", 64, "usage"),
        ("", 64, "usage"),
        ("downgrade --sql", 64, "usage"),
        ("downgrade a --sql", 64, "usage.no-start"),
        ("upgrade zz", 1, "symbol.unknown"),
        ("plan upgrade zz --at base", 1, "symbol.unknown"),
        ("plan upgrade ';' --at base", 1, "symbol.malformed"),
        ("upgrade head", 1, "symbol.several-heads"),
        ("current --url nosuch:x", 1, "url.unknown-scheme"),
    ] {
        let error = project.fails(&line.split_whitespace().collect::<Vec<_>>(), code);
        assert_eq!(error["error"]["code"], name, "{line}");
    }
}

#[test]
fn an_error_in_a_file_names_file_line_column_and_statement() {
    let project = Project::new();
    project.write("d", "-- @down-revision b\n", "SELECT 1;\nSELECT\n  nowhere;\n", "");
    let error = project.fails(&["upgrade", "d"], 1);
    let error = &error["error"];
    assert_eq!(error["file"], "migrations/versions/d.sql");
    assert_eq!((&error["line"], &error["column"]), (&8.into(), &3.into()));
    assert_eq!(error["statement"], "SELECT\n  nowhere");
    assert_eq!(error["aftermath"], "rolled-back");
    assert_eq!(error["database"]["name"], "SQLITE_ERROR");
}

#[test]
fn a_warning_is_one_line_on_standard_error() {
    let project = Project::new();
    project.reports(&["upgrade", "b"], "run");
    project.write("b", "-- @down-revision a\n", "CREATE VIEW v AS SELECT 2 AS two;\n", "DROP VIEW v;\n");
    let output = project.run(&["upgrade", "b"]);
    assert!(output.status.success());
    let warning = checked(&output.stderr, "notice", &["upgrade"]);
    assert_eq!(warning["warning"]["code"], "run.changed-revision");
    let error = {
        let output = project.run(&["downgrade", "a"]);
        assert_eq!(output.status.code(), Some(3), "a person must decide");
        assert!(output.stdout.is_empty());
        let last = String::from_utf8(output.stderr).unwrap().lines().last().unwrap().to_owned() + "\n";
        checked(last.as_bytes(), "error", &["downgrade"])
    };
    assert_eq!(error["error"]["code"], "run.changed-revision");
}

#[test]
fn questions_of_yes_and_no_exit_with_2() {
    let project = Project::new();
    for line in ["current --check-heads", "status --exit-code", "plan upgrade heads --exit-code"] {
        let output = project.run(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(output.stderr.is_empty() && !output.stdout.is_empty(), "{line}");
    }
}
