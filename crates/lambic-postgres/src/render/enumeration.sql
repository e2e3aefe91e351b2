
DECLARE
  type_oid oid := {name_text}::regtype;
  array_oid oid := (SELECT typarray FROM pg_type WHERE oid = type_oid);
  before text[];
  after text[];
  moves text[];
  step text;
BEGIN
  -- What names the type goes first and comes back last, as text that means the new type then.
  SELECT array_agg(format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', a.attrelid::regclass, a.attname)),
         array_agg(format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', a.attrelid::regclass, a.attname,
                          pg_get_expr(d.adbin, d.adrelid)))
    INTO before, after
    FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.atttypid IN (type_oid, array_oid) AND a.attgenerated = '' AND NOT a.attisdropped;
  SELECT array_agg(drops) || before, array_agg(makes) || after INTO before, after
    FROM (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS drops,
                 format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname,
                        pg_get_constraintdef(c.oid))
                 || coalesce(format('; COMMENT ON CONSTRAINT %I ON %s IS ', c.conname, c.conrelid::regclass)
                             || quote_literal(obj_description(c.oid, 'pg_constraint')), '') AS makes
            FROM pg_constraint c
           WHERE c.contype = 'c' AND c.conrelid <> 0 AND c.conislocal
             AND EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_constraint'::regclass AND d.objid = c.oid
                            AND d.refclassid = 'pg_type'::regclass AND d.refobjid IN (type_oid, array_oid))
           UNION ALL
          SELECT format('DROP INDEX %s', i.indexrelid::regclass),
                 pg_get_indexdef(i.indexrelid)
                 || coalesce(format('; COMMENT ON INDEX %s IS ', i.indexrelid::regclass)
                             || quote_literal(obj_description(i.indexrelid, 'pg_class')), '')
            FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
           WHERE NOT r.relispartition
             AND EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                            AND d.refclassid = 'pg_type'::regclass AND d.refobjid IN (type_oid, array_oid))) AS users;
  SELECT array_agg(move) INTO moves
    FROM (SELECT format('ALTER TABLE %s %s', a.attrelid::regclass, string_agg(format(
                   'ALTER COLUMN %1$I SET DATA TYPE %2$s USING %1$I::text%3$s::%2$s', a.attname,
                   {name_text} || CASE WHEN a.atttypid = array_oid THEN '[]' ELSE '' END,
                   CASE WHEN a.atttypid = array_oid THEN '[]' ELSE '' END), ', ')) AS move
            FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
           WHERE a.atttypid IN (type_oid, array_oid) AND r.relkind IN ('r', 'p') AND a.attinhcount = 0
             AND NOT a.attisdropped
           GROUP BY a.attrelid) AS tables;
  FOREACH step IN ARRAY coalesce(before, '{}') LOOP
    EXECUTE step;
  END LOOP;
  ALTER TYPE {name} RENAME TO {old_name};
  {create};
  FOREACH step IN ARRAY coalesce(moves, '{}') || coalesce(after, '{}') LOOP
    EXECUTE step;
  END LOOP;
  DROP TYPE {old};
END
