//! The three traits that a database is made of: [`Driver`], [`Dialect`], [`Connection`].
//!
//! All are object-safe, and all that crosses them is plain data (`Serialize`, `Deserialize`, `PartialEq`), so
//! that a driver works the same linked in or loaded as a plugin.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::capability::Capabilities;
use crate::error::{Error, Result};
use crate::lexicon::Lexicon;
use crate::operation::Operation;
use crate::schema::{NativeType, PortableType, Schema};
use crate::statement::{Statement, StatementFacts, TransactionOptions, TransactionScript};
use crate::url::DatabaseUrl;
use crate::value::{Outcome, Query, Rows, Value};

/// A database product: what a driver crate exports.
///
/// # How to add a database
/// 1. Make a crate `lambic-<name>` with the files of the other drivers: `lib.rs`, `connection.rs`, `introspect.rs`
///    with its `introspect/*.sql`, `render.rs`, `complete.rs`, `types.rs`. It depends on `lambic-core` and `lambic-sql` alone,
///    beside the database's own client.
/// 2. State the facts: [`DriverInfo`], [`Capabilities`] and [`Lexicon`]. What you do not name is absent.
/// 3. Write [`Connection`]: sessions, statements, transactions, cancelling. Convert the client's errors here and
///    nowhere else.
/// 4. Write [`Dialect::introspect`], with a fixed number of queries; list in `unsupported` what the model cannot hold.
/// 5. Write [`Dialect::render`], with one exhaustive `match`; answer what the database cannot do with
///    [`Error::unsupported`](crate::Error::unsupported). Where your database changes other objects along, write
///    [`Dialect::complete`] with [`Operation::followed`] and [`Operation::attended`].
/// 6. Run the conformance suite from `tests/conformance.rs` until every law holds.
/// 7. Register the driver in the command line's `registry.rs`.
#[async_trait]
pub trait Driver: Send + Sync + fmt::Debug {
    /// What the driver is.
    fn info(&self) -> &DriverInfo;

    /// Facts and rendering for a version of one of [`DriverInfo::dialects`], without a server. `None`: the newest
    /// version known.
    ///
    /// # Errors
    /// `Unsupported` when the version is older than the driver supports, or the dialect is not one of the driver's.
    fn dialect(&self, name: &str, version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>>;

    /// Opens a session and finds out what answers.
    ///
    /// # Behaviour
    /// - A database that does not exist is created only where opening creates it by nature: a file.
    /// - The session starts in autocommit, in the driver's own prologue: foreign keys enforced, time-outs bounded.
    /// - No error shows a secret of the URL.
    async fn connect(&self, url: &DatabaseUrl) -> Result<Session>;
}

/// What a driver is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriverInfo {
    /// Stable name, also the configuration key: `sqlite`.
    pub name: String,
    /// The product, as people write it.
    pub title: String,
    /// URL schemes that it answers to, in lower case.
    pub schemes: Vec<String>,
    /// Names of the dialects it can return, the one that stands for the product first.
    pub dialects: Vec<String>,
    /// Version of the driver.
    pub version: String,
}

/// Version of a server or library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ServerVersion {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number.
    pub patch: u32,
}

impl ServerVersion {
    /// Reads the numbers at the start of `text`: `3.53.4`, `15.18 (Debian)`, `16`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits =
            text.trim_start().split(|letter: char| !letter.is_ascii_digit() && letter != '.').next()?;
        let mut numbers = digits.split('.').filter(|part| !part.is_empty()).map(str::parse);
        let major = numbers.next()?.ok()?;
        let mut next = || numbers.next().map_or(Some(0), Result::ok);
        Some(Self { major, minor: next()?, patch: next()? })
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// An open session and the dialect that answers in it.
#[derive(Debug)]
pub struct Session {
    /// The wire.
    pub connection: Box<dyn Connection>,
    /// What speaks on it.
    pub dialect: Arc<dyn Dialect>,
    /// The namespace that a name without one means in this session: the current schema, or the current database. In the
    /// model, objects in it carry no namespace, so that the same schema reads the same wherever it lives; it is not
    /// listed among [`Schema::namespaces`]. `None` where there is none to name.
    pub namespace: Option<String>,
}

/// What Lambic must know of one flavour and version of a database: DDL, introspection, transactional DDL.
///
/// A dialect uses connections of its own driver only; a foreign one is answered with `ErrorKind::Usage`.
/// All but the `async` methods are pure: same input, same output, on every machine.
#[async_trait]
pub trait Dialect: Send + Sync + fmt::Debug {
    /// Stable name, as revision files write it: `postgres`, `mysql`, `mariadb`, `sqlite`.
    fn name(&self) -> &str;

