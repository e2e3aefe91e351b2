//! A driver for an engine in memory: what a vendor writes who knows the core and nothing else. It can be told to lie.

use std::io::ErrorKind as Io;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use lambic_core::schema::{Index, NativeType, PortableType};
use lambic_core::{
    Aftermath, Canceller, Capabilities, Connection, ConnectionId, DatabaseUrl, Dialect, Driver, DriverInfo,
    Error, ErrorKind, Feature, IdentifierCase, Lexicon, LockKey, Operation, Outcome, Query, Result, Rows,
    Schema, Scope, Scratch, ServerVersion, Session, Statement, StatementFacts, TransactionOptions,
    TransactionRule, TransactionScript, Value,
};

use crate::engine::Answer;
use crate::facts::{SIGNS, Variant, folded, inserts, misfits, names_a_constraint};
use crate::server::Server;

/// What a driver may do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lie {
    /// Reading again gives something else.
    ReadsDifferently,
    /// A unique constraint comes back as a unique index.
    MixesUniques,
    /// Defaults of columns are lost whenever the schema changes.
    ForgetsDefaults,
    /// What is migrated is described otherwise than what is built.
    DumpsDifferently,
    /// Changing a table costs a row.
    LosesARow,
    /// A column that gets another type is dropped and added.
    DropsAndAdds,
    /// DDL is called transactional and is not.
    CannotRollBack,
    /// Everybody gets the lock.
    IgnoresLocks,
    /// A dead holder's lock stays.
    KeepsDeadLocks,
    /// A name comes back in lower case.
    FoldsNames,
    /// A feature is declared that does not work.
    ClaimsComments,
    /// What is not declared is rendered all the same.
    RendersAnything,
    /// Cancelling does nothing.
    CannotCancel,
    /// Waiting for another session goes on for as long as it takes.
    WaitsForEver,
    /// What is sent over a connection that is cut is called done.
    OverlooksCuts,
    /// What stands in another namespace is not read.
    OverlooksNamespaces,
    /// The way back is made up where it cannot be had.
    MakesUpTheWayBack,
    /// Text that is rendered differs from what was agreed.
    SpellsOtherwise,
}

const NAME: &str = "double";

static INFO: LazyLock<DriverInfo> = LazyLock::new(|| DriverInfo {
    name: NAME.to_owned(),
    title: "Double".to_owned(),
    schemes: vec![NAME.to_owned()],
    dialects: vec![NAME.to_owned()],
    version: "1.0.0".to_owned(),
});

/// The driver, with the engine behind it.
#[derive(Debug)]
pub(crate) struct Double {
    server: Arc<Server>,
    dialect: Arc<DoubleDialect>,
}

#[derive(Debug)]
struct DoubleDialect {
    server: Arc<Server>,
    version: ServerVersion,
    capabilities: Capabilities,
    lexicon: Lexicon,
    lie: Option<Lie>,
    /// The types that are not there.
    without: Vec<PortableType>,
    /// How often somebody has read.
    reads: AtomicBool,
}

impl Double {
    pub(crate) fn new(variant: &Variant) -> Self {
        let server = Server::start(variant.lie);
        let dialect = Arc::new(DoubleDialect {
            server: Arc::clone(&server),
            version: ServerVersion { major: 1, minor: 0, patch: 0 },
            capabilities: variant.capabilities(),
            lexicon: Lexicon::default(),
            lie: variant.lie,
            without: variant.without_types.clone(),
            reads: AtomicBool::new(false),
        });
        Self { server, dialect }
    }

    /// Where it is reached.
    pub(crate) fn url(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&format!("double://{}/0", self.server.address())).unwrap()
    }
}

#[async_trait]
impl Driver for Double {
    fn info(&self) -> &DriverInfo {
        &INFO
    }

    fn dialect(&self, _name: &str, _version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
        Ok(self.dialect.clone())
    }

    /// `double://host:port/database`
    async fn connect(&self, url: &DatabaseUrl) -> Result<Session> {
        let (address, database) = url.rest().trim_start_matches('/').split_once('/').unwrap_or_default();
        session(&self.server, &self.dialect, address, database.parse().unwrap_or_default()).await
    }
}

async fn session(
    server: &Arc<Server>,
    dialect: &Arc<DoubleDialect>,
    address: &str,
    database: u64,
) -> Result<Session> {
    let (session, wire) = server.enter(address, database).await?;
    let connection = DoubleConnection {
        id: ConnectionId { driver: NAME.to_owned(), session },
        server: Arc::clone(server),
        wire,
        lexicon: dialect.lexicon.clone(),
        lie: dialect.lie,
        patience: PATIENCE,
        cancelled: Arc::default(),
    };
    Ok(Session { connection: Box::new(connection), dialect: dialect.clone(), namespace: None })
}

