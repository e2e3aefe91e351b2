-- What a partition has beside what it has from its parent: a statement each.
WITH RECURSIVE part AS (
  SELECT c.*, n.nspname, c.oid::regclass::text AS title, i.inhparent, pg_partition_root(c.oid) AS root,
         quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS qualified
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_inherits i ON i.inhrelid = c.oid
  WHERE {scope} AND c.relispartition AND c.relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
), pairs AS (
  SELECT p.oid, p.nspname, p.relname, p.title, a.attname, a.attnum, a.attnotnull, b.attnotnull AS parent_attnotnull,
         a.attgenerated, a.attidentity, b.attidentity AS parent_attidentity, t.typstorage, b.attname AS parent_attname,
         b.attgenerated AS parent_attgenerated,
         pg_get_expr(f.adbin, f.adrelid) AS value, pg_get_expr(g.adbin, g.adrelid) AS parent_value,
         CASE WHEN a.attstorage <> b.attstorage THEN a.attstorage END AS storage,
         {part_compression} AS compression,
         CASE WHEN coalesce(a.attstattarget, -1) <> coalesce(b.attstattarget, -1) THEN coalesce(a.attstattarget, -1) END AS target,
         a.attoptions, b.attoptions AS parent_attoptions
  FROM part p
  JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attribute b ON b.attrelid = p.inhparent AND b.attname = a.attname AND NOT b.attisdropped
  LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  LEFT JOIN pg_attrdef g ON g.adrelid = b.attrelid AND g.adnum = b.attnum
), up AS (
  SELECT h.inhrelid AS part, h.inhparent AS whole
  FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhrelid WHERE x.relkind IN ('i', 'I')
  UNION ALL
  SELECT up.part, h.inhparent FROM up JOIN pg_inherits h ON h.inhrelid = up.whole
), own AS (
  -- The indexes that come from no index of the table at the top.
  SELECT p.*, x.oid AS index, x.relname AS index_name, x.oid::regclass::text AS index_title, h.inhparent AS whole,
         EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x')) AS of_constraint
  FROM part p
  JOIN pg_index i ON i.indrelid = p.oid
  JOIN pg_class x ON x.oid = i.indexrelid
  LEFT JOIN pg_inherits h ON h.inhrelid = x.oid
  WHERE NOT EXISTS (SELECT FROM up JOIN pg_index w ON w.indexrelid = up.whole WHERE up.part = x.oid AND w.indrelid = p.root)
), setting AS (
  SELECT oid, nspname, relname, title, 'default of ' || quote_ident(attname) AS what,
         'ALTER COLUMN ' || quote_ident(attname) || coalesce(' SET DEFAULT ' || value, ' DROP DEFAULT') AS action
  FROM pairs WHERE attgenerated = '' AND value IS DISTINCT FROM parent_value
  UNION ALL
  SELECT oid, nspname, relname, title, 'not null of ' || quote_ident(attname),
         'ALTER COLUMN ' || quote_ident(attname) || ' SET NOT NULL'
  FROM pairs WHERE attnotnull AND NOT parent_attnotnull AND NOT EXISTS (
    SELECT FROM pg_constraint k WHERE k.conrelid = pairs.oid AND k.contype = 'p' AND attnum = ANY (k.conkey))
  UNION ALL
  SELECT oid, nspname, relname, title, 'storage of ' || quote_ident(attname),
         'ALTER COLUMN ' || quote_ident(attname) || ' SET STORAGE '
           || CASE storage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END
  FROM pairs WHERE storage IS NOT NULL
  UNION ALL
  SELECT oid, nspname, relname, title, 'compression of ' || quote_ident(attname),
         'ALTER COLUMN ' || quote_ident(attname) || ' SET COMPRESSION '
           || CASE compression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE 'DEFAULT' END
  FROM pairs WHERE compression IS NOT NULL
  UNION ALL
  SELECT oid, nspname, relname, title, 'statistics of ' || quote_ident(attname),
         'ALTER COLUMN ' || quote_ident(attname) || ' SET STATISTICS ' || target FROM pairs WHERE target IS NOT NULL
  UNION ALL
  SELECT oid, nspname, relname, title, 'options of ' || quote_ident(attname),
         'ALTER COLUMN ' || quote_ident(attname) || ' SET (' || array_to_string(attoptions, ', ') || ')'
  FROM pairs WHERE attoptions IS NOT NULL AND attoptions IS DISTINCT FROM parent_attoptions
  UNION ALL
  SELECT oid, nspname, relname, title, 'row security', 'ENABLE ROW LEVEL SECURITY' FROM part WHERE relrowsecurity
  UNION ALL
  SELECT oid, nspname, relname, title, 'forced row security', 'FORCE ROW LEVEL SECURITY' FROM part WHERE relforcerowsecurity
  UNION ALL
  SELECT oid, nspname, relname, title, 'replica identity', 'REPLICA IDENTITY ' || CASE relreplident WHEN 'f' THEN 'FULL'
           WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX ' || (
             SELECT quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
             WHERE i.indrelid = part.oid AND i.indisreplident) END
  FROM part WHERE relreplident <> 'd'
  UNION ALL
  SELECT p.oid, p.nspname, p.relname, p.title, 'cluster', 'CLUSTER ON ' || quote_ident(x.relname)
  FROM part p JOIN pg_index i ON i.indrelid = p.oid AND i.indisclustered JOIN pg_class x ON x.oid = i.indexrelid
)
SELECT 'pg_class'::regclass::oid::int8, s.oid::int8, true, 'setting', s.nspname::text, s.relname::text, s.relname::text, s.what,
       -- What is NOT NULL in a partitioned table is so in its partitions.
       CASE WHEN s.what LIKE 'not null of %' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = s.oid AND c.relkind = 'p')
            THEN 'ALTER TABLE ' ELSE 'ALTER TABLE ONLY ' END || s.title || ' ' || s.action, NULL::text, NULL::text, NULL::text
