//! The databases on which every operation is tried.

/// What the table has besides.
pub(crate) const FIXTURES: [&str; 14] = [
    "empty table",
    "rows",
    "trigger",
    "view",
    "incoming foreign key",
    "self reference",
    "partial and expression index",
    "generated column",
    "identity",
    "serial",
    "partitioned",
    "policy",
    "inheritance",
    "unlogged",
];

/// Objects that other operations are tried on, one of each kind.
const OTHERS: &str = r"
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
COMMENT ON TYPE mood IS 'how it is';
CREATE DOMAIN small AS integer DEFAULT 7 CONSTRAINT small_enough CHECK (VALUE < 1000);
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE spare_mood AS ENUM ('a', 'b');
CREATE TYPE spare_pair AS (a integer, b text);
CREATE SEQUENCE numbers START WITH 10 INCREMENT BY 5;
CREATE SCHEMA other;
CREATE TABLE u (uid integer CONSTRAINT u_key PRIMARY KEY, label text);
INSERT INTO u VALUES (1, 'one'), (2, 'two');
CREATE TABLE log (id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT log_key PRIMARY KEY, what text);
CREATE TABLE holder (id integer, mood mood DEFAULT 'ok', moods mood[] DEFAULT '{sad}',
  CONSTRAINT no_sadness CHECK (mood <> 'sad'));
