//! What the engine does where a database is different: the real one, with other facts about it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lambic::plan::{Command, Planner, TransactionMode};
use lambic::run::{Report, Runner};
use lambic_core::schema::{NativeType, PortableType, QualifiedName};
use lambic_core::{
    Aftermath, Capabilities, ClientCommands, Connection, DatabaseUrl, Dialect, Driver, DriverInfo, ErrorKind,
    Feature, Lexicon, LockKey, Operation, Result, Schema, Scope, Scratch, ServerVersion, Session, Statement,
    StatementFacts, Support, TransactionOptions, TransactionRule, TransactionScript, TransactionalDdl,
};
use lambic_sqlite::SqliteDriver;

use crate::support::{Project, place};

/// The real driver and dialect, with other facts.
#[derive(Debug, Clone)]
struct Altered {
    inner: Arc<dyn Dialect>,
    capabilities: Capabilities,
    lexicon: Lexicon,
    /// What `COMMIT` is said to be.
    commit: TransactionRule,
    /// Namespaces in which every table is said to be.
    namespaces: &'static [&'static str],
}

impl Altered {
    fn new() -> Self {
        let inner = SqliteDriver.dialect("sqlite", None).unwrap();
        Self {
            capabilities: inner.capabilities().clone(),
            lexicon: inner.lexicon().clone(),
            inner,
            commit: TransactionRule::Control,
            namespaces: &[],
        }
    }
}

#[async_trait]
impl Driver for Altered {
    fn info(&self) -> &DriverInfo {
        SqliteDriver.info()
    }

    fn dialect(&self, _name: &str, _version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
        Ok(Arc::new(self.clone()))
    }

    async fn connect(&self, url: &DatabaseUrl) -> Result<Session> {
        let session = SqliteDriver.connect(url).await?;
        Ok(Session { dialect: Arc::new(self.clone()), namespace: None, ..session })
    }
}

#[async_trait]
impl Dialect for Altered {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn version(&self) -> &ServerVersion {
        self.inner.version()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    fn render(&self, operation: &Operation) -> Result<Vec<Statement>> {
        self.inner.render(operation)
    }

    fn column_type(&self, portable: &PortableType) -> Result<NativeType> {
        self.inner.column_type(portable)
    }

    fn portable_type(&self, native: &NativeType) -> Option<PortableType> {
        self.inner.portable_type(native)
    }

    fn classify(&self, statement: &str) -> StatementFacts {
        let facts = self.inner.classify(statement);
        if facts.command == "COMMIT" {
            StatementFacts { transaction: self.commit.clone(), ..facts }
        } else {
            facts
        }
    }

    fn transaction_script(&self, options: &TransactionOptions) -> TransactionScript {
        self.inner.transaction_script(options)
    }

    async fn introspect(&self, on: &mut dyn Connection, scope: &Scope) -> Result<Schema> {
        let schema = self.inner.introspect(on, scope).await?;
        let moved = self.namespaces.iter().flat_map(|namespace| {
            let within = |table: &lambic_core::Table| lambic_core::Table {
                name: QualifiedName::within(*namespace, &table.name.name),
                ..table.clone()
            };
            schema.tables.iter().map(within).collect::<Vec<_>>()
        });
        let moved: Vec<_> = moved.collect();
        let tables = if self.namespaces.is_empty() { schema.tables } else { moved.into_iter().collect() };
        Ok(Schema { tables, ..schema })
    }

    async fn lock(&self, on: &mut dyn Connection, key: &LockKey, wait: Duration) -> Result<()> {
        self.inner.lock(on, key, wait).await
    }

    async fn unlock(&self, on: &mut dyn Connection, key: &LockKey) -> Result<()> {
        self.inner.unlock(on, key).await
    }

    async fn scratch(&self, on: &mut dyn Connection) -> Result<Scratch> {
        self.inner.scratch(on).await
    }

    async fn drop_scratch(&self, on: &mut dyn Connection, scratch: Scratch) -> Result<()> {
        self.inner.drop_scratch(on, scratch).await
    }
}

async fn upgrade(project: &Project, driver: &Altered) -> Result<Report> {
    let (graph, url) = (project.graph(), project.url());
    let runner = Runner { driver, ..project.runner(&url) };
    runner.run(&graph, &Command::Upgrade { target: "head".into() }, &mut ()).await
}

#[tokio::test]
async fn where_ddl_commits_by_itself_every_statement_is_noted() {
    let mut driver = Altered::new();
    driver.capabilities.transactional_ddl = TransactionalDdl::None;
    let mut project = Project::line(&["-- @upgrade\nCREATE TABLE t (id);\nCREATE TABLE t (id);\n"]);
    let error = upgrade(&project, &driver).await.unwrap_err();
    assert_eq!(error.aftermath, Some(Aftermath::Partial));
    assert_eq!(project.tables().await, ["t"]);
    assert_eq!(project.events().await, ["started a", "statement a 1", "failed a 1"]);

    project.options.store.log = None;
    let error = upgrade(&project, &driver).await.unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Config, "store.log-needed"));
}

