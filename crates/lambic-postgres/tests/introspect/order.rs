//! The order in which a schema is made again: what the server does not say, and circles.

use super::assert_made_again;
use super::support::{Database, Server};

/// Objects that need each other, by functions over the rows of a table, a domain or a materialised view.
const CIRCLES: &str = r"
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE FUNCTION search(t) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$ SELECT to_tsvector('simple', $1.a) $$;
CREATE FUNCTION number(t) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.id';
CREATE INDEX found ON t USING gin (search(t));
CREATE UNIQUE INDEX part ON t (b) WHERE number(t) > 3;
CREATE UNIQUE INDEX plain ON t (b);
ALTER TABLE t ADD CONSTRAINT never EXCLUDE (b WITH =) WHERE (number(t) > 3),
  ADD CHECK (number(t) > 0), ADD CHECK (b <> 7) NOT VALID,
  ADD COLUMN m int DEFAULT number(NULL::t);
CREATE INDEX sorted ON t (number(t));
ALTER TABLE t CLUSTER ON sorted;
CREATE TABLE pointer (b int REFERENCES t (b));
COMMENT ON INDEX found IS 'what is found';
COMMENT ON CONSTRAINT never ON t IS 'never';
CREATE POLICY own ON t USING (number(t) = 1);
CREATE TABLE self (id int PRIMARY KEY, up int REFERENCES self, t int REFERENCES later);
CREATE FUNCTION up(self) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.up';
CREATE INDEX self_up ON self (up(self));
CREATE FUNCTION rows() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM self; END;
ALTER TABLE self ADD COLUMN n bigint DEFAULT rows(), ADD CHECK (rows() >= 0);
CREATE TABLE child () INHERITS (self);

CREATE TABLE p (id int, k int) PARTITION BY RANGE (k);
CREATE FUNCTION of_p(p) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE p1 PARTITION OF p (CHECK (of_p(ROW(1, 2)) > 0)) FOR VALUES FROM (0) TO (10);
CREATE TABLE p2 PARTITION OF p DEFAULT;
ALTER TABLE p1 ALTER k SET DEFAULT of_p(NULL);
CREATE INDEX of_p ON p (of_p(ROW(id, k)));
CREATE INDEX own ON p1 (of_p(ROW(id, k)));

CREATE DOMAIN d AS int;
CREATE FUNCTION fits(d) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION smallest() RETURNS d LANGUAGE sql IMMUTABLE AS 'SELECT 3::d';
ALTER DOMAIN d SET DEFAULT smallest();
ALTER DOMAIN d ADD CONSTRAINT fits CHECK (fits(VALUE));
CREATE TABLE of_d (v d);

CREATE MATERIALIZED VIEW mv AS SELECT id, a FROM t;
CREATE FUNCTION number(mv) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.id';
CREATE INDEX mv_number ON mv (number(mv));
";

/// A foreign key to a partition rests on a key that the partition has alone.
const PARTITION_KEYS: &str = "
CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p (PRIMARY KEY (a)) FOR VALUES FROM (0) TO (10);
CREATE UNIQUE INDEX one ON p1 (b);
CREATE TABLE a (a int REFERENCES p1, b int REFERENCES p1 (b));
CREATE TABLE q (b int) PARTITION BY LIST (b);
CREATE TABLE q1 PARTITION OF q (b REFERENCES p1 (b)) FOR VALUES IN (1);
";

/// What expressions use without a word: extensions in the bodies of functions, and casts.
const UNSAID: &str = "
CREATE EXTENSION unaccent;
CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT public.unaccent('public.unaccent', $1) $$;
CREATE TABLE t (a text, g text GENERATED ALWAYS AS (plain(a)) STORED);
CREATE INDEX ON t (plain(a));
CREATE MATERIALIZED VIEW m AS SELECT plain('a') AS plain;
CREATE TYPE e AS ENUM ('a');
CREATE FUNCTION number(e) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (e AS int) WITH FUNCTION number(e) AS IMPLICIT;
CREATE CAST (varchar AS e) WITH INOUT AS ASSIGNMENT;
CREATE TABLE c (e e DEFAULT 'a'::varchar, n int GENERATED ALWAYS AS (e + 1) STORED);
CREATE VIEW v AS SELECT 'a'::e + 1 AS x;
CREATE FUNCTION f(varchar) RETURNS e LANGUAGE sql BEGIN ATOMIC SELECT $1::e; END;
";

/// Event triggers that let nothing pass but others of their kind.
const GUARDS: &str = "
CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no %', tg_tag; END $$;
CREATE TABLE t (a int);
CREATE POLICY p ON t;
GRANT SELECT ON t TO PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
CREATE PUBLICATION z FOR TABLE t;
CREATE EVENT TRIGGER a_guard ON ddl_command_start WHEN TAG IN ('DROP TABLE', 'CREATE TABLE') EXECUTE FUNCTION guard();
CREATE EVENT TRIGGER guard ON ddl_command_end EXECUTE FUNCTION guard();
COMMENT ON EVENT TRIGGER guard IS 'nothing';
ALTER EVENT TRIGGER guard ENABLE ALWAYS;
";

fn made_again(script: &str) {
    for server in Server::ALL {
        let mut database = Database::new(server);
        database.load(script);
        assert_made_again(&mut database, &format!("{server:?}"));
    }
}

#[test]
fn circles_are_made_in_two_steps() {
    made_again(&format!("CREATE TABLE later (id int PRIMARY KEY);\n{CIRCLES}"));
}

#[test]
fn a_foreign_key_comes_after_the_key_of_a_partition() {
    made_again(PARTITION_KEYS);
}

#[test]
fn what_is_used_without_a_word_comes_first() {
    made_again(UNSAID);
}

#[test]
fn event_triggers_come_last() {
    made_again(GUARDS);
}
