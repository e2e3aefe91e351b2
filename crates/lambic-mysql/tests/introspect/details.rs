//! Tables, one fact at a time.

use lambic_core::operation::{AlterTable, TableChange};
use lambic_core::schema::{
    Check, Column, ForeignKey, Index, KeyPart, KeyTarget, Properties, QualifiedName, ReferentialAction, Table,
};
use lambic_core::{Operation, Schema, Scope};

use super::again::{load, loaded};
use super::support::{Server, apply, introspect, on_both, text};

/// The table of that name, after its script was read and made again.
async fn table(server: Server, script: &str, name: &str) -> Table {
    let (_database, _session, schema) = loaded(server, script).await;
    assert_eq!(schema.unsupported, []);
    found(&schema, name)
}

fn found(schema: &Schema, name: &str) -> Table {
    schema.tables.get(&QualifiedName::bare(name)).unwrap_or_else(|| panic!("no table {name}")).clone()
}

fn column<'t>(table: &'t Table, name: &str) -> &'t Column {
    table.column(name).unwrap_or_else(|| panic!("no column {name}"))
}

fn default(table: &Table, name: &str) -> Option<String> {
    column(table, name).default.clone().map(|default| default.0)
}

fn options(pairs: &[(&str, &str)]) -> Properties {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What one server or the other says.
fn either<T>(server: Server, mysql: T, mariadb: T) -> T {
    if server == Server::Mysql { mysql } else { mariadb }
}

const COLUMNS: &str = r#"CREATE TABLE t (
    a int unsigned zerofill DEFAULT 3, `b ``c` varchar(20) DEFAULT 'x''y\\z\n', d timestamp(3) NULL DEFAULT now(3) ON UPDATE now(3),
    e enum('a','b''c','d\\e','f,g') NOT NULL DEFAULT 'b''c' COMMENT 'one''s \\ own', f set('x','y'), g decimal(10,2) DEFAULT 1.5,
    h bit(4) DEFAULT b'101', i varbinary(10) DEFAULT 0x610062, j varbinary(4) DEFAULT 0xff00, k date DEFAULT '2020-01-01',
    l year DEFAULT 2020, m double DEFAULT 1e3, n bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, o int INVISIBLE,
    p varchar(40) DEFAULT (concat('a', "b'q")), q varchar(8) DEFAULT 'NULL', r varchar(8) DEFAULT NULL, s varchar(8) NOT NULL,
    u int AS (a + 1) VIRTUAL, v varchar(30) AS (concat(s, 'z''\\')) STORED, w datetime DEFAULT CURRENT_TIMESTAMP,
    x char(3) DEFAULT '', y tinyint(1) DEFAULT true, z json, aa float(7,3) DEFAULT -0.5, bb text
) COMMENT 'it''s'"#;

