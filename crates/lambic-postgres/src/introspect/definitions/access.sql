-- Owners other than the user who reads, privileges beyond the built-in ones, and comments on what the model gives no
-- place for one: a statement each.
WITH object AS (
  SELECT 'pg_class'::regclass AS class, c.oid, c.relowner AS owner, c.relacl AS acl,
         CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END AS type, c.relnamespace AS namespace, c.relname AS name,
         CASE WHEN c.relkind IN ('r', 'p', 'v', 'm', 'f') THEN c.relname END AS "on",
         CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                        WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END AS noun
  FROM pg_class c
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
    AND (c.relacl IS NOT NULL OR c.relowner <> current_user::regrole)
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, t.typowner, t.typacl, 'T', t.typnamespace, t.typname, NULL,
         CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END
  FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE t.typtype IN ('b', 'c', 'd', 'e', 'r') AND coalesce(c.relkind, 'c') = 'c'
    AND NOT EXISTS (SELECT FROM pg_type l WHERE l.oid = t.typelem AND l.typarray = t.oid)
    AND (t.typacl IS NOT NULL OR t.typowner <> current_user::regrole)
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, p.proowner, p.proacl, 'f', p.pronamespace, p.proname, NULL,
         CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'ROUTINE' ELSE 'FUNCTION' END
  FROM pg_proc p WHERE p.proacl IS NOT NULL OR p.proowner <> current_user::regrole
  UNION ALL
  SELECT 'pg_namespace'::regclass, n.oid, n.nspowner, n.nspacl, 'n', n.oid, n.nspname, NULL, 'SCHEMA' FROM pg_namespace n
  UNION ALL
  SELECT 'pg_language'::regclass, l.oid, l.lanowner, l.lanacl, 'l', 0, l.lanname, NULL, 'LANGUAGE' FROM pg_language l
  UNION ALL
  SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, w.fdwowner, w.fdwacl, 'F', 0, w.fdwname, NULL,
         'FOREIGN DATA WRAPPER' FROM pg_foreign_data_wrapper w
  UNION ALL
  SELECT 'pg_foreign_server'::regclass, s.oid, s.srvowner, s.srvacl, 'S', 0, s.srvname, NULL, 'SERVER'
  FROM pg_foreign_server s
  UNION ALL
  SELECT 'pg_operator'::regclass, o.oid, o.oprowner, NULL, NULL, o.oprnamespace, o.oprname, NULL, 'OPERATOR'
  FROM pg_operator o WHERE o.oid >= 16384 AND o.oprcode <> 0
  UNION ALL
  SELECT 'pg_opclass'::regclass, o.oid, o.opcowner, NULL, NULL, o.opcnamespace, o.opcname, NULL, 'OPERATOR CLASS'
  FROM pg_opclass o WHERE o.oid >= 16384
  UNION ALL
  SELECT 'pg_opfamily'::regclass, o.oid, o.opfowner, NULL, NULL, o.opfnamespace, o.opfname, NULL, 'OPERATOR FAMILY'
  FROM pg_opfamily o WHERE o.oid >= 16384
  UNION ALL
  SELECT 'pg_collation'::regclass, c.oid, c.collowner, NULL, NULL, c.collnamespace, c.collname, NULL, 'COLLATION'
  FROM pg_collation c WHERE c.oid >= 16384
  UNION ALL
  SELECT 'pg_conversion'::regclass, c.oid, c.conowner, NULL, NULL, c.connamespace, c.conname, NULL, 'CONVERSION'
  FROM pg_conversion c WHERE c.oid >= 16384
  UNION ALL
  SELECT 'pg_statistic_ext'::regclass, s.oid, s.stxowner, NULL, NULL, s.stxnamespace, s.stxname, NULL, 'STATISTICS'
  FROM pg_statistic_ext s
  UNION ALL
  SELECT 'pg_ts_config'::regclass, t.oid, t.cfgowner, NULL, NULL, t.cfgnamespace, t.cfgname, NULL,
         'TEXT SEARCH CONFIGURATION' FROM pg_ts_config t
  UNION ALL
  SELECT 'pg_ts_dict'::regclass, t.oid, t.dictowner, NULL, NULL, t.dictnamespace, t.dictname, NULL,
         'TEXT SEARCH DICTIONARY' FROM pg_ts_dict t
  UNION ALL
  SELECT 'pg_publication'::regclass, p.oid, p.pubowner, NULL, NULL, 0, p.pubname, NULL, 'PUBLICATION' FROM pg_publication p
  UNION ALL
  SELECT 'pg_event_trigger'::regclass, t.oid, t.evtowner, NULL, NULL, 0, t.evtname, NULL, 'EVENT TRIGGER'
  FROM pg_event_trigger t
), target AS (
  SELECT o.*, n.nspname, e.refobjid AS extension,
         CASE o.class
           WHEN 'pg_class'::regclass THEN o.oid::regclass::text
           WHEN 'pg_type'::regclass THEN format_type(o.oid, NULL)
           WHEN 'pg_proc'::regclass THEN (
             SELECT CASE WHEN n.nspname = current_schema() AND pg_function_is_visible(o.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
                    || quote_ident(o.name) || '(' || {signature} || ')' FROM pg_proc p WHERE p.oid = o.oid)
           WHEN 'pg_operator'::regclass THEN (
             SELECT CASE WHEN n.nspname = current_schema() AND pg_operator_is_visible(o.oid) THEN ''
                         ELSE quote_ident(n.nspname) || '.' END || p.oprname
                    || ' (' || CASE p.oprleft WHEN 0 THEN 'NONE' ELSE format_type(p.oprleft, NULL) END || ', '
                    || format_type(p.oprright, NULL) || ')' FROM pg_operator p WHERE p.oid = o.oid)
           ELSE CASE WHEN o.namespace = 0 OR o.noun = 'SCHEMA' THEN ''
                     WHEN n.nspname = current_schema() AND CASE o.class
                            WHEN 'pg_opclass'::regclass THEN pg_opclass_is_visible(o.oid)
                            WHEN 'pg_opfamily'::regclass THEN pg_opfamily_is_visible(o.oid)
                            WHEN 'pg_collation'::regclass THEN pg_collation_is_visible(o.oid)
                            WHEN 'pg_conversion'::regclass THEN pg_conversion_is_visible(o.oid)
                            WHEN 'pg_ts_config'::regclass THEN pg_ts_config_is_visible(o.oid)
                            WHEN 'pg_ts_dict'::regclass THEN pg_ts_dict_is_visible(o.oid) ELSE true END THEN ''
                     ELSE quote_ident(n.nspname) || '.' END || quote_ident(o.name)
                || CASE o.noun WHEN 'OPERATOR CLASS' THEN (
                     SELECT ' USING ' || quote_ident(m.amname) FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod
                     WHERE c.oid = o.oid)
                   WHEN 'OPERATOR FAMILY' THEN (
                     SELECT ' USING ' || quote_ident(m.amname) FROM pg_opfamily c JOIN pg_am m ON m.oid = c.opfmethod
                     WHERE c.oid = o.oid) ELSE '' END
         END AS title
  FROM object o
  LEFT JOIN pg_namespace n ON n.oid = o.namespace
  LEFT JOIN pg_depend e ON e.classid = o.class AND e.objid = o.oid AND e.objsubid = 0 AND e.deptype = 'e'
  -- Privileges on what the server or an extension made count where somebody changed them.
  WHERE CASE WHEN o.namespace = 0 THEN {everything}
             ELSE {scope} OR {everything} AND o.acl IS NOT NULL AND n.nspname = 'pg_catalog' END
    AND (o.acl IS NOT NULL OR e.refobjid IS NULL)
), held AS (
  -- What still is as the server made it has none beyond.
  SELECT o.class, o.oid, o.extension, o.owner, o.nspname, o.name, o."on", o.title, NULL::text AS "column", o.acl,
         CASE o.noun WHEN 'SEQUENCE' THEN 'SEQUENCE' WHEN 'ROUTINE' THEN 'FUNCTION' WHEN 'SERVER' THEN 'FOREIGN SERVER'
                     WHEN 'VIEW' THEN 'TABLE' WHEN 'MATERIALIZED VIEW' THEN 'TABLE' WHEN 'FOREIGN TABLE' THEN 'TABLE'
                     ELSE o.noun END AS noun,
         coalesce(i.initprivs, acldefault(o.type::"char", o.owner)) AS base,
         -- What the server made belongs to somebody else before it is given away, with its privileges.
         CASE WHEN i.initprivs IS NULL THEN o.owner ELSE {public_owner} END AS base_owner
  FROM target o
  LEFT JOIN pg_init_privs i ON i.classoid = o.class AND i.objoid = o.oid AND i.objsubid = 0
  WHERE o.acl IS NOT NULL AND o.acl IS DISTINCT FROM i.initprivs
  UNION ALL
  SELECT 'pg_class'::regclass, c.oid, e.refobjid, c.relowner, n.nspname, c.relname, c.relname, c.oid::regclass::text,
         quote_ident(a.attname), a.attacl, 'TABLE', coalesce(i.initprivs, acldefault('c', c.relowner)), c.relowner
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend e ON e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e'
  LEFT JOIN pg_init_privs i ON i.classoid = 'pg_class'::regclass AND i.objoid = c.oid AND i.objsubid = a.attnum
  WHERE a.attacl IS NOT NULL AND a.attacl IS DISTINCT FROM i.initprivs AND NOT a.attisdropped
    AND ({scope} OR {everything} AND n.nspname = 'pg_catalog')
), privilege AS (
  SELECT h.*, given.grantor, given.grantee, given.privilege_type, given.is_grantable, given.word
  FROM held h, LATERAL (
    SELECT x.grantor, x.grantee, x.privilege_type, x.is_grantable, 'GRANT' AS word FROM aclexplode(h.acl) x
    WHERE NOT EXISTS (SELECT FROM aclexplode(h.base) y
                      WHERE (CASE y.grantee WHEN h.base_owner THEN h.owner ELSE y.grantee END, y.privilege_type, y.is_grantable)
                          = (x.grantee, x.privilege_type, x.is_grantable))
    UNION ALL
    SELECT y.grantor, y.grantee, y.privilege_type, false, 'REVOKE'
    FROM (SELECT b.grantor, CASE b.grantee WHEN h.base_owner THEN h.owner ELSE b.grantee END AS grantee, b.privilege_type
          FROM aclexplode(h.base) b) y
    WHERE NOT EXISTS (SELECT FROM aclexplode(h.acl) x WHERE (x.grantee, x.privilege_type) = (y.grantee, y.privilege_type))
  ) given
), statement AS (
  SELECT p.class, p.oid, p.extension, p.nspname, p.name, p."on", p.noun, p.title, p."column", p.word, p.is_grantable,
         CASE WHEN p.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(p.grantee)) END AS grantee,
         string_agg(p.privilege_type || coalesce(' (' || p."column" || ')', ''), ', ' ORDER BY p.privilege_type) AS list,
         CASE WHEN p.word = 'GRANT' AND p.grantor <> p.owner THEN pg_get_userbyid(p.grantor) END AS stranger
  FROM privilege p
  GROUP BY p.class, p.oid, p.extension, p.nspname, p.name, p."on", p.noun, p.title, p."column", p.word, p.is_grantable, p.grantee,
           p.grantor, p.owner
)
SELECT CASE WHEN s.extension IS NULL THEN s.class ELSE 'pg_extension'::regclass END::oid::int8, coalesce(s.extension, s.oid)::int8,
       true, 'grant', s.nspname::text, s.name::text, s."on"::text,
       lower(s.word) || ' on ' || lower(s.noun) || ' ' || s.title || coalesce(' (' || s."column" || ')', '')
         || CASE s.word WHEN 'GRANT' THEN ' to ' ELSE ' from ' END || s.grantee
         || CASE WHEN s.is_grantable THEN ' with grant option' ELSE '' END,
       s.word || ' ' || s.list || ' ON ' || s.noun || ' ' || s.title
         || CASE s.word WHEN 'GRANT' THEN ' TO ' ELSE ' FROM ' END || s.grantee
         || CASE WHEN s.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
       NULL::text, NULL::text, 'granted by ' || s.stranger || ', who is not the owner'
