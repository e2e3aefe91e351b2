//! One database with everything in it, in the nastiest form that the servers take.

use super::again::{load, made_again};
use super::support::{Server, on_both, run};

/// What reads otherwise under the modes under which it is made.
const ANSI: [&str; 6] = [
    "SET NAMES utf8mb4, sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'",
    r#"CREATE PROCEDURE ansi () SELECT "what" || '\' FROM "log""#,
    r#"CREATE TRIGGER "ansi_trigger" AFTER INSERT ON "log" FOR EACH ROW SET @x = '' || NEW."what""#,
    r#"CREATE EVENT ansi_event ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' COMMENT '' DO DELETE FROM "log" WHERE "what" = ''"#,
    r#"CREATE VIEW ansi_view AS SELECT "what" || '' AS "w" FROM "log""#,
    r#"CREATE TABLE "ansi	able" ("a""b" varchar(9) DEFAULT '' COMMENT '''', "c" varchar(9) AS ("a""b" || '') STORED, "d" enum('','"'), CHECK ("a""b" <> ''))"#,
];

/// What is written in another language.
const ORACLE: [&str; 2] = [
    "SET sql_mode = 'ORACLE'",
    "CREATE PROCEDURE ora (a IN int, b OUT varchar2(9)) AS c int := 1; BEGIN b := 'x;' || a; END",
];

fn script(name: &str) -> String {
    let path = format!("{}/tests/introspect/nasty/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

on_both! {
    async fn everything_at_once_is_read_and_made_again(server: Server) {
        let script = [script("both"), script(server.dialect())].join("\n");
        let database = server.database_with("CHARACTER SET utf8mb4").await;
        let mut session = database.open().await;
        load(&mut session, &script).await.unwrap_or_else(|refused| panic!("{refused}"));
        run(&mut *session.connection, &ANSI).await;
        if server == Server::Mariadb {
            run(&mut *session.connection, &ORACLE).await;
        }
        let schema = made_again(&database, &mut database.open().await).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(schema.unsupported, []);
        println!(
            "{}: {} tables, {} sequences, {} other objects",
            server.dialect(),
            schema.tables.len(),
            schema.sequences.len(),
            schema.definitions.len(),
        );
    }
}
