//! The round-trip lane: a driver behind JSON.
//!
//! Every argument and every result of the traits, errors included, is written as JSON and read back on its way.
//! A driver that passes the suite like this gives and takes nothing but plain data: it can be a plugin.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lambic_core::schema::{NativeType, PortableType};
use lambic_core::{
    Canceller, Capabilities, Connection, ConnectionId, DatabaseUrl, Dialect, Driver, DriverInfo, Error,
    ErrorKind, Lexicon, LockKey, Operation, Outcome, Query, Result, Rows, Schema, Scope, Scratch,
    ServerVersion, Session, Statement, StatementFacts, TransactionOptions, TransactionRule,
    TransactionScript, Value,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A driver whose every call goes through JSON.
#[derive(Debug)]
pub struct Wired {
    inner: Arc<dyn Driver>,
    info: DriverInfo,
}

impl Wired {
    /// Puts a driver behind JSON.
    ///
    /// # Errors
    /// What the driver says of itself does not survive.
    pub fn new(inner: Arc<dyn Driver>) -> Result<Self> {
        let info = sent(inner.info())?;
        Ok(Self { inner, info })
    }
}

/// What crosses the traits.
trait Sendable: Serialize + DeserializeOwned + PartialEq + fmt::Debug {}

impl<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug> Sendable for T {}

/// Writes a value as JSON and reads it back.
fn sent<T: Sendable>(value: &T) -> Result<T> {
    let lost = |what: &dyn fmt::Display| {
        let message = format!("a {} does not survive JSON: {what}", std::any::type_name::<T>());
        Error::new(ErrorKind::Internal, "conformance.wire", message)
    };
    let written = |value: &T| serde_json::to_string(value).map_err(|error| lost(&error));
    let text = written(value)?;
    let back: T = serde_json::from_str(&text).map_err(|error| lost(&error))?;
    // Values can be equal without saying the same: any two lists of dependencies are. What the text does not hold shows in
    // `Debug`, and what `Debug` hides, a password, in the text.
    let same = back == *value && written(&back)? == text && format!("{back:?}") == format!("{value:?}");
    if same { Ok(back) } else { Err(lost(&text)) }
}

/// Sends a result back, whichever it is.
fn returned<T: Sendable>(result: Result<T>) -> Result<T> {
    match result {
        Ok(value) => sent(&value),
        Err(error) => Err(sent(&error)?),
    }
}

fn wired_dialect(inner: Arc<dyn Dialect>) -> Result<Arc<dyn Dialect>> {
    let name = sent(&inner.name().to_owned())?;
    let version = sent(inner.version())?;
    let capabilities = sent(inner.capabilities())?;
    let lexicon = sent(inner.lexicon())?;
    Ok(Arc::new(WiredDialect { inner, name, version, capabilities, lexicon }))
}

fn wired_session(session: Session) -> Result<Session> {
    let id = sent(session.connection.id())?;
    let canceller = Arc::new(WiredCanceller(session.connection.canceller()));
    Ok(Session {
        connection: Box::new(WiredConnection { inner: session.connection, id, canceller }),
        dialect: wired_dialect(session.dialect)?,
        namespace: sent(&session.namespace)?,
    })
}

#[async_trait]
impl Driver for Wired {
    fn info(&self) -> &DriverInfo {
        &self.info
    }

    fn dialect(&self, name: &str, version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
        let (name, version) = (sent(&name.to_owned())?, sent(&version.cloned())?);
        match self.inner.dialect(&name, version.as_ref()) {
            Ok(dialect) => wired_dialect(dialect),
            Err(error) => Err(sent(&error)?),
        }
    }

    async fn connect(&self, url: &DatabaseUrl) -> Result<Session> {
        match self.inner.connect(&sent(url)?).await {
            Ok(session) => wired_session(session),
            Err(error) => Err(sent(&error)?),
        }
    }
}

#[derive(Debug)]
struct WiredDialect {
    inner: Arc<dyn Dialect>,
    name: String,
    version: ServerVersion,
    capabilities: Capabilities,
    lexicon: Lexicon,
}

#[async_trait]
impl Dialect for WiredDialect {
    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self) -> &ServerVersion {
        &self.version
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    fn complete(&self, operation: Operation, schema: &Schema) -> Result<Operation> {
        returned(self.inner.complete(sent(&operation)?, &sent(schema)?))
    }

    fn render(&self, operation: &Operation) -> Result<Vec<Statement>> {
        returned(self.inner.render(&sent(operation)?))
    }

    fn column_type(&self, portable: &PortableType) -> Result<NativeType> {
        returned(self.inner.column_type(&sent(portable)?))
    }

    fn portable_type(&self, native: &NativeType) -> Option<PortableType> {
        sent(&self.inner.portable_type(&sent(native).ok()?)).ok()?
    }

    fn classify(&self, statement: &str) -> StatementFacts {
        let facts = sent(&statement.to_owned()).and_then(|statement| sent(&self.inner.classify(&statement)));
        facts.unwrap_or_else(|_| StatementFacts {
            transaction: TransactionRule::Forbidden,
            changes_session: true,
            command: String::new(),
        })
    }

    fn transaction_script(&self, options: &TransactionOptions) -> TransactionScript {
        // What does not survive is not there: no script begins with nothing.
        sent(options).and_then(|options| sent(&self.inner.transaction_script(&options))).unwrap_or_default()
    }

    fn schema_preamble(&self, schema: &Schema) -> Vec<String> {
        sent(schema).and_then(|schema| sent(&self.inner.schema_preamble(&schema))).unwrap_or_default()
    }

    async fn introspect(&self, on: &mut dyn Connection, scope: &Scope) -> Result<Schema> {
        returned(self.inner.introspect(on, &sent(scope)?).await)
    }

    async fn lock(&self, on: &mut dyn Connection, key: &LockKey, wait: Duration) -> Result<()> {
        returned(self.inner.lock(on, &sent(key)?, sent(&wait)?).await)
    }

    async fn unlock(&self, on: &mut dyn Connection, key: &LockKey) -> Result<()> {
        returned(self.inner.unlock(on, &sent(key)?).await)
    }

    async fn scratch(&self, on: &mut dyn Connection) -> Result<Scratch> {
        match self.inner.scratch(on).await {
            Ok(Scratch { name, session }) => {
                Ok(Scratch { name: sent(&name)?, session: wired_session(session)? })
            }
            Err(error) => Err(sent(&error)?),
        }
    }

    async fn drop_scratch(&self, on: &mut dyn Connection, scratch: Scratch) -> Result<()> {
        returned(self.inner.drop_scratch(on, scratch).await)
    }
}

#[derive(Debug)]
struct WiredConnection {
    inner: Box<dyn Connection>,
    id: ConnectionId,
    canceller: Arc<WiredCanceller>,
}

#[async_trait]
impl Connection for WiredConnection {
    fn id(&self) -> &ConnectionId {
        &self.id
    }

    async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Outcome> {
        let (sql, params) = (sent(&sql.to_owned())?, sent(&params.to_vec())?);
        returned(self.inner.execute(&sql, &params).await)
    }

    async fn query_batch(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        returned(self.inner.query_batch(&sent(&queries.to_vec())?).await)
    }

    async fn copy_in(&mut self, sql: &str, data: &str) -> Result<Outcome> {
        returned(self.inner.copy_in(&sent(&sql.to_owned())?, &sent(&data.to_owned())?).await)
    }

    async fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        returned(self.inner.begin(&sent(options)?).await)
    }

    async fn commit(&mut self) -> Result<()> {
        returned(self.inner.commit().await)
    }

    async fn rollback(&mut self) -> Result<()> {
        returned(self.inner.rollback().await)
    }

    async fn in_transaction(&mut self) -> Result<bool> {
        returned(self.inner.in_transaction().await)
    }

    async fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()> {
        returned(self.inner.set_lock_timeout(sent(&timeout)?).await)
    }

    async fn reset(&mut self) -> Result<()> {
        returned(self.inner.reset().await)
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        self.canceller.clone()
    }
}

