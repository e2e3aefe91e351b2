//! A schema is read, made again in another database, and compared: by the model, and by what the server says itself.

use lambic_core::{Driver as _, Schema, Session, Value};
use lambic_mysql::MysqlDriver;
use lambic_sql::split;

use super::support::{Database, Server, introspect, rows, run};

/// Runs the statements of a script, written for a server that reads text as it does by itself.
pub(crate) async fn load(session: &mut Session, script: &str) -> Result<(), String> {
    let plain = MysqlDriver.dialect(session.dialect.name(), Some(session.dialect.version()));
    let plain = plain.map_err(|error| error.to_string())?;
    let script = split(script, plain.lexicon()).map_err(|error| error.to_string())?;
    run(&mut *session.connection, &[PLAIN]).await;
    let mut refused = Vec::new();
    for statement in &script.statements {
        let outcome = session.connection.execute(statement.text(), &[]).await;
        refused.extend(outcome.err().map(|error| format!("{}: {error}", statement.text())));
    }
    run(&mut *session.connection, &["SET sql_mode = @own_mode"]).await;
    if refused.is_empty() { Ok(()) } else { Err(refused.join("\n\n")) }
}

/// A mode under which text reads as usual, whatever the server's own is.
const PLAIN: &str = "SET @own_mode = @@sql_mode, sql_mode = IF(@@sql_mode RLIKE 'ANSI_QUOTES|NO_BACKSLASH_ESCAPES', \
                     'STRICT_TRANS_TABLES', @@sql_mode)";

/// Makes the schema in an empty database; says what went wrong.
pub(crate) async fn build(session: &mut Session, schema: &Schema) -> Result<Vec<String>, String> {
    let operations = schema.build_for(session.dialect.capabilities()).map_err(|error| error.to_string())?;
    let mut written = Vec::new();
    for operation in &operations {
        let statements = session.dialect.render(operation);
        let statements = statements.map_err(|error| format!("{}: {error}", operation.describe()))?;
        for statement in statements {
            let run = session.connection.execute(&statement.sql, &[]).await;
            run.map_err(|error| format!("{}: {error}", statement.sql))?;
            written.push(statement.sql);
        }
    }
    Ok(written)
}

/// Reads the database twice, makes it again in another one with the same settings, and compares.
pub(crate) async fn made_again(database: &Database, session: &mut Session) -> Result<Schema, String> {
    let schema = introspect(session).await;
    if introspect(session).await != schema {
        return Err("reading twice gives two schemas".to_owned());
    }
    let settings = rows(
        &mut *session.connection,
        "SELECT CONCAT('CHARACTER SET ', @@character_set_database, ' COLLATE ', @@collation_database)",
    );
    let settings = settings.await[0][0].as_text().unwrap().to_owned();
    let other = database.server.database_with(&settings).await;
    let mut again = other.open().await;
    let sql = build(&mut again, &schema).await?.join(";\n");
    let found = introspect(&mut again).await;
    if found != schema {
        return Err(format!("{}\n{sql}", difference(&schema, &found)));
    }
    let one = witness(session, database).await;
    let two = witness(&mut again, &other).await;
    if let Some((one, two)) = one.iter().zip(&two).find(|(one, two)| one != two) {
        return Err(format!("SHOW CREATE differs:\n{one:#?}\n{two:#?}"));
    }
    if one.len() != two.len() {
        return Err(format!("{} objects became {}", one.len(), two.len()));
    }
    Ok(schema)
}

/// The first lines of two schemas that differ.
pub(crate) fn difference(wanted: &Schema, found: &Schema) -> String {
    let lines = |schema: &Schema| -> Vec<String> {
        serde_json::to_string_pretty(schema).unwrap().lines().map(str::to_owned).collect()
    };
    let (wanted, found) = (lines(wanted), lines(found));
    let at = wanted.iter().zip(&found).take_while(|(one, other)| one == other).count();
    let around =
        |lines: &[String]| lines[at.saturating_sub(8).min(lines.len())..(at + 4).min(lines.len())].join("\n");
    format!("--- wanted\n{}\n--- found\n{}", around(&wanted), around(&found))
}

