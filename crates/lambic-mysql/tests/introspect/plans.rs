//! How the server reads its catalog for the sweeps.

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