FROM statement s
UNION ALL
SELECT o.class::oid::int8, o.oid::int8, true, 'owner', o.nspname::text, o.name::text, o."on"::text,
       lower(o.noun) || ' ' || o.title,
       'ALTER ' || o.noun || ' ' || o.title || ' OWNER TO ' || quote_ident(pg_get_userbyid(o.owner)),
       NULL::text, NULL::text, NULL::text
FROM target o
WHERE o.owner <> current_user::regrole AND o.oid >= 16384 AND o.extension IS NULL
  AND NOT (o.class = 'pg_class'::regclass AND o.noun = 'TYPE')
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.classid = o.class AND e.objid = o.oid
                    AND e.objsubid = 0 AND e.refclassid = 'pg_class'::regclass AND e.refobjsubid > 0 AND e.deptype IN ('a', 'i'))
UNION ALL
SELECT o.class::oid::int8, o.oid::int8, true, 'owner', o.nspname::text, o.name::text, o."on"::text, 'schema ' || o.title,
       'ALTER SCHEMA ' || o.title || ' OWNER TO ' || quote_ident(pg_get_userbyid(o.owner)),
       NULL::text, NULL::text, NULL::text
FROM target o
WHERE o.class = 'pg_namespace'::regclass AND o.nspname <> 'pg_catalog' AND o.oid < 16384
  AND o.owner <> {public_owner}
