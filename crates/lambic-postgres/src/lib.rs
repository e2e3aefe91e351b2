//! The PostgreSQL driver of Lambic, for servers from version 13 on.
//!
//! URLs, variables and password files mean what they mean to PostgreSQL's own programs. The schema that
//! [`PostgresDriver`] reads and the SQL that [`PostgresDialect`] renders depend on nothing but the server's version.

mod capabilities;
mod classify;
mod complete;
mod connection;
mod error;
mod introspect;
mod lexicon;
mod lock;
mod open;
mod render;
mod scratch;
mod script;
mod tls;
mod types;
mod url;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use lambic_core::schema::{NativeType, PortableType};
use lambic_core::{
    Capabilities, Connection, DatabaseUrl, Dialect, Driver, DriverInfo, Error, Lexicon, LockKey, Operation,
    Result, Schema, Scope, Scratch, ServerVersion, Session, Statement, StatementFacts, TransactionOptions,
    TransactionScript,
};

use capabilities::NEWEST;
use connection::PostgresConnection;
use lexicon::LEXICON;
use url::environment::Environment;
use url::target::Target;

/// The name of the driver, of its only dialect, and of its URLs' first scheme.
const DRIVER: &str = "postgres";

/// PostgreSQL, as Lambic knows it.
#[derive(Debug, Clone, Copy, Default)]
pub struct PostgresDriver;

static INFO: LazyLock<DriverInfo> = LazyLock::new(|| DriverInfo {
    name: DRIVER.to_owned(),
    title: "PostgreSQL".to_owned(),
    schemes: [DRIVER, "postgresql"].map(str::to_owned).to_vec(),
    dialects: vec![DRIVER.to_owned()],
    version: env!("CARGO_PKG_VERSION").to_owned(),
});

#[async_trait]
impl Driver for PostgresDriver {
    fn info(&self) -> &DriverInfo {
        &INFO
    }

    /// Versions from 13 on are supported. A version that is not known yet is taken for the newest one that is.
    fn dialect(&self, name: &str, version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
        if name != DRIVER {
            return Err(Error::unsupported(&INFO.name, format!("the dialect `{}`", name.escape_debug())));
        }
        let version = version.unwrap_or(&NEWEST);
        capabilities::check(version)?;
        Ok(Arc::new(PostgresDialect::new(version.clone())))
    }

    async fn connect(&self, url: &DatabaseUrl) -> Result<Session> {
        let target = Target::parse(url, &Environment::of_process())?;
        PostgresConnection::open(Arc::new(target)).await.map(session)
    }
}

/// A connection with what is known of it.
fn session(connection: PostgresConnection) -> Session {
    let facts = connection.facts();
    let dialect = Arc::new(PostgresDialect::new(facts.version.clone()));
    Session { namespace: facts.namespace.clone(), dialect, connection: Box::new(connection) }
}

/// One version of PostgreSQL.
#[derive(Debug, Clone)]
pub struct PostgresDialect {
    version: ServerVersion,
    capabilities: Capabilities,
}

impl PostgresDialect {
    fn new(version: ServerVersion) -> Self {
        let capabilities = capabilities::capabilities(&version);
        Self { version, capabilities }
    }
}

#[async_trait]
impl Dialect for PostgresDialect {
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
        render::render(operation, &self.version)
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

    fn schema_preamble(&self, schema: &Schema) -> Vec<String> {
        preamble(schema)
    }

    async fn introspect(&self, on: &mut dyn Connection, scope: &Scope) -> Result<Schema> {
        connection::find(on.id())?;
        introspect::introspect(on, &self.version, scope).await
    }

    async fn lock(&self, on: &mut dyn Connection, key: &LockKey, wait: Duration) -> Result<()> {
        lock::lock(on, key, wait).await
    }

    async fn unlock(&self, on: &mut dyn Connection, key: &LockKey) -> Result<()> {
        lock::unlock(on, key).await
    }

    async fn scratch(&self, on: &mut dyn Connection) -> Result<Scratch> {
        scratch::make(on).await
    }

    async fn drop_scratch(&self, on: &mut dyn Connection, scratch: Scratch) -> Result<()> {
        scratch::remove(on, scratch).await
    }
}

/// What the script of a schema begins with: where there are routines their bodies are not read when they are made, as
/// `pg_dump` has it.
fn preamble(schema: &Schema) -> Vec<String> {
    let some = schema.definitions.iter().any(|one| ["function", "procedure"].contains(&one.id.kind.as_str()));
    some.then(|| "SET check_function_bodies = off".to_owned()).into_iter().collect()
}