on_both! {
    async fn columns_are_read_with_everything_that_belongs_to_them(server: Server) {
        let t = table(server, COLUMNS, "t").await;
        assert_eq!(t.comment.as_deref(), Some("it's"));
        let now = either(server, "CURRENT_TIMESTAMP(3)", "current_timestamp(3)");
        let expected = [
            ("a", "int(10) unsigned zerofill", Some("0000000003")),
            ("b `c", "varchar(20)", Some(r"'x''y\\z\n'")),
            ("d", "timestamp(3)", Some(now)),
            ("e", r"enum('a','b''c','d\\e','f,g')", Some("'b''c'")),
            ("f", "set('x','y')", None),
            ("g", "decimal(10,2)", Some("1.50")),
            ("h", "bit(4)", Some("b'101'")),
            ("k", "date", Some("'2020-01-01'")),
            ("l", either(server, "year", "year(4)"), Some("2020")),
            ("m", "double", Some("1000")),
            ("n", either(server, "bigint", "bigint(20)"), None),
            ("p", "varchar(40)", Some(either(server, r"(concat(_utf8mb4'a',_utf8mb4'b\'q'))", r"concat('a','b\'q')"))),
            ("q", "varchar(8)", Some("'NULL'")),
            ("r", "varchar(8)", None),
            ("s", "varchar(8)", None),
            ("w", "datetime", Some(either(server, "CURRENT_TIMESTAMP", "current_timestamp()"))),
            ("x", "char(3)", Some("''")),
            ("y", "tinyint(1)", Some("1")),
            ("z", "json", None),
            ("aa", "float(7,3)", Some("-0.500")),
            ("bb", "text", None),
        ];
        for (name, native, wanted) in expected {
            let column = column(&t, name);
            assert_eq!((column.native.as_str(), default(&t, name).as_deref()), (native, wanted), "{name}");
        }
        assert!([r"'a\0b'", "x'610062'"].contains(&default(&t, "i").unwrap().as_str()), "{:?}", default(&t, "i"));
        assert!(["0xFF00", "x'FF00'", "x'ff00'"].contains(&default(&t, "j").unwrap().as_str()), "{:?}", default(&t, "j"));
        assert_eq!(column(&t, "d").options, options(&[("on-update", now)]));
        assert_eq!(column(&t, "o").options, options(&[("invisible", "true")]));
        assert_eq!(column(&t, "e").comment.as_deref(), Some(r"one's \ own"));
        assert!(column(&t, "n").identity.is_some() && !column(&t, "n").nullable && column(&t, "d").nullable);
        assert!(column(&t, "z").collation.is_none() && t.checks.is_empty());
        assert!(column(&t, "z").portable.is_some());
        let generated = |name| column(&t, name).generated.clone().map(|one| (one.expression.0, one.stored)).unwrap();
        assert_eq!(generated("u"), ("`a` + 1".to_owned(), false));
        assert_eq!(generated("v"), (either(server, r"concat(`s`,_utf8mb4'z\'\\')", r"concat(`s`,'z\'\\')").to_owned(), true));
    }

    async fn character_sets_are_named_where_they_are_not_inherited(server: Server) {
        let script = "CREATE TABLE t (a char(1), b char(1) CHARACTER SET latin1, c char(1) COLLATE utf8mb4_bin, d int);
            CREATE TABLE u (a char(1), b char(1) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin) CHARACTER SET latin1;
            CREATE TABLE v (a char(1)) COLLATE utf8mb4_bin";
        let (_database, _session, schema) = loaded(server, script).await;
        let (t, u, v) = (found(&schema, "t"), found(&schema, "u"), found(&schema, "v"));
        let of = |table: &Table, name| {
            let column = column(table, name);
            (column.charset.clone(), column.collation.clone())
        };
        let some = |charset: &str, collation: &str| (Some(charset.to_owned()), Some(collation.to_owned()));
        let bin = (None, Some("utf8mb4_bin".to_owned()));
        assert_eq!(t.options, Properties::new());
        assert_eq!([of(&t, "a"), of(&t, "c"), of(&t, "d")], [(None, None), bin, (None, None)]);
        assert_eq!(of(&t, "b"), some("latin1", "latin1_swedish_ci"));
        assert_eq!(u.options, options(&[("charset", "latin1"), ("collation", "latin1_swedish_ci")]));
        assert_eq!([of(&u, "a"), of(&u, "b")], [(None, None), some("utf8mb4", "utf8mb4_bin")]);
        assert_eq!((v.options.clone(), of(&v, "a")), (options(&[("collation", "utf8mb4_bin")]), (None, None)));
    }

    async fn keys_and_indexes_are_read_with_all_their_parts(server: Server) {
        let hidden = either(server, "INVISIBLE", "IGNORED");
        let script = format!(
            "CREATE TABLE t (a int, b varchar(20), c text, g point NOT NULL, id int, id2 int,
                PRIMARY KEY (id2, id) COMMENT 'first', UNIQUE KEY u (b(5), a DESC), KEY h (a) COMMENT 'it''s' {hidden},
                FULLTEXT KEY f (c), SPATIAL KEY s (g), KEY `od``d` (id));
             CREATE TABLE m (a int, b int, KEY (a), KEY tree (b) USING BTREE) ENGINE=MEMORY"
        );
        let (_database, _session, schema) = loaded(server, &script).await;
        let t = found(&schema, "t");
        let primary = t.primary_key.clone().unwrap();
        assert_eq!((primary.name, primary.comment.as_deref()), (None, Some("first")));
        assert_eq!(primary.columns, [KeyPart::column("id2"), KeyPart::column("id")]);
        let index = |name: &str| t.indexes.get(&name.to_owned()).unwrap().clone();
        let start = KeyPart { prefix: Some(5), ..KeyPart::column("b") };
        let unique = Index { unique: true, ..Index::new("u", vec![start, KeyPart::column("a").descending()]) };
        assert_eq!(index("u"), unique);
        let plain = Index::new("h", vec![KeyPart::column("a")]);
        assert_eq!(
            index("h"),
            Index { comment: Some("it's".to_owned()), options: options(&[("invisible", "true")]), ..plain }
        );
        let of = |name: &str, column: &str, method: &str| {
            Index { method: Some(method.to_owned()), ..Index::new(name, vec![KeyPart::column(column)]) }
        };
        assert_eq!((index("f"), index("s")), (of("f", "c", "fulltext"), of("s", "g", "spatial")));
        assert_eq!(index("od`d"), Index::new("od`d", vec![KeyPart::column("id")]));
        let m = found(&schema, "m");
        assert_eq!(m.options, options(&[("engine", "MEMORY")]));
        let methods: Vec<_> = m.indexes.iter().map(|index| (index.name.as_str(), index.method.as_deref())).collect();
        assert_eq!(methods, [("a", None), ("tree", Some("btree"))]);
    }

    async fn of_several_foreign_keys_over_the_same_columns_the_right_one_brings_the_index(server: Server) {
        let script = "CREATE TABLE a (id int, b int, PRIMARY KEY (id), KEY (id, b));
            CREATE TABLE t (id int, CONSTRAINT z1 FOREIGN KEY (id) REFERENCES a (id), CONSTRAINT y2 FOREIGN KEY (id) REFERENCES a (id));
            CREATE TABLE u (id int, CONSTRAINT b1 FOREIGN KEY (id) REFERENCES a (id), CONSTRAINT c2 FOREIGN KEY (id) REFERENCES a (id),
                CONSTRAINT a3 FOREIGN KEY (id) REFERENCES a (id));
            CREATE TABLE v (id int, CONSTRAINT b4 FOREIGN KEY (id) REFERENCES a (id), CONSTRAINT c5 FOREIGN KEY (id) REFERENCES a (id));
            CREATE TABLE w (id int, b int, CONSTRAINT a6 FOREIGN KEY (id) REFERENCES a (id), CONSTRAINT b7 FOREIGN KEY (id) REFERENCES a (id))";
        let (_database, _session, schema) = loaded(server, script).await;
        let indexes = |name: &str| found(&schema, name).indexes.iter().map(|index| index.name.clone()).collect::<Vec<_>>();
        assert_eq!([indexes("t"), indexes("u"), indexes("v")], [vec![], vec![], vec!["c5".to_owned()]]);
    }

    async fn foreign_keys_are_read_with_actions_and_without_the_index_they_bring(server: Server) {
        let script = "CREATE TABLE p (id int PRIMARY KEY, k int, j int, UNIQUE KEY kj (k, j));
            CREATE TABLE t (a int, b int, c int, d int, KEY served (d, a),
                CONSTRAINT brings FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE ON UPDATE SET NULL,
                CONSTRAINT two FOREIGN KEY (b, c) REFERENCES p (k, j),
                CONSTRAINT is_served FOREIGN KEY (d) REFERENCES p (id))";
        let t = table(server, script, "t").await;
        let key = |name: &str, columns: &[&str], to: &[&str]| {
            let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<String>>();
            let mut key = ForeignKey::new(owned(columns), QualifiedName::bare("p"), owned(to));
            key.name = Some(name.to_owned());
            key
        };
        let mut brings = key("brings", &["a"], &["id"]);
        brings.on_delete = ReferentialAction::Cascade;
        brings.on_update = ReferentialAction::SetNull;
        let mut wanted = vec![brings, key("two", &["b", "c"], &["k", "j"]), key("is_served", &["d"], &["id"])];
        wanted.sort();
        assert_eq!(t.foreign_keys, wanted);
        let indexes: Vec<&str> = t.indexes.iter().map(|index| index.name.as_str()).collect();
        assert_eq!(indexes, ["served"]);
    }

    async fn checks_are_read_wherever_they_are_written(server: Server) {
        let script = r"CREATE TABLE t (a int CHECK (a > 1), b varchar(9), CONSTRAINT `n``1` CHECK (b <> 'q\'x' AND (a < 9)), CHECK (b IS NOT NULL))";
        let t = table(server, script, "t").await;
        let named = |name: &str, text: &str| Check { name: Some(name.to_owned()), ..Check::new(text) };
        let mut wanted = match server {
            Server::Mysql => vec![
                named("t_chk_1", "`a` > 1"),
                named("n`1", r"(`b` <> _utf8mb4'q\'x') and (`a` < 9)"),
                named("t_chk_2", "`b` is not null"),
            ],
            Server::Mariadb => vec![
                Check { options: options(&[("column", "a")]), ..Check::new("`a` > 1") },
                named("n`1", r"`b` <> 'q\'x' and `a` < 9"),
                named("CONSTRAINT_1", "`b` is not null"),
            ],
        };
        wanted.sort();
        assert_eq!(t.checks, wanted);
    }

    async fn partitions_are_read_in_every_form(server: Server) {
        let script = "CREATE TABLE r (id int, d date) PARTITION BY RANGE (year(d)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2
                (PARTITION p0 VALUES LESS THAN (2000) COMMENT 'it''s', PARTITION `p 1` VALUES LESS THAN MAXVALUE);
            CREATE TABLE h (id int) PARTITION BY LINEAR HASH (id + 1) PARTITIONS 4;
            CREATE TABLE k (id int PRIMARY KEY) PARTITION BY KEY (id) (PARTITION a, PARTITION b MAX_ROWS 5);
            CREATE TABLE every (id int PRIMARY KEY) PARTITION BY KEY () PARTITIONS 3;
            CREATE TABLE l (id int, s varchar(9)) PARTITION BY LIST COLUMNS (id, s)
                (PARTITION p0 VALUES IN ((1, 'a'), (2, 'b'',c')), PARTITION p1 VALUES IN ((3, NULL)));
            CREATE TABLE s (id int, d date) PARTITION BY RANGE COLUMNS (d) SUBPARTITION BY KEY (id)
                (PARTITION p0 VALUES LESS THAN ('2000-01-01') (SUBPARTITION s0 COMMENT 'x', SUBPARTITION s1),
                 PARTITION p1 VALUES LESS THAN (MAXVALUE) (SUBPARTITION s2, SUBPARTITION s3))";
        let (_database, _session, schema) = loaded(server, script).await;
        let of = |name: &str| found(&schema, name).partitioning.unwrap();
        let r = of("r");
        assert_eq!(r.by.as_str(), "RANGE (year(`d`))");
        let bounds: Vec<_> = r.partitions.iter().map(|one| (one.name.name.as_str(), one.bound.as_str())).collect();
        assert_eq!(bounds, [("p0", "VALUES LESS THAN (2000)"), ("p 1", "VALUES LESS THAN MAXVALUE")]);
        assert_eq!(r.partitions[0].options, options(&[("comment", "it's")]));
        let inner = r.partitions[0].partitioning.as_ref().unwrap();
        assert_eq!((inner.by.as_str(), inner.partitions.len()), ("HASH (`id`) SUBPARTITIONS 2", 0));
        let by = either(server, "LINEAR HASH ((`id` + 1)) PARTITIONS 4", "LINEAR HASH (`id` + 1) PARTITIONS 4");
        assert_eq!((of("h").by.as_str(), of("h").partitions.len()), (by, 0));
        assert_eq!((of("k").partitions.len(), of("k").partitions[1].bound.as_str()), (2, ""));
        assert_eq!(of("k").partitions[1].options, options(&[("max-rows", "5")]));
        assert_eq!(of("every").by.as_str(), "KEY () PARTITIONS 3");
        assert_eq!(of("l").partitions[0].bound.as_str(), "VALUES IN ((1,'a'),(2,'b'',c'))");
        let inner = of("s").partitions[0].partitioning.clone().unwrap();
        let names: Vec<_> = inner.partitions.iter().map(|one| (one.name.name.clone(), one.options.clone())).collect();
        assert_eq!(names, [("s0".to_owned(), options(&[("comment", "x")])), ("s1".to_owned(), Properties::new())]);
    }

    async fn options_of_tables_are_read_as_they_were_asked_for(server: Server) {
        let script = "CREATE TABLE t (a int) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 STATS_PERSISTENT=1 STATS_AUTO_RECALC=0
                STATS_SAMPLE_PAGES=10 AUTO_INCREMENT=77;
            CREATE TABLE u (a int, KEY k (a) KEY_BLOCK_SIZE=1024) ENGINE=MyISAM ROW_FORMAT=FIXED MAX_ROWS=9 PACK_KEYS=1;
            CREATE TABLE v (a int) ROW_FORMAT=DYNAMIC";
        let (_database, _session, schema) = loaded(server, script).await;
        let wanted = [
            ("key-block-size", "8"),
            ("row-format", "COMPRESSED"),
            ("stats-auto-recalc", "0"),
            ("stats-persistent", "1"),
            ("stats-sample-pages", "10"),
        ];
        assert_eq!(found(&schema, "t").options, options(&wanted));
        let wanted = [("engine", "MyISAM"), ("max-rows", "9"), ("pack-keys", "1"), ("row-format", "FIXED")];
        assert_eq!(found(&schema, "u").options, options(&wanted));
        let k = found(&schema, "u").indexes.get(&"k".to_owned()).unwrap().clone();
        assert_eq!(k.options, options(&[("key-block-size", "1024")]));
        assert_eq!(found(&schema, "v").options, options(&[("row-format", "DYNAMIC")]));
    }

    async fn single_tables_are_read_alone(server: Server) {
        let script = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int, c varbinary(3) DEFAULT 0x6100,
            KEY k (a), CHECK (a > 0), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)); CREATE TABLE u (b int); CREATE VIEW v AS SELECT 1 AS a";
        let (_database, mut session, schema) = loaded(server, script).await;
        let scope = Scope::tables(["t", "u", "v", "none"]);
        let some = session.dialect.introspect(&mut *session.connection, &scope).await.unwrap();
        let names: Vec<&str> = some.tables.iter().map(|table| table.name.name.as_str()).collect();
        assert_eq!(names, ["t", "u"]);
        assert_eq!(found(&some, "t"), found(&schema, "t"));
        assert_eq!((some.definitions.len(), some.unsupported.len()), (0, 0));
        let none = session.dialect.introspect(&mut *session.connection, &Scope::tables(["none"])).await.unwrap();
        assert_eq!(none, Schema::default());
    }
}

