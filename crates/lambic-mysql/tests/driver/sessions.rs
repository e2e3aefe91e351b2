//! The prologue, the way back to it, and settings that change what SQL means.

use std::time::Duration;

use lambic_core::{Connection, IdentifierCase, Query, Scope, Session, Value};

use crate::opening::User;
use crate::support::{Server, connect, number, on_both, rows, run, text, url_in};

/// The settings of a session that are not the server's, by name and value, but what never stands still.
async fn settings(on: &mut dyn Connection) -> Vec<Vec<Value>> {
    let server = rows(on, "SHOW GLOBAL VARIABLES").await;
    let mut settings = rows(on, "SHOW SESSION VARIABLES").await;
    let moving = |row: &[Value]| matches!(row[0].as_text(), Some("timestamp" | "statement_id"));
    settings.retain(|row| !moving(row) && !server.contains(row));
    settings
}

on_both! {
    async fn a_reset_undoes_what_outlives_a_statement(server: Server) {
        let database = server.database().await;
        let other = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)", "CREATE TABLE tmp (a INT)"]).await;
        let before = settings(&mut *on).await;
        let use_other = format!("USE {}", other.name);
        let statements = [
            "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
            "SET foreign_key_checks = 0, unique_checks = 0",
            "/*!40101 SET @OLD_SQL_MODE = @@sql_mode, SQL_NOTES = 0 */",
            "SET NAMES latin1",
            "SET collation_connection = utf8mb4_bin",
            "SET time_zone = '+03:00', lc_time_names = 'de_DE'",
            "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET lock_wait_timeout = 77, innodb_lock_wait_timeout = 88, sql_select_limit = 1",
            "SET timestamp = 1, insert_id = 7, group_concat_max_len = 5, div_precision_increment = 1",
            "SET default_storage_engine = MyISAM, max_sort_length = 64, optimizer_switch = 'mrr=off'",
            "CREATE TEMPORARY TABLE tmp (b INT)",
            "CREATE TEMPORARY TABLE IF NOT EXISTS `odd ``name` (b INT)",
            "LOCK TABLES t WRITE",
            &use_other,
            "SET autocommit = 0",
        ];
        run(&mut *on, &statements).await;
        on.reset().await.unwrap();
        assert_eq!(settings(&mut *on).await, before);
        assert_eq!(text(&mut *on, "SELECT DATABASE()").await, database.name);
        assert_eq!(number(&mut *on, "SELECT UNIX_TIMESTAMP() > 1000000000").await, 1);
        assert_eq!(rows(&mut *on, "SELECT a FROM tmp").await, [[Value::Null; 0]; 0]);
        assert!(on.execute("SELECT * FROM `odd ``name`", &[]).await.is_err());
        let mut second = database.connection().await;
        second.set_lock_timeout(Some(Duration::from_secs(1))).await.unwrap();
        run(&mut *second, &["INSERT INTO t VALUES (1)"]).await;
        assert!(!on.in_transaction().await.unwrap());
        run(&mut *on, &["INSERT INTO t VALUES (1)"]).await;
        assert_eq!(number(&mut *second, "SELECT count(*) FROM t").await, 2, "it commits by itself again");
        run(&mut *on, &["SET sql_mode = ''"]).await;
        on.reset().await.unwrap();
        assert_eq!(settings(&mut *on).await, before, "a second time too");
    }

    async fn a_reset_rolls_back_and_needs_no_change(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)", "BEGIN", "INSERT INTO t VALUES (1)"]).await;
        on.reset().await.unwrap();
        assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 0);
    }

    async fn a_role_is_given_back(server: Server) {
        let database = server.database().await;
        let role = format!("role_{}", std::process::id());
        let mut admin = server.administrator().await.connection;
        run(&mut *admin, &[&format!("DROP ROLE IF EXISTS {role}"), &format!("CREATE ROLE {role}")]).await;
        run(&mut *admin, &[&format!("GRANT ALL ON {}.* TO {role}", database.name)]).await;
        let grants = format!("SELECT ON {}.*", database.name);
        let user = User::new(server, "actor", &database.name, &grants).await;
        let account = format!("'actor_{}'@'%'", std::process::id());
        run(&mut *admin, &[&format!("GRANT {role} TO {account}")]).await;
        let mut on = connect(&user.url).await.connection;
        let before = rows(&mut *on, "SELECT CURRENT_ROLE()").await;
        run(&mut *on, &[&format!("SET ROLE {role}")]).await;
        assert_ne!(rows(&mut *on, "SELECT CURRENT_ROLE()").await, before);
        on.reset().await.unwrap();
        assert_eq!(rows(&mut *on, "SELECT CURRENT_ROLE()").await, before);
        drop(on);
        user.drop().await;
        run(&mut *admin, &[&format!("DROP ROLE {role}")]).await;
    }

    async fn the_time_to_wait_for_locks_can_be_set_and_given_back(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let query = "SELECT @@lock_wait_timeout * 1000000 + @@innodb_lock_wait_timeout";
        let own = number(&mut *on, query).await;
        on.set_lock_timeout(Some(Duration::from_millis(2500))).await.unwrap();
        run(&mut *on, &["SET lock_wait_timeout = 99"]).await;
        on.reset().await.unwrap();
        assert_eq!(number(&mut *on, query).await, 3_000_003);
        on.set_lock_timeout(Some(Duration::MAX)).await.unwrap();
        on.set_lock_timeout(Some(Duration::ZERO)).await.unwrap();
        assert!(number(&mut *on, query).await <= 1_000_001);
        on.set_lock_timeout(None).await.unwrap();
        assert_eq!(number(&mut *on, query).await, own);
    }

    /// `init_connect` runs for everybody who is no administrator, and here does something for one user alone.
    async fn a_session_quotes_as_its_mode_says(server: Server) {
        let database = server.database().await;
        let mut admin = server.administrator().await.connection;
        let name = format!("moded_{}", std::process::id());
        let modes = format!(
            "SET GLOBAL init_connect = \"SET sql_mode = IF(CURRENT_USER() LIKE '{name}@%', \
             'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', @@sql_mode)\""
        );
        run(&mut *admin, &[&modes]).await;
        let grants = format!("ALL ON {}.*", database.name);
        let user = User::new(server, "moded", &database.name, &grants).await;
        let mut quoting = connect(&user.url).await;
        // As the server is set up, whichever way that is.
        let plain = database.open().await;
        run(&mut *admin, &["SET GLOBAL init_connect = ''"]).await;
        assert!(!quoting.dialect.lexicon().backslash_escapes);

        let on = &mut *quoting.connection;
        run(on, &["CREATE TABLE \"t\" (\"a;b\" TEXT)", "INSERT INTO \"t\" VALUES ('\\')", "SELECT \"a;b\" FROM t"]).await;
        // What a lexicon quotes, its session reads as it was.
        let odd = "it's \\ \" ` ; é";
        for session in [&mut quoting, &mut { plain }] {
            let lexicon = session.dialect.lexicon().clone();
            let (name, literal) = (lexicon.quote_identifier(odd).unwrap(), lexicon.quote_text(odd).unwrap());
            let query = Query::new(format!("SELECT {literal} AS {name}"));
            let rows = session.connection.query_batch(&[query]).await.unwrap().remove(0);
            assert_eq!((rows.columns[0].as_str(), rows.rows[0][0].as_text()), (odd, Some(odd)));
            assert!(!session.dialect.classify("DROP TABLE t").command.is_empty());
        }
        drop(quoting);
        user.drop().await;
    }

    async fn names_compare_as_the_server_is_set_up(server: Server) {
        let database = server.database().await;
        assert_eq!(how_names_compare(&mut database.open().await).await, IdentifierCase::Sensitive);
    }
}

