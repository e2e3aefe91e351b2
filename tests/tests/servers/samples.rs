//! Whole dumps that somebody else wrote, each in one revision: loaded, read, and made again in an empty database.

use std::fs;
use std::process::Command;

use lambic_tests::{Place, Revision, Server, root, tell};

/// Where the samples are, when they are.
const FOLDER: &str = "../shared/corpora/samples";

trials!(postgres, Postgres, sakila, chinook);
trials!(postgres18, Postgres18, pagila, sakila, chinook);
trials!(mysql, Mysql, sakila, chinook);
trials!(mariadb, Mariadb, sakila, chinook);

fn pagila(server: Server) {
    made_again(server, "pagila", 20);
}

fn sakila(server: Server) {
    made_again(server, "sakila", 15);
}

fn chinook(server: Server) {
    let Some(place) = made_again(server, "chinook", 11) else { return };
    let tables = match server.dialect() {
        "postgres" => ["track", "playlist_track"],
        _ => ["Track", "PlaylistTrack"],
    };
    let counts = tables.map(|table| place.query(&format!("SELECT count(*) FROM {table}")).remove(0));
    assert_eq!(counts, ["3503", "8715"]);
}

/// A dump without what leads to a database of its own.
fn dump(server: Server, name: &str) -> Option<String> {
    let dialect = if server.undoes_ddl() { "postgres" } else { "mysql" };
    let path = root().join(FOLDER).join(format!("{name}-{dialect}.sql"));
    let text = fs::read_to_string(path).ok()?;
    let leads = ["CREATE DATABASE", "DROP DATABASE", "USE ", "\\c "];
    let lines = text.trim_start_matches('\u{feff}').lines();
    let lines: Vec<&str> = lines.filter(|line| !leads.iter().any(|word| line.starts_with(word))).collect();
    Some(lines.join("\n").replace("sakila.", ""))
}

/// Loads a dump by a revision, and makes what `inspect --sql` says in an empty database by another one.
fn made_again(server: Server, name: &str, least: usize) -> Option<Place> {
    let Some(dump) = dump(server, name) else {
        tell(&format!("samples: {name} is not in {FOLDER}, nothing ran"));
        return None;
    };
    if server.undoes_ddl() {
        let role = "DO $$ BEGIN CREATE ROLE postgres; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";
        server.administrator().run(role);
    }
    let (place, again) = (Place::new(server), Place::new(server));
    let project = place.project();
    project.add(&Revision::new("dump").up(&dump).down("SELECT 1;"));
    project.run("upgrade").ok();
    assert_eq!(place.versions(), ["dump"]);
    let sql = place.project().run("inspect --sql").ok().stdout;
    let copy = again.project();
    copy.add(&Revision::new("dump").up(&sql).down("SELECT 1;"));
    copy.run("upgrade").ok();
    let (one, other) = (shown(&place), shown(&again));
    let differ = |one: &[String], other: &[String]| {
        one.iter().filter(|line| !other.contains(line)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(differ(&one, &other), differ(&other, &one), "{name} differs");
    assert_eq!(one, other, "{name} differs in how often a line is there");
    let tables = place.tables().len();
    assert!(tables >= least, "{tables} tables");
    let lines = one.len();
    tell(&format!("samples: {name}: {tables} tables and views, {lines} lines compared"));
    Some(place)
}

/// What the server itself says of everything in a database.
fn shown(place: &Place) -> Vec<String> {
    if place.server.undoes_ddl() { dumped(place) } else { created(place) }
}

/// The lines of `pg_dump -s`, sorted: without comments, settings, and Lambic's own tables.
fn dumped(place: &Place) -> Vec<String> {
    let folder = place.query("SELECT setting FROM pg_config WHERE name = 'BINDIR'").remove(0);
    let mut command = Command::new(format!("{folder}/pg_dump"));
    command.args(["-s", "-T", "*.lambic_*", "-d", &place.url]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let skipped = ["--", "SET ", "\\restrict", "\\unrestrict"];
    let counts = |line: &&str| !line.is_empty() && skipped.iter().all(|start| !line.starts_with(start));
    // Columns and constraints are listed with commas between them.
    let mut lines: Vec<String> =
        text.lines().filter(counts).map(|line| unnamed(line.trim_end_matches(','))).collect();
    lines.sort();
    lines
}

/// A column without the name of its NOT NULL constraint, where nobody gave one: a partition that was a table before has
/// names of its own.
fn unnamed(line: &str) -> String {
    let (before, after) = line.split_once(" CONSTRAINT ").unwrap_or((line, ""));
    match after.split_once(' ') {
        Some((name, rest)) if name.ends_with("_not_null") => format!("{before} {rest}"),
        _ => line.to_owned(),
    }
}

/// `SHOW CREATE` of everything in a database, sorted.
fn created(place: &Place) -> Vec<String> {
    let mut session = place.session();
    let mut shown = Vec::new();
    let (trigger, routine) = ("information_schema.triggers", "information_schema.routines");
    let lists = [
        ("TABLE", "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = DATABASE()".to_owned()),
        ("VIEW", "SELECT table_name FROM information_schema.views WHERE table_schema = DATABASE()".to_owned()),
        ("TRIGGER", format!("SELECT trigger_name FROM {trigger} WHERE trigger_schema = DATABASE()")),
        ("PROCEDURE", format!("SELECT routine_name FROM {routine} WHERE routine_type = 'PROCEDURE' AND routine_schema = DATABASE()")),
        ("FUNCTION", format!("SELECT routine_name FROM {routine} WHERE routine_type = 'FUNCTION' AND routine_schema = DATABASE()")),
    ];
    for (kind, sql) in lists {
        for name in session.rows(&sql) {
            if name.starts_with("lambic_") {
                continue;
            }
            let text = session.rows(&format!("SHOW CREATE {kind} `{name}`")).join("\n");
            // The last value of a trigger is when it was made.
            let made = text.rsplit_once('|').filter(|_| kind == "TRIGGER");
            let text = made.map_or(text.as_str(), |(text, _)| text);
            // Neither the order of keys nor counters are of the schema.
            let mut lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches(',')).collect();
            if kind == "TABLE" {
                lines.sort_unstable();
            }
            let text = lines.join("\n");
            let words: Vec<&str> =
                text.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect();
            let text = words.join(" ").replace(&place.name, "DATABASE");
            // What a foreign key does when nothing is said, which one product shows if it was said.
            shown.push(text.replace(" ON DELETE NO ACTION", "").replace(" ON UPDATE NO ACTION", ""));
        }
    }
    shown.sort();
    shown
}
