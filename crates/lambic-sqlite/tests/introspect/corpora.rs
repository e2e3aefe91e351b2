//! Schemas that nobody on this project wrote, where they are present.

use std::io::Write as _;
use std::path::PathBuf;

use super::assert_made_again;
use super::support::Database;

/// Says something in every run: what `println!` says is not shown of a test that passes.
fn tell(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn corpora() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora")
}

#[test]
fn sample_databases_are_read_and_made_again() {
    for name in ["sakila", "chinook"] {
        let path = corpora().join(format!("samples/{name}-sqlite.sql"));
        let Ok(script) = std::fs::read_to_string(&path) else {
            tell(&format!("{name}: not present"));
            continue;
        };
        let mut database = Database::empty();
        database.load(script.trim_start_matches('\u{feff}')).unwrap();
        let schema = database.schema();
        let indexes: usize = schema.tables.iter().map(|table| table.indexes.len()).sum();
        let (tables, others) = (schema.tables.len(), schema.definitions.len());
        println!("{name}: {tables} tables, {indexes} indexes, {others} views and triggers");
        assert!(tables > 10, "{name}");
        assert_made_again(&mut database, name);
    }
}

#[test]
fn both_sides_of_every_pair_are_read_and_made_again() {
    let path = corpora().join("pairs/sqldef-sqlite.jsonl");
    let Ok(pairs) = std::fs::read_to_string(&path) else {
        tell("the pairs are not present");
        return;
    };
    let (mut sides, mut loaded) = (0, 0);
    for line in pairs.lines().filter(|line| !line.is_empty()) {
        let pair: serde_json::Value = serde_json::from_str(line).unwrap();
        for side in ["from", "to"] {
            sides += 1;
            let name = format!("{} {side}", pair["name"].as_str().unwrap());
            let mut database = Database::empty();
            match database.load(pair[side].as_str().unwrap()) {
                Ok(()) => {
                    loaded += 1;
                    assert_made_again(&mut database, &name);
                }
                Err(error) => println!("not loadable: {name}: {error}"),
            }
        }
    }
    tell(&format!("{loaded} of {sides} sides are loadable, and all are read and made again"));
    assert!(loaded * 10 >= sides * 9, "most sides load");
}
