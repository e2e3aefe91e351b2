-- The privileges on routines.
SELECT CONCAT('''', User, '''@''', Host, ''''), LOWER(Routine_type), Routine_name
FROM mysql.procs_priv
WHERE Db = ?
