//! What is written, without a server.

use lambic_core::operation::{AlterTable, Object, TableChange};
use lambic_core::schema::{
    Check, Column, Constraint, Expression, ForeignKey, Generated, Index, Key, KeyPart, ObjectId, ObjectKind,
    Partition, Partitioning, QualifiedName, Sequence, SequenceOptions, Table,
};
use lambic_core::{Definition, ErrorKind, Operation, TransactionRule};

use super::render;
use crate::lexicon::lexicon;
use crate::product::{Product, Settings};

fn product(dialect: &str) -> Product {
    Product::named(dialect, None).unwrap()
}

fn sql(operation: &Operation, product: &Product) -> Vec<String> {
    render(operation, product).unwrap().into_iter().map(|statement| statement.sql).collect()
}

fn table(change: impl FnOnce(&mut Table)) -> Table {
    let columns = vec![Column::new("a", "int"), Column::new("b", "varchar(20)")];
    let mut table = Table::new(QualifiedName::bare("t"), columns);
    change(&mut table);
    table
}

fn create(table: Table) -> Operation {
    Operation::create(Object::Table(Box::new(table)))
}

fn alter(table: Table, changes: Vec<TableChange>) -> Operation {
    Operation::AlterTable(Box::new(AlterTable::new(table, changes, Vec::new()).unwrap()))
}

fn partitioned(by: &str, bound: &str) -> Partitioning {
    let partition = Partition {
        name: QualifiedName::bare("p"),
        bound: Expression::new(bound),
        partitioning: None,
        options: [].into(),
    };
    Partitioning { by: Expression::new(by), partitions: vec![partition] }
}

fn view(text: &str) -> Operation {
    let id = ObjectId::new(ObjectKind::View, QualifiedName::bare("v"));
    Operation::create(Object::Definition(Definition::new(id, text)))
}

#[test]
fn text_of_the_model_cannot_reach_out_of_its_place() {
    let changes: [fn(&mut Table); 21] = [
        |table| table.checks.push(Check::new("1); DROP TABLE x; --")),
        |table| table.checks.push(Check::new("1) -- ")),
        |table| table.checks.push(Check::new("1) # ")),
        |table| table.checks.push(Check::new("1 /*!50000 */")),
        |table| table.checks.push(Check::new("'it\\'s")),
        |table| table.checks.push(Check::new("")),
        |table| table.columns[0] = Column::new("a", "int, b int"),
        |table| table.columns[0] = Column::new("a", "int NOT NULL"),
        |table| table.columns[0] = Column::new("a", "int DEFAULT 'x'"),
        |table| table.columns[0] = Column::new("a", ""),
        |table| table.columns[0] = Column::new("a\0", "int"),
        |table| table.columns[0].charset = Some("latin1 NOT NULL".into()),
        |table| table.columns[0].collation = Some("latin1_bin, DROP COLUMN b".into()),
        |table| drop(table.columns[0].options.insert("on-update".into(), "NOW() INVISIBLE".into())),
        |table| drop(table.columns[0].options.insert("srid".into(), "0 NOT NULL".into())),
        |table| {
            let expression = Expression::new("1) STORED, c int AS (1");
            table.columns[0].generated = Some(Generated { expression, stored: false });
        },
        |table| drop(table.options.insert("engine".into(), "InnoDB COMMENT='x'".into())),
        |table| drop(table.options.insert("stats-persistent".into(), "1, DROP COLUMN b".into())),
        |table| table.partitioning = Some(partitioned("HASH (a", "")),
        |table| {
            table.partitioning = Some(partitioned("LIST (a)", "VALUES IN (1), PARTITION q VALUES IN (2)"));
        },
        |table| table.partitioning = Some(partitioned("LIST (a)", "VALUES IN (1))")),
    ];
    for product in ["mysql", "mariadb"].map(product) {
        for (at, change) in changes.into_iter().enumerate() {
            let error = render(&create(table(change)), &product).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Usage, "change {at}: {error}");
        }
    }
}