#[tokio::test]
async fn names_compare_in_lower_case_on_mysql_lower() {
    names_compare_in_lower_case("LAMBIC_TEST_MYSQL_LOWER_URL").await;
}

#[tokio::test]
async fn names_compare_in_lower_case_on_mariadb_lower() {
    names_compare_in_lower_case("LAMBIC_TEST_MARIADB_LOWER_URL").await;
}

async fn names_compare_in_lower_case(variable: &str) {
    let name = format!("Lambic_Lower_{}", std::process::id());
    let mut administrator = connect(&url_in(variable, "mysql")).await;
    run(&mut *administrator.connection, &[&format!("CREATE DATABASE {name}")]).await;
    let mut session = connect(&url_in(variable, &name)).await;
    let case = how_names_compare(&mut session).await;
    run(&mut *administrator.connection, &[&format!("DROP DATABASE {name}")]).await;
    assert_eq!(case, IdentifierCase::Lower);
}

/// What the driver says, after a look at whether that is so; and a table is found under the name that it was made with.
async fn how_names_compare(session: &mut Session) -> IdentifierCase {
    run(&mut *session.connection, &["CREATE TABLE Mixed (A INT)"]).await;
    let exact = session.connection.execute("SELECT * FROM mIXED", &[]).await.is_err();
    let kept = text(&mut *session.connection, "SHOW TABLES").await;
    let case = session.dialect.capabilities().identifier.case.clone();
    assert_eq!(exact, case == IdentifierCase::Sensitive);
    assert_eq!(kept, if case == IdentifierCase::Lower { "mixed" } else { "Mixed" });
    let scope = Scope::tables(["Mixed"]);
    let Session { connection, dialect, .. } = session;
    let read = dialect.introspect(&mut **connection, &scope).await.unwrap();
    let names: Vec<&str> = read.tables.iter().map(|table| table.name.name.as_str()).collect();
    assert_eq!(names, [kept]);
    case
}
