//! Nothing is passed over: every row of the catalog that a user made is somewhere in the model, or reported.

use std::collections::BTreeMap;

use lambic_core::Schema;
use lambic_core::schema::{Partition, Partitioning};

use super::corpora::roles;
use super::support::{Database, Server};

/// One object at least of every kind that a user can make without code of their own.
const SCRIPT: &str = "
    CREATE EXTENSION citext; CREATE EXTENSION btree_gist; CREATE EXTENSION postgres_fdw;
    CREATE SCHEMA other;
    CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TYPE c AS (x integer, y mood);
    CREATE TYPE r AS RANGE (SUBTYPE = integer); CREATE TYPE shell; CREATE SEQUENCE s;
    CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN 1; CREATE PROCEDURE p() LANGUAGE sql AS '';
    CREATE AGGREGATE sum2(integer) (SFUNC = int4pl, STYPE = integer);
    CREATE TABLE t (id serial PRIMARY KEY, g integer GENERATED ALWAYS AS IDENTITY, a integer NOT NULL UNIQUE, b c, n d, w citext,
      k integer CHECK (k > 1), u integer REFERENCES t, CONSTRAINT x EXCLUDE USING gist (k WITH =));
    CREATE SEQUENCE owned OWNED BY t.w; CREATE INDEX i ON t (f(k)); CREATE INDEX j ON t (w);
    CREATE TABLE child (more text) INHERITS (t);
    CREATE TABLE parted (id integer PRIMARY KEY, note text) PARTITION BY LIST (id); CREATE INDEX ON parted (note);
    CREATE TABLE one PARTITION OF parted FOR VALUES IN (1) PARTITION BY HASH (id);
    CREATE TABLE deep PARTITION OF one FOR VALUES WITH (MODULUS 1, REMAINDER 0); CREATE INDEX deep_own ON deep (note, id);
    ALTER TABLE deep ADD CONSTRAINT own CHECK (id < 10);
    CREATE VIEW v AS SELECT * FROM t; CREATE MATERIALIZED VIEW m AS SELECT id FROM v; CREATE INDEX mi ON m (id);
    CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION act();
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION act();
    CREATE TRIGGER ptr AFTER INSERT ON parted FOR EACH ROW EXECUTE FUNCTION act();
    CREATE RULE ru AS ON DELETE TO t DO INSTEAD NOTHING; CREATE POLICY po ON t USING (true);
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION watch();
    CREATE PUBLICATION pub FOR TABLE t; CREATE STATISTICS st ON id, a FROM t; ALTER STATISTICS st SET STATISTICS 5;
    CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; CREATE USER MAPPING FOR PUBLIC SERVER far;
    CREATE FOREIGN TABLE away (id integer) SERVER far;
    CREATE FOREIGN DATA WRAPPER own_wrapper; CREATE TABLE plain (id integer) PARTITION BY LIST (id); CREATE FOREIGN TABLE away_part PARTITION OF plain FOR VALUES IN (7) SERVER far;
    CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple); CREATE TEXT SEARCH CONFIGURATION tc (COPY = english);
    CREATE COLLATION co (provider = libc, locale = 'C'); CREATE CONVERSION cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
    CREATE FUNCTION same(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true; CREATE FUNCTION order_c(c, c) RETURNS integer LANGUAGE sql IMMUTABLE RETURN 0;
    CREATE OPERATOR === (FUNCTION = same, LEFTARG = c, RIGHTARG = c);
    CREATE OPERATOR FAMILY fam USING btree; CREATE OPERATOR CLASS cl FOR TYPE c USING hash AS OPERATOR 1 ===;
    CREATE FUNCTION cast_c(text) RETURNS c LANGUAGE sql RETURN NULL::c; CREATE CAST (text AS c) WITH FUNCTION cast_c(text);
    CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
    ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO lambic_reader;
    CREATE SUBSCRIPTION sub CONNECTION 'host=x' PUBLICATION p WITH (connect = false);
    SELECT lo_create(0);
    COMMENT ON SCHEMA other IS '1'; COMMENT ON TABLE t IS '2'; COMMENT ON COLUMN t.a IS '3'; COMMENT ON INDEX i IS '4';
    COMMENT ON CONSTRAINT x ON t IS '5'; COMMENT ON SEQUENCE s IS '6'; COMMENT ON SEQUENCE t_id_seq IS '7'; COMMENT ON TYPE mood IS '8';
    COMMENT ON DOMAIN d IS '9'; COMMENT ON TYPE c IS '10'; COMMENT ON COLUMN c.x IS '11'; COMMENT ON VIEW v IS '12';
    COMMENT ON COLUMN v.id IS '13'; COMMENT ON INDEX mi IS '14'; COMMENT ON FUNCTION f IS '15'; COMMENT ON TRIGGER tr ON t IS '16';
    COMMENT ON RULE ru ON t IS '17'; COMMENT ON POLICY po ON t IS '18'; COMMENT ON TABLE deep IS '19'; COMMENT ON COLUMN deep.note IS '20';
    COMMENT ON INDEX deep_own IS '21'; COMMENT ON CONSTRAINT own ON deep IS '22'; COMMENT ON PUBLICATION pub IS '23';
    COMMENT ON STATISTICS st IS '24'; COMMENT ON OPERATOR === (c, c) IS '25'; COMMENT ON CAST (text AS c) IS '26';
    COMMENT ON EVENT TRIGGER e IS '27'; COMMENT ON SERVER far IS '28'; COMMENT ON COLLATION co IS '29'; COMMENT ON CONVERSION cv IS '30';
    COMMENT ON CONSTRAINT d_check ON DOMAIN d IS '31'; COMMENT ON TEXT SEARCH DICTIONARY td IS '32'; COMMENT ON FOREIGN TABLE away IS '33';
    COMMENT ON SCHEMA public IS '34'; COMMENT ON OPERATOR CLASS cl USING hash IS '35'; COMMENT ON ACCESS METHOD heap2 IS '36';
    COMMENT ON TYPE r IS '37'; COMMENT ON AGGREGATE sum2(integer) IS '38'; COMMENT ON PROCEDURE p IS '39'; COMMENT ON MATERIALIZED VIEW m IS '40';
    COMMENT ON COLUMN away.id IS '41'; COMMENT ON COLUMN m.id IS '42'; COMMENT ON INDEX t_pkey IS '43'";

/// Catalogs whose rows are objects of their own, and the rows of them that count: what a user made, not an extension,
/// not the server for something else.
const COUNTED: &[(&str, &str)] = &[
    ("table", "SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"),
    ("partition", "SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND relispartition"),
    ("composite", "SELECT oid FROM pg_class WHERE relkind = 'c'"),
    ("view", "SELECT oid FROM pg_class WHERE relkind = 'v'"),
    ("materialized-view", "SELECT oid FROM pg_class WHERE relkind = 'm'"),
    ("foreign-table", "SELECT oid FROM pg_class WHERE relkind = 'f'"),
    ("sequence", "SELECT oid FROM pg_class WHERE relkind = 'S'"),
    (
        "index",
        "SELECT oid FROM pg_class WHERE relkind IN ('i', 'I') AND NOT relispartition AND relnamespace <> 'pg_toast'::regnamespace",
    ),
    ("enum", "SELECT oid FROM pg_type WHERE typtype = 'e'"),
    ("domain", "SELECT oid FROM pg_type WHERE typtype = 'd'"),
    ("range-type", "SELECT oid FROM pg_type WHERE typtype = 'r'"),
    ("shell-type", "SELECT oid FROM pg_type WHERE typtype = 'p'"),
    (
        "routine",
        "SELECT oid FROM pg_proc p WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')",
    ),
    (
        "check",
        "SELECT k.oid FROM pg_constraint k WHERE contype = 'c' AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = conrelid AND relkind = 'f') AND (conislocal OR coninhcount > 0 AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = conrelid AND relispartition))",
    ),
    ("key", "SELECT oid FROM pg_constraint WHERE contype IN ('p', 'u') AND conparentid = 0"),
    ("foreign-key", "SELECT oid FROM pg_constraint WHERE contype = 'f' AND conparentid = 0"),
    ("exclusion", "SELECT oid FROM pg_constraint WHERE contype = 'x' AND conparentid = 0"),
    ("trigger", "SELECT oid FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0"),
    ("rule", "SELECT oid FROM pg_rewrite WHERE rulename <> '_RETURN'"),
    ("policy", "SELECT oid FROM pg_policy"),
    ("event-trigger", "SELECT oid FROM pg_event_trigger"),
    ("extension", "SELECT oid FROM pg_extension"),
    ("publication", "SELECT oid FROM pg_publication"),
    (
        "subscription",
        "SELECT oid FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
    ),
    ("statistics", "SELECT oid FROM pg_statistic_ext"),
    ("foreign-server", "SELECT oid FROM pg_foreign_server UNION ALL SELECT oid FROM pg_foreign_data_wrapper"),
    ("user-mapping", "SELECT oid FROM pg_user_mapping"),
    (
        "text-search",
        "SELECT oid FROM pg_ts_dict UNION ALL SELECT oid FROM pg_ts_config UNION ALL SELECT oid FROM pg_ts_parser UNION ALL SELECT oid FROM pg_ts_template",
    ),
    ("collation", "SELECT oid FROM pg_collation"),
    ("conversion", "SELECT oid FROM pg_conversion"),
    (
        "operator",
        "SELECT oid FROM pg_operator UNION ALL SELECT oid FROM pg_opclass UNION ALL SELECT oid FROM pg_opfamily",
    ),
    (
        "cast",
        "SELECT oid FROM pg_cast c WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')",
    ),
    ("access-method", "SELECT oid FROM pg_am"),
    ("language", "SELECT oid FROM pg_language"),
    ("transform", "SELECT oid FROM pg_transform"),
    ("namespace", "SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_temp|^pg_toast'"),
    ("default-privilege", "SELECT oid FROM pg_default_acl"),
];

/// Catalogs whose rows belong to an object of another catalog, to the whole server, or to nobody but the server.
const NOT_COUNTED: &[&str] = &[
    "pg_attrdef",
    "pg_amop",
    "pg_amproc",
    "pg_aggregate",
    "pg_enum",
    "pg_publication_rel",
    "pg_publication_namespace",
    "pg_largeobject_metadata",
    "pg_authid",
    "pg_auth_members",
    "pg_database",
    "pg_tablespace",
    "pg_parameter_acl",
];

/// How many objects of each kind the model has, reported ones among them.
fn counts(schema: &Schema) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |kind: &str, number: usize| *counts.entry(kind.to_owned()).or_default() += number;
    for definition in &schema.definitions {
        let kind = match definition.id.kind.as_str() {
            "function" | "procedure" | "aggregate" => "routine",
            other => other,
        };
        if kind == "constraint" {
            count(if definition.definition.contains(" CHECK (") { "check" } else { "key" }, 1);
        } else {
            count(kind, 1);
        }
        count("index", definition.properties.keys().filter(|name| name.starts_with("index.")).count());
    }
    for missing in &schema.unsupported {
        count(&missing.kind, 1);
    }
    for table in &schema.tables {
        count("table", 1);
        count("partition", table.partitioning.as_ref().map_or(0, partitions));
        count("sequence", table.columns.iter().filter(|column| column.identity.is_some()).count());
        let keys = table.uniques.len() + usize::from(table.primary_key.is_some());
        count("index", table.indexes.len() + keys + table.exclusions.len());
        count("key", keys);
        count("check", table.checks.len());
        count("foreign-key", table.foreign_keys.len());
        count("exclusion", table.exclusions.len());
    }
    count("check", schema.domains.iter().map(|domain| domain.checks.len()).sum());
    for (kind, number) in [
        ("sequence", schema.sequences.len()),
        ("enum", schema.enums.len()),
        ("domain", schema.domains.len()),
        ("composite", schema.composites.len()),
        // The own one is not listed.
        ("namespace", schema.namespaces.len()),
    ] {
        count(kind, number);
    }
    counts
}

