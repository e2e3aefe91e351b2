//! What the tests share: a database of its own for each test, on each of the servers.
#![allow(dead_code, unused_macros, unused_imports, reason = "each test binary uses a part")]

use lambic_core::{Connection, DatabaseUrl, Driver as _, Operation, Query, Schema, Scope, Session, Value};
use lambic_mysql::MysqlDriver;

/// How long a test waits for what must come. A machine that does much else is slow.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(25);

/// A server to test on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Mysql,
    Mariadb,
}

/// Runs a test on both servers, as `name::mysql` and `name::mariadb`. What the test needs to know of the server it
/// asks its dialect, or [`Server`].
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident: Server) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($server: Server) $body

            #[tokio::test]
            async fn mysql() {
                body(Server::Mysql).await;
            }

            #[tokio::test]
            async fn mariadb() {
                body(Server::Mariadb).await;
            }
        }
    )*};
}
pub(crate) use on_both;

impl Server {
    /// The name of its dialect.
    pub(crate) fn dialect(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
        }
    }

    /// The URL of its administrator, for a database.
    pub(crate) fn url(self, database: &str) -> String {
        let variable = match self {
            Self::Mysql => "LAMBIC_TEST_MYSQL_URL",
            Self::Mariadb => "LAMBIC_TEST_MARIADB_URL",
        };
        url_in(variable, database)
    }

    /// The URL of another user, for a database.
    pub(crate) fn url_of(self, user: &str, password: &str, database: &str) -> String {
        let url = self.url(database);
        let (scheme, rest) = url.split_once("://").unwrap();
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        format!("{scheme}://{user}:{password}@{host}")
    }

    /// The host and port of the server.
    pub(crate) fn address(self) -> (String, u16) {
        let url = self.url("x");
        let rest = url.split_once("://").unwrap().1;
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host).split('/').next().unwrap();
        let (host, port) = host.rsplit_once(':').unwrap_or((host, "3306"));
        (host.to_owned(), port.parse().unwrap())
    }

    /// A session of the administrator.
    pub(crate) async fn administrator(self) -> Session {
        connect(&self.url("mysql")).await
    }

    /// An empty database of the test's own.
    pub(crate) async fn database(self) -> Database {
        self.database_with("").await
    }

    /// An empty database with options, such as `CHARACTER SET latin1`.
    pub(crate) async fn database_with(self, options: &str) -> Database {
        use std::sync::atomic::{AtomicU32, Ordering};
        static LAST: AtomicU32 = AtomicU32::new(0);
        let (process, number) = (std::process::id(), LAST.fetch_add(1, Ordering::Relaxed));
        let name = format!("lambic_test_{process}_{number}");
        let sql = [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name} {options}")];
        let mut session = self.administrator().await;
        run(&mut *session.connection, &sql.each_ref().map(String::as_str)).await;
        Database { server: self, url: self.url(&name), name }
    }
}

/// A database that is dropped with this value.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) server: Server,
    pub(crate) name: String,
    pub(crate) url: String,
}

impl Database {
    /// Opens a session in it.
    pub(crate) async fn open(&self) -> Session {
        connect(&self.url).await
    }

    /// Opens a session in it, for one that needs no dialect.
    pub(crate) async fn connection(&self) -> Box<dyn Connection> {
        self.open().await.connection
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server, self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut session = server.administrator().await;
                let on = &mut *session.connection;
                // Sessions that the test has dropped may still be there, with a transaction open.
                for process in rows(on, "SHOW PROCESSLIST").await {
                    if process[3].as_text() == Some(&name) {
                        let kill = format!("KILL {}", process[0].as_integer().unwrap());
                        let _ = on.execute(&kill, &[]).await;
                    }
                }
                run(on, &[&format!("DROP DATABASE IF EXISTS {name}")]).await;
            });
        });
        let dropped = dropping.join();
        assert!(std::thread::panicking() || dropped.is_ok(), "the database {} is still there", self.name);
    }
}

/// The administrator's URL that a variable holds, for a database.
pub(crate) fn url_in(variable: &str, database: &str) -> String {
    let Ok(url) = std::env::var(variable) else {
        panic!("{variable} names no server: run the tests with `cargo xtask test`");
    };
    let (address, query) = url.split_once('?').map_or((url.as_str(), None), |(a, q)| (a, Some(q)));
    let scheme_end = address.find("://").expect("a URL has a host") + 3;
    let host_end = address[scheme_end..].find('/').map_or(address.len(), |at| scheme_end + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{database}{query}", &address[..host_end])
}

/// Opens a session that must open.
pub(crate) async fn connect(url: &str) -> Session {
    match try_connect(url).await {
        Ok(session) => session,
        Err(error) => panic!("{error:?}"),
    }
}

/// Opens a session.
pub(crate) async fn try_connect(url: &str) -> lambic_core::Result<Session> {
    MysqlDriver.connect(&DatabaseUrl::parse(url).unwrap()).await
}

/// Runs statements, none of which fails.
pub(crate) async fn run(on: &mut dyn Connection, statements: &[&str]) {
    for sql in statements {
        if let Err(error) = on.execute(sql, &[]).await {
            panic!("{sql}: {error:?}");
        }
    }
}

/// The rows of a query.
pub(crate) async fn rows(on: &mut dyn Connection, sql: &str) -> Vec<Vec<Value>> {
    match on.query_batch(&[Query::new(sql)]).await {
        Ok(mut batch) => batch.remove(0).rows,
        Err(error) => panic!("{sql}: {error:?}"),
    }
}

/// The only value of a query.
pub(crate) async fn value(on: &mut dyn Connection, sql: &str) -> Value {
    let rows = rows(on, sql).await;
    assert_eq!((rows.len(), rows[0].len()), (1, 1), "{sql}");
    rows[0][0].clone()
}

/// The only text of a query.
pub(crate) async fn text(on: &mut dyn Connection, sql: &str) -> String {
    let value = value(on, sql).await;
    value.as_text().unwrap_or_else(|| panic!("{sql}: {value:?}")).to_owned()
}

/// The only number of a query.
pub(crate) async fn number(on: &mut dyn Connection, sql: &str) -> i64 {
    let value = value(on, sql).await;
    value.as_integer().unwrap_or_else(|| panic!("{sql}: {value:?}"))
}

/// Reads the schema of the session's own database.
pub(crate) async fn introspect(session: &mut Session) -> Schema {
    let Session { connection, dialect, .. } = session;
    match dialect.introspect(&mut **connection, &Scope::default()).await {
        Ok(schema) => schema,
        Err(error) => panic!("{error:?}"),
    }
}

/// Renders an operation and runs its statements.
pub(crate) async fn apply(session: &mut Session, operation: &Operation) {
    let statements = match session.dialect.render(operation) {
        Ok(statements) => statements,
        Err(error) => panic!("{operation:?}: {error:?}"),
    };
    for statement in &statements {
        run(&mut *session.connection, &[&statement.sql]).await;
    }
}