UNION ALL
SELECT 'pg_default_acl'::regclass::oid::int8, a.oid::int8, false, 'default-privilege', n.nspname::text,
       pg_get_userbyid(a.defaclrole)::text, NULL::text, lower(a.word) || ' on ' || lower(a.noun) || CASE a.word WHEN 'GRANT' THEN ' to '
         ELSE ' from ' END || a.grantee || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END,
       'ALTER DEFAULT PRIVILEGES FOR ROLE ' || quote_ident(pg_get_userbyid(a.defaclrole))
         || coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') || ' ' || a.word || ' ' || a.list || ' ON ' || a.noun
         || CASE a.word WHEN 'GRANT' THEN ' TO ' ELSE ' FROM ' END || a.grantee
         || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
       NULL::text, NULL::text, CASE WHEN a.noun = 'UNKNOWN' THEN 'objects of the kind ' || a.defaclobjtype::text || ' are not known' END
FROM (
  SELECT a.oid, a.defaclrole, a.defaclnamespace, a.defaclobjtype, p.word, p.is_grantable,
         CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                              WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS'
                              ELSE 'UNKNOWN' END AS noun,
         CASE WHEN p.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(p.grantee)) END AS grantee,
         string_agg(p.privilege_type, ', ' ORDER BY p.privilege_type) AS list
  FROM pg_default_acl a
  CROSS JOIN LATERAL (
    SELECT CASE WHEN a.defaclnamespace = 0
           THEN acldefault(CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype::text END::"char", a.defaclrole)
           ELSE acldefault('c', a.defaclrole) END AS base) b
  CROSS JOIN LATERAL (
    SELECT x.grantee, x.privilege_type, x.is_grantable, 'GRANT' AS word FROM aclexplode(a.defaclacl) x
    WHERE NOT EXISTS (SELECT FROM aclexplode(b.base) y WHERE (y.grantee, y.privilege_type, y.is_grantable)
                                                           = (x.grantee, x.privilege_type, x.is_grantable))
    UNION ALL
    SELECT y.grantee, y.privilege_type, false, 'REVOKE' FROM aclexplode(b.base) y
    WHERE NOT EXISTS (SELECT FROM aclexplode(a.defaclacl) x
                      WHERE (x.grantee, x.privilege_type) = (y.grantee, y.privilege_type))
  ) p
  GROUP BY a.oid, a.defaclrole, a.defaclnamespace, a.defaclobjtype, p.word, p.is_grantable, p.grantee
) a
LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
WHERE CASE WHEN a.defaclnamespace = 0 THEN {everything} ELSE {scope} END
