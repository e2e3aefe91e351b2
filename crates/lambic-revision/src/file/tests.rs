//! The file format: what is read, and the exact words of what is refused.

use proptest::prelude::*;

use super::*;

const FULL: &str = "\
-- A licence, perhaps.
-- @revision e1643f1668dd
-- @down-revision 1975ea83b712 2b
-- @depends-on billing 3c
-- @branch-label tokens my-feature
-- @message add  refresh token table
-- @created 2026-11-22T15:30:00Z

-- @upgrade portable except mysql
CREATE TABLE t (a INT); -- @upgrade here is a comment
  -- @downgrade indented is text
-- @upgrade postgres mysql no-transaction
-- @allow drop-table lock.rewrite \"it is \\\"empty\\\"\"
DROP TABLE x;
-- @downgrade irreversible \"the data is gone\"
";

fn parse(text: &str) -> Result<RevisionFile> {
    RevisionFile::parse("v/a.sql", text)
}

fn names<'a>(list: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    list.collect()
}

#[test]
fn a_full_file_is_read_with_any_line_end_and_a_mark() {
    let variants =
        [FULL.to_owned(), FULL.replace('\n', "\r\n"), FULL.replace('\n', "\r"), format!("\u{feff}{FULL}")];
    for text in variants {
        let file = parse(&text).unwrap();
        assert_eq!(file.id(), "e1643f1668dd");
        assert_eq!(names(file.down_revisions()), ["1975ea83b712", "2b"]);
        assert_eq!(names(file.depends_on()), ["billing", "3c"]);
        assert_eq!(names(file.branch_labels()), ["tokens", "my-feature"]);
        assert_eq!(file.message(), "add  refresh token table");
        assert_eq!(file.created(), Some("2026-11-22T15:30:00Z"));
        let sections = file.sections().unwrap();
        assert_eq!(sections.len(), 3);
        assert_eq!(sections[0].targets, Targets::PortableExcept(vec!["mysql"]));
        assert!(sections[0].transaction && sections[0].body.contains("indented is text"));
        assert_eq!(sections[1].targets, Targets::Dialects(vec!["postgres", "mysql"]));
        assert!(!sections[1].transaction);
        assert_eq!((sections[0].line, sections[1].line), (10, 13));
        assert_eq!(sections[2].irreversible.as_deref(), Some("the data is gone"));
        assert_eq!(sections[2].direction, Direction::Downgrade);
        for section in &sections {
            assert_eq!(&text[section.offset..section.offset + section.body.len()], section.body);
        }
        let start = sections[1].offset;
        let end = start + sections[1].body.find(['\r', '\n']).unwrap();
        let allow = file.allow(start..end).unwrap();
        assert_eq!(
            allow,
            Allow { codes: vec!["drop-table", "lock.rewrite"], why: "it is \"empty\"".to_owned() }
        );
        assert_eq!(file.location(start..end).line, 13);
    }
}

#[test]
fn what_runs_where() {
    let admits = |line: &str, dialect: &str| {
        let text = format!("-- @revision a\n-- @upgrade{line}\n");
        parse(&text).unwrap().sections().unwrap()[0].targets.admits(dialect)
    };
    for (line, postgres, mysql) in [
        ("", true, true),
        (" portable", true, true),
        (" postgres", true, false),
        (" portable except mysql no-transaction", true, false),
        (" no-transaction", true, true),
    ] {
        assert_eq!((admits(line, "postgres"), admits(line, "mysql")), (postgres, mysql), "{line}");
    }
}

#[test]
fn a_targets_text_is_what_is_written() {
    for line in ["", "portable", "portable except mysql mariadb", "postgres sqlite"] {
        let text = format!("-- @revision a\n-- @upgrade {line}\n");
        assert_eq!(parse(&text).unwrap().sections().unwrap()[0].targets.to_string(), line);
    }
}

