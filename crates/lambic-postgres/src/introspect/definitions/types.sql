-- Range types, shell types, and the base types that only code in C can make. A range type is a shell first where a
-- function needs it that it needs itself.
SELECT 'pg_type'::regclass::oid::int8, t.oid::int8, false,
       CASE t.typtype WHEN 'r' THEN 'range-type' WHEN 'p' THEN 'shell-type' WHEN 'b' THEN 'base-type' ELSE 'type' END,
       n.nspname::text, t.typname::text, NULL::text, NULL::text,
       CASE t.typtype
         WHEN 'r' THEN 'CREATE TYPE ' || format_type(t.oid, NULL) || E' AS RANGE (\n    SUBTYPE = '
           || format_type(r.rngsubtype, NULL)
           || CASE WHEN NOT o.opcdefault OR o.opcintype <> r.rngsubtype
              THEN E',\n    SUBTYPE_OPCLASS = ' || CASE WHEN pg_opclass_is_visible(o.oid) THEN ''
                                                      ELSE quote_ident(w.nspname) || '.' END || quote_ident(o.opcname)
              ELSE '' END
           || CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> s.typcollation
              THEN E',\n    COLLATION = ' || r.rngcollation::regcollation::text ELSE '' END
           || CASE WHEN r.rngcanonical <> 0 THEN E',\n    CANONICAL = ' || r.rngcanonical::text ELSE '' END
           || CASE WHEN r.rngsubdiff <> 0 THEN E',\n    SUBTYPE_DIFF = ' || r.rngsubdiff::text ELSE '' END
           || {multirange_name} || E'\n)'
         WHEN 'p' THEN 'CREATE TYPE ' || format_type(t.oid, NULL) END,
       d.description, NULL::text,
       CASE WHEN t.typtype = 'b' THEN 'its input and output functions are code of the server'
            WHEN t.typtype NOT IN ('r', 'p') THEN 'types of the kind ' || t.typtype::text || ' are not known' END
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc
LEFT JOIN pg_namespace w ON w.oid = o.opcnamespace
LEFT JOIN pg_type s ON s.oid = r.rngsubtype
LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid
WHERE {scope} AND t.typtype NOT IN ('c', 'd', 'e', 'm')
  AND NOT EXISTS (SELECT FROM pg_type l WHERE l.oid = t.typelem AND l.typarray = t.oid)
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_range'::regclass::oid::int8, t.oid::int8, false, 'shell-type', n.nspname::text, t.typname::text, NULL, NULL,
       'CREATE TYPE ' || format_type(t.oid, NULL), NULL, NULL, NULL
FROM pg_range r
JOIN pg_type t ON t.oid = r.rngtypid
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE {scope} AND r.rngcanonical <> 0
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
