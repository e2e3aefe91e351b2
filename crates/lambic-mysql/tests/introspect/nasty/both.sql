-- What both products have, in its nastiest form.
CREATE TABLE `odd ``name``` (`a "b" \` int, `ключ` int NOT NULL, `c.d` int, PRIMARY KEY (`ключ`), KEY `k ``1``; --` (`a "b" \`)) COMMENT 'it''s \\ "x"; -- \n ü';
CREATE TABLE numbers (
    a tinyint, b tinyint unsigned zerofill, c smallint(5) unsigned zerofill DEFAULT 7, d mediumint unsigned, e bigint(4) zerofill,
    f decimal(65,30) DEFAULT 1.5, g decimal(3,3) unsigned, h float(7,3) DEFAULT -0.5, i double(10,2) unsigned zerofill, j float, k bit(64) DEFAULT b'1011',
    l year DEFAULT 1999, m tinyint(1) DEFAULT 1, n bigint unsigned DEFAULT 18446744073709551615, o bigint DEFAULT -9223372036854775808,
    p double DEFAULT 1.7976931348623157e308, q bool DEFAULT false, r int NOT NULL AUTO_INCREMENT, s dec, t real, u int DEFAULT 0,
    KEY (r)
) AUTO_INCREMENT=77;
CREATE TABLE texts (
    a char(0), b varchar(191) DEFAULT '', c varchar(20) DEFAULT 'a''b"c\\d\n\r\t\0%_', d tinytext, e mediumtext, f longtext, g char(10) CHARACTER SET latin1 COLLATE latin1_german1_ci DEFAULT 'ü',
    h varchar(10) CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci, i varchar(10) CHARACTER SET ascii, j varchar(9) CHARACTER SET binary, k text CHARACTER SET ucs2,
    l varchar(10) COLLATE utf8mb4_bin, m char(4) DEFAULT 'NULL', n varchar(29) DEFAULT 'CURRENT_TIMESTAMP', o varchar(9) DEFAULT '0x41', p varchar(30) DEFAULT 'a,b''; DROP TABLE x; --',
    q binary(3) DEFAULT 0x610000, r varbinary(300), s tinyblob, t longblob, u varchar(20) DEFAULT '€?', v varchar(3) DEFAULT NULL COMMENT 'it''s -- ; /* \\ */'
) CHARACTER SET utf8mb4;
CREATE TABLE lists (
    a enum('a','b''c','d\\e','f,g','','ü€','"',' x') NOT NULL DEFAULT 'b''c', b enum('ä','ö') CHARACTER SET latin1 DEFAULT 'ö', c set('x','y z','it''s','q\\') DEFAULT 'x,y z', d enum('Y','N') COLLATE utf8mb4_bin
);
CREATE TABLE moments (
    a timestamp NULL, b timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, c datetime(6) DEFAULT NOW(6) ON UPDATE NOW(6), d datetime(3) NULL ON UPDATE CURRENT_TIMESTAMP(3),
    e time(2) DEFAULT '-838:59:59.00', f date DEFAULT '1000-01-01', g datetime DEFAULT '2020-02-29 23:59:59', h timestamp(1) NOT NULL DEFAULT '2000-01-01 00:00:01', i date DEFAULT (curdate()), j time
);
CREATE TABLE computed (
    id int PRIMARY KEY, a int, b varchar(40), c varchar(90) AS (concat(b, 'x''\\y', "q")) VIRTUAL COMMENT 'c', d int AS (a * 2 + coalesce(a, -1)) STORED, e varchar(200) GENERATED ALWAYS AS (upper(trim(both ' ' from b))) STORED,
    f int INVISIBLE DEFAULT 5, g int AS (a + 1) VIRTUAL INVISIBLE, h varchar(36) DEFAULT (uuid()), i int DEFAULT (1 + 2 * 3), j varchar(20) DEFAULT (concat('a''', '\\', lower('B'))), k text DEFAULT ('long'),
    l date AS (date_add('2020-01-01', INTERVAL a DAY)) VIRTUAL, m int AS (case when a > 3 then 1 else 0 end) STORED, n varchar(50) AS (b collate utf8mb4_bin) VIRTUAL,
    KEY on_virtual (c(5)), KEY on_stored (d DESC, a), UNIQUE KEY u (m, id)
);
CREATE TABLE parents (id int PRIMARY KEY, x int NOT NULL, y varchar(9) NOT NULL, up int, other int, UNIQUE KEY xy (x, y), UNIQUE KEY only_x (x),
    CONSTRAINT `up ``1``` FOREIGN KEY (up) REFERENCES parents (id) ON DELETE CASCADE);
CREATE TABLE children (
    id int PRIMARY KEY, p int, q int, x int, y varchar(9), z int NOT NULL, w int, KEY explicit_index (q), KEY longer (z, w), KEY prefixed (y(3)),
    CONSTRAINT implicit FOREIGN KEY (p) REFERENCES parents (id) ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT named FOREIGN KEY (q) REFERENCES parents (id) ON DELETE RESTRICT,
    CONSTRAINT two FOREIGN KEY (x, y) REFERENCES parents (x, y) ON UPDATE CASCADE,
    CONSTRAINT to_unique FOREIGN KEY (w) REFERENCES parents (x),
    CONSTRAINT shares FOREIGN KEY (z) REFERENCES parents (id),
    CONSTRAINT same_column FOREIGN KEY (z) REFERENCES parents (x)
);
CREATE TABLE ring_a (id int PRIMARY KEY, b int); CREATE TABLE ring_b (id int PRIMARY KEY, a int, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES ring_a (id));
ALTER TABLE ring_a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES ring_b (id);
CREATE TABLE checked (a int CHECK (a > 0), b varchar(20), c json, CONSTRAINT `named "1"` CHECK (b <> 'it''s \\' AND (a < 9 OR a IN (1, 2))), CHECK (b LIKE 'a\_%' ESCAPE '|'), CHECK (a IS NOT NULL), `ü2` varchar(20) DEFAULT (concat('ü€', 'ключ')), more varchar(40) AS (concat(`ü`, 'Ä€\\')) VIRTUAL, `ü` varchar(9), CHECK (`ü` <> 'ß'), CONSTRAINT called CHECK (length(b) > 2 XOR a = 1));
CREATE TABLE indexed (
    a int, b varchar(300), c text, d blob, e int, g point NOT NULL, h char(10) CHARACTER SET latin1, PRIMARY KEY (e, a) COMMENT 'it''s first', UNIQUE KEY uu (b(10), c(20) DESC), KEY pre (d(7)), FULLTEXT KEY ft (c, b) COMMENT 'words',
    SPATIAL KEY sp (g), KEY many (a, e DESC, h(3)), KEY `select` (h), KEY other (a) COMMENT 'other\\'
);
CREATE TABLE fixed_rows (a int, b char(3), KEY k (a) KEY_BLOCK_SIZE=1024, FULLTEXT KEY f (b)) ENGINE=MyISAM MAX_ROWS=9 MIN_ROWS=2 AVG_ROW_LENGTH=10 PACK_KEYS=1 CHECKSUM=1 DELAY_KEY_WRITE=1 ROW_FORMAT=FIXED;
CREATE TABLE in_memory (a int, b int, c int, KEY (a), KEY tree (b) USING BTREE, UNIQUE KEY un (c)) ENGINE=MEMORY;
CREATE TABLE listed (a int NOT NULL, b text NOT NULL) ENGINE=CSV;
CREATE TABLE part_1 (a int) ENGINE=MyISAM; CREATE TABLE part_2 (a int) ENGINE=MyISAM;
CREATE TABLE merged (a int) ENGINE=MERGE UNION=(part_1, part_2) INSERT_METHOD=FIRST;
CREATE TABLE squeezed (a int) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 STATS_PERSISTENT=0 STATS_AUTO_RECALC=1 STATS_SAMPLE_PAGES=9;
CREATE TABLE redundant (a int) ROW_FORMAT=REDUNDANT COLLATE utf8mb4_unicode_ci;
CREATE TABLE latin (a varchar(9), b varchar(9) CHARACTER SET utf8mb4, c varchar(9) COLLATE latin1_bin) CHARACTER SET latin1;
CREATE TABLE by_range (id int, d date NOT NULL, PRIMARY KEY (id, d)) PARTITION BY RANGE (to_days(d)) SUBPARTITION BY LINEAR HASH (id) SUBPARTITIONS 2
    (PARTITION p0 VALUES LESS THAN (730000) COMMENT 'it''s' MAX_ROWS=7 MIN_ROWS=2, PARTITION `p ``1` VALUES LESS THAN (740000), PARTITION pm VALUES LESS THAN MAXVALUE);
CREATE TABLE by_range_columns (a int, b varchar(9), c date) PARTITION BY RANGE COLUMNS (a, b, c) (PARTITION p0 VALUES LESS THAN (1, 'a'',b', '2000-01-01'), PARTITION p1 VALUES LESS THAN (5, MAXVALUE, MAXVALUE), PARTITION p2 VALUES LESS THAN (MAXVALUE, MAXVALUE, MAXVALUE));
CREATE TABLE by_list (a int) PARTITION BY LIST (a % 5) (PARTITION p0 VALUES IN (0, NULL), PARTITION p1 VALUES IN (1, 2), PARTITION p2 VALUES IN (-3));
CREATE TABLE by_list_columns (a varchar(9), b date) PARTITION BY LIST COLUMNS (a) (PARTITION p0 VALUES IN ('x', 'y''z', NULL), PARTITION p1 VALUES IN (''));
CREATE TABLE by_hash (a int) PARTITION BY HASH (a * 2 + 1) PARTITIONS 3; CREATE TABLE by_linear_hash (a int) PARTITION BY LINEAR HASH (a) (PARTITION first, PARTITION second);
CREATE TABLE by_key (a int PRIMARY KEY) PARTITION BY KEY () PARTITIONS 2; CREATE TABLE by_key_1 (a int, b char(3)) PARTITION BY KEY ALGORITHM=1 (a, b) PARTITIONS 2;
CREATE TABLE by_key_2 (a int) PARTITION BY LINEAR KEY ALGORITHM=2 (a) PARTITIONS 5;
CREATE TABLE by_subkey (a int, b int) PARTITION BY LIST (a) SUBPARTITION BY LINEAR KEY (b) (PARTITION p0 VALUES IN (1) (SUBPARTITION s0 COMMENT 's', SUBPARTITION `s 1` MAX_ROWS=3), PARTITION p1 VALUES IN (2) (SUBPARTITION s2, SUBPARTITION s3));
CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, what varchar(200));
CREATE FUNCTION plain (x int) RETURNS int DETERMINISTIC RETURN x + 1;
CREATE FUNCTION `of ``texts``` (a varchar(10) CHARSET latin1, b enum('x','y''z')) RETURNS varchar(20) CHARSET utf8mb3 COLLATE utf8mb3_bin NOT DETERMINISTIC NO SQL SQL SECURITY INVOKER COMMENT 'it''s; -- \\' RETURN concat(a, '; ', b);
CREATE VIEW view_b AS SELECT a AS `x y`, plain(a) AS p, 'it''s \\ `q`' AS `select` FROM numbers;
CREATE ALGORITHM=TEMPTABLE SQL SECURITY INVOKER VIEW view_a AS SELECT b.`x y`, count(*) AS n FROM view_b b GROUP BY b.`x y`;
CREATE ALGORITHM=MERGE VIEW view_c (one, two) AS SELECT id, p FROM children WHERE id > 3 WITH CASCADED CHECK OPTION; CREATE VIEW view_d AS SELECT one FROM view_c WHERE one < 9 WITH LOCAL CHECK OPTION;
CREATE DEFINER='nobody'@'nowhere' VIEW view_e AS SELECT id FROM parents; CREATE VIEW view_f AS WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n;
CREATE VIEW view_g AS SELECT a, row_number() OVER (PARTITION BY a ORDER BY b DESC) AS r FROM numbers UNION ALL SELECT 1, (SELECT max(id) FROM parents) ORDER BY 1 LIMIT 5;
CREATE TRIGGER c_first BEFORE INSERT ON parents FOR EACH ROW SET NEW.other = plain(NEW.x);
CREATE TRIGGER a_second BEFORE INSERT ON parents FOR EACH ROW FOLLOWS c_first BEGIN DECLARE s varchar(9) DEFAULT ';'; IF NEW.x > 1 THEN INSERT INTO log (what) VALUES (concat('it''s ', s)); END IF; END;
CREATE TRIGGER b_between BEFORE INSERT ON parents FOR EACH ROW PRECEDES a_second SET @seen = 1;
CREATE TRIGGER d_first BEFORE INSERT ON parents FOR EACH ROW PRECEDES c_first SET NEW.y = 'x';
CREATE TRIGGER after_update AFTER UPDATE ON parents FOR EACH ROW INSERT INTO log (what) VALUES (OLD.y);
CREATE TRIGGER before_delete BEFORE DELETE ON children FOR EACH ROW DELETE FROM log WHERE what = 'x';
CREATE DEFINER='nobody'@'nowhere' TRIGGER `odd ``trigger``` AFTER DELETE ON `odd ``name``` FOR EACH ROW SET @x = OLD.`ключ`;
CREATE PROCEDURE `do ``it``` (IN a int, OUT b decimal(10,2), INOUT c text CHARSET utf8mb4) MODIFIES SQL DATA SQL SECURITY INVOKER COMMENT 'does; it''s' BEGIN
    DECLARE done bool DEFAULT false; DECLARE rows_of CURSOR FOR SELECT id FROM log; DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = true;
    the_loop: LOOP FETCH rows_of INTO a; IF done THEN LEAVE the_loop; END IF; END LOOP; -- not the end;
    CASE a WHEN 1 THEN SET b = 1; ELSE BEGIN END; END CASE; /* ; */ SELECT "x;", '\'', 'ü😀'; END;
CREATE DEFINER='nobody'@'nowhere' PROCEDURE by_nobody () CONTAINS SQL DETERMINISTIC SELECT 1;
CREATE EVENT once ON SCHEDULE AT '2037-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'it''s' DO DELETE FROM log;
CREATE EVENT often ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2037-01-01 00:00:00' ENDS '2038-01-01 00:00:00' DO BEGIN DELETE FROM log WHERE id > 1; SET @a = ';'; END;
CREATE EVENT weekly ON SCHEDULE EVERY 2 WEEK STARTS '2037-06-01 12:00:00' ON COMPLETION NOT PRESERVE ENABLE DO CALL by_nobody();
SET time_zone = '+05:30';
CREATE EVENT `in ``India``` ON SCHEDULE EVERY 1 MONTH STARTS '2037-01-31 00:00:00' DO SET @m = 1;
SET time_zone = '+00:00';
SET sql_mode = 'IGNORE_SPACE,HIGH_NOT_PRECEDENCE,NO_ZERO_DATE';
CREATE FUNCTION other_mode () RETURNS int READS SQL DATA RETURN (SELECT count(*) FROM log WHERE NOT 1 BETWEEN 0 AND 2);
SET sql_mode = ''; SET NAMES latin1;
CREATE PROCEDURE by_latin (a varchar(9)) SELECT 'x', a;
CREATE VIEW by_latin_view AS SELECT 'x' AS a;
CREATE TABLE by_latin_table (a varchar(9) DEFAULT (concat('x', 'y')), b varchar(9), CHECK (b <> 'z'));
SET NAMES utf8mb4 COLLATE utf8mb4_bin;
CREATE PROCEDURE by_binary () SELECT 'x';
SET NAMES utf8mb4;
