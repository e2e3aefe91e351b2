//! Errors, warnings and notes for programs: one line of JSON each.

use lambic::event::Notice;
use lambic_core::{Aftermath, DatabaseReport, Error, ErrorKind};
use serde::Serialize;

/// The documented shape of an error. Every key is always there.
#[derive(Serialize)]
struct ErrorLine<'e> {
    code: &'e str,
    kind: &'e ErrorKind,
    message: &'e str,
    hint: Option<&'e str>,
    file: Option<&'e str>,
    line: Option<u32>,
    column: Option<u32>,
    statement: Option<&'e str>,
    sqlstate: Option<&'e str>,
    database: Option<&'e DatabaseReport>,
    aftermath: Option<&'e Aftermath>,
    notes: &'e [String],
}

/// An error as one line.
pub(super) fn error(error: &Error) -> String {
    let place = error.location.as_ref();
    let line = ErrorLine {
        code: &error.code,
        kind: &error.kind,
        message: &error.message,
        hint: error.hint.as_deref(),
        file: place.map(|place| place.file.as_str()).filter(|file| !file.is_empty()),
        line: place.map(|place| place.line).filter(|line| *line > 0),
        column: place.map(|place| place.column).filter(|column| *column > 0),
        statement: error.statement.as_deref(),
        sqlstate: error.database.as_ref().and_then(|report| report.sqlstate.as_deref()),
        database: error.database.as_ref(),
        aftermath: error.aftermath.as_ref(),
        notes: &error.notes,
    };
    one_line(&Line { error: Some(line), ..Line::default() })
}

/// A warning or a note as one line.
pub(super) fn notice(level: &str, notice: &Notice) -> String {
    let notice = Some(notice);
    one_line(&match level {
        "warning" => Line { warning: notice, ..Line::default() },
        _ => Line { note: notice, ..Line::default() },
    })
}

/// What one line holds: one of the three.
#[derive(Default, Serialize)]
struct Line<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorLine<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'e Notice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'e Notice>,
}

fn one_line(line: &Line<'_>) -> String {
    // Strings, numbers and lists of them can always be written.
    serde_json::to_string(line).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use lambic_core::Location;
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_error_is_one_line_with_every_key() {
        let text = error(
            &Error::new(ErrorKind::Database, "database.statement", "no such table: \"x\"\nreally")
                .at(Location::in_text("a.sql", "SELECT 1;\nSELECT * FROM x;", 24, 25))
                .statement("SELECT * FROM x")
                .database(DatabaseReport { code: Some(1), ..DatabaseReport::default() }),
        );
        assert_eq!(text.matches('\n').count(), 1);
        let value: Value = serde_json::from_str(&text).unwrap();
        let error = value["error"].as_object().unwrap();
        let keys = [
            "code",
            "kind",
            "message",
            "hint",
            "file",
            "line",
            "column",
            "statement",
            "sqlstate",
            "database",
            "aftermath",
            "notes",
        ];
        assert!(keys.iter().all(|key| error.contains_key(*key)), "{error:?}");
        assert_eq!(error.len(), keys.len());
        assert_eq!(
            (&error["file"], &error["line"], &error["column"]),
            (&"a.sql".into(), &2.into(), &15.into())
        );
        assert_eq!(error["database"]["code"], 1);
        assert!(error["hint"].is_null());
    }

    #[test]
    fn a_warning_is_one_line() {
        let text = notice("warning", &Notice::new("run.changed", "a\nb"));
        assert_eq!(text, "{\"warning\":{\"code\":\"run.changed\",\"message\":\"a\\nb\"}}\n");
    }
}
