use lambic_core::{ErrorKind, Location};

use super::*;

fn shown(error: &Error) -> String {
    plain(&render(error, &Renderer::plain().term_width(100)))
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

const FILE: &str = "-- @revision a\n\n-- @upgrade\nCREATE TABLE t (a);\nINSERT INTO t\n    SELECT * FROM userz\n    WHERE a > 1;\n";

fn in_file(word: &str) -> Error {
    let start = FILE.find(word).unwrap();
    let from = FILE.find("INSERT").unwrap();
    let sql = FILE[from..].trim_end().trim_end_matches(';');
    let mut error = Error::new(ErrorKind::Database, "database.statement", "no such table: userz")
        .at(Location::in_text("versions/a.sql", FILE, start, start))
        .statement(sql)
        .database(DatabaseReport {
            code: Some(1),
            name: Some("SQLITE_ERROR".into()),
            ..DatabaseReport::default()
        })
        .note("nothing of this revision was applied")
        .hint("correct the statement and run `lambic upgrade` again");
    error.offset = Some(start - from);
    error
}

#[test]
fn a_statement_is_shown_where_it_stands_in_its_file() {
    let expected = "\
error[database.statement]: no such table: userz
 --> versions/a.sql:6:19
  |
5 | INSERT INTO t
6 |     SELECT * FROM userz
  |                   ^^^^^
7 |     WHERE a > 1
  |
  = note: the database's code: SQLITE_ERROR, 1
  = note: nothing of this revision was applied
  = help: correct the statement and run `lambic upgrade` again
";
    assert_eq!(shown(&in_file("userz")), expected);
}

#[test]
fn a_line_of_a_file_has_a_caret() {
    let text = "[lambic]\nscript_locatoin = \"x\"\n";
    let error = Error::new(ErrorKind::Config, "config.unknown-key", "unknown key `script_locatoin`")
        .at(Location::in_text("lambic.toml", text, 9, 24))
        .hint("did you mean `script_location`?");
    let expected = "\
error[config.unknown-key]: unknown key `script_locatoin`
 --> lambic.toml:2:1
  |
2 | script_locatoin = \"x\"
  | ^^^^^^^^^^^^^^^
  |
  = help: did you mean `script_location`?
";
    assert_eq!(shown(&error), expected);
}

#[test]
fn a_file_without_a_line_is_named() {
    let error =
        Error::new(ErrorKind::Io, "revision.io", "the file cannot be read").at(Location::file("a.sql"));
    assert_eq!(shown(&error), "error[revision.io]: the file cannot be read\n--> a.sql\n");
}

#[test]
fn a_statement_without_a_file_has_a_caret_too() {
    let mut error = Error::new(ErrorKind::Database, "database.statement", "near \"FORM\": syntax error")
        .statement("SELECT *\nFORM t");
    error.offset = Some(9);
    let expected = "\
error[database.statement]: near \"FORM\": syntax error
  |
1 | SELECT *
2 | FORM t
  | ^^^^
";
    assert_eq!(shown(&error), expected);
}

#[test]
fn a_statement_that_stands_in_no_file_is_told_beside_the_place() {
    let error = Error::new(ErrorKind::Locked, "sqlite.busy", "the commit failed: database is locked")
        .at(Location::file("versions/a.sql"))
        .statement("COMMIT");
    let expected = "\
error[sqlite.busy]: the commit failed: database is locked
--> versions/a.sql
 = note: the statement: COMMIT
";
    assert_eq!(shown(&error), expected);
    let mut error = in_file("userz");
    error.statement = Some("INSERT INTO log\nVALUES (1)".to_owned());
    let text = shown(&error);
    assert!(text.contains(" --> versions/a.sql:6:19\n") && !text.contains(":::"), "{text}");
    assert!(text.contains("  = note: the statement: INSERT INTO log VALUES (1)\n"), "{text}");
}

#[test]
fn an_error_without_a_place_is_a_line_and_what_to_do() {
    let error =
        Error::new(ErrorKind::Config, "config.no-database", "no database is configured").hint("use --url");
    assert_eq!(shown(&error), "error[config.no-database]: no database is configured\n  = help: use --url\n");
}

#[test]
fn a_warning_has_its_own_colour_and_word() {
    let warning =
        Notice::new("run.changed", "revision a was changed after it was applied").hint("look at it");
    assert_eq!(
        plain(&notice("warning", &warning, &Renderer::plain())),
        "warning: revision a was changed after it was applied\n  = help: look at it\n"
    );
}

/// The library panics on a span that is past the end, reversed or inside a character: none may get there.
#[test]
fn no_place_whatever_makes_it_panic() {
    let texts = ["", "é", "SELECT 'ä漢\t😀'\r\n FROM\u{0}\u{1b} t\n\n", "\n", "a\rb", "   ", "\u{feff}x"];
    for text in texts {
        for (line, column, length) in
            [(0, 0, 0), (1, 0, 9), (1, 3, 0), (2, 1, 1), (u32::MAX, u32::MAX, u32::MAX), (1, 1, u32::MAX)]
        {
            for excerpt in texts {
                let place = Location { file: "a.sql".into(), line, column, length, excerpt: excerpt.into() };
                for offset in [None, Some(0), Some(1), Some(9), Some(usize::MAX)] {
                    let mut error =
                        Error::new(ErrorKind::Database, "x", text).at(place.clone()).statement(text);
                    error.offset = offset;
                    assert!(shown(&error).starts_with("error[x]"));
                    error.location = None;
                    assert!(shown(&error).starts_with("error[x]"));
                }
            }
        }
    }
}