/// Each query of the sweep is narrowed down for itself.
#[tokio::test]
async fn attributes_are_read_of_single_tables_on_mysql() {
    let attribute = "SECONDARY_ENGINE_ATTRIBUTE='{\"a\": 1}'";
    let made = |name: &str| {
        format!(
            "CREATE TABLE {name} (a int {attribute}, b int, PRIMARY KEY (a) {attribute}, KEY k (b) {attribute}) {attribute}"
        )
    };
    let script = format!("{}; {}", made("t"), made("u"));
    let (_database, mut session, schema) = loaded(Server::Mysql, &script).await;
    let some = session.dialect.introspect(&mut *session.connection, &Scope::tables(["t"])).await.unwrap();
    let t = found(&some, "t");
    assert_eq!((some.tables.len(), &t), (1, &found(&schema, "t")));
    let key = t.primary_key.as_ref().unwrap();
    let index = t.indexes.get(&"k".to_owned()).unwrap();
    for options in [&t.options, &column(&t, "a").options, &key.options, &index.options] {
        assert!(options.contains_key("secondary-engine-attribute"), "{t:?}");
    }
}

/// The session of the test is strict, as that of the other database is.
const LENIENT: &str = "SET @mode = @@sql_mode, sql_mode = 'ALLOW_INVALID_DATES';
    CREATE TABLE t (a datetime NOT NULL DEFAULT '0000-00-00 00:00:00', b date DEFAULT '2008-02-31', c timestamp(3) NOT NULL DEFAULT '0000-00-00 00:00:00.000',
        d enum('x','X','y'), e set('a','a'), KEY (a));
    SET sql_mode = @mode; CREATE TABLE u (a date DEFAULT '9999-12-31')";