#[derive(Debug)]
struct WiredCanceller(Arc<dyn Canceller>);

#[async_trait]
impl Canceller for WiredCanceller {
    async fn cancel(&self) -> Result<()> {
        returned(self.0.cancel().await)
    }
}

#[cfg(test)]
mod tests {
    use lambic_core::schema::{Dependencies, Dependency, ObjectId, ObjectKind, QualifiedName};
    use serde::Deserialize;

    use super::*;

    fn table(name: &str) -> ObjectId {
        ObjectId::new(ObjectKind::Table, QualifiedName::bare(name))
    }

    #[test]
    fn dependencies_arrive() {
        let needs = Dependency::new(table("t"), vec![table("u")]);
        let schema = Schema { dependencies: Dependencies(vec![needs.clone()]), ..Schema::default() };
        assert_eq!(sent(&schema).unwrap().dependencies.0, [needs]);
    }

    /// Like the dependencies of a schema: any two are equal.
    #[derive(Debug, Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Alike {
        #[serde(skip_serializing)]
        unwritten: u8,
        #[serde(skip_deserializing)]
        unread: u8,
        kept: u8,
    }

    impl PartialEq for Alike {
        fn eq(&self, _: &Self) -> bool {
            true
        }
    }

    #[test]
    fn what_is_lost_on_the_way_is_noticed_although_it_is_equal() {
        assert!(sent(&Alike { unwritten: 1, ..Alike::default() }).is_err());
        assert!(sent(&Alike { unread: 1, ..Alike::default() }).is_err());
        assert_eq!(sent(&Alike { kept: 1, ..Alike::default() }).unwrap().kept, 1);
    }

    #[test]
    fn what_debug_hides_is_noticed() {
        /// Shows nothing, is always equal, and forgets when it is read.
        #[derive(Serialize, Deserialize)]
        struct Hidden(#[serde(deserialize_with = "nought")] u8);
        impl PartialEq for Hidden {
            fn eq(&self, _: &Self) -> bool {
                true
            }
        }
        impl fmt::Debug for Hidden {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("***")
            }
        }
        fn nought<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<u8, D::Error> {
            u8::deserialize(from).map(|_| 0)
        }
        assert!(sent(&Hidden(0)).is_ok());
        assert!(sent(&Hidden(1)).is_err());
    }
}
