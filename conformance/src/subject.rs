//! The driver under test.

use std::sync::Arc;

use lambic_core::{
    Connection, DatabaseUrl, Dialect, Driver, Error, ErrorKind, Query, Result, Schema, Scope, Scratch,
    Session,
};
use lambic_core::{Statement, TransactionOptions, TransactionRule};

/// A driver and the database that it is tried on.
#[derive(Debug)]
pub struct Subject {
    driver: Arc<dyn Driver>,
    url: String,
}

impl Subject {
    /// A driver and a URL where it may make databases of its own.
    pub fn new(driver: Arc<dyn Driver>, url: impl Into<String>) -> Self {
        Self { driver, url: url.into() }
    }

    /// The driver.
    pub fn driver(&self) -> &dyn Driver {
        self.driver.as_ref()
    }

    /// The dialect that stands for the driver, without a server.
    ///
    /// # Errors
    /// When the driver does not know it.
    pub fn dialect(&self) -> Result<Arc<dyn Dialect>> {
        let name = self.driver.info().dialects.first().map_or("", String::as_str);
        self.driver.dialect(name, None)
    }

    /// Opens a session at the URL.
    pub async fn connect(&self) -> Result<Session> {
        self.driver.connect(&DatabaseUrl::parse(&self.url)?).await
    }

    /// An empty place to try things in, beside the session that made it.
    pub async fn place(&self) -> Result<Place> {
        let mut home = self.connect().await?;
        let scratch = home.dialect.scratch(home.connection.as_mut()).await?;
        Ok(Place { home, scratch })
    }
}

/// An empty, isolated database.
#[derive(Debug)]
pub struct Place {
    home: Session,
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
    pub async fn query(&mut self, sql: impl Into<String>) -> Result<lambic_core::Rows> {
        let mut rows = self.connection().query_batch(&[Query::new(sql)]).await?;
        rows.pop()
            .ok_or_else(|| Error::new(ErrorKind::Internal, "conformance.rows", "a query returned no rows"))
    }

    /// Reads the schema.
    pub async fn introspect(&mut self) -> Result<Schema> {
        let dialect = self.dialect();
        dialect.introspect(self.connection(), &Scope::default()).await
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
    pub async fn apply(&mut self, operations: &[lambic_core::Operation]) -> Result<()> {
        let dialect = self.dialect();
        for operation in operations {
            self.run(&dialect.render(operation)?).await?;
        }
        Ok(())
    }

    /// Runs a script of native SQL.
    pub async fn script(&mut self, sql: &str) -> Result<()> {
        let dialect = self.dialect();
        let script =
            lambic_sql::split(sql, dialect.lexicon()).map_err(|error| error.locate("the case", sql, 0))?;
        for statement in &script.statements {
            self.connection().execute(statement.text(), &[]).await?;
        }
        Ok(())
    }

    /// Removes the place.
    pub async fn leave(self) -> Result<()> {
        let Self { mut home, scratch } = self;
        let dialect = Arc::clone(&home.dialect);
        dialect.drop_scratch(home.connection.as_mut(), scratch).await
    }
}