/// What the server itself says of every object: an independent witness.
async fn witness(session: &mut Session, database: &Database) -> Vec<Vec<String>> {
    let name = &database.name;
    let connection = &mut *session.connection;
    run(connection, &[PLAIN]).await;
    let mut found = Vec::new();
    for sql in [
        "SELECT TABLE_NAME, IF(TABLE_TYPE IN ('VIEW', 'SEQUENCE'), TABLE_TYPE, 'TABLE') FROM information_schema.TABLES WHERE TABLE_SCHEMA",
        "SELECT ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA",
        "SELECT TRIGGER_NAME, 'TRIGGER' FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA",
        "SELECT EVENT_NAME, 'EVENT' FROM information_schema.EVENTS WHERE EVENT_SCHEMA",
    ] {
        for row in rows(connection, &format!("{sql} = '{name}'")).await {
            let (object, kind) = (row[0].as_text().unwrap(), row[1].as_text().unwrap());
            let shown =
                rows(connection, &format!("SHOW CREATE {kind} `{}`", object.replace('`', "``"))).await;
            let texts: Vec<&str> = shown[0].iter().filter_map(Value::as_text).collect();
            found.push(if kind == "TRIGGER" {
                trigger_lines(&texts)
            } else {
                lines(&texts, name, kind == "TABLE")
            });
        }
    }
    let sql = format!(
        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, CAST(ACTION_ORDER AS CHAR), DEFINER
         FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = '{name}'"
    );
    let triggers = rows(connection, &sql).await;
    found.extend(
        triggers
            .iter()
            .map(|row| row.iter().filter_map(|value| value.as_text().map(str::to_owned)).collect()),
    );
    found.sort();
    run(connection, &["SET sql_mode = @own_mode"]).await;
    found
}

fn lines(texts: &[&str], database: &str, sorted: bool) -> Vec<String> {
    // InnoDB has no other indexes, and does not heed the word.
    let word = if texts.iter().any(|text| text.contains("ENGINE=InnoDB")) { " USING BTREE" } else { "\0" };
    let all = texts.iter().flat_map(|text| text.lines());
    let mut lines: Vec<String> = all.map(|line| line_of(&line.replace(word, ""), database)).collect();
    if sorted {
        lines.sort();
    }
    lines
}

/// Name, mode, body and settings of a trigger. One server shows its head as it was written, so that the catalog is
/// asked for what it says; and the time at which it was made is not part of it.
fn trigger_lines(texts: &[&str]) -> Vec<String> {
    let words: Vec<&str> = texts[2].split_whitespace().collect();
    let row = words.windows(3).position(|words| words.join(" ").eq_ignore_ascii_case("FOR EACH ROW"));
    let body = words[row.unwrap() + 3..].join(" ");
    let settings = texts[3..6].iter().map(ToString::to_string);
    [texts[0].to_owned(), texts[1].to_owned(), body.trim_end_matches(';').to_owned()]
        .into_iter()
        .chain(settings)
        .collect()
}

/// A line in the form in which two databases can be compared: numbers that were reached are data, and an action of a
/// foreign key that is none is shown by one server where it was written.
fn line_of(line: &str, database: &str) -> String {
    let line = line.trim().trim_end_matches([',', ';']).trim_end().replace(database, "«database»");
    let line = line.replace(" ON DELETE NO ACTION", "").replace(" ON UPDATE NO ACTION", "");
    let words: Vec<&str> = line.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect();
    words.join(" ")
}

/// A database with a script in it, read and made again.
pub(crate) async fn loaded(server: Server, script: &str) -> (Database, Session, Schema) {
    let database = server.database_with("CHARACTER SET utf8mb4").await;
    let mut session = database.open().await;
    if let Err(error) = load(&mut session, script).await {
        panic!("{error}");
    }
    match made_again(&database, &mut session).await {
        Ok(schema) => (database, session, schema),
        Err(error) => panic!("{script}\n{error}"),
    }
}
