-- The indexes of partitions that are parts of an index of the table at the top: whose part each is, and what its name
-- would be made of if nobody gave it one, and the kind of the key that it is for on the partition alone. And the NOT NULL constraints of partitions that are not called as its are.
WITH RECURSIVE up AS (
  SELECT h.inhrelid AS part, h.inhparent AS whole
  FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhrelid WHERE x.relkind IN ('i', 'I')
  UNION ALL
  SELECT up.part, h.inhparent FROM up JOIN pg_inherits h ON h.inhrelid = up.whole
)
SELECT i.indrelid::int8, x.relname::text, i.indisvalid, r.relname::text, w.indisvalid, k.contype::text,
       (SELECT string_agg(a.attname, '_' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.oid),
       CASE WHEN k.oid IS NULL THEN (
         SELECT o.contype::text FROM pg_constraint o WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u')) END
FROM up
JOIN pg_class x ON x.oid = up.part
JOIN pg_index i ON i.indexrelid = up.part
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class r ON r.oid = up.whole AND NOT r.relispartition
JOIN pg_index w ON w.indexrelid = up.whole
JOIN pg_class t ON t.oid = w.indrelid AND NOT t.relispartition
LEFT JOIN pg_constraint k ON k.conindid = up.whole AND k.contype IN ('p', 'u', 'x')
WHERE {scope} {tables}
UNION ALL
SELECT k.conrelid, k.conname, true, a.attname, true, 'n', NULL, NULL
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid AND c.relispartition
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
JOIN pg_attribute b ON b.attrelid = pg_partition_root(c.oid) AND b.attname = a.attname
JOIN pg_constraint t ON t.conrelid = b.attrelid AND t.contype = 'n' AND t.conkey[1] = b.attnum
WHERE {scope} {tables} AND k.contype = 'n' AND k.conname <> t.conname
  AND (k.conname NOT LIKE '%\_not\_null' OR t.conname NOT LIKE '%\_not\_null')
