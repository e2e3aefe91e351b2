//! The SQLite driver of Lambic: the library built in, no server.
//!
//! Files of a database are opened by SQLite alone. The schema that [`SqliteDriver`] reads and the SQL that
//! [`SqliteDialect`] renders depend on nothing but the version of the library.

mod capabilities;
mod classify;
mod complete;
mod connection;
mod ddl;
mod error;
mod introspect;
mod lexicon;
mod lock;
mod open;
mod render;
mod script;
mod types;
mod url;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use lambic_core::schema::{NativeType, PortableType};
use lambic_core::{
    Capabilities, Connection, DatabaseUrl, Dialect, Driver, DriverInfo, Error, ErrorKind, Lexicon, LockKey,
    Operation, Result, Schema, Scope, Scratch, ServerVersion, Session, Statement, StatementFacts,
    TransactionOptions, TransactionScript,
};

use capabilities::OLDEST;
use connection::SqliteConnection;
use lexicon::LEXICON;
use url::Target;

/// The name of the driver, of its only dialect, and of its URLs' first scheme.
const DRIVER: &str = "sqlite";

/// The namespace of the database's own file, beside `temp` and what is attached.
const NAMESPACE: &str = "main";

/// SQLite, as Lambic knows it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SqliteDriver;

static INFO: LazyLock<DriverInfo> = LazyLock::new(|| DriverInfo {
    name: DRIVER.to_owned(),
    title: "SQLite".to_owned(),
    schemes: [DRIVER, "sqlite3", "file"].map(str::to_owned).to_vec(),
    dialects: vec![DRIVER.to_owned()],
    version: env!("CARGO_PKG_VERSION").to_owned(),
});

/// The dialect of the library that is built in: the newest version known.
static BUILT_IN: LazyLock<Arc<SqliteDialect>> = LazyLock::new(|| {
    let version = ServerVersion::parse(rusqlite::version()).unwrap_or(OLDEST);
    Arc::new(SqliteDialect::new(version))
});

#[async_trait]
impl Driver for SqliteDriver {
    fn info(&self) -> &DriverInfo {
        &INFO
    }

    /// Versions from 3.37 on are supported, for scripts; sessions always use the library that is built in.
    fn dialect(&self, name: &str, version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
        if name != DRIVER {
            return Err(Error::unsupported(&INFO.name, format!("the dialect `{}`", name.escape_debug())));
        }
        match version {
            None => Ok(BUILT_IN.clone()),
            Some(version) if version.major == OLDEST.major && *version >= OLDEST => {
                Ok(Arc::new(SqliteDialect::new(version.clone())))
            }
            Some(version) => {
                let message = format!("SQLite {version} is not supported");
                Err(Error::new(ErrorKind::Unsupported, "sqlite.version", message)
                    .hint(format!("supported are {OLDEST} and later versions of SQLite 3")))
            }
        }
    }

    async fn connect(&self, url: &DatabaseUrl) -> Result<Session> {
        session(open::target(url)?).await
    }
}

async fn session(target: Target) -> Result<Session> {
    let connection = SqliteConnection::open(target).await?;
    let namespace = Some(NAMESPACE.to_owned());
    Ok(Session { connection: Box::new(connection), dialect: BUILT_IN.clone(), namespace })
}

/// One version of SQLite.
#[derive(Debug, Clone)]
pub struct SqliteDialect {
    version: ServerVersion,
    capabilities: Capabilities,
}

impl SqliteDialect {
    fn new(version: ServerVersion) -> Self {
        let capabilities = capabilities::capabilities();
        Self { version, capabilities }
    }
}

#[async_trait]
impl Dialect for SqliteDialect {
    fn name(&self) -> &str {
        DRIVER
    }

    fn version(&self) -> &ServerVersion {
        &self.version
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn lexicon(&self) -> &Lexicon {
        &LEXICON
    }

    fn complete(&self, operation: Operation, schema: &Schema) -> Result<Operation> {
        complete::complete(operation, schema)
    }

    fn render(&self, operation: &Operation) -> Result<Vec<Statement>> {
        render::render(operation)
    }

    fn column_type(&self, portable: &PortableType) -> Result<NativeType> {
        Ok(types::column_type(portable))
    }

    fn portable_type(&self, native: &NativeType) -> Option<PortableType> {
        types::portable_type(native)
    }

    fn classify(&self, statement: &str) -> StatementFacts {
        classify::classify(statement)
    }

    fn transaction_script(&self, options: &TransactionOptions) -> TransactionScript {
        script::around(*options)
    }

    async fn introspect(&self, on: &mut dyn Connection, scope: &Scope) -> Result<Schema> {
        connection::find(on.id())?;
        introspect::introspect(on, scope).await
    }

    /// A database in memory has no lock file, since nobody else can reach it.
    async fn lock(&self, on: &mut dyn Connection, key: &LockKey, wait: Duration) -> Result<()> {
        let key = key.clone();
        connection::find(on.id())?.run(move |worker| worker.lock(&key, wait)).await
    }

    async fn unlock(&self, on: &mut dyn Connection, key: &LockKey) -> Result<()> {
        let key = key.clone();
        connection::find(on.id())?
            .run(move |worker| {
                worker.unlock(&key);
                Ok(())
            })
            .await
    }

    async fn scratch(&self, on: &mut dyn Connection) -> Result<Scratch> {
        connection::find(on.id())?;
        Ok(Scratch { name: String::new(), session: session(Target::MEMORY).await? })
    }

    async fn drop_scratch(&self, on: &mut dyn Connection, scratch: Scratch) -> Result<()> {
        connection::find(on.id())?;
        drop(scratch);
        Ok(())
    }
}