#[test]
fn a_merge_needs_no_sections_and_everything_else_an_upgrade() {
    let merge = parse("-- @revision m\n-- @down-revision a b\n").unwrap();
    assert!(!merge.has_sections() && merge.sections().unwrap().is_empty());
    assert!(parse("-- @revision a\n-- @downgrade\n-- @upgrade\n").unwrap().has_sections());
    for text in [
        "-- @revision a\n",
        "-- @revision a\n-- @down-revision b\n-- @downgrade\n",
        "-- @revision a\n-- @down-revision b c\n-- @downgrade\n",
        "-- @revision a\n-- @downgrade\n  -- @upgrade\n",
        "-- @revision a\n-- @downgrade\n-- @upgrades\n",
    ] {
        assert_eq!(parse(text).unwrap_err().code, "revision.no-upgrade", "{text}");
    }
}

#[test]
fn an_empty_down_revision_is_a_base_and_an_empty_message_is_one() {
    let file = parse("-- @revision a\n-- @down-revision \n-- @message\n-- @upgrade").unwrap();
    assert_eq!(file.down_revisions().count(), 0);
    assert_eq!(file.message(), "");
    assert_eq!(file.sections().unwrap()[0].body, "");
}

#[test]
fn the_comments_of_the_header_are_the_description() {
    let file =
        parse("-- First.\n-- @revision a\n--\n--  more\n/* not this */\n-- @upgrade\n-- nor this\n").unwrap();
    assert_eq!(file.doc(), "First.\n\n more");
}

/// Text of a header or a section line, the error's place and words, and its hint.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    ("-- @revison a\n", "1:4", "unknown directive `@revison`", "did you mean `-- @revision`?"),
    (
        "-- @revision a\n-- @depend-on b\n",
        "2:4",
        "unknown directive `@depend-on`",
        "did you mean `-- @depends-on`?",
    ),
    (
        "-- @zzzzzzz\n",
        "1:4",
        "unknown directive `@zzzzzzz`",
        "here can stand @revision, @down-revision, @depends-on, @branch-label, @message, @created, @upgrade, @downgrade; indent the line, to have it as an ordinary comment",
    ),
    (
        "-- @\n",
        "1:4",
        "unknown directive `@`",
        "here can stand @revision, @down-revision, @depends-on, @branch-label, @message, @created, @upgrade, @downgrade; indent the line, to have it as an ordinary comment",
    ),
    (
        "-- @revision a\n-- @revision b\n",
        "2:4",
        "`@revision` stands twice",
        "keep one line; several values stand on it with blanks between them",
    ),
    ("-- @revision a b\n", "1:16", "a file holds one revision and has one id", "take `b` out"),
    ("-- @revision\n", "1:4", "`@revision` has no value", "write a value behind it, or take the line out"),
    (
        "-- @depends-on  \n",
        "1:4",
        "`@depends-on` has no value",
        "write a value behind it, or take the line out",
    ),
    (
        "-- @revision HEAD\n",
        "1:14",
        "`HEAD` is not a revision id: the word is reserved",
        "choose another name, wherever it stands",
    ),
    (
        "-- @revision a-b\n",
        "1:14",
        "`a-b` is not a revision id: `-` is none of ASCII letters, digits, `_` and `.`",
        "choose another name, wherever it stands",
    ),
    (
        "-- @revision a\n-- @down-revision b, c\n",
        "2:19",
        "`b,` is not a revision id: `,` is none of ASCII letters, digits, `_` and `.`",
        "several stand with blanks between them, without commas",
    ),
    ("-- @revision a\n-- @down-revision b b\n", "2:21", "`b` stands twice", "write it once"),
    (
        "-- @branch-label v-1\n",
        "1:18",
        "`v-1` is not a branch label: ending in `-` and a number, it would mean so many steps below",
        "choose another name, wherever it stands",
    ),
    (
        "-- @created yesterday\n",
        "1:13",
        "`yesterday` is not a time",
        "write it as RFC 3339 does, for example 2026-11-22T15:30:00Z",
    ),
    (
        "-- @allow x \"y\"\n",
        "1:4",
        "`@allow` stands before the first section",
        "put it under the `-- @upgrade` or `-- @downgrade` that it is about",
    ),
    (
        "--@revision a\n",
        "1:1",
        "`@revision` is not written as a directive",
        "a directive is `-- @revision`, from the first column, with one blank before the `@`",
    ),
    (
        "-- @revision a\n  -- @depends-on b\n",
        "2:3",
        "`@depends-on` is not written as a directive",
        "a directive is `-- @depends-on`, from the first column, with one blank before the `@`",
    ),
    (
        "-- @revision a\n/* x */ DROP TABLE t;\n-- @upgrade\n",
        "2:9",
        "this text would never run: it stands before the first section",
        "put `-- @upgrade` above it",
    ),
    (
        "SELECT 1;\n",
        "1:1",
        "this text would never run: it stands before the first section",
        "put `-- @upgrade` above it",
    ),
    (
        "",
        "1:1",
        "the file has no `-- @revision` line",
        "every `.sql` file in a version location is a revision: give it an id, or move it away",
    ),
    (
        "-- @upgrade\n",
        "1:1",
        "the file has no `-- @revision` line",
        "every `.sql` file in a version location is a revision: give it an id, or move it away",
    ),
    (
        "-- @revision a\n",
        "1:14",
        "revision `a` has no `-- @upgrade` section",
        "add one; leave it empty if there is nothing to do",
    ),
    ("-- @revision a\0\n", "1:15", "the file is not text: byte 14 is NUL", "save it as UTF-8"),
];

