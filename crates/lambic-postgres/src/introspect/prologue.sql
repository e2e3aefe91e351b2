-- Pins the session until the end of the transaction, so that text is deparsed the same way everywhere; and says which
-- namespace is its own.
SELECT current_schema()::text AS own,
       set_config('search_path', coalesce(quote_ident(current_schema()), ''), true),
       set_config('lock_timeout', '2s', true),
       set_config('jit', 'off', true),
       set_config('quote_all_identifiers', 'off', true),
       set_config('DateStyle', 'ISO, YMD', true),
       set_config('IntervalStyle', 'postgres', true),
       set_config('TimeZone', 'UTC', true),
       set_config('extra_float_digits', '1', true),
       set_config('bytea_output', 'hex', true)
