-- Whether tables can be in other folders than the server's own, and whether they share a tablespace unless told
-- otherwise.
SELECT COALESCE(NULLIF(@@innodb_directories, ''), @@datadir) <> @@datadir
    OR COALESCE(NULLIF(@@innodb_data_home_dir, ''), @@datadir) <> @@datadir
    OR COALESCE(NULLIF(@@innodb_undo_directory, './'), @@datadir) <> @@datadir,
    @@innodb_file_per_table = 0