COMMENT ON CONSTRAINT no_sadness ON holder IS 'never';
CREATE INDEX holder_happy ON holder (id) WHERE mood = 'happy';
INSERT INTO holder VALUES (1, 'ok', '{ok,happy}'), (2, 'happy', NULL), (3, NULL, '{}');
CREATE VIEW other_view AS SELECT uid, label FROM u;
COMMENT ON VIEW other_view IS 'people';
COMMENT ON COLUMN other_view.label IS 'their label';
CREATE VIEW upper_view AS SELECT uid FROM other_view;
CREATE MATERIALIZED VIEW other_mat AS SELECT uid, label FROM u;
CREATE UNIQUE INDEX other_mat_uid ON other_mat (uid);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.label := 'a;b'; RETURN NEW; END $$;
CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION other_function(a integer, b text DEFAULT 'x') RETURNS integer LANGUAGE sql AS $$ SELECT a + 1; $$;
CREATE FUNCTION atomic(a integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN a; END $$;
CREATE PROCEDURE other_procedure(a integer) LANGUAGE sql AS $$ DELETE FROM log WHERE id = a $$;
CREATE AGGREGATE other_sum (integer) (sfunc = int4pl, stype = integer, initcond = '0');
CREATE TRIGGER other_trigger BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION note();
ALTER TABLE u ENABLE ALWAYS TRIGGER other_trigger;
CREATE RULE other_rule AS ON DELETE TO log DO INSTEAD NOTHING;
CREATE POLICY other_policy ON u USING (uid > 0);
CREATE STATISTICS other_statistics (dependencies) ON uid, label FROM u;
CREATE PUBLICATION other_publication FOR TABLE u;
CREATE COLLATION other_collation (provider = libc, locale = 'C');
CREATE TYPE other_range AS RANGE (subtype = integer);
CREATE CAST (text AS pair) WITH INOUT;
CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR FAMILY other_family USING btree;
CREATE TEXT SEARCH DICTIONARY other_dictionary (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION other_configuration (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION other_configuration ADD MAPPING FOR asciiword WITH other_dictionary;
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER other_event ON ddl_command_end WHEN TAG IN ('CREATE CAST') EXECUTE FUNCTION watch();
CREATE FOREIGN DATA WRAPPER other_wrapper;
CREATE SERVER other_server FOREIGN DATA WRAPPER other_wrapper;
CREATE FOREIGN TABLE other_foreign (a integer) SERVER other_server;
CREATE CONVERSION other_conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
GRANT SELECT ON u TO PUBLIC;
--X GRANT SELECT (uid) ON other_view TO PUBLIC;
REVOKE EXECUTE ON FUNCTION other_function FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor REVOKE EXECUTE ON ROUTINES FROM PUBLIC;
CREATE SEQUENCE lone;
CREATE TABLE naming (name text NOT NULL);
CREATE EXTENSION fuzzystrmatch;
";

const ROWS: &str = "
INSERT INTO t (id, name, qty, code, mood, u_id, spare) OVERRIDING SYSTEM VALUE VALUES
  (1, 'Ann', 3, 'a', 'ok', 1, '1'), (2, '', NULL, 'b', NULL, NULL, NULL), (7, 'Zoë''s', 12, 'c', 'happy', 2, '-5'),
  (9, '1e3', 1, 'd', 'sad', 1, '9');
DELETE FROM t WHERE id = 9;
";

const TRIGGERS: &str = "
CREATE TRIGGER t_insert AFTER INSERT ON t FOR EACH ROW WHEN (NEW.qty > 1) EXECUTE FUNCTION pass();
CREATE TRIGGER t_update BEFORE UPDATE OF name, qty ON t FOR EACH ROW EXECUTE FUNCTION pass();
ALTER TABLE t DISABLE TRIGGER t_update;
CREATE RULE t_rule AS ON UPDATE TO t WHERE old.qty > 5 DO ALSO INSERT INTO log (what) VALUES (old.name);
";

const VIEWS: &str = "
CREATE VIEW v AS SELECT id, name, qty * 2 AS twice, mood, code FROM t WHERE spare <> 'no';
COMMENT ON COLUMN v.twice IS 'two times';
CREATE VIEW v2 AS SELECT twice FROM v;
CREATE MATERIALIZED VIEW m AS SELECT id, qty FROM t;
CREATE INDEX m_qty ON m (qty);
GRANT SELECT ON v2 TO PUBLIC;
CREATE TRIGGER v_insert INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION pass();
";

const CHILDREN: &str = "
CREATE TABLE c (id integer, t_id integer CONSTRAINT c_to_t REFERENCES t (id) ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE d (id integer, code varchar(10), t_id integer,
  CONSTRAINT d_to_t FOREIGN KEY (code, t_id) REFERENCES t (code, id) MATCH FULL DEFERRABLE);
INSERT INTO c VALUES (1, 1), (2, 7), (3, NULL);
INSERT INTO d VALUES (1, 'a', 1), (2, 'c', 7);
";

const INDEXES: &str = "
CREATE UNIQUE INDEX t_lower ON t (lower(name) COLLATE \"C\" DESC NULLS LAST, (qty || '-' || code)) INCLUDE (spare)
  WITH (fillfactor = 70) WHERE name <> '' AND qty > 0;
CREATE INDEX t_code ON t (code text_pattern_ops, mood);
COMMENT ON INDEX t_code IS 'patterns';
";

const PARTITIONS: &str = "
CREATE TABLE t_low PARTITION OF t FOR VALUES FROM (MINVALUE) TO (5);
CREATE TABLE t_high PARTITION OF t FOR VALUES FROM (5) TO (100) PARTITION BY RANGE (id);
CREATE TABLE t_high_c PARTITION OF t_high FOR VALUES FROM (5) TO (8);
CREATE TABLE t_high_rest PARTITION OF t_high DEFAULT;
";

const POLICIES: &str = "
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY t_policy ON t FOR SELECT TO PUBLIC USING (qty > 0 OR mood = 'ok');
CREATE POLICY t_strict ON t AS RESTRICTIVE FOR INSERT WITH CHECK (name <> 'x');
GRANT SELECT ON t TO PUBLIC;
";

const COMMENTS: &str = "
COMMENT ON TABLE t IS 'it''s a table';
COMMENT ON COLUMN t.name IS 'a name';
COMMENT ON CONSTRAINT few ON t IS 'not many';
";

/// The script that makes a database.
pub(crate) fn script(fixture: &str) -> String {
    let (mut before, mut more, mut id, mut kind, mut tail) = ("", "", "", "", "");
    let mut rows = ROWS.to_owned();
    let mut after = String::new();
    match fixture {
        "empty table" => rows.clear(),
        "rows" => after.push_str(COMMENTS),
        "trigger" => after.push_str(TRIGGERS),
        "view" => after.push_str(VIEWS),
        "incoming foreign key" => after.push_str(CHILDREN),
        "self reference" => {
            more = "up integer CONSTRAINT t_up REFERENCES t (id) ON DELETE CASCADE,";
            after.push_str("UPDATE t SET up = 1 WHERE id > 1;");
        }
        "partial and expression index" => after.push_str(INDEXES),
        "generated column" => {
            more = "loud text GENERATED ALWAYS AS (upper(name)) STORED, half integer GENERATED ALWAYS AS (u_id / 2) STORED,";
        }
        "identity" => {
            id = "GENERATED BY DEFAULT AS IDENTITY (START WITH 5 CACHE 3)";
            after.push_str("SELECT setval('t_id_seq', 50);");
        }
        "serial" => {
            id = "DEFAULT 0";
            before = "CREATE SEQUENCE t_id_seq AS integer;";
            after.push_str(
                "ALTER TABLE t ALTER id SET DEFAULT nextval('t_id_seq'::regclass);
                 ALTER SEQUENCE t_id_seq OWNED BY t.id; SELECT setval('t_id_seq', 50);",
            );
        }
        "partitioned" => {
            tail = "PARTITION BY RANGE (id)";
            rows = format!("{PARTITIONS}{ROWS}");
        }
        "policy" => after.push_str(POLICIES),
        "inheritance" => {
            before = "CREATE TABLE parent (name text, first integer DEFAULT 4, CONSTRAINT first_low CHECK (first < 99));";
            tail = "INHERITS (parent)";
        }
        "unlogged" => kind = "UNLOGGED",
        other => panic!("there is no fixture {other}"),
    }
    format!(
        "{OTHERS}{before}
CREATE {kind} TABLE t (
  id integer {id} CONSTRAINT t_key PRIMARY KEY,
  name text NOT NULL DEFAULT 'x',
  qty integer DEFAULT (1 + 1),
  code varchar(10) NOT NULL,
  mood mood DEFAULT 'ok',
  u_id integer,
  {more}
  spare text,
  CONSTRAINT few CHECK (qty < 1000),
  CONSTRAINT one_code UNIQUE (code, id),
  CONSTRAINT to_u FOREIGN KEY (u_id) REFERENCES u (uid) ON DELETE SET NULL
) {tail};
CREATE INDEX t_name ON t (name DESC);
{rows}{after}"
    )
}
