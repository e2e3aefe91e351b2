//! Who reads, under which settings, and how much.

use lambic_core::schema::{ObjectKind, QualifiedName};
use lambic_core::{ErrorKind, Schema, Scope};

use super::again::{difference, load};
use super::support::{Database, Server, introspect, number, on_both, rows, run, text};

const EVERYTHING: &str = "CREATE TABLE p (id int PRIMARY KEY, d date, KEY k (d)) COMMENT 'a \\\\ b';
    CREATE TABLE t (a int DEFAULT 1, b varchar(20) DEFAULT 'it''s \\\\ \"x\"', c varchar(40) AS (concat(b, '\\\\\"')) VIRTUAL, f text,
        CHECK (b <> '\\\\'), FULLTEXT KEY w (f), CONSTRAINT r FOREIGN KEY (a) REFERENCES p (id));
    CREATE TABLE h (id int) PARTITION BY HASH (id) PARTITIONS 2;
    CREATE VIEW v AS SELECT t.a, 'x\\\\\"' AS b FROM t;
    CREATE FUNCTION f () RETURNS int DETERMINISTIC RETURN 1; CREATE PROCEDURE q () SELECT 1;
    CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;
    CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' DISABLE DO SELECT 1";

pub(crate) async fn everything(server: Server) -> (Database, Schema) {
    let database = server.database_with("CHARACTER SET utf8mb4").await;
    let mut session = database.open().await;
    load(&mut session, EVERYTHING).await.unwrap();
    let schema = introspect(&mut session).await;
    assert_eq!(schema.unsupported, []);
    (database, schema)
}

/// A user with these privileges; its URL for the database.
pub(crate) async fn user(server: Server, database: &Database, grants: &[&str]) -> (String, String) {
    let name = format!("u_{}", database.name.trim_start_matches("lambic_test_"));
    let mut session = server.administrator().await;
    let mut sql = vec![format!("CREATE USER {name}@'%' IDENTIFIED BY 'secret'")];
    sql.extend(
        grants.iter().map(|grant| format!("GRANT {grant} TO {name}@'%'").replace("DB", &database.name)),
    );
    run(&mut *session.connection, &sql.iter().map(String::as_str).collect::<Vec<_>>()).await;
    (server.url_of(&name, "secret", &database.name), format!("DROP USER {name}@'%'"))
}

