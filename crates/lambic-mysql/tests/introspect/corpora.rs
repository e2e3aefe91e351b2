//! Schemas that nobody on this project wrote, where they are present.

use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;

use tokio::task::JoinSet;

use super::again::{load, made_again};
use super::support::{Server, on_both};

/// Says something in every run: what `println!` says is not shown of a test that passes.
fn tell(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn corpora() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora")
}

/// A sample without the database that it makes for itself.
fn in_place(script: &str) -> String {
    let keep =
        |line: &&str| !["CREATE DATABASE", "DROP DATABASE", "USE "].iter().any(|word| line.starts_with(word));
    script
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(keep)
        .collect::<Vec<_>>()
        .join("\n")
        .replace("sakila.", "")
}

on_both! {
    async fn sample_databases_are_read_and_made_again(server: Server) {
        for name in ["sakila", "chinook"] {
            let path = corpora().join(format!("samples/{name}-mysql.sql"));
            let Ok(script) = std::fs::read_to_string(&path) else {
                tell(&format!("{name}: not present"));
                continue;
            };
            let database = server.database().await;
            let mut session = database.open().await;
            if let Err(error) = load(&mut session, &in_place(&script)).await {
                panic!("{name}: {error}");
            }
            let schema = made_again(&database, &mut session).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            let indexes: usize = schema.tables.iter().map(|table| table.indexes.len()).sum();
            let (tables, others) = (schema.tables.len(), schema.definitions.len());
            println!("{name}: {tables} tables, {indexes} indexes, {others} others");
            assert!(tables > 10, "{name}");
        }
    }

    async fn both_sides_of_every_pair_are_read_and_made_again(server: Server) {
        let Ok(pairs) = std::fs::read_to_string(corpora().join("pairs/sqldef-mysql.jsonl")) else {
            tell("the pairs are not present");
            return;
        };
        let mut sides = sides(&pairs, server);
        let total = sides.len();
        let mut running = JoinSet::new();
        let mut outcomes = Vec::new();
        // Servers wait for disks most of the time.
        while !sides.is_empty() || !running.is_empty() {
            while running.len() < 6 && let Some((name, script)) = sides.pop() {
                running.spawn(async move { (name, side(server, &script).await) });
            }
            outcomes.push(running.join_next().await.unwrap().unwrap());
        }
        outcomes.sort();
        let loaded = outcomes.iter().filter(|(_, outcome)| !matches!(outcome, Outcome::NotLoadable(_))).count();
        let good = outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::MadeAgain).count();
        tell(&format!("{total} sides on {}, {loaded} loadable, {good} of those are read and made again", server.dialect()));
        for (name, outcome) in outcomes.iter().filter(|(_, outcome)| *outcome != Outcome::MadeAgain) {
            println!("{name}: {outcome}");
        }
        assert!(loaded * 10 >= total * 9, "most sides load");
        assert!(good * 100 >= loaded * 98, "{good} of {loaded}");
    }
}

/// What became of one side of a pair.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    NotLoadable(String),
    Failed(String),
    MadeAgain,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoadable(error) => write!(f, "not loadable: {error}"),
            Self::Failed(error) => write!(f, "FAILED: {error}"),
            Self::MadeAgain => f.write_str("made again"),
        }
    }
}

/// The sides that are meant for the server: name and script.
fn sides(pairs: &str, server: Server) -> Vec<(String, String)> {
    let mut sides = Vec::new();
    for line in pairs.lines().filter(|line| !line.is_empty()) {
        let pair: serde_json::Value = serde_json::from_str(line).unwrap();
        let both = ["from", "to"].into_iter().filter(|_| runs_on(pair["flavor"].as_str(), server));
        sides.extend(both.map(|side| {
            let name = format!("{} {side}", pair["name"].as_str().unwrap());
            (name, pair[side].as_str().unwrap().to_owned())
        }));
    }
    sides
}

async fn side(server: Server, script: &str) -> Outcome {
    let database = server.database().await;
    let mut session = database.open().await;
    // The database for which the cases were written.
    let script = script.replace("mysqldef_test", &database.name);
    match load(&mut session, &script).await {
        Err(error) => Outcome::NotLoadable(error),
        Ok(()) => {
            made_again(&database, &mut session).await.map_or_else(Outcome::Failed, |_| Outcome::MadeAgain)
        }
    }
}

/// Whether a pair is meant for the server.
fn runs_on(flavor: Option<&str>, server: Server) -> bool {
    match flavor {
        None => true,
        Some(flavor) => match flavor.strip_prefix('!') {
            Some(other) => other != server.dialect(),
            None => flavor == server.dialect(),
        },
    }
}
