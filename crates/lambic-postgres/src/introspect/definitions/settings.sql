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
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, c.oid::int8, true, 'setting', n.nspname::text, c.relname::text, c.relname::text, s.what,
       CASE c.relkind WHEN 'm' THEN 'ALTER MATERIALIZED VIEW ' ELSE 'ALTER FOREIGN TABLE ' END || c.oid::regclass::text
         || ' ' || s.action, NULL, NULL, NULL
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
  SELECT 'compression of ' || quote_ident(a.attname), 'ALTER COLUMN ' || quote_ident(a.attname) || ' SET COMPRESSION '
           || CASE {attcompression} WHEN 'p' THEN 'pglz' ELSE 'lz4' END
  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND {attcompression} IS NOT NULL
  UNION ALL
  SELECT 'options of ' || quote_ident(a.attname),
         'ALTER COLUMN ' || quote_ident(a.attname) || ' SET (' || array_to_string(a.attoptions, ', ') || ')'
  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attoptions IS NOT NULL
  UNION ALL
  SELECT 'cluster', 'CLUSTER ON ' || quote_ident(x.relname)
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered
) s
WHERE {scope} AND c.relkind IN ('m', 'f')
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, c.oid::int8, true, 'setting', n.nspname::text, c.relname::text, c.relname::text,
       'default of ' || quote_ident(a.attname), 'ALTER FOREIGN TABLE ' || c.oid::regclass::text || ' ALTER COLUMN '
         || quote_ident(a.attname) || coalesce(' SET DEFAULT ' || v.value, ' DROP DEFAULT'), NULL, NULL, NULL
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attislocal AND a.attgenerated = '' AND NOT a.attisdropped
CROSS JOIN LATERAL (
  SELECT (SELECT pg_get_expr(f.adbin, f.adrelid) FROM pg_attrdef f WHERE f.adrelid = c.oid AND f.adnum = a.attnum) AS value) v
WHERE {scope} AND c.relkind = 'f' AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  AND NOT EXISTS (
    SELECT FROM pg_inherits i
    JOIN pg_attribute b ON b.attrelid = i.inhparent AND b.attname = a.attname
    LEFT JOIN pg_attrdef g ON g.adrelid = b.attrelid AND g.adnum = b.attnum
    WHERE i.inhrelid = c.oid AND pg_get_expr(g.adbin, g.adrelid) IS NOT DISTINCT FROM v.value)
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, c.oid::int8, true, 'setting', n.nspname::text, c.relname::text, c.relname::text,
       'partition', 'ALTER TABLE ONLY ' || i.inhparent::regclass::text || ' ATTACH PARTITION ' || c.oid::regclass::text || ' '
         || pg_get_expr(c.relpartbound, c.oid), NULL, NULL, NULL
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE {scope} AND c.relkind = 'f' AND c.relispartition
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, c.oid::int8, true, 'setting', n.nspname::text, c.relname::text, NULL, 'persistence',
       'ALTER SEQUENCE ' || c.oid::regclass::text || CASE c.relpersistence WHEN 'u' THEN ' SET UNLOGGED' ELSE ' SET LOGGED' END,
       NULL, NULL, NULL
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
  AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
LEFT JOIN pg_class w ON w.oid = o.refobjid
WHERE {scope} {sequence_persistence} AND c.relkind = 'S' AND c.relpersistence <> coalesce(w.relpersistence, 'p')
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_statistic_ext'::regclass::oid::int8, s.oid::int8, true, 'setting', n.nspname::text, s.stxname::text, NULL, 'statistics',
       'ALTER STATISTICS ' || CASE WHEN n.nspname = current_schema() THEN '' ELSE quote_ident(n.nspname) || '.' END
         || quote_ident(s.stxname) || ' SET STATISTICS ' || s.stxstattarget, NULL, NULL, NULL
FROM pg_statistic_ext s
JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE {scope} AND s.stxstattarget >= 0
UNION ALL
-- A trigger that is enabled otherwise on a partition than on the table at the top.
SELECT 'pg_trigger'::regclass::oid::int8, r.oid::int8, true, 'setting', n.nspname::text, c.relname::text, c.relname::text,
       'trigger ' || quote_ident(t.tgname), 'ALTER TABLE ONLY ' || c.oid::regclass::text
         || CASE t.tgenabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' WHEN 'A' THEN ' ENABLE ALWAYS' ELSE ' ENABLE' END
         || ' TRIGGER ' || quote_ident(t.tgname), NULL, NULL, NULL
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  WITH RECURSIVE up AS (
    SELECT t.oid, t.tgparentid, t.tgenabled, t.tgisinternal
    UNION ALL SELECT p.oid, p.tgparentid, p.tgenabled, p.tgisinternal FROM up JOIN pg_trigger p ON p.oid = up.tgparentid)
  SELECT up.oid, up.tgenabled FROM up WHERE up.tgparentid = 0 AND NOT up.tgisinternal) r
-- Before version 15, those of partitions count as the server's own.
WHERE {scope} AND t.tgparentid <> 0 AND t.tgenabled <> r.tgenabled
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT d.classid::int8, coalesce(s.table, d.objid)::int8, true, 'setting', n.nspname::text, s.name::text, s.on::text,
       'dependence on ' || quote_ident(x.extname), 'ALTER ' || s.title || ' DEPENDS ON EXTENSION ' || quote_ident(x.extname), NULL, NULL, NULL
FROM pg_depend d
JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid
CROSS JOIN LATERAL (
  SELECT p.pronamespace AS namespace, p.proname AS name, NULL::name AS "on", NULL::oid AS "table",
         CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' WHEN 'a' THEN 'ROUTINE ' ELSE 'FUNCTION ' END
           || CASE WHEN w.nspname = current_schema() AND pg_function_is_visible(p.oid) THEN '' ELSE quote_ident(w.nspname) || '.' END
           || quote_ident(p.proname) || '(' || {signature} || ')' AS title
  FROM pg_proc p JOIN pg_namespace w ON w.oid = p.pronamespace WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid
  UNION ALL
  SELECT c.relnamespace, c.relname, coalesce(t.relname, c.relname), i.indrelid,
         CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW ' ELSE 'INDEX ' END || c.oid::regclass::text
  FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
  WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid
  UNION ALL
  SELECT c.relnamespace, t.tgname, c.relname, NULL, 'TRIGGER ' || quote_ident(t.tgname) || ' ON ' || c.oid::regclass::text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE d.classid = 'pg_trigger'::regclass AND t.oid = d.objid) s
JOIN pg_namespace n ON n.oid = s.namespace
WHERE {scope} AND d.deptype = 'x'
UNION ALL
SELECT l.classoid::int8, l.objoid::int8, true, 'security-label', NULL, l.provider || ' on ' || (
         pg_identify_object(l.classoid, l.objoid, l.objsubid)).identity, NULL, NULL, NULL, NULL, NULL,
       'security labels belong to the server''s provider'
FROM pg_seclabel l
WHERE {everything} AND l.objoid >= 16384 AND l.classoid <> 'pg_largeobject'::regclass
