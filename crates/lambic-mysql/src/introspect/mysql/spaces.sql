-- The tables with a tablespace of their own. All others share one, which SHOW CREATE names.
SELECT SUBSTRING(TABLESPACE_NAME, CHAR_LENGTH(?) + 2)
FROM information_schema.TABLESPACES_EXTENSIONS
WHERE TABLESPACE_NAME LIKE CONCAT(REPLACE(REPLACE(?, '_', '\\_'), '%', '\\%'), '/%')