#[test]
fn a_default_that_is_more_than_a_value_is_put_in_parentheses() {
    let defaults = [
        ("1", "1"),
        ("-1.5e3", "-1.5e3"),
        ("'it''s'", "'it''s'"),
        ("b'101'", "b'101'"),
        ("_latin1'x'", "_latin1'x'"),
        ("NULL", "NULL"),
        ("CURRENT_TIMESTAMP(3)", "CURRENT_TIMESTAMP(3)"),
        ("(1 + 2)", "(1 + 2)"),
        ("uuid()", "uuid()"),
        ("1 + 2", "(1 + 2)"),
        ("0, DROP COLUMN b", "(0, DROP COLUMN b)"),
        ("0 COMMENT 'x'", "(0 COMMENT 'x')"),
    ];
    for (default, wanted) in defaults {
        let made = sql(
            &create(table(|table| table.columns[0] = Column::new("a", "int").default_to(default))),
            &product("mysql"),
        );
        assert!(made[0].contains(&format!("`a` int NULL DEFAULT {wanted},\n")), "{made:?}");
    }
    // The database wants as many digits as the column has.
    for (native, wanted) in [("datetime(6)", "CURRENT_TIMESTAMP(6)"), ("datetime", "CURRENT_TIMESTAMP")] {
        let column = Column::new("a", native).default_to("CURRENT_TIMESTAMP");
        let made = sql(&create(table(|table| table.columns[0] = column)), &product("mysql"));
        assert!(made[0].contains(&format!("DEFAULT {wanted},\n")), "{made:?}");
    }
}

#[test]
fn the_collation_that_is_a_reserved_word_is_quoted() {
    for product in ["mysql", "mariadb"].map(product) {
        for (collation, wanted) in [("binary", "COLLATE `binary`"), ("latin1_bin", "COLLATE latin1_bin")] {
            let made = create(table(|table| {
                table.columns[1].collation = Some(collation.to_owned());
                table.options.insert("collation".to_owned(), collation.to_owned());
            }));
            let made = sql(&made, &product).concat();
            assert_eq!(made.matches(wanted).count(), 2, "{made}");
        }
    }
}

#[test]
fn a_definition_is_one_statement_that_makes_what_it_says() {
    let mysql = product("mysql");
    for text in [
        "CREATE VIEW v AS SELECT 1; DROP TABLE x",
        "DROP TABLE v",
        "CREATE TABLE v (a int)",
        "CREATE VIEW w AS SELECT 1",
        "CREATE VIEW",
        "CREATE VIEW v AS SELECT 'x",
    ] {
        assert_eq!(render(&view(text), &mysql).unwrap_err().kind, ErrorKind::Usage, "{text}");
    }
    let text =
        "CREATE ALGORITHM=MERGE DEFINER=`view`@`%` SQL SECURITY INVOKER VIEW `other`.`V` AS SELECT ';'";
    assert_eq!(sql(&view(text), &mysql), [text]);
}

#[test]
fn literals_are_written_as_the_session_reads_them() {
    let mut mysql = product("mysql");
    mysql.settings = Settings { ansi_quotes: true, no_backslash_escapes: true, ..Settings::default() };
    mysql.lexicon = lexicon(&mysql.facts, mysql.settings);
    let operation = create(table(|table| {
        table.columns[0] = Column::new("a", "enum('b\\\\c','it''s')").default_to("'b\\\\c'");
        table.comment = Some("d\\e \"f\"".into());
        table.checks.push(Check::new("`b` <> \"g\\\\h\""));
    }));
    let made = sql(&operation, &mysql);
    assert!(made[0].starts_with("SET @lambic_quotes = @@sql_mode, sql_mode = "), "{made:?}");
    assert_eq!(made[1..2], sql(&operation, &product("mysql")));
    assert_eq!(made[2..], ["SET sql_mode = @lambic_quotes"]);
    let made = sql(&view("CREATE VIEW `v` AS select 'it\\'s'"), &mysql);
    // A reader of the script knows nothing of the mode that is set before.
    assert_eq!(made[1], "CREATE VIEW `v` AS select 'it''s'");
    let checked = create(table(|table| table.checks.push(Check::new("`b` <> 'it\\'s\\\\'"))));
    let script = sql(&checked, &mysql).join(";\n");
    assert!(script.contains("CHECK (`b` <> 'it''s\\\\')"), "{script}");
    assert_eq!(lambic_sql::split(&script, &mysql.lexicon).unwrap().statements.len(), 3);
}

