-- The privileges on the database, on tables and on their columns.
SELECT GRANTEE, 'database', TABLE_SCHEMA
FROM information_schema.SCHEMA_PRIVILEGES
WHERE REPLACE(REPLACE(TABLE_SCHEMA, '\\_', '_'), '\\%', '%') = ?
UNION
SELECT GRANTEE, 'table', TABLE_NAME
FROM information_schema.TABLE_PRIVILEGES
WHERE TABLE_SCHEMA = ?
UNION
SELECT GRANTEE, 'table', TABLE_NAME
FROM information_schema.COLUMN_PRIVILEGES
WHERE TABLE_SCHEMA = ?
