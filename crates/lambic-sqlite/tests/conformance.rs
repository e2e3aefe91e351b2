//! Holds the driver to the laws that every driver is held to.

use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use lambic_conformance::{Oracle, Subject};
use lambic_core::{DatabaseUrl, Query, Result, Session, Value};
use lambic_sql::{Cursor, TokenKind};
use lambic_sqlite::SqliteDriver;

/// Where the locks are; places to try things in are in memory.
const HOME: &str = concat!("sqlite:", env!("CARGO_TARGET_TMPDIR"), "/conformance-home.db");

fn main() -> ExitCode {
    lambic_conformance::main(&["sqlite"], async |lane, _| {
        let subject = Subject::open(lane.driver(Arc::new(SqliteDriver))?, &DatabaseUrl::parse(HOME)?).await?;
        Ok(subject.with_oracle(Arc::new(Pragmas)))
    })
}

/// What the library says of tables, and the text of every object, whatever way it is written.
#[derive(Debug)]
struct Pragmas;

/// Every pragma that tells of the schema. An index that a constraint brings along has a number for a name.
const TOLD: [&str; 5] = [
    "SELECT 'database', e.encoding, u.user_version, a.application_id, v.auto_vacuum
     FROM pragma_encoding AS e, pragma_user_version AS u, pragma_application_id AS a, pragma_auto_vacuum AS v",
    "SELECT 'table', name, type, ncol, wr, strict FROM pragma_table_list
     WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 2",
    "SELECT 'column', m.name, x.cid, x.name, upper(x.type), x.\"notnull\", x.dflt_value, x.pk, x.hidden
     FROM sqlite_schema AS m, pragma_table_xinfo(m.name) AS x
     WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 2, 3",
    "SELECT 'index', m.name, iif(l.origin = 'c', l.name, ''), l.origin, l.\"unique\", l.partial,
            (SELECT group_concat(concat_ws(' ', x.cid, x.name, x.\"desc\", upper(x.coll), x.key), ', ')
             FROM pragma_index_xinfo(l.name) AS x)
     FROM sqlite_schema AS m, pragma_index_list(m.name) AS l
     WHERE m.type = 'table' ORDER BY 2, 3, 4, 5, 6, 7",
    "SELECT 'foreign key', m.name, f.\"table\", group_concat(concat_ws(' > ', f.\"from\", f.\"to\"), ', '),
            f.on_update, f.on_delete, f.\"match\"
     FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f
     WHERE m.type = 'table' GROUP BY m.name, f.id ORDER BY 2, 3, 4, 5, 6, 7",
];

const TEXTS: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE \
                     'sqlite\\_%' ESCAPE '\\' ORDER BY 1, 2";

#[async_trait]
impl Oracle for Pragmas {
    async fn dump(&self, session: &mut Session, _name: &str) -> Result<String> {
        let queries: Vec<Query> = TOLD.into_iter().chain([TEXTS]).map(Query::new).collect();
        let mut told = session.connection.query_batch(&queries).await?;
        let texts = told.pop().unwrap_or_default();
        let mut lines: Vec<String> = told.iter().flat_map(|rows| &rows.rows).map(|row| line(row)).collect();
        for row in &texts.rows {
            if let [kind, name, on, Value::Text(sql)] = row.as_slice() {
                let words = words(sql, session, kind.as_text() == Some("table"));
                lines.push(format!("{} {words}", line(&[kind.clone(), name.clone(), on.clone()])));
            }
        }
        Ok(lines.join("\n"))
    }
}

fn line(row: &[Value]) -> String {
    row.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" ")
}

/// The words of a text without quotes and blanks. Where a constraint of a table stands is not part of the schema: its words
/// come in the order of the alphabet.
fn words(sql: &str, session: &Session, sorted: bool) -> String {
    let lexicon = session.dialect.lexicon();
    let mut cursor = Cursor::new(sql, lexicon);
    let mut words = Vec::new();
    while let Some(token) = cursor.advance() {
        words.push(match token.kind {
            TokenKind::String => token.text.to_owned(),
            _ => token.unquote(lexicon).to_uppercase(),
        });
    }
    if sorted {
        words.retain(|word| !["(", ")", ","].contains(&word.as_str()));
        words.sort_unstable();
    }
    words.join(" ")
}
