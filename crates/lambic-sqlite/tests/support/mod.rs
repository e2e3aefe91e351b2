//! A database in memory, as tests use it.

#![allow(dead_code, reason = "each test program uses its part")]

use lambic_core::{
    DatabaseUrl, Driver, Operation, Query, Result, Schema, Scope, Session, TransactionOptions, Value,
};
use lambic_sqlite::SqliteDriver;

/// An open database.
pub(crate) struct Database {
    pub(crate) session: Session,
}

/// Runs a future to its end.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

impl Database {
    /// An empty database in memory.
    pub(crate) fn empty() -> Self {
        let url = DatabaseUrl::parse("sqlite::memory:").unwrap();
        Self { session: wait(SqliteDriver.connect(&url)).unwrap() }
    }

    /// Runs every statement of a script, in one transaction.
    pub(crate) fn load(&mut self, script: &str) -> Result<()> {
        let lexicon = self.session.dialect.lexicon().clone();
        let script = lambic_sql::split(script, &lexicon).unwrap();
        let statements: Vec<&str> = script.statements.iter().map(lambic_sql::Statement::text).collect();
        self.transaction(&statements, false)
    }

    /// Runs statements in one transaction.
    pub(crate) fn transaction(&mut self, statements: &[&str], suspend_foreign_keys: bool) -> Result<()> {
        let connection = &mut self.session.connection;
        wait(async {
            let own = statements.iter().any(|sql| sql.eq_ignore_ascii_case("begin"));
            let options = TransactionOptions { suspend_foreign_keys, ..TransactionOptions::default() };
            if !own {
                connection.begin(&options).await?;
            }
            for sql in statements {
                if let Err(error) = connection.execute(sql, &[]).await {
                    connection.rollback().await?;
                    return Err(error);
                }
            }
            if own { Ok(()) } else { connection.commit().await }
        })
    }

    /// Carries out operations in one transaction, begun as the statements ask, or always without foreign keys.
    pub(crate) fn apply(&mut self, operations: &[Operation], always_suspended: bool) -> Result<Vec<String>> {
        let mut statements = Vec::new();
        for operation in operations {
            statements.extend(self.session.dialect.render(operation)?);
        }
        let suspended = statements.iter().any(|statement| statement.suspends_foreign_keys);
        let sql: Vec<&str> = statements.iter().map(|statement| statement.sql.as_str()).collect();
        self.transaction(&sql, suspended || always_suspended)?;
        Ok(statements.into_iter().map(|statement| statement.sql).collect())
    }

    /// The schema as it is now.
    pub(crate) fn schema(&mut self) -> Schema {
        self.scoped(&Scope::default())
    }

    /// A part of the schema.
    pub(crate) fn scoped(&mut self, scope: &Scope) -> Schema {
        let Session { connection, dialect, .. } = &mut self.session;
        wait(dialect.introspect(connection.as_mut(), scope)).unwrap()
    }

    /// The rows of a query.
    pub(crate) fn rows(&mut self, sql: &str) -> Vec<Vec<Value>> {
        self.query(sql).1
    }

    /// The columns and the rows of a query.
    pub(crate) fn query(&mut self, sql: &str) -> (Vec<String>, Vec<Vec<Value>>) {
        let rows = wait(self.session.connection.query_batch(&[Query::new(sql)])).unwrap_or_else(|error| {
            panic!("{sql}: {error}");
        });
        let rows = rows.into_iter().next().unwrap();
        (rows.columns, rows.rows)
    }

    /// What SQLite itself says of every table: the part of a schema that pragmas tell, as an independent witness.
    pub(crate) fn witness(&mut self) -> Vec<Vec<Value>> {
        let mut found = Vec::new();
        for sql in [
            "SELECT name, type, ncol, wr, strict FROM pragma_table_list
             WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND type <> 'view' ORDER BY 1",
            "SELECT m.name, x.name, upper(replace(replace(x.type, ' ', ''), char(10), '')), x.\"notnull\", x.pk, x.hidden,
                    replace(replace(replace(x.dflt_value, ' ', ''), char(10), ''), char(9), '')
             FROM sqlite_schema AS m, pragma_table_xinfo(m.name) AS x
             WHERE m.type = 'table' AND m.rootpage > 0 AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1, x.cid",
            "SELECT m.name, l.origin, l.\"unique\", l.partial, iif(l.origin = 'c', l.name, ''),
                    group_concat(coalesce(x.name, '()') || x.\"desc\" || upper(x.coll) || x.key)
             FROM sqlite_schema AS m, pragma_index_list(m.name) AS l, pragma_index_xinfo(l.name) AS x
             WHERE m.type = 'table' GROUP BY m.name, l.name ORDER BY 1, 2, 3, 4, 5, 6",
            "SELECT m.name, lower(f.\"table\"), group_concat(f.\"from\" || '>' || coalesce(lower(f.\"to\"), '')),
                    f.on_update, f.on_delete
             FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f
             WHERE m.type = 'table' GROUP BY m.name, f.id ORDER BY 1, 2, 3, 4, 5",
        ] {
            found.extend(self.rows(sql));
        }
        found
    }
}
