-- Everything that shares the namespace of tables. Temporary tables belong to the session.
SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, CREATE_OPTIONS, IF(TABLE_TYPE = 'VIEW', '', TABLE_COMMENT)
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? /* AND TABLE_NAME = ? */
    AND TABLE_TYPE NOT LIKE 'TEMPORARY%'
