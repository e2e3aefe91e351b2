-- The parts of indexes that are more than a column in the default operator class and the column's own collation. The
-- collation of an expression is nowhere: it is the database's own, which has the number 100, unless another is in it.
SELECT i.indexrelid::int8, a.attnum::int8,
       CASE WHEN i.indkey[a.attnum - 1] = 0 THEN pg_get_indexdef(i.indexrelid, a.attnum, false) END,
       CASE WHEN i.indcollation[a.attnum - 1] NOT IN (0, coalesce(b.attcollation, 100))
                 OR i.indcollation[a.attnum - 1] <> 0 AND i.indkey[a.attnum - 1] = 0
                    AND i.indexprs::text ~ ':\w*coll\w* (?!(0|100)\M)'
            THEN i.indcollation[a.attnum - 1]::oid::regcollation::text END,
       CASE WHEN NOT o.opcdefault OR other.oid IS NOT NULL OR a.attoptions IS NOT NULL
            THEN CASE WHEN pg_opclass_is_visible(o.oid) THEN '' ELSE quote_ident(w.nspname) || '.' END
                 || quote_ident(o.opcname) END,
       a.attoptions::text, CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::int8 END
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum <= i.indnkeyatts
JOIN pg_opclass o ON o.oid = i.indclass[a.attnum - 1]
JOIN pg_namespace w ON w.oid = o.opcnamespace
LEFT JOIN pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = i.indkey[a.attnum - 1] AND b.attnum > 0
  AND i.indcollation[a.attnum - 1] <> 0
LEFT JOIN pg_opclass other ON other.opcmethod = o.opcmethod AND other.opcdefault AND other.opcintype = a.atttypid
  AND other.oid <> o.oid
WHERE {scope} {tables} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND (i.indkey[a.attnum - 1] = 0 OR NOT o.opcdefault OR other.oid IS NOT NULL
       OR a.attoptions IS NOT NULL OR a.attstattarget >= 0
       OR i.indcollation[a.attnum - 1] NOT IN (0, coalesce(b.attcollation, 100)))
