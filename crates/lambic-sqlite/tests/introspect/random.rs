//! Random schemas within what SQLite has: made, read, made again.

use lambic_core::schema::{
    Check, Column, Deferrable, Expression, ForeignKey, Generated, Identity, IdentityKind, Index, Key,
    KeyPart, KeyTarget, ObjectId, ObjectKind, QualifiedName, ReferentialAction,
};
use lambic_core::{Definition, Driver, Schema, Table};
use lambic_sqlite::SqliteDriver;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::assert_made_again;
use super::support::Database;

const NAMES: [&str; 12] = [
    "a",
    "order",
    "With Space",
    "q\"uote",
    "br]acket",
    "ti`ck",
    "apos'trophe",
    "semi;colon",
    "-- no comment",
    "Ünïcödé",
    "1st",
    "NULL",
];
const TYPES: [&str; 8] =
    ["", "INTEGER", "TEXT", "varchar(20)", "DECIMAL(10,2)", "BLOB", "double precision", "INT"];
const STRICT_TYPES: [&str; 6] = ["INTEGER", "TEXT", "REAL", "BLOB", "ANY", "INT"];
const DEFAULTS: [&str; 8] =
    ["1", "-1.5", "'it''s -- text'", "x'00'", "NULL", "CURRENT_TIMESTAMP", "(1 + length('a'))", "TRUE"];

/// Numbers from which a schema is made, so that shrinking works on them.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
struct Plan {
    columns: Vec<ColumnPlan>,
    strict: bool,
    without_rowid: bool,
    key: Vec<usize>,
    key_descends: bool,
    autoincrement: bool,
    uniques: Vec<Vec<usize>>,
    checks: Vec<usize>,
    foreign_key: Option<(usize, usize, usize, usize)>,
    indexes: Vec<(Vec<usize>, bool, bool, Option<usize>)>,
    trigger: bool,
    view: bool,
}

