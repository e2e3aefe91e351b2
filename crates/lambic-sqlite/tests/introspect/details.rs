//! One fact at a time.

use lambic_core::schema::{
    Check, Column, Deferrable, IdentityKind, Key, KeyPart, ObjectId, ObjectKind, QualifiedName,
    ReferentialAction, Table,
};
use lambic_core::{ErrorKind, Operation, Scope, operation::Object};

use super::assert_made_again;
use super::support::Database;

fn loaded(script: &str) -> Database {
    let mut database = Database::empty();
    database.load(script).unwrap_or_else(|error| panic!("{error} {:?}", error.statement));
    database
}

/// The table `t` of a script, after it was made again too.
fn table(script: &str) -> Table {
    let mut database = loaded(script);
    assert_made_again(&mut database, script);
    database.schema().tables.get(&QualifiedName::bare("t")).unwrap().clone()
}

#[test]
fn columns_are_read_with_everything_that_belongs_to_them() {
    let table = table(
        "CREATE TABLE t ( -- the first
            [a b]  Varchar ( 10 ) CONSTRAINT nn NOT NULL ON CONFLICT REPLACE /* why */ DEFAULT 'x -- y',
            'c' DECIMAL(10,  2) DEFAULT(1+1) CHECK (c>0) CONSTRAINT named CHECK(c <= 100),
            \"d\"\"e\" UNSIGNED BIG INT COLLATE nocase DEFAULT -5,
            f, g BLOB DEFAULT x'00ff' NULL, h TEXT DEFAULT CURRENT_TIMESTAMP CONSTRAINT dangling,
            i GENERATED ALWAYS AS (c*2), j INT AS (length ( `f` )) STORED NOT NULL, k DEFAULT true, l \"INTEGER\" COLLATE BINARY,
            CHECK(t.f||'  ' <> '' ), CHECK ((g IS NULL)OR g=x'01')
        )",
    );
    let expected = [
        ("a b", "Varchar(10)", false, Some("'x -- y'")),
        ("c", "DECIMAL(10,2)", true, Some("(1 + 1)")),
        ("d\"e", "UNSIGNED BIG INT", true, Some("-5")),
        ("f", "", true, None),
        ("g", "BLOB", true, Some("x'00ff'")),
        ("h", "TEXT", true, Some("CURRENT_TIMESTAMP")),
        ("i", "", true, None),
        ("j", "INT", false, None),
        ("k", "", true, Some("true")),
        ("l", "\"INTEGER\"", true, None),
    ];
    let found: Vec<_> = table
        .columns
        .iter()
        .map(|column| {
            let default = column.default.as_ref().map(lambic_core::schema::Expression::as_str);
            (column.name.as_str(), column.native.as_str(), column.nullable, default)
        })
        .collect();
    assert_eq!(found, expected);
    let options: Vec<_> =
        table.columns[0].options.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(options, [("not-null.name", "nn"), ("not-null.on-conflict", "replace")]);
    assert_eq!(table.columns[2].collation.as_deref(), Some("nocase"));
    assert_eq!(table.columns[9].collation, None);
    let generated =
        |at: usize| table.columns[at].generated.clone().map(|g| (g.expression.0, g.stored)).unwrap();
    assert_eq!(generated(6), ("c * 2".to_owned(), false));
    assert_eq!(generated(7), ("length(`f`)".to_owned(), true));
    let named = Check { name: Some("named".into()), ..Check::new("c <= 100") };
    let mut checks = vec![
        Check::new("c > 0"),
        named,
        Check::new("f || '  ' <> ''"),
        Check::new("(g IS NULL) OR g = x'01'"),
    ];
    checks.sort();
    assert_eq!(table.checks, checks);
}

