//! The version store: the tips of what is applied, and the log of how they came to be.
//!
//! The version table holds exactly the rows that Alembic's would, and one that Alembic made is used as it is. The
//! log is Lambic's own: one row for each event, never updated.

mod log;
mod rows;
mod tables;

use std::sync::Arc;

use lambic_core::operation::{AlterTable, Object, Operation, TableChange};
use lambic_core::schema::{PortableType, QualifiedName};
use lambic_core::{
    Connection, Dialect, Error, ErrorKind, IdentifierCase, Outcome, Query, Result, Scope, Session, Statement,
    Table, TransactionOptions, TransactionalDdl, Value,
};

pub(crate) use log::{Author, LogEvent};
pub use log::{EventKind, History, LogEntry, Recorded, Unfinished};
pub use rows::RowChange;

use tables::VERSION_COLUMN;

/// The name of Alembic's version table. A project that is set to it takes over where Alembic stopped.
pub const ALEMBIC_TABLE: &str = "alembic_version";

/// Where the version rows and the log are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreOptions {
    /// Name of the version table.
    pub table: String,
    /// The namespace that it is in; `None` for the session's own.
    pub namespace: Option<String>,
    /// Name of the log table; `None` for no log.
    pub log: Option<String>,
}

/// The version table and the log of one database.
#[derive(Debug)]
pub struct VersionStore {
    dialect: Arc<dyn Dialect>,
    name: QualifiedName,
    /// The session's own namespace. Statements name it, so that a revision that changes what unqualified names mean, or
    /// makes a temporary table of the same name, does not lead them astray.
    own: Option<String>,
    /// The version table as it was found or made.
    table: Option<Table>,
    log: Option<LogTable>,
    rows_query: String,
}

#[derive(Debug)]
struct LogTable {
    name: QualifiedName,
    exists: bool,
    /// The number of the next row, once it is known.
    next: Option<i64>,
    /// Its name as statements write it.
    quoted: String,
    /// The statement that adds rows, up to the rows.
    insert: String,
}

/// What [`VersionStore::ensure`] made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ensured {
    /// The version table was made.
    pub table: bool,
    /// The log table was made.
    pub log: bool,
    /// The version table's column was made wide enough.
    pub widened: bool,
}

impl VersionStore {
    /// Looks for the tables. It makes none.
    ///
    /// # Errors
    /// - a table of that name is in several namespaces, or is not one of Lambic's or Alembic's;
    /// - no log is wanted where an interrupted run could not be understood without one.
    pub async fn find(session: &mut Session, options: &StoreOptions) -> Result<Self> {
        let dialect = Arc::clone(&session.dialect);
        let place = options.namespace.as_ref().or(session.namespace.as_ref());
        let scope = Scope {
            namespaces: place.map(|namespace| vec![namespace.clone()]),
            ..Scope::tables([Some(&options.table), options.log.as_ref()].into_iter().flatten())
        };
        let schema = dialect.introspect(session.connection.as_mut(), &scope).await?;
        let case = &dialect.capabilities().identifier.case;
        let insensitive = matches!(case, IdentifierCase::Insensitive | IdentifierCase::Lower);
        let same = |found: &str, wanted: &str| {
            if insensitive { found.eq_ignore_ascii_case(wanted) } else { found == wanted }
        };
        let table = only(schema.tables.iter().filter(|table| same(&table.name.name, &options.table)))?;
        let mut store = Self::new(dialect, options, table.cloned())?;
        store.own.clone_from(&session.namespace);
        if let Some(log) = &mut store.log {
            let place = &store.name.namespace;
            let mut known = schema.tables.iter().filter(|table| table.name.namespace == *place);
            if let Some(found) = known.find(|table| same(&table.name.name, &log.name.name)) {
                tables::check_log(found)?;
                log.exists = true;
                log.name = found.name.clone();
            }
        }
        store.prepare()?;
        Ok(store)
    }

    /// The store of a database that cannot be asked: no table is known to be there.
    pub(crate) fn offline(dialect: Arc<dyn Dialect>, options: &StoreOptions) -> Result<Self> {
        let mut store = Self::new(dialect, options, None)?;
        store.prepare()?;
        Ok(store)
    }

