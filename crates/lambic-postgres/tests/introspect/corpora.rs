//! Schemas that nobody on this project wrote, where they are present.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;

use lambic_core::Schema;

use super::support::{Database, Server, administer, runtime};
use super::{assert_made_again, made_again_in};

/// Says something in every run: what `println!` says is not shown of a test that passes.
fn tell(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn corpora() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora")
}

/// Makes roles that scripts name, where they are missing. They belong to the whole server and stay.
pub(crate) fn roles(server: Server, names: &[&str]) {
    let quoted =
        names.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "DO $$ DECLARE r text; BEGIN
           FOREACH r IN ARRAY ARRAY[{quoted}]::text[] LOOP
             BEGIN EXECUTE format('CREATE ROLE %I', r); EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
           END LOOP;
         END $$"
    );
    administer(&runtime(), server, &[&sql]);
}

#[test]
fn sample_databases_are_read_and_made_again() {
    for server in Server::ALL {
        for name in ["pagila", "sakila", "chinook"] {
            // Written for version 18.
            if name == "pagila" && server == Server::V15 {
                continue;
            }
            let path = corpora().join(format!("samples/{name}-postgres.sql"));
            let Ok(script) = std::fs::read_to_string(&path) else {
                tell(&format!("{name}: not present"));
                continue;
            };
            roles(server, &["postgres"]);
            let mut database = Database::new(server);
            // What leads to a database of its own is left out.
            let here = |line: &&str| !line.contains(" DATABASE ") && !line.starts_with("\\c ");
            let script: Vec<&str> = script.trim_start_matches('\u{feff}').lines().filter(here).collect();
            database.load(&script.join("\n"));
            database.execute("RESET ALL").unwrap();
            let schema = assert_made_again(&mut database, name);
            let indexes: usize = schema.tables.iter().map(|table| table.indexes.len()).sum();
            let (tables, others) = (schema.tables.len(), schema.definitions.len());
            println!("{name} on {server:?}: {tables} tables, {indexes} indexes, {others} other objects");
            assert!(tables > 10, "{name}");
        }
    }
}

/// A side of a pair.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    script: String,
    name: String,
    roles: Vec<String>,
}

/// Every side once, under the name of the first pair that has it.
fn sides(file: &str) -> Vec<Side> {
    let Ok(pairs) = std::fs::read_to_string(corpora().join("pairs").join(file)) else {
        tell(&format!("{file}: not present"));
        return Vec::new();
    };
    let mut known = BTreeSet::new();
    let mut sides = Vec::new();
    // For work on one side.
    let only = std::env::var("LAMBIC_TEST_SIDE").unwrap_or_default();
    for line in pairs.lines().filter(|line| !line.is_empty() && line.contains(&only)) {
        let pair: serde_json::Value = serde_json::from_str(line).unwrap();
        for side in ["from", "to"] {
            let script = pair[side].as_str().unwrap().to_owned();
            let roles = pair["roles"].as_array().into_iter().flatten();
            let roles = roles.map(|role| role.as_str().unwrap().to_owned()).collect();
            if known.insert(script.clone()) {
                let name = format!("{} {side}", pair["name"].as_str().unwrap());
                sides.push(Side { script, name, roles });
            }
        }
    }
    sides
}

/// Two databases that are emptied after each side: much faster than new ones.
struct Bench {
    server: Server,
    empty: Schema,
    databases: Option<(Database, Database)>,
}

impl Bench {
    fn new(server: Server) -> Self {
        let (mut one, other) = (Database::new(server), Database::new(server));
        Self { server, empty: one.schema(), databases: Some((one, other)) }
    }

    /// Reads a side and makes it again; `None` where the server does not take it.
    fn judge(&mut self, side: &Side) -> Option<Result<(), String>> {
        roles(self.server, &side.roles.iter().map(String::as_str).collect::<Vec<_>>());
        let server = self.server;
        let (mut one, mut other) =
            self.databases.take().unwrap_or_else(|| (Database::new(server), Database::new(server)));
        if let Err(error) = one.try_load(&side.script) {
            println!("not loadable on {server:?}: {}: {error}", side.name);
            return None;
        }
        one.execute("RESET ALL").unwrap();
        let schema = one.schema();
        let result = match schema.unsupported.first() {
            Some(missing) => Err(format!("{missing:?}")),
            None => made_again_in(&mut one, &mut other, &schema),
        };
        if result.is_ok() && [&mut one, &mut other].into_iter().all(|database| self.emptied(database)) {
            self.databases = Some((one, other));
        }
        Some(result)
    }

    fn emptied(&self, database: &mut Database) -> bool {
        database.execute(include_str!("empty.sql")).is_ok() && database.schema() == self.empty
    }
}

/// Judges sides on a server; gives those that it does not take.
fn judge(server: Server, file: &str, sides: Vec<Side>) -> Vec<Side> {
    let mut bench = Bench::new(server);
    let (count, mut refused, mut failed) = (sides.len(), Vec::new(), Vec::new());
    for side in sides {
        match bench.judge(&side) {
            None => refused.push(side),
            Some(Ok(())) => {}
            Some(Err(why)) => {
                println!("FAILED on {server:?}: {}: {why}\n", side.name);
                failed.push(side.name);
            }
        }
    }
    let loaded = count - refused.len();
    tell(&format!("{file} on {server:?}: {count} sides, {loaded} loadable, {} failed", failed.len()));
    assert!(failed.len() * 50 <= loaded, "98 % must be made again: {failed:#?}");
    refused
}

/// Every side on the older server; on the newer one those that the older one does not take, and every fifth.
fn every_side_is_read_and_made_again(file: &str) {
    let all = sides(file);
    let count = all.len();
    let again: BTreeSet<String> = all.iter().step_by(5).map(|side| side.name.clone()).collect();
    let refused = judge(Server::V15, file, all);
    let refused: BTreeSet<String> = refused.into_iter().map(|side| side.name).collect();
    let chosen =
        sides(file).into_iter().filter(|side| again.contains(&side.name) || refused.contains(&side.name));
    let lost = judge(Server::V18, file, chosen.collect());
    let lost = lost.iter().filter(|side| refused.contains(&side.name)).count();
    tell(&format!("{file}: {} of {count} sides are loadable", count - lost));
    assert!(lost * 10 <= count, "most sides load");
}

#[test]
fn every_side_of_pg_schema_diff_is_read_and_made_again() {
    every_side_is_read_and_made_again("pg-schema-diff.jsonl");
}

#[test]
fn every_side_of_sqldef_is_read_and_made_again() {
    every_side_is_read_and_made_again("sqldef-postgres.jsonl");
}
