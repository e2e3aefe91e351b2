//! The MySQL and MariaDB driver of Lambic: two dialects over one wire.
//!
//! [`MysqlDriver`] opens sessions and finds out what answers; [`MysqlDialect`] speaks to one product in one version.
//! What differs between the two is data, in `product.rs`.

mod capabilities;
mod classify;
mod complete;
mod connection;
mod error;
mod introspect;
mod lexicon;
mod lock;
mod open;
mod product;
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
    Capabilities, Connection, DatabaseUrl, Dialect, Driver, DriverInfo, Lexicon, LockKey, Operation, Result,
    Schema, Scope, Scratch, ServerVersion, Session, Statement, StatementFacts, TransactionOptions,
    TransactionScript,
};
use tokio::runtime::Handle;

use connection::{MysqlConnection, Shared};
use product::Product;
use url::Target;

/// The name of the driver.
const DRIVER: &str = "mysql";

/// MySQL and MariaDB, as Lambic knows them.
#[derive(Debug, Clone, Copy, Default)]
pub struct MysqlDriver;

static INFO: LazyLock<DriverInfo> = LazyLock::new(|| DriverInfo {
    name: DRIVER.to_owned(),
    title: "MySQL and MariaDB".to_owned(),
    schemes: ["mysql", "mariadb"].map(str::to_owned).to_vec(),
    dialects: product::dialects(),
    version: env!("CARGO_PKG_VERSION").to_owned(),
});

#[async_trait]
impl Driver for MysqlDriver {
    fn info(&self) -> &DriverInfo {
        &INFO
    }

    fn dialect(&self, name: &str, version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
        Ok(Arc::new(MysqlDialect::new(Arc::new(Product::named(name, version)?))))
    }

    /// Either scheme connects to either product: the server's answer decides the dialect.
    async fn connect(&self, url: &DatabaseUrl) -> Result<Session> {
        session(open::target(url)?).await
    }
}

/// Opens a session with what the target names.
async fn session(target: Target) -> Result<Session> {
    let runtime = Handle::try_current().map_err(|_| error::no_runtime())?;
    let opened = open::open(&target, connection::prologue).await?;
    let product = Arc::new(opened.product);
    let shared = Shared::register(target, opened.conn.id(), runtime);
    let connection = MysqlConnection::new(opened.conn, shared, Arc::clone(&product));
    let dialect = Arc::new(MysqlDialect::new(product));
    Ok(Session { connection: Box::new(connection), dialect, namespace: Some(opened.namespace) })
}

/// One product in one version, with the settings of one session.
#[derive(Debug, Clone)]
pub struct MysqlDialect {
    product: Arc<Product>,
    capabilities: Capabilities,
}

impl MysqlDialect {
    fn new(product: Arc<Product>) -> Self {
        let capabilities = capabilities::capabilities(&product);
        Self { product, capabilities }
    }
}

#[async_trait]
impl Dialect for MysqlDialect {
    fn name(&self) -> &str {
        self.product.dialect
    }

    fn version(&self) -> &ServerVersion {
        &self.product.version
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn lexicon(&self) -> &Lexicon {
        &self.product.lexicon
    }

    fn complete(&self, operation: Operation, schema: &Schema) -> Result<Operation> {
        complete::complete(operation, schema, &self.product)
    }

    fn render(&self, operation: &Operation) -> Result<Vec<Statement>> {
        render::render(operation, &self.product)
    }

    fn column_type(&self, portable: &PortableType) -> Result<NativeType> {
        types::column_type(portable, &self.product)
    }

    fn portable_type(&self, native: &NativeType) -> Option<PortableType> {
        types::portable_type(native, &self.product)
    }

    fn classify(&self, statement: &str) -> StatementFacts {
        classify::classify(statement, &self.product)
    }

    fn transaction_script(&self, options: &TransactionOptions) -> TransactionScript {
        script::around(*options)
    }

    fn schema_preamble(&self, schema: &Schema) -> Vec<String> {
        script::preamble(schema, &self.product)
    }

    async fn introspect(&self, on: &mut dyn Connection, scope: &Scope) -> Result<Schema> {
        connection::find(on.id())?;
        introspect::introspect(on, &self.product, scope).await
    }

    async fn lock(&self, on: &mut dyn Connection, key: &LockKey, wait: Duration) -> Result<()> {
        let shared = connection::find(on.id())?;
        lock::lock(on, &shared, &self.product, key, wait).await
    }

    async fn unlock(&self, on: &mut dyn Connection, key: &LockKey) -> Result<()> {
        let shared = connection::find(on.id())?;
        lock::unlock(on, &shared, key).await
    }

    async fn scratch(&self, on: &mut dyn Connection) -> Result<Scratch> {
        let shared = connection::find(on.id())?;
        scratch::create(on, &self.product, &shared.target).await
    }

    async fn drop_scratch(&self, on: &mut dyn Connection, scratch: Scratch) -> Result<()> {
        connection::find(on.id())?;
        scratch::remove(on, &self.product, scratch).await
    }
}
