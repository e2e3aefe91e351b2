-- Enumerated types and domains.
SELECT t.oid::int8, n.nspname::text, t.typname::text, t.typtype::text,
       (SELECT array_agg(l.enumlabel::text ORDER BY l.enumsortorder)::text FROM pg_enum l WHERE l.enumtypid = t.oid),
       CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, t.typnotnull,
       CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END,
       CASE WHEN t.typcollation <> 0 AND t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END,
       d.description
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid
WHERE {scope} AND t.typtype IN ('e', 'd')
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
