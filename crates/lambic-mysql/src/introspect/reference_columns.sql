-- The columns of foreign keys. The condition on the schema of the table keeps a server that opens tables for this from
-- opening those of every other database.
SELECT TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,
    REFERENCED_COLUMN_NAME
FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = ? /* AND TABLE_NAME = ? */
    AND REFERENCED_TABLE_NAME IS NOT NULL
