-- The columns, of views too: sorting them out costs less here than there. Without the order, a server with many more
-- tables in other databases looks at the columns of them all.
SELECT /*+ JOIN_ORDER(sch@`select#2`, tbl@`select#2`, col@`select#2`) */
    TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, CHARACTER_SET_NAME,
    COLLATION_NAME, COLUMN_COMMENT, GENERATION_EXPRESSION, SRS_ID
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = ? /* AND TABLE_NAME = ? */
