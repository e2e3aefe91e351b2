-- What MySQL alone has.
CREATE TABLE functional (
    a int, b varchar(20), j json, KEY one ((a + 1)), KEY two ((lower(b)) DESC, a, (a * 2)) COMMENT 'it''s' INVISIBLE, UNIQUE KEY three ((substr(b, 1, 3)), a),
    KEY multi ((CAST(j->'$.ids[*]' AS unsigned ARRAY))), KEY multi_text ((CAST(j->'$."it\'s"' AS char(10) ARRAY)), a), KEY from_json ((CAST(j->>'$.name' AS char(30)) COLLATE utf8mb4_bin))
);
CREATE TABLE shapes (a point NOT NULL SRID 4326, b geometry, c geomcollection SRID 0, d polygon NOT NULL SRID 3857, e multilinestring, SPATIAL KEY (a), SPATIAL KEY sd (d) COMMENT 's');
CREATE TABLE words (a text, b varchar(99), FULLTEXT KEY cjk (a) WITH PARSER ngram, FULLTEXT KEY both_of (a, b) COMMENT 'x');
CREATE TABLE unenforced (a int, b int CONSTRAINT at_column CHECK (b > 1) NOT ENFORCED, CONSTRAINT off CHECK (a < 100) NOT ENFORCED, CHECK (a > b) ENFORCED);
CREATE TABLE vectors (a vector(3), b vector(2048) COMMENT 'v');
CREATE TABLE documents (a json, b json DEFAULT (json_object('k', json_array(1, 'it''s'))), c varchar(30) AS (a->>'$.x') VIRTUAL, d json AS (json_extract(a, '$.y')) STORED, CHECK (json_schema_valid('{"type":"object"}', a)));
CREATE TABLE blobs (a blob DEFAULT (0x00ff), b text DEFAULT (concat('a', "b")), c geometry DEFAULT (point(1, 2)), d varbinary(4) DEFAULT 0xff00, e varbinary(9) DEFAULT 0x00, f binary(2) DEFAULT 'a');
CREATE TABLE elsewhere (a int) TABLESPACE innodb_system; CREATE TABLE steps (a int) AUTOEXTEND_SIZE=4M;
CREATE TABLE packed (a int) COMPRESSION='zlib'; CREATE TABLE accelerated (a int PRIMARY KEY, b int NOT SECONDARY, c int SECONDARY_ENGINE_ATTRIBUTE='{"c": "it''s"}', KEY k (c) SECONDARY_ENGINE_ATTRIBUTE='{"k": 1}') SECONDARY_ENGINE=rapid SECONDARY_ENGINE_ATTRIBUTE='{"t": [1]}';
CREATE TABLE invisible_key (my_row_id bigint unsigned NOT NULL AUTO_INCREMENT INVISIBLE, a int, PRIMARY KEY (my_row_id));
CREATE TABLE old_charset (a varchar(9)) CHARACTER SET utf8mb3; CREATE TABLE new_collation (a varchar(9) COLLATE utf8mb4_0900_as_cs, b varchar(9) COLLATE utf8mb4_zh_0900_as_cs) COLLATE utf8mb4_0900_ai_ci;
CREATE TABLE not_null_generated (a int NOT NULL, b int AS (a + 1) STORED NOT NULL, c int AS (b + 1) VIRTUAL NOT NULL UNIQUE);
CREATE TABLE expressions (a datetime DEFAULT (now() + INTERVAL 1 DAY), b bigint DEFAULT (floor(rand() * 10)), c date DEFAULT (CURRENT_DATE), d varchar(90) DEFAULT (concat('[', _utf8mb4'x', ']')), e bit(3) DEFAULT (b'11'), f varchar(9) CHARACTER SET latin1 DEFAULT (_latin1'x'), g binary(16) DEFAULT (uuid_to_bin(uuid())));
CREATE VIEW lateral_view AS SELECT f.a, t.n FROM functional f, LATERAL (SELECT f.a + 1 AS n) t; CREATE VIEW table_view AS SELECT jt.x FROM documents d, json_table(d.a, '$[*]' COLUMNS (x int PATH '$.x')) AS jt;
CREATE VIEW view_over_values AS VALUES ROW(1, 'a'), ROW(2, 'b''c');
CREATE PROCEDURE diagnosed () BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN GET DIAGNOSTICS CONDITION 1 @m = MESSAGE_TEXT; RESIGNAL; END; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'it''s; bad'; END;
CREATE EVENT elsewhere_event ON SCHEDULE EVERY 1 QUARTER STARTS '2037-01-01 00:00:00' DISABLE ON REPLICA DO SELECT 1;
CREATE TABLE archived (a int, b text) ENGINE=ARCHIVE; CREATE TABLE swallowed (a int, KEY (a)) ENGINE=BLACKHOLE;
CREATE TABLE characters (a varchar(9) DEFAULT '😀?', b varchar(9) CHARACTER SET utf16 DEFAULT '😀', `ключ` varchar(9), KEY fx ((concat(`ключ`, 'ü'))), c varchar(9) DEFAULT '?');
CREATE TABLE wide_characters (a varchar(9), b varchar(40) AS (concat(a, '😀')) VIRTUAL, c varchar(9) DEFAULT (concat('😀', '?')), CHECK (a <> '😀'));