    fn new(dialect: Arc<dyn Dialect>, options: &StoreOptions, table: Option<Table>) -> Result<Self> {
        if options.log.is_none() && dialect.capabilities().transactional_ddl != TransactionalDdl::Full {
            return Err(log_needed(dialect.name()));
        }
        let wanted = QualifiedName { namespace: options.namespace.clone(), name: options.table.clone() };
        let name = table.as_ref().map_or(wanted, |table| table.name.clone());
        if let Some(table) = &table {
            tables::check_version(table)?;
        }
        let log = options.log.as_ref().map(|log| LogTable {
            name: name.renamed(log),
            exists: false,
            next: None,
            quoted: String::new(),
            insert: String::new(),
        });
        Ok(Self { dialect, name, own: None, table, log, rows_query: String::new() })
    }

    /// Writes the statements that are used again and again.
    fn prepare(&mut self) -> Result<()> {
        let column = self.dialect.lexicon().quote_identifier(VERSION_COLUMN)?;
        self.rows_query = format!("SELECT {column} FROM {}", self.quoted(&self.name)?);
        let names = self.log.as_ref().map(|log| self.quoted(&log.name)).transpose()?;
        if let Some((log, name)) = self.log.as_mut().zip(names) {
            log.insert = log::insert_head(self.dialect.lexicon(), &name)?;
            log.quoted = name;
        }
        Ok(())
    }

    /// A table of the store as statements name it.
    fn quoted(&self, name: &QualifiedName) -> Result<String> {
        let namespace = name.namespace.as_ref().or(self.own.as_ref());
        self.dialect.lexicon().quote_qualified(namespace.map(String::as_str), &name.name)
    }

    /// The version table's name, with the namespace where it was found.
    pub fn name(&self) -> &QualifiedName {
        &self.name
    }

    /// Whether the version table is there.
    pub fn exists(&self) -> bool {
        self.table.is_some()
    }

    /// Whether events are written down.
    pub(crate) fn has_log(&self) -> bool {
        self.log.as_ref().is_some_and(|log| log.exists)
    }

