//! The splitter, table by table: script and statements expected.

use crate::lexicons::{ansi_quotes, mariadb, mysql, no_backslash_escapes, postgres, sqlite};
use lambic_core::{ErrorKind, Lexicon};
use lambic_sql::{SyntaxError, split};

/// Splits each script and compares the statements; joins the parts again.
fn check(lexicon: &Lexicon, cases: &[(&str, &[&str])]) {
    for (script, expected) in cases {
        let found = split(script, lexicon).unwrap_or_else(|error| panic!("{script}\n{error}"));
        let texts: Vec<_> = found.statements.iter().map(lambic_sql::Statement::text).collect();
        assert_eq!(&texts, expected, "{script}");
    }
}

/// Splits each script and compares code and offending text.
fn refuse(lexicon: &Lexicon, cases: &[(&str, &str, &str)]) {
    for (script, code, at) in cases {
        let error = split(script, lexicon).expect_err(script);
        assert_eq!((error.code, &script[error.range.clone()]), (*code, *at), "{script}");
        assert!(!error.hint.is_empty() && !error.message.is_empty(), "{script}");
    }
}

#[test]
fn statements_of_every_dialect() {
    for (_, lexicon) in crate::lexicons::all() {
        check(
            &lexicon,
            &[
                ("", &[]),
                (" \n\t", &[]),
                (";;; ;", &[]),
                ("SELECT 1", &["SELECT 1"]),
                ("SELECT 1;", &["SELECT 1"]),
                (";SELECT 1 ;; SELECT 2\n;", &["SELECT 1", "SELECT 2"]),
                ("SELECT ';' ; SELECT 'a''b;'", &["SELECT ';'", "SELECT 'a''b;'"]),
                ("-- a;\nSELECT 1 -- b;\n; -- c;", &["SELECT 1"]),
                ("/* ; */ SELECT /* ; */ 1 /* ; */; /* end */", &["SELECT /* ; */ 1"]),
                ("SELECT 'é;ü'; SELECT 2", &["SELECT 'é;ü'", "SELECT 2"]),
                ("BEGIN; COMMIT;", &["BEGIN", "COMMIT"]),
                ("BEGIN TRANSACTION; SELECT 1; END;", &["BEGIN TRANSACTION", "SELECT 1", "END"]),
                ("SELECT 1\r\n;\r\nSELECT 2\r\n", &["SELECT 1", "SELECT 2"]),
                (
                    "SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 1",
                    &["SELECT CASE 1 WHEN 1 THEN 2 END", "SELECT 1"],
                ),
            ],
        );
        refuse(
            &lexicon,
            &[
                ("SELECT 1; SELECT 'a;", "sql.unterminated-string", "'a;"),
                ("SELECT 'a''", "sql.unterminated-string", "'a''"),
            ],
        );
    }
}

#[test]
fn ranges_comments_and_gaps_are_exact() {
    let script = "-- first\n;-- @allow x\n/* hint */ SELECT 1 -- in\n , 2 -- out\n; -- tail\n";
    let found = split(script, &sqlite()).unwrap();
    let [statement] = found.statements.as_slice() else { panic!("{found:?}") };
    assert_eq!(statement.text(), "SELECT 1 -- in\n , 2");
    assert_eq!(statement.text_with_comments(), "-- @allow x\n/* hint */ SELECT 1 -- in\n , 2");
    assert_eq!(statement.before.range, 0..script.find("SELECT").unwrap());
    let comments: Vec<_> = statement.before.comments.iter().map(|range| &script[range.clone()]).collect();
    assert_eq!(comments, ["-- first", "-- @allow x", "/* hint */"]);
    assert_eq!(&script[statement.end..], " -- tail\n");
    assert_eq!(&script[found.tail.range.clone()], " -- tail\n");
    assert_eq!(&script[found.tail.comments[0].clone()], "-- tail");
    let only = split("SELECT 1 -- last", &sqlite()).unwrap();
    assert_eq!((only.statements[0].text(), only.tail.range), ("SELECT 1", 8..16));
}

