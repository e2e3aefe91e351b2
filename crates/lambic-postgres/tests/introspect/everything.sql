-- Everything that a schema can hold on every version of the tests, each in an odd form.

CREATE EXTENSION btree_gist; CREATE EXTENSION citext WITH SCHEMA public; CREATE EXTENSION postgres_fdw;
CREATE SCHEMA other; CREATE SCHEMA "Odd ""Name"; COMMENT ON SCHEMA other IS 'the other';

-- Languages, access methods, conversions, transforms, casts.
CREATE TRUSTED LANGUAGE own_language HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
COMMENT ON LANGUAGE own_language IS 'own';
CREATE ACCESS METHOD own_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD own_btree TYPE INDEX HANDLER bthandler; COMMENT ON ACCESS METHOD own_heap IS 'heap';
CREATE DEFAULT CONVERSION own_conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE CONVERSION other.second_conversion FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
COMMENT ON CONVERSION own_conversion IS 'conversion';
CREATE TYPE shell; CREATE TYPE other.shell; COMMENT ON TYPE shell IS 'shell';

-- Types.
CREATE TYPE mood AS ENUM ('ok', 'so so', 'a''b"c', ''); CREATE TYPE "Odd ""Name"."Kind" AS ENUM ();
CREATE DOMAIN amount AS numeric(10,2) DEFAULT 0 NOT NULL CONSTRAINT low CHECK (VALUE >= 0) CHECK (VALUE < 1000);
ALTER DOMAIN amount ADD CONSTRAINT later CHECK (VALUE <> 7) NOT VALID;
ALTER DOMAIN amount ADD CONSTRAINT latest CHECK (VALUE <> 8) NOT VALID;
COMMENT ON DOMAIN amount IS 'amount'; COMMENT ON CONSTRAINT low ON DOMAIN amount IS 'low'; COMMENT ON CONSTRAINT later ON DOMAIN amount IS 'later';
CREATE DOMAIN other.word AS text COLLATE "C" CHECK (VALUE ~ '^[a-z]+$'); CREATE DOMAIN words AS other.word[];
COMMENT ON COLLATION ci IS 'collation';
CREATE COLLATION other.posix (provider = libc, locale = 'POSIX'); CREATE COLLATION mixed (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
CREATE TYPE pair AS (one amount, two integer[], three text COLLATE ci); COMMENT ON COLUMN pair.two IS 'two';
CREATE TYPE other.deep AS (p pair, m mood); CREATE TYPE empty_pair AS ();
CREATE TYPE floats AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi, MULTIRANGE_TYPE_NAME = many_floats);
CREATE TYPE wordy AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops, MULTIRANGE_TYPE_NAME = other.wordies);
CREATE FUNCTION span(time, time) RETURNS float8 LANGUAGE sql STRICT IMMUTABLE AS 'SELECT extract(epoch FROM ($1 - $2))::float8';
CREATE TYPE hours AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = span);

