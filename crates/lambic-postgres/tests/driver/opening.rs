//! Opening a session, and every reason why there is none.

use std::io::Write as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use lambic_core::{DatabaseUrl, Driver as _, Error, ErrorKind, ServerVersion, Session};
use lambic_postgres::PostgresDriver;

use crate::proxy::{listen, pretend};
use crate::support::{Database, Server, connect, runtime, with_database};

/// A URL taken apart.
pub(crate) struct Parts {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) port: u16,
}

pub(crate) fn parts(url: &str) -> Parts {
    let rest = url.split_once("://").unwrap().1;
    let (user_info, rest) = rest.rsplit_once('@').unwrap();
    let (user, password) = user_info.split_once(':').unwrap();
    let port = rest.split_once('/').unwrap().0.split_once(':').unwrap().1;
    Parts { user: user.to_owned(), password: password.to_owned(), port: port.parse().unwrap() }
}

/// The error of opening a session, which shows no password.
fn refusal(url: &str) -> Error {
    let Parts { password, .. } = parts(&Server::V15.url());
    let error = runtime().block_on(connect(url)).map(|_| ()).unwrap_err();
    let shown = format!("{error:?} {error}");
    assert!(!shown.contains(&password) && !shown.contains("wr0ng"), "{shown}");
    error
}

fn open(url: &str) -> Result<String, Error> {
    let runtime = runtime();
    runtime.block_on(async {
        let mut session = connect(url).await?;
        let query = lambic_core::Query::new("SELECT current_database() || ' ' || current_user");
        let rows = session.connection.query_batch(&[query]).await?;
        Ok(rows[0].rows[0][0].as_text().unwrap().to_owned())
    })
}

#[test]
fn a_session_knows_its_server() {
    for server in Server::ALL {
        let mut database = Database::new(server);
        let number = database.text("SHOW server_version_num").parse::<u32>().unwrap();
        let Session { dialect, namespace, connection } = &database.session;
        assert_eq!((dialect.name(), dialect.version().major), ("postgres", number / 10_000));
        assert_eq!(namespace.as_deref(), Some("public"));
        assert_eq!(connection.id().driver, "postgres");
    }
}

#[test]
fn the_namespace_is_the_current_schema() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE SCHEMA app");
    let namespace = |options: &str| {
        let url = format!("{}?options={options}", database.url());
        runtime().block_on(async { connect(&url).await.unwrap().namespace })
    };
    assert_eq!(namespace("-csearch_path%3Dapp%2Cpublic").as_deref(), Some("app"));
    assert_eq!(namespace("-csearch_path%3Dnowhere"), None);
}

#[test]
fn a_wrong_password_is_said() {
    let Parts { user, port, .. } = parts(&Server::V15.url());
    let error = refusal(&format!("postgresql://{user}:wr0ng@127.0.0.1:{port}/postgres"));
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Auth, "postgres.password"));
    assert!(
        error.message.contains(&format!("127.0.0.1:{port}")) && error.message.contains(&user),
        "{error:?}"
    );
    assert!(error.hint.as_ref().unwrap().contains("PGPASSWORD"));
    assert_eq!(error.database.as_ref().unwrap().sqlstate.as_deref(), Some("28P01"));
}

#[test]
fn a_missing_password_is_said() {
    let Parts { user, port, .. } = parts(&Server::V15.url());
    let error = refusal(&format!("postgresql://{user}@127.0.0.1:{port}/postgres?passfile=/nowhere"));
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Auth, "postgres.no-password"));
    assert!(error.hint.as_ref().unwrap().contains(".pgpass"));
}

#[test]
fn a_host_that_nobody_knows_is_named() {
    let error = refusal("postgresql://ann:wr0ng@no-such-host.invalid/x");
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Connect, "postgres.unknown-host"));
    assert!(error.message.contains("no-such-host.invalid"));
}

#[test]
fn a_closed_port_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = refusal(&format!("postgresql://ann:wr0ng@127.0.0.1:{port}/x"));
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Connect, "postgres.unreachable"));
    assert!(error.message.contains(&format!("127.0.0.1:{port}")));
    assert!(error.hint.as_ref().unwrap().contains("listen_addresses"));
}