    /// The names of the tables that are the store's own.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &QualifiedName> {
        [Some(&self.name), self.log.as_ref().map(|log| &log.name)].into_iter().flatten()
    }

    /// The rows of the version table, sorted; none when there is no table.
    pub async fn rows(&self, connection: &mut dyn Connection) -> Result<Vec<String>> {
        if self.table.is_none() {
            return Ok(Vec::new());
        }
        let batch = connection.query_batch(&[Query::new(&self.rows_query)]).await?;
        let mut rows = Vec::new();
        for row in batch.into_iter().flat_map(|result| result.rows) {
            match row.into_iter().next() {
                Some(Value::Text(id)) => rows.push(id),
                Some(Value::Null) => return Err(self.bad_row("NULL")),
                _ => return Err(self.bad_row("something that is no text")),
            }
        }
        rows.sort_unstable();
        match rows.windows(2).find(|pair| pair.first() == pair.last()).and_then(<[_]>::first) {
            Some(twice) => Err(self.bad_row(&format!("{twice}, twice,"))),
            None => Ok(rows),
        }
    }

    fn bad_row(&self, what: &str) -> Error {
        let message = format!("the version table {} holds {what} where a revision is expected", self.name);
        Error::new(ErrorKind::Conflict, "store.bad-row", message)
            .hint("delete that row by hand: every row names one revision, and no two the same")
    }

    /// Makes the tables that are missing, and the version table wide enough for `longest`, the longest id that
    /// is about to be written, in a transaction of its own.
    pub async fn ensure(&mut self, connection: &mut dyn Connection, longest: usize) -> Result<Ensured> {
        let mut operations = Vec::new();
        let mut done = Ensured::default();
        let mut table = self.table.clone();
        match &table {
            None => {
                let new = tables::version_table(&self.name, self.dialect.as_ref())?;
                operations.push(Operation::create(Object::Table(Box::new(new.clone()))));
                table = Some(new);
                done.table = true;
            }
            Some(found) => {
                if let Some(alter) = self.widening(found, longest)? {
                    table = Some(alter.next.clone());
                    operations.push(Operation::AlterTable(Box::new(alter)));
                    done.widened = true;
                }
            }
        }
        if let Some(log) = self.log.as_ref().filter(|log| !log.exists) {
            let new = tables::log_table(&log.name, self.dialect.as_ref())?;
            operations.push(Operation::create(Object::Table(Box::new(new))));
            done.log = true;
        }
        self.carry_out(connection, &operations).await?;
        self.table = table;
        if let Some(log) = &mut self.log {
            log.exists = true;
        }
        Ok(done)
    }

    /// The change that makes room for an id of `longest` characters, if one is needed.
    fn widening(&self, found: &Table, longest: usize) -> Result<Option<AlterTable>> {
        let Some(column) = found.column(VERSION_COLUMN) else { return Ok(None) };
        let known = column.portable.clone().or_else(|| self.dialect.portable_type(&column.native));
        let Some(PortableType::Varchar(width) | PortableType::Char(width)) = known else { return Ok(None) };
        if longest <= width as usize {
            return Ok(None);
        }
        let mut wide = column.clone();
        let (native, portable) = tables::id_type(self.dialect.as_ref())?;
        wide.native = native;
        wide.portable = Some(portable);
        let change = TableChange::AlterColumn { previous: Box::new(column.clone()), next: Box::new(wide) };
        AlterTable::new(found.clone(), vec![change], Vec::new()).map(Some)
    }

    async fn carry_out(&self, connection: &mut dyn Connection, operations: &[Operation]) -> Result<()> {
        let mut statements: Vec<Statement> = Vec::new();
        for operation in operations {
            statements.extend(self.dialect.render(operation)?);
        }
        if statements.is_empty() {
            return Ok(());
        }
        // Where DDL commits by itself, each table is made alone; what a failure leaves missing is made by the next run.
        let undone = self.dialect.capabilities().transactional_ddl == TransactionalDdl::Full;
        if undone {
            let suspend_foreign_keys = statements.iter().any(|statement| statement.suspends_foreign_keys);
            connection
                .begin(&TransactionOptions { suspend_foreign_keys, ..TransactionOptions::default() })
                .await?;
        }
        for statement in &statements {
            if let Err(error) = connection.execute(&statement.sql, &[]).await {
                // The first error is the one that matters.
                let _ = connection.rollback().await;
                return Err(
                    error.note(format!("this happened while the version table {} was made", self.name))
                );
            }
        }
        if undone { connection.commit().await } else { Ok(()) }
    }

    /// Changes the rows of the version table.
    ///
    /// # Errors
    /// `Conflict` when a row is not there, or not alone.
    pub(crate) async fn apply(&self, connection: &mut dyn Connection, changes: &[RowChange]) -> Result<()> {
        let lexicon = self.dialect.lexicon();
        let table = self.quoted(&self.name)?;
        for change in changes {
            let query = change.query(lexicon, &table)?;
            let outcome = connection.execute(&query.sql, &query.params).await?;
            self.check_one(change, &outcome)?;
        }
        Ok(())
    }

    fn check_one(&self, change: &RowChange, outcome: &Outcome) -> Result<()> {
        match outcome.rows_affected {
            None | Some(1) => Ok(()),
            Some(rows) => {
                let message = format!("{change} in {} should touch one row and touched {rows}", self.name);
                Err(Error::new(ErrorKind::Conflict, "store.row-conflict", message)
                    .hint("somebody else changed the version table: look at `lambic current` and run again"))
            }
        }
    }

    /// The statements that make the version table, for a script.
    pub(crate) fn create_script(&self) -> Result<Vec<Statement>> {
        let table = tables::version_table(&self.name, self.dialect.as_ref())?;
        self.dialect.render(&Operation::create(Object::Table(Box::new(table))))
    }

    /// The statements that change the rows, with their values in them, for a script.
    pub(crate) fn change_script(&self, changes: &[RowChange]) -> Result<Vec<String>> {
        let table = self.quoted(&self.name)?;
        let lexicon = self.dialect.lexicon();
        changes.iter().map(|change| change.literal(lexicon, &table)).collect()
    }
}

/// The only one of `found`; several are an error that names them.
fn only<'t>(found: impl Iterator<Item = &'t Table>) -> Result<Option<&'t Table>> {
    let found: Vec<&Table> = found.collect();
    if found.len() < 2 {
        return Ok(found.first().copied());
    }
    let names: Vec<String> = found.iter().map(|table| table.name.to_string()).collect();
    let message = format!("the version table is there more than once: {}", names.join(", "));
    Err(Error::new(ErrorKind::Conflict, "store.ambiguous", message)
        .hint("say which one it is: `version_table_schema` in lambic.toml"))
}

fn log_needed(dialect: &str) -> Error {
    let message = format!("`log = false` is not possible on {dialect}");
    Error::new(ErrorKind::Config, "store.log-needed", message)
        .note("its DDL commits by itself, so that only the log tells what an interrupted run did")
        .hint("take `log = false` out of lambic.toml")
}