on_both! {
    async fn settings_of_the_session_change_nothing_and_are_put_back(server: Server) {
        let (database, schema) = everything(server).await;
        for mode in ["ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ANSI,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT", ""] {
            let mut session = database.open().await;
            let set = format!("SET sql_mode = '{mode}', sql_quote_show_create = 0");
            let other = "SET NAMES utf8mb4 COLLATE utf8mb4_bin";
            let small = "SET sql_select_limit = 1, sql_big_selects = 0, max_join_size = 2, max_error_count = 0, sql_big_selects = 0";
            run(&mut *session.connection, &[other, small, &set]).await;
            let state = "SELECT CONCAT_WS(' ', @@sql_mode, @@sql_quote_show_create, @@sql_select_limit, @@sql_big_selects, @@max_error_count, @@collation_connection, @@character_set_client, @@character_set_results)";
            let before = text(&mut *session.connection, state).await;
            let found = introspect(&mut session).await;
            assert!(found == schema, "{mode}: {}", difference(&schema, &found));
            assert_eq!(text(&mut *session.connection, state).await, before);
        }
    }

    async fn a_session_reads_without_a_limit_from_the_start_and_again(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        let state = "SELECT CONCAT(@@sql_select_limit, ' ', @@sql_big_selects + 0)";
        assert_eq!(text(&mut *session.connection, state).await, "18446744073709551615 1");
        run(&mut *session.connection, &["SET sql_select_limit = 0, sql_big_selects = 0, @x = 1"]).await;
        session.connection.reset().await.unwrap();
        assert_eq!(text(&mut *session.connection, state).await, "18446744073709551615 1");
    }

    async fn settings_are_put_back_after_an_error(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        run(&mut *session.connection, &["SET sql_mode = 'ANSI_QUOTES'"]).await;
        let scope = Scope { namespaces: Some(vec!["no_such_database".to_owned()]), ..Scope::default() };
        let error = session.dialect.introspect(&mut *session.connection, &scope).await.unwrap_err();
        assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Usage, "introspect.unknown-database"));
        assert_eq!(text(&mut *session.connection, "SELECT @@sql_mode").await, "ANSI_QUOTES");
    }

    async fn other_databases_are_read_where_the_scope_names_them(server: Server) {
        let (database, schema) = everything(server).await;
        let other = server.database_with("CHARACTER SET latin1").await;
        let mut session = other.open().await;
        let scope = Scope { namespaces: Some(vec![database.name.clone(), other.name.clone()]), ..Scope::default() };
        load(&mut session, &format!("CREATE TABLE own (a int, FOREIGN KEY (a) REFERENCES {}.p (id))", database.name)).await.unwrap();
        let found = session.dialect.introspect(&mut *session.connection, &scope).await.unwrap();
        let namespace = found.namespaces.iter().next().unwrap();
        assert_eq!((found.namespaces.len(), &namespace.name), (1, &database.name));
        assert_eq!(namespace.options["charset"], "utf8mb4");
        assert_eq!(found.tables.len(), schema.tables.len() + 1);
        let own = found.tables.get(&QualifiedName::bare("own")).unwrap();
        assert_eq!(own.foreign_keys[0].references, QualifiedName::within(&database.name, "p"));
        assert_eq!(found.definitions.len(), schema.definitions.len());
        let named = format!("`{}`.", database.name);
        for definition in &found.definitions {
            assert_eq!(definition.id.name.namespace.as_ref(), Some(&database.name));
            assert!(definition.definition.contains(&named), "{}", definition.definition);
        }
        let t = found.tables.get(&QualifiedName::within(&database.name, "t")).unwrap();
        assert_eq!(t.foreign_keys[0].references, QualifiedName::within(&database.name, "p"));
    }

    async fn every_row_of_the_catalog_is_managed(server: Server) {
        let (database, schema) = everything(server).await;
        let mut session = database.open().await;
        let count = async |session: &mut lambic_core::Session, view: &str, column: &str, more: &str| {
            let sql = format!("SELECT COUNT(*) FROM information_schema.{view} WHERE {column} = '{}' {more}", database.name);
            usize::try_from(number(&mut *session.connection, &sql).await).unwrap()
        };
        let of = |kind: &ObjectKind| schema.definitions.iter().filter(|one| one.id.kind == *kind).count();
        let tables: Vec<_> = schema.tables.iter().collect();
        let sum = |part: fn(&lambic_core::Table) -> usize| tables.iter().map(|table| part(table)).sum::<usize>();
        let not_views = "AND TABLE_NAME <> 'v'";
        let expected = [
            (count(&mut session, "TABLES", "TABLE_SCHEMA", "").await, tables.len() + of(&ObjectKind::View)),
            (count(&mut session, "COLUMNS", "TABLE_SCHEMA", not_views).await, sum(|table| table.columns.len())),
            // One index came with the foreign key.
            (count(&mut session, "STATISTICS", "TABLE_SCHEMA", "").await, 1 + sum(|table| {
                table.indexes.iter().map(|index| index.parts.len()).sum::<usize>()
                    + table.primary_key.as_ref().map_or(0, |key| key.columns.len())
            })),
            (count(&mut session, "TABLE_CONSTRAINTS", "TABLE_SCHEMA", "AND CONSTRAINT_TYPE = 'CHECK'").await, sum(|table| table.checks.len())),
            (count(&mut session, "REFERENTIAL_CONSTRAINTS", "CONSTRAINT_SCHEMA", "").await, sum(|table| table.foreign_keys.len())),
            (count(&mut session, "VIEWS", "TABLE_SCHEMA", "").await, of(&ObjectKind::View)),
            (count(&mut session, "ROUTINES", "ROUTINE_SCHEMA", "").await, of(&ObjectKind::Function) + of(&ObjectKind::Procedure)),
            (count(&mut session, "TRIGGERS", "EVENT_OBJECT_SCHEMA", "").await, of(&ObjectKind::Trigger)),
            (count(&mut session, "EVENTS", "EVENT_SCHEMA", "").await, of(&ObjectKind::Event)),
        ];
        for (at, (rows, managed)) in expected.into_iter().enumerate() {
            assert_eq!(rows, managed, "view {at}");
            assert!(rows > 0, "view {at}");
        }
    }

    async fn round_trips_do_not_depend_on_the_number_of_tables(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        let asked = async |session: &mut lambic_core::Session| {
            let sql = "SHOW SESSION STATUS WHERE Variable_name IN ('Com_select', 'Com_stmt_execute', 'Com_set_option')";
            let counted = rows(&mut *session.connection, sql).await;
            counted.iter().map(|row| row[1].as_text().unwrap().parse::<i64>().unwrap()).sum::<i64>()
        };
        let mut costs = Vec::new();
        introspect(&mut session).await;
        for number in 0..12 {
            load(&mut session, &format!("CREATE TABLE t{number} (a int, KEY (a))")).await.unwrap();
            let before = asked(&mut session).await;
            assert_eq!(introspect(&mut session).await.tables.len(), number + 1);
            costs.push(asked(&mut session).await - before);
        }
        assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
    }
}

