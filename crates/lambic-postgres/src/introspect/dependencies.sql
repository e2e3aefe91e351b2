-- What needs what, both sides as objects of their own: a default, a constraint, an index and a rewrite rule stand for
-- what they belong to, a member of an extension for the extension. Only what is not built in is in the catalog. Last,
-- whether only a part has the need that can be made afterwards: a default, a check, an exclusion, an index that
-- computes something, any index of a materialised view.
WITH edge AS (
  SELECT d.classid, d.objid, d.refclassid, d.refobjid
  FROM pg_depend d
  WHERE d.deptype IN ('n', 'a', 'x') AND d.refclassid <> 'pg_namespace'::regclass AND d.objid >= 16384
    AND NOT (d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass
             AND d.classid IN ('pg_class'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass)
             AND NOT (d.classid = 'pg_class'::regclass AND d.objid IN (SELECT oid FROM pg_class WHERE relkind = 'f')))
    AND NOT (d.classid = 'pg_constraint'::regclass AND d.objid IN (SELECT oid FROM pg_constraint WHERE contype = 'f'))
)
SELECT DISTINCT
       (CASE WHEN k.contypid <> 0 THEN 'pg_type'::regclass
             WHEN d.classid IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass) THEN 'pg_class'::regclass
             WHEN r.rulename = '_RETURN' THEN 'pg_class'::regclass ELSE d.classid END)::oid::int8,
       coalesce(nullif(k.contypid, 0), k.conrelid, f.adrelid, i.indrelid,
                CASE WHEN r.rulename = '_RETURN' THEN r.ev_class END, d.objid)::int8,
       coalesce(x.refclassid,
                CASE WHEN coalesce(nullif(t.typrelid, 0), l.typrelid, 0) <> 0 THEN 'pg_class'::regclass
                     WHEN z.rngtypid IS NOT NULL THEN 'pg_range'::regclass ELSE d.refclassid END)::int8,
       coalesce(x.refobjid, nullif(t.typrelid, 0), nullif(l.typrelid, 0), m.rngtypid, l.oid, j.indrelid, d.refobjid)::int8,
       CASE WHEN y.typtype = 'd' THEN d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
            WHEN k.contypid <> 0 THEN true
            WHEN o.relkind = 'm' THEN i.indexrelid IS NOT NULL
            WHEN o.relkind NOT IN ('r', 'p') THEN false
            WHEN f.oid IS NOT NULL THEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = f.adrelid AND a.attnum = f.adnum
                                                                         AND a.attgenerated = '')
            WHEN k.oid IS NOT NULL THEN k.contype IN ('c', 'x')
            ELSE coalesce(i.indisexclusion OR i.indexprs IS NOT NULL OR i.indpred IS NOT NULL, false) END
FROM edge d
LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_index i ON d.classid = 'pg_class'::regclass AND i.indexrelid = d.objid
LEFT JOIN pg_class o ON o.oid = coalesce(k.conrelid, f.adrelid, i.indrelid)
LEFT JOIN pg_type y ON d.classid = 'pg_type'::regclass AND y.oid = d.objid
LEFT JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
LEFT JOIN pg_type l ON l.oid = t.typelem AND l.typarray = t.oid
LEFT JOIN pg_range m ON {multirange}
-- The function that makes a range type's values canonical comes before the type, which is a shell until then.
LEFT JOIN pg_range z ON d.classid = 'pg_proc'::regclass AND z.rngcanonical = d.objid
  AND d.refclassid = 'pg_type'::regclass AND z.rngtypid = d.refobjid
LEFT JOIN pg_depend x ON x.classid = d.refclassid AND x.objid = coalesce(l.oid, m.rngtypid, d.refobjid) AND x.deptype = 'e'
LEFT JOIN pg_index j ON d.refclassid = 'pg_class'::regclass AND j.indexrelid = d.refobjid
UNION
SELECT 'pg_class'::regclass::oid::int8, h.inhrelid::int8, 'pg_class'::regclass::oid::int8, h.inhparent::int8, false
FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhrelid WHERE x.relkind IN ('i', 'I')
UNION
SELECT 'pg_opclass'::regclass::oid::int8, o.oid::int8, p.class::oid::int8, p.oid::int8, false
FROM pg_opclass o
JOIN (SELECT amopfamily AS family, amoplefttype AS type, 'pg_operator'::regclass AS class, amopopr AS oid FROM pg_amop
      UNION ALL
      SELECT amprocfamily, amproclefttype, 'pg_proc'::regclass, amproc::oid FROM pg_amproc) p
  ON p.family = o.opcfamily AND p.type = o.opcintype
WHERE o.oid >= 16384 AND p.oid >= 16384
UNION
SELECT 'pg_type'::regclass::oid::int8, z.rngtypid::int8, 'pg_range'::regclass::oid::int8, z.rngtypid::int8, false
FROM pg_range z WHERE z.rngcanonical <> 0 AND z.rngtypid >= 16384
UNION
-- A member of a publication is an object of its own to the catalog.
SELECT 'pg_publication'::regclass::oid::int8, m.prpubid::int8, 'pg_class'::regclass::oid::int8, m.prrelid::int8, false
FROM pg_publication_rel m
UNION
-- A foreign key to a partition can rest on a key or an index that the partition has for itself: an object of its own.
SELECT CASE WHEN c.relispartition THEN 'pg_constraint'::regclass ELSE 'pg_class'::regclass END::oid::int8,
       CASE WHEN c.relispartition THEN k.oid ELSE c.oid END::int8,
       CASE WHEN u.oid IS NULL THEN 'pg_class'::regclass ELSE 'pg_constraint'::regclass END::oid::int8,
       coalesce(u.oid, k.conindid)::int8, NOT c.relispartition
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_class r ON r.oid = k.confrelid AND r.relispartition
LEFT JOIN pg_constraint u ON u.conrelid = k.confrelid AND u.conindid = k.conindid AND u.contype IN ('p', 'u')
WHERE k.contype = 'f' AND k.conparentid = 0
