//! The driver under test.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use lambic_core::{DatabaseUrl, Dialect, Driver, Error, ErrorKind, Result, Schema, Session};

use crate::memo::Memo;
use crate::place::Place;
use crate::walk::{Walk, walk};
use crate::{Case, address};

/// The database's own account of what it holds, by means that are not the driver's: its dump program, its
/// `SHOW CREATE`.
#[async_trait]
pub trait Oracle: Send + Sync + fmt::Debug {
    /// Everything that the database says of the place that `session` is in, as text that is equal exactly when the
    /// schemas are. `name` is what [`Scratch::name`] says.
    async fn dump(&self, session: &mut Session, name: &str) -> Result<String>;
}

/// A driver and the database that it is tried on.
#[derive(Debug)]
pub struct Subject {
    driver: Arc<dyn Driver>,
    url: DatabaseUrl,
    oracle: Option<Arc<dyn Oracle>>,
    /// What answers at the URL.
    dialect: Arc<dyn Dialect>,
    /// The newest version of the same dialect, for what is told without a server.
    offline: Arc<dyn Dialect>,
    /// Sessions at the URL that nobody uses just now: to open one takes longer than most of what is tried.
    homes: Mutex<Vec<Session>>,
    empty: Memo<Schema>,
    walks: Memo<Walk>,
    rebuilt: Memo<Rebuilt>,
}

/// What a schema is when the database has built it from nothing.
#[derive(Debug)]
pub(crate) struct Rebuilt {
    /// What was read.
    pub(crate) schema: Schema,
    /// What the database says of itself, where there is an oracle and somebody asks.
    pub(crate) dump: Option<String>,
}

impl Subject {
    /// A driver and a URL where it may make databases of its own. Connects once, to see what answers.
    ///
    /// # Errors
    /// What the driver says of the URL.
    pub async fn open(driver: Arc<dyn Driver>, url: &DatabaseUrl) -> Result<Self> {
        let dialect = driver.connect(url).await?.dialect;
        let offline = driver.dialect(dialect.name(), None)?;
        Ok(Self {
            driver,
            url: url.clone(),
            oracle: None,
            dialect,
            offline,
            homes: Mutex::default(),
            empty: Memo::default(),
            walks: Memo::default(),
            rebuilt: Memo::default(),
        })
    }

    /// The same with the database's own account, for law L4.
    pub fn with_oracle(mut self, oracle: Arc<dyn Oracle>) -> Self {
        self.oracle = Some(oracle);
        self
    }

    /// The same without it: what the database says of itself does not cross the driver's traits.
    pub(crate) fn without_oracle(mut self) -> Self {
        self.oracle = None;
        self
    }

    /// The driver.
    pub fn driver(&self) -> &dyn Driver {
        self.driver.as_ref()
    }

    /// The database's own account, where there is one.
    pub fn oracle(&self) -> Option<&dyn Oracle> {
        self.oracle.as_deref()
    }

    /// The dialect that answers at the URL: its capabilities are those of this server.
    pub fn dialect(&self) -> &dyn Dialect {
        self.dialect.as_ref()
    }

    /// The newest version of the dialect, without a server.
    pub fn offline(&self) -> &dyn Dialect {
        self.offline.as_ref()
    }

    /// Opens a session at the URL.
    pub async fn connect(&self) -> Result<Session> {
        self.driver.connect(&self.url).await
    }

    /// Opens a session at the same server, in a database of that name or at the same one, by way of `by`, host and port.
    pub(crate) async fn connect_by(&self, by: Option<&str>, database: Option<&str>) -> Result<Session> {
        self.driver.connect(&address::changed(&self.url, by, database)?).await
    }

    /// Host and port of the server, where the URL names one server by both.
    pub(crate) fn address(&self) -> Option<&str> {
        address::of(self.url.expose())
    }

    fn homes(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tries something in an empty place, and removes the place whatever came of it.
    ///
    /// # Errors
    /// What `body` says; else what went wrong with the place.
    pub async fn place<T>(&self, body: impl AsyncFnOnce(&mut Place) -> Result<T>) -> Result<T> {
        let idle = self.homes().pop();
        let mut home = match idle {
            Some(home) => home,
            None => self.connect().await?,
        };
        let dialect = Arc::clone(&home.dialect);
        let mut place = Place::new(dialect.scratch(home.connection.as_mut()).await?);
        let result = body(&mut place).await;
        let left = dialect.drop_scratch(home.connection.as_mut(), place.into_scratch()).await;
        if left.is_ok() {
            self.homes().push(home);
        }
        let value = result?;
        left.map(|()| value)
    }

    /// What is read of a place where nothing was made.
    pub(crate) async fn empty(&self) -> Result<Arc<Schema>> {
        self.empty.get(String::new(), self.place(async |place| place.introspect().await)).await
    }

    /// What a schema is when this database has built it from nothing and is asked for it.
    pub(crate) async fn canonical(&self, schema: &Schema) -> Result<Schema> {
        Ok(self.build(schema, false).await?.schema)
    }

    async fn build(&self, schema: &Schema, dumped: bool) -> Result<Rebuilt> {
        let operations = schema.build_for(self.dialect.capabilities())?;
        self.place(async |place| {
            place.apply(&operations).await?;
            let schema = place.introspect().await?;
            let dump = match self.oracle().filter(|_| dumped) {
                Some(oracle) => Some(place.dump(oracle).await?),
                None => None,
            };
            Ok(Rebuilt { schema, dump })
        })
        .await
    }

    /// The same, worked out once for each schema; with the database's own account, where it is asked for.
    pub(crate) async fn rebuilt(&self, schema: &Schema, dumped: bool) -> Result<Arc<Rebuilt>> {
        let key = serde_json::to_string(schema)
            .map_err(|error| Error::new(ErrorKind::Internal, "conformance.json", error.to_string()))?;
        self.rebuilt.get(format!("{dumped} {key}"), self.build(schema, dumped)).await
    }

    /// What came of a case, carried out once.
    pub(crate) async fn walk(&self, case: &Case) -> Result<Arc<Walk>> {
        self.walks.get(case.name.clone(), Box::pin(walk(self, case))).await
    }
}