#[test]
fn an_error_is_found_again_in_its_file() {
    let file = "-- @upgrade\nSELECT 1;\n  SELECT 'ü\n";
    let offset = file.find("SELECT").unwrap();
    let error: SyntaxError = split(&file[offset..], &sqlite()).unwrap_err();
    let error = error.locate("a.sql", file, offset);
    assert_eq!(error.kind, ErrorKind::Parse);
    assert_eq!(error.to_string(), "a.sql:3:10: the string that begins here has no end");
    assert_eq!(error.hint.as_deref(), Some("close it with its closing quote"));
}

#[test]
fn sqlite_statements() {
    let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END";
    let nested = "CREATE TEMP TRIGGER IF NOT EXISTS \"begin;\" AFTER UPDATE OF [end] ON `case` WHEN new.x BEGIN\n\
        UPDATE a SET b = CASE WHEN 1 THEN CASE 2 WHEN 2 THEN 3 END ELSE 4 END; -- ; END ;\n\
        /* ; END ; */ SELECT ';END;'; SELECT new.end, case when 1 then 2 end from [x;y];\n\
        UPDATE a SET b = CASE WHEN 1 THEN 2 END, c = CASE d WHEN 1 THEN 2 END = 2; end";
    let keywords = "CREATE TRIGGER begin AFTER INSERT ON end BEGIN DELETE FROM end; END";
    let qualified =
        "CREATE TEMPORARY TRIGGER main.begin AFTER INSERT ON a BEGIN SELECT (SELECT end FROM x); END";
    let explained = "EXPLAIN QUERY PLAN CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END";
    check(
        &sqlite(),
        &[
            (&format!("{trigger};SELECT 3"), &[trigger, "SELECT 3"]),
            (&format!("{trigger}\n ;"), &[trigger]),
            (trigger, &[trigger]),
            (&format!("{nested} ; SELECT 3"), &[nested, "SELECT 3"]),
            (&format!("{keywords};{qualified};{explained};"), &[keywords, qualified, explained]),
            (
                "SELECT [a;'], \"b;\"\"'\", `c;'`, 'd;\"'; SELECT 2",
                &["SELECT [a;'], \"b;\"\"'\", `c;'`, 'd;\"'", "SELECT 2"],
            ),
            (r"SELECT 'a\'; SELECT 2", &[r"SELECT 'a\'", "SELECT 2"]),
            ("SELECT 1; /* never closed ;", &["SELECT 1"]),
            ("/* /* */ SELECT 1; */", &["SELECT 1", "*/"]),
            ("SELECT 1--2\n;SELECT $a, :b, @c, ?1, ?", &["SELECT 1", "SELECT $a, :b, @c, ?1, ?"]),
            (
                "CREATE TABLE trigger (begin INT); SELECT 1;",
                &["CREATE TABLE trigger (begin INT)", "SELECT 1"],
            ),
            (
                "CREATE VIEW trigger AS SELECT 1; BEGIN; END;",
                &["CREATE VIEW trigger AS SELECT 1", "BEGIN", "END"],
            ),
            ("SELECT .5; SELECT 1.e5", &["SELECT .5", "SELECT 1.e5"]),
            ("CREATE TRIGGER broken; SELECT 1", &["CREATE TRIGGER broken", "SELECT 1"]),
        ],
    );
    refuse(
        &sqlite(),
        &[
            ("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;", "sql.unterminated-body", "BEGIN"),
            ("SELECT 1;\n.read a.sql", "sql.client-command", ".read"),
            ("SELECT \"a", "sql.unterminated-name", "\"a"),
            ("SELECT [a", "sql.unterminated-name", "[a"),
        ],
    );
}

