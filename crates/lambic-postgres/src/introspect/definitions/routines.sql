-- Functions, procedures and window functions, as the server prints them; aggregates, which it does not print.
WITH routine AS (
  SELECT p.*, n.nspname, d.description, CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END AS noun,
         CASE WHEN n.nspname = current_schema() AND pg_function_is_visible(p.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
           || quote_ident(p.proname) AS title,
         CASE WHEN p.prokind IN ('f', 'p', 'w') THEN pg_get_functiondef(p.oid) END AS text
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  LEFT JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
  WHERE {scope}
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid
                      AND e.deptype IN ('e', 'i'))
)
SELECT 'pg_proc'::regclass::oid::int8, p.oid::int8, false,
       CASE p.prokind WHEN 'f' THEN 'function' WHEN 'w' THEN 'function' WHEN 'p' THEN 'procedure'
                      WHEN 'a' THEN 'aggregate' ELSE 'routine' END,
       p.nspname::text, p.proname::text, NULL::text,
       CASE WHEN p.prokind = 'a' THEN pg_get_function_arguments(p.oid) ELSE {signature} END,
       CASE WHEN p.prokind = 'a' THEN
         'CREATE AGGREGATE ' || p.title || '(' || coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*') || E') (\n'
         || '    SFUNC = ' || a.aggtransfn::text || E',\n    STYPE = ' || format_type(a.aggtranstype, NULL)
         || CASE WHEN a.aggtransspace <> 0 THEN E',\n    SSPACE = ' || a.aggtransspace ELSE '' END
         || CASE WHEN a.aggfinalfn <> 0 THEN E',\n    FINALFUNC = ' || a.aggfinalfn::text ELSE '' END
         || CASE WHEN a.aggfinalextra THEN E',\n    FINALFUNC_EXTRA' ELSE '' END
         || CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char"
            THEN E',\n    FINALFUNC_MODIFY = '
              || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END
            ELSE '' END
         || CASE WHEN a.aggcombinefn <> 0 THEN E',\n    COMBINEFUNC = ' || a.aggcombinefn::text ELSE '' END
         || CASE WHEN a.aggserialfn <> 0 THEN E',\n    SERIALFUNC = ' || a.aggserialfn::text ELSE '' END
         || CASE WHEN a.aggdeserialfn <> 0 THEN E',\n    DESERIALFUNC = ' || a.aggdeserialfn::text ELSE '' END
         || coalesce(E',\n    INITCOND = ' || quote_literal(a.agginitval), '')
         || CASE WHEN a.aggmtransfn <> 0 THEN E',\n    MSFUNC = ' || a.aggmtransfn::text
              || E',\n    MINVFUNC = ' || a.aggminvtransfn::text
              || E',\n    MSTYPE = ' || format_type(a.aggmtranstype, NULL) ELSE '' END
         || CASE WHEN a.aggmtransspace <> 0 THEN E',\n    MSSPACE = ' || a.aggmtransspace ELSE '' END
         || CASE WHEN a.aggmfinalfn <> 0 THEN E',\n    MFINALFUNC = ' || a.aggmfinalfn::text ELSE '' END
         || CASE WHEN a.aggmfinalextra THEN E',\n    MFINALFUNC_EXTRA' ELSE '' END
         || CASE WHEN a.aggmfinalfn <> 0
              AND a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char"
            THEN E',\n    MFINALFUNC_MODIFY = '
              || CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END
            ELSE '' END
         || coalesce(E',\n    MINITCOND = ' || quote_literal(a.aggminitval), '')
         || CASE WHEN a.aggsortop <> 0 THEN (
              SELECT E',\n    SORTOP = OPERATOR(' || quote_ident(w.nspname) || '.' || o.oprname || ')'
              FROM pg_operator o JOIN pg_namespace w ON w.oid = o.oprnamespace WHERE o.oid = a.aggsortop)
            ELSE '' END
         || CASE a.aggkind WHEN 'h' THEN E',\n    HYPOTHETICAL' ELSE '' END
         || CASE p.proparallel WHEN 's' THEN E',\n    PARALLEL = safe' WHEN 'r' THEN E',\n    PARALLEL = restricted'
            ELSE '' END || E'\n)'
       ELSE 'CREATE OR REPLACE ' || p.noun || p.title
         || rtrim(substr(p.text, length('CREATE OR REPLACE ' || p.noun || quote_ident(p.nspname) || '.'
                                        || quote_ident(p.proname)) + 1), E'\n') END,
       p.description, NULL::text,
       CASE WHEN p.prokind NOT IN ('f', 'p', 'w', 'a') THEN 'routines of the kind ' || p.prokind::text || ' are not known' END
FROM routine p
LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
