use expect_test::expect;
use lambic_tests::{Project, Revision};
use rusqlite::Connection;

const SCHEMA: &str = "
CREATE TABLE shelf (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE UNIQUE);
CREATE TABLE book (
    shelf_id INTEGER NOT NULL REFERENCES shelf (id) ON DELETE CASCADE,
    title TEXT NOT NULL DEFAULT 'untitled' CHECK (length(title) > 0),
    upper_title TEXT GENERATED ALWAYS AS (upper(title)) VIRTUAL,
    PRIMARY KEY (shelf_id, title)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_book_title ON book (lower(title) DESC) WHERE title <> 'untitled';
CREATE VIEW titles AS SELECT title FROM book;
CREATE TRIGGER book_gone AFTER DELETE ON book BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE words USING fts5 (word);
";

fn project() -> Project {
    let project = Project::new();
    project.writer().execute_batch(SCHEMA).unwrap();
    project.run("ensure-version").ok();
    project
}

#[test]
fn a_summary_the_coverage_and_data() {
    let project = project();
    let before = project.state();
    expect![[r#"
        $ lambic inspect
        table book (3 columns, 1 index)
        table shelf (2 columns)
        trigger book_gone
        view titles
        virtual-table words

        $ lambic inspect -v
        table book (3 columns, 1 index)
            shelf_id INTEGER not null
            title TEXT not null
            upper_title TEXT
            primary key (shelf_id, title)
            foreign key (shelf_id) -> shelf (id)
            check (length(title) > 0)
            index ix_book_title ((lower(title))) where title <> 'untitled'
        table shelf (2 columns)
            id INTEGER
            name TEXT not null
            primary key (id)
            unique (name)
        trigger book_gone
        view titles
        virtual-table words

        $ lambic inspect --coverage
        Managed
               5  column
               5  constraint
               1  index
               2  table
               1  trigger
               1  view
               1  virtual-table
        Ignored
          none
        Unsupported
          none
    "#]]
    .assert_eq(&project.transcript(&["inspect", "inspect -v", "inspect --coverage"]));
    expect![[r#"
        $ lambic inspect --format json
        {"tables":[{"name":{"name":"book"},"columns":[{"name":"shelf_id","native":"INTEGER","portable":"integer","nullable":false},{"name":"title","native":"TEXT","portable":"text","nullable":false,"default":"'untitled'"},{"name":"upper_title","native":"TEXT","portable":"text","nullable":true,"generated":{"expression":"upper(title)","stored":false}}],"primary_key":{"columns":[{"key":{"column":"shelf_id"}},{"key":{"column":"title"}}]},"foreign_keys":[{"columns":["shelf_id"],"references":{"name":"shelf"},"referenced_columns":["id"],"on_delete":"cascade","on_update":"no-action"}],"checks":[{"expression":"length(title) > 0"}],"indexes":[{"name":"ix_book_title","parts":[{"key":{"expression":"lower(title)"},"descending":true}],"predicate":"title <> 'untitled'"}],"options":{"strict":"true","without-rowid":"true"}},{"name":{"name":"shelf"},"columns":[{"name":"id","native":"INTEGER","portable":"integer","nullable":true,"identity":{"kind":"auto-increment"}},{"name":"name","native":"TEXT","portable":"text","nullable":false,"collation":"NOCASE"}],"primary_key":{"columns":[{"key":{"column":"id"}}]},"uniques":[{"columns":[{"key":{"column":"name"}}]}]}],"definitions":[{"id":{"kind":"view","name":{"name":"titles"}},"definition":"CREATE VIEW titles AS SELECT title FROM book","depends_on":[{"kind":"table","name":{"name":"book"}}]},{"id":{"kind":"virtual-table","name":{"name":"words"}},"definition":"CREATE VIRTUAL TABLE \"words\" USING fts5 (word)","properties":{"module":"fts5","shadow-tables":"words_config, words_content, words_data, words_docsize, words_idx"}},{"id":{"kind":"trigger","name":{"name":"book_gone"},"on":"book"},"definition":"CREATE TRIGGER book_gone AFTER DELETE ON book BEGIN SELECT 1; END","depends_on":[{"kind":"table","name":{"name":"book"}}]}]}

        $ lambic inspect --coverage --format json
        {"managed":{"column":5,"constraint":5,"index":1,"table":2,"trigger":1,"view":1,"virtual-table":1},"ignored":{},"unsupported":{}}
    "#]]
        .assert_eq(&project.transcript(&["inspect --format json", "inspect --coverage --format json"]));
    assert_eq!(project.state(), before);
}

/// The SQL builds the same schema again.
#[test]
fn as_sql() {
    let project = project();
    let sql = project.run("inspect --sql").ok().stdout;
    let again = Project::new();
    Connection::open(again.path("app.db"))
        .unwrap()
        .execute_batch(&sql)
        .unwrap_or_else(|error| panic!("{error}\n{sql}"));
    let inspected = |project: &Project| project.run("inspect --format json").ok().json();
    assert_eq!(inspected(&again), inspected(&project));
    assert!(!sql.contains("lambic"), "{sql}");
}

/// Control characters are data, whatever a terminal would make of them.
#[test]
fn as_sql_to_the_byte() {
    let project = Project::new();
    let made = "CREATE TABLE t (a TEXT DEFAULT 'x\x1b]0;title\x07\x01y' CHECK (a <> '\x1b[1my\x7f'))";
    Connection::open(project.path("app.db")).unwrap().execute_batch(made).unwrap();
    for arguments in ["inspect --sql", "inspect --sql --color never", "inspect --sql --color always"] {
        let sql = project.run(arguments).ok().stdout;
        assert!(sql.contains("'x\x1b]0;title\x07\x01y'") && sql.contains("'\x1b[1my\x7f'"), "{sql:?}");
    }
    project.add(&Revision::new("aaa1").up(&format!("{made};")).down("DROP TABLE t;"));
    let script = project.run("upgrade --sql --dialect sqlite").ok().stdout;
    assert!(script.contains(made), "{script:?}");
}

#[test]
fn of_nothing() {
    expect![[r#"
        $ lambic inspect
        The database is empty.

        $ lambic inspect --format json
        {}

        $ lambic inspect --sql
    "#]]
    .assert_eq(&Project::new().transcript(&["inspect", "inspect --format json", "inspect --sql"]));
}
