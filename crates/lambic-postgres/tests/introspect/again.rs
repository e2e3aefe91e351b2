//! What schemas in use hold that is easily lost on the way: a small schema for each, made again.

use super::details::{definition, schema, table};
use super::support::Server;

#[test]
fn lists_of_values_stay_what_they_are() {
    for server in Server::ALL {
        let schema = schema(
            server,
            "CREATE TABLE t (
               a varchar(5) DEFAULT 'x' CHECK (a IN ('x', 'y, ]')), b character(3) CHECK (b IN ('a', 'b')),
               c varchar[] DEFAULT ARRAY['a', 'b'], d boolean GENERATED ALWAYS AS (a NOT IN ('x', 'y')) STORED);
             CREATE INDEX i ON t (b) WHERE a IN ('x', 'y');
             CREATE VIEW v AS SELECT a FROM t WHERE a IN ('x', 'y') OR a = ANY (ARRAY['x'::varchar(2), 'y']::text[]);
             CREATE POLICY p ON t USING (a IN ('x', 'y'));",
        );
        // The text stays the server's.
        let check = "(a)::text = ANY ((ARRAY['x'::character varying, 'y, ]'::character varying])::text[])";
        assert_eq!(table(&schema, "t").checks[0].expression.as_str(), check);
    }
}

#[test]
fn keys_that_differ_by_name_alone_all_stay() {
    for server in Server::ALL {
        let schema = schema(
            server,
            "CREATE TABLE t (id integer, a integer, PRIMARY KEY (id));
             ALTER TABLE t ADD CONSTRAINT t_id UNIQUE (id);
             ALTER TABLE t ADD CONSTRAINT one UNIQUE (a, id), ADD CONSTRAINT two UNIQUE (a, id) WITH (fillfactor = 50),
               ADD CONSTRAINT three UNIQUE (a, id) DEFERRABLE;",
        );
        let names: Vec<_> =
            table(&schema, "t").uniques.iter().map(|key| key.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["one", "t_id", "three", "two"]);
    }
}

#[test]
fn privileges_on_what_an_extension_or_the_server_made_stay() {
    for server in Server::ALL {
        let schema = schema(
            server,
            "CREATE SCHEMA other; CREATE EXTENSION hstore SCHEMA other;
             REVOKE ALL ON FUNCTION other.hstore(text, text) FROM PUBLIC;
             REVOKE ALL ON LANGUAGE plpgsql FROM PUBLIC; REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC;
             GRANT SELECT ON pg_catalog.pg_authid TO PUBLIC; REVOKE SELECT ON pg_catalog.pg_locks FROM PUBLIC;
             GRANT UPDATE (subname) ON pg_catalog.pg_subscription TO PUBLIC;",
        );
        let grants =
            schema.definitions.iter().filter(|one| one.id.kind == lambic_core::schema::ObjectKind::Grant);
        let needs: Vec<usize> = grants.map(|grant| grant.depends_on.len()).collect();
        assert_eq!(needs.iter().filter(|count| **count == 1).count(), 1, "the extension's function needs it");
        assert_eq!(needs.len(), 6);
    }
}

#[test]
fn what_the_server_makes_along_with_something_else_is_no_object() {
    for server in Server::ALL {
        let schema = schema(
            server,
            "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = !==);
             CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
             CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b);
             CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1);
             ALTER TABLE p1 ALTER b SET NOT NULL;",
        );
        let operators = schema.definitions.iter().filter(|one| one.id.kind.as_str() == "operator");
        assert_eq!(operators.count(), 1);
    }
}

#[test]
fn columns_of_materialised_views_are_compressed_in_their_way() {
    for server in Server::ALL {
        let schema = schema(
            server,
            "CREATE MATERIALIZED VIEW m AS SELECT 'x'::text AS x; ALTER MATERIALIZED VIEW m ALTER x SET COMPRESSION pglz",
        );
        let setting = &definition(&schema, "setting m(compression of x) on m").definition;
        assert_eq!(setting, "ALTER MATERIALIZED VIEW m ALTER COLUMN x SET COMPRESSION pglz");
    }
}
