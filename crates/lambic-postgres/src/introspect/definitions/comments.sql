-- Comments on what has no comment of its own in the model: a statement each. What an extension owns is the whole that it
-- is about or part of.
WITH remark AS (
  SELECT d.classoid AS class, c.oid, c.relnamespace AS namespace, c.relname AS name,
         CASE WHEN c.relkind IN ('r', 'p', 'm') THEN c.relname END AS "on",
         CASE WHEN d.objsubid > 0 THEN 'COLUMN ' || c.oid::regclass::text || '.' || quote_ident(a.attname)
              WHEN c.relkind = 'S' THEN 'SEQUENCE ' || c.oid::regclass::text
              WHEN c.relkind IN ('i', 'I') THEN 'INDEX ' || c.oid::regclass::text
              ELSE 'TABLE ' || c.oid::regclass::text END AS target, d.description,
         CASE c.relkind WHEN 'c' THEN 'pg_type'::regclass ELSE d.classoid END AS whole_class,
         CASE WHEN c.relkind = 'c' THEN c.reltype ELSE coalesce(i.indrelid, c.oid) END AS whole
  FROM pg_description d
  JOIN pg_class c ON c.oid = d.objoid
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_class t ON t.oid = i.indrelid
  WHERE d.classoid = 'pg_class'::regclass
    AND (c.relispartition AND c.relkind <> 'f' OR c.relkind = 'c' OR t.relkind = 'm' OR t.relispartition
         OR EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
         OR c.relkind = 'S' AND EXISTS (
              SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
                AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')))
  UNION ALL
  SELECT d.classoid, k.oid, k.connamespace, k.conname, c.relname,
         'CONSTRAINT ' || quote_ident(k.conname) || ' ON ' || CASE WHEN k.conrelid = 0 THEN 'DOMAIN ' || format_type(k.contypid, NULL)
                                                                ELSE k.conrelid::regclass::text END, d.description,
         CASE k.conrelid WHEN 0 THEN 'pg_type'::regclass ELSE 'pg_class'::regclass END, coalesce(nullif(k.conrelid, 0), k.contypid)
  FROM pg_description d
  JOIN pg_constraint k ON k.oid = d.objoid
  LEFT JOIN pg_class c ON c.oid = k.conrelid
  WHERE d.classoid = 'pg_constraint'::regclass AND (c.relispartition OR c.relkind = 'f' OR k.contype = 'n')
  UNION ALL
  SELECT d.classoid, t.oid, c.relnamespace, t.tgname, c.relname,
         'TRIGGER ' || quote_ident(t.tgname) || ' ON ' || c.oid::regclass::text, d.description,
         'pg_class'::regclass, c.oid
  FROM pg_description d
  JOIN pg_trigger t ON t.oid = d.objoid AND t.tgparentid <> 0
  JOIN pg_class c ON c.oid = t.tgrelid
  WHERE d.classoid = 'pg_trigger'::regclass
  UNION ALL
  SELECT d.classoid, n.oid, n.oid, n.nspname, NULL, 'SCHEMA ' || quote_ident(n.nspname), d.description, d.classoid, n.oid
  FROM pg_description d
  JOIN pg_namespace n ON n.oid = d.objoid
  WHERE d.classoid = 'pg_namespace'::regclass AND n.nspname = current_schema()
    AND NOT (n.oid = 2200 AND d.description = 'standard public schema')
)
SELECT r.class::oid::int8, r.oid::int8, true, 'comment', n.nspname::text, r.name::text, r."on"::text, r.target,
       'COMMENT ON ' || r.target || ' IS ' || quote_literal(r.description), NULL::text, NULL::text, NULL::text
FROM remark r
JOIN pg_namespace n ON n.oid = r.namespace
WHERE {scope}
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = r.whole_class AND e.objid = r.whole AND e.deptype = 'e')
