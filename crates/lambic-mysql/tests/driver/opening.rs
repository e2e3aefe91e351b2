//! Opening a session, and what is said when it cannot be opened.

use std::net::TcpListener;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use lambic_core::{DatabaseUrl, Driver as _, Error, ErrorKind, ServerVersion};
use lambic_mysql::MysqlDriver;

use crate::fake::Fake;
use crate::support::{Server, connect, number, on_both, run, text, try_connect};

async fn refused(url: &str) -> Error {
    let error = try_connect(url).await.expect_err(url);
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    error
}

fn told(error: &Error) -> (&str, &str) {
    (error.kind.as_str(), error.code.as_str())
}

on_both! {
    async fn either_scheme_opens_what_answers(server: Server) {
        let database = server.database().await;
        let (_, rest) = database.url.split_once("://").unwrap();
        for scheme in ["mysql", "mariadb", "mysql+pymysql", "mariadb+mariadbconnector"] {
            let mut session = connect(&format!("{scheme}://{rest}")).await;
            assert_eq!(session.dialect.name(), server.dialect());
            assert_eq!(session.namespace.as_deref(), Some(database.name.as_str()));
            assert!(!session.connection.in_transaction().await.unwrap());
            let version = text(&mut *session.connection, "SELECT VERSION()").await;
            assert_eq!(ServerVersion::parse(&version).as_ref(), Some(session.dialect.version()));
        }
    }

    async fn a_session_begins_in_the_prologue(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        for (setting, expected) in [("autocommit", 1), ("foreign_key_checks", 1), ("unique_checks", 1)] {
            assert_eq!(number(&mut *on, &format!("SELECT @@{setting}")).await, expected, "{setting}");
        }
        for setting in ["lock_wait_timeout", "innodb_lock_wait_timeout"] {
            let seconds = number(&mut *on, &format!("SELECT @@{setting}")).await;
            assert!((1..=60).contains(&seconds), "{setting}: {seconds}");
        }
        assert_eq!(text(&mut *on, "SELECT @@character_set_connection").await, "utf8mb4");
        assert_eq!(
            text(&mut *on, "SELECT @@sql_mode").await,
            text(&mut *on, "SELECT @@GLOBAL.sql_mode").await,
            "scripts mean what they mean on this server"
        );
    }

    async fn a_port_is_not_left_for_a_socket(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let host = text(&mut *on, "SELECT CONCAT(HOST, '') FROM information_schema.PROCESSLIST \
                                   WHERE ID = CONNECTION_ID()").await;
        assert!(host.contains(':'), "a connection by TCP comes from a port: {host}");
    }

    async fn a_wrong_password_names_host_and_user(server: Server) {
        let database = server.database().await;
        let error = refused(&server.url_of("root", "s3cret", &database.name)).await;
        assert_eq!(told(&error), ("auth", "mysql.login"));
        let (host, port) = server.address();
        for part in [format!("{host}:{port}"), "root".to_owned()] {
            assert!(error.message.contains(&part), "{error}");
        }
        assert_eq!(error.database.as_ref().unwrap().code, Some(1045));
        assert!(error.hint.as_ref().unwrap().contains("password"));
    }

    async fn an_unknown_database_is_named(server: Server) {
        let error = refused(&server.url("no_such_database")).await;
        assert_eq!(told(&error), ("refused", "mysql.unknown-database"));
        assert!(error.message.contains("no_such_database") && error.hint.is_some(), "{error:?}");
    }

    async fn a_database_that_the_user_may_not_see_is_named(server: Server) {
        let database = server.database().await;
        let user = User::new(server, "nothing", &database.name, "USAGE ON *.*").await;
        let error = refused(&user.url).await;
        assert_eq!(told(&error), ("permission", "mysql.permission"));
        assert!(error.hint.as_ref().unwrap().contains(&format!("ON `{}`.*", database.name)), "{error:?}");
        user.drop().await;
    }

    async fn a_missing_privilege_is_named_with_what_it_is_on(server: Server) {
        let database = server.database().await;
        run(&mut *database.connection().await, &["CREATE TABLE t (a INT)"]).await;
        let user = User::new(server, "reader", &database.name, &format!("SELECT ON {}.*", database.name)).await;
        let mut on = connect(&user.url).await.connection;
        assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 0);
        for (sql, privilege) in [("INSERT INTO t VALUES (1)", "INSERT"), ("DROP TABLE t", "DROP")] {
            let error = on.execute(sql, &[]).await.unwrap_err();
            assert_eq!(told(&error), ("permission", "mysql.permission"));
            assert!(error.message.contains(privilege) && error.message.contains('t'), "{error:?}");
            let hint = error.hint.as_ref().unwrap();
            assert!(hint.contains(&format!("GRANT {privilege} ON `{}`.* TO", database.name)), "{hint}");
        }
        drop(on);
        user.drop().await;
    }
}

