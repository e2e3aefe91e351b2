//! Databases of tests' own on real servers, reached by the plain client libraries: judges that share nothing with
//! Lambic's drivers.

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use mysql_async::prelude::Queryable as _;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::{Project, wait_until};

/// A server of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// PostgreSQL 15.
    Postgres,
    /// PostgreSQL 18.
    Postgres18,
    /// MySQL 9.
    Mysql,
    /// MariaDB 10.11.
    Mariadb,
}

impl Server {
    /// The URL of its administrator.
    pub fn url(self) -> String {
        variable(match self {
            Self::Postgres => "LAMBIC_TEST_POSTGRES_URL",
            Self::Postgres18 => "LAMBIC_TEST_POSTGRES18_URL",
            Self::Mysql => "LAMBIC_TEST_MYSQL_URL",
            Self::Mariadb => "LAMBIC_TEST_MARIADB_URL",
        })
    }

    /// The name of its dialect.
    pub fn dialect(self) -> &'static str {
        match self {
            Self::Postgres | Self::Postgres18 => "postgres",
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
        }
    }

    /// Whether DDL is undone with its transaction.
    pub fn undoes_ddl(self) -> bool {
        self.dialect() == "postgres"
    }

    /// A session of the administrator.
    pub fn administrator(self) -> Session {
        Session::open(self, &self.url())
    }

    /// Host and port.
    pub fn address(self) -> (String, u16) {
        let url = self.url();
        let host = url.rsplit_once('@').unwrap().1.split('/').next().unwrap().to_owned();
        let (host, port) = host.rsplit_once(':').unwrap();
        (host.to_owned(), port.parse().unwrap())
    }

    /// A URL of the server with another user and database.
    pub fn url_of(self, user: &str, password: &str, database: &str) -> String {
        let (host, port) = self.address();
        format!("{}://{user}:{password}@{host}:{port}/{database}", self.dialect())
    }
}

/// A variable that says where the servers of the tests are.
pub fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run the tests with `cargo xtask test`, which starts the servers")
    })
}

/// An empty database of a test's own, dropped with this value.
#[derive(Debug)]
pub struct Place {
    /// Where it is.
    pub server: Server,
    /// What it is called.
    pub name: String,
    /// Its URL for the administrator.
    pub url: String,
}

impl Place {
    /// Makes an empty database.
    pub fn new(server: Server) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("lambic_e2e_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let url = server.url();
        let host = url.rsplit_once('/').unwrap().0;
        let place = Self { server, url: format!("{host}/{name}"), name };
        let sql = match server.dialect() {
            "postgres" => format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", place.name),
            _ => format!("CREATE DATABASE {}", place.name),
        };
        server.administrator().run(&sql);
        place
    }

    /// A session in it.
    pub fn session(&self) -> Session {
        Session::open(self.server, &self.url)
    }

    /// The rows of a query, values apart by `|`.
    pub fn query(&self, sql: &str) -> Vec<String> {
        self.session().rows(sql)
    }

    /// Runs a statement.
    pub fn run(&self, sql: &str) {
        self.session().run(sql);
    }

    /// A project on it.
    pub fn project(&self) -> Project {
        Project::with_config(&self.config(""))
    }

    /// The configuration of such a project, with further keys of `[lambic]`.
    pub fn config(&self, keys: &str) -> String {
        let (dialect, url) = (self.server.dialect(), &self.url);
        format!(
            "[lambic]\nscript_location = \"migrations\"\ndialects = [\"{dialect}\"]\n{keys}\n[database]\nurl = \"{url}\"\n"
        )
    }

    /// The names of its tables and views but for Lambic's own, sorted.
    pub fn tables(&self) -> Vec<String> {
        let own = if self.server.undoes_ddl() { "current_schema()" } else { "DATABASE()" };
        self.query(&format!(
            "SELECT table_name FROM information_schema.tables
             WHERE table_schema = {own} AND table_name NOT IN ('lambic_version', 'lambic_log') ORDER BY 1"
        ))
    }