#[test]
fn a_wrong_header_is_refused_with_its_place_and_a_way_out() {
    for (text, place, message, hint) in REFUSED {
        let error = parse(text).unwrap_err();
        assert_eq!(error.to_string(), format!("v/a.sql:{place}: {message}"), "{text:?}");
        assert_eq!(error.hint.as_deref().unwrap_or_default(), *hint, "{text:?}");
    }
}

const REFUSED_SECTIONS: &[(&str, &str, &str, &str)] = &[
    ("-- @upgrade portble", "2:13", "`portble` is no dialect and no flag", "did you mean `portable`?"),
    (
        "-- @upgrade no-transacton",
        "2:13",
        "`no-transacton` is no dialect and no flag",
        "did you mean `no-transaction`?",
    ),
    (
        "-- @upgrade Postgres",
        "2:13",
        "`Postgres` is no dialect and no flag",
        "dialects are named in small letters; several stand with blanks between them",
    ),
    (
        "-- @upgrade native",
        "2:13",
        "`native` is no dialect and no flag",
        "native SQL is what a section without a target holds: take the word out",
    ),
    (
        "-- @upgrade portable mysql",
        "2:13",
        "`portable` does not stand beside `mysql`",
        "`portable` runs everywhere: write `portable except mysql`, or give mysql a section of its own",
    ),
    (
        "-- @upgrade portable except",
        "2:22",
        "`except` names no dialect",
        "write the dialects that the section is not for, or take `except` out",
    ),
    (
        "-- @upgrade mysql portable",
        "2:19",
        "`portable` does not fit here",
        "a section reads `[DIALECT… | portable [except DIALECT…]] [no-transaction] [irreversible \"why\"]`, in this order",
    ),
    ("-- @upgrade mysql mysql", "2:19", "`mysql` stands twice", ""),
    ("-- @upgrade no-transaction no-transaction", "2:28", "`no-transaction` stands twice", ""),
    (
        "-- @upgrade irreversible \"x\"",
        "2:13",
        "`irreversible` is said of a downgrade",
        "write `-- @downgrade irreversible \"why\"`",
    ),
    (
        "-- @upgrade\n-- @downgrade irreversible",
        "3:15",
        "`irreversible` does not say why",
        "write `irreversible \"why\"`: a person who wants to go back will read it",
    ),
    (
        "-- @upgrade\n-- @downgrade irreversible \"why",
        "3:28",
        "the quote is not closed on this line",
        "a sentence stands between two `\"` on one line; `\\\"` is a quote inside it",
    ),
    (
        "-- @upgrade\nSELECT 1;\n--@downgrade",
        "4:1",
        "`@downgrade` is not written as a directive",
        "a directive is `-- @downgrade`, from the first column, with one blank before the `@`",
    ),
    (
        "-- @upgrade\n-- @Downgrade",
        "3:1",
        "`@downgrade` is not written as a directive",
        "a directive is `-- @downgrade`, from the first column, with one blank before the `@`",
    ),
];

