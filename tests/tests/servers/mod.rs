//! Projects on database servers. Each test is a function of the server, and a test of each server that it is for.

/// Tests of functions, in a module that is named after the server.
macro_rules! trials {
    ($module:ident, $server:ident, $($name:ident),+) => {
        mod $module {
            $(#[test]
            fn $name() {
                super::$name(lambic_tests::Server::$server);
            })+
        }
    };
}

macro_rules! on_every_server {
    ($($name:ident),+ $(,)?) => {
        trials!(postgres, Postgres, $($name),+);
        trials!(mysql, Mysql, $($name),+);
        trials!(mariadb, Mariadb, $($name),+);
    };
}

/// For servers whose DDL commits by itself.
macro_rules! on_mysql_and_mariadb {
    ($($name:ident),+ $(,)?) => {
        trials!(mysql_alone, Mysql, $($name),+);
        trials!(mariadb_alone, Mariadb, $($name),+);
    };
}

mod applying;
mod failing;
mod postgres;
mod samples;
mod sessions;
mod together;
mod waiting;

use lambic_tests::{Place, Revision, Server};

/// A revision that makes a table, fills it and can be undone.
fn filled(id: &str) -> Revision {
    Revision::new(id)
        .up(&format!("CREATE TABLE t_{id} (id int PRIMARY KEY, word varchar(20));\nINSERT INTO t_{id} VALUES (1, 'one');"))
        .down(&format!("DROP TABLE t_{id};"))
}

/// How the statement of [`slow`] begins.
const SLOW: &str = "INSERT INTO slow";

/// A revision that makes a table, and then takes ten minutes.
fn slow(server: Server, id: &str) -> Revision {
    let sleep = match server.dialect() {
        "postgres" => "1 FROM pg_sleep(600)",
        _ => "SLEEP(300) FROM (SELECT 1 AS one UNION SELECT 2) AS two",
    };
    let up = format!("CREATE TABLE slow (x int);\n{SLOW} SELECT {sleep};");
    Revision::new(id).message("take long").up(&up).down("DROP TABLE slow;")
}

/// What `lambic inspect` says of a place, as data.
fn inspected(place: &Place) -> serde_json::Value {
    place.project().run("inspect --format json").ok().json()
}
