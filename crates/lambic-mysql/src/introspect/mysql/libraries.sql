-- Libraries of routines.
SELECT 'library', LIBRARY_NAME
FROM information_schema.LIBRARIES
WHERE LIBRARY_SCHEMA = ?
