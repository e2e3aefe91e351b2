//! Where something is tried: an empty database.

use std::sync::Arc;

use lambic_core::{
    Connection, Dialect, Error, ErrorKind, Operation, Query, Result, Rows, Schema, Scope, Scratch, Session,
    Statement, TransactionOptions, TransactionRule,
};

use crate::Oracle;

/// An empty, isolated database.
#[derive(Debug)]
pub struct Place {
    scratch: Scratch,
}

impl Place {
    pub(crate) fn new(scratch: Scratch) -> Self {
        Self { scratch }
    }

    pub(crate) fn into_scratch(self) -> Scratch {
        self.scratch
    }

    /// What it is called, where it has a name.
    pub fn name(&self) -> &str {
        &self.scratch.name
    }

    /// What speaks there.
    pub fn dialect(&self) -> Arc<dyn Dialect> {
        Arc::clone(&self.scratch.session.dialect)
    }

    /// The session in it.
    pub fn session(&mut self) -> &mut Session {
        &mut self.scratch.session
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
        self.introspect_scope(&Scope::default()).await
    }

    /// Reads a part of the schema, or more than what is read by itself.
    pub async fn introspect_scope(&mut self, scope: &Scope) -> Result<Schema> {
        let dialect = self.dialect();
        dialect.introspect(self.connection(), scope).await
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