#[tokio::test]
async fn views_that_are_not_valid_are_found_without_room_for_warnings_mariadb() {
    let database = Server::Mariadb.database().await;
    let mut session = database.open().await;
    let make = ["CREATE TABLE t (a int)", "CREATE VIEW v AS SELECT a FROM t", "DROP TABLE t"];
    run(&mut *session.connection, &make).await;
    run(&mut *session.connection, &["SET max_error_count = 0"]).await;
    let schema = introspect(&mut session).await;
    let found: Vec<_> = schema.unsupported.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
    assert_eq!((found, schema.definitions.len()), (vec![("view", "v")], 0));
}

pub(crate) async fn drop_user(server: Server, sql: &str) {
    run(&mut *server.administrator().await.connection, &[sql]).await;
}

#[tokio::test]
async fn things_without_a_place_in_the_model_are_reported_mysql() {
    let database = Server::Mysql.database().await;
    let mut session = database.open().await;
    load(&mut session, "CREATE LIBRARY l LANGUAGE JAVASCRIPT AS 'export function f() { return 1 }'")
        .await
        .unwrap();
    let schema = introspect(&mut session).await;
    let found: Vec<_> = schema.unsupported.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
    assert_eq!(found, [("library", "l")]);
}

#[tokio::test]
async fn things_without_a_place_in_the_model_are_reported_mariadb() {
    let database = Server::Mariadb.database().await;
    let mut session = database.open().await;
    let statements = [
        "SET sql_mode = 'ORACLE'",
        "CREATE PACKAGE pk AS FUNCTION f RETURN int; END",
        "CREATE PACKAGE BODY pk AS FUNCTION f RETURN int AS BEGIN RETURN 1; END; END",
        "CREATE TABLE t (a int, KEY (a)) ENGINE=MyISAM",
        "CREATE TABLE w (a varchar(9), b varchar(30) AS (concat(a, '😀')), CONSTRAINT c CHECK (a <> '😀'))",
        "SET sql_mode = 'IGNORE_BAD_TABLE_OPTIONS'",
        "CREATE TABLE o (a int) `nobodys`='1'",
        "CREATE TABLE q (a int NOT NULL) ENGINE=CSV IETF_QUOTES=1",
        "CREATE SEQUENCE s ENGINE=MyISAM",
    ];
    run(&mut *session.connection, &statements).await;
    let schema = introspect(&mut session).await;
    let found: Vec<_> = schema.unsupported.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
    let wanted = [
        ("expression", "w.b"),
        ("expression", "w.c"),
        ("option of a table", "o"),
        ("option of a table", "q"),
        ("package", "pk"),
        ("package body", "pk"),
        ("sequence", "s"),
    ];
    assert_eq!(found, wanted);
}