on_both! {
    async fn what_a_strict_mode_refuses_is_made_again_and_changed(server: Server) {
        let (_database, mut session, schema) = loaded(server, LENIENT).await;
        assert_eq!(schema.unsupported, []);
        let before = found(&schema, "t");
        let mode = text(&mut *session.connection, "SELECT @@sql_mode").await;
        let change = TableChange::AddColumn(Column::new("f", "int"));
        let change = AlterTable::new(before, vec![change], Vec::new()).unwrap();
        apply(&mut session, &Operation::AlterTable(Box::new(change))).await;
        assert_eq!(text(&mut *session.connection, "SELECT @@sql_mode").await, mode);
        assert!(found(&introspect(&mut session).await, "t").column("f").is_some());
    }

    async fn lists_of_bytes_keep_their_character_set(server: Server) {
        let t = table(server, "CREATE TABLE t (a enum('a','b') CHARACTER SET binary, b set('a') CHARACTER SET binary, c enum('a'))", "t").await;
        let charsets = ["a", "b", "c"].map(|name| column(&t, name).charset.as_deref());
        assert_eq!(charsets, [Some("binary"), Some("binary"), None]);
    }

    async fn shapes_that_are_computed_keep_their_system(server: Server) {
        let script = either(
            server,
            "CREATE TABLE t (x int, g point AS (st_srid(point(x, x), 4326)) STORED NOT NULL SRID 4326 COMMENT 'c', h point NOT NULL SRID 0)",
            "CREATE TABLE t (x int, g point REF_SYSTEM_ID=4326 AS (point(x, x)) STORED COMMENT 'c', h point REF_SYSTEM_ID=5 NOT NULL)",
        );
        let t = table(server, script, "t").await;
        assert_eq!(column(&t, "g").options, options(&[("srid", "4326")]));
    }

    async fn what_the_server_cannot_show_is_reported_and_the_rest_is_read(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        let script = "CREATE TABLE part (a int) ENGINE=MyISAM; CREATE TABLE whole (a int) ENGINE=MERGE UNION=(part); DROP TABLE part;
            CREATE TABLE other (a int) ENGINE=MyISAM; CREATE VIEW v AS SELECT 1 AS a";
        load(&mut session, script).await.unwrap();
        let schema = introspect(&mut session).await;
        let shown = schema.unsupported.iter().any(|one| one.name == "whole" && one.reason.contains("cannot show"));
        assert!(shown, "{:?}", schema.unsupported);
        assert_eq!(found(&schema, "other").options, options(&[("engine", "MyISAM")]));
        assert_eq!(schema.definitions.len(), 1);
    }
}