/// How long a statement waits for another session where nobody says.
const PATIENCE: Duration = Duration::from_secs(5);

impl DoubleDialect {
    /// The refusal of what the capabilities deny, as far as an operation can ask for it.
    fn admit(&self, operation: &Operation) -> Result<()> {
        let text = serde_json::to_string(operation).unwrap_or_default();
        let has = |feature: &Feature| self.capabilities.has(feature) && self.lie != Some(Lie::ClaimsComments);
        let denied = SIGNS.iter().find(|(feature, sign)| text.contains(sign) && !has(feature));
        if self.lie == Some(Lie::RendersAnything) {
            return Ok(());
        }
        if let Some((feature, _)) = denied {
            return Err(Error::unsupported(NAME, feature));
        }
        if names_a_constraint(operation) && !has(&Feature::ConstraintName) {
            return Err(Error::unsupported(NAME, Feature::ConstraintName));
        }
        if self.lie != Some(Lie::MakesUpTheWayBack) && inserts(operation) {
            return Err(Error::unsupported(NAME, Feature::ColumnOrder));
        }
        if misfits(operation) {
            return Err(Error::new(ErrorKind::Database, "double.misfit", "a default is of another type"));
        }
        match folded(operation, &self.lexicon) {
            Some(name) if self.capabilities.identifier.case == IdentifierCase::FoldsToUpper => {
                Err(Error::new(ErrorKind::Database, "double.unknown", format!("there is no {name}")))
            }
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Dialect for DoubleDialect {
    fn name(&self) -> &str {
        NAME
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

    fn render(&self, operation: &Operation) -> Result<Vec<Statement>> {
        self.admit(operation)?;
        let sql = serde_json::to_string(operation)
            .map_err(|error| Error::new(ErrorKind::Internal, "double.json", error.to_string()))?;
        let end = if self.lie == Some(Lie::SpellsOtherwise) { " " } else { "" };
        Ok(vec![Statement::new(sql + end)])
    }

    fn column_type(&self, portable: &PortableType) -> Result<NativeType> {
        let text = serde_json::to_string(portable).unwrap_or_default();
        if self.without.contains(portable) {
            Err(Error::unsupported(NAME, text))
        } else {
            Ok(NativeType::new(text))
        }
    }

    fn portable_type(&self, native: &NativeType) -> Option<PortableType> {
        serde_json::from_str(native.as_str()).ok()
    }

    fn classify(&self, statement: &str) -> StatementFacts {
        let command = statement.split(' ').next().unwrap_or_default().to_owned();
        StatementFacts { transaction: TransactionRule::Allowed, changes_session: false, command }
    }

    fn transaction_script(&self, _options: &TransactionOptions) -> TransactionScript {
        TransactionScript::default()
    }

    async fn introspect(&self, on: &mut dyn Connection, _scope: &Scope) -> Result<Schema> {
        let mut schema = self.server.within(on.id().session, |database| Ok(database.schema.clone()))?;
        match self.lie {
            Some(Lie::ReadsDifferently) if self.reads.fetch_xor(true, Ordering::Relaxed) => {
                schema.tables.rewrite(|table| table.columns.reverse());
            }
            Some(Lie::FoldsNames) => {
                schema.tables.rewrite(|table| {
                    table.columns.iter_mut().for_each(|column| column.name = column.name.to_lowercase());
                });
            }
            Some(Lie::MixesUniques) => schema.tables.rewrite(|table| {
                for key in std::mem::take(&mut table.uniques) {
                    let name = key.name.clone().unwrap_or_default();
                    table.indexes.insert(Index { unique: true, ..Index::new(name, key.columns) });
                }
            }),
            Some(Lie::OverlooksNamespaces) => {
                let kept = schema.tables.iter().filter(|table| table.name.namespace.is_none());
                schema.tables = kept.cloned().collect();
            }
            _ => {}
        }
        Ok(schema)
    }

    async fn lock(&self, on: &mut dyn Connection, key: &LockKey, wait: Duration) -> Result<()> {
        let end = Instant::now() + wait;
        while let Err(holder) = self.server.lock(&key.name, on.id().session, &key.holder) {
            if self.lie == Some(Lie::IgnoresLocks) {
                return Ok(());
            }
            if Instant::now() >= end {
                return Err(
                    Error::new(ErrorKind::Locked, "double.locked", "somebody holds the lock").note(holder)
                );
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    async fn unlock(&self, _on: &mut dyn Connection, key: &LockKey) -> Result<()> {
        self.server.unlock(&key.name);
        Ok(())
    }

    async fn scratch(&self, on: &mut dyn Connection) -> Result<Scratch> {
        self.server.within(on.id().session, |_| Ok(()))?;
        let database = self.server.number();
        let dialect = Arc::new(Self {
            server: Arc::clone(&self.server),
            version: self.version.clone(),
            capabilities: self.capabilities.clone(),
            lexicon: self.lexicon.clone(),
            lie: self.lie,
            without: self.without.clone(),
            reads: AtomicBool::new(false),
        });
        let session = session(&self.server, &dialect, &self.server.address(), database).await?;
        Ok(Scratch { name: database.to_string(), session })
    }

    async fn drop_scratch(&self, _on: &mut dyn Connection, scratch: Scratch) -> Result<()> {
        scratch.name.parse().into_iter().for_each(|database| self.server.drop_database(database));
        Ok(())
    }
}

#[derive(Debug)]
struct DoubleConnection {
    id: ConnectionId,
    server: Arc<Server>,
    /// It says nothing; when it ends, the session does.
    wire: TcpStream,
    lexicon: Lexicon,
    lie: Option<Lie>,
    /// How long a statement waits for another session.
    patience: Duration,
    cancelled: Arc<AtomicBool>,
}

impl DoubleConnection {
    /// Whether the server is still there.
    fn alive(&self) -> Result<()> {
        let cut = match self.wire.peek(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() != Io::WouldBlock,
        };
        if cut && self.lie != Some(Lie::OverlooksCuts) {
            let lost = Error::new(ErrorKind::Connect, "double.lost", "the connection was lost");
            return Err(lost.aftermath(Aftermath::RolledBack));
        }
        Ok(())
    }

    /// Waits until no other session's transaction stands in the way.
    async fn admitted(&self) -> Result<()> {
        let (session, end) = (self.id.session, Instant::now() + self.patience);
        let inside = self.server.in_transaction(session);
        loop {
            self.alive()?;
            if self.server.within(session, |database| Ok(database.admits(session, inside)))? {
                return Ok(());
            }
            if Instant::now() >= end && self.lie != Some(Lie::WaitsForEver) {
                return Err(Error::new(ErrorKind::Locked, "double.locked", "another session is at work"));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn until_cancelled(&self) -> Result<Rows> {
        self.cancelled.store(false, Ordering::SeqCst);
        while !self.cancelled.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Err(Error::new(ErrorKind::Cancelled, "double.cancelled", "the statement was cancelled"))
    }
}

#[async_trait]
impl Connection for DoubleConnection {
    fn id(&self) -> &ConnectionId {
        &self.id
    }

    async fn execute(&mut self, sql: &str, _params: &[Value]) -> Result<Outcome> {
        self.admitted().await?;
        let (lexicon, lie) = (&self.lexicon, self.lie);
        let rows = self.server.within(self.id.session, |database| database.execute(sql, lexicon, lie))?;
        let in_transaction = Some(self.server.in_transaction(self.id.session));
        Ok(Outcome { rows_affected: Some(rows), notices: Vec::new(), in_transaction })
    }

    async fn query_batch(&mut self, queries: &[Query]) -> Result<Vec<Rows>> {
        self.alive()?;
        let mut all = Vec::new();
        for Query { sql, .. } in queries {
            let answer =
                self.server.within(self.id.session, |database| database.select(sql, &self.lexicon))?;
            all.push(match answer {
                Answer::Rows(rows) => rows,
                Answer::Endless => self.until_cancelled().await?,
            });
        }
        Ok(all)
    }

    async fn begin(&mut self, _options: &TransactionOptions) -> Result<()> {
        self.alive()?;
        self.server.begin(self.id.session)
    }

    async fn commit(&mut self) -> Result<()> {
        self.alive()?;
        self.server.commit(self.id.session)
    }

    async fn rollback(&mut self) -> Result<()> {
        self.alive()?;
        self.server.rollback(self.id.session)
    }

    async fn in_transaction(&mut self) -> Result<bool> {
        Ok(self.server.in_transaction(self.id.session))
    }

    async fn set_lock_timeout(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.patience = timeout.unwrap_or(PATIENCE);
        Ok(())
    }

    async fn reset(&mut self) -> Result<()> {
        Ok(())
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        Arc::new(DoubleCanceller(Arc::clone(&self.cancelled), self.lie))
    }
}

#[derive(Debug)]
struct DoubleCanceller(Arc<AtomicBool>, Option<Lie>);

#[async_trait]
impl Canceller for DoubleCanceller {
    async fn cancel(&self) -> Result<()> {
        self.0.store(self.1 != Some(Lie::CannotCancel), Ordering::SeqCst);
        Ok(())
    }
}