#[test]
fn an_index_over_vectors_says_how_it_measures_where_there_are_such() {
    let indexed = create(table(|table| {
        let mut index = Index::new("i", vec![KeyPart::column("b")]);
        index.method = Some("vector".into());
        index.options =
            [("m", "5"), ("distance", "cosine")].map(|(name, value)| (name.into(), value.into())).into();
        table.indexes.insert(index);
    }));
    let made = sql(&indexed, &product("mariadb"));
    assert!(made[0].contains("VECTOR KEY `i` (`b`) M=5 DISTANCE=cosine"), "{made:?}");
    assert_eq!(render(&indexed, &product("mysql")).unwrap_err().kind, ErrorKind::Unsupported);
}

#[test]
fn all_changes_are_one_statement_that_promises_only_what_holds() {
    let index = Index::new("i", vec![KeyPart::column("a")]);
    let with_index = || table(|table| drop(table.indexes.insert(index.clone())));
    let comment = TableChange::SetComment { previous: None, next: Some("c".into()) };
    let more = Index::new("j", vec![KeyPart::column("b")]);
    let rename = TableChange::RenameIndex { previous: index.clone(), next: "k".into() };
    let add = TableChange::AddColumn(Column::new("c", "int"));
    let cases = [
        (
            vec![comment.clone()],
            "COMMENT='c', ALGORITHM=INPLACE, LOCK=NONE",
            "COMMENT='c', ALGORITHM=INSTANT",
        ),
        (
            vec![rename.clone()],
            "RENAME INDEX `i` TO `k`, ALGORITHM=INPLACE, LOCK=NONE",
            "RENAME INDEX `i` TO `k`, ALGORITHM=INSTANT",
        ),
        (
            vec![TableChange::CreateIndex(more.clone())],
            "ADD KEY `j` (`b`), ALGORITHM=INPLACE, LOCK=NONE",
            "ADD KEY `j` (`b`), ALGORITHM=INPLACE, LOCK=NONE",
        ),
        (vec![add.clone()], "ADD COLUMN `c` int NULL", "ADD COLUMN `c` int NULL"),
        (
            vec![add, comment, rename, TableChange::CreateIndex(more)],
            "\n  ADD COLUMN `c` int NULL,\n  RENAME INDEX `i` TO `k`,\n  ADD KEY `j` (`b`),\n  COMMENT='c'",
            "\n  ADD COLUMN `c` int NULL,\n  RENAME INDEX `i` TO `k`,\n  ADD KEY `j` (`b`),\n  COMMENT='c'",
        ),
    ];
    for (changes, mysql, mariadb) in cases {
        let operation = alter(with_index(), changes);
        for (dialect, wanted) in [("mysql", mysql), ("mariadb", mariadb)] {
            let gap = if wanted.starts_with('\n') { "" } else { " " };
            assert_eq!(sql(&operation, &product(dialect)), [format!("ALTER TABLE `t`{gap}{wanted}")]);
        }
    }
    // Another engine promises nothing.
    let table = table(|table| drop(table.options.insert("engine".into(), "MyISAM".into())));
    let operation = alter(table, vec![TableChange::SetComment { previous: None, next: Some("c".into()) }]);
    assert_eq!(sql(&operation, &product("mysql")), ["ALTER TABLE `t` COMMENT='c'"]);
}

#[test]
fn a_foreign_key_and_the_index_that_it_brings_go_together() {
    let key =
        ForeignKey { name: Some("f".into()), ..ForeignKey::new(["a"], QualifiedName::bare("u"), ["id"]) };
    let with_key = || table(|table| table.foreign_keys.push(key.clone()));
    let mysql = product("mysql");
    let gone = alter(with_key(), vec![TableChange::DropConstraint(Constraint::ForeignKey(key.clone()))]);
    assert_eq!(
        sql(&gone, &mysql),
        ["ALTER TABLE `t`\n  DROP FOREIGN KEY `f`,\n  DROP INDEX `f`, ALGORITHM=INPLACE, LOCK=NONE"]
    );
    // An index that serves as well takes its place, and gives it back.
    let index = Index::new("i", vec![KeyPart::column("a"), KeyPart::column("b")]);
    let served = alter(with_key(), vec![TableChange::CreateIndex(index)]);
    let clause = "ALGORITHM=INPLACE, LOCK=NONE";
    assert_eq!(
        sql(&served, &mysql),
        [format!("ALTER TABLE `t`\n  DROP INDEX `f`,\n  ADD KEY `i` (`a`, `b`), {clause}")]
    );
    assert_eq!(
        sql(&served.reverse(), &mysql),
        [format!("ALTER TABLE `t`\n  DROP INDEX `i`,\n  ADD KEY `f` (`a`), {clause}")]
    );
}