    /// The version rows, sorted; none when there is no version table.
    pub fn versions(&self) -> Vec<String> {
        let there =
            "SELECT 1 FROM information_schema.tables WHERE table_name = 'lambic_version' AND table_schema = ";
        let own = if self.server.undoes_ddl() { "current_schema()" } else { "DATABASE()" };
        if self.query(&format!("{there}{own}")).is_empty() {
            return Vec::new();
        }
        self.query("SELECT version_num FROM lambic_version ORDER BY 1")
    }

    /// The log: event, revision, direction, and the statement where there is one.
    pub fn log(&self) -> Vec<String> {
        let rows = self.query("SELECT event, revision, direction, statement FROM lambic_log ORDER BY id");
        rows.iter().map(|row| row.trim_end_matches("|NULL").to_owned()).collect()
    }

    /// Whether a statement with this text is running.
    pub fn is_running(&self, text: &str) -> bool {
        let sql = match self.server.dialect() {
            "postgres" => format!(
                "SELECT 1 FROM pg_stat_activity WHERE datname = '{}' AND state = 'active' AND query LIKE '{text}%'",
                self.name
            ),
            _ => format!(
                "SELECT 1 FROM information_schema.processlist WHERE db = '{}' AND info LIKE '{text}%'",
                self.name
            ),
        };
        !self.server.administrator().rows(&sql).is_empty()
    }

    /// Waits until a statement with this text runs.
    pub fn wait_for(&self, text: &str) {
        wait_until(&format!("`{text}` runs"), || self.is_running(text));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut administrator = self.server.administrator();
        let dropped = if self.server.undoes_ddl() {
            administrator.try_run(&format!("DROP DATABASE {} WITH (FORCE)", self.name))
        } else {
            let left = format!("SELECT id FROM information_schema.processlist WHERE db = '{}'", self.name);
            for id in administrator.rows(&left) {
                // It may have ended meanwhile.
                let _ = administrator.try_run(&format!("KILL {id}"));
            }
            administrator.try_run(&format!("DROP DATABASE {}", self.name))
        };
        assert!(std::thread::panicking() || dropped.is_ok(), "{dropped:?}");
    }
}

/// An open session.
pub struct Session {
    runtime: Runtime,
    client: Client,
}

enum Client {
    Postgres(tokio_postgres::Client),
    Mysql(mysql_async::Conn),
}

impl Session {
    /// Opens a session at a URL.
    pub fn open(server: Server, url: &str) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let client = if server.undoes_ddl() {
            let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).unwrap();
            runtime.spawn(connection);
            Client::Postgres(client)
        } else {
            let url = url.replacen("mariadb:", "mysql:", 1);
            let options = mysql_async::Opts::from_url(&url).unwrap();
            Client::Mysql(runtime.block_on(mysql_async::Conn::new(options)).unwrap())
        };
        Self { runtime, client }
    }

    /// Runs a statement.
    pub fn run(&mut self, sql: &str) {
        self.rows(sql);
    }

    /// The rows of a query, values apart by `|`.
    pub fn rows(&mut self, sql: &str) -> Vec<String> {
        self.try_run(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The same, or what the server says against it.
    pub fn try_run(&mut self, sql: &str) -> Result<Vec<String>, String> {
        match &mut self.client {
            Client::Postgres(client) => {
                let messages = self.runtime.block_on(client.simple_query(sql));
                Ok(messages.map_err(|error| format!("{error:?}"))?.iter().filter_map(postgres_row).collect())
            }
            Client::Mysql(client) => {
                let rows = self.runtime.block_on(client.query::<mysql_async::Row, _>(sql));
                Ok(rows.map_err(|error| error.to_string())?.into_iter().map(mysql_row).collect())
            }
        }
    }
}

fn postgres_row(message: &SimpleQueryMessage) -> Option<String> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    let values = (0..row.len()).map(|at| row.get(at).unwrap_or("NULL"));
    Some(values.collect::<Vec<_>>().join("|"))
}

fn mysql_row(row: mysql_async::Row) -> String {
    let shown = |value: mysql_async::Value| match value {
        mysql_async::Value::NULL => "NULL".to_owned(),
        mysql_async::Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        other => other.as_sql(true),
    };
    row.unwrap().into_iter().map(shown).collect::<Vec<_>>().join("|")
}
