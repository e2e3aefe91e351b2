//! A database of a test's own on a real server.

#![allow(dead_code, reason = "each test program uses its part")]

use std::sync::atomic::{AtomicU32, Ordering};

use lambic_core::{
    Connection, DatabaseUrl, Driver as _, Operation, Query, Result, Schema, Scope, Session,
    TransactionOptions, Value,
};
use lambic_postgres::PostgresDriver;
use tokio::runtime::Runtime;

/// How long a test waits for what must come. A machine that does much else is slow.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(25);

/// A server of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    /// PostgreSQL 15.
    V15,
    /// PostgreSQL 18.
    V18,
}

impl Server {
    /// Every server.
    pub(crate) const ALL: [Self; 2] = [Self::V15, Self::V18];

    /// The URL of its administrator.
    pub(crate) fn url(self) -> String {
        variable(match self {
            Self::V15 => "LAMBIC_TEST_POSTGRES_URL",
            Self::V18 => "LAMBIC_TEST_POSTGRES18_URL",
        })
    }
}

/// A variable that says where the servers of the tests are.
pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run the tests with `cargo xtask test`, which starts the servers")
    })
}

/// A URL in which the database has another name.
pub(crate) fn with_database(url: &str, name: &str) -> String {
    let (before_query, query) = url.split_once('?').map_or((url, None), |(url, query)| (url, Some(query)));
    let authority = before_query.find("://").map_or(0, |at| at + 3);
    let path = before_query[authority..].find('/').map_or(before_query.len(), |at| authority + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &before_query[..path])
}

/// A runtime for a test.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A database of a test's own, with a session in it. Dropping it drops the database.
pub(crate) struct Database {
    pub(crate) session: Session,
    pub(crate) server: Server,
    pub(crate) name: String,
    runtime: Runtime,
}

impl Database {
    /// An empty database.
    pub(crate) fn new(server: Server) -> Self {
        Self::from_template(server, "template0")
    }

    /// A copy of a database, or of a template.
    pub(crate) fn from_template(server: Server, template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("t_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let runtime = runtime();
        administer(
            &runtime,
            server,
            &[&format!(
                "CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            )],
        );
        let session = runtime.block_on(connect(&with_database(&server.url(), &name))).unwrap();
        Self { session, server, name, runtime }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        with_database(&self.server.url(), &self.name)
    }

    /// Runs a future to its end, on the runtime that moves the session's messages.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Does something with the session.
    pub(crate) fn with<T>(&mut self, work: impl AsyncFnOnce(&mut dyn Connection) -> T) -> T {
        self.runtime.block_on(work(self.session.connection.as_mut()))
    }

    /// Runs every statement of a script, each in a transaction of its own, `COPY` with its data. None fails.
    pub(crate) fn load(&mut self, script: &str) {
        if let Err(error) = self.try_load(script) {
            panic!("{error:?}");
        }
    }

    /// Runs every statement of a script, each in a transaction of its own, `COPY` with its data.
    pub(crate) fn try_load(&mut self, script: &str) -> Result<()> {
        let lexicon = self.session.dialect.lexicon().clone();
        let script = lambic_sql::split(script, &lexicon).unwrap();
        let connection = &mut self.session.connection;
        self.runtime.block_on(async {
            for statement in &script.statements {
                match statement.data_text() {
                    Some(data) => connection.copy_in(statement.text(), data).await?,
                    None => connection.execute(statement.text(), &[]).await?,
                };
            }
            Ok(())
        })
    }

    /// Runs statements in one transaction.
    pub(crate) fn transaction(&mut self, statements: &[&str]) -> Result<()> {
        let connection = &mut self.session.connection;
        self.runtime.block_on(async {
            connection.begin(&TransactionOptions::default()).await?;
            for sql in statements {
                if let Err(error) = connection.execute(sql, &[]).await {
                    connection.rollback().await?;
                    return Err(error);
                }
            }
            connection.commit().await
        })
    }

    /// Carries out operations: in one transaction, or statement by statement where one of them must not be in one.
    /// Gives the statements.
    pub(crate) fn apply(&mut self, operations: &[Operation]) -> Result<Vec<String>> {
        let mut statements = Vec::new();
        for operation in operations {
            statements.extend(self.session.dialect.render(operation)?);
        }
        let together = statements.iter().all(|one| one.transaction == lambic_core::TransactionRule::Allowed);
        let sql: Vec<String> = statements.into_iter().map(|statement| statement.sql).collect();
        let texts: Vec<&str> = sql.iter().map(String::as_str).collect();
        if together {
            self.transaction(&texts)?;
        } else {
            texts.iter().try_for_each(|sql| self.execute(sql))?;
        }
        Ok(sql)
    }

    /// Runs one statement.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<()> {
        self.runtime.block_on(self.session.connection.execute(sql, &[])).map(drop)
    }

    /// The schema as it is now.
    pub(crate) fn schema(&mut self) -> Schema {
        self.scoped(&Scope::default())
    }

    /// A part of the schema.
    pub(crate) fn scoped(&mut self, scope: &Scope) -> Schema {
        let Session { connection, dialect, .. } = &mut self.session;
        self.runtime.block_on(dialect.introspect(connection.as_mut(), scope)).unwrap()
    }

    /// The rows of a query.
    pub(crate) fn rows(&mut self, sql: &str) -> Vec<Vec<Value>> {
        let read = self.runtime.block_on(self.session.connection.query_batch(&[Query::new(sql)]));
        read.unwrap_or_else(|error| panic!("{sql}: {error:?}")).remove(0).rows
    }

    /// Asks until the only value of a query is this one: what a server does by itself has its time.
    pub(crate) fn until(&mut self, sql: &str, expected: &str) {
        let started = std::time::Instant::now();
        while self.text(sql) != expected {
            assert!(started.elapsed() < PATIENCE, "{sql}: it never is {expected}");
            self.wait(async { tokio::time::sleep(std::time::Duration::from_millis(20)).await });
        }
    }

    /// The only value of a query, as text.
    pub(crate) fn text(&mut self, sql: &str) -> String {
        match self.rows(sql).as_slice() {
            [row] => match row.as_slice() {
                [Value::Text(text)] => text.clone(),
                [Value::Integer(number)] => number.to_string(),
                [Value::Boolean(flag)] => flag.to_string(),
                other => panic!("{sql}: {other:?}"),
            },
            other => panic!("{sql}: {other:?}"),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropped = self
            .runtime
            .block_on(async { connect(&self.server.url()).await?.connection.execute(&sql, &[]).await });
        // A second panic would hide the first.
        if !std::thread::panicking() {
            dropped.unwrap();
        }
    }
}

/// Opens what a URL names.
pub(crate) async fn connect(url: &str) -> Result<Session> {
    PostgresDriver.connect(&DatabaseUrl::parse(url).unwrap()).await
}

/// Runs statements as the administrator of a server. None fails.
pub(crate) fn administer(runtime: &Runtime, server: Server, statements: &[&str]) {
    runtime.block_on(async {
        let mut session = connect(&server.url()).await.unwrap();
        for sql in statements {
            session.connection.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        }
    });
}
