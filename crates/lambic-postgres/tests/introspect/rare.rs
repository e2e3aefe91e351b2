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

/// An expression has the collation of what is in it.
#[test]
fn an_expression_of_an_index_may_have_another_collation_than_its_columns() {
    on_all(
        "CREATE TABLE t (a text COLLATE \"C\", b text); CREATE INDEX i ON t (lower(a) COLLATE \"default\", lower(b), lower(a), lower(b) COLLATE \"C\");
         CREATE INDEX j ON t (lower(b COLLATE \"C\") COLLATE \"default\", (a || 'x') COLLATE \"POSIX\", (length(a)))",
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
