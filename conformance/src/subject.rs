//! The driver under test.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use lambic_core::{
    Connection, DatabaseUrl, Dialect, Driver, Error, ErrorKind, Operation, Query, Result, Rows, Schema,
    Scope, Scratch, Session,
};
use lambic_core::{Statement, TransactionOptions, TransactionRule};

use crate::Case;
use crate::memo::Memo;
use crate::walk::{Walk, walk};

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
    walks: Memo<Walk>,
    rebuilt: Memo<Rebuilt>,
}

/// What a schema is when the database has built it from nothing.
#[derive(Debug)]
pub(crate) struct Rebuilt {
    /// What was read.
    pub(crate) schema: Schema,
    /// What the database says of itself, where there is an oracle.
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
        let (walks, rebuilt) = (Memo::default(), Memo::default());
        Ok(Self { driver, url: url.clone(), oracle: None, dialect, offline, walks, rebuilt })
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

    /// Tries something in an empty place, and removes the place whatever came of it.
    ///
    /// # Errors
    /// What `body` says; else what went wrong with the place.
    pub async fn place<T>(&self, body: impl AsyncFnOnce(&mut Place) -> Result<T>) -> Result<T> {
        let mut home = self.connect().await?;
        let dialect = Arc::clone(&home.dialect);
        let scratch = dialect.scratch(home.connection.as_mut()).await?;
        let mut place = Place { scratch };
        let result = body(&mut place).await;
        let left = dialect.drop_scratch(home.connection.as_mut(), place.scratch).await;
        let value = result?;
        left.map(|()| value)
    }

    /// What a schema is when this database has built it from nothing and is asked for it.
    pub(crate) async fn canonical(&self, schema: &Schema) -> Result<Schema> {
        let operations = schema.build_for(self.dialect.capabilities())?;
        self.place(async |place| {
            place.apply(&operations).await?;
            place.introspect().await
        })
        .await
    }

    /// The same with the database's own account, worked out once for each schema.
    pub(crate) async fn rebuilt(&self, schema: &Schema) -> Result<Arc<Rebuilt>> {
        let key = serde_json::to_string(schema)
            .map_err(|error| Error::new(ErrorKind::Internal, "conformance.json", error.to_string()))?;
        let work = async {
            let operations = schema.build_for(self.dialect.capabilities())?;
            self.place(async |place| {
                place.apply(&operations).await?;
                let schema = place.introspect().await?;
                let dump = match self.oracle() {
                    Some(oracle) => Some(place.dump(oracle).await?),
                    None => None,
                };
                Ok(Rebuilt { schema, dump })
            })
            .await
        };
        self.rebuilt.get(key, work).await
    }

    /// What came of a case, carried out once.
    pub(crate) async fn walk(&self, case: &Case) -> Result<Arc<Walk>> {
        self.walks.get(case.name.clone(), walk(self, case)).await
    }
}

/// An empty, isolated database.
#[derive(Debug)]
pub struct Place {
    scratch: Scratch,
}

impl Place {
    /// What speaks there.
    pub fn dialect(&self) -> Arc<dyn Dialect> {
        Arc::clone(&self.scratch.session.dialect)
    }

    /// The wire.
    pub fn connection(&mut self) -> &mut dyn Connection {
        self.scratch.session.connection.as_mut()
    }

    /// Runs a query.
    pub async fn query(&mut self, sql: impl Into<String>) -> Result<Rows> {
        let mut rows = self.connection().query_batch(&[Query::new(sql)]).await?;
        rows.pop()
            .ok_or_else(|| Error::new(ErrorKind::Internal, "conformance.rows", "a query returned no rows"))
    }

    /// Reads the schema.
    pub async fn introspect(&mut self) -> Result<Schema> {
        let dialect = self.dialect();
        dialect.introspect(self.connection(), &Scope::default()).await
    }

    /// What the database itself says of it.
    pub async fn dump(&mut self, oracle: &dyn Oracle) -> Result<String> {
        oracle.dump(&mut self.scratch.session, &self.scratch.name).await
    }

    /// Runs rendered statements: in one transaction where they allow it, else one by one.
    pub async fn run(&mut self, statements: &[Statement]) -> Result<()> {
        let inside = statements.iter().all(|statement| statement.transaction == TransactionRule::Allowed);
        if inside {
            let suspend_foreign_keys = statements.iter().any(|statement| statement.suspends_foreign_keys);
            self.connection()
                .begin(&TransactionOptions { suspend_foreign_keys, ..Default::default() })
                .await?;
        }
        for statement in statements {
            if let Err(error) = self.connection().execute(&statement.sql, &[]).await {
                self.connection().rollback().await?;
                return Err(error);
            }
        }
        if inside { self.connection().commit().await } else { Ok(()) }
    }

    /// Renders operations and runs them.
    pub async fn apply(&mut self, operations: &[Operation]) -> Result<()> {
        let dialect = self.dialect();
        for operation in operations {
            let statements = dialect.render(operation)?;
            self.run(&statements).await.map_err(|error| error.note(operation.describe()))?;
        }
        Ok(())
    }

    /// Runs a script of native SQL.
    pub async fn script(&mut self, sql: &str) -> Result<()> {
        let dialect = self.dialect();
        let script =
            lambic_sql::split(sql, dialect.lexicon()).map_err(|error| error.locate("the case", sql, 0))?;
        for statement in &script.statements {
            match statement.data_text() {
                Some(data) => self.connection().copy_in(statement.text(), data).await?,
                None => self.connection().execute(statement.text(), &[]).await?,
            };
        }
        Ok(())
    }
}
