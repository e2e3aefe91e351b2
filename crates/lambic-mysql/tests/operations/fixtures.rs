//! The databases on which every operation is tried.

use crate::support::Server;

/// What each database has besides.
pub(crate) const FIXTURES: [&str; 13] = [
    "empty table",
    "rows",
    "trigger",
    "view",
    "incoming foreign key",
    "self reference",
    "AUTO_INCREMENT",
    "generated column",
    "check",
    "prefix and functional index",
    "FULLTEXT",
    "partitioned",
    "system versioning",
];

/// Objects that other operations are tried on.
const OTHERS: &[&str] = &[
    "CREATE TABLE u (uid int PRIMARY KEY, label varchar(20))",
    "INSERT INTO u VALUES (1, 'one'), (2, 'two')",
    "CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, what varchar(60))",
    "CREATE VIEW other_view AS SELECT uid, label FROM u",
    "CREATE TRIGGER other_trigger AFTER INSERT ON u FOR EACH ROW BEGIN INSERT INTO log (what) VALUES (NEW.label); END",
    "CREATE TRIGGER second_trigger AFTER INSERT ON u FOR EACH ROW INSERT INTO log (what) VALUES ('second')",
    "CREATE PROCEDURE other_procedure (IN a int, OUT b int) COMMENT 'it''s one' BEGIN SET b = a + 1; SELECT ';'; END",
    "CREATE FUNCTION other_function (a int) RETURNS int DETERMINISTIC RETURN a * 2",
    "CREATE EVENT other_event ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DISABLE COMMENT 'daily' DO DELETE FROM log",
];

const ROWS: &[&str] =
    &["INSERT INTO t (id, name, qty, code, spare, u_id, kind) VALUES (1, 'Ann', 3, 'a', 's', 1, 'a'), \
     (2, '', NULL, 'b', NULL, NULL, NULL), (7, 'Zoë''s \\\\', 12, 'c', x'00FF', 2, 'it''s')"];

const TRIGGERS: &[&str] = &[
    "CREATE TRIGGER t_insert BEFORE INSERT ON t FOR EACH ROW BEGIN IF NEW.qty > 900 THEN SET NEW.name = 'many; ok'; END IF; END",
    "CREATE TRIGGER t_update AFTER UPDATE ON t FOR EACH ROW INSERT INTO log (what) VALUES (NEW.name)",
    "CREATE TRIGGER u_delete AFTER DELETE ON u FOR EACH ROW UPDATE t SET t.name = OLD.label WHERE t.u_id = OLD.uid",
];

const VIEWS: &[&str] =
    &["CREATE VIEW v AS SELECT id, name, t.qty * 2 AS twice FROM t", "CREATE VIEW v2 AS SELECT twice FROM v"];

const CHILDREN: &[&str] = &[
    "CREATE TABLE c (id int PRIMARY KEY, t_id int, CONSTRAINT c_t FOREIGN KEY (t_id) REFERENCES t (id) ON DELETE CASCADE ON UPDATE CASCADE)",
    "CREATE TABLE d (id int PRIMARY KEY, code varchar(20), KEY by_code (code), CONSTRAINT d_t FOREIGN KEY (code) REFERENCES t (code) ON DELETE SET NULL)",
    "INSERT INTO c VALUES (1, 1), (2, 7), (3, NULL)",
    "INSERT INTO d VALUES (1, 'a'), (2, 'c')",
];

/// The statements that make a database; `None` where the product has nothing of the kind.
pub(crate) fn script(fixture: &str, server: Server) -> Option<Vec<String>> {
    let (mut identity, mut more, mut tail) = ("", String::new(), "");
    let mut rows = ROWS;
    let mut after: &[&str] = &[];
    let mut keys = "UNIQUE KEY one_code (code)";
    let mut reference = "CONSTRAINT to_u FOREIGN KEY (u_id) REFERENCES u (uid) ON DELETE SET NULL,";
    match fixture {
        "empty table" => rows = &[],
        "rows" => {}
        "trigger" => after = TRIGGERS,
        "view" => after = VIEWS,
        "incoming foreign key" => after = CHILDREN,
        "self reference" => {
            more.push_str("up int, CONSTRAINT self FOREIGN KEY (up) REFERENCES t (id),");
            after = &["UPDATE t SET up = 1 WHERE id > 1"];
        }
        "AUTO_INCREMENT" => identity = "AUTO_INCREMENT",
        "generated column" => more.push_str(
            "loud varchar(40) GENERATED ALWAYS AS (upper(name)) STORED,
             half decimal(10,2) AS (qty / 2.0) VIRTUAL COMMENT 'half', KEY by_half (half),",
        ),
        "check" => more.push_str("CONSTRAINT named CHECK (qty <> 5 AND length(code) < 100), pair varchar(9), CONSTRAINT paired CHECK (length(pair) < 5),"),
        "prefix and functional index" if server == Server::Mysql => {
            more.push_str("KEY by_prefix (code(3), qty), KEY by_text ((lower(code)), qty DESC) COMMENT 'x' INVISIBLE,");
        }
        "prefix and functional index" => more.push_str("KEY by_prefix (code(3), qty) COMMENT 'x', KEY by_qty (qty) IGNORED,"),
        "FULLTEXT" => more.push_str("FULLTEXT KEY words (code),"),
        "partitioned" => {
            reference = "";
            keys = "UNIQUE KEY one_code (code, id)";
            tail = "PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (5), PARTITION high VALUES LESS THAN (100))";
        }
        "system versioning" if server == Server::Mysql => return None,
        "system versioning" => tail = "WITH SYSTEM VERSIONING",
        other => panic!("there is no fixture {other}"),
    }
    let table = format!(
        "CREATE TABLE t (
          id int NOT NULL {identity},
          name varchar(40) CHARACTER SET latin1 COLLATE latin1_general_ci NOT NULL DEFAULT 'x' COMMENT 'the ''name''',
          qty int DEFAULT 2,
          code varchar(20) NOT NULL,
          spare varbinary(20),
          u_id int,
          updated timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
          kind enum('a','it''s'),
          {more} {reference}
          CONSTRAINT few CHECK (qty < 1000),
          PRIMARY KEY (id), {keys}, KEY t_name (name DESC)
        ) {tail}"
    );
    let parts = [OTHERS, &[table.as_str()], rows, after, sequence(server)];
    Some(parts.concat().into_iter().map(str::to_owned).collect())
}

fn sequence(server: Server) -> &'static [&'static str] {
    match server {
        Server::Mysql => &[],
        Server::Mariadb => {
            &["CREATE SEQUENCE other_sequence START WITH 5 INCREMENT BY 2 MAXVALUE 100 CACHE 10 CYCLE"]
        }
    }
}
