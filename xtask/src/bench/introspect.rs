//! Reading a live schema, beside the bare queries and beside SQLAlchemy.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::Bench;
use super::finding::{Finding, Limit};
use super::measure::{Cost, median, peak_memory, ratio};
use super::server::{self, Batches, Server};
use crate::fetch::peers;
use crate::process;

const TABLES: usize = 1000;
const ROUNDS: usize = 5;
/// Most that reading may take of what the bare queries take.
const OVER_BARE: f64 = 1.5;
/// Least that it must be faster than SQLAlchemy.
const FASTER: f64 = 10.0;
/// Most that ten times as many tables may take of processor time, and of memory in MiB.
const TENFOLD: f64 = 13.0;
const MEMORY: f64 = 400.0;

/// Prints how many tables SQLAlchemy has reflected.
const REFLECT: &str = "import sys, sqlalchemy
metadata = sqlalchemy.MetaData()
metadata.reflect(sqlalchemy.create_engine(sys.argv[1]))
print(len(metadata.tables))";

/// Reads 1,000 tables of every server, and as many as `--scale` says.
///
/// # Errors
/// When a server cannot be had or a command fails.
pub(super) fn run(bench: &Bench) -> Result<Vec<Finding>> {
    server::each(bench, of)
}

fn of(bench: &Bench, server: &Server) -> Result<Vec<Finding>> {
    let url = build(bench, server, TABLES)?;
    let queries: Batches = serde_json::from_str(&process::capture(bench.program("record").arg(&url))?)
        .context("the queries cannot be read")?;
    let mut bare = server.sender(bench, &url, &queries)?;
    let mut lambic = inspect(bench, server, &url);
    let mut alchemy = reflect(bench, server, &url)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push([Cost::of(&mut lambic)?, Cost::of(&mut bare)?, Cost::of(&mut alchemy)?]);
    }
    let of = |part: fn(&[Cost; 3]) -> f64| median(rounds.iter().map(part).collect());
    let mut findings = vec![Finding::ratio(
        format!("{}: {TABLES} tables, beside the bare queries: wall time", server.name),
        of(|[ours, bare, _]| ratio(ours.wall, bare.wall)),
        Limit::AtMost(OVER_BARE),
        format!(
            "{:.0} ms; bare {:.0} ms; {} queries; processor time {:.1} ms and {:.1} ms",
            of(|[ours, ..]| ours.wall.as_secs_f64()) * 1000.0,
            of(|[_, bare, _]| bare.wall.as_secs_f64()) * 1000.0,
            queries.iter().map(Vec::len).sum::<usize>(),
            of(|[ours, ..]| ours.cpu.as_secs_f64()) * 1000.0,
            of(|[_, bare, _]| bare.cpu.as_secs_f64()) * 1000.0,
        ),
    )];
    findings.push(Finding::ratio(
        format!("{}: {TABLES} tables, times faster than SQLAlchemy", server.name),
        of(|[ours, _, theirs]| ratio(theirs.wall, ours.wall)),
        Limit::AtLeast(FASTER),
        format!("SQLAlchemy {:.1} s", of(|[_, _, theirs]| theirs.wall.as_secs_f64())),
    ));
    if let Some(scale) = bench.scale {
        findings.extend(at_scale(bench, server, scale, &url)?);
    }
    server.value(bench, &format!("DROP DATABASE {}", name(TABLES)))?;
    Ok(findings)
}

fn at_scale(bench: &Bench, server: &Server, scale: usize, thousand: &str) -> Result<Vec<Finding>> {
    let url = match server.value(bench, &kept(scale)) {
        Ok(_) => server.database(&name(scale)),
        Err(_) => build(bench, server, scale)?,
    };
    let [one, many] =
        Cost::best_of(ROUNDS, [inspect(bench, server, thousand), inspect(bench, server, &url)])?;
    let memory = peak_memory(&mut inspect(bench, server, &url))?;
    Ok(vec![
        Finding::ratio(
            format!("{}: {scale} tables beside {TABLES}: processor time", server.name),
            ratio(many.cpu, one.cpu),
            Limit::AtMost(TENFOLD),
            format!("{many} and {one}"),
        ),
        Finding::new(
            format!("{}: {scale} tables: memory", server.name),
            memory,
            " MiB",
            Limit::AtMost(MEMORY),
            String::new(),
        ),
    ])
}

/// Asks for a table of an earlier run's database.
fn kept(tables: usize) -> String {
    format!("SELECT 1 FROM {}.t{}", name(tables), tables - 1)
}

fn name(tables: usize) -> String {
    format!("bench_tables_{tables}")
}

fn inspect(bench: &Bench, server: &Server, url: &str) -> Command {
    let mut command = bench.program("lambic");
    let url = server.unencrypted(url);
    command.current_dir(&bench.projects).args(["inspect", "--coverage", "--url", &url]);
    command
}

/// Makes a database of so many tables, each with 12 columns, 3 indexes and a foreign key.
fn build(bench: &Bench, server: &Server, tables: usize) -> Result<String> {
    let url = server.afresh(bench, &name(tables))?;
    let statements: Vec<Vec<String>> = (0..tables).map(|number| table(server, number)).collect();
    let mut batches = Batches::new();
    for statements in statements.chunks(100) {
        batches.push(vec!["BEGIN".to_owned()]);
        batches.extend(statements.iter().flatten().map(|sql| vec![sql.clone()]));
        batches.push(vec!["COMMIT".to_owned()]);
    }
    server.send(bench, &url, &batches)?;
    Ok(url)
}

fn table(server: &Server, number: usize) -> Vec<String> {
    let indexes = [("a", "c1"), ("b", "c2, c3"), ("c", "c6")];
    let inline: Vec<String> = indexes
        .iter()
        .filter(|_| server.product.inline_indexes)
        .map(|(index, columns)| format!(", INDEX t{number}_{index} ({columns})"))
        .collect();
    let parent = number.saturating_sub(1);
    let table = format!(
        "CREATE TABLE t{number} (id bigint PRIMARY KEY, parent bigint, c1 varchar(50) NOT NULL DEFAULT 'x', c2 int, \
         c3 numeric(10,2), c4 timestamp NULL, c5 text, c6 date, c7 smallint, c8 double precision, c9 char(3), \
         c10 bigint, CONSTRAINT t{number}_fk FOREIGN KEY (parent) REFERENCES t{parent} (id){})",
        inline.concat()
    );
    let outside = indexes.iter().filter(|_| !server.product.inline_indexes);
    let outside =
        outside.map(|(index, columns)| format!("CREATE INDEX t{number}_{index} ON t{number} ({columns})"));
    [table].into_iter().chain(outside).collect()
}

/// The command with which SQLAlchemy reads the same, which it has done once.
fn reflect(bench: &Bench, server: &Server, url: &str) -> Result<Command> {
    let (program, path) = peers(&bench.folders)?;
    let (_, rest) = url.split_once("://").context("the URL has no scheme")?;
    let mut command = Command::new(program);
    command.env("PYTHONPATH", path).args(["-c", REFLECT]);
    let [scheme, end] = server.product.alchemy;
    command.arg(format!("{scheme}://{rest}{end}"));
    let count = process::capture(&mut command)?;
    ensure!(count.trim() == TABLES.to_string(), "SQLAlchemy has read {} tables", count.trim());
    Ok(command)
}
