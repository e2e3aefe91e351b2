//! Schemas that nobody on this project wrote, where they are present.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::support::{Database, Server, administer, runtime};
use super::{assert_made_again, made_again};

fn corpora() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora")
}

/// Makes roles that scripts name, where they are missing. They belong to the whole server and stay.
fn roles(server: Server, names: &[&str]) {
    let quoted =
        names.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "DO $$ DECLARE r text; BEGIN
           FOREACH r IN ARRAY ARRAY[{quoted}] LOOP
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
                println!("{name}: not present");
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
        println!("{file}: not present");
        return Vec::new();
    };
    let mut known = BTreeSet::new();
    let mut sides = Vec::new();
    for line in pairs.lines().filter(|line| !line.is_empty()) {
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

fn every_side_is_read_and_made_again(server: Server, file: &str) {
    let sides = sides(file);
    let (mut loaded, mut failed) = (0_usize, Vec::new());
    for side in &sides {
        roles(server, &side.roles.iter().map(String::as_str).collect::<Vec<_>>());
        let mut database = Database::new(server);
        if let Err(error) = database.try_load(&side.script) {
            println!("not loadable: {}: {error}", side.name);
            continue;
        }
        loaded += 1;
        database.execute("RESET ALL").unwrap();
        let schema = database.schema();
        let result = match schema.unsupported.first() {
            Some(missing) => Err(format!("{missing:?}")),
            None => made_again(&mut database, &schema),
        };
        if let Err(why) = result {
            println!("FAILED {}: {why}\n", side.name);
            failed.push(&side.name);
        }
    }
    println!("{file} on {server:?}: {} sides, {loaded} loadable, {} failed", sides.len(), failed.len());
    assert!(failed.len() * 50 <= loaded, "98 % must be made again: {failed:#?}");
    assert!(loaded * 10 >= sides.len() * 8, "most sides load");
}

#[test]
fn sides_of_pg_schema_diff_on_15() {
    every_side_is_read_and_made_again(Server::V15, "pg-schema-diff.jsonl");
}

#[test]
fn sides_of_pg_schema_diff_on_18() {
    every_side_is_read_and_made_again(Server::V18, "pg-schema-diff.jsonl");
}

#[test]
fn sides_of_sqldef_on_15() {
    every_side_is_read_and_made_again(Server::V15, "sqldef-postgres.jsonl");
}

#[test]
fn sides_of_sqldef_on_18() {
    every_side_is_read_and_made_again(Server::V18, "sqldef-postgres.jsonl");
}
