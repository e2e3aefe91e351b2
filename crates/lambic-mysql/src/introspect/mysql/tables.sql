-- Everything that shares the namespace of tables. Only columns that the dictionary holds: statistics cost a look at
-- every table, and the comment of a view costs its resolution. The options do not tell of every partitioned table.
SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION,
    CONCAT(CREATE_OPTIONS, IF((TABLE_SCHEMA, TABLE_NAME) IN (
        SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.PARTITIONS WHERE PARTITION_NAME IS NOT NULL
    ), ' partitioned', '')),
    IF(TABLE_TYPE = 'BASE TABLE', TABLE_COMMENT, '')
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? /* AND TABLE_NAME = ? */
