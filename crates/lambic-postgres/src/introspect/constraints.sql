-- Constraints of tables and of domains. A key is told by its index, which indexes.sql reads.
SELECT k.oid::int8, k.conname::text, k.contype::text, k.conrelid::int8, k.contypid::int8, k.confrelid::int8,
       CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid::int8 END, k.conkey::text, k.confkey::text,
       {confdelsetcols}, k.condeferrable, k.condeferred, k.convalidated, {conenforced}, {conperiod},
       k.confupdtype::text, k.confdeltype::text, k.confmatchtype::text, k.connoinherit, k.conislocal,
       CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid) WHEN 'x' THEN pg_get_constraintdef(k.oid) END,
       d.description, f.nspname::text, CASE WHEN {far} THEN r.relname::text END,
       CASE WHEN {far} AND k.contype = 'f' THEN (
         SELECT array_agg(a.attname::text ORDER BY w.n)::text
         FROM unnest(k.confkey) WITH ORDINALITY AS w(key, n)
         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = w.key) END
FROM pg_constraint k
JOIN pg_namespace n ON n.oid = k.connamespace
LEFT JOIN pg_class c ON c.oid = k.conrelid
LEFT JOIN pg_class r ON {far} AND r.oid = k.confrelid
LEFT JOIN pg_namespace f ON f.oid = r.relnamespace
LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
WHERE {scope} {tables} AND k.contype <> 't' AND k.conparentid = 0 AND NOT coalesce(c.relispartition, false)
