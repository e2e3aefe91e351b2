//! Each clause that a table can be made with, one by one: the table that is made again has it too, or it is one that
//! engines take and do not heed, and the documentation says so. None gets lost in silence.

use lambic_core::Session;

use super::again::build;
use super::support::{Server, introspect, on_both, rows, run};

/// What becomes of a clause.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Kept,
    /// It is not read: the word of the documentation for it.
    Unheeded(&'static str),
}

/// A table, and how the server shows the clause that it is about.
struct Clause(&'static str, &'static str, Fate);

use Fate::{Kept, Unheeded};

/// What both products take.
const BOTH: &[Clause] = &[
    Clause("(a int) MAX_ROWS=9", "MAX_ROWS=9", Kept),
    Clause("(a int) MIN_ROWS=9", "MIN_ROWS=9", Kept),
    Clause("(a int) AVG_ROW_LENGTH=9", "AVG_ROW_LENGTH=9", Kept),
    Clause("(a int) CHECKSUM=1", "CHECKSUM=1", Kept),
    Clause("(a int) PACK_KEYS=0", "PACK_KEYS=0", Kept),
    Clause("(a int) DELAY_KEY_WRITE=1", "DELAY_KEY_WRITE=1", Kept),
    Clause("(a int) STATS_PERSISTENT=0", "STATS_PERSISTENT=0", Kept),
    Clause("(a int) STATS_AUTO_RECALC=1", "STATS_AUTO_RECALC=1", Kept),
    Clause("(a int) STATS_SAMPLE_PAGES=7", "STATS_SAMPLE_PAGES=7", Kept),
    Clause("(a int) ROW_FORMAT=COMPACT", "ROW_FORMAT=COMPACT", Kept),
    Clause("(a int) ROW_FORMAT=REDUNDANT", "ROW_FORMAT=REDUNDANT", Kept),
    Clause("(a int) ROW_FORMAT=DYNAMIC", "ROW_FORMAT=DYNAMIC", Kept),
    Clause("(a int) ROW_FORMAT=COMPRESSED", "ROW_FORMAT=COMPRESSED", Kept),
    Clause("(a int) KEY_BLOCK_SIZE=4", "KEY_BLOCK_SIZE=4", Kept),
    Clause("(a int) COMMENT='it''s'", "COMMENT='it''s'", Kept),
    Clause("(a int) COLLATE latin1_bin", "COLLATE=latin1_bin", Kept),
    Clause("(a int) ENGINE=MyISAM ROW_FORMAT=FIXED", "ROW_FORMAT=FIXED", Kept),
    Clause("(a int, KEY k (a) KEY_BLOCK_SIZE=1024) ENGINE=MyISAM", "KEY_BLOCK_SIZE=1024", Kept),
    Clause("(a int) ENGINE=MERGE UNION=(m1, m2)", "UNION=(`m1`,`m2`)", Kept),
    Clause("(a int) ENGINE=MERGE INSERT_METHOD=LAST UNION=(m1)", "INSERT_METHOD=LAST", Kept),
    Clause("(a int, KEY k (a) USING BTREE) ENGINE=MEMORY", "USING BTREE", Kept),
    Clause("(a int, KEY k (a) COMMENT 'x')", "COMMENT 'x'", Kept),
    Clause("(a int COMMENT 'x')", "COMMENT 'x'", Kept),
    Clause("(a int INVISIBLE, b int)", "INVISIBLE", Kept),
    Clause("(a text, FULLTEXT KEY k (a))", "FULLTEXT KEY", Kept),
    Clause(
        "(a int) CONNECTION='nobody heeds this'",
        " CONNECTION='nobody heeds this'",
        Unheeded("CONNECTION"),
    ),
    Clause("(a int, KEY k (a) USING BTREE)", " USING BTREE", Unheeded("USING BTREE")),
    Clause("(a int, PRIMARY KEY (a) USING BTREE)", " USING BTREE", Unheeded("USING BTREE")),
];

const MYSQL: &[Clause] = &[
    Clause("(a int) TABLESPACE innodb_system", "TABLESPACE `innodb_system`", Kept),
    Clause("(a int) AUTOEXTEND_SIZE=4M", "AUTOEXTEND_SIZE=4194304", Kept),
    Clause("(a int) COMPRESSION='lz4'", "COMPRESSION='lz4'", Kept),
    Clause("(a int PRIMARY KEY) SECONDARY_ENGINE=other", "SECONDARY_ENGINE=other", Kept),
    Clause("(a int PRIMARY KEY) SECONDARY_ENGINE='x y'", "SECONDARY_ENGINE=x y", Kept),
    Clause("(a int PRIMARY KEY, b int NOT SECONDARY)", "NOT SECONDARY", Kept),
    Clause("(a int) SECONDARY_ENGINE_ATTRIBUTE='{\"a\": 1}'", "SECONDARY_ENGINE_ATTRIBUTE=", Kept),
    Clause("(a int SECONDARY_ENGINE_ATTRIBUTE='{\"a\": 1}')", "SECONDARY_ENGINE_ATTRIBUTE", Kept),
    Clause("(a int, KEY k (a) SECONDARY_ENGINE_ATTRIBUTE='{\"a\": 1}')", "SECONDARY_ENGINE_ATTRIBUTE", Kept),
    Clause(
        "(a int, PRIMARY KEY (a) SECONDARY_ENGINE_ATTRIBUTE='{\"a\": 1}')",
        "SECONDARY_ENGINE_ATTRIBUTE",
        Kept,
    ),
    Clause("(a text, FULLTEXT KEY k (a) WITH PARSER ngram)", "WITH PARSER `ngram`", Kept),
    Clause("(a int, KEY k (a) INVISIBLE)", "INVISIBLE", Kept),
    Clause("(a point SRID 4326)", "SRID 4326", Kept),
    Clause("(a int, CHECK (a > 1) NOT ENFORCED)", "NOT ENFORCED", Kept),
    Clause("(a int) ENGINE=ARCHIVE", "ENGINE=ARCHIVE", Kept),
    Clause("(a int) ENGINE=BLACKHOLE", "ENGINE=BLACKHOLE", Kept),
    Clause("(a int) PARTITION BY KEY ALGORITHM=1 (a) PARTITIONS 2", "ALGORITHM = 1", Kept),
    Clause(
        "(a int) TABLESPACE innodb_file_per_table",
        " /*!50100 TABLESPACE `innodb_file_per_table` */",
        Unheeded("innodb_file_per_table"),
    ),
    Clause("(a int COLUMN_FORMAT FIXED)", " /*!50606 COLUMN_FORMAT FIXED */", Unheeded("COLUMN_FORMAT")),
    Clause("(a int STORAGE DISK)", " /*!50606 STORAGE DISK */", Unheeded("STORAGE")),
];

