//! What real schemas have once in a thousand: each case is made again, and `pg_dump` says the same of both.

use super::details::schema;
use super::support::{Database, Server};

/// Makes the schema of a script again on every server.
fn on_all(script: &str) {
    for server in Server::ALL {
        drop(schema(server, script));
    }
}

/// A composite type is an extension's by its type, not by its relation.
#[test]
fn composite_types_of_an_extension_are_left_to_it() {
    on_all(
        "CREATE EXTENSION tablefunc; COMMENT ON COLUMN tablefunc_crosstab_2.row_name IS 'theirs';
         CREATE TABLE uses (c tablefunc_crosstab_3, d tablefunc_crosstab_4[])",
    );
}

/// What is made of arrays comes after the elements: composite types and tables, and those of extensions.
#[test]
fn an_array_needs_its_elements() {
    on_all(
        "CREATE EXTENSION hstore; CREATE TYPE z AS (a integer); CREATE TYPE a AS (x z[]); CREATE DOMAIN b AS z[];
         CREATE TABLE w (id integer); CREATE TYPE c AS (x w[]); CREATE DOMAIN d AS hstore[]; CREATE TYPE e AS (x hstore[])",
    );
}

/// What is called like the server's own.
#[test]
fn names_of_the_servers_own_mean_the_schemas() {
    on_all(
        "CREATE FUNCTION public.gen_random_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid';
         COMMENT ON FUNCTION public.gen_random_uuid() IS 'mine'; REVOKE ALL ON FUNCTION public.gen_random_uuid() FROM PUBLIC;
         CREATE TABLE u (id uuid DEFAULT public.gen_random_uuid(), other uuid DEFAULT pg_catalog.gen_random_uuid());
         CREATE AGGREGATE public.max(integer) (SFUNC = int4larger, STYPE = integer);
         COMMENT ON AGGREGATE public.max(integer) IS 'mine'; REVOKE ALL ON FUNCTION public.max(integer) FROM PUBLIC;
         CREATE FUNCTION plus(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN 1;
         CREATE OPERATOR public.+ (FUNCTION = plus, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(public.+));
         COMMENT ON OPERATOR public.+ (integer, integer) IS 'mine';
         CREATE VIEW sums AS SELECT 1 OPERATOR(public.+) 2 AS a, 1 + 2 AS b;
         CREATE OPERATOR CLASS public.int4_ops FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
           OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
         COMMENT ON OPERATOR CLASS public.int4_ops USING btree IS 'mine';
         CREATE TEXT SEARCH CONFIGURATION public.english (PARSER = pg_catalog.default);
         COMMENT ON TEXT SEARCH CONFIGURATION public.english IS 'mine';
         ALTER TEXT SEARCH CONFIGURATION public.english ADD MAPPING FOR asciiword WITH simple;
         CREATE TEXT SEARCH DICTIONARY public.simple (TEMPLATE = pg_catalog.simple); COMMENT ON TEXT SEARCH DICTIONARY public.simple IS 'mine';
         CREATE COLLATION public.\"C\" (provider = libc, locale = 'POSIX'); COMMENT ON COLLATION public.\"C\" IS 'mine';
         CREATE CONVERSION public.utf8_to_iso_8859_1 FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
         COMMENT ON CONVERSION public.utf8_to_iso_8859_1 IS 'mine'",
    );
}

/// The same, of relations and types.
#[test]
fn relations_and_types_named_like_the_servers_own_are_the_schemas() {
    on_all(
        "CREATE TABLE public.pg_settings (id serial PRIMARY KEY, name text CHECK (name <> ''), n integer GENERATED ALWAYS AS IDENTITY);
         CREATE INDEX ON public.pg_settings (name); COMMENT ON TABLE public.pg_settings IS 'mine'; COMMENT ON COLUMN public.pg_settings.id IS 'id';
         COMMENT ON INDEX pg_settings_name_idx IS 'index'; ALTER TABLE public.pg_settings ENABLE ROW LEVEL SECURITY;
         CREATE POLICY mine ON public.pg_settings USING (id > 1); COMMENT ON POLICY mine ON public.pg_settings IS 'policy';
         CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER mine BEFORE INSERT ON public.pg_settings FOR EACH ROW EXECUTE FUNCTION act();
         ALTER TABLE public.pg_settings DISABLE TRIGGER mine; GRANT SELECT ON public.pg_settings TO PUBLIC;
         CREATE TABLE refers (id integer REFERENCES public.pg_settings); CREATE TABLE heir () INHERITS (public.pg_settings);
         CREATE VIEW public.pg_tables AS SELECT id FROM public.pg_settings; COMMENT ON VIEW public.pg_tables IS 'view'; COMMENT ON COLUMN public.pg_tables.id IS 'id';
         CREATE RULE mine AS ON INSERT TO public.pg_tables DO INSTEAD NOTHING; CREATE VIEW over AS SELECT id FROM public.pg_tables;
         CREATE MATERIALIZED VIEW public.pg_stats AS SELECT 1 AS a; CREATE INDEX ON public.pg_stats (a);
         CREATE SEQUENCE public.pg_class; COMMENT ON SEQUENCE public.pg_class IS 'sequence';
         CREATE DOMAIN public.date AS text CHECK (VALUE <> ''); COMMENT ON DOMAIN public.date IS 'domain'; CREATE TABLE dated (a public.date, b pg_catalog.date);
         CREATE TYPE public.money AS (a integer, b public.date); COMMENT ON TYPE public.money IS 'composite'; COMMENT ON COLUMN public.money.a IS 'a';
         CREATE TYPE public.box AS ENUM ('a'); COMMENT ON TYPE public.box IS 'enum'; REVOKE ALL ON TYPE public.box FROM PUBLIC;
         CREATE TYPE public.int4range AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = many); COMMENT ON TYPE public.int4range IS 'range';
         CREATE TABLE path (a public.money, b public.box, c public.int4range)",
    );
}

