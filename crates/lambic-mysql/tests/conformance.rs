//! Holds the driver to the laws that every driver is held to, on both products.

use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use lambic_conformance::{Oracle, Subject};
use lambic_core::{DatabaseUrl, Error, ErrorKind, Query, Result, Session, Value};
use lambic_mysql::MysqlDriver;

/// The servers, by the variables that say where they are: as they are installed, and with names of tables in lower case.
const SERVERS: [&str; 4] = [
    "LAMBIC_TEST_MYSQL_URL",
    "LAMBIC_TEST_MARIADB_URL",
    "LAMBIC_TEST_MYSQL_LOWER_URL",
    "LAMBIC_TEST_MARIADB_LOWER_URL",
];

fn main() -> ExitCode {
    lambic_conformance::main(&SERVERS, async |lane, server| {
        let url = std::env::var(server).map_err(|_| {
            Error::new(ErrorKind::Config, "test.server", format!("{server} is not set"))
                .hint("run `cargo xtask test`, which starts the servers")
        })?;
        let url = DatabaseUrl::parse(&format!("{url}mysql"))?;
        let subject = Subject::open(lane.driver(Arc::new(MysqlDriver))?, &url).await?;
        Ok(subject.with_oracle(Arc::new(ShowCreate)))
    })
}

/// What the server says of every object: `SHOW CREATE`.
#[derive(Debug)]
struct ShowCreate;

/// How each kind is listed, and the place of the text in what `SHOW CREATE` returns.
const KINDS: [(&str, &str, &str); 6] = [
    (
        "TABLE",
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE LIKE '%TABLE' OR TABLE_TYPE LIKE 'SYSTEM VERSIONED' AND TABLE_SCHEMA = DATABASE() ORDER BY 1",
        "Create Table",
    ),
    (
        "VIEW",
        "SELECT TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
        "Create View",
    ),
    (
        "TRIGGER",
        "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() ORDER BY 1",
        "SQL Original Statement",
    ),
    (
        "PROCEDURE",
        "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'PROCEDURE' ORDER BY 1",
        "Create Procedure",
    ),
    (
        "FUNCTION",
        "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'FUNCTION' ORDER BY 1",
        "Create Function",
    ),
    (
        "EVENT",
        "SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1",
        "Create Event",
    ),
];

#[async_trait]
impl Oracle for ShowCreate {
    async fn dump(&self, session: &mut Session, name: &str) -> Result<String> {
        let mut dump = String::new();
        for (kind, list, column) in KINDS {
            for object in texts(session, list, None).await? {
                let quoted = session.dialect.lexicon().quote_identifier(&object)?;
                for text in texts(session, &format!("SHOW CREATE {kind} {quoted}"), Some(column)).await? {
                    // Some versions keep the text of a trigger as it was written.
                    let text = if kind == "TRIGGER" { text.replace('`', "") } else { text };
                    dump.push_str(&comparable(&text, name));
                    dump.push_str(";\n\n");
                }
            }
        }
        Ok(dump)
    }
}

/// The name of the place and what is data are not part of the schema.
fn comparable(text: &str, place: &str) -> String {
    let text = text.replace(&format!("`{place}`."), "");
    match text.split_once(" AUTO_INCREMENT=") {
        Some((before, after)) => {
            format!("{before}{}", after.trim_start_matches(|digit: char| digit.is_ascii_digit()))
        }
        None => text,
    }
}

/// One column of a query's rows: the first, or the one of that name.
async fn texts(session: &mut Session, sql: &str, column: Option<&str>) -> Result<Vec<String>> {
    let rows = session.connection.query_batch(&[Query::new(sql)]).await?.pop().unwrap_or_default();
    let at = column.and_then(|name| rows.columns.iter().position(|known| known == name)).unwrap_or(0);
    let text = |row: &Vec<Value>| row.get(at).and_then(Value::as_text).map(str::to_owned);
    Ok(rows.rows.iter().filter_map(text).collect())
}
