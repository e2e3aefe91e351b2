-- What belongs to the database and not to a namespace.
SELECT 'pg_extension'::regclass::oid::int8, x.oid::int8, false, 'extension', NULL::text, x.extname::text, NULL::text,
       NULL::text, 'CREATE EXTENSION ' || quote_ident(x.extname)
         || CASE WHEN n.nspname IN (current_schema(), 'pg_catalog') THEN '' ELSE ' SCHEMA ' || quote_ident(n.nspname) END,
       d.description, ARRAY['version', x.extversion]::text, NULL::text
FROM pg_extension x
JOIN pg_namespace n ON n.oid = x.extnamespace
LEFT JOIN pg_description d ON d.classoid = 'pg_extension'::regclass AND d.objoid = x.oid
WHERE {everything} AND x.oid >= 16384
UNION ALL
SELECT 'pg_event_trigger'::regclass::oid::int8, t.oid::int8, false, 'event-trigger', NULL, t.evtname::text, NULL, NULL,
       'CREATE EVENT TRIGGER ' || quote_ident(t.evtname) || ' ON ' || t.evtevent
         || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(g), ', ' ORDER BY n)
                                           FROM unnest(t.evttags) WITH ORDINALITY AS u(g, n)) || ')', '')
         || ' EXECUTE FUNCTION ' || t.evtfoid::regproc::text || '()', d.description,
       CASE t.evtenabled WHEN 'D' THEN '{enabled,disabled}' WHEN 'R' THEN '{enabled,replica}'
                         WHEN 'A' THEN '{enabled,always}' END, NULL
FROM pg_event_trigger t
LEFT JOIN pg_description d ON d.classoid = 'pg_event_trigger'::regclass AND d.objoid = t.oid
WHERE {everything}
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_publication'::regclass::oid::int8, p.oid::int8, false, 'publication', NULL, p.pubname::text, NULL, NULL,
       'CREATE PUBLICATION ' || quote_ident(p.pubname) || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE coalesce(
         {publication_for} || (
           SELECT string_agg(m.member, ', ' ORDER BY m.member) FROM (
             SELECT {publication_member} || r.prrelid::regclass::text || {publication_columns} || {publication_filter} AS member
             FROM pg_publication_rel r WHERE r.prpubid = p.oid
             {publication_schemas}
           ) m), '') END
         || ' WITH (publish = ' || quote_literal(array_to_string(ARRAY[
              CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
              CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], ', '))
         || CASE WHEN p.pubviaroot THEN ', publish_via_partition_root = true' ELSE '' END
         || {publication_generated} || ')', d.description, NULL, NULL
FROM pg_publication p
LEFT JOIN pg_description d ON d.classoid = 'pg_publication'::regclass AND d.objoid = p.oid
WHERE {everything}
UNION ALL
SELECT 'pg_subscription'::regclass::oid::int8, s.oid::int8, false, 'subscription', NULL, s.subname::text, NULL, NULL, NULL,
       NULL, NULL, 'its connection carries secrets'
FROM pg_subscription s
WHERE {everything} AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT 'pg_foreign_data_wrapper'::regclass::oid::int8, w.oid::int8, false, 'foreign-server', NULL, w.fdwname::text, NULL,
       'foreign data wrapper', 'CREATE FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)
         || CASE WHEN w.fdwhandler <> 0 THEN ' HANDLER ' || w.fdwhandler::regproc::text ELSE '' END
         || CASE WHEN w.fdwvalidator <> 0 THEN ' VALIDATOR ' || w.fdwvalidator::regproc::text ELSE '' END
         || coalesce(' OPTIONS (' || (
              SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ')
              FROM pg_options_to_table(w.fdwoptions) o) || ')', ''), d.description, NULL, NULL