#[tokio::test]
async fn a_statement_that_commits_is_refused_or_found_out() {
    let project = Project::line(&["-- @upgrade\nCREATE TABLE t (id);\nCOMMIT;\nCREATE TABLE u (id);\n"]);
    let mut driver = Altered::new();
    driver.commit = TransactionRule::CommitsImplicitly;
    let error = upgrade(&project, &driver).await.unwrap_err();
    assert_eq!((error.code.as_str(), place(&error).1), ("section.implicit-commit", 6));
    assert!(project.tables().await.is_empty());

    driver.commit = TransactionRule::Allowed;
    let error = upgrade(&project, &driver).await.unwrap_err();
    assert_eq!((error.code.as_str(), place(&error).1), ("run.transaction-ended", 6));
    assert_eq!(error.aftermath, Some(Aftermath::Unknown), "nobody says that it was rolled back");
    assert_eq!(project.tables().await, ["t"]);
    assert!(project.rows().await.is_empty());
}

#[tokio::test]
async fn lines_of_data_are_refused_where_the_database_takes_none() {
    let project = Project::line(&["-- @upgrade\nCOPY t FROM STDIN;\n1\tx\n\\.\n"]);
    let mut driver = Altered::new();
    driver.lexicon.client = ClientCommands { copy_data: true, ..driver.lexicon.client };
    let error = upgrade(&project, &driver).await.unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Unsupported, "section.data"));
    assert_eq!(place(&error).1, 5);

    driver.capabilities.features.insert(Feature::CopyIn, Support::Native);
    let error = upgrade(&project, &driver).await.unwrap_err();
    assert_eq!((error.code.as_str(), place(&error).1), ("unsupported", 5), "the driver is asked");
}

#[tokio::test]
async fn the_whole_run_is_no_transaction_where_ddl_commits_by_itself() {
    let project = Project::line(&["-- @upgrade\nCREATE TABLE t (id);\n"]);
    let mut driver = Altered::new();
    driver.capabilities.transactional_ddl = TransactionalDdl::None;
    let (graph, url) = (project.graph(), project.url());
    let mut runner = Runner { driver: &driver, ..project.runner(&url) };
    runner.options.transaction = TransactionMode::All;
    let error = runner.run(&graph, &Command::Upgrade { target: "head".into() }, &mut ()).await.unwrap_err();
    assert_eq!(error.code, "section.all-needs-transactional-ddl");
    assert!(project.tables().await.is_empty());
}

#[tokio::test]
async fn the_version_table_is_named_where_it_was_found_and_must_be_one() {
    let project =
        Project::line(&["-- @upgrade\nCREATE TABLE t (id);\n", "-- @upgrade\nCREATE TABLE u (id);\n"]);
    let mut driver = Altered::new();
    project.execute("CREATE TABLE lambic_version (version_num VARCHAR(255) NOT NULL PRIMARY KEY)").await;
    project.execute("INSERT INTO lambic_version VALUES ('a')").await;
    driver.namespaces = &["main", "other"];
    let error = upgrade(&project, &driver).await.unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Conflict, "store.ambiguous"));
    assert!(error.message.contains("main.lambic_version, other.lambic_version"), "{error}");
    driver.namespaces = &["main"];
    let (graph, url) = (project.graph(), project.url());
    let runner = Runner { driver: &driver, ..project.runner(&url) };
    let database = runner.open(&mut ()).await.unwrap();
    assert_eq!(database.rows(), ["a"]);
    assert_eq!(database.store().name(), &QualifiedName::within("main", "lambic_version"));
    let plan = runner.plan(&graph, &Command::Upgrade { target: "head".into() }, &mut ()).await.unwrap();
    assert_eq!(plan.steps.len(), 1);
}

#[test]
fn lines_of_data_stand_in_a_script_as_in_the_revision() {
    let project = Project::line(&["-- @upgrade\nCOPY t FROM STDIN;\n1\tx;y\n2\t\\N\n\\.\nSELECT 1;\n"]);
    let mut driver = Altered::new();
    driver.lexicon.client = ClientCommands { copy_data: true, ..driver.lexicon.client };
    driver.capabilities.features.insert(Feature::CopyIn, Support::Native);
    let (graph, dialect): (_, Arc<dyn Dialect>) = (project.graph(), Arc::new(driver));
    let mode = TransactionMode::Revision;
    let planner = Planner {
        graph: &graph,
        dialect: Some(dialect.as_ref()),
        transaction: mode,
        known: &[],
        defer: false,
    };
    let plan = planner.plan(&Command::Upgrade { target: "head".into() }, &[]).unwrap();
    let json = serde_json::to_value(&plan.steps[0].statements[0]).unwrap();
    assert_eq!(json["data"], "1\tx;y\n2\t\\N\n");
    let text = lambic::script::script(&plan, &dialect, &project.options.store, mode).unwrap();
    assert!(text.contains("COPY t FROM STDIN;\n1\tx;y\n2\t\\N\n\\.\n\nSELECT 1;\n"), "{text}");
}