#[test]
fn a_wrong_section_is_refused_with_its_place_and_a_way_out() {
    for (text, place, message, hint) in REFUSED_SECTIONS {
        let file = parse(&format!("-- @revision a\n{text}\n")).unwrap();
        let error = file.sections().unwrap_err();
        assert_eq!(error.to_string(), format!("v/a.sql:{place}: {message}"), "{text:?}");
        assert_eq!(error.hint.as_deref().unwrap_or_default(), *hint, "{text:?}");
    }
}

#[test]
fn between_statements_only_allow_may_stand() {
    for (line, message, hint) in [
        ("-- @alow x \"y\"", "unknown directive `@alow`", "did you mean `-- @allow`?"),
        ("-- @downgrde", "unknown directive `@downgrde`", "did you mean `-- @downgrade`?"),
        (
            "-- @message x",
            "`@message` stands inside a section",
            "move it above the first section, or indent it to have it as a comment",
        ),
        ("-- @allow", "`@allow` names no hazard", "write `-- @allow CODE… \"why\"`"),
        ("-- @allow \"why\"", "`@allow` names no hazard", "write `-- @allow CODE… \"why\"`"),
        ("-- @allow drop-table", "`@allow` does not say why", "write `-- @allow CODE… \"why\"`"),
        ("-- @allow drop-table \" \"", "`@allow` does not say why", "write `-- @allow CODE… \"why\"`"),
        (
            "-- @allow Drop \"why\"",
            "`Drop` is not the code of a hazard",
            "a code is made of small letters, digits, `-` and `.`, for example `drop-table`",
        ),
    ] {
        let head = "-- @revision a\n-- @upgrade\n";
        let file = parse(&format!("{head}{line}\n")).unwrap();
        let error = file.allow(head.len()..head.len() + line.len()).unwrap_err();
        assert_eq!(error.message, message, "{line}");
        assert_eq!(error.hint.as_deref(), Some(hint), "{line}");
        assert_eq!(error.location.as_ref().unwrap().line, 3, "{line}");
    }
}

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("-- @revision a".to_owned()),
        Just("-- @upgrade".to_owned()),
        Just("-- @downgrade".to_owned()),
        Just(" portable except".to_owned()),
        Just(" irreversible \"".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("/*".to_owned()),
        Just("\u{feff}".to_owned()),
        "[ -~é\\n]{0,12}",
    ];
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in prop_oneof![soup(), any::<String>()], a in 0usize..99, b in 0usize..99) {
        if let Ok(file) = parse(&text) {
            for section in file.sections().unwrap_or_default() {
                prop_assert_eq!(&text[section.offset..section.offset + section.body.len()], section.body);
                let lines = text[..section.offset].replace("\r\n", "\n").replace('\r', "\n").matches('\n').count();
                prop_assert_eq!(section.line as usize, lines + 1);
            }
            let _ = (file.doc(), file.allow(a..b), file.location(a..b));
        }
    }

    #[test]
    fn the_bodies_and_directives_of_a_file_are_the_whole_of_it(bodies in proptest::collection::vec("[a-z ;\\n]{0,20}", 1..6)) {
        let head = "-- @revision a\n";
        let text: String = bodies.iter().fold(head.to_owned(), |text, body| format!("{text}-- @upgrade\n{body}\n"));
        let file = parse(&text).unwrap();
        let again: Vec<String> = file.sections().unwrap().iter().map(|s| format!("-- @upgrade\n{}", s.body)).collect();
        prop_assert_eq!(format!("{head}{}", again.concat()), text);
    }
}
