-- The routines. Their text here is no longer what was written: `SHOW CREATE` has it.
SELECT ROUTINE_NAME, ROUTINE_TYPE, ROUTINE_COMMENT
FROM information_schema.ROUTINES
WHERE ROUTINE_SCHEMA = ?