-- Operators, their classes and families.
CREATE FUNCTION pair_cmp(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE STRICT RETURN 0;
CREATE FUNCTION pair_eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN true;
CREATE FUNCTION pair_ne(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN false;
CREATE FUNCTION pair_hash(pair) RETURNS integer LANGUAGE sql IMMUTABLE STRICT RETURN 1;
CREATE FUNCTION pair_text(pair, text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN false;
CREATE FUNCTION other.minus(pair) RETURNS pair LANGUAGE sql IMMUTABLE STRICT RETURN $1;
CREATE OPERATOR === (FUNCTION = pair_eq, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = ===, NEGATOR = !==, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR !== (FUNCTION = pair_ne, LEFTARG = pair, RIGHTARG = pair, NEGATOR = ===);
CREATE OPERATOR other.<%> (FUNCTION = pair_text, LEFTARG = pair, RIGHTARG = text);
CREATE OPERATOR @@@ (FUNCTION = other.minus, RIGHTARG = pair);
COMMENT ON OPERATOR === (pair, pair) IS 'equal'; COMMENT ON OPERATOR @@@ (NONE, pair) IS 'prefix';
CREATE OPERATOR FAMILY pairs USING btree; CREATE OPERATOR FAMILY other.bare USING hash; COMMENT ON OPERATOR FAMILY pairs USING btree IS 'pairs';
CREATE OPERATOR CLASS pair_ops FOR TYPE pair USING btree FAMILY pairs AS OPERATOR 3 ===, FUNCTION 1 pair_cmp(pair, pair);
CREATE OPERATOR CLASS other.pair_hash_ops DEFAULT FOR TYPE pair USING hash AS OPERATOR 1 ===, FUNCTION 1 pair_hash(pair);
ALTER OPERATOR FAMILY pairs USING btree ADD OPERATOR 3 other.<%> (pair, text);
CREATE OPERATOR FAMILY apart USING gist;
CREATE OPERATOR CLASS apart_ops FOR TYPE float8 USING gist FAMILY apart AS OPERATOR 1 <, OPERATOR 15 <-> (float8, float8) FOR ORDER BY float_ops,
  FUNCTION 1 gbt_float8_consistent(internal, float8, int2, oid, internal), FUNCTION 2 gbt_float8_union(internal, internal),
  FUNCTION 3 gbt_float8_compress(internal), FUNCTION 5 gbt_float8_penalty(internal, internal, internal),
  FUNCTION 6 gbt_float8_picksplit(internal, internal), FUNCTION 7 gbt_float8_same(gbtreekey16, gbtreekey16, internal), STORAGE gbtreekey16;
COMMENT ON OPERATOR CLASS pair_ops USING btree IS 'class';
CREATE FUNCTION to_pair(text) RETURNS pair LANGUAGE sql IMMUTABLE RETURN NULL::pair;
CREATE CAST (text AS pair) WITH FUNCTION to_pair(text) AS ASSIGNMENT; CREATE CAST (pair AS integer) WITH INOUT AS IMPLICIT;
CREATE CAST (other.deep AS text) WITH INOUT; COMMENT ON CAST (text AS pair) IS 'cast';
CREATE FUNCTION from_hstore(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'int4_accum_inv';
CREATE TRANSFORM FOR mood LANGUAGE own_language (FROM SQL WITH FUNCTION from_hstore(internal)); COMMENT ON TRANSFORM FOR mood LANGUAGE own_language IS 'transform';

-- Functions, procedures, aggregates.
CREATE SEQUENCE plain; CREATE SEQUENCE other.down AS smallint INCREMENT -3 MINVALUE -300 MAXVALUE 30 START 12 CACHE 5 CYCLE; CREATE UNLOGGED SEQUENCE fast;
COMMENT ON SEQUENCE other.down IS 'down';
CREATE TABLE base_table (id integer PRIMARY KEY, note text, amount amount, kind mood DEFAULT 'so so');
CREATE FUNCTION many(a integer, b text DEFAULT 'x;y', VARIADIC c integer[] DEFAULT '{}', OUT d integer, OUT e text) LANGUAGE plpgsql
  STABLE LEAKPROOF PARALLEL RESTRICTED COST 77 SECURITY DEFINER SET search_path = other, public SET work_mem TO '1MB'
  AS $_$ BEGIN d := 1; e := '$$'; END $_$;
CREATE FUNCTION rows_of(base_table) RETURNS SETOF base_table LANGUAGE sql STABLE ROWS 7 AS 'SELECT * FROM base_table';
CREATE FUNCTION as_table(n integer) RETURNS TABLE (x integer, y mood) LANGUAGE sql RETURN (SELECT (1, 'ok'::mood));
CREATE FUNCTION other.atomic(x integer DEFAULT nextval('plain')::integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT count(*)::integer FROM base_table WHERE id > x; SELECT x + 1; END;
CREATE FUNCTION supported(integer) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE SUPPORT generate_series_int4_support AS 'int4up';
CREATE FUNCTION ranked() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE STRICT AS 'window_row_number';
CREATE FUNCTION overloaded(integer) RETURNS integer LANGUAGE sql RETURN 1; CREATE FUNCTION overloaded(text) RETURNS integer LANGUAGE sql RETURN 2;
CREATE FUNCTION "Odd ""Name"."Say ""it"""("A b" integer) RETURNS void LANGUAGE sql AS 'SELECT';
CREATE FUNCTION transformed(x mood) RETURNS mood TRANSFORM FOR TYPE mood LANGUAGE own_language AS 'BEGIN RETURN x; END';
CREATE PROCEDURE move(INOUT n integer, OUT m integer, t text DEFAULT NULL) LANGUAGE plpgsql AS 'BEGIN n := n; COMMIT; END';
CREATE PROCEDURE other.quiet() LANGUAGE sql BEGIN ATOMIC DELETE FROM base_table; END;
CREATE AGGREGATE sum2(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = safe, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0');
CREATE AGGREGATE other.middle(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA);
CREATE AGGREGATE part(float8 ORDER BY float8) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE place(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE every_row(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0'); CREATE AGGREGATE least_of(integer) (SFUNC = int4smaller, STYPE = integer, SORTOP = <);
COMMENT ON FUNCTION many IS 'many'; COMMENT ON PROCEDURE move IS 'move'; COMMENT ON AGGREGATE every_row(*) IS 'count'; COMMENT ON AGGREGATE part(float8 ORDER BY float8) IS 'part';

-- Columns.
CREATE TABLE columns_of (
  a serial, b bigserial PRIMARY KEY, c smallint GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT -5 MINVALUE -100 MAXVALUE 20 CACHE 3 CYCLE),
  d integer GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME named_sequence), e varchar(20) COLLATE "C" DEFAULT 'x''y\z', f numeric(10,-2)[] NOT NULL,
  g mood[] DEFAULT '{ok}', h other.word, i integer GENERATED ALWAYS AS (d * 2) STORED, j timestamp(3) with time zone DEFAULT now(),
  k bigint DEFAULT nextval('other.down'), l text, "M x""y" interval day to second(2), n bit(3) DEFAULT B'101', o char(3), p "char", q citext, r other.deep,
  s money, t hours, u wordy, v xml, w time(0), x many_floats, y oid, z regclass DEFAULT 'base_table'::regclass, null_default text DEFAULT NULL
);
ALTER TABLE columns_of ALTER l SET STORAGE EXTERNAL, ALTER l SET COMPRESSION pglz, ALTER l SET STATISTICS 0, ALTER l SET (n_distinct = -0.5, n_distinct_inherited = 5);
ALTER TABLE columns_of DROP COLUMN w, ADD w time(1) DEFAULT '10:00';
ALTER SEQUENCE columns_of_b_seq RENAME TO "Odd"; ALTER SEQUENCE "Odd" AS integer MAXVALUE 1000 CACHE 7; COMMENT ON SEQUENCE "Odd" IS 'odd';
CREATE SEQUENCE kept OWNED BY columns_of.l; CREATE SEQUENCE other.far; CREATE TABLE other.far_table (id integer DEFAULT nextval('other.far'), n integer DEFAULT nextval('plain'));
ALTER SEQUENCE other.far OWNED BY other.far_table.id;
COMMENT ON COLUMN columns_of."M x""y" IS 'm'; COMMENT ON TABLE columns_of IS E'two\nlines \\ and ''more''';

-- Constraints.
CREATE TABLE other.parent (a integer, b integer, c text, r int4range, PRIMARY KEY (a) INCLUDE (c), CONSTRAINT pair UNIQUE (a, b), CONSTRAINT "Odd key" UNIQUE (b) WITH (fillfactor = 55));
CREATE TABLE bound (
  a integer, b integer, c text CONSTRAINT filled CHECK (c <> '('), d integer, r int4range,
  CONSTRAINT once UNIQUE NULLS NOT DISTINCT (d) INCLUDE (c) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT later UNIQUE (c) DEFERRABLE,
  CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES other.parent (a, b) MATCH FULL ON UPDATE CASCADE ON DELETE SET DEFAULT DEFERRABLE,
  CONSTRAINT fk2 FOREIGN KEY (b, a) REFERENCES other.parent (b, a) ON DELETE SET NULL (b) ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT positive CHECK (((a > 0) AND (b > 0)) OR ((c))::text = ')') NO INHERIT,
  CONSTRAINT apart EXCLUDE USING gist (a WITH =, (r + r) range_ops WITH &&) INCLUDE (b) WITH (fillfactor = 80) WHERE (a > 3) DEFERRABLE
);
ALTER TABLE bound ADD CONSTRAINT fresh CHECK (d < 5) NOT VALID, ADD CONSTRAINT fk3 FOREIGN KEY (d) REFERENCES other.parent NOT VALID;
CREATE TABLE odd_nulls ("tenantId" integer, "a, b" integer, FOREIGN KEY ("tenantId", "a, b") REFERENCES other.parent (a, b) ON DELETE SET NULL ("a, b", "tenantId"));
COMMENT ON CONSTRAINT once ON bound IS 'once'; COMMENT ON CONSTRAINT fk ON bound IS 'fk'; COMMENT ON CONSTRAINT fresh ON bound IS 'fresh';
COMMENT ON CONSTRAINT apart ON bound IS 'apart'; COMMENT ON INDEX apart IS 'index of apart'; COMMENT ON INDEX once IS 'index of once';
CREATE TABLE left_side (id integer PRIMARY KEY, other integer, self integer REFERENCES left_side ON DELETE CASCADE);
CREATE TABLE right_side (id integer PRIMARY KEY, other integer REFERENCES left_side); ALTER TABLE left_side ADD FOREIGN KEY (other) REFERENCES right_side;

-- Indexes.
CREATE FUNCTION low(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN lower($1);
CREATE TABLE indexed (a integer NOT NULL, b text, c citext, d text COLLATE "C", e jsonb, f varchar, g float8, p pair);
CREATE INDEX i1 ON indexed (a DESC, b NULLS FIRST, (low(b)) DESC NULLS LAST) INCLUDE (e) WITH (deduplicate_items = off, fillfactor = 60) WHERE a > 0 AND b <> ')';
CREATE UNIQUE INDEX i2 ON indexed (b COLLATE "C" text_pattern_ops, d, f) NULLS NOT DISTINCT; CREATE INDEX i3 ON indexed USING gist (g apart_ops);
CREATE INDEX i4 ON indexed USING gin (e jsonb_path_ops) WITH (fastupdate = off, gin_pending_list_limit = 128); CREATE INDEX i5 ON indexed (c); CREATE INDEX i6 ON indexed (c text_ops);
CREATE INDEX i7 ON indexed USING hash (a); CREATE INDEX i8 ON indexed USING brin (a int4_minmax_multi_ops (values_per_range = 16), g) WITH (pages_per_range = 4, autosummarize);
CREATE UNIQUE INDEX i9 ON indexed (a); CREATE INDEX i10 ON indexed (p pair_ops); CREATE INDEX i11 ON indexed USING hash (p); CREATE INDEX i12 ON indexed ((b || d) COLLATE ci, (a + 1));
CREATE INDEX i13 ON indexed USING spgist (b); CREATE INDEX i14 ON indexed ((e -> 'a'), (e ->> 'b')); CREATE INDEX i15 ON indexed (d COLLATE "default"); CREATE INDEX "I 16" ON indexed ((a IS NULL));
ALTER INDEX i1 ALTER COLUMN 3 SET STATISTICS 40; ALTER INDEX i14 ALTER COLUMN 1 SET STATISTICS 0; COMMENT ON INDEX i1 IS 'first';
ALTER TABLE indexed REPLICA IDENTITY USING INDEX i9; ALTER TABLE indexed CLUSTER ON i5;
CREATE TABLE identified (a integer PRIMARY KEY); ALTER TABLE identified REPLICA IDENTITY USING INDEX identified_pkey; ALTER TABLE identified CLUSTER ON identified_pkey;
CREATE STATISTICS st (ndistinct, mcv) ON a, b, (a + 1) FROM indexed; COMMENT ON STATISTICS st IS 'st'; ALTER STATISTICS st SET STATISTICS 5;
CREATE STATISTICS other.st2 (dependencies) ON a, g FROM indexed; CREATE STATISTICS st3 ON (low(b)) FROM indexed; ALTER STATISTICS other.st2 SET STATISTICS 0;

-- Tables.
CREATE UNLOGGED TABLE quick (a text, id serial) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false, toast.vacuum_truncate = on);
CREATE OPERATOR CLASS own_ops DEFAULT FOR TYPE integer USING own_btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
CREATE TABLE on_own_heap (a integer) USING own_heap;
CREATE TABLE typed OF pair (PRIMARY KEY (three), two WITH OPTIONS DEFAULT '{1}' NOT NULL); CREATE TABLE "Odd ""Name"."T ""x""" ("C ""y""" integer CONSTRAINT "K ""z""" PRIMARY KEY);
CREATE TABLE nothing (); ALTER TABLE nothing REPLICA IDENTITY NOTHING; ALTER TABLE quick REPLICA IDENTITY FULL;
ALTER TABLE columns_of ENABLE ROW LEVEL SECURITY; ALTER TABLE columns_of FORCE ROW LEVEL SECURITY; ALTER TABLE bound FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON columns_of AS RESTRICTIVE FOR UPDATE TO lambic_reader, CURRENT_USER USING (a > 0) WITH CHECK (l IS NOT NULL); CREATE POLICY "all of it" ON columns_of USING (true);
CREATE POLICY added ON columns_of FOR INSERT WITH CHECK (EXISTS (SELECT FROM base_table WHERE id = a)); COMMENT ON POLICY mine ON columns_of IS 'mine';

-- Inheritance.
CREATE TABLE grand (id integer NOT NULL, note text DEFAULT 'x', gone text DEFAULT 'y', CONSTRAINT grand_check CHECK (id > 0), CONSTRAINT both_of CHECK (id < 100));
CREATE TABLE "Middle" (more integer, note text);
CREATE TABLE child (own integer, note text, CONSTRAINT both_of CHECK (id < 100)) INHERITS (grand, "Middle") WITH (fillfactor = 90);
ALTER TABLE child ALTER id SET DEFAULT 7, ALTER gone DROP DEFAULT, ALTER more SET NOT NULL, ALTER more SET STATISTICS 9, ALTER note SET STORAGE MAIN; COMMENT ON COLUMN child.id IS 'inherited';
CREATE TABLE joined (note text, id integer NOT NULL, gone text, mine integer, CONSTRAINT grand_check CHECK (id > 0), CONSTRAINT both_of CHECK (id < 100)); ALTER TABLE joined INHERIT grand;
CREATE TABLE grandchild (extra text) INHERITS (child); CREATE TABLE other.outside () INHERITS (grand); CREATE INDEX child_note ON child (note);

-- Partitions.
CREATE TABLE parted (id integer, at date NOT NULL, note text DEFAULT 'p', "Odd c" integer, gen integer GENERATED ALWAYS AS (id + 1) STORED, CONSTRAINT parted_key PRIMARY KEY (id, at), CONSTRAINT parted_check CHECK (id > 0)) PARTITION BY RANGE (at, id);
CREATE INDEX parted_at ON parted (at) WITH (fillfactor = 70); CREATE UNIQUE INDEX parted_unique ON parted (at, id, note); CREATE INDEX parted_low ON parted ((low(note)), "Odd c") WHERE id > 1;
CREATE TABLE early PARTITION OF parted FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2020-01-01', 0) WITH (fillfactor = 80, toast.autovacuum_enabled = false);
CREATE TABLE turned ("Odd c" integer, gen integer GENERATED ALWAYS AS (id + 1) STORED, drop_me text, note text DEFAULT 'q', at date NOT NULL, id integer NOT NULL, CONSTRAINT turned_first PRIMARY KEY (id, at), CONSTRAINT parted_check CHECK (id > 0), CONSTRAINT turned_own CHECK (note <> ''));
ALTER TABLE turned DROP drop_me; CREATE INDEX "Turned at" ON turned (at); COMMENT ON INDEX "Turned at" IS 'turned'; ALTER TABLE parted ATTACH PARTITION turned FOR VALUES FROM ('2020-01-01', 0) TO ('2021-01-01', 0);
CREATE TABLE late PARTITION OF parted DEFAULT PARTITION BY HASH (id); CREATE UNLOGGED TABLE late_0 PARTITION OF late FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE other.late_1 PARTITION OF late FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE early ALTER note SET DEFAULT 'early', ADD CONSTRAINT early_check CHECK (id > 5), ALTER note SET STATISTICS 3, ALTER note SET STORAGE MAIN, ALTER "Odd c" SET NOT NULL, ALTER note SET (n_distinct = 3);
ALTER TABLE early ENABLE ROW LEVEL SECURITY; CREATE POLICY early_policy ON early USING (id > 1); ALTER TABLE early REPLICA IDENTITY USING INDEX early_pkey; ALTER TABLE turned CLUSTER ON "Turned at";
CREATE INDEX early_note ON early (note); CREATE INDEX late_own ON late (note, id); ALTER INDEX late_0_note_id_idx RENAME TO "Late own 0"; ALTER INDEX late_0_at_idx RENAME TO "Late at 0"; ALTER INDEX late_at_idx RENAME TO "Late at";
ALTER INDEX early_at_idx SET (fillfactor = 66); ALTER INDEX other.late_1_at_idx RESET (fillfactor); ALTER TABLE late ADD CONSTRAINT late_key UNIQUE (id, note);
ALTER TABLE parted ADD CONSTRAINT parted_fk FOREIGN KEY (id) REFERENCES base_table ON DELETE CASCADE; ALTER TABLE late ADD CONSTRAINT late_fk FOREIGN KEY ("Odd c") REFERENCES base_table;
COMMENT ON TABLE early IS 'early'; COMMENT ON COLUMN late_0.note IS 'deep'; COMMENT ON INDEX early_at_idx IS 'at of early'; COMMENT ON CONSTRAINT early_check ON early IS 'own check';
CREATE TABLE refers (id integer, at date, FOREIGN KEY (id, at) REFERENCES parted); CREATE TABLE refers_part (id integer UNIQUE REFERENCES base_table, at date); ALTER TABLE refers_part ADD FOREIGN KEY (id, at) REFERENCES early;
CREATE TABLE lists (k text, v integer) PARTITION BY LIST (lower(k) COLLATE "C" text_pattern_ops); CREATE TABLE lists_a PARTITION OF lists FOR VALUES IN ('a', NULL, 'it''s'); CREATE INDEX half ON ONLY lists (v); CREATE INDEX whole ON ONLY lists (k);
CREATE TABLE lists_b PARTITION OF lists DEFAULT; CREATE INDEX lists_a_half ON lists_a (v); ALTER INDEX half ATTACH PARTITION lists_a_half;
CREATE TABLE backed (a integer, b text) PARTITION BY LIST (a); CREATE TABLE backed_1 PARTITION OF backed (PRIMARY KEY (a, b)) FOR VALUES IN (1); CREATE TABLE backed_2 PARTITION OF backed (CONSTRAINT backed_own UNIQUE (a, b)) FOR VALUES IN (2);
CREATE TABLE backed_3 PARTITION OF backed FOR VALUES IN (3); CREATE UNIQUE INDEX backed_by ON backed (a, b); COMMENT ON CONSTRAINT backed_own ON backed_2 IS 'backed';
CREATE TABLE half_keyed (a integer NOT NULL, b text) PARTITION BY LIST (a); CREATE TABLE half_keyed_1 PARTITION OF half_keyed FOR VALUES IN (1); CREATE TABLE half_keyed_2 PARTITION OF half_keyed FOR VALUES IN (2);
ALTER TABLE ONLY half_keyed ADD CONSTRAINT half_key UNIQUE (a, b); ALTER TABLE half_keyed_1 ADD CONSTRAINT half_keyed_1_a_b_key UNIQUE (a, b); ALTER INDEX half_key ATTACH PARTITION half_keyed_1_a_b_key;
CREATE TABLE empty_parent (a serial, b text) PARTITION BY RANGE (a); CREATE TABLE numbered (b text, a integer NOT NULL DEFAULT nextval('empty_parent_a_seq')); ALTER TABLE empty_parent ATTACH PARTITION numbered FOR VALUES FROM (1) TO (10);

-- Foreign data.
CREATE FOREIGN DATA WRAPPER own_wrapper OPTIONS (debug 'true', mode 'it''s'); CREATE FOREIGN DATA WRAPPER with_handler HANDLER postgres_fdw_handler VALIDATOR postgres_fdw_validator; COMMENT ON FOREIGN DATA WRAPPER own_wrapper IS 'wrapper';
CREATE SERVER far TYPE 'pg' VERSION '9' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'a''b', dbname 'x'); CREATE SERVER "Bare" FOREIGN DATA WRAPPER own_wrapper; COMMENT ON SERVER far IS 'far';
CREATE FOREIGN TABLE away (id integer OPTIONS (column_name 'ID') NOT NULL, note text COLLATE "C" DEFAULT 'q', twice integer GENERATED ALWAYS AS (id * 2) STORED, CONSTRAINT c CHECK (id > 0)) SERVER far OPTIONS (table_name 'T', schema_name 's');
ALTER FOREIGN TABLE away ADD CONSTRAINT c2 CHECK (id < 9) NOT VALID, ALTER note SET STATISTICS 4, ALTER note SET STORAGE EXTERNAL, ALTER id SET (n_distinct = 2);
COMMENT ON FOREIGN TABLE away IS 'away'; COMMENT ON COLUMN away.id IS 'id'; COMMENT ON CONSTRAINT c ON away IS 'c';
CREATE FOREIGN TABLE away_child (more integer) INHERITS (grand) SERVER "Bare"; CREATE TABLE away_parent (id integer NOT NULL, note text, CONSTRAINT ap CHECK (id <> 3)) PARTITION BY LIST (id);
CREATE FOREIGN TABLE away_part PARTITION OF away_parent FOR VALUES IN (7) SERVER far OPTIONS (table_name 'P'); ALTER FOREIGN TABLE away_part ALTER note OPTIONS (ADD column_name 'N'), ALTER note SET DEFAULT 'far';

-- Views.
CREATE VIEW z WITH (security_barrier, security_invoker = true) AS SELECT id AS "A b", note, kind FROM base_table WHERE id > 1 WITH CASCADED CHECK OPTION; CREATE VIEW a AS SELECT * FROM z;
CREATE VIEW local_check AS SELECT id FROM base_table WHERE id > 2 WITH LOCAL CHECK OPTION; COMMENT ON VIEW z IS 'z'; COMMENT ON COLUMN z.note IS 'b of z'; ALTER VIEW z ALTER note SET DEFAULT 'q';
CREATE RECURSIVE VIEW loops (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM loops WHERE n < 3; CREATE VIEW empty_view AS SELECT; CREATE TEMP VIEW passing AS SELECT 1;
CREATE VIEW "Odd ""Name"."V ""w""" AS SELECT t.*, s.sum2 FROM base_table t, LATERAL (SELECT sum2(id) FROM base_table) s;
CREATE MATERIALIZED VIEW other.kept WITH (fillfactor = 50, toast.autovacuum_enabled = false) AS SELECT "A b", note FROM a WITH NO DATA; CREATE UNIQUE INDEX kept_a ON other.kept ("A b") WHERE note <> 'x'; CREATE INDEX "Kept n" ON other.kept (low(note));
CREATE MATERIALIZED VIEW filled USING own_heap AS SELECT 1 AS one, 'x'::text AS two; CREATE INDEX filled_one ON filled (one); ALTER MATERIALIZED VIEW filled CLUSTER ON filled_one; ALTER MATERIALIZED VIEW filled ALTER two SET STORAGE PLAIN, ALTER one SET STATISTICS 8, ALTER one SET (n_distinct = 1);
COMMENT ON MATERIALIZED VIEW filled IS 'filled'; COMMENT ON COLUMN filled.one IS 'one'; COMMENT ON INDEX other.kept_a IS 'index'; CREATE VIEW over AS SELECT * FROM filled, other.kept;

-- Triggers, rules, event triggers.
CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "T 1" BEFORE UPDATE OF note, id ON base_table FOR EACH ROW WHEN (NEW.id > 1 AND OLD.note IS DISTINCT FROM NEW.note) EXECUTE FUNCTION act('x', 'it''s');
CREATE TRIGGER seen AFTER UPDATE ON base_table REFERENCING OLD TABLE AS before NEW TABLE AS "After" FOR EACH STATEMENT EXECUTE FUNCTION act(); CREATE TRIGGER cut BEFORE TRUNCATE ON base_table EXECUTE FUNCTION act();
CREATE TRIGGER instead INSTEAD OF INSERT OR DELETE ON z FOR EACH ROW EXECUTE FUNCTION act(); CREATE CONSTRAINT TRIGGER late AFTER INSERT ON base_table FROM left_side DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION act();
CREATE TRIGGER at_far BEFORE INSERT ON away FOR EACH ROW EXECUTE FUNCTION act();
ALTER TABLE base_table DISABLE TRIGGER "T 1", ENABLE REPLICA TRIGGER seen, ENABLE ALWAYS TRIGGER cut; COMMENT ON TRIGGER late ON base_table IS 'late';
CREATE TRIGGER for_all AFTER INSERT ON parted FOR EACH ROW EXECUTE FUNCTION act(); ALTER TABLE early DISABLE TRIGGER for_all; CREATE TRIGGER for_one BEFORE INSERT ON early FOR EACH ROW EXECUTE FUNCTION act(); CREATE TRIGGER off AFTER DELETE ON parted FOR EACH ROW EXECUTE FUNCTION act(); ALTER TABLE parted DISABLE TRIGGER off;
ALTER TABLE ONLY late ENABLE ALWAYS TRIGGER for_all; COMMENT ON TRIGGER for_all ON early IS 'clone';
CREATE RULE quiet AS ON DELETE TO left_side WHERE OLD.id = 1 DO INSTEAD NOTHING; CREATE RULE two AS ON INSERT TO a DO INSTEAD (INSERT INTO base_table (id) VALUES (NEW."A b"); INSERT INTO left_side VALUES (NEW."A b")); CREATE RULE also AS ON UPDATE TO left_side DO ALSO NOTIFY x;
ALTER TABLE left_side DISABLE RULE quiet, ENABLE REPLICA RULE also; COMMENT ON RULE quiet ON left_side IS 'quiet';
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watcher ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION watch(); ALTER EVENT TRIGGER watcher DISABLE;
CREATE EVENT TRIGGER rewritten ON table_rewrite EXECUTE FUNCTION watch(); ALTER EVENT TRIGGER rewritten ENABLE REPLICA; CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION watch(); ALTER EVENT TRIGGER dropped ENABLE ALWAYS; COMMENT ON EVENT TRIGGER watcher IS 'watcher';

-- Publications and text search.
CREATE PUBLICATION few FOR TABLE base_table (id, note) WHERE (id > 1 AND note <> ')'), ONLY left_side WITH (publish = 'insert, truncate', publish_via_partition_root); CREATE PUBLICATION spaces FOR TABLES IN SCHEMA other, CURRENT_SCHEMA;
CREATE PUBLICATION "all" FOR ALL TABLES WITH (publish = ''); CREATE PUBLICATION none; COMMENT ON PUBLICATION few IS 'few'; CREATE PUBLICATION of_part FOR TABLE parted, early;
CREATE TEXT SEARCH PARSER own_parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline); CREATE TEXT SEARCH TEMPLATE other.own_template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple, STOPWORDS = english, Accept = false); CREATE TEXT SEARCH DICTIONARY "Odd ""Name"."D" (TEMPLATE = other.own_template); CREATE TEXT SEARCH CONFIGURATION other.conf (PARSER = own_parser);
ALTER TEXT SEARCH CONFIGURATION other.conf ADD MAPPING FOR asciiword, word WITH dict, "Odd ""Name"."D", simple; CREATE TEXT SEARCH CONFIGURATION copied (COPY = english); COMMENT ON TEXT SEARCH CONFIGURATION copied IS 'copied'; COMMENT ON TEXT SEARCH PARSER own_parser IS 'parser'; COMMENT ON TEXT SEARCH TEMPLATE other.own_template IS 'template'; COMMENT ON TEXT SEARCH DICTIONARY dict IS 'dict';
CREATE INDEX searched ON base_table USING gin (to_tsvector('copied', note));

-- Owners and privileges.
ALTER TABLE typed OWNER TO lambic_owner; ALTER TYPE other.deep OWNER TO lambic_owner; ALTER FUNCTION overloaded(text) OWNER TO lambic_owner; ALTER SCHEMA "Odd ""Name" OWNER TO lambic_owner; ALTER VIEW over OWNER TO lambic_owner; ALTER MATERIALIZED VIEW filled OWNER TO lambic_owner;
ALTER PROCEDURE other.quiet() OWNER TO lambic_owner; ALTER AGGREGATE every_row(*) OWNER TO lambic_owner; ALTER OPERATOR @@@ (NONE, pair) OWNER TO lambic_owner; ALTER COLLATION ci OWNER TO lambic_owner; ALTER CONVERSION own_conversion OWNER TO lambic_owner; ALTER STATISTICS other.st2 OWNER TO lambic_owner;
ALTER TEXT SEARCH DICTIONARY dict OWNER TO lambic_owner; ALTER TEXT SEARCH CONFIGURATION copied OWNER TO lambic_owner; ALTER OPERATOR CLASS pair_ops USING btree OWNER TO lambic_owner; ALTER OPERATOR FAMILY other.bare USING hash OWNER TO lambic_owner; ALTER SEQUENCE plain OWNER TO lambic_owner;
ALTER DOMAIN words OWNER TO lambic_owner; ALTER SERVER far OWNER TO lambic_owner; ALTER FOREIGN TABLE away OWNER TO lambic_owner; ALTER LANGUAGE own_language OWNER TO lambic_owner; ALTER TABLE late_0 OWNER TO lambic_owner; ALTER TYPE floats OWNER TO lambic_owner;
GRANT SELECT, INSERT ON base_table TO lambic_reader WITH GRANT OPTION; GRANT UPDATE (note), SELECT (note, id), REFERENCES (id) ON base_table TO lambic_owner; GRANT SELECT ON ALL TABLES IN SCHEMA other TO PUBLIC; GRANT USAGE ON SEQUENCE columns_of_a_seq TO PUBLIC; GRANT USAGE, CREATE ON SCHEMA other TO lambic_reader;
REVOKE ALL ON typed FROM lambic_owner; REVOKE EXECUTE ON FUNCTION low FROM PUBLIC; GRANT EXECUTE ON PROCEDURE move TO lambic_reader; GRANT EXECUTE ON FUNCTION sum2(integer) TO lambic_reader; REVOKE USAGE ON TYPE mood FROM PUBLIC; GRANT USAGE ON TYPE mood TO lambic_reader; GRANT USAGE ON DOMAIN amount TO lambic_reader; GRANT USAGE ON LANGUAGE own_language TO lambic_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER own_wrapper TO lambic_reader; GRANT USAGE ON FOREIGN SERVER far TO lambic_reader WITH GRANT OPTION; GRANT SELECT ON z, filled, away, early TO lambic_reader; GRANT SELECT ("A b") ON z TO lambic_owner; REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT CREATE ON SCHEMA public TO lambic_reader; REVOKE ALL ON SEQUENCE other.down FROM CURRENT_USER;
ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO lambic_reader; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO lambic_reader WITH GRANT OPTION; ALTER DEFAULT PRIVILEGES FOR ROLE lambic_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO lambic_owner; ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO lambic_reader;