/// Sequences of what is no table.
#[test]
fn foreign_tables_and_views_keep_their_sequences() {
    on_all(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f1 (id serial, n integer) SERVER s;
         CREATE FOREIGN TABLE f2 (id integer GENERATED ALWAYS AS IDENTITY (START 7), n smallint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME odd INCREMENT -2 CYCLE)) SERVER s;
         COMMENT ON SEQUENCE f2_id_seq IS 'identity'; GRANT USAGE ON SEQUENCE f2_id_seq TO PUBLIC;
         CREATE VIEW v AS SELECT 1 AS c; CREATE SEQUENCE sv OWNED BY v.c",
    );
}

/// The bounds of a sequence that counts down are not those of one that counts up.
#[test]
fn sequences_of_columns_count_in_any_direction() {
    on_all(
        "CREATE TABLE u (a integer, b integer, c bigint, d integer);
         CREATE SEQUENCE q INCREMENT -2 OWNED BY u.a; ALTER TABLE u ALTER a SET DEFAULT nextval('q');
         CREATE SEQUENCE r INCREMENT -1 MINVALUE -9 MAXVALUE 9 START 3 OWNED BY u.b; ALTER TABLE u ALTER b SET DEFAULT nextval('r');
         CREATE SEQUENCE s MINVALUE 5 OWNED BY u.c; ALTER TABLE u ALTER c SET DEFAULT nextval('s');
         CREATE SEQUENCE t START 40 OWNED BY u.d; ALTER TABLE u ALTER d SET DEFAULT nextval('t')",
    );
}

