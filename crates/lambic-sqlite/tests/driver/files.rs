//! Opening: what is made, what is refused, and how clearly.

use std::fs;
use std::time::{Duration, Instant};

use lambic_core::{DatabaseUrl, Driver as _, ErrorKind, Query, ServerVersion, Session, Value};
use lambic_sqlite::SqliteDriver;
use tempfile::tempdir;

use crate::{connect, number, open, open_hasty, run, url};

/// The error of a URL that cannot be opened.
async fn refused(url: &str) -> lambic_core::Error {
    match connect(url).await {
        Ok(session) => panic!("{url} opened: {session:?}"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_plain_path_makes_the_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a b%?#é.db");
    let written = path.display().to_string().replace('%', "%25").replace('?', "%3F");
    let mut session = connect(&format!("sqlite:{written}")).await.unwrap();
    run(&mut *session.connection, &["CREATE TABLE t (a)"]).await;
    assert_eq!(session.dialect.name(), "sqlite");
    drop(session);
    assert!(path.is_file());
    for spelling in [format!("sqlite://{written}"), format!("file:{written}?mode=ro")] {
        let mut again = connect(&spelling).await.unwrap().connection;
        assert_eq!(number(&mut *again, "SELECT count(*) FROM t").await, 0);
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_with_a_way_out() {
    let folder = tempdir().unwrap();
    let at = |name: &str| url(&folder.path().join(name));
    fs::write(folder.path().join("text.db"), "SELECT 1;\n".repeat(200)).unwrap();
    let cases = [
        (at("none/app.db"), "sqlite.no-such-folder", ErrorKind::Connect, "none"),
        (at("text.db/app.db"), "sqlite.no-such-folder", ErrorKind::Connect, "text.db"),
        (at(""), "sqlite.is-a-folder", ErrorKind::Connect, "folder"),
        (at("app.db?mode=rw"), "sqlite.no-such-file", ErrorKind::Connect, "app.db"),
        (at("app.db?mode=ro"), "sqlite.no-such-file", ErrorKind::Connect, "app.db"),
        (at("text.db"), "sqlite.not-a-database", ErrorKind::Corrupt, "text.db"),
        (at("app.db?moed=ro"), "sqlite.url-parameter", ErrorKind::Config, "moed"),
    ];
    for (url, code, kind, named) in cases {
        let error = refused(&url).await;
        assert_eq!((error.code.as_str(), &error.kind), (code, &kind), "{url}: {error:?}");
        assert!(error.message.contains(named), "{url}: {error:?}");
        assert!(error.hint.is_some(), "{url}: {error:?}");
    }
    assert!(!folder.path().join("app.db").exists(), "a refusal must make no file");
}

#[tokio::test]
async fn a_relative_path_as_sqlalchemy_writes_it_is_not_made_in_the_root() {
    // The package's folder is the current one, and its manifest stands for a database file.
    let error = refused("sqlite:///Cargo.toml").await;
    assert_eq!(error.code, "sqlite.no-such-file");
    assert!(error.hint.as_ref().unwrap().contains("sqlite:Cargo.toml"), "{error:?}");
}

#[tokio::test]
async fn a_file_that_may_not_be_written_is_refused_when_it_is_written() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    run(&mut *open(&path).await, &["CREATE TABLE t (a)"]).await;
    let mut on = connect(&format!("{}?mode=ro", url(&path))).await.unwrap().connection;
    assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 0);
    for error in [
        on.execute("INSERT INTO t VALUES (1)", &[]).await.unwrap_err(),
        on.begin(&lambic_core::TransactionOptions::default()).await.unwrap_err(),
    ] {
        assert_eq!((error.kind.as_str(), error.code.as_str()), ("permission", "sqlite.read-only"));
        assert!(error.hint.as_ref().unwrap().contains("mode=ro"));
    }
    assert!(!on.in_transaction().await.unwrap());
}

#[tokio::test]
async fn damage_is_named() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut on = open(&path).await;
    run(&mut *on, &["CREATE TABLE t (a)", "INSERT INTO t VALUES (randomblob(20000))"]).await;
    drop(on);
    let mut bytes = fs::read(&path).unwrap();
    bytes[100..4096].fill(0xff);
    fs::write(&path, bytes).unwrap();
    // The header is sound, so that opening succeeds: the schema is read when it is needed.
    let error = open(&path).await.execute("SELECT * FROM t", &[]).await.unwrap_err();
    assert_eq!((error.kind.as_str(), error.code.as_str()), ("corrupt", "sqlite.corrupt"), "{error:?}");
    assert!(error.hint.is_some());
}

#[tokio::test]
async fn the_journal_mode_is_left_as_found() {
    let folder = tempdir().unwrap();
    for mode in ["wal", "delete"] {
        let path = folder.path().join(mode);
        let mut on = open(&path).await;
        run(&mut *on, &[&format!("PRAGMA journal_mode = {mode}"), "CREATE TABLE t (a)"]).await;
        on.reset().await.unwrap();
        drop(on);
        let mut on = open(&path).await;
        run(&mut *on, &["INSERT INTO t VALUES (1)"]).await;
        on.reset().await.unwrap();
        assert_eq!(crate::value(&mut *on, "PRAGMA journal_mode").await.as_text(), Some(mode));
    }
}

#[tokio::test]
async fn dropping_a_session_releases_the_file_even_in_the_middle_of_a_statement() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut holder = open(&path).await;
    run(&mut *holder, &["PRAGMA journal_mode = WAL", "CREATE TABLE t (a)", "BEGIN IMMEDIATE"]).await;
    let endless = holder.execute(crate::ENDLESS, &[]);
    let timeout = tokio::time::timeout(Duration::from_millis(30), endless).await;
    assert!(timeout.is_err(), "the statement is endless");
    let dropped = Instant::now();
    drop(holder);
    assert!(dropped.elapsed() < Duration::from_secs(25));
    assert!(!folder.path().join("app.db-wal").exists(), "the last session has closed the database");
    run(&mut *open_hasty(&path).await, &["INSERT INTO t VALUES (1)"]).await;
}

