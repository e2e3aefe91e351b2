-- The spatial reference system of each geometry column. Read only where there is such a column. Both schemas are the
-- database; by the first the server looks tables up, asked by the other it opens those of every database.
SELECT G_TABLE_NAME, G_GEOMETRY_COLUMN, SRID
FROM information_schema.GEOMETRY_COLUMNS
WHERE F_TABLE_SCHEMA = ?
    AND SRID <> 0