    /// The version it stands for.
    fn version(&self) -> &ServerVersion;

    /// What this server can do.
    fn capabilities(&self) -> &Capabilities;

    /// Quoting and lexical rules.
    fn lexicon(&self) -> &Lexicon;

    /// An operation with everything else in `schema` that the database changes along with it: the text of expressions,
    /// types and definition objects that names what gets another name, and names that follow from another one.
    ///
    /// Whoever makes an operation completes it before it is applied or rendered. What the operation says already stays.
    /// This default adds nothing, and [`Schema::apply`] refuses what then is missing.
    ///
    /// # Errors
    /// `Unsupported` where it cannot be told what the database makes of a text: the operation must then say it.
    fn complete(&self, operation: Operation, schema: &Schema) -> Result<Operation> {
        let _ = schema;
        Ok(operation)
    }

    /// The statements that carry out an operation, in order.
    ///
    /// # Behaviour
    /// - Total over what [`capabilities`](Self::capabilities) admit; the rest is `ErrorKind::Unsupported`.
    /// - After the statements ran, introspection gives what [`Schema::apply`] says, and no row is lost that the
    ///   operation does not drop.
    /// - Every name is quoted.
    fn render(&self, operation: &Operation) -> Result<Vec<Statement>>;

    /// The native type for a portable one.
    ///
    /// # Errors
    /// `Unsupported` when the database has nothing that could stand for it.
    fn column_type(&self, portable: &PortableType) -> Result<NativeType>;

    /// The portable type that a native one stands for, where there is one.
    fn portable_type(&self, native: &NativeType) -> Option<PortableType>;

    /// What can be told from a statement's text.
    fn classify(&self, statement: &str) -> StatementFacts;

    /// The statements around a transaction, for a script.
    fn transaction_script(&self, options: &TransactionOptions) -> TransactionScript;

    /// The statements with which the script of a whole schema begins. What only the text of a routine names may come
    /// later, or not be there at all: a database that looks is told here not to.
    fn schema_preamble(&self, schema: &Schema) -> Vec<String> {
        let _ = schema;
        Vec::new()
    }

    /// Reads the live schema, in a number of round trips that does not depend on its size.
    ///
    /// # Behaviour
    /// - Nothing is passed over: what the model cannot hold is in `unsupported`.
    /// - Reading twice gives the same.
    async fn introspect(&self, on: &mut dyn Connection, scope: &Scope) -> Result<Schema>;

    /// Keeps other migrators out until [`unlock`](Self::unlock) or the end of the session.
    ///
    /// # Behaviour
    /// - It is one lock per `key.name` and database; it lives with the session, in a transaction or out of one.
    /// - Taking a lock that the session holds succeeds, and one `unlock` gives it up.
    /// - A `wait` of zero tries once. Whoever waits can be [cancelled](Canceller::cancel).
    ///
    /// # Errors
    /// `Locked` when `wait` has passed; its notes say who holds the lock, as far as that is known, and nothing that
    /// changes while the same one holds it. `Cancelled` when the wait was ended. A database whose lock needs a session
    /// without a transaction may refuse one that has begun.
    async fn lock(&self, on: &mut dyn Connection, key: &LockKey, wait: Duration) -> Result<()>;

    /// Lets others in again. What this session has never taken, or given up, is no error.
    ///
    /// # Errors
    /// `Conflict`, where the database can tell that the lock was lost while the session held it.
    async fn unlock(&self, on: &mut dyn Connection, key: &LockKey) -> Result<()>;

    /// Makes an empty, isolated place of the same kind, with a session in it. What an earlier process left behind that
    /// died is removed; `on` must live as long as the place, since it may be what tells others that it is in use.
    ///
    /// # Errors
    /// `Permission`, naming the privilege that is missing.
    async fn scratch(&self, on: &mut dyn Connection) -> Result<Scratch>;

