-- What came after version 15. It follows everything.sql.

CREATE TABLE room (
  id integer, during daterange, n integer CONSTRAINT "n is there" NOT NULL, m integer NOT NULL NO INHERIT, v integer GENERATED ALWAYS AS (n + 1) VIRTUAL, w text GENERATED ALWAYS AS ('w' || n) STORED,
  CONSTRAINT room_key PRIMARY KEY (id, during WITHOUT OVERLAPS), CONSTRAINT room_once UNIQUE (n, during WITHOUT OVERLAPS) DEFERRABLE, CONSTRAINT wish CHECK (n > 0) NOT ENFORCED, CONSTRAINT wish_alone CHECK (n > 1) NO INHERIT NOT ENFORCED
);
ALTER TABLE room ADD late integer, ADD named integer; ALTER TABLE room ADD CONSTRAINT late_there NOT NULL late NOT VALID, ADD CONSTRAINT named_there NOT NULL named NO INHERIT NOT VALID;
COMMENT ON CONSTRAINT "n is there" ON room IS 'n'; COMMENT ON CONSTRAINT wish ON room IS 'wish'; CREATE INDEX on_own_btree ON on_own_heap USING own_btree (a);
CREATE TABLE stay (room integer, during daterange, CONSTRAINT stay_room FOREIGN KEY (room, PERIOD during) REFERENCES room (id, PERIOD during));
CREATE TABLE loose (a integer, other integer CONSTRAINT loose_fk REFERENCES base_table NOT ENFORCED, more integer REFERENCES base_table DEFERRABLE NOT ENFORCED);
CREATE DOMAIN there AS integer CONSTRAINT "is there" NOT NULL; COMMENT ON CONSTRAINT "is there" ON DOMAIN there IS 'there'; CREATE DOMAIN here AS integer NOT NULL;
CREATE COLLATION other.simple (provider = builtin, locale = 'C');
CREATE PUBLICATION generated FOR TABLE room WITH (publish_generated_columns = stored);
CREATE TABLE above (a integer CONSTRAINT a_there NOT NULL, b integer NOT NULL, c integer, d integer CONSTRAINT d_there NOT NULL, f integer, g integer);
CREATE TABLE below (c integer CONSTRAINT c_there NOT NULL, d integer, e integer, CONSTRAINT b_own NOT NULL b, CONSTRAINT f_own NOT NULL f) INHERITS (above); ALTER TABLE below ALTER g SET NOT NULL;
CREATE TABLE beside (a integer CONSTRAINT a_here NOT NULL, b integer NOT NULL, c integer, d integer NOT NULL, g integer, f integer); ALTER TABLE beside INHERIT above; CREATE TABLE deeper () INHERITS (below);
CREATE TABLE parted_18 (id integer GENERATED ALWAYS AS IDENTITY, k integer CONSTRAINT k_there NOT NULL, v integer GENERATED ALWAYS AS (k * 2) VIRTUAL, n integer) PARTITION BY LIST (k);
CREATE TABLE parted_18_a PARTITION OF parted_18 FOR VALUES IN (1); CREATE TABLE parted_18_b (n integer CONSTRAINT n_here NOT NULL, v integer GENERATED ALWAYS AS (k * 2) VIRTUAL, k integer CONSTRAINT k_here NOT NULL, id integer NOT NULL);
ALTER TABLE parted_18 ATTACH PARTITION parted_18_b DEFAULT; ALTER TABLE parted_18 ADD CONSTRAINT parted_18_fk FOREIGN KEY (k) REFERENCES base_table NOT VALID; CREATE TABLE other_am (a integer, b text) PARTITION BY LIST (a) USING own_heap; CREATE TABLE other_am_1 PARTITION OF other_am FOR VALUES IN (1);
CREATE FOREIGN TABLE away_18 (id integer CONSTRAINT id_there NOT NULL, v integer GENERATED ALWAYS AS (id + 1) VIRTUAL, CONSTRAINT c CHECK (id > 0) NOT ENFORCED) SERVER far;
GRANT MAINTAIN ON base_table TO lambic_reader; ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO lambic_reader; CREATE EVENT TRIGGER at_login ON login EXECUTE FUNCTION watch(); ALTER EVENT TRIGGER at_login DISABLE;
