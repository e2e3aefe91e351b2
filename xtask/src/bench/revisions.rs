//! `lambic upgrade` on servers, beside a loop that sends the same through the plain driver.

use std::fs;

use anyhow::{Context as _, Result};

use super::Bench;
use super::finding::{Finding, Limit};
use super::measure::{Cost, median, ratio};
use super::project;
use super::server::{self, Batches, Server};

const REVISIONS: usize = 400;
const PAIRS: usize = 5;
/// Most that applying may take of what the loop takes.
const OVER_BARE: f64 = 1.15;

/// What Lambic keeps, under the names of the columns that its log has.
const BOOKS: [&str; 2] = [
    "CREATE TABLE lambic_version (version_num varchar(255) NOT NULL PRIMARY KEY)",
    "CREATE TABLE lambic_log (id bigint NOT NULL PRIMARY KEY, event varchar(255) NOT NULL, revision varchar(255), \
     direction varchar(255), statement bigint, checksum varchar(255), at varchar(255) NOT NULL, duration_ms bigint, \
     who varchar(255), host varchar(255), session varchar(255), version varchar(255), tag varchar(255), error text)",
];

/// Applies 400 revisions to new databases of every server, by turns.
///
/// # Errors
/// When a server cannot be had or a command fails.
pub(super) fn run(bench: &Bench) -> Result<Vec<Finding>> {
    server::each(bench, of)
}

/// What one run cost.
struct Run {
    cost: Cost,
    commits: f64,
}

fn of(bench: &Bench, server: &Server) -> Result<Vec<Finding>> {
    let folder = generate(bench, server)?;
    let batches = bare(server);
    let mut pairs = Vec::new();
    for _ in 0..PAIRS {
        let ours = afresh(bench, server, |url| {
            let mut command = bench.program("lambic");
            let url = server.unencrypted(url);
            Cost::of(command.current_dir(&folder).args(["upgrade", "head", "--url", &url]))
        })?;
        pairs.push((ours, afresh(bench, server, |url| server.send(bench, url, &batches))?));
    }
    let of = |part: fn(&(Run, Run)) -> f64| median(pairs.iter().map(part).collect());
    Ok(vec![
        Finding::ratio(
            format!("{}: {REVISIONS} revisions beside bare: wall time", server.name),
            of(|(ours, bare)| ratio(ours.cost.wall, bare.cost.wall)),
            Limit::AtMost(OVER_BARE),
            format!(
                "{:.0} ms; bare {:.0} ms",
                of(|(ours, _)| ours.cost.wall.as_secs_f64()) * 1000.0,
                of(|(_, bare)| bare.cost.wall.as_secs_f64()) * 1000.0
            ),
        ),
        Finding::ratio(
            format!("{}: {REVISIONS} revisions beside bare: commits", server.name),
            of(|(ours, bare)| ours.commits / bare.commits.max(1.0)),
            Limit::AtMost(1.05),
            format!("{:.0}; bare {:.0}", of(|(ours, _)| ours.commits), of(|(_, bare)| bare.commits)),
        ),
    ])
}

/// Does something to a new database.
fn afresh(bench: &Bench, server: &Server, work: impl FnOnce(&str) -> Result<Cost>) -> Result<Run> {
    let name = "bench_revisions";
    let url = server.afresh(bench, name)?;
    let before = server.commits(bench, name)?;
    let cost = work(&url)?;
    // A session that has ended has told what it did.
    let commits = server.commits(bench, name)? - before;
    server.value(bench, &format!("DROP DATABASE {name}"))?;
    Ok(Run { cost, commits })
}

/// A project of revisions that each make a table with a row.
fn generate(bench: &Bench, server: &Server) -> Result<std::path::PathBuf> {
    let folder = bench.projects.join(format!("revisions-{}", server.name));
    if folder.exists() {
        fs::remove_dir_all(&folder).context("cannot remove a project of an earlier run")?;
    }
    let versions = folder.join("migrations/versions");
    fs::create_dir_all(&versions)?;
    fs::write(folder.join("lambic.toml"), "[lambic]\nscript_location = \"migrations\"\n")?;
    for number in 0..REVISIONS {
        let down = number.checked_sub(1).map(|parent| format!("-- @down-revision {}\n", project::id(parent)));
        let [table, row] = statements(number);
        let text = format!(
            "-- @revision {}\n{}-- @message add table {number}\n-- @created 2026-01-01T00:00:00Z\n\n-- @upgrade {}\n{table};\n{row};\n",
            project::id(number),
            down.unwrap_or_default(),
            server.product.dialect,
        );
        fs::write(versions.join(format!("{number:05}_{}.sql", project::id(number))), text)?;
    }
    Ok(folder)
}

fn statements(number: usize) -> [String; 2] {
    [
        format!("CREATE TABLE t{number} (id int PRIMARY KEY, name varchar(50) NOT NULL, note text)"),
        format!("INSERT INTO t{number} (id, name) VALUES (1, 'first')"),
    ]
}

/// The same statements, transactions, version and log writes.
fn bare(server: &Server) -> Batches {
    let mut books = Books { batches: Batches::new(), next: 1 };
    books.transaction(BOOKS.map(str::to_owned));
    for number in 0..REVISIONS {
        let version = match number.checked_sub(1) {
            None => format!("INSERT INTO lambic_version VALUES ('{}')", project::id(0)),
            Some(before) => format!(
                "UPDATE lambic_version SET version_num = '{}' WHERE version_num = '{}'",
                project::id(number),
                project::id(before)
            ),
        };
        let rows = "SELECT version_num FROM lambic_version".to_owned();
        let [table, row] = statements(number);
        if server.product.transactional {
            let done = books.log("done", number, None);
            books.transaction([rows, table, row, version, done]);
        } else {
            let started = books.log("started", number, None);
            books.transaction([rows.clone(), started]);
            let before = books.log("started", number, Some(1));
            let after = books.log("statement", number, Some(1));
            books.batches.extend([before, table, after].map(|sql| vec![sql]));
            let noted = books.log("statement", number, Some(2));
            books.transaction([row, noted]);
            let done = books.log("done", number, None);
            books.transaction([rows, version, done]);
        }
    }
    books.batches
}

/// What is written beside the statements.
struct Books {
    batches: Batches,
    next: usize,
}

impl Books {
    fn transaction<const N: usize>(&mut self, statements: [String; N]) {
        self.batches.push(vec!["BEGIN".to_owned()]);
        self.batches.extend(statements.map(|sql| vec![sql]));
        self.batches.push(vec!["COMMIT".to_owned()]);
    }

    fn log(&mut self, event: &str, number: usize, statement: Option<usize>) -> String {
        let id = self.next;
        self.next += 1;
        let statement = statement.map_or("NULL".to_owned(), |statement| statement.to_string());
        format!(
            "INSERT INTO lambic_log VALUES ({id}, '{event}', '{}', 'upgrade', {statement}, '1:{:064}', \
             '2026-01-01T00:00:00.000000Z', 3, 'somebody', 'somewhere', '12345/1', '0.1.0', NULL, NULL)",
            project::id(number),
            number
        )
    }
}