#[tokio::test]
async fn what_one_product_has_is_read_too_mysql() {
    let script = "CREATE TABLE t (a int, c varchar(9), j json, g point NOT NULL SRID 4326, v vector(3), n int,
            KEY fx ((a + 1), (lower(c)) DESC), KEY mv ((CAST(j->'$.\"it\\'s\"' AS unsigned ARRAY))),
            FULLTEXT KEY ng (c) WITH PARSER ngram, CONSTRAINT off CHECK (n < 100) NOT ENFORCED) COMPRESSION='zlib'";
    let t = table(Server::Mysql, script, "t").await;
    let fx = t.indexes.get(&"fx".to_owned()).unwrap();
    assert_eq!(fx.parts, [KeyPart::expression("`a` + 1"), KeyPart::expression("lower(`c`)").descending()]);
    let mv = t.indexes.get(&"mv".to_owned()).unwrap();
    let wanted = r#"cast(json_extract(`j`,_utf8mb4'$."it\'s"') as unsigned array)"#;
    assert_eq!(mv.parts[0].key, KeyTarget::Expression(lambic_core::schema::Expression::new(wanted)));
    assert_eq!(t.indexes.get(&"ng".to_owned()).unwrap().options, options(&[("parser", "ngram")]));
    assert_eq!(column(&t, "g").options, options(&[("srid", "4326")]));
    assert!(!t.checks[0].enforced);
    assert_eq!(t.options, options(&[("compression", "zlib")]));
}

#[tokio::test]
async fn what_one_product_has_is_read_too_mariadb() {
    let script = "CREATE SEQUENCE s START WITH 5 INCREMENT BY 2 MAXVALUE 1000 CACHE 10 CYCLE COMMENT 'numbers';
        CREATE SEQUENCE plain; CREATE SEQUENCE down INCREMENT BY -1;
        CREATE TABLE t (u uuid DEFAULT uuid(), i6 inet6, i4 inet4, c text COMPRESSED, d bigint DEFAULT nextval(s), p blob,
            j longtext CHECK (json_valid(j)), g point REF_SYSTEM_ID=4326 NOT NULL, UNIQUE KEY long_one (p));
        CREATE TABLE v (a int, b int WITHOUT SYSTEM VERSIONING, s timestamp(6) GENERATED ALWAYS AS ROW START,
            e timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING;
        CREATE TABLE w (a int, d1 date, d2 date, PERIOD FOR valid (d1, d2), UNIQUE KEY k (a, valid WITHOUT OVERLAPS),
            CONSTRAINT other CHECK (a < 5));
        CREATE TABLE x (a int, b int, CONSTRAINT c CHECK (a < b)) WITH SYSTEM VERSIONING
            PARTITION BY SYSTEM_TIME LIMIT 100 (PARTITION p0 HISTORY, PARTITION pn CURRENT)";
    let (_database, _session, schema) = loaded(Server::Mariadb, script).await;
    let sequences = serde_json::to_value(&schema.sequences).unwrap();
    let wanted = serde_json::json!([
        { "name": { "name": "down" }, "options": { "increment": "-1" } },
        { "name": { "name": "plain" }, "options": {} },
        { "name": { "name": "s" }, "comment": "numbers",
          "options": { "start": "5", "increment": "2", "maximum": "1000", "cache": "10", "cycle": true } },
    ]);
    assert_eq!(sequences, wanted);
    let t = found(&schema, "t");
    let natives: Vec<&str> = t.columns.iter().map(|column| column.native.as_str()).collect();
    assert_eq!(natives, ["uuid", "inet6", "inet4", "text", "bigint(20)", "blob", "longtext", "point"]);
    assert_eq!(default(&t, "d").unwrap(), "nextval(`s`)");
    assert_eq!(column(&t, "c").options, options(&[("compressed", "true")]));
    assert_eq!(column(&t, "g").options, options(&[("srid", "4326")]));
    assert_eq!(t.checks.len(), 1, "a check on other text than JSON's stays");
    assert_eq!(t.indexes.get(&"long_one".to_owned()).unwrap().method.as_deref(), Some("hash"));
    let v = found(&schema, "v");
    assert_eq!(v.options, options(&[("period.system_time", "`s`, `e`"), ("system-versioning", "true")]));
    assert_eq!(column(&v, "s").options, options(&[("row-period", "start")]));
    assert_eq!(column(&v, "b").options, options(&[("without-system-versioning", "true")]));
    let w = found(&schema, "w");
    assert_eq!(w.options, options(&[("period.valid", "`d1`, `d2`")]));
    assert_eq!(w.indexes.get(&"k".to_owned()).unwrap().parts, [KeyPart::column("a")]);
    let names =
        |table: &Table| table.checks.iter().filter_map(|check| check.name.clone()).collect::<Vec<_>>();
    assert_eq!((names(&w), names(&found(&schema, "x"))), (vec!["other".to_owned()], vec!["c".to_owned()]));
}