/// A user of a test's own.
pub(crate) struct User {
    server: Server,
    name: String,
    pub(crate) url: String,
}

impl User {
    pub(crate) async fn new(server: Server, name: &str, database: &str, grants: &str) -> Self {
        let name = format!("{name}_{}", std::process::id());
        let account = format!("'{name}'@'%'");
        let mut on = server.administrator().await.connection;
        run(
            &mut *on,
            &[
                &format!("DROP USER IF EXISTS {account}"),
                &format!("CREATE USER {account} IDENTIFIED BY 's3cret'"),
                &format!("GRANT {grants} TO {account}"),
            ],
        )
        .await;
        Self { server, url: server.url_of(&name, "s3cret", database), name }
    }

    /// Gives the user more privileges.
    pub(crate) async fn grant(&self, privileges: &str) {
        let mut on = self.server.administrator().await.connection;
        run(&mut *on, &[&format!("GRANT {privileges} TO '{}'@'%'", self.name)]).await;
    }

    pub(crate) async fn drop(self) {
        let mut on = self.server.administrator().await.connection;
        run(&mut *on, &[&format!("DROP USER '{}'@'%'", self.name)]).await;
    }
}

#[test]
fn without_a_runtime_there_is_no_session() {
    let url = DatabaseUrl::parse("mysql://ann@db.invalid/shop").unwrap();
    let opening = pin!(MysqlDriver.connect(&url));
    match opening.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Err(error)) => assert_eq!(told(&error), ("usage", "mysql.no-runtime")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_unknown_host_and_a_closed_port_are_named() {
    let error = refused("mysql://ann:s3cret@no-such-host.invalid/db").await;
    assert_eq!(told(&error), ("connect", "mysql.connect"));
    assert!(error.message.contains("no-such-host.invalid:3306"), "{error}");

    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = refused(&format!("mysql://ann:s3cret@127.0.0.1:{port}/db")).await;
    assert_eq!(told(&error), ("connect", "mysql.connect"));
    assert!(error.message.contains(&port.to_string()) && error.hint.is_some(), "{error:?}");

    let error = refused("mysql:///db?socket=/no/such.sock").await;
    assert_eq!(told(&error), ("connect", "mysql.connect"));
    assert!(error.message.contains("/no/such.sock"), "{error}");
}

#[tokio::test]
async fn what_listens_and_says_nothing_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let started = Instant::now();
    let error = refused(&format!("mysql://ann:s3cret@127.0.0.1:{port}/db?connect_timeout=1")).await;
    assert_eq!(told(&error), ("connect", "mysql.connect-timeout"));
    // Without a word of the URL it would be 10 s.
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn what_listens_and_is_no_server_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            use std::io::Write as _;
            let _ = { client }.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let error = refused(&format!("mysql://ann:s3cret@127.0.0.1:{port}/db")).await;
    assert_eq!(error.kind, ErrorKind::Connect, "{error:?}");
}

#[tokio::test]
async fn old_servers_and_others_that_speak_the_protocol_are_refused() {
    let cases = [
        ("5.7.44-log", "MySQL Community Server (GPL)", "mysql.version", "MySQL 5.7.44"),
        ("5.5.5-10.5.29-MariaDB", "mariadb.org binary distribution", "mysql.version", "MariaDB"),
        ("8.0.11-TiDB-v8.5.0", "TiDB Server", "mysql.flavor", "TiDB"),
        ("8.0.30-Vitess", "Version: 21.0.0", "mysql.flavor", "Vitess"),
        ("8.0.33", "StarRocks version 3.3.2", "mysql.flavor", "StarRocks"),
    ];
    for (version, comment, code, named) in cases {
        let error = refused(&Fake { version, comment }.start()).await;
        assert_eq!(told(&error), ("unsupported", code), "{version}");
        assert!(error.message.contains(named) && error.hint.is_some(), "{error:?}");
    }
    let session = connect(&Fake { version: "8.4.6", comment: "MySQL" }.start()).await;
    assert_eq!((session.dialect.name(), session.dialect.version().minor), ("mysql", 4));
}

#[test]
fn a_dialect_needs_no_server() {
    assert_eq!(MysqlDriver.info().dialects, ["mysql", "mariadb"]);
    let version = ServerVersion::parse("10.6").unwrap();
    let dialect = MysqlDriver.dialect("mariadb", Some(&version)).unwrap();
    assert_eq!((dialect.name(), dialect.version()), ("mariadb", &version));
    let old = ServerVersion::parse("5.7").unwrap();
    assert_eq!(MysqlDriver.dialect("mysql", Some(&old)).unwrap_err().kind, ErrorKind::Unsupported);
    assert_eq!(MysqlDriver.dialect("sqlite", None).unwrap_err().kind, ErrorKind::Unsupported);
}