#[test]
fn postgres_strings_and_comments() {
    check(
        &postgres(),
        &[
            ("SELECT 1--x;\n;SELECT 2", &["SELECT 1", "SELECT 2"]),
            ("/* a /* ; */ ; */ SELECT 1", &["SELECT 1"]),
            ("-- a\rSELECT 1; SELECT 2", &["SELECT 1", "SELECT 2"]),
            (
                r"SELECT '\'; SELECT E'\';', e'a''b\\'; SELECT 3",
                &[r"SELECT '\'", r"SELECT E'\';', e'a''b\\'", "SELECT 3"],
            ),
            ("SELECT E'a' -- x\n  'b\\';'; SELECT 2", &["SELECT E'a' -- x\n  'b\\';'", "SELECT 2"]),
            (r"SELECT tablE'x\'; SELECT 2", &[r"SELECT tablE'x\'", "SELECT 2"]),
            (
                r#"SELECT U&'d\0061;' UESCAPE '!', U&"a;", B'1', X'f', N';'; x"#,
                &[r#"SELECT U&'d\0061;' UESCAPE '!', U&"a;", B'1', X'f', N';'"#, "x"],
            ),
            ("SELECT $$;'$$, $a$;$$;$b$;$a$; SELECT 2", &["SELECT $$;'$$, $a$;$$;$b$;$a$", "SELECT 2"]),
            ("SELECT a$b$c; SELECT $1; SELECT $ü$;$ü$", &["SELECT a$b$c", "SELECT $1", "SELECT $ü$;$ü$"]),
            (
                "SET standard_conforming_strings = off; SELECT '\\';'; SET SESSION \"standard_conforming_strings\" TO 'on'; SELECT '\\'; x",
                &[
                    "SET standard_conforming_strings = off",
                    "SELECT '\\';'",
                    "SET SESSION \"standard_conforming_strings\" TO 'on'",
                    "SELECT '\\'",
                    "x",
                ],
            ),
            ("SELECT a ? 'b;', a::text, x[1:2]; SELECT 2", &["SELECT a ? 'b;', a::text, x[1:2]", "SELECT 2"]),
            (
                "DO $do$ BEGIN PERFORM 1; END $do$; SELECT 2",
                &["DO $do$ BEGIN PERFORM 1; END $do$", "SELECT 2"],
            ),
        ],
    );
    refuse(
        &postgres(),
        &[
            ("SELECT 1; /* /* */", "sql.unterminated-comment", "/* /* */"),
            ("SELECT $a$ ;$b$", "sql.unterminated-string", "$a$ ;$b$"),
            ("SELECT E'a\\'", "sql.unterminated-string", "E'a\\'"),
            ("SELECT \"a", "sql.unterminated-name", "\"a"),
        ],
    );
}

#[test]
fn postgres_bodies_and_parentheses() {
    let rule = "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)";
    let atomic = "CREATE OR REPLACE FUNCTION public.begin(x int) RETURNS int LANGUAGE sql\n\
        BEGIN ATOMIC; SELECT CASE WHEN x > 0 THEN CASE x WHEN 1 THEN 2 END ELSE 0 END;\n\
        SELECT 1 AS end, 2 AS case, (SELECT CASE WHEN true THEN 1 END);\n\
        SELECT CASE WHEN true THEN 1 END, CASE x WHEN 1 THEN 'a' END = 'b'; END";
    let plain = "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1;'";
    let returned = "CREATE FUNCTION f() RETURNS int RETURN CASE WHEN true THEN 1 END";
    let empty = "CREATE PROCEDURE p() BEGIN ATOMIC END";
    check(
        &postgres(),
        &[
            (&format!("{rule}; SELECT 1"), &[rule, "SELECT 1"]),
            (
                &format!("{atomic}; {plain}; {returned}; {empty}; SELECT 1;"),
                &[atomic, plain, returned, empty, "SELECT 1"],
            ),
        ],
    );
    refuse(
        &postgres(),
        &[
            ("CREATE TABLE t (a int; SELECT 1;", "sql.unclosed-parenthesis", "("),
            ("CREATE PROCEDURE p() BEGIN ATOMIC SELECT CASE;", "sql.unterminated-body", "CASE"),
            ("CREATE PROCEDURE p() BEGIN ATOMIC SELECT 1;", "sql.unterminated-body", "BEGIN"),
        ],
    );
}

#[test]
fn postgres_dumps() {
    let script = "\\restrict abc'\n-- note\nCOPY public.t (a, b) FROM stdin;\n1\ta;'\n\\N\t\\.x\n\\.\n\nSELECT 1;\n\\unrestrict abc'\n";
    let found = split(script, &postgres()).unwrap();
    let [copy, select] = found.statements.as_slice() else { panic!("{found:?}") };
    assert_eq!(copy.text(), "COPY public.t (a, b) FROM stdin");
    assert_eq!(copy.text_with_comments(), "-- note\nCOPY public.t (a, b) FROM stdin");
    assert_eq!(copy.data_text(), Some("1\ta;'\n\\N\t\\.x\n"));
    assert_eq!((select.text(), select.data_text()), ("SELECT 1", None));
    assert_eq!(&script[found.tail.range], "\n\\unrestrict abc'\n");
    let empty = split("COPY t FROM STDIN WITH (FORMAT csv);\r\n\\.\r\n", &postgres()).unwrap();
    assert_eq!(empty.statements[0].data_text(), Some(""));
    check(&postgres(), &[("COPY t FROM '/a'; SELECT 1", &["COPY t FROM '/a'", "SELECT 1"])]);
    refuse(
        &postgres(),
        &[
            ("COPY t FROM stdin;\n1\n", "sql.copy-data", "COPY t FROM stdin"),
            ("COPY t FROM stdin; SELECT 1;\n\\.\n", "sql.copy-data", " SELECT 1;"),
            ("\\connect db", "sql.client-command", "\\connect"),
            ("SELECT 1 \\gexec\n", "sql.client-command", "\\gexec"),
            ("SELECT 1;\n\\.\n", "sql.client-command", "\\."),
            ("SELECT 1\n\\restrict x", "sql.client-command", "\\restrict"),
            ("\\", "sql.client-command", "\\"),
        ],
    );
}

#[test]
fn mysql_strings_and_comments() {
    check(
        &mysql(),
        &[
            (
                "SELECT 1--2; SELECT 2 -- ;\n; SELECT 3 --\n; SELECT 4 # ;\n;--",
                &["SELECT 1--2", "SELECT 2", "SELECT 3", "SELECT 4"],
            ),
            (
                r#"SELECT '\';', "\";'", `a\`, _utf8mb4';', N';'; SELECT 2"#,
                &[r#"SELECT '\';', "\";'", `a\`, _utf8mb4';', N';'"#, "SELECT 2"],
            ),
            ("/* /* */ SELECT 1", &["SELECT 1"]),
            (
                "/*!40101 SET a = ';'; */; SELECT /*+ x; */ 1",
                &["/*!40101 SET a = ';'; */", "SELECT /*+ x; */ 1"],
            ),
            ("SELECT 1 /*! /* ; */ , 2 */; x", &["SELECT 1 /*! /* ; */ , 2 */", "x"]),
            ("/*!999999\\- enable; the sandbox's mode */\nSELECT 1", &["SELECT 1"]),
            (
                "SELECT \\N, @a, @@global.x, @'a;b', @`c;d`; x",
                &["SELECT \\N, @a, @@global.x, @'a;b', @`c;d`", "x"],
            ),
            ("BEGIN; SELECT 1; COMMIT", &["BEGIN", "SELECT 1", "COMMIT"]),
            (
                "CREATE TABLE event (begin INT, end INT); SELECT IF(1, 2, 3);",
                &["CREATE TABLE event (begin INT, end INT)", "SELECT IF(1, 2, 3)"],
            ),
            (
                "LOAD DATA INFILE 'a' INTO TABLE t; SELECT source FROM t",
                &["LOAD DATA INFILE 'a' INTO TABLE t", "SELECT source FROM t"],
            ),
        ],
    );
    check(&ansi_quotes(mysql()), &[(r#"SELECT "a\"; SELECT '\';'"#, &[r#"SELECT "a\""#, r"SELECT '\';'"])]);
    check(
        &no_backslash_escapes(mysql()),
        &[(r#"SELECT "a\"; SELECT '\'"#, &[r#"SELECT "a\""#, r"SELECT '\'"])],
    );
    check(
        &mariadb(),
        &[(
            "/*M!999999\\- enable the sandbox mode */ \nx; /*M!100000 SELECT ';' ; */",
            &["x", "/*M!100000 SELECT ';' ; */"],
        )],
    );
    check(&mysql(), &[("/*M!100000 ignored ; */; x", &["x"])]);
    refuse(
        &mysql(),
        &[
            ("/*!40101 SELECT 1", "sql.unterminated-comment", "/*!40101 SELECT 1"),
            ("SELECT 1\\G", "sql.client-command", "\\G"),
            ("SELECT 1;\nsource a.sql;", "sql.client-command", "source"),
            ("LOAD DATA LOCAL INFILE 'a' INTO TABLE t;", "sql.client-command", "LOAD"),
            ("SELECT `a", "sql.unterminated-name", "`a"),
        ],
    );
}

#[test]
fn mysql_delimiters() {
    check(
        &mysql(),
        &[
            (
                "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nSELECT ';//' // -- //\ndelimiter ;\nSELECT 2;",
                &["CREATE PROCEDURE p() BEGIN SELECT 1; END", "SELECT ';//'", "SELECT 2"],
            ),
            ("DELIMITER $$\r\nSELECT a; END$$\r\nDELIMITER ;\r\nx", &["SELECT a; END", "x"]),
            (
                "DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET a = 1; END */;;\nDELIMITER ;",
                &[
                    "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET a = 1; END */",
                ],
            ),
            ("DELIMITER go\nSELECT 1 go\nSELECT 'go' go", &["SELECT 1", "SELECT 'go'"]),
            ("DELIMITER //\n//\nSELECT 1", &["SELECT 1"]),
        ],
    );
    refuse(
        &mysql(),
        &[
            ("DELIMITER \nSELECT 1", "sql.delimiter", "DELIMITER"),
            ("DELIMITER 0123456789abcdef", "sql.delimiter", "DELIMITER"),
            ("DELIMITER \\", "sql.delimiter", "DELIMITER"),
            ("DELIMITER //\nSELECT 1;\nDELIMITER ;\n", "sql.delimiter", "DELIMITER"),
        ],
    );
}

/// Statements with bodies, each of which must stay whole between two others.
fn whole(lexicon: &Lexicon, statements: &[&str]) {
    for statement in statements {
        let script = format!("SELECT 1; {statement}; SELECT 2;");
        check(lexicon, &[(&script, &["SELECT 1", statement, "SELECT 2"])]);
    }
}

const MYSQL_BODIES: &[&str] = &[
    "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = NEW.begin",
    "CREATE TRIGGER begin BEFORE INSERT ON end FOR EACH ROW BEGIN SET NEW.end = 1; END",
    "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW IF (NEW.a) THEN SET NEW.a = IF(1, 2, 3); END IF",
    "CREATE TRIGGER IF NOT EXISTS t BEFORE INSERT ON x FOR EACH ROW FOLLOWS u BEGIN END",
    "CREATE DEFINER=`a`@`b` TRIGGER t AFTER DELETE ON x FOR EACH ROW BEGIN DELETE FROM y; END",
    "CREATE DEFINER = root@localhost PROCEDURE p() BEGIN SELECT 1; END",
    "CREATE DEFINER=procedure PROCEDURE p() SELECT 1",
    "CREATE DEFINER=CURRENT_USER() FUNCTION f() RETURNS int DETERMINISTIC RETURN IF(1, 2, CASE WHEN 1 THEN 2 END)",
    "CREATE FUNCTION f() RETURNS int READS SQL DATA COMMENT 'x;' BEGIN RETURN CASE 1 WHEN 1 THEN 2 ELSE 3 END; END",
    "CREATE PROCEDURE p() COMMENT 'x' IF 1 THEN SELECT 1; ELSEIF 2 THEN SELECT 2; ELSE SELECT 3; END IF",
    "CREATE PROCEDURE p(IN begin INT, OUT end INT) outer_: BEGIN l: LOOP IF end THEN LEAVE l; END IF; END LOOP l; END outer_",
    "CREATE PROCEDURE p() BEGIN REPEAT SET x = x + 1; UNTIL x > CASE WHEN y THEN 1 ELSE 2 END END REPEAT; END",
    "CREATE PROCEDURE p() BEGIN WHILE (x) DO BEGIN SELECT 1; END; END WHILE; END -- not counted\n",
    "CREATE PROCEDURE p() BEGIN CASE x WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE; SELECT CASE x WHEN 1 THEN IF(a, b, c) END; END",
    "CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR SELECT end, begin FROM t; DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; \
     DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; SELECT REPEAT('x', 3), t.end INTO y; DROP TABLE IF EXISTS z; END",
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2020-01-01' DO BEGIN DELETE FROM t; END",
    "CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY DO IF 1 THEN DELETE FROM t; END IF",
    "CREATE PROCEDURE p() SELECT * FROM t WHERE a IN (1) FOR UPDATE",
    "CREATE PROCEDURE p() UPDATE t SET begin = 1, end = 2",
    "CREATE PROCEDURE p() BEGIN SELECT CASE WHEN 1 THEN 2 END, CASE x WHEN 1 THEN 'a' END = 'a', 5; END",
    "CREATE PROCEDURE p() BEGIN UPDATE t SET a = CASE b WHEN 1 THEN c ELSE (2) END, end = 1 ORDER BY CASE WHEN a THEN 1 END, id; END",
    "CREATE PROCEDURE p() BEGIN SELECT CASE WHEN end = 1 AND end, 2 THEN 1 ELSE end = 2 END = 3; END",
    "CREATE PROCEDURE p() IF CASE WHEN 1 THEN 2 END = 2 THEN SELECT CASE x WHEN 1 THEN 2 END, 1; END IF",
    "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION IF x THEN SELECT 1; END IF; SELECT 1; END",
    "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR 1062, SQLSTATE VALUE '42000', NOT FOUND, c CASE x WHEN 1 THEN SELECT 1; END CASE; END",
    "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR SQLSTATE '42000' WHILE x DO SET x = 0; END WHILE; \
     DECLARE UNDO HANDLER FOR c SELECT IF(1, 2, 3), CASE WHEN 1 THEN 2 END; END",
    "CREATE PROCEDURE p() BEGIN DO IF(1, 2, 3); DO REPEAT('x', 3), 1; WHILE x DO IF y THEN SELECT 1; END IF; END WHILE; END",
    "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET a = 1; END */",
];

#[test]
fn mysql_bodies_need_no_delimiter() {
    let trimmed: Vec<_> =
        MYSQL_BODIES.iter().map(|body| body.trim_end_matches(" -- not counted\n")).collect();
    for lexicon in [mysql(), mariadb(), ansi_quotes(mysql()), no_backslash_escapes(mysql())] {
        whole(&lexicon, &trimmed);
    }
    refuse(
        &mysql(),
        &[
            (
                "CREATE PROCEDURE p() BEGIN IF x THEN SELECT 1; END; SELECT 2;",
                "sql.unterminated-body",
                "BEGIN",
            ),
            ("CREATE PROCEDURE p() BEGIN l: LOOP SELECT 1;", "sql.unterminated-body", "LOOP"),
        ],
    );
}

#[test]
fn mariadb_bodies() {
    whole(
        &mariadb(),
        &[
            "CREATE OR REPLACE PROCEDURE p() BEGIN FOR i IN 1..10 DO SELECT i; END FOR; SELECT 1 FROM (SELECT 1) x FOR UPDATE; END",
            "CREATE OR REPLACE AGGREGATE FUNCTION f(x INT) RETURNS INT BEGIN LOOP FETCH GROUP NEXT ROW; END LOOP; END",
            "BEGIN NOT ATOMIC SELECT 1; IF x THEN SELECT 2; END IF; END",
            "CREATE PROCEDURE p() FOR i IN 1..3 DO SELECT i; END FOR",
            "CREATE PROCEDURE p() FOR i\nIN (SELECT 1) DO SELECT i; END FOR",
            "IF (1) THEN SELECT 1; ELSE SELECT 2; END IF",
            "WHILE x DO SET x = 0; END WHILE",
            "CREATE PACKAGE p AS PROCEDURE a(); FUNCTION b() RETURNS INT; END",
            "CREATE PACKAGE BODY p AS PROCEDURE a() BEGIN SELECT 1; END; FUNCTION b() RETURN INT AS x INT; BEGIN RETURN 1; END; END",
        ],
    );
    check(
        &mariadb(),
        &[("BEGIN; SELECT 1; COMMIT; BEGIN WORK; x", &["BEGIN", "SELECT 1", "COMMIT", "BEGIN WORK", "x"])],
    );
}
