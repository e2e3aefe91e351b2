-- What relations that are no tables have beside their text: a statement each.
SELECT 'pg_class'::regclass::oid::int8, c.oid::int8, true, 'setting', n.nspname::text, c.relname::text, c.relname::text,
       'default of ' || quote_ident(a.attname),
       'ALTER VIEW ' || c.oid::regclass::text || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET DEFAULT '
         || pg_get_expr(f.adbin, f.adrelid), NULL::text, NULL::text, NULL::text
FROM pg_attrdef f
JOIN pg_class c ON c.oid = f.adrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
WHERE {scope} AND c.relkind = 'v'
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, c.oid::int8, true, 'setting', n.nspname::text, c.relname::text, c.relname::text, s.what,
       'ALTER MATERIALIZED VIEW ' || c.oid::regclass::text || ' ' || s.action, NULL, NULL, NULL
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT 'statistics of ' || quote_ident(a.attname) AS what,
         'ALTER COLUMN ' || quote_ident(a.attname) || ' SET STATISTICS ' || a.attstattarget AS action
  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attstattarget >= 0
  UNION ALL
  SELECT 'storage of ' || quote_ident(a.attname), 'ALTER COLUMN ' || quote_ident(a.attname) || ' SET STORAGE '
           || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attstorage <> t.typstorage
  UNION ALL
  SELECT 'options of ' || quote_ident(a.attname),
         'ALTER COLUMN ' || quote_ident(a.attname) || ' SET (' || array_to_string(a.attoptions, ', ') || ')'
  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attoptions IS NOT NULL
  UNION ALL
  SELECT 'cluster', 'CLUSTER ON ' || quote_ident(x.relname)
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered
) s
WHERE {scope} AND c.relkind = 'm'
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, c.oid::int8, true, 'setting', n.nspname::text, c.relname::text, NULL, 'unlogged',
       'ALTER SEQUENCE ' || c.oid::regclass::text || ' SET UNLOGGED', NULL, NULL, NULL
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {scope} AND c.relkind = 'S' AND c.relpersistence = 'u'
  AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
                    AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i'))
UNION ALL
SELECT 'pg_statistic_ext'::regclass::oid::int8, s.oid::int8, true, 'setting', n.nspname::text, s.stxname::text, NULL, 'statistics',
       'ALTER STATISTICS ' || CASE WHEN n.nspname = current_schema() THEN '' ELSE quote_ident(n.nspname) || '.' END
         || quote_ident(s.stxname) || ' SET STATISTICS ' || s.stxstattarget, NULL, NULL, NULL
FROM pg_statistic_ext s
JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE {scope} AND s.stxstattarget >= 0
UNION ALL
SELECT l.classoid::int8, l.objoid::int8, true, 'security-label', NULL, l.provider || ' on ' || (
         pg_identify_object(l.classoid, l.objoid, l.objsubid)).identity, NULL, NULL, NULL, NULL, NULL,
       'security labels belong to the server''s provider'
FROM pg_seclabel l
WHERE {everything} AND l.objoid >= 16384 AND l.classoid <> 'pg_largeobject'::regclass