#[tokio::test]
async fn sessions_of_one_named_memory_share_it() {
    let Session { mut connection, .. } = connect("file:shared-one?mode=memory&cache=shared").await.unwrap();
    run(&mut *connection, &["CREATE TABLE t (a)"]).await;
    let mut other = connect("file:shared-one?mode=memory&cache=shared").await.unwrap().connection;
    assert_eq!(number(&mut *other, "SELECT count(*) FROM t").await, 0);
}

/// As an application writes it that shares its database in memory with a migrator.
#[tokio::test]
async fn sessions_share_the_memory_without_a_name_if_the_url_says_so() {
    let shared = "file::memory:?cache=shared";
    let application = rusqlite::Connection::open(shared).unwrap();
    let mut on = connect(shared).await.unwrap().connection;
    run(&mut *on, &["CREATE TABLE t (a)"]).await;
    application.execute_batch("INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 1);
}

#[test]
fn versions_that_are_too_old_or_no_sqlite_3_are_refused() {
    let version = |text| ServerVersion::parse(text).unwrap();
    let newest = SqliteDriver.dialect("sqlite", None).unwrap();
    assert!(*newest.version() >= version("3.53"));
    for (text, supported) in
        [("3.37", true), ("3.60.1", true), ("3.36.9", false), ("4.0", false), ("2.8", false)]
    {
        let dialect = SqliteDriver.dialect("sqlite", Some(&version(text)));
        assert_eq!(dialect.is_ok(), supported, "{text}");
        if let Err(error) = dialect {
            assert_eq!(error.kind, ErrorKind::Unsupported);
        }
    }
}

#[tokio::test]
async fn opening_waits_for_a_session_that_keeps_readers_out() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut holder = open(&path).await;
    run(&mut *holder, &["CREATE TABLE t (a)", "BEGIN EXCLUSIVE"]).await;
    let started = Instant::now();
    let error = refused(&format!("{}?busy_timeout=200", url(&path))).await;
    assert!(started.elapsed() >= Duration::from_millis(190), "{:?}", started.elapsed());
    assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Locked, "sqlite.busy"));
    assert!(error.message.contains("app.db"), "{error:?}");
}

#[tokio::test]
async fn looking_makes_no_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let url = DatabaseUrl::parse(&format!("sqlite:{}", path.display())).unwrap();
    let mut session = SqliteDriver.connect(&url.for_reading()).await.unwrap();
    let rows =
        session.connection.query_batch(&[Query::new("SELECT count(*) FROM sqlite_schema")]).await.unwrap();
    assert_eq!(rows[0].rows, [[Value::Integer(0)]]);
    drop(session);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    let mut session = SqliteDriver.connect(&url).await.unwrap();
    session.connection.execute("CREATE TABLE t (a)", &[]).await.unwrap();
    drop(session);
    let mut session = SqliteDriver.connect(&url.for_reading()).await.unwrap();
    let rows =
        session.connection.query_batch(&[Query::new("SELECT count(*) FROM sqlite_schema")]).await.unwrap();
    assert_eq!(rows[0].rows, [[Value::Integer(1)]]);

    let missing = DatabaseUrl::parse(&format!("sqlite:{}/no/app.db", folder.path().display())).unwrap();
    assert_eq!(SqliteDriver.connect(&missing.for_reading()).await.unwrap_err().code, "sqlite.no-such-folder");
}
