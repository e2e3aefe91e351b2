//! Tables with their trees, and everything that is a definition.

use lambic_core::schema::QualifiedName;
use lambic_core::{Scope, Session};
use serde_json::json;

use super::assert_made_again;
use super::corpora::roles;
use super::details::{column, definition, json_of, schema, table};
use super::support::{Database, Server};

#[test]
fn tables_with_parents_and_partitions() {
    for server in Server::ALL {
        let schema = schema(
            server,
            "CREATE TABLE base (id integer NOT NULL, note text DEFAULT 'x', CONSTRAINT base_check CHECK (id > 0));
             CREATE TABLE \"Middle\" (more integer);
             CREATE TABLE child (own integer, note text) INHERITS (base, \"Middle\");
             ALTER TABLE child ALTER id SET DEFAULT 7;
             CREATE UNLOGGED TABLE fast (a text) WITH (fillfactor = 70, toast.autovacuum_enabled = false);
             ALTER TABLE base ENABLE ROW LEVEL SECURITY; ALTER TABLE base FORCE ROW LEVEL SECURITY; ALTER TABLE base REPLICA IDENTITY FULL;
             COMMENT ON TABLE base IS 'base';
             CREATE TYPE shape AS (x integer, y text COLLATE \"C\");
             COMMENT ON TYPE shape IS 'shape'; COMMENT ON COLUMN shape.x IS 'x of shape';
             CREATE TABLE typed OF shape (PRIMARY KEY (x));
             CREATE TABLE parted (id integer, at date NOT NULL, note text DEFAULT 'p', PRIMARY KEY (id, at)) PARTITION BY RANGE (at, id);
             CREATE INDEX parted_at ON parted (at);
             CREATE TABLE early PARTITION OF parted FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2020-01-01', 0) WITH (fillfactor = 80);
             CREATE TABLE late PARTITION OF parted DEFAULT PARTITION BY HASH (id);
             CREATE TABLE late_0 PARTITION OF late FOR VALUES WITH (MODULUS 1, REMAINDER 0);
             ALTER TABLE early ALTER note SET DEFAULT 'early', ADD CONSTRAINT early_check CHECK (id > 5);
             ALTER TABLE early ENABLE ROW LEVEL SECURITY;
             CREATE INDEX early_note ON early (note);
             COMMENT ON TABLE early IS 'early'; COMMENT ON COLUMN late_0.note IS 'deep';
             CREATE TABLE refers (id integer, at date, FOREIGN KEY (id, at) REFERENCES parted);",
        );
        let child = table(&schema, "child");
        assert_eq!(child.options["inherits"], "base, \"Middle\"");
        // Version 18 tells whose a NOT NULL is.
        let mut inherited =
            json!({"native": "integer", "nullable": false, "default": "7", "options": {"inherited": "true"}});
        if server == Server::V18 {
            inherited["options"]["not-null.inherited"] = json!("true");
        }
        assert_eq!(column(child, "id"), inherited);
        assert_eq!(column(child, "note"), json!({"native": "text", "default": "'x'::text"}));
        assert_eq!(column(child, "own"), json!({"native": "integer"}));
        assert_eq!(child.checks[0].options["inherited"], "true");
        let fast = json!({"unlogged": "true", "storage.fillfactor": "70", "storage.toast.autovacuum_enabled": "false"});
        assert_eq!(json_of(&table(&schema, "fast").options), fast);
        let base = json!({"row-security": "true", "row-security.force": "true", "replica-identity": "full"});
        assert_eq!(json_of(&table(&schema, "base").options), base);
        assert_eq!(json_of(&table(&schema, "typed").options), json!({"of-type": "shape"}));
        let parted = table(&schema, "parted");
        assert_eq!(
            json_of(&parted.partitioning),
            json!({"by": "RANGE (at, id)", "partitions": [
                {"name": {"name": "early"}, "bound": "FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2020-01-01', 0)", "options": {"storage.fillfactor": "80"}},
                {"name": {"name": "late"}, "bound": "DEFAULT", "partitioning": {"by": "HASH (id)", "partitions": [
                    {"name": {"name": "late_0"}, "bound": "FOR VALUES WITH (modulus 1, remainder 0)"}]}}]})
        );
        for (id, text) in [
            (
                "setting early(default of note) on early",
                "ALTER TABLE ONLY early ALTER COLUMN note SET DEFAULT 'early'::text",
            ),
            ("setting early(row security) on early", "ALTER TABLE ONLY early ENABLE ROW LEVEL SECURITY"),
            (
                "constraint early_check on early",
                "ALTER TABLE ONLY early ADD CONSTRAINT early_check CHECK ((id > 5))",
            ),
            ("index early_note on early", "CREATE INDEX early_note ON early USING btree (note)"),
            ("comment early(TABLE early) on early", "COMMENT ON TABLE early IS 'early'"),
            ("comment late_0(COLUMN late_0.note) on late_0", "COMMENT ON COLUMN late_0.note IS 'deep'"),
            ("comment shape(COLUMN shape.x)", "COMMENT ON COLUMN shape.x IS 'x of shape'"),
        ] {
            assert_eq!(definition(&schema, id).definition, text);
        }
        assert!(!schema.tables.contains(&QualifiedName::bare("early")));
    }
}

#[test]
fn types_views_and_routines() {
    for server in Server::ALL {
        let schema = schema(
            server,
            "CREATE SCHEMA other;
             CREATE FUNCTION positive(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
             CREATE DOMAIN amount AS numeric(10,2) DEFAULT 0 NOT NULL CONSTRAINT low CHECK (VALUE >= 0) CHECK (positive(VALUE::integer));
             COMMENT ON DOMAIN amount IS 'amount'; COMMENT ON CONSTRAINT low ON DOMAIN amount IS 'low';
             CREATE TYPE pair AS (one amount, other integer[]);
             CREATE TYPE floats AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
             CREATE TYPE words AS RANGE (SUBTYPE = text, COLLATION = \"C\", SUBTYPE_OPCLASS = text_pattern_ops);
             CREATE TABLE t (a integer, b text, c floats, p pair);
             CREATE VIEW z WITH (security_barrier) AS SELECT a AS \"A b\", b FROM t WHERE a > 1 WITH LOCAL CHECK OPTION;
             CREATE VIEW a AS SELECT * FROM z;
             COMMENT ON VIEW z IS 'z'; COMMENT ON COLUMN z.b IS 'b of z'; ALTER VIEW z ALTER b SET DEFAULT 'q';
             CREATE RECURSIVE VIEW loops (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM loops WHERE n < 3;
             CREATE MATERIALIZED VIEW other.kept WITH (fillfactor = 50) AS SELECT a, b FROM a WITH NO DATA;
             CREATE UNIQUE INDEX kept_a ON other.kept (\"A b\") WHERE b <> 'x';"
                .replace("SELECT a, b FROM a", "SELECT \"A b\", b FROM a")
                .as_str(),
        );
        assert_eq!(
            json_of(schema.domains.iter().next().unwrap()),
            json!({"name": {"name": "amount"}, "native": "numeric(10,2)", "nullable": false, "default": "0", "comment": "amount", "checks": [
                {"name": "amount_check", "expression": "positive((VALUE)::integer)"},
                {"name": "low", "expression": "VALUE >= (0)::numeric", "comment": "low"}]})
        );
        let z = definition(&schema, "view z");
        assert!(
            z.definition
                .starts_with("CREATE VIEW z WITH (check_option='local', security_barrier='true') AS\n"),
            "{}",
            z.definition
        );
        assert_eq!(
            (z.comment.as_deref(), json_of(&z.properties)),
            (Some("z"), json!({"comment.b": "b of z"}))
        );
        assert_eq!(
            definition(&schema, "setting z(default of b) on z").definition,
            "ALTER VIEW z ALTER COLUMN b SET DEFAULT 'q'::text"
        );
        assert_eq!(
            json_of(&definition(&schema, "view a").depends_on),
            json!([{"kind": "view", "name": {"name": "z"}}])
        );
        let kept = definition(&schema, "materialized-view other.kept");
        assert!(kept.definition.ends_with("WITH NO DATA"), "{}", kept.definition);
        let index = "CREATE UNIQUE INDEX kept_a ON other.kept USING btree (\"A b\") WHERE (b <> 'x'::text)";
        assert_eq!(json_of(&kept.properties), json!({"index.kept_a": index}));
        assert!(
            definition(&schema, "range-type words").definition.contains("SUBTYPE_OPCLASS = text_pattern_ops")
        );
    }
}

#[test]
fn routines_and_what_hangs_on_tables() {
    for server in Server::ALL {
        roles(server, &["lambic_reader", "lambic_owner"]);
        let schema = schema(
            server,
            "CREATE SCHEMA other;
             CREATE TABLE t (a integer, b text);
             CREATE VIEW v AS SELECT * FROM t;
             CREATE FUNCTION f(a integer, b text DEFAULT 'x;y', OUT c integer) LANGUAGE plpgsql SECURITY DEFINER SET search_path = other AS $$ BEGIN c := 1; END $$;
             CREATE FUNCTION f(t) RETURNS SETOF t LANGUAGE sql STABLE ROWS 7 AS 'SELECT * FROM t';
             CREATE FUNCTION other.atomic(x integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT count(*)::integer FROM t; END;
             CREATE PROCEDURE p(INOUT n integer) LANGUAGE plpgsql AS 'BEGIN n := n; END';
             CREATE AGGREGATE sum2(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = safe);
             CREATE AGGREGATE middle(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA)
             ;
             CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TRIGGER \"T 1\" BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION act('x', 'y');
             CREATE TRIGGER instead INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION act();
             CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION act();
             ALTER TABLE t DISABLE TRIGGER \"T 1\"; COMMENT ON TRIGGER late ON t IS 'late';
             CREATE RULE quiet AS ON DELETE TO t WHERE OLD.a = 1 DO INSTEAD NOTHING;
             CREATE POLICY mine ON t AS RESTRICTIVE FOR UPDATE TO lambic_reader USING (a > 0) WITH CHECK (b IS NOT NULL);
             CREATE POLICY \"all\" ON t USING (true);
             CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
             CREATE EVENT TRIGGER watcher ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION watch();
             ALTER EVENT TRIGGER watcher DISABLE; COMMENT ON EVENT TRIGGER watcher IS 'watcher';
             COMMENT ON FUNCTION f(integer, text) IS 'f'; COMMENT ON PROCEDURE p IS 'p'; COMMENT ON AGGREGATE sum2(integer) IS 'sum2';",
        );
        let f = definition(&schema, "function f(integer, text)");
        assert!(f.definition.starts_with(
            "CREATE OR REPLACE FUNCTION f(a integer, b text DEFAULT 'x;y'::text, OUT c integer)"
        ));
        assert_eq!(f.comment.as_deref(), Some("f"));
        definition(&schema, "function f(t)");
        definition(&schema, "aggregate middle(ORDER BY anyelement)");
        let atomic =
            definition(&schema, "function other.atomic(x integer)".replace("x integer", "integer").as_str());
        assert_eq!(json_of(&atomic.depends_on), json!([{"kind": "table", "name": {"name": "t"}}]));
        let first = definition(&schema, "trigger T 1 on t");
        let text = "CREATE TRIGGER \"T 1\" BEFORE UPDATE OF a ON t FOR EACH ROW WHEN ((new.a > 1)) EXECUTE FUNCTION act('x', 'y')";
        assert_eq!(
            (first.definition.as_str(), json_of(&first.properties)),
            (text, json!({"enabled": "disabled"}))
        );
        assert_eq!(definition(&schema, "trigger late on t").comment.as_deref(), Some("late"));
        let mine = "CREATE POLICY mine ON t AS RESTRICTIVE FOR UPDATE TO lambic_reader USING ((a > 0)) WITH CHECK ((b IS NOT NULL))";
        assert_eq!(definition(&schema, "policy mine on t").definition, mine);
        definition(&schema, "rule quiet on t");
        assert_eq!(
            json_of(&definition(&schema, "event-trigger watcher").properties),
            json!({"enabled": "disabled"})
        );
    }
}

#[test]
fn owners_privileges_and_comments() {
    for server in Server::ALL {
        roles(server, &["lambic_reader", "lambic_owner"]);
        let schema = schema(
            server,
            "CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO lambic_reader; COMMENT ON SCHEMA other IS 'other';
             CREATE TABLE t (a serial, b text);
             GRANT SELECT, INSERT ON t TO lambic_reader WITH GRANT OPTION; GRANT UPDATE (b), SELECT (a, b) ON t TO lambic_owner;
             GRANT USAGE ON SEQUENCE t_a_seq TO PUBLIC;
             CREATE TABLE owned (id integer GENERATED ALWAYS AS IDENTITY); ALTER TABLE owned OWNER TO lambic_owner; GRANT SELECT ON owned TO lambic_reader;
             REVOKE DELETE ON owned FROM lambic_owner;
             CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql RETURN 1; REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;
             CREATE TYPE mood AS ENUM ('x'); GRANT USAGE ON TYPE mood TO lambic_reader; ALTER TYPE mood OWNER TO lambic_owner;
             ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO lambic_reader;
             ALTER DEFAULT PRIVILEGES FOR ROLE lambic_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
             COMMENT ON TYPE mood IS 'mood'; COMMENT ON SEQUENCE t_a_seq IS 'numbers';",
        );
        for (id, text) in [
            (
                "grant t(grant on table t to lambic_reader with grant option) on t",
                "GRANT INSERT, SELECT ON TABLE t TO lambic_reader WITH GRANT OPTION",
            ),
            (
                "grant t(grant on table t (b) to lambic_owner) on t",
                "GRANT SELECT (b), UPDATE (b) ON TABLE t TO lambic_owner",
            ),
            (
                "grant t_a_seq(grant on sequence t_a_seq to PUBLIC)",
                "GRANT USAGE ON SEQUENCE t_a_seq TO PUBLIC",
            ),
            (
                "grant f(revoke on function f(integer) from PUBLIC)",
                "REVOKE EXECUTE ON FUNCTION f(integer) FROM PUBLIC",
            ),
            (
                "grant owned(revoke on table owned from lambic_owner) on owned",
                "REVOKE DELETE ON TABLE owned FROM lambic_owner",
            ),
            ("owner owned(table owned) on owned", "ALTER TABLE owned OWNER TO lambic_owner"),
            ("owner mood(type mood)", "ALTER TYPE mood OWNER TO lambic_owner"),
        ] {
            assert_eq!(definition(&schema, id).definition, text);
        }
        let defaults: Vec<&str> = (schema.definitions.iter())
            .filter(|one| one.id.kind.as_str() == "default-privilege")
            .map(|one| one.definition.as_str())
            .collect();
        assert!(
            defaults.contains(
                &"ALTER DEFAULT PRIVILEGES FOR ROLE lambic_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
            ),
            "{defaults:?}"
        );
        assert_eq!(defaults.len(), 2);
    }
}

#[test]
fn publications_statistics_and_text_search() {
    for server in Server::ALL {
        let schema = schema(
            server,
            "CREATE EXTENSION postgres_fdw; CREATE EXTENSION citext;
             CREATE SCHEMA other;
             CREATE TABLE t (a integer PRIMARY KEY, b text, c citext);
             CREATE PUBLICATION few FOR TABLE t (a, b) WHERE (a > 1) WITH (publish = 'insert'); CREATE PUBLICATION spaces FOR TABLES IN SCHEMA other, TABLE t;
             CREATE PUBLICATION \"all\" FOR ALL TABLES;
             CREATE STATISTICS st (ndistinct, mcv) ON a, b, (a + 1) FROM t; COMMENT ON STATISTICS st IS 'st';
             CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple, STOPWORDS = english);
             CREATE TEXT SEARCH CONFIGURATION other.conf (PARSER = \"default\");
             ALTER TEXT SEARCH CONFIGURATION other.conf ADD MAPPING FOR asciiword, word WITH dict, simple;
             CREATE COLLATION coll (provider = libc, locale = 'C');
             CREATE FUNCTION same(t, t) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
             CREATE OPERATOR === (FUNCTION = same, LEFTARG = t, RIGHTARG = t, COMMUTATOR = ===);
             CREATE FUNCTION to_t(text) RETURNS t LANGUAGE sql RETURN NULL::t;
             CREATE CAST (text AS t) WITH FUNCTION to_t(text) AS ASSIGNMENT;
             CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'a''b', dbname 'x');
             CREATE FOREIGN TABLE away (id integer OPTIONS (column_name 'ID') NOT NULL, note text DEFAULT 'q', CONSTRAINT c CHECK (id > 0)) SERVER far OPTIONS (table_name 'T');
             COMMENT ON FOREIGN TABLE away IS 'away'; COMMENT ON COLUMN away.id IS 'id';",
        );
        let text = "CREATE PUBLICATION few FOR TABLE ONLY t (a, b) WHERE ((a > 1)) WITH (publish = 'insert')";
        assert_eq!(definition(&schema, "publication few").definition, text);
        definition(&schema, "text-search-mapping other.conf(asciiword)");
        definition(&schema, "foreign-table away");
        definition(&schema, "cast text AS t");
        assert_eq!(definition(&schema, "operator ===(t, t)").depends_on.len(), 2);
        let extension = definition(&schema, "extension citext");
        assert!(extension.comment.is_some() && extension.properties.contains_key("version"));
        assert_eq!(schema.definitions.iter().filter(|one| one.id.kind.as_str() == "function").count(), 2);
    }
}

#[test]
fn what_carries_secrets_is_reported_without_them() {
    let mut database = Database::new(Server::V15);
    database.load(
        "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;
         CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'u', password 'hunter2');
         CREATE SUBSCRIPTION sub CONNECTION 'host=x password=hunter2' PUBLICATION p WITH (connect = false);",
    );
    let schema = database.schema();
    let found: Vec<String> =
        schema.unsupported.iter().map(|one| format!("{} {}: {}", one.kind, one.name, one.reason)).collect();
    assert_eq!(
        found,
        [
            "subscription sub: its connection carries secrets",
            "user-mapping public on far: its options carry secrets"
        ]
    );
    assert!(!serde_json::to_string(&schema).unwrap().contains("hunter2"));
    database.load("ALTER SUBSCRIPTION sub DISABLE; ALTER SUBSCRIPTION sub SET (slot_name = NONE); DROP SUBSCRIPTION sub");
}

#[test]
fn a_scope_limits_what_is_read() {
    for server in Server::ALL {
        let mut database = Database::new(server);
        database.load(
            "CREATE SCHEMA \"a\"\"b\"; CREATE TABLE \"a\"\"b\".far (id integer PRIMARY KEY);
             CREATE TABLE near (id serial PRIMARY KEY, far integer REFERENCES \"a\"\"b\".far); CREATE VIEW v AS SELECT 1;
             CREATE INDEX near_far ON near (far); CREATE SCHEMA c; CREATE TYPE c.mood AS ENUM ('x');",
        );
        let whole = database.schema();
        let own = database.scoped(&Scope::tables(["near"]));
        assert_eq!(own.tables.iter().collect::<Vec<_>>(), [table(&whole, "near")]);
        assert!(own.definitions.is_empty() && own.sequences.is_empty());
        let scope = Scope { namespaces: Some(vec!["a\"b".into(), "c".into()]), tables: None };
        let part = database.scoped(&scope);
        assert_eq!(
            (part.tables.len(), part.enums.len(), part.definitions.len(), part.namespaces.len()),
            (1, 1, 0, 2)
        );
        let public = database
            .scoped(&Scope { namespaces: Some(vec!["public".into()]), tables: Some(vec!["near".into()]) });
        assert_eq!(public.tables, own.tables);
        for odd in ["o'd", "{scope}", "$1 \\", "a\"b"] {
            database.load(&format!("CREATE TABLE \"{}\" (a integer)", odd.replace('"', "\"\"")));
            let found = database.scoped(&Scope::tables([odd]));
            assert_eq!(found.tables.iter().map(|table| &table.name.name).collect::<Vec<_>>(), [odd]);
        }
        assert_eq!(
            database.scoped(&Scope { namespaces: Some(vec![]), tables: None }),
            lambic_core::Schema::default()
        );
    }
}

#[test]
fn reading_leaves_nothing_behind() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a integer)");
    let settings = |database: &mut Database| {
        database.rows("SELECT name, setting FROM pg_settings WHERE name IN ('search_path', 'jit', 'lock_timeout', 'TimeZone', 'DateStyle')")
    };
    let before = settings(&mut database);
    let outside = database.schema();
    assert_eq!(settings(&mut database), before);
    database.load("BEGIN; SET LOCAL search_path = public, pg_catalog; CREATE TABLE u (a integer)");
    let inside = settings(&mut database);
    let schema = database.schema();
    assert_eq!((schema.tables.len(), outside.tables.len()), (2, 1));
    assert_eq!(settings(&mut database), inside);
    database.load("ROLLBACK");
    assert_eq!(database.schema(), outside);
}

/// A session whose own namespace is another reads the same.
#[test]
fn the_own_namespace_has_no_name() {
    let script = "CREATE TABLE t (id serial PRIMARY KEY, other integer REFERENCES t); CREATE VIEW v AS SELECT * FROM t;
        CREATE FUNCTION f(t) RETURNS integer LANGUAGE sql RETURN 1; CREATE INDEX i ON t (f(t.*));
        CREATE MATERIALIZED VIEW m AS SELECT id FROM v; CREATE INDEX mi ON m (id); CREATE STATISTICS s ON id, other FROM t;
        CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION act(); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
        CREATE POLICY p ON t USING (id > 0); CREATE TABLE pt (a integer) PARTITION BY LIST (a);
        CREATE TABLE p1 PARTITION OF pt FOR VALUES IN (1); CREATE INDEX p1_a ON p1 (a);"
        .replace("CREATE INDEX i ON t (f(t.*));", "");
    for server in Server::ALL {
        let mut public = Database::new(server);
        public.load(&script);
        let mut tenant = Database::new(server);
        tenant.load("CREATE SCHEMA \"Tenant 1\"; SET search_path = \"Tenant 1\", public");
        tenant.load(&script);
        let (one, mut other) = (public.schema(), tenant.schema());
        // The namespace that is not the own one is empty and is listed.
        other.namespaces.retain(|namespace| namespace.name != "public");
        other.definitions.retain(|definition| definition.id.name.name != "public");
        assert_eq!(super::difference(&one, &other), "", "{server:?}");
    }
}

/// A table that another session changes and holds makes an error in time, and reading goes on once it is free.
#[test]
fn a_table_that_is_held_is_not_waited_for_for_ever() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TABLE t (a integer CHECK (a > 0))");
    let mut holder: Session = database.wait(super::support::connect(&database.url())).unwrap();
    database.wait(holder.connection.execute("BEGIN", &[])).unwrap();
    database.wait(holder.connection.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE", &[])).unwrap();
    let dialect = database.session.dialect.clone();
    let url = database.url();
    let mut reader = database.wait(super::support::connect(&url)).unwrap();
    let error = database.wait(dialect.introspect(reader.connection.as_mut(), &Scope::default())).unwrap_err();
    assert_eq!(error.kind, lambic_core::ErrorKind::Locked, "{error:?}");
    database.wait(holder.connection.execute("ROLLBACK", &[])).unwrap();
    let schema = database.wait(dialect.introspect(reader.connection.as_mut(), &Scope::default())).unwrap();
    assert_eq!(schema.tables.len(), 1);
    assert_made_again(&mut database, "free again");
}
