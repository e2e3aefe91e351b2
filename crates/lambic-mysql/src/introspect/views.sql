-- The views, and whether their text may be seen.
SELECT TABLE_NAME, VIEW_DEFINITION = ''
FROM information_schema.VIEWS
WHERE TABLE_SCHEMA = ?
