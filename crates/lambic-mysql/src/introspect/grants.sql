-- The privileges on databases, whose names are patterns, and those on tables of this one and on their columns.
SELECT GRANTEE, 'database', TABLE_SCHEMA
FROM information_schema.SCHEMA_PRIVILEGES
UNION
SELECT GRANTEE, 'table', TABLE_NAME
FROM information_schema.TABLE_PRIVILEGES
WHERE TABLE_SCHEMA = ?
UNION
SELECT GRANTEE, 'table', TABLE_NAME
FROM information_schema.COLUMN_PRIVILEGES
WHERE TABLE_SCHEMA = ?
