-- One table with its indexes.
SELECT type, name, tbl_name, sql
FROM main.sqlite_schema
WHERE type IN ('table', 'index')
    AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
    AND tbl_name = ?1 COLLATE NOCASE