    /// Removes such a place.
    async fn drop_scratch(&self, on: &mut dyn Connection, scratch: Scratch) -> Result<()>;
}

/// A throw-away place: an empty database and a session in it.
#[derive(Debug)]
pub struct Scratch {
    /// What it is called; empty where it needs no name.
    pub name: String,
    /// The session in it.
    pub session: Session,
}

/// What to read of a database.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// Only these namespaces. `None`: every one that belongs to the connected database and is not the server's own;
    /// where namespaces are databases, that of the session alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespaces: Option<Vec<String>>,
    /// Only tables of these names, and nothing but tables: in whichever of those namespaces they are, the names as the
    /// database stores them. `None`: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables: Option<Vec<String>>,
}

impl Scope {
    /// Only tables of these names.
    pub fn tables<I: IntoIterator<Item = S>, S: Into<String>>(names: I) -> Self {
        Self { namespaces: None, tables: Some(names.into_iter().map(Into::into).collect()) }
    }
}

/// What a lock protects, and who asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockKey {
    /// The name of the lock: the version table, or what the user set.
    pub name: String,
    /// Who asks, for those who then wait: user, host, process and time.
    pub holder: String,
}

/// Names a driver and a session of it, so that a driver finds its own without downcasts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConnectionId {
    /// Name of the driver.
    pub driver: String,
    /// Number of the session, unique among those of the driver in this process.
    pub session: u64,
}

/// The wire: one session. Dropping it closes the session.
#[async_trait]
pub trait Connection: Send + fmt::Debug {
    /// Which session it is.
    fn id(&self) -> &ConnectionId;

    /// Runs one statement; its rows, if it has any, are dropped. Text that holds several statements is refused.
    ///
    /// # Errors
    /// The error carries the statement, the offset where the database points, the database's own code, and what was
    /// left behind.
    async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<Outcome>;

    /// Runs queries, all at once where the wire can, and returns their rows in the same order.
    ///
    /// # Errors
    /// That of the first query that fails; those after it may or may not have run, and the session goes on.
    async fn query_batch(&mut self, queries: &[Query]) -> Result<Vec<Rows>>;

    /// Runs a statement that takes rows from its client, `COPY … FROM STDIN`, and sends it `data`: lines in the
    /// statement's own format, without an end mark.
    ///
    /// # Errors
    /// `Unsupported` where the database has no such statement, which is what this default answers.
    async fn copy_in(&mut self, sql: &str, data: &str) -> Result<Outcome> {
        let _ = (sql, data);
        Err(Error::unsupported(&self.id().driver, "statements that take rows from their client"))
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// `Conflict` when one is open.
    async fn begin(&mut self, options: &TransactionOptions) -> Result<()>;

    /// Commits it.
    ///
    /// # Errors
    /// `Conflict` without a transaction. After an error the transaction is gone, and the error says what was left behind.
    async fn commit(&mut self) -> Result<()>;

    /// Rolls it back. Without a transaction it does nothing.
    async fn rollback(&mut self) -> Result<()>;

    /// Whether a transaction is open, whoever began it.
    async fn in_transaction(&mut self) -> Result<bool>;

    /// Bounds how long a statement waits for what another session has locked; it then fails with
    /// `ErrorKind::Locked`. `None`: the driver's own choice. It outlives [`reset`](Self::reset).
    async fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()>;

    /// Puts the session back into the driver's prologue. Locks stay.
    async fn reset(&mut self) -> Result<()>;

    /// Ends a running statement from elsewhere.
    fn canceller(&self) -> Arc<dyn Canceller>;
}

/// Ends what its session is doing.
#[async_trait]
pub trait Canceller: Send + Sync + fmt::Debug {
    /// Asks the database to end the running statement; that statement then fails with `ErrorKind::Cancelled`. On a
    /// session that runs nothing it does nothing, and it never reaches a statement that begins after it was called.
    async fn cancel(&self) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_servers_print() {
        let version = |text| ServerVersion::parse(text).map(|version| version.to_string());
        assert_eq!(version("15.18 (Debian 15.18-0+deb12u1)").unwrap(), "15.18.0");
        assert_eq!(version("10.11.19-MariaDB-0+deb12u1").unwrap(), "10.11.19");
        assert_eq!(version("16").unwrap(), "16.0.0");
        assert_eq!(version("x"), None);
        assert_eq!(version("99999999999.1"), None);
    }

    /// The traits are object-safe, and what crosses threads can.
    #[test]
    fn the_traits_are_objects() {
        fn takes(_: Option<Box<dyn Driver>>, _: Option<Session>) {}
        fn sends<T: Send>() {}
        takes(None, None);
        sends::<Session>();
    }
}
