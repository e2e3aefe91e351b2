-- What an index of a partition or of a materialised view has beside its text, or beside the index that it is part of:
-- a statement each.
WITH RECURSIVE up AS (
  SELECT h.inhrelid AS part, h.inhparent AS whole
  FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhrelid WHERE x.relkind IN ('i', 'I')
  UNION ALL
  SELECT up.part, h.inhparent FROM up JOIN pg_inherits h ON h.inhrelid = up.whole
), found AS (
  SELECT c.oid AS table, n.nspname, c.relname AS "on", x.oid, x.relname, x.relkind, x.oid::regclass::text AS title,
         x.reloptions, x.reltablespace, s.spcname, w.reloptions AS whole_reloptions, w.reltablespace AS whole_tablespace,
         w.oid IS NOT NULL AS is_part, w.oid AS whole
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
  LEFT JOIN (up JOIN pg_class w ON w.oid = up.whole AND NOT w.relispartition
                JOIN pg_index p ON p.indexrelid = w.oid
                JOIN pg_class t ON t.oid = p.indrelid AND NOT t.relispartition) ON up.part = x.oid
  WHERE {scope} AND (c.relispartition OR c.relkind = 'm')
    AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
), action AS (
  SELECT f.*, 'storage' AS what, 'SET (' || (
           SELECT string_agg(quote_ident(o.option_name) || '=' || quote_literal(o.option_value), ', ' ORDER BY o.option_name)
           FROM pg_options_to_table(f.reloptions) o) || ')' AS action
  FROM found f WHERE f.is_part AND f.relkind = 'i' AND NOT coalesce(f.whole_reloptions @> f.reloptions, f.reloptions IS NULL)
  UNION ALL
  SELECT f.*, 'default storage', 'RESET (' || g.names || ')'
  FROM found f
  CROSS JOIN LATERAL (
    SELECT string_agg(quote_ident(o.option_name), ', ' ORDER BY o.option_name) AS names FROM pg_options_to_table(f.whole_reloptions) o
    WHERE NOT EXISTS (SELECT FROM pg_options_to_table(f.reloptions) p WHERE p.option_name = o.option_name)) g
  WHERE f.is_part AND f.relkind = 'i' AND g.names IS NOT NULL
  UNION ALL
  SELECT f.*, 'tablespace', 'SET TABLESPACE ' || coalesce(quote_ident(f.spcname), 'pg_default')
  FROM found f WHERE f.relkind = 'i' AND f.reltablespace <> coalesce(f.whole_tablespace, 0)
  UNION ALL
  SELECT f.*, 'statistics of ' || a.attnum, 'ALTER COLUMN ' || a.attnum || ' SET STATISTICS ' || coalesce(a.attstattarget, -1)
  FROM found f
  JOIN pg_attribute a ON a.attrelid = f.oid AND a.attnum > 0
  LEFT JOIN pg_attribute b ON b.attrelid = f.whole AND b.attnum = a.attnum
  WHERE coalesce(a.attstattarget, -1) <> coalesce(b.attstattarget, -1)
)
SELECT 'pg_class'::regclass::oid::int8, a.table::int8, true, 'setting', a.nspname::text, a.relname::text, a."on"::text, a.what,
       'ALTER INDEX ' || a.title || ' ' || a.action, NULL::text, NULL::text, NULL::text
FROM action a