FROM pg_foreign_data_wrapper w
LEFT JOIN pg_description d ON d.classoid = 'pg_foreign_data_wrapper'::regclass AND d.objoid = w.oid
WHERE {everything}
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_foreign_data_wrapper'::regclass AND e.objid = w.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_foreign_server'::regclass::oid::int8, s.oid::int8, false, 'foreign-server', NULL, s.srvname::text, NULL, NULL,
       'CREATE SERVER ' || quote_ident(s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '')
         || coalesce(' VERSION ' || quote_literal(s.srvversion), '') || ' FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)
         || coalesce(' OPTIONS (' || (
              SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ')
              FROM pg_options_to_table(s.srvoptions) o) || ')', ''), d.description, NULL, NULL
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
LEFT JOIN pg_description d ON d.classoid = 'pg_foreign_server'::regclass AND d.objoid = s.oid
WHERE {everything}
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_foreign_server'::regclass AND e.objid = s.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_user_mapping'::regclass::oid::int8, m.umid::int8, false, 'user-mapping', NULL, m.usename || ' on ' || m.srvname, NULL,
       NULL, NULL, NULL, NULL, 'its options carry secrets'
FROM pg_user_mappings m
WHERE {everything}
UNION ALL
SELECT 'pg_language'::regclass::oid::int8, l.oid::int8, false, 'language', NULL, l.lanname::text, NULL, NULL,
       'CREATE ' || CASE WHEN l.lanpltrusted THEN 'TRUSTED ' ELSE '' END || 'LANGUAGE ' || quote_ident(l.lanname)
         || ' HANDLER ' || l.lanplcallfoid::regproc::text
         || CASE WHEN l.laninline <> 0 THEN ' INLINE ' || l.laninline::regproc::text ELSE '' END
         || CASE WHEN l.lanvalidator <> 0 THEN ' VALIDATOR ' || l.lanvalidator::regproc::text ELSE '' END,
       d.description, NULL, NULL
FROM pg_language l
LEFT JOIN pg_description d ON d.classoid = 'pg_language'::regclass AND d.objoid = l.oid
WHERE {everything} AND l.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_language'::regclass AND e.objid = l.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_am'::regclass::oid::int8, a.oid::int8, false, 'access-method', NULL, a.amname::text, NULL, NULL,
       'CREATE ACCESS METHOD ' || quote_ident(a.amname) || CASE a.amtype WHEN 't' THEN ' TYPE TABLE' ELSE ' TYPE INDEX' END
         || ' HANDLER ' || a.amhandler::regproc::text, d.description, NULL, NULL
FROM pg_am a
LEFT JOIN pg_description d ON d.classoid = 'pg_am'::regclass AND d.objoid = a.oid
WHERE {everything} AND a.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_am'::regclass AND e.objid = a.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_cast'::regclass::oid::int8, c.oid::int8, false, 'cast', NULL,
       format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL), NULL, NULL,
       'CREATE CAST (' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ') '
         || CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure::text
                              WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END
         || CASE c.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END,
       d.description, NULL, NULL
FROM pg_cast c
LEFT JOIN pg_description d ON d.classoid = 'pg_cast'::regclass AND d.objoid = c.oid
WHERE {everything} AND c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_cast'::regclass AND e.objid = c.oid
                    AND e.deptype IN ('e', 'i'))
UNION ALL
SELECT 'pg_transform'::regclass::oid::int8, t.oid::int8, false, 'transform', NULL,
       'FOR ' || format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname), NULL, NULL,
       'CREATE TRANSFORM FOR ' || format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname) || ' ('
         || array_to_string(ARRAY[
              CASE WHEN t.trffromsql <> 0 THEN 'FROM SQL WITH FUNCTION ' || t.trffromsql::regprocedure::text END,
              CASE WHEN t.trftosql <> 0 THEN 'TO SQL WITH FUNCTION ' || t.trftosql::regprocedure::text END], ', ') || ')',
       d.description, NULL, NULL
FROM pg_transform t
JOIN pg_language l ON l.oid = t.trflang
LEFT JOIN pg_description d ON d.classoid = 'pg_transform'::regclass AND d.objoid = t.oid
WHERE {everything}
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_transform'::regclass AND e.objid = t.oid AND e.deptype = 'e')