#[test]
fn keys_are_read_with_order_collation_name_and_conflict_clause() {
    let table = table(
        "CREATE TABLE p (x, y, PRIMARY KEY (x, y), UNIQUE (y, x));
         CREATE TABLE t (
            a TEXT COLLATE NOCASE, b INT UNIQUE ON CONFLICT IGNORE REFERENCES P(\"Y\") MATCH full ON DELETE CASCADE
              ON UPDATE SET NULL NOT DEFERRABLE, c CONSTRAINT self REFERENCES T DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT pk PRIMARY KEY (A COLLATE nocase DESC, b COLLATE binary, c COLLATE rtrim ASC) ON CONFLICT ABORT
            CONSTRAINT both FOREIGN KEY (B, c) REFERENCES p ON DELETE SET DEFAULT ON UPDATE RESTRICT DEFERRABLE,
            UNIQUE (c DESC, a) ON CONFLICT REPLACE
         )",
    );
    let key = table.primary_key.unwrap();
    assert_eq!(key.name.as_deref(), Some("pk"));
    let c = KeyPart { collation: Some("rtrim".into()), ..KeyPart::column("c") };
    assert_eq!(key.columns, [KeyPart::column("a").descending(), KeyPart::column("b"), c]);
    assert!(key.options.is_empty());
    let mut conflicting =
        Key { columns: vec![KeyPart::column("c").descending(), KeyPart::column("a")], ..Key::over(["x"]) };
    conflicting.options.insert("on-conflict".into(), "replace".into());
    let mut single = Key::over(["b"]);
    single.options.insert("on-conflict".into(), "ignore".into());
    let mut uniques = [single, conflicting];
    uniques.sort();
    assert_eq!(table.uniques, uniques);
    let by = |columns: &[&str]| table.foreign_keys.iter().find(|key| key.columns == columns).unwrap();
    let (b, c, both) = (by(&["b"]), by(&["c"]), by(&["b", "c"]));
    assert_eq!(
        (b.references.name.as_str(), b.referenced_columns.as_slice()),
        ("p", ["y".to_owned()].as_slice())
    );
    assert_eq!((&b.on_delete, &b.on_update), (&ReferentialAction::Cascade, &ReferentialAction::SetNull));
    assert_eq!((b.match_type.as_deref(), &b.deferrable), (Some("full"), &None));
    assert_eq!((c.references.name.as_str(), c.name.as_deref()), ("t", Some("self")));
    assert_eq!((&c.deferrable, c.referenced_columns.len()), (&Some(Deferrable::Deferred), 0));
    assert_eq!(
        (&both.on_delete, &both.on_update),
        (&ReferentialAction::SetDefault, &ReferentialAction::Restrict)
    );
    assert_eq!(both.deferrable, Some(Deferrable::Immediate));
}

/// Whether an INTEGER primary key stands for the rowid is told by how the table takes text into it.
#[test]
fn what_stands_for_the_rowid_goes_on_standing_for_it() {
    for (columns, is_rowid) in [
        ("id INTEGER PRIMARY KEY", true),
        ("id integer PRIMARY KEY ASC", true),
        ("id INTEGER PRIMARY KEY DESC", false),
        ("id INTEGER, PRIMARY KEY (id DESC)", true),
        ("id INTEGER, PRIMARY KEY (id COLLATE NOCASE)", true),
        ("id INT PRIMARY KEY", false),
        ("id INTEGER(4) PRIMARY KEY", false),
        ("id [INTEGER] PRIMARY KEY", true),
        ("id INTEGER, x, PRIMARY KEY (id, x)", false),
    ] {
        let mut database = loaded(&format!("CREATE TABLE t ({columns})"));
        let mut again = Database::empty();
        again.apply(&database.schema().build().unwrap(), false).unwrap();
        assert_made_again(&mut database, columns);
        for database in [&mut database, &mut again] {
            let taken = database.load("INSERT INTO t (id) VALUES ('text')").is_ok();
            assert_eq!(!taken, is_rowid, "{columns}");
        }
    }
}

#[test]
fn autoincrement_is_an_identity_wherever_it_is_written() {
    for columns in
        ["id INTEGER CONSTRAINT k PRIMARY KEY AUTOINCREMENT", "ID INTEGER, PRIMARY KEY (id AUTOINCREMENT)"]
    {
        let table = table(&format!("CREATE TABLE t ({columns})"));
        assert_eq!(
            table.columns[0].identity.as_ref().unwrap().kind,
            IdentityKind::AutoIncrement,
            "{columns}"
        );
    }
}

#[test]
fn options_of_tables_are_read() {
    for (options, expected) in [
        ("", vec![]),
        ("STRICT", vec!["strict"]),
        ("without  rowid , strict", vec!["strict", "without-rowid"]),
    ] {
        let table = table(&format!("CREATE TABLE t (a TEXT PRIMARY KEY DESC, b ANY) {options}"));
        assert_eq!(table.options.keys().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn indexes_are_read_with_expressions_order_collation_and_predicate() {
    let table = table(
        "CREATE TABLE t (a TEXT COLLATE NOCASE, b, \"desc\");
         CREATE UNIQUE INDEX i1 ON t (A, (b) DESC, ('desc'), lower ( a )COLLATE nocase DESC) WHERE t.b>0 AND a IS NOT NULL -- all
         ;
         CREATE INDEX i2 ON [t] (a||b COLLATE rtrim, ((a COLLATE rtrim)), a COLLATE NOCASE, desc, b+1, - b COLLATE binary);",
    );
    let texts = |name: &str| -> Vec<String> {
        let index = table.indexes.get(&name.to_owned()).unwrap();
        index
            .parts
            .iter()
            .map(|part| {
                let key = part.column_name().map_or_else(|| format!("{:?}", part.key), str::to_owned);
                let order = if part.descending { " desc" } else { "" };
                format!("{key} {}{order}", part.collation.as_deref().unwrap_or("-"))
            })
            .collect()
    };
    let expression = |text: &str| format!("Expression(Expression({text:?}))");
    assert_eq!(
        texts("i1"),
        ["a -", "b - desc", "desc -", &format!("{} nocase desc", expression("lower(a)"))]
    );
    assert_eq!(
        texts("i2"),
        [
            format!("{} -", expression("a || b COLLATE rtrim")),
            "a rtrim".to_owned(),
            "a -".to_owned(),
            "desc -".to_owned(),
            format!("{} -", expression("b + 1")),
            format!("{} -", expression("-b COLLATE binary")),
        ]
    );
    let index = table.indexes.get(&"i1".to_owned()).unwrap();
    assert!(index.unique);
    assert_eq!(index.predicate.as_ref().unwrap().as_str(), "b > 0 AND a IS NOT NULL");
}

#[test]
fn views_and_triggers_keep_their_text_and_name_what_they_need() {
    let mut database = loaded(
        "CREATE TABLE t (a); CREATE TABLE other (b);
         CREATE VIEW  V as select A from main . T; /* gone */ CREATE VIEW w AS SELECT * FROM v, other AS x;
         CREATE TRIGGER tr INSTEAD OF DELETE ON v BEGIN DELETE FROM t; SELECT CASE WHEN 1 THEN 2 END; END;",
    );
    assert_made_again(&mut database, "definitions");
    let schema = database.schema();
    let names: Vec<String> = schema.definitions.iter().map(|definition| definition.id.to_string()).collect();
    assert_eq!(names, ["view V", "view w", "trigger tr on V"]);
    let found = |at: usize| schema.definitions.iter().nth(at).unwrap();
    assert_eq!(found(0).definition, "CREATE VIEW V as select A from main . T");
    let needs = |at: usize| found(at).depends_on.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(needs(0), ["table t"]);
    assert_eq!(needs(1), ["table other", "view V"]);
    assert_eq!(needs(2), ["table t", "view V"]);
}

#[test]
fn shadow_tables_belong_to_their_virtual_table() {
    let mut database = loaded(
        "CREATE TABLE docs_data_of_mine (a);
         CREATE VIRTUAL TABLE docs USING FTS5(body); CREATE VIRTUAL TABLE docs_2 USING fts5(body);
         CREATE VIRTUAL TABLE box USING rtree(id, a, b);",
    );
    assert_made_again(&mut database, "virtual tables");
    let schema = database.schema();
    let tables: Vec<&str> = schema.tables.iter().map(|table| table.name.name.as_str()).collect();
    assert_eq!(tables, ["docs_data_of_mine"]);
    let id = |name: &str| ObjectId::new(ObjectKind::VirtualTable, QualifiedName::bare(name));
    let docs = schema.definitions.get(&id("docs_2")).unwrap();
    assert_eq!(
        docs.properties["shadow-tables"],
        "docs_2_config, docs_2_content, docs_2_data, docs_2_docsize, docs_2_idx"
    );
    assert_eq!(schema.definitions.get(&id("box")).unwrap().properties["module"], "rtree");
}

#[test]
fn a_broken_view_is_read_like_any_other() {
    let mut database =
        loaded("CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t; CREATE VIRTUAL TABLE d USING fts5(x)");
    database.transaction(&["DROP TABLE t"], false).unwrap();
    let schema = database.schema();
    assert_eq!(schema.definitions.len(), 2);
    assert_eq!(schema.unsupported, []);
}

#[test]
fn the_databases_own_tables_are_not_the_users() {
    let mut database =
        loaded("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b); CREATE INDEX i ON t (b); ANALYZE");
    assert_eq!(database.schema().tables.len(), 1);
}

#[test]
fn a_scope_restricts_what_is_read() {
    let script = "CREATE TABLE t (a); CREATE INDEX i ON t (a); CREATE TABLE x (b); CREATE VIEW v AS SELECT 1;
                  CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END; CREATE VIRTUAL TABLE d USING fts5(x)";
    let mut database = loaded(script);
    let schema = database.scoped(&Scope::tables(["T", "none", "d"]));
    assert_eq!((schema.tables.len(), schema.definitions.len(), schema.unsupported.len()), (1, 0, 0));
    assert_eq!(schema.tables.iter().next(), database.schema().tables.get(&QualifiedName::bare("t")));
    let elsewhere = Scope { namespaces: Some(vec!["other".into()]), tables: None };
    assert_eq!(database.scoped(&elsewhere).tables.len(), 0);
}

#[test]
fn text_of_the_model_cannot_reach_out_of_its_place() {
    let dialect = lambic_core::Driver::dialect(&lambic_sqlite::SqliteDriver, "sqlite", None).unwrap();
    let hostile = |change: fn(&mut Table)| {
        let mut table = Table::new(QualifiedName::bare("t"), vec![Column::new("a", "TEXT")]);
        change(&mut table);
        dialect.render(&Operation::create(Object::Table(Box::new(table)))).unwrap_err().kind.clone()
    };
    let changes: [fn(&mut Table); 7] = [
        |table| table.checks.push(Check::new("1); DROP TABLE x; --")),
        |table| table.checks.push(Check::new("1) --")),
        |table| table.checks.push(Check::new("")),
        |table| table.columns[0] = Column::new("a", "TEXT, b"),
        |table| table.columns[0] = Column::new("a", "TEXT NOT NULL"),
        |table| table.columns[0] = Column::new("a", "TEXT").default_to("1 + 1"),
        |table| table.columns[0] = Column::new("a\0", "TEXT"),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        assert_eq!(hostile(change), ErrorKind::Usage, "change {at}");
    }
}