#[test]
fn an_unknown_database_is_named() {
    let error = refusal(&with_database(&Server::V15.url(), "no_such_database"));
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Refused, "postgres.unknown-database"));
    assert!(error.message.contains("no_such_database"), "{error:?}");
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let port = listen(|client| {
        std::thread::spawn(move || {
            let _kept = client;
            std::thread::sleep(Duration::from_mins(1));
        });
    });
    let started = Instant::now();
    let error = refusal(&format!("postgresql://ann:wr0ng@127.0.0.1:{port}/x?connect_timeout=1"));
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Timeout, "postgres.connect-timeout"));
    // Without a word of the URL it would be 10 s.
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_is_no_postgresql_is_told() {
    let port = listen(|mut client| drop(client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")));
    let error = refusal(&format!("postgresql://ann:wr0ng@127.0.0.1:{port}/x?sslmode=prefer"));
    assert_eq!(error.kind, ErrorKind::Connect, "{error:?}");
    let error = refusal(&format!("postgresql://ann:wr0ng@127.0.0.1:{port}/x?sslmode=disable"));
    assert_eq!(error.kind, ErrorKind::Connect, "{error:?}");
}

#[test]
fn an_old_server_is_refused() {
    let old: &[&str] = &["PostgreSQL 12.22", "120022", "x", "ann", "public", "0", "1", "f", "off"];
    let port = pretend(old);
    let error = refusal(&format!("postgresql://ann:wr0ng@127.0.0.1:{port}/x"));
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Unsupported, "postgres.version"));
    assert!(error.message.contains("12.22") && error.hint.as_ref().unwrap().contains("13"), "{error:?}");
}

#[test]
fn another_product_is_refused() {
    let other: &[&str] = &["CockroachDB CCL v25.1.0", "130000", "x", "ann", "public", "0", "1", "f", "off"];
    let port = pretend(other);
    let error = refusal(&format!("postgresql://ann:wr0ng@127.0.0.1:{port}/x"));
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Unsupported, "postgres.product"));
    assert!(error.message.contains("CockroachDB"));
}

#[test]
fn offline_too_a_version_is_supported_or_not() {
    let version = |major| ServerVersion { major, minor: 0, patch: 0 };
    let dialect = |version: Option<&ServerVersion>| PostgresDriver.dialect("postgres", version);
    assert_eq!(dialect(None).unwrap().version(), &version(18));
    assert_eq!(dialect(Some(&version(13))).unwrap().version(), &version(13));
    let error = dialect(Some(&version(12))).unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Unsupported, "postgres.version"));
    assert_eq!(PostgresDriver.dialect("other", None).unwrap_err().kind, ErrorKind::Unsupported);
}

#[test]
fn the_next_host_is_tried() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let Parts { user, password, port } = parts(&Server::V15.url());
    let url = |attributes: &str| {
        format!("postgresql://{user}:{password}@127.0.0.1:{closed},127.0.0.1:{port}/postgres{attributes}")
    };
    assert_eq!(open(&url("")).unwrap(), format!("postgres {user}"));
    assert_eq!(open(&url("?target_session_attrs=read-write")).unwrap(), format!("postgres {user}"));
    assert_eq!(open(&url("?target_session_attrs=prefer-standby")).unwrap(), format!("postgres {user}"));
    let error = refusal(&url("?target_session_attrs=standby"));
    assert_eq!(error.code, "postgres.unreachable");
    assert!(error.notes[0].contains("it is no standby"), "{error:?}");
}

#[test]
fn a_socket_of_this_machine_is_used_without_tls() {
    let mut database = Database::new(Server::V15);
    let folder = database.text("SHOW unix_socket_directories");
    let Parts { user, password, port } = parts(&Server::V15.url());
    let name = database.name.clone();
    for url in [
        format!("postgresql://{user}:{password}@/{name}?host={folder}&port={port}&sslmode=verify-full"),
        format!("postgresql://{user}:{password}@{}:{port}/{name}", folder.replace('/', "%2F")),
    ] {
        assert_eq!(open(&url).unwrap(), format!("{name} {user}"));
    }
    let error = refusal(&format!("postgresql://{user}:wr0ng@/{name}?host=/nowhere&port={port}"));
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Connect, "postgres.unreachable"));
    assert!(error.message.contains("/nowhere/.s.PGSQL."), "{error:?}");
}

#[cfg(unix)]
#[test]
fn a_password_file_is_used_and_an_open_one_is_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let Parts { user, password, port } = parts(&Server::V15.url());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pgpass");
    std::fs::write(&file, format!("127.0.0.1:{port}:*:{user}:{password}\n")).unwrap();
    let url = format!("postgresql://{user}@127.0.0.1:{port}/postgres?passfile={}", file.display());
    let set = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    set(0o600);
    assert_eq!(open(&url).unwrap(), format!("postgres {user}"));
    set(0o644);
    let error = refusal(&url);
    assert_eq!(error.code, "postgres.no-password");
    assert!(error.notes.iter().any(|note| note.contains("chmod 600")), "{error:?}");
}

#[test]
fn without_a_runtime_there_is_an_error() {
    let url = DatabaseUrl::parse(&Server::V15.url()).unwrap();
    let mut future = std::pin::pin!(PostgresDriver.connect(&url));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Err(error)) => assert_eq!(error.code, "postgres.no-runtime"),
        other => panic!("{other:?}"),
    }
}
