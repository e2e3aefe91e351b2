//! The splitter on scripts that nobody here wrote, and on SQLite's own parser as the judge.

use crate::lexicons;
use std::io::Write as _;
use std::path::Path;

use lambic_core::Lexicon;
use lambic_sql::split;
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::{Batch, Connection};

/// Statements as SQLite's own parser cuts them, executed as it goes, trimmed of space and terminator.
fn by_sqlite(script: &str) -> rusqlite::Result<usize> {
    let connection = Connection::open_in_memory()?;
    let mut batch = Batch::new(&connection, script);
    let mut count = 0;
    while let Some(mut statement) = batch.next()? {
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        count += 1;
    }
    Ok(count)
}

/// Statements as the splitter cuts them, each of which SQLite must take for exactly one.
fn by_splitter(script: &str) -> usize {
    let connection = Connection::open_in_memory().unwrap();
    let found = split(script, &lexicons::sqlite()).unwrap();
    for statement in &found.statements {
        let text = statement.text();
        let mut batch = Batch::new(&connection, text);
        let mut prepared = batch.next().unwrap_or_else(|e| panic!("{text}\n{e}")).expect("one statement");
        let mut rows = prepared.raw_query();
        while rows.next().unwrap_or_else(|e| panic!("{text}\n{e}")).is_some() {}
        drop(rows);
        drop(prepared);
        assert!(batch.next().unwrap().is_none(), "more than one statement: {text}");
    }
    found.statements.len()
}

#[test]
fn sqlite_itself_cuts_at_the_same_places() {
    let scripts: &[&str] = &[
        "",
        ";; /* nothing */ -- at all",
        "SELECT 1; SELECT ';' AS [a;b], \"x;\" FROM (SELECT 2 AS \"x;\"); SELECT `y;` FROM (SELECT 3 AS `y;`)",
        "CREATE TABLE a(b, \"end\"); CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END;\
         SELECT 1",
        "CREATE TABLE a(b, end); CREATE TRIGGER begin AFTER UPDATE OF end ON a WHEN new.end BEGIN\n\
         UPDATE a SET b = CASE new.end WHEN 1 THEN CASE 2 WHEN 2 THEN ';END;' END ELSE 4 END; -- ; END ;\n\
         /* ; END ; */ SELECT end FROM a; END ; INSERT INTO a VALUES (1, 2);",
        "CREATE TABLE \"end\"(x); CREATE TEMP TRIGGER IF NOT EXISTS \"a;b\" AFTER DELETE ON main.\"end\" BEGIN \
         DELETE FROM \"end\"; end \n ; EXPLAIN SELECT 1; BEGIN; END; BEGIN TRANSACTION; COMMIT",
        "CREATE TABLE a(b); EXPLAIN CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; SELECT 2",
        "SELECT 1--2\n+3; SELECT /* /* */ 4; SELECT x'41', 'it''s', $a, :b, @c, ?1 -- ;\n;/* open ; ",
        "CREATE VIEW trigger AS SELECT 1; SELECT * FROM trigger; CREATE TABLE begin(end); SELECT end FROM begin",
        "CREATE TABLE a(b DEFAULT 'x;', c CHECK (c <> ';')); SELECT \"it\"\"s\" FROM (SELECT 1 AS \"it\"\"s\");",
    ];
    for script in scripts {
        let expected = by_sqlite(script).unwrap_or_else(|error| panic!("{script}\n{error}"));
        assert_eq!(by_splitter(script), expected, "{script}");
    }
}

/// A file of the corpora, which lie beside the repository; `None` where they are absent.
fn corpus(path: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora").join(path);
    std::fs::read_to_string(path).ok()
}

/// Says how much of what lies outside the repository was run. What `println!` says is not shown of a test that passes.
fn say(what: &str, ran: Option<usize>) {
    let ran = ran.map_or_else(|| "absent, nothing ran".to_owned(), |count| format!("{count} statements"));
    std::io::stdout().write_all(format!("corpora: {what}: {ran}\n").as_bytes()).unwrap();
}

#[test]
fn sample_schemas_of_sqlite_load_statement_by_statement() {
    for file in ["samples/chinook-sqlite.sql", "samples/sakila-sqlite.sql"] {
        let script = corpus(file);
        if let Some(script) = &script {
            assert_eq!(by_splitter(script), by_sqlite(script).unwrap(), "{file}");
        }
        say(file, script.map(|script| split(&script, &lexicons::sqlite()).unwrap().statements.len()));
    }
}

/// What these scripts write at the start of a line only where a statement begins.
const HEADS: &[&str] = &["CREATE ", "ALTER TABLE", "DROP ", "INSERT ", "COMMENT ON"];

#[test]
fn sample_schemas_of_the_others_are_cut_where_expected() {
    let cases = [
        ("pagila-postgres", lexicons::postgres()),
        ("sakila-postgres", lexicons::postgres()),
        ("chinook-postgres", lexicons::postgres()),
        ("sakila-mysql", lexicons::mysql()),
        ("chinook-mysql", lexicons::mysql()),
    ];
    for (name, lexicon) in cases {
        let file = format!("samples/{name}.sql");
        let script = corpus(&file).map(|script| script.replace("\\c chinook;", ""));
        let Some(script) = script else {
            say(&file, None);
            continue;
        };
        let found = split(&script, &lexicon).unwrap_or_else(|error| panic!("{file}: {error}"));
        for head in HEADS {
            let lines = script.lines().filter(|line| line.starts_with(*head)).count();
            let cut = found.statements.iter().filter(|s| s.text().starts_with(*head)).count();
            assert_eq!(cut, lines, "{file}: {head}");
            assert!(*head != "CREATE " || cut > 10, "{file}: only {cut}");
        }
        say(&file, Some(found.statements.len()));
    }
}

#[test]
fn both_sides_of_every_pair_can_be_split() {
    let cases = [
        ("pairs/sqldef-sqlite.jsonl", lexicons::sqlite()),
        ("pairs/sqldef-mysql.jsonl", lexicons::mariadb()),
        ("pairs/sqldef-postgres.jsonl", lexicons::postgres()),
        ("pairs/pg-schema-diff.jsonl", lexicons::postgres()),
    ];
    for (file, lexicon) in cases {
        let count = corpus(file).map(|lines| {
            let pairs = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
            pairs.flat_map(|pair| ["from", "to"].map(|side| count(&pair, side, &lexicon))).sum()
        });
        say(file, count);
    }
}

fn count(pair: &serde_json::Value, side: &str, lexicon: &Lexicon) -> usize {
    let script = pair[side].as_str().unwrap();
    split(script, lexicon)
        .unwrap_or_else(|error| panic!("{}: {error}\n{script}", pair["name"]))
        .statements
        .len()
}
