-- The triggers. Their text here is no longer what was written: `SHOW CREATE` has it.
-- They stand in the database of their tables; asked for by their own, a server that opens tables for this opens all it has.
SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER
FROM information_schema.TRIGGERS
WHERE EVENT_OBJECT_SCHEMA = ?