/// An expression has the collation of what is in it.
#[test]
fn an_expression_of_an_index_may_have_another_collation_than_its_columns() {
    on_all(
        "CREATE TABLE t (a text COLLATE \"C\", b text); CREATE INDEX i ON t (lower(a) COLLATE \"default\", lower(b), lower(a), lower(b) COLLATE \"C\");
         CREATE INDEX j ON t (lower(b COLLATE \"C\") COLLATE \"default\", (a || 'x') COLLATE \"POSIX\", (length(a)))",
    );
}

/// Procedures that their modes alone tell apart.
#[test]
fn procedures_are_told_apart_by_what_they_give_back() {
    on_all(
        "CREATE PROCEDURE p(a integer, OUT b integer) LANGUAGE plpgsql AS 'BEGIN b := a; END';
         CREATE PROCEDURE p(a integer, b integer) LANGUAGE plpgsql AS 'BEGIN END';
         CREATE PROCEDURE p(INOUT a text, VARIADIC b text[]) LANGUAGE plpgsql AS 'BEGIN END';
         REVOKE ALL ON PROCEDURE p(integer, OUT integer) FROM PUBLIC; REVOKE ALL ON PROCEDURE p(IN integer, IN integer) FROM PUBLIC;
         COMMENT ON PROCEDURE p(integer, OUT integer) IS 'out'; COMMENT ON PROCEDURE p(IN integer, IN integer) IS 'in'; COMMENT ON PROCEDURE p(text, text[]) IS 'inout'",
    );
}

/// A NOT NULL constraint of version 18 that a comment calls by a name which the server gave.
#[test]
fn a_not_null_constraint_with_a_comment_keeps_its_name() {
    drop(schema(
        Server::V18,
        "CREATE TABLE r (a integer NOT NULL); COMMENT ON CONSTRAINT r_a_not_null ON r IS 'c'; ALTER TABLE r RENAME TO s;
         CREATE DOMAIN d AS integer NOT NULL; COMMENT ON CONSTRAINT d_not_null ON DOMAIN d IS 'd'; ALTER DOMAIN d RENAME TO e",
    ));
}

/// One that is not known to hold, and is a parent's: the tables are made, and what is lost is said.
#[test]
fn an_inherited_not_null_constraint_that_is_not_valid_is_not_added_again() {
    let mut database = Database::new(Server::V18);
    database.load(
        "CREATE TABLE par (b integer); CREATE TABLE ch (c integer) INHERITS (par); ALTER TABLE par ADD CONSTRAINT b_nn NOT NULL b NOT VALID",
    );
    let mut schema = database.schema();
    let found: Vec<&str> = schema.unsupported.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(found, ["b_nn on ch"]);
    schema.unsupported.clear();
    let operations = schema.build_for(database.session.dialect.capabilities()).unwrap();
    let mut again = Database::new(Server::V18);
    again.apply(&operations).unwrap();
    assert_eq!(again.schema().tables, schema.tables);
}

/// The same, of a check.
#[test]
fn an_inherited_check_that_is_not_valid_is_the_parents() {
    on_all(
        "CREATE TABLE par (b integer); CREATE TABLE ch (c integer) INHERITS (par); CREATE TABLE own (b integer) INHERITS (par);
         ALTER TABLE par ADD CONSTRAINT k CHECK (b > 0) NOT VALID; ALTER TABLE own ADD CONSTRAINT l CHECK (b > 1) NOT VALID",
    );
}

/// What goes with an extension that it is no member of.
#[test]
fn what_depends_on_an_extension_still_does() {
    on_all(
        "CREATE EXTENSION hstore; CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql RETURN 1; ALTER FUNCTION f DEPENDS ON EXTENSION hstore;
         CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN END'; ALTER PROCEDURE p DEPENDS ON EXTENSION plpgsql;
         CREATE TABLE t (a integer); CREATE INDEX i ON t (a); ALTER INDEX i DEPENDS ON EXTENSION hstore;
         CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; ALTER MATERIALIZED VIEW m DEPENDS ON EXTENSION hstore; CREATE INDEX mi ON m (a); ALTER INDEX mi DEPENDS ON EXTENSION plpgsql;
         CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION act(); ALTER TRIGGER g ON t DEPENDS ON EXTENSION hstore",
    );
}

/// What is validated on a partition and not on the whole.
#[test]
fn constraints_of_partitions_are_as_valid_as_they_were() {
    on_all(
        "CREATE TABLE pp (a integer, b integer) PARTITION BY LIST (a); CREATE TABLE pp1 PARTITION OF pp FOR VALUES IN (1); CREATE TABLE pp2 PARTITION OF pp FOR VALUES IN (2);
         ALTER TABLE pp ADD CONSTRAINT k CHECK (b > 0) NOT VALID; ALTER TABLE pp1 VALIDATE CONSTRAINT k",
    );
}

/// What hangs on a table that an extension owns. No extension makes this table, so it is not made again either.
#[test]
fn what_hangs_on_an_extensions_table_is_left_to_it() {
    for server in Server::ALL {
        let mut database = Database::new(server);
        database.load(
            "CREATE EXTENSION hstore; CREATE TABLE m (a integer NOT NULL CHECK (a > 0), b text); CREATE INDEX mi ON m (b); CREATE VIEW v AS SELECT a FROM m; ALTER VIEW v ALTER a SET DEFAULT 1;
             CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER g BEFORE INSERT ON m FOR EACH ROW EXECUTE FUNCTION act();
             CREATE RULE r AS ON DELETE TO m DO INSTEAD NOTHING; CREATE POLICY p ON m USING (a > 1); COMMENT ON CONSTRAINT m_a_check ON m IS 'check'; COMMENT ON INDEX mi IS 'index';
             ALTER TABLE m ADD CONSTRAINT mk UNIQUE (a); COMMENT ON INDEX mk IS 'key'; ALTER EXTENSION hstore ADD TABLE m; ALTER EXTENSION hstore ADD VIEW v",
        );
        let schema = database.schema();
        let mut found: Vec<String> = schema.definitions.iter().map(|one| one.id.to_string()).collect();
        found.sort();
        assert_eq!(found, ["extension hstore", "function act()"], "{server:?}");
        super::assert_made_again(&mut database, "an extension with more than its own");
    }
}

/// A range type that a function of its own needs.
#[test]
fn a_range_type_is_a_shell_before_its_canonical_function() {
    on_all(
        "CREATE TYPE r; CREATE FUNCTION canon(r) RETURNS r LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
         CREATE TYPE r AS RANGE (SUBTYPE = integer, CANONICAL = canon); COMMENT ON TYPE r IS 'range'; CREATE TABLE t (a r)",
    );
}

/// Names that read like what comes after them.
#[test]
fn names_may_read_like_statements() {
    on_all(
        "CREATE TABLE t (a integer); CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER \"x ON public.t\" BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION act();
         CREATE CONSTRAINT TRIGGER \" ON public.t y\" AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION act();
         CREATE RULE \"x TO public.t\" AS ON DELETE TO t DO INSTEAD NOTHING",
    );
}
