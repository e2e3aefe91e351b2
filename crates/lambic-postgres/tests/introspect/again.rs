//! What schemas in use hold that is easily lost on the way: a small schema for each, made again.

use super::details::{schema, table};
use super::support::Server;

#[test]
fn lists_of_values_stay_what_they_are() {
    for server in Server::ALL {
        let schema = schema(
            server,
            "CREATE TABLE t (
               a varchar(5) DEFAULT 'x' CHECK (a IN ('x', 'y, ]')), b character(3) CHECK (b IN ('a', 'b')), c varchar[] DEFAULT ARRAY['a', 'b'],
               d boolean GENERATED ALWAYS AS (a NOT IN ('x', 'y')) STORED);
             CREATE INDEX i ON t (b) WHERE a IN ('x', 'y');
             CREATE VIEW v AS SELECT a FROM t WHERE a IN ('x', 'y') AND a = ANY (ARRAY['x'::varchar(2), 'y'])::text;
             CREATE POLICY p ON t USING (a IN ('x', 'y'));"
                .replace(" AND a = ANY (ARRAY['x'::varchar(2), 'y'])::text", " OR a = ANY (ARRAY['x'::varchar(2), 'y'])")
                .as_str(),
        );
        // The text stays the server's.
        let check = "(a)::text = ANY ((ARRAY['x'::character varying, 'y, ]'::character varying])::text[])";
        assert_eq!(table(&schema, "t").checks[0].expression.as_str(), check);
    }
}
