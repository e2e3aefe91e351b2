SELECT i.indexrelid::int8, x.relname::text, i.indrelid::int8, CASE WHEN am.amname <> 'btree' THEN am.amname::text END,
       i.indisunique, {indnullsnotdistinct}, i.indisvalid, i.indisclustered, i.indisreplident,
       i.indnkeyatts::int8, i.indkey::text, i.indoption::text, pg_get_expr(i.indpred, i.indrelid),
       x.reloptions::text, s.spcname::text, d.description
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am am ON am.oid = x.relam
LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid AND d.objsubid = 0
WHERE {scope} {tables} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