FROM setting s
UNION ALL
SELECT 'pg_constraint'::regclass::oid::int8, k.oid::int8, false, 'constraint', p.nspname::text, k.conname::text, p.relname::text, NULL,
       'ALTER TABLE ' || CASE WHEN k.contype IN ('f', 'p', 'u') THEN '' ELSE 'ONLY ' END || p.title || ' ADD CONSTRAINT '
         || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), NULL, NULL, NULL
FROM part p
JOIN pg_constraint k ON k.conrelid = p.oid
WHERE k.conparentid = 0 AND k.coninhcount = 0 AND k.contype <> 't'
  AND NOT (k.contype IN ('p', 'u') AND EXISTS (SELECT FROM up JOIN pg_index w ON w.indexrelid = up.whole
                                               WHERE up.part = k.conindid AND w.indrelid = p.root))
  AND NOT (k.contype = 'n' AND k.conname LIKE '%\_not\_null')
UNION ALL
-- What is known to hold of a partition need not be known of the whole.
SELECT 'pg_class'::regclass::oid::int8, p.oid::int8, true, 'setting', p.nspname::text, p.relname::text, p.relname::text,
       'validity of ' || quote_ident(k.conname), 'ALTER TABLE ' || p.title || ' VALIDATE CONSTRAINT ' || quote_ident(k.conname), NULL, NULL, NULL
FROM part p
JOIN pg_constraint k ON k.conrelid = p.oid AND k.convalidated
JOIN pg_constraint w ON w.conrelid = p.inhparent AND NOT w.convalidated
  AND (w.oid = k.conparentid OR w.contype = 'c' AND k.contype = 'c' AND w.conname = k.conname)
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, o.index::int8, false, 'index', o.nspname::text, o.index_name::text, o.relname::text, NULL,
       CASE WHEN o.title = o.qualified THEN pg_get_indexdef(o.index)
            ELSE overlay(pg_get_indexdef(o.index) placing o.title
                         FROM position(o.qualified || ' USING ' IN pg_get_indexdef(o.index)) FOR length(o.qualified)) END,
       NULL, NULL, NULL
FROM own o
WHERE NOT o.of_constraint
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, o.index::int8, true, 'setting', o.nspname::text, o.index_name::text, o.relname::text,
       'part of ' || o.whole::regclass::text, 'ALTER INDEX ' || o.whole::regclass::text || ' ATTACH PARTITION ' || o.index_title,
       NULL, NULL, NULL
FROM own o
WHERE NOT o.of_constraint AND o.whole IS NOT NULL
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, o.index::int8, true, 'constraint', o.nspname::text, o.index_name::text, o.relname::text,
       NULL, NULL, NULL, NULL, 'it is part of another constraint and has a name of its own'
FROM own o
WHERE o.of_constraint AND o.whole IS NOT NULL AND o.index_name NOT LIKE left(replace(o.relname, '_', '\_'), 29) || '%\_%key%'
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, p.oid::int8, true, 'partition', p.nspname::text, p.relname::text, p.relname::text, NULL, NULL,
       NULL, NULL, 'it is being detached: ALTER TABLE … DETACH PARTITION … FINALIZE ends that'
FROM part p
JOIN pg_inherits h ON h.inhrelid = p.oid
WHERE {detach_pending}
UNION ALL
SELECT 'pg_class'::regclass::oid::int8, p.oid::int8, true, 'partition', p.nspname::text, p.relname::text, p.relname::text, NULL, NULL, NULL, NULL,
       'its columns are computed or numbered in another way than those of its parent'
FROM part p
WHERE EXISTS (SELECT FROM pairs WHERE pairs.oid = p.oid
                AND (attgenerated <> '' AND (parent_attgenerated = '' OR value IS DISTINCT FROM parent_value)
                     OR attidentity <> '' AND attidentity <> parent_attidentity))
