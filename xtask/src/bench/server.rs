//! The servers that are measured, and what is sent to them by the plain driver.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Bench;
use super::finding::Finding;
use super::measure::Cost;
use crate::fetch::server::Stay;
use crate::fetch::{self, RESOURCES, Ready};
use crate::process;

/// Statements that are sent at once where the wire can, batch by batch.
pub(super) type Batches = Vec<Vec<String>>;

/// A server, as long as what started it lives.
pub(super) struct Server {
    pub(super) name: &'static str,
    /// What differs between the products.
    pub(super) product: &'static Product,
    /// Where databases are made.
    url: String,
}

/// What is different about a product.
pub(super) struct Product {
    /// The dialect, as revision files write it.
    pub(super) dialect: &'static str,
    /// Ends a URL of Lambic's whose connection is not encrypted, as the plain driver's is not.
    unencrypted: &'static str,
    /// How SQLAlchemy begins such a URL, and ends it.
    pub(super) alchemy: [&'static str; 2],
    /// Whether indexes are made with their table.
    pub(super) inline_indexes: bool,
    /// Whether DDL is undone with its transaction.
    pub(super) transactional: bool,
    /// How many transactions were committed in the database, as the server counts.
    pub(super) commits: &'static str,
}

const POSTGRES: Product = Product {
    dialect: "postgres",
    unencrypted: "?sslmode=disable",
    alchemy: ["postgresql+psycopg2", "?sslmode=disable"],
    inline_indexes: false,
    transactional: true,
    commits: "SELECT xact_commit::text FROM pg_stat_database WHERE datname = '{database}'",
};

const COM_COMMIT: &str = "SHOW GLOBAL STATUS LIKE 'Com_commit'";

const MYSQL: Product = Product {
    dialect: "mysql",
    unencrypted: "?ssl-mode=DISABLED",
    alchemy: ["mysql+pymysql", ""],
    inline_indexes: true,
    transactional: false,
    commits: COM_COMMIT,
};

const MARIADB: Product = Product { dialect: "mariadb", ..MYSQL };

/// Name of the resource, the variable with its URL, and what it is.
const SERVERS: [(&str, &str, &Product); 3] = [
    ("postgres", "LAMBIC_TEST_POSTGRES_URL", &POSTGRES),
    ("mysql", "LAMBIC_TEST_MYSQL_URL", &MYSQL),
    ("mariadb", "LAMBIC_TEST_MARIADB_URL", &MARIADB),
];

/// Measures every server.
///
/// # Errors
/// When one cannot be had, and those of `measure`.
pub(super) fn each(
    bench: &Bench,
    measure: fn(&Bench, &Server) -> Result<Vec<Finding>>,
) -> Result<Vec<Finding>> {
    let (_ready, servers) = all(bench)?;
    let mut findings = Vec::new();
    for server in &servers {
        findings.extend(measure(bench, server)?);
    }
    Ok(findings)
}

fn all(bench: &Bench) -> Result<(Ready, Vec<Server>)> {
    let wanted = |name: &str| SERVERS.iter().any(|(known, ..)| *known == name);
    // Where much is built, it is built once.
    let stay = if bench.scale.is_some() { Stay::Data } else { Stay::Nothing };
    let ready =
        fetch::ready(RESOURCES.iter().filter(|resource| wanted(resource.name)), &bench.folders, stay)?;
    let url = |variable: &str| {
        let found = ready.variables.iter().find(|(name, _)| *name == variable);
        let url = found.and_then(|(_, url)| url.to_str()).map(str::to_owned);
        url.or_else(|| std::env::var(variable).ok()).with_context(|| format!("{variable} is not known"))
    };
    let servers =
        SERVERS.iter().map(|(name, variable, product)| Ok(Server { name, product, url: url(variable)? }));
    let servers = servers.collect::<Result<_>>()?;
    Ok((ready, servers))
}

impl Server {
    /// The URL of a database.
    pub(super) fn database(&self, name: &str) -> String {
        let (server, _) = self.url.rsplit_once('/').unwrap_or((&self.url, ""));
        format!("{server}/{name}")
    }

    /// The URL with which Lambic connects to a database without encryption: what is compared is on the same wire.
    pub(super) fn unencrypted(&self, url: &str) -> String {
        format!("{url}{}", self.product.unencrypted)
    }

    /// Makes an empty database in place of the one of that name, and returns its URL.
    ///
    /// # Errors
    /// When the server refuses.
    pub(super) fn afresh(&self, bench: &Bench, name: &str) -> Result<String> {
        self.value(bench, &format!("DROP DATABASE IF EXISTS {name}"))?;
        self.value(bench, &format!("CREATE DATABASE {name}"))?;
        Ok(self.database(name))
    }

    /// Runs a statement beside the databases that are measured, and returns its last value.
    ///
    /// # Errors
    /// When the server refuses.
    pub(super) fn value(&self, bench: &Bench, sql: &str) -> Result<String> {
        // Where a connection must be in a database, it is one that the server itself needs.
        let home = if self.url.ends_with('/') { self.database("mysql") } else { self.url.clone() };
        let mut command = bench.program("bare-server");
        let answer = process::capture(command.args([&home, "--value", sql]))?;
        Ok(answer.trim().to_owned())
    }

    /// How many transactions were committed, as the server counts.
    ///
    /// # Errors
    /// When the server says no number.
    pub(super) fn commits(&self, bench: &Bench, database: &str) -> Result<f64> {
        let answer = self.value(bench, &self.product.commits.replace("{database}", database))?;
        answer.parse().with_context(|| format!("{}: `{answer}` is no number of commits", self.name))
    }

    /// Sends batches by the plain driver.
    ///
    /// # Errors
    /// When the server refuses one.
    pub(super) fn send(&self, bench: &Bench, url: &str, batches: &Batches) -> Result<Cost> {
        Cost::of(&mut self.sender(bench, url, batches)?)
    }

    /// A command that sends batches by the plain driver.
    ///
    /// # Errors
    /// When they cannot be written down.
    pub(super) fn sender(&self, bench: &Bench, url: &str, batches: &Batches) -> Result<Command> {
        let file = bench.projects.join(format!("{}-batches-{}.json", self.name, batches.len()));
        fs::create_dir_all(&bench.projects)?;
        fs::write(&file, serde_json::to_string(batches)?).context("cannot write a list of statements")?;
        let mut command = bench.program("bare-server");
        command.arg(url).arg(file);
        Ok(command)
    }
}
