-- Views and materialised views.
SELECT 'pg_class'::regclass::oid::int8, c.oid::int8, false,
       CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized-view' END, n.nspname::text, c.relname::text,
       NULL::text, NULL::text,
       'CREATE ' || CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END || c.oid::regclass::text
         || CASE WHEN am.amname <> 'heap' THEN ' USING ' || quote_ident(am.amname) ELSE '' END
         || coalesce(' WITH (' || (
              SELECT string_agg(o.prefix || quote_ident(o.option_name) || '=' || quote_literal(o.option_value), ', '
                                ORDER BY o.prefix, o.option_name)
              FROM (SELECT '' AS prefix, * FROM pg_options_to_table(c.reloptions)
                    UNION ALL SELECT 'toast.', * FROM pg_options_to_table(t.reloptions)) o) || ')', '')
         || coalesce(' TABLESPACE ' || quote_ident(s.spcname), '')
         || E' AS\n' || rtrim(btrim(pg_get_viewdef(c.oid), E' \n'), ';')
         || CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN ' WITH NO DATA' ELSE '' END,
       d.description, (p.pairs || x.pairs)::text, NULL::text
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
LEFT JOIN LATERAL (
  SELECT array_agg(pair) AS pairs
  FROM pg_attribute a
  JOIN pg_description f ON f.classoid = 'pg_class'::regclass AND f.objoid = a.attrelid AND f.objsubid = a.attnum,
       unnest(ARRAY['comment.' || a.attname, f.description]) AS pair
  WHERE a.attrelid = c.oid AND a.attnum > 0) p ON true
LEFT JOIN LATERAL (
  SELECT array_agg(pair) AS pairs
  FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid,
       unnest(ARRAY['index.' || k.relname,
         overlay(pg_get_indexdef(i.indexrelid) placing c.oid::regclass::text
           FROM position(' ON ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' USING '
                         IN pg_get_indexdef(i.indexrelid)) + 4
           FOR length(quote_ident(n.nspname) || '.' || quote_ident(c.relname)))]) AS pair
  WHERE i.indrelid = c.oid AND c.relkind = 'm') x ON true
WHERE {scope} AND c.relkind IN ('v', 'm')
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
