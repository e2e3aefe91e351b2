//! A project in a folder of its own, and a database beside it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use lambic::event::{Event, Notice};
use lambic::interrupt::Interrupt;
use lambic::plan::{Command, Plan, TransactionMode};
use lambic::run::{Actor, LockOptions, Report, RunOptions, Runner};
use lambic::store::{LogEntry, StoreOptions};
use lambic_core::{DatabaseUrl, Driver, Error, Result, Value};
use lambic_revision::{Graph, Locations};
use lambic_sqlite::SqliteDriver;
use tempfile::TempDir;

/// A folder of revisions, a database, and how runs go.
pub(crate) struct Project {
    folder: TempDir,
    pub(crate) options: RunOptions,
    pub(crate) interrupt: Interrupt,
    /// What was said during runs: warnings and notes.
    pub(crate) notices: Vec<Notice>,
}

pub(crate) fn options() -> RunOptions {
    RunOptions {
        store: StoreOptions {
            table: "lambic_version".into(),
            namespace: None,
            log: Some("lambic_log".into()),
        },
        dialects: Vec::new(),
        known_dialects: vec!["sqlite".into(), "postgres".into()],
        transaction: TransactionMode::Revision,
        lock: Some(LockOptions { key: None, wait: Duration::from_millis(300) }),
        allow: Vec::new(),
        actor: Actor { user: Some("ann".into()), host: Some("den".into()) },
        statement_timeout: None,
        ddl_lock_timeout: None,
        ddl_retries: 0,
        tag: None,
    }
}

impl Project {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("versions")).unwrap();
        Self { folder, options: options(), interrupt: Interrupt::new(), notices: Vec::new() }
    }

    /// Revisions `a`, `b`, … one upon the other; each is what stands after its header.
    pub(crate) fn line(bodies: &[&str]) -> Self {
        let project = Self::new();
        let mut down = String::new();
        for (id, body) in ('a'..='z').zip(bodies) {
            project.revision(&id.to_string(), &down, body);
            down = id.to_string();
        }
        project
    }

    /// Writes a revision's file, or writes it anew.
    pub(crate) fn revision(&self, id: &str, down: &str, body: &str) {
        let down = if down.is_empty() { String::new() } else { format!("-- @down-revision {down}\n") };
        let text = format!("-- @revision {id}\n{down}-- @message makes {id}\n\n{body}");
        fs::write(self.file(id), text).unwrap();
    }

    pub(crate) fn file(&self, id: &str) -> PathBuf {
        self.folder.path().join("versions").join(format!("{id}.sql"))
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("app.db")
    }

    pub(crate) fn url(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&format!("sqlite:{}", self.database().display())).unwrap()
    }

    pub(crate) fn graph(&self) -> Graph {
        Graph::load(&Locations::folder(self.folder.path().join("versions"))).unwrap()
    }

    pub(crate) fn runner<'r>(&self, url: &'r DatabaseUrl) -> Runner<'r> {
        Runner {
            driver: &SqliteDriver,
            url,
            source: "a test".into(),
            options: self.options.clone(),
            interrupt: self.interrupt.clone(),
        }
    }

    pub(crate) async fn run(&mut self, command: Command) -> Result<Report> {
        let (graph, url) = (self.graph(), self.url());
        let runner = self.runner(&url);
        let mut notices = Vec::new();
        let report = runner.run(&graph, &command, &mut collect(&mut notices)).await;
        self.notices = notices;
        report
    }

    pub(crate) async fn plan(&mut self, command: Command) -> Result<Plan> {
        let (graph, url) = (self.graph(), self.url());
        let mut notices = Vec::new();
        let plan = self.runner(&url).plan(&graph, &command, &mut collect(&mut notices)).await;
        self.notices = notices;
        plan
    }

    pub(crate) async fn upgrade(&mut self, target: &str) -> Result<Report> {
        self.run(Command::Upgrade { target: target.into() }).await
    }

    pub(crate) async fn downgrade(&mut self, target: &str) -> Result<Report> {
        self.run(Command::Downgrade { target: target.into() }).await
    }

    pub(crate) async fn stamp(&mut self, targets: &[&str], purge: bool) -> Result<Report> {
        let targets = targets.iter().map(|target| (*target).to_owned()).collect();
        self.run(Command::Stamp { targets, purge }).await
    }

    /// The first column of a query, as text.
    pub(crate) async fn column(&self, sql: &str) -> Vec<String> {
        column(&self.url(), sql).await
    }

    pub(crate) async fn execute(&self, sql: &str) {
        execute(&self.url(), sql).await;
    }

    pub(crate) async fn rows(&self) -> Vec<String> {
        self.column("SELECT version_num FROM lambic_version ORDER BY 1").await
    }

    /// Tables, but for Lambic's own.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' \
                   AND name NOT IN ('lambic_version', 'lambic_log', 'alembic_version') ORDER BY 1";
        self.column(sql).await
    }

    pub(crate) async fn log(&self) -> Vec<LogEntry> {
        let url = self.url();
        let runner = Runner { interrupt: Interrupt::new(), ..self.runner(&url) };
        runner.open(&mut ()).await.unwrap().log().await.unwrap()
    }

    /// The log as `event revision statement`.
    pub(crate) async fn events(&self) -> Vec<String> {
        let line = |entry: LogEntry| {
            let revision = entry.revision.unwrap_or_default();
            let statement = entry.statement.map_or(String::new(), |number| format!(" {number}"));
            format!("{} {revision}{statement}", entry.event)
        };
        self.log().await.into_iter().map(line).collect()
    }

    /// The codes of what was said in the last run.
    pub(crate) fn codes(&self) -> Vec<&str> {
        self.notices.iter().map(|notice| notice.code).collect()
    }
}

fn collect(notices: &mut Vec<Notice>) -> impl FnMut(&Event<'_>) + Send {
    |event| {
        if let Event::Warning(notice) | Event::Note(notice) = event {
            notices.push((*notice).clone());
        }
    }
}

pub(crate) async fn execute(url: &DatabaseUrl, sql: &str) {
    let mut session = SqliteDriver.connect(url).await.unwrap();
    session.connection.execute(sql, &[]).await.unwrap();
}

/// Runs a statement from a function that cannot wait, on a thread of its own.
pub(crate) fn execute_now(url: &DatabaseUrl, sql: &str) {
    let (url, sql) = (url.clone(), sql.to_owned());
    let work = move || {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(execute(&url, &sql));
    };
    std::thread::spawn(work).join().unwrap();
}

pub(crate) async fn column(url: &DatabaseUrl, sql: &str) -> Vec<String> {
    let mut session = SqliteDriver.connect(url).await.unwrap();
    let rows = session.connection.query_batch(&[lambic_core::Query::new(sql)]).await.unwrap().remove(0).rows;
    let text = |row: Vec<Value>| match row.into_iter().next().unwrap() {
        Value::Text(text) => text,
        Value::Integer(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    rows.into_iter().map(text).collect()
}

/// Where an error is: file name, line and column.
pub(crate) fn place(error: &Error) -> (String, u32, u32) {
    let location = error.location.clone().unwrap_or_default();
    let file = PathBuf::from(&location.file).file_name().unwrap().to_string_lossy().into_owned();
    (file, location.line, location.column)
}