#[test]
fn partitions_that_stay_are_left_alone() {
    let partition = |name: &str, bound: &str| Partition {
        name: QualifiedName::bare(name),
        bound: Expression::new(format!("VALUES LESS THAN ({bound})")),
        partitioning: None,
        options: [].into(),
    };
    let spread = |partitions: Vec<Partition>| {
        table(|table| {
            table.partitioning = Some(Partitioning { by: Expression::new("RANGE (`a`)"), partitions });
        })
    };
    let change = |from: Vec<Partition>, to: Vec<Partition>| {
        let (previous, next) = (spread(from), spread(to));
        let alter = AlterTable { previous, next, changes: vec![], dependents: vec![], followers: vec![] };
        sql(&Operation::AlterTable(Box::new(alter)), &product("mysql"))
    };
    let (low, middle, high) = (partition("low", "5"), partition("middle", "7"), partition("high", "9"));
    assert_eq!(
        change(vec![low.clone()], vec![low.clone(), high.clone()]),
        ["ALTER TABLE `t` ADD PARTITION (PARTITION `high` VALUES LESS THAN (9))"]
    );
    assert_eq!(
        change(vec![low.clone(), high.clone()], vec![low.clone(), middle.clone(), high.clone()]),
        [
            "ALTER TABLE `t` REORGANIZE PARTITION `high` INTO (PARTITION `middle` VALUES LESS THAN (7),\n PARTITION `high` VALUES LESS THAN (9))"
        ]
    );
    assert_eq!(
        change(vec![low.clone(), middle.clone(), high.clone()], vec![middle.clone(), high.clone()]),
        [
            "ALTER TABLE `t` REORGANIZE PARTITION `low`, `middle` INTO (PARTITION `middle` VALUES LESS THAN (7))"
        ]
    );
    let other = partition("other", "5");
    assert_eq!(
        change(vec![low.clone(), high.clone()], vec![other, high]),
        ["ALTER TABLE `t` REORGANIZE PARTITION `low` INTO (PARTITION `other` VALUES LESS THAN (5))"]
    );
}

#[test]
fn what_commits_says_so() {
    let mariadb = product("mariadb");
    let made = render(&create(table(|_| {})), &mariadb).unwrap();
    assert_eq!(made[0].transaction, TransactionRule::CommitsImplicitly);
    let sequence = Sequence {
        name: QualifiedName::within("other", "s"),
        native: None,
        options: SequenceOptions::default(),
        comment: None,
    };
    let made = render(&Operation::create(Object::Sequence(sequence.clone())), &mariadb).unwrap();
    assert_eq!(
        (made[0].sql.as_str(), &made[0].transaction),
        ("CREATE SEQUENCE `other`.`s`", &TransactionRule::CommitsImplicitly)
    );
    let refused = render(&Operation::create(Object::Sequence(sequence)), &product("mysql")).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Unsupported);
}

#[test]
fn keys_that_the_products_lack_are_refused() {
    let changes: [fn(&mut Table); 4] = [
        |table| table.primary_key = Some(Key { include: vec!["b".into()], ..Key::over(["a"]) }),
        |table| {
            table.foreign_keys.push(ForeignKey::new(Vec::<String>::new(), QualifiedName::bare("u"), vec![]));
        },
        |table| {
            table.foreign_keys.push(ForeignKey {
                match_type: Some("FULL".into()),
                ..ForeignKey::new(["a"], QualifiedName::bare("u"), ["id"])
            });
        },
        |table| drop(table.options.insert("unlogged".into(), "true".into())),
    ];
    for product in ["mysql", "mariadb"].map(product) {
        for (at, change) in changes.into_iter().enumerate() {
            let error = render(&create(table(change)), &product).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Unsupported, "change {at}: {error}");
        }
    }
}
