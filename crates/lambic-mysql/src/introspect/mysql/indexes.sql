-- The parts of all indexes, those behind keys included; the order as for columns.
SELECT /*+ JOIN_ORDER(sch@`select#2`, tbl@`select#2`, idx@`select#2`, icu@`select#2`) */
    TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, NON_UNIQUE = 0, COLUMN_NAME, COLLATION = 'D', SUB_PART, INDEX_TYPE, INDEX_COMMENT,
    IS_VISIBLE = 'NO', EXPRESSION
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = ? /* AND TABLE_NAME = ? */
