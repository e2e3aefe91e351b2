-- The events. Their text here is no longer what was written: `SHOW CREATE` has it.
SELECT EVENT_NAME, EVENT_COMMENT
FROM information_schema.EVENTS
WHERE EVENT_SCHEMA = ?
