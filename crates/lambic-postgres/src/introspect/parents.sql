-- Which table inherits from which, partitions included.
SELECT i.inhrelid::int8, i.inhparent::int8, i.inhparent::regclass::text
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {scope} {tables} AND c.relkind IN ('r', 'p')
ORDER BY i.inhrelid, i.inhseqno
