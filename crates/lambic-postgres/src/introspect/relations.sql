-- Tables, composite types, and whatever kind of relation nobody else reads.
SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text, c.relpersistence::text, c.relispartition,
       c.reloptions::text, CASE WHEN c.reltoastrelid <> 0 THEN t.reloptions::text END,
       CASE WHEN am.amname <> 'heap' THEN am.amname::text END, s.spcname::text,
       c.relrowsecurity, c.relforcerowsecurity, c.relreplident::text,
       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
       coalesce(y.description, d.description)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
LEFT JOIN pg_description y ON y.classoid = 'pg_type'::regclass AND y.objoid = c.reltype AND c.relkind = 'c'
WHERE {scope} {tables} AND c.relkind NOT IN ('i', 'I', 't', 'S', 'v', 'm', 'f')
  -- Of a composite type the type is what an extension owns, not the relation.
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = CASE c.relkind WHEN 'c' THEN 'pg_type'::regclass ELSE 'pg_class'::regclass END
                    AND e.objid = CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END AND e.deptype = 'e')