const MARIADB: &[Clause] = &[
    Clause("(a int) DATA DIRECTORY='FOLDER'", "DATA DIRECTORY=", Kept),
    Clause(
        "(a int) ENGINE=MyISAM DATA DIRECTORY='FOLDER' INDEX DIRECTORY='FOLDER'",
        "INDEX DIRECTORY=",
        Kept,
    ),
    Clause("(a int) PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=3", "`PAGE_COMPRESSION_LEVEL`='3'", Kept),
    Clause("(a int) PAGE_COMPRESSED='on'", "`PAGE_COMPRESSED`='on'", Kept),
    Clause("(a int WITH SYSTEM VERSIONING, b int AS (a + 1))", " WITH SYSTEM VERSIONING", Kept),
    Clause("(a int) ENCRYPTED=NO", "`ENCRYPTED`='NO'", Kept),
    Clause("(a int) ENGINE=Aria TRANSACTIONAL=0", "TRANSACTIONAL=0", Kept),
    Clause("(a int) ENGINE=Aria PAGE_CHECKSUM=0", "PAGE_CHECKSUM=0", Kept),
    Clause("(a text COMPRESSED)", "COMPRESSED", Kept),
    Clause("(a int, KEY k (a) IGNORED)", "IGNORED", Kept),
    Clause("(a int, KEY k (a) USING HASH)", " USING HASH", Unheeded("USING HASH")),
    Clause("(a text, UNIQUE KEY k (a) USING HASH)", "USING HASH", Kept),
    Clause(
        "(a int, b int WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING",
        "WITHOUT SYSTEM VERSIONING",
        Kept,
    ),
    Clause(
        "(a int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME LIMIT 9 PARTITIONS 3",
        "SYSTEM_TIME LIMIT 9",
        Kept,
    ),
    Clause("(d1 date, d2 date, PERIOD FOR p (d1, d2))", "PERIOD FOR `p`", Kept),
    Clause("(a int, KEY k (a) KEY_BLOCK_SIZE=4)", " KEY_BLOCK_SIZE=4", Unheeded("KEY_BLOCK_SIZE")),
];

/// What the server says of each table.
async fn shown(session: &mut Session, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    run(&mut *session.connection, &["SET sql_mode = ''"]).await;
    for at in 0..count {
        let found = rows(&mut *session.connection, &format!("SHOW CREATE TABLE t{at}")).await;
        texts.push(found[0][1].as_text().unwrap().to_owned());
    }
    texts
}

on_both! {
    async fn no_clause_is_lost_in_silence(server: Server) {
        let own = if server == Server::Mysql { MYSQL } else { MARIADB };
        let clauses: Vec<&Clause> = BOTH.iter().chain(own).collect();
        let database = server.database_with("CHARACTER SET utf8mb4").await;
        let mut session = database.open().await;
        let folder = rows(&mut *session.connection, "SELECT @@tmpdir").await[0][0].as_text().unwrap().to_owned();
        run(&mut *session.connection, &["CREATE TABLE m1 (a int) ENGINE=MyISAM", "CREATE TABLE m2 (a int) ENGINE=MyISAM"]).await;
        for (at, Clause(table, ..)) in clauses.iter().enumerate() {
            let sql = format!("CREATE TABLE t{at} {}", table.replace("FOLDER", &folder));
            run(&mut *session.connection, &[&sql]).await;
        }
        let schema = introspect(&mut session).await;
        assert_eq!(schema.unsupported, []);
        let before = shown(&mut session, clauses.len()).await;
        // Some files are in a folder that all databases share.
        drop((session, database));
        let other = server.database_with("CHARACTER SET utf8mb4").await;
        let mut again = other.open().await;
        build(&mut again, &schema).await.unwrap();
        let after = shown(&mut again, clauses.len()).await;
        let page = format!("{}/../../docs/src/databases/mysql.md", env!("CARGO_MANIFEST_DIR"));
        let page = std::fs::read_to_string(page).unwrap();
        for (at, Clause(table, shown, fate)) in clauses.iter().enumerate() {
            let (before, after) = (&before[at], &after[at]);
            assert!(before.contains(shown.trim()), "the server does not show {shown} of {table}: {before}");
            match fate {
                Kept => assert_eq!(before, after, "{table}"),
                Unheeded(word) => {
                    let without = before.replace(shown, "");
                    assert_eq!(without, *after, "{table}");
                    assert!(page.contains(&format!("`{word}`")), "the documentation does not say that {word} is not read");
                }
            }
        }
        println!("{} clauses on {}", clauses.len(), server.dialect());
    }
}
