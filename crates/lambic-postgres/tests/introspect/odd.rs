//! What only a server in an odd state has: something half done, or a tablespace.

use lambic_core::operation::Object;
use lambic_core::{ErrorKind, Operation};

use super::assert_made_again;
use super::details::table;
use super::support::{Database, Server, connect};

/// A partition that a cancelled `DETACH PARTITION … CONCURRENTLY` left behind.
#[test]
fn a_partition_that_is_being_detached_is_reported() {
    for server in Server::ALL {
        let mut database = Database::new(server);
        database.load(
            "CREATE TABLE p (a integer) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
             SET statement_timeout = '500ms'",
        );
        let mut reader = database.wait(connect(&database.url())).unwrap();
        database.wait(reader.connection.execute("BEGIN", &[])).unwrap();
        database.wait(reader.connection.execute("SELECT * FROM p", &[])).unwrap();
        assert!(database.execute("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY").is_err());
        database.wait(reader.connection.execute("ROLLBACK", &[])).unwrap();
        database.execute("SET statement_timeout = 0").unwrap();
        let schema = database.schema();
        let found: Vec<&str> = schema.unsupported.iter().map(|one| one.reason.as_str()).collect();
        assert_eq!(found, ["it is being detached: ALTER TABLE … DETACH PARTITION … FINALIZE ends that"]);
        database.load("ALTER TABLE p DETACH PARTITION p1 FINALIZE");
        let schema = assert_made_again(&mut database, "detached");
        assert_eq!(schema.tables.len(), 2);
    }
}

/// An index that a failed `CREATE INDEX CONCURRENTLY` left behind.
#[test]
fn an_index_that_is_not_valid_is_known_and_not_made() {
    for server in Server::ALL {
        let mut database = Database::new(server);
        database.load("CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (1)");
        assert!(database.execute("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)").is_err());
        let schema = database.schema();
        let found = table(&schema, "t");
        assert!(found.indexes.iter().all(|index| !index.valid) && found.indexes.len() == 1);
        let operation = Operation::create(Object::Table(Box::new(found.clone())));
        let error = database.session.dialect.render(&operation).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported);
        assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("REINDEX")), "{error:?}");
        database.load("TRUNCATE t; REINDEX INDEX i");
        assert_made_again(&mut database, "valid again");
    }
}

/// The server says of an exclusion constraint everything but the tablespace of its index.
#[test]
fn everything_stays_in_its_tablespace() {
    for server in Server::ALL {
        let mut database = Database::new(server);
        let known = "SELECT count(*) FROM pg_tablespace WHERE spcname = 'Lambic space'";
        if database.text(known) == "0" {
            database
                .load("SET allow_in_place_tablespaces = on; CREATE TABLESPACE \"Lambic space\" LOCATION ''");
        }
        database.load(
            "CREATE EXTENSION btree_gist;
             CREATE TABLE t (a integer, b text, r int4range, CONSTRAINT k UNIQUE (a) USING INDEX TABLESPACE \"Lambic space\",
               CONSTRAINT x EXCLUDE USING gist (a WITH =, r WITH &&) WITH (fillfactor = 80) USING INDEX TABLESPACE \"Lambic space\" WHERE (a > 3) DEFERRABLE,
               CONSTRAINT y EXCLUDE (a WITH =) USING INDEX TABLESPACE \"Lambic space\") TABLESPACE \"Lambic space\";
             CREATE INDEX i ON t (b) TABLESPACE \"Lambic space\";
             CREATE MATERIALIZED VIEW m TABLESPACE \"Lambic space\" AS SELECT a FROM t; CREATE INDEX mi ON m (a) TABLESPACE \"Lambic space\";
             CREATE TABLE p (a integer, b text) PARTITION BY LIST (a) TABLESPACE \"Lambic space\"; CREATE INDEX pb ON p (b) TABLESPACE \"Lambic space\";
             CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) TABLESPACE pg_default;
             CREATE INDEX own ON p1 (a) TABLESPACE \"Lambic space\"; ALTER INDEX p2_b_idx SET TABLESPACE pg_default;",
        );
        let schema = assert_made_again(&mut database, &format!("{server:?}"));
        let x = &table(&schema, "t").exclusions[0].definition;
        let text = "EXCLUDE USING gist (a WITH =, r WITH &&) WITH (fillfactor='80') USING INDEX TABLESPACE \"Lambic space\" WHERE ((a > 3)) DEFERRABLE";
        assert_eq!(x.as_str(), text);
        // `pg_dump` says this by settings, which are left out of what is compared.
        let places = "SELECT string_agg(c.relname, ',' ORDER BY c.relname) FROM pg_class c JOIN pg_tablespace s ON s.oid = c.reltablespace
                      WHERE s.spcname = 'Lambic space' AND c.relnamespace = 'public'::regnamespace";
        let mut again = Database::new(server);
        let operations = schema.build_for(database.session.dialect.capabilities()).unwrap();
        again.apply(&operations).unwrap();
        assert_eq!(again.text(places), database.text(places));
    }
}
