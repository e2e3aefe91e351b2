-- Pins the session until the end of the transaction, so that text is deparsed the same way everywhere; and says which
-- namespace is its own, and what in that the server's own of the same name hides: names without a namespace mean those.
WITH own AS (
  SELECT oid FROM pg_namespace WHERE nspname = current_schema() AND nspname <> 'pg_catalog'
), relation AS (
  SELECT c.oid FROM own
  JOIN pg_class c ON c.relnamespace = own.oid AND c.relkind <> 'c'
  JOIN pg_class s ON s.relname = c.relname AND s.relnamespace = 'pg_catalog'::regnamespace
), type AS (
  SELECT t.oid, t.typrelid FROM own
  JOIN pg_type t ON t.typnamespace = own.oid
  JOIN pg_type s ON s.typname = t.typname AND s.typnamespace = 'pg_catalog'::regnamespace
  LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE coalesce(c.relkind, 'c') = 'c'
), hidden AS (
  SELECT 'pg_class'::regclass AS class, oid FROM relation
  UNION ALL SELECT 'pg_class'::regclass, typrelid FROM type WHERE typrelid <> 0
  UNION ALL SELECT 'pg_type'::regclass, oid FROM type
  UNION ALL SELECT 'pg_trigger'::regclass, t.oid FROM relation JOIN pg_trigger t ON t.tgrelid = relation.oid
  UNION ALL SELECT 'pg_rewrite'::regclass, r.oid FROM relation JOIN pg_rewrite r ON r.ev_class = relation.oid
  UNION ALL SELECT 'pg_policy'::regclass, p.oid FROM relation JOIN pg_policy p ON p.polrelid = relation.oid
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid FROM own
  JOIN pg_proc p ON p.pronamespace = own.oid
  JOIN pg_proc s ON s.proname = p.proname AND s.proargtypes = p.proargtypes AND s.pronamespace = 'pg_catalog'::regnamespace
  UNION ALL
  SELECT 'pg_operator'::regclass, o.oid FROM own
  JOIN pg_operator o ON o.oprnamespace = own.oid
  JOIN pg_operator s ON s.oprname = o.oprname AND s.oprleft = o.oprleft AND s.oprright = o.oprright
    AND s.oprnamespace = 'pg_catalog'::regnamespace
  UNION ALL
  SELECT 'pg_opclass'::regclass, o.oid FROM own
  JOIN pg_opclass o ON o.opcnamespace = own.oid AND o.oid >= 16384 AND NOT pg_opclass_is_visible(o.oid)
  UNION ALL
  SELECT 'pg_opfamily'::regclass, f.oid FROM own
  JOIN pg_opfamily f ON f.opfnamespace = own.oid AND f.oid >= 16384 AND NOT pg_opfamily_is_visible(f.oid)
  UNION ALL
  SELECT 'pg_collation'::regclass, c.oid FROM own
  JOIN pg_collation c ON c.collnamespace = own.oid AND c.oid >= 16384 AND NOT pg_collation_is_visible(c.oid)
  UNION ALL
  SELECT 'pg_conversion'::regclass, c.oid FROM own
  JOIN pg_conversion c ON c.connamespace = own.oid AND c.oid >= 16384 AND NOT pg_conversion_is_visible(c.oid)
  UNION ALL
  SELECT 'pg_ts_parser'::regclass, p.oid FROM own
  JOIN pg_ts_parser p ON p.prsnamespace = own.oid AND p.oid >= 16384 AND NOT pg_ts_parser_is_visible(p.oid)
  UNION ALL
  SELECT 'pg_ts_template'::regclass, t.oid FROM own
  JOIN pg_ts_template t ON t.tmplnamespace = own.oid AND t.oid >= 16384 AND NOT pg_ts_template_is_visible(t.oid)
  UNION ALL
  SELECT 'pg_ts_dict'::regclass, d.oid FROM own
  JOIN pg_ts_dict d ON d.dictnamespace = own.oid AND d.oid >= 16384 AND NOT pg_ts_dict_is_visible(d.oid)
  UNION ALL
  SELECT 'pg_ts_config'::regclass, c.oid FROM own
  JOIN pg_ts_config c ON c.cfgnamespace = own.oid AND c.oid >= 16384 AND NOT pg_ts_config_is_visible(c.oid)
)
SELECT current_schema()::text AS own,
       (SELECT string_agg(h.class::oid || ' ' || h.oid, ' ') FROM hidden h) AS hidden,
       set_config('search_path', coalesce(quote_ident(current_schema()), ''), true),
       set_config('lock_timeout', '2s', true),
       set_config('jit', 'off', true),
       set_config('quote_all_identifiers', 'off', true),
       set_config('DateStyle', 'ISO, YMD', true),
       set_config('IntervalStyle', 'postgres', true),
       set_config('TimeZone', 'UTC', true),
       set_config('extra_float_digits', '1', true),
       set_config('bytea_output', 'hex', true)