fn partitions(partitioning: &Partitioning) -> usize {
    let below = |partition: &Partition| partition.partitioning.as_deref().map_or(0, partitions);
    partitioning.partitions.iter().map(|partition| 1 + below(partition)).sum()
}

#[test]
fn every_row_of_the_catalog_is_in_the_model_or_reported() {
    for server in Server::ALL {
        roles(server, &["lambic_reader"]);
        let mut database = Database::new(server);
        database.load(SCRIPT);
        let schema = database.schema();
        let model = counts(&schema);
        for (kind, rows) in COUNTED {
            let sql = format!(
                "SELECT count(*) FROM ({rows}) x WHERE x.oid >= 16384 AND NOT EXISTS (
                   SELECT FROM pg_depend d WHERE d.objid = x.oid AND d.deptype = 'e' AND d.classid NOT IN (
                     'pg_index'::regclass))"
            );
            let found: usize = database.text(&sql).parse().unwrap();
            assert_eq!(model.get(*kind).copied().unwrap_or_default(), found, "{kind} on {server:?}");
        }
        let made = model.values().sum::<usize>();
        println!("{server:?}: {made} objects, {} of them reported as unsupported", schema.unsupported.len());
        assert!(
            COUNTED.iter().filter(|(kind, _)| model.get(*kind).is_none_or(|count| *count == 0)).count() <= 2
        );
        let json = serde_json::to_string(&schema).unwrap();
        let comments = 1..=43;
        let missing: Vec<usize> = comments
            .filter(|number| {
                !json.contains(&format!("\"{number}\"")) && !json.contains(&format!("IS '{number}'"))
            })
            .collect();
        assert_eq!(missing, Vec::<usize>::new(), "comments on {server:?}");
        database.load("ALTER SUBSCRIPTION sub DISABLE; ALTER SUBSCRIPTION sub SET (slot_name = NONE); DROP SUBSCRIPTION sub");
    }
}

/// A catalog that a newer server has is noticed.
#[test]
fn every_catalog_is_known() {
    for server in Server::ALL {
        let mut database = Database::new(server);
        let rows = database.rows(
            "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid'
             WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' ORDER BY 1",
        );
        assert!(rows.len() > 30);
        for row in rows {
            let name = row[0].as_text().unwrap();
            let counted = COUNTED.iter().any(|(_, sql)| {
                sql.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
            });
            assert!(counted || NOT_COUNTED.contains(&name), "{name} on {server:?} is not known");
        }
    }
}