type ColumnPlan = (usize, Option<usize>, bool, Option<bool>, Option<&'static str>);

fn plan() -> impl Strategy<Value = Plan> {
    let column = (
        0..100_usize,
        of(0..DEFAULTS.len()),
        any::<bool>(),
        of(any::<bool>()),
        of(select(vec!["NOCASE", "RTRIM"])),
    );
    let places = || subsequence((0..5).collect::<Vec<usize>>(), 1..4);
    let first = (vec(column, 1..6), any::<bool>(), any::<bool>(), places(), any::<bool>(), any::<bool>());
    let second = (
        vec(places(), 0..3),
        vec(0..5_usize, 0..3),
        of((0..5_usize, 0..5_usize, 0..5_usize, 0..3_usize)),
        vec((places(), any::<bool>(), any::<bool>(), of(0..5_usize)), 0..3),
        any::<bool>(),
        any::<bool>(),
    );
    (first, second).prop_map(|(first, second)| {
        let (columns, strict, without_rowid, key, key_descends, autoincrement) = first;
        let (uniques, checks, foreign_key, indexes, trigger, view) = second;
        Plan {
            columns,
            strict,
            without_rowid,
            key,
            key_descends,
            autoincrement,
            uniques,
            checks,
            foreign_key,
            indexes,
            trigger,
            view,
        }
    })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Plan {
    fn column_name(&self, at: usize) -> String {
        NAMES[at % self.columns.len()].to_owned()
    }

    fn part(&self, at: usize) -> KeyPart {
        KeyPart::column(self.column_name(at))
    }

    /// Names of columns, each once.
    fn parts(&self, places: &[usize]) -> Vec<KeyPart> {
        let mut parts: Vec<KeyPart> = Vec::new();
        for part in places.iter().map(|at| self.part(*at)) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts
    }

    fn table(&self, number: usize) -> Table {
        let columns = (0..self.columns.len()).map(|at| self.column(at)).collect();
        let mut table =
            Table::new(QualifiedName::bare(format!("{} {number}", NAMES[(number * 5) % 12])), columns);
        self.key(&mut table);
        table.uniques = self.uniques.iter().map(|places| self.unique(places)).collect();
        table.checks = self.checks.iter().map(|at| self.check(*at)).collect();
        table.indexes = (0..self.indexes.len()).map(|at| self.index(at, number)).collect();
        for (flag, option) in [(self.strict, "strict"), (self.without_rowid, "without-rowid")] {
            if flag {
                table.options.insert(option.into(), "true".into());
            }
        }
        table
    }

    fn column(&self, at: usize) -> Column {
        let (kind, default, nullable, generated, collation) = self.columns[at];
        let native = if self.strict { STRICT_TYPES[kind % 6] } else { TYPES[kind % 8] };
        let mut column = Column::new(NAMES[at], native);
        column.portable = SqliteDriver.dialect("sqlite", None).unwrap().portable_type(&column.native);
        column.nullable = nullable;
        column.collation = collation.map(str::to_owned);
        let is_key = self.key.iter().any(|place| self.column_name(*place) == column.name);
        match generated {
            // The first column stays an ordinary one: a table needs one.
            Some(stored) if at > 0 && !is_key => {
                let expression = Expression::new(format!("coalesce({}, 'x') || -1", quoted(NAMES[0])));
                column.generated = Some(Generated { expression, stored });
            }
            _ => column.default = default.map(|at| Expression::new(DEFAULTS[at])),
        }
        if !nullable && kind % 3 == 0 {
            column.options.insert("not-null.name".into(), "given \"name\"".into());
            column.options.insert("not-null.on-conflict".into(), "ignore".into());
        }
        column
    }

    fn key(&self, table: &mut Table) {
        let mut key = Key { columns: self.parts(&self.key), ..Key::over::<_, String>([]) };
        let wanted = self.without_rowid || self.key.len() != 2;
        if !wanted {
            return;
        }
        if self.key_descends {
            key.columns[0].descending = true;
            key.name = Some("the key".into());
        }
        let name = key.columns[0].column_name().unwrap().to_owned();
        let single = key.columns.len() == 1 && !self.key_descends && !self.without_rowid;
        let column = table.columns.iter_mut().find(|column| column.name == name).unwrap();
        if single && self.autoincrement && column.native.as_str() == "INTEGER" {
            column.identity = Some(Identity::new(IdentityKind::AutoIncrement));
        }
        table.primary_key = Some(key);
    }

    fn unique(&self, places: &[usize]) -> Key {
        let mut key = Key { columns: self.parts(places), ..Key::over::<_, String>([]) };
        key.columns.last_mut().unwrap().descending = places.len() > 1;
        let own = self.columns[places[0] % self.columns.len()].4;
        key.columns[0].collation = (places[0] == 1 && own != Some("RTRIM")).then(|| "RTRIM".to_owned());
        if places.len() == 2 {
            key.options.insert("on-conflict".into(), "fail".into());
        }
        key
    }

    fn check(&self, at: usize) -> Check {
        let column = quoted(&self.column_name(at));
        let texts = [
            format!("{column} IS NULL OR {column} <> 'a  b'"),
            format!("length({column}) BETWEEN -1 AND 100"),
            format!("CASE WHEN {column} THEN 1 ELSE -1 END IN (1, -1)"),
            format!("({column} COLLATE NOCASE) || x'00' >= ''"),
            format!("NOT ({column} = 5)"),
        ];
        let name = at.is_multiple_of(2).then(|| NAMES[at].to_owned());
        Check { name, ..Check::new(texts[at].clone()) }
    }

    fn index(&self, at: usize, number: usize) -> Index {
        let (places, unique, expression, predicate) = &self.indexes[at];
        let mut parts = self.parts(places);
        parts[0].descending = *unique;
        if *expression {
            let text = format!("lower({}) || 'x'", quoted(&self.column_name(places[0])));
            parts[0].key = KeyTarget::Expression(Expression::new(text));
            parts[0].collation = Some("NOCASE".into());
        }
        let predicate =
            predicate.map(|at| Expression::new(format!("{} > -1", quoted(&self.column_name(at)))));
        Index { unique: *unique, predicate, ..Index::new(format!("{} i{at} {number}", NAMES[at]), parts) }
    }
}

fn actions(at: usize) -> ReferentialAction {
    ReferentialAction::ALL[at % 5].clone()
}

fn schema(plans: &[Plan]) -> Schema {
    let mut tables: Vec<Table> = plans.iter().enumerate().map(|(at, plan)| plan.table(at)).collect();
    let mut definitions = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        let name = tables[at].name.clone();
        let needs = vec![ObjectId::new(ObjectKind::Table, name.clone())];
        if let Some((from, to, action, deferrable)) = plan.foreign_key {
            let target = to % plans.len();
            let column = tables[target].columns[to % plans[target].columns.len()].name.clone();
            let parent = tables[target].name.clone();
            tables[at].foreign_keys.push(ForeignKey {
                on_delete: actions(action),
                on_update: actions(to),
                deferrable: [None, Some(Deferrable::Immediate), Some(Deferrable::Deferred)][deferrable]
                    .clone(),
                name: (deferrable == 1).then(|| "key".to_owned()),
                ..ForeignKey::new([plan.column_name(from)], parent, [column])
            });
        }
        if plan.view {
            let id = ObjectId::new(ObjectKind::View, QualifiedName::bare(format!("view {at}")));
            let sql = format!("CREATE VIEW \"view {at}\" AS SELECT * FROM {}", quoted(&name.name));
            definitions.push(Definition { depends_on: needs.clone(), ..Definition::new(id, sql) });
        }
        if plan.trigger {
            let id =
                ObjectId::on(ObjectKind::Trigger, QualifiedName::bare(format!("trigger {at}")), &name.name);
            let sql = format!(
                "CREATE TRIGGER \"trigger {at}\" AFTER DELETE ON {} BEGIN SELECT CASE 1 WHEN 1 THEN 'END;' END; END",
                quoted(&name.name)
            );
            definitions.push(Definition { depends_on: needs, ..Definition::new(id, sql) });
        }
    }
    tables.iter_mut().for_each(Table::sort);
    Schema {
        tables: tables.into_iter().collect(),
        definitions: definitions.into_iter().collect(),
        ..Schema::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn a_schema_that_is_made_is_read_as_it_was(plans in vec(plan(), 1..4)) {
        let schema = schema(&plans);
        let mut database = Database::empty();
        let sql = database.apply(&schema.build().unwrap(), false);
        let sql = sql.unwrap_or_else(|error| panic!("{error} {:?}", error.statement)).join(";\n");
        prop_assert_eq!(database.schema(), schema, "{}", sql);
        assert_made_again(&mut database, "random");
    }

    /// What SQLite takes is read, made again and the same; what it refuses is not there.
    #[test]
    fn whatever_is_taken_is_read(text in vec(select(FRAGMENTS.to_vec()), 0..9), index in vec(select(PARTS.to_vec()), 1..7)) {
        let sql = format!("CREATE TABLE t (a {})", text.join(" "));
        let mut database = Database::empty();
        database.load("CREATE TABLE other (x PRIMARY KEY)").unwrap();
        if database.transaction(&[&sql], false).is_ok() {
            let index = format!("CREATE INDEX i ON t ({})", index.join(" "));
            let indexed = database.transaction(&[&index], false).is_ok();
            assert_made_again(&mut database, if indexed { &index } else { &sql });
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[-a-z()'\"\\[\\];,.*/ \n0-9|]{0,60}") {
        let mut database = Database::empty();
        let created = database.transaction(&[&format!("CREATE TABLE t (a {text})")], false).is_ok();
        prop_assert_eq!(database.schema().tables.len(), usize::from(created));
    }
}

/// Pieces of table definitions after the name of a column.
const FRAGMENTS: [&str; 58] = [
    "INT",
    "INTEGER",
    "\"quoted\"",
    "'text'",
    "(10)",
    "( 5 , -2 )",
    "GENERATED ALWAYS",
    "AS (1 + 1)",
    "STORED",
    "VIRTUAL",
    "NOT NULL",
    "NOT NULL",
    "NULL",
    "DEFAULT 1",
    "DEFAULT -.5e3",
    "DEFAULT 'it''s'",
    "DEFAULT (a)",
    "DEFAULT ( ( 1 ) )",
    "DEFAULT id",
    "DEFAULT \"b\"",
    "DEFAULT x'0a'",
    "DEFAULT +1",
    "COLLATE nocase",
    "COLLATE [BINARY]",
    "CHECK (a>1)",
    "CHECK ((a) IN (1,2))",
    "CHECK (t.a||'-'<>b)",
    "UNIQUE",
    "PRIMARY KEY",
    "DESC",
    "ASC",
    "AUTOINCREMENT",
    "ON CONFLICT IGNORE",
    "ON CONFLICT abort",
    "CONSTRAINT n",
    "CONSTRAINT \"c d\"",
    "CONSTRAINT 'e'",
    "REFERENCES other",
    "REFERENCES OTHER (X)",
    "REFERENCES t(b)",
    "ON DELETE SET NULL",
    "ON UPDATE CASCADE",
    "ON INSERT CASCADE",
    "MATCH full",
    "DEFERRABLE",
    "NOT DEFERRABLE",
    "INITIALLY DEFERRED",
    ", b",
    ", b INT",
    ", 'c d' TEXT",
    ", CHECK (b)",
    "CHECK (b)",
    ", UNIQUE (b, A COLLATE rtrim DESC)",
    ", PRIMARY KEY (b)",
    ", FOREIGN KEY (b, a) REFERENCES other",
    ", /* , */ f",
    ", -- ) \n g INT",
    ") STRICT, WITHOUT ROWID --",
];

/// Pieces of index definitions.
const PARTS: [&str; 22] = [
    "a",
    "A",
    "b",
    "(a)",
    "((b))",
    "'a'",
    "[a]",
    "lower(a)",
    "a || b",
    "- a",
    "+",
    "- 1",
    "DESC",
    "ASC",
    "COLLATE nocase",
    "COLLATE binary",
    "COLLATE 'rtrim'",
    ",",
    ", b",
    "IN (1, 2)",
    ") WHERE (a > 1",
    "abs (b) COLLATE rtrim",
];
