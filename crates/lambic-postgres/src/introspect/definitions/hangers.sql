-- Triggers, rules and policies. Those on what an extension owns go with it, and so do those that it owns alone; those of
-- partitions that come from their parent go with the parent's.
WITH held AS (
  SELECT c.oid, c.relname, n.nspname, c.oid::regclass::text AS title,
         quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS qualified
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE {scope} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
), hanger AS (
  SELECT 'pg_trigger'::regclass AS class, t.oid, 'trigger' AS kind, h.title, h.nspname, t.tgname AS name, h.relname,
         h.qualified, pg_get_triggerdef(t.oid) AS text, t.tgenabled AS enabled
  FROM pg_trigger t JOIN held h ON h.oid = t.tgrelid
  WHERE NOT t.tgisinternal AND t.tgparentid = 0
  UNION ALL
  SELECT 'pg_rewrite'::regclass, r.oid, 'rule', h.title, h.nspname, r.rulename, h.relname, h.qualified,
         btrim(pg_get_ruledef(r.oid), E' \n;'), r.ev_enabled
  FROM pg_rewrite r JOIN held h ON h.oid = r.ev_class
  WHERE r.rulename <> '_RETURN'
  UNION ALL
  SELECT 'pg_policy'::regclass, p.oid, 'policy', h.title, h.nspname, p.polname, h.relname, h.title,
         'CREATE POLICY ' || quote_ident(p.polname) || ' ON ' || h.title
           || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
           || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
                            WHEN 'd' THEN ' FOR DELETE' ELSE '' END
           || CASE WHEN p.polroles = '{0}' THEN '' ELSE ' TO ' || (
                SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', '
                                  ORDER BY pg_get_userbyid(r))
                FROM unnest(p.polroles) AS r) END
           || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''), 'O'
  FROM pg_policy p JOIN held h ON h.oid = p.polrelid
)
SELECT g.class::oid::int8, g.oid::int8, false, g.kind, g.nspname::text, g.name::text, g.relname::text, NULL::text,
       CASE WHEN g.title = g.qualified THEN g.text
            ELSE overlay(g.text placing g.title
                         FROM g.after + position(g.mark || g.qualified IN substr(g.text, g.after)) - 1 + length(g.mark)
                         FOR length(g.qualified)) END,
       d.description,
       CASE g.enabled WHEN 'D' THEN '{enabled,disabled}' WHEN 'R' THEN '{enabled,replica}'
                      WHEN 'A' THEN '{enabled,always}' END,
       NULL::text
FROM (SELECT *, CASE kind WHEN 'rule' THEN ' TO ' ELSE ' ON ' END AS mark,
             -- The name may read like what comes after it. Before it there are but words in capitals.
             position(quote_ident(name) IN text) + length(quote_ident(name)) AS after FROM hanger) g
LEFT JOIN pg_description d ON d.classoid = g.class AND d.objoid = g.oid
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = g.class AND e.objid = g.oid AND e.deptype = 'e')
