-- By which steps the tablespaces of tables grow, where they were told.
SELECT SUBSTRING(NAME, CHAR_LENGTH(?) + 2), AUTOEXTEND_SIZE
FROM information_schema.INNODB_TABLESPACES
WHERE AUTOEXTEND_SIZE <> 0 AND NAME LIKE CONCAT(REPLACE(REPLACE(?, '_', '\\_'), '%', '\\%'), '/%')
