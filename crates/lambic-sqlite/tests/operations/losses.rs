//! What a rebuild must not lose, where the matrix does not look.

use lambic_core::operation::{AlterTable, TableChange};
use lambic_core::schema::{Column, Constraint, Key, QualifiedName};
use lambic_core::{ErrorKind, Operation, Value};

use crate::support::Database;

fn alter(database: &mut Database, changes: Vec<TableChange>) -> Operation {
    let table = database.schema().tables.get(&QualifiedName::bare("t")).unwrap().clone();
    Operation::AlterTable(Box::new(AlterTable::new(table, changes, Vec::new()).unwrap()))
}

fn loaded(script: &str) -> Database {
    let mut database = Database::empty();
    database.load(script).unwrap();
    database
}

#[test]
fn a_conflict_clause_does_not_leave_out_rows() {
    for action in ["ignore", "replace"] {
        let mut database = loaded("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 1), (1, 2)");
        let mut key = Key::over(["a"]);
        key.options.insert("on-conflict".into(), action.into());
        let operation = alter(&mut database, vec![TableChange::AddConstraint(Constraint::Unique(key))]);
        let error = database.apply(&[operation], false).unwrap_err();
        assert_eq!(error.database.as_ref().unwrap().name.as_deref(), Some("SQLITE_CONSTRAINT_UNIQUE"));
        assert_eq!(database.rows("SELECT count(*) FROM t"), [[Value::Integer(2)]]);
        let left = database.rows("SELECT name FROM sqlite_schema WHERE name LIKE '%lambic%'");
        assert!(left.is_empty());
    }
}

#[test]
fn a_null_is_not_filled_in() {
    let mut database = loaded("CREATE TABLE t (a, b DEFAULT 5); INSERT INTO t VALUES (1, NULL)");
    let previous = database.schema().tables.iter().next().unwrap().columns[1].clone();
    let next = previous.clone().not_null();
    let change = TableChange::AlterColumn { previous: previous.into(), next: next.into() };
    let operation = alter(&mut database, vec![change]);
    assert_eq!(database.apply(&[operation], false).unwrap_err().kind, ErrorKind::Database);
    assert_eq!(database.rows("SELECT a, b FROM t"), [[Value::Integer(1), Value::Null]]);
}

#[test]
fn rows_keep_their_number() {
    let script = "CREATE TABLE t (rowid, a TEXT); INSERT INTO t (_rowid_, a) VALUES (5, 'five'), (1, 'one'), (9, 'nine')";
    let mut database = loaded(script);
    let strict = TableChange::SetOptions { previous: [].into(), next: [].into() };
    let previous = database.schema().tables.iter().next().unwrap().columns[1].clone();
    let next = previous.clone().default_to("'none'");
    let change = TableChange::AlterColumn { previous: previous.into(), next: next.into() };
    let operation = alter(&mut database, vec![strict, change]);
    database.apply(&[operation], false).unwrap();
    let numbers = |database: &mut Database, column: &str| -> Vec<i64> {
        let rows = database.rows(&format!("SELECT {column} FROM t ORDER BY a"));
        rows.iter().map(|row| row[0].as_integer().unwrap()).collect()
    };
    assert_eq!(numbers(&mut database, "_rowid_"), [5, 9, 1]);
    // A new column that stands for the number takes it over, even when no other column is left.
    let dropped = database.schema().tables.iter().next().unwrap().columns[0].clone();
    let key = TableChange::AddConstraint(Constraint::PrimaryKey(Key::over(["id"])));
    let added = TableChange::AddColumn(Column::new("id", "INTEGER"));
    let operation = alter(&mut database, vec![added, key, TableChange::DropColumn(dropped)]);
    database.apply(&[operation], false).unwrap();
    assert_eq!(numbers(&mut database, "id"), [5, 9, 1]);
}

#[test]
fn rows_are_not_dropped_with_their_columns() {
    let mut database =
        loaded("CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('x')");
    let table = database.schema().tables.iter().next().unwrap().clone();
    let changes = vec![
        TableChange::DropConstraint(Constraint::PrimaryKey(table.primary_key.clone().unwrap())),
        TableChange::DropColumn(table.columns[0].clone()),
        TableChange::AddColumn(Column::new("b", "TEXT").default_to("'y'")),
        TableChange::AddConstraint(Constraint::PrimaryKey(Key::over(["b"]))),
    ];
    let operation = alter(&mut database, changes);
    assert_eq!(database.apply(&[operation], false).unwrap_err().kind, ErrorKind::Unsupported);
}

/// A view that the operation does not name would stop working: the commit is refused.
#[test]
fn a_view_is_not_broken_in_silence() {
    for options in ["", " STRICT"] {
        let mut database = loaded(&format!(
            "CREATE TABLE t (a TEXT, b TEXT, CHECK (b <> '')){options}; CREATE VIEW v AS SELECT a, b FROM t"
        ));
        let before = database.schema();
        let table = before.tables.iter().next().unwrap().clone();
        let changes = vec![
            TableChange::DropConstraint(Constraint::Check(table.checks[0].clone())),
            TableChange::DropColumn(table.columns[1].clone()),
        ];
        let operation = alter(&mut database, changes);
        let error = database.apply(&[operation], false).unwrap_err();
        assert_eq!(error.code, "sqlite.broken-dependent", "{error}");
        let alone = alter(&mut database, vec![TableChange::DropColumn(table.columns[0].clone())]);
        let error = database.apply(&[alone], false).unwrap_err();
        assert!(error.message.contains("error in view v after drop column"), "{error}");
        assert_eq!(database.schema(), before);
    }
}
