//! The databases on which every operation is tried.

/// What each database has besides.
pub(crate) const FIXTURES: [&str; 11] = [
    "empty table",
    "rows",
    "trigger",
    "view",
    "incoming foreign key",
    "self reference",
    "AUTOINCREMENT",
    "STRICT",
    "WITHOUT ROWID",
    "generated column",
    "partial and expression index",
];

/// Objects that other operations are tried on.
const OTHERS: &str = "
CREATE TABLE u (uid INTEGER PRIMARY KEY, label TEXT);
INSERT INTO u VALUES (1, 'one'), (2, 'two');
CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
CREATE VIEW other_view AS SELECT uid, label FROM u;
CREATE TRIGGER other_trigger AFTER INSERT ON u BEGIN INSERT INTO log (what) VALUES (NEW.label); END;
CREATE VIRTUAL TABLE docs USING fts5(body);
INSERT INTO docs (body) VALUES ('some words'), ('more words');
";

const ROWS: &str = "
INSERT INTO t (id, name, qty, code, spare, u_id) VALUES
  (1, 'Ann', 3, 'a', 's', 1), (2, '', NULL, 'b', NULL, NULL), (7, 'Zoë''s', 12, 'c', X'00FF', 2), (9, '1e3', 1, 'd', 2.5, 1);
DELETE FROM t WHERE id = 9;
";

const TRIGGERS: &str = r"
CREATE TRIGGER t_insert AFTER INSERT ON t WHEN NEW.name <> '' BEGIN
  INSERT INTO log (what) VALUES (CASE WHEN NEW.qty > 1 THEN NEW.name ELSE 'few' END);
END;
CREATE TRIGGER t_update BEFORE UPDATE OF name ON t BEGIN SELECT RAISE(ABORT, 'no; never') WHERE NEW.name = 'x'; END;
CREATE TRIGGER u_delete AFTER DELETE ON u BEGIN UPDATE t SET name = OLD.label WHERE u_id = OLD.uid; END;
";

const VIEWS: &str = r"
CREATE VIEW v AS SELECT id, name, t.qty * 2 AS twice FROM t;
CREATE VIEW v2 AS SELECT twice FROM v;
CREATE TRIGGER v_insert INSTEAD OF INSERT ON v BEGIN INSERT INTO t (id, name) VALUES (NEW.id, NEW.name); END;
";

const CHILDREN: &str = "
CREATE TABLE c (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t(id) ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE d (id INTEGER PRIMARY KEY, code TEXT REFERENCES t (code) ON DELETE SET NULL);
INSERT INTO c VALUES (1, 1), (2, 7), (3, NULL);
INSERT INTO d VALUES (1, 'a'), (2, 'c');
";

const INDEXES: &str = "
CREATE UNIQUE INDEX t_lower ON t (lower(name) COLLATE NOCASE DESC, qty || '-' || code) WHERE name <> '' AND qty > 0;
CREATE INDEX t_code ON t (code COLLATE NOCASE DESC);
";

/// The script that makes a database.
pub(crate) fn script(fixture: &str) -> String {
    let mut head = "CREATE TABLE t (\n  id INTEGER PRIMARY KEY";
    let mut more = String::new();
    let mut tail = ")";
    let mut rows = ROWS;
    let mut after = String::new();
    match fixture {
        "empty table" => rows = "",
        "rows" => {}
        "trigger" => after.push_str(TRIGGERS),
        "view" => after.push_str(VIEWS),
        "incoming foreign key" => after.push_str(CHILDREN),
        "self reference" => {
            more.push_str("  up INTEGER REFERENCES t(ID) ON DELETE CASCADE,\n  up2 TEXT DEFAULT NULL CONSTRAINT self REFERENCES t(code),\n");
            after.push_str("UPDATE t SET up = 1, up2 = 'a' WHERE id > 1;");
        }
        "AUTOINCREMENT" => head = "CREATE TABLE t (\n  id INTEGER PRIMARY KEY AUTOINCREMENT",
        "STRICT" => tail = ") STRICT",
        "WITHOUT ROWID" => tail = ") WITHOUT ROWID",
        "generated column" => more.push_str(
            "  loud TEXT GENERATED ALWAYS AS (upper(name)) STORED,\n  half REAL AS (qty/2.0) VIRTUAL,\n",
        ),
        "partial and expression index" => after.push_str(INDEXES),
        other => panic!("there is no fixture {other}"),
    }
    format!(
        "{OTHERS}{head},
  name TEXT NOT NULL DEFAULT 'x' COLLATE NOCASE,
  qty INTEGER DEFAULT (1+1),
  code TEXT CONSTRAINT code_given NOT NULL ON CONFLICT FAIL,
  spare ANY,
  u_id INTEGER,
{more}  CONSTRAINT few CHECK (qty < 1000), CHECK(length(t.name)<100),
  CONSTRAINT one_code UNIQUE (code) ON CONFLICT ROLLBACK,
  CONSTRAINT to_u FOREIGN KEY (u_id) REFERENCES u (uid) ON DELETE SET NULL
{tail};
CREATE INDEX t_name ON t (name DESC);
{rows}{after}"
    )
}
