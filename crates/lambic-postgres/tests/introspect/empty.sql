DO $$
DECLARE command text;
BEGIN
  FOR command IN
    SELECT 'DROP EXTENSION ' || quote_ident(extname) || ' CASCADE' FROM pg_extension WHERE oid >= 16384
    UNION ALL SELECT 'DROP PUBLICATION ' || quote_ident(pubname) FROM pg_publication
    UNION ALL SELECT 'DROP EVENT TRIGGER ' || quote_ident(evtname) FROM pg_event_trigger
    UNION ALL SELECT 'DROP FOREIGN DATA WRAPPER IF EXISTS ' || quote_ident(fdwname) || ' CASCADE' FROM pg_foreign_data_wrapper
    UNION ALL SELECT 'DROP SCHEMA ' || quote_ident(nspname) || ' CASCADE' FROM pg_namespace
              WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
  LOOP EXECUTE command; END LOOP;
  -- What a CASCADE takes along is not dropped twice.
  LOOP
    SELECT 'DROP ' || CASE c.relkind WHEN 'v' THEN 'VIEW ' WHEN 'm' THEN 'MATERIALIZED VIEW ' WHEN 'S' THEN 'SEQUENCE '
             WHEN 'f' THEN 'FOREIGN TABLE ' WHEN 'c' THEN 'TYPE ' ELSE 'TABLE ' END || c.oid::regclass::text || ' CASCADE'
    INTO command FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') LIMIT 1;
    EXIT WHEN command IS NULL;
    EXECUTE command;
  END LOOP;
  LOOP
    SELECT 'DROP ROUTINE ' || p.oid::regprocedure::text || ' CASCADE' INTO command FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i') LIMIT 1;
    EXIT WHEN command IS NULL;
    EXECUTE command;
  END LOOP;
  LOOP
    SELECT 'DROP TYPE ' || format_type(t.oid, NULL) || ' CASCADE' INTO command FROM pg_type t
    WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd', 'r', 'c') LIMIT 1;
    EXIT WHEN command IS NULL;
    EXECUTE command;
  END LOOP;
END $$
