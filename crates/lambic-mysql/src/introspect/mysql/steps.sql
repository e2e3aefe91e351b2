-- By which steps the tablespaces of tables grow, where they were told: in multiples of 4 MiB. Those that were not grow by
-- an extent. INNODB_TABLESPACES tells it, too, but after a look at every tablespace of the server.
SELECT SUBSTRING(TABLESPACE_NAME, CHAR_LENGTH(?) + 2), AUTOEXTEND_SIZE
FROM information_schema.FILES
WHERE TABLESPACE_NAME LIKE CONCAT(REPLACE(REPLACE(?, '_', '\\_'), '%', '\\%'), '/%')
    AND AUTOEXTEND_SIZE >= 4 * 1024 * 1024
    AND AUTOEXTEND_SIZE > 64 * @@innodb_page_size
