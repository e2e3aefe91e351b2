//! The prologue, the way back to it, and scratch databases.

use std::sync::{Mutex, MutexGuard, PoisonError};

use lambic_core::{Connection, ErrorKind, Query, ScratchSupport, Value};

use crate::support::{Database, Server, connect, runtime, with_database};

/// Whoever makes a scratch database sweeps what others left: a test that leaves something is alone with it.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn text(on: &mut dyn Connection, sql: &str) -> String {
    let rows = on.query_batch(&[Query::new(sql)]).await.unwrap();
    match &rows[0].rows[0][0] {
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_session_introduces_itself() {
    let mut database = Database::new(Server::V15);
    assert_eq!(database.text("SHOW application_name"), "lambic");
    assert_eq!(database.text("SHOW client_encoding"), "UTF8");
    let url = format!("{}?application_name=mine&options=-cTimeZone%3DAsia/Tokyo", database.url());
    runtime().block_on(async {
        let mut session = connect(&url).await.unwrap();
        assert_eq!(text(session.connection.as_mut(), "SHOW application_name").await, "mine");
        assert_eq!(text(session.connection.as_mut(), "SHOW TimeZone").await, "Asia/Tokyo");
    });
}

#[test]
fn a_reset_undoes_what_outlives_a_statement() {
    for server in Server::ALL {
        let mut database = Database::new(server);
        let role = format!("{}_other", database.name);
        let settings = "SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings \
                        WHERE name NOT IN ('transaction_timeout')";
        let before = database.text(settings);
        database.load(&format!(
            "CREATE ROLE {role}; CREATE SEQUENCE s; SELECT nextval('s');
             SET search_path = pg_catalog; SET DateStyle = 'SQL'; SET standard_conforming_strings = off;
             SET client_min_messages = error; SET work_mem = '1MB'; SET lock_timeout = '9s'; SET application_name = 'x';
             SET bytea_output = 'escape'; SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; SET a.b = 'c';
             SET TRANSACTION READ WRITE"
        ));
        database.load(
            "BEGIN; SET TRANSACTION READ WRITE; CREATE TEMP TABLE tmp (a int); LISTEN x; PREPARE \"p\"\"q\" AS SELECT 1; \
             DECLARE c CURSOR WITH HOLD FOR SELECT 1; COMMIT",
        );
        database.load(&format!("SET SESSION AUTHORIZATION {role}"));
        assert_ne!(database.text(settings), before);
        database.execute("BEGIN").unwrap();
        database.with(async |on| on.reset().await).unwrap();
        assert!(!database.with(async |on| on.in_transaction().await.unwrap()));
        assert_eq!(database.text(settings), before);
        for sql in [
            "SELECT count(*) FROM pg_prepared_statements WHERE from_sql",
            "SELECT count(*) FROM pg_cursors WHERE name = 'c'",
            "SELECT count(*) FROM pg_listening_channels()",
            "SELECT count(*) FROM pg_class WHERE relname = 'tmp'",
        ] {
            assert_eq!(database.text(sql), "0", "{sql}");
        }
        assert_eq!(database.text("SELECT current_user = session_user AND current_user <> $$x$$"), "true");
        assert!(database.execute("SELECT lastval()").is_err());
        database.load(&format!("DROP ROLE {role}"));
    }
}

#[test]
fn scratch_databases_are_empty_and_apart() {
    let _alone = alone();
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a int)");
    assert_eq!(database.session.dialect.capabilities().scratch, ScratchSupport::Database);
    let dialect = std::sync::Arc::clone(&database.session.dialect);
    let name = database.with(async |on| {
        let mut scratch = dialect.scratch(on).await.unwrap();
        let inside = scratch.session.connection.as_mut();
        assert_eq!(text(inside, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, "Integer(0)");
        let locale = "SELECT datcollate || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()";
        assert_eq!(text(inside, locale).await, text(on, locale).await);
        inside.execute("CREATE TABLE s (a int)", &[]).await.unwrap();
        let name = scratch.name.clone();
        assert_eq!(text(inside, "SELECT current_database()").await, name);
        dialect.drop_scratch(on, scratch).await.unwrap();
        name
    });
    assert!(name.starts_with("lambic_scratch_"));
    assert_eq!(database.text(&format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'")), "0");
}

/// Whose locales are ICU's, or the server's own.
#[test]
fn a_scratch_database_sorts_as_its_model() {
    let _alone = alone();
    for (server, options) in [
        (Server::V15, "LOCALE_PROVIDER icu ICU_LOCALE 'de'"),
        (Server::V18, "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"),
    ] {
        let mut administrator = Database::new(server);
        let name = format!("{}_sorted", administrator.name);
        administrator.load(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {options}"));
        let mut session = administrator.wait(connect(&with_database(&server.url(), &name))).unwrap();
        let dialect = std::sync::Arc::clone(&session.dialect);
        administrator.wait(async {
            let on = session.connection.as_mut();
            let mut scratch = dialect.scratch(on).await.unwrap();
            let locale = "SELECT (to_jsonb(d) - '{oid,datname,datfrozenxid,datminmxid,datacl,datdba}'::text[])::text \
                          FROM pg_database AS d WHERE datname = current_database()";
            let like = text(scratch.session.connection.as_mut(), locale).await;
            assert!(like.contains("provider"), "{like}");
            assert_eq!(like, text(on, locale).await);
            dialect.drop_scratch(on, scratch).await.unwrap();
        });
        drop(session);
        administrator.load(&format!("DROP DATABASE {name} WITH (FORCE)"));
    }
}

#[test]
fn what_a_process_left_that_died_is_removed() {
    let _alone = alone();
    let mut database = Database::new(Server::V15);
    let own = |age: &str| format!("lambic_scratch_1_{age}_{}", database.name.replace("t_", ""));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let (left, used, new, foreign) = (own("1"), own("2"), own(&now.to_string()), own("x"));
    for name in [&left, &used, &new, &foreign] {
        database.load(&format!("CREATE DATABASE {name}"));
    }
    let inside = database.wait(connect(&with_database(&Server::V15.url(), &used))).unwrap();
    let dialect = std::sync::Arc::clone(&database.session.dialect);
    database.with(async |on| {
        let scratch = dialect.scratch(on).await.unwrap();
        dialect.drop_scratch(on, scratch).await.unwrap();
    });
    let mut there =
        |name: &str| database.text(&format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'"));
    assert_eq!([&left, &used, &new, &foreign].map(|name| there(name)), ["0", "1", "1", "1"]);
    drop(inside);
    for name in [&used, &new, &foreign] {
        database.load(&format!("DROP DATABASE {name} WITH (FORCE)"));
    }
}

#[test]
fn a_scratch_database_needs_a_privilege_that_is_named() {
    let _alone = alone();
    let mut database = Database::new(Server::V15);
    let role = format!("{}_poor", database.name);
    database.load(&format!("CREATE ROLE {role}; SET SESSION AUTHORIZATION {role}"));
    let dialect = std::sync::Arc::clone(&database.session.dialect);
    let error = database.with(async |on| dialect.scratch(on).await.unwrap_err());
    assert_eq!(error.kind, ErrorKind::Permission);
    assert!(
        error.message.contains("scratch") && error.hint.as_ref().unwrap().contains("CREATEDB"),
        "{error:?}"
    );
    database.load(&format!("RESET SESSION AUTHORIZATION; DROP ROLE {role}"));
}

#[test]
fn a_session_ends_when_it_is_dropped() {
    let mut database = Database::new(Server::V15);
    let url = database.url();
    let number = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dropped'";
    let session = database.wait(connect(&format!("{url}?application_name=dropped"))).unwrap();
    assert_eq!(database.text(number), "1");
    drop(session);
    database.until(number, "0");
}
