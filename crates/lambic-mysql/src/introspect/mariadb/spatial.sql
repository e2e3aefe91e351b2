-- The spatial reference system of each geometry column. Read only where there is such a column.
SELECT G_TABLE_NAME, G_GEOMETRY_COLUMN, SRID
FROM information_schema.GEOMETRY_COLUMNS
WHERE F_TABLE_SCHEMA = ?
    AND SRID <> 0
