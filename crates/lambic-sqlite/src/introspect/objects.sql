-- Everything that a database file holds. SQLite's own tables are left out, and so are the indexes that constraints
-- own: they have no text.
SELECT type, name, tbl_name, sql
FROM main.sqlite_schema
WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'
UNION ALL
-- Only virtual tables, which have no root page, have shadow tables. They alone cost a look at every table.
SELECT 'shadow', list.name, list.name, NULL
FROM (SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND rootpage = 0 LIMIT 1)
CROSS JOIN pragma_table_list AS list
WHERE list.schema = 'main' AND list.type = 'shadow'
