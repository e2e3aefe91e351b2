//! How the server reads its catalog for the sweeps.

use std::path::{Path, PathBuf};

use super::support::{Server, rows, run};

/// The sweeps that say in which order their tables are read, and the beginning of that order.
const ORDERED: [(&str, &str); 2] = [
    (
        include_str!("../../src/introspect/mysql/columns.sql"),
        "`sch`@`select#2`,`tbl`@`select#2`,`col`@`select#2`",
    ),
    (
        include_str!("../../src/introspect/mysql/indexes.sql"),
        "`sch`@`select#2`,`tbl`@`select#2`,`idx`@`select#2`",
    ),
];

/// A hint that the server does not understand costs a warning, and all its time on a server with many tables.
#[tokio::test]
async fn orders_are_understood_by_mysql() {
    let database = Server::Mysql.database().await;
    let mut session = database.open().await;
    let on = &mut *session.connection;
    run(on, &["CREATE TABLE t (a INT)"]).await;
    for (sweep, order) in ORDERED {
        let select = sweep.find("SELECT").map(|at| &sweep[at..]).unwrap();
        rows(
            on,
            &format!("EXPLAIN FORMAT=TRADITIONAL {}", select.replace('?', &format!("'{}'", database.name))),
        )
        .await;
        let notes = rows(on, "SHOW WARNINGS").await;
        let notes: Vec<&str> = notes.iter().map(|note| note[2].as_text().unwrap()).collect();
        assert!(notes.len() == 1 && notes[0].contains(order), "{notes:?}");
    }
}

/// A server that opens tables to tell of them is asked by the columns by which it looks for them, or it opens those of
/// every database.
#[tokio::test]
async fn tables_of_other_databases_stay_closed_on_mariadb() {
    let database = Server::Mariadb.database().await;
    let mut session = database.open().await;
    let on = &mut *session.connection;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/introspect");
    let files =
        [folder.clone(), folder.join("mariadb")].into_iter().flat_map(|folder| folder.read_dir().unwrap());
    let sweeps: Vec<PathBuf> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    let mut opening = 0;
    for path in sweeps {
        let sweep = std::fs::read_to_string(&path).unwrap();
        let select = sweep.replace('?', &format!("'{}'", database.name));
        for step in rows(on, &format!("EXPLAIN {select}")).await {
            let extra = step.last().and_then(|extra| extra.as_text()).unwrap_or_default();
            assert!(!extra.contains("Scanned all databases"), "{}: {extra}", path.display());
            opening += usize::from(extra.contains("Scanned 1 database"));
        }
    }
    assert!(opening >= 8, "{opening} of the sweeps open tables");
}
