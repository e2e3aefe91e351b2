-- What lives in a namespace and has no sweep of its own. A statement that the server does not print is put together.
WITH item AS (
  SELECT 'pg_class'::regclass AS class, c.oid, 'foreign-table' AS kind, c.relnamespace AS namespace, c.relname AS name,
         NULL::name AS "on", NULL::text AS arguments,
         'CREATE FOREIGN TABLE ' || c.oid::regclass::text || E' (\n    ' || coalesce((
           SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
             || CASE WHEN a.attfdwoptions IS NULL THEN '' ELSE ' OPTIONS (' || (
                  SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ')
                  FROM pg_options_to_table(a.attfdwoptions) o) || ')' END
             || CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0
                THEN ' COLLATE ' || a.attcollation::regcollation::text ELSE '' END
             || CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(f.adbin, f.adrelid)
                  || CASE a.attgenerated WHEN 's' THEN ') STORED' ELSE ') VIRTUAL' END
                ELSE coalesce(' DEFAULT ' || pg_get_expr(f.adbin, f.adrelid), (
                  SELECT ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END
                    || ' AS IDENTITY (SEQUENCE NAME ' || q.seqrelid::regclass::text || ' START WITH ' || q.seqstart
                    || ' INCREMENT BY ' || q.seqincrement || ' MINVALUE ' || q.seqmin || ' MAXVALUE ' || q.seqmax
                    || ' CACHE ' || q.seqcache || CASE WHEN q.seqcycle THEN ' CYCLE)' ELSE ')' END
                  FROM pg_depend o JOIN pg_sequence q ON q.seqrelid = o.objid
                  WHERE a.attidentity <> '' AND o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
                    AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum AND o.deptype = 'i'), '') END
             || {foreign_not_null}, E',\n    ' ORDER BY a.attnum)
           FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
           LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (a.attislocal OR c.relispartition)), '')
           || coalesce((SELECT string_agg(E',\n    CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid),
                                          '' ORDER BY k.conname)
                        FROM pg_constraint k
                        WHERE k.conrelid = c.oid AND k.contype = 'c' AND (k.conislocal OR c.relispartition)), '')
           || E'\n)' || CASE WHEN c.relispartition THEN '' ELSE coalesce(' INHERITS (' || (
                SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
                FROM pg_inherits i WHERE i.inhrelid = c.oid) || ')', '') END || ' SERVER ' || quote_ident(s.srvname) || coalesce(' OPTIONS (' || (
                SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ')
                FROM pg_options_to_table(f.ftoptions) o) || ')', '') AS text,
         (SELECT array_agg(pair)::text
          FROM pg_attribute a
          JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum,
               unnest(ARRAY['comment.' || a.attname, d.description]) AS pair
          WHERE a.attrelid = c.oid AND a.attnum > 0) AS properties,
         CASE WHEN EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND NOT k.convalidated)
              THEN 'a NOT NULL constraint of a foreign table is not valid' END AS reason
  FROM pg_class c
  JOIN pg_foreign_table f ON f.ftrelid = c.oid
  JOIN pg_foreign_server s ON s.oid = f.ftserver
  UNION ALL
  SELECT 'pg_statistic_ext'::regclass, s.oid, 'statistics', s.stxnamespace, s.stxname, NULL, NULL,
         'CREATE STATISTICS ' || CASE WHEN pg_statistics_obj_is_visible(s.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
           || quote_ident(s.stxname)
           || substr(pg_get_statisticsobjdef(s.oid),
                     length('CREATE STATISTICS ' || quote_ident(n.nspname) || '.' || quote_ident(s.stxname)) + 1),
         NULL, NULL
  FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
  UNION ALL
  SELECT 'pg_collation'::regclass, c.oid, 'collation', c.collnamespace, c.collname, NULL, NULL,
         'CREATE COLLATION ' || c.oid::regcollation::text || ' (provider = '
           || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' ELSE 'libc' END
           || {collation_locale} || CASE WHEN c.collisdeterministic THEN '' ELSE ', deterministic = false' END || ')',
         NULL, CASE WHEN c.collprovider NOT IN ('i', 'b', 'c') THEN 'its provider is not known' END
  FROM pg_collation c WHERE c.oid >= 16384
  UNION ALL
  SELECT 'pg_conversion'::regclass, c.oid, 'conversion', c.connamespace, c.conname, NULL, NULL,
         'CREATE ' || CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END || 'CONVERSION '
           || CASE WHEN n.nspname = current_schema() AND pg_conversion_is_visible(c.oid) THEN ''
                   ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.conname)
           || ' FOR ' || quote_literal(pg_encoding_to_char(c.conforencoding)) || ' TO '
           || quote_literal(pg_encoding_to_char(c.contoencoding)) || ' FROM ' || c.conproc::text, NULL, NULL
  FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.oid >= 16384
  UNION ALL
  SELECT 'pg_operator'::regclass, o.oid, 'operator', o.oprnamespace, o.oprname, NULL,
         CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END || ', ' || format_type(o.oprright, NULL),
         'CREATE OPERATOR ' || CASE WHEN n.nspname = current_schema() AND pg_operator_is_visible(o.oid) THEN ''
                                     ELSE quote_ident(n.nspname) || '.' END || o.oprname
           || E' (\n    FUNCTION = ' || o.oprcode::text
           || CASE WHEN o.oprleft <> 0 THEN E',\n    LEFTARG = ' || format_type(o.oprleft, NULL) ELSE '' END
           || E',\n    RIGHTARG = ' || format_type(o.oprright, NULL)
           || coalesce((SELECT E',\n    COMMUTATOR = ' || CASE WHEN w.nspname = current_schema() AND pg_operator_is_visible(x.oid) THEN x.oprname
                          ELSE 'OPERATOR(' || quote_ident(w.nspname) || '.' || x.oprname || ')' END
                        FROM pg_operator x JOIN pg_namespace w ON w.oid = x.oprnamespace WHERE x.oid = o.oprcom), '')
           || coalesce((SELECT E',\n    NEGATOR = ' || CASE WHEN w.nspname = current_schema() AND pg_operator_is_visible(x.oid) THEN x.oprname
                          ELSE 'OPERATOR(' || quote_ident(w.nspname) || '.' || x.oprname || ')' END
                        FROM pg_operator x JOIN pg_namespace w ON w.oid = x.oprnamespace WHERE x.oid = o.oprnegate), '')
           || CASE WHEN o.oprrest <> 0 THEN E',\n    RESTRICT = ' || o.oprrest::text ELSE '' END
           || CASE WHEN o.oprjoin <> 0 THEN E',\n    JOIN = ' || o.oprjoin::text ELSE '' END
           || CASE WHEN o.oprcanhash THEN E',\n    HASHES' ELSE '' END
           || CASE WHEN o.oprcanmerge THEN E',\n    MERGES' ELSE '' END || E'\n)', NULL, NULL
  -- One without a function is a shell, which the server makes where another operator names it.
  FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid >= 16384 AND o.oprcode <> 0
  UNION ALL
  SELECT 'pg_opfamily'::regclass, f.oid, 'operator', f.opfnamespace, f.opfname, NULL, 'family using ' || quote_ident(m.amname),
         'CREATE OPERATOR FAMILY ' || CASE WHEN pg_opfamily_is_visible(f.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
           || quote_ident(f.opfname) || ' USING ' || quote_ident(m.amname), NULL, NULL
  FROM pg_opfamily f JOIN pg_am m ON m.oid = f.opfmethod JOIN pg_namespace n ON n.oid = f.opfnamespace
  WHERE f.oid >= 16384
  UNION ALL
  SELECT 'pg_opclass'::regclass, o.oid, 'operator', o.opcnamespace, o.opcname, NULL, 'class using ' || quote_ident(m.amname),
         'CREATE OPERATOR CLASS ' || CASE WHEN pg_opclass_is_visible(o.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
           || quote_ident(o.opcname) || E'\n    ' || CASE WHEN o.opcdefault THEN 'DEFAULT ' ELSE '' END || 'FOR TYPE '
           || format_type(o.opcintype, NULL) || ' USING ' || quote_ident(m.amname)
           || ' FAMILY ' || CASE WHEN pg_opfamily_is_visible(f.oid) THEN '' ELSE quote_ident(w.nspname) || '.' END
           || quote_ident(f.opfname) || E' AS\n    '
           || (SELECT coalesce(string_agg(i.text, E',\n    ' ORDER BY i.place, i.strategy, i.text),
                               'STORAGE ' || format_type(o.opcintype, NULL)) FROM (
                 SELECT 0 AS place, 0 AS strategy, 'STORAGE ' || format_type(o.opckeytype, NULL) AS text
                 WHERE o.opckeytype <> 0 AND o.opckeytype <> o.opcintype
                 UNION ALL
                 SELECT 1, p.amopstrategy, 'OPERATOR ' || p.amopstrategy || ' ' || p.amopopr::regoperator::text
                   || CASE WHEN p.amopsortfamily <> 0 THEN (
                        SELECT ' FOR ORDER BY ' || quote_ident(v.nspname) || '.' || quote_ident(s.opfname)
                        FROM pg_opfamily s JOIN pg_namespace v ON v.oid = s.opfnamespace WHERE s.oid = p.amopsortfamily)
                      ELSE '' END
                 FROM pg_amop p JOIN pg_depend e ON e.classid = 'pg_amop'::regclass AND e.objid = p.oid
                   AND e.refclassid = 'pg_opclass'::regclass AND e.refobjid = o.oid
                 UNION ALL
                 SELECT 2, p.amprocnum, 'FUNCTION ' || p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', '
                   || format_type(p.amprocrighttype, NULL) || ') ' || p.amproc::oid::regprocedure::text
                 FROM pg_amproc p JOIN pg_depend e ON e.classid = 'pg_amproc'::regclass AND e.objid = p.oid
                   AND e.refclassid = 'pg_opclass'::regclass AND e.refobjid = o.oid) i),
         NULL, NULL
  FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod JOIN pg_namespace n ON n.oid = o.opcnamespace
  JOIN pg_opfamily f ON f.oid = o.opcfamily JOIN pg_namespace w ON w.oid = f.opfnamespace
  WHERE o.oid >= 16384
  UNION ALL
  SELECT 'pg_ts_parser'::regclass, p.oid, 'text-search', p.prsnamespace, p.prsname, NULL, 'parser',
         'CREATE TEXT SEARCH PARSER ' || CASE WHEN pg_ts_parser_is_visible(p.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
           || quote_ident(p.prsname) || ' (START = ' || p.prsstart::text || ', GETTOKEN = ' || p.prstoken::text
           || ', END = ' || p.prsend::text || CASE WHEN p.prsheadline <> 0 THEN ', HEADLINE = ' || p.prsheadline::text ELSE '' END
           || ', LEXTYPES = ' || p.prslextype::text || ')', NULL, NULL
  FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace WHERE p.oid >= 16384
  UNION ALL
  SELECT 'pg_ts_template'::regclass, t.oid, 'text-search', t.tmplnamespace, t.tmplname, NULL, 'template',
         'CREATE TEXT SEARCH TEMPLATE ' || CASE WHEN pg_ts_template_is_visible(t.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
           || quote_ident(t.tmplname) || ' (' || CASE WHEN t.tmplinit <> 0 THEN 'INIT = ' || t.tmplinit::text || ', ' ELSE '' END
           || 'LEXIZE = ' || t.tmpllexize::text || ')', NULL, NULL
  FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace WHERE t.oid >= 16384
  UNION ALL
  SELECT 'pg_ts_dict'::regclass, t.oid, 'text-search', t.dictnamespace, t.dictname, NULL, 'dictionary',
         'CREATE TEXT SEARCH DICTIONARY ' || t.oid::regdictionary::text || ' (TEMPLATE = '
           || CASE WHEN pg_ts_template_is_visible(p.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
           || quote_ident(p.tmplname) || coalesce(', ' || t.dictinitoption, '') || ')', NULL, NULL
  FROM pg_ts_dict t JOIN pg_ts_template p ON p.oid = t.dicttemplate JOIN pg_namespace n ON n.oid = p.tmplnamespace
  WHERE t.oid >= 16384
  UNION ALL
  SELECT 'pg_ts_config'::regclass, t.oid, 'text-search', t.cfgnamespace, t.cfgname, NULL, 'configuration',
         'CREATE TEXT SEARCH CONFIGURATION ' || t.oid::regconfig::text || ' (PARSER = '
           || CASE WHEN pg_ts_parser_is_visible(p.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(p.prsname) || ')',
         NULL, NULL
  FROM pg_ts_config t JOIN pg_ts_parser p ON p.oid = t.cfgparser JOIN pg_namespace n ON n.oid = p.prsnamespace
  WHERE t.oid >= 16384
)
SELECT i.class::oid::int8, i.oid::int8, false, i.kind, n.nspname::text, i.name::text, i."on"::text, i.arguments,
       i.text, d.description, i.properties, i.reason
FROM item i
JOIN pg_namespace n ON n.oid = i.namespace
LEFT JOIN pg_description d ON d.classoid = i.class AND d.objoid = i.oid AND d.objsubid = 0
WHERE {scope}
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = i.class AND e.objid = i.oid AND e.deptype IN ('e', 'i'))
UNION ALL
SELECT 'pg_ts_config'::regclass::oid::int8, t.oid::int8, true, 'text-search-mapping', n.nspname::text, t.cfgname::text, NULL,
       k.alias, 'ALTER TEXT SEARCH CONFIGURATION ' || t.oid::regconfig::text || ' ADD MAPPING FOR ' || k.alias || ' WITH '
         || string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno), NULL, NULL, NULL
FROM pg_ts_config t
JOIN pg_namespace n ON n.oid = t.cfgnamespace
JOIN pg_ts_config_map m ON m.mapcfg = t.oid
CROSS JOIN LATERAL (SELECT y.alias FROM ts_token_type(t.cfgparser) y WHERE y.tokid = m.maptokentype) k
WHERE {scope} AND t.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_ts_config'::regclass AND e.objid = t.oid AND e.deptype = 'e')
GROUP BY t.oid, n.nspname, t.cfgname, k.alias
UNION ALL
-- What was added to a family after it was made.
SELECT m.class::oid::int8, m.oid::int8, false, 'setting', n.nspname::text, f.opfname::text, NULL,
       m.what || ' of family using ' || quote_ident(a.amname),
       'ALTER OPERATOR FAMILY ' || CASE WHEN pg_opfamily_is_visible(f.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
         || quote_ident(f.opfname) || ' USING ' || quote_ident(a.amname) || ' ADD ' || m.text, NULL, NULL, NULL
FROM (
  SELECT 'pg_amop'::regclass AS class, p.oid, p.amopfamily AS family,
         'operator ' || p.amopstrategy || ' (' || format_type(p.amoplefttype, NULL) || ', ' || format_type(p.amoprighttype, NULL) || ')' AS what,
         'OPERATOR ' || p.amopstrategy || ' ' || p.amopopr::regoperator::text || CASE WHEN p.amopsortfamily <> 0 THEN (
           SELECT ' FOR ORDER BY ' || quote_ident(v.nspname) || '.' || quote_ident(s.opfname)
           FROM pg_opfamily s JOIN pg_namespace v ON v.oid = s.opfnamespace WHERE s.oid = p.amopsortfamily) ELSE '' END AS text
  FROM pg_amop p WHERE p.oid >= 16384
  UNION ALL
  SELECT 'pg_amproc'::regclass, p.oid, p.amprocfamily,
         'function ' || p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', ' || format_type(p.amprocrighttype, NULL) || ')',
         'FUNCTION ' || p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', ' || format_type(p.amprocrighttype, NULL) || ') '
           || p.amproc::oid::regprocedure::text
  FROM pg_amproc p WHERE p.oid >= 16384
) m
JOIN pg_depend d ON d.classid = m.class AND d.objid = m.oid AND d.refclassid = 'pg_opfamily'::regclass AND d.deptype = 'a'
JOIN pg_opfamily f ON f.oid = m.family
JOIN pg_am a ON a.oid = f.opfmethod
JOIN pg_namespace n ON n.oid = f.opfnamespace
WHERE {scope}
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_opfamily'::regclass AND e.objid = f.oid AND e.deptype = 'e')
