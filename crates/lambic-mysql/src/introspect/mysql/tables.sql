-- Everything that shares the namespace of tables. Only columns that the dictionary holds: statistics cost a look at
-- every table, and the comment of a view costs its resolution.
SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, CREATE_OPTIONS, IF(TABLE_TYPE = 'BASE TABLE', TABLE_COMMENT, '')
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? /* AND TABLE_NAME = ? */
